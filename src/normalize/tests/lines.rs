//! Rows that are kept as they are, from small tables as text.

use super::super::label::fold;
use super::super::spec::*;
use super::super::{NormalizeError, Normalizer};
use super::support::*;
use crate::model::{CustomsLine, Dictionary, Reading};
use crate::parse::{Cell, Event, Row, Table};
use proptest::prelude::*;

fn line_column(field: LineField, headings: &[&str], cells: &[&str]) -> LineColumn {
    LineColumn { field, headings: headings.iter().map(|text| fold(text)).collect(), optional: false, cells: patterns(cells) }
}

/// The columns of a customs dump as its clients spell them.
fn dump() -> Mapping {
    use LineField::*;
    let mut columns = vec![
        line_column(Direction, &["NAPR", "DIRECTION"], &["{flow:flow}"]),
        line_column(Period, &["PERIOD"], &["{year}", "{month}/{year}"]),
        line_column(Partner, &["STRANA", "nastranapr", "COUNTRY"], &[]),
        line_column(Code, &["TNVED", "HS"], &[]),
        line_column(Unit, &["EDIZM", "UM"], &[]),
        line_column(Value, &["STOIM", "VALUE"], &[]),
        line_column(Weight, &["NETTO", "NETWEIGHT"], &[]),
        line_column(Region, &["REGION"], &["{region_code:code} - *"]),
    ];
    columns.iter_mut().filter(|column| matches!(column.field, Unit | Weight | Region)).for_each(|column| column.optional = true);
    let flows = [("ЭК", "export"), ("ИМ", "import"), ("EXP", "export"), ("IMP", "import")];
    let read = LineRead {
        name: "customs".to_string(),
        kind: LineKind::Customs,
        columns,
        ignore_columns: Vec::new(),
        filter: Vec::new(),
        sums: None,
    };
    Mapping { lines: vec![read], names: names("flow", &flows), ..Mapping::default() }
}

fn dictionary(name: &str, dictionary: Dictionary, code: &str, text: &str) -> LineRead {
    let columns = vec![line_column(LineField::Code, &[code], &[]), line_column(LineField::Name, &[text], &[])];
    LineRead {
        name: name.to_string(),
        kind: LineKind::Dictionary(dictionary),
        columns,
        ignore_columns: Vec::new(),
        filter: Vec::new(),
        sums: None,
    }
}

/// A line a row, cells between `|`, all of them text; a line may be empty.
fn rows(text: &str) -> Vec<Event> {
    let cell = |(column, text): (u32, &str)| Cell { column, text: text.to_string(), raw: None, copy_of: None };
    let row = |(number, line): (u32, &str)| Row { number, cells: (0..).zip(line.split('|')).map(cell).collect() };
    let rows = (1..).zip(text.lines()).map(row).map(Event::Row);
    std::iter::once(Event::Table(Table { number: 1, ..Table::default() })).chain(rows).collect()
}

fn kept(mapping: &Mapping, text: &str) -> Result<Reading, NormalizeError> {
    normalize(mapping, "2022-06-30", rows(text))
}

/// One line in words.
pub fn line(line: &CustomsLine) -> String {
    let named =
        |named: &Option<std::sync::Arc<crate::model::Named>>| named.as_ref().map_or("-".to_string(), |named| named.code.clone());
    let amount = |amount: &Option<rust_decimal::Decimal>| amount.map_or("-".to_string(), |amount| amount.to_string());
    format!(
        "{} {} {} {} {} {} {} {} {} {}",
        line.line,
        line.direction,
        line.flow.as_str(),
        line.period(),
        named(&line.partner),
        line.code,
        named(&line.unit),
        amount(&line.value),
        amount(&line.weight),
        named(&line.region)
    )
}

