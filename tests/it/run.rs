//! `run` against a publisher on this machine, and wrong use: exit codes, outcomes, and data that stay as they were.

use super::support::{Answer, ERROR_PAGE, Room, Server, V1, V2, column, count};
use super::workbook::xlsx;
use std::time::{Duration, Instant};

/// What a server sends, the exit code, the outcome, and what its message says. The data must not change.
type Refused = (&'static str, fn() -> Answer, i32, &'static str, &'static [&'static str]);

const REFUSED: &[Refused] = &[
    ("an error page", || Answer::page(ERROR_PAGE.as_bytes()), 2, "forbidden_page", &["zip", "403 Forbidden"]),
    (
        "a page that is no error",
        || Answer::page(b"<!DOCTYPE html><html><title>Welcome</title><body>News</body></html>"),
        2,
        "soft_404",
        &["zip"],
    ),
    ("half a workbook", || Answer::workbook(half(), "\"h\""), 2, "unreadable", &["ZIP"]),
    (
        "no sheet of that name",
        || Answer::workbook(xlsx(&V2.replace("# Months", "# Quarters")), "\"q\""),
        2,
        "layout_unknown",
        &["Quarters"],
    ),
    (
        "an unknown header",
        || {
            Answer::workbook(
                xlsx(&V2.replace("January", "Winter").replace("February", "Winter").replace("March", "Spring")),
                "\"w\"",
            )
        },
        2,
        "layout_unknown",
        &["Months", "Winter", "{month}"],
    ),
    (
        "another title",
        || Answer::workbook(xlsx(&V2.replace("Index of", "Volume of")), "\"t\""),
        2,
        "layout_unknown",
        &["index of production"],
    ),
];

fn half() -> Vec<u8> {
    let mut bytes = xlsx(V2);
    bytes.truncate(bytes.len() / 2);
    bytes
}

#[test]
fn a_document_its_repeat_and_its_revision() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\""), Answer::not_modified("\"1\"")]);
    let room = Room::new(&server.address);
    let first = room.sverka(&["run"]);
    assert_eq!(first.code, 0, "{first:?}");
    let today: String = column::<String>(&room.db(), "SELECT known_from FROM snapshot", [])[0].clone();
    assert_eq!(room.january(), [format!("83.2 {today}..")]);
    let again = room.sverka(&["run"]);
    assert_eq!((again.code, server.asked()), (0, vec![String::new(), "\"1\"".to_string()]), "{again:?}");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM snapshot"), 1);
    server.script(vec![Answer::workbook(xlsx(V2), "\"2\"")]);
    assert_eq!(room.sverka(&["run"]).code, 1, "the revision takes a claim from confirmed to deviating");
    assert_eq!(room.january(), [format!("83.2 {today}..{today}"), format!("83.7 {today}..")]);
    assert_eq!(room.sverka(&["run"]).code, 0);
    assert_eq!(room.outcomes(), ["stored", "not_modified", "stored", "unchanged"]);
    let raw: Vec<String> = column(&room.db(), "SELECT raw FROM observation WHERE value = '99.1' AND raw IS NOT NULL", []);
    assert_eq!(raw, ["99.14"]);
    let withheld = "SELECT count(*) FROM observation WHERE status = 'withheld' AND period IN ('2020-02', '2020-03')";
    assert_eq!(count(&room.db(), withheld), 2);
    assert_eq!(files(&room, "data/archive"), 2);
}

/// Regular files under a folder of the room.
fn files(room: &Room, folder: &str) -> usize {
    let (mut folders, mut found) = (vec![room.path(folder)], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => found += 1,
            }
        }
    }
    found
}

#[test]
fn what_is_refused_changes_nothing() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::new(&server.address);
    assert_eq!(room.sverka(&["run"]).code, 0);
    let rows = "SELECT count(*) || ' ' || group_concat(coalesce(value, status)) FROM observation";
    let before: Vec<String> = column(&room.db(), rows, []);
    for (name, answer, code, outcome, words) in REFUSED {
        server.script(vec![answer()]);
        let (seen, told) = room.json(&["run"]);
        let document = &told["documents"][0];
        assert_eq!((seen, document["outcome"].as_str()), (*code, Some(*outcome)), "{name}: {told}");
        let message = document["message"].as_str().unwrap();
        for word in *words {
            assert!(message.to_lowercase().contains(&word.to_lowercase()), "{name}: {word:?} is not in {message:?}");
        }
        assert_eq!(column::<String>(&room.db(), rows, []), before, "{name}");
    }
    assert_eq!(files(&room, "data/archive"), 1 + REFUSED.len(), "what was refused is kept");
}

