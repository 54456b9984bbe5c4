//! What may know what, kept by reading the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module → the modules of ours it may use.
const MAY_KNOW: [(&str, &[&str]); 26] = [
    ("model", &[]),
    ("faultpoint", &[]),
    ("unpack", &["parse"]),
    ("parse", &["unpack"]),
    ("schedule", &[]),
    ("fetch", &["parse"]),
    ("guard", &["fetch", "parse", "unpack"]),
    ("archive", &[]),
    ("normalize", &["parse"]),
    ("check", &["normalize"]),
    ("notify", &["fetch"]),
    ("config", &["schedule", "fetch", "notify", "parse", "normalize", "check"]),
    ("propose", &["config", "parse", "normalize", "check"]),
    ("paper", &[]),
    ("reconcile", &["paper"]),
    ("revision", &[]),
    ("store", &["paper", "reconcile", "revision"]),
    ("report", &["paper", "reconcile", "revision"]),
    ("export", &["store", "report", "normalize"]),
    (
        "pipeline",
        &[
            "config",
            "schedule",
            "fetch",
            "archive",
            "guard",
            "unpack",
            "parse",
            "normalize",
            "check",
            "propose",
            "store",
            "paper",
            "reconcile",
            "revision",
            "report",
            "notify",
        ],
    ),
    ("observe", &["pipeline", "report"]),
    ("web", &["pipeline", "store", "report", "paper", "reconcile", "revision"]),
    ("daemon", &["pipeline", "schedule", "observe", "web"]),
    (
        "cli",
        &[
            "config",
            "schedule",
            "fetch",
            "archive",
            "guard",
            "unpack",
            "parse",
            "normalize",
            "check",
            "propose",
            "store",
            "paper",
            "reconcile",
            "revision",
            "report",
            "pipeline",
            "daemon",
            "web",
            "export",
        ],
    ),
    // it throws at every reader and is part of no program
    (
        "fuzz",
        &["config", "schedule", "fetch", "guard", "unpack", "parse", "normalize", "propose", "paper", "pipeline", "observe"],
    ),
    ("lib", &[]),
];

/// What everybody may use.
const FREE: [&str; 2] = ["model", "faultpoint"];

/// No source file is longer, tests included.
const MOST_LINES: usize = 500;

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

/// The room a file is in: `src/parse/xls.rs` and `src/parse.rs` are both `parse`.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// Code lines only: comments and doc comments know everything.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn rooms_know_only_what_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_KNOW.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        // a test may build what it needs with any room
        if room == "main" || path.components().any(|part| part.as_os_str().to_string_lossy().contains("tests")) {
            continue;
        }
        let Some(may) = allowed.get(room.as_str()) else {
            wrong.push(format!("{}: the room {room} is not in the table", path.display()));
            continue;
        };
        for (number, line) in code(&text) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !used.is_empty() && used != room && !FREE.contains(&used.as_str()) && !may.contains(&used.as_str()) {
                    wrong.push(format!("{}:{}: {room} may not know {used}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_power_has_one_room() {
    let powers: [(&str, &[&str]); 8] = [
        ("rusqlite::", &["store"]),
        ("parse::parse(", &["guard", "parse"]),
        ("reqwest::", &["fetch", "notify"]),
        ("lettre::", &["notify"]),
        ("axum::", &["observe", "web"]),
        ("Utc::now", &["daemon", "cli"]),
        ("SystemTime::now", &["daemon", "cli"]),
        ("Local::now", &["daemon", "cli"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        // a test that goes through the whole house looks into the file by a way of its own
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        for (number, line) in code(&text) {
            for (power, rooms) in powers {
                if line.contains(power) && !rooms.contains(&room.as_str()) {
                    wrong.push(format!("{}:{}: {power} belongs to {}", path.display(), number + 1, rooms.join(" and ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_see() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > MOST_LINES)
        .map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_stage_names_a_source() {
    let config = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("sources.toml")).unwrap();
    let ids: Vec<&str> =
        config.lines().filter_map(|line| line.strip_prefix("id = \"")).filter_map(|rest| rest.split('"').next()).collect();
    assert!(ids.len() >= 6, "sources.toml lists its sources as `id = \"…\"`");
    let mut wrong = Vec::new();
    // a test may say what a region is called, also where a publisher has that name
    let tests = |path: &Path| path.iter().any(|part| part == "tests" || part == "tests.rs");
    for (path, text) in
        sources().into_iter().filter(|(path, _)| !tests(path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path)))
    {
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code(body) {
            for id in ids.iter().filter(|id| line.contains(&format!("\"{id}\""))) {
                wrong.push(format!("{}:{}: names the source {id}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_unsafe() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"deny\""));
    let doors = [include_str!("../../src/lib.rs"), include_str!("../../src/main.rs")];
    assert!(doors.iter().all(|door| door.contains("#![forbid(unsafe_code)]")));
    let is_unsafe = |line: &str| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        // in a text it is a word like others
        let lines = code(&text).filter(|(_, line)| is_unsafe(line.split('"').next().unwrap_or_default()));
        wrong.extend(lines.map(|(number, _)| format!("{}:{}", path.display(), number + 1)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(is_unsafe("unsafe { x }") && !is_unsafe("unsafe_code"));
}

/// Texts between backticks that are paths of ours.
fn named_paths(text: &str) -> Vec<&str> {
    let roots = ["src/", "tests/", "deploy/", "docs/", "fuzz/", "benches/"];
    let files = ["Cargo.toml", "deny.toml", "justfile", "sources.toml", "schema.sql"];
    let ours = |path: &&str| roots.iter().any(|root| path.starts_with(root)) || files.contains(path);
    text.split('`').skip(1).step_by(2).filter(ours).collect()
}

/// Files of Rust below a folder.
fn below(folder: &Path) -> Vec<String> {
    let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path.display().to_string()] }).collect()
}

/// A file of Rust is named by the end of its path, where it stands among its neighbours.
#[test]
fn files_of_rust_that_the_papers_of_the_house_name_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let there: Vec<String> = ["src", "tests"].iter().flat_map(|folder| below(&root.join(folder))).collect();
    for (file, least) in [("ARCHITECTURE.md", 30), ("docs/how-it-works.md", 30)] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|path| path.ends_with(".rs")).collect();
        assert!(named.len() >= least, "{file} names {}", named.len());
        let lost: Vec<&&str> =
            named.iter().filter(|path| !there.iter().any(|file| file.ends_with(&format!("/{path}")))).collect();
        assert!(lost.is_empty(), "{file}: {lost:?}");
    }
}

#[test]
fn what_the_papers_of_the_house_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for (file, least) in [("SECURITY.md", 50), ("ARCHITECTURE.md", 20), ("docs/fuzzing.md", 3)] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let named = named_paths(&text);
        assert!(named.len() >= least, "{file} names {} paths", named.len());
        // a path may stand for what it says behind a slash or colon: `papers/<id>/`
        let there = |path: &&str| path.contains('<') || root.join(path).exists();
        wrong.extend(named.into_iter().filter(|path| !there(path)).map(|path| format!("{file}: {path}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
