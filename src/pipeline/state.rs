//! What the store says of itself, in the words of a report.

use super::House;
use super::due::is_live;
use super::watch::silence_of;
use crate::config::{Config, Source};
use crate::paper::Paper;
use crate::reconcile::{Algebra, Finding};
use crate::report::{IssueLine, Report, SourceLine, Totals};
use crate::revision::SeriesRevisions;
use crate::store::{StatusRow, Store};
use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};

/// Every source with its health at `now`.
///
/// # Errors
/// The store failing.
pub(super) fn source_lines(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Vec<SourceLine>> {
    let rows = store.status_rows()?;
    // a source that only evidence names is a person who reads
    let reach = |id: &str| match config.source(id) {
        Some(source) => Ok(source.reach().in_words()),
        None => store.is_read_by_people(id).map(|read| if read { "read by people" } else { "" }),
    };
    let line = |row: StatusRow| {
        Ok(SourceLine {
            failures: store.failures(&row.source)?.map_or(0, |failures| failures.count),
            quarantined: row.quarantined.unsigned_abs(),
            expected: coming(config.source(&row.source), now),
            silent: config.source(&row.source).and_then(|source| silence_of(source, &row, now)).map(|one| one.to_string()),
            failing: row.failing,
            missed: row.missed,
            fetched: reach(&row.source)?.to_string(),
            id: row.source,
            title: row.title,
            state: row.state,
            schedule: row.schedule,
            last_attempt: moment(row.last_attempt),
            last_outcome: row.outcome,
            last_message: row.message,
            last_success: moment(row.last_success),
            newest_document: row.newest_document.and_then(|day| day.parse().ok()),
            documents: row.documents.unsigned_abs(),
            observations: row.observations.unsigned_abs(),
            vintages: row.vintages.unsigned_abs(),
            open_issues: row.open_issues.unsigned_abs(),
            max_age_days: row.max_age_days,
        })
    };
    rows.into_iter().map(line).collect()
}

/// When something new is expected next; of what is not live, nothing is.
fn coming(source: Option<&Source>, now: DateTime<Utc>) -> Option<String> {
    let source = source.filter(|source| is_live(source))?;
    Some(source.expected.as_ref()?.coming(now)?.to_string())
}

/// An instant as the store writes it.
fn moment(text: Option<String>) -> Option<DateTime<Utc>> {
    text.and_then(|text| text.parse().ok())
}

/// Every open issue.
///
/// # Errors
/// The store failing.
pub fn issue_lines(house: &House, source: Option<&str>) -> Result<Vec<IssueLine>> {
    let rows = house.store.issues(source)?;
    Ok(rows
        .into_iter()
        .map(|row| IssueLine {
            code: row.code,
            severity: row.severity,
            source: row.source,
            document: row.as_of.unwrap_or_default(),
            locator: row.locator,
            seen: row.seen,
            wanted: row.wanted,
        })
        .collect())
}

/// How much there is.
///
/// # Errors
/// The store failing.
pub fn totals(house: &House) -> Result<Totals> {
    let counts = house.store.counts()?;
    Ok(Totals {
        sources: house.config.sources.len() as u64,
        documents: counts.snapshots.unsigned_abs(),
        series: counts.series.unsigned_abs(),
        observations: counts.observations.unsigned_abs(),
        vintages: counts.vintages.unsigned_abs(),
        issues: counts.issues.unsigned_abs(),
    })
}

/// Everything a report on one paper says.
pub struct Shown {
    /// Health of the sources.
    pub sources: Vec<SourceLine>,
    /// Open issues.
    pub issues: Vec<IssueLine>,
    /// How much there is.
    pub totals: Totals,
}

impl Shown {
    /// Asks the store.
    ///
    /// # Errors
    /// The store failing.
    pub fn of(house: &House, now: DateTime<Utc>) -> Result<Shown> {
        Ok(Shown {
            sources: source_lines(&house.store, &house.config, now)?,
            issues: issue_lines(house, None)?,
            totals: totals(house)?,
        })
    }

    /// The report on one paper.
    pub fn report<'a>(
        &'a self,
        paper: &'a Paper,
        (findings, algebra): (&'a [Finding], &'a Algebra),
        revisions: &'a [SeriesRevisions],
        as_of: Option<NaiveDate>,
        offline: bool,
        now: DateTime<Utc>,
    ) -> Report<'a> {
        Report {
            paper,
            findings,
            algebra,
            revisions,
            sources: &self.sources,
            totals: self.totals,
            issues: &self.issues,
            generated_at: now,
            as_of,
            offline,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
