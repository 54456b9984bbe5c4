//! What commands print with `--json`: every command has a schema in `docs/json/` or says that it prints none, and what is printed is
//! what the schema says. `SVERKA_JSON=DIR` keeps what was printed.

use super::support::{Answer, Room, Server, V1, V2};
use super::workbook::xlsx;
use clap::CommandFactory;
use serde_json::Value;
use sha2::Digest;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use sverka::cli::Cli;

/// Commands that refuse `--json`, or go on until they are stopped.
const WITHOUT: [&str; 4] = ["daemon", "completions", "serve", "export-datasette-metadata"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json")
}

/// The schema of a command: its own, or that of the commands it is one of.
fn schema(command: &str) -> Option<Value> {
    let own = folder().join(format!("{command}.schema.json"));
    let family = folder().join(format!("{}.schema.json", command.split('-').next().unwrap()));
    let text = std::fs::read_to_string(own).or_else(|_| std::fs::read_to_string(family)).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// What of a value the schema does not allow: types, names and lists.
fn wrong(schema: &Value, value: &Value, at: &str, seen: &mut Vec<String>) {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect::<Vec<_>>(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        seen.push(format!("{at}: {kind} instead of {}", kinds.join(" or ")));
    }
    if let (Value::Array(items), true) = (value, schema["items"].is_object()) {
        items.iter().enumerate().for_each(|(number, item)| wrong(&schema["items"], item, &format!("{at}/{number}"), seen));
    }
    let Value::Object(map) = value else { return };
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    seen.extend(required.filter(|name| !map.contains_key(*name)).map(|name| format!("{at}: no {name}")));
    for (name, one) in map {
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => seen.push(format!("{at}: {name} is not in the schema")),
            (Value::Null, others) => wrong(others, one, &format!("{at}/{name}"), seen),
            (known, _) => wrong(known, one, &format!("{at}/{name}"), seen),
        }
    }
}

/// A room in which commands are called one after another, and what they print is looked at.
struct Stage {
    room: Room,
    seen: BTreeSet<String>,
    wrong: Vec<String>,
    calls: usize,
}

impl Stage {
    fn call(&mut self, command: &str, more: &[&str]) -> Value {
        let words: Vec<&str> = match command.split_once('-') {
            Some((family, one)) => vec![family, one],
            None => vec![command],
        };
        let (_, told) = self.room.json(&[&words, more].concat());
        self.calls += 1;
        if let Some(folder) = std::env::var_os("SVERKA_JSON").map(PathBuf::from) {
            std::fs::create_dir_all(folder.join(command)).unwrap();
            std::fs::write(folder.join(command).join(format!("{}.json", self.calls)), told.to_string()).unwrap();
        } else {
            let schema = schema(command).unwrap_or_else(|| panic!("{command} has no schema"));
            wrong(&schema, &told, command, &mut self.wrong);
        }
        assert!(told["schema"] == 1, "{command}: an object with its version: {told}");
        self.seen.insert(command.to_string());
        told
    }

    fn ingest(&mut self, text: &str, day: &str) {
        let name = format!("{day}.xlsx");
        std::fs::write(self.room.path(&name), xlsx(text)).unwrap();
        self.call("ingest", &[&name, "--source", "s", "--as-of", day, "--obtained-from", "here"]);
    }
}

/// The commands that are called by hand and end, as names of schemas.
fn commands() -> BTreeSet<String> {
    fn add(command: &clap::Command, name: &str, all: &mut BTreeSet<String>) {
        for one in command.get_subcommands().filter(|one| !one.is_hide_set()) {
            let name = if name.is_empty() { one.get_name().to_string() } else { format!("{name}-{}", one.get_name()) };
            if one.get_subcommands().next().is_none() {
                all.insert(name.clone());
            }
            add(one, &name, all);
        }
    }
    let mut all = BTreeSet::new();
    add(&Cli::command(), "", &mut all);
    all.retain(|name| !WITHOUT.contains(&name.as_str()));
    all
}

/// The list of one document.
fn manifest(file: &Path) -> String {
    let sha256 = hex::encode(sha2::Sha256::digest(std::fs::read(file).unwrap()));
    let names = "path\tsource\tas_of\tas_of_basis\turl\tsha256\tobtained_from";
    format!("{names}\n{}\ts\t2020-02-20\trecorded\t\t{sha256}\there\n", file.file_name().unwrap().to_str().unwrap())
}

