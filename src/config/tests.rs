//! The reader against bad files: exact places and words.

mod other_readings;

use super::*;
use crate::normalize::spec::Base;

/// A file without mistakes; every case spoils some of it.
const GOOD: &str = r#"[fetch]
max_bytes = 1000
[[publisher]]
id = "p"
name = "P"
country = "ru"
url = "https://p.ru/"
[[source]]
id = "s"
publisher = "p"
title = "S"
page = "https://p.ru/s"
address = [{ url = "https://p.ru/s.xls" }]
schedule = "0 1 * * *"
format = ["xls"]
licence = "none"
[source.names.region]
"г. Москва" = "moscow"
[[source.correction]]
expect = "а"
read_as = "б"
reason = "misprint"
from = 2020-01-01
until = 2020-02-01
[[source.read]]
name = "r"
columns = [{ head = ["{year}"] }]
rows = [{ stub = "{entity:region}" }]
unit = "percent"
series = "p.ipi.{entity}.ru.mom.{freq}"
expect = { from = "2020", range = [0, 10] }
checkpoint = [{ series = "p.ipi.moscow.ru.mom.a", period = "2020", value = "1.5" }]
"#;

/// What is said of [`GOOD`] after these replacements, without the file's name.
fn said(changes: &[(&str, &str)]) -> Vec<String> {
    let text = changes.iter().fold(GOOD.to_string(), |text, (good, bad)| {
        assert!(text.contains(good), "{good:?} does not stand in the file");
        text.replacen(good, bad, 1)
    });
    let mistakes = Config::parse(&text, "f").err().unwrap_or_default();
    mistakes.iter().map(|mistake| mistake.to_string().split_once(':').unwrap_or_default().1.to_string()).collect()
}

#[test]
fn the_built_in_configuration_has_no_mistakes() {
    let config = Config::builtin().unwrap_or_else(|error| panic!("{error}"));
    for source in &config.sources {
        let mapping = &source.mapping;
        let read = !(mapping.reads.is_empty() && mapping.prose.is_empty() && mapping.lines.is_empty());
        assert_eq!(read, source.reads == Reads::Mapped, "{}", source.id);
        assert!(!source.fetch.hosts.is_empty(), "{}", source.id);
    }
}

/// The file without its readings, and with these lines.
fn kept(lines: &str) -> Result<Config, Vec<Mistake>> {
    let head = &GOOD[..GOOD.find("[source.names.region]").unwrap()];
    Config::parse(&format!("{head}{lines}"), "f")
}

#[test]
fn a_source_that_is_kept_and_not_read() {
    assert_eq!(Config::parse(GOOD, "f").unwrap().sources[0].reads, Reads::Mapped);
    assert_eq!(kept("reads = \"none\"\nnote = \"its layout is not known\"\n").unwrap().sources[0].reads, Reads::None);
    let wanted = "f:17:9: source \"s\".reads: a source that is not read needs a note that says why";
    for lines in ["reads = \"none\"\n", "reads = \"none\"\nnote = \" \"\n"] {
        let said: Vec<String> = kept(lines).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(said, [wanted]);
    }
}

#[test]
fn a_good_file() {
    let config = Config::parse(GOOD, "f").unwrap();
    let source = config.source("s").unwrap();
    assert_eq!(source.fetch.hosts, ["p.ru"]);
    assert_eq!(source.fetch.max_bytes, 1000);
    assert_eq!((source.state.kind, source.freshness), (StateKind::Live, None));
    assert_eq!(source.schedule.zone, chrono_tz::Europe::Moscow);
    assert!(!config.fetch.allow_loopback);
}

