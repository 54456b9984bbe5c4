//! Indicators of EMISS and the Chinese customs' tables in dollars, over documents written here in the publishers' layouts.

use sverka::config::Config;
use sverka::pipeline::read_document;

/// Documents in the layouts of sources, by source.
pub fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let dollars = |month: &str| format!("(4) China's Total Export & Import Values by Country/Region, {month} (in USD)");
    let all = [
        ("emiss-57806", message(PRODUCTION)),
        ("emiss-57609", message(PRICES)),
        ("gacc-by-country-usd", release(3, &dollars("Mar 2026"), "Unit: USD1 Million")),
        ("gacc-by-country-usd-2020", release(12, &dollars("Dec 2020"), "Unit: US$1 Million")),
    ];
    all.map(|(source, text)| (source, text.into_bytes())).into()
}

/// Rows of the indicator of production, some of them of activities and places that are not read.
const PRODUCTION: &[[&str; 5]] = &[
    ["643", "1323500.029.31", "1", "февраль", "98,3"],
    ["643", "1.B", "2", "февраль", "91,5"],
    ["643004.АГ", "1323500.029.31", "3", "январь-февраль", "97,2"],
    ["643", "1.99", "2", "февраль", "1"],
    ["030", "1.B", "2", "февраль", "2"],
];
/// Rows of the indicator of producer prices.
const PRICES: &[[&str; 5]] =
    &[["643", "1.B", "1", "март", "104,1"], ["643", "1.B", "2", "март", "120,0"], ["643", "1.B", "3", "март", "118,0"]];

/// `series period value unit` of every figure, and the codes of the issues.
fn read(source: &str, text: &str) -> (Vec<String>, Vec<&'static str>) {
    let config = Config::builtin().unwrap();
    let source = config.source(source).unwrap();
    let reading = read_document(source, text.as_bytes(), "2026-04-08".parse().unwrap()).unwrap_or_else(|error| panic!("{error}"));
    let shown = |o: &sverka::model::Observation| format!("{} {} {} {}", o.series, o.period, o.value.unwrap(), o.unit);
    (reading.observations.iter().map(shown).collect(), reading.issues.iter().map(|issue| issue.code).collect())
}

/// A message with the code lists of activities and comparisons, and a series a row: place, activity, comparison, period, value.
fn message(rows: &[[&str; 5]]) -> String {
    let list = |id: &str, codes: &[(&str, &str)]| {
        let code = |(code, name): &(&str, &str)| {
            format!(
                "<structure:Code value=\"{code}\"><structure:Description xml:lang=\"ru\">{name}</structure:Description></structure:Code>"
            )
        };
        format!("<structure:CodeList id=\"{id}\">{}</structure:CodeList>", codes.iter().map(code).collect::<String>())
    };
    let activities = [("1323500.029.31", "Всего"), ("1.B", "ДОБЫЧА ПОЛЕЗНЫХ ИСКОПАЕМЫХ"), ("1.99", "Прочее")];
    let kinds = [
        ("1", "К предыдущему месяцу"),
        ("2", "Отчетный месяц к соответствующему месяцу предыдущего года"),
        ("3", "К соответствующему периоду предыдущего года"),
    ];
    let row = |[place, activity, kind, period, value]: &[&str; 5]| {
        let pair = |concept: &str, value: &str| format!("<generic:Value concept=\"{concept}\" value=\"{value}\"/>");
        format!(
            "<generic:Series><generic:SeriesKey>{}{}{}</generic:SeriesKey><generic:Attributes>{}{}</generic:Attributes>\
             <generic:Obs><generic:Time>2021</generic:Time><generic:ObsValue value=\"{value}\"/></generic:Obs></generic:Series>",
            pair("s_OKATO", place),
            pair("s_OKVED2", activity),
            pair("s_POK", kind),
            pair("EI", "процент"),
            pair("PERIOD", period)
        )
    };
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><GenericData xmlns=\"http://www.SDMX.org/resources/SDMXML/schemas/v1_0/message\" \
         xmlns:generic=\"http://www.SDMX.org/resources/SDMXML/schemas/v1_0/generic\" \
         xmlns:structure=\"http://www.SDMX.org/resources/SDMXML/schemas/v1_0/structure\"><CodeLists>{}{}</CodeLists>\
         <DataSet>{}</DataSet></GenericData>",
        list("s_OKVED2", &activities),
        list("s_POK", &kinds),
        rows.iter().map(row).collect::<String>()
    )
}

