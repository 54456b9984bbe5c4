//! Every value of every file against the database, asked for in other ways than the export does.

use crate::support::{Room, V1, V2, open};
use crate::workbook::xlsx;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use chrono::{DateTime, Days, NaiveDate};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use sverka::export::parquet::{Kind, TABLES, Table};
use sverka::guard::Reader;
use sverka::pipeline::{ByHand, House, Places, ingest};

const NOTHING: &str = "∅";

/// What the dataset has, table by table, asked of the tables and views that readers of the file have. A column stands for itself, if
/// it is not here.
const ASKED: [(&str, &str); 9] = [
    (
        "source",
        "SELECT id AS source, publisher_id AS publisher, (SELECT title FROM publisher WHERE id = publisher_id) AS publisher_title, *
         FROM source",
    ),
    ("document", "SELECT id AS document_id, source_id AS source, nullif(fetched_at, '') AS fetched, * FROM snapshot"),
    ("series", "SELECT code AS series, * FROM series"),
    (
        "observation",
        "SELECT o.id AS observation_id, o.source_id AS source, o.snapshot_id AS document_id, o.value AS value_decimal,
           (SELECT code FROM series WHERE id = series_id) AS series, (SELECT frequency FROM series WHERE id = series_id) AS frequency, o.*
         FROM observation AS o",
    ),
    ("paper", "SELECT id AS paper, * FROM paper"),
    ("claim", "SELECT id AS claim_id, paper_id AS paper, value AS value_decimal, '2090-01-01' AS cutoff, * FROM claim"),
    (
        "finding",
        "SELECT f.id AS finding_id, c.paper_id AS paper, c.claim, r.as_of, r.finished_at, f.* FROM finding AS f, claim AS c, reconciliation AS r
         WHERE c.id = f.claim_id AND r.id = f.reconciliation_id",
    ),
    (
        "customs_row",
        "SELECT iif(r.flow = 1, 'export', 'import') AS flow, r.period / 100 AS year, r.period % 100 AS month, l.source_id AS source, l.scope,
           r.snapshot_id AS document_id, r.line, (SELECT code FROM customs_partner WHERE id = r.reporter_id) AS reporter,
           (SELECT code FROM customs_partner WHERE id = r.partner_id) AS partner, (SELECT code FROM customs_code WHERE id = r.code_id) AS code,
           (SELECT code FROM customs_unit WHERE id = r.unit_id) AS unit, (SELECT code FROM customs_region WHERE id = r.region_id) AS region,
           (SELECT code FROM customs_region WHERE id = r.district_id) AS district, r.value_milli AS value, r.weight_milli AS weight,
           r.quantity_milli AS quantity, p.known_from, p.known_to
         FROM customs_row AS r JOIN customs_load AS l ON l.id = r.load_id
           LEFT JOIN customs_span AS p ON p.load_id = r.load_id AND p.period = r.period",
    ),
    (
        "customs_name",
        "SELECT * FROM (SELECT 'code' AS dictionary, code, name FROM customs_code UNION SELECT 'partner', code, name FROM customs_partner
           UNION SELECT 'unit', code, name FROM customs_unit UNION SELECT 'region', code, name FROM customs_region
           UNION SELECT 'field', code, name FROM customs_field)",
    ),
];

/// A number without the zeros that say nothing.
fn bare(text: &str) -> String {
    let bare = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    if bare == "-0" { "0".into() } else { bare.into() }
}

