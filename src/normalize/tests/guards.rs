//! Sections 4, 6 and 7: guards, corrections, what is said twice.

use super::super::spec::{Correction, Mapping};
use super::support::*;

const TABLE: &str = "
    Код | май 2018 в % к апрелю 2018 | июнь 2018 в % к маю 2018 | июль 2018 в % к июню 2019
    B   | 1 | 2 | 3
    C   | 4 | 5 | 6";

fn monthly() -> Mapping {
    let rows = vec![cells(&[("Код", "{item:code}")])];
    mapping(vec![read("p.ipi.{item}.ru.mom.m", vec![column(&["month-vs-previous-month"], &[])], rows)])
}

fn corrected(from: &str, until: &str, times: usize) -> Mapping {
    let correction = Correction {
        sheet: Some(pattern("s")),
        expect: "июль 2018 в % к июню 2019".to_string(),
        read_as: "июль 2018 в % к июню 2018".to_string(),
        reason: "a misprint".to_string(),
        from: day(from),
        until: day(until),
        times,
    };
    Mapping { corrections: vec![correction], ..monthly() }
}

const MAY_JUNE: [&str; 4] = [
    "p.ipi.b.ru.mom.m · 2018-05 = 1",
    "p.ipi.b.ru.mom.m · 2018-06 = 2",
    "p.ipi.c.ru.mom.m · 2018-05 = 4",
    "p.ipi.c.ru.mom.m · 2018-06 = 5",
];

#[test]
fn a_heading_that_contradicts_its_measure_is_told_once_and_not_read() {
    let expected = [&MAY_JUNE[..], &["! header_contradicts_measure @ s!D1"]].concat();
    says(&monthly(), TABLE, &expected);
}

#[test]
fn a_dated_correction_reads_it_and_is_dead_outside_its_span() {
    let all = [
        "p.ipi.b.ru.mom.m · 2018-05 = 1",
        "p.ipi.b.ru.mom.m · 2018-06 = 2",
        "p.ipi.b.ru.mom.m · 2018-07 = 3",
        "p.ipi.c.ru.mom.m · 2018-05 = 4",
        "p.ipi.c.ru.mom.m · 2018-06 = 5",
        "p.ipi.c.ru.mom.m · 2018-07 = 6",
        "! corrected @ s!D1",
    ];
    says(&corrected("2020-06-01", "2020-06-30", 1), TABLE, &all);
    let guarded = [&MAY_JUNE[..], &["! header_contradicts_measure @ s!D1"]].concat();
    says(&corrected("2020-07-01", "2020-07-30", 1), TABLE, &guarded);
    says(&corrected("2020-01-01", "2020-06-29", 1), TABLE, &guarded);
}

