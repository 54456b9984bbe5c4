//! One claim as a folder that is checked without the program.

use super::samples;
use super::support::{Room, V1, V2};
use super::workbook::xlsx;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every file of a folder by its path there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => drop(found.insert(name(&path, folder), std::fs::read(&path).unwrap())),
            }
        }
    }
    found
}

fn name(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap().to_str().unwrap().to_string()
}

fn text(folder: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(folder.get(name).unwrap_or_else(|| panic!("{name}: {:?}", folder.keys())).clone()).unwrap()
}

/// Another program agrees with the digests, where it is there; every file has one.
fn sums_hold(at: &Path, folder: &BTreeMap<String, Vec<u8>>) {
    let sums = text(folder, "SHA256SUMS");
    let named: Vec<&str> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    let there: Vec<&str> = folder.keys().map(String::as_str).filter(|name| *name != "SHA256SUMS").collect();
    assert_eq!(named, there);
    match Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(at).output() {
        Ok(ran) => assert!(ran.status.success(), "{ran:?}"),
        Err(error) => println!("skipped: no sha256sum ({error})"),
    }
}

/// The rows of the table of vintages, by the names of its columns.
fn vintages(folder: &BTreeMap<String, Vec<u8>>) -> Vec<BTreeMap<String, String>> {
    let table = text(folder, "vintages.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// Every vintage whose document is there has an excerpt, and the marked cell of it shows the figure.
fn excerpts_show_their_figures(folder: &BTreeMap<String, Vec<u8>>) -> usize {
    let rows = vintages(folder);
    let with_document: Vec<_> = rows.iter().filter(|row| !row["document"].is_empty() && !row["locator"].is_empty()).collect();
    for row in &with_document {
        let page = text(folder, &row["excerpt"]);
        let marked = page.split("<mark>").nth(1).and_then(|rest| rest.split("</mark>").next());
        assert_eq!(marked, Some(row["printed"].as_str()), "{row:?}");
        let csv = text(folder, &row["excerpt"].replace(".html", ".csv"));
        assert!(csv.contains(&row["printed"]), "{row:?}");
        let digest = row["document"].trim_start_matches("documents/").split('.').next();
        assert_eq!(digest, Some(row["sha256"].as_str()));
    }
    with_document.len()
}

fn ingest(room: &Room, text: &str, day: &str) {
    std::fs::write(room.path("s.xlsx"), xlsx(text)).unwrap();
    let ran = room.sverka(&["ingest", "s.xlsx", "--source", "s", "--as-of", day, "--obtained-from", "the tests"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A room with two editions of its one document.
fn two_editions() -> Room {
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    ingest(&room, V1, "2020-04-20");
    ingest(&room, V2, "2020-05-20");
    room
}

fn folder(room: &Room, args: &[&str], out: &str) -> (PathBuf, BTreeMap<String, Vec<u8>>) {
    let ran = room.sverka(&[&["evidence"], args, &["-o", out]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let at = room.path(out);
    let made = files(&at);
    assert_eq!(ran.out.lines().count(), made.len(), "{ran:?}");
    (at, made)
}

#[test]
fn a_claim_travels_with_its_documents_and_is_checked_by_others() {
    let room = two_editions();
    let (at, made) = folder(&room, &["c1"], "a/b");
    sums_hold(&at, &made);
    assert_eq!(made.keys().filter(|name| name.starts_with("documents/") && name.ends_with(".xlsx")).count(), 2);
    assert_eq!(excerpts_show_their_figures(&made), 2);
    assert!(made.values().any(|bytes| *bytes == xlsx(V1)), "the bytes are the publisher's");
    let rows = vintages(&made);
    let shown: Vec<[&str; 4]> =
        rows.iter().map(|row| ["known_from", "known_to", "printed", "grade"].map(|name| row[name].as_str())).collect();
    assert_eq!(shown, [["2020-04-20", "2020-05-20", "83.2", "EXACT"], ["2020-05-20", "", "83.7", "NONE"]]);
    let page = text(&made, "README.md");
    assert!(
        page.contains("Industrial production in January 2020 against December 2019") && page.contains("sha256sum -c"),
        "{page}"
    );
    assert!(text(&made, "arithmetic.txt").contains("83.2 % − 100 = −16.8 %"), "{}", text(&made, "arithmetic.txt"));
    let again = folder(&room, &["c1", "--paper", "small"], "again").1;
    assert_eq!(again, made, "two runs give the same bytes");
    let here = room.path("");
    let place = here.to_str().unwrap().trim_end_matches('/');
    assert!(
        made.iter()
            .filter(|(name, _)| !name.starts_with("documents/"))
            .all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains(place))
    );
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let room = two_editions();
    std::fs::create_dir(room.path("mine")).unwrap();
    assert_eq!(room.sverka(&["evidence", "c2", "-o", "mine"]).code, 0, "an empty one is fine");
    std::fs::create_dir(room.path("full")).unwrap();
    std::fs::write(room.path("full/x"), "mine").unwrap();
    for (args, said) in [
        (["evidence", "c1", "-o", "full"], "full: expected a folder that is empty or not there yet"),
        (["evidence", "c1", "-o", "s.xlsx"], "s.xlsx: expected a folder"),
        (["evidence", "c9", "-o", "new"], "no paper has a claim \"c9\""),
    ] {
        let ran = room.sverka(&args);
        assert_eq!((ran.code, ran.err.contains(said)), (64, true), "{ran:?}");
    }
    assert_eq!(files(&room.path("full")).len(), 1);
    assert!(!room.path("new").exists());
}

#[test]
fn what_is_not_held_is_named_and_the_rest_is_there() {
    let room = two_editions();
    let digest = vintages(&folder(&room, &["c1"], "whole").1)[0]["sha256"].clone();
    std::fs::remove_file(room.path("data/archive").join(&digest[..2]).join(&digest)).unwrap();
    let (at, made) = folder(&room, &["c1"], "rest");
    sums_hold(&at, &made);
    assert_eq!(excerpts_show_their_figures(&made), 1);
    let page = text(&made, "README.md");
    assert!(page.contains(&format!("**not in this folder**: `{digest}` (vintage 1): it is not in the archive here")), "{page}");
    assert_eq!((vintages(&made)[0]["sha256"].as_str(), vintages(&made)[0]["document"].as_str()), (digest.as_str(), ""));
}

#[test]
fn figures_of_people_and_claims_without_any_are_told() {
    let room = two_editions();
    let path = room.path("papers/small/claims.csv");
    let mut claims = std::fs::read_to_string(&path).unwrap();
    claims += "c4,2,1,1,7.1%,7.1,1,percent,,,,,,,,2020,growth,,,,A figure that nobody mapped\n";
    std::fs::write(path, claims).unwrap();
    let statement = "series,period,status,value,printed,unit,published_on,published_basis,publication,url,archive_url,where,\
                     quoted_by,seen,transcribed_on,confidence,notes\n\
                     p.ipi.bcde.ru.mom.m.base2018,2020-02,published,99.1,\"0,9%\",percent,2020-03-16,stated,A release,\
                     https://example.org/a,,third sentence,a newspaper,excerpt,2026-11-24,medium,own words\n";
    std::fs::create_dir_all(room.path("evidence/q")).unwrap();
    std::fs::write(room.path("evidence/q/statements.csv"), statement).unwrap();
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    let (at, made) = folder(&room, &["c2"], "read");
    sums_hold(&at, &made);
    let row = vintages(&made).remove(0);
    let told =
        ["class", "publication", "quoted_by", "seen", "transcribed_on", "confidence", "sha256"].map(|name| row[name].clone());
    assert_eq!(told, ["quoted", "A release", "a newspaper", "excerpt", "2026-11-24", "medium", ""]);
    let page = text(&made, "README.md");
    assert!(page.contains("## Figures that a person read") && page.contains("`https://example.org/a`"), "{page}");
    let (at, made) = folder(&room, &["c4"], "nothing");
    sums_hold(&at, &made);
    assert_eq!(made.keys().collect::<Vec<_>>(), ["README.md", "SHA256SUMS", "arithmetic.txt", "claim.json", "vintages.csv"]);
    assert!(text(&made, "README.md").contains("No official figure stands beside this claim"));
    assert_eq!(vintages(&made).len(), 0);
    let (code, told) = room.json(&["evidence", "c4", "-o", "json"]);
    assert_eq!((code, told["files"].as_array().unwrap().len()), (0, 5), "{told}");
}

/// Nobody prints February against December: it is 83.2 × 99.1 / 100 in the first edition, 83.7 × 99.1 / 100 in the second, and the
/// folder holds the cells. Asked as of the day before the second, it knows the first alone.
#[test]
fn a_computed_figure_travels_with_the_cells_it_is_computed_from() {
    let room = two_editions();
    let append = |name: &str, text: &str| {
        let path = room.path(name);
        let whole = std::fs::read_to_string(&path).unwrap() + text;
        std::fs::write(path, whole).unwrap();
    };
    append(
        "sources.toml",
        "\n[[link]]\nfamily = \"p.ipi\"\nfrom = \"mom.m\"\nto = \"dec.m\"\nkind = \"chain\"\nnote = \"months multiply\"\n",
    );
    append(
        "papers/small/claims.csv",
        "c4,2,1,1,17.5%,-17.5,1,percent,,,,,,,p.ipi.bcde.ru.dec.m.base2018,2020-02,growth,,,,February against December\n",
    );
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    let (at, made) = folder(&room, &["c4"], "now");
    sums_hold(&at, &made);
    let shown: Vec<[String; 4]> =
        vintages(&made).iter().map(|row| ["known_from", "printed", "value", "grade"].map(|name| row[name].clone())).collect();
    assert_eq!(
        shown,
        [["2020-04-20", "83.2 × 99.1 / 100^1", "-17.5488", "ROUNDS"], ["2020-05-20", "83.7 × 99.1 / 100^1", "-17.0533", "NONE"],]
    );
    let page = text(&made, "README.md");
    assert!(
        page.contains("## The series that stands in for the declared one") && page.contains("p.ipi.bcde.ru.mom.m.base2018"),
        "{page}"
    );
    assert!(page.contains("| 2020-02 |") && page.contains("99.1"), "{page}");
    assert_eq!(made.keys().filter(|name| name.starts_with("documents/")).count(), 2);
    assert!(
        made.iter().any(|(name, bytes)| name.ends_with(".html") && String::from_utf8_lossy(bytes).contains("<mark>99.1</mark>"))
    );
    let told = room.sverka(&["explain", "c4"]).out;
    assert!(told.contains("superseded") && told.contains("the product of the changes"), "{told}");
    let then = folder(&room, &["c4", "--as-of", "2020-05-19"], "then").1;
    assert_eq!(vintages(&then).len(), 1);
    assert!(text(&then, "README.md").contains("judged with what was known on: 2020-05-19"));
    let told = room.sverka(&["explain", "c4", "--as-of", "2020-05-19"]).out;
    assert!(told.contains("confirmed with a note") && !told.contains("2020-05-20"), "{told}");
}

#[test]
fn explain_names_the_way_to_every_cell() {
    let room = two_editions();
    let ran = room.sverka(&["explain", "c1"]);
    let rows = vintages(&folder(&room, &["c1"], "out").1);
    for row in rows {
        let way = format!("s · {} · sha256 {} (in the archive)", row["locator"], row["sha256"]);
        assert!(ran.out.contains(&way), "{way}: {ran:?}");
    }
}

/// A claim and how many of its vintages have their document at hand.
const REAL: [(&str, usize); 2] = [("s1.1-003", 3), ("s1.2-001", 1)];

#[test]
fn real_documents_travel_and_show_their_figures() {
    let Some(data) = samples::replayed_data() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    let places = [("--config", root.join("sources.toml")), ("--papers", root.join("papers")), ("--data-dir", data.to_path_buf())];
    let evidence = data.join("evidence");
    let mut args = vec!["--paper", "an-2023", "--evidence", evidence.to_str().unwrap()];
    places.iter().for_each(|(name, path)| args.extend([*name, path.to_str().unwrap()]));
    for (claim, least) in REAL {
        let call = [&[claim], &args[..]].concat();
        let (at, made) = folder(&room, &call, claim);
        sums_hold(&at, &made);
        let shown = excerpts_show_their_figures(&made);
        assert!(shown >= least, "{claim}: {shown} vintages with their documents");
        assert_eq!(folder(&room, &call, &format!("{claim}-again")).1, made, "{claim}");
    }
}
