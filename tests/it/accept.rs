//! Documents that changed what nobody accepted: kept out, shown, and let in when a person says so.

use super::support::{Answer, ERROR_PAGE, Room, Server, V1, V2, column, count, vintages};
use super::workbook::xlsx;
use serde_json::Value;

/// The configuration of the room's source.
const CONFIG: &str = include_str!("../fixtures/sources.toml");
const INDUSTRY: &str = "p.ipi.bcde.ru.mom.m.base2018";
const MINING: &str = "p.ipi.b.ru.mom.m.base2018";

/// A room whose source has further keys at the end of its reading.
fn room(address: &str, keys: &str) -> Room {
    Room::with(&format!("{}\n{keys}\n", CONFIG.replace("{ADDRESS}", address).replace("*/2 * * * * *", "0 0 1 1 *")))
}

/// A document without a row.
fn without(text: &str, label: &str) -> String {
    text.lines().filter(|line| !line.starts_with(label)).map(|line| format!("{line}\n")).collect()
}

/// Brings a document of a day by hand; gives its outcome.
fn ingest(room: &Room, text: &str, day: &str) -> String {
    let file = room.path(&format!("{day}.xlsx"));
    std::fs::write(&file, xlsx(text)).unwrap();
    let args = ["ingest", file.to_str().unwrap(), "--source", "s", "--as-of", day, "--obtained-from", "here"];
    room.json(&args).1["documents"][0]["outcome"].as_str().unwrap().to_string()
}

/// What waits: `2020-02-01 held checkpoint`, with the codes of what holds or lacks.
fn waiting(room: &Room) -> Vec<String> {
    let (code, told) = room.json(&["accept"]);
    assert_eq!(code, 0, "{told}");
    let said = |one: &Value| {
        let codes = one["drift"].as_array().unwrap().iter().filter(|drift| drift["weight"] != "told");
        let codes: Vec<&str> = codes.map(|drift| drift["code"].as_str().unwrap()).collect();
        let state = if one["held"] == true { "held" } else { "in" };
        format!("{} {state} {}", one["as_of"].as_str().unwrap(), codes.join(" "))
    };
    told["waiting"].as_array().unwrap().iter().map(said).collect()
}

fn values(room: &Room, series: &str, period: &str) -> Vec<String> {
    vintages(&room.db(), series, period).iter().map(|one| one.split(' ').next().unwrap().to_string()).collect()
}

#[test]
fn a_row_that_vanished_waits_for_a_person() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = room(&server.address, "");
    assert_eq!(room.sverka(&["run"]).code, 0);
    assert!(room.sverka(&["accept"]).out.contains("nothing waits"));
    // what failed beside it is told of every verdict, as `stale`; what a verdict rests on stays
    let verdicts = || {
        let findings = room.json(&["reconcile"]).1["findings"].clone();
        let rests = |one: &Value| ["status", "grade", "vintages"].map(|part| one["external"][part].clone());
        findings.as_array().unwrap().iter().map(rests).collect::<Vec<_>>()
    };
    let before = verdicts();
    let shorter = without(V2, "Mining");
    for _ in 0..2 {
        server.script(vec![Answer::workbook(xlsx(&shorter), "\"2\"")]);
        let (code, told) = room.json(&["run"]);
        assert_eq!((code, told["documents"][0]["outcome"].as_str()), (2, Some("drift")), "{told}");
        // a failure beside it changes nothing
        server.script(vec![Answer::page(ERROR_PAGE.as_bytes())]);
        assert_eq!(room.sverka(&["run"]).code, 2);
    }
    assert_eq!((values(&room, INDUSTRY, "2020-01"), values(&room, INDUSTRY, "2020-03")), (vec!["83.2".to_string()], vec![]));
    assert_eq!(verdicts(), before, "no verdict rests on what is kept out");
    let (_, status) = room.json(&["status"]);
    assert_eq!(status["waiting"].as_array().map(Vec::len), Some(1), "{status}");
    assert_eq!(status["waiting"][0]["drift"][0]["place"], MINING);
    for args in [&["status"][..], &["accept"]] {
        let shown = room.sverka(args);
        for word in ["series_gone", MINING, "sverka accept s --document "] {
            assert!(shown.out.contains(word), "{word:?} is not in {shown:?}");
        }
    }
    let (code, told) = room.json(&["accept", "s", "--note", "mining is no longer published"]);
    assert_eq!((code, told["documents"][0]["outcome"].as_str()), (1, Some("stored")), "a claim deviates now: {told}");
    assert_eq!(told["documents"][0]["drift"][0]["code"], "series_gone");
    assert_eq!(values(&room, INDUSTRY, "2020-01"), ["83.2", "83.7"]);
    assert_eq!(values(&room, MINING, "2020-01"), ["97.6", "withdrawn"]);
    let again = room.sverka(&["accept", "s"]);
    assert_eq!((again.code, again.out.trim()), (0, "nothing waits"));
    // the same bytes, and the next document without the row
    server.script(vec![
        Answer::workbook(xlsx(&shorter), "\"2\""),
        Answer::workbook(xlsx(&shorter.replace("83.7", "83.8")), "\"3\""),
    ]);
    assert_eq!(
        [room.json(&["run"]).1, room.json(&["run"]).1].map(|told| told["documents"][0]["outcome"].clone()),
        ["unchanged", "stored"]
    );
    let notes = "SELECT note FROM drift WHERE accepted_at IS NOT NULL";
    assert_eq!(column::<String>(&room.db(), notes, []), ["mining is no longer published"]);
    assert_eq!(count(&room.db(), "SELECT count(*) FROM quarantine WHERE released_at IS NULL"), 0);
}

