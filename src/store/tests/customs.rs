//! Lines of customs dumps in the store: exact, with document and number, nothing twice and nothing replaced.

use super::{Doc, Fixture, document, let_in, now};
use crate::model::{CustomsLine, Dictionary, Entry, Flow, Lines, Named, Reading, RefusedLine};
use crate::store::Saved;
use std::sync::Arc;

fn named(code: &str, text: &str) -> Option<Arc<Named>> {
    Some(Arc::new(Named { code: code.to_string(), text: text.to_string() }))
}

pub(super) fn line(number: u32, year: i32, month: Option<u32>, value: &str) -> CustomsLine {
    CustomsLine {
        line: number,
        flow: Flow::Export,
        direction: "ЭК".into(),
        year,
        month,
        reporter: named("643", "643"),
        partner: named("NNN", "NNN"),
        code: "0101".into(),
        unit: None,
        value: Some(value.parse().unwrap()),
        weight: Some("-0.125".parse().unwrap()),
        quantity: None,
        region: named("45000", "45000 - МОСКВА"),
        district: None,
    }
}

pub(super) fn entry(code: &str, name: &str) -> Entry {
    Entry { dictionary: Dictionary::Region, line: 1, code: code.to_string(), name: name.to_string() }
}

impl Fixture {
    pub(super) fn keep(&mut self, name: char, day: u32, lines: Lines) -> Saved {
        let doc = Doc { name, as_of: day, known_from: day, held: true, figures: Vec::new(), spans: Vec::new() };
        let reading = Reading { lines, ..Reading::default() };
        let_in(&mut self.store, &document(&doc), &reading, &mut |_| Ok(Some(Reading::default())), now()).unwrap()
    }

    pub(super) fn texts(&self, sql: &str) -> Vec<String> {
        let mut query = self.store.db.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

const ROWS: &str =
    "SELECT concat_ws(' ', n.sha256 = printf('%064x', 97), r.line, r.flow, r.period, t.code, p.code, c.code, g.code, value_milli,
    weight_milli, quantity_milli) FROM customs_row AS r JOIN snapshot AS n ON n.id = r.snapshot_id
    JOIN customs_code AS c ON c.id = r.code_id JOIN customs_partner AS p ON p.id = r.partner_id
    JOIN customs_partner AS t ON t.id = r.reporter_id
    JOIN customs_region AS g ON g.id = r.region_id ORDER BY r.id";

#[test]
fn lines_with_their_document() {
    let mut fixture = Fixture::new();
    let first = Lines { customs: vec![line(1, 2014, None, "32.58"), line(2, 2014, Some(2), "7")], ..Lines::default() };
    let saved = fixture.keep('a', 1, first.clone());
    assert_eq!((saved.lines, saved.refused, saved.already_known), (2, 0, false));
    assert!(fixture.keep('a', 1, first).already_known);
    fixture.keep('b', 2, Lines { customs: vec![line(1, 2014, None, "33")], ..Lines::default() });
    let wanted = [
        "1 1 1 201400 643 NNN 0101 45000 32580 -125",
        "1 2 1 201402 643 NNN 0101 45000 7000 -125",
        "0 1 1 201400 643 NNN 0101 45000 33000 -125",
    ];
    assert_eq!(fixture.texts(ROWS), wanted);
    assert_eq!(fixture.store.logical_dump().unwrap().matches("\"customs_row\"").count(), 3);
    fixture.assert_sound();
}

#[test]
fn names_come_from_the_newest_dictionary() {
    let names = "SELECT code || '=' || name FROM customs_region ORDER BY code";
    let mut fixture = Fixture::new();
    fixture.keep('a', 2, Lines { customs: vec![line(1, 2014, None, "1")], ..Lines::default() });
    assert_eq!(fixture.texts(names), ["45000=45000 - МОСКВА"]);
    fixture.keep('b', 3, Lines { entries: vec![entry("45000", "ГОРОД МОСКВА"), entry("46000", "")], ..Lines::default() });
    assert_eq!(fixture.texts(names), ["45000=ГОРОД МОСКВА", "46000="]);
    fixture.keep('c', 1, Lines { entries: vec![entry("45000", "МОСКВА"), entry("46000", "ОБЛАСТЬ")], ..Lines::default() });
    assert_eq!(fixture.texts(names), ["45000=ГОРОД МОСКВА", "46000=ОБЛАСТЬ"]);
}

#[test]
fn refused_lines_wait_in_quarantine() {
    let mut fixture = Fixture::new();
    let refused =
        RefusedLine { line: 2, locator: "table 1, row 3, column 1".into(), reason: "no code".into(), raw: "ЭК\t2014".into() };
    let lines = Lines { customs: vec![line(1, 2014, None, "1")], refused: vec![refused], ..Lines::default() };
    let saved = fixture.keep('a', 1, lines.clone());
    fixture.keep('a', 1, lines);
    assert_eq!((saved.lines, saved.refused), (1, 1));
    let wanted = ["src|table 1, row 3, column 1|bad_line|no code|ЭК\t2014"];
    assert_eq!(fixture.texts("SELECT concat_ws('|', source_id, locator, rule, message, raw) FROM quarantine"), wanted);
}

/// An amount that has no whole thousandths never comes out of normalizing; should it, nothing of the document is stored.
#[test]
fn all_or_nothing() {
    let mut fixture = Fixture::new();
    let doc = Doc { name: 'a', as_of: 1, known_from: 1, held: true, figures: Vec::new(), spans: Vec::new() };
    let lines = Lines { customs: vec![line(1, 2014, None, "1"), line(2, 2014, None, "0.0001")], ..Lines::default() };
    let reading = Reading { lines, ..Reading::default() };
    assert!(let_in(&mut fixture.store, &document(&doc), &reading, &mut |_| Ok(None), now()).is_err());
    assert_eq!(fixture.texts("SELECT count(*) || '' FROM customs_row"), ["0"]);
    assert_eq!(fixture.texts("SELECT count(*) || '' FROM snapshot"), ["0"]);
}
