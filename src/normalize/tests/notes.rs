//! Section 5: marks, notes below the data, statuses.

use super::super::spec::Read;
use super::support::*;
use crate::model::Status;
use crate::parse::Event;

fn yearly() -> Read {
    read(
        "p.out.{item}.ru.level.a",
        vec![column(&["{year}"], &[])],
        vec![stub("Нефть*", &[("item", "oil")]), stub("Уголь*", &[("item", "coal")])],
    )
}

const TABLE: &str = "
             | 2019 | 2020 | 2021²
    Уголь    | 1    | …    | 3
    Нефть⁴   | 5    | …    |
    ² Без учёта территорий.
    ⁴ Информация о добыче нефти не публикуется на основании распоряжения.";

#[test]
fn marked_cells_are_withheld_where_a_note_says_so() {
    let mut read = yearly();
    let plain = [
        "p.out.coal.ru.level.a · 2019 = 1",
        "p.out.coal.ru.level.a · 2020 =no_data",
        "p.out.coal.ru.level.a · 2021 = 3",
        "p.out.oil.ru.level.a · 2019 = 5",
        "p.out.oil.ru.level.a · 2020 =no_data",
        "p.out.oil.ru.level.a · 2021 =blank",
    ];
    says(&mapping(vec![read.clone()]), TABLE, &plain);
    read.withheld = patterns(&["*не публикуется на основании*"]);
    let mut withheld = plain.map(String::from);
    withheld[4] = "p.out.oil.ru.level.a · 2020 =withheld".to_string();
    withheld[5] = "p.out.oil.ru.level.a · 2021 =withheld".to_string();
    says(&mapping(vec![read.clone()]), TABLE, &withheld.each_ref().map(String::as_str));
    read.provisional = patterns(&["*без учета территорий*"]);
    let reading = normalize(&mapping(vec![read]), "2022-01-01", table(1, "s", TABLE)).unwrap();
    let last = reading.observations.iter().find(|o| o.period.to_string() == "2021" && o.value.is_some()).unwrap();
    assert_eq!(last.status, Status::Provisional);
    assert_eq!(last.notes, ["Без учёта территорий."]);
    assert_eq!(reading.coverage[0].figures, 6, "withheld figures are covered");
}

#[test]
fn a_row_that_is_withheld_as_a_whole_is_no_heading() {
    let mut read = yearly();
    read.withheld = patterns(&["*не публикуется*"]);
    let text = "| 2019 | 2020\nУголь | 1 | 2\nНефть¹ | |\n¹ Добыча нефти не публикуется";
    let expected = [
        "p.out.coal.ru.level.a · 2019 = 1",
        "p.out.coal.ru.level.a · 2020 = 2",
        "p.out.oil.ru.level.a · 2019 =withheld",
        "p.out.oil.ru.level.a · 2020 =withheld",
    ];
    says(&mapping(vec![read]), text, &expected);
}

#[test]
fn a_note_may_move_a_figure_to_another_period() {
    let mut read = read("p.cpi.all.ru.dec.m", vec![column(&["{year}"], &[])], vec![stub("{month}", &[])]);
    read.footnotes = patterns(&["{month} {year} в % к {month'} {year'}*"]);
    let text = "
                | 2019   | 2020
        октябрь | 102.20 |
        декабрь | 103.04 | '103,32²⁾
        ²⁾ Октябрь 2020 г. в % к декабрю 2019 г.";
    let expected = [
        "p.cpi.all.ru.dec.m · 2019-10 = 102.20",
        "p.cpi.all.ru.dec.m · 2019-12 = 103.04",
        "p.cpi.all.ru.dec.m · 2020-10 = 103.32",
        "! footnote_moved_period @ s!C3",
    ];
    says(&mapping(vec![read]), text, &expected);
}

#[test]
fn markers_and_text_numbers() {
    let text = "| 2017 | 2018 | 2019 | 2020 | 2021\nУголь | - | х | '\u{a0}3416 | '23,0 | ...";
    let expected = [
        "p.out.coal.ru.level.a · 2017 =absent",
        "p.out.coal.ru.level.a · 2018 =absent",
        "p.out.coal.ru.level.a · 2019 = 3416",
        "p.out.coal.ru.level.a · 2020 = 23.0",
        "p.out.coal.ru.level.a · 2021 =no_data",
    ];
    says(&mapping(vec![yearly()]), text, &expected);
    let merged = "| 2019 | 2020\nУголь | 5 | <";
    says(&mapping(vec![yearly()]), merged, &["p.out.coal.ru.level.a · 2019 = 5", "! unreadable_value @ s!C2"]);
}

#[test]
fn glued_marks_are_told_from_digits_by_the_row() {
    let mut mapping = mapping(vec![yearly()]);
    mapping.glued_marks = true;
    let text = "| 2018 | 2019 | 2020\nУголь | '105,1 | '104,8 | '106,21)\nНефть | '3 | '20 | '222393)";
    let reading = normalize(&mapping, "2020-06-30", table(1, "s", text)).unwrap();
    let got = lines(&reading);
    assert!(got.contains(&"p.out.coal.ru.level.a · 2020 = 106.2".to_string()), "{got:?}");
    assert!(got.contains(&"! unreadable_value @ s!D3".to_string()), "{got:?}");
}

#[test]
fn the_stated_date_and_notes_outside_tables() {
    let mut mapping = mapping(vec![yearly()]);
    mapping.reads[0].withheld = patterns(&["*не публикуется*"]);
    mapping.published = patterns(&["Обновлено: {date}"]);
    let mut events = table(1, "s", "Обновлено: 06.02.2026 г.\n| 2019 | 2020\nНефть¹ | 1 | …");
    events.push(Event::Paragraph { text: "¹ Не публикуется".to_string(), locator: String::new() });
    let reading = normalize(&mapping, "2026-02-06", events).unwrap();
    assert_eq!(reading.published, Some(day("2026-02-06")));
    assert_eq!(reading.observations[1].status, Status::Withheld);
}
