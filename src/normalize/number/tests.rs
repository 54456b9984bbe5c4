//! Tables of numbers as they stand in documents.

use super::*;
use crate::model::Status;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn exact_with_their_decimals() {
    use NumberStyle::{En, Ru};
    for (text, style, wanted) in [
        ("95.90", Ru, "95.90"),
        ("1 234,5", Ru, "1234.5"),
        ("1\u{a0}234\u{202f}567,05", Ru, "1234567.05"),
        ("\u{a0}3416", Ru, "3416"),
        ("8250\u{a0}", Ru, "8250"),
        ("\u{a0}23,0", Ru, "23.0"),
        ("582\u{2009}676", Ru, "582676"),
        ("−5,9", Ru, "-5.9"),
        ("–2.7", En, "-2.7"),
        ("- 3,1", Ru, "-3.1"),
        ("+0,4", Ru, "0.4"),
        ("930.5", Ru, "930.5"),
        ("12,345.6", En, "12345.6"),
        ("1,234", En, "1234"),
        ("1,234", Ru, "1.234"),
        ("2825.8316400000003", Ru, "2825.8316400000003"),
        ("56019903783.57", En, "56019903783.57"),
        ("0", Ru, "0"),
    ] {
        assert_eq!(read(text, style).map(|v| v.to_string()), Ok(wanted.to_string()), "{text:?}");
    }
}

#[test]
fn refused() {
    use NumberStyle::{En, Ru};
    for (text, style) in [
        ("", Ru),
        ("NaN", Ru),
        ("inf", Ru),
        ("1E5", Ru),
        ("1 23,5", Ru),
        ("1234 567", Ru),
        ("6512,3 6762,32)", Ru),
        ("6512,3 6762,3", Ru),
        ("97,1,", Ru),
        (",5", Ru),
        ("5,", Ru),
        ("1,23,456.0", En),
        ("1.234,5", En),
        ("2000,1-4000,0", Ru),
        ("123\n456", Ru),
        ("123\t456", Ru),
        ("123 | 456", Ru),
        ("--5", Ru),
        ("12345678901234567890123456789", Ru),
        ("0,00000000000000000000000000001", Ru),
        ("٣", Ru),
    ] {
        assert!(read(text, style).is_err(), "{text:?}");
    }
}

/// A cell in one line.
fn said(text: &str) -> String {
    let markers = BTreeMap::from([("n/a".to_string(), Status::NoData), ("^".to_string(), Status::NoData)]);
    match cell(text, NumberStyle::Ru, &markers) {
        CellValue::Number { value, marks, percent } => format!("{value}{} {}", if percent { "%" } else { "" }, marks.join(",")),
        CellValue::Status { status, marks } => format!("{status} {}", marks.join(",")),
        CellValue::Empty { marks } => format!("empty {}", marks.join(",")),
        CellValue::Unreadable(_) => "unreadable".to_string(),
        CellValue::Text => "text".to_string(),
    }
}

#[test]
fn cells() {
    for (text, wanted) in [
        ("106,2¹⁾", "106.2 1"),
        ("103,32²⁾", "103.32 2"),
        ("106,2 1)", "106.2 1"),
        ("106,2¹⁾ʼ²⁾", "106.2 1,2"),
        ("97,5*", "97.5 *"),
        ("12,5%", "12.5% "),
        ("-", "absent "),
        (" –\u{a0}", "absent "),
        (" -", "absent "),
        ("-\u{a0}", "absent "),
        ("\u{a0}-", "absent "),
        ("…4", "unreadable"),
        ("97,1,", "unreadable"),
        ("2000,1-4000,0", "unreadable"),
        ("97,511)", "unreadable"),
        ("20152),3)", "unreadable"),
        ("—", "absent "),
        ("х", "absent "),
        ("X", "absent "),
        ("…", "no_data "),
        ("...", "no_data "),
        ("..", "no_data "),
        ("…⁴", "no_data 4"),
        ("…4)", "no_data 4"),
        ("n/a", "no_data "),
        ("^", "no_data "),
        ("\u{a0} ", "empty "),
        ("⁴⁾", "empty 4"),
        ("106,21)", "unreadable"),
        ("222393)", "unreadable"),
        ("106,2¹5", "unreadable"),
        ("27746,7²⁾3", "unreadable"),
        ("20142)", "unreadable"),
        ("6512,3 6762,32)", "unreadable"),
        ("1E5", "unreadable"),
        ("январь", "text"),
        ("в % к 2010", "text"),
    ] {
        assert_eq!(said(text), wanted, "{text:?}");
    }
}

#[test]
fn glued_marks() {
    let row = |texts: &[&str]| texts.iter().map(|t| read(t, NumberStyle::Ru).unwrap()).collect::<Vec<_>>();
    for (text, neighbours, wanted) in [
        ("106,21)", row(&["99,2", "101,4", "98,0"]), Some(("106.2", "1"))),
        ("107,110)", row(&["99,2", "101,4", "98,0"]), Some(("107.1", "10"))),
        ("222393)", row(&["21515", "20000"]), Some(("22239", "3"))),
        ("3827510)", row(&["37000", "39000", "38100"]), Some(("38275", "10"))),
        ("97,511)", row(&["97,50", "99,10"]), Some(("97.51", "1"))),
        // nothing of its row is of its size, or has its decimals
        ("106,21)", row(&["9,2", "10,4", "9,8"]), None),
        ("106,21)", row(&["99", "101"]), None),
        ("106,201)", row(&["99,20", "101,40"]), Some(("106.20", "1"))),
        ("222393)", row(&[]), None),
        ("222393)", row(&["300", "400"]), None),
        ("6512,3 6762,32)", row(&["6000,1"]), None),
        ("100,5", row(&["99,2"]), None),
        (")", row(&["99,2"]), None),
        ("…1)", row(&["99,2"]), None),
    ] {
        let found = glued(text, NumberStyle::Ru, &neighbours).ok().map(|(v, m)| (v.to_string(), m.join(",")));
        assert_eq!(found, wanted.map(|(v, m)| (v.to_string(), m.to_string())), "{text}");
    }
}

proptest! {
    #[test]
    fn reads_what_is_rendered(mantissa in any::<i64>(), scale in 0u32..12) {
        let value = Decimal::new(mantissa, scale);
        for style in [NumberStyle::Ru, NumberStyle::En] {
            prop_assert_eq!(read(&value.to_string(), style).map(|v| v.to_string()), Ok(value.to_string()));
        }
        let grouped = grouped(&value.to_string());
        prop_assert_eq!(read(&grouped, NumberStyle::Ru), Ok(value), "{}", grouped);
    }

    #[test]
    fn never_panics(text in "\\PC{0,30}", figure in "[0-9 ,.)*²⁾-]{0,16}") {
        for text in [text, figure] {
            let row = [Decimal::new(1000, 1)];
            let _ = glued(&text, NumberStyle::Ru, &row);
            cell(&text, NumberStyle::En, &BTreeMap::new());
        }
    }
}

/// `1234567.8` as `1 234 567,8` with narrow blanks.
fn grouped(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |d| ("−", d));
    let (whole, decimals) = digits.split_once('.').map_or((digits, String::new()), |(w, d)| (w, format!(",{d}")));
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    format!("{sign}{out}{decimals}")
}
