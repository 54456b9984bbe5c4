//! Worked values of the mapping language, over real documents where they are at hand.

use super::super::NormalizeError;
use super::super::spec::{Correction, Mapping, Read};
use super::support::*;
use crate::model::Reading;
pub use crate::parse::samples::samples;
use crate::parse::{Format, Options, parse};
use std::fs::File;

pub fn document(mapping: &Mapping, path: &str, as_of: &str) -> Option<Result<Reading, NormalizeError>> {
    let path = samples()?.join(path);
    let format = if path.extension().is_some_and(|e| e == "xls") { Format::Xls } else { Format::Xlsx };
    let mut events = Vec::new();
    parse(format, &mut File::open(&path).unwrap(), &Options::default(), &mut |event| events.push(event)).unwrap();
    let start = std::time::Instant::now();
    let reading = normalize(mapping, as_of, events);
    println!("{}: {:?}", path.display(), start.elapsed());
    Some(reading)
}

/// Worked values `series · period = value`, and how many figures and issues of which code there are.
#[track_caller]
pub fn check(mapping: &Mapping, path: &str, as_of: &str, expected: &[&str], issues: &[(&str, usize)]) -> Option<Reading> {
    let reading = document(mapping, path, as_of)?.unwrap();
    let got = lines(&reading);
    for line in expected {
        let key = line.split(" =").next().unwrap();
        let near: Vec<_> = got.iter().filter(|got| got.starts_with(key)).collect();
        assert!(got.iter().any(|got| got == line), "{path}: {line} among {near:?}; {:#?}", head(&reading));
    }
    let mut codes: Vec<(&str, usize)> = Vec::new();
    for issue in &reading.issues {
        match codes.iter_mut().find(|(code, _)| *code == issue.code) {
            Some((_, count)) => *count += 1,
            None => codes.push((issue.code, 1)),
        }
    }
    assert_eq!(codes, issues, "{path}: {:#?}", head(&reading));
    Some(reading)
}

fn head(reading: &Reading) -> Vec<String> {
    reading.issues.iter().take(12).map(ToString::to_string).collect()
}

fn activity(base: &str, name: &str, sheet: &str, grammar: &str, measure: &str) -> Read {
    let series = format!("rosstat.ipi.{{item}}.ru.{measure}.{base}");
    let mut read = read(&series, vec![column(&[grammar], &[])], vec![cells(&[("Код*ОКВЭД2", "{item:code}")])]);
    (read.name, read.sheet) = (name.to_string(), patterns(&[sheet]));
    read
}

fn correction(sheet: &str, expect: &str, read_as: &str, from: &str, until: &str) -> Correction {
    Correction {
        sheet: Some(pattern(sheet)),
        expect: expect.to_string(),
        read_as: read_as.to_string(),
        reason: "misprint in the publisher's heading".to_string(),
        from: day(from),
        until: day(until),
        times: 1,
    }
}

pub fn by_activity(base: &str) -> Mapping {
    let mut mom = activity(base, "mom", "Индексы к пред* месяцу", "month-vs-previous-month", "mom.m");
    mom.title = patterns(&["*в % к предыдущему месяцу*"]);
    let yoy = activity(base, "yoy", "Индексы к соотв* месяцу", "month-vs-same-month", "yoy.m");
    let ytd = activity(base, "ytd", "Индексы к соотв* периоду", "ytd-vs-same-ytd", "yoy.ytd");
    Mapping { published: patterns(&["Обновлено {date}"]), ..mapping(vec![mom, yoy, ytd]) }
}

#[test]
fn activity_2010() {
    let mut mapping = by_activity("base2010");
    let july = ("июль 2018 в % к июню 2019", "июль 2018 в % к июню 2018");
    mapping.corrections = vec![correction("Индексы к пред* месяцу", july.0, july.1, "2019-02-01", "2019-04-30")];
    let folder = "rosstat/ipi-by-activity-base2010";
    let bcde = ["rosstat.ipi.bcde.ru.mom.m.base2010 · 2013-01 = 81.5", "rosstat.ipi.bcde.ru.mom.m.base2010 · 2019-01 = 78.5"];
    let first = check(&mapping, &format!("{folder}/2019-03-05/ind_okved2.xlsx"), "2019-03-05", &bcde, &[("corrected", 1)]);
    assert_eq!(first.and_then(|reading| reading.published).map(|d| d.to_string()).unwrap_or("2019-02-20".into()), "2019-02-20");
    check(&mapping, &format!("{folder}/2020-06-29/ind_okved2.xlsx"), "2020-06-29", &bcde, &[("unknown_column", 1)]);
    let ytd = [
        "rosstat.ipi.bcde.ru.yoy.ytd.base2010 · 2016-01/2016-08 = 101.2",
        "rosstat.ipi.bcde.ru.yoy.ytd.base2010 · 2019-01/2019-07 = 102.6",
    ];
    check(&mapping, &format!("{folder}/2020-11-05/ind_okved2.xlsx"), "2020-11-05", &ytd, &[]);
}

