//! Claims × vintages of real documents. Cells, values and the documents' own dates were read from the documents by hand, with another
//! program; the grades were worked out on paper.

use super::samples;
use sverka::paper::Paper;
use sverka::reconcile::{Finding, reconcile};
use sverka::store::Store;

const HEADER: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff,variant";
/// The sources, by what they are called below.
const SOURCES: [(&str, &str); 6] = [
    ("activity", "rosstat-ipi-activity-2018"),
    ("old-base", "rosstat-ipi-activity-2010"),
    ("region", "rosstat-ipi-region"),
    ("trade", "cbr-trade"),
    ("kep", "rosstat-kep-tsv"),
    ("review", "bp-statistical-review"),
];

/// A claim, what it is held against, and what comes of it.
struct Matrix {
    /// What the case is about.
    case: &'static str,
    /// `value unit measure hedge`; no hedge is `-`.
    claim: [&'static str; 4],
    series: &'static str,
    period: &'static str,
    cutoff: &'static str,
    /// A vintage a row: known from, source, the cell, the figure as it stands there, what that is in the claim's form, grade, and
    /// whether it agrees.
    vintages: &'static [&'static str],
    /// Status, row of the table of vintages, severity, codes.
    verdict: &'static str,
}

const IPI: &str = "rosstat.ipi.bcde.ru.yoy.ytd.base2018";
const EXPORTS: &str = "cbr.trade.total.ru.export.level.a.bop";

