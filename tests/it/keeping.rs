//! Copies that can be restored, damage that is found and named, a database made anew, and what may be deleted.

use super::samples::replayed_data;
use super::support::{Ran, Room, V1, V2, column, count};
use super::workbook::xlsx;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use sverka::store::Store;

/// The configuration of the room's source, looked at once a year.
const CONFIG: &str = include_str!("../fixtures/sources.toml");
const INDUSTRY: &str = "p.ipi.bcde.ru.mom.m.base2018";
/// An evidence file with one row.
const EVIDENCE: &str = "series,period,status,value,printed,raw,unit,class,known_from,known_from_basis,source,url,obtained_from,sha256,as_of,as_of_basis,locator,notes
p.ipi.bcde.ru.mom.m.base2010,2019-01,published,78.5,\"78,5\",,percent,exported,2019-02-20,stated,s-old,https://publisher.example/old,here,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,2019-03-05,recorded,Sheet!B2,
";

fn config() -> String {
    CONFIG.replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx").replace("*/2 * * * * *", "0 0 1 1 *")
}

fn ingest(room: &Room, text: &str, day: &str) -> String {
    let file = room.path(&format!("{day}.xlsx"));
    std::fs::write(&file, xlsx(text)).unwrap();
    let args = ["ingest", file.to_str().unwrap(), "--source", "s", "--as-of", day, "--obtained-from", "here"];
    room.json(&args).1["documents"][0]["outcome"].as_str().unwrap().to_string()
}

/// Two editions and an evidence file.
fn filled() -> Room {
    let room = Room::with(&config());
    std::fs::create_dir(room.path("evidence/p")).unwrap();
    std::fs::write(room.path("evidence/p/s-old.csv"), EVIDENCE).unwrap();
    assert_eq!([ingest(&room, V1, "2020-02-20"), ingest(&room, V2, "2020-03-20")], ["stored", "stored"]);
    room
}

fn dump(data: &Path) -> String {
    Store::open_read_only(&data.join("sverka.db")).unwrap().logical_dump().unwrap()
}

fn archived(room: &Room, day: &str) -> PathBuf {
    let sha = column::<String>(&room.db(), "SELECT sha256 FROM snapshot WHERE as_of = ?1 AND held = 1", [day]).remove(0);
    room.path("data/archive").join(&sha[..2]).join(sha)
}

/// Puts other bytes in the place of a file of the archive, which is read-only.
fn spoil(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let mut other = bytes.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    put(path, &other);
    bytes
}

fn put(path: &Path, bytes: &[u8]) {
    let _ = std::fs::remove_file(path);
    std::fs::write(path, bytes).unwrap();
}

/// Changes the database behind the program's back.
fn change(data: &Path, sql: &str) {
    let db = rusqlite::Connection::open(data.join("sverka.db")).unwrap();
    db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
}

/// `code: place` of every fault.
fn faults(told: &Value) -> Vec<String> {
    let fault = |one: &Value| {
        let part = |key: &str| one[key].as_str().unwrap().to_string();
        format!("{}: {}: {} → {}", part("code"), part("place"), part("seen"), part("wanted"))
    };
    told["faults"].as_array().unwrap().iter().map(fault).collect()
}

fn databases(backup: &Path) -> Vec<String> {
    let names = std::fs::read_dir(backup).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".db")).collect()
}

fn restore(room: &Room, from: &str, to: &str, more: &[&str]) -> Ran {
    room.sverka(&[&["restore", from, "--data-dir", to], more].concat())
}

