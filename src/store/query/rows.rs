//! The answers, as plain rows.

use crate::model::{Class, DateBasis, Frequency, Period, Status};
use crate::store::rows::period;
use crate::store::{StoreError, day, word};
use chrono::NaiveDate;
use rusqlite::Row;
use rust_decimal::Decimal;

/// A row that can be read from its query.
pub(in crate::store) trait Asked: Sized {
    /// Reads one row.
    fn read(row: &Row<'_>) -> Result<Self, StoreError>;
}

/// One vintage: what a document said, and from when to when it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct VintageRow {
    /// The observation's row.
    pub id: i64,
    /// The series' code.
    pub series: String,
    /// The period.
    pub period: Period,
    /// Where it was published.
    pub source: String,
    /// How it came to us.
    pub class: Class,
    /// First day it stood.
    pub known_from: NaiveDate,
    /// First day it stood no more; `None`: it stands.
    pub known_to: Option<NaiveDate>,
    /// Where `known_from` comes from.
    pub basis: DateBasis,
    /// The exact value; its scale is `decimals`.
    pub value: Option<Decimal>,
    /// Digits after the separator as displayed.
    pub decimals: Option<u32>,
    /// As displayed.
    pub printed: String,
    /// As stored in the document, where that differs.
    pub raw: Option<String>,
    /// What the cell says of it.
    pub status: Status,
    /// Unit id.
    pub unit: String,
    /// Where in the document; empty for a withdrawal inferred from absence.
    pub locator: String,
    /// Notes of row, cell or heading.
    pub notes: Vec<String>,
    /// The document's bytes, where they are known.
    pub sha256: Option<String>,
    /// Whether they are in the archive.
    pub held: bool,
    /// The document's day.
    pub as_of: NaiveDate,
    /// Where that day comes from.
    pub as_of_basis: DateBasis,
    /// Its address.
    pub url: String,
    /// Who obtained it.
    pub obtained_from: String,
    /// Withdrawn because the document covers the period without it.
    pub inferred: bool,
    /// The evidence file that holds it.
    pub evidence: Option<String>,
    /// What read it.
    pub parser: String,
}

pub(in crate::store) fn read_vintage(row: &Row<'_>) -> Result<VintageRow, StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let known_to: Option<String> = row.get(7)?;
    let value: Option<String> = row.get(9)?;
    let number = |text: String| text.parse().map_err(|_| corrupt("observation.value", "a decimal number", &text));
    Ok(VintageRow {
        id: row.get(0)?,
        series: row.get(1)?,
        period: period(text(2)?, text(3)?)?,
        source: row.get(4)?,
        class: word("observation.class", text(5)?, Class::parse)?,
        known_from: day("observation.known_from", text(6)?)?,
        known_to: known_to.map(|t| day("observation.known_to", &t)).transpose()?,
        basis: word("observation.known_from_basis", text(8)?, DateBasis::parse)?,
        value: value.map(number).transpose()?,
        decimals: row.get(10)?,
        printed: row.get(11)?,
        raw: row.get(12)?,
        status: word("observation.status", text(13)?, Status::parse)?,
        unit: row.get(14)?,
        locator: row.get(15)?,
        notes: serde_json::from_str(text(16)?).map_err(|e| corrupt("observation.notes", "a JSON list", &e.to_string()))?,
        sha256: row.get(17)?,
        held: row.get(18)?,
        as_of: day("snapshot.as_of", text(19)?)?,
        url: row.get(20)?,
        obtained_from: row.get(21)?,
        inferred: row.get(22)?,
        evidence: row.get(23)?,
        parser: row.get(24)?,
        as_of_basis: word("snapshot.as_of_basis", text(25)?, DateBasis::parse)?,
    })
}

fn corrupt(column: &'static str, wanted: &'static str, found: &str) -> StoreError {
    StoreError::Corrupt { column, wanted, found: found.to_string() }
}

