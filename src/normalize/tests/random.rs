//! Any table at all: no panic, the same answer twice, and every figure stands in the cell it names.

use super::super::spec::{Correction, Mapping};
use super::support::*;
use crate::model::Reading;
use crate::parse::{Event, locator};
use proptest::prelude::*;

/// What publishers write, and what they do not.
const WORDS: [&str; 20] = [
    "",
    "<",
    "^",
    "Код",
    "2019",
    "'2020",
    "2021 год²",
    "январь",
    "февраль",
    "январь 2020 в % к декабрю 2019",
    "12",
    "101.3~101",
    "…",
    "-",
    "b",
    "Добыча¹",
    "¹ не публикуется",
    "1) примечание",
    "к году",
    "'1 2,3,4",
];

fn mapping_of_all() -> Mapping {
    let mut pairs = read("p.x.{item}.ru.mom.{freq}", vec![column(&["{year}", "{month}"], &[])], vec![stub("{item:code}", &[])]);
    pairs.withheld = patterns(&["*не публикуется*"]);
    let mut years = read("p.y.{item}.ru.yoy.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])]);
    years.sections = vec![section(1, "к году", &[("m", "yoy")])];
    let codes = vec![cells(&[("Код", "{item:code}")])];
    let named = read("p.z.{item}.ru.mom.m", vec![column(&["month-vs-previous-month"], &[])], codes);
    let mut reads = vec![pairs, years, named];
    reads.iter_mut().for_each(|read| read.any_tables = true);
    let (from, until) = (day("2020-01-01"), day("2020-12-31"));
    let (expect, read_as, reason) = ("Код".to_string(), "b".to_string(), "test".to_string());
    let correction = Correction { sheet: Some(pattern("t")), expect, read_as, reason, from, until, times: 1 };
    Mapping { corrections: vec![correction], ..mapping(reads) }
}

/// `<` at the left edge and `^` in the first row have no neighbour to copy.
fn text(rows: &[Vec<usize>]) -> String {
    let word = |row: usize, column: usize, index: usize| match WORDS[index % WORDS.len()] {
        "<" if column == 0 => "",
        "^" if row == 0 => "",
        word => word,
    };
    let line = |(row, cells): (usize, &Vec<usize>)| {
        let mut line: Vec<&str> = cells.iter().enumerate().map(|(column, index)| word(row, column, *index)).collect();
        for column in 1..line.len() {
            if line[column] == "<" && line[column - 1].is_empty() {
                line[column] = "";
            }
        }
        line
    };
    let mut table: Vec<Vec<&str>> = rows.iter().enumerate().map(line).collect();
    for row in 1..table.len() {
        for column in 0..table[row].len() {
            let above = table[row - 1].get(column).copied().unwrap_or("");
            if table[row][column] == "^" && above.is_empty() {
                table[row][column] = "12";
            }
        }
    }
    table.iter().map(|line| line.join("|")).collect::<Vec<_>>().join("\n")
}

fn stands(reading: &Reading, events: &[Event]) -> bool {
    let sheet = crate::parse::Table { sheet: "s".to_string(), number: 1, ..Default::default() };
    let rows = || events.iter().filter_map(|event| if let Event::Row(row) = event { Some(row) } else { None });
    reading.observations.iter().filter(|o| o.value.is_some()).all(|o| {
        rows().any(|row| row.cells.iter().any(|c| locator(&sheet, row.number, c.column) == o.locator && c.text == o.printed))
    })
}

proptest! {
    #[test]
    fn any_table(rows in prop::collection::vec(prop::collection::vec(0usize..20, 2..6), 1..9)) {
        let (mapping, events) = (mapping_of_all(), table(1, "s", &text(&rows)));
        let first = normalize(&mapping, "2020-06-30", events.clone());
        prop_assert_eq!(&first, &normalize(&mapping, "2020-06-30", events.clone()));
        if let Ok(reading) = first {
            prop_assert!(stands(&reading, &events), "{:?}", reading.observations);
        }
    }
}
