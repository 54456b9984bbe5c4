//! Sentences: one reading and one text each, then what several of them do together.

use super::super::spec::*;
use super::super::{NormalizeError, Normalizer};
use super::support::*;
use crate::model::Reading;
use crate::parse::{Cell, Event, Row, Table};
use proptest::prelude::*;

/// A prose reading of percent, its words of direction in the list `way`.
pub fn prose(name: &str, text: &str, series: &str) -> Prose {
    let unit = (!text.contains("{unit}")).then(|| "percent".to_string());
    Prose { name: name.to_string(), text: pattern(text), series: template(series), unit, set: fields(&[]), base: None }
}

pub fn sentences(prose: Vec<Prose>) -> Mapping {
    let way =
        [("вырос*", "+"), ("увеличил*", "+"), ("снизил*", "-"), ("сократил*", "-"), ("rose", "+"), ("fell", "-"), ("упал*", "-")];
    Mapping { prose, names: names("way", &way), ..Mapping::default() }
}

fn paragraph(text: &str, number: usize) -> Event {
    Event::Paragraph { text: text.to_string(), locator: format!("paragraph {number}") }
}

pub fn read_texts(mapping: &Mapping, texts: &[&str]) -> Result<Reading, NormalizeError> {
    normalize(mapping, "2026-09-02", texts.iter().zip(1..).map(|(text, number)| paragraph(text, number)).collect())
}

/// `series · period = value unit "printed" @ locator`, then issues; a refusal says why.
fn said(read: Result<Reading, NormalizeError>) -> Vec<String> {
    let reading = match read {
        Ok(reading) => reading,
        Err(error) => return vec![error.to_string()],
    };
    let figures = reading.observations.iter().map(|o| {
        assert!(o.notes.is_empty() && o.raw.is_none());
        let value = o.value.map(|value| value.to_string()).unwrap_or_default();
        format!("{} {} = {value} {} \"{}\" @ {}", o.series.as_str(), o.period, o.unit, o.printed, o.locator)
    });
    let issues = reading.issues.iter().map(|i| format!("! {} @ {}: {}", i.code, i.locator, i.seen));
    figures.chain(issues).collect()
}

/// Pattern, text, and what stands between the series' code and the place.
const ONE: &[(&str, &str, &str)] = &[
    (
        "В {month} {year} промышленное производство {sign:way} на {value}{unit} в годовом выражении",
        "В марте 2022 г. промышленное производство выросло на 3,0% в годовом выражении",
        "2022-03 = 3.0 percent \"3,0\"",
    ),
    (
        "В {month} {year} выпуск {sign:way} на {value}{unit}",
        "В марте 2022 г. выпуск снизился на 0,6 процента.",
        "2022-03 = -0.6 percent \"0,6\"",
    ),
    (
        "В {month} {year} выпуск {sign:way} на {value}{unit}",
        "В мае 2022 года выпуск сократился на 0,6 процентного пункта",
        "2022-05 = -0.6 percentage points \"0,6\"",
    ),
    (
        "В {year} добыча {sign:way} в {value} {unit}",
        "В 2021 году добыча выросла в 2,3 раза к 2020 г.",
        "2021 = 2.3 times \"2,3\"",
    ),
    (
        "За {ytd} {year} добыча нефти составила {value} {unit}",
        "За январь-февраль 2022 г. добыча нефти составила 42,6\u{a0}млн\u{a0}т (+11,6%)",
        "2022-01/2022-02 = 42.6 million tonnes \"42,6\"",
    ),
    (
        "За {ytd} {year} добыча нефти составила * ({value}{unit})",
        "За январь-февраль 2022 г. добыча нефти составила 42,6 млн т (+11,6%)",
        "2022-01/2022-02 = 11.6 percent \"+11,6\"",
    ),
    (
        "За {ytd} {year} добыча нефти составила * ({value}{unit})",
        "За январь-февраль 2022 г. добыча нефти составила 42,6 млн т (\u{2212}11,6\u{a0}%)",
        "2022-01/2022-02 = -11.6 percent \"\u{2212}11,6\"",
    ),
    ("Изменение в {month} {year}: {value}{unit}", "Изменение в марте 2022 г.: –0,3%", "2022-03 = -0.3 percent \"–0,3\""),
    (
        "Изменение в {month} {year}*{value}{unit}",
        "Изменение в марте 2022 г. составило \u{2212} 0,3%",
        "2022-03 = -0.3 percent \"0,3\"",
    ),
    ("С начала {year} - {value}{unit}", "С начала 2026 г. – 104,67% (справочно)", "2026 = 104.67 percent \"104,67\""),
    ("С начала {year}*{value}{unit}", "С начала 2026 г. – 104,67% (справочно)", "2026 = 104.67 percent \"104,67\""),
    (
        "За {year} вывезено {value} {unit}",
        "За 2021 г. вывезено 1\u{a0}234\u{202f}567,89 тыс. тонн",
        "2021 = 1234567.89 thousand tonnes \"1\u{a0}234\u{202f}567,89\"",
    ),
    (
        "За период {days} цены*составили{value}{unit}",
        "За период с 28 июля по 3 августа 2026 г. цены², по оценке, составили 99,99%², далее",
        "2026-07-28/2026-08-03 = 99.99 percent \"99,99\"",
    ),
    (
        "За период {days} цены {sign:way} на {value}{unit}",
        "За период с 29 декабря 2025 г. по 11 января 2026 г. цены выросли на 1,26%",
        "2025-12-29/2026-01-11 = 1.26 percent \"1,26\"",
    ),
    (
        "На {date} запасы составили {value}",
        "На 1 марта 2022 г. запасы составили 12.50 за сутки",
        "2022-03-01 = 12.50 percent \"12.50\"",
    ),
    ("В {quarter} {year} {sign:way} на {value}{unit}", "В I квартале 2022 г. выросло на 3 %", "2022-Q1 = 3 percent \"3\""),
];

