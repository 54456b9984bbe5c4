//! Documents of the archive, read again by another configuration: shown, written, and never a vintage.

use super::samples::replayed_data;
use super::support::{Room, V1, V2, column, count, vintages};
use super::workbook::xlsx;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
use sverka::store::Store;

/// The configuration of the room's source, looked at once a year.
const CONFIG: &str = include_str!("../fixtures/sources.toml");
const INDUSTRY: &str = "p.ipi.bcde.ru.mom.m.base2018";
const MINING: &str = "p.ipi.b.ru.mom.m.base2018";

fn config() -> String {
    CONFIG.replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx").replace("*/2 * * * * *", "0 0 1 1 *")
}

/// Mining is not read any more, and oil and gas has another code.
fn other() -> String {
    let config = config().replace("\"Mining\" = \"b\"\n", "").replace("\"Oil and gas\" = \"06\"", "\"Oil and gas\" = \"061\"");
    config.replace("unit = \"percent\"", "unit = \"percent\"\nignore_rows = [{ text = \"Mining\", reason = \"not wanted\" }]")
}

/// Takes in a workbook of a day by hand; gives its outcome.
fn ingest(room: &Room, source: &str, text: &str, day: &str) -> String {
    let file = room.path(&format!("{day}.xlsx"));
    std::fs::write(&file, xlsx(text)).unwrap();
    let args = ["ingest", file.to_str().unwrap(), "--source", source, "--as-of", day, "--obtained-from", "here"];
    room.json(&args).1["documents"][0]["outcome"].as_str().unwrap().to_string()
}

fn configure(room: &Room, config: &str) {
    std::fs::write(room.path("sources.toml"), config).unwrap();
}

fn dump(room: &Room) -> String {
    Store::open_read_only(&room.path("data/sverka.db")).unwrap().logical_dump().unwrap()
}

/// Two editions, read as the configuration says.
fn filled(config: &str) -> Room {
    let room = Room::with(config);
    assert_eq!(ingest(&room, "s", V1, "2020-02-20"), "stored");
    assert_eq!(ingest(&room, "s", V2, "2020-03-20"), "stored");
    room
}

/// `lost p.ipi… 2020-01` of every document.
fn figures(told: &Value) -> Vec<String> {
    let documents = told["documents"].as_array().unwrap().iter();
    let figures = documents.flat_map(|document| document["figures"].as_array().unwrap());
    figures.map(|f| ["kind", "series", "period"].map(|key| f[key].as_str().unwrap()).join(" ")).collect()
}

/// Where the archive keeps the only document of a day.
fn archived(room: &Room, day: &str) -> PathBuf {
    let sha = column::<String>(&room.db(), "SELECT sha256 FROM snapshot WHERE as_of = ?1", [day]).remove(0);
    room.path("data/archive").join(&sha[..2]).join(sha)
}

#[test]
fn what_another_mapping_reads_is_shown_and_then_written() {
    let room = filled(&config());
    let (before, rows) = (dump(&room), count(&room.db(), "SELECT count(*) FROM observation"));
    let (code, told) = room.json(&["reparse"]);
    assert_eq!((code, &told["changes"], figures(&told)), (0, &false.into(), vec![]), "{told}");
    let marks = column::<String>(&room.db(), "SELECT DISTINCT parser FROM observation", []);
    configure(&room, &other());
    let bytes = std::fs::read(room.path("data/sverka.db")).unwrap();
    let (code, told) = room.json(&["reparse"]);
    assert_eq!((code, &told["schema"], &told["changes"]), (0, &1.into(), &true.into()));
    let lost = |period: &str| format!("lost {MINING} {period}");
    let moved = |period: &str| format!("reassigned p.ipi.061.ru.mom.m.base2018 {period}");
    let mut wanted =
        vec![lost("2020-01"), lost("2020-02"), moved("2020-01"), moved("2020-02"), lost("2020-03"), moved("2020-03")];
    let mut seen = figures(&told);
    wanted.sort();
    seen.sort();
    assert_eq!(seen, wanted);
    let text = room.sverka(&["reparse"]);
    for words in ["2 documents read again: 0 the same, 2 otherwise", &format!("- {MINING} 2020-01: 97.6 at"), "`--accept`"] {
        assert!(text.out.contains(words), "{words:?} is not in {}", text.out);
    }
    assert_eq!((dump(&room), std::fs::read(room.path("data/sverka.db")).unwrap()), (before, bytes), "nothing is written");
    let (code, told) = room.json(&["reparse", "--accept", "--note", "mining is another source's"]);
    assert!(code == 0 && told["documents"][0]["written"] == true && told["papers"][0]["paper"] == "small", "{told}");
    assert_eq!(dump(&room), dump(&filled(&other())), "as if it had always been read so");
    let db = room.db();
    assert_eq!(vintages(&db, INDUSTRY, "2020-01"), ["83.2 2020-02-20..2020-03-20", "83.7 2020-03-20.."], "no vintage more");
    assert!(vintages(&db, MINING, "2020-01").is_empty());
    assert_eq!(count(&db, "SELECT count(*) FROM latest WHERE code LIKE 'p.ipi.b.%' OR code LIKE 'p.ipi.06.%'"), 0);
    // what was believed stays, with the day and the mark it had
    let old =
        "SELECT DISTINCT o.parser FROM observation AS o WHERE o.recorded_to IS NOT NULL AND o.recorded_to > o.recorded_from";
    assert_eq!(count(&db, "SELECT count(*) FROM observation WHERE recorded_from <= recorded_to"), 6);
    assert!(column::<String>(&db, old, []).iter().all(|mark| marks.contains(mark)));
    assert!(count(&db, "SELECT count(*) FROM observation") > rows);
    let new = column::<String>(&db, "SELECT DISTINCT parser FROM observation WHERE recorded_to IS NULL ORDER BY 1", []);
    assert_eq!(new.len(), 2, "{new:?}");
    assert!(
        new.iter().all(|mark| mark.starts_with("sverka ") && mark.split(' ').nth(2).is_some_and(|d| d.len() == 12)),
        "{new:?}"
    );
    let attempts = "SELECT message FROM attempt WHERE outcome = 'reparsed' ORDER BY id";
    assert!(column::<String>(&db, attempts, [])[0].ends_with("mining is another source's"));
    let (_, status) = room.json(&["status"]);
    assert_eq!(status["sources"][0]["last_outcome"], "stored", "the last try at the source is none of these: {status}");
    assert_eq!(room.json(&["reparse", "--accept"]).1["changes"], false);
}

