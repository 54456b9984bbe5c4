"""The five questions in pandas: tables are read as they are, and everything else happens in frames. Nothing here is taken from the SQL."""
import pandas as pd

CLASSES = {"parsed": 1, "exported": 2, "transcribed": 3, "quoted": 4}


class Tables:
    """Tables of the store, each read once when it is needed."""

    def __init__(self, connection):
        self.connection, self.kept = connection, {}

    def __getitem__(self, name):
        if name not in self.kept:
            self.kept[name] = pd.read_sql_query(f"SELECT * FROM {name}", self.connection)
        return self.kept[name]


def rows(frame, columns):
    """Rows as lists, a missing value being None."""
    return [[None if pd.isna(value) else value for value in row] for row in frame[columns].itertuples(index=False, name=None)]


def ranked(observations):
    return observations.assign(rank=observations["class"].map(CLASSES))


def believed(tables, series):
    """What the store believes of some series, with their codes and items."""
    seen = tables["observation"].merge(series[["id", "code", "item"]], left_on="series_id", right_on="id", suffixes=("", "_series"))
    return ranked(seen[seen["recorded_to"].isna()])


def stood(seen):
    return seen[seen["known_to"].isna() | (seen["known_to"] > seen["known_from"])]


def industry_2020(tables, code, period, paper, day):
    series = tables["series"]
    seen = stood(believed(tables, series[series["code"] == code]))
    seen = seen[seen["period"] == period]
    moments = {"1 first print": seen[seen["value"].notna()]["known_from"].min(), "3 now": day}
    papers = tables["paper"]
    for accepted in papers[papers["id"] == paper]["accepted"].dropna():
        moments["2 paper accepted"] = accepted
    found = []
    for moment, at in sorted(moments.items()):
        if pd.isna(at):
            continue
        then = seen[(seen["known_from"] <= at) & (seen["known_to"].isna() | (seen["known_to"] > at))]
        then = then.sort_values(["known_from", "rank", "source_id"], ascending=[False, True, True]).head(1)
        found.append(then.assign(moment=moment))
    return rows(pd.concat(found), ["moment", "value", "unit", "known_from", "source_id"])


def true_then(tables):
    findings, claims = tables["finding"], tables["claim"]
    findings = findings[(findings["side"] == "external") & findings["until_id"].isna() & (findings["status"] == "SUPERSEDED")]
    claims = claims[claims["retired_at"].isna()]
    found = findings[["claim_id", "observation_id"]].merge(
        claims[["id", "paper_id", "claim", "printed", "series", "period"]], left_on="claim_id", right_on="id")
    official = tables["observation"][["id", "value", "known_from"]].rename(columns={"id": "observation_id", "value": "official"})
    found = found.merge(official, on="observation_id", how="left").sort_values(["paper_id", "claim"])
    return rows(found, ["paper_id", "claim", "printed", "series", "period", "official", "known_from"])


def revisions_by_activity(tables, indicator):
    series = tables["series"]
    wanted = {"publisher": "rosstat", "indicator": indicator, "entity": "ru", "measure": "yoy", "frequency": "m", "variant": "base2018"}
    for column, value in wanted.items():
        series = series[series[column] == value]
    seen = believed(tables, series)
    seen = seen.assign(number=pd.to_numeric(seen["value"]))
    key = ["series_id", "period"]
    first = stood(seen)[stood(seen)["value"].notna()].sort_values(["known_from", "rank", "source_id"]).drop_duplicates(key)
    latest = seen[seen["known_to"].isna()].sort_values(["known_from", "rank", "source_id"], ascending=[False, True, True])
    both = first.merge(latest.drop_duplicates(key), on=key, suffixes=("", "_now"))
    both = both[both["number_now"].notna() & (both["unit"] == both["unit_now"]) & (both["known_from_now"] > both["known_from"])]
    both = both.assign(change=(both["number_now"] - both["number"]).abs())
    groups = both.groupby("item")["change"]
    found = pd.DataFrame({"periods": groups.size(), "revised": groups.apply(lambda change: int((change != 0).sum())),
                          "mean": groups.mean().round(6), "largest": groups.max().round(6)}).reset_index().sort_values("item")
    return rows(found, ["item", "periods", "revised", "mean", "largest"])


def mineral_products(tables):
    spans, loads = tables["customs_span"], tables["customs_load"]
    spans = spans[spans["known_to"].isna()].merge(
        loads[loads["snapshot_id"].notna()][["id", "source_id", "scope"]].rename(columns={"id": "load_id", "source_id": "source"}), on="load_id")
    segments = tables["customs_segment"].rename(columns={"id": "segment_id"})
    lines = spans[["load_id", "period", "source", "scope"]].merge(segments[["segment_id", "load_id", "period"]], on=["load_id", "period"])
    lines = lines.merge(tables["customs_line"], on="segment_id")
    names = {"code": tables["customs_code"].set_index("id")["code"], "country": tables["customs_partner"].set_index("id")["code"]}
    lines = lines.assign(code=lines["code_id"].map(names["code"]).astype("string"),
                         reporter=lines["reporter_id"].map(names["country"]).astype("string").fillna(""),
                         partner=lines["partner_id"].map(names["country"]).astype("string").fillna(""),
                         flow=lines["flow"].map({1: "export", 2: "import"}), year=lines["period"].astype(str).str[:4],
                         told=(lines["period"] % 100 == 0).map({True: "year", False: "months"}))
    lines = lines[(lines["code"].str.len() == 4) & (lines["value_milli"] > 0)]
    lines = lines.assign(minerals=lines["value_milli"].where(lines["code"].str[:2].isin(["25", "26", "27"]), 0))
    key = ["source", "scope", "told", "reporter", "partner", "flow", "year"]
    found = lines.groupby(key)[["minerals", "value_milli"]].sum().astype("int64").reset_index().sort_values(key)
    return rows(found.assign(share=(100.0 * found["minerals"] / found["value_milli"]).round(6)), key + ["minerals", "value_milli", "share"])


def behind_their_calendar(tables, day):
    sources, snapshots = tables["source"], tables["snapshot"]
    newest = snapshots.groupby("source_id")["as_of"].max()
    found = sources[sources["max_age_days"].notna()]
    found = found.assign(newest=found["id"].map(newest))
    age = (pd.Timestamp(day) - pd.to_datetime(found["newest"])).dt.days
    found = found.assign(age=age)
    found = found[found["newest"].isna() | (found["age"] > found["max_age_days"])].sort_values("id")
    return rows(found, ["id", "state", "max_age_days", "newest", "age"])


QUESTIONS = {"1_industry_2020": industry_2020, "2_true_then": true_then, "3_revisions_by_activity": revisions_by_activity,
             "4_mineral_products": mineral_products, "5_behind_their_calendar": behind_their_calendar}
