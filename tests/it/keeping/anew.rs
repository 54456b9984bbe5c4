//! A database made anew from its documents, and what may be deleted of one.

use super::{INDUSTRY, change, config, dump, faults, filled, ingest, restore, with_evidence};
use crate::samples::replayed_data;
use crate::support::{ERROR_PAGE, Room, V1, V2, column, count, open};

#[test]
fn a_database_is_made_anew_from_its_documents() {
    let point = format!("checkpoint = [{{ series = \"{INDUSTRY}\", period = \"2020-02\", value = \"50.0\" }}]\n");
    let room = with_evidence(Room::with(&format!("{}\n{point}", config())));
    // one that is let in by a person, one that may follow, one that comes late, one that is refused, one that waits
    assert_eq!(ingest(&room, V1, "2020-02-20"), "drift");
    assert!(room.json(&["accept", "s", "--note", "seen, and so"]).0 < 2);
    assert_eq!(ingest(&room, V2, "2020-03-20"), "stored");
    assert_eq!(ingest(&room, &V2.replace("102.3", "102.4"), "2020-04-20"), "stored");
    assert_eq!(ingest(&room, &V1.replace("83.2", "83.1"), "2020-02-10"), "stored", "the same change");
    std::fs::write(room.path("page.html"), ERROR_PAGE).unwrap();
    let args = ["ingest", "page.html", "--source", "s", "--as-of", "2020-04-01", "--obtained-from", "here"];
    assert_eq!(room.json(&args).1["documents"][0]["outcome"], "forbidden_page");
    assert_eq!(ingest(&room, &V2.replace("99.14", "99.24"), "2020-05-20"), "drift");
    let (code, told) = room.json(&["rebuild", "--into", "new"]);
    assert_eq!((code, &told["identical"], &told["documents"]), (0, &true.into(), &4.into()), "{told}");
    assert_eq!(dump(&room.path("new")), dump(&room.path("data")));
    let (old, new) = (room.db(), open(&room.path("new")));
    for sql in [
        "SELECT concat_ws(' ', id, source_id, trigger, started_at, outcome, document, etag, (SELECT sha256 FROM snapshot AS n WHERE n.id = snapshot_id))
           FROM attempt ORDER BY id",
        "SELECT concat_ws(' ', code, place, before, after, accepted_at, note, (SELECT sha256 FROM snapshot AS n WHERE n.id = snapshot_id),
           (SELECT sha256 FROM quarantine AS q WHERE q.id = quarantine_id)) FROM drift ORDER BY 1",
        "SELECT concat_ws(' ', sha256, outcome, as_of, obtained_from, read_at) FROM unread ORDER BY 1",
        "SELECT concat_ws(' ', sha256, rule, as_of, released_at) FROM quarantine ORDER BY 1",
        "SELECT concat_ws(' ', sha256, as_of, fetched_at, url, obtained_from, content_type, parser) FROM snapshot ORDER BY 1",
        "SELECT concat_ws(' ', claim, external_status, external_sentence) FROM claims_with_verdict ORDER BY 1",
    ] {
        let rows = column::<String>(&old, sql, []);
        assert!(!rows.is_empty() && rows == column::<String>(&new, sql, []), "{sql}\n{rows:#?}");
    }
    assert_eq!(room.json(&["verify", "--data-dir", "new"]).0, 0);
    assert!(room.json(&["accept", "s", "--data-dir", "new", "--note", "late"]).0 < 2);
    // a figure that was changed is not made again
    change(&room.path("data"), "UPDATE observation SET value = '83.3' WHERE value = '83.2'");
    let (code, told) = room.json(&["rebuild", "--into", "newer"]);
    let differing = told["differing"].as_array().unwrap();
    assert!(
        code == 2 && told["identical"] == false && differing.iter().any(|line| line.as_str().unwrap().contains("83.3")),
        "{told}"
    );
}

#[test]
fn real_documents_make_the_same_database() {
    let Some(data) = replayed_data() else { return };
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    let [config, papers] = ["/sources.toml", "/papers"].map(|name| format!("{}{name}", env!("CARGO_MANIFEST_DIR")));
    let evidence = data.join("evidence");
    let all = [
        "--data-dir",
        data.to_str().unwrap(),
        "--config",
        &config,
        "--papers",
        &papers,
        "--evidence",
        evidence.to_str().unwrap(),
    ];
    let (code, told) = room.json(&[&["verify"], &all[..]].concat());
    assert_eq!((code, faults(&told)), (0, vec![]), "{:?}", told["remarks"]);
    assert!(told["read_again"].as_u64().unwrap() >= 50, "{told}");
    let (code, told) = room.json(&[&["rebuild", "--into", "new"], &all[..]].concat());
    assert_eq!((code, &told["identical"]), (0, &true.into()), "{told}");
    assert_eq!(dump(&room.path("new")), dump(data));
    let (code, told) = room.json(&[&["backup", "b"], &all[..]].concat());
    assert_eq!(code, 0, "{told}");
    assert_eq!(restore(&room, "b", "restored", &[]).code, 0);
    assert_eq!(dump(&room.path("restored")), dump(data));
}

