//! What was not let in: listed with what helps, and tried again by hand.

use super::support::{Room, V1, V2, column};
use super::workbook::xlsx;
use chrono::Utc;
use serde_json::Value;
use std::path::Path;
use sverka::guard::{Limits, Program, Reader};
use sverka::pipeline::{self, House, Places};

const CONFIG: &str = include_str!("../fixtures/sources.toml");

fn room() -> Room {
    let config = CONFIG.replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx").replace("*/2 * * * * *", "0 0 1 1 *");
    let another = config.split_once("[[source]]").unwrap().1.replace("id = \"s\"", "id = \"t\"").replace("p.ipi.", "p.other.");
    Room::with(&format!("{config}\n[[source]]{another}"))
}

/// Brings a document to a reader that falls, so often; gives the beginning of its name.
fn fell(room: &Room, source: &str, text: &str, day: &str, times: usize) -> String {
    let file = room.path(&format!("{source}-{day}.xlsx"));
    std::fs::write(&file, xlsx(text)).unwrap();
    let places = Places::find(room.path("data"), Some(room.path("sources.toml")), None, None).unwrap();
    let mut house =
        House::open(&places, Reader::Child(Program::at(Path::new("/bin/false"), Limits::DEFAULT)), Utc::now()).unwrap();
    for _ in 0..times {
        let (file, as_of) = (file.clone(), day.parse().unwrap());
        let by_hand = pipeline::ByHand { file, source: source.into(), as_of, obtained_from: "test".into(), url: None };
        assert_eq!(pipeline::ingest(&mut house, by_hand, Utc::now()).unwrap().outcome, "parser_protocol");
    }
    let sql = "SELECT sha256 FROM quarantine WHERE source_id = ?1 ORDER BY id DESC LIMIT 1";
    column::<String>(&room.db(), sql, [source]).remove(0)
}

fn outcomes(told: &Value) -> Vec<String> {
    let one = |one: &Value| format!("{} {}", one["source"].as_str().unwrap(), one["outcome"].as_str().unwrap());
    told["documents"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn what_fell_is_listed_with_what_helps_and_is_read_when_it_is_tried_again() {
    let room = room();
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    assert_eq!(room.sverka(&["quarantine", "list"]).out, "nothing is in quarantine\n");
    let (first, second) = (fell(&room, "s", V1, "2020-03-01", 2), fell(&room, "t", V2, "2020-04-01", 1));
    let (code, told) = room.json(&["quarantine", "list"]);
    let all = told["quarantine"].as_array().unwrap();
    assert_eq!((code, all.len(), &told["schema"]), (0, 2, &Value::from(1)));
    let held = &all[0];
    assert_eq!((held["source"].as_str(), held["sha256"].as_str()), (Some("s"), Some(first.as_str())));
    assert_eq!(
        (held["rule"].as_str(), held["tries"].as_u64(), held["lines"].as_u64()),
        (Some("parser_protocol"), Some(2), Some(0))
    );
    assert_eq!(held["as_of"], "2020-03-01");
    let shown = room.sverka(&["quarantine", "list", "--source", "t"]).out;
    assert!(shown.contains("t ") && shown.contains("1 try, last 20") && !shown.contains("\ns "), "{shown}");
    assert!(shown.contains(&format!("sverka quarantine replay {}", &second[..12])), "{shown}");

    let (code, told) = room.json(&["quarantine", "replay", &first[..10].to_uppercase()]);
    assert_eq!((code, outcomes(&told)), (1, vec!["s stored".to_string()]), "a figure of the paper deviates: {told}");
    assert_eq!(room.january(), ["83.2 2020-03-01.."], "its day is the one on which it came");
    let said = room.sverka(&["quarantine", "replay", "--source", "t"]);
    assert!(said.code == 0 && said.err.contains("t-2020-04-01.xlsx (t): stored"), "{said:?}");
    assert_eq!(room.sverka(&["quarantine", "list"]).out, "nothing is in quarantine\n");
    assert_eq!(room.sverka(&["quarantine", "replay", "--all"]).out, "nothing to try again\n");
    let trigger: Vec<String> = column(&room.db(), "SELECT DISTINCT trigger FROM attempt ORDER BY id", []);
    assert_eq!(trigger, ["ingest", "quarantine"]);
}

#[test]
fn one_that_cannot_be_read_stays_and_one_that_waits_for_a_person_is_not_tried() {
    let room = room();
    // what it says is another thing by now: the reader comes to its end, and so it is no longer here
    fell(&room, "s", &V1.replace("# Months", "# Quarters"), "2020-03-01", 1);
    let (code, told) = room.json(&["quarantine", "replay", "--all"]);
    assert_eq!((code, outcomes(&told)), (0, vec!["s layout_unknown".to_string()]), "a refused document is an outcome: {told}");
    assert!(room.json(&["quarantine", "list"]).1["quarantine"].as_array().unwrap().is_empty());

    let ingest = |text: &str, day: &str| {
        std::fs::write(room.path("d.xlsx"), xlsx(text)).unwrap();
        let args = ["ingest", "d.xlsx", "--source", "s", "--as-of", day, "--obtained-from", "here"];
        outcomes(&room.json(&args).1).remove(0)
    };
    assert_eq!(ingest(V1, "2020-05-01"), "s stored");
    let shorter: String = V2.lines().filter(|line| !line.starts_with("Mining")).map(|line| format!("{line}\n")).collect();
    assert_eq!(ingest(&shorter, "2020-06-01"), "s drift");
    let listed = room.sverka(&["quarantine", "list"]).out;
    assert!(
        listed.contains("s ") && listed.contains(" drift: d.xlsx") && listed.contains("sverka accept s --document "),
        "{listed}"
    );
    let tries = room.outcomes().len();
    let all = room.sverka(&["quarantine", "replay", "--all"]);
    assert!(all.code == 0 && all.out.contains("sverka accept s") && all.out.ends_with("nothing to try again\n"), "{all:?}");
    let [sha256]: [String; 1] = column(&room.db(), "SELECT sha256 FROM quarantine WHERE rule = 'drift'", []).try_into().unwrap();
    let named = room.sverka(&["quarantine", "replay", &sha256[..12]]);
    assert!(named.code == 64 && named.err.contains("waits for a person"), "{named:?}");
    assert_eq!(room.outcomes().len(), tries, "nothing was tried");
}

#[test]
fn wrong_use_is_told() {
    let room = room();
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    for args in [&["quarantine", "replay"][..], &["quarantine", "replay", "abc", "--all"], &["quarantine", "replay", "abc"]] {
        assert_eq!(room.sverka(args).code, 64, "{args:?}");
    }
    let unknown = room.sverka(&["quarantine", "list", "--source", "x"]);
    assert!(unknown.code == 64 && unknown.err.contains("no source \"x\""), "{unknown:?}");
}
