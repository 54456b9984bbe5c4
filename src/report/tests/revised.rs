//! Revisions in words, on the page and in a terminal.

use super::sample::Sample;
use crate::report::revisions::{claim_line, drawn};
use crate::report::{json, markdown, revision_table, revision_triangle};
use unicode_width::UnicodeWidthStr;

const OLD: &str = "First printed as 97.1 on 2021-01-20 and revised once, to 100.7 on 2026-01-20; it points the other way now. Over 3 periods \
    of this series the first figure held was revised by 1.27 percentage points on average, at most by 3.6 (2020), and the sign changed \
    once. The 2 periods whose first print is held moved by 1.90 on average.";

#[test]
fn a_claim_says_how_its_figure_was_revised() {
    let sample = Sample::new();
    let old = sample.findings.iter().find(|finding| finding.claim == "old").unwrap();
    assert_eq!(claim_line(&sample.revisions[0], old).as_deref(), Some(OLD));
}

#[test]
fn markdown_and_json_have_the_sums() {
    let sample = Sample::new();
    assert!(markdown(&sample.report()).contains("| x.old.z.ru.yoy.a | 3 | 2 | 1.13 | 1.27 | 1.90 | 1.75 | 3.6 (2020) | 1 | 3 |"));
    let told = json(&sample.report());
    let one = &told["revisions"][0];
    assert_eq!(
        (&one["sum_of_revisions"], &one["sum_of_absolute_revisions"], &one["sign_flips"]),
        (&"3.4".into(), &"3.8".into(), &1.into())
    );
}

#[test]
fn a_triangle_is_folded_to_the_width() {
    let sample = Sample::new();
    let one = &sample.revisions[0];
    let wide = revision_triangle(one, false, 120);
    let table = wide.split("\n\n").nth(1).unwrap();
    let wanted = "period  2020-01-20  2021-01-20  2026-01-20\n2019         102.0       101.8       101.8\n2020                      97.1       100.7";
    assert_eq!(table, wanted);
    assert!(wide.contains("3 vintages from 2020-01-20 to 2026-01-20.") && wide.contains("1 period without a change not shown"));
    let narrow = revision_triangle(one, true, 20);
    let blocks: Vec<&str> = narrow.trim().split("\n\n").skip(1).collect();
    assert_eq!(
        blocks,
        [
            "period  2020-01-20\n2018         103.5\n2019         102.0",
            "period  2021-01-20\n2018         103.5\n2019         101.8\n2020          97.1",
            "period  2026-01-20\n2018         103.5\n2019         101.8\n2020         100.7",
        ]
    );
    assert!(blocks.iter().flat_map(|block| block.lines()).all(|line| line.width() <= 20));
    assert!(revision_triangle(one, true, 0).contains("2026-01-20"));
    let table = revision_table(std::slice::from_ref(&one.summary));
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(revision_table(&[]).starts_with("no series"));
}

#[test]
fn what_is_drawn_is_counted() {
    let sample = Sample::new();
    let one = drawn(&sample.revisions[0], false, 1);
    assert_eq!((one.rows.len(), one.older, one.unchanged), (1, 1, 1));
    let days: Vec<String> = one.vintages.iter().map(|vintage| vintage.day.to_string()).collect();
    assert_eq!(days, ["2021-01-20", "2026-01-20"], "only what the rows need");
}
