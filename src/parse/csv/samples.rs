//! Real texts, read and counted against Python 3's `csv` module (rows with a text, cells with a text, the last line that a row
//! starts at).

use super::parse;
use crate::parse::samples::samples;
use crate::parse::{Event, Options, Row};
use std::fs::File;
use std::path::PathBuf;

#[rustfmt::skip]
const COUNTS: &[(&str, [usize; 3])] = &[
    ("comtrade/reference/comtrade_ref_dataitem.csv", [51, 356, 51]),
    ("comtrade/reference/comtrade_ref_partner.csv", [311, 3097, 311]),
    ("comtrade/reference/comtrade_ref_reporter.csv", [256, 2585, 256]),
    ("comtrade/reference/legacy_web_h3_china_india.csv", [8740, 92676, 8740]),
    ("fcs/ED.csv", [32, 94, 32]),
    ("fcs/country.csv", [256, 511, 256]),
    ("fcs/regions-moscow_2208301100.csv", [26, 260, 26]),
    ("fcs/regions.csv", [94, 187, 94]),
    ("fcs/tnved-2207.csv", [131, 1310, 131]),
    ("rosstat/kep-tsv/2016-12/tab.csv", [6975, 94220, 6976]),
    ("rosstat/kep-tsv/2018-04/tab.csv", [4946, 63525, 4946]),
    ("rosstat/kep-tsv/2018-05/tab.csv", [4947, 63756, 4947]),
    ("rosstat/kep-tsv/2018-07/tab.csv", [4952, 64350, 4953]),
];

fn rows(file: PathBuf) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut sink = |event| {
        if let Event::Row(row) = event {
            rows.push(row);
        }
    };
    parse(&mut File::open(&file).unwrap(), &Options::default(), &mut sink)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    rows
}

#[test]
fn counts_are_those_of_another_reader() {
    let Some(folder) = samples() else { return };
    for (file, wanted) in COUNTS {
        let rows = rows(folder.join(file));
        let cells = rows.iter().map(|row| row.cells.len()).sum();
        let last = rows.last().map_or(0, |row| row.number as usize);
        assert_eq!([rows.len(), cells, last], *wanted, "{file}");
    }
}
