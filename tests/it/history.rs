//! Verdicts that change: told once with what changed them, compared and listed by `diff`.

use super::support::{Room, V1, V2, column, count};
use super::workbook::xlsx;
use serde_json::Value;

const HEADER: &str = "series,period,status,value,printed,unit,published_on,published_basis,publication,url,archive_url,where,\
                      quoted_by,seen,transcribed_on,confidence,notes";
const ROW: &str = "q.output.widgets.ru.level.a,2020,published,410.0,\"410,0\",million tonnes,2021-01-20,stated,Yearbook,\
                   https://example.org/a,,page 3,,document,2026-11-24,high,";
const CLAIM: &str =
    "c4,2,1,1,410.0,410.0,1,million tonnes,,,ru,,,output,q.output.widgets.ru.level.a,2020,level,,,,Output of widgets\n";

/// A room whose paper also prints a figure that a person read, and two editions of its workbook.
fn room() -> Room {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let change = |name: &str, change: &dyn Fn(String) -> String| {
        let text = change(std::fs::read_to_string(room.path(name)).unwrap());
        std::fs::write(room.path(name), text).unwrap();
    };
    change("papers/small/paper.toml", &|text| format!("{text}awaited = [\"q.output.widgets.ru.level.a\"]\n"));
    change("papers/small/claims.csv", &|text| text + CLAIM);
    std::fs::create_dir_all(room.path("evidence/q")).unwrap();
    std::fs::write(room.path("evidence/q/statements.csv"), format!("{HEADER}\n{ROW}\n")).unwrap();
    std::fs::write(room.path("evidence/series.csv"), "series,title\n").unwrap();
    for (name, text) in [("v1.xlsx", V1), ("v2.xlsx", V2)] {
        std::fs::write(room.path(name), xlsx(text)).unwrap();
    }
    room
}

fn replay(room: &Room, days: &[(&str, &str)]) -> i32 {
    let lines: String = days.iter().map(|(file, day)| format!("{file}\ts\t{day}\trecorded\t\n")).collect();
    std::fs::write(room.path("MANIFEST.tsv"), format!("path\tsource\tas_of\tas_of_basis\tsha256\n{lines}")).unwrap();
    let ran = room.sverka(&["replay", "MANIFEST.tsv"]);
    assert!(ran.code <= 1, "{ran:?}");
    ran.code
}

fn edit(room: &Room, name: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(room.path(name)).unwrap();
    assert!(text.contains(from), "{name}");
    std::fs::write(room.path(name), text.replace(from, to)).unwrap();
}

