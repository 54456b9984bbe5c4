use super::*;

const TOML: &str = r#"
id = "p1"
title = "A paper"
authors = ["A. Author"]
accepted = 2023-05-01
[defaults]
[[footnote]]
number = 1
title = "Cited"
published = 2021-02-01
[[footnote]]
number = 2
accessed = "2021-03-04"
published = 2021-02-01
"#;
const HEADER: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff,restated";

fn row(id: &str, printed: &str, value: &str, decimals: &str, footnote: &str, cutoff: &str) -> String {
    format!("{id},1,1,1,{printed},{value},{decimals},percent,,,,,,,a.b.c.ru.yoy.a,2020,growth,,{footnote},{cutoff},restated")
}

fn parse(rows: &[String]) -> Result<Paper, Vec<String>> {
    Paper::parse(TOML, &format!("{HEADER}\n{}\n", rows.join("\n")), "paper.toml", "claims.csv")
}

#[test]
fn cutoffs_in_their_order() {
    let cases = [("", "", "2023-05-01"), ("1", "", "2021-02-01"), ("2", "", "2021-03-04"), ("2", "2022-01-01", "2022-01-01")];
    for (footnote, cutoff, wanted) in cases {
        let paper = parse(&[row("c1", "4.1%", "-4.1", "1", footnote, cutoff)]).unwrap();
        assert_eq!(paper.cutoff(&paper.claims[0]).unwrap().to_string(), wanted, "{footnote:?} {cutoff:?}");
    }
}

#[test]
fn every_mistake_at_once_with_its_line() {
    let rows = [
        row("c1", "4.1%", "-4.2", "1", "", ""),
        row("c1", "7.0%", "7", "0", "", ""),
        row("c3", "1.2.3", "", "", "", ""),
        row("c4", "5%", "5", "0", "", "yesterday"),
        row("c5", "5%", "5", "0", "x", "").replace("2020,", "2020-13,"),
        row("c6", "5%", "5", "0", "", "").replace("percent,,", "percent,perhaps,"),
    ];
    let got = parse(&rows).unwrap_err();
    let starts = [
        "claims.csv:2: printed",
        "claims.csv:3: printed",
        "claims.csv:3: id",
        "claims.csv:5: cutoff",
        "claims.csv:6: period",
        "claims.csv:6: footnote",
        "claims.csv:7: hedge",
    ];
    assert_eq!(got.len(), starts.len(), "{got:#?}");
    for (got, start) in got.iter().zip(starts) {
        assert!(got.starts_with(start), "{got} should start with {start}");
    }
}

#[test]
fn one_series_only_and_dangling_footnotes() {
    let alternatives = row("c1", "5%", "5", "0", "", "").replace("yoy.a,", "yoy.a a.b.c.ru.yoy.m,");
    assert!(parse(&[alternatives]).unwrap_err()[0].starts_with("claims.csv:2: series: expected one series code"));
    let dangling = parse(&[row("c1", "5%", "5", "0", "9", "")]).unwrap_err();
    assert_eq!(dangling, ["claims.csv:2: claim c1: paper.toml has no footnote 9"]);
}

#[test]
fn columns_and_keys_are_checked() {
    let csv = HEADER.replace("printed", "printd");
    let got = Paper::parse(TOML, &csv, "p", "c").unwrap_err();
    assert_eq!(got, [r#"c:1: unknown column "printd"; nearest is "printed""#, r#"c:1: column "printed" is missing"#]);
    let got = Paper::parse("id = \"a\"\ntitle = \"b\"\ncolour = 1\n", HEADER, "p", "c").unwrap_err();
    assert!(got.len() == 1 && got[0].starts_with("p:3: unknown field"), "{got:?}");
    let got = Paper::parse("id = \"a\"\ntitle = \"b\"\naccepted = \"May\"\n", HEADER, "p", "c").unwrap_err();
    assert!(got[0].starts_with("p:3: expected a date"), "{got:?}");
}

#[test]
fn significant_digits_give_the_step() {
    let csv = format!("{HEADER},sig\n{},2\n", row("c1", "30000", "30000", "0", "", ""));
    let paper = Paper::parse(TOML, &csv, "p", "c").unwrap();
    assert_eq!(paper.claims[0].ulp, Some(1000.into()));
}

#[test]
fn a_rank_is_a_place() {
    let rank = |printed: &str, value: &str, hedge: &str, unit: &str| {
        row("r", printed, value, "0", "", "").replace("percent,,", &format!("{unit},{hedge},"))
    };
    let cases = [
        (rank("largest since 2007", "1", "largest-since:2007", "rank"), None),
        (rank("historical low", "1", "record-low:1992", "rank"), None),
        (rank("second largest", "2", "", "rank"), None),
        (rank("a record", "2", "record", "rank"), Some("reads as 1 with 0 decimals")),
        (rank("second largest", "1", "", "rank"), Some("reads as 2 with 0 decimals")),
        (rank("a low of 5 since 1992", "1", "record-low:1992", "rank"), Some("reads as no number")),
        (rank("a record", "1", "record", "percent"), Some("unit: a rank is counted in \"rank\", found \"percent\"")),
    ];
    for (row, wanted) in cases {
        let got = parse(std::slice::from_ref(&row)).err();
        let fits = wanted.map_or(got.is_none(), |w| got.as_ref().is_some_and(|g| g.len() == 1 && g[0].contains(w)));
        assert!(fits, "{row}: {got:?}");
    }
}

#[test]
fn relations_and_awaited_series_are_read_with_their_lines() {
    let toml = |more: &str| format!("{TOML}\n{more}");
    let rows = ["c1", "c2"].map(|id| row(id, "5%", "5", "0", "", ""));
    let csv = format!("{HEADER}\n{}\n", rows.join("\n"));
    let at = |more: &str| Paper::parse(&toml(more), &csv, "p", "c");
    let lines = TOML.lines().count();
    let relation = "[[relation]]\nkind = 'same_as'\nof = ['c1', 'c2']\n";
    assert_eq!(at(relation).unwrap().relations[0].line, lines + 2);
    let got = at(&format!("{relation}{relation}")).unwrap_err();
    assert_eq!(
        got,
        [format!("p:{}: relation same_as:c1 stands on line {} already; give one of them an id", lines + 5, lines + 2)]
    );
    let got = at("[[relation]]\nkind = 'same_as'\nof = ['c1', 'c11']\n").unwrap_err();
    assert_eq!(got, [format!("p:{}: relation same_as:c1: c has no claim \"c11\"; nearest is \"c1\"", lines + 2)]);
    let awaited = |codes: &str| Paper::parse(&format!("awaited = [{codes}]\n{TOML}"), &csv, "p", "c");
    assert_eq!(awaited("'a.b.c.ru.yoy.a'").unwrap().awaited.len(), 1);
    assert!(awaited("'a.b'").unwrap_err()[0].starts_with("p:1: awaited: expected publisher.indicator"));
    assert!(awaited("'a.b.c.ru.yoy.a', 'a.b.c.ru.yoy.a'").unwrap_err()[0].ends_with("stands twice"));
}