#[test]
fn what_failed_is_still_due_and_what_succeeded_is_not() {
    let server = Server::start(vec![Answer::page(ERROR_PAGE.as_bytes())]);
    let room = Room::yearly(&server.address);
    assert_eq!(room.sverka(&["run", "--due"]).code, 2);
    server.script(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    assert_eq!(room.sverka(&["run", "--due"]).code, 1, "the run that failed was the baseline, and a claim deviates");
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    assert_eq!(room.outcomes(), ["forbidden_page", "stored"]);
}

#[test]
fn what_is_not_understood_is_an_issue() {
    let text = V2.replace("Mining |", "Fishing |").replace("March", "Remark");
    let server = Server::start(vec![Answer::workbook(xlsx(&text), "\"1\"")]);
    let room = Room::new(&server.address);
    assert_eq!(room.sverka(&["run"]).code, 0);
    let (_, status) = room.json(&["status", "--issues"]);
    let issues: Vec<String> = status["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| format!("{} {} {}", issue["code"].as_str().unwrap(), issue["locator"], issue["seen"]))
        .collect();
    for words in [["unknown_row", "Fishing"], ["unknown_column", "remark"]] {
        assert!(issues.iter().any(|issue| words.iter().all(|word| issue.contains(word))), "{words:?}: {issues:?}");
    }
    assert!(room.january()[0].starts_with("83.7 "));
}

#[test]
fn no_network_is_said_once() {
    let config = include_str!("../fixtures/sources.toml");
    let (head, source) = config.split_at(config.find("[[source]]").unwrap());
    let many: String = (0..6).map(|n| source.replace("id = \"s\"", &format!("id = \"s{n}\""))).collect();
    let room = Room::with(&format!("{head}{many}").replace("{ADDRESS}", "http://nowhere.invalid/s.xlsx"));
    let start = Instant::now();
    let ran = room.sverka(&["run"]);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert_eq!(ran.code, 2, "{ran:?}");
    let told = format!("{}{}", ran.out, ran.err);
    assert_eq!(told.lines().filter(|line| line.to_lowercase().contains("no network")).count(), 1, "{ran:?}");
    assert_eq!(room.outcomes(), ["offline"; 6]);
    for file in ["index.html", "summary.html", "summary.md", "report.md", "findings.json", "findings.csv"] {
        assert!(room.path("data/report/small").join(file).is_file(), "{file}");
    }
    let page = std::fs::read_to_string(room.path("data/report/ru/small/index.html")).unwrap();
    assert!(page.contains("Сети не было."), "{page}");
}

#[test]
fn every_mistake_of_a_configuration_is_told_with_its_place() {
    let config = include_str!("../fixtures/sources.toml")
        .replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx")
        .replace("publisher = \"p\"", "publisher = \"q\"")
        .replace("*/2 * * * * *", "99 * * * *")
        .replace("\"xlsx\"", "\"xlsm\"")
        .replace("\"percent\"", "\"persent\"");
    let room = Room::with(&config);
    let ran = room.sverka(&["check"]);
    assert_eq!(ran.code, 64, "{ran:?}");
    for place in ["sources.toml:12:13", "sources.toml:16:12", "sources.toml:17:11", "sources.toml:34:8"] {
        assert!(ran.err.contains(place), "{place} is not in\n{}", ran.err);
    }
    let (code, told) = room.json(&["check"]);
    assert_eq!((code, told["mistakes"].as_array().map(Vec::len)), (64, Some(4)), "{told}");
    assert_eq!(room.sverka(&["run"]).code, 64);
    assert!(!room.path("data/sverka.db").exists(), "nothing is made with a bad configuration");
}

#[test]
fn wrong_use_is_64() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::new(&server.address);
    assert_eq!(room.sverka(&["check"]).code, 0);
    assert_eq!(room.sverka(&["run"]).code, 0);
    let wrong: [(&[&str], &str); 7] = [
        (&["explain", "c99"], "c99"),
        (&["run", "--source", "nope"], "nope"),
        (&["reconcile", "--paper", "nope"], "nope"),
        (&["status", "--config", "nope.toml"], "nope.toml"),
        (&["ingest", "sources.toml", "--source", "nope", "--as-of", "2020-01-01", "--obtained-from", "here"], "nope"),
        (&["run", "--nope"], "--nope"),
        (&["nope"], "nope"),
    ];
    for (args, word) in wrong {
        let ran = room.sverka(args);
        assert_eq!(ran.code, 64, "{args:?}: {ran:?}");
        assert!(ran.err.contains(word), "{args:?}: {ran:?}");
    }
    assert_eq!(room.sverka(&["explain", "c1"]).code, 0);
}

#[test]
fn a_second_instance_is_turned_away() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::new(&server.address);
    std::fs::create_dir_all(room.path("data")).unwrap();
    let held = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    held.lock().unwrap();
    for args in [&["run"][..], &["daemon"], &["reconcile"]] {
        let start = Instant::now();
        let ran = room.sverka(args);
        assert_eq!(ran.code, 75, "{args:?}: {ran:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{args:?}");
    }
    drop(held);
    assert!(server.asked().is_empty());
    assert_eq!(room.sverka(&["run"]).code, 0);
}

#[test]
fn only_a_deviation_that_was_not_there_before_is_news() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::new(&server.address);
    assert_eq!(room.sverka(&["run"]).code, 0, "the first reconciliation is the baseline");
    let (_, told) = room.json(&["reconcile"]);
    let status = |told: &serde_json::Value, claim: &str| {
        let findings = told["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["claim"] == claim).unwrap();
        found["external"]["status"].as_str().unwrap().to_string()
    };
    assert_eq!([status(&told, "c1"), status(&told, "c2"), status(&told, "c3")], ["CONFIRMED", "CONFIRMED", "DEVIATES"]);
    assert_eq!(room.sverka(&["reconcile"]).code, 0, "the same deviation again is no news");
}
