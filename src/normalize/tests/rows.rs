//! Section 4, rows: filter, ignored, sections, rules, pooled fields; section 3: the keys that rows obey.

use super::super::spec::{Read, Shape};
use super::support::*;
use rust_decimal::Decimal;

fn yearly(rows: Vec<super::super::spec::RowRule>) -> Read {
    read("p.out.{item}.ru.level.{freq}", vec![column(&["{year}"], &[])], rows)
}

#[test]
fn a_text_that_reads_nowhere_is_told() {
    let mut read = yearly(vec![stub("Уголь*", &[("item", "coal")])]);
    read.ignore_rows = vec![ignored("в том числе:")];
    let text = "
                 | 2019 | 2020
        Уголь    | 1    | 2
        в том числе: |  |
        антрацит | 3    | 4
        Нефть    |      |
        Уголь 2  | н/д  | 5";
    let expected = [
        "p.out.coal.ru.level.a · 2019 = 1",
        "! two_values @ p.out.coal.ru.level.a · 2020",
        "! unknown_heading @ s!A5",
        "! unknown_row @ s!A4",
        "! unreadable_value @ s!B6",
    ];
    says(&mapping(vec![read.clone()]), text, &expected);
    read.count_unmapped = true;
    let reading = normalize(&mapping(vec![read]), "2020-06-30", table(1, "s", text)).unwrap();
    let unknown = reading.issues.iter().find(|issue| issue.code == "unknown_row").unwrap();
    assert_eq!(unknown.seen, "1 rows: \"антрацит\"");
}

#[test]
fn a_row_belongs_to_whoever_understands_it() {
    let coal = yearly(vec![stub("Уголь", &[("item", "coal")])]);
    let oil = yearly(vec![stub("Нефть", &[("item", "oil")])]);
    let text = "| 2019 | 2020\nУголь | 1 | 2\nНефть | 3 | 4\nГаз | 5 | 6";
    let expected = [
        "p.out.coal.ru.level.a · 2019 = 1",
        "p.out.coal.ru.level.a · 2020 = 2",
        "p.out.oil.ru.level.a · 2019 = 3",
        "p.out.oil.ru.level.a · 2020 = 4",
        "! unknown_row @ s!A4",
    ];
    says(&mapping(vec![coal, oil]), text, &expected);
}

#[test]
fn sections_hold_until_a_heading_of_their_level_and_an_unknown_one_clears() {
    let mut read = read("p.k.{item}.ru.{m}.a", vec![column(&["{year}"], &[])], vec![stub("{item:code}", &[])]);
    read.sections = vec![
        section(1, "Выпуск", &[("x", "1")]),
        section(2, "уровень", &[("m", "level")]),
        section(2, "к году", &[("m", "yoy")]),
    ];
    let text = "
                | 2019 | 2020
        Выпуск  |      |
        уровень |      |
        b       | 1    | 2
        к году  |      |
        b       | 3    | 4
        Цены    | <    | <
        b       | 5    | 6";
    let expected = [
        "p.k.b.ru.level.a · 2019 = 1",
        "p.k.b.ru.level.a · 2020 = 2",
        "p.k.b.ru.yoy.a · 2019 = 3",
        "p.k.b.ru.yoy.a · 2020 = 4",
        "! no_field @ s!B8",
        "! unknown_heading @ s!A7",
    ];
    says(&mapping(vec![read.clone()]), text, &expected);
    read.count_unmapped = true;
    let reading = normalize(&mapping(vec![read]), "2020-06-30", table(1, "s", text)).unwrap();
    let told: Vec<&str> = reading.issues.iter().map(|issue| issue.seen.as_str()).collect();
    assert_eq!(told, ["1 rows: \"Цены\"", "1 rows: \"Цены\""]);
}

