//! Built-in sources of cited pages, over pages written here with the publishers' sentences around the figures.

use super::workbook::xlsx;
use sverka::config::Config;
use sverka::pipeline::read_document;

/// Source, paragraphs of a page, and what is read of it.
const PAGES: &[(&str, &[&str], &[&str])] = &[
    // production and demand in a digest
    (
        "ipem-2020-digest",
        &[
            "Индексы «ИПЕМ-производство» и «ИПЕМ-спрос» – по итогам 2020 года изменились в одну сторону: показатель производства \
             снизился на 4,1% к уровню 2019 года, спроса – на 5,9%. В декабре падение составило -0,5% и -6,2% соответственно.",
            "Спрос на продукцию среднетехнологичных отраслей в 2020 году сократился на 6,5% (-4,8% в декабре). Спрос на цветные \
             металлы в декабре 2020 года со стороны внутреннего рынка сократился на 17,6% (-4,4% за 2020 год), поставки на внешний \
             рынок также продолжили падение (-11%, -15,6%).",
        ],
        &[
            "ipem.demand.medium-tech.ru.growth.a 2020 -6.5 percent",
            "ipem.demand.medium-tech.ru.growth.m 2020-12 -4.8 percent",
            "ipem.demand.non-ferrous-domestic.ru.growth.a 2020 -4.4 percent",
            "ipem.demand.non-ferrous-domestic.ru.growth.m 2020-12 -17.6 percent",
            "ipem.demand.non-ferrous-foreign.ru.growth.a 2020 -15.6 percent",
            "ipem.demand.non-ferrous-foreign.ru.growth.m 2020-12 -11 percent",
            "ipem.demand.total.ru.growth.a 2020 -5.9 percent",
            "ipem.demand.total.ru.growth.m 2020-12 -6.2 percent",
            "ipem.production.total.ru.growth.a 2020 -4.1 percent",
            "ipem.production.total.ru.growth.m 2020-12 -0.5 percent",
        ],
    ),
    // a monthly estimate
    (
        "ipem-estimate-2021-06",
        &[
            "В июне 2021 года индекс ИПЕМ-производство, который считают по электричеству, вырос на 16,2% к июню 2020 года.",
            "За период январь–июнь 2021 года индекс ИПЕМ-производство вырос на 7,9% к аналогичному периоду прошлого года.",
        ],
        &[
            "ipem.production.total.ru.growth.m 2021-06 16.2 percent",
            "ipem.production.total.ru.growth.ytd 2021-01/2021-06 7.9 percent",
        ],
    ),
    // deliveries of gas by country
    (
        "interfax-gazprom-2021-h1",
        &[
            "Добыча газа за первые шесть месяцев 2021 года выросла по отношению к первому полугодию 2020 года на 18% - до 260,8 млрд куб. м.",
            "Экспорт природного газа в дальнее зарубежье за полгода вырос на 25,7% - до 99,9 млрд куб. м.",
            "Выросли поставки в Турцию (на 209,3%), Германию (на 43,4%) и Румынию (на 264%).",
        ],
        &[
            "gazprom.output.gas.ru.growth.ytd 2021-01/2021-06 18 percent",
            "gazprom.trade.gas.ru.export.de.growth.ytd 2021-01/2021-06 43.4 percent",
            "gazprom.trade.gas.ru.export.far-abroad.growth.ytd 2021-01/2021-06 25.7 percent",
            "gazprom.trade.gas.ru.export.ro.growth.ytd 2021-01/2021-06 264 percent",
            "gazprom.trade.gas.ru.export.tr.growth.ytd 2021-01/2021-06 209.3 percent",
        ],
    ),
    // sales of cars
    (
        "aeb-sales-2021-08",
        &[
            "По отчёту, в августе 2021 года новых легковых и лёгких коммерческих автомобилей было реализовано всего 114 130 штук, \
           что на 17% или на 23 387 штук меньше, чем годом ранее.",
        ],
        &["aeb.sales.cars.ru.growth.m 2021-08 -17 percent", "aeb.sales.cars.ru.level.m 2021-08 114130 pieces"],
    ),
    // a release on industry
    (
        "gks-industry-release",
        &[
            "Индекс промышленного производства<sup>1)</sup> в I квартале 2018г. по сравнению с I кварталом 2017г. составил 101,9%, в \
           марте 2018г. по сравнению с мартом 2017г. - 101,0%, по сравнению с февралем 2018г. - 112,1%.",
        ],
        &["rosstat.ipi-release.bcde.ru.mom.m 2018-03 112.1 percent", "rosstat.ipi-release.bcde.ru.yoy.m 2018-03 101.0 percent"],
    ),
    // trade in a chinese sentence
    (
        "mofcom-2021-04",
        &["据统计,1—4月中俄双边贸易额为402.1亿美元,同比增长19.8%,与2019年同期相比,增长21.2%。"],
        &[
            "gacc.trade.total.cn.total.ru.growth.ytd.usd 2021-01/2021-04 19.8 percent",
            "gacc.trade.total.cn.total.ru.level.ytd.usd 2021-01/2021-04 402.1 USD 100 million",
            "gacc.trade.total.cn.total.ru.vs2019.ytd.usd 2021-01/2021-04 21.2 percent",
        ],
    ),
];

