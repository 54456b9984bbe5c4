//! Rows that a person read: in the publisher's own text, or in one that quotes it.

use super::{notes, parsed, word};
use crate::model::{Class, DateBasis, Period, SeriesCode, Status, Transcription};
use crate::store::ExportedRow;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use url::Url;

/// The column that such a file has and no other.
pub(super) const MARK: &str = "transcribed_on";
/// Columns of such a file, in the order they are written.
pub(super) const COLUMNS: [&str; 17] = [
    "series",
    "period",
    "status",
    "value",
    "printed",
    "unit",
    "published_on",
    "published_basis",
    "publication",
    "url",
    "archive_url",
    "where",
    "quoted_by",
    "seen",
    "transcribed_on",
    "confidence",
    "notes",
];
/// How much of a text was read.
const SEEN: [&str; 3] = ["page", "excerpt", "document"];
/// How sure it is that the figure is one of the series.
const CONFIDENCE: [&str; 3] = ["high", "medium", "low"];

/// One row. The file's name is its source; with `quoted_by` it is a quotation.
pub(super) fn row<'a>(name: &str, field: &impl Fn(&str) -> &'a str) -> Result<ExportedRow, String> {
    let status = word(field, "status", Status::parse)?;
    let value = (!field("value").is_empty()).then(|| parsed::<Decimal>(field, "value")).transpose()?;
    if value.is_some() != status.has_value() {
        return Err(format!("value {:?} does not go with status {status}", field("value")));
    }
    for column in ["printed", "publication", "where"] {
        if field(column).is_empty() {
            return Err(format!("column {column}: expected a text, found nothing"));
        }
    }
    let period = parsed::<Period>(field, "period")?;
    let published: NaiveDate = parsed(field, "published_on")?;
    let read: NaiveDate = parsed(field, "transcribed_on")?;
    if status == Status::Published && published <= period.end() {
        let why = format!("expected a day after {period}, or the status provisional for a plan or forecast");
        return Err(format!("column published_on: {why}, found {published}"));
    }
    if read < published {
        return Err(format!("column transcribed_on: expected a day from {published} on, found {read}"));
    }
    address(field, "url")?;
    if !field("archive_url").is_empty() {
        address(field, "archive_url")?;
    }
    let class = if field("quoted_by").is_empty() { Class::Transcribed } else { Class::Quoted };
    let basis = word(field, "published_basis", DateBasis::parse)?;
    let text = |column: &str| field(column).to_string();
    Ok(ExportedRow {
        source: source(name),
        series: parsed::<SeriesCode>(field, "series")?,
        period,
        value,
        status,
        class,
        printed: text("printed"),
        raw: None,
        unit: text("unit"),
        sha256: None,
        held: false,
        as_of: published,
        as_of_basis: basis,
        known_from: published,
        known_from_basis: basis,
        url: text("url"),
        obtained_from: obtained_from(field)?,
        locator: text("where"),
        notes: notes(field("notes")),
        transcription: Some(Transcription {
            publication: text("publication"),
            archive_url: text("archive_url"),
            quoted_by: text("quoted_by"),
            seen: text("seen"),
            transcribed_on: read,
            confidence: text("confidence"),
        }),
    })
}

/// `rosstat/statements.csv` → `rosstat-statements`.
fn source(name: &str) -> String {
    name.trim_end_matches(".csv").replace('/', "-")
}

fn address<'a>(field: &impl Fn(&str) -> &'a str, column: &str) -> Result<(), String> {
    let url: Url = parsed(field, column)?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if web { Ok(()) } else { Err(format!("column {column}: expected an address of the web, found {:?}", field(column))) }
}

/// How the figure came here, in a sentence for whoever asks for its chain.
fn obtained_from<'a>(field: &impl Fn(&str) -> &'a str) -> Result<String, String> {
    let seen = one_of(field, "seen", &SEEN)?;
    let sure = one_of(field, "confidence", &CONFIDENCE)?;
    let what = match seen {
        "page" => "the whole page",
        "excerpt" => "an excerpt of the page",
        _ => "the document",
    };
    let whose = Some(field("quoted_by")).filter(|by| !by.is_empty()).map(|by| format!(", which is of {by}")).unwrap_or_default();
    Ok(format!("{:?}: a person read {what}{whose}, on {} (confidence {sure})", field("publication"), field("transcribed_on")))
}

fn one_of<'a>(field: &impl Fn(&str) -> &'a str, column: &str, words: &[&str]) -> Result<&'a str, String> {
    let text = field(column);
    let wanted = || format!("column {column}: expected one of {}, found {text:?}", words.join(", "));
    if words.contains(&text) { Ok(text) } else { Err(wanted()) }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    const GOOD: &str = "p.ipi.b.ru.yoy.m,2021-05,published,112.3,\"12,3%\",percent,2021-06-23,estimated,Release of May,\
                        https://example.org/may,,second sentence,example.org,excerpt,2026-11-24,high,first print ¦ by hand";

    fn said(row: &str) -> Result<Vec<ExportedRow>, Vec<String>> {
        read("p/statements.csv", &format!("{}\n{row}\n", COLUMNS.join(","))).map(|(_, rows)| rows)
    }

    #[test]
    fn a_quotation_is_a_row_with_its_day() {
        let row = said(GOOD).unwrap().remove(0);
        assert_eq!(
            (row.source.as_str(), row.class, row.known_from.to_string().as_str()),
            ("p-statements", Class::Quoted, "2021-06-23")
        );
        assert_eq!(row.notes, ["first print", "by hand"]);
        assert!(
            row.obtained_from.contains("an excerpt of the page, which is of example.org, on 2026-11-24"),
            "{}",
            row.obtained_from
        );
        let own = said(&GOOD.replace(",example.org,", ",,")).unwrap().remove(0);
        assert_eq!(own.class, Class::Transcribed);
        assert_eq!(own.transcription.unwrap().publication, "Release of May");
    }

    #[test]
    fn what_cannot_be_is_told_with_its_line() {
        for (good, bad, wanted) in [
            (
                "2021-06-23",
                "2021-05-31",
                "expected a day after 2021-05, or the status provisional for a plan or forecast, found 2021-05-31",
            ),
            ("112.3", "112,3", "value"),
            ("112.3", "", "does not go with status published"),
            ("https://example.org/may", "example.org/may", "column url"),
            ("https://example.org/may", "file:///may", "expected an address of the web"),
            ("excerpt", "memory", "column seen: expected one of page, excerpt, document, found \"memory\""),
            ("high", "sure", "column confidence: expected one of"),
            ("2026-11-24", "2021-01-01", "column transcribed_on: expected a day from 2021-06-23 on"),
            ("p.ipi.b.ru.yoy.m", "p ipi", "column series"),
            ("Release of May", "", "column publication: expected a text, found nothing"),
        ] {
            let bad = GOOD.replacen(good, &format!("\"{bad}\""), 1);
            let told = said(&bad).unwrap_err().join("\n");
            assert!(told.starts_with("evidence/p/statements.csv:2: ") && told.contains(wanted), "{bad}: {told}");
        }
        let twice = said(&format!("{GOOD}\n{}", GOOD.replace("112.3", "112.4"))).unwrap_err().join("\n");
        assert!(twice.contains(":3: p.ipi.b.ru.yoy.m 2021-05 disagrees with line 2"), "{twice}");
        assert!(said(&format!("{GOOD}\n{}", GOOD.replace("/may", "/june").replace("112.3", "112.4"))).is_ok(), "two pages may");
    }
}
