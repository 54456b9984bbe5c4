//! A real browser opens the pages, light and dark, wide and narrow, and prints one.

use super::served::{CLAIM, SERIES, Shown, room};
use flate2::read::ZlibDecoder;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Names under which the browser is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser, or `None` where there is none.
fn browser() -> Option<&'static str> {
    let runs = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|said| said.status.success());
    let found = NAMES.into_iter().find(runs);
    assert!(found.is_some() || std::env::var_os("CI").is_none(), "CI needs a browser");
    if found.is_none() {
        println!("skipped: no browser");
    }
    found
}

fn open(browser: &str, profile: &Path, args: &[&str], address: &str) -> Output {
    let profile = format!("--user-data-dir={}", profile.display());
    let usual = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--enable-logging=stderr",
        &profile,
    ];
    Command::new("timeout").arg("120").arg(browser).args(usual).args(args).arg(address).output().unwrap()
}

/// The colour in the upper left corner of a PNG of 8 bits a channel: no filter changes the first pixel.
fn corner(file: &Path) -> [u8; 3] {
    let bytes = std::fs::read(file).unwrap();
    let (mut at, mut packed) = (8, Vec::new());
    while at + 8 <= bytes.len() {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        if &bytes[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&bytes[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut start = [0; 4];
    ZlibDecoder::new(packed.as_slice()).read_exact(&mut start).unwrap();
    [start[1], start[2], start[3]]
}

#[test]
fn a_browser_shows_the_pages() {
    let Some(browser) = browser() else { return };
    let room = room();
    let shown = Shown::start(&room);
    let profile = tempfile::tempdir().unwrap();
    let open = |args: &[&str], address: &str| open(browser, profile.path(), args, address);
    let of = |path: &str| format!("http://{}{path}", shown.address);

    for (path, present) in [
        ("/", "main"),
        ("/paper/small", "<select"),
        (CLAIM, "<svg class=\"chart\""),
        (SERIES, "<svg class=\"chart\""),
        ("/sources", "<table"),
        ("/paper/small/summary", "<h1"),
        ("/paper/small/contradictions", "<h1"),
    ] {
        let said = open(&["--dump-dom"], &of(path));
        let (dom, log) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(dom.contains(present), "{path}: {present}\n{dom}\n{log}");
        let complaints: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(complaints.is_empty(), "{path}: {complaints:?}");
    }

    let picture = |name: &str, size: &str, more: &[&str], address: &str| -> PathBuf {
        let file = room.path(name);
        let (size, to) = (format!("--window-size={size}"), format!("--screenshot={}", file.display()));
        let said = open(&[&[size.as_str(), to.as_str()], more].concat(), address);
        assert!(file.is_file(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
        file
    };
    let light = corner(&picture("light.png", "1100,900", &[], &of(CLAIM)));
    let dark = corner(&picture("dark.png", "1100,900", &["--force-dark-mode"], &of(CLAIM)));
    assert!(light.iter().all(|part| *part > 200) && dark.iter().all(|part| *part < 60), "{light:?} {dark:?}");
    picture("narrow.png", "360,900", &[], &of("/paper/small"));

    let ran = room.sverka(&["report", "--html", "site"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for page in ["site/small/claim/c1.html", "site/ru/small/index.html", "site/small/summary.html"] {
        let said = open(&["--dump-dom"], &format!("file://{}", room.path(page).display()));
        let log = String::from_utf8_lossy(&said.stderr);
        assert!(!log.contains("CONSOLE"), "{page}: {log}");
    }
    // the style sheet beside it is loaded: the ground is not the browser's white
    let file =
        corner(&picture("file.png", "1100,900", &[], &format!("file://{}", room.path("site/small/claim/c1.html").display())));
    assert_eq!(file, light);

    for (path, pages) in [("/paper/small", 1..9), (CLAIM, 1..9), ("/paper/small/summary", 1..2)] {
        let file = room.path("printed.pdf");
        open(&[&format!("--print-to-pdf={}", file.display())], &of(path));
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let printed = text.matches("/Type /Page\n").count();
        assert!(bytes.starts_with(b"%PDF") && pages.contains(&printed), "{path}: {printed} pages");
        // what stands in it is read by the program itself
        let read = room.sverka(&["preview", "printed.pdf"]);
        assert!(read.out.contains("Industrial production") || read.out.contains("A small paper"), "{path}: {read:?}");
    }
}
