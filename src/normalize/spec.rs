//! The mapping language of `sources.toml`, compiled: what `config` builds and `normalize` obeys.
//! The language itself is described in `docs/mapping.md`.

use super::pattern::Pattern;
use crate::model::{Dictionary, Period, SeriesCode, Status};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How one source's tables become series.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// Which signs group thousands and mark decimals.
    pub number: NumberStyle,
    /// Markers of this source beside the preset ones: folded text of a cell → status.
    pub markers: BTreeMap<String, Status>,
    /// Footnote marks are glued to numbers without superscript.
    pub glued_marks: bool,
    /// Where the document states its date; each has `{date}`.
    pub published: Vec<Pattern>,
    /// Dictionaries for `{field:list}`.
    pub names: Names,
    /// Dated corrections of the publisher's misprints in headings and labels.
    pub corrections: Vec<Correction>,
    /// Readings of tables.
    pub reads: Vec<Read>,
    /// Readings of sentences.
    pub prose: Vec<Prose>,
    /// Readings of rows that are kept as they are; the first whose headings a table has reads it.
    pub lines: Vec<LineRead>,
}

/// One kind of sentence that holds a figure.
#[derive(Debug, Clone)]
pub struct Prose {
    /// Unique in the source; stands in issues.
    pub name: String,
    /// Searched in paragraphs and long cells; has `{value}` and slots of a period.
    pub text: Pattern,
    /// The series code with slots.
    pub series: Template,
    /// Unit id of its figures, unless a field `unit` says otherwise.
    pub unit: Option<String>,
    /// Constants: field → text.
    pub set: BTreeMap<String, String>,
    /// What the period that the sentence compares with must be.
    pub base: Option<Base>,
}

/// One kind of table whose rows are kept as they are.
#[derive(Debug, Clone)]
pub struct LineRead {
    /// Unique in the source; stands in issues.
    pub name: String,
    /// What a row is.
    pub kind: LineKind,
    /// The columns, in the order of the file.
    pub columns: Vec<LineColumn>,
    /// Headings that are known and not wanted.
    pub ignore_columns: Vec<Ignored<Vec<Pattern>>>,
    /// Rows that are ours: a heading, folded, and patterns of which one must match the cell below it. Other rows are not reported.
    pub filter: Vec<(String, Vec<Pattern>)>,
    /// The series that its lines add up to.
    pub sums: Option<LineSums>,
}

/// Series that lines add up to: values by direction, partner, commodity group and period.
#[derive(Debug, Clone)]
pub struct LineSums {
    /// The series code; its slots are `item`, `flow`, `partner` and `freq`. Of the sum over all partners, the part `{partner}` is left out.
    pub series: Template,
    /// Unit id of the values. No dump states it.
    pub unit: String,
    /// Partners that have sums of their own: code → name in series codes.
    pub partners: Vec<(String, String)>,
    /// What a reader of each sum must know.
    pub notes: Vec<String>,
}

/// What a row of line-level data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A line of a customs dump.
    Customs,
    /// An entry of a dictionary of customs lines.
    Dictionary(Dictionary),
}

/// A column of line-level data.
#[derive(Debug, Clone)]
pub struct LineColumn {
    /// What stands in it.
    pub field: LineField,
    /// How its heading may be spelled, folded.
    pub headings: Vec<String>,
    /// The table may lack it.
    pub optional: bool,
    /// One must match a cell that is not empty; none: any text.
    pub cells: Vec<Pattern>,
}

/// The fields of line-level data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineField {
    /// Export or import, as the file says it.
    Direction,
    /// Year, or month and year.
    Period,
    /// The country that reports.
    Reporter,
    /// Partner country.
    Partner,
    /// Commodity, or the code of a dictionary's entry.
    Code,
    /// Unit of the quantity.
    Unit,
    /// Statistical value.
    Value,
    /// Net weight.
    Weight,
    /// Quantity.
    Quantity,
    /// Region of the declarant.
    Region,
    /// Federal district.
    District,
    /// Name of a dictionary's entry.
    Name,
}

impl LineField {
    /// Every field with its name in `sources.toml`.
    pub const ALL: [(&'static str, LineField); 12] = [
        ("direction", LineField::Direction),
        ("period", LineField::Period),
        ("reporter", LineField::Reporter),
        ("partner", LineField::Partner),
        ("code", LineField::Code),
        ("unit", LineField::Unit),
        ("value", LineField::Value),
        ("weight", LineField::Weight),
        ("quantity", LineField::Quantity),
        ("region", LineField::Region),
        ("district", LineField::District),
        ("name", LineField::Name),
    ];

    /// Its name in `sources.toml`.
    pub fn as_str(self) -> &'static str {
        LineField::ALL.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    /// Whether it holds an amount.
    pub fn is_number(self) -> bool {
        matches!(self, LineField::Value | LineField::Weight | LineField::Quantity)
    }
}

/// Dictionaries by name; an entry is a pattern and the field's value, first match wins.
pub type Names = BTreeMap<String, Vec<(Pattern, String)>>;

/// Which signs a number is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NumberStyle {
    /// Space groups thousands, comma or point is the decimal sign.
    #[default]
    Ru,
    /// Comma groups thousands, point is the decimal sign.
    En,
}

/// A publisher's misprint, by sheet and folded text.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Sheets it may stand on.
    pub sheet: Option<Pattern>,
    /// The misprinted text.
    pub expect: String,
    /// How it reads.
    pub read_as: String,
    /// Why.
    pub reason: String,
    /// First day (of the document's as-of) it is alive.
    pub from: NaiveDate,
    /// Last day it is alive.
    pub until: NaiveDate,
    /// How many cells it must hit.
    pub times: usize,
}

