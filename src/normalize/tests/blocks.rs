//! The worked blocks of section 9 whose formats are read elsewhere, reduced to small tables.

use super::super::spec::{Mapping, NumberStyle, Read};
use super::support::*;

fn named(mut mapping: Mapping, list: &str, entries: &[(&str, &str)]) -> Mapping {
    mapping.names.extend(names(list, entries));
    mapping
}

#[test]
fn cumulated_runs_beside_the_year() {
    let columns = vec![column(&["Год*"], &[]), column(&["{ytd} *"], &[]), column(&["I квартал*"], &[("ytd", "3")])];
    let mut read = read("p.kep.budget-{flow}.{item}.ru.level.{freq}", columns, vec![stub("{year}", &[])]);
    (read.unit, read.carry_sections) = (None, true);
    read.sections = vec![
        section(1, "2.1.1. Доходы*", &[("flow", "revenue")]),
        section(2, "Консолидированный бюджет, {unit}*", &[("item", "consolidated")]),
    ];
    let text = "
        | Год / Year | Янв. Jan | I квартал / I quarter | Янв-июнь Jan-Jun
        2.1.1. Доходы бюджета | < | < | < | <
        Консолидированный бюджет, млрд рублей / bln rubles | < | < | < | <
        1999 | '1213,6 | '49,0 | '171,9 | '471,7";
    let expected = [
        "p.kep.budget-revenue.consolidated.ru.level.a · 1999 = 1213.6",
        "p.kep.budget-revenue.consolidated.ru.level.ytd · 1999-01 = 49.0",
        "p.kep.budget-revenue.consolidated.ru.level.ytd · 1999-Q1 = 171.9",
        "p.kep.budget-revenue.consolidated.ru.level.ytd · 1999-01/1999-06 = 471.7",
    ];
    says(&mapping(vec![read.clone()]), text, &expected);
    read.columns = vec![column(&["{month} *"], &[])];
    refuses(
        &mapping(vec![read]),
        &text.replace("Янв. Jan | I квартал / I quarter", "Янв-фев. Jan-Feb | Янв-март Jan-Mar"),
        "no row holds a heading",
    );
}

#[test]
fn the_population_stands_in_the_title() {
    let columns = vec![
        column(&["{year}", "{month}"], &[]),
        optional(&["{year}", "в среднем за год"], &[]),
        optional(&["{quarter} {year}"], &[]),
    ];
    let rows = vec![stub("Рабочая сила*", &[("item", "labour-force")]), stub("Уровень безработицы*", &[("item", "rate")])];
    let mut read = read("p.labour.{item}.{age}.ru.level.{freq}", columns, rows);
    read.unit = None;
    read.title = patterns(&["Численность рабочей силы {age:age} (без корректировки*"]);
    read.sections =
        vec![section(1, "Тыс.человек", &[("unit", "thousand persons")]), section(1, "В процентах", &[("unit", "percent")])];
    let mapping = named(mapping(vec![read]), "age", &[("в возрасте 15-72 лет", "15-72")]);
    let text = "
        Численность рабочей силы в возрасте 15-72 лет (без корректировки сезонных колебаний) | <
          | 2017 год | <       | <                | IV квартал 2017 г.
          | ноябрь   | декабрь | в среднем за год | ^
        Тыс.человек | < | < | < | <
        Рабочая сила | '76 285 | '76 108 | '76 000 | '76 314
        В процентах | < | < | < | <
        Уровень безработицы, % | '5,1 | '5,1 | '5,2 | '5,1";
    let expected = [
        "p.labour.labour-force.15-72.ru.level.a · 2017 = 76000",
        "p.labour.labour-force.15-72.ru.level.m · 2017-11 = 76285",
        "p.labour.labour-force.15-72.ru.level.m · 2017-12 = 76108",
        "p.labour.labour-force.15-72.ru.level.q · 2017-Q4 = 76314",
        "p.labour.rate.15-72.ru.level.a · 2017 = 5.2",
        "p.labour.rate.15-72.ru.level.m · 2017-11 = 5.1",
        "p.labour.rate.15-72.ru.level.m · 2017-12 = 5.1",
        "p.labour.rate.15-72.ru.level.q · 2017-Q4 = 5.1",
    ];
    says(&mapping, text, &expected);
    refuses(&mapping, &text.replace("15-72 лет", "15 лет и старше"), "no text above says");
}