#[test]
fn one_sentence_one_figure() {
    for (text, sentence, wanted) in ONE {
        let freq = "p.i.all.ru.level.{freq}";
        let got = said(read_texts(&sentences(vec![prose("r", text, freq)]), &[sentence]));
        let inner = |line: &String| line.split_once(' ').map(|(_, rest)| rest.trim_end_matches(" @ paragraph 1").to_string());
        assert_eq!(got.iter().filter_map(inner).collect::<Vec<_>>(), [*wanted], "{text:?} in {sentence:?}: {got:?}");
    }
}

/// What is no figure is not guessed at: ranges, parts of dates, numbers of the other style.
#[test]
fn no_figure() {
    for (text, sentence) in [
        ("В {year} составил*{value}{unit}", "В 2021 г. составил 2-3%"),
        ("В {year} составил {value}", "В 2021 г. составил 06.02.2026"),
        ("В {year} составил {value}", "В 2021 г. составил 1,234,567"),
        ("В {year} изменился на {value}", "В 2021 г. изменился на – 5"),
        ("В {month} {year} составил {value}", "В 2021 г. составил 5"),
    ] {
        let got = said(read_texts(&sentences(vec![prose("r", text, "p.i.all.ru.level.{freq}")]), &[sentence]));
        assert_eq!(got.len(), 1, "{got:?}");
        assert!(got[0].starts_with("no reading of the source found a table: prose_not_found"), "{got:?}");
    }
}

#[test]
fn english_numbers_and_words() {
    let text = "industrial output {sign:way} by {value} {unit} in {month} {year}";
    let mut mapping = sentences(vec![
        prose("r", text, "p.i.all.cn.yoy.{freq}"),
        prose("t", "exports of {value} {unit} in {year}", "p.e.all.cn.level.a"),
    ]);
    mapping.number = NumberStyle::En;
    let got = said(read_texts(
        &mapping,
        &["Industrial output fell by 3.0 percent in March 2022, with exports of 1,535.4 million tonnes in 2021."],
    ));
    assert_eq!(
        got,
        [
            "p.e.all.cn.level.a 2021 = 1535.4 million tonnes \"1,535.4\" @ paragraph 1",
            "p.i.all.cn.yoy.m 2022-03 = -3.0 percent \"3.0\" @ paragraph 1",
        ]
    );
    let comma = said(read_texts(&mapping, &["exports of 5,2 million tonnes in 2021, output fell by 1.0 percent in May 2022"]));
    assert!(comma[0].contains("prose_not_found"), "a comma is no decimal sign: {comma:?}");
}