const MATRICES: [Matrix; 16] = [
    Matrix {
        case: "right at the cut-off, revised since",
        claim: ["-2.6", "percent", "growth", "-"],
        series: IPI,
        period: "2020",
        cutoff: "2021-04-01",
        vintages: &[
            "2021-03-29 activity BV5 97.4 -2.6 EXACT yes",
            "2021-03-29 region BU5 97.4 -2.6 EXACT yes",
            "2026-02-06 region BU6 97.9 -2.1 NONE no",
        ],
        verdict: "SUPERSEDED MATCH_AT_CUTOFF minor: at_cutoff index_form",
    },
    Matrix {
        case: "no vintage shows it",
        claim: ["-4.1", "percent", "growth", "-"],
        series: IPI,
        period: "2020",
        cutoff: "2023-05-01",
        vintages: &[
            "2021-03-29 activity BV5 97.4 -2.6 NONE no",
            "2021-03-29 region BU5 97.4 -2.6 NONE no",
            "2026-02-06 region BU6 97.9 -2.1 NONE no",
        ],
        verdict: "DEVIATES NO_VINTAGE_MATCHES major: value index_form",
    },
    Matrix {
        case: "nine months cumulated are not the year, nor the year them",
        claim: ["-2.9", "percent", "growth", "-"],
        series: IPI,
        period: "2020-01/2020-09",
        cutoff: "2020-12-01",
        vintages: &[
            "2020-11-05 activity BS5 97.1 -2.9 EXACT yes",
            "2021-01-24 region BR5 97.2 -2.8 NONE no",
            "2021-03-29 activity BS5 97.0 -3.0 NONE no",
            "2021-03-29 region BR5 97.0 -3.0 NONE no",
            "2026-02-06 region BR6 97.5 -2.5 NONE no",
        ],
        verdict: "SUPERSEDED MATCH_AT_CUTOFF minor: at_cutoff index_form",
    },
    Matrix {
        case: "an earlier vintage than the one known at the cut-off",
        claim: ["-2.9", "percent", "growth", "-"],
        series: IPI,
        period: "2020-01/2020-09",
        cutoff: "2021-02-01",
        vintages: &[
            "2020-11-05 activity BS5 97.1 -2.9 EXACT yes",
            "2021-01-24 region BR5 97.2 -2.8 NONE no",
            "2021-03-29 activity BS5 97.0 -3.0 NONE no",
            "2021-03-29 region BR5 97.0 -3.0 NONE no",
            "2026-02-06 region BR6 97.5 -2.5 NONE no",
        ],
        verdict: "SUPERSEDED MATCH_OTHER_VINTAGE minor: other_vintage index_form",
    },
    Matrix {
        case: "a fall that became a rise",
        claim: ["-0.1", "percent", "growth", "-"],
        series: "rosstat.ipi.bcde.altai.yoy.ytd.base2018",
        period: "2020",
        cutoff: "2021-12-31",
        vintages: &["2021-03-29 region BU82 99.9 -0.1 EXACT yes", "2026-02-06 region BU83 101.1 1.1 NONE no"],
        verdict: "SUPERSEDED MATCH_AT_CUTOFF major: at_cutoff sign_flip index_form",
    },
    Matrix {
        case: "money in another power of ten, and its first print",
        claim: ["444.0", "USD billion", "level", "-"],
        series: EXPORTS,
        period: "2018",
        cutoff: "2020-07-01",
        vintages: &[
            "2019-02-11 trade C33 444008 444.008 ROUNDS yes",
            "2020-06-11 trade C33 443130 443.130 NONE no",
            "2020-11-11 trade C33 443915 443.915 NONE no",
        ],
        verdict: "SUPERSEDED MATCH_OTHER_VINTAGE minor: other_vintage",
    },
    Matrix {
        case: "published after the paper",
        claim: ["443.9", "USD billion", "level", "-"],
        series: EXPORTS,
        period: "2018",
        cutoff: "2020-07-01",
        vintages: &[
            "2019-02-11 trade C33 444008 444.008 NONE no",
            "2020-06-11 trade C33 443130 443.130 NONE no",
            "2020-11-11 trade C33 443915 443.915 ROUNDS yes",
        ],
        verdict: "DEVIATES MATCH_ONLY_AFTER_CUTOFF major: anachronism",
    },
    Matrix {
        case: "what stands today stood at the cut-off",
        claim: ["443.9", "USD billion", "level", "-"],
        series: EXPORTS,
        period: "2018",
        cutoff: "2020-12-01",
        vintages: &[
            "2019-02-11 trade C33 444008 444.008 NONE no",
            "2020-06-11 trade C33 443130 443.130 NONE no",
            "2020-11-11 trade C33 443915 443.915 ROUNDS yes",
        ],
        verdict: "CONFIRMED MATCH_CURRENT info: rounds",
    },
    Matrix {
        case: "the vintage of the cut-off, neither the first nor the last",
        claim: ["443.1", "USD billion", "level", "-"],
        series: EXPORTS,
        period: "2018",
        cutoff: "2020-07-01",
        vintages: &[
            "2019-02-11 trade C33 444008 444.008 NONE no",
            "2020-06-11 trade C33 443130 443.130 ROUNDS yes",
            "2020-11-11 trade C33 443915 443.915 NONE no",
        ],
        verdict: "SUPERSEDED MATCH_AT_CUTOFF minor: at_cutoff",
    },
    Matrix {
        case: "a source that prints too few digits",
        claim: ["512.7", "million tonnes", "level", "-"],
        series: "rosstat.output.oil.ru.level.a",
        period: "2020",
        cutoff: "2023-05-01",
        vintages: &["2025-09-30 rosstat-production-annual E6 513 513 COARSE no"],
        verdict: "UNVERIFIABLE - info: coarse",
    },
    Matrix {
        case: "a row that the next document lacks",
        claim: ["6.2", "percent", "growth", "-"],
        series: "rosstat.ipi.09.1.ru.yoy.m.base2018",
        period: "2020-01",
        cutoff: "2020-07-30",
        vintages: &["2020-06-29 activity BK20 106.2 6.2 EXACT yes", "2020-11-05 activity - - - - no"],
        verdict: "CONFIRMED MATCH_CURRENT info: exact withdrawn index_form",
    },
    Matrix {
        case: "the year 2019 on the base of 2010",
        claim: ["2.4", "percent", "growth", "-"],
        series: "rosstat.ipi.bcde.ru.yoy.ytd.base2010",
        period: "2019",
        cutoff: "2020-07-01",
        vintages: &["2020-06-29 old-base BV5 102.4 2.4 EXACT yes"],
        verdict: "CONFIRMED MATCH_CURRENT info: exact index_form",
    },
    Matrix {
        case: "the same figure on the base of 2018",
        claim: ["2.4", "percent", "growth", "-"],
        series: IPI,
        period: "2019",
        cutoff: "2020-07-01",
        vintages: &[
            "2020-06-29 activity BJ5 102.3 2.3 NONE no",
            "2020-11-05 activity BJ5 103.3 3.3 NONE no",
            "2021-01-24 region BI5 103.3 3.3 NONE no",
            "2021-03-29 activity BJ5 103.4 3.4 NONE no",
            "2021-03-29 region BI5 103.4 3.4 NONE no",
        ],
        verdict: "DEVIATES NO_VINTAGE_MATCHES minor: last_digit touching index_form",
    },
    Matrix {
        case: "nothing is held from before the cut-off",
        claim: ["2.4", "percent", "growth", "-"],
        series: IPI,
        period: "2019",
        cutoff: "2020-06-01",
        vintages: &[
            "2020-06-29 activity BJ5 102.3 2.3 NONE no",
            "2020-11-05 activity BJ5 103.3 3.3 NONE no",
            "2021-01-24 region BI5 103.3 3.3 NONE no",
            "2021-03-29 activity BJ5 103.4 3.4 NONE no",
            "2021-03-29 region BI5 103.4 3.4 NONE no",
        ],
        verdict: "UNVERIFIABLE VINTAGE_UNKNOWN info: vintage_unknown index_form",
    },
    Matrix {
        case: "a first quarter, a month before it was revised",
        claim: ["1.9", "percent", "growth", "-"],
        series: "rosstat.kep.ipi.bcde.ru.yoy.q",
        period: "2018-Q1",
        cutoff: "2018-06-01",
        vintages: &["2018-05-31 kep 3 101,9 1.9 EXACT yes", "2018-06-29 kep 3 102,8 2.8 NONE no"],
        verdict: "SUPERSEDED MATCH_AT_CUTOFF minor: at_cutoff index_form",
    },
    Matrix {
        case: "a hedge that holds in every vintage",
        claim: ["560", "million tonnes", "level", "over"],
        series: "bp.production.oil.ru.level.a",
        period: "2018",
        cutoff: "2020-01-01",
        vintages: &["2019-06-11 review BC30 563.3 563.3 NONE yes", "2021-07-08 review BC30 567.9 567.9 NONE yes"],
        verdict: "CONFIRMED MATCH_CURRENT info: hedge_ok",
    },
];

