//! Small documents of each layout, and what is proposed for them.

use super::{About, Proposal, Study};
use crate::config::Config;
use crate::model::Reading;
use crate::normalize::Normalizer;
use crate::parse::{Cell, Event, Format, Options, Row, Table, parse};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::io::{Cursor, Write};

fn about(format: Format) -> About {
    let (document, id, publisher) = ("a.b".to_string(), "new".to_string(), "p".to_string());
    About {
        document,
        id,
        publisher,
        publisher_known: false,
        publisher_is: None,
        format,
        member: None,
        charset: None,
        broken: None,
    }
}

fn events(bytes: &[u8], format: Format) -> Vec<Event> {
    let mut events = Vec::new();
    parse(format, &mut Cursor::new(bytes), &Options::default(), &mut |event| events.push(event)).unwrap();
    events
}

/// The proposal, and what it reads: it must be a configuration, and its readings may give no issue but a moved figure.
fn tried(events: &[Event], format: Format) -> (Proposal, Option<Reading>) {
    let mut study = Study::default();
    events.iter().for_each(|event| study.event(event.clone()));
    let proposal = study.propose(&about(format));
    let config = Config::parse(&proposal.text, "a").unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{}", proposal.text));
    if proposal.readings.is_empty() {
        assert!(proposal.text.contains("reads = \"none\""), "{}", proposal.text);
        return (proposal, None);
    }
    let mut normalizer = Normalizer::new(&config.sources[0].mapping, NaiveDate::MIN);
    events.iter().for_each(|event| normalizer.event(event.clone()));
    let reading = normalizer.finish().unwrap();
    assert!(reading.issues.iter().all(|issue| issue.code == "footnote_moved_period"), "{:?}\n{}", reading.issues, proposal.text);
    (proposal, Some(reading))
}

/// Every word must be in the proposal, which must read this figure.
fn reads(text: &str, format: Format, figure: &str, words: &[&str]) {
    read_of(text.as_bytes(), format, figure, words);
}

fn read_of(bytes: &[u8], format: Format, figure: &str, words: &[&str]) {
    let (proposal, reading) = tried(&events(bytes, format), format);
    let reading = reading.unwrap_or_else(|| panic!("{:?}\n{}", proposal.left, proposal.text));
    let one = |o: &crate::model::Observation| format!("{} {} {} {}", o.series, o.period, o.value.unwrap_or_default(), o.unit);
    let all: Vec<String> = reading.observations.iter().map(one).collect();
    assert!(all.iter().any(|one| one == figure), "{figure} is not in {all:#?}\n{}", proposal.text);
    for word in words {
        assert!(proposal.text.contains(word), "{word:?} is not in\n{}", proposal.text);
    }
}

/// Nothing may be proposed, and every word must be among the reasons.
fn refuses(text: &str, format: Format, words: &[&str]) {
    let (proposal, reading) = tried(&events(text.as_bytes(), format), format);
    assert!(reading.is_none(), "{}", proposal.text);
    let why = format!("{:?}", proposal.left);
    for word in words {
        assert!(why.contains(word), "{word:?} is not in {why}");
    }
}

/// A page with one table; cells are divided by `|`, `~` spans two columns.
fn page(title: &str, rows: &[&str]) -> String {
    let cell = |text: &str| match text.strip_suffix('~') {
        Some(text) => format!("<td colspan=2>{text}</td>"),
        None => format!("<td>{text}</td>"),
    };
    let row = |row: &&str| format!("<tr>{}</tr>", row.split('|').map(cell).collect::<String>());
    format!("<html><body><p>{title}</p><table border=1>{}</table></body></html>", rows.iter().map(row).collect::<String>())
}

#[test]
fn periods_in_columns() {
    let text = "Индексы, в процентах к предыдущему месяцу;;\nВид;январь 2020;февраль 2020\nДобыча угля;101,5;99,8\nДобыча нефти;98,1;97,4\n";
    let words =
        ["{month} {year}", "\"добыча угля\" = \"dobycha-uglya\"", "unit = \"percent\"", "min_series = 2", "format = [\"csv\"]"];
    reads(text, Format::Csv, "p.indeksy-v-protsentakh-k-predydushchemu.dobycha-nefti.ru.mom.m 2020-02 97.4 percent", &words);
}

#[test]
fn periods_in_rows() {
    let text = "Месяц;Экспорт, млн долл. США;Импорт, млн долл. США\nянварь 2020;101,5;99,8\nфевраль 2020;98,1;97,4\n";
    let words = ["stub = \"{month} {year}\"", "unit = \"USD million\"", "value = \"101.5\" }, # table 1, row 2, column 2"];
    reads(text, Format::Csv, "p.table-1.import-mln-doll-ssha.ru.level.m 2020-02 97.4 USD million", &words);
}

