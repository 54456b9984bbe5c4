//! The least that a load can be: split, look up names by their bytes, bind, one transaction, the index after it. Nothing is checked but
//! that amounts have digits, and they are floating.

use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

/// Columns that are names.
const NAMES: [usize; 7] = [0, 1, 2, 3, 4, 8, 9];

/// Loads a dump, with the document and the line in every row.
pub fn load(file: &Path, db: &Path) {
    let mut db = Connection::open(db).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;
         CREATE TABLE customs (napr INTEGER, period INTEGER, strana INTEGER, tnved INTEGER, edizm INTEGER, stoim REAL, netto REAL, kol REAL,
           region INTEGER, region_s INTEGER, doc INTEGER, line INTEGER) STRICT;
         CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT) STRICT;",
    )
    .unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').buffer_capacity(1 << 20).from_reader(File::open(file).unwrap());
    let mut names: [HashMap<Vec<u8>, i64>; 7] = std::array::from_fn(|_| HashMap::new());
    let (mut record, mut next, mut line) = (csv::ByteRecord::new(), 1, 0i64);
    let tx = db.transaction().unwrap();
    let mut insert = tx.prepare("INSERT INTO customs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)").unwrap();
    let mut name = tx.prepare("INSERT INTO name VALUES (?, ?)").unwrap();
    while reader.read_byte_record(&mut record).unwrap() {
        line += 1;
        let mut ids = [0; 7];
        for ((id, names), column) in ids.iter_mut().zip(&mut names).zip(NAMES) {
            *id = match names.get(&record[column]) {
                Some(known) => *known,
                None => {
                    name.execute(params![next, encoding_rs::WINDOWS_1251.decode(&record[column]).0]).unwrap();
                    names.insert(record[column].to_vec(), next);
                    next += 1;
                    next - 1
                }
            };
        }
        let [stoim, netto, kol] = [5, 6, 7].map(|column| number(&record[column]));
        insert.execute(params![ids[0], ids[1], ids[2], ids[3], ids[4], stoim, netto, kol, ids[5], ids[6], line]).unwrap();
    }
    drop((insert, name));
    tx.commit().unwrap();
    db.execute_batch("CREATE INDEX customs_lookup ON customs (tnved, period)").unwrap();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

/// Digits with a decimal comma.
fn number(text: &[u8]) -> f64 {
    let (mut digits, mut divisor, mut behind) = (0u64, 1.0, false);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                divisor *= if behind { 10.0 } else { 1.0 };
            }
            _ => behind = true,
        }
    }
    digits as f64 / divisor
}