fn judged(store: &Store, [value, unit, measure, hedge]: [&str; 4], place: [&str; 3], variant: &str) -> Finding {
    let [series, period, cutoff] = place;
    let decimals = value.split_once('.').map_or(0, |(_, digits)| digits.len());
    let (printed, hedge) = (value.trim_start_matches('-'), hedge.trim_matches('-'));
    let row =
        format!("c,1,1,1,{printed},{value},{decimals},{unit},{hedge},,,,,,{series},{period},{measure},,,{cutoff},{variant}");
    let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &format!("{HEADER}\n{row}\n"), "p", "c").unwrap();
    reconcile(&paper, store, None).unwrap().findings.remove(0)
}

/// The rows of the matrix, as they are written above.
fn rows(finding: &Finding) -> Vec<String> {
    let told = |vintage: &sverka::reconcile::VintageJudgement| {
        let source = SOURCES.iter().find(|(_, id)| *id == vintage.source).map_or(vintage.source.as_str(), |(name, _)| name);
        let cell = vintage.locator.rsplit(['!', ' ']).next().unwrap_or_default();
        let grade = serde_json::json!(vintage.grade);
        let shown = |text: &str| if text.is_empty() { "-".to_string() } else { text.to_string() };
        let [cell, printed] = [cell, &vintage.printed].map(shown);
        let value = shown(vintage.value.as_deref().unwrap_or_default());
        let (grade, agrees) = (grade.as_str().unwrap_or("-"), if vintage.matches { "yes" } else { "no" });
        format!("{} {source} {cell} {printed} {value} {grade} {agrees}", vintage.known_from)
    };
    finding.external.vintages.iter().map(told).collect()
}

fn verdict(finding: &Finding) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or("-").to_string();
    let verdict = &finding.external;
    let [status, result, severity] =
        [serde_json::json!(verdict.status), serde_json::json!(verdict.vintage_result), serde_json::json!(verdict.severity)]
            .map(word);
    format!("{status} {result} {severity}: {}", verdict.reasons.join(" "))
}

fn store() -> Option<Store> {
    samples::replayed_data().map(|data| Store::open_read_only(&data.join("sverka.db")).unwrap())
}

#[test]
fn matrices_as_read_by_hand() {
    let Some(store) = store() else { return };
    for Matrix { case, claim, series, period, cutoff, vintages, verdict: wanted } in MATRICES {
        let found = judged(&store, claim, [series, period, cutoff], "");
        assert_eq!(rows(&found), vintages, "{case}");
        assert_eq!(verdict(&found), wanted, "{case}: {}", found.external.sentence);
    }
}

/// What a change of base is told as: a suggestion where the claim says nothing of it, a mismatch where it does.
#[test]
fn a_change_of_base_is_named() {
    let Some(store) = store() else { return };
    let (claim, place) = (["2.4", "percent", "growth", "-"], [IPI, "2019", "2020-07-01"]);
    let found = judged(&store, claim, place, "").external;
    let rebased = found.suggestions.iter().find(|suggestion| suggestion.code == "revised_base");
    assert!(rebased.is_some_and(|s| s.sentence.contains("rosstat.ipi.bcde.ru.yoy.ytd.base2010")), "{:?}", found.suggestions);
    let found = judged(&store, claim, place, "base2010");
    assert_eq!(verdict(&found), "NOT_COMPARABLE - minor: definition");
    assert!(found.external.sentence.contains("they differ in base year"), "{}", found.external.sentence);
}

/// A figure held back by order, of which no earlier one is held.
#[test]
fn a_withheld_figure_decides_nothing() {
    let Some(store) = store() else { return };
    let place = ["rosstat.ipi.06.ru.qoq.q.base2018", "2023-Q1", "2023-05-01"];
    let found = judged(&store, ["1.0", "percent", "growth", "-"], place, "");
    assert_eq!(verdict(&found), "UNVERIFIABLE - info: withheld");
}