#[test]
fn a_backup_is_restored_as_it_was_and_grows_by_what_is_new() {
    let room = filled();
    let (code, told) = room.json(&["backup", "b"]);
    assert_eq!((code, &told["documents"], &told["new_documents"]), (0, &2.into(), &2.into()), "{told}");
    let before = dump(&room.path("data"));
    let ran = restore(&room, "b", "new", &[]);
    assert!(ran.code == 0 && ran.out.contains("2 documents"), "{ran:?}");
    assert_eq!(dump(&room.path("new")), before);
    assert_eq!(room.json(&["verify", "--data-dir", "new"]).0, 0);
    assert_eq!(room.json(&["status", "--data-dir", "new"]).0, 0);
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let (code, told) = room.json(&["backup", "b"]);
    assert_eq!((code, &told["documents"], &told["new_documents"]), (0, &3.into(), &1.into()), "{told}");
    assert_eq!(databases(&room.path("b")).len(), 1);
    assert_eq!(restore(&room, "b", "newer", &[]).code, 0);
    assert_eq!(dump(&room.path("newer")), dump(&room.path("data")));
    // a database alone, into a folder that has the documents
    assert_eq!(room.sverka(&["backup", "copies/alone.db"]).code, 0);
    assert_eq!(restore(&room, "copies/alone.db", "bare", &[]).code, 2, "its documents are not there");
    std::fs::rename(room.path("newer/archive"), room.path("bare/archive")).unwrap();
    assert_eq!(restore(&room, "copies/alone.db", "bare", &[]).code, 0);
    assert_eq!(room.json(&["verify", "--data-dir", "bare"]).0, 0);
}

