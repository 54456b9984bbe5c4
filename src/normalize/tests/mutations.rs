//! A publisher changes the layout: the same values, an issue or an error, never a wrong number.

use super::super::spec::Mapping;
use super::support::*;
use std::collections::BTreeSet;

const TABLE: &str = "
    Индексы производства (в % к предыдущему месяцу) | < | < | < | <
    Код | Название | январь 2020 в % к декабрю 2019 | февраль 2020 в % к январю 2020 | март 2020 в % к февралю 2020
    B   | Добыча   | 97.1 | 98.2 | 99.3
    C   | Обработка | 101.4 | 102.5 | 103.6
    D   | Энергия  | 95.7 | 96.8 | 94.9";

fn monthly() -> Mapping {
    let rows = vec![cells(&[("Код", "{item:code}")])];
    let mut read = read("p.ipi.{item}.ru.mom.m", vec![column(&["month-vs-previous-month"], &[])], rows);
    read.title = patterns(&["*в % к предыдущему месяцу*"]);
    read.sheet = patterns(&["Индексы"]);
    mapping(vec![read])
}

fn years() -> Mapping {
    mapping(vec![read("p.out.{item}.ru.level.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])])])
}

/// Whether a changed table gives the same figures, a part of them with an issue, or nothing at all.
#[track_caller]
fn never_wrong(mapping: &Mapping, sheet: &str, original: &str, changed: &str, changed_sheet: &str) -> &'static str {
    let truth: BTreeSet<String> = figures(mapping, sheet, original).unwrap().0;
    match figures(mapping, changed_sheet, changed) {
        None => "refused",
        Some((got, _)) if got == truth => "same",
        Some((got, issues)) => {
            assert!(got.is_subset(&truth), "wrong figures: {:?}", got.difference(&truth).collect::<Vec<_>>());
            assert!(issues > 0, "figures vanished without a word");
            "told"
        }
    }
}

fn figures(mapping: &Mapping, sheet: &str, text: &str) -> Option<(BTreeSet<String>, usize)> {
    let reading = normalize(mapping, "2020-06-30", table(1, sheet, text)).ok()?;
    let said = reading.observations.iter().map(|o| format!("{} {} {:?}", o.series, o.period, o.value)).collect();
    Some((said, reading.issues.len()))
}

fn swap_columns(text: &str, a: usize, b: usize) -> String {
    each_line(text, |mut cells| {
        if cells.len() > a.max(b) {
            cells.swap(a, b);
        }
        cells
    })
}

fn each_line(text: &str, change: impl Fn(Vec<&str>) -> Vec<&str>) -> String {
    text.trim().lines().map(|line| change(line.split('|').collect()).join("|")).collect::<Vec<_>>().join("\n")
}

#[test]
fn changed_monthly_tables() {
    let base = TABLE.trim().to_string();
    let transposed = {
        let rows: Vec<Vec<&str>> = base.lines().skip(1).map(|line| line.split('|').collect()).collect();
        (0..5).map(|c| rows.iter().map(|row| row[c]).collect::<Vec<_>>().join("|")).collect::<Vec<_>>().join("\n")
    };
    let cases: [(&str, String, &str, &str); 10] = [
        (
            "code and name swapped",
            each_line(&base, |c| if c[1].trim() == "<" { c } else { vec![c[1], c[0], c[2], c[3], c[4]] }),
            "Индексы",
            "same",
        ),
        ("months swapped", swap_columns(&base.replace("< | < | < | <", "<|<|<|<"), 2, 3), "Индексы", "same"),
        ("head two rows lower", base.replacen("    Код", "\n\n    Код", 1), "Индексы", "same"),
        ("a row of numbers of columns", base.replacen("    B ", "    1 | 2 | 3 | 4 | 5\n    B ", 1), "Индексы", "same"),
        ("an added column", each_line(&base, |c| [vec![" № "], c].concat()), "Индексы", "same"),
        ("renamed sheet", base.clone(), "Лист1", "refused"),
        ("renamed title", base.replace("предыдущему", "соответствующему"), "Индексы", "refused"),
        (
            "another basis in the heads",
            base.replace("декабрю 2019", "январю 2019").replace("январю 2020", "февралю 2019"),
            "Индексы",
            "told",
        ),
        ("a month twice", base.replace("март 2020 в % к февралю", "февраль 2020 в % к январю"), "Индексы", "refused"),
        ("transposed", transposed, "Индексы", "refused"),
    ];
    for (what, changed, sheet, outcome) in cases {
        let changed = if what == "an added column" {
            changed.replacen(" № |    Индексы", " |    Индексы", 1)
        } else {
            changed
        };
        assert_eq!(never_wrong(&monthly(), "Индексы", TABLE, &changed, sheet), outcome, "{what}:\n{changed}");
    }
}

#[test]
fn changed_yearly_tables() {
    let base = "| 2017 | 2018 | 2019\na | 1950 | 1960 | 1971\nb | 2001 | 2002 | 2004\nc | 11 | 12 | 14";
    let cases = [
        ("a year twice", base.replace("2018", "2017"), "refused"),
        ("head shifted right", base.replacen("| 2017", "| | 2017", 1), "refused"),
        (
            "head shifted right over markers",
            base.replacen("| 2017", "| | 2017", 1).replace("| 1950", "| …").replace("| 11", "| -"),
            "refused",
        ),
        ("head shifted left", "2017 | 2018 | 2019\na | 1950 | 1960 | 1971\nb | 2001 | 2002 | 2004".to_string(), "refused"),
        ("figures that are texts, head shifted", base.replace("| 1", "| '1").replacen("| 2017", "| | 2017", 1), "refused"),
        ("a second head", format!("{base}\n| 2020 | 2021 | 2022"), "same"),
        ("a growth column headed by a year", base.replacen("2019", "2019 | 2019", 1), "refused"),
        ("years as texts with marks", base.replacen("2019", "'2019²", 1), "same"),
    ];
    for (what, changed, outcome) in cases {
        assert_eq!(never_wrong(&years(), "s", base, &changed, "s"), outcome, "{what}:\n{changed}");
    }
}

#[test]
fn stacked_blocks_of_one_year_each() {
    let head = |year: u32| format!("    | {year} год | <\n    | январь | февраль");
    let read = read("p.ipi.{item}.ru.yoy.m", vec![column(&["{year}", "{month}"], &[])], vec![stub("{item:code}", &[])]);
    let text = format!("{}\na | 1 | 2\n{}\na | 3 | 4", head(2020), head(2021));
    let expected = [
        "p.ipi.a.ru.yoy.m · 2020-01 = 1",
        "p.ipi.a.ru.yoy.m · 2020-02 = 2",
        "p.ipi.a.ru.yoy.m · 2021-01 = 3",
        "p.ipi.a.ru.yoy.m · 2021-02 = 4",
    ];
    says(&mapping(vec![read]), &text, &expected);
}