/// What the store says of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInfo {
    /// Its code.
    pub code: String,
    /// Who publishes it.
    pub publisher: String,
    /// What it is about.
    pub indicator: String,
    /// Which row.
    pub item: String,
    /// Whose.
    pub entity: Option<String>,
    /// Further dimensions.
    pub detail: Option<String>,
    /// Direction of trade.
    pub flow: Option<String>,
    /// The other side.
    pub counterpart: Option<String>,
    /// What is measured.
    pub measure: String,
    /// How often.
    pub frequency: Frequency,
    /// What is left of the code.
    pub variant: Option<String>,
    /// Unit of the figure that was stored first.
    pub unit: String,
    /// A label for people.
    pub title: String,
}

impl SeriesInfo {
    /// Its columns, in the order they are read.
    pub(in crate::store) const COLUMNS: &'static str =
        "code, publisher, indicator, item, entity, detail, flow, counterpart, measure, frequency, variant, unit, title";
}

impl Asked for SeriesInfo {
    fn read(row: &Row<'_>) -> Result<SeriesInfo, StoreError> {
        Ok(SeriesInfo {
            code: row.get(0)?,
            publisher: row.get(1)?,
            indicator: row.get(2)?,
            item: row.get(3)?,
            entity: row.get(4)?,
            detail: row.get(5)?,
            flow: row.get(6)?,
            counterpart: row.get(7)?,
            measure: row.get(8)?,
            frequency: word("series.frequency", &row.get::<_, String>(9)?, Frequency::parse)?,
            variant: row.get(10)?,
            unit: row.get(11)?,
            title: row.get(12)?,
        })
    }
}

/// How a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRow {
    /// Its id.
    pub source: String,
    /// Its publisher.
    pub publisher: Option<String>,
    /// What it is.
    pub title: String,
    /// The declared state.
    pub state: String,
    /// When it is looked at.
    pub schedule: String,
    /// Older than this, its newest document is stale.
    pub max_age_days: Option<u32>,
    /// When the last attempt began (UTC).
    pub last_attempt: Option<String>,
    /// How it ended; `None` while it runs.
    pub outcome: Option<String>,
    /// One sentence on it.
    pub message: Option<String>,
    /// When the last successful attempt ended (UTC).
    pub last_success: Option<String>,
    /// The day of its newest document.
    pub newest_document: Option<String>,
    /// How many documents it has.
    pub documents: i64,
    /// How many rows it has.
    pub observations: i64,
    /// How many of them are not the first of their chain.
    pub vintages: i64,
    /// How many issues are open.
    pub open_issues: i64,
    /// How much of it waits in quarantine.
    pub quarantined: i64,
    /// Since when it is looked at as it is now (UTC).
    pub watched_since: Option<String>,
    /// What a person was told of its failures that goes on.
    pub failing: Option<String>,
    /// The newest record of runs that did not take place.
    pub missed: Option<String>,
}

impl StatusRow {
    /// Its columns, in the order they are read.
    pub(super) const COLUMNS: &'static str = "source_id, publisher_id, title, state, schedule, max_age_days, last_attempt,
        last_outcome, last_message, last_success, newest_document, documents, observations, vintages, open_issues, quarantined,
        watched_since, failing, last_missed";
}

impl Asked for StatusRow {
    fn read(row: &Row<'_>) -> Result<StatusRow, StoreError> {
        Ok(StatusRow {
            source: row.get(0)?,
            publisher: row.get(1)?,
            title: row.get(2)?,
            state: row.get(3)?,
            schedule: row.get(4)?,
            max_age_days: row.get(5)?,
            last_attempt: row.get(6)?,
            outcome: row.get(7)?,
            message: row.get(8)?,
            last_success: row.get(9)?,
            newest_document: row.get(10)?,
            documents: row.get(11)?,
            observations: row.get(12)?,
            vintages: row.get(13)?,
            open_issues: row.get(14)?,
            quarantined: row.get(15)?,
            watched_since: row.get(16)?,
            failing: row.get(17)?,
            missed: row.get(18)?,
        })
    }
}

