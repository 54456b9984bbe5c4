//! Figures as files for people: CSV, SDMX-CSV, a workbook.

use super::support::{Room, save};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::process::Command;
use sverka::model::{Observation, Reading, SeriesCode, Status};
use sverka::store::Store;

const INDUSTRY: &str = "p.ipi.bcde.ru.mom.m.base2018";
const FORMULA: &str = "=cmd|' /C calc'!A0";

/// Series, period, figure or status, unit, place.
type Told<'t> = (&'t str, &'t str, &'t str, &'t str, &'t str);

const FIRST: [Told<'_>; 8] = [
    (INDUSTRY, "2021-01", "83.20", "percent", "Months!B2"),
    ("p.trade.total.ru.export.cn.level.ytd", "2021-01/2021-02", "-4.1", "USD million", FORMULA),
    ("p.trade.total.ru.export.cn.level.a", "2020", "1234567890123456.5", "CNY 100 million", "A1"),
    ("p.cpi.all.ru.wow.w", "2021-01-25/2021-01-31", "100.1", "percent", "A2"),
    ("p.cpi.all.ru.wow.w", "2021-01-26/2021-02-01", "100.0", "percent", "line one\nline two;=1"),
    ("p.ipi.b.ru.qoq.q", "2020-Q4", "-0.5", "percent", "A4"),
    ("p.trade.total.cn.export.ru.level.m", "2021-01", "5", "thousand tonnes", "A5"),
    // the same parts in another order are another series
    ("p.trade.total.cn.ru.export.level.m", "2021-01", "6", "thousand tonnes", "A6"),
];
const SECOND: [Told<'_>; 3] = [
    (INDUSTRY, "2021-01", "83.9", "percent", "Months!B2"),
    (INDUSTRY, "2021-02", "95.0", "percent", "Months!C2"),
    ("p.ipi.b.ru.qoq.q", "2020-Q4", "withheld", "percent", "A4"),
];

fn reading(told: &[Told<'_>]) -> Reading {
    let observation = |&(series, period, figure, unit, locator): &Told<'_>| Observation {
        series: series.parse().unwrap(),
        period: period.parse().unwrap(),
        value: figure.parse().ok(),
        status: Status::parse(figure).unwrap_or(Status::Published),
        printed: figure.into(),
        raw: None,
        unit: unit.into(),
        table: "t".into(),
        locator: locator.into(),
        notes: vec![],
    };
    Reading { observations: told.iter().map(observation).collect(), ..Reading::default() }
}

/// A room whose store has two documents.
fn filled() -> Room {
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    std::fs::create_dir_all(room.path("data")).unwrap();
    let mut store = Store::open(&room.path("data/sverka.db")).unwrap();
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    save(&mut store, "s", "first", day("2021-02-10"), &reading(&FIRST));
    save(&mut store, "s", "second", day("2021-03-10"), &reading(&SECOND));
    let industry: SeriesCode = INDUSTRY.parse().unwrap();
    store.name_series(&[(industry, "+Industry, \"all\" of it".to_string())].into()).unwrap();
    room
}

fn told(room: &Room, args: &[&str]) -> String {
    let ran = room.sverka(&[&["export"], args].concat());
    assert!(ran.code == 0 && ran.err.is_empty(), "{args:?}: {ran:?}");
    ran.out
}

/// Series, period, value and status of every row.
fn rows(csv: &str) -> Vec<String> {
    let mut reader = csv_reader(csv);
    reader.records().map(Result::unwrap).map(|row| [0, 4, 7, 8].map(|at| &row[at]).join(" ")).collect()
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::Reader::from_reader(text.as_bytes())
}

#[test]
fn csv_is_tidy() {
    let room = filled();
    insta::assert_snapshot!(told(&room, &["csv"]));
    let of = |args: &[&str]| rows(&told(&room, &[&["csv", "--series", INDUSTRY], args].concat()));
    let one = |period: &str, value: &str| format!("{INDUSTRY} {period} {value} published");
    assert_eq!(of(&[]), [one("2021-01", "83.9"), one("2021-02", "95.0")]);
    assert_eq!(of(&["--vintage", "first"]), [one("2021-01", "83.20"), one("2021-02", "95.0")]);
    assert_eq!(of(&["--vintage", "all"]), [one("2021-01", "83.20"), one("2021-01", "83.9"), one("2021-02", "95.0")]);
    assert_eq!(of(&["--as-of", "2021-03-09"]), [one("2021-01", "83.20")]);
    assert_eq!(of(&["--as-of", "2021-02-09"]), [""; 0]);
    assert_eq!(of(&["--period", "2021-02.."]), [one("2021-02", "95.0")]);
    assert_eq!(of(&["--period", "..2021-01"]), [one("2021-01", "83.9")]);
    assert_eq!(of(&["--period", "2021", "--source", "s"]).len(), 2);
}

