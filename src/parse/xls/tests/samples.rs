//! Real workbooks. Counts and digests were taken when every cell agreed with an independent reader (Python's xlrd 2:
//! value, text, superscript runs, number format, merges).

use super::{cells_of, read};
use crate::parse::{Row, Table};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Environment variable that names the folder of real documents.
const FOLDER: &str = "SVERKA_SAMPLES";

/// A workbook, what each of its sheets holds, and some cells.
struct Sample {
    path: &'static str,
    /// Name, rows, cells of its own, copies of merged cells, the beginning of the SHA-256 of all cells.
    sheets: &'static [(&'static str, usize, usize, usize, &'static str)],
    /// Number of the sheet and a cell.
    chosen: &'static [(u32, &'static str)],
}

const SAMPLES: &[Sample] = &[
    Sample {
        path: "cbr/trade/2019-03-05/trade.xls",
        sheets: &[("f.trade", 422, 6277, 0, "8c7badf411ece484")],
        chosen: &[(1, "B33 2018 г."), (1, "C33 444008 (444008)"), (1, "C431 123132 (123132)"), (1, "D428 123.0 (123)")],
    },
    Sample {
        path: "cbr/trade/2020-06-29/trade.xls",
        sheets: &[("f.trade", 446, 6631, 0, "d7e923b22da00460")],
        chosen: &[(1, "C33 443130 (443130)"), (1, "C432 122388 (122388)"), (1, "B447 I   квартал 2019 г.")],
    },
    Sample {
        path: "cbr/trade/2020-12-08/trade.xls",
        sheets: &[("f.trade", 453, 6743, 0, "d280005399432844")],
        chosen: &[(1, "C33 443915 (443915)"), (1, "C432 122899 (122899)"), (1, "D447 101.0 (101)")],
    },
    Sample {
        path: "rosstat/ipi-by-region/2021-01-24/Ind_sub-2018.xls",
        sheets: &[
            (" к соотв. месяцу", 102, 6993, 331, "63ca7b1335fe4c1a"),
            ("к соотв. периоду", 100, 6991, 207, "f6e1c55c69656b4d"),
            ("к пред. месяцу", 101, 6992, 269, "7539f685cf55507f"),
        ],
        chosen: &[(1, "A1 Индекс промышленного производства¹"), (1, "BS4 октябрь²"), (3, "A1 продолжение¹")],
    },
    Sample {
        path: "rosstat/ipi-by-region/2021-03-29/ind-sub-2018.xls",
        sheets: &[
            (" к соотв. месяцу", 102, 7285, 339, "2b212d9cfd3940b3"),
            ("к соотв. периоду", 101, 7284, 277, "f4b33391c72cf0d2"),
            ("к пред. месяцу", 101, 7284, 277, "8bae7f29ea80e479"),
        ],
        chosen: &[(1, "A1 Индекс промышленного производства¹ʼ²"), (2, "A1 продолжение¹")],
    },
];

#[test]
fn real_workbooks_are_read_whole() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{FOLDER} is not set");
        println!("skipped: no samples");
        return;
    };
    for sample in SAMPLES {
        let bytes = std::fs::read(folder.join(sample.path)).expect(sample.path);
        let tables = read(&bytes).expect(sample.path);
        let summaries: Vec<_> = tables.iter().map(summary).collect();
        let wanted: Vec<_> = sample.sheets.iter().map(|&(name, r, c, m, d)| (name.to_owned(), r, c, m, d.to_owned())).collect();
        assert_eq!(summaries, wanted, "{}", sample.path);
        for (number, cell) in sample.chosen {
            let (_, rows) = tables.iter().find(|(table, _)| table.number == *number).expect("a sheet");
            assert!(rows.iter().flat_map(cells_of).any(|seen| seen == *cell), "{}: no {cell}", sample.path);
        }
    }
}

fn summary((table, rows): &(Table, Vec<Row>)) -> (String, usize, usize, usize, String) {
    let copies = rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.copy_of.is_some()).count();
    let all = rows.iter().map(|row| row.cells.len()).sum::<usize>();
    let text = rows.iter().flat_map(cells_of).collect::<Vec<_>>().join("\n");
    let digest = hex::encode(Sha256::digest(text.as_bytes())).chars().take(16).collect();
    (table.sheet.clone(), rows.len(), all - copies, copies, digest)
}