#[test]
fn what_is_printed_is_what_the_schemas_say() {
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::yearly(&server.address);
    let mut stage = Stage { room, seen: BTreeSet::new(), wrong: Vec::new(), calls: 0 };
    stage.call("check", &[]);
    stage.call("check", &["--source", "s"]);
    stage.call("run", &[]);
    stage.ingest(V1, "2020-02-20");
    stage.ingest(V2, "2020-03-20");
    let gone: String = V2.lines().filter(|line| !line.contains("Mining")).map(|line| format!("{line}\n")).collect();
    stage.ingest(&gone, "2020-04-20");
    stage.call("accept", &[]);
    stage.call("accept", &["s", "--note", "fine"]);
    std::fs::write(stage.room.path("list.tsv"), manifest(&stage.room.path("2020-02-20.xlsx"))).unwrap();
    stage.call("replay", &["list.tsv"]);
    stage.call("reconcile", &[]);
    stage.call("reconcile", &["--internal"]);
    stage.call("explain", &["c1"]);
    stage.call("evidence", &["c1", "-o", "folder"]);
    stage.call("diff", &[]);
    stage.call("diff", &["--list"]);
    stage.call("coverage", &[]);
    stage.call("revisions", &["--all"]);
    stage.call("revisions", &["p.ipi.bcde.ru.mom.m.base2018"]);
    stage.call("search", &["industry"]);
    stage.call("report", &[]);
    stage.call("report", &["--html", "pages"]);
    stage.call("status", &["--issues"]);
    stage.call("status", &[]);
    stage.call("alerts", &[]);
    stage.call("quarantine-list", &[]);
    stage.call("quarantine-replay", &["--all"]);
    stage.call("reparse", &[]);
    stage.call("preview", &["2020-02-20.xlsx", "--source", "s"]);
    stage.call("source-new", &["2020-02-20.xlsx", "--format", "xlsx"]);
    stage.call("paper-new", &["other", "--dir", "more"]);
    stage.call("doctor", &[]);
    stage.call("backup", &["copy"]);
    stage.call("restore", &["copy", "--data-dir", "again"]);
    stage.call("verify", &[]);
    stage.call("rebuild", &["--into", "anew"]);
    stage.call("prune", &["--dry-run", "--attempts", "1"]);
    stage.call("export-evidence", &["-o", "rows"]);
    stage.call("export-csv", &["-o", "figures.csv"]);
    stage.call("export-sdmx-csv", &["-o", "figures.sdmx.csv"]);
    stage.call("export-xlsx", &["-o", "figures.xlsx"]);
    if cfg!(feature = "parquet") {
        stage.call("export-parquet", &["dataset"]);
    } else {
        stage.seen.insert("export-parquet".to_string());
    }
    stage.call("mirrors", &[]);
    stage.call("man", &["pages-of-man"]);
    assert!(stage.wrong.is_empty(), "{}", stage.wrong.join("\n"));
    let left: Vec<_> = commands().into_iter().filter(|name| !stage.seen.contains(name)).collect();
    assert!(left.is_empty(), "not called here: {left:?}");
}

#[test]
fn every_command_has_a_schema_or_refuses() {
    let missing: Vec<_> = commands().into_iter().filter(|name| schema(name).is_none()).collect();
    assert!(missing.is_empty(), "no docs/json/<name>.schema.json for {missing:?}");
    let page = std::fs::read_to_string(folder().parent().unwrap().join("json.md")).unwrap();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(page.contains(&format!("json/{name}")), "docs/json.md does not name {name}");
    }
    let room = Room::yearly("http://127.0.0.1:1/");
    for command in [
        &["daemon", "--json"][..],
        &["completions", "bash", "--json"],
        &["export", "csv", "--json"],
        &["report", "--format", "csv", "--json"],
    ] {
        let ran = room.sverka(command);
        assert!(ran.code == 64 && ran.err.contains("--json") && ran.out.is_empty(), "{command:?}: {}", ran.err);
    }
}

#[test]
fn the_check_notices_what_differs() {
    let schema = serde_json::json!({ "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "type": ["string", "null"] }, "b": { "type": "array", "items": { "type": "integer" } } } });
    for (value, faults) in [
        (serde_json::json!({ "a": null, "b": [1] }), 0),
        (serde_json::json!({ "b": ["x", 1.5] }), 3),
        (serde_json::json!({ "a": "x", "c": 1 }), 1),
        (serde_json::json!([]), 1),
    ] {
        let mut seen = Vec::new();
        wrong(&schema, &value, "", &mut seen);
        assert_eq!(seen.len(), faults, "{seen:?}");
    }
}