#[test]
fn a_checkpoint_is_accepted_once() {
    let point = format!("checkpoint = [{{ series = \"{INDUSTRY}\", period = \"2020-01\", value = \"83.2\" }}]");
    let room = room("http://127.0.0.1:1/s.xlsx", &point);
    assert_eq!(ingest(&room, V1, "2020-02-20"), "stored");
    assert_eq!(ingest(&room, V2, "2020-03-20"), "drift");
    assert_eq!(waiting(&room), ["2020-03-20 held checkpoint"]);
    assert_eq!(room.sverka(&["accept", "s"]).code, 0);
    assert_eq!(vintages(&room.db(), INDUSTRY, "2020-01"), ["83.2 2020-02-20..2020-03-20", "83.7 2020-03-20.."]);
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored", "the same revision");
    assert_eq!(ingest(&room, &V2.replace("83.7", "83.9"), "2020-05-20"), "drift", "another one");
    assert_eq!(ingest(&room, &V2.replace("83.7", "83.9"), "2020-05-20"), "drift");
    assert_eq!(waiting(&room), ["2020-05-20 held checkpoint"]);
}

#[test]
fn another_unit_is_held() {
    let config = CONFIG.replace("unit = \"percent\"\n", "").replace("Index of production*", "Index of production, {unit} of *");
    let room = Room::with(&config.replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx"));
    assert_eq!(ingest(&room, V1, "2020-02-20"), "stored");
    assert_eq!(ingest(&room, &V2.replace("percent", "million tonnes"), "2020-03-20"), "drift");
    assert_eq!(waiting(&room), ["2020-03-20 held unit_changed unit_changed unit_changed"]);
    assert_eq!(room.sverka(&["accept", "s", "--quiet"]).code, 0);
    let units = "SELECT unit FROM latest WHERE period = '2020-01' AND value IS NOT NULL";
    assert!(column::<String>(&room.db(), units, []).iter().all(|unit| unit == "million tonnes"));
}

/// Documents of 20 February and 20 March are there; one between them waits, and one before them comes late.
#[test]
fn what_waits_takes_its_place_in_the_order() {
    let room = room("http://127.0.0.1:1/s.xlsx", "");
    assert_eq!(ingest(&room, V1, "2020-02-20"), "stored");
    assert_eq!(ingest(&room, &without(&V1.replace("83.2", "70.0"), "Mining"), "2020-03-01"), "drift");
    assert_eq!(ingest(&room, V2, "2020-03-20"), "stored");
    assert_eq!(ingest(&room, &V1.replace("83.2", "83.0"), "2020-02-10"), "stored", "the later ones are read again");
    assert_eq!(values(&room, INDUSTRY, "2020-01"), ["83.0", "83.2", "83.7"], "and what waits is not one of them");
    let waits = room.json(&["accept"]).1["waiting"][0]["sha256"].as_str().unwrap().to_string();
    for wrong in [&["accept", "s", "--document", "zz"][..], &["accept", "nope"], &["accept", "--note", "why"]] {
        assert_eq!(room.sverka(wrong).code, 64, "{wrong:?}");
    }
    assert_eq!(room.sverka(&["accept", "s", "--document", &waits[..8]]).code, 0);
    assert_eq!(
        vintages(&room.db(), INDUSTRY, "2020-01"),
        ["83.0 2020-02-10..2020-02-20", "83.2 2020-02-20..2020-03-01", "70.0 2020-03-01..2020-03-20", "83.7 2020-03-20.."]
    );
    assert_eq!(values(&room, MINING, "2020-01"), ["97.6", "withdrawn", "97.6"]);
}

#[test]
fn what_ends_earlier_is_stored_and_no_success() {
    let server = Server::start(vec![Answer::workbook(xlsx(V2), "\"1\"")]);
    let room = room(&server.address, "");
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    server.script(vec![Answer::workbook(xlsx(&V1.replace("83.2", "83.9")), "\"2\"")]);
    for _ in 0..2 {
        let (code, told) = room.json(&["run"]);
        assert_eq!(told["documents"][0]["outcome"], "incomplete", "{told}");
        assert!(code & 2 == 2, "{told}");
    }
    assert_eq!(values(&room, INDUSTRY, "2020-01"), ["83.7", "83.9"], "what it has is good");
    assert_eq!(values(&room, INDUSTRY, "2020-03"), ["102.3"], "what it lacks stays");
    assert_eq!(waiting(&room).len(), 1);
    // the planned instant is answered: the same document need not be asked for every minute
    assert_eq!((room.sverka(&["run", "--due"]).code, room.outcomes().len()), (0, 3));
    let (_, told) = room.json(&["accept", "s"]);
    assert_eq!(told["documents"][0]["outcome"], "accepted", "{told}");
    assert_eq!(room.json(&["run"]).1["documents"][0]["outcome"], "unchanged");
    assert!(waiting(&room).is_empty());
}

#[test]
fn nothing_is_accepted_beside_another_instance() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = room(&server.address, "");
    assert_eq!(room.sverka(&["run"]).code, 0);
    let held = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    held.lock().unwrap();
    assert_eq!(room.sverka(&["accept", "s"]).code, 75);
    assert_eq!(room.sverka(&["accept"]).code, 0, "looking is always possible");
}