#[test]
fn activity_2018() {
    let mut mapping = by_activity("base2018");
    let misprint = |month: &str, of: &str| {
        let (expect, read_as) = (format!("{month} 2020 в % к {of} 2020"), format!("{month} 2020 в % к {of} 2019"));
        correction("Индексы к соотв* месяцу", &expect, &read_as, "2020-09-01", "2020-11-30")
    };
    mapping.corrections = vec![misprint("август", "августу"), misprint("сентябрь", "сентябрю")];
    let folder = "rosstat/ipi-by-activity-base2018";
    let mom = |period: &str, value: &str| format!("rosstat.ipi.bcde.ru.mom.m.base2018 · {period} = {value}");
    let cases = [
        ("2020-06-29/ind_baza_2018.xlsx", vec![mom("2019-01", "83.2"), mom("2020-01", "82.7")]),
        (
            "2020-11-05/ind_baza_2018.xlsx",
            vec![mom("2019-01", "83.7"), "rosstat.ipi.bcde.ru.yoy.m.base2018 · 2020-08 = 95.8".to_string()],
        ),
        ("2021-03-29/ind_baza2018.xlsx", vec![mom("2019-01", "83.8"), mom("2020-01", "82.6")]),
        ("2021-07-30/ind-baza-2018.xlsx", vec![mom("2015-01", "82.6"), mom("2021-06", "101.3")]),
    ];
    for (path, expected) in cases {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let issues: &[(&str, usize)] = if path.starts_with("2020-11") { &[("corrected", 2)] } else { &[] };
        check(&mapping, &format!("{folder}/{path}"), path.get(..10).unwrap(), &expected, issues);
    }
}

#[test]
fn activity_quarterly() {
    let quarterly = |name: &str, title: &str, measure: &str| {
        let series = format!("rosstat.ipi.{{item}}.ru.{measure}.q.base2018");
        let mut read = read(&series, vec![column(&["{year}", "{quarter}"], &[])], vec![cells(&[("Код ОКВЭД2", "{item:code}")])]);
        (read.name, read.title) = (name.to_string(), patterns(&[title]));
        read.withheld = patterns(&["*публикация данных*приостановлена*"]);
        read
    };
    let mut mapping = mapping(vec![
        quarterly("qoq", "*в % к предыдущему кварталу*", "qoq"),
        quarterly("yoy", "*в % к соответствующему кварталу*", "yoy"),
    ]);
    mapping.published = patterns(&["Обновлено: {date}"]);
    let expected = [
        "rosstat.ipi.bcde.ru.qoq.q.base2018 · 2021-Q1 = 89.7",
        "rosstat.ipi.bcde.ru.qoq.q.base2018 · 2025-Q4 = 114.7",
        "rosstat.ipi.06.ru.qoq.q.base2018 · 2022-Q4 = 103.3",
        "rosstat.ipi.06.ru.qoq.q.base2018 · 2023-Q1 =withheld",
        "rosstat.ipi.06.ru.qoq.q.base2018 · 2025-Q4 =withheld",
        "rosstat.ipi.bcde.ru.yoy.q.base2018 · 2021-Q1 = 99.5",
        "rosstat.ipi.05.1.ru.qoq.q.base2018 · 2022-Q1 = 93.1",
    ];
    let path = "rosstat/ipi-by-activity-quarterly/2026-02-06/ind_baza_2018_4kv-2025.xlsx";
    let Some(reading) = check(&mapping, path, "2026-02-06", &expected, &[]) else { return };
    assert_eq!(reading.published, Some(day("2026-02-06")));
    assert_eq!(reading.coverage.len(), 2);
    assert_eq!((reading.coverage[0].start, reading.coverage[0].end), (day("2021-01-01"), day("2025-12-31")));
}

