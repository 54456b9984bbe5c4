//! Papers and evidence are compiled in: a change in them is a change of the program. A release says which commit it was built from.

use std::path::Path;
use std::process::Command;

/// Digits of a commit, enough to name one for years.
const DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=papers");
    println!("cargo::rerun-if-changed=evidence");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SVERKA_COMMIT");
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let commit = commit().map(|commit| format!(" ({commit})")).unwrap_or_default();
    println!("cargo::rustc-env=SVERKA_VERSION={version}{commit}");
}

/// What was built: told by whoever builds, else by git, else by what `cargo package` wrote, else nothing. It hangs on the sources
/// alone and not on the day, so that the same sources give the same program.
fn commit() -> Option<String> {
    if let Some(told) = std::env::var("SVERKA_COMMIT").ok().filter(|told| !told.trim().is_empty()) {
        return Some(told.trim().to_string());
    }
    // a debug build is for those who change the sources, and would be built anew with every commit
    if std::env::var("PROFILE").ok()? != "release" {
        return None;
    }
    of_git().or_else(of_package)
}

/// The commit, with a mark if a file is not as it has it.
fn of_git() -> Option<String> {
    // sources that lie in a repository of something else are not of that one's commits
    let top = git(&["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != Path::new(".").canonicalize().ok()? {
        return None;
    }
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    let sources = ["src", "Cargo.toml", "Cargo.lock", "sources.toml", "schema.sql", "papers", "evidence", "build.rs"];
    for path in sources {
        println!("cargo::rerun-if-changed={path}");
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed = git(&[&["status", "--porcelain", "--untracked-files=no", "--"], sources.as_slice()].concat())?;
    let mark = if changed.is_empty() { "" } else { ", changed" };
    Some(format!("{}{mark}", commit.get(..DIGITS)?))
}

fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok().filter(|said| said.status.success())?;
    Some(String::from_utf8(said.stdout).ok()?.trim().to_string())
}

/// The commit that stands in a package: `{"git": {"sha1": "…"}}`. One made of changed sources says so.
fn of_package() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?.get(..DIGITS)?;
    let mark = if text.contains("\"dirty\": true") { ", changed" } else { "" };
    Some(format!("{commit}{mark}"))
}
