//! Section 4: how the head is found.

use super::support::*;

const ITEM: &str = "p.ipi.{item}.ru.mom.{freq}";

fn monthly() -> super::super::spec::Read {
    read(ITEM, vec![column(&["{month} {year}"], &[])], vec![cells(&[("Код*", "{item:code}")])])
}

#[test]
fn head_by_content_under_titles_and_merges() {
    let text = "
        Индексы (в % к предыдущему месяцу) | < | < | <

        Код ОКВЭД2 | Название | январь 2020 | февраль 2020
        ^          | ^        | ^           | ^
        BCDE       | Всё      | 97.5        | 94.34400630284516~94.3
        05.1       | Уголь    | 109~109.0   | 100";
    let mut read = monthly();
    read.title = patterns(&["*в % к предыдущему месяцу*"]);
    let expected = [
        "p.ipi.05.1.ru.mom.m · 2020-01 = 109.0",
        "p.ipi.05.1.ru.mom.m · 2020-02 = 100",
        "p.ipi.bcde.ru.mom.m · 2020-01 = 97.5",
        "p.ipi.bcde.ru.mom.m · 2020-02 = 94.3",
    ];
    let mapping = mapping(vec![read]);
    says(&mapping, text, &expected);
    let reading = normalize(&mapping, "2020-06-30", table(1, " S ", text)).unwrap();
    let rounded = reading.observations.last().unwrap();
    assert_eq!((rounded.raw.as_deref(), rounded.locator.as_str()), (Some("94.34400630284516"), " S !D5"));
    assert_eq!(reading.observations[0].raw, None, "109 is 109.0");
    let coverage = &reading.coverage[0];
    assert_eq!((coverage.table.as_str(), coverage.figures), ("r|s|", 4));
    assert_eq!((coverage.start, coverage.end), (day("2020-01-01"), day("2020-02-29")));
}

/// The months in the lowest row are those that growth is against; only the first column has levels.
#[test]
fn a_head_does_not_begin_inside_merged_cells() {
    let text = "
        Код  | Октябрь 2017 | В % к        | <
        ^    | ^            | октябрю 2016 | сентябрю 2017
        BCDE | 733.8        | 97.5         | 64.7";
    let level = column(&["{month} {year}"], &[]);
    let mut read = read("p.ipi.{item}.ru.level.{freq}", vec![level], vec![cells(&[("Код*", "{item:code}")])]);
    read.ignore_columns = vec![ignored_column(&["В % к", "*"])];
    says(&mapping(vec![read]), text, &["p.ipi.bcde.ru.level.m · 2017-10 = 733.8"]);
}

#[test]
fn a_part_among_others_covers_nothing() {
    let text = "
        Код  | январь 2020
        BCDE | 97.5";
    let mut read = monthly();
    read.parts = true;
    let reading = normalize(&mapping(vec![read]), "2020-06-30", table(1, "S", text)).unwrap();
    assert_eq!((reading.observations.len(), reading.coverage.len()), (1, 0));
}

#[test]
fn two_levels_with_merged_groups() {
    let read = read("p.ipi.{item}.ru.qoq.q", vec![column(&["{year}", "{quarter}"], &[])], vec![cells(&[("Код", "{item:code}")])]);
    let text = "
        Имя | Код | 2020 год  | <         | 2021 год  | <
        ^   | ^   | 1 квартал | 2 квартал | 1 квартал | 2 квартал
        Всё | B   | 1.1       | 1.2       | 1.3       | 1.4";
    let expected = [
        "p.ipi.b.ru.qoq.q · 2020-Q1 = 1.1",
        "p.ipi.b.ru.qoq.q · 2020-Q2 = 1.2",
        "p.ipi.b.ru.qoq.q · 2021-Q1 = 1.3",
        "p.ipi.b.ru.qoq.q · 2021-Q2 = 1.4",
    ];
    says(&mapping(vec![read.clone()]), text, &expected);
    let one_year = "
            | 2020 год  | <         |
        Код | 1 квартал | 2 квартал |
        B   | 1.1       | 1.2       |";
    says(&mapping(vec![read]), one_year, &expected[..2]);
}

