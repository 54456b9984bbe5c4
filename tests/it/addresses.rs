//! Ways to find a document, through the whole program: what the store keeps of where it came from.

use super::support::{Answer, Room, Server, V1, V2, column};
use super::workbook::xlsx;

/// A room whose source has this address.
fn room(address: &str) -> Room {
    let config = include_str!("../fixtures/sources.toml").replace("{ url = \"{ADDRESS}\" }", address);
    Room::with(&config)
}

/// The root of a server.
fn root(server: &Server) -> &str {
    server.address.trim_end_matches("/s.xlsx")
}

#[test]
fn a_period_that_is_not_there_yet_is_passed_over() {
    let missing = || Answer::page(b"<html><title>Not found</title></html>");
    let server = Server::start(vec![missing(), Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = room(&format!("{{ url = \"{}/{{YYYY}}-{{MM}}-{{DD}}.xlsx\", lag = \"1 day\", tries = 3 }}", root(&server)));
    let first = room.sverka(&["run"]);
    assert_eq!(first.code, 0, "{first:?}");
    let period = "SELECT url LIKE '%/____-__-__.xlsx' AND url = document FROM attempt";
    assert_eq!(column::<i64>(&room.db(), period, []), [1]);
    server.script(vec![missing(), Answer::not_modified("\"1\"")]);
    assert_eq!(room.sverka(&["run"]).code, 0);
    server.script(vec![missing(), missing(), Answer::workbook(xlsx(V2), "\"0\"")]);
    assert_eq!(room.sverka(&["run"]).code, 2, "what was there is gone, and no older edition is wanted");
    assert_eq!(room.outcomes(), ["stored", "not_modified", "soft_404"]);
}

#[test]
fn a_dead_address_lives_on_in_an_archive() {
    let list = || Answer::page(br#"[["timestamp","digest"],["20190102030405","a"],["20200430220000","b"]]"#);
    let server = Server::start(vec![list(), Answer::workbook(xlsx(V2), "\"2\"")]);
    let original = "http://www.dead.example/a.xlsx";
    let room = room(&format!("{{ archive = \"{original}\", from = 2019-01-01, server = \"{}\" }}", root(&server)));
    let first = room.sverka(&["run"]);
    assert!(first.code < 2, "{first:?}");
    server.script(vec![list(), Answer::workbook(xlsx(V1), "\"1\"")]);
    assert!(room.sverka(&["run"]).code < 2);
    server.script(vec![list()]);
    assert_eq!(room.sverka(&["run"]).code, 0);
    assert_eq!(room.outcomes(), ["stored", "stored", "not_modified"]);
    let snapshots: Vec<String> = column(
        &room.db(),
        "SELECT as_of || ' ' || as_of_basis || ' ' || url || ' ' || obtained_from FROM snapshot ORDER BY as_of",
        [],
    );
    let wanted = [("2019-01-02", "20190102030405"), ("2020-05-01", "20200430220000")]
        .map(|(day, stamp)| format!("{day} recorded {original} {}/web/{stamp}id_/{original}", root(&server)));
    assert_eq!(snapshots, wanted, "days are Moscow days");
}

#[test]
fn what_is_dead_is_read_from_the_archive_or_not_at_all() {
    let list = || Answer::page(br#"[["timestamp","digest"],["20190102030405","a"]]"#);
    let server = Server::start(vec![list(), Answer::workbook(xlsx(V1), "\"1\"")]);
    let archive = format!("{{ archive = \"http://www.dead.example/a.xlsx\", server = \"{}\" }}", root(&server));
    let dead = |address: &str| {
        let config = include_str!("../fixtures/sources.toml").replace("{ url = \"{ADDRESS}\" }", address);
        Room::with(&config.replace("schedule = ", "state = \"dead\"\nschedule = "))
    };
    let both = dead(&format!("{{ url = \"{}/own.xlsx\" }}, {archive}", root(&server)));
    let ran = both.sverka(&["run"]);
    assert!(ran.code < 2, "{ran:?}");
    assert_eq!((both.outcomes(), server.asked().len()), (vec!["stored".to_string()], 2), "its own address is not asked");
    let shown = both.sverka(&["status"]).out;
    assert!(shown.contains("read from the web archive"), "{shown}");
    let gone = dead(&format!("{{ url = \"{}/own.xlsx\" }}", root(&server)));
    assert_eq!(gone.sverka(&["run"]).code, 0);
    assert_eq!((gone.outcomes().len(), server.asked().len()), (0, 2));
    let (_, told) = gone.json(&["status"]);
    assert_eq!((&told["sources"][0]["state"], &told["sources"][0]["fetched"]), (&"dead".into(), &"not fetched".into()), "{told}");
}

#[test]
fn captures_stand_in_the_order_of_their_making() {
    let list = || Answer::page(br#"[["timestamp"],["20200601100000"],["20200601120000"],["20200601140000"]]"#);
    let server = Server::start(vec![list(), Answer::workbook(xlsx(V2), "\"3\"")]);
    let room = room(&format!("{{ archive = \"http://www.dead.example/a.xlsx\", server = \"{}\" }}", root(&server)));
    assert!(room.sverka(&["run"]).code < 2);
    server.script(vec![list(), Answer::workbook(xlsx(V1), "\"2\"")]);
    assert!(room.sverka(&["run"]).code < 2);
    assert_eq!(
        column::<String>(&room.db(), "SELECT fetched_at FROM snapshot ORDER BY id", []),
        ["2020-06-01T14:00:00.000000Z", "2020-06-01T12:00:00.000000Z"]
    );
    assert!(room.january().last().unwrap().starts_with("83.7 "), "the last capture stands: {:?}", room.january());
    server.script(vec![list(), Answer::workbook(xlsx(V2), "\"1\"")]);
    assert!(room.sverka(&["run"]).code < 2);
    assert_eq!(room.outcomes(), ["stored", "stored", "known"]);
}

#[test]
fn a_key_goes_to_the_publisher_and_nowhere_else() {
    let key = "0f3a77c1d2e94b6b";
    let server = Server::start(vec![Answer::page(br#"{"count":1,"data":[{"v":1.0}]}"#)]);
    let address = format!("{{ api = \"{}/rows\", query = {{ a = \"1\" }}, key = \"SVERKA_TEST_KEY\", max = 5 }}", root(&server));
    let room = room(&address);
    let mut command = room.command(&["run", "-v"]);
    let ran = command.env("SVERKA_TEST_KEY", key).env("SVERKA_LOG", "trace").output().unwrap();
    // the program of today reads no JSON: that the answer came is all there is to see
    assert_eq!((ran.status.code(), room.outcomes()), (Some(2), vec!["not_expected_type".to_string()]));
    let url: Vec<String> = column(&room.db(), "SELECT url FROM attempt", []);
    assert_eq!(url, [format!("{}/rows?a=1", root(&server))]);
    assert!(![ran.stdout, ran.stderr].iter().any(|said| holds(said, key)), "the key is told");
    let mut folders = vec![room.path("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => assert!(!holds(&std::fs::read(entry.path()).unwrap(), key), "the key is in {:?}", entry.path()),
            }
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