#[test]
fn three_levels_and_moments() {
    let columns = vec![
        column(&["Международные резервы"], &[("item", "total")]),
        column(&["в том числе:", "монетарное золото"], &[("item", "gold")]),
        column(&["в том числе:", "в том числе:", "{item:asset}"], &[]),
    ];
    let mut read = read("p.reserves.{item}.ru.level.m", columns, vec![cells(&[("Дата", "{date}")])]);
    read.as_of = true;
    let mapping = named(mapping(vec![read]), "asset", &[("иностранная валюта", "foreign-currency")]);
    let text = "
        Дата | Международные резервы | в том числе:      | <
        ^    | ^                     | монетарное золото | в том числе:
        ^    | ^                     | ^                 | иностранная валюта
        '01.12.2020 | '582 676       | '138 834          | '430 000";
    let expected = [
        "p.reserves.foreign-currency.ru.level.m · 2020-12-01 = 430000",
        "p.reserves.gold.ru.level.m · 2020-12-01 = 138834",
        "p.reserves.total.ru.level.m · 2020-12-01 = 582676",
    ];
    says(&mapping, text, &expected);
}

fn by_country() -> Read {
    let flows = [("Export & Import", "total"), ("Export", "export")];
    let level = |head: &str, slot: &str, flow: &str| column(&[head, slot], &[("flow", flow), ("measure", "level")]);
    let growth = |head: &str, flow: &str| {
        column(&["{ytd} Total Year-on-Year*", head], &[("flow", flow), ("measure", "growth"), ("unit", "percent")])
    };
    let columns =
        flows.iter().flat_map(|(head, flow)| [level(head, "{month}", flow), level(head, "{ytd}", flow), growth(head, flow)]);
    let mut read = read(
        "p.trade.total.cn.{flow}.{partner}.{measure}.{freq}",
        columns.collect(),
        vec![stub("Russian Federation", &[("partner", "ru")])],
    );
    (read.unit, read.count_unmapped) = (None, true);
    read.title = patterns(&["*by Country/Region, {when:word} {year} (in CNY)", "Unit: {unit}"]);
    read
}

#[test]
fn month_run_and_growth_by_flow() {
    let mapping = Mapping { number: NumberStyle::En, ..mapping(vec![by_country()]) };
    let text = "
        (4) Imports and Exports by Country/Region, March 2026 (in CNY) | < | < | <
        Unit: CNY 100 Million | < | < | <
        Country | Export & Import | <         | Export | <         | 1- to-3 Total Year-on-Year ± (%) | <
        ^       | 3               | 1- to-3   | 3      | 1- to-3   | Export & Import | Export
        Russian Federation | '1,535.4 | '4,280.4 | '649.8 | '1,800.1 | '19.1 | '-2.3
        Atlantis | '1 | '2 | '3 | '4 | '5 | '6";
    let expected = [
        "p.trade.total.cn.export.ru.growth.ytd · 2026-Q1 = -2.3",
        "p.trade.total.cn.export.ru.level.m · 2026-03 = 649.8",
        "p.trade.total.cn.export.ru.level.ytd · 2026-Q1 = 1800.1",
        "p.trade.total.cn.total.ru.growth.ytd · 2026-Q1 = 19.1",
        "p.trade.total.cn.total.ru.level.m · 2026-03 = 1535.4",
        "p.trade.total.cn.total.ru.level.ytd · 2026-Q1 = 4280.4",
        "! unknown_row @ s!A6",
    ];
    says(&mapping, text, &expected);
}

#[test]
fn a_year_in_one_cell_and_the_rest_in_another() {
    let rule = |period: &str| cells(&[("Time", "{year}"), ("PERIOD", period), ("EI", "{unit}"), ("s_OKATO", "{entity:okato}")]);
    let rows = vec![rule("{quarter}"), rule("{month}"), rule("значение показателя за год")];
    let mut read = read("p.unemployment.total.{entity}.level.{freq}", vec![column(&["ObsValue"], &[])], rows);
    (read.unit, read.count_unmapped) = (None, true);
    let mapping = named(mapping(vec![read]), "okato", &[("643", "ru"), ("643004.АГ", "ru-without-new")]);
    let text = "
        s_OKATO | EI | PERIOD | Time | ObsValue
        643 | процент | I квартал | 2017 | '5,5
        643 | процент | значение показателя за год | 2017 | '5,2
        643004.АГ | процент | март | 2017 | '5,1
        030 | процент | март | 2017 | '3,1";
    let expected = [
        "p.unemployment.total.ru-without-new.level.m · 2017-03 = 5.1",
        "p.unemployment.total.ru.level.a · 2017 = 5.2",
        "p.unemployment.total.ru.level.q · 2017-Q1 = 5.5",
        "! unknown_row @ s!A5",
    ];
    says(&mapping, text, &expected);
}