/// The rows of a table as the database has them, columns in the dataset's order.
fn stored(db: &Connection, table: &Table, sql: &str) -> Vec<Vec<String>> {
    let mut query = db.prepare(sql).unwrap();
    // the first of two columns with one name is ours
    let names: Vec<String> = query.column_names().map(str::to_string).collect();
    let at = |name: &str| names.iter().position(|found| found == name).unwrap_or_else(|| panic!("{}: {name}", table.name));
    let places: Vec<(usize, Kind)> = table
        .all()
        .map(|column| {
            (at(if (table.name, column.name) == ("document", "fetched_at") { "fetched" } else { column.name }), column.kind)
        })
        .collect();
    let mut found = Vec::new();
    let mut rows = query.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let told = |&(at, kind): &(usize, Kind)| match row.get_ref(at).unwrap() {
            ValueRef::Null => NOTHING.to_string(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Text(text) if kind == Kind::Figure => bare(std::str::from_utf8(text).unwrap()),
            ValueRef::Text(text) => std::str::from_utf8(text).unwrap().to_string(),
            other => panic!("{}: {other:?}", table.name),
        };
        found.push(places.iter().map(told).collect());
    }
    found.sort();
    found
}

/// One value of a file, in the words of the database.
fn told(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return NOTHING.to_string();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => u8::from(column.as_boolean().value(row)).to_string(),
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().value(row);
            (NaiveDate::default() + Days::new(u64::try_from(days).unwrap())).to_string()
        }
        DataType::Timestamp(..) => {
            let at = DateTime::from_timestamp_micros(column.as_primitive::<TimestampMicrosecondType>().value(row)).unwrap();
            at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        }
        DataType::Decimal128(38, 10) => bare(&column.as_primitive::<Decimal128Type>().value_as_string(row)),
        // thousandths
        DataType::Decimal128(38, 3) => column.as_primitive::<Decimal128Type>().value(row).to_string(),
        other => panic!("{other}"),
    }
}

/// Values of the folders on the way to a file.
fn folders(path: &str) -> Vec<String> {
    path.split('/').filter_map(|part| part.split_once('=')).map(|(_, value)| value.to_string()).collect()
}

fn exported(set: &Path, table: &Table, manifest: &Value) -> Vec<Vec<String>> {
    let line = manifest["tables"].as_array().unwrap().iter().find(|line| line["name"] == table.name).unwrap();
    let mut found = Vec::new();
    for file in line["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        let folders = folders(path);
        assert_eq!(folders.len(), table.folders.len(), "{path}");
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(set.join(path)).unwrap()).unwrap().build().unwrap();
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        assert_eq!(Some(rows as u64), file["rows"].as_u64(), "{path}");
        for batch in batches {
            let row = |row| folders.iter().cloned().chain(batch.columns().iter().map(|column| told(column, row))).collect();
            found.extend((0..batch.num_rows()).map(row));
        }
    }
    assert_eq!(Some(found.len() as u64), line["rows"].as_u64(), "{}", table.name);
    found.sort();
    found
}

/// Every table of a dataset against the database; how many rows each has.
fn compare(data: &Path, set: &Path) -> Vec<(&'static str, usize)> {
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(set.join("manifest.json")).unwrap()).unwrap();
    assert!(set.join("_SUCCESS").is_file());
    let db = open(data);
    let counted = ASKED.map(|(name, sql)| {
        let table = TABLES.iter().find(|table| table.name == name).unwrap();
        let (stored, exported) = (stored(&db, table, sql), exported(set, table, &manifest));
        assert_eq!(exported.len(), stored.len(), "{name}");
        for (exported, stored) in exported.iter().zip(&stored) {
            assert_eq!(exported, stored, "{name}");
        }
        (name, stored.len())
    });
    counted.into()
}

fn rows(counted: &[(&str, usize)], table: &str) -> usize {
    counted.iter().find(|(name, _)| *name == table).unwrap().1
}

#[test]
fn figures_claims_and_verdicts_come_back_as_they_are() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    for (text, day) in [(V1, "2020-02-20"), (V2, "2020-03-20")] {
        let file = room.path(&format!("{day}.xlsx"));
        std::fs::write(&file, xlsx(text)).unwrap();
        let args = ["ingest", file.to_str().unwrap(), "--source", "s", "--as-of", day, "--obtained-from", "here"];
        room.json(&args);
    }
    let (code, told) = room.json(&["export", "parquet", "set"]);
    assert_eq!((code, &told["dataset"]["schema"]), (0, &Value::from(1)));
    let counted = compare(&room.path("data"), &room.path("set"));
    for (table, least) in
        [("observation", 6), ("document", 2), ("series", 3), ("claim", 3), ("finding", 6), ("paper", 1), ("source", 1)]
    {
        assert!(rows(&counted, table) >= least, "{counted:?}");
    }
    let again = room.sverka(&["export", "parquet", "set"]);
    assert_eq!((again.code, again.err.contains("a folder that is empty or not there yet")), (64, true), "{}", again.err);
}

