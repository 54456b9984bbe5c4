//! What is changed, damaged or gone behind the program's back is found and named.

use super::{archived, change, config, faults, filled, put, spoil};
use crate::support::count;
use serde_json::Value;
use std::path::Path;

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
    // a page that is torn, and not where it is free
    let mut torn = sound.clone();
    let page = "SELECT (rootpage - 1) * (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'observation'";
    let at = usize::try_from(count(&room.db(), page)).unwrap();
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
