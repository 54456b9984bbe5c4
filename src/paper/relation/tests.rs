use super::*;

fn written(toml: &str) -> Result<Relation, Vec<String>> {
    read(&toml::from_str(toml).unwrap(), 7)
}

#[test]
fn operands_read_back_as_they_are_written() {
    for text in [
        "s2.1-001",
        "7*s3.2-001",
        "implied_base(a, b)",
        "sum(implied_base(a, b), 2*c, growth(d, e))",
        "2*sum(a, b)",
        "implied_total(a, share(b, c))",
    ] {
        assert_eq!(text.parse::<Operand>().unwrap().to_string(), text);
    }
    assert_eq!("sum(implied_base(a,b),2*c)".parse::<Operand>().unwrap().claims(), ["a", "b", "c"]);
}

#[test]
fn operands_that_are_none() {
    for (text, wanted) in [
        ("", "expected a claim's id"),
        ("a b", "expected a claim's id"),
        ("grwth(a, b)", "nearest is \"growth\""),
        ("growth(a)", "expected 2 terms, found 1"),
        ("growth(a, b", "closing bracket"),
        ("sum(a, b))", "do not pair"),
        ("x*a", "expected a number before the star"),
        (&format!("{}a, b{}", "sum(".repeat(9), ", c)".repeat(9)), "nested more than 8 deep"),
    ] {
        let got = text.parse::<Operand>().unwrap_err();
        assert!(got.contains(wanted), "{text}: {got}");
    }
}

#[test]
fn names_claims_and_defaults() {
    let relation = written("kind = 'cumulative'\nclaim = 'c'\nof = ['a', 'growth(a, b)']").unwrap();
    assert_eq!((relation.id.as_str(), relation.line, relation.claims()), ("cumulative:c", 7, vec!["c", "a", "b"]));
    assert_eq!(relation.number("weight_slack"), Decimal::new(5, 1));
    let relation = written("kind = 'increment'\nof = ['a', 'b']\nwith = { low = '0.5' }").unwrap();
    assert_eq!((relation.number("low"), relation.number("high")), (Decimal::new(5, 1), Decimal::new(14, 1)));
    assert_eq!(relation.id, "increment:a");
}

#[test]
fn mistakes() {
    for (toml, wanted) in [
        ("kind = 'growht'\nof = []", "unknown kind of relation \"growht\"; nearest is \"growth\""),
        ("kind = 'growth'\nof = ['a', 'b']", "relation growth: expected a claim, found none"),
        ("kind = 'sum'\nclaim = 'c'\nof = ['a', 'growth(b, c)']", "relation sum: of: c stands in it twice"),
        ("kind = 'same_as'\nof = ['a', 'b', 'a']", "relation same_as: of: a stands in it twice"),
        ("kind = 'growth'\nclaim = 'c'\nof = ['a']", "relation growth: of: expected 2, found 1"),
        ("kind = 'same_as'\nclaim = 'c'\nof = ['a', 'b']", "expected no claim"),
        ("kind = 'implied_total'\nof = ['a', 'b', 'c']", "expected pairs of part and share, found 3"),
        ("kind = 'exchange_rate'\nof = ['a', 'b']\nwith = { low = '9' }", "expected a number \"high\", found none"),
        ("kind = 'increment'\nof = ['a', 'b']\nwith = { lo = '1' }", "unknown number \"lo\"; nearest is \"low\""),
        ("kind = 'increment'\nof = ['a', 'b']\nwith = { low = 'x' }", "low: expected a number, found \"x\""),
        ("kind = 'increment'\nof = ['a', 'b']\nwith = { low = '2' }", "expected low above zero and below high"),
        ("kind = 'cumulative'\nclaim = 'c'\nof = ['a']\nwith = { weight_slack = '2' }", "weight_slack from 0 to 1"),
    ] {
        let got = written(toml).unwrap_err();
        assert!(got.len() == 1 && got[0].contains(wanted), "{toml}: {got:?}");
    }
}

#[test]
fn every_kind_has_a_name() {
    let names: std::collections::BTreeSet<&str> = FORMS.iter().map(|form| form.kind.as_str()).collect();
    assert_eq!(names.len(), FORMS.len());
}