/// One spoilt place each: what is replaced, by what, and what is said.
const ONE: &[(&str, &str, &str)] = &[
    ("name = \"P\"\n", "", "3:1: publisher[0]: key \"name\" is missing"),
    ("\"P\"", "1", "5:8: publisher[0].name: expected a text, found the number 1"),
    ("id = \"s\"", "id = \"S 1\"", "9:6: source[0].id: an id has lower-case letters, digits and \"-\" only, found \"S 1\""),
    ("publisher = \"p\"", "publisher = \"q\"", "10:13: source \"s\".publisher: no publisher has the id \"q\""),
    ("title =", "titel =", "11:1: source \"s\": unknown key \"titel\"; nearest is \"title\""),
    (
        "https://p.ru/s\"",
        "ftp://p.ru/s\"",
        "12:8: source \"s\".page: expected an address that starts with http:// or https://, found \"ftp://p.ru/s\"",
    ),
    ("[{ url = \"https://p.ru/s.xls\" }]", "[]", "8:1: source \"s\": a source needs at least one address"),
    (
        "{ url = \"https://p.ru/s.xls\" }",
        "{ page = \"https://p.ru/\" }",
        "13:12: source \"s\".address[0]: an address has either \"url\", or \"page\" and \"link\"",
    ),
    (
        "https://p.ru/s.xls",
        "http://127.0.0.1/s",
        "13:20: source \"s\".address[0].url: an address of this machine; set allow_loopback = true under [fetch] to use it",
    ),
    (
        "s.xls\" }",
        "{YYYY}-{mm}.xls\" }",
        "13:41: source \"s\".address[0].url: unknown slot {mm}; known are {YYYY} {YY} {MM} {M} {DD} {Q}",
    ),
    ("s.xls\" }", "{MM}.xls\" }", "13:21: source \"s\".address[0].url: an address with slots needs {YYYY} or {YY}"),
    (
        "s.xls\" }",
        "{YYYY}.xls\", lag = \"1 week\" }",
        "13:53: source \"s\".address[0].lag: expected a length of time such as \"1 month\" or \"10 days\", found \"1 week\"",
    ),
    ("s.xls\" }", "{YYYY}.xls\", tries = 0 }", "13:55: source \"s\".address[0].tries: expected a number of periods, 1 to 62"),
    ("s.xls\" }", "s.xls\", tries = 2 }", "13:42: source \"s\".address[0]: unknown key \"tries\""),
    (
        "https://p.ru/s.xls",
        "http://127.0.0.1/{YYYY}",
        "13:20: source \"s\".address[0].url: an address of this machine; set allow_loopback = true under [fetch] to use it",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "archive = \"https://p.ru/s.xls\", url = \"https://p.ru/s.xls\"",
        "13:12: source \"s\".address[0]: an address has either",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "archive = \"https://p.ru/s.xls\", from = 2020-01-02, until = 2020-01-01",
        "13:12: source \"s\".address[0]: from 2020-01-02 is after until 2020-01-01",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "archive = \"https://p.ru/s.xls\", server = \"archive\"",
        "13:55: source \"s\".address[0].server: expected an address that starts with http:// or https://, found \"archive\"",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "form = \"https://p.ru/s.xls\", post = \"https://p.ru/\"",
        "13:12: source \"s\".address[0]: key \"token\" is missing",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "form = \"https://p.ru/\", token = \"t\", post = \"https://p.ru/\", fields = { a = [1] }",
        "13:91: source \"s\".address[0].fields.\"a\"[0]: expected a text, found the number 1",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "api = \"https://p.ru/\", page = \"offset\"",
        "13:12: source \"s\".address[0]: key \"max\" is missing",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "api = \"https://p.ru/\", max = 500, page = \"next\"",
        "13:55: source \"s\".address[0].page: unknown word \"next\"; known are \"none\", \"offset\"",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "api = \"https://p.ru/\", max = 500, key = \"0f3a\"",
        "13:54: source \"s\".address[0].key: expected the name of an environment variable",
    ),
    (
        "url = \"https://p.ru/s.xls\"",
        "api = \"https://p.ru/\", max = 0",
        "13:43: source \"s\".address[0].max: expected a number of rows, 1 or more",
    ),
    (
        "licence =",
        "hosts = [\"https://p.ru\"]\nlicence =",
        "16:10: source \"s\".hosts[0]: expected a host name such as \"rosstat.gov.ru\", found \"https://p.ru\"",
    ),
    ("[\"xls\"]", "\"xls\"", "15:10: source \"s\".format: expected a list in [brackets], found the text \"xls\""),
    (
        "[\"xls\"]",
        "[\"odt\"]",
        "15:11: source \"s\".format[0]: unknown word \"odt\"; known are \"xlsx\", \"xls\", \"csv\", \"dbf\"",
    ),
    (
        "licence =",
        "state = \"gone\"\nlicence =",
        "16:9: source \"s\".state: unknown word \"gone\"; known are \"live\", \"moved\", \"withheld\", \"dead\"",
    ),
    ("licence =", "member = \"{x\"\nlicence =", "16:11: source \"s\".member: a slot that starts with `{` has no `}`"),
    ("licence =", "charset = \"koi9\"\nlicence =", "16:11: source \"s\".charset: unknown charset \"koi9\""),
    (
        "licence =",
        "note = \"n\"\nreads = \"none\"\nlicence =",
        "17:9: source \"s\".reads: the source has readings; leave out either these or \"reads\"",
    ),
    ("licence =", "reads = \"some\"\nlicence =", "16:9: source \"s\".reads: unknown word \"some\"; known are \"none\""),
    ("licence =", "freshness = 0\nlicence =", "16:13: source \"s\".freshness: expected a number of days, 1 or more"),
    (
        "licence =",
        "markers = { \"n/a\" = \"published\" }\nlicence =",
        "16:21: source \"s\".markers.\"n/a\": unknown word \"published\"; known are \"withheld\", \"absent\", \"no_data\", \"blank\"",
    ),
    ("licence =", "published = [\"{year}\"]\nlicence =", "16:14: source \"s\".published[0]: the pattern has no {date}"),
    ("names.region", "names.code", "17:15: source \"s\".names.\"code\": \"code\" is a kind of slot; a list needs another name"),
    (
        "names.region",
        "names.regions",
        "28:19: source \"s\".read \"r\".rows[0].stub: \"region\" is neither a kind of slot nor a list of [source.names] or [names]; nearest is \"regions\"",
    ),
    ("until = 2020-02-01", "until = 2019-02-01", "19:1: source \"s\".correction[0]: from 2020-01-01 is after until 2019-02-01"),
    (
        "from = 2020-01-01",
        "from = \"2020-01-01\"",
        "23:8: source \"s\".correction[0].from: expected a date such as 2020-09-01, without quotes, found the text \"2020-01-01\"",
    ),
    ("name = \"r\"\n", "", "25:1: source \"s\".read \"\": key \"name\" is missing"),
    ("[\"{year}\"]", "[]", "27:21: source \"s\".read \"r\".columns[0].head: a head has 1 to 6 levels, found 0"),
    (
        "[\"{year}\"]",
        "[\"{year}\", \"month-vs-sam-month\"]",
        "27:32: source \"s\".read \"r\".columns[0].head[1]: unknown header grammar \"month-vs-sam-month\"; nearest is \"month-vs-same-month\"",
    ),
    ("[\"{year}\"]", "[\"[в] %] {year}\"]", "27:28: source \"s\".read \"r\".columns[0].head[0]: "),
    ("[\"{year}\"]", "[\"Год\"]", "25:1: source \"s\".read \"r\": nothing gives a period: no slot is {year}, {date} or {days}"),
    (
        "[\"{year}\"] }",
        "[\"{year}\"], base = \"year\" }",
        "27:40: source \"s\".read \"r\".columns[0].base: unknown word \"year\"; known are \"previous\", \"same-last-year\", \"december-last-year\"",
    ),
    ("stub =", "stob =", "28:9: source \"s\".read \"r\".rows[0]: a row needs \"stub\" or \"cells\""),
    (
        "unit = \"percent\"",
        "unit = \"persent\"",
        "29:8: source \"s\".read \"r\".unit: unknown unit \"persent\"; nearest is \"percent\"",
    ),
    (
        "unit = \"percent\"\n",
        "",
        "25:1: source \"s\".read \"r\": nothing gives a unit: no key \"unit\", no {unit}, no \"unit\" in a \"set\"",
    ),
    ("unit = \"percent\"", "set = { unit = \"pct\" }", "29:16: source \"s\".read \"r\".set.\"unit\": unknown unit \"pct\""),
    (
        "p.ipi.{entity}",
        "p.ipi.{entty}",
        "30:10: source \"s\".read \"r\".series: no slot and no \"set\" gives the field {entty}; nearest is \"entity\"",
    ),
    ("p.ipi.{entity}", "p.ipi.{entity", "30:17: source \"s\".read \"r\".series: a slot that is never closed"),
    (
        "from = \"2020\"",
        "from = \"2020-13\"",
        "31:19: source \"s\".read \"r\".expect.from: expected a period such as 2020, 2020-Q1, 2020-12, 2020-04-25 or 2020-01/2020-06, found \"2020-13\"",
    ),
    ("from = \"2020\"", "from = \"2020\", to = \"2019\"", "31:10: source \"s\".read \"r\".expect: from 2020 is after to 2019"),
    ("[0, 10]", "[10, 0]", "31:35: source \"s\".read \"r\".expect.range: the range ends at 0, before it starts at 10"),
    ("[0, 10]", "[0]", "31:35: source \"s\".read \"r\".expect.range: a range has two numbers, found 1"),
    (
        "p.ipi.moscow.ru.mom.a",
        "p.ipi",
        "32:26: source \"s\".read \"r\".checkpoint[0].series: expected publisher.indicator.item[.entity][.flow][.counterpart].measure.frequency[.variant], found \"p.ipi\"",
    ),
    (
        "period = \"2020\"",
        "period = \"20\"",
        "32:60: source \"s\".read \"r\".checkpoint[0].period: expected a period such as 2020, 2020-Q1, 2020-12, 2020-04-25 or 2020-01/2020-06, found \"20\"",
    ),
    ("\"1.5\"", "\"1,5\"", "32:76: source \"s\".read \"r\".checkpoint[0].value: expected a number, found the text \"1,5\""),
    (
        "unit =",
        "sections = [{ text = \"a\", level = 0 }]\nunit =",
        "29:35: source \"s\".read \"r\".sections[0].level: a level is 1 to 9, found 0",
    ),
    (
        "unit =",
        "shapes = [{ starts = [\"a\"], width = 2, header_rows = 1, columns = [\"b\"] }]\nunit =",
        "29:11: source \"s\".read \"r\".shapes[0]: width is 2, but 1 columns are named",
    ),
    ("unit =", "index = 0\nunit =", "29:9: source \"s\".read \"r\".index: tables are counted from 1"),
    ("unit =", "like = \"q\"\nunit =", "29:8: source \"s\".read \"r\".like: no earlier reading of this source is called \"q\""),
];

