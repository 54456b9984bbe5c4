//! Customs dumps in bulk: the same facts as line by line, in every dialect; never seen by halves; revised months take the place of others.

use super::support;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;
use sverka::guard::Reader;
use sverka::model::{Batch, Dictionary, Flow, Named, Roll, TypedLine};
use sverka::pipeline::{ByHand, House, Places, Taken, accept, ingest};
use sverka::store::Store;

const HEAD: [&str; 10] = ["NAPR", "PERIOD", "STRANA", "TNVED", "EDIZM", "STOIM", "NETTO", "KOL", "REGION", "REGION_S"];
const MOSCOW: &str = "45000 - ГОРОД МОСКВА";

/// A house over an empty folder that holds no document of lines, or every one.
fn house(folder: &Path, most_held: u64) -> House {
    for empty in ["papers", "evidence"] {
        std::fs::create_dir_all(folder.join(empty)).unwrap();
    }
    let (papers, evidence) = (Some(folder.join("papers")), Some(folder.join("evidence")));
    let places = Places { data: folder.join("data"), config: None, papers, evidence, alerts: None };
    let mut house = House::open(&places, Reader::InProcess, chrono::Utc::now()).unwrap();
    house.most_held = most_held;
    house
}

fn bring(house: &mut House, folder: &Path, name: &str, bytes: &[u8], day: &str) -> Taken {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    let (source, as_of, obtained_from) = ("fcs-dump".into(), day.parse().unwrap(), "a test".into());
    ingest(house, ByHand { file, source, as_of, obtained_from, url: None }, chrono::Utc::now()).unwrap()
}

fn text(house: &House, sql: &str) -> String {
    let db = rusqlite::Connection::open(house.data.join("sverka.db")).unwrap();
    let mut query = db.prepare(sql).unwrap();
    let rows = query.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
    rows.map(|row| row.unwrap().unwrap_or_default()).collect::<Vec<_>>().join("; ")
}

/// Trade of nearly all chapters with many countries: `months` of 2021, a line a chapter and direction in each.
fn trade(months: u32, value: impl Fn(u32, u32) -> String) -> Vec<[String; 10]> {
    let mut rows = Vec::new();
    for month in 1..=months {
        for chapter in (1..=97u32).filter(|chapter| *chapter != 77) {
            let partner =
                if chapter % 3 == 0 { "CN".to_string() } else { format!("A{}", char::from(b'A' + (chapter % 26) as u8)) };
            let flow = if chapter % 2 == 0 { "ЭК" } else { "ИМ" };
            let region = if chapter % 5 == 0 { MOSCOW } else { "01000 - АЛТАЙСКИЙ КРАЙ" };
            let district = if chapter % 5 == 0 { "01 - ЦЕНТРАЛЬНЫЙ" } else { "06 - СИБИРСКИЙ" };
            let code = format!("{chapter:02}01000000");
            let row =
                [flow, &format!("{month:02}/2021"), &partner, &code, "Л", &value(month, chapter), "0,5", "7", region, district];
            rows.push(row.map(str::to_string));
        }
    }
    let secret = ["ЭК", "01/2021", "CN", "SSSSSSSSSS", "", "1000,5", "0", "", "00000 - НЕИЗВЕСТНЫЙ", ""];
    rows.push(secret.map(str::to_string));
    rows
}

fn written(rows: &[[String; 10]], separator: &str, point: &str, quoted: bool) -> String {
    let mut text = HEAD.join(separator) + "\r\n";
    for row in rows {
        let cell = |(column, cell): (usize, &String)| match column {
            5..=7 => cell.replace(',', point),
            _ if quoted => format!("\"{cell}\""),
            _ => cell.clone(),
        };
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        let _ = write!(text, "{}\r\n", cells.join(separator));
    }
    text
}