#[test]
fn unmerged_groups_run_right_up_to_a_heading_of_the_row_above() {
    let level = |flow| column(&[if flow == "export" { "Экспорт*" } else { "Импорт*" }, "Всего"], &[("flow", flow)]);
    let mut read = read("p.trade.total.ru.{flow}.level.a", vec![level("export"), level("import")], vec![stub("{year}", &[])]);
    read.ignore_columns = vec![ignored_column(&["*", "в том числе:", "*"])];
    let text = "
        Внешняя торговля
          | Экспорт (ФОБ) |              |       | Импорт (ФОБ) |              |
          |               | в том числе: |       |              | в том числе: |
          | Всего         | дальнее      | СНГ   | Всего        | дальнее      | СНГ
        1994 г. | 66128   | 51552        | 14576 | 48103        | 36307        | 1";
    says(
        &mapping(vec![read]),
        text,
        &["p.trade.total.ru.export.level.a · 1994 = 66128", "p.trade.total.ru.import.level.a · 1994 = 48103"],
    );
}

#[test]
fn unknown_columns_are_told_unless_another_reading_knows_them() {
    let text = "
        Код | январь 2020 | февраль 2020 | Доля, %
        B   | 1           | 2            | 3";
    let figures = ["p.ipi.b.ru.mom.m · 2020-01 = 1", "p.ipi.b.ru.mom.m · 2020-02 = 2"];
    says(&mapping(vec![monthly()]), text, &[figures[0], figures[1], "! unknown_column @ s!D1"]);
    let mut share = read("p.ipi.{item}.ru.share.a", vec![column(&["Доля*"], &[("year", "2019")])], monthly().rows);
    share.ignore_columns = vec![ignored_column(&["{month} {year}"])];
    says(&mapping(vec![monthly(), share]), text, &[figures[0], figures[1], "p.ipi.b.ru.share.a · 2019 = 3"]);
    let mut known = monthly();
    known.ignore_columns = vec![ignored_column(&["Доля*"])];
    says(&mapping(vec![known]), text, &figures);
}

#[test]
fn refusals_name_place_and_lack() {
    let head = "Код | январь 2020 | февраль 2020";
    let cases = [
        ("Код | янв.-фев. 2020 | январь-март 2020\nB | 1 | 2", "no column is headed \"{month} {year}\""),
        ("Имя | январь 2020 | февраль 2020\nB | 1 | 2", "sheet \"s\" row 1: no column is headed \"Код*\""),
        ("Код | январь 2020 | январь 2020\nB | 1 | 2", "columns B and C mean the same"),
        ("Код | январь 2020 | a | b | c | d\nB | 1", "only 2 of 6 headed columns are accounted for; column C \"a\""),
        ("A | B\nC | D", "sheet \"s\": no row holds a heading that the reading knows"),
        ("", "the document is empty"),
    ];
    for (text, words) in cases {
        refuses(&mapping(vec![monthly()]), text, words);
    }
    let mut titled = monthly();
    titled.title = patterns(&["*базисного 2018 года*"]);
    refuses(&mapping(vec![titled.clone()]), &format!("{head}\nB | 1 | 2"), "row 1: no text above says \"*базисного 2018 года*\"");
    let mut elsewhere = monthly();
    elsewhere.sheet = patterns(&["t"]);
    refuses(&mapping(vec![elsewhere]), &format!("{head}\nB | 1 | 2"), "the document has sheets \"s\"");
    refuses(&mapping(vec![monthly()]), &format!("{head}\nB | |"), "no figure under it");
}

#[test]
fn hidden_sheets_and_tables_by_number() {
    let text = "Код | январь 2020 | февраль 2020\nB | 1 | 2";
    let mut events = table(1, "s", text);
    if let Some(crate::parse::Event::Table(table)) = events.first_mut() {
        table.hidden = true;
    }
    let mut read = monthly();
    assert!(normalize(&mapping(vec![read.clone()]), "2020-06-30", events.clone()).is_err());
    read.sheet = patterns(&["s"]);
    assert!(normalize(&mapping(vec![read.clone()]), "2020-06-30", events).is_ok(), "named by the reading");
    for (index, found) in [(1, true), (2, false)] {
        read.index = Some(index);
        assert_eq!(normalize(&mapping(vec![read.clone()]), "2020-06-30", table(1, "s", text)).is_ok(), found);
    }
}