/// One way to look at tables.
#[derive(Debug, Clone)]
pub struct Read {
    /// Unique in the source; stands in issues.
    pub name: String,
    /// One must match the sheet's name; empty: any sheet.
    pub sheet: Vec<Pattern>,
    /// Each must match some text above the header.
    pub title: Vec<Pattern>,
    /// The table's number, from 1; a last resort.
    pub index: Option<u32>,
    /// What the head of a value column may say; first match wins.
    pub columns: Vec<ColumnRule>,
    /// Known columns that are not wanted.
    pub ignore_columns: Vec<Ignored<Vec<Pattern>>>,
    /// What a data row may say; first match wins.
    pub rows: Vec<RowRule>,
    /// What headings between rows say, in the order they are tried.
    pub sections: Vec<SectionRule>,
    /// Headings go on into the next block or table.
    pub carry_sections: bool,
    /// Long tables: heading → texts one of which must match; rows outside are not ours.
    pub filter: Vec<(Pattern, Vec<Pattern>)>,
    /// Constants: field → text.
    pub set: BTreeMap<String, String>,
    /// The series code with slots.
    pub series: Template,
    /// Unit id of all its figures, unless a field `unit` says otherwise.
    pub unit: Option<String>,
    /// Exact division by the cell under this heading, a power of ten.
    pub divide_by: Option<Pattern>,
    /// The date is a moment (`as-of`), not a span.
    pub as_of: bool,
    /// An empty cell under a valid heading is nothing, rather than an observation without value.
    pub skip_blank: bool,
    /// Notes that say a marked empty or `…` cell is withheld.
    pub withheld: Vec<Pattern>,
    /// Notes that say a marked figure is provisional.
    pub provisional: Vec<Pattern>,
    /// Notes whose slots override a marked cell's fields.
    pub footnotes: Vec<Pattern>,
    /// Known rows that are not wanted; they do not clear sections.
    pub ignore_rows: Vec<Ignored<Pattern>>,
    /// One issue with the number and the first labels, rather than one a row.
    pub count_unmapped: bool,
    /// Headings of conversions that lost the header's merges.
    pub shapes: Vec<Shape>,
    /// No matching table is no Error.
    pub any_tables: bool,
    /// A document is a part among others: what it lacks is neither withdrawn nor lost.
    pub parts: bool,
    /// What must hold.
    pub expect: Expect,
    /// Figures the publisher never revises.
    pub checkpoints: Vec<Checkpoint>,
}

/// The head of a value column.
#[derive(Debug, Clone)]
pub struct ColumnRule {
    /// Texts of the header path from top to bottom; their number counts.
    pub head: Vec<Pattern>,
    /// Fields it sets.
    pub set: BTreeMap<String, String>,
    /// Unit of the column.
    pub unit: Option<String>,
    /// What the comparison base must be.
    pub base: Option<Base>,
    /// The table may lack it.
    pub optional: bool,
}

/// The comparison base that a heading must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// The period before.
    Previous,
    /// The same period of the year before.
    SameLastYear,
    /// December of the year before.
    DecemberLastYear,
}

impl Base {
    /// In the words of an issue.
    pub fn wanted(self) -> &'static str {
        match self {
            Base::Previous => "a comparison with the period before",
            Base::SameLastYear => "a comparison with the same period of the year before",
            Base::DecemberLastYear => "a comparison with December of the year before",
        }
    }
}

/// What a data row may say.
#[derive(Debug, Clone, Default)]
pub struct RowRule {
    /// The first text column left of the values; `None` when only named cells count.
    pub stub: Option<Pattern>,
    /// Heading → text, for named columns.
    pub cells: Vec<(Pattern, Pattern)>,
    /// Fields it sets.
    pub set: BTreeMap<String, String>,
    /// Only if the nearest row above that matches any `under` of the reading is this one.
    pub under: Option<Pattern>,
}

/// A heading row between data rows.
#[derive(Debug, Clone)]
pub struct SectionRule {
    /// What it says.
    pub text: Pattern,
    /// Fields it sets for the rows below.
    pub set: BTreeMap<String, String>,
    /// A match clears fields of its level and deeper.
    pub level: u32,
}

/// Known and not wanted, and why.
#[derive(Debug, Clone)]
pub struct Ignored<T> {
    /// What it looks like.
    pub what: T,
    /// Why it is not wanted.
    pub reason: String,
}

/// Headings for a table whose conversion lost them.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The header row begins so.
    pub starts: Vec<Pattern>,
    /// Cells of the rows below.
    pub width: usize,
    /// Rows the header takes.
    pub header_rows: usize,
    /// The headings it reads as.
    pub columns: Vec<String>,
}

/// What must hold of a reading as a whole.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// The earliest period must be this one.
    pub from: Option<Period>,
    /// The latest period must reach this one.
    pub to: Option<Period>,
    /// At least so many series.
    pub min_series: Option<usize>,
    /// Figures outside are an issue, never dropped.
    pub range: Option<(Decimal, Decimal)>,
    /// No gaps between the first and the last period of a series.
    pub contiguous: bool,
}

/// A figure the publisher never revises.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// Its series.
    pub series: SeriesCode,
    /// Its period.
    pub period: Period,
    /// Its value.
    pub value: Decimal,
}

/// A series code with slots: literal text and field names in turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// The parts from left to right.
    pub parts: Vec<TemplatePart>,
}

/// A part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text as it stands.
    Literal(String),
    /// The value of a field; `freq` is the frequency.
    Field(String),
}

impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            TemplatePart::Literal(text) => f.write_str(text),
            TemplatePart::Field(name) => write!(f, "{{{name}}}"),
        })
    }
}
