//! `[[source.prose]]` and `[[source.lines]]`: good ones, and every mistake at its place.

use super::{Config, GOOD};
use crate::normalize::spec::{LineField, LineKind};

const PROSE: &str = r#"[source.names.way]
"вырос*" = "+"
"снизил*" = "-"
[[source.prose]]
name = "output"
text = "В {month} {year} выпуск {sign:way} на {value}{unit}"
series = "p.i.{item}.ru.yoy.{freq}"
set = { item = "all" }
"#;

const LINES: &str = r#"[source.names.flow]
"ЭК" = "export"
"ИМ" = "import"
[[source.lines]]
name = "customs"
columns = { direction = ["NAPR", "DIRECTION"], period = ["PERIOD"], code = ["TNVED", "HS"], partner = ["STRANA"], value = ["STOIM"] }
optional = ["partner"]
cells = { direction = ["{flow:flow}"], period = ["{year}", "{month}/{year}"] }
numbers = ["value"]
[[source.lines]]
name = "countries"
dictionary = "partner"
columns = { code = ["KOD"], name = ["NAME"] }
"#;

/// The file without its table readings, but with these.
fn file(readings: &str) -> String {
    let head = &GOOD[..GOOD.find("[[source.correction]]").unwrap()];
    let head = head.replace("[source.names.region]\n\"г. Москва\" = \"moscow\"\n", "");
    head + readings
}

/// Replaces in the readings, and asserts that a mistake stands where `at` begins in the file and says `words`.
#[track_caller]
fn spoilt(readings: &str, good: &str, bad: &str, at: &str, words: &str) {
    assert!(readings.contains(good), "{good:?} does not stand in the file");
    let text = file(&readings.replacen(good, bad, 1));
    let begin = text.find(at).unwrap_or_else(|| panic!("{at:?} does not stand in the file"));
    let line_start = text[..begin].rfind('\n').map_or(0, |i| i + 1);
    let place = format!("f:{}:{}: ", text[..begin].matches('\n').count() + 1, text[line_start..begin].chars().count() + 1);
    let said: Vec<String> = Config::parse(&text, "f").err().unwrap_or_default().iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|line| line.starts_with(&place) && line.contains(words)), "{place}… {words}: {said:#?}");
}

#[test]
fn good_ones() {
    let config = Config::parse(&file(&format!("{PROSE}{LINES}")), "f").unwrap_or_else(|found| panic!("{found:#?}"));
    let mapping = &config.sources[0].mapping;
    assert_eq!((mapping.prose.len(), mapping.lines.len()), (1, 2));
    let customs = &mapping.lines[0];
    assert_eq!(customs.kind, LineKind::Customs);
    let column = |field| customs.columns.iter().find(|column| column.field == field).unwrap();
    assert_eq!(column(LineField::Direction).headings, ["napr", "direction"]);
    assert!(column(LineField::Partner).optional && !column(LineField::Code).optional);
    assert_eq!(column(LineField::Period).cells.len(), 2);
    assert!(config.delivers(&"p.i.all.ru.yoy.m".parse().unwrap()));
    assert!(!config.delivers(&"p.i.other.ru.yoy.m".parse().unwrap()));
}

#[test]
fn mistakes_in_prose() {
    for (good, bad, at, words) in [
        ("text = ", "txt = ", "[[source.prose]]", "key \"text\" is missing"),
        ("text = ", "txt = ", "txt = ", "unknown key \"txt\"; nearest is \"text\""),
        ("{value}", "", "\"В {month}", "the pattern has no {value}"),
        ("{month} {year}", "*", "[[source.prose]]", "nothing gives a period"),
        ("{unit}", "", "[[source.prose]]", "nothing gives a unit"),
        ("{item}", "{itm}", "\"p.i.{itm}", "gives the field {itm}; nearest is \"item\""),
        ("\"снизил*\" = \"-\"", "\"снизил*\" = \"minus\"", "\"В {month}", "a sign is \"+\" or \"-\", found \"minus\""),
        ("{sign:way}", "{sign}", "\"В {month}", "{sign} needs a list"),
        ("{sign:way}", "{sign:ways}", "{sign:ways}", "nearest is \"way\""),
        ("item = \"all\"", "item = \"all\", month = \"13\"", "\"13\"", "from 1 to 12"),
        ("series = ", "unit = \"procent\"\nseries = ", "\"procent\"", "unknown unit"),
        ("{month}", "{mont}", "{mont}", "did you mean {month}"),
    ] {
        spoilt(PROSE, good, bad, at, words);
    }
}

#[test]
fn mistakes_in_lines() {
    for (good, bad, at, words) in [
        ("numbers = ", "number = ", "number = ", "unknown key \"number\"; nearest is \"numbers\""),
        ("numbers = [\"value\"]", "numbers = []", "[[source.lines]]", "\"value\" is an amount"),
        ("[\"value\"]", "[\"code\"]", "\"code\"]", "\"code\" is kept as text"),
        ("[\"value\"]", "[\"value\", \"weight\"]", "\"weight\"]", "no key of \"columns\" is \"weight\""),
        ("value = [", "valeu = [", "valeu = [", "unknown field \"valeu\"; nearest is \"value\""),
        ("[\"STOIM\"]", "[\"period\"]", "[\"period\"]", "a heading that \"period\" has too"),
        ("[\"STOIM\"]", "[]", "[] }", "at least one heading"),
        ("optional = [\"partner\"]", "optional = [\"code\"]", "[[source.lines]]", "\"code\" may not be optional"),
        ("optional = [\"partner\"]", "optional = [\"partners\"]", "\"partners\"]", "nearest is \"partner\""),
        ("direction = [\"NAPR\", \"DIRECTION\"], ", "", "[[source.lines]]", "\"columns\" has no \"direction\""),
        ("[\"{flow:flow}\"]", "[\"*\"]", "[[source.lines]]", "{flow:list}"),
        ("[\"{year}\", ", "[\"*\", ", "[[source.lines]]", "patterns with {year}"),
        ("\"ИМ\" = \"import\"", "\"ИМ\" = \"in\"", "[[source.lines]]", "found \"in\""),
        ("\"partner\"\n", "\"country\"\n", "\"country\"\n", "unknown word \"country\""),
        ("dictionary = \"partner\"\n", "", "[[source.lines]]\nname = \"countries\"", "fields of dictionaries"),
        ("name = \"countries\"", "name = \"customs\"", "\"customs\"\ndictionary", "a second reading called \"customs\""),
    ] {
        spoilt(LINES, good, bad, at, words);
    }
}
