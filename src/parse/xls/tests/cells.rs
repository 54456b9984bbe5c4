//! Numbers, formulas, merges, sheets.

use super::{Book, mixed, record, wide, words};
use crate::parse::xls::record::kind;

fn number(row: u16, column: u16, style: u16, value: f64) -> Vec<u8> {
    mixed(kind::NUMBER, &[row, column, style], &value.to_le_bytes())
}

fn rk(style: u16, bits: u32) -> Vec<u8> {
    mixed(kind::RK, &[0, 0, style], &bits.to_le_bytes())
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    mixed(kind::LABEL, &[row, column, 0], &wide(text))
}

fn formula(column: u16, result: [u8; 8]) -> Vec<u8> {
    mixed(kind::FORMULA, &[0, column, 0], &[&result[..], &[0; 8]].concat())
}

#[test]
fn numbers_are_shown_by_their_style_and_kept_exact() {
    let integer = |value: i32| value.cast_unsigned() << 2 | 2;
    let half = |value: f64| (value.to_bits() >> 32) as u32;
    let cases = [
        (rk(0, integer(93)), "A1 93 (93)"),
        (rk(1, integer(93)), "A1 93.0 (93)"),
        (rk(0, integer(8260) | 1), "A1 82.6 (82.6)"),
        (rk(0, integer(-515) | 1), "A1 -5.15 (-5.15)"),
        (rk(0, half(1.5)), "A1 1.5 (1.5)"),
        (rk(1, half(12345.0) | 1), "A1 123.5 (123.45)"),
        (number(0, 0, 1, 94.344_006_302_845_16), "A1 94.3 (94.34400630284516)"),
        (number(0, 0, 3, 0.25), "A1 25% (0.25)"),
        (number(0, 0, 4, 43946.0), "A1 2020-04-25 (43946)"),
        (number(0, 2, 2, 7.0), "C1 7 (7)"),
    ];
    for (cell, wanted) in cases {
        assert_eq!(Book::new().sheet("a", 0, vec![cell]).cells(), [wanted]);
    }
}

#[test]
fn several_numbers_in_a_record() {
    let cells = [words(&[4, 1, 1]), 406u32.to_le_bytes().to_vec(), words(&[0]), 407u32.to_le_bytes().to_vec(), words(&[2])];
    let book = Book::new().sheet("a", 0, vec![record(kind::MULRK, &cells.concat())]);
    assert_eq!(book.cells(), ["B5 101.0 (101)", "C5 1.01 (1.01)"]);
}

#[test]
fn formulas_show_their_last_result() {
    let special = |kind, code| [kind, 0, code, 0, 0, 0, 0xFF, 0xFF];
    let text = record(kind::STRING, &wide("май"));
    let cells = vec![
        formula(0, 1.25f64.to_le_bytes()),
        formula(1, special(0, 0)),
        record(kind::SHRFMLA, &[0; 10]),
        text,
        formula(2, special(1, 1)),
        formula(3, special(2, 0x2A)),
        formula(4, special(3, 0)),
        mixed(kind::BOOLERR, &[0, 5, 0], &[0, 0]),
        mixed(kind::BOOLERR, &[0, 6, 0], &[7, 1]),
        mixed(0x0201, &[0, 7, 0], &[]),
    ];
    let wanted = ["A1 1.25 (1.25)", "B1 май", "C1 TRUE", "D1 #N/A", "F1 FALSE", "G1 #DIV/0!"];
    assert_eq!(Book::new().sheet("a", 0, cells).cells(), wanted);
}

#[test]
fn merges_are_filled_to_the_used_extent() {
    let cells = vec![
        label(0, 0, "title"),
        label(2, 1, "own"),
        number(3, 3, 0, 1.0),
        mixed(kind::MERGEDCELLS, &[1, 0, 0, 0, 255], &[]),
        // The origin is empty; the next reaches below the sheet and holds a cell of its own.
        mixed(kind::MERGEDCELLS, &[2, 1, 1, 0, 1, 2, 65535, 1, 1], &[]),
    ];
    let wanted = ["A1 title", "B1 title < A1", "C1 title < A1", "D1 title < A1", "B3 own", "B4 own < B3", "D4 1 (1)"];
    assert_eq!(Book::new().sheet("a", 0, cells).cells(), wanted);
    let kept = vec![label(0, 0, "a"), label(0, 1, "b"), mixed(kind::MERGEDCELLS, &[1, 0, 1, 0, 1], &[])];
    assert_eq!(Book::new().sheet("a", 0, kept).cells(), ["A1 a", "B1 b"]);
    let numbers = vec![number(0, 0, 1, 2.0), label(0, 1, ""), mixed(kind::MERGEDCELLS, &[1, 0, 0, 0, 1], &[]), label(1, 1, "x")];
    assert_eq!(Book::new().sheet("a", 0, numbers).cells(), ["A1 2.0 (2)", "B1 2.0 (2) < A1", "B2 x"]);
}

#[test]
fn rows_ascend_whatever_the_order_of_records() {
    let cells = vec![label(7, 0, "late"), label(2, 3, "d"), label(2, 1, "b"), label(2, 1, "again"), label(5, 0, "")];
    assert_eq!(Book::new().sheet("a", 0, cells).cells(), ["B3 again", "D3 d", "A8 late"]);
}

#[test]
fn sheets_keep_their_names_and_charts_are_passed_over() {
    let chart = [mixed(kind::BOF, &[0x0600, 0x20], &[0; 12]), label(9, 9, "chart"), record(kind::EOF, &[])].concat();
    let book = Book::new()
        .sheet(" к соотв. месяцу", 0, vec![label(0, 0, "x"), chart, label(1, 0, "y")])
        .sheet("hidden", 1, vec![])
        .sheet("very hidden", 2, vec![label(0, 0, "z")]);
    let tables = book.read().expect("readable");
    let heads: Vec<_> = tables.iter().map(|(t, rows)| (t.sheet.as_str(), t.number, t.hidden, rows.len())).collect();
    assert_eq!(heads, [(" к соотв. месяцу", 1, false, 2), ("hidden", 2, true, 0), ("very hidden", 3, true, 1)]);
}

#[test]
fn dates_may_count_from_1904() {
    let cells = vec![number(0, 0, 4, 42484.0)];
    let book = Book::new().global(record(kind::DATEMODE, &[1, 0])).sheet("a", 0, cells);
    assert_eq!(book.cells(), ["A1 2020-04-25 (42484)"]);
}