#[test]
fn two_languages_in_one_heading_below_a_ruled_note() {
    let columns = vec![column(&["Год*"], &[]), column(&["{ytd} *"], &[]), column(&["I квартал*"], &[("ytd", "3")])];
    let mut read = read("p.k.{item}.ru.level.{freq}", columns, vec![stub("{year}", &[])]);
    read.sections = vec![section(1, "Доходы, {unit} / *", &[("item", "revenue")])];
    (read.unit, read.provisional) = (None, patterns(&["Оперативные данные*"]));
    let row = |number, texts: &[&str]| {
        let cells = (0..).zip(texts).filter(|(_, text)| !text.is_empty());
        let cell = |(column, text): (u32, &&str)| crate::parse::Cell { column, text: text.to_string(), ..Default::default() };
        crate::parse::Event::Row(crate::parse::Row { number, cells: cells.map(cell).collect() })
    };
    let events = [
        crate::parse::Event::Table(crate::parse::Table { number: 1, ..Default::default() }),
        row(1, &["", "Год\nYear", "Янв.\nJan.", "Янв-фев.\nJan-Feb", "I квартал\nQ1", "I полугод.\n1st half year"]),
        row(2, &["Доходы, млрд.рублей / Revenues, bln rubles"]),
        row(3, &["1999 ", "1213,6", "49,0", "99,3", "171,9", "448,6"]),
        row(4, &["______\n1) О другом. / Other.\n3) Оперативные данные. / Short-term data."]),
        row(5, &["2016", "27746,7³⁾", "1653,1", "3264,7", "5876,1", "12521,5"]),
    ];
    let reading = normalize(&mapping(vec![read]), "2017-01-31", events.to_vec()).unwrap();
    assert!(reading.issues.is_empty(), "{:?}", reading.issues);
    let provisional = reading.observations.iter().filter(|o| o.status == crate::model::Status::Provisional);
    assert_eq!(provisional.map(|o| o.printed.as_str()).collect::<Vec<_>>(), ["27746,7³⁾"]);
    let periods: Vec<String> = reading.observations.iter().map(|o| format!("{} {}", o.series, o.period)).collect();
    assert!(periods.contains(&"p.k.revenue.ru.level.ytd 2016-01/2016-06".to_string()), "{periods:?}");
    assert!(reading.observations.iter().all(|o| o.unit == "RUB billion"));
}

#[test]
fn sections_carry_into_the_next_table_only_when_told() {
    let mut read = yearly(vec![stub("{no:code}", &[])]);
    read.sections = vec![section(1, "Уголь", &[("item", "coal")])];
    let (first, second) = ("| 2019 | 2020\nУголь | |\n1 | 1 | 2", "| 2021 | 2022\n1 | 3 | 4");
    for (carry, count) in [(false, 2), (true, 4)] {
        read.carry_sections = carry;
        let mut events = table(1, "", first);
        events.extend(table(2, "", second));
        let reading = normalize(&mapping(vec![read.clone()]), "2023-01-01", events).unwrap();
        assert_eq!(reading.observations.len(), count, "{:?}", lines(&reading));
    }
}

#[test]
fn under_is_the_nearest_parent_above() {
    let mut cars = stub("легковые", &[("item", "cars")]);
    cars.under = Some(pattern("Шины*"));
    let mut bikes = stub("легковые", &[("item", "bikes")]);
    bikes.under = Some(pattern("Велосипеды*"));
    let rows = vec![stub("Шины, млн", &[("item", "tyres")]), stub("Велосипеды", &[("item", "all-bikes")]), cars, bikes];
    let text = "| 2019 | 2020\nлегковые | 0 | 0\nШины, млн | 1 | 2\nлегковые | 3 | 4\nВелосипеды | 5 | 6\nлегковые | 7 | 8";
    let expected = [
        "p.out.all-bikes.ru.level.a · 2019 = 5",
        "p.out.all-bikes.ru.level.a · 2020 = 6",
        "p.out.bikes.ru.level.a · 2019 = 7",
        "p.out.bikes.ru.level.a · 2020 = 8",
        "p.out.cars.ru.level.a · 2019 = 3",
        "p.out.cars.ru.level.a · 2020 = 4",
        "p.out.tyres.ru.level.a · 2019 = 1",
        "p.out.tyres.ru.level.a · 2020 = 2",
        "! unknown_row @ s!A2",
    ];
    says(&mapping(vec![yearly(rows)]), text, &expected);
}

#[test]
fn column_and_row_may_not_disagree_but_inner_wins_over_section() {
    let mut read =
        read("p.t.total.ru.level.{freq}", vec![column(&["Всего"], &[])], vec![stub("{year}", &[]), stub("{month}", &[])]);
    read.sections = vec![section(1, "{year} год", &[])];
    let text = "| Всего\n2018 г. | 12\n2019 год |\nянварь | 1\n2020 г. | 7";
    let expected = ["p.t.total.ru.level.a · 2018 = 12", "p.t.total.ru.level.a · 2020 = 7", "p.t.total.ru.level.m · 2019-01 = 1"];
    says(&mapping(vec![read]), text, &expected);
    let clash = yearly(vec![stub("Уголь {year}", &[("item", "coal")])]);
    says(&mapping(vec![clash]), "| 2019 | 2020\nУголь 2019 | 1 | 2", &["p.out.coal.ru.level.a · 2019 = 1", "! conflict @ s!C2"]);
    let no_period = yearly(vec![stub("{month}", &[("item", "coal"), ("quarter", "1")])]);
    refuses(&mapping(vec![no_period]), "| 2019 | 2020\nянварь | 1 | 2", "no_period");
}