#[test]
fn production_of_an_indicator() {
    let (figures, issues) = read("emiss-57806", &message(PRODUCTION));
    let wanted = [
        "emiss.ipi.b.ru.yoy.m 2021-02 91.5 percent",
        "emiss.ipi.bcde.ru-without-new.yoy.ytd 2021-01/2021-02 97.2 percent",
        "emiss.ipi.bcde.ru.mom.m 2021-02 98.3 percent",
    ];
    let mut found = figures;
    found.sort();
    assert_eq!(found, wanted);
    assert_eq!(issues, ["unknown_row"], "other activities and places are told once");
}

#[test]
fn producer_prices_of_an_indicator() {
    let (figures, issues) = read("emiss-57609", &message(PRICES));
    assert_eq!(figures, ["emiss.ppi.b.ru.mom.m 2021-03 104.1 percent", "emiss.ppi.b.ru.yoy.m 2021-03 120.0 percent"]);
    assert_eq!(issues, ["unknown_row"], "a run of months is called by its last month alone, and is not read");
}

/// A release as the customs lay it out, up to a month of a year.
fn release(month: u32, title: &str, unit: &str) -> String {
    let head = format!(
        "<tr><td>Import Source<td colspan=2>Export &amp; Import<td colspan=2>Export<td colspan=2>Import\
         <td colspan=3>1-to-{month} Total Year-on-Year (<b>±</b>%)<tr><td>Export Destination{}<td>Export &amp; Import<td>Export<td>Import",
        format!("<td>{month}<td>1- to-{month}").repeat(3)
    );
    let row = |name: &str, figures: &str| {
        format!("<tr><td>{name}{}", figures.split(' ').map(|f| format!("<td>{f}")).collect::<String>())
    };
    format!(
        "<!DOCTYPE html><html><head><title>x</title></head><body><div>{title}</div><div>2026/04/08</div><table>\
         <tr><td colspan=10>{title}<tr><td colspan=10>{unit}{head}{}{}{}<tr><td colspan=10>Note: 1. x</table></body></html>",
        row("Total", "10 4,600,000.0 20 2,590,000.0 30 2,010,000.0 1.5 3.6 -1.1"),
        row("of which: Germany", "1 192,000.0 1 86,000.0 1 105,000.0 4 9 0"),
        row("Russian Federation", "10,000.5 107,765.2 5,000.5 50,585.0 5,000.0 57,180.3 -2.9 1.7 -6.6")
    )
}

#[test]
fn trade_by_country_in_dollars() {
    let title = "(4) China's Total Export & Import Values by Country/Region, Mar 2026 (in USD)";
    let (figures, issues) = read("gacc-by-country-usd", &release(3, title, "Unit: USD1 Million"));
    assert_eq!((figures.len(), issues.len()), (27, 0), "{figures:?} {issues:?}");
    for wanted in [
        "gacc.trade.total.cn.total.ru.level.m.usd 2026-03 10000.5 USD million",
        "gacc.trade.total.cn.import.ru.level.ytd.usd 2026-Q1 57180.3 USD million",
        "gacc.trade.total.cn.export.ru.growth.ytd.usd 2026-Q1 1.7 percent",
    ] {
        assert!(figures.iter().any(|figure| figure == wanted), "{wanted}: {figures:?}");
    }
}

#[test]
fn a_closed_year_in_dollars() {
    let title = "(4) China's Total Export & Import Values by Country/Region, Dec 2020 (in USD)";
    let (figures, issues) = read("gacc-by-country-usd-2020", &release(12, title, "Unit: US$1 Million"));
    assert_eq!((figures.len(), issues.as_slice()), (12, &["unknown_row"][..]), "{figures:?}");
    for wanted in [
        "gacc.trade.total.cn.total.ru.level.a.usd 2020 107765.2 USD million",
        "gacc.trade.total.cn.import.ru.growth.a.usd 2020 -6.6 percent",
    ] {
        assert!(figures.iter().any(|figure| figure == wanted), "{wanted}: {figures:?}");
    }
    let config = Config::builtin().unwrap();
    let source = config.source("gacc-by-country-usd-2020").unwrap();
    let november = release(11, &title.replace("Dec", "Nov"), "Unit: US$1 Million");
    assert!(read_document(source, november.as_bytes(), "2026-04-08".parse().unwrap()).is_err(), "eleven months are no year");
}
