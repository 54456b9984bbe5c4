//! Rendering, on a small page.

use super::*;
use chrono::NaiveDate;

const PAGE: &str = "<html><body><p>Prices, per cent<table border=1><tr><th rowspan=2>Item<th colspan=2>2020\
    <tr><th>January<sup>1</sup><th>February<tr><td>Bread<td>101.5<td>102<tr><td>Milk<td>99<td>98</table><p>¹ Revised.</body></html>";

fn shown(rows: usize, width: usize) -> String {
    let look = Look { rows, ..Look::default() };
    let day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let preview = pipeline::preview(&Reader::InProcess, &Document::of(PAGE.as_bytes()), &look, None, day).unwrap();
    text("p.html", PAGE.len(), &preview, None, rows, width)
}

#[test]
fn a_page_is_shown_in_its_order_with_marks_and_merges() {
    let shown = shown(30, 80);
    let wanted = [
        "p.html: html, ",
        "1 table, 2 paragraphs",
        "Prices, per cent",
        "table 1\n",
        "4 rows, columns A to C",
        "row  A      B",
        "←2020",
        "↑Item",
        "January¹",
        "101.5",
        "¹ Revised.",
        "← ↑ ↖",
    ];
    let mut rest = shown.as_str();
    for words in wanted {
        let at = rest.find(words).unwrap_or_else(|| panic!("{words:?} is not (in this order) in\n{shown}"));
        rest = &rest[at..];
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let shown = shown(1, 40);
    assert!(shown.contains("… 3 more rows (--rows shows more)"), "{shown}");
    assert!(
        shown.lines().skip(1).filter(|line| !line.contains("--") && !line.contains('↖')).all(|line| line.chars().count() <= 40)
    );
}
