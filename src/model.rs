//! The words every stage uses. No I/O, and nothing of ours is used here.

mod bulk;
mod digest;
mod doubled;
mod drift;
mod gravity;
mod host;
mod lines;
mod marks;
mod near;
mod period;
mod series;
mod time;
mod variant;
mod way;

pub use bulk::{Batch, Part, Roll, TypedLine, code_digest, mix};
pub use digest::digest;
pub use doubled::doubled;
pub use drift::{Drift, Line, Place, Weight};
pub use gravity::Gravity;
pub use host::{HostState, RobotsState};
pub use lines::{CustomsLine, Dictionary, Entry, Flow, Lines, Loaded, Named, RefusedLine};
pub use marks::{Marks, Tried};
pub use near::{hint, nearest};
pub use period::{Frequency, Period, PeriodError};
pub use series::{GROWTH_MEASURES, INDEX_MEASURES, Identity, SeriesCode, SeriesError};
pub use time::{FIRST_PRINT_DAYS, instant};
pub use variant::VariantPart;
pub use way::Way;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::fmt;

/// The id of a source in `sources.toml`, such as `cbr-trade`.
pub type SourceId = String;

/// Raw bytes are named by their SHA-256, in lower-case hex (64 characters).
pub type Sha256 = String;

/// What a cell says of its figure. The letters are the SDMX observation status codes (CL_OBS_STATUS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A figure (SDMX A).
    Published,
    /// A figure the publisher calls preliminary (P).
    Provisional,
    /// Not published on somebody's order (Q).
    Withheld,
    /// `-`: the phenomenon does not exist (M).
    Absent,
    /// `…`: no data (L).
    NoData,
    /// An empty cell with nothing known before (O).
    Blank,
    /// Known before, gone from a document that covers its period (exported as O): the tombstone.
    Withdrawn,
}

impl Status {
    /// Whether an observation of this status carries a value; the others never do.
    pub fn has_value(self) -> bool {
        matches!(self, Status::Published | Status::Provisional)
    }

    /// The name that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Published => "published",
            Status::Provisional => "provisional",
            Status::Withheld => "withheld",
            Status::Absent => "absent",
            Status::NoData => "no_data",
            Status::Blank => "blank",
            Status::Withdrawn => "withdrawn",
        }
    }

    /// The inverse of [`Status::as_str`].
    pub fn parse(text: &str) -> Option<Status> {
        use Status::*;
        [Published, Provisional, Withheld, Absent, NoData, Blank, Withdrawn].into_iter().find(|s| s.as_str() == text)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a figure came to us. Ordered from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Read by a person in a text that quotes the publisher.
    Quoted,
    /// Read by a person in the publisher's own text.
    Transcribed,
    /// Read by this program elsewhere, from a document that need not be held here.
    Exported,
    /// Read by this program from a document in the archive.
    Parsed,
}

impl Class {
    /// The name that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Quoted => "quoted",
            Class::Transcribed => "transcribed",
            Class::Exported => "exported",
            Class::Parsed => "parsed",
        }
    }

    /// The inverse of [`Class::as_str`].
    pub fn parse(text: &str) -> Option<Class> {
        [Class::Quoted, Class::Transcribed, Class::Exported, Class::Parsed].into_iter().find(|c| c.as_str() == text)
    }
}

/// How a person read a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcription {
    /// Title of what was published.
    pub publication: String,
    /// Where a web archive keeps it.
    pub archive_url: String,
    /// Whose text was read, where it was not the publisher's.
    pub quoted_by: String,
    /// How much of it was read: `page`, `excerpt` or `document`.
    pub seen: String,
    /// When.
    pub transcribed_on: NaiveDate,
    /// That this figure is the one of the series: `high`, `medium` or `low`.
    pub confidence: String,
}

/// Where a date of knowledge comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBasis {
    /// The document or its manifest states it.
    Stated,
    /// The day somebody fetched it.
    Recorded,
    /// An estimate; a verdict that hangs on it says so.
    Estimated,
}

impl DateBasis {
    /// The name that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            DateBasis::Stated => "stated",
            DateBasis::Recorded => "recorded",
            DateBasis::Estimated => "estimated",
        }
    }

    /// Reads the store's names and those of a manifest (`stated in file`).
    pub fn parse(text: &str) -> Option<DateBasis> {
        match text {
            "stated" | "stated in file" => Some(DateBasis::Stated),
            "recorded" => Some(DateBasis::Recorded),
            "estimated" => Some(DateBasis::Estimated),
            _ => None,
        }
    }
}

/// One figure read from one cell of one document, before the store chains it into vintages.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The series it belongs to.
    pub series: SeriesCode,
    /// The period it speaks of.
    pub period: Period,
    /// The exact value at its displayed decimals; `None` unless [`Status::has_value`].
    pub value: Option<Decimal>,
    /// What the cell says of it.
    pub status: Status,
    /// The cell's text as displayed.
    pub printed: String,
    /// The stored number where it differs from what is displayed.
    pub raw: Option<String>,
    /// The unit's id (see the unit list), such as `percent`.
    pub unit: String,
    /// Which table of which reading delivers it; coverage and withdrawals are computed within one table.
    pub table: String,
    /// Where in the document: `sheet!A1`, `table 2, row 3, column 4`, an XPath.
    pub locator: String,
    /// Texts of the notes that row, cell or heading carry.
    pub notes: Vec<String>,
}

/// The periods that one table of one document speaks of, for one frequency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coverage {
    /// As in [`Observation::table`].
    pub table: String,
    /// The frequency the span is of.
    pub frequency: Frequency,
    /// First day of the earliest period of the header.
    pub start: NaiveDate,
    /// Last day of the latest period that is filled.
    pub end: NaiveDate,
    /// How many figures it has.
    pub figures: usize,
}

/// How much an issue matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Some figures were not stored, or are doubtful.
    Warning,
    /// A guard failed: a person should look.
    Error,
}

impl Severity {
    /// The name that stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Something a reader of the data must know; the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// A closed list of codes in `snake_case`: `unknown_row`, `coverage_lost`, …
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where: a locator, or a series and period.
    pub locator: String,
    /// What was seen.
    pub seen: String,
    /// What was wanted.
    pub wanted: String,
}

impl Issue {
    /// An issue of warning severity.
    pub fn warning(code: &'static str, locator: impl Into<String>, seen: impl Into<String>, wanted: impl Into<String>) -> Issue {
        Issue { code, severity: Severity::Warning, locator: locator.into(), seen: seen.into(), wanted: wanted.into() }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: seen {}, wanted {}", self.code, self.locator, self.seen, self.wanted)
    }
}

/// All that one document says, in the terms of the configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The date the document states for itself.
    pub published: Option<NaiveDate>,
    /// Every figure, one a series and period.
    pub observations: Vec<Observation>,
    /// What each table covers.
    pub coverage: Vec<Coverage>,
    /// Rows that are kept as they are.
    pub lines: Lines,
    /// What a reader must know.
    pub issues: Vec<Issue>,
    /// Where rows and columns stand, as far as they are told apart.
    pub layout: Vec<Place>,
    /// What its own guards say against it.
    pub drift: Vec<Drift>,
}
