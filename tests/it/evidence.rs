//! Figures that travel: exported from the documents they stand in, judged elsewhere without them.

use super::support::{Room, V1, V2, column, count};
use super::workbook::xlsx;
use std::path::Path;

/// Claim and external status of every finding.
fn verdicts(room: &Room, args: &[&str]) -> Vec<String> {
    let (code, told) = room.json(&[&["reconcile"], args].concat());
    assert_eq!(code, 0, "{told}");
    let findings = told["findings"].as_array().unwrap().iter();
    findings.map(|f| format!("{} {} {}", f["claim"], f["external"]["status"], f["external"]["grade"])).collect()
}

fn ingest(room: &Room, text: &str, day: &str) {
    std::fs::write(room.path("s.xlsx"), xlsx(text)).unwrap();
    let ran = room.sverka(&["ingest", "s.xlsx", "--source", "s", "--as-of", day, "--obtained-from", "the tests"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Copies the only file of an export beside another room's sources.
fn carry(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("p")).unwrap();
    std::fs::copy(from.join("p/s.csv"), to.join("p/s.csv")).unwrap();
}

/// Everything the store says of figures, but for who read them.
const FIGURES: &str = "SELECT s.code || ' ' || o.period || ' ' || coalesce(o.value, o.status) || ' ' || o.known_from || ' ' ||
    coalesce(o.known_to, '') || ' ' || coalesce(o.raw, '') || ' ' || o.locator || ' ' || n.sha256
    FROM observation AS o JOIN series AS s ON s.id = o.series_id JOIN snapshot AS n ON n.id = o.snapshot_id
    WHERE o.recorded_to IS NULL AND s.code IN ('p.ipi.bcde.ru.mom.m.base2018', 'p.ipi.b.ru.mom.m.base2018') ORDER BY 1";

#[test]
fn exported_figures_give_the_same_verdicts_without_the_documents() {
    let home = Room::new("http://127.0.0.1:1/s.xlsx");
    ingest(&home, V1, "2020-04-20");
    ingest(&home, V2, "2020-05-20");
    let ran = home.sverka(&["export", "evidence", "--out", "out"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let away = Room::new("http://nowhere.invalid/s.xlsx");
    carry(&home.path("out"), &away.path("evidence"));
    assert_eq!(verdicts(&away, &[]), verdicts(&home, &[]));
    assert_eq!(verdicts(&away, &["--as-of", "2020-05-01"]), verdicts(&home, &["--as-of", "2020-05-01"]));
    assert_eq!(column::<String>(&away.db(), FIGURES, []), column::<String>(&home.db(), FIGURES, []));
    assert!(column::<String>(&away.db(), FIGURES, []).len() >= 6);
    assert_eq!(count(&away.db(), "SELECT count(*) FROM observation WHERE class != 'exported'"), 0);
    assert_eq!(count(&away.db(), "SELECT count(*) FROM snapshot WHERE held != 0 OR class != 'exported'"), 0);
    assert_eq!(count(&away.db(), "SELECT count(*) FROM snapshot"), 2);
    let rows = count(&away.db(), "SELECT count(*) FROM observation");
    verdicts(&away, &[]);
    assert_eq!(count(&away.db(), "SELECT count(*) FROM observation"), rows, "loading again changes nothing");
}

#[test]
fn a_document_that_is_held_goes_before_evidence_of_it() {
    let home = Room::new("http://127.0.0.1:1/s.xlsx");
    ingest(&home, V1, "2020-04-20");
    assert_eq!(home.sverka(&["export", "evidence", "--out", "out"]).code, 0);
    let away = Room::new("http://127.0.0.1:1/s.xlsx");
    carry(&home.path("out"), &away.path("evidence"));
    let before = verdicts(&away, &[]);
    ingest(&away, V1, "2020-04-20");
    assert_eq!(verdicts(&away, &[]), before);
    let latest = "SELECT class FROM latest WHERE code = 'p.ipi.bcde.ru.mom.m.base2018' AND period = '2020-01'";
    assert_eq!(column::<String>(&away.db(), latest, []), ["parsed"]);
    assert_eq!(count(&away.db(), "SELECT count(*) FROM issue WHERE code = 'sources_disagree'"), 0);
}

#[test]
fn a_mistake_in_evidence_is_told_with_its_line() {
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    ingest(&room, V1, "2020-04-20");
    assert_eq!(room.sverka(&["export", "evidence", "--out", "out"]).code, 0);
    carry(&room.path("out"), &room.path("evidence"));
    let file = room.path("evidence/p/s.csv");
    let text = std::fs::read_to_string(&file).unwrap().replace(",published,", ",pubished,");
    std::fs::write(&file, text).unwrap();
    let ran = room.sverka(&["check"]);
    assert_eq!(ran.code, 64, "{ran:?}");
    assert!(ran.err.contains("evidence/p/s.csv:2") && ran.err.contains("pubished"), "{ran:?}");
}
