//! A paper is one folder: written, checked, and judged by its own figures alone.

use super::support::Room;

const ADDRESS: &str = "http://127.0.0.1:1/s.xlsx";

/// A room with one more paper: these rows, these relations.
fn with_paper(toml: &str, rows: &str) -> Room {
    let room = Room::new(ADDRESS);
    assert_eq!(room.sverka(&["paper", "new", "mine"]).code, 0);
    std::fs::write(room.path("papers/mine/paper.toml"), format!("id = \"mine\"\ntitle = \"T\"\naccepted = 2024-01-01\n{toml}"))
        .unwrap();
    let header = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                  series,period,measure,base,footnote,cutoff,restated";
    std::fs::write(room.path("papers/mine/claims.csv"), format!("{header}\n{rows}")).unwrap();
    room
}

#[test]
fn a_new_paper_is_a_skeleton_that_checks_and_judges() {
    let room = Room::new(ADDRESS);
    let ran = room.sverka(&["paper", "new", "doe-2024"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = room.sverka(&["check"]);
    assert_eq!((ran.code, ran.out.contains("2 papers")), (0, true), "{ran:?}");
    let (code, told) = room.json(&["reconcile", "--internal", "--paper", "doe-2024"]);
    assert_eq!((code, &told["papers"][0]["paper"]), (0, &"doe-2024".into()), "{told}");
    assert_eq!(told["findings"][2]["internal"]["status"], "CONFIRMED");
    assert_eq!(told["findings"][2]["external"]["reasons"][0], "disabled");
    assert!(!room.path("data").exists(), "no database is needed, and none is made");
    let before = std::fs::read(room.path("papers/doe-2024/paper.toml")).unwrap();
    let ran = room.sverka(&["paper", "new", "doe-2024"]);
    assert_eq!((ran.code, ran.err.contains("is there already; nothing was written")), (64, true), "{ran:?}");
    assert_eq!(std::fs::read(room.path("papers/doe-2024/paper.toml")).unwrap(), before);
    for bad in ["../escape", "Doe 2024", ""] {
        assert_eq!(room.sverka(&["paper", "new", bad]).code, 64, "{bad}");
    }
}

#[test]
fn whoever_brings_sources_and_papers_of_their_own_answers_for_no_evidence_that_came_with_the_program() {
    let room = Room::new(ADDRESS);
    std::fs::remove_dir_all(room.path("evidence")).unwrap();
    let ran = room.sverka(&["check"]);
    assert_eq!((ran.code, ran.out.contains("1 paper")), (0, true), "{ran:?}");
}

#[test]
fn mistakes_of_a_paper_are_told_with_file_and_line() {
    let rows = "\
c1,1,1,1,5%,5,0,percent,,,,,,,p.ipi.bcde.ru.mom.m.base2018,2020-01,growth,,,,r
c1,1,1,1,5%,5,0,percent,,,,,,,,2020-01,growth,,,,r
c3,1,1,1,5%,50,0,percent,,,,,,,,2020-01,growth,,,,r
";
    let ran = with_paper("", rows).sverka(&["check"]);
    assert_eq!(ran.code, 64, "{ran:?}");
    for wanted in
        ["papers/mine/claims.csv:3: id: \"c1\" stands on line 2 already", "papers/mine/claims.csv:4: printed: \"5%\" reads as 5"]
    {
        assert!(ran.err.contains(wanted), "{wanted}: {ran:?}");
    }
    let rows = "\
c1,1,1,1,5%,5,0,percent,,,,,,,p.ipi.bcde.ru.mom.m.base2081,2020-01,growth,,,,r
c2,1,1,1,5,5,0,milion tonnes,,,,,,,,2020,level,,,,r
c3,1,1,1,5,5,0,million tonnes,,,,,,,x.y.z.ru.level.a,2020,level,,,,r
";
    let toml = "awaited = [\"x.y.z.ru.level.a\", \"x.y.unused.ru.level.a\"]\n[[footnote]]\nnumber = 1\nsource = \"nowhere\"\n";
    let ran = with_paper(toml, rows).sverka(&["check"]);
    assert_eq!(ran.code, 64, "{ran:?}");
    for wanted in [
        "papers/mine/claims.csv:2: claim c1: unknown series p.ipi.bcde.ru.mom.m.base2081: no source delivers it",
        "papers/mine/claims.csv:3: claim c2: unknown unit \"milion tonnes\"; nearest is \"million tonnes\"",
        "papers/mine/paper.toml:4: awaited: no claim means x.y.unused.ru.level.a",
        "papers/mine/paper.toml:5: no source \"nowhere\" in the configuration",
    ] {
        assert!(ran.err.contains(wanted), "{wanted}: {ran:?}");
    }
    assert!(!ran.err.contains("c3"), "an awaited series is no mistake: {ran:?}");
    let relation = "[[relation]]\nkind = \"sum\"\nclaim = \"c1\"\nof = [\"c2\", \"c3\"]\n";
    let rows = "\
c1,1,1,1,5%,5,0,percent,,,,,,,,2020,growth,,,,r
c2,1,1,1,5,5,0,million tonnes,,,,,,,,2020,level,,,,r
c3,1,1,1,5,5,0,million tonnes,,,,,,,,2020,level,,,,r
";
    let room = with_paper(relation, rows);
    for command in [&["check"][..], &["reconcile", "--internal"], &["reconcile"]] {
        let ran = room.sverka(command);
        let wanted =
            "papers/mine/paper.toml:4: relation sum:c1: different units: the claim is in percent, what it follows from in tonnes";
        assert_eq!((ran.code, ran.err.contains(wanted)), (64, true), "{command:?}: {ran:?}");
    }
    let ran = with_paper("[[relation]]\nkind = \"sum\"\nclaim = \"c1\"\nof = [\"c9\"]\n", rows).sverka(&["check"]);
    assert!(ran.err.contains("papers/mine/paper.toml:4: relation sum:c1: papers/mine/claims.csv has no claim \"c9\""), "{ran:?}");
}

#[test]
fn relations_and_habits_reach_the_store_the_report_and_the_explanation() {
    let relations = "[[relation]]\nkind = \"growth\"\nclaim = \"g\"\nof = [\"a\", \"b\"]\nnote = \"one sentence\"\n";
    let rows = "\
a,1,1,1,1.030,1.030,3,USD billion,,,,,,,,2004,level,,,,r
b,1,1,1,2.697,2.697,3,USD billion,,,,,,,,2019,level,,,,r
g,1,1,1,61.8%,61.8,1,percent,,,,,,,,2019,growth,2004,,,r
";
    let room = with_paper(relations, rows);
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    let db = room.db();
    let kept: (String, String, String) = db
        .query_row("SELECT kind, claims, reason FROM relation WHERE paper_id = 'mine'", [], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .unwrap();
    assert_eq!(kept, ("growth".into(), r#"{"claim":"g","of":["a","b"]}"#.into(), "one sentence".into()));
    let sql = "SELECT f.status || ' ' || f.severity || ' ' || json_extract(f.relations, '$[0].reasons[1]') FROM finding AS f
        JOIN claim AS c ON c.id = f.claim_id WHERE f.side = 'internal' AND c.claim = 'g'";
    let told: String = db.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(told, "INCONSISTENT critical leading_digit_lost");
    let ran = room.sverka(&["explain", "g"]);
    for wanted in
        ["≠ inconsistent (critical)", "(2.697 / 1.030 − 1) × 100 = 161.84", "cannot go together: g, a, b", "one sentence"]
    {
        assert!(ran.out.contains(wanted), "{wanted}: {}", ran.out);
    }
    let ran = room.sverka(&["report", "--paper", "mine"]);
    assert!(ran.out.contains("## Within the paper") && ran.out.contains("1 contradiction proven"), "{}", ran.out);
}