#[test]
fn every_mistake_has_its_place() {
    let mut missed = Vec::new();
    for (good, bad, wanted) in ONE {
        let said = said(&[(good, bad)]);
        if !said.iter().any(|line| line.starts_with(wanted)) {
            missed.push(format!("{bad}\nwanted {wanted}\nsaid   {}", said.join("\n       ")));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_way_to_find_a_document() {
    let ways = r#"{ url = "https://a.ru/{YYYY}", lag = "1 year", tries = 2 },
        { archive = "http://dead.ru/", from = 2019-01-01 },
        { form = "https://b.ru/", token = "*", post = "https://c.ru/", fields = { a = "1", b = ["2", "3"] } },
        { api = "https://d.ru/", query = { a = "1" }, key = "KEY", preview = "https://e.ru/", page = "offset", max = 500 }"#;
    let config = Config::parse(&GOOD.replace("{ url = \"https://p.ru/s.xls\" }", ways), "f").unwrap();
    let fetch = &config.sources[0].fetch;
    assert_eq!(fetch.hosts, ["a.ru", "b.ru", "c.ru", "d.ru", "e.ru", "web.archive.org"]);
    let crate::fetch::Place::Form(form) = &fetch.places[2] else { panic!("{:?}", fetch.places) };
    assert_eq!(form.fields, [("a", "1"), ("b", "2"), ("b", "3")].map(|(a, b)| (a.to_string(), b.to_string())));
    let crate::fetch::Place::Api(api) = &fetch.places[3] else { panic!("{:?}", fetch.places) };
    assert_eq!((api.rows.as_str(), api.key.as_ref().unwrap().parameter.as_str()), ("data", "subscription-key"));
}

#[test]
fn both_day_fields_are_refused() {
    for cron in ["0 1 20-31 * 1-5", "0 0 1 20 * 1", "0 1 * *", "61 1 * * *"] {
        let said = said(&[("0 1 * * *", cron)]);
        assert!(said.len() == 1 && said[0].starts_with("14:12: source \"s\".schedule: "), "{cron}: {said:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let changes = [
        ("max_bytes", "max_byte"),
        ("title =", "titel ="),
        ("unit = \"percent\"", "unit = \"persent\""),
        ("range = [0, 10]", "range = [3, 1], to = 5"),
        ("{entity}", "{item}"),
    ];
    let wanted = [
        "2:1: fetch: unknown key \"max_byte\"; nearest is \"max_bytes\"",
        "8:1: source \"s\": key \"title\" is missing",
        "11:1: source \"s\": unknown key \"titel\"; nearest is \"title\"",
        "29:8: source \"s\".read \"r\".unit: unknown unit \"persent\"; nearest is \"percent\"",
        "30:10: source \"s\".read \"r\".series: no slot and no \"set\" gives the field {item}",
        "31:35: source \"s\".read \"r\".expect.range: the range ends at 1, before it starts at 3",
        "31:48: source \"s\".read \"r\".expect.to: expected a text, found the number 5",
    ];
    assert_eq!(said(&changes), wanted);
}

#[test]
fn several_errors_of_syntax() {
    let said = said(&[("id = \"p\"", "id = "), ("title = \"S\"", "title \"S\"")]);
    let places: Vec<&str> = said.iter().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["4:6", "11:7"], "{said:?}");
}

#[test]
fn ids_and_names_are_unique() {
    let publisher = "[[publisher]]\nid = \"p\"\nname = \"P\"\ncountry = \"ru\"\nurl = \"https://p.ru/\"\n";
    let two = format!("{publisher}[[source]]\n");
    assert_eq!(said(&[("[[source]]\n", &two)]), ["9:6: publisher[1].id: a second publisher called \"p\""]);
    let read = "[[source.read]]\nname = \"r\"\nlike = \"r\"\n[[source.read]]\n";
    let said = said(&[("[[source.read]]\n", read), ("name = \"r\"\nlike = \"r\"\n", "name = \"r\"\n")]);
    assert!(said.contains(&"28:8: source \"s\".read[1].name: a second reading called \"r\"".to_string()), "{said:?}");
}

#[test]
fn like_takes_over_what_is_not_said() {
    let text = format!("{GOOD}[[source.read]]\nname = \"q\"\nlike = \"r\"\nseries = \"p.ipi.{{entity}}.ru.yoy.{{freq}}\"\n");
    let config = Config::parse(&text, "f").unwrap();
    let reads = &config.sources[0].mapping.reads;
    assert_eq!(reads[1].name, "q");
    assert_eq!((reads[1].unit.as_deref(), reads[1].columns.len(), reads[1].rows.len()), (Some("percent"), 1, 1));
    assert_eq!(reads[1].expect.from, reads[0].expect.from);
    assert_ne!(reads[1].series, reads[0].series);
    assert_eq!((reads[0].checkpoints.len(), reads[1].checkpoints.len()), (1, 0));
}

/// Two variants of a family, or two subjects of known publishers.
#[test]
fn links() {
    let link = |keys: &str| format!("{GOOD}[[link]]\n{keys}\nkind = \"same_label\"\nnote = \"n\"\n");
    let good = Config::parse(&link("from = \"p.ipi.b.ru\"\nto = \"p.output.b\""), "f").unwrap();
    assert_eq!((good.links[0].family.as_deref(), good.links[0].to.as_str()), (None, "p.output.b"));
    let wanted = "without a family, expected a subject of a known publisher, such as \"rosstat.ipi.bcde.ru\"";
    for (keys, wanted) in [
        ("from = \"p.ipi.b.ru\"\nto = \"x.output.b\"", format!("link[0]: {wanted}, found \"x.output.b\"")),
        ("from = \"p.ipi\"\nto = \"p.output.b\"", format!("link[0]: {wanted}, found \"p.ipi\"")),
        (
            "family = \"p\"\nfrom = \"a\"\nto = \"b\"",
            "link[0]: expected a family such as \"rosstat.ipi\", found \"p\"".to_string(),
        ),
    ] {
        let said: Vec<String> = Config::parse(&link(keys), "f").unwrap_err().iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|line| line.contains(&wanted)), "{said:?}");
    }
}

/// Two forms of a family, by a way that figures can be had.
#[test]
fn links_of_forms() {
    let link = |kind: &str, from: &str| {
        format!("{GOOD}[[link]]\nfamily = \"p.ipi\"\nfrom = \"{from}\"\nto = \"yoy.a\"\nkind = \"{kind}\"\nnote = \"n\"\n")
    };
    assert_eq!(Config::parse(&link("same", "yoy.ytd"), "f").unwrap().links[0].kind, "same");
    assert!(Config::parse(&link("successor", "base2010"), "f").is_ok(), "variants are no forms");
    for from in ["yoy", "yoy.x", ".m", "yoy.m.base2018"] {
        let said: Vec<String> = Config::parse(&link("chain", from), "f").unwrap_err().iter().map(ToString::to_string).collect();
        let wanted = format!("expected a measure and a frequency, such as \"yoy.ytd\", found {from:?}");
        assert!(said.iter().any(|line| line.contains(&wanted)), "{said:?}");
    }
}

#[test]
fn a_grammar_brings_its_base() {
    let text = GOOD.replace("[\"{year}\"]", "[\"month-vs-same-month\"]");
    let config = Config::parse(&text, "f").unwrap();
    assert_eq!(config.sources[0].mapping.reads[0].columns[0].base, Some(Base::SameLastYear));
}

#[test]
fn dictionaries_keep_the_order_of_the_file() {
    let text = GOOD.replace("\"г. Москва\" = \"moscow\"", "\"я\" = \"1\"\n\"а\" = \"2\"\n\"я*\" = \"3\"");
    let config = Config::parse(&text, "f").unwrap();
    let values: Vec<&str> = config.sources[0].mapping.names["region"].iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["1", "2", "3"]);
}

