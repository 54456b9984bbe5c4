//! The door: what holds a document, what lets it in, and that nothing comes in by another way.

use super::{Doc, Fixture, date, document, now, reading, sha, year};
use crate::model::{Drift, Reading, Weight};
use crate::store::{Admitted, Gate, SnapshotRef};

fn doc(name: char, day: u32, figures: &[(u8, i32, &str)], span: (i32, i32)) -> Doc {
    let figures = figures.iter().map(|(s, y, text)| (*s, "r|t|", *y, text.to_string())).collect();
    Doc { name, as_of: day, known_from: day, held: true, figures, spans: vec![("r|t|", span.0, span.1)] }
}

/// Series 1 to 12 of a year, but these.
fn without(gone: &[u8]) -> Vec<(u8, i32, &'static str)> {
    (1..=12).filter(|series| !gone.contains(series)).map(|series| (series, 2019, "5.0")).collect()
}

impl Fixture {
    fn knock(&mut self, docs: &[Doc], at: usize, gate: Gate<'_>, drift: &[Drift]) -> Admitted {
        let mut reread = |at: &SnapshotRef| Ok(docs.iter().find(|doc| sha(doc.name) == at.sha256).map(reading));
        let said = Reading { drift: drift.to_vec(), ..reading(&docs[at]) };
        let admitted = self.store.admit(&document(&docs[at]), &said, &mut reread, gate, now()).unwrap();
        self.assert_sound();
        admitted
    }

    fn values(&self, period: i32) -> Vec<String> {
        let rows = self.store.vintages("p.i.s1.ru.level.a", year(period), None).unwrap();
        rows.iter().map(|row| row.value.map_or_else(|| row.status.to_string(), |value| value.to_string())).collect()
    }
}

/// Code, place, before and after of what holds or lacks.
fn told(admitted: &Admitted) -> (&'static str, Vec<String>) {
    let (how, drift) = match admitted {
        Admitted::Held { drift } => ("held", drift),
        Admitted::In { drift, incomplete: true, .. } => ("incomplete", drift),
        Admitted::In { drift, .. } => ("in", drift),
    };
    let weighty = drift.iter().filter(|one| one.weight != Weight::Told);
    (how, weighty.map(|one| format!("{} {} {} {}", one.code, one.place, one.before, one.after)).collect())
}