/// A try at a source, with the document it brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The source it is of.
    pub source: String,
    /// Who asked.
    pub trigger: String,
    /// When the attempt began (UTC).
    pub started_at: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// One sentence on it.
    pub message: String,
    /// A label, such as a path in a manifest.
    pub document: Option<String>,
    /// The document's row, where one was stored.
    pub snapshot_id: Option<i64>,
    /// Its bytes.
    pub sha256: Option<String>,
    /// Its day.
    pub as_of: Option<String>,
    /// The day its figures became known.
    pub known_from: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Whether its bytes are in the archive.
    pub held: Option<bool>,
    /// How its figures came to us.
    pub class: Option<String>,
}

impl DocumentRow {
    /// Attempts with their documents; condition, order and limit follow.
    pub(super) const SQL: &'static str = "
        SELECT a.source_id, a.trigger, a.started_at, a.outcome, a.message, a.document, n.id, n.sha256, n.as_of, n.known_from,
          coalesce(n.url, a.url), n.held, n.class
        FROM attempt AS a LEFT JOIN snapshot AS n ON n.id = a.snapshot_id";
}

impl Asked for DocumentRow {
    fn read(row: &Row<'_>) -> Result<DocumentRow, StoreError> {
        Ok(DocumentRow {
            source: row.get(0)?,
            trigger: row.get(1)?,
            started_at: row.get(2)?,
            outcome: row.get(3)?,
            message: row.get(4)?,
            document: row.get(5)?,
            snapshot_id: row.get(6)?,
            sha256: row.get(7)?,
            as_of: row.get(8)?,
            known_from: row.get(9)?,
            url: row.get(10)?,
            held: row.get(11)?,
            class: row.get(12)?,
        })
    }
}

/// An open issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRow {
    /// Whose.
    pub source: String,
    /// Its code.
    pub code: String,
    /// How much it matters.
    pub severity: String,
    /// Where.
    pub locator: String,
    /// What was seen.
    pub seen: String,
    /// What was wanted.
    pub wanted: String,
    /// The document's bytes, where it is of one.
    pub sha256: Option<String>,
    /// The document's day.
    pub as_of: Option<String>,
    /// Since when the database says so (UTC).
    pub recorded_from: String,
}

impl IssueRow {
    /// Open issues with their documents; a condition on the source follows.
    pub(super) const SQL: &'static str = "SELECT i.source_id, i.code, i.severity, i.locator, i.seen, i.wanted, n.sha256, n.as_of,
          i.recorded_from
        FROM issue AS i LEFT JOIN snapshot AS n ON n.id = i.snapshot_id WHERE i.recorded_to IS NULL";
}

impl Asked for IssueRow {
    fn read(row: &Row<'_>) -> Result<IssueRow, StoreError> {
        Ok(IssueRow {
            source: row.get(0)?,
            code: row.get(1)?,
            severity: row.get(2)?,
            locator: row.get(3)?,
            seen: row.get(4)?,
            wanted: row.get(5)?,
            sha256: row.get(6)?,
            as_of: row.get(7)?,
            recorded_from: row.get(8)?,
        })
    }
}

/// How much there is in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of observation that are believed.
    pub observations: i64,
    /// Those that are not the first of their chain.
    pub vintages: i64,
    /// Series.
    pub series: i64,
    /// Open issues.
    pub issues: i64,
    /// Documents.
    pub snapshots: i64,
}

impl Counts {
    /// One row.
    pub(super) const SQL: &'static str = "SELECT coalesce(sum(observations), 0), coalesce(sum(vintages), 0),
          (SELECT count(*) FROM series), (SELECT count(*) FROM issue WHERE recorded_to IS NULL),
          (SELECT count(*) FROM snapshot)
        FROM source";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Counts> {
        Ok(Counts {
            observations: row.get(0)?,
            vintages: row.get(1)?,
            series: row.get(2)?,
            issues: row.get(3)?,
            snapshots: row.get(4)?,
        })
    }
}