#[test]
fn long_tables_filter_and_divide() {
    let mut read = read(
        "p.rate.{cur}.rub.level.d",
        vec![column(&["Value"], &[])],
        vec![cells(&[("Date", "{date}"), ("Code", "{cur:code}")])],
    );
    read.divide_by = Some(pattern("Nominal"));
    read.filter = vec![(pattern("Kind"), patterns(&["official"]))];
    let text = "
        Date | Code | Kind | Nominal | Value
        '25.04.2020 | USD | official | 1 | '74,7163
        '25.04.2020 | JPY | official | 100 | '69,4035
        '25.04.2020 | EUR | market | 1 | 80
        '25.04.2020 | XXX | official | 3 | 80";
    let expected = [
        "p.rate.jpy.rub.level.d · 2020-04-25 = 0.694035",
        "p.rate.usd.rub.level.d · 2020-04-25 = 74.7163",
        "! unreadable_value @ s!D5",
    ];
    says(&mapping(vec![read]), text, &expected);
}

#[test]
fn blank_cells_are_facts_inside_the_covered_columns_only() {
    let mut read = yearly(vec![stub("{item:code}", &[])]);
    let text = "| 2019 | 2020 | 2021\nb | 1 | | \nc | 2 | 3 |";
    let figures = ["p.out.b.ru.level.a · 2019 = 1", "p.out.b.ru.level.a · 2020 =blank", "p.out.c.ru.level.a · 2019 = 2"];
    says(&mapping(vec![read.clone()]), text, &[figures[0], figures[1], figures[2], "p.out.c.ru.level.a · 2020 = 3"]);
    read.skip_blank = true;
    says(&mapping(vec![read]), text, &[figures[0], figures[2], "p.out.c.ru.level.a · 2020 = 3"]);
}

#[test]
fn moments_and_units() {
    let mut read = read("p.res.total.ru.level.m", vec![column(&["Всего*{unit}"], &[])], vec![cells(&[("Дата", "{date}")])]);
    (read.unit, read.as_of) = (None, true);
    let text = "Дата | Всего, млн тонн\n'01.12.2020 | 582676";
    let reading = normalize(&mapping(vec![read.clone()]), "2020-12-31", table(1, "s", text)).unwrap();
    let got = &reading.observations[0];
    assert_eq!((got.period.to_string().as_str(), got.unit.as_str()), ("2020-12-01", "million tonnes"));
    read.columns = vec![column(&["Всего*"], &[])];
    refuses(&mapping(vec![read]), text, "no_field at s!B2: seen no unit");
}

#[test]
fn shapes_give_back_lost_headings() {
    let mut read = yearly(vec![stub("{year}", &[])]);
    read.columns = vec![optional(&["Год"], &[]), optional(&["{quarter}"], &[])];
    read.set = fields(&[("item", "gdp")]);
    let columns = ["", "Год", "I", "II", "III", "IV"].map(String::from).to_vec();
    read.shapes = vec![Shape { starts: patterns(&["Год*", "Кварталы*"]), width: 6, header_rows: 2, columns }];
    let text = "Год / Year | Кварталы\n'I | 'II | 'III | 'IV\n1999 | 10 | 1 | 2 | 3 | 4";
    let reading = normalize(&mapping(vec![read.clone()]), "2020-06-30", table(1, "s", text)).unwrap();
    assert_eq!(reading.observations.len(), 5, "{:?}", lines(&reading));
    assert_eq!(reading.observations[0].value, Some(Decimal::from(10)));
    refuses(&mapping(vec![read]), &text.replace("| 4", ""), "s");
}

/// Blocks of two widths one after another, as [`shapes_give_back_lost_headings`] has them.
fn cut_by_pages() -> Read {
    let mut read = yearly(vec![stub("{year}", &[])]);
    read.columns = vec![optional(&["Год"], &[]), optional(&["{quarter}"], &[])];
    let shape = |starts: &[&str], columns: &[&str]| Shape {
        starts: patterns(starts),
        width: columns.len(),
        header_rows: 1,
        columns: columns.iter().map(|text| text.to_string()).collect(),
    };
    read.shapes = vec![
        shape(&["Год*", "Кварталы*", "Всего*"], &["", "Год", "I", "II", "III", "IV"]),
        shape(&["Год*", "Кварталы*"], &["", "Год", "I", "II"]),
    ];
    read.carry_sections = true;
    read.count_unmapped = true;
    read.sections = vec![section(1, "ВВП*", &[("item", "gdp")]), section(1, "*", &[])];
    read
}