/// A second document after one of twelve series in 2019, and what becomes of it.
#[test]
fn what_holds_and_what_does_not() {
    let whole = doc('a', 1, &without(&[]), (2019, 2019));
    let with = |extra: &[(u8, i32, &'static str)]| [without(&[]), extra.to_vec()].concat();
    let million: Vec<_> = without(&[1]).into_iter().chain([(1, 2019, "5.0 million")]).collect();
    let gone = "series_gone p.i.s1.ru.level.a in r|t| nothing, though its periods are covered";
    let cases = [
        ("the same", doc('b', 2, &without(&[]), (2019, 2019)), "in", vec![]),
        ("a revision", doc('b', 2, &[without(&[1]), vec![(1, 2019, "5.1")]].concat(), (2019, 2019)), "in", vec![]),
        ("a blank", doc('b', 2, &[without(&[1]), vec![(1, 2019, "")]].concat(), (2019, 2019)), "in", vec![]),
        ("a new year", doc('b', 2, &with(&[(1, 2020, "6.0")]), (2019, 2020)), "in", vec![]),
        ("a new series", doc('b', 2, &with(&[(13, 2019, "6.0")]), (2019, 2019)), "in", vec![]),
        ("another unit", doc('b', 2, &million, (2019, 2019)), "held", vec!["unit_changed p.i.s1.ru.level.a percent million"]),
        ("a row of many", doc('b', 2, &without(&[1]), (2019, 2019)), "incomplete", vec![gone]),
        (
            "no figure of the year",
            doc('b', 2, &[(1, 2018, "1"), (1, 2020, "2")], (2018, 2018)),
            "incomplete",
            vec!["ends_earlier r|t|, frequency a until 2019-12-31 until 2018-12-31"],
        ),
    ];
    for (name, second, how, wanted) in cases {
        let docs = [whole.clone(), second];
        let mut fixture = Fixture::new();
        assert_eq!(told(&fixture.knock(&docs, 0, Gate::Closed, &[])), ("in", vec![]), "{name}");
        let (seen, drift) = told(&fixture.knock(&docs, 1, Gate::Closed, &[]));
        let drift: Vec<_> = drift.into_iter().filter(|one| !one.starts_with("series_lacks")).collect();
        assert_eq!((seen, drift), (how, wanted.iter().map(|one| one.to_string()).collect()), "{name}");
    }
}

/// More than a tenth of the rows, or a whole period: the layout was not understood.
#[test]
fn many_rows_or_a_period_hold() {
    let two = [without(&[]), vec![(1, 2020, "6.0"), (2, 2020, "6.0"), (1, 2021, "7.0")]].concat();
    let docs = [
        doc('a', 1, &two, (2019, 2021)),
        doc('b', 2, &[without(&[2, 3]), vec![(1, 2020, "6.0"), (1, 2021, "7.0")]].concat(), (2019, 2021)),
        doc('c', 3, &[without(&[]), vec![(1, 2021, "7.0")]].concat(), (2019, 2021)),
    ];
    let mut fixture = Fixture::new();
    fixture.knock(&docs, 0, Gate::Closed, &[]);
    let before = fixture.store.logical_dump().unwrap();
    let (how, drift) = told(&fixture.knock(&docs, 1, Gate::Closed, &[]));
    assert_eq!((how, drift.len()), ("held", 2), "{drift:?}");
    let held = fixture.knock(&docs, 2, Gate::Closed, &[]);
    assert_eq!(told(&held), ("held", vec!["period_gone r|t|, frequency a 2020 nothing".to_string()]));
    assert_eq!(fixture.store.logical_dump().unwrap(), before, "what is held changes nothing");
    let waiting = fixture.store.waiting(None).unwrap();
    assert_eq!(
        waiting.iter().map(|one| (one.sha256.clone(), one.held)).collect::<Vec<_>>(),
        [(sha('b'), true), (sha('c'), true)]
    );
    // tried again, it waits once
    fixture.knock(&docs, 2, Gate::Closed, &[]);
    assert_eq!(fixture.store.waiting(Some("src")).unwrap(), waiting);
}

/// A failed guard holds a first document too; accepted once, it does not hold the next one, and another figure does.
#[test]
fn a_change_is_accepted_once() {
    let docs = [1, 2, 3].map(|day| doc(char::from(b'a' + day as u8), day, &[(1, 2019, "5.0")], (2019, 2019)));
    let guard = |seen| [Drift::new(Weight::Holds, "checkpoint", "p.i.s1.ru.level.a 2019", "4.9", seen)];
    let mut fixture = Fixture::new();
    assert_eq!(told(&fixture.knock(&docs, 0, Gate::Closed, &guard("5.0"))).0, "held");
    assert!(fixture.values(2019).is_empty());
    assert_eq!(told(&fixture.knock(&docs, 0, Gate::Accepting("a new base"), &guard("5.0"))).0, "in");
    assert_eq!((fixture.values(2019), fixture.store.waiting(None).unwrap()), (vec!["5.0".to_string()], vec![]));
    assert_eq!(told(&fixture.knock(&docs, 1, Gate::Closed, &guard("5.0"))), ("in", vec![]));
    assert_eq!(told(&fixture.knock(&docs, 2, Gate::Closed, &guard("5.3"))).0, "held");
    let note = "SELECT group_concat(note) FROM drift WHERE accepted_at IS NOT NULL";
    assert_eq!(fixture.store.db.query_row(note, [], |row| row.get::<_, String>(0)).unwrap(), "a new base");
}

/// What one document lacked, the next one has; or a person says that it is fine.
#[test]
fn what_lacks_is_settled() {
    let docs = [
        doc('a', 1, &without(&[]), (2019, 2019)),
        doc('b', 2, &without(&[1]), (2019, 2019)),
        doc('c', 3, &without(&[]), (2019, 2019)),
        doc('d', 4, &without(&[2]), (2019, 2019)),
    ];
    let mut fixture = Fixture::new();
    let waits = |fixture: &Fixture| fixture.store.waiting(None).unwrap().iter().map(|one| one.sha256.clone()).collect::<Vec<_>>();
    for (at, wanted) in [(0, vec![]), (1, vec![sha('b')]), (2, vec![]), (3, vec![sha('d')])] {
        fixture.knock(&docs, at, Gate::Closed, &[]);
        assert_eq!(waits(&fixture), wanted);
    }
    assert_eq!(fixture.values(2019), ["5.0", "withdrawn", "5.0"]);
    assert_eq!(fixture.store.accept_lacks("src", &sha('d'), "ended", now()).unwrap(), 1);
    assert!(waits(&fixture).is_empty());
}

/// What is held does not come in when an older document makes the later ones be read again; and the older one is held itself
/// where it would change what the later ones mean.
#[test]
fn nothing_comes_in_by_the_back_door() {
    let docs = [
        doc('a', 5, &without(&[]), (2019, 2019)),
        doc('b', 7, &[(1, 2019, "9.9 million")], (2019, 2019)),
        doc('c', 3, &[without(&[]), vec![(1, 2018, "4.0")]].concat(), (2018, 2019)),
        doc('d', 2, &[(1, 2019, "0.5 million")], (2019, 2019)),
        doc('e', 9, &without(&[]), (2019, 2019)),
    ];
    let mut fixture = Fixture::new();
    assert_eq!(told(&fixture.knock(&docs, 0, Gate::Closed, &[])).0, "in");
    assert_eq!(told(&fixture.knock(&docs, 1, Gate::Closed, &[])).0, "held");
    let retold = fixture.knock(&docs, 2, Gate::Closed, &[]);
    assert!(matches!(&retold, Admitted::In { saved, .. } if saved.retold == 1), "{retold:?}");
    assert_eq!((fixture.values(2019), fixture.values(2018)), (vec!["5.0".to_string()], vec!["4.0".to_string()]));
    let old = fixture.knock(&docs, 3, Gate::Closed, &[]);
    assert_eq!(told(&old), ("held", vec!["unit_changed p.i.s1.ru.level.a million percent".to_string()]));
    assert_eq!(told(&fixture.knock(&docs, 4, Gate::Closed, &[])).0, "in");
    // accepted, it takes its place before the newest
    let accepted = fixture.knock(&docs, 1, Gate::Accepting(""), &[]);
    assert!(matches!(&accepted, Admitted::In { saved, .. } if saved.retold == 1), "{accepted:?}");
    assert_eq!(fixture.values(2019), ["5.0", "9.9", "5.0"]);
    assert_eq!(fixture.store.vintages("p.i.s1.ru.level.a", year(2019), Some(date(8))).unwrap()[0].unit, "million");
}

/// The one table of a reading under another name is the same table: a row that it lost is missed.
#[test]
fn a_renamed_table_is_known_again() {
    let docs = [doc('a', 1, &[(1, 2019, "5.0"), (2, 2019, "6.0")], (2019, 2019)), doc('b', 2, &[(2, 2019, "6.0")], (2019, 2019))];
    let mut renamed = docs[1].clone();
    renamed.figures[0].1 = "r|u|";
    renamed.spans[0].0 = "r|u|";
    let docs = [docs[0].clone(), renamed];
    let mut fixture = Fixture::new();
    fixture.knock(&docs, 0, Gate::Closed, &[]);
    let held = fixture.knock(&docs, 1, Gate::Closed, &[]);
    assert_eq!(told(&held).0, "held");
    let Admitted::Held { drift } = held else { panic!("it is held") };
    assert!(drift.iter().any(|one| one.code == "table_renamed" && one.before == "r|t|" && one.after == "r|u|"), "{drift:?}");
}

/// An older document has a row that the later ones lost: nothing is missing in it.
#[test]
fn what_later_documents_lack_is_told_of_an_older_one() {
    let docs = [doc('b', 5, &without(&[1]), (2019, 2019)), doc('a', 1, &without(&[]), (2019, 2019))];
    let mut fixture = Fixture::new();
    fixture.knock(&docs, 0, Gate::Closed, &[]);
    let Admitted::In { drift, incomplete: false, .. } = fixture.knock(&docs, 1, Gate::Closed, &[]) else { panic!("it is in") };
    assert_eq!(drift.iter().map(|one| (one.weight, one.code.as_str())).collect::<Vec<_>>(), [(Weight::Told, "series_gone")]);
    assert_eq!(fixture.values(2019), ["5.0", "withdrawn"]);
}
