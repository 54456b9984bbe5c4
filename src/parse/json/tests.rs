use crate::parse::{Format, seen};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    seen::lines(Format::Json, bytes)
}

fn lines(text: &str) -> Vec<String> {
    read(text.as_bytes()).unwrap()
}

#[test]
fn lists_of_objects_are_tables() {
    for (text, wanted) in [
        (
            r#"{"elapsedTime":"0.5 secs","count":2,"data":[{"refYear":2014,"primaryValue":37414604118.00,"isAggregate":true},
               {"refYear":2018,"primaryValue":5.601990378357E10,"qty":null}],"error":""}"#,
            vec![
                "# /data",
                "1: 0=^elapsedTime | 1=^count | 2=^error | 3=refYear | 4=primaryValue | 5=isAggregate | 6=qty",
                "2: 0=0.5 secs | 1=2 | 3=2014 | 4=37414604118.00 | 5=true",
                "3: 0=0.5 secs | 1=2 | 3=2018 | 4=56019903783.57",
            ],
        ),
        (
            "\u{feff}[{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"}},\"e\":[1,2]},{\"e\":[3]}]",
            vec!["# /", "1: 0=a.b | 1=a.c.d | 2=e", "2: 0=1 | 1=x | 2=1; 2", "3: 2=3"],
        ),
        (
            r#"{"series":[{"name":"A","points":[{"t":2014,"v":1.0}]},{"name":"B","points":[{"t":2015,"v":2.0}]}]}"#,
            vec![
                "# /series/points",
                "1: 0=^series.name | 1=t | 2=v",
                "2: 0=A | 1=2014 | 2=1.0",
                "3: 0=B | 1=2015 | 2=2.0",
                "# /series",
                "1: 0=name",
                "2: 0=A",
                "3: 0=B",
            ],
        ),
        (
            r#"{"unit":"t","years":[2014,2015],"values":[1.50,null]}"#,
            vec!["# /", "1: 0=^unit | 1=years | 2=values", "2: 0=t | 1=2014 | 2=1.50", "3: 0=t | 1=2015"],
        ),
        (r#"[["year","v"],[2014,1.5]]"#, vec!["# /", "1: 0=year | 1=v", "2: 0=2014 | 1=1.5"]),
        (r#"{"meta":{"date":"2026-01-15"},"data":[{"v":1}]}"#, vec!["> meta.date: 2026-01-15", "# /data", "1: 0=v", "2: 0=1"]),
        (r#"{"count":0,"data":[]}"#, vec!["> count: 0"]),
        ("3.50", vec!["> 3.50"]),
    ] {
        assert_eq!(lines(text), wanted, "{text}");
    }
}

#[test]
fn limits_hold() {
    let deep = format!("{}{}", "{\"a\":".repeat(40), "1}".replace("1}", &format!("1{}", "}".repeat(40))));
    let lists = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!("[{{{}}}]", (0..3000).map(|n| format!("\"m{n}\":1")).collect::<Vec<_>>().join(","));
    for (text, wanted) in [
        (deep.as_str(), "the depth of values exceeds the limit of 32"),
        (&wide, "column \"m2048\": the number of columns exceeds the limit of 2048"),
        (&format!("{{{}\"a\":[{{}}]}}", "\"a\":1,".repeat(3000)), "the number of members exceeds the limit of 2048"),
        ("{\"a\"", "line 1, column 4: expected JSON"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.contains(wanted), "{error}");
    }
    let _ = read(lists.as_bytes());
}

proptest! {
    #[test]
    fn any_bytes_give_events_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_structure_gives_events_or_an_error(text in "[\\[\\]{}\",:0-9a.e-]{0,60}") {
        let _ = read(text.as_bytes());
    }
}
