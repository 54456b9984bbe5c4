//! Figures that people read, and searches that ended with nothing: checked, stored, judged, counted.

use super::support::{Room, column};

const ADDRESS: &str = "http://127.0.0.1:1/s.xlsx";
const HEADER: &str = "series,period,status,value,printed,unit,published_on,published_basis,publication,url,archive_url,where,\
                      quoted_by,seen,transcribed_on,confidence,notes";
const FIRST: &str = "q.output.widgets.ru.level.a,2020,published,410.0,\"410,0\",million tonnes,2021-01-20,stated,Yearbook,\
                     https://example.org/a,,page 3,,document,2026-11-24,high,";
const SECOND: &str = "q.output.widgets.ru.level.a,2020,published,412.5,\"412,5\",million tonnes,2021-06-01,estimated,Correction,\
                      https://example.org/b,https://archive.example.org/b,second sentence,a newspaper,excerpt,2026-11-24,medium,own words";

/// A room with a paper of three claims and a file of statements.
fn room(statements: &[&str], series: &str, searches: &str) -> Room {
    let room = Room::new(ADDRESS);
    assert_eq!(room.sverka(&["paper", "new", "mine"]).code, 0);
    let toml = "awaited = [\"q.output.gadgets.ru.level.a\", \"q.output.widgets.ru.level.a\"]\nid = \"mine\"\ntitle = \"T\"\naccepted = 2022-01-01\n";
    std::fs::write(room.path("papers/mine/paper.toml"), toml).unwrap();
    let header = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                  series,period,measure,base,footnote,cutoff";
    let claims = "\
c1,1,1,1,412.5,412.5,1,million tonnes,,,,,,,q.output.widgets.ru.level.a,2020,level,,,
c2,1,1,2,410.0,410.0,1,million tonnes,,,,,,,q.output.widgets.ru.level.a,2020,level,,,2021-02-01
c3,2,1,1,7,7,0,million tonnes,,,,,,,q.output.gadgets.ru.level.a,2020,level,,,
";
    std::fs::write(room.path("papers/mine/claims.csv"), format!("{header}\n{claims}")).unwrap();
    std::fs::write(room.path("papers/mine/searches.csv"), searches).unwrap();
    std::fs::create_dir_all(room.path("evidence/q")).unwrap();
    std::fs::write(room.path("evidence/q/statements.csv"), format!("{HEADER}\n{}\n", statements.join("\n"))).unwrap();
    std::fs::write(room.path("evidence/series.csv"), format!("series,title\n{series}")).unwrap();
    room
}

const SEARCHES: &str = "claim,looked_for,where,reason,note,searched_on\nc3,output of gadgets,yearbooks,withheld,\"Left out since 2022.\",2026-11-24\n";

#[test]
fn prints_and_revisions_that_people_read_decide_by_their_days() {
    let room = room(&[FIRST, SECOND], "", SEARCHES);
    assert_eq!(room.sverka(&["check"]).code, 0, "{:?}", room.sverka(&["check"]));
    let (_, told) = room.json(&["reconcile", "--paper", "mine"]);
    let of = |id: &str| told["findings"].as_array().unwrap().iter().find(|one| one["claim"] == id).unwrap()["external"].clone();
    assert_eq!(of("c1")["status"], "CONFIRMED", "{told}");
    assert_eq!(of("c2")["status"], "SUPERSEDED", "the first print was right on its day: {told}");
    assert_eq!(of("c3")["status"], "UNVERIFIABLE");
    let why = of("c3")["sentence"].as_str().unwrap().to_string();
    assert!(why.contains("Looked for on 2026-11-24: output of gadgets. Left out since 2022."), "{why}");
    let ran = room.sverka(&["explain", "c1"]);
    assert!(ran.out.contains("a person read an excerpt of the page, which is of a newspaper"), "{ran:?}");
    let sql = "SELECT concat_ws('|', o.class, o.known_from, publication, quoted_by, archive_url, seen, confidence)
        FROM observation AS o JOIN transcription ON observation_id = o.id ORDER BY o.known_from";
    let rows: Vec<String> = column(&room.db(), sql, []);
    let wanted = [
        "transcribed|2021-01-20|Yearbook|||document|high",
        "quoted|2021-06-01|Correction|a newspaper|https://archive.example.org/b|excerpt|medium",
    ];
    assert_eq!(rows, wanted);
    // the file is the truth: what is no longer in it is no longer believed
    std::fs::write(room.path("evidence/q/statements.csv"), format!("{HEADER}\n{FIRST}\n")).unwrap();
    let (_, told) = room.json(&["reconcile", "--paper", "mine"]);
    assert_eq!(told["findings"][0]["external"]["status"], "DEVIATES", "{told}");
}

#[test]
fn coverage_counts_what_figures_rest_on() {
    let room = room(&[FIRST], "", SEARCHES);
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    let (code, told) = room.json(&["coverage", "--paper", "mine"]);
    assert_eq!(code, 0);
    let bases: Vec<&str> =
        told["papers"][0]["claims"].as_array().unwrap().iter().map(|one| one["basis"].as_str().unwrap()).collect();
    assert_eq!(bases, ["transcribed", "transcribed", "searched in vain"]);
    assert_eq!(told["papers"][0]["claims"][2]["reason"], "withheld");
    let text = room.sverka(&["coverage", "--paper", "mine"]).out;
    assert!(text.contains("2 of 3 claims have an official figure beside them"), "{text}");
    assert!(text.contains("q.output (no source is configured): 1 claim: c3"), "{text}");
}

#[test]
fn mistakes_in_what_people_read_are_told_with_file_and_line() {
    let early = FIRST.replace("2021-01-20", "2020-12-31");
    let unit = FIRST.replace("million tonnes", "milion tonnes").replace("/a", "/u");
    let series = FIRST.replace("widgets", "wigets").replace("/a", "/s");
    let other = FIRST.replace("410.0", "411.0");
    let first = room(&[FIRST, &early, &other], "", SEARCHES).sverka(&["check"]);
    assert_eq!(first.code, 64);
    for wanted in [
        "evidence/q/statements.csv:3: column published_on: expected a day after 2020",
        "evidence/q/statements.csv:4: q.output.widgets.ru.level.a 2020 disagrees with line 2",
    ] {
        assert!(first.err.contains(wanted), "{wanted}: {first:?}");
    }
    let unknown = room(&[&unit, &series], "", SEARCHES).sverka(&["check"]);
    for wanted in [
        "evidence/q/statements.csv:2: unknown unit \"milion tonnes\"; nearest is \"million tonnes\"",
        "evidence/q/statements.csv:3: unknown series q.output.wigets.ru.level.a: evidence/series.csv does not name it",
    ] {
        assert!(unknown.err.contains(wanted), "{wanted}: {unknown:?}");
    }
    let named = room(&[&series], "q.output.wigets.ru.level.a,Wigets\n", SEARCHES);
    assert_eq!(named.sverka(&["check"]).code, 0);
    let search = room(&[FIRST], "", &SEARCHES.replace("c3,", "c9,")).sverka(&["check"]);
    assert!(search.err.contains("papers/mine/searches.csv:2: claim: there is no \"c9\""), "{search:?}");
}