#[test]
fn the_topmost_shape_is_read_first_and_the_next_one_ends_it() {
    let text = "
        | Год / Year | Кварталы / Quarters
        ВВП / GDP
        1999 | '10 | '1 | '2
        | Год / Year | Кварталы / Quarters | Всего / Total
        2000 | '20 | '3 | '4 | '5 | '6";
    let reading = normalize(&mapping(vec![cut_by_pages()]), "2020-06-30", table(1, "s", text)).unwrap();
    let values: Vec<String> = reading.observations.iter().map(|o| format!("{} {}", o.period, o.value.unwrap())).collect();
    assert_eq!(values, ["1999 10", "2000 20", "1999-Q1 1", "1999-Q2 2", "2000-Q1 3", "2000-Q2 4", "2000-Q3 5", "2000-Q4 6"]);
    assert!(reading.issues.is_empty(), "{:?}", reading.issues);
}

#[test]
fn rows_under_headings_that_nobody_mapped_are_counted_by_their_headings() {
    let text = "
        | Год / Year | Кварталы / Quarters
        ВВП / GDP
        1999 | '10 | '1 | '2
        Молоко, тыс.тонн
        1999 | '10 | '1 | '21)
        2000 | '10 | '1 | '2
        Яйца
        1999 | '10 | '1 | '2";
    let reading = normalize(&mapping(vec![cut_by_pages()]), "2020-06-30", table(1, "s", text)).unwrap();
    assert_eq!(reading.observations.len(), 3);
    let issues: Vec<String> = reading.issues.iter().map(ToString::to_string).collect();
    let wanted = "unknown_row at s!A5: seen 3 rows: \"Молоко, тыс.тонн\", \"Яйца\", wanted a row that rows or ignore_rows know";
    assert_eq!(issues, [wanted]);
    let mut each = cut_by_pages();
    each.count_unmapped = false;
    let reading = normalize(&mapping(vec![each]), "2020-06-30", table(1, "s", text)).unwrap();
    assert!(reading.issues.iter().all(|issue| issue.code == "no_field") && reading.issues.len() == 3, "{:?}", reading.issues);
}

#[test]
fn a_table_cut_by_pages_goes_on_below_a_long_stretch_that_is_not_its_own() {
    let strange = "2000 | '1 | '2 | '3 | '4 | '5 | '6\n".repeat(100);
    let text = format!(
        "| Год / Year | Кварталы / Quarters\nВВП / GDP\n1999 | '10 | '1 | '2\n| Год / Year | Кварталы / Quarters\n{strange}\
         | Год / Year | Кварталы / Quarters\n2001 | '20 | '3 | '4"
    );
    let reading = normalize(&mapping(vec![cut_by_pages()]), "2020-06-30", table(1, "s", &text)).unwrap();
    assert_eq!(reading.observations.len(), 6, "{:?}", lines(&reading));
    assert!(reading.issues.iter().any(|issue| issue.seen.starts_with("100 rows")), "{:?}", reading.issues);
}

#[test]
fn every_heading_of_a_table_cut_by_pages_reaches_as_far_as_its_own_figures() {
    let mut read = cut_by_pages();
    read.sections.insert(0, section(1, "ИПП*", &[("item", "ipi")]));
    let text = "
        | Год / Year | Кварталы / Quarters
        ВВП / GDP
        1999 | '10 | '1 | '2
        2000 | '10 | '1 | '2
        ИПП
        2000 | '10 | '1 | '2";
    let covered = |read: Read| {
        let reading = normalize(&mapping(vec![read]), "2020-06-30", table(1, "s", text)).unwrap();
        let annual = reading.coverage.into_iter().filter(|covered| covered.frequency == crate::model::Frequency::A);
        annual.map(|covered| format!("{} {}", covered.table, covered.start.format("%Y"))).collect::<Vec<_>>()
    };
    assert_eq!(covered(read.clone()), ["r|s|item=gdp 1999", "r|s|item=ipi 2000"]);
    read.carry_sections = false;
    assert_eq!(covered(read), ["r|s| 1999"]);
}
