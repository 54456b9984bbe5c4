//! One change at a time, and two at once.

use super::*;

fn seen(id: i64, from: &str, printed: &str, document: &str) -> Seen {
    Seen {
        observation: Some(id),
        source: "s".into(),
        class: "parsed".into(),
        known_from: from.into(),
        printed: printed.into(),
        status: "published".into(),
        document: document.into(),
        locator: "Months!B4".into(),
        parser: "sverka 0.1.0".into(),
        evidence: None,
    }
}

fn basis(vintages: &[Seen]) -> Basis {
    let asked = [("printed", "16.8%"), ("series", "p.a"), ("cutoff", "2021-01-01"), ("relation r", "sum c1 = c2, c3")];
    Basis {
        asked: Some(asked.map(|(name, text)| (name.to_string(), text.to_string())).into()),
        deciding: vintages.last().and_then(|seen| seen.observation),
        seen: vintages.to_vec(),
        bound: ["c1", "c2", "c3"].map(str::to_string).into(),
    }
}

fn inputs() -> Inputs {
    let [paper, evidence, sources, program, parser] = ["p", "e", "s", "0.1.0", "sverka 0.1.0"].map(str::to_string);
    Inputs { paper, evidence, sources, program, parser }
}

fn with(field: &str, text: &str) -> Basis {
    let mut basis = basis(&first());
    basis.asked.as_mut().unwrap().insert(field.to_string(), text.to_string());
    basis
}

fn first() -> Vec<Seen> {
    vec![seen(1, "2020-04-20", "83.2", "aaaaaaaaaaaaaaaa")]
}

fn told(
    side: Side,
    before: &Basis,
    after: &Basis,
    now: &Inputs,
    others: &BTreeMap<String, Vec<String>>,
) -> (&'static str, String) {
    let before_inputs = inputs();
    let changed = Changed { side, before: Some(before), after, inputs: (&before_inputs, now), others, came: None };
    let Explained { cause, message } = explain(&changed);
    (cause.as_str(), message)
}

fn external(before: &Basis, after: &Basis) -> (&'static str, String) {
    told(Side::External, before, after, &inputs(), &BTreeMap::new())
}

#[test]
fn documents() {
    let old = basis(&first());
    let second = seen(2, "2020-05-20", "83.7", "bbbbbbbbbbbbbbbb");
    let both = |one: Seen| basis(&[first(), vec![one]].concat());
    let wanted = "s says 83.7 since 2020-05-20 (document bbbbbbbbbbbb, Months!B4); until then it was 83.2 since 2020-04-20.";
    assert_eq!(external(&old, &both(second.clone())), ("vintage", wanted.into()));
    let taken = Seen { status: "withdrawn".into(), printed: String::new(), locator: String::new(), ..second.clone() };
    let wanted = "s withdrew the figure on 2020-05-20 (document bbbbbbbbbbbb); until then it was 83.2 since 2020-04-20.";
    assert_eq!(external(&old, &both(taken)), ("withdrawn", wanted.into()));
    let wanted = "s says 83.2 since 2020-04-20 (document aaaaaaaaaaaa, Months!B4); nothing earlier is held.";
    assert_eq!(external(&basis(&[]), &old), ("vintage", wanted.into()));
    let (cause, message) = external(&basis(std::slice::from_ref(&second)), &both(second.clone()));
    assert!(cause == "vintage" && message.starts_with("A document of an earlier day came: s says 83.2"), "{message}");
}

/// The vintage that decides is named, although it is not the newest that came.
#[test]
fn of_several_vintages_the_one_that_decides() {
    let came = [seen(2, "2020-05-20", "83.7", "bb"), seen(3, "2020-06-20", "83.9", "cc")];
    let mut after = basis(&[first(), came.to_vec()].concat());
    after.deciding = Some(2);
    let message = external(&basis(&first()), &after).1;
    assert!(
        message.starts_with("s says 83.7") && message.ends_with(". Another vintage of the figure came with it."),
        "{message}"
    );
    after.deciding = Some(1);
    assert!(external(&basis(&first()), &after).1.starts_with("s says 83.9"), "the old one decides, the newest made it old");
}

