//! What stands twice: rows, columns, files, tables, periods. The same is one; what differs is told and never added up.

use super::super::table::{self, FIGURES};
use super::{assert_good, folder, judged, own_issues, source, text};

const OTHER: &str =
    "p.ipi.b.ru.yoy.a 2019 97.6, p.ipi.b.ru.yoy.a 2020 98.4, p.ipi.bcde.ru.yoy.a 2019 83.2, p.ipi.bcde.ru.yoy.a 2020";

/// Documents by day of January 2021, what stands at the end, and the issue or the outcome that tells (empty: none).
type Case = (&'static str, fn() -> Vec<(&'static str, Vec<u8>)>, &'static str, &'static str);

const INDUSTRY: &str = "Industry;83.2;99.1";
const MINING: &str = "Mining;97.6;98.4";

fn one(rows: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    vec![("01", text(rows))]
}

fn head(head: &str, rows: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    vec![("01", format!("{head}\n{}\n", rows.join("\n")).into_bytes())]
}

const CASES: &[Case] = &[
    ("a row", || one(&[INDUSTRY, MINING, INDUSTRY]), FIGURES, ""),
    ("a row three times", || one(&[INDUSTRY, INDUSTRY, MINING, INDUSTRY]), FIGURES, ""),
    ("every row", || one(&[INDUSTRY, MINING, INDUSTRY, MINING]), FIGURES, ""),
    ("a row with another figure", || one(&[INDUSTRY, MINING, "Industry;83.2;99.2"]), "", "drift"),
    ("a row with another figure, then the first again", || one(&[INDUSTRY, MINING, "Industry;83.2;99.2", INDUSTRY]), "", "drift"),
    ("a row with another print of the figure", || one(&[INDUSTRY, MINING, "Industry;83.2;99.10"]), FIGURES, ""),
    ("a row that is blank the second time", || one(&[INDUSTRY, MINING, "Industry;83.2;"]), FIGURES, ""),
    (
        "a column",
        || head("Activity;Y2019;Y2020;Y2020", &["Industry;83.2;99.1;99.1", "Mining;97.6;98.4;98.4"]),
        "",
        "layout_unknown",
    ),
    (
        "a column with another figure",
        || head("Activity;Y2019;Y2020;Y2020", &["Industry;83.2;99.1;99.2", "Mining;97.6;98.4;98.4"]),
        "",
        "layout_unknown",
    ),
    ("the head in the middle", || one(&[INDUSTRY, "Activity;Y2019;Y2020", MINING]), FIGURES, "unknown_row"),
    ("the whole table", || one(&[INDUSTRY, MINING, "Activity;Y2019;Y2020", INDUSTRY, MINING]), FIGURES, "unknown_row"),
    (
        "the whole table with another figure",
        || one(&[INDUSTRY, MINING, "Activity;Y2019;Y2020", "Industry;83.2;99.2", MINING]),
        "",
        "drift",
    ),
    ("the file on the same day", || [one(&[INDUSTRY, MINING]), one(&[INDUSTRY, MINING])].concat(), FIGURES, ""),
    ("the file a week later", || vec![("01", text(&[INDUSTRY, MINING])), ("08", text(&[INDUSTRY, MINING]))], FIGURES, ""),
    ("the figures in another file", || vec![("01", text(&[INDUSTRY, MINING])), ("08", text(&[MINING, INDUSTRY]))], FIGURES, ""),
    (
        "periods that overlap",
        || {
            let next = b"Activity;Y2020;Y2021\nIndustry;99.1;101.0\nMining;98.4;102.0\n".to_vec();
            vec![("01", text(&[INDUSTRY, MINING])), ("08", next)]
        },
        "p.ipi.b.ru.yoy.a 2019 97.6, p.ipi.b.ru.yoy.a 2020 98.4, p.ipi.b.ru.yoy.a 2021 102.0, p.ipi.bcde.ru.yoy.a 2019 83.2, p.ipi.bcde.ru.yoy.a 2020 99.1, p.ipi.bcde.ru.yoy.a 2021 101.0",
        "coverage_lost",
    ),
    ("a total and its parts", || one(&[INDUSTRY, MINING, "of which: Industry;1.0;2.0"]), FIGURES, "unknown_row"),
    (
        "two documents of one day that differ",
        || [one(&[INDUSTRY, MINING]), one(&["Industry;83.2;99.2", MINING])].concat(),
        "",
        "",
    ),
];

#[test]
fn what_stands_twice_is_one_or_is_told() {
    let mut folder = folder();
    for (at, (_, documents, ..)) in CASES.iter().enumerate() {
        folder.source(&source(&format!("s{at}"), ""));
        documents().into_iter().for_each(|(day, bytes)| folder.document(&format!("s{at}"), &format!("2021-01-{day}"), bytes));
    }
    // the same page twice in documents of other formats
    for (at, (format, make)) in FORMATS.iter().enumerate() {
        folder.source(&table::source(&format!("f{at}"), format, "http://127.0.0.1:9/x", ""));
        folder.document(&format!("f{at}"), "2021-01-01", make());
    }
    let fed = folder.feed();
    let mut wrong = Vec::new();
    for (at, (name, _, wanted, code)) in CASES.iter().enumerate() {
        let id = format!("s{at}");
        let (came, issues) = (fed.figures(&id), own_issues(&fed, &id));
        let outcomes = fed.outcomes(&id);
        let told = match *code {
            "" => issues.is_empty(),
            code => issues.iter().any(|issue| issue.starts_with(code)) || outcomes.iter().any(|(outcome, _)| outcome == code),
        };
        let open = wanted.is_empty()
            && code.is_empty()
            && came.starts_with(OTHER)
            && came.matches("p.ipi.bcde.ru.yoy.a 2020").count() == 1;
        if !(open || came == *wanted && told) {
            wrong.push(format!("{name}: {wanted}, {code:?} expected, but {came}, {issues:?}, {:?}", fed.outcomes(&id)));
        }
    }
    for (at, (format, _)) in FORMATS.iter().enumerate() {
        let id = format!("f{at}");
        if fed.figures(&id) != FIGURES {
            wrong.push(format!("a page twice in {format}: {}, {:?}", fed.figures(&id), fed.outcomes(&id)));
        }
    }
    judged("F22", CASES.len() + FORMATS.len(), &wrong);
    assert_good(&fed);
}

/// A format and a document of it.
type Twice = (&'static str, fn() -> Vec<u8>);

/// Documents in which the table stands twice.
const FORMATS: [Twice; 3] = [
    ("html", || {
        let page = String::from_utf8(table::html("")).unwrap();
        let (start, end) = (page.find("<table>").unwrap(), page.find("</table>").unwrap() + 8);
        table::html(&page[start..end])
    }),
    ("xlsx", || {
        let rows = table::TABLE.map(|row| row.join(" | ")).join("\n");
        super::super::super::workbook::xlsx(&format!("# Years\n{rows}\n# Years again\n{rows}\n"))
    }),
    ("docx", || {
        let document = super::super::bytes::pack::part(&table::docx(""), "word/document.xml");
        let (start, end) = (document.find("<w:tbl>").unwrap(), document.find("</w:tbl>").unwrap() + 8);
        table::docx(&format!("<w:p/>{}", &document[start..end]))
    }),
];
