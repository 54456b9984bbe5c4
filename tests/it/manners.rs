//! Fetching that can be left alone: pauses that publishers ask for, their `robots.txt`, what stands in place of a document, and secrets
//! that are told to nobody.

use super::support::{Answer, Room, Server, V1, V2, column, count};
use super::workbook::xlsx;
use std::path::{Path, PathBuf};

/// The configuration of the room's source, looked at once a year.
fn config(address: &str, keys: &str) -> String {
    let text = include_str!("../fixtures/sources.toml").replace("{ADDRESS}", address).replace("*/2 * * * * *", "0 0 1 1 *");
    text.replace("licence = \"none\"", &format!("licence = \"none\"\n{keys}"))
}

fn first() -> Answer {
    Answer::workbook(xlsx(V1), "\"1\"")
}

fn messages(room: &Room) -> Vec<String> {
    column(&room.db(), "SELECT message FROM attempt ORDER BY id", [])
}

#[test]
fn a_publisher_who_asks_for_an_hour_is_not_asked_before_unless_a_person_names_the_source() {
    let server = Server::start(vec![Answer::status("429 Too Many Requests", "Retry-After: 3600\r\n"), first()]);
    let room = Room::with(&config(&server.address, ""));
    assert_eq!(room.sverka(&["run"]).code, 2);
    for args in [&["run"][..], &["run", "--due"], &["run", "--due", "--source", "s"]] {
        assert_eq!(room.sverka(args).code, 2, "{args:?}");
    }
    assert_eq!(server.asked().len(), 1);
    assert_eq!(room.outcomes(), ["rate_limited", "left_alone", "left_alone", "left_alone"]);
    let told = &messages(&room)[3];
    assert!(told.contains("127.0.0.1 is left alone until 20") && told.contains("it asked for that (Retry-After)"), "{told}");
    let shown = room.sverka(&["status"]).out;
    assert!(shown.contains("left alone: 127.0.0.1: until 20") && shown.contains("because it asked for that"), "{shown}");
    assert_eq!(room.json(&["status"]).1["left_alone"][0]["host"], "127.0.0.1");
    let failing = "SELECT count(*) FROM alert WHERE key = 'failing/s'";
    assert_eq!(count(&room.db(), failing), 0, "one failure, for the others did not ask");
    assert_eq!(
        column::<String>(&room.db(), "SELECT name FROM host WHERE until > strftime('%Y-%m-%dT%H:%M:%SZ')", []),
        ["127.0.0.1"]
    );
    assert_eq!(room.sverka(&["run", "--source", "s"]).code, 1, "the first figures, and one of a claim that deviates");
    assert_eq!(room.outcomes().pop().as_deref(), Some("stored"));
    assert_eq!((server.asked().len(), count(&room.db(), "SELECT count(*) FROM host")), (2, 0));
}

#[test]
fn robots_txt_is_an_outcome_and_no_loop() {
    let server = Server::start(vec![first()]);
    server.robots("User-agent: *\nDisallow: /*.xlsx$\n");
    let room = Room::with(&config(&server.address, ""));
    for _ in 0..2 {
        assert_eq!(room.sverka(&["run"]).code, 2);
    }
    // it was looked at, and another look before the next planned instant is of no use
    assert_eq!(room.sverka(&["run", "--due"]).code, 0);
    assert_eq!((room.outcomes(), server.asked().len()), (vec!["robots_disallowed".to_string(); 2], 0));
    assert!(messages(&room)[0].contains("/robots.txt says \"Disallow: /*.xlsx$\""), "{:?}", messages(&room));
    let kept = "SELECT rules FROM robots WHERE asked_at = came_at";
    assert_eq!(column::<String>(&room.db(), kept, []), ["User-agent: *\nDisallow: /*.xlsx$\n"]);
    std::fs::write(room.path("sources.toml"), config(&server.address, "robots = \"ignore\"")).unwrap();
    assert_eq!(room.sverka(&["run"]).code, 1, "the first figures, and one of a claim that deviates");
    assert_eq!((room.outcomes().pop().as_deref(), server.asked().len()), (Some("stored"), 1));
}

#[test]
fn a_document_that_does_not_say_what_all_of_them_say_is_not_believed() {
    let server = Server::start(vec![first()]);
    let keys = "must_contain = [\"index of production\", \"INDUSTRY\"]\nlanguage = \"en\"";
    let room = Room::with(&config(&server.address, keys));
    assert_eq!(room.sverka(&["run"]).code, 0);
    let figures = || count(&room.db(), "SELECT count(*) FROM observation");
    let before = figures();
    assert!(before > 0);
    let other = V2.replace("Industry", "Trade").replace("January", "Month one");
    let russian = "Индексы промышленного производства по видам экономической деятельности";
    for (text, code, wanted) in [
        (other.clone(), "soft_404", "expected a document that says \"INDUSTRY\""),
        (format!("{V2}\n{}", format!("{russian}\t1\n").repeat(30)), "wrong_language", "expected a document in Latin letters"),
    ] {
        server.script(vec![Answer::workbook(xlsx(&text), "\"2\"")]);
        assert_eq!(room.sverka(&["run"]).code, 2, "{text}");
        assert_eq!(room.outcomes().pop().as_deref(), Some(code));
        assert!(messages(&room).pop().unwrap().contains(wanted), "{:?}", messages(&room));
        assert_eq!((figures(), count(&room.db(), "SELECT count(*) FROM snapshot")), (before, 1));
    }
    // what a person brings by hand is what a person says it is
    let file = room.path("by-hand.xlsx");
    std::fs::write(&file, xlsx(&V2.replace("Industry", "Mining and more"))).unwrap();
    let args = ["ingest", file.to_str().unwrap(), "--source", "s", "--as-of", "2020-01-01", "--obtained-from", "here"];
    assert_ne!(room.json(&args).1["documents"][0]["outcome"], "soft_404");
}