#[test]
fn years_over_months() {
    let rows = ["|2019~|2020~", "|ноябрь|декабрь|январь|февраль", "Уголь|1,5|2,5|3,5|4,5", "Нефть|5,5|6,5|7,5|8,5"];
    let words = ["head = [\"{year}\", \"{month}\"]", "from = \"2019-11\", to = \"2020-02\""];
    reads(
        &page("Добыча, млн тонн", &rows),
        Format::Html,
        "p.dobycha-mln-tonn.neft.ru.level.m 2020-01 7.5 million tonnes",
        &words,
    );
}

#[test]
fn years_before_quarters_and_the_year_itself() {
    let rows = ["|Год|I|II|III|IV", "2019|10,1|2,5|3,5|2,0|2,1", "2020|11,1|2,6|3,6|2,1|2,8"];
    let text = page("Добыча угля, млн тонн", &rows);
    reads(&text, Format::Html, "p.dobycha-uglya-mln-tonn.all.ru.level.q 2020-Q4 2.8 million tonnes", &["head = [\"год\"]"]);
    reads(&text, Format::Html, "p.dobycha-uglya-mln-tonn.all.ru.level.a 2020 11.1 million tonnes", &[]);
}

#[test]
fn months_before_years_under_headings_and_a_note_that_moves() {
    let rows = [
        "|2019|2020",
        "к предыдущему месяцу~|",
        "ноябрь|101,5|100,2",
        "декабрь|101,6|",
        "к декабрю предыдущего года~|",
        "декабрь|103,0|103,3 2)",
        "2) Октябрь 2020 г. в % к декабрю 2019 г.~|",
    ];
    let words = ["group = \"k-dekabryu-predydushchego-goda\", measure = \"dec\"", "footnotes = [{ text ="];
    let figure = "p.indeksy-tsen-v.k-dekabryu-predydushchego-goda.ru.dec.m 2020-10 103.3 percent";
    reads(&page("Индексы цен, в %", &rows), Format::Html, figure, &words);
}

#[test]
fn codes_tell_rows_apart() {
    let rows = ["Код ОКВЭД2|Вид|2019|2020", "05|Уголь|1,5|2,5", "06.1|Нефть|3,5|4,5", "B|Всего|5,0|7,0"];
    let words = ["cells = { \"код оквэд2\" = \"{item:code}\" }"];
    reads(&page("Добыча, млн тонн", &rows), Format::Html, "p.dobycha-mln-tonn.06.1.ru.level.a 2020 4.5 million tonnes", &words);
}

#[test]
fn labels_name_units() {
    let rows = ["|2019|2020", "Уголь, млн т|1,5|2,5", "Газ, млрд м3|3,5|4,5", "Уголь, в % к 2018|101,0|102,0"];
    let words = ["stub = \"{item:row}, {unit}\"", "set = { item = \"ugol-v-k-2018\", unit = \"percent\" }"];
    reads(&page("Добыча", &rows), Format::Html, "p.dobycha.gaz.ru.level.a 2020 4.5 billion cubic metres", &words);
}

#[test]
fn a_word_document() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |cells: &[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(|text| cell(text)).collect::<String>());
    let rows = [row(&["", "2019 г.", "2020 г."]), row(&["Уголь", "1,5", "2,5"]), row(&["Нефть", "3,5", "4,5"])].concat();
    let body = format!("<w:p><w:r><w:t>Добыча, млн тонн</w:t></w:r></w:p><w:tbl>{rows}</w:tbl>");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let related =
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{office}\" Target=\"word/document.xml\"/></Relationships>");
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    for (name, xml) in [("_rels/.rels", related), ("word/document.xml", document)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    read_of(&bytes, Format::Docx, "p.dobycha-mln-tonn.neft.ru.level.a 2020 4.5 million tonnes", &["format = [\"docx\"]"]);
}

#[test]
fn growth_beside_levels_is_left_out() {
    let rows = ["|2019|2020|Прирост~", "||| 2019|2020", "Уголь|1,5|2,5|10,0|20,0", "Нефть|3,5|4,5|1,0|2,0"];
    let text = page("Добыча, млн тонн", &rows);
    let (proposal, reading) = tried(&events(text.as_bytes(), Format::Html), Format::Html);
    assert!(reading.is_none_or(|reading| reading.observations.len() == 4), "{}", proposal.text);
}