#[test]
fn only_what_nothing_rests_on_is_deleted() {
    let room = filled();
    let old = "2001-01-01T00:00:00Z";
    // tries without a document, of one address and planned; messages; reconciliations with and without a change
    change(
        &room.path("data"),
        &format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
             INSERT INTO attempt (source_id, trigger, due_at, started_at, finished_at, outcome, url)
               SELECT 's', 'schedule', strftime('%Y-%m-%dT%H:%M:%SZ', '2001-01-01', i || ' hours'), '{old}', '{old}', 'http_500', 'http://a/' || (i % 3) FROM n;
             UPDATE attempt SET started_at = '{old}', finished_at = '{old}';
             INSERT INTO outbox (id, message, channel, payload, created_at, next_at, sent_at, given_up_at, bundled_in) VALUES
               (1, 'sent', 'file', '{{}}', '{old}', '{old}', '{old}', NULL, NULL), (2, 'told', 'file', '{{}}', '{old}', '{old}', NULL, NULL, 3),
               (3, 'digest', 'file', '{{}}', '{old}', '{old}', '{old}', NULL, NULL), (4, 'too old', 'file', '{{}}', '{old}', '{old}', NULL, '{old}', NULL),
               (5, 'not sent', 'file', '{{}}', '{old}', '{old}', NULL, NULL, NULL);"
        ),
    );
    assert_eq!(room.json(&["reconcile"]).0, 0);
    // a sentence that is another one now, and no verdict
    for n in 1..4 {
        change(
            &room.path("data"),
            &format!("UPDATE finding SET sentence = 'other {n}' WHERE until_id IS NULL AND side = 'internal'"),
        );
        assert_eq!(room.json(&["reconcile"]).0, 0);
    }
    change(&room.path("data"), &format!("UPDATE reconciliation SET finished_at = '{old}', confirmed_at = NULL"));
    let counts = |room: &Room| {
        ["attempt", "reconciliation", "finding", "outbox"]
            .map(|table| count(&room.db(), &format!("SELECT count(*) FROM {table}")))
    };
    let (before, says) = (counts(&room), dump(&room.path("data")));
    assert!(room.sverka(&["prune"]).out.contains("everything is kept"));
    let all = ["prune", "--attempts", "30", "--verdicts", "30", "--messages", "30"];
    let (code, dry) = room.json(&[&all[..], &["--dry-run"]].concat());
    assert_eq!((code, counts(&room)), (0, before), "nothing goes that is only counted");
    let verdicts =
        "SELECT concat_ws(' ', claim, external_status, internal_status, internal_sentence) FROM claims_with_verdict ORDER BY 1";
    let (states, judged) = (states(&room), column::<String>(&room.db(), verdicts, []));
    let (code, told) = room.json(&all);
    assert_eq!((code, &told["pruned"]), (0, &dry["pruned"]));
    let after = counts(&room);
    assert!(after.iter().zip(before).all(|(after, before)| *after < before), "{before:?} {after:?}");
    assert!(after[0] >= 100 && after[1] >= 2 && after[3] == 1, "{after:?}");
    assert_eq!((dump(&room.path("data")), column::<String>(&room.db(), verdicts, [])), (says, judged));
    // what stood in the reconciliations that stay is the same to the letter
    let kept = self::states(&room);
    assert!(kept.iter().all(|state| states.contains(state)), "{kept:#?}\n{states:#?}");
    assert_eq!(room.json(&["verify"]).0, 0);
    assert_eq!(room.json(&all).1["pruned"]["attempts"], 0);
    assert_eq!(room.json(&["diff", "--list"]).0, 0);
}

/// Every reconciliation with the findings that stood in it.
fn states(room: &Room) -> Vec<String> {
    let sql = "SELECT r.id || ': ' || (SELECT group_concat(f.claim_id || f.side || f.status || f.sentence ORDER BY f.claim_id, f.side)
        FROM finding AS f WHERE f.reconciliation_id <= r.id AND (f.until_id IS NULL OR f.until_id > r.id)) FROM reconciliation AS r ORDER BY r.id";
    column(&room.db(), sql, [])
}