/// Several readings share a paragraph, one reading finds several sentences of it, and the ones that find none say so.
#[test]
fn several_figures() {
    let mapping = sentences(vec![
        prose("month", "В {month} {year} выпуск {sign:way} на {value}{unit}", "p.i.all.ru.yoy.m"),
        prose("run", "за {ytd} {year} - на {value}{unit}", "p.i.all.ru.yoy.ytd"),
        prose("other", "Уровень безработицы в {month} {year} составил {value}{unit}", "p.u.all.ru.level.m"),
    ]);
    let texts = [
        "В марте 2022 г. выпуск вырос на 3,0%, за январь-март 2022 г. – на 5,9%. В апреле 2022 г. выпуск снизился на 1,6%.",
        "Повторим: в марте 2022 г. выпуск вырос на 3,0 %.",
    ];
    assert_eq!(
        said(read_texts(&mapping, &texts)),
        [
            "p.i.all.ru.yoy.m 2022-03 = 3.0 percent \"3,0\" @ paragraph 1",
            "p.i.all.ru.yoy.m 2022-04 = -1.6 percent \"1,6\" @ paragraph 1",
            "p.i.all.ru.yoy.ytd 2022-Q1 = 5.9 percent \"5,9\" @ paragraph 1",
            "! prose_not_found @ reading \"other\": no such sentence",
        ]
    );
    let twice = said(read_texts(&mapping, &[texts[0], "В марте 2022 г. выпуск вырос на 3,1%"]));
    assert!(
        twice.contains(
            &"! two_values @ p.i.all.ru.yoy.m · 2022-03: \"3,0\" in paragraph 1 and \"3,1\" in paragraph 2".to_string()
        ),
        "{twice:?}"
    );
    assert!(!twice.iter().any(|line| line.starts_with("p.i.all.ru.yoy.m 2022-03")), "{twice:?}");
}

#[test]
fn a_word_and_a_sign_that_contradict() {
    let mapping = sentences(vec![prose("r", "В {month} {year} выпуск {sign:way} на {value}{unit}", "p.i.all.ru.yoy.m")]);
    let got = said(read_texts(&mapping, &["В марте 2022 г. выпуск снизился на -3,0%. В мае 2022 г. выпуск снизился на 1%"]));
    assert_eq!(got[0], "p.i.all.ru.yoy.m 2022-05 = -1 percent \"1\" @ paragraph 1");
    assert!(got[1].starts_with("! conflict @ paragraph 1"), "{got:?}");
}

#[test]
fn constants_go_before_slots() {
    let mut one = prose("r", "В {month} {year} {item:word} {value}{unit}", "p.i.{item}.ru.yoy.m");
    one.set = fields(&[("item", "coal"), ("sign", "-")]);
    let got = said(read_texts(&sentences(vec![one]), &["В марте 2022 г. уголь 3,0%"]));
    assert_eq!(got, ["p.i.coal.ru.yoy.m 2022-03 = -3.0 percent \"3,0\" @ paragraph 1"]);
}

/// Long cells are searched once, not as copies of their merge; short ones and numbers are not.
#[test]
fn cells_of_tables() {
    let mapping = sentences(vec![prose("r", "В {month} {year} выпуск {sign:way} на {value}{unit}", "p.i.all.ru.yoy.m")]);
    let cell = |column: u32, text: &str, copy_of| Cell { column, text: text.to_string(), raw: None, copy_of };
    let sentence = "Справочно. В марте 2022 г. выпуск вырос на 3,0%";
    let cells = vec![cell(0, "итого", None), cell(1, sentence, None), cell(2, sentence, Some((1, 1)))];
    let events = vec![Event::Table(Table { number: 2, ..Table::default() }), Event::Row(Row { number: 7, cells })];
    assert_eq!(
        said(normalize(&mapping, "2022-05-01", events)),
        ["p.i.all.ru.yoy.m 2022-03 = 3.0 percent \"3,0\" @ table 2, row 7, column 2"]
    );
}

/// A text made to cost much is given up, and that is said.
#[test]
fn a_text_that_costs_too_much() {
    let mapping = sentences(vec![
        prose("r", "{sign:way}*{other:way}*{third:way}*{item:word} {year}: {value}", "p.i.all.ru.yoy.a"),
        prose("t", "В {year}: {value}", "p.i.b.ru.yoy.a"),
    ]);
    let long = "вырос 1 ".repeat(20_000);
    let got = said(read_texts(&mapping, &["В 2021: 5", &long, "В 2022: 6"]));
    assert!(got.iter().any(|line| line.starts_with("! prose_too_long @ paragraph 2")), "{got:?}");
}

