//! Files that are read back, places that are taken, and a page that says what the code does.

use super::part::Part;
use super::schema::{Kind, TABLES, Table};
use super::{ExportError, Manifest, write};
use crate::store::{Field, Store};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use chrono::{DateTime, Utc};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::Digest;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/parquet.md");
/// Between these the page has what the code says.
const MARKS: (&str, &str) = ("<!-- tables: as in the code -->\n", "<!-- end of tables -->\n");

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

fn read(file: &Path) -> (usize, Vec<RecordBatch>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
    let groups = builder.metadata().num_row_groups();
    (groups, builder.build().unwrap().map(Result::unwrap).collect())
}

fn written() -> String {
    let mut page = String::new();
    for table in TABLES {
        let folders: Vec<String> = table.folders.iter().map(|(column, _)| format!("`{}`", column.name)).collect();
        let partitioned = if folders.is_empty() { String::new() } else { format!(" Folders: {}.", folders.join(", ")) };
        let _ = writeln!(page, "### `{}`\n\nA row is {}.{partitioned}\n", table.name, table.says);
        page.push_str("| column | type | empty | what it is |\n| --- | --- | --- | --- |\n");
        for column in table.all() {
            let empty = if column.nullable { "can be" } else { "" };
            let _ = writeln!(page, "| `{}` | {} | {empty} | {} |", column.name, column.kind.sql(), column.says);
        }
        page.push('\n');
    }
    page
}

/// `UPDATE_DOCS=1` writes the page's part anew.
#[test]
fn the_page_says_what_the_code_does() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(MARKS.0).expect("the page has the first mark");
    let (told, after) = rest.split_once(MARKS.1).expect("the page has the last mark");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, format!("{before}{}{}{}{after}", MARKS.0, written(), MARKS.1)).unwrap();
    } else {
        assert_eq!(told, written(), "UPDATE_DOCS=1 writes it anew");
    }
}

#[test]
fn names_are_used_once() {
    let tables: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
    assert_eq!(tables.len(), TABLES.len());
    for table in TABLES {
        let columns: BTreeSet<&str> = table.all().map(|column| column.name).collect();
        assert_eq!(columns.len(), table.all().count(), "{}", table.name);
    }
}

/// More rows than a batch and a row group have.
#[test]
fn a_long_file_has_all_of_its_rows() {
    let rows = 140_001;
    let dir = tempfile::tempdir().unwrap();
    let mut part = Part::create(dir.path(), "customs_name/part.parquet".into(), table("customs_name")).unwrap();
    for at in 0..rows {
        part.put(&[Field::Text("code"), Field::Text(&format!("{at:010}")), Field::Text("")]).unwrap();
    }
    let (line, unfit) = part.close().unwrap();
    let file = dir.path().join("customs_name/part.parquet");
    let (groups, batches) = read(&file);
    assert_eq!((line.rows, unfit, groups), (rows, 0, 2));
    assert_eq!(line.bytes, file.metadata().unwrap().len());
    assert_eq!(line.sha256, hex::encode(sha2::Sha256::digest(std::fs::read(&file).unwrap())));
    let codes = batches.iter().flat_map(|batch| batch.column(1).as_string::<i32>().iter().flatten());
    assert!(codes.zip(0..).all(|(code, at)| code.parse() == Ok(at)));
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u64, rows);
}

#[test]
fn the_greatest_amounts_are_exact() {
    let dir = tempfile::tempdir().unwrap();
    let mut part = Part::create(dir.path(), "c/part.parquet".into(), table("customs_row")).unwrap();
    for amount in [i64::MIN, -1, 0, i64::MAX] {
        let row = [12, 1].map(Field::Whole);
        let texts = [Field::Nothing, Field::Nothing, Field::Text("01"), Field::Nothing, Field::Nothing, Field::Nothing];
        let head = [row[0], Field::Text("s"), Field::Text(""), row[1], Field::Whole(1)];
        let tail = [Field::Whole(amount), Field::Nothing, Field::Nothing, Field::Text("2021-01-02"), Field::Nothing];
        part.put(&[&head[..], &texts, &tail].concat()).unwrap();
    }
    part.close().unwrap();
    let (_, batches) = read(&dir.path().join("c/part.parquet"));
    let column = batches[0].column_by_name("value").unwrap();
    assert_eq!(column.data_type(), &Kind::Amount.arrow());
    let values: Vec<i128> = column.as_primitive::<Decimal128Type>().values().to_vec();
    assert_eq!(values, [i64::MIN, -1, 0, i64::MAX].map(i128::from));
    assert_eq!(batches[0].column_by_name("line").unwrap().as_primitive::<Int64Type>().value(0), 1);
    assert!(batches[0].column_by_name("weight").unwrap().is_null(3));
}

#[test]
fn what_is_of_another_kind_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let cases = [
        (
            [Field::Text("code"), Field::Nothing, Field::Text("")],
            "table customs_name, column code: expected STRING, found Nothing",
        ),
        (
            [Field::Whole(1), Field::Text(""), Field::Text("")],
            "table customs_name, column dictionary: expected STRING, found Whole(1)",
        ),
    ];
    for (at, (row, wanted)) in cases.into_iter().enumerate() {
        let mut part = Part::create(dir.path(), format!("{at}.parquet"), table("customs_name")).unwrap();
        assert_eq!(part.put(&row).unwrap_err().to_string(), wanted);
    }
}

fn store(folder: &Path) -> Store {
    Store::open(&folder.join("s.db")).unwrap()
}

/// Whatever stands at a place or beside it.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_store_without_rows_has_every_table() {
    let dir = tempfile::tempdir().unwrap();
    let (store, to) = (store(dir.path()), dir.path().join("new/set"));
    let manifest: Manifest = write(&store, &to, NOW).unwrap();
    for (line, table) in manifest.tables.iter().zip(TABLES) {
        let [file] = line.files.as_slice() else { panic!("{}: {} files", line.name, line.files.len()) };
        let batches = ParquetRecordBatchReaderBuilder::try_new(File::open(to.join(&file.path)).unwrap()).unwrap();
        let found: Vec<&str> = batches.schema().fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(found, table.columns.iter().map(|column| column.name).collect::<Vec<_>>());
        assert_eq!(line.rows > 0, table.name == "commodity_group");
    }
    assert!(to.join("customs_row/flow=export/year=1970/part-00000.parquet").is_file());
    assert_eq!((names(&dir.path().join("new")), names(&to).len()), (vec!["set".to_string()], TABLES.len() + 2));
    assert!(std::fs::read_to_string(to.join("manifest.json")).unwrap().contains("\"made_at\": \"1970-01-01T00:00:00Z\""));
}

#[test]
fn nothing_that_stands_there_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let (store, to) = (store(dir.path()), dir.path().join("set"));
    std::fs::create_dir(&to).unwrap();
    write(&store, &to, NOW).unwrap();
    let before = names(&to);
    let file = dir.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    for taken in [&to, &file] {
        assert!(matches!(write(&store, taken, NOW), Err(ExportError::NotEmpty(_))), "{}", taken.display());
    }
    assert_eq!((names(&to), std::fs::read_to_string(&file).unwrap()), (before, "mine".to_string()));
}