/// The same workbook with a long comment of its zip file.
fn padded(text: &str) -> Vec<u8> {
    let mut bytes = xlsx(text);
    let at = bytes.len() - 2;
    bytes[at..].copy_from_slice(&60_000u16.to_le_bytes());
    bytes.extend(vec![b' '; 60_000]);
    bytes
}

#[test]
fn a_document_that_shrank_waits_for_a_person() {
    for (keys, held) in [("", true), ("any_size = true", false)] {
        let server = Server::start(vec![Answer::workbook(padded(V1), "\"1\"")]);
        let room = Room::with(&config(&server.address, keys));
        assert_eq!(room.sverka(&["run"]).code, 0);
        server.script(vec![Answer::workbook(xlsx(V2), "\"2\"")]);
        let (code, told) = room.json(&["run"]);
        if !held {
            assert_eq!(room.outcomes(), ["stored", "stored"]);
            continue;
        }
        assert_eq!((code, told["documents"][0]["outcome"].as_str()), (2, Some("drift")), "{told}");
        let message = messages(&room).pop().unwrap();
        assert!(message.contains("size_fell") && message.contains("document"), "{message}");
        assert!(room.january().len() == 1, "the last good one stays live: {:?}", room.january());
        // another reason to accept does not let it in
        assert_eq!(room.sverka(&["run"]).code, 2);
        assert_eq!(room.sverka(&["accept", "s", "--note", "the publisher packs it better"]).code, 1, "a claim deviates now");
        assert!(room.january().len() == 2, "{:?}", room.january());
        assert_eq!(room.sverka(&["run"]).code, 0);
        let open = "SELECT count(*) FROM quarantine WHERE released_at IS NULL";
        assert_eq!(count(&room.db(), open), 0);
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_key_is_in_no_log_no_archive_and_no_table() {
    const SECRET: &str = "k3y+of/an=operator";
    let server = Server::start(vec![Answer::json("{\"count\":1,\"data\":[{\"v\":1}]}")]);
    let api = format!(
        "{{ api = \"{}\", query = {{ a = \"1\" }}, key = \"SVERKA_IT_KEY\", key_in = \"token\", max = 9 }}",
        server.address
    );
    let text = config("https://publisher.example/", "reads = \"none\"\nnote = \"only kept\"");
    let text = text.replace("{ url = \"https://publisher.example/\" }", &api).replace("[\"xlsx\"]", "[\"json\"]");
    let text = text.split("published =").next().unwrap();
    let room = Room::with(text);
    let answers = [
        (Answer::json("{\"count\":1,\"data\":[{\"v\":1}]}"), "kept"),
        (Answer::json("{\"data\":[],\"asked\":\"k3y%2Bof%2Fan%3Doperator\"}"), "protocol"),
        (Answer::status("401 Unauthorized", ""), "http_401"),
        (Answer::status("302 Found", "Location: /x?token=k3y%2Bof%2Fan%3Doperator\r\n"), "protocol"),
    ];
    for (answer, outcome) in answers {
        server.script(vec![answer]);
        let mut command = room.command(&["run", "-v"]);
        // a proxy of the environment is none of the operator's in sources.toml
        ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
            .into_iter()
            .for_each(|name| _ = command.env(name, "http://127.0.0.1:1"));
        let ran = command.env("SVERKA_IT_KEY", SECRET).env("SVERKA_LOG", "trace").output().unwrap();
        assert_eq!(room.outcomes().pop().as_deref(), Some(outcome), "{}", String::from_utf8_lossy(&ran.stderr));
        let told = [ran.stdout, ran.stderr].concat();
        assert!(!told.is_empty() && is_free(&told, SECRET), "{}", String::from_utf8_lossy(&told));
    }
    for file in files(&room.path("data")) {
        assert!(is_free(&std::fs::read(&file).unwrap(), SECRET), "{}", file.display());
    }
    // the same from a credential of the service
    let folder = room.path("credentials");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("SVERKA_IT_KEY"), SECRET).unwrap();
    server.script(vec![Answer::json("{\"count\":2,\"data\":[{\"v\":2}]}")]);
    room.command(&["run"]).env("CREDENTIALS_DIRECTORY", &folder).output().unwrap();
    assert_eq!(room.outcomes().pop().as_deref(), Some("kept"), "{:?}", messages(&room));
}

/// Whether a text repeats the secret neither as it is nor as addresses write it.
fn is_free(bytes: &[u8], secret: &str) -> bool {
    let text = String::from_utf8_lossy(bytes);
    !text.contains(secret) && !text.contains("k3y%2Bof") && !text.contains("k3y")
}

#[test]
fn doctor_tells_which_certificates_an_operator_trusts() {
    let server = Server::start(vec![first()]);
    let room = Room::with(&config(&server.address, "ca = \"ca.pem\""));
    let told = room.sverka(&["doctor"]);
    assert!(told.code == 2 && told.out.contains("CA bundle ca.pem (named by s)"), "{told:?}");
    std::fs::write(room.path("ca.pem"), include_bytes!("../../src/fetch/tests/tls/ca.pem")).unwrap();
    let (code, told) = room.json(&["doctor"]);
    let certificate = &told["authorities"][0]["certificates"][0];
    assert!(code == 0 && certificate["ok"] == false && certificate["name"].is_null(), "{told}");
    assert_eq!(certificate["sha256"].as_str().unwrap().len(), 32 * 3 - 1);
    let told = room.sverka(&["doctor"]).out;
    assert!(told.contains("not among the fingerprints of deploy/ca"), "{told}");
}
