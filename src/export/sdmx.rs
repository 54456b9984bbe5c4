//! SDMX-CSV 2.0, and the structure by which it is read. `docs/exports.md` says what was chosen and why.

mod components;
mod key;
mod period;
mod structure;

pub use structure::structure;

use self::components::{ACTION, Component, Dataflow, Part};
use super::{ExportError, Written, gathered};
use crate::model::Status;
use crate::report::safe;
use crate::store::{Selection, SeriesInfo, Store, VintageRow, Wanted};
use std::io::Write;

/// A value that is known to be missing; an empty cell would leave whatever a reader had before.
const MISSING: &str = "NaN";

/// Writes the figures of a selection, a row each.
///
/// # Errors
/// The store or the writer failing.
pub fn sdmx_csv(store: &Store, selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    let (mut written, mut last) = (Written::default(), String::new());
    let flow = Dataflow::of(selection.wanted);
    let columns = flow.columns();
    let mut writer = gathered(out);
    writer.write_record(["STRUCTURE", "STRUCTURE_ID", "ACTION"].into_iter().chain(columns.iter().map(|column| column.id)))?;
    let urn = flow.reference();
    store.export(selection, |series, figure| {
        written.count(&mut last, &series.code);
        let cells = columns.iter().map(|column| cell(column, series, &figure));
        let row = ["dataflow".to_string(), urn.clone(), ACTION.to_string()].into_iter().chain(cells);
        Ok::<_, ExportError>(writer.write_record(row)?)
    })?;
    writer.flush()?;
    Ok(written)
}

impl Dataflow {
    /// Where a figure has several vintages, its vintage is part of its key.
    pub fn of(wanted: Wanted) -> Dataflow {
        match wanted {
            Wanted::All => Dataflow::Vintages,
            Wanted::Latest | Wanted::First | Wanted::AsOf(_) => Dataflow::Figures,
        }
    }
}

/// What stands in a column of a row.
fn cell(column: &Component, series: &SeriesInfo, figure: &VintageRow) -> String {
    match column.part {
        Part::Key(dimension) => key::value(dimension, series),
        Part::Source => line(&figure.source),
        Part::Class => figure.class.as_str().to_string(),
        Part::Vintage => figure.known_from.to_string(),
        Part::Period => period::sdmx(series.frequency, figure.period),
        Part::Value => figure.value.map_or_else(|| MISSING.to_string(), |value| value.to_string()),
        Part::Status => letter(figure.status).to_string(),
        Part::Unit => line(&unit(&figure.unit).0),
        Part::Multiplier => unit(&figure.unit).1.to_string(),
        Part::Decimals => figure.decimals.map(|digits| digits.to_string()).unwrap_or_default(),
        Part::ValidTo => figure.known_to.map(|day| day.to_string()).unwrap_or_default(),
        Part::Series => series.code.clone(),
        Part::Title => line(&series.title),
        Part::Document => figure.sha256.clone().unwrap_or_default(),
        Part::Locator => line(&figure.locator),
        Part::Address => line(&figure.url),
    }
}

/// The letter of CL_OBS_STATUS.
pub(super) fn letter(status: Status) -> &'static str {
    match status {
        Status::Published => "A",
        Status::Provisional => "P",
        Status::Withheld => "Q",
        Status::Absent => "M",
        Status::NoData => "L",
        Status::Blank | Status::Withdrawn => "O",
    }
}

/// A text in one line, for readers of SDMX-CSV cut at every line break, quoted or not; and no formula.
fn line(text: &str) -> String {
    safe(&text.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')).collect::<Vec<_>>().join(" "))
}

/// The words of a unit's id that are powers of ten.
const POWERS: [(&str, u32); 4] = [("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12)];

/// A unit without the power of ten in its name, and that power: `CNY 100 million` is CNY and 8.
pub(super) fn unit(id: &str) -> (String, u32) {
    let power = |word: &str| POWERS.iter().find(|(name, _)| *name == word).map(|(_, power)| *power);
    let hundred = |word: &str| (word == "100").then_some(2);
    let words: Vec<&str> = id.split(' ').collect();
    let scaled = words.iter().any(|word| power(word).is_some());
    let of = |word: &str| power(word).or_else(|| hundred(word).filter(|_| scaled));
    let base: Vec<&str> = words.iter().copied().filter(|word| of(word).is_none()).collect();
    (base.join(" "), words.iter().filter_map(|word| of(word)).sum())
}
