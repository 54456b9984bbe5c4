//! What a person who adds a source calls: `preview`, `check --source`, `doctor`.

use super::support::{Answer, ERROR_PAGE, Room, Server, V1, samples};
use super::workbook::xlsx;
use std::io::Write;
use std::time::{Duration, Instant};

/// No publisher is asked here.
const NOWHERE: &str = "http://127.0.0.1:1/s.xlsx";

#[test]
fn a_document_is_shown_as_it_is_read_and_as_it_is_mapped() {
    let room = Room::new(NOWHERE);
    std::fs::write(room.path("v1.bin"), xlsx(V1)).unwrap();
    let ran = room.sverka(&["preview", "v1.bin", "--rows", "4", "--source", "s"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let wanted = [
        "v1.bin: xlsx",
        "sheet \"Months\"",
        "←2020",
        "row  A",
        "←",
        "more rows (--rows shows more)",
        "what the readings of s make of it",
        "read by \"mom\"",
        "p.ipi.bcde.ru.mom.m.base2018",
        "percent",
        "Months!",
    ];
    for words in wanted {
        assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
    }
    assert!(!room.path("data").exists(), "nothing is stored");
    let (code, told) = room.json(&["preview", "v1.bin", "--source", "s"]);
    assert_eq!((code, told["schema"].as_i64(), told["format"].as_str()), (0, Some(1), Some("xlsx")));
    let reading = &told["mapping"]["readings"][0];
    assert_eq!((reading["reading"].as_str(), reading["why_not"].is_null()), (Some("mom"), true), "{told}");
    let first = &told["mapping"]["observations"][0];
    assert!(first["locator"].as_str().unwrap().starts_with("Months!"), "{first}");
}

#[test]
fn a_proposed_block_can_be_used_as_it_is() {
    let room = Room::new(NOWHERE);
    std::fs::write(room.path("Новый файл.xlsx"), xlsx(V1)).unwrap();
    let ran = room.sverka(&["source", "new", "Новый файл.xlsx", "--publisher", "p", "--format", "xlsx"]);
    assert!(ran.code == 0 && ran.err.contains("1 reading proposed"), "{ran:?}");
    let config = std::fs::read_to_string(room.path("sources.toml")).unwrap();
    std::fs::write(room.path("sources.toml"), format!("{config}\n{}", ran.out)).unwrap();
    let ran = room.sverka(&["check", "--source", "novyy-fayl"]);
    assert!(ran.code == 0 && ran.out.contains("reading   \"months\""), "{ran:?}");
    assert_eq!(room.sverka(&["check"]).code, 0);
    let ran = room.sverka(&["preview", "Новый файл.xlsx", "--source", "novyy-fayl"]);
    for words in ["read by \"months\"", "p.months.industry.ru.mom.m", "not mapped: none", "issues: none"] {
        assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
    }
    let (code, told) = room.json(&["source", "new", "Новый файл.xlsx", "--publisher", "q", "--format", "xlsx"]);
    assert_eq!((code, told["readings"][0]["name"].as_str()), (0, Some("months")), "{told}");
    let block = told["block"].as_str().unwrap();
    assert!(
        block.contains("id = \"q\"") && block.contains("id = \"novyy-fayl-2\""),
        "ids that are taken are not given again: {block}"
    );
}

#[test]
fn a_block_is_written_into_a_new_file_only() {
    let room = Room::new(NOWHERE);
    std::fs::write(room.path("v1.xlsx"), xlsx(V1)).unwrap();
    let ran = room.sverka(&["source", "new", "v1.xlsx", "-o", "block.toml", "--id", "other", "--format", "xlsx"]);
    assert!(ran.code == 0 && ran.out.is_empty(), "{ran:?}");
    assert!(std::fs::read_to_string(room.path("block.toml")).unwrap().contains("id = \"other\""));
    let cases: [(&[&str], &str); 4] = [
        (&["v1.xlsx", "-o", "block.toml", "--format", "xlsx"], "expected a new file"),
        (&["v1.xlsx", "--id", "s"], "has a source \"s\" already"),
        (&["v1.xlsx", "--id", "S s"], "lower-case letters"),
        (&["none.xlsx"], "expected a document"),
    ];
    for (args, words) in cases {
        let ran = room.sverka(&[&["source", "new"], args].concat());
        assert!(ran.code == 64 && ran.err.contains(words), "{args:?}: {ran:?}");
    }
    std::fs::write(room.path("page.html"), ERROR_PAGE).unwrap();
    let ran = room.sverka(&["source", "new", "page.html"]);
    assert!(ran.code == 2 && ran.err.contains("403"), "{ran:?}");
}

#[test]
fn a_table_that_no_reading_takes_says_why() {
    let room = Room::new(NOWHERE);
    for (from, to, why) in [
        ("# Months", "# Quarters", "the sheet is named \"Quarters\", wanted \"Months\""),
        ("Index of production", "Something else", "no text above says \"Index of production*\""),
    ] {
        assert!(V1.contains(from), "{from}");
        std::fs::write(room.path("v.xlsx"), xlsx(&V1.replace(from, to))).unwrap();
        let ran = room.sverka(&["preview", "v.xlsx", "--source", "s", "--width", "200"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        for words in ["no reading of tables matches", why, "refused, nothing would be stored"] {
            assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
        }
    }
}

#[test]
fn what_cannot_be_shown_names_the_file_and_what_was_wanted() {
    let room = Room::new(NOWHERE);
    std::fs::write(room.path("a.pack"), b"Rar!\x1A\x07\x01\0....").unwrap();
    std::fs::write(room.path("a.html"), "<html><body><table border=1><tr><td>a<td>1</table></body></html>").unwrap();
    let cases: [(&[&str], i32, &[&str]); 6] = [
        (&["preview", "none.xlsx"], 64, &["none.xlsx", "expected a document"]),
        (&["preview", "a.pack"], 2, &["a.pack", "RAR", "xlsx"]),
        (&["preview", "a.html", "--format", "xlsx"], 2, &["a.html: read as xlsx"]),
        (&["preview", "a.html", "--table", "7"], 64, &["a.html", "a table 7"]),
        (&["preview", "a.html", "--format", "htm"], 64, &["html"]),
        (&["preview", "a.html", "--source", "t"], 64, &["no source \"t\""]),
    ];
    for (args, code, words) in cases {
        let ran = room.sverka(args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        assert!(words.iter().all(|word| ran.err.contains(word)), "{args:?}: {words:?} are not all in {}", ran.err);
    }
}

#[test]
fn one_source_is_checked_without_the_others() {
    let room = Room::new(NOWHERE);
    let mut file = std::fs::OpenOptions::new().append(true).open(room.path("sources.toml")).unwrap();
    file.write_all(b"\n[[source]]\nid = \"other\"\nfreshness = 0\n").unwrap();
    let ran = room.sverka(&["check", "--source", "s"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for words in ["s: no mistakes", NOWHERE, "schedule", "next", "p.ipi.{item}.ru.mom.{freq}.base2018"] {
        assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
    }
    let ran = room.sverka(&["check", "--source", "other"]);
    assert!(ran.code == 64 && ran.err.contains("source \"other\".freshness"), "{ran:?}");
    assert_eq!(room.json(&["check", "--source", "s"]).1["readings"][0]["name"], "mom");
}

#[test]
fn every_address_is_tried_and_nothing_is_stored() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::new(&server.address);
    let ran = room.sverka(&["doctor"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for words in ["ok     s: http://127.0.0.1", "status 200", "spreadsheetml", " bytes", "1 address: 1 answers, 0 do not"] {
        assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
    }
    assert_eq!(server.asked().last().map(String::as_str), Some(""), "the request has no condition");
    let config = std::fs::read_to_string(room.path("sources.toml")).unwrap();
    let page = server.address.replace("/s.xlsx", "/list");
    let listed =
        config.replace(&format!("{{ url = \"{}\" }}", server.address), &format!("{{ page = \"{page}\", link = \"s_*.xlsx\" }}"));
    std::fs::write(room.path("listed.toml"), listed).unwrap();
    let links = b"<!DOCTYPE html><html><a href='s_03-2020.xlsx'>March</a><a href='s_04-2020.xlsx'>April</a></html>";
    server.script(vec![Answer::page(links), Answer::workbook(xlsx(V1), "\"1\"")]);
    let (code, told) = room.json(&["doctor", "--source", "s", "--config", "listed.toml"]);
    let visit = &told["addresses"][0];
    assert_eq!((code, visit["outcome"].as_str(), visit["status"].as_i64()), (0, Some("ok"), Some(200)), "{told}");
    assert!(visit["link"].as_str().is_some_and(|link| link.ends_with("/s_04-2020.xlsx")), "{told}");
    server.script(vec![Answer::page(ERROR_PAGE.as_bytes())]);
    let (code, told) = room.json(&["doctor"]);
    assert_eq!((code, told["addresses"][0]["outcome"].as_str()), (2, Some("forbidden_page")), "{told}");
    assert!(!room.path("data").exists(), "nothing is stored");
}

#[test]
fn a_slow_or_absent_publisher_ends_soon() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"").held(Duration::from_secs(30))]);
    let start = Instant::now();
    let ran = Room::new(&server.address).sverka(&["doctor", "--timeout", "1"]);
    assert!(ran.code == 2 && ran.out.contains("timeout"), "{ran:?}");
    let ran = Room::new("http://nowhere.invalid/s.xlsx").sverka(&["doctor"]);
    assert!(ran.code == 2 && ran.out.contains("http://nowhere.invalid/s.xlsx: offline: there is no network"), "{ran:?}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// The blocks that the tutorial ends with: of prices, put together from its three steps, and of reserves.
fn tutorial() -> String {
    let text = include_str!("../../docs/add-a-source.md");
    let blocks: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [first, sections, guards, _, reserves] = &blocks[..] else { panic!("{} blocks", blocks.len()) };
    let head = first.split("rows = ").next().unwrap();
    format!("{head}{sections}{guards}\n{reserves}")
}

#[test]
fn the_blocks_of_the_tutorial_read_what_it_says() {
    let room = Room::with(&tutorial());
    for id in ["prices", "reserves"] {
        let ran = room.sverka(&["check", "--source", id]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let Some(samples) = samples() else { return };
    for (id, file, words) in [
        ("prices", "rosstat/cpi/2020-12-08/i_ipc.xlsx", ["390 observations of 2 series", "2020-10", "footnote_moved_period"]),
        ("reserves", "cbr/reserves/2020-12-08/reserves.html", ["78 observations of 6 series", "582 676", "issues: none"]),
    ] {
        let path = samples.join(file);
        let ran = room.sverka(&["preview", path.to_str().unwrap(), "--source", id]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(words.iter().all(|word| ran.out.contains(word)), "{words:?} are not all in\n{}", ran.out);
    }
}

#[test]
fn the_blocks_that_the_tutorial_has_proposed_need_no_edit() {
    let Some(samples) = samples() else { return };
    let room = Room::with("");
    for (id, publisher, file, words) in [
        ("prices", "rosstat", "rosstat/cpi/2020-12-08/i_ipc.xlsx", "390 observations of 2 series"),
        ("reserves", "cbr", "cbr/reserves/2020-12-08/reserves.html", "78 observations of 6 series"),
    ] {
        let path = samples.join(file);
        let file = path.to_str().unwrap();
        let ran = room.sverka(&["source", "new", file, "--publisher", publisher, "--id", id]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let tutorial = include_str!("../../docs/add-a-source.md");
        let reading = ran.out.split("[[source.read]]").nth(1).unwrap();
        assert!(id != "prices" || tutorial.contains(reading.trim_end()), "the tutorial prints another block than\n{reading}");
        std::fs::write(room.path("sources.toml"), ran.out).unwrap();
        assert_eq!(room.sverka(&["check", "--source", id]).code, 0);
        let ran = room.sverka(&["preview", file, "--source", id]);
        assert!(ran.code == 0 && ran.out.contains(words) && ran.out.contains("not mapped: none"), "{ran:?}");
    }
}