/// Headings in any order, case and language; a title and a junk line before them; codes and numbers as they are.
#[test]
fn dumps_of_several_clients() {
    for (text, wanted) in [
        (
            "....................\n\nNAPR|PERIOD|STRANA|TNVED|EDIZM|STOIM|NETTO|REGION\nЭК|2014|KZ|2207|Л|32.58|4|80000 - БАШКОРТОСТАН\nИМ|2013|NNN|SSSSSSSSSS||7369.11||",
            vec!["1 ЭК export 2014 KZ 2207 Л 32.58 4 80000", "2 ИМ import 2013 NNN SSSSSSSSSS - 7369.11 - -"],
        ),
        (
            "napr|period|nastranapr|tnved|edizm|Stoim|Netto\nИМ|02/2022|CN|0101210000||1 234,5|0,125\n\nnapr|period|nastranapr|tnved|edizm|Stoim|Netto\nЭК|12/2021|CN|01||,|1",
            vec!["1 ИМ import 2022-02 CN 0101210000 - 1234.5 0.125 -"],
        ),
        ("VALUE|HS|COUNTRY|PERIOD|\u{feff}DIRECTION\n5|27|US|2019|EXP", vec!["1 EXP export 2019 US 27 - 5 - -"]),
    ] {
        let reading = kept(&dump(), text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reading.lines.customs.iter().map(line).collect::<Vec<_>>(), wanted, "{:?}", reading.issues);
        assert!(reading.observations.is_empty() && reading.coverage.is_empty());
    }
}

/// One bad row each, between two good ones: the reason it is kept with.
#[test]
fn rows_that_do_not_fit() {
    let head = "NAPR|PERIOD|STRANA|TNVED|STOIM|NETTO|REGION\n";
    let good = "ЭК|2014|KZ|2207|32.58|4|80000 - X\n";
    let other = good.replace("KZ", "CN");
    for (bad, reason) in [
        ("??|2014|KZ|2207|1|1|", "direction: \"??\", expected \"{flow:flow}\""),
        ("|2014|KZ|2207|1|1|", "no direction"),
        ("ЭК|13/2014|KZ|2207|1|1|", "period: \"13/2014\", expected \"{year}\" or \"{month}/{year}\""),
        ("ЭК|2014|KZ||1|1|", "no code"),
        ("ЭК|2014|KZ|207|1|1|", "code \"207\" has 3 characters: a leading zero is lost"),
        ("ЭК|2014|KZ|220710000|1|1|", "code \"220710000\" has 9 characters: a leading zero is lost"),
        ("ЭК|2014|KZ|22 07|1|1|", "code \"22 07\", expected 2, 4, 6, 8 or 10 digits or letters"),
        ("ЭК|2014|KZ|2207|a lot|1|", "value: expected a number, found \"a lot\""),
        ("ЭК|2014|KZ|2207|1|0,0001|", "weight: expected a number of 15 digits with 3 decimals at most, found \"0,0001\""),
        ("ЭК|2014|KZ|2207|1|99999999999999999|", "weight: expected a number of 15 digits"),
        ("ЭК|2014|KZ|2207|1|1|nowhere", "region: \"nowhere\", expected \"{region_code:code} - *\""),
        ("ЭК|2014|KZ|2207|1|1|80000 - X|more", "\"more\" right of the last heading"),
    ] {
        let reading = kept(&dump(), &format!("{head}{good}{bad}\n{other}")).unwrap_or_else(|error| panic!("{bad}: {error}"));
        let lines = &reading.lines;
        assert_eq!(lines.customs.iter().map(|line| line.line).collect::<Vec<_>>(), [1, 3], "{bad}");
        let [refused] = &lines.refused[..] else { panic!("{bad}: {:?}", lines.refused) };
        assert!(refused.reason.starts_with(reason), "{bad}: {}", refused.reason);
        assert!(refused.locator.starts_with("table 1, row 3, column "), "{}", refused.locator);
        assert_eq!((refused.line, refused.raw.replace('\t', "|")), (2, bad.to_string()));
        let codes: Vec<&str> = reading.issues.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, ["bad_line"], "{bad}");
        assert!(reading.issues[0].seen.starts_with("1 of 3 rows; the first: "), "{}", reading.issues[0].seen);
    }
}

