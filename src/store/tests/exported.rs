//! Evidence files: the file is the truth for its rows.

use super::{Doc, Fixture, date, now, sha, year};
use crate::model::{Class, DateBasis, Status};
use crate::store::{ExportedRow, SyncCount};

fn row(day: u32, text: &str, class: Class) -> ExportedRow {
    ExportedRow {
        source: "src".into(),
        series: "p.i.s1.ru.level.a".parse().unwrap(),
        period: year(2019),
        value: Some(text.parse().unwrap()),
        status: Status::Published,
        class,
        printed: text.into(),
        raw: None,
        unit: "percent".into(),
        sha256: Some(sha('x')),
        held: false,
        as_of: date(day),
        as_of_basis: DateBasis::Recorded,
        known_from: date(day),
        known_from_basis: DateBasis::Recorded,
        url: "https://example.org/x".into(),
        obtained_from: "an archive".into(),
        locator: "A1".into(),
        notes: vec!["a note".into()],
        transcription: None,
    }
}

#[test]
fn the_store_follows_the_file() {
    let mut fixture = Fixture::new();
    let first = vec![row(1, "5.0", Class::Exported), row(9, "5.2", Class::Exported), row(1, "5.3", Class::Quoted)];
    let steps: [(Vec<ExportedRow>, SyncCount, usize); 5] = [
        (first.clone(), SyncCount { inserted: 3, closed: 0, kept: 0 }, 3),
        (first.clone(), SyncCount { inserted: 0, closed: 0, kept: 3 }, 3),
        (vec![first[1].clone()], SyncCount { inserted: 0, closed: 2, kept: 1 }, 1),
        (vec![row(5, "5.1", Class::Exported), first[1].clone()], SyncCount { inserted: 1, closed: 0, kept: 1 }, 2),
        (vec![row(5, "5.15", Class::Exported), first[1].clone()], SyncCount { inserted: 1, closed: 1, kept: 1 }, 2),
    ];
    for (i, (rows, wanted, length)) in steps.iter().enumerate() {
        assert_eq!(fixture.store.sync_exported("e.csv", rows, now()).unwrap(), *wanted, "step {i}");
        assert_eq!(fixture.store.vintages("p.i.s1.ru.level.a", year(2019), None).unwrap().len(), *length, "step {i}");
        fixture.assert_sound();
    }
    let chain = fixture.store.vintages("p.i.s1.ru.level.a", year(2019), None).unwrap();
    assert_eq!((chain[0].known_to, chain[1].known_to), (Some(date(9)), None));
    assert_eq!((chain[0].held, chain[0].notes.len()), (false, 1));
}

#[test]
fn refused_rows() {
    let mut fixture = Fixture::new();
    let mut without_value = row(1, "5.0", Class::Exported);
    without_value.value = None;
    let cases = [
        vec![row(1, "5.0", Class::Parsed)],
        vec![without_value],
        vec![row(1, "5.0", Class::Exported), row(1, "5.1", Class::Exported)],
    ];
    for rows in cases {
        assert!(fixture.store.sync_exported("e.csv", &rows, now()).is_err());
    }
    assert_eq!(fixture.store.counts().unwrap().observations, 0);
}

/// Two chains with one known_from: an issue while they differ; `latest` takes the better class.
#[test]
fn sources_that_disagree_are_reported() {
    let mut fixture = Fixture::new();
    let figures = vec![(1, "t", 2019, "5.0".to_string())];
    let parsed = Doc { name: 'a', as_of: 3, known_from: 3, held: true, figures, spans: vec![] };
    fixture.ingest(&[parsed], &[0]);
    let cases = [("5.1", Class::Exported, 1), ("5.00", Class::Exported, 0), ("5.2", Class::Transcribed, 1)];
    for (text, class, wanted) in cases {
        fixture.store.sync_exported("e.csv", &[row(3, text, class)], now()).unwrap();
        let issues = fixture.store.issues(Some("src")).unwrap();
        assert_eq!(issues.len(), wanted, "{text}: {issues:?}");
        let latest: String = fixture.store.db.query_row("SELECT class FROM latest", [], |r| r.get(0)).unwrap();
        assert_eq!(latest, "parsed");
    }
    fixture.store.sync_exported("e.csv", &[], now()).unwrap();
    assert!(fixture.store.issues(None).unwrap().is_empty());
    fixture.assert_sound();
}

/// Evidence before documents or after them: the same store.
#[test]
fn evidence_and_documents_in_any_order() {
    let figures = |text: &str| vec![(1, "t", 2019, text.to_string())];
    let doc = |name, day, text| Doc { name, as_of: day, known_from: day, held: true, figures: figures(text), spans: vec![] };
    let docs = [doc('a', 3, "5.0"), doc('b', 5, "5.5"), doc('c', 5, "5.1")];
    let rows = [row(3, "5.2", Class::Exported), row(5, "5.1", Class::Exported), row(5, "5.5", Class::Quoted)];
    let mut dumps = Vec::new();
    for (before, after) in [(vec![], vec![0, 1, 2]), (vec![2, 0], vec![1]), (vec![1, 2, 0], vec![])] {
        let mut fixture = Fixture::new();
        fixture.ingest(&docs, &before);
        fixture.store.sync_exported("e.csv", &rows, now()).unwrap();
        fixture.ingest(&docs, &after);
        fixture.assert_sound();
        dumps.push(fixture.store.logical_dump().unwrap());
    }
    assert!(dumps.iter().all(|dump| *dump == dumps[0]), "{dumps:#?}");
    assert!(dumps[0].contains("sources_disagree"));
}
