//! Real workbooks, read and compared with figures that another reader (openpyxl 3.1) gives for the same files. That
//! reader takes the place a link leads to for the text of an empty cell (1 cell of the annual, 2 of the quarterly and 69
//! of the regional file); those are taken off here.

use super::fixture::lines;
use super::merges::Merges;
use super::{Container, parse};
use crate::parse::samples::samples;
use crate::parse::{Event, Input, Row, Table};
use crate::unpack::{Limits, Zip};
use std::fs::File;
use std::path::PathBuf;

/// File, then: sheets, rows with an own text, numeric cells, other cells, merges.
#[rustfmt::skip]
const COUNTS: &[(&str, [usize; 5])] = &[
    ("bp/2019-06-11/bp-stats-review-2019-all-data.xlsx", [75, 5919, 201376, 15508, 58]),
    ("bp/2021-07-08/bp-stats-review-2021-all-data.xlsx", [83, 6843, 240016, 20464, 66]),
    ("comtrade/2026-01-15/cipf_China_2.1.1_top_export_partners_reverse.xlsx", [1, 1863, 11172, 7457, 0]),
    ("comtrade/2026-01-15/cipf_China_2.3_exports_products_partners_HS-AG6-2014-2025_reverse.xlsx", [1, 1454, 7265, 7275, 0]),
    ("comtrade/2026-01-15/cipf_China_3.1.1_top_import_partners.xlsx", [1, 1795, 10764, 5390, 0]),
    ("comtrade/2026-01-15/cipf_China_3.3_imports_products_partners_HS-AG6-2014-2025.xlsx", [1, 646, 3225, 2589, 0]),
    ("rosstat/cpi/2020-12-08/i_ipc.xlsx", [1, 19, 417, 19, 3]),
    ("rosstat/ipi-annual-okved1/2017-01-01/indeks-proizvodstva.xlsx", [2, 33, 507, 51, 4]),
    ("rosstat/ipi-by-activity-base2010/2019-03-05/ind_okved2.xlsx", [3, 418, 26149, 1021, 210]),
    ("rosstat/ipi-by-activity-base2010/2020-06-29/ind_okved2.xlsx", [3, 417, 30612, 1053, 243]),
    ("rosstat/ipi-by-activity-base2010/2020-11-05/ind_okved2.xlsx", [3, 418, 28579, 1039, 228]),
    ("rosstat/ipi-by-activity-base2018/2020-06-29/ind_baza_2018.xlsx", [3, 420, 26520, 1026, 210]),
    ("rosstat/ipi-by-activity-base2018/2020-11-05/ind_baza_2018.xlsx", [3, 417, 27738, 1029, 224]),
    ("rosstat/ipi-by-activity-base2018/2021-03-29/ind_baza2018.xlsx", [3, 417, 29748, 1044, 239]),
    ("rosstat/ipi-by-activity-base2018/2021-07-30/ind-baza-2018.xlsx", [3, 414, 31356, 1053, 250]),
    ("rosstat/ipi-by-activity-quarterly/2026-02-06/ind_baza_2018_4kv-2025.xlsx", [3, 287, 5168, 601, 29]),
    ("rosstat/ipi-by-region/2026-02-06/ind_sub_2018_12-2025.xlsx", [16, 1571, 189360, 4483, 263]),
    ("rosstat/kep-xlsx/2021-01-23/1-07.xlsx", [1, 76, 1153, 44, 9]),
    ("rosstat/kep-xlsx/2021-02-13/1-07.xlsx", [1, 78, 1155, 52, 11]),
    ("rosstat/kep-xlsx/2021-02-13/1-11.xlsx", [1, 54, 392, 34, 8]),
    ("rosstat/ppi-regional/2016-03-01/ppi-2009-2015.xlsm", [1, 107, 7899, 426, 10]),
    ("rosstat/production-annual/2025-09-30/production_year_2017-2024.xlsx", [22, 410, 1950, 569, 119]),
];

fn tables(file: PathBuf) -> Vec<(Table, Vec<Row>)> {
    let mut tables: Vec<(Table, Vec<Row>)> = Vec::new();
    let mut sink = |event| match event {
        Event::Table(table) => tables.push((table, Vec::new())),
        Event::Row(row) => tables.last_mut().unwrap().1.push(row),
        Event::Paragraph { text, .. } => panic!("a workbook has no paragraphs: {text}"),
    };
    parse(&mut File::open(&file).unwrap(), &mut sink).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    tables
}

fn merges(file: PathBuf) -> usize {
    let mut file = File::open(file).unwrap();
    let mut zip: Container<'_> = Zip::open(&mut file as &mut dyn Input, Limits::DEFAULT).unwrap();
    (1..200).map(|n| format!("xl/worksheets/sheet{n}.xml")).fold(0, |sum, part| {
        let member = zip.member(&part).unwrap();
        sum + member.map_or(0, |member| Merges::find(member, &part).unwrap().waiting())
    })
}

