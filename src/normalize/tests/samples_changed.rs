//! Real workbooks with a changed layout: the same values, or a refusal; never a wrong number.

use super::super::spec::Mapping;
use super::samples::{by_activity, region, samples};
use super::support::*;
use crate::parse::{Event, Format, Options, Row, parse};
use std::collections::BTreeMap;
use std::fs::File;

/// A change of layout, and what may come of it.
type Change = (&'static str, fn(&mut Row), bool);

/// The whole table moved; then heads and figures against each other.
const CHANGES: [Change; 5] = [
    ("all columns moved", |row| row.cells.iter_mut().for_each(|cell| move_to(cell, 1)), true),
    ("rows moved down", |row| shift_down(row, 3), true),
    ("figures moved from under their heads", |row| figures(row).for_each(|cell| cell.column += 1), false),
    ("a column of figures lost its head", |row| row.cells.retain(|cell| cell.raw.is_some() || cell.column != 7), false),
    (
        "a column put in among the figures",
        |row| figures(row).filter(|cell| cell.column > 9).for_each(|cell| cell.column += 1),
        false,
    ),
];

fn move_to(cell: &mut crate::parse::Cell, by: u32) {
    cell.column += by;
    cell.copy_of = cell.copy_of.map(|(row, column)| (row, column + by));
}

fn shift_down(row: &mut Row, by: u32) {
    row.number += by;
    row.cells.iter_mut().for_each(|cell| cell.copy_of = cell.copy_of.map(|(row, column)| (row + by, column)));
}

fn figures(row: &mut Row) -> impl Iterator<Item = &mut crate::parse::Cell> {
    row.cells.iter_mut().filter(|cell| cell.raw.is_some())
}

fn values(mapping: &Mapping, events: Vec<Event>) -> (BTreeMap<String, String>, usize) {
    let Ok(reading) = normalize(mapping, "2020-06-30", events) else { return Default::default() };
    let value = |o: &crate::model::Observation| (format!("{} {}", o.series, o.period), format!("{:?}", o.value));
    (reading.observations.iter().filter(|o| o.value.is_some()).map(value).collect(), reading.issues.len())
}

#[test]
fn changed_workbooks() {
    let Some(folder) = samples() else { return };
    let cases = [
        (by_activity("base2018"), "rosstat/ipi-by-activity-base2018/2021-03-29/ind_baza2018.xlsx", Format::Xlsx),
        (region(), "rosstat/ipi-by-region/2021-03-29/ind-sub-2018.xls", Format::Xls),
    ];
    for (mapping, path, format) in cases {
        let mut events = Vec::new();
        parse(format, &mut File::open(folder.join(path)).unwrap(), &Options::default(), &mut |event| events.push(event)).unwrap();
        let truth = values(&mapping, events.clone()).0;
        for (what, change, same) in CHANGES {
            let mut changed = events.clone();
            changed.iter_mut().for_each(|event| {
                if let Event::Row(row) = event {
                    change(row)
                }
            });
            let (got, issues) = values(&mapping, changed);
            let wrong = got.iter().filter(|(key, value)| truth.get(*key) != Some(value)).count();
            println!("{path}: {what}: {} of {} figures, {issues} issues", got.len(), truth.len());
            assert_eq!(wrong, 0, "{path}: {what}");
            assert!(got.len() == truth.len() || got.is_empty() || issues > 0, "{path}: {what}: nothing said");
            assert!(!same || got == truth, "{path}: {what}: {} of {}", got.len(), truth.len());
        }
    }
}