pub fn region() -> Mapping {
    let basis = |measure: &str, head: &str, title: &str, sheet: &str| {
        let mut in_numbered = read(
            &format!("rosstat.ipi.{{item}}.{{entity}}.{measure}.base2018"),
            vec![column(&["{year}", head], &[])],
            vec![stub("{entity:region}", &[])],
        );
        (in_numbered.sheet, in_numbered.any_tables, in_numbered.count_unmapped) = (patterns(&["{sheet_no:code}"]), true, true);
        in_numbered.title = patterns(&["{item:activity}", title]);
        let mut in_named = in_numbered.clone();
        (in_numbered.name, in_named.name) = (format!("{measure}-numbered"), format!("{measure}-named"));
        (in_named.sheet, in_named.title) = (patterns(&[sheet]), patterns(&[title]));
        in_named.set = fields(&[("item", "bcde")]);
        [in_numbered, in_named]
    };
    let reads = [
        basis("yoy.m", "{month}", "в % к соответствующему месяцу предыдущего года", "к соотв. месяцу"),
        basis("yoy.ytd", "{ytd}", "в % к соответствующему периоду предыдущего года", "к соотв. периоду"),
        basis("mom.m", "{month}", "в % к предыдущему месяцу", "к пред. месяцу"),
    ];
    let mut mapping = mapping(reads.into_iter().flatten().collect());
    mapping.published = patterns(&["Обновлено: {date}"]);
    mapping.names = names("region", &[("Российская Федерация", "ru"), ("*г. Москва", "moscow"), ("*Севастополь", "sevastopol")]);
    mapping.names.extend(names(
        "activity",
        &[
            ("Индекс промышленного производства", "bcde"),
            ("*Добыча полезных ископаемых*", "b"),
            ("*Обрабатывающие производства*", "c"),
            ("*Обеспечение электрической энергией*", "d"),
            ("*Водоснабжение*", "e"),
        ],
    ));
    mapping
}

#[test]
fn region_layouts() {
    let yoy = |period: &str, value: &str| format!("rosstat.ipi.bcde.ru.yoy.m.base2018 · {period} = {value}");
    let cases: [(&str, &[String], usize); 3] = [
        ("2021-01-24/Ind_sub-2018.xls", &[yoy("2020-01", "101.5"), yoy("2015-01", "101.3")], 3),
        ("2021-03-29/ind-sub-2018.xls", &[yoy("2020-01", "101.2"), yoy("2020-12", "102.1")], 3),
        ("2026-02-06/ind_sub_2018_12-2025.xlsx", &[yoy("2020-01", "101.6"), yoy("2020-12", "103.7")], 15),
    ];
    for (path, expected, tables) in cases {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let path = format!("rosstat/ipi-by-region/{path}");
        let Some(reading) = check(&region(), &path, "2026-02-06", &expected, &[("unknown_row", tables)]) else { return };
        assert_eq!(reading.coverage.len(), tables, "{:#?}", reading.coverage);
    }
}