#[test]
fn a_backup_is_made_beside_whoever_writes() {
    let room = filled();
    let lock = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    lock.lock().unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut store = Store::open(&room.path("data/sverka.db")).unwrap();
            while !stop.load(Ordering::Relaxed) {
                let now = chrono::Utc::now();
                let id = store.begin_attempt("s", "run", None, now).unwrap();
                store.finish_attempt(id, &sverka::store::AttemptEnd::new("http_500", String::new(), now)).unwrap();
            }
        });
        for _ in 0..4 {
            let ran = room.sverka(&["backup", "b"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(restore(&room, "b", "new", &[]).code, 0);
    assert!(count(&super::support::open(&room.path("new")), "SELECT count(*) FROM attempt WHERE outcome = 'http_500'") > 0);
    // two backups into one folder are one too many
    let lock = std::fs::File::create(room.path("b/sverka.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(room.sverka(&["backup", "b"]).code, 75);
}

#[test]
fn a_good_backup_is_never_replaced_by_a_broken_one() {
    let room = filled();
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    let before = dump(&room.path("data"));
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let document = archived(&room, "2020-04-20");
    let bytes = spoil(&document);
    let ran = room.sverka(&["backup", "b"]);
    let name = document.file_name().unwrap().to_str().unwrap();
    assert!(ran.code == 2 && ran.err.contains(name) && ran.err.contains("damaged"), "{ran:?}");
    assert_eq!(restore(&room, "b", "one", &[]).code, 0);
    assert_eq!(dump(&room.path("one")), before);
    std::fs::remove_file(&document).unwrap();
    let ran = room.sverka(&["backup", "b"]);
    assert!(ran.code == 2 && ran.err.contains("missing_file: document of s of 2020-04-20"), "{ran:?}");
    put(&document, &bytes);
    change(&room.path("data"), "UPDATE source SET observations = observations + 1 WHERE id = 's'");
    assert_eq!(room.sverka(&["backup", "b"]).code, 2);
    change(&room.path("data"), "UPDATE source SET observations = observations - 1 WHERE id = 's'");
    assert_eq!(restore(&room, "b", "two", &[]).code, 0);
    assert_eq!(dump(&room.path("two")), before);
    // what the backup lost is refused, and brought again
    let kept = room.path("b/archive").join(&name[..2]).join(name);
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    spoil(&kept);
    let ran = restore(&room, "b", "three", &[]);
    assert!(ran.code == 2 && ran.err.contains(name), "{ran:?}");
    assert!(!room.path("three/sverka.db").exists() && !room.path("three/archive").exists());
    assert_eq!(room.json(&["backup", "b"]).1["new_documents"], 1);
    let db = room.path("b").join(&databases(&room.path("b"))[0]);
    spoil(&db);
    let ran = restore(&room, "b", "three", &[]);
    assert!(ran.code == 2 && ran.err.contains("SHA-256"), "{ran:?}");
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    assert_eq!(restore(&room, "b", "three", &[]).code, 0);
}

#[test]
fn places_that_are_something_else_are_left_alone() {
    let room = filled();
    std::fs::create_dir(room.path("mine")).unwrap();
    std::fs::write(room.path("mine/letter.txt"), "dear").unwrap();
    for wrong in [
        &["backup", "mine"][..],
        &["backup", "mine/letter.txt"],
        &["backup", "data"],
        &["backup", "b", "--data-dir", "nowhere"],
        &["restore", "mine", "--data-dir", "new"],
        &["restore", "nowhere", "--data-dir", "new"],
        &["rebuild", "--into", "mine"],
        &["rebuild", "--into", "data"],
    ] {
        let ran = room.sverka(wrong);
        assert_eq!(ran.code, 64, "{wrong:?} {ran:?}");
    }
    assert_eq!(std::fs::read_dir(room.path("mine")).unwrap().count(), 1);
    assert!(!room.path("new").exists() && !room.path("nowhere").exists());
    std::fs::write(room.path("b.txt"), "{}").unwrap();
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    assert_eq!(restore(&room, "b", "data", &[]).code, 64);
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let now = dump(&room.path("data"));
    let lock = std::fs::File::create(room.path("data/sverka.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(restore(&room, "b", "data", &["--force"]).code, 75);
    drop(lock);
    assert_eq!(dump(&room.path("data")), now);
    let (code, told) = room.json(&["restore", "b", "--data-dir", "data", "--force"]);
    assert_eq!(code, 0, "{told}");
    assert_ne!(dump(&room.path("data")), now);
    assert_eq!(dump(&room.path(told["moved_to"].as_str().unwrap())), now);
    assert_eq!(room.json(&["verify"]).0, 0);
    // a name in a manifest leads nowhere else
    let text = std::fs::read_to_string(room.path("b/manifest.json")).unwrap();
    let name = databases(&room.path("b")).remove(0);
    std::fs::write(room.path("b/manifest.json"), text.replace(&name, "sverka-/../../data/sverka.db")).unwrap();
    assert_eq!(restore(&room, "b", "other", &[]).code, 64);
}

#[test]
fn killed_in_between_a_backup_is_the_one_before() {
    let room = filled();
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    let before = dump(&room.path("data"));
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    let after = dump(&room.path("data"));
    for (n, wait) in [5, 15, 25, 40, 60].into_iter().enumerate() {
        let mut child = room.command(&["backup", "b", "--quiet"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let to = format!("new-{n}");
        assert_eq!(restore(&room, "b", &to, &[]).code, 0, "after {wait} ms");
        let seen = dump(&room.path(&to));
        assert!(seen == before || seen == after, "after {wait} ms");
    }
    assert_eq!(room.sverka(&["backup", "b"]).code, 0);
    let names = std::fs::read_dir(room.path("b")).unwrap().count();
    assert_eq!(names, 4, "manifest, lock, archive, database");
}

/// A change of the database, and what tells of it.
const CHANGES: [(&str, &str, &str); 12] = [
    ("UPDATE observation SET value = '83.3' WHERE value = '83.2'", "figure: p.ipi.bcde.ru.mom.m.base2018 2020-01", "83.3 → 83.2"),
    ("UPDATE observation SET printed = '8' WHERE value = '83.2'", "figure: p.ipi.bcde.ru.mom.m.base2018 2020-01", "printed"),
    ("UPDATE observation SET status = 'provisional' WHERE value = '83.2'", "figure: p.ipi.bcde.ru", "→ 83.2"),
    (
        "UPDATE observation SET known_to = '2020-03-19' WHERE value = '83.2'",
        "known_to: p.ipi.bcde.ru.mom.m.base2018 2020-01",
        "03-20",
    ),
    ("UPDATE observation SET known_from = '2020-02-19' WHERE value = '83.2'", "document_of_figure: p.ipi.bcde.ru", "2020-02-20"),
    ("UPDATE observation SET period = '2020-02' WHERE value = '83.2'", "period: figures of 2020-01-01", "2020-01"),
    ("UPDATE observation SET value = '78.6' WHERE value = '78.5'", "evidence: evidence/p/s-old.csv: p.ipi", "78.6 → 78.5"),
    ("UPDATE source SET vintages = 0 WHERE id = 's'", "counter: s", "0 vintages"),
    ("UPDATE value_count SET figures = figures + 1 WHERE value_num = 83.7", "counter: percent 83.7", "2 figures → 1"),
    ("UPDATE snapshot SET bytes = 7 WHERE as_of = '2020-03-20'", "size: document", "7 bytes"),
    ("DELETE FROM observation WHERE value = '83.7'", "figure: p.ipi.bcde.ru.mom.m.base2018 2020-01", "→ 83.7"),
    ("DELETE FROM snapshot WHERE as_of = '2020-03-20'", "foreign_key: observation, row", "snapshot"),
];

#[test]
fn a_changed_database_is_found_and_named() {
    let room = filled();
    let (code, told) = room.json(&["verify"]);
    assert_eq!((code, faults(&told), &told["remarks"]), (0, vec![], &Value::Array(vec![])), "{told}");
    assert_eq!((&told["documents"], &told["read_again"], &told["figures"]), (&2.into(), &2.into(), &11.into()));
    let sound = std::fs::read(room.path("data/sverka.db")).unwrap();
    for (sql, place, words) in CHANGES {
        change(&room.path("data"), sql);
        let bytes = std::fs::read(room.path("data/sverka.db")).unwrap();
        let (code, told) = room.json(&["verify"]);
        let found = faults(&told);
        assert!(code == 2 && found.iter().any(|one| one.starts_with(place) && one.contains(words)), "{sql}: {found:#?}");
        assert_eq!(std::fs::read(room.path("data/sverka.db")).unwrap(), bytes, "{sql}: nothing is written");
        std::fs::write(room.path("data/sverka.db"), &sound).unwrap();
        let quick = room.json(&["verify", "--quick"]);
        assert_eq!((quick.0, &quick.1["read_again"]), (0, &Value::Null));
    }
    // a page that is torn
    let mut torn = sound.clone();
    let at = torn.len() / 2;
    torn[at..at + 2000].fill(0x5a);
    std::fs::write(room.path("data/sverka.db"), &torn).unwrap();
    let ran = room.sverka(&["verify", "--quick"]);
    assert!(ran.code == 2 && ran.out.contains("database: sverka.db"), "{ran:?}");
}

#[test]
fn a_finding_names_rows_that_are_there() {
    let room = filled();
    let named = "SELECT count(*) FROM finding, json_each(vintages) AS v WHERE json_extract(v.value, '$.observation') IS NOT NULL";
    assert!(count(&room.db(), named) > 0);
    change(
        &room.path("data"),
        "UPDATE finding SET vintages = replace(vintages, '\"observation\":', '\"observation\":99') WHERE side = 'external'",
    );
    let (code, told) = room.json(&["verify", "--quick"]);
    assert!(code == 2 && faults(&told).iter().all(|one| one.starts_with("verdict: small ")), "{told}");
}

#[test]
fn documents_that_are_damaged_or_gone_are_found_and_named() {
    let room = filled();
    let (one, other) = (archived(&room, "2020-02-20"), archived(&room, "2020-03-20"));
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_string();
    let bytes = spoil(&one);
    for args in [&["verify"][..], &["verify", "--quick"]] {
        let (code, told) = room.json(args);
        let wanted = format!("hash_mismatch: document {}, document of s of 2020-02-20", name(&one));
        assert!(code == 2 && faults(&told).len() == 1 && faults(&told)[0].starts_with(&wanted), "{told}");
    }
    put(&one, &bytes);
    let bytes = std::fs::read(&other).unwrap();
    std::fs::remove_file(&other).unwrap();
    let ran = room.sverka(&["verify"]);
    let wanted = format!("missing_file: document {}, document of s of 2020-03-20", name(&other));
    assert!(ran.code == 2 && ran.out.contains(&wanted) && ran.out.contains("1 fault:"), "{ran:?}");
    put(&other, &bytes);
    // what nobody names is told, and no fault
    std::fs::write(room.path("data/archive/note.txt"), "x").unwrap();
    let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    std::fs::create_dir_all(room.path("data/archive/ba")).unwrap();
    std::fs::write(room.path("data/archive/ba").join(sha), "abc").unwrap();
    let (code, told) = room.json(&["verify"]);
    assert_eq!((code, told["remarks"].as_array().unwrap().len()), (0, 2), "{told}");
    std::fs::remove_file(room.path("evidence/p/s-old.csv")).unwrap();
    let (code, told) = room.json(&["verify"]);
    assert!(code == 2 && faults(&told)[0].starts_with("evidence: evidence/p/s-old.csv: no such file"), "{told}");
}

#[test]
fn what_another_block_reads_is_told_as_such() {
    let room = filled();
    let other = config().replace("\"Oil and gas\" = \"06\"", "\"Oil and gas\" = \"061\"");
    std::fs::write(room.path("sources.toml"), other).unwrap();
    let (code, told) = room.json(&["verify"]);
    let found = faults(&told);
    assert!(code == 2 && !found.is_empty() && found.iter().all(|one| one.contains("it was read by sverka ")), "{found:#?}");
    assert_eq!(room.json(&["reparse", "--accept"]).0, 0);
    assert_eq!(room.json(&["verify"]).0, 0);
}

#[test]
fn a_database_is_made_anew_from_its_documents() {
    let room = filled();
    // one that is refused, one that is let in by a person, one that comes late, one that waits
    std::fs::write(room.path("page.html"), super::support::ERROR_PAGE).unwrap();
    let args = ["ingest", "page.html", "--source", "s", "--as-of", "2020-04-01", "--obtained-from", "here"];
    assert_ne!(room.json(&args).1["documents"][0]["outcome"], "stored");
    let point = format!("checkpoint = [{{ series = \"{INDUSTRY}\", period = \"2020-02\", value = \"50.0\" }}]\n");
    std::fs::write(room.path("sources.toml"), format!("{}\n{point}", config())).unwrap();
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "drift");
    assert_eq!(room.json(&["accept", "s", "--note", "seen, and so"]).0, 0);
    assert_eq!(ingest(&room, &V1.replace("83.2", "83.1"), "2020-02-10"), "drift");
    let (code, told) = room.json(&["rebuild", "--into", "new"]);
    assert_eq!((code, &told["identical"], &told["documents"]), (0, &true.into(), &3.into()), "{told}");
    assert_eq!(dump(&room.path("new")), dump(&room.path("data")));
    let (old, new) = (room.db(), super::support::open(&room.path("new")));
    for sql in [
        "SELECT concat_ws(' ', id, source_id, trigger, started_at, outcome, document, etag, (SELECT sha256 FROM snapshot AS n WHERE n.id = snapshot_id))
           FROM attempt ORDER BY id",
        "SELECT concat_ws(' ', code, place, before, after, accepted_at, note, (SELECT sha256 FROM snapshot AS n WHERE n.id = snapshot_id),
           (SELECT sha256 FROM quarantine AS q WHERE q.id = quarantine_id)) FROM drift ORDER BY 1",
        "SELECT concat_ws(' ', sha256, outcome, as_of, obtained_from, read_at) FROM unread ORDER BY 1",
        "SELECT concat_ws(' ', sha256, rule, as_of, released_at) FROM quarantine ORDER BY 1",
        "SELECT concat_ws(' ', sha256, as_of, fetched_at, url, obtained_from, content_type, parser) FROM snapshot ORDER BY 1",
        "SELECT concat_ws(' ', claim, external_status, external_sentence) FROM claims_with_verdict ORDER BY 1",
    ] {
        let rows = column::<String>(&old, sql, []);
        assert!(!rows.is_empty() && rows == column::<String>(&new, sql, []), "{sql}\n{rows:#?}");
    }
    assert_eq!(room.json(&["verify", "--data-dir", "new"]).0, 0);
    assert_eq!(room.json(&["accept", "s", "--data-dir", "new", "--note", "late"]).0, 0);
    // a figure that was changed is not made again
    change(&room.path("data"), "UPDATE observation SET value = '83.3' WHERE value = '83.2'");
    let (code, told) = room.json(&["rebuild", "--into", "newer"]);
    let differing = told["differing"].as_array().unwrap();
    assert!(
        code == 2 && told["identical"] == false && differing.iter().any(|line| line.as_str().unwrap().contains("83.3")),
        "{told}"
    );
}

#[test]
fn real_documents_make_the_same_database() {
    let Some(data) = replayed_data() else { return };
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    let [config, papers] = ["/sources.toml", "/papers"].map(|name| format!("{}{name}", env!("CARGO_MANIFEST_DIR")));
    let evidence = data.join("evidence");
    let all = [
        "--data-dir",
        data.to_str().unwrap(),
        "--config",
        &config,
        "--papers",
        &papers,
        "--evidence",
        evidence.to_str().unwrap(),
    ];
    let (code, told) = room.json(&[&["verify"], &all[..]].concat());
    assert_eq!((code, faults(&told)), (0, vec![]), "{:?}", told["remarks"]);
    assert!(told["read_again"].as_u64().unwrap() >= 50, "{told}");
    let (code, told) = room.json(&[&["rebuild", "--into", "new"], &all[..]].concat());
    assert_eq!((code, &told["identical"]), (0, &true.into()), "{told}");
    assert_eq!(dump(&room.path("new")), dump(data));
    let (code, told) = room.json(&[&["backup", "b"], &all[..]].concat());
    assert_eq!(code, 0, "{told}");
    assert_eq!(restore(&room, "b", "restored", &[]).code, 0);
    assert_eq!(dump(&room.path("restored")), dump(data));
}

#[test]
fn only_what_nothing_rests_on_is_deleted() {
    let room = filled();
    let old = "2001-01-01T00:00:00Z";
    // tries without a document, of one address and planned; messages; reconciliations with and without a change
    change(
        &room.path("data"),
        &format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
             INSERT INTO attempt (source_id, trigger, due_at, started_at, finished_at, outcome, url)
               SELECT 's', 'schedule', strftime('%Y-%m-%dT%H:%M:%SZ', '2001-01-01', i || ' hours'), '{old}', '{old}', 'http_500', 'http://a/' || (i % 3) FROM n;
             UPDATE attempt SET started_at = '{old}', finished_at = '{old}';
             INSERT INTO outbox (channel, payload, created_at, sent_at) VALUES ('file', 'sent', '{old}', '{old}'), ('file', 'not sent', '{old}', NULL);"
        ),
    );
    assert_eq!(room.json(&["reconcile"]).0, 0);
    // a sentence that is another one now, and no verdict
    for n in 1..4 {
        change(
            &room.path("data"),
            &format!("UPDATE finding SET sentence = 'other {n}' WHERE until_id IS NULL AND side = 'internal'"),
        );
        assert_eq!(room.json(&["reconcile"]).0, 0);
    }
    change(&room.path("data"), &format!("UPDATE reconciliation SET finished_at = '{old}', confirmed_at = NULL"));
    let counts = |room: &Room| {
        ["attempt", "reconciliation", "finding", "outbox"]
            .map(|table| count(&room.db(), &format!("SELECT count(*) FROM {table}")))
    };
    let (before, says) = (counts(&room), dump(&room.path("data")));
    assert!(room.sverka(&["prune"]).out.contains("everything is kept"));
    let all = ["prune", "--attempts", "30", "--verdicts", "30", "--messages", "30"];
    let (code, dry) = room.json(&[&all[..], &["--dry-run"]].concat());
    assert_eq!((code, counts(&room)), (0, before), "nothing goes that is only counted");
    let verdicts =
        "SELECT concat_ws(' ', claim, external_status, internal_status, internal_sentence) FROM claims_with_verdict ORDER BY 1";
    let (states, judged) = (states(&room), column::<String>(&room.db(), verdicts, []));
    let (code, told) = room.json(&all);
    assert_eq!((code, &told["pruned"]), (0, &dry["pruned"]));
    let after = counts(&room);
    assert!(after.iter().zip(before).all(|(after, before)| *after < before), "{before:?} {after:?}");
    assert!(after[0] >= 100 && after[1] >= 2 && after[3] == 1, "{after:?}");
    assert_eq!((dump(&room.path("data")), column::<String>(&room.db(), verdicts, [])), (says, judged));
    // what stood in the reconciliations that stay is the same to the letter
    let kept = self::states(&room);
    assert!(kept.iter().all(|state| states.contains(state)), "{kept:#?}\n{states:#?}");
    assert_eq!(room.json(&["verify"]).0, 0);
    assert_eq!(room.json(&all).1["pruned"]["attempts"], 0);
    assert_eq!(room.json(&["diff", "--list"]).0, 0);
}

/// Every reconciliation with the findings that stood in it.
fn states(room: &Room) -> Vec<String> {
    let sql = "SELECT r.id || ': ' || (SELECT group_concat(f.claim_id || f.side || f.status || f.sentence ORDER BY f.claim_id, f.side)
        FROM finding AS f WHERE f.reconciliation_id <= r.id AND (f.until_id IS NULL OR f.until_id > r.id)) FROM reconciliation AS r ORDER BY r.id";
    column(&room.db(), sql, [])
}