/// A value that is none leaves nothing at the place, nor beside it.
#[test]
fn half_a_dataset_is_never_seen() {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    room.json(&["reconcile"]);
    let db = Connection::open(room.path("data/sverka.db")).unwrap();
    assert_eq!(db.execute("UPDATE paper SET published = 'spring'", []).unwrap(), 1);
    let ran = room.sverka(&["export", "parquet", "sets/one"]);
    assert_eq!(
        (ran.code, ran.err.contains("table paper, column published: expected DATE, found Text(\"spring\")")),
        (2, true),
        "{}",
        ran.err
    );
    assert_eq!(std::fs::read_dir(room.path("sets")).unwrap().count(), 0);
}

fn house(folder: &Path) -> House {
    for empty in ["papers", "evidence"] {
        std::fs::create_dir_all(folder.join(empty)).unwrap();
    }
    let (papers, evidence) = (Some(folder.join("papers")), Some(folder.join("evidence")));
    let places = Places { data: folder.join("data"), config: None, papers, evidence, alerts: None };
    House::open(&places, Reader::InProcess, chrono::Utc::now()).unwrap()
}

/// Two editions of a dump: every chapter in both directions over two years, with and without a weight.
fn dump(value: &str) -> String {
    let mut text = String::from("NAPR;PERIOD;STRANA;TNVED;EDIZM;STOIM;NETTO;KOL;REGION;REGION_S\n");
    for (period, chapter) in ["12/2020", "01/2021"].into_iter().flat_map(|period| (1..=97).map(move |chapter| (period, chapter)))
    {
        let (flow, partner) = if chapter % 2 == 0 { ("ЭК", "CN") } else { ("ИМ", "KZ") };
        let weight = if chapter % 7 == 0 { "" } else { "0,005" };
        text += &format!("{flow};{period};{partner};{chapter:02}01000000;Л;{value};{weight};7;45000 - МОСКВА;01 - ЦЕНТРАЛЬНЫЙ\n");
    }
    text
}

#[test]
fn customs_lines_come_back_with_how_long_they_stood() {
    let dir = tempfile::tempdir().unwrap();
    let mut house = house(dir.path());
    for (name, value, day) in [("a.csv", "1000,5", "2021-03-01"), ("b.csv", "12345678,125", "2021-04-01")] {
        let file = dir.path().join(name);
        std::fs::write(&file, dump(value)).unwrap();
        let (source, as_of, obtained_from) = ("fcs-dump".into(), day.parse().unwrap(), "a test".into());
        ingest(&mut house, ByHand { file, source, as_of, obtained_from, url: None }, chrono::Utc::now()).unwrap();
    }
    let set = dir.path().join("set");
    sverka::export::parquet::write(&house.store, &set, chrono::Utc::now()).unwrap();
    let counted = compare(&dir.path().join("data"), &set);
    assert_eq!(rows(&counted, "customs_row"), 2 * 2 * 97);
    for folder in ["flow=export/year=2020", "flow=export/year=2021", "flow=import/year=2020", "flow=import/year=2021"] {
        assert!(set.join("customs_row").join(folder).is_dir(), "{folder}");
    }
    let db = open(&dir.path().join("data"));
    let standing =
        |condition: &str| crate::support::count(&db, &format!("SELECT sum(lines) FROM customs_span WHERE known_to {condition}"));
    assert_eq!((standing("IS NULL"), standing("= '2021-04-01'")), (2 * 97, 2 * 97));
}