#[test]
fn what_is_in_doubt_is_not_proposed() {
    let years = "|2019|2020";
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("Добыча, млн тонн", &[years, "Уголь|1,5|2,5", "млрд м3|2019|2020", "Газ|3,5|4,5"], &["another head", "row 3"]),
        ("Прокат, штук", &["|2019|2020", "Уголь|1,5|2,5%", "Нефть|3,5|4,5%"], &["shown with %"]),
        ("Добыча", &[years, "Уголь|1,5|2,5", "Нефть|3,5|4,5"], &["names a known unit", "добыча"]),
        ("Добыча, млн тонн", &[years, "Уголь|1,5|2,5", "Уголь|3,5|4,5"], &["a label repeats", "Уголь"]),
        ("Добыча, млн тонн", &[years, "Уголь|1,5|2,5", "Нефть||", "Газ|3,5|4,5"], &["holds no figure", "нефть"]),
        ("Добыча, млн тонн, млрд м3", &[years, "Уголь|1,5|2,5", "Нефть|3,5|4,5"], &["several units"]),
        (
            "Добыча нарастающим итогом, млн тонн",
            &["|январь 2020|февраль 2020", "Уголь|1,5|2,5", "Нефть|3,5|4,5"],
            &["runs from January"],
        ),
        ("Добыча, млн тонн", &[years, "Уголь|1,500|2,500", "Нефть|3,500|4,500"], &["thousands or for decimals"]),
    ];
    for (title, rows, words) in cases {
        refuses(&page(title, rows), Format::Html, words);
    }
    let (proposal, _) = tried(&events(page(cases[2].0, cases[2].1).as_bytes(), Format::Html), Format::Html);
    assert!(proposal.text.contains("\n# columns = [{ head = [\"{year}\"] }]"), "{}", proposal.text);
}

#[test]
fn a_publisher_that_is_known_is_not_written_again() {
    let rows = ["|2019|2020", "Уголь|1,5|2,5", "Нефть|3,5|4,5"];
    let mut study = Study::default();
    events(page("Добыча, млн тонн", &rows).as_bytes(), Format::Html).into_iter().for_each(|event| study.event(event));
    let proposal = study.propose(&About { publisher_known: true, ..about(Format::Html) });
    assert!(proposal.readings.len() == 1 && !proposal.text.contains("[[publisher]]"), "{}", proposal.text);
}

#[test]
fn a_document_that_breaks_off_or_has_no_table_is_kept() {
    let mut study = Study::default();
    study.event(Event::Paragraph { text: "Ничего".into(), locator: "paragraph 1".into() });
    let broken = Some("the \"table\" is\nan image".to_string());
    let text =
        study.propose(&About { broken, publisher_known: true, member: Some("x/osn-2020.xls".into()), ..about(Format::Xls) }).text;
    assert!(text.contains("member = \"osn-*.xls\"") && !text.contains("[[publisher]]"), "{text}");
    let known = "[[publisher]]\nid = \"p\"\nname = \"P\"\ncountry = \"ru\"\nurl = \"https://p.example/\"\n";
    Config::parse(&format!("{known}{text}"), "a").unwrap();
}

/// Texts that tables are made of, and some that only look like it.
const TEXTS: [&str; 26] = [
    "",
    "",
    "2019",
    "2020",
    "2021 г.",
    "январь",
    "февраль",
    "январь-март",
    "I",
    "II квартал",
    "март 2020",
    "01.02.2020",
    "Год",
    "1,5",
    "2,75",
    "-3",
    "1 234,5",
    "…",
    "-",
    "Уголь",
    "Нефть, млн т",
    "в % к 2019",
    "[x]{y}*\"\\",
    "в том числе:",
    "1)",
    "1) Примечание 2020",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_grid_gives_a_block_that_can_be_used(
        rows in proptest::collection::vec(proptest::collection::vec((0..TEXTS.len(), any::<bool>()), 0..7), 0..9),
        title in "[а-я %,{}\\[\\]*\"]{0,30}",
    ) {
        let cell = |(column, (text, typed)): (u32, &(usize, bool))| {
            let raw = TEXTS[*text].parse::<u32>().ok().filter(|_| *typed).map(|n| n.to_string());
            Cell { column, text: TEXTS[*text].to_string(), raw, copy_of: None }
        };
        let mut events = vec![
            Event::Paragraph { text: title, locator: "paragraph 1".into() },
            Event::Table(Table { number: 1, ..Table::default() }),
        ];
        for (number, row) in (1..).zip(&rows) {
            events.push(Event::Row(Row { number, cells: (0..).zip(row).map(cell).collect() }));
        }
        tried(&events, Format::Html);
    }
}
