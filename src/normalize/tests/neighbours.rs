//! Marks that are glued to figures without a sign, and signs between thousands: told by the figures beside them, never guessed.

use super::super::spec::*;
use super::support::*;

fn years() -> Mapping {
    mapping(vec![read("p.out.{item}.ru.level.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])])])
}

/// The year whose figure is doubtful, if one is.
fn doubtful(row: &str) -> Vec<String> {
    let text = format!("| 2015 | 2016 | 2017 | 2018 | 2019 | 2020\na | {row}");
    let reading = normalize(&years(), "2020-12-30", table(1, "s", &text)).unwrap();
    assert_eq!(reading.observations.len() + reading.issues.len(), 6, "{row}: {:?}", reading.issues);
    reading.issues.iter().map(|issue| format!("{} {}", issue.code, issue.locator)).collect()
}

#[test]
fn figures_beside_others() {
    for (row, cell) in [
        // a digit behind the decimals of all others
        ("99,2 | 101,4 | 106,21 | 98,0 | 97,5 | 99,9", Some("D2")),
        ("99,2 | 101,4 | 106,2112 | 98,0 | 97,5 | 99,9", None),
        ("99,2 | 101,4 | 106,210 | 98,0 | 97,5 | 99,9", Some("D2")),
        ("99,20 | 101,4 | 106,21 | 98,0 | 97,51 | 99,9", None),
        ("99,2 | 101 | 106 | 98,0 | 97,5 | 99,9", None),
        ("5 | 4 | 3,5 | 4 | 5 | 6", None),
        // a figure ten or a hundred times the others
        ("21515 | 22239 | 222393 | 23001 | 24077 | 25000", Some("D2")),
        ("38275 | 37000 | 38100 | 39000 | 3827510 | 39500", Some("F2")),
        ("4823 | 48233 | 7306 | 8944 | 10819 | 13208", Some("C2")),
        ("4823 | 7306 | 8944 | 10819 | 13208 | 170272", Some("G2")),
        ("1000 | 2500 | 6250 | 15625 | 39062 | 97656", None),
        ("3 | 2 | 41 | 3 | 2 | 3", None),
        ("4823 | 7306 | 0 | 0 | 13208 | 17027", None),
        // a comma or a point between thousands
        ("21515 | 22239 | 22,731 | 23001 | 24077 | 25000", Some("D2")),
        ("21 515 | 22 239 | 22.731 | 23 001 | 24 077 | 25 000", Some("D2")),
        ("21515,5 | 22239,1 | 22,731 | 23001,7 | 24077,0 | 25000,1", Some("D2")),
        ("0,515 | 0,239 | 0,731 | 0,001 | 0,077 | 0,1", None),
        ("1,515 | 1,239 | 1,731 | 1,00 | 1,077 | 1,100", None),
        ("−21515 | −22239 | −22,731 | −23001 | −24077 | −25000", Some("D2")),
    ] {
        // every cell is a text
        let row = row.split(" | ").map(|cell| format!("'{cell}")).collect::<Vec<_>>().join(" | ");
        let wanted: Vec<String> = cell.iter().map(|cell| format!("unreadable_value 's'!{cell}")).collect();
        let got: Vec<String> = doubtful(&row).iter().map(|told| told.replace("s!", "'s'!")).collect();
        assert_eq!(got, wanted, "{row}");
    }
}

#[test]
fn what_nothing_tells() {
    // stored numbers carry no marks; a raised mark is cut off; too few figures say nothing
    for row in [
        "21515 | 22239 | 222393 | 23001 | 24077 | 25000",
        "99.2 | 101.4 | 106.21 | 98.0 | 97.5 | 99.9",
        "'99,2 | '101,4 | '106,2¹ | '98,0 | '97,5 | '99,9",
        "'99,2 | '101,4 | '106,2¹⁾ | '98,0 | '97,5 | '99,9",
    ] {
        assert!(doubtful(row).is_empty(), "{row}");
    }
    let two = mapping(vec![read("p.out.{item}.ru.level.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])])]);
    says(&two, "| 2019 | 2020\na | '99,2 | '106,21", &["p.out.a.ru.level.a · 2019 = 99.2", "p.out.a.ru.level.a · 2020 = 106.21"]);
}

#[test]
fn three_decimals_throughout_are_told() {
    let series = "p.out.a.ru.level.a";
    let figures =
        [format!("{series} · 2019 = 5.928"), format!("{series} · 2020 = 6.104"), "! unreadable_value @ s!B2".to_string()];
    says(&years(), "| 2019 | 2020\na | '5,928 | '6,104", &figures.each_ref().map(String::as_str));
    for row in ["'5,928 | '6,10", "5.928 | 6.104", "'0,928 | '6,104", "'5,928 | 6.104", "'5 928 | '6 104", "'5 928,001 | '6,104"]
    {
        let reading = normalize(&years(), "2020-12-30", table(1, "s", &format!("| 2019 | 2020\na | {row}"))).unwrap();
        assert!(reading.issues.is_empty(), "{row}: {:?}", reading.issues);
    }
}
