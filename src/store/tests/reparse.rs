//! Documents that are read again: the store becomes what it would be, had they always been read so.

use super::customs::{entry, line};
use super::{Doc, Fixture, date, now, permutations, reading, sha};
use crate::model::{DateBasis, Issue, Lines, Reading, RefusedLine};
use crate::store::{Again, Kind, LineCounts, NotRead, ReadAgain, Reparsed, SnapshotRef, Writing};
use proptest::prelude::*;
use std::collections::HashSet;

/// How the documents are read now.
struct Now<'a> {
    docs: &'a [Doc],
    broken: HashSet<usize>,
}

impl Now<'_> {
    fn read(&self, at: &SnapshotRef) -> Result<ReadAgain, NotRead> {
        let found = self.docs.iter().position(|doc| sha(doc.name) == at.sha256 && date(doc.as_of) == at.as_of);
        let index = found.filter(|index| !self.broken.contains(index));
        let index = index.ok_or(NotRead { code: "gone".into(), message: String::new(), fatal: false })?;
        let doc = &self.docs[index];
        let basis = DateBasis::Stated;
        Ok(ReadAgain { reading: reading(doc), known_from: date(doc.known_from), known_from_basis: basis })
    }
}

fn reparse(fixture: &mut Fixture, docs: &[Doc], document: Option<&str>, note: Option<&str>) -> Reparsed {
    let now = Now { docs, broken: HashSet::new() };
    reparse_as(fixture, &now, document, note)
}

fn reparse_as(fixture: &mut Fixture, how: &Now<'_>, document: Option<&str>, note: Option<&str>) -> Reparsed {
    let writing = note.map(|note| Writing { note, at: now() + chrono::Duration::days(1) });
    let again = Again { source: "src", document, parser: "csv 2", writing };
    fixture.store.reparse(&again, &mut |at| how.read(at)).unwrap()
}

fn fresh(docs: &[Doc]) -> String {
    let mut fixture = Fixture::new();
    fixture.ingest(docs, &(0..docs.len()).collect::<Vec<_>>());
    fixture.store.logical_dump().unwrap()
}

fn doc(name: char, day: u32, figures: &[(u8, i32, &str)]) -> Doc {
    let figures = figures.iter().map(|(s, y, text)| (*s, "t", *y, text.to_string())).collect();
    Doc { name, as_of: day, known_from: day, held: true, figures, spans: vec![("t", 2018, 2019)] }
}

fn kinds(reparsed: &Reparsed) -> Vec<String> {
    let told = |document: &crate::store::Revision| {
        let one =
            |c: &crate::store::FigureChange| format!("{} {} {}", c.kind.as_str(), c.series.split('.').nth(2).unwrap(), c.period);
        document.changes.iter().map(one).collect::<Vec<_>>()
    };
    reparsed.documents.iter().flat_map(told).collect()
}