/// What `diff` says of the last change: claim, side, statuses and cause of each verdict.
fn diff(room: &Room) -> (Vec<String>, Value) {
    let (code, told) = room.json(&["diff"]);
    assert_eq!((code, &told["schema"], told["papers"].as_array().unwrap().len()), (0, &Value::from(1), 1), "{told}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let one =
        |d: &Value| [&d["claim"], &d["side"], &d["before"]["status"], &d["after"]["status"], &d["cause"]].map(text).join(" ");
    let lines = told["papers"][0]["differences"].as_array().unwrap().iter().map(one).collect();
    (lines, told)
}

fn alerts(room: &Room) -> Vec<String> {
    column(&room.db(), "SELECT key FROM alert WHERE cleared_at IS NULL ORDER BY id", [])
}

#[test]
fn every_change_is_told_once_with_its_cause() {
    let room = room();
    assert_eq!(room.sverka(&["diff"]).code, 2, "there is no database yet");
    assert_eq!(replay(&room, &[("v1.xlsx", "2020-04-20")]), 0, "the baseline");
    let ran = room.sverka(&["diff"]);
    assert!(ran.code == 0 && ran.out.contains("one state at most"), "{ran:?}");
    assert!(alerts(&room).is_empty());

    // a document that revises a figure
    assert_eq!(replay(&room, &[("v2.xlsx", "2020-05-20")]), 0, "a superseded figure is no deviation");
    let (lines, told) = diff(&room);
    assert_eq!(lines, ["c1 external CONFIRMED SUPERSEDED vintage"]);
    let why = told["papers"][0]["differences"][0]["message"].as_str().unwrap();
    assert!(why.starts_with("s says 83.7 since 2020-05-20 (document "), "{why}");
    assert!(why.ends_with("until then it was 83.2 since 2020-04-20."), "{why}");
    assert_eq!(alerts(&room), ["verdict small/c1/external/SUPERSEDED"]);

    // a row of the catalogue
    edit(&room, "papers/small/claims.csv", "0.9%,-0.9", "1.9%,-1.9");
    let ran = room.sverka(&["reconcile"]);
    assert_eq!(ran.code, 1, "a new deviation: {ran:?}");
    let (lines, told) = diff(&room);
    assert_eq!(lines, ["c2 external CONFIRMED DEVIATES catalogue"]);
    let wanted = "The claim's row changed: printed was \"0.9%\", is \"1.9%\"; value was \"-0.9\", is \"-1.9\".";
    assert_eq!(told["papers"][0]["differences"][0]["message"], wanted);
    assert_eq!(told["papers"][0]["after"]["changed"], serde_json::json!(["paper"]));

    // a row of evidence
    edit(&room, "evidence/q/statements.csv", "410.0,\"410,0\"", "412.0,\"412,0\"");
    assert_eq!(room.sverka(&["reconcile"]).code, 1);
    let (lines, told) = diff(&room);
    assert_eq!(lines, ["c4 external CONFIRMED DEVIATES evidence"]);
    let wanted = "evidence/q/statements.csv says 412,0 since 2021-01-20 now; it said 410,0 since 2021-01-20.";
    assert_eq!(told["papers"][0]["differences"][0]["message"], wanted);
    let all =
        ["verdict small/c1/external/SUPERSEDED", "verdict small/c2/external/DEVIATES", "verdict small/c4/external/DEVIATES"];
    assert_eq!(alerts(&room), all);

    // nothing new: nothing is told, nothing is stored again
    let size = |room: &Room| {
        ["reconciliation", "finding", "finding_event", "alert"].map(|t| count(&room.db(), &format!("SELECT count(*) FROM {t}")))
    };
    let before = size(&room);
    assert_eq!(before, [4, 11, 3, 3]);
    for _ in 0..3 {
        assert_eq!(room.sverka(&["reconcile"]).code, 0);
    }
    assert_eq!(size(&room), before);
    assert_eq!(diff(&room).0, ["c4 external CONFIRMED DEVIATES evidence"], "still the last change");

    // what a person does to be right again
    edit(&room, "papers/small/claims.csv", "1.9%,-1.9", "0.9%,-0.9");
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    assert_eq!(alerts(&room), [all[0], all[2]]);
    let (_, told) = room.json(&["status"]);
    assert_eq!(told["alerts"].as_array().unwrap().len(), 2);
    assert!(room.sverka(&["status"]).out.contains("2 open alerts:"));
}

#[test]
fn states_are_listed_and_chosen() {
    let room = room();
    replay(&room, &[("v1.xlsx", "2020-04-20")]);
    replay(&room, &[("v2.xlsx", "2020-05-20")]);
    edit(&room, "sources.toml", "Production indices", "Indices of production");
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    let (_, told) = room.json(&["diff", "--list"]);
    let rows = told["reconciliations"].as_array().unwrap();
    let changed: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["changed"], &row["events"])).collect();
    let wanted = [serde_json::json!([]), serde_json::json!([]), serde_json::json!(["sources"])];
    assert_eq!(changed, wanted.iter().zip([&Value::from(0), &Value::from(1), &Value::from(0)]).collect::<Vec<_>>());
    assert_eq!((&rows[0]["rows"], rows[0]["external"]["CONFIRMED"].as_u64()), (&Value::Null, Some(3)));
    assert!(rows[1]["rows"].as_u64().unwrap() > 0, "{told}");
    let text = room.sverka(&["diff", "--list"]).out;
    for wanted in
        ["the baseline; 0 verdicts differ", "new rows of figures; 1 verdict differs", "changed: sources; 0 verdicts differ"]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let ran = room.sverka(&["diff"]);
    assert!(ran.out.starts_with("small: 1 (") && ran.out.contains("vintage: s says 83.7"), "the last two show the same: {ran:?}");
    assert!(
        ran.out
            .contains("c1 (external): CONFIRMED EXACT info by 83.2 of s since 2020-04-20 → SUPERSEDED EXACT minor by 83.2 of s"),
        "{ran:?}"
    );
    let back = room.sverka(&["diff", "2", "1", "--paper", "small"]);
    assert!(back.out.contains("c1 (external): SUPERSEDED EXACT minor") && back.out.contains("→ CONFIRMED"), "{back:?}");
    assert!(room.sverka(&["diff", "2", "3"]).out.contains("no verdict differs"));
    assert!(room.sverka(&["diff", "2020-01-01"]).out.contains("one state at most"), "nothing was stored by then");
    assert!(room.sverka(&["diff", "1", "2099-01-01"]).out.contains("vintage: s says 83.7"));
    let wrong = [
        &["diff", "9"][..],
        &["diff", "yesterday"],
        &["diff", "--paper", "nope"],
        &["diff", "1", "2", "--paper", "nope"],
        &["diff", "1", "--list"],
    ];
    for args in wrong {
        let ran = room.sverka(args);
        assert_eq!(ran.code, 64, "{args:?}: {ran:?}");
    }
}