/// Figures as `series period value unit`, and issues, of a document as a built-in source reads it.
fn read(source: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let config = Config::builtin().unwrap();
    let source = config.source(source).unwrap();
    let reading = read_document(source, bytes, "2026-01-15".parse().unwrap()).unwrap_or_else(|error| panic!("{error}"));
    let shown = |o: &sverka::model::Observation| format!("{} {} {} {}", o.series, o.period, o.value.unwrap(), o.unit);
    let mut figures: Vec<String> = reading.observations.iter().map(shown).collect();
    figures.sort();
    (figures, reading.issues.iter().map(ToString::to_string).collect())
}

/// A page of these paragraphs.
fn page(paragraphs: &[&str]) -> String {
    let body: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Новости</title></head><body><h1>Итоги</h1>\n{body}</body></html>"
    )
}

/// The documents of this file, with their sources.
pub fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let pages = PAGES.iter().map(|(source, paragraphs, _)| (*source, page(paragraphs).into_bytes()));
    pages.chain([("rosstat-ppi-activity", producer_prices())]).collect()
}

#[test]
fn every_figure_of_a_cited_page() {
    for (source, paragraphs, wanted) in PAGES {
        let (figures, issues) = read(source, page(paragraphs).as_bytes());
        assert_eq!(figures, *wanted, "{source}: {issues:?}");
        assert!(issues.is_empty(), "{source}: {issues:?}");
    }
}

/// Years across, a sheet an activity.
fn producer_prices() -> Vec<u8> {
    let sheet = |name: &str| {
        format!(
            "# {name}\nИндексы цен производителей |\n |\n | 1998 | 1999\nК предыдущему месяцу | |\nянварь | 101.2 | 106.9\nфевраль | 100.6 | 105.1\nК декабрю предыдущего года | |\nянварь | 101.2 | 106.9\n"
        )
    };
    xlsx(&["2.1", "2.2", "2.3", "2.4"].map(sheet).concat())
}

#[test]
fn producer_prices_years_across() {
    let (figures, issues) = read("rosstat-ppi-activity", &producer_prices());
    let total: Vec<&String> = figures.iter().filter(|figure| figure.starts_with("rosstat.ppi.bcde.")).collect();
    let wanted = ["1998-01 101.2", "1998-02 100.6", "1999-01 106.9", "1999-02 105.1"];
    assert_eq!(total, wanted.map(|figure| format!("rosstat.ppi.bcde.ru.mom.m {figure} percent")).iter().collect::<Vec<_>>());
    assert_eq!(figures.len(), 16, "{issues:?}");
}