fn cp1251(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A dBASE table in CP866, as the portal packs it: all fields are characters.
fn dbase(rows: &[[String; 10]]) -> Vec<u8> {
    const WIDTH: u8 = 60;
    let cell = |text: &str| {
        let mut bytes = encoding_rs::IBM866.encode(text).0.into_owned();
        bytes.resize(usize::from(WIDTH), b' ');
        bytes
    };
    let record = 1 + HEAD.len() as u16 * u16::from(WIDTH);
    let header = 32 + 32 * HEAD.len() as u16 + 1;
    let mut bytes = vec![3, 121, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend([header.to_le_bytes(), record.to_le_bytes()].concat());
    bytes.resize(29, 0);
    // the mark of CP866
    bytes.extend([0x65, 0, 0]);
    for name in HEAD {
        let start = bytes.len();
        bytes.extend(name.as_bytes());
        bytes.resize(start + 11, 0);
        bytes.push(b'C');
        bytes.resize(start + 16, 0);
        bytes.push(WIDTH);
        bytes.resize(start + 32, 0);
    }
    bytes.push(0x0D);
    for row in rows {
        bytes.push(b' ');
        row.iter().for_each(|text| bytes.extend(cell(text)));
    }
    bytes.push(0x1A);
    bytes
}

/// Lines that fit, that repeat, that contradict, and that do not fit.
fn mixed() -> Vec<[String; 10]> {
    let mut rows = trade(2, |month, chapter| format!("{},{month}5", chapter * 10));
    let mut other = rows[3].clone();
    other[5] = "1,00".to_string();
    let mut lost = rows[4].clone();
    lost[3] = "101000000".to_string();
    let mut negative = rows[5].clone();
    negative[6] = "-3".to_string();
    let mut late = rows[6].clone();
    late[1] = "13/2021".to_string();
    let mut future = rows[7].clone();
    future[1] = "05/2022".to_string();
    rows.extend([rows[2].clone(), other, lost, negative, late, future]);
    rows
}

#[test]
fn the_same_facts_in_every_dialect_held_or_not() {
    let rows = mixed();
    let csv = written(&rows, ";", ",", true);
    let table = dbase(&rows);
    let documents = [
        ("semicolon.csv", cp1251(&csv)),
        ("tab.csv", written(&rows, "\t", ",", false).into_bytes()),
        ("comma.csv", written(&rows, ",", ".", true).into_bytes()),
        ("bom.csv", [b"\xEF\xBB\xBF".as_slice(), csv.as_bytes()].concat()),
        ("packed.zip", zipped("DATTSVT.csv", &cp1251(&csv))),
        ("dbase.zip", zipped("DATTSVT.dbf", &table)),
        ("DATTSVT.dbf", table),
    ];
    for (name, bytes) in documents {
        let dumps: Vec<(String, String)> = [u64::MAX, 0]
            .into_iter()
            .map(|most_held| {
                let folder = tempfile::tempdir().unwrap();
                let mut house = house(folder.path(), most_held);
                let taken = bring(&mut house, folder.path(), name, &bytes, "2022-01-31");
                assert_eq!(taken.outcome, "stored", "{name}: {}", taken.message);
                let saved = taken.saved.unwrap();
                assert_eq!((saved.lines, saved.refused), (193, 5), "{name}");
                assert!(saved.first > 20, "{name}: {saved:?}");
                let streamed = text(&house, "SELECT streamed || '' FROM customs_load WHERE snapshot_id IS NOT NULL");
                assert_eq!(streamed, if most_held == 0 { "1" } else { "0" });
                assert_eq!(house.store.disagreements().unwrap(), []);
                let reasons = text(&house, "SELECT locator || ' ' || message FROM quarantine ORDER BY locator, message");
                (house.store.logical_dump().unwrap(), reasons)
            })
            .collect();
        assert_eq!(dumps[0].1, dumps[1].1, "{name}");
        assert!(dumps[0].0 == dumps[1].0, "{name}");
        for reason in ["other amounts than line 4", "leading zero", "goods that moved", "13/2021", "after the document's date"] {
            assert!(dumps[0].1.contains(reason), "{name}: {reason} in {}", dumps[0].1);
        }
        assert!(dumps[0].0.contains("repeated_lines") && dumps[0].0.contains("line 194 repeats line 3"), "{name}");
    }
}

#[test]
fn sums_are_series_with_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = house(folder.path(), 0);
    let csv = written(&trade(2, |_, chapter| format!("{chapter},5")), ";", ",", false);
    bring(&mut house, folder.path(), "a.csv", &cp1251(&csv), "2022-01-31");
    let of = |code: &str| {
        text(
            &house,
            &format!("SELECT concat_ws(' ', period, value, unit, locator) FROM latest WHERE code = '{code}' ORDER BY period"),
        )
    };
    // chapters 27 for import, 26 for export; China has those that three divides
    assert_eq!(
        of("fcs.trade.hs-25-27.ru.import.cn.level.m"),
        "2021-01 27.5 USD sum of 1 lines: import, 2021-01, CN, hs-25-27; 2021-02 27.5 USD sum of 1 lines: import, 2021-02, CN, hs-25-27"
    );
    assert!(of("fcs.trade.hs-25-27.ru.export.level.m").starts_with("2021-01 26.5 USD"));
    let china: u32 = (1..=97).filter(|chapter| *chapter != 77 && chapter % 6 == 0).sum();
    let lines = (1..=97).filter(|chapter| *chapter != 77 && chapter % 6 == 0).count();
    let total = f64::from(china) + 0.5 * lines as f64 + 1000.5;
    assert!(of("fcs.trade.total.ru.export.cn.level.m").starts_with(&format!("2021-01 {total} USD sum of {} lines", lines + 1)));
    assert!(of("fcs.trade.hs-secret.ru.export.cn.level.m").starts_with("2021-01 1000.5 USD"));
    let notes =
        text(&house, "SELECT notes FROM latest WHERE code = 'fcs.trade.total.ru.export.cn.level.m' AND period = '2021-01'");
    assert!(notes.contains("1 lines of secret codes, worth 1000.5 USD") && notes.contains("FOB"), "{notes}");
    // of a part of trade there are none
    let part: Vec<[String; 10]> = trade(1, |_, _| "1,5".into()).into_iter().filter(|row| row[2] == "CN").collect();
    let before = text(&house, "SELECT count(*) || '' FROM observation");
    bring(&mut house, folder.path(), "b.csv", written(&part, ";", ",", false).as_bytes(), "2022-02-28");
    assert_eq!(text(&house, "SELECT count(*) || '' FROM observation"), before);
}

#[test]
fn a_revised_month_takes_the_place_of_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = house(folder.path(), 0);
    let dump = |months: u32, value: &'static str| cp1251(&written(&trade(months, move |_, _| value.into()), ";", ",", false));
    assert_eq!(bring(&mut house, folder.path(), "a.csv", &dump(3, "1,5"), "2021-04-20").outcome, "stored");
    let second: Vec<[String; 10]> = trade(3, |_, _| "2,5".into()).into_iter().filter(|row| row[1] != "03/2021").collect();
    let second = cp1251(&written(&second, ";", ",", false));
    assert_eq!(bring(&mut house, folder.path(), "b.csv", &second, "2021-06-20").outcome, "stored");
    let spans = "SELECT concat_ws(' ', period, lines, known_from, known_to) FROM customs_span ORDER BY period, known_from";
    let wanted = "202101 97 2021-04-20 2021-06-20; 202101 97 2021-06-20; 202102 96 2021-04-20 2021-06-20; 202102 96 2021-06-20; 202103 96 2021-04-20";
    assert_eq!(text(&house, spans), wanted);
    let current =
        "SELECT concat_ws(' ', period, count(*), min(value_milli)) FROM customs_current GROUP BY period ORDER BY period";
    assert_eq!(text(&house, current), "202101 97 2500; 202102 96 2500; 202103 96 1500");
    assert_eq!(text(&house, "SELECT count(*) || '' FROM customs_row"), "482");
    // a tenth of a month is held back until somebody says that it is all there is; nobody sees it
    let tenth: Vec<[String; 10]> =
        trade(3, |_, chapter| chapter.to_string()).into_iter().filter(|row| row[1] == "02/2021").collect();
    let thin: Vec<[String; 10]> = tenth.iter().step_by(5).cloned().collect();
    let taken = bring(&mut house, folder.path(), "c.csv", &cp1251(&written(&thin, ";", ",", false)), "2021-08-20");
    assert_eq!(taken.outcome, "stored", "another scope: {}", taken.message);
    let mut fewer = tenth.clone();
    fewer.retain(|row| row[3].as_str() < "32");
    let taken = bring(&mut house, folder.path(), "d.csv", &cp1251(&written(&fewer, ";", ",", false)), "2021-09-20");
    assert_eq!(taken.outcome, "drift", "{}", taken.message);
    assert!(taken.message.contains("lines_fell") || taken.drift.iter().any(|one| one.code == "lines_fell"), "{:?}", taken.drift);
    assert_eq!(text(&house, "SELECT count(*) || '' FROM customs_row"), "502");
    accept(&mut house, "fcs-dump", None, "the month was cut by the publisher", chrono::Utc::now).unwrap();
    assert_eq!(text(&house, "SELECT count(*) || '' FROM customs_row"), "533");
    assert_eq!(house.store.disagreements().unwrap(), []);
    // an older document that comes late fits in where it belongs
    bring(&mut house, folder.path(), "e.csv", &dump(1, "1,1"), "2021-05-20");
    let january = "SELECT concat_ws(' ', known_from, known_to) FROM customs_span WHERE period = 202101 ORDER BY known_from";
    assert_eq!(text(&house, january), "2021-04-20 2021-05-20; 2021-05-20 2021-06-20; 2021-06-20");
    let db = rusqlite::Connection::open(house.data.join("sverka.db")).unwrap();
    db.execute("UPDATE customs_line SET weight_milli = 1 WHERE segment_id = 1 AND line = 7", []).unwrap();
    let faults = house.store.disagreements().unwrap();
    assert!(faults.len() == 1 && faults[0].code == "lines", "{faults:?}");
}