#[test]
fn what_moved_or_is_called_otherwise_is_told_and_stored() {
    let config = CONFIG.replace("\"Mining\" = \"b\"", "\"Mining*\" = \"b\"");
    let room = Room::with(&config.replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx"));
    assert_eq!(ingest(&room, V1, "2020-02-20"), "stored");
    let other =
        V2.replace("Index of", "Preliminary\nIndex of").replace("Mining |", "Mining and quarrying |").replace("January", "Jan.");
    assert_eq!(ingest(&room, &other, "2020-03-20"), "stored");
    assert_eq!(values(&room, INDUSTRY, "2020-01"), ["83.2", "83.7"]);
    let told = "SELECT code || ': ' || before || ' → ' || after FROM drift WHERE weight = 'told' ORDER BY code";
    let wanted = [
        "headings_changed: \"2020 / January\" → \"2020 / Jan.\" in column B",
        "rows_moved: \"industry\" in row 4 → row 5, and 2 more",
        "rows_renamed: \"mining\" → \"mining and quarrying\" in row 6",
    ];
    let told = column::<String>(&room.db(), told, []).iter().map(|line| line.to_lowercase()).collect::<Vec<_>>();
    assert_eq!(told, wanted.map(str::to_lowercase));
    assert!(waiting(&room).is_empty(), "nobody is asked");
}