proptest! {
    /// Whatever stands there, nothing panics, and what is printed stands in the text and has the digits of the value.
    #[test]
    fn any_text(parts in proptest::collection::vec(prop_oneof![
        "[0-9 ,.+\\-–−²¹³⁾%\u{a0}\u{ad}]{1,8}",
        proptest::sample::select(vec!["В марте 2022 г. выпуск ", "вырос на ", "снизился на ", "%", " процента", "ё", "İ", "т", "млн ", "\u{301}"]).prop_map(str::to_string),
    ], 0..14)) {
        let text = parts.concat();
        let mapping = sentences(vec![prose("r", "В {month} {year} выпуск*{value}", "p.i.all.ru.yoy.m")]);
        let mut normalizer = Normalizer::new(&mapping, day("2022-05-01"));
        normalizer.event(paragraph(&text, 1));
        if let Ok(reading) = normalizer.finish() {
            for o in reading.observations {
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').to_string();
                prop_assert_eq!(digits(&o.printed), digits(&o.value.unwrap().to_string()), "{:?} in {:?}", o.printed, text);
            }
        }
    }
}

/// Pattern and base, text, and what comes of it.
#[test]
fn what_could_be_read_in_two_ways_is_not_read() {
    let base = Some(Base::SameLastYear);
    let yoy = "В {month} {year} выпуск составил {value}{unit} к {month'} {year'}";
    let second = "За {year} цены*, с начала года - {value}{unit}";
    for (text, base, sentence, wanted) in [
        (yoy, base, "В мае 2022 года выпуск составил 97,6% к маю 2021 года", "97.6 percent"),
        (yoy, base, "В мае 2022 года выпуск составил 97,6% к маю 2020 года", "header_contradicts_measure"),
        (yoy, base, "В мае 2022 года выпуск составил 97,6% к апрелю 2022 года", "header_contradicts_measure"),
        // the words before the figure were there, and no figure: the next ones are of another
        (
            second,
            None,
            "За 2026 г. цены выросли, с начала года – 104,67% (годом ранее, с начала года – 103,94%)",
            "104.67 percent",
        ),
        (second, None, "За 2026 г. цены выросли, с начала года – столько же (годом ранее, с начала года – 103,94%)", "refused"),
        (
            second,
            None,
            "За 2026 г. цены выросли, с начала года – около 104,67% (годом ранее, с начала года – 103,94%)",
            "refused",
        ),
        (second, None, "За 2026 г. цены выросли, с начала года – 1О4,67% (годом ранее, с начала года – 103,94%)", "refused"),
        (
            second,
            None,
            "За 2026 г. цены выросли, с начала года – 104,67-104,69% (годом ранее, с начала года – 103,94%)",
            "refused",
        ),
        // thousands or decimals
        ("За {year} продано {value} {unit}", None, "За 2021 год продано 114 130 штук", "114130 pieces"),
        ("За {year} продано {value} {unit}", None, "За 2021 год продано 114,130 штук", "unreadable_value"),
        ("За {year} продано {value} {unit}", None, "За 2021 год продано 114.130 штук", "unreadable_value"),
        ("За {year} продано {value} {unit}", None, "За 2021 год продано 114'130 штук", "refused"),
        ("За {year} продано {value} {unit}", None, "За 2021 год продано 2 114,130 тыс. штук", "2114.130 thousand pieces"),
        ("За {year} продано {value} {unit}", None, "За 2021 год продано 0,130 млн штук", "0.130 million pieces"),
    ] {
        let reading = Prose { base, ..prose("r", text, "p.i.all.ru.level.{freq}") };
        let got = match read_texts(&sentences(vec![reading]), &[sentence]) {
            Err(NormalizeError::NothingRead(why)) if why.contains("unreadable") || why.contains("contradicts") => {
                why.split_once(": ").map_or("", |(_, why)| why.split(' ').next().unwrap_or_default()).to_string()
            }
            Err(_) => "refused".to_string(),
            Ok(read) => read.observations.iter().map(|o| format!("{} {}", o.value.unwrap(), o.unit)).collect(),
        };
        assert_eq!(got, wanted, "{sentence}");
    }
}
