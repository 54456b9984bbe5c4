//! Saving documents: what the chain looks like afterwards.

use super::{Doc, Fixture, date, document, let_in, now, reading, sha, year};
use crate::model::Issue;
use crate::store::{AttemptEnd, StoreError};

fn doc(name: char, day: u32, figures: &[(u8, i32, &str)], span: (i32, i32)) -> Doc {
    let figures = figures.iter().map(|(s, y, text)| (*s, "t", *y, text.to_string())).collect();
    Doc { name, as_of: day, known_from: day, held: true, figures, spans: vec![("t", span.0, span.1)] }
}

/// Value or status, known from, known to (days of 2021; 0: open).
fn chain(fixture: &Fixture, period: i32) -> Vec<(String, u32, u32)> {
    use chrono::Datelike;
    let rows = fixture.store.vintages("p.i.s1.ru.level.a", year(period), None).unwrap();
    let said = |v: &crate::store::VintageRow| v.value.map_or_else(|| v.status.to_string(), |d| d.to_string());
    rows.iter().map(|v| (said(v), v.known_from.ordinal(), v.known_to.map_or(0, |d| d.ordinal()))).collect()
}

/// F23: sequences of one figure (day, text; `.` not delivered inside the coverage) and the chain they leave.
#[test]
fn chains() {
    type Step = (u32, &'static str);
    type Link = (&'static str, u32, u32);
    let cases: [(&[Step], &[Link]); 8] = [
        (&[(1, "5.0"), (2, "5.0")], &[("5.0", 1, 0)]),
        (&[(1, "5.0"), (2, "5.1"), (3, "5.0")], &[("5.0", 1, 2), ("5.1", 2, 3), ("5.0", 3, 0)]),
        (&[(3, "5.0"), (1, "5.0"), (2, "5.1")], &[("5.0", 1, 2), ("5.1", 2, 3), ("5.0", 3, 0)]),
        (&[(1, "5.0"), (2, "."), (3, "."), (4, "5.0")], &[("5.0", 1, 2), ("withdrawn", 2, 4), ("5.0", 4, 0)]),
        (&[(1, "5.0"), (2, ""), (3, "")], &[("5.0", 1, 2), ("withdrawn", 2, 0)]),
        (&[(2, ""), (1, ".")], &[("blank", 2, 0)]),
        (&[(2, ""), (1, "5.0")], &[("5.0", 1, 2), ("withdrawn", 2, 0)]),
        (&[(1, "5.0"), (2, "x"), (3, "-")], &[("5.0", 1, 2), ("withheld", 2, 3), ("absent", 3, 0)]),
    ];
    for (steps, wanted) in cases {
        let figure = |text: &'static str| if text == "." { vec![] } else { vec![(1, 2019, text)] };
        let docs: Vec<Doc> =
            steps.iter().map(|(d, text)| doc(char::from(b'a' + *d as u8), *d, &figure(text), (2019, 2019))).collect();
        let mut fixture = Fixture::new();
        fixture.ingest(&docs, &(0..docs.len()).collect::<Vec<_>>());
        let wanted: Vec<_> = wanted.iter().map(|(v, from, to)| (v.to_string(), *from, *to)).collect();
        assert_eq!(chain(&fixture, 2019), wanted, "{steps:?}");
        fixture.assert_sound();
    }
}

/// A publisher replaces a document within a day: the later fetch stands, whatever the hashes and the order of saving.
#[test]
fn documents_of_one_day_are_ordered_by_the_hour() {
    for (first, second) in [('a', 'b'), ('b', 'a')] {
        for order in [[0, 1], [1, 0]] {
            let docs = [(first, "5.0", 8), (second, "5.2", 9)].map(|(name, text, hour)| {
                (doc(name, 1, &[(1, 2019, text)], (2019, 2019)), now() + chrono::Duration::hours(hour))
            });
            let mut fixture = Fixture::new();
            let mut reread = |at: &crate::store::SnapshotRef| {
                Ok(docs.iter().find(|(doc, _)| sha(doc.name) == at.sha256).map(|(doc, _)| reading(doc)))
            };
            for (doc, fetched_at) in order.map(|i| &docs[i]) {
                let document = crate::store::Document { fetched_at: Some(*fetched_at), ..document(doc) };
                let_in(&mut fixture.store, &document, &reading(doc), &mut reread, now()).unwrap();
            }
            assert_eq!(
                chain(&fixture, 2019),
                [("5.0".to_string(), 1, 1), ("5.2".to_string(), 1, 0)],
                "{first}{second} {order:?}"
            );
        }
    }
}

#[test]
fn views_and_as_of() {
    let mut fixture = Fixture::new();
    let docs = [doc('a', 1, &[(1, 2019, "5.0")], (2019, 2019)), doc('b', 9, &[(1, 2019, "5.2")], (2019, 2019))];
    fixture.ingest(&docs, &[0, 1]);
    let text = |sql: &str| fixture.store.db.query_row(sql, [], |r| r.get::<_, String>(0)).unwrap();
    assert_eq!(text("SELECT value FROM latest"), "5.2");
    assert_eq!(text("SELECT value FROM first_print"), "5.0");
    assert_eq!(text("SELECT before || ' ' || after FROM revisions"), "5.0 5.2");
    let on = |n| fixture.store.vintages("p.i.s1.ru.level.a", year(2019), Some(date(n))).unwrap();
    assert_eq!(on(8)[0].value.unwrap().to_string(), "5.0");
    assert_eq!(on(9).len(), 1);
    assert_eq!(on(9)[0].value.unwrap().to_string(), "5.2");
    assert_eq!(on(9)[0].sha256.as_deref(), Some(sha('b').as_str()));
    assert!(fixture.store.series_exists("p.i.s1.ru.level.a").unwrap());
    assert_eq!(fixture.store.series_info("p.i.s1.ru.level.a").unwrap().unwrap().item, "s1");
}

/// A document that repeats what is known adds coverage, not rows; rows that stay keep their ids when an older one arrives.
#[test]
fn ids_stay() {
    let mut fixture = Fixture::new();
    let docs = [
        doc('b', 5, &[(1, 2019, "5.0"), (2, 2019, "1")], (2019, 2019)),
        doc('a', 1, &[(1, 2019, "4.9"), (2, 2019, "1")], (2019, 2019)),
    ];
    fixture.ingest(&docs, &[0]);
    let before = fixture.store.vintages("p.i.s1.ru.level.a", year(2019), None).unwrap();
    fixture.ingest(&docs, &[1]);
    let after = fixture.store.vintages("p.i.s1.ru.level.a", year(2019), None).unwrap();
    assert_eq!(before[0].id, after[1].id);
    let gone: i64 =
        fixture.store.db.query_row("SELECT count(*) FROM observation WHERE recorded_to IS NOT NULL", [], |r| r.get(0)).unwrap();
    assert_eq!(gone, 1, "the repeat of the second series is folded, its row closed and not deleted");
}

#[test]
fn coverage_lost_is_told_by_day_of_fetching() {
    let mut fixture = Fixture::new();
    // Fetched later, yet an older copy: known from day 1.
    let mut old_copy = doc('c', 9, &[(1, 2018, "5.0")], (2018, 2018));
    old_copy.known_from = 1;
    let docs = [doc('b', 5, &[(1, 2018, "5.0"), (1, 2019, "6.0")], (2018, 2019)), old_copy];
    fixture.ingest(&docs, &[1]);
    assert!(fixture.store.issues(None).unwrap().is_empty());
    fixture.ingest(&docs, &[0]);
    let issues = fixture.store.issues(Some("src")).unwrap();
    assert_eq!(issues.len(), 1);
    assert_eq!((issues[0].code.as_str(), issues[0].sha256.clone()), ("coverage_lost", Some(sha('c'))));
    assert!(issues[0].wanted.ends_with("lost 2019-01-01/2019-12-31"), "{}", issues[0].wanted);
    assert_eq!(chain(&fixture, 2019), [("6.0".to_string(), 5, 0)], "no tombstone outside the coverage");
}

#[test]
fn the_attempt_ends_with_the_document() {
    let mut fixture = Fixture::new();
    let first = doc('a', 1, &[(1, 2019, "5.0")], (2019, 2019));
    let mut said = reading(&first);
    said.issues.push(Issue::warning("unknown_row", "A1", "x", "a known row"));
    let end = AttemptEnd { finished_at: now(), outcome: "stored".into(), ..AttemptEnd::default() };
    for (outcome, known) in [("stored", false), ("known", true)] {
        let id = fixture.store.begin_attempt("src", "replay", None, now()).unwrap();
        let doc = crate::store::Document { attempt: Some((id, end.clone())), ..document(&first) };
        let saved = let_in(&mut fixture.store, &doc, &said, &mut |_| Ok(None), now()).unwrap();
        assert_eq!(saved.already_known, known);
        assert_eq!(fixture.store.status_rows().unwrap()[0].outcome.as_deref(), Some(outcome));
        assert_eq!(fixture.store.documents(None, 10).unwrap()[0].sha256, Some(sha('a')));
    }
    assert_eq!(fixture.store.issues(None).unwrap()[0].code, "unknown_row");
}

/// P5, P9: what cannot be told again is refused, and nothing changes.
#[test]
fn a_later_document_that_is_gone_stops_the_save() {
    let mut fixture = Fixture::new();
    let docs = [doc('b', 5, &[(1, 2019, "5.0")], (2019, 2019)), doc('a', 1, &[(1, 2019, "5.0")], (2019, 2019))];
    fixture.ingest(&docs, &[0]);
    let before = fixture.store.logical_dump().unwrap();
    let error = let_in(&mut fixture.store, &document(&docs[1]), &reading(&docs[1]), &mut |_| Ok(None), now()).unwrap_err();
    assert!(matches!(error, StoreError::Reread { .. }), "{error}");
    assert_eq!(fixture.store.logical_dump().unwrap(), before);
}

#[test]
fn two_figures_for_one_period_are_reported() {
    let mut fixture = Fixture::new();
    let twice = doc('a', 1, &[(1, 2019, "5.0"), (1, 2019, "5.0"), (1, 2019, "6.0")], (2019, 2019));
    fixture.ingest(&[twice], &[0]);
    assert_eq!(chain(&fixture, 2019), [("5.0".to_string(), 1, 0)]);
    let issues = fixture.store.issues(None).unwrap();
    assert_eq!(issues.iter().map(|i| i.code.as_str()).collect::<Vec<_>>(), ["conflict"]);
}

/// A large document goes in within seconds, even unoptimised; the bound is loose, for machines are busy.
#[test]
fn a_large_document_is_saved_in_bulk() {
    let mut fixture = Fixture::new();
    let figures: Vec<(u8, &'static str, i32, String)> =
        (0..20_000).map(|i| ((i % 100) as u8, "t", 1000 + i / 100, format!("{i}.5"))).collect();
    let large = Doc { name: 'l', as_of: 1, known_from: 1, held: true, figures, spans: vec![("t", 1000, 1200)] };
    let (doc, said) = (document(&large), reading(&large));
    let began = std::time::Instant::now();
    let saved = let_in(&mut fixture.store, &doc, &said, &mut |_| Ok(None), now()).unwrap();
    assert_eq!((saved.first, saved.repeated), (20_000, 0));
    assert!(began.elapsed().as_secs() < 20);
    fixture.assert_sound();
}