#[test]
fn a_title_of_the_first_head_does_not_vouch_for_another_one() {
    let mut read = read("p.ipi.{item}.ru.mom.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])]);
    read.title = patterns(&["к прошлому месяцу"]);
    let text = "
        к прошлому месяцу
          | 2018 год | 2019 год
        b | 1        | 2
        к прошлому году
          | 2020 год | 2021 год
        b | 3        | 4";
    let expected = ["p.ipi.b.ru.mom.a · 2018 = 1", "p.ipi.b.ru.mom.a · 2019 = 2", "! unknown_row @ s!A6"];
    says(&mapping(vec![read.clone()]), text, &expected);
    let bare = text.replace("        к прошлому году\n", "");
    let reading = normalize(&mapping(vec![read]), "2022-01-01", table(1, "s", &bare)).unwrap();
    assert_eq!(reading.observations.len(), 4, "a head without texts of its own goes on under the first title");
}

#[test]
fn a_second_head_takes_its_own_titles() {
    let mut read = read("p.ipi.{item}.ru.{m}.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])]);
    read.title = patterns(&["в % к {m:code}"]);
    let text = "
        в % к yoy
          | 2019 год | 2020 год
        B | 1        | 2
        в % к mom
          | 2020 год | 2021 год
        B | 3        | 4";
    let expected = [
        "p.ipi.b.ru.mom.a · 2020 = 3",
        "p.ipi.b.ru.mom.a · 2021 = 4",
        "p.ipi.b.ru.yoy.a · 2019 = 1",
        "p.ipi.b.ru.yoy.a · 2020 = 2",
    ];
    says(&mapping(vec![read]), text, &expected);
}

#[test]
fn merged_cells_that_reach_below_a_head() {
    let years = || read("p.out.{item}.ru.level.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])]);
    let months = || read("p.out.{item}.ru.level.m", vec![column(&["{year}", "{month}"], &[])], vec![stub("{item:code}", &[])]);
    let named = || super::super::spec::Read { rows: vec![cells(&[("Код", "{item:code}")])], ..years() };
    for (what, read, text, wanted) in [
        ("copies alone", years(), "Код | 2019 | 2020\n^ | ^ | ^\na | 1 | 2", "1 2"),
        ("copies and blanks", years(), "Код | 2019 | 2020\n^ | | ^\na | 1 | 2", "1 2"),
        ("months below years", years(), "Код | 2019 год | 2020 год\n^ | январь | январь\na | 1 | 2", "refused"),
        ("months below years, as they are", months(), "Код | 2019 год | 2020 год\n^ | январь | январь\na | 1 | 2", "1 2"),
        ("one month below a year", years(), "Код | 2019 год | 2020 год\n^ | ^ | январь\na | 1 | 2", "refused"),
        ("one month below a year, the labels named", named(), "Код | 2019 год | 2020 год\n^ | ^ | январь\na | 1 | 2", "1 !"),
        ("words below one heading", named(), "Код | 2019 | 2020\n^ | ^ | (оценка)\na | 1 | 2", "1 !"),
        ("a merged heading over the first figures", years(), "Код | 2019 | 2020\n^ | 1 | 2\na | 3 | 4", "3 4 !"),
        (
            "a year merged into the row of figures",
            years(),
            "Код | 2019 | 2020 | 2021\na | 1 | ^ | 3\nb | 4 | 5 | 6",
            "1 3 4 5 6 !",
        ),
        ("the last heading is merged into the figures", years(), "Код | 2019 | 2020\na | 1 | ^\nb | 4 | 5", "1 4 5 !"),
        ("blocks of labels", months(), "Код | 2019 год | <\n^ | январь | февраль\n^ | ^ | ^\na | 1 | 2", "1 2"),
    ] {
        let got = match normalize(&mapping(vec![read]), "2022-01-01", table(1, "s", text)) {
            Err(_) => "refused".to_string(),
            Ok(reading) => {
                let told = if reading.issues.is_empty() { Vec::new() } else { vec!["!".to_string()] };
                let figures = reading.observations.iter().filter_map(|o| o.value).map(|value| value.to_string());
                figures.chain(told).collect::<Vec<_>>().join(" ")
            }
        };
        assert_eq!(got, wanted, "{what}");
    }
}
