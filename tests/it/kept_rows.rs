//! Rows that are kept as they are, and sentences of press releases, as the built-in sources read them from real documents.

use super::support;
use chrono::NaiveDate;
use std::path::Path;
use sverka::config::Config;
use sverka::model::{CustomsLine, Dictionary, Reading};
use sverka::pipeline::read_document;
use sverka::store::Store;

fn day() -> NaiveDate {
    "2017-06-01".parse().unwrap()
}

fn read(folder: &Path, source: &str, name: &str) -> Reading {
    let config = Config::builtin().unwrap();
    let bytes = std::fs::read(folder.join(name)).unwrap();
    read_document(config.source(source).unwrap(), &bytes, day()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shown(line: &CustomsLine) -> String {
    let amount = |amount: Option<rust_decimal::Decimal>| amount.map_or("-".to_string(), |amount| amount.to_string());
    let (partner, region) = (line.partner.as_ref().unwrap(), line.region.as_ref().unwrap());
    let (direction, flow, code) = (&line.direction, line.flow.as_str(), &line.code);
    let (value, weight) = (amount(line.value), amount(line.weight));
    format!("{} {direction} {flow} {} {} {code} {value} {weight} {}", line.line, line.period(), partner.code, region.code)
}

#[test]
fn customs_lines_of_real_files() {
    let Some(folder) = support::samples() else { return };
    let dump = read(&folder, "fcs-dump", "fcs/tnved-2207.csv");
    assert_eq!((dump.lines.customs.len(), dump.lines.refused.len(), dump.issues.len()), (130, 0, 0));
    let first: Vec<String> = dump.lines.customs.iter().take(3).map(shown).collect();
    assert_eq!(
        first,
        [
            "1 ЭК export 2014 KZ 2207 32.58 4 80000",
            "2 ЭК export 2016 IQ 2207 113628.49 114000 90000",
            "3 ИМ import 2013 KZ 2207 7369.11 2404.77 65000"
        ]
    );
    let moscow = read(&folder, "fcs-dump", "fcs/regions-moscow_2208301100.csv");
    assert_eq!((moscow.lines.customs.len(), moscow.issues.len()), (25, 0));
    assert!(moscow.lines.customs.iter().any(|line| line.partner.as_ref().is_some_and(|partner| partner.code == "NNN")));
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("sverka.db");
    let mut store = Store::open(&path).unwrap();
    assert_eq!(support::save(&mut store, "fcs-dump", "2207", day(), &dump).lines, 130);
    assert_eq!(support::save(&mut store, "fcs-dump", "moscow", day(), &moscow).lines, 25);
    assert!(support::save(&mut store, "fcs-dump", "2207", day(), &dump).already_known);
    for (name, dictionary, entries, sought, named) in [
        ("ED.csv", Dictionary::Unit, 30, "Л", "ЛИТР"),
        ("country.csv", Dictionary::Partner, 254, "CN", "КИТАЙ"),
        ("regions.csv", Dictionary::Region, 92, "80000", "80000 - РЕСПУБЛИКА БАШКОРТОСТАН"),
    ] {
        let reading = read(&folder, "fcs-dictionary", &format!("fcs/{name}"));
        assert_eq!((reading.lines.entries.len(), reading.lines.refused.len()), (entries, 0), "{name}");
        let entry = reading.lines.entries.iter().find(|entry| entry.code == sought).unwrap();
        assert_eq!((entry.dictionary, entry.name.as_str()), (dictionary, named), "{name}");
        support::save(&mut store, "fcs-dictionary", name, day(), &reading);
    }
    let db = rusqlite::Connection::open(&path).unwrap();
    let one = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let counts = "SELECT count(*) || ' ' || count(DISTINCT snapshot_id) FROM customs_row";
    assert_eq!(one(counts), "155 2");
    let ours: rust_decimal::Decimal = dump.lines.customs.iter().chain(&moscow.lines.customs).filter_map(|line| line.value).sum();
    let total: i64 = db.query_row("SELECT sum(value_milli) FROM customs_row", [], |row| row.get(0)).unwrap();
    assert_eq!(rust_decimal::Decimal::new(total, 3), ours);
    let joined = "SELECT concat_ws(' ', r.line, r.flow, r.period, p.name, u.name, c.code, g.name, r.value_milli, r.weight_milli)
        FROM customs_row AS r JOIN customs_partner AS p ON p.id = r.partner_id JOIN customs_unit AS u ON u.id = r.unit_id
        JOIN customs_code AS c ON c.id = r.code_id JOIN customs_region AS g ON g.id = r.region_id ORDER BY r.id LIMIT 1";
    assert_eq!(one(joined), "1 1 201400 КАЗАХСТАН ЛИТР 2207 80000 - РЕСПУБЛИКА БАШКОРТОСТАН 32580 4000");
}

/// The whole nomenclature: leading zeros and secret codes are kept.
#[test]
fn the_commodity_nomenclature() {
    let Some(folder) = support::samples() else { return };
    let lines = read(&folder, "fcs-dictionary", "fcs/tnved.csv.zip").lines;
    assert_eq!((lines.entries.len(), lines.refused.len()), (28_493, 0), "{:?}", lines.refused.first());
    for (code, name) in [("0101", "ЛОШАДИ, ОСЛЫ, МУЛЫ И ЛОШАКИ ЖИВЫЕ"), ("SSSSSSSSSS", "СЕКРЕТНЫЙ КОД")]
    {
        assert!(lines.entries.iter().any(|entry| entry.code == code && entry.name == name), "{code}");
    }
}

/// Lists of codes and rows of the old site: the same code is one country, whoever reports.
#[test]
fn countries_and_rows_of_comtrade() {
    let Some(folder) = support::samples() else { return };
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("sverka.db");
    let mut store = Store::open(&path).unwrap();
    let source = "comtrade-reference";
    let mut days = day().iter_days();
    for (name, dictionary, entries, sought, named) in [
        ("comtrade_ref_reporter.csv", Dictionary::Partner, 255, "643", "Russian Federation"),
        ("comtrade_ref_partner.csv", Dictionary::Partner, 310, "156", "China"),
        ("comtrade_ref_dataitem.csv", Dictionary::Field, 50, "refYear", "Year of observation"),
    ] {
        let reading = read(&folder, source, &format!("comtrade/reference/{name}"));
        let counts = (reading.lines.entries.len(), reading.lines.refused.len(), reading.issues.len());
        assert_eq!(counts, (entries, 0, 0), "{name}: {:?}", reading.issues);
        let entry = reading.lines.entries.iter().find(|entry| entry.code == sought).unwrap();
        assert_eq!((entry.dictionary, entry.name.as_str()), (dictionary, named), "{name}");
        support::save(&mut store, source, name, days.next().unwrap(), &reading);
    }
    let rows = read(&folder, source, "comtrade/reference/legacy_web_h3_china_india.csv");
    assert_eq!((rows.lines.customs.len(), rows.lines.refused.len()), (8_739, 0), "{:?}", rows.lines.refused.first());
    support::save(&mut store, source, "rows", days.next().unwrap(), &rows);
    let db = rusqlite::Connection::open(&path).unwrap();
    let totals =
        "SELECT group_concat(concat_ws(' ', t.name, r.flow, p.name, r.period, r.value_milli / 1000), '; ' ORDER BY r.flow)
        FROM customs_row AS r JOIN customs_code AS c ON c.id = r.code_id JOIN customs_partner AS t ON t.id = r.reporter_id
        JOIN customs_partner AS p ON p.id = r.partner_id WHERE c.code = 'TOTAL'";
    let said: String = db.query_row(totals, [], |row| row.get(0)).unwrap();
    assert_eq!(said, "India 1 China 201000 17439991278; India 2 China 201000 41249115786");
}

#[test]
fn a_weekly_press_release() {
    let Some(folder) = support::samples() else { return };
    let reading = read(&folder, "rosstat-press-release", "rosstat/press-release-2026/2026-09-02/weekly_cpi_excerpt.html");
    let said: Vec<String> =
        reading.observations.iter().map(|o| format!("{} {} {} {}", o.series, o.period, o.printed, o.unit)).collect();
    let wanted = [
        "dec.w 2026-08-25/2026-08-31 104,67",
        "month-to-date.w 2026-08-25/2026-08-31 99,92",
        "wow.w 2026-08-25/2026-08-31 99,99",
    ];
    assert_eq!(said, wanted.map(|line| format!("rosstat.cpi.all.ru.{line} percent")));
    assert!(reading.issues.is_empty(), "{:?}", reading.issues);
}