#[test]
fn a_better_reading_is_no_vintage() {
    let before = [doc('a', 1, &[(1, 2018, "5.0"), (1, 2019, "6.0")]), doc('b', 2, &[(1, 2018, "5.0"), (1, 2019, "6.1")])];
    let after =
        [doc('a', 1, &[(1, 2018, "50"), (2, 2019, "7")]), doc('b', 2, &[(1, 2018, "50"), (1, 2019, "6.1"), (2, 2019, "7")])];
    let mut fixture = Fixture::new();
    fixture.ingest(&before, &[0, 1]);
    let dump = fixture.store.logical_dump().unwrap();
    let shown = reparse(&mut fixture, &after, None, None);
    // the second document repeats what the first states now, and that is no change of it
    assert_eq!(kinds(&shown), ["lost s1 2019", "changed s1 2018", "added s2 2019"]);
    assert_eq!(fixture.store.logical_dump().unwrap(), dump, "nothing is written");
    let wrote = reparse(&mut fixture, &after, None, Some(""));
    assert_eq!((kinds(&wrote), wrote.written), (kinds(&shown), true));
    assert_eq!(fixture.store.logical_dump().unwrap(), fresh(&after));
    fixture.assert_sound();
    let history = "SELECT concat_ws(' ', s.code, o.period, coalesce(o.value, o.status), o.known_from, coalesce(o.known_to, '…'),
        o.parser, o.recorded_to IS NULL) FROM observation AS o JOIN series AS s ON s.id = o.series_id
        WHERE s.code LIKE '%s1%' ORDER BY o.period, o.known_from, o.id";
    let wanted = [
        "p.i.s1.ru.level.a 2018 5.0 2021-01-01 … csv 1 0",
        "p.i.s1.ru.level.a 2018 50 2021-01-01 … csv 2 1",
        "p.i.s1.ru.level.a 2019 6.0 2021-01-01 2021-01-02 csv 1 0",
        "p.i.s1.ru.level.a 2019 6.1 2021-01-02 … csv 1 1",
    ];
    assert_eq!(fixture.texts(history), wanted);
    assert_eq!(fixture.texts("SELECT outcome || ': ' || message FROM attempt"), ["reparsed: 1 lost, 1 changed, 1 added"]);
    assert_eq!(fixture.texts("SELECT parser FROM snapshot ORDER BY as_of"), ["csv 2", "csv 1"]);
    let again = reparse(&mut fixture, &after, None, Some(""));
    assert!(again.is_same() && !again.written, "{again:?}");
}

#[test]
fn a_cell_that_is_another_series_now_is_one_change() {
    let before = [doc('a', 1, &[(1, 2018, "5.0"), (1, 2019, "6.0")])];
    let after = [doc('a', 1, &[(2, 2018, "5.0"), (1, 2019, "6.0")])];
    let mut fixture = Fixture::new();
    fixture.ingest(&before, &[0]);
    let shown = reparse(&mut fixture, &after, None, None);
    assert_eq!(kinds(&shown), ["reassigned s2 2018"]);
    let (was, period) = shown.documents[0].changes[0].was.clone().unwrap();
    assert_eq!((was.as_str(), period.to_string().as_str()), ("p.i.s1.ru.level.a", "2018"));
}

#[test]
fn a_document_that_cannot_be_read_stays_and_the_others_go_on() {
    let docs =
        |third: &str| [doc('a', 1, &[(1, 2018, "5.0")]), doc('b', 2, &[(1, 2018, "5.1")]), doc('c', 3, &[(1, 2018, third)])];
    let mut fixture = Fixture::new();
    fixture.ingest(&docs("5.2"), &[0, 1, 2]);
    let after = docs("5.3");
    let how = Now { docs: &after, broken: HashSet::from([1]) };
    let wrote = reparse_as(&mut fixture, &how, None, Some(""));
    assert_eq!((kinds(&wrote), wrote.written), (vec!["changed s1 2018".to_string()], true));
    assert_eq!(wrote.documents[1].failed.as_ref().map(|not| not.code.as_str()), Some("gone"));
    assert_eq!(fixture.store.logical_dump().unwrap(), fresh(&after));
    let none = Now { docs: &after, broken: HashSet::from([0, 1, 2]) };
    let wrote = reparse_as(&mut fixture, &none, None, Some("why"));
    assert!(wrote.documents.iter().all(|one| one.failed.is_some()) && !wrote.written);
    assert_eq!(fixture.store.logical_dump().unwrap(), fresh(&after));
}