#[test]
fn dictionaries() {
    let lines = vec![
        dictionary("units", Dictionary::Unit, "SHORT_NAME", "NAME"),
        dictionary("countries", Dictionary::Partner, "KOD", "NAME"),
        dictionary("codes", Dictionary::Code, "KOD", "SIMPLE_NAM"),
    ];
    let mapping = Mapping { lines, ..Mapping::default() };
    for (text, wanted, unknown) in [
        ("....\nKOD|NAME|SHORT_NAME\n006|МЕТР|М", (Dictionary::Unit, "М", "МЕТР"), 1),
        ("....\nKOD|NAME\nAB|АБХАЗИЯ", (Dictionary::Partner, "AB", "АБХАЗИЯ"), 0),
        ("....\nKOD|SIMPLE_NAM\n0101|\"ЛОШАДИ, ОСЛЫ\" ", (Dictionary::Code, "0101", "\"ЛОШАДИ, ОСЛЫ\""), 0),
    ] {
        let reading = kept(&mapping, text).unwrap_or_else(|error| panic!("{error}"));
        let [entry] = &reading.lines.entries[..] else { panic!("{:?}", reading.lines) };
        assert_eq!((entry.dictionary, entry.code.as_str(), entry.name.as_str()), wanted);
        assert_eq!(reading.issues.iter().filter(|issue| issue.code == "unknown_column").count(), unknown);
    }
    let reading = kept(&mapping, "KOD|NAME\nAB|\nAD|АНДОРРА").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((reading.lines.entries.len(), reading.lines.refused[0].reason.as_str()), (1, "no name"));
}

/// A heading that is known and not wanted is not told; what stands under it is kept no more than under an unknown one.
#[test]
fn headings_that_are_not_wanted() {
    let mut read = dictionary("countries", Dictionary::Partner, "KOD", "NAME");
    read.ignore_columns = vec![Ignored { what: patterns(&["ISO *"]), reason: "another code".to_string() }];
    let mapping = Mapping { lines: vec![read], ..Mapping::default() };
    let reading = kept(&mapping, "KOD|ISO 2|NAME|SINCE\nAB|GE|АБХАЗИЯ|1992").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(reading.issues.iter().map(|issue| issue.seen.as_str()).collect::<Vec<_>>(), ["\"SINCE\""]);
    assert_eq!(reading.lines.entries.len(), 1);
}

/// Documents that have no line at all are refused, with what they lack.
#[test]
fn documents_that_are_refused() {
    let junk = "x\n".repeat(25);
    for (text, words) in [
        ("NAPR|PERIOD|STRANA\nЭК|2014|KZ".to_string(), "reading \"customs\": row 1: no column is headed as \"code\""),
        ("NAPR|NAPR|PERIOD|STRANA|TNVED|STOIM\n".to_string(), "two columns are headed as \"direction\""),
        (format!("{junk}NAPR|PERIOD|STRANA|TNVED|STOIM\nЭК|2014|KZ|2207|1"), "no reading of the source found a table"),
        ("NAPR|PERIOD|STRANA|TNVED|STOIM\n??|2014|KZ|2207|1".to_string(), "direction: \"??\""),
        ("NAPR|PERIOD|STRANA|TNVED|STOIM\n".to_string(), "no figure under it could be read"),
    ] {
        let error = kept(&dump(), &text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(words), "{words}: {error}");
    }
}

proptest! {
    /// Whatever stands in the cells, nothing panics, and every row with text is a line or is kept as one that does not fit.
    #[test]
    fn any_rows(cells in proptest::collection::vec(proptest::collection::vec("[ЭКИМ0-9./, A-Z\u{feff}\u{a0}-]{0,12}", 0..9), 0..6)) {
        let body: String = cells.iter().map(|row| row.join("|") + "\n").collect();
        let text = format!("NAPR|PERIOD|STRANA|TNVED|EDIZM|STOIM|NETTO|REGION\nЭК|2014|KZ|2207|Л|32.58|4|80000 - X\n{body}");
        let mapping = dump();
        let mut normalizer = Normalizer::new(&mapping, day("2017-06-01"));
        rows(&text).into_iter().for_each(|event| normalizer.event(event));
        let lines = normalizer.finish().unwrap().lines;
        let filled = |row: &&Vec<String>| row.iter().any(|text| !text.trim().is_empty());
        prop_assert!(lines.customs.len() + lines.refused.len() >= 1);
        prop_assert!(lines.customs.len() + lines.refused.len() <= 1 + cells.iter().filter(filled).count());
    }
}