#[test]
fn counts_are_those_of_another_reader() {
    let Some(folder) = samples() else { return };
    for (file, wanted) in COUNTS {
        let tables = tables(folder.join(file));
        let rows = || tables.iter().flat_map(|(_, rows)| rows);
        let own = || rows().flat_map(|row| &row.cells).filter(|cell| cell.copy_of.is_none());
        let with_text = rows().filter(|row| row.cells.iter().any(|cell| cell.copy_of.is_none())).count();
        let numbers = own().filter(|cell| cell.raw.is_some()).count();
        let found = [tables.len(), with_text, numbers, own().count() - numbers, merges(folder.join(file))];
        assert_eq!(found, *wanted, "{file}");
    }
}

#[test]
fn unrounded_cells_are_shown_rounded() {
    let Some(folder) = samples() else { return };
    for (date, wanted) in [("2019-03-05", 58), ("2020-06-29", 92), ("2020-11-05", 56)] {
        let tables = tables(folder.join(format!("rosstat/ipi-by-activity-base2010/{date}/ind_okved2.xlsx")));
        let cells = tables.iter().flat_map(|(_, rows)| rows).flat_map(|row| &row.cells);
        let apart = |cell: &&crate::parse::Cell| match (&cell.raw, cell.text.parse::<f64>()) {
            (Some(raw), Ok(text)) => (raw.parse::<f64>().unwrap() - text).abs() > 1e-9,
            _ => false,
        };
        assert_eq!(cells.filter(apart).count(), wanted, "{date}");
    }
}

/// File, sheet, cells as [`lines`] write them.
const CELLS: &[(&str, &str, u32, &str)] = &[
    ("rosstat/ipi-by-activity-base2010/2019-03-05/ind_okved2.xlsx", "Индексы к пред месяцу", 61, "O=(94.34400630284516)94.3"),
    ("rosstat/ipi-by-activity-base2018/2021-07-30/ind-baza-2018.xlsx", "Индексы к пред месяцу", 7, "A=05"),
    ("rosstat/ipi-by-activity-quarterly/2026-02-06/ind_baza_2018_4kv-2025.xlsx", "1", 11, "B=06"),
    (
        "rosstat/ipi-by-activity-quarterly/2026-02-06/ind_baza_2018_4kv-2025.xlsx",
        "1",
        5,
        "A<A4>=Наименование вида деятельности по ОКВЭД2",
    ),
];

#[test]
fn chosen_cells() {
    let Some(folder) = samples() else { return };
    for (file, sheet, number, wanted) in CELLS {
        let tables = tables(folder.join(file));
        let rows = &tables.iter().find(|(table, _)| table.sheet == *sheet).unwrap().1;
        let row: Vec<Row> = rows.iter().filter(|row| row.number == *number).cloned().collect();
        let line = lines(&row).join("");
        assert!(format!("{line} ").contains(&format!(" {wanted} ")), "{file} {sheet}: {wanted} not in {line}");
    }
}

#[test]
fn raised_marks_are_kept() {
    let Some(folder) = samples() else { return };
    for (file, sheets, wanted) in [
        ("rosstat/ipi-by-region/2026-02-06/ind_sub_2018_12-2025.xlsx", "Содержание 1 2 3 ", vec!["2024 год²", "декабрь³"]),
        ("rosstat/ipi-by-activity-quarterly/2026-02-06/ind_baza_2018_4kv-2025.xlsx", "Содержание 1 2 ", vec!["4 квартал²"]),
        ("rosstat/production-annual/2025-09-30/production_year_2017-2024.xlsx", "", vec!["2024 ²"]),
    ] {
        let tables = tables(folder.join(file));
        let names: String = tables.iter().map(|(table, _)| format!("{} ", table.sheet)).collect();
        assert!(names.starts_with(sheets), "{file}: {names}");
        let texts: Vec<&str> = tables.iter().flat_map(|t| &t.1).flat_map(|r| &r.cells).map(|c| c.text.as_str()).collect();
        for text in wanted {
            assert!(texts.contains(&text), "{file}: no {text}");
        }
    }
}

#[test]
fn an_error_page_under_the_name_of_a_workbook_is_refused_by_name() {
    let Some(folder) = samples() else { return };
    let file = folder.join("rosstat/ipi-by-activity-base2018/2020-08-31/ind_baza_2018.xlsx");
    let error = parse(&mut File::open(file).unwrap(), &mut |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "first bytes: expected a ZIP container (PK), found an HTML page");
}