#[test]
fn one_document_and_those_after_it() {
    let docs = |figure: &str| ['a', 'b', 'c'].map(|name| doc(name, u32::from(name) - 96, &[(1, 2018, figure)]));
    let mut fixture = Fixture::new();
    fixture.ingest(&docs("5.0"), &[0, 1, 2]);
    let after = docs("5.1");
    let (prefix, other) = (sha('b'), sha('z'));
    assert!(reparse(&mut fixture, &after, Some(&other), Some("")).documents.is_empty());
    let wrote = reparse(&mut fixture, &after, Some(&prefix), Some(""));
    assert_eq!((wrote.documents.len(), kinds(&wrote)), (2, vec!["changed s1 2018".to_string()]));
    let [first, ..] = docs("5.0");
    let [_, second, third] = after;
    assert_eq!(fixture.store.logical_dump().unwrap(), fresh(&[first, second, third]));
}

#[test]
fn a_guard_that_fails_needs_a_word() {
    let docs = [doc('a', 1, &[(1, 2018, "5.0")])];
    let mut fixture = Fixture::new();
    fixture.ingest(&docs, &[0]);
    let dump = fixture.store.logical_dump().unwrap();
    let guard = crate::model::Drift::new(crate::model::Weight::Holds, "checkpoint", "p.i.s1.ru.level.a 2018", "5.0", "5.1");
    let mut read = |_: &SnapshotRef| {
        let mut reading = reading(&doc('a', 1, &[(1, 2018, "5.1")]));
        reading.drift.push(guard.clone());
        reading.issues.push(Issue::warning("checkpoint", "t!1", "5.1", "5.0"));
        Ok(ReadAgain { reading, known_from: date(1), known_from_basis: DateBasis::Stated })
    };
    let mut again = |note: &str, store: &mut crate::store::Store| {
        let writing = Some(Writing { note, at: now() });
        store.reparse(&Again { source: "src", document: None, parser: "csv 2", writing }, &mut read).unwrap()
    };
    let held = again("", &mut fixture.store);
    assert_eq!((held.written, held.held, held.documents[0].guards.len()), (false, true, 1));
    assert_eq!(fixture.store.logical_dump().unwrap(), dump);
    let wrote = again("the publisher misprinted it", &mut fixture.store);
    assert_eq!((wrote.written, wrote.held, wrote.documents[0].issues_new.len()), (true, false, 1));
    assert_eq!(
        fixture.texts("SELECT note FROM drift WHERE accepted_at IS NOT NULL AND code = 'checkpoint'"),
        ["the publisher misprinted it"]
    );
    assert!(again("", &mut fixture.store).is_same());
}

/// Lines have no history: they become what is read today.
#[test]
fn lines_that_are_kept_as_they_are() {
    let refused = |row: u32| RefusedLine { line: row, locator: format!("row {row}"), reason: "no code".into(), raw: "x".into() };
    let before = Lines {
        customs: vec![line(1, 2014, None, "1"), line(2, 2014, None, "2"), line(3, 2014, None, "3")],
        entries: vec![entry("45000", "MOSCOW")],
        refused: vec![refused(4), refused(5)],
        ..Lines::default()
    };
    let after = Lines {
        customs: vec![line(1, 2014, None, "1"), line(2, 2015, None, "2"), line(4, 2014, None, "4"), line(5, 2014, None, "5")],
        entries: vec![entry("45000", "CITY"), entry("46000", "")],
        refused: vec![refused(5), refused(6)],
        ..Lines::default()
    };
    let (mut fixture, mut fresh) = (Fixture::new(), Fixture::new());
    fixture.keep('a', 1, before);
    fresh.keep('a', 1, after.clone());
    let mut again = |writing| {
        let again = Again { source: "src", document: None, parser: "csv 2", writing };
        let reading = || Reading { lines: after.clone(), ..Reading::default() };
        let mut read =
            |_: &SnapshotRef| Ok(ReadAgain { reading: reading(), known_from: date(1), known_from_basis: DateBasis::Stated });
        fixture.store.reparse(&again, &mut read).unwrap()
    };
    let wanted = LineCounts { added: 2, changed: 1, lost: 1, fit_now: 1, refused_now: 1 };
    let shown = again(None);
    assert_eq!((shown.documents[0].lines, shown.names), (wanted, 2));
    let wrote = again(Some(Writing { note: "", at: now() }));
    assert_eq!((wrote.documents[0].lines, wrote.names, wrote.written), (wanted, 2, true));
    assert!(again(None).is_same());
    assert_eq!(fixture.store.logical_dump().unwrap(), fresh.store.logical_dump().unwrap());
    assert_eq!(fixture.texts("SELECT locator FROM quarantine WHERE released_at IS NULL"), ["row 5", "row 6"]);
    assert_eq!(fixture.texts("SELECT code || '=' || name FROM customs_region ORDER BY code"), ["45000=CITY", "46000="]);
}