#[test]
fn what_is_cut_or_misnamed_waits_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = house(folder.path(), 0);
    let whole = written(&trade(1, |_, _| "1,5".into()), ";", ",", false);
    let cut = &whole[..whole.trim_end().rfind(";7;").unwrap()];
    let taken = bring(&mut house, folder.path(), "cut.csv", &cp1251(cut), "2021-04-20");
    assert_eq!((taken.outcome.as_str(), taken.drift[0].code.as_str()), ("drift", "cut_short"), "{}", taken.message);
    let taken = bring(&mut house, folder.path(), "dump_2020.csv", &cp1251(&whole), "2021-04-21");
    assert_eq!((taken.outcome.as_str(), taken.drift[0].code.as_str()), ("drift", "period_outside_name"), "{}", taken.message);
    assert_eq!(text(&house, "SELECT count(*) || '' FROM customs_row"), "0");
    // other separators from some line on: those lines do not fit
    let rows = trade(1, |_, _| "1,5".into());
    // without decimal commas, which would be the most even separator of such a file
    let (one, other) = rows.split_at(50);
    let other = written(other, "|", "", false);
    let mixed = written(one, ";", "", false) + other.split_once("\r\n").unwrap().1;
    let taken = bring(&mut house, folder.path(), "mixed.csv", &cp1251(&mixed), "2021-04-22");
    let saved = taken.saved.unwrap();
    assert_eq!((saved.lines, saved.refused), (50, 47));
    let point = whole.replacen(";1,5;", ";1.5;", 60).replacen(";1.5;", ";1,5;", 1);
    let saved = bring(&mut house, folder.path(), "points.csv", &cp1251(&point), "2021-04-23").saved.unwrap();
    assert_eq!((saved.lines, saved.refused), (38, 59));
    let taken = bring(&mut house, folder.path(), "no.csv", b"a;b;c\r\n1;2;3\r\n", "2021-04-24");
    assert_eq!(taken.outcome, "layout_unknown");
    assert_eq!(
        text(&house, "SELECT count(*) || '' FROM customs_load WHERE snapshot_id IS NULL"),
        "0",
        "what is refused is given up"
    );
}

