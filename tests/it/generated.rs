//! Files that are made from others and kept beside them say what they are made from. `SVERKA_WRITE=1 cargo test --test it generated`
//! makes them anew.

use std::fs;
use std::path::Path;
use std::process::Command;
use sverka::store::{Described, described};

/// Where the made part of `docs/schema.md` begins; it ends with the file.
const BEGIN: &str = "<!-- from here on made from schema.sql by `SVERKA_WRITE=1 cargo test --test it generated` -->\n";

/// The file, or an error that says how to make it anew.
pub fn holds(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("SVERKA_WRITE").is_some() {
        fs::write(&file, wanted).unwrap();
    }
    let seen = fs::read_to_string(&file).unwrap_or_default();
    let place = seen.lines().zip(wanted.lines()).position(|(a, b)| a != b).map_or(0, |at| at + 1);
    assert!(seen == wanted, "{path} is stale from line {place}: SVERKA_WRITE=1 cargo test --test it generated");
}

#[test]
fn the_metadata_for_datasette_are_those_of_the_schema() {
    let made = Command::new(env!("CARGO_BIN_EXE_sverka"))
        .args(["export", "datasette-metadata"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("SVERKA_CONFIG")
        .output()
        .unwrap();
    assert!(made.status.success());
    holds("deploy/datasette/metadata.json", &String::from_utf8(made.stdout).unwrap());
}

#[test]
fn the_page_on_the_schema_lists_what_there_is() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    let text = fs::read_to_string(file).unwrap();
    let written = text.split(BEGIN).next().unwrap().trim_end();
    let tables: String = described().unwrap().iter().map(section).collect();
    holds("docs/schema.md", &format!("{written}\n\n{BEGIN}\n## Every table and column\n{tables}"));
}

fn section(one: &Described) -> String {
    let rows: String = one
        .columns
        .iter()
        .map(|column| format!("| `{}` | {} | {} |\n", column.name, column.kind, column.about.replace('|', "\\|")))
        .collect();
    let kind = if one.view { " (view)" } else { "" };
    format!("\n### `{}`{kind}\n\n{}\n\n| column | type | what |\n| --- | --- | --- |\n{rows}", one.name, one.about)
}
