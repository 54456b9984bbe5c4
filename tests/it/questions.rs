//! Five questions that people ask of the file with tools of their own, while the program writes into it.

use std::path::Path;
use std::process::{Command, Stdio};

/// A few lines of a customs dump, minerals among them.
const DUMP: &str = "NAPR;PERIOD;STRANA;TNVED;EDIZM;STOIM;NETTO;KOL;REGION;REGION_S
ИМ;2019;CN;2709;Л;1000,5;10;4;45000 - МОСКВА;
ИМ;2019;CN;8703;Л;3001,5;10;5;45000 - МОСКВА;
";

fn sverka(room: &Path, args: &[&str]) {
    let ran = Command::new(env!("CARGO_BIN_EXE_sverka"))
        .args(args)
        .current_dir(room)
        .env_remove("SVERKA_CONFIG")
        .env("SVERKA_DATA_DIR", room.join("data"))
        .output()
        .unwrap();
    assert!(matches!(ran.status.code(), Some(0 | 1)), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// What is not installed beside Python is skipped by the script, which says so.
#[test]
fn all_tools_give_the_same_answers_while_the_file_is_written() {
    if Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: no python3");
        return;
    }
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("dump.csv"), DUMP).unwrap();
    sverka(
        room.path(),
        &["ingest", "dump.csv", "--source", "fcs-dump", "--as-of", "2020-05-01", "--obtained-from", "here", "--quiet"],
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/questions/ask.py");
    let ran = Command::new("python3")
        .arg("-B")
        .arg(script)
        .arg(room.path().join("data"))
        .args(["--sverka", env!("CARGO_BIN_EXE_sverka"), "--rounds", "3"])
        .current_dir(room.path())
        .env_remove("SVERKA_CONFIG")
        .output()
        .unwrap();
    let (told, wrong) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    println!("{told}");
    assert!(ran.status.success(), "{told}{wrong}");
    if told.contains("skipped: one way alone") {
        return;
    }
    assert_eq!(told.lines().filter(|line| line.ends_with("the same")).count(), 15, "{told}");
    assert!(!told.contains(": 0 rows"), "{told}");
}
