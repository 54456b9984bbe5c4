//! A reading that is proposed, before it is written down.

use std::collections::BTreeSet;

/// A reading as far as the table tells it.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Which table it is of, in words.
    pub table: String,
    /// Its number.
    pub number: u32,
    /// Its name, unique in the source.
    pub name: String,
    /// The sheet's name as a pattern; nothing where the format names none.
    pub sheet: Option<String>,
    /// The table's number, where neither sheet nor title tells it from others.
    pub index: Option<u32>,
    /// Texts above the head, as patterns.
    pub title: Vec<String>,
    /// Value columns.
    pub columns: Vec<ColumnDraft>,
    /// Columns that are known and not wanted: their heads and why.
    pub ignored_columns: Vec<(Vec<String>, String)>,
    /// What a row may say.
    pub rows: Vec<RowDraft>,
    /// Headings between rows.
    pub sections: Vec<SectionDraft>,
    /// Rows that are known and not wanted, and why.
    pub ignored_rows: Vec<(String, String)>,
    /// Patterns of notes that move a figure to another period.
    pub footnotes: Vec<String>,
    /// Fields of the series' code between the indicator and the entity.
    pub item: Vec<String>,
    /// The measure, as far as the table says it.
    pub measure: String,
    /// The unit of all its figures.
    pub unit: Option<String>,
    /// Dates are moments.
    pub as_of: bool,
    /// Labels of rows that the dictionary must have, and where they stand.
    pub labels: Vec<(String, String)>,
    /// What a person must confirm.
    pub confirm: Vec<String>,
    /// Why it is not proposed as it stands; nothing if it is.
    pub doubts: Vec<String>,
    /// What holds in this document.
    pub guards: Guards,
}

/// A value column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ColumnDraft {
    /// Its head.
    pub head: Vec<String>,
    /// Fields it sets.
    pub set: Vec<(String, String)>,
    /// Its unit.
    pub unit: Option<String>,
    /// The key `base`.
    pub base: Option<&'static str>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowDraft {
    /// Its first label.
    pub stub: Option<String>,
    /// Cells under headings.
    pub cells: Vec<(String, String)>,
    /// Fields it sets.
    pub set: Vec<(String, String)>,
}

/// A heading between rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SectionDraft {
    /// What it says.
    pub text: String,
    /// Fields it sets.
    pub set: Vec<(String, String)>,
    /// 1, or more below another heading.
    pub level: usize,
}

/// What the figures of this document bear out.
#[derive(Debug, Clone, Default)]
pub struct Guards {
    /// The earliest period.
    pub from: Option<String>,
    /// The latest period with a figure.
    pub to: Option<String>,
    /// How many series.
    pub series: usize,
    /// How many figures.
    pub figures: usize,
    /// Series, period, value, and where it stands.
    pub checkpoints: Vec<[String; 4]>,
}

impl RowDraft {
    /// A row that is known by its first label.
    pub fn stub(pattern: impl Into<String>) -> RowDraft {
        RowDraft { stub: Some(pattern.into()), ..RowDraft::default() }
    }
}

/// Ids that are used already; a second of one name gets a number.
#[derive(Debug, Default)]
pub struct Distinct(BTreeSet<String>);

impl Distinct {
    /// The id, or the id with the first number that is free.
    pub fn of(&mut self, id: &str) -> String {
        let mut free = id.to_string();
        let mut number = 2;
        while !self.0.insert(free.clone()) {
            free = format!("{id}-{number}");
            number += 1;
        }
        free
    }
}