/// What a document says now, in the place of what it said.
fn reread(old: &Doc, new: Doc) -> Doc {
    let as_now = Doc { name: old.name, as_of: old.as_of, held: true, known_from: new.known_from.min(old.as_of), ..new };
    if old.held { as_now } else { old.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    /// The strongest oracle there is: a store that never knew the old readings.
    #[test]
    fn reading_again_is_as_if_it_had_always_been_read_so((docs, others, order) in permutations::any_docs().prop_flat_map(|docs| {
        let order = Just((0..docs.len()).collect::<Vec<_>>()).prop_shuffle();
        let others = prop::collection::vec(prop::option::of(permutations::any_doc()), docs.len());
        (Just(docs), others, order)
    })) {
        let after: Vec<Doc> = docs.iter().zip(others).map(|(old, new)| new.map_or(old.clone(), |new| reread(old, new))).collect();
        let mut fixture = Fixture::new();
        fixture.ingest(&docs, &order);
        let (before, wanted) = (fixture.store.logical_dump().unwrap(), fresh(&after));
        let shown = reparse(&mut fixture, &after, None, None);
        prop_assert_eq!(fixture.store.logical_dump().unwrap(), &before[..]);
        prop_assert_eq!(shown.is_same(), before == wanted, "{:?}", shown);
        let wrote = reparse(&mut fixture, &after, None, Some("why"));
        prop_assert_eq!(fixture.store.logical_dump().unwrap(), wanted);
        fixture.assert_sound();
        for kind in Kind::ALL {
            let count = |of: &Reparsed| of.documents.iter().map(|one| one.count(kind)).sum::<usize>();
            prop_assert_eq!(count(&shown), count(&wrote), "{:?}", kind);
        }
        let again = reparse(&mut fixture, &after, None, Some(""));
        prop_assert!(again.is_same() && !again.written);
    }

    /// Whatever cannot be read: every chain stays whole, and a later try that reads all of it comes to the same.
    #[test]
    fn documents_that_cannot_be_read_break_no_chain((docs, others, broken) in permutations::any_docs().prop_flat_map(|docs| {
        let others = prop::collection::vec(prop::option::of(permutations::any_doc()), docs.len());
        let broken = prop::collection::hash_set(0..docs.len(), 0..docs.len());
        (Just(docs), others, broken)
    })) {
        let after: Vec<Doc> = docs.iter().zip(others).map(|(old, new)| new.map_or(old.clone(), |new| reread(old, new))).collect();
        let mut fixture = Fixture::new();
        fixture.ingest(&docs, &(0..docs.len()).collect::<Vec<_>>());
        reparse_as(&mut fixture, &Now { docs: &after, broken }, None, Some("why"));
        fixture.assert_sound();
        reparse(&mut fixture, &after, None, Some("why"));
        prop_assert_eq!(fixture.store.logical_dump().unwrap(), fresh(&after));
    }
}

/// What is unknown to the chain is no document of it.
#[test]
fn a_source_without_documents_is_nothing() {
    let mut fixture = Fixture::new();
    assert_eq!(reparse(&mut fixture, &[], None, Some("")), Reparsed::default());
    assert!(fixture.store.sources_read().unwrap().is_empty());
}
