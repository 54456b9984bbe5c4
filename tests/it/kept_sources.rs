//! A source whose layout nobody knows yet: its documents are kept and shown, and nothing is claimed of them.

use super::support::{Answer, ERROR_PAGE, Room, Server, count};
use super::workbook::xlsx;

const PAGE: &[u8] = b"<!DOCTYPE html><html><title>Output</title><body><p>Output grew by 3.1% in May 2021.</p></body></html>";

/// The room's source without its readings.
fn kept(server: &Server) -> Room {
    let config = include_str!("../fixtures/sources.toml").replace("{ADDRESS}", &server.address);
    let config = config.replace("*/2 * * * * *", "0 0 1 1 *").replace("[\"xlsx\"]", "[\"xlsx\", \"html\"]");
    let head = config.split("[source.names.activity]").next().unwrap();
    Room::with(&format!("{head}reads = \"none\"\nnote = \"how it is laid out is not known\"\n"))
}

#[test]
fn a_document_is_kept_and_nothing_is_read() {
    let server = Server::start(vec![Answer::page(PAGE)]);
    let room = kept(&server);
    let (code, told) = room.json(&["run", "--due"]);
    assert_eq!((code, told["documents"][0]["outcome"].as_str()), (0, Some("kept")), "{told}");
    assert_eq!(room.json(&["run", "--due"]).1["documents"], serde_json::json!([]), "a source that was kept is not due again");
    server.script(vec![Answer::workbook(xlsx("# Any\nTitle | 2020\nCoal | 1"), "\"1\"")]);
    assert_eq!(room.sverka(&["run"]).code, 0);
    assert_eq!(room.sverka(&["run"]).code, 0);
    assert_eq!(room.outcomes(), ["kept"; 3], "no validators: the document comes whole until somebody reads it");
    for table in ["snapshot", "observation", "coverage", "issue"] {
        assert_eq!(count(&room.db(), &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    let (_, status) = room.json(&["status"]);
    let source = &status["sources"][0];
    assert_eq!(source["last_outcome"], "kept", "{status}");
    assert!(source["last_success"].is_string() && source["documents"] == 0, "{status}");
    let shown = room.sverka(&["status"]).out;
    assert!(shown.contains("kept"), "{shown}");
    let archived = |entry: &std::path::Path| std::fs::read(entry).is_ok_and(|bytes| bytes == PAGE);
    assert!(walk(&room.path("data/archive")).iter().any(|file| archived(file)));
}

#[test]
fn an_error_page_is_not_kept_as_a_document() {
    let server = Server::start(vec![Answer::page(ERROR_PAGE.as_bytes())]);
    let room = kept(&server);
    assert_eq!(room.sverka(&["run"]).code, 2);
    assert_eq!(room.outcomes(), ["forbidden_page"]);
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