fn line(number: u32, code: u32) -> TypedLine {
    let names = [0, 0, code, 0, 0, 0];
    TypedLine { line: number, period: 202101, flow: Flow::Export, names, amounts: [i64::from(number), TypedLine::NOTHING, 0] }
}

/// Killed between two batches: nobody saw a line, and the next try goes on behind them.
#[test]
fn a_load_goes_on_where_it_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sverka.db");
    let now = chrono::Utc::now();
    let mut roll = Roll::default();
    let code = roll.number(Dictionary::Code, &std::sync::Arc::new(Named { code: "0101".into(), text: "0101".into() }));
    let batch = |from: u32, to: u32| Batch {
        lines: (from..=to).map(|number| line(number, code)).collect(),
        upto: to,
        ..Batch::default()
    };
    let rows = |sql: &str| rusqlite::Connection::open(&file).unwrap().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let mut store = Store::open(&file).unwrap();
    let mut load = store.begin_load("s", &"a".repeat(64), "p", now).unwrap();
    store.load_batch(&mut load, &roll, &batch(1, 10)).unwrap();
    drop(store);
    assert_eq!((rows("SELECT count(*) FROM customs_line"), rows("SELECT count(*) FROM customs_row")), (10, 0));
    let mut store = Store::open(&file).unwrap();
    let mut load = store.begin_load("s", &"a".repeat(64), "p", now).unwrap();
    assert_eq!((load.upto, load.loaded().lines), (10, 10));
    store.load_batch(&mut load, &roll, &batch(1, 10)).unwrap();
    store.load_batch(&mut load, &roll, &batch(8, 15)).unwrap();
    assert_eq!((rows("SELECT count(*) FROM customs_line"), rows("SELECT count(DISTINCT line) FROM customs_line")), (15, 15));
    // another parser begins anew
    let load = store.begin_load("s", &"a".repeat(64), "q", now).unwrap();
    assert_eq!((load.upto, rows("SELECT count(*) FROM customs_line")), (0, 0));
    let samples = support::samples().is_some();
    assert!(samples || std::env::var("CI").is_err());
}