#[test]
fn corrections_count_their_hits() {
    let codes = |mapping: &Mapping, text: &str| {
        let reading = normalize(mapping, "2020-06-30", table(1, "s", text)).unwrap();
        reading.issues.iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    let alive = |times| corrected("2020-06-01", "2020-06-30", times);
    assert_eq!(codes(&alive(2), TABLE), ["corrected", "correction_unused"]);
    assert_eq!(codes(&alive(1), &TABLE.replace("июню 2019", "июню 2018")), ["correction_unused"]);
    let twice = format!("{TABLE}\n    июль 2018 в % к июню 2019");
    assert_eq!(codes(&alive(1), &twice), ["corrected", "corrected", "correction_count", "unknown_heading"]);
    let merged = TABLE.replacen("    B", "    ^ | ^ | ^ | ^\n    B", 1);
    assert_eq!(codes(&alive(1), &merged), ["corrected"], "copies of a merged cell are one cell");
}

#[test]
fn the_same_twice_is_one_and_different_values_are_none() {
    let head = "Код | май 2018 в % к апрелю 2018 | июнь 2018 в % к маю 2018";
    says(&monthly(), &format!("{head}\nB | 1 | 2\nB | 1 | 2"), &MAY_JUNE[..2]);
    let mapping = monthly();
    let reading = normalize(&mapping, "2020-06-30", table(1, "s", &format!("{head}\nB | 1 | 2\nB | 7 | 2"))).unwrap();
    assert_eq!(lines(&reading), ["p.ipi.b.ru.mom.m · 2018-06 = 2", "! two_values @ p.ipi.b.ru.mom.m · 2018-05"]);
    assert_eq!(reading.issues[0].seen, "\"1\" in s!B2 and \"7\" in s!B3");
    says(&mapping, &format!("{head}\nB | 1 | \nB | 1 | 2"), &MAY_JUNE[..2]);
}

#[test]
fn readings_that_may_lack_their_table() {
    let mut both = monthly();
    let mut other = both.reads[0].clone();
    (other.name, other.sheet) = ("other".to_string(), patterns(&["elsewhere"]));
    both.reads.push(other);
    refuses(&both, TABLE, "reading \"other\": no table matches: the document has sheets \"s\"");
    both.reads[1].any_tables = true;
    assert!(normalize(&both, "2020-06-30", table(1, "s", TABLE)).is_ok());
    both.reads[0].any_tables = true;
    both.reads[0].sheet = patterns(&["nowhere"]);
    refuses(&both, TABLE, "no reading of the source found a table: the document has sheets \"s\"");
}

#[test]
fn issues_and_observations_have_a_fixed_order() {
    let text = format!("{TABLE}\n    Прочее | 1 | 2 | 3\n    Иное | | |\n    -- | 1");
    let first = normalize(&monthly(), "2020-06-30", table(1, "s", &text)).unwrap();
    for _ in 0..5 {
        assert_eq!(normalize(&monthly(), "2020-06-30", table(1, "s", &text)).unwrap(), first);
    }
    assert!(first.issues.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn a_last_column_without_figures_throws_doubt_on_those_before_it() {
    let columns = vec![column(&["экспорт"], &[("flow", "x")]), column(&["импорт"], &[("flow", "m")])];
    let mut read = read("p.trade.{flow}.ru.level.a", columns, vec![stub("{year}", &[])]);
    let text = "год | экспорт | импорт\n2018 год | 1 |\n2019 год | 2 |";
    refuses(&mapping(vec![read.clone()]), text, "under \"импорт\"");
    says(&mapping(vec![read.clone()]), "год | экспорт | импорт\n2018 год | 1 |", &["p.trade.x.ru.level.a · 2018 = 1"]);
    read.columns[1].optional = true;
    let said = ["p.trade.x.ru.level.a · 2018 = 1", "p.trade.x.ru.level.a · 2019 = 2"];
    says(&mapping(vec![read.clone()]), text, &said);
    read.columns[1].optional = false;
    read.withheld = patterns(&["не публикуется"]);
    says(&mapping(vec![read]), &text.replace("2019 год", "2019 год¹"), &said);
}

/// A document of very many strange rows does not become as many issues; none of them is forgotten.
#[test]
fn strange_rows_are_told_up_to_a_limit_and_counted_beyond() {
    let head = "Код | май 2018 в % к апрелю 2018 | июнь 2018 в % к маю 2018\nB | 1 | 2";
    let text = format!("{head}{}", "\nРыба! | 1 | 2".repeat(1_005));
    for (counting, issues, seen) in [(false, 1_001, "5 further rows"), (true, 1, "1005 rows: \"Рыба!\"")] {
        let mut mapping = monthly();
        mapping.reads[0].count_unmapped = counting;
        let reading = normalize(&mapping, "2020-06-30", table(1, "s", &text)).unwrap();
        let unknown: Vec<&str> = reading.issues.iter().filter(|i| i.code == "unknown_row").map(|i| i.seen.as_str()).collect();
        assert_eq!(unknown.len(), issues, "{:?}", unknown.first());
        assert!(unknown.contains(&seen), "{seen}: {:?}", unknown.first());
    }
}
