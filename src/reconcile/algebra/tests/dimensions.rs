//! Relations that bind what cannot be bound are mistakes, told with their lines.

use super::*;

const ROWS: [&str; 14] = [
    "usd|1.0|1.0|USD billion|2019",
    "mln|1.0|1.0|USD million|2020",
    "rub|1.0|1.0|RUB billion|2019",
    "pct|5%|5|percent|2020",
    "pp|5|5|percentage points|2020",
    "year|5%|5|percent|2021",
    "jan|5%|5|percent|2021-01",
    "half|5%|5|percent|2021-01/2021-06",
    "run|1.0|1.0|USD billion|2021-01/2021-06",
    "over|over 5|5|percent|2020|over",
    "rec|a record|1|rank|2021|record",
    "first|first time|1|rank|2021|first-since:2019",
    "since|largest since 2020|1|rank|2021|largest-since:2020",
    "second|second largest|2|rank|2021",
];

#[test]
fn mistakes_are_told() {
    let cases = [
        ("growth", "pct", vec!["usd", "mln"], None),
        ("growth", "pct", vec!["usd", "rub"], Some("different units: usd and rub")),
        ("growth", "pp", vec!["usd", "mln"], Some("the claim is in percentage points, what it follows from in percent")),
        ("sum", "usd", vec!["mln", "rub"], Some("different units: usd and rub")),
        ("sum", "pct", vec!["usd", "mln"], Some("the claim is in percent, what it follows from in usd")),
        ("same_as", "", vec!["usd", "pct"], Some("different units: usd and percent")),
        ("difference", "half", vec!["pct", "year"], Some("the claim is in percent, what it follows from in percentage points")),
        ("implied_base", "usd", vec!["mln", "rub"], Some("expected percent, found rub")),
        ("sum", "run", vec!["implied_base(usd, mln)", "usd"], Some("implied_base(usd, mln): expected percent, found usd")),
        ("cumulative", "year", vec!["jan", "half"], Some("half: 2021-01/2021-06 overlaps 2021-01")),
        ("cumulative", "half", vec!["year"], Some("year: 2021 is no part of 2021-01/2021-06")),
        ("cumulative", "year", vec!["half"], None),
        ("increment", "", vec!["run", "usd"], Some("two runs of whole months from the same month")),
        ("plausible_month", "usd", vec!["mln"], Some("expected whole months inside the longer period")),
        ("exchange_rate", "", vec!["usd", "mln"], Some("expected two currencies, found usd twice")),
        ("part_of_mean", "pct", vec!["over", "year"], Some("over is hedged, so nothing follows from it")),
        ("rank", "pct", vec!["year", "jan"], Some("the claim is in percent, what it follows from in rank")),
        ("rank", "rec", vec!["year", "pct"], None),
        ("rank", "first", vec!["year", "pct"], Some("expected a claim with the hedge record, record-low or largest-since")),
        ("rank", "second", vec!["year", "pct"], Some("expected a claim with the hedge")),
        ("rank", "since", vec!["year", "pct"], Some("2020 is outside the window of the rank")),
        ("growth", "year", vec!["mln", "usd"], Some("expected an earlier and a later period of one length, found 2020 and 2019")),
        ("same_as", "", vec!["over", "pct"], None),
        ("same_as", "", vec!["sum(over, pct)", "year"], Some("over is hedged, so nothing follows from it")),
    ];
    for (kind, claim, of, wanted) in cases {
        let with = if kind == "exchange_rate" { "with = { low = '1', high = '2' }" } else { "" };
        let paper = paper(&ROWS, &relation(kind, claim, &of, with));
        let got = mistakes(&paper);
        let fits = wanted.map_or(got.is_empty(), |w| got.len() == 1 && got[0].0 == 4 && got[0].1.contains(w));
        assert!(fits, "{kind} {claim} {of:?}: {got:?}");
    }
}