#[test]
fn production_annual() {
    let unit_in_label = [
        ("Уголь каменный и бурый, {unit}", "coal"),
        ("Нефть обезвоженная*газовый конденсат, {unit}", "oil"),
        ("Газ природный и попутный, {unit}", "gas"),
        ("Фанера, {unit}", "plywood"),
        ("Карбонат динатрия*, {unit}", "soda-ash"),
        ("Шины, покрышки и камеры резиновые новые, {unit}", "tyres"),
    ];
    let mut rows: Vec<_> = unit_in_label.iter().map(|(text, item)| stub(text, &[("item", item)])).collect();
    let mut cars = stub("для легковых автомобилей", &[("item", "tyres.cars"), ("unit", "million pieces")]);
    cars.under = Some(pattern("Шины, покрышки и камеры резиновые новые*"));
    rows.push(cars);
    let mut output = read("rosstat.output.{item}.ru.level.a", vec![column(&["{year}"], &[])], rows);
    (output.unit, output.count_unmapped) = (None, true);
    output.withheld = patterns(&["*не публикуется на основании*"]);
    output.ignore_rows = vec![ignored("в том числе:")];
    let mut fuels = output.clone();
    (fuels.name, fuels.title) = ("fuels".to_string(), patterns(&["({unit})"]));
    fuels.rows = vec![stub("Кокс и полукокс*", &[("item", "coke")]), stub("Бензин автомобильный", &[("item", "petrol")])];
    let mut mapping = mapping(vec![output, fuels]);
    mapping.published = patterns(&["Обновлено: {date}", "Обновлено {date}"]);
    let expected = [
        "rosstat.output.coal.ru.level.a · 2017 = 410",
        "rosstat.output.coal.ru.level.a · 2024 = 430",
        "rosstat.output.oil.ru.level.a · 2022 = 535",
        "rosstat.output.oil.ru.level.a · 2023 =withheld",
        "rosstat.output.gas.ru.level.a · 2017 = 691",
        "rosstat.output.plywood.ru.level.a · 2024 = 3450",
        "rosstat.output.soda-ash.ru.level.a · 2018 = 3416",
        "rosstat.output.tyres.ru.level.a · 2018 = 67.5",
        "rosstat.output.tyres.cars.ru.level.a · 2024 = 35.4",
        "rosstat.output.petrol.ru.level.a · 2024 =withheld",
        "rosstat.output.coke.ru.level.a · 2017 = 28.0",
    ];
    let path = "rosstat/production-annual/2025-09-30/production_year_2017-2024.xlsx";
    let issues = [("unknown_heading", 3), ("unknown_row", 21)];
    let Some(reading) = check(&mapping, path, "2025-09-30", &expected, &issues) else { return };
    let unit = |item: &str| reading.observations.iter().find(|o| o.series.as_str().contains(item)).map(|o| o.unit.as_str());
    assert_eq!((unit(".plywood."), unit(".gas.")), (Some("thousand cubic metres"), Some("billion cubic metres")));
    let oil = reading.observations.iter().find(|o| o.series.as_str().contains(".oil.") && o.value.is_none()).unwrap();
    assert_eq!((oil.printed.as_str(), oil.notes.len()), ("…", 3));
}

#[test]
fn trade() {
    let level = |flow: &'static str, head: &str| {
        let set = |measure: &'static str| [("flow", flow), ("measure", measure)];
        let unit = |mut rule: super::super::spec::ColumnRule, unit: &str| {
            rule.unit = Some(unit.to_string());
            rule
        };
        [
            unit(column(&[head, "Всего"], &set("level")), "USD million"),
            unit(column(&[head, "в % к соответст*"], &set("yoy")), "percent"),
        ]
    };
    let columns = [level("export", "Экспорт товаров*"), level("import", "Импорт товаров*")].into_iter().flatten().collect();
    let rows = vec![stub("{quarter} {year}", &[]), stub("{month}", &[]), stub("{year}", &[])];
    let mut read = read("cbr.trade.total.ru.{flow}.{measure}.{freq}.bop", columns, rows);
    (read.unit, read.title) = (None, patterns(&["Внешняя торговля Российской Федерации товарами*"]));
    read.ignore_columns = vec![ignored_column(&["*", "в том числе:", "*"]), ignored_column(&["Сальдо*", "*"])];
    read.sections = vec![section(1, "{year}", &[])];
    read.ignore_rows = vec![ignored("Примечание:*"), ignored("Дата последнего обновления*")];
    let mut mapping = mapping(vec![read]);
    mapping.published = patterns(&["Дата последнего обновления: {date}*"]);
    let export = |frequency: &str, period: &str, value: &str| {
        format!("cbr.trade.total.ru.export.level.{frequency}.bop · {period} = {value}")
    };
    let cases: [(&str, &[String]); 3] = [
        ("2019-03-05", &[export("a", "2018", "444008"), export("q", "2018-Q4", "123132"), export("m", "2018-12", "41357")]),
        ("2020-06-29", &[export("a", "2018", "443130"), export("m", "2018-12", "40838")]),
        ("2020-12-08", &[export("a", "2019", "419851"), export("a", "2018", "443915")]),
    ];
    for (date, expected) in cases {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let path = format!("cbr/trade/{date}/trade.xls");
        let Some(reading) = check(&mapping, &path, date, &expected, &[]) else { return };
        assert!(reading.published.is_some_and(|published| published <= day(date)));
        assert_eq!(reading.coverage.len(), 3);
    }
}
