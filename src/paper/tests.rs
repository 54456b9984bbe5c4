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
    assert_eq!(got, [r#"c:1: unknown column "printd"; did you mean "printed"?"#, r#"c:1: column "printed" is missing"#]);
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
fn a_rank_in_words_carries_the_ranked_figure() {
    let rank = |printed: &str, value: &str, hedge: &str| {
        row("r", printed, value, "1", "", "").replace("percent,,", &format!("percent,{hedge},"))
    };
    let figure = || row("c1", "7.0%", "-7.0", "1", "", "");
    let cases = [
        (vec![figure(), rank("largest since 2007", "-7.0", "largest-since:2007")], None),
        (vec![figure(), rank("a record", "", "record")], None),
        (vec![rank("a low of 5.0% since 1992", "5.0", "record-low:1992")], None),
        (vec![figure(), rank("a record", "-7.1", "record")], Some("claim r: expected another row")),
        (vec![rank("a low of 5.0% since 1992", "5.1", "record-low:1992")], Some("reads as 5.0 with 1 decimals")),
        (vec![figure(), rank("largest since 2007", "-7.0", "over")], Some("reads as 2007")),
        (vec![figure(), rank("", "-7.0", "record")], Some("reads as no number")),
    ];
    for (rows, wanted) in cases {
        let got = parse(&rows).err();
        let fits = wanted.map_or(got.is_none(), |w| got.as_ref().is_some_and(|g| g.len() == 1 && g[0].contains(w)));
        assert!(fits, "{rows:?}: {got:?}");
    }
}