#[test]
fn the_same_document_read_again() {
    let old = basis(&first());
    let again = Seen { observation: Some(2), printed: "83.7".into(), ..first().remove(0) };
    let newer = Seen { parser: "sverka 0.2.0".into(), ..again.clone() };
    let wanted = "sverka 0.2.0 reads 83.7 of s, document aaaaaaaaaaaa, Months!B4; sverka 0.1.0 read 83.2.";
    assert_eq!(external(&old, &basis(&[newer])), ("parser", wanted.into()));
    assert_eq!(external(&old, &basis(&[again])).0, "mapping");
    assert_eq!(external(&old, &basis(&[])).0, "mapping");
    let now = Inputs { parser: "sverka 0.2.0".into(), ..inputs() };
    assert_eq!(told(Side::External, &old, &basis(&[]), &now, &BTreeMap::new()).0, "parser");
}

#[test]
fn rows_of_evidence() {
    let row = |id, printed: &str| Seen {
        evidence: Some("q/s.csv".into()),
        class: "transcribed".into(),
        ..seen(id, "2020-04-20", printed, "https://e.org/a")
    };
    let cases = [
        (
            vec![row(1, "1,0")],
            vec![row(2, "1,5")],
            "evidence/q/s.csv says 1,5 since 2020-04-20 now; it said 1,0 since 2020-04-20.",
        ),
        (vec![], vec![row(2, "1,5")], "evidence/q/s.csv has 1,5 since 2020-04-20 of s now."),
        (vec![row(1, "1,0")], vec![], "evidence/q/s.csv no longer has 1,0 since 2020-04-20."),
    ];
    for (old, new, wanted) in cases {
        assert_eq!(external(&basis(&old), &basis(&new)), ("evidence", wanted.to_string()));
    }
}

#[test]
fn the_claim_itself() {
    let old = basis(&first());
    let cases = [
        ("series", "p.b", "mapping", "The claim means p.b now; it meant p.a."),
        ("cutoff", "2020-01-01", "cut-off", "The claim's cut-off is 2020-01-01 now; it was 2021-01-01."),
        ("printed", "17%", "catalogue", "The claim's row changed: printed was \"16.8%\", is \"17%\"."),
        ("hedge", "about", "catalogue", "The claim's row changed: hedge was empty, is \"about\"."),
    ];
    for (field, text, cause, message) in cases {
        assert_eq!(external(&old, &with(field, text)), (cause, message.to_string()));
    }
    assert_eq!(external(&old, &with("relation r", "sum c1 = c2")).0, "program", "relations do not bear on the outside");
    let none = BTreeMap::new();
    let inside = |after: &Basis| told(Side::Internal, &old, after, &inputs(), &none);
    assert!(
        inside(&with("relation r", "sum c1 = c2"))
            .1
            .starts_with("What the paper's folder says of relations changed: relation r was")
    );
    assert_eq!(inside(&with("series", "p.b")).0, "program");
    let changed = BTreeMap::from([("c2".to_string(), vec!["value".to_string()]), ("c9".to_string(), vec!["value".to_string()])]);
    let wanted = "Figures it is bound to changed in the paper's folder: c2 (value).";
    assert_eq!(told(Side::Internal, &old, &old, &inputs(), &changed), ("catalogue", wanted.to_string()));
}

#[test]
fn both_are_named_where_two_things_changed() {
    let mut after = with("printed", "17%");
    after.seen.push(seen(2, "2020-05-20", "83.7", "bb"));
    let (cause, message) = external(&basis(&first()), &after);
    assert_eq!(cause, "catalogue");
    assert!(message.contains("is \"17%\". s says 83.7 since 2020-05-20"), "{message}");
}

#[test]
fn what_is_left() {
    let old = basis(&first());
    let other = |change: fn(&mut Inputs)| {
        let mut now = inputs();
        change(&mut now);
        told(Side::External, &old, &old, &now, &BTreeMap::new())
    };
    assert_eq!(
        other(|now| now.program = "0.2.0".into()).1,
        "The claim and its figures are the same; program 0.2.0 judges otherwise than 0.1.0."
    );
    assert_eq!(other(|now| now.evidence = "x".into()).0, "evidence");
    assert_eq!(other(|now| now.sources = "x".into()).0, "mapping");
    assert_eq!(other(|now| now.paper = "x".into()).0, "catalogue");
    assert_eq!(
        other(|now| now.paper = String::new()).1,
        "Nothing that is recorded of its inputs changed; the program itself judges otherwise."
    );
    let (inputs, none) = (inputs(), BTreeMap::new());
    let new = Changed { side: Side::External, before: None, after: &old, inputs: (&inputs, &inputs), others: &none, came: None };
    assert_eq!(explain(&new).cause, Cause::Catalogue);
    let (empty, came) = (basis(&[]), first().remove(0));
    let ranked = Changed { before: Some(&empty), after: &empty, came: Some(&came), ..new };
    assert_eq!(explain(&ranked).cause, Cause::Vintage);
}