#[test]
fn sources_share_dictionaries_unless_they_have_their_own() {
    let second = GOOD[GOOD.find("[[source]]").unwrap()..]
        .replace("id = \"s\"", "id = \"t\"")
        .replace("[source.names.region]", "[source.names.city]");
    let text = format!("{GOOD}{second}[names.region]\n\"Москва\" = \"msk\"\n\"я\" = \"1\"\n");
    let config =
        Config::parse(&text.replace("p.ipi.moscow.ru.mom.a", "p.ipi.msk.ru.mom.a").replacen("p.ipi.msk", "p.ipi.moscow", 1), "f")
            .unwrap();
    let values =
        |at: usize| config.sources[at].mapping.names["region"].iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    assert_eq!((values(0), values(1)), (vec!["moscow"], vec!["msk", "1"]));
    let wrong = text.replace("[names.region]", "[names.year]");
    assert!(Config::parse(&wrong, "f").is_err(), "a kind of slot is no name for a list");
}

#[test]
fn a_spoilt_file_is_told_and_never_fatal() {
    let text = include_str!("../../sources.toml");
    for end in (0..text.len()).step_by(1009).filter(|&end| text.is_char_boundary(end)) {
        if let Err(mistakes) = Config::parse(&text[..end], "f") {
            assert!(!mistakes.is_empty(), "the first {end} bytes");
        }
    }
}
