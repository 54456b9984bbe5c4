//! Completions that a shell loads and uses, and manual pages that are read as such.

use std::process::{Command, Stdio};

fn sverka(args: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_sverka")).args(args).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

/// Whether a program is here; else a line says that its part was left out.
fn is_here(program: &str) -> bool {
    let here = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !here {
        println!("skipped: no {program}");
    }
    here
}

#[test]
fn bash_completes_commands_and_options() {
    if !is_here("bash") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sverka.bash");
    std::fs::write(&file, sverka(&["completions", "bash"])).unwrap();
    let completed = |words: &[&str]| {
        let at = words.len() - 1;
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let script = format!(
            "set -e; source '{}'; COMP_WORDS=({}); COMP_CWORD={at}; _sverka sverka '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            file.display(),
            quoted.join(" "),
            words[at],
            words[at.saturating_sub(1)]
        );
        let ran = Command::new("bash").args(["--noprofile", "--norc", "-c", &script]).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap().lines().map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(completed(&["sverka", "recon"]), ["reconcile"]);
    assert_eq!(completed(&["sverka", "reconcile", "--int"]), ["--internal"]);
    assert!(completed(&["sverka", "export", ""]).contains(&"evidence".to_string()));
    assert!(!completed(&["sverka", ""]).contains(&"read-stdin".to_string()), "what nobody calls is not offered");
}

#[test]
fn every_shell_gets_something() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(sverka(&["completions", shell]).contains("reconcile"), "{shell}");
    }
}

#[test]
fn manual_pages_are_read_as_such() {
    let dir = tempfile::tempdir().unwrap();
    sverka(&["man", dir.path().to_str().unwrap()]);
    let pages: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(pages.len() > 30, "{}", pages.len());
    let text = |page: &std::path::Path| std::fs::read_to_string(page).unwrap();
    assert!(pages.iter().all(|page| text(page).contains(".TH") && text(page).contains(".SH NAME")));
    assert!(!dir.path().join("sverka-read-stdin.1").exists());
    if !is_here("groff") {
        return;
    }
    for page in &pages {
        let ran = Command::new("groff").args(["-man", "-Kutf8", "-Tutf8", "-ww", "-b"]).arg(page).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() && said.is_empty(), "{}: {said}", page.display());
    }
    let run = Command::new("groff").args(["-man", "-Tascii", "-P-cbou"]).arg(dir.path().join("sverka-run.1")).output().unwrap();
    let run = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.contains("--due") && run.contains("SYNOPSIS"), "{run}");
}
