//! What documents can say that is wrong or changes: figures that are none, rows that stand twice, figures that are revised.
//! Every case is a source of its own; all of a kind go through the real program at once.

/// Figures that cannot be.
mod absurd;
/// What stands twice.
mod twice;
/// Figures that change from document to document.
mod versions;

use super::folder::{Fed, Folder};
use super::oracle::{assert_left_alone, assert_whole};
use super::table;

/// A source of texts in columns.
fn source(id: &str, keys: &str) -> String {
    format!("{}{keys}\n", table::source(id, "csv", "http://127.0.0.1:9/x", ""))
}

/// The table with other rows.
fn text(rows: &[&str]) -> Vec<u8> {
    format!("Activity;Y2019;Y2020\n{}\n", rows.join("\n")).into_bytes()
}

fn assert_good(fed: &Fed) {
    assert_whole(&fed.room.path("data"));
    assert_left_alone(&fed.room);
}

/// What a source's series of industry has of a year: every version, from when until when.
fn versions_of(fed: &Fed, source: &str, year: &str) -> Vec<String> {
    let sql = "SELECT coalesce(o.value, o.status) || ' ' || o.known_from || '..' || coalesce(o.known_to, '')
               FROM observation AS o JOIN series AS s ON s.id = o.series_id
               WHERE o.source_id = ?1 AND s.code = 'p.ipi.bcde.ru.yoy.a' AND o.period = ?2 AND o.recorded_to IS NULL
               ORDER BY o.known_from, o.known_to IS NULL, o.id";
    super::super::support::column(&fed.room.db(), sql, [source, year])
}

/// Issues of a source but those that tell of other sources: all of them publish the same series here, and do disagree.
fn own_issues(fed: &Fed, source: &str) -> Vec<String> {
    fed.issues(source).into_iter().filter(|issue| !issue.starts_with("sources_disagree")).collect()
}

fn judged(row: &str, count: usize, wrong: &[String]) {
    println!("{row}: {count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

fn folder() -> Folder {
    Folder::default()
}
