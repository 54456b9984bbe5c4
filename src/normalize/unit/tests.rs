//! Spellings seen in documents.

use super::*;
use crate::normalize::label::fold;

#[test]
fn spellings() {
    for (text, id) in [
        ("%", "percent"),
        ("процент", "percent"),
        ("млн тонн", "million tonnes"),
        ("млн.тонн", "million tonnes"),
        ("млн. т", "million tonnes"),
        ("млн т", "million tonnes"),
        ("тыс. тонн", "thousand tonnes"),
        ("тыс.тонн", "thousand tonnes"),
        ("тыс. т", "thousand tonnes"),
        ("Тонн", "tonnes"),
        ("млрд м³", "billion cubic metres"),
        ("млрд м3", "billion cubic metres"),
        ("млн. м3", "million cubic metres"),
        ("тыс. м³", "thousand cubic metres"),
        ("м3", "cubic metres"),
        ("млн. м2", "million square metres"),
        ("млн.м2", "million square metres"),
        ("тыс. м2", "thousand square metres"),
        ("млн. условных м2", "million standard square metres"),
        ("млн.дм2", "million square decimetres"),
        ("млн штук", "million pieces"),
        ("млн.шт.:", "million pieces"),
        ("млн. шт.", "million pieces"),
        ("тыс.шт.", "thousand pieces"),
        ("тыс.штук", "thousand pieces"),
        ("млрд. штук", "billion pieces"),
        ("штук", "pieces"),
        ("единица", "pieces"),
        ("секций", "sections"),
        ("млн.пар", "million pairs"),
        ("млн.усл.банок", "million standard cans"),
        ("млн.усл. банок", "million standard cans"),
        ("млн. банок усл.", "million standard cans"),
        ("млрд.усл.кирпичей", "billion standard bricks"),
        ("млрд. условных кирпичей", "billion standard bricks"),
        ("млн. условных плиток", "million standard slates"),
        ("млн. условных кусков", "million standard bars"),
        ("млн. полулитров", "million half-litres"),
        ("млн. дкл", "million decalitres"),
        ("млн кВт", "million kilowatts"),
        ("тыс.кВт", "thousand kilowatts"),
        ("млрд кВт∙ч", "billion kilowatt-hours"),
        ("млрд кВт·ч", "billion kilowatt-hours"),
        ("млрд. кВт-ч", "billion kilowatt-hours"),
        ("млн Гкал", "million gigacalories"),
        ("тыс.км", "thousand kilometres"),
        ("тыс.км условных труб", "thousand kilometres of standard pipes"),
        ("Тыс.человек", "thousand persons"),
        ("тысяча человек", "thousand persons"),
        ("млрд.рублей", "RUB billion"),
        ("миллион рублей", "RUB million"),
        ("bln rubles", "RUB billion"),
        ("млн долларов США", "USD million"),
        ("USD 1 Million", "USD million"),
        ("CNY 100 Million", "CNY 100 million"),
        ("Million tonnes", "million tonnes"),
        ("thousand persons", "thousand persons"),
    ] {
        assert_eq!(parse(&fold(text)), Some(id), "{text:?}");
    }
}

#[test]
fn no_units() {
    for text in ["", " ", ".", "млн", "тоннаж", "м4", "процентный", "тыс. тонн угля", "год"] {
        assert_eq!(parse(&fold(text)), None, "{text:?}");
    }
}

#[test]
fn every_id_is_known_once_and_reads_as_itself() {
    let all: Vec<&str> = ids().collect();
    for id in &all {
        assert_eq!(all.iter().filter(|other| other == &id).count(), 1, "{id}");
    }
    for id in ["percent", "USD", "USD million", "RUB", "CNY 100 million", "thousand persons", "pieces", "billion kilowatt-hours"]
    {
        assert!(known(id), "{id}");
        assert_eq!(parse(&fold(id)), Some(id));
    }
    assert!(!known("furlongs"));
}

#[test]
fn no_spelling_has_two_meanings() {
    let all: Vec<&Spelling> = UNITS.spellings.values().flatten().collect();
    for (i, one) in all.iter().enumerate() {
        let other = all[i + 1..].iter().find(|s| s.compact == one.compact && s.id != one.id);
        assert!(other.is_none(), "{}: {} and {}", one.compact, UNITS.ids[one.id], UNITS.ids[other.unwrap().id]);
    }
}
