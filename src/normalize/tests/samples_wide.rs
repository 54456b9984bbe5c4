//! Worked values over real workbooks with a note that moves a period, long tables, and wide ones.

use super::super::spec::Mapping;
use super::samples::check;
use super::support::*;

#[test]
fn consumer_prices() {
    let mut read = read("rosstat.cpi.all.ru.{measure}.m", vec![column(&["{year}"], &[])], vec![stub("{month}", &[])]);
    read.title = patterns(&["Индексы потребительских цен*"]);
    read.sections = vec![
        section(1, "к концу предыдущего месяца", &[("measure", "mom")]),
        section(1, "к декабрю предыдущего года", &[("measure", "dec")]),
    ];
    read.footnotes = patterns(&["{month} {year} в % к {month'} {year'}*"]);
    let expected = [
        "rosstat.cpi.all.ru.mom.m · 1991-01 = 106.20",
        "rosstat.cpi.all.ru.mom.m · 1992-01 = 345.30",
        "rosstat.cpi.all.ru.mom.m · 2019-12 = 100.36",
        "rosstat.cpi.all.ru.mom.m · 2020-12 =blank",
        "rosstat.cpi.all.ru.dec.m · 2019-12 = 103.04",
        "rosstat.cpi.all.ru.dec.m · 2020-10 = 103.32",
    ];
    let path = "rosstat/cpi/2020-12-08/i_ipc.xlsx";
    let issues = [("footnote_moved_period", 1)];
    let Some(reading) = check(&mapping(vec![read]), path, "2020-12-08", &expected, &issues) else { return };
    assert!(!lines(&reading).iter().any(|line| line.starts_with("rosstat.cpi.all.ru.dec.m · 2020-12")));
}

fn comtrade(value: &str, item: &str, code: Option<(&str, &str)>) -> Mapping {
    let cells_of: Vec<_> = [("refYear", "{year}"), ("flowCode", "{flow:flow}")].into_iter().chain(code).collect();
    let series = format!("comtrade.trade.{item}.ru.{{flow}}.cn.level.a");
    let mut read = read(&series, vec![column(&[value], &[])], vec![cells(&cells_of)]);
    read.filter = vec![(pattern("reporterDesc"), patterns(&["Russian Federation"]))];
    if code.is_none() {
        read.filter.push((pattern("partnerDesc"), patterns(&["China"])));
    }
    (read.unit, read.ignore_columns) = (Some("USD".to_string()), vec![ignored_column(&["*"])]);
    Mapping { names: names("flow", &[("X", "export"), ("M", "import")]), ..mapping(vec![read]) }
}

#[test]
fn long_tables() {
    let partners = comtrade("partner_sum", "total", None);
    let products = comtrade("cmd_partner_sum", "{item}", Some(("cmdCode", "{item:code}")));
    let cases: [(&Mapping, &str, &[&str]); 3] = [
        (
            &partners,
            "cipf_China_3.1.1_top_import_partners.xlsx",
            &[
                "comtrade.trade.total.ru.export.cn.level.a · 2014 = 37414604118",
                "comtrade.trade.total.ru.export.cn.level.a · 2018 = 56019903783.57",
            ],
        ),
        (
            &partners,
            "cipf_China_2.1.1_top_export_partners_reverse.xlsx",
            &[
                "comtrade.trade.total.ru.import.cn.level.a · 2014 = 50853009519",
                "comtrade.trade.total.ru.import.cn.level.a · 2021 = 72693024875.22",
            ],
        ),
        (
            &products,
            "cipf_China_3.3_imports_products_partners_HS-AG6-2014-2025.xlsx",
            &[
                "comtrade.trade.270900.ru.export.cn.level.a · 2014 = 21974060648",
                "comtrade.trade.270900.ru.export.cn.level.a · 2021 = 35379891164.89",
            ],
        ),
    ];
    for (mapping, path, expected) in cases {
        check(mapping, &format!("comtrade/2026-01-15/{path}"), "2026-01-15", expected, &[]);
    }
}

#[test]
fn wide_tables_with_growth_and_share_columns() {
    let mut read = read(
        "bp.production.{item}.{entity}.level.a",
        vec![column(&["{year}"], &[])],
        vec![cells(&[("Million tonnes", "{entity:country}")])],
    );
    read.sheet = patterns(&["{item:sheet}"]);
    read.ignore_columns = vec![ignored_column(&["Growth rate per annum", "*"]), ignored_column(&["Share", "*"])];
    (read.unit, read.count_unmapped) = (Some("million tonnes".to_string()), true);
    let mut mapping = mapping(vec![read]);
    mapping.number = super::super::spec::NumberStyle::En;
    mapping.markers = [("n/a", crate::model::Status::NoData), ("^", crate::model::Status::NoData)]
        .map(|(text, status)| (text.to_string(), status))
        .into();
    mapping.names = names("sheet", &[("Oil Production - Tonnes", "oil"), ("Coal Production - Tonnes", "coal")]);
    mapping.names.extend(names("country", &[("Russian Federation", "ru"), ("Total World", "world")]));
    let expected = [
        "bp.production.oil.ru.level.a · 2018 = 567.9",
        "bp.production.oil.ru.level.a · 2020 = 524.4",
        "bp.production.oil.ru.level.a · 1965 =no_data",
        "bp.production.coal.ru.level.a · 2019 = 440.9",
    ];
    let path = "bp/2021-07-08/bp-stats-review-2021-all-data.xlsx";
    check(&mapping, path, "2021-07-08", &expected, &[("unknown_heading", 2), ("unknown_row", 2)]);
}

#[test]
fn years_down_months_across_and_titles_between() {
    let columns =
        vec![column(&["Год", "Year"], &[]), column(&["Кварталы*", "{quarter}"], &[]), column(&["{month}", "{month}"], &[])];
    let mut read = read("rosstat.kep.{item}.ru.{measure}.{freq}", columns, vec![stub("{year}", &[])]);
    (read.unit, read.set) = (None, fields(&[("item", "construction")]));
    read.sections = vec![
        section(1, "1.7. Объем работ*{unit}", &[("measure", "level")]),
        section(1, "*в % к соответствующему периоду*", &[("measure", "yoy"), ("unit", "percent")]),
        section(1, "*в % к предыдущему периоду*", &[("measure", "pop"), ("unit", "percent")]),
    ];
    read.ignore_rows = vec![ignored("/*")];
    let expected = [
        "rosstat.kep.construction.ru.level.a · 1999 = 307.8",
        "rosstat.kep.construction.ru.level.q · 1999-Q4 = 96.4",
        "rosstat.kep.construction.ru.level.m · 2002-01 = 39.2",
    ];
    let path = "rosstat/kep-xlsx/2021-01-23/1-07.xlsx";
    check(&mapping(vec![read]), path, "2021-01-23", &expected, &[]);
}