#[test]
fn a_block_that_is_mended_reads_what_it_refused() {
    let room = Room::with(&config().replace("\"{month}\"]", "\"Quarter {quarter}\"]"));
    assert_eq!(ingest(&room, "s", V1, "2020-02-20"), "layout_unknown");
    assert_eq!(ingest(&room, "s", V1, "2020-02-20"), "layout_unknown");
    let refused = |told: &Value| {
        let one = |one: &Value| {
            format!("{} {} {}", one["as_of"].as_str().unwrap(), one["before"].as_str().unwrap(), one["outcome"].as_str().unwrap())
        };
        told["refused"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    let (code, told) = room.json(&["reparse", "--accept"]);
    assert_eq!((code, refused(&told)), (0, vec!["2020-02-20 layout_unknown layout_unknown".to_string()]), "{told}");
    configure(&room, &config());
    let (code, told) = room.json(&["reparse"]);
    assert_eq!((code, refused(&told)), (0, vec!["2020-02-20 layout_unknown readable".to_string()]));
    let text = room.sverka(&["reparse"]).out;
    assert!(text.contains("layout_unknown before: would be read: 6 figures of 3 series") && text.contains("--accept"), "{text}");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM snapshot"), 0);
    let (_, told) = room.json(&["reparse", "--accept"]);
    assert_eq!(refused(&told), ["2020-02-20 layout_unknown stored"]);
    assert_eq!(vintages(&room.db(), INDUSTRY, "2020-01"), ["83.2 2020-02-20.."]);
    assert!(refused(&room.json(&["reparse"]).1).is_empty());
    let fresh = Room::with(&config());
    ingest(&fresh, "s", V1, "2020-02-20");
    assert_eq!(dump(&room), dump(&fresh));
}

#[test]
fn a_source_that_gets_a_reading_reads_what_it_kept() {
    let with = config();
    let (before, _) = with.split_once("published =").unwrap();
    let room = Room::with(&format!("{before}reads = \"none\"\nnote = \"nobody has seen one yet\"\n"));
    assert_eq!(ingest(&room, "s", V1, "2020-02-20"), "kept");
    assert_eq!(room.json(&["reparse"]).1["refused"], Value::Array(Vec::new()), "nobody could read it");
    configure(&room, &with);
    assert_eq!(room.json(&["reparse"]).1["refused"][0]["before"], "kept");
    assert_eq!(room.json(&["reparse", "--accept", "--source", "s"]).1["refused"][0]["outcome"], "stored");
    assert_eq!(vintages(&room.db(), INDUSTRY, "2020-01"), ["83.2 2020-02-20.."]);
}

#[test]
fn a_checkpoint_that_fails_needs_a_word() {
    let room = filled(&config());
    let before = dump(&room);
    let point = format!("checkpoint = [{{ series = \"{INDUSTRY}\", period = \"2020-02\", value = \"99.3\" }}]\n");
    configure(&room, &format!("{}\n{point}", other()));
    let (code, told) = room.json(&["reparse"]);
    assert_eq!((code, &told["documents"][0]["guards"][0]["code"]), (0, &"checkpoint".into()), "{told}");
    let ran = room.sverka(&["reparse", "--accept"]);
    assert!(ran.code == 2 && ran.out.contains("! checkpoint at") && ran.out.contains("--note"), "{ran:?}");
    assert_eq!(dump(&room), before);
    let (code, told) = room.json(&["reparse", "--accept", "--note", "seen, and so"]);
    assert_eq!((code, &told["held"]), (0, &Value::Array(Vec::new())), "{told}");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM drift WHERE code = 'checkpoint' AND note = 'seen, and so'"), 1);
    assert_eq!(room.json(&["reparse", "--accept"]).1["changes"], false);
}

#[test]
fn what_cannot_be_read_stays_as_it_was() {
    let room = filled(&config());
    assert_eq!(ingest(&room, "s", &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let before = vintages(&room.db(), MINING, "2020-03");
    let (gone, damaged) = (archived(&room, "2020-02-20"), archived(&room, "2020-03-20"));
    std::fs::remove_file(gone).unwrap();
    std::fs::remove_file(&damaged).unwrap();
    std::fs::write(&damaged, "PK not what was stored").unwrap();
    configure(&room, &config().replace("\"Industry\" = \"bcde\"", "\"Industry\" = \"bcd\""));
    for args in [&["reparse"][..], &["reparse", "--accept", "--note", "another code"]] {
        let (code, told) = room.json(args);
        let codes: Vec<&Value> = told["documents"].as_array().unwrap().iter().map(|one| &one["failed"]["code"]).collect();
        assert_eq!((code, codes), (2, vec![&"missing_file".into(), &"hash_mismatch".into(), &Value::Null]), "{told}");
    }
    assert!(room.sverka(&["reparse"]).out.contains("2 cannot be read now"));
    assert_eq!(vintages(&room.db(), MINING, "2020-03"), before);
    assert_eq!(vintages(&room.db(), "p.ipi.bcd.ru.mom.m.base2018", "2020-03"), ["102.4 2020-04-20.."]);
    assert_eq!(vintages(&room.db(), INDUSTRY, "2020-03")[0], "102.3 2020-03-20..2020-04-20");
}

#[test]
fn wrong_use_and_other_instances() {
    let room = filled(&config());
    for wrong in [&["reparse", "--source", "nope"][..], &["reparse", "--document", "zz"], &["reparse", "--note", "x"]] {
        assert_eq!(room.sverka(wrong).code, 64, "{wrong:?}");
    }
    let named = archived(&room, "2020-03-20").file_name().unwrap().to_str().unwrap()[..10].to_string();
    assert_eq!(room.json(&["reparse", "--document", &named]).1["documents"].as_array().unwrap().len(), 1);
    let held = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    held.lock().unwrap();
    assert_eq!(room.sverka(&["reparse", "--accept"]).code, 75);
    assert_eq!(room.sverka(&["reparse"]).code, 0, "looking is always possible");
}

/// Two sources; whatever moment the program is killed at, each is as it was or as it is read now.
#[test]
fn killed_in_between_it_leaves_no_half() {
    let two = |config: String| {
        let (head, source) = config.split_once("[[source]]").unwrap();
        format!("{head}[[source]]{source}\n[[source]]{}", source.replace("id = \"s\"", "id = \"t\"").replace("p.ipi", "p.ipt"))
    };
    let fill = |config: &str| {
        let room = Room::with(config);
        for source in ["s", "t"] {
            assert_eq!([ingest(&room, source, V1, "2020-02-20"), ingest(&room, source, V2, "2020-03-20")], ["stored", "stored"]);
        }
        room
    };
    let of = |dump: &str, source: &str| {
        let quoted = format!("\"{source}\"");
        dump.lines().filter(|line| line.contains(&quoted)).map(str::to_string).collect::<Vec<_>>()
    };
    let room = fill(&two(config()));
    let (old, new) = (dump(&room), dump(&fill(&two(other()))));
    configure(&room, &two(other()));
    for wait in [20, 40, 60, 90, 130] {
        let mut child = room.command(&["reparse", "--accept", "--quiet"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = dump(&room);
        for source in ["s", "t"] {
            let seen = of(&now, source);
            assert!(seen == of(&old, source) || seen == of(&new, source), "{source} after {wait} ms");
        }
    }
    assert_eq!(room.sverka(&["reparse", "--accept"]).code, 0);
    assert_eq!(dump(&room), new);
}

#[test]
fn real_documents_are_read_as_they_were() {
    let Some(data) = replayed_data() else { return };
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    let [config, papers] = ["/sources.toml", "/papers"].map(|name| format!("{}{name}", env!("CARGO_MANIFEST_DIR")));
    let args = ["reparse", "--data-dir", data.to_str().unwrap(), "--config", &config, "--papers", &papers];
    let (code, told) = room.json(&args);
    let documents = told["documents"].as_array().unwrap();
    let otherwise: Vec<&Value> = documents.iter().filter(|one| one["same"] != true || !one["failed"].is_null()).collect();
    assert!(otherwise.is_empty(), "{otherwise:?}");
    assert!(code == 0 && told["changes"] == false && documents.len() >= 50, "{} documents", documents.len());
    let refused: Vec<&Value> = told["refused"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(refused.len(), 3, "{refused:?}");
}