#[test]
fn series_are_chosen_by_code_prefix_pattern_and_paper() {
    let room = filled();
    let codes = |args: &[&str]| -> BTreeSet<String> {
        rows(&told(&room, &[&["csv"], args].concat())).iter().map(|row| row.split(' ').next().unwrap().to_string()).collect()
    };
    assert_eq!(codes(&["--series", "p.ipi"]).len(), 2);
    assert_eq!(codes(&["--series", "p.ip*", "--series", "P.CPI.all.ru.wow.w"]).len(), 3);
    assert_eq!(codes(&["--series", "p.*.level.[am]"]).len(), 3);
    // the small paper's claims
    assert!(codes(&["--paper", "small"]).iter().all(|code| code.starts_with("p.ipi.")));
    assert_eq!(codes(&["--paper", "small", "--series", "p.cpi"]).len(), 0);
    for (args, wanted) in [
        (
            ["--series", "p.ipi.bcde.ru.mum"],
            "nothing is held of a series \"p.ipi.bcde.ru.mum\"; nearest is \"p.ipi.bcde.ru.mom.m.base2018\"",
        ),
        (["--series", "p.i"], "nothing is held of a series"),
        (["--source", "ss"], "no source \"ss\" is known; nearest is \"s\""),
        (["--paper", "smal"], "smal"),
        (["--period", "2021..2020"], "is later than"),
        (["--period", ".."], "expected FROM..TO"),
        (["--period", "yesterday"], "expected a period such as"),
    ] {
        let ran = room.sverka(&[&["export", "csv"][..], &args].concat());
        assert!(ran.code == 64 && ran.err.contains(wanted) && ran.out.is_empty(), "{args:?}: {ran:?}");
    }
}

#[test]
fn sdmx_csv_and_its_structure() {
    let room = filled();
    let structure = room.path("structure.xml");
    let latest = told(&room, &["sdmx-csv", "--structure", structure.to_str().unwrap()]);
    insta::assert_snapshot!("sdmx_latest", latest);
    let all = told(&room, &["sdmx-csv", "--vintage", "all"]);
    insta::assert_snapshot!("sdmx_all", all);
    let xml = std::fs::read_to_string(structure).unwrap();
    let (before, after) = xml.split_once("<mes:Prepared>").unwrap();
    insta::assert_snapshot!("sdmx_structure", format!("{before}{}", &after[after.find('<').unwrap()..]));
    // no two rows have one key
    for (text, dimensions) in [(&latest, 3..15), (&all, 3..18)] {
        let keys: Vec<Vec<String>> = csv_reader(text)
            .records()
            .map(Result::unwrap)
            .map(|row| dimensions.clone().map(|at| row[at].to_string()).collect())
            .collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        assert!(text.lines().next().unwrap().split(',').nth(dimensions.end).unwrap() == "OBS_VALUE");
    }
}

/// Sheets, heads, and figures as they are displayed: numbers with their digits, text where a number would lose some.
#[test]
fn a_workbook_shows_every_digit() {
    let room = filled();
    let (code, said) = room.json(&["export", "xlsx", "-o", "figures.xlsx"]);
    assert_eq!((code, &said["figures"], &said["series"], &said["file"]), (0, &9.into(), &7.into(), &"figures.xlsx".into()));
    let shown = room.sverka(&["preview", "figures.xlsx", "--width", "400", "--rows", "50"]).out;
    for sheet in ["series", "annual", "quarterly", "monthly", "from January", "weekly", "figures"] {
        assert!(shown.contains(sheet), "{sheet}: {shown}");
    }
    for cell in ["83.9", "95.0", "-4.1", "1234567890123456.5", "withheld", FORMULA, "+Industry, \"all\" of it"] {
        assert!(shown.contains(cell), "{cell}: {shown}");
    }
    assert!(!shown.contains("half-yearly") && !shown.contains("daily"), "{shown}");
    let bytes = std::fs::read(room.path("figures.xlsx")).unwrap();
    told(&room, &["xlsx", "-o", "figures.xlsx"]);
    assert_eq!(bytes, std::fs::read(room.path("figures.xlsx")).unwrap(), "the same figures, the same bytes");
    told(&room, &["xlsx", "-o", "all.xlsx", "--vintage", "all"]);
    let shown = room.sverka(&["preview", "all.xlsx", "--width", "400", "--rows", "50"]).out;
    assert!(shown.contains("83.20") && !shown.contains("quarterly"), "{shown}");
    let ran = room.sverka(&["export", "xlsx"]);
    assert!(ran.code == 64 && ran.err.contains("-o FILE.xlsx"), "{ran:?}");
}

/// A file is there whole or as it was; nothing is left beside it.
#[test]
fn files_are_replaced_whole() {
    let room = filled();
    std::fs::write(room.path("out.csv"), "what was here").unwrap();
    assert!(told(&room, &["csv", "-o", "out.csv"]).contains("out.csv: 9 figures of 7 series"));
    assert!(std::fs::read_to_string(room.path("out.csv")).unwrap().starts_with("series,title,"));
    told(&room, &["csv", "-o", "/dev/null"]);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file(), "a device is written into, not replaced");
    std::fs::create_dir_all(room.path("folder/full")).unwrap();
    for place in ["folder", "nowhere/out.csv"] {
        let ran = room.sverka(&["export", "csv", "-o", place]);
        assert!(ran.code == 2 && ran.err.contains("writing"), "{ran:?}");
    }
    let left: Vec<String> = std::fs::read_dir(room.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("unfinished"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The Python package sdmx1 reads what is written, where it is at hand; `just sdmx` asks it about a real store.
#[test]
fn others_read_it_back() {
    let python = |args: &[&str]| Command::new("python3").args(args).output();
    if !python(&["-c", "import sdmx"]).is_ok_and(|ran| ran.status.success()) {
        return println!("skipped: no sdmx1");
    }
    let room = filled();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdmx_roundtrip.py");
    let ran = python(&[script, env!("CARGO_BIN_EXE_sverka"), room.path("data").to_str().unwrap()]).unwrap();
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}
