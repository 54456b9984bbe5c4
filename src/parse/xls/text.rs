//! Strings of BIFF8: 8-bit or UTF-16, with rich runs, over several records.

use super::record::Fields;
use crate::parse::ParseError;
use crate::parse::superscript;

/// Flag: two bytes a character. Without it the high byte of each is zero (Latin-1, whatever the code page).
const WIDE: u8 = 0x01;
/// Flag: phonetic data follow.
const EXTENDED: u8 = 0x04;
/// Flag: formatting runs follow.
const RICH: u8 = 0x08;

/// A text whose own superscript runs are raised already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    text: String,
    /// Length in bytes of the beginning that has the font of the cell; the rest has fonts of its own.
    lead: usize,
}

impl Text {
    /// A text without runs.
    pub fn plain(text: String) -> Text {
        Text { lead: text.len(), text }
    }

    /// As displayed in a cell whose font is superscript or not.
    pub fn show(&self, superscript: bool) -> String {
        match self.text.split_at_checked(self.lead) {
            Some((lead, rest)) if superscript => superscript::raise(lead) + rest,
            _ => self.text.clone(),
        }
    }

    /// Nothing to show.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Raises the runs whose font is superscript. A run is its first character (in UTF-16 units) and its font.
    fn with_runs(units: &[u16], runs: &[(u16, u16)], raised: &dyn Fn(u16) -> bool) -> Text {
        let position = |(first, _): &(u16, u16)| usize::from(*first).min(units.len());
        let lead = runs.first().map_or(units.len(), position);
        let mut text = decode(units, 0, lead);
        let lead = text.len();
        for (index, run) in runs.iter().enumerate() {
            let end = runs.get(index + 1).map_or(units.len(), position);
            let part = decode(units, position(run), end);
            if raised(run.1) {
                text.push_str(&superscript::raise(&part));
            } else {
                text.push_str(&part);
            }
        }
        Text { text, lead }
    }
}

/// A string with an 8-bit count of characters (the names of sheets).
///
/// # Errors
/// The record ends before the string does.
pub fn short(fields: &mut Fields) -> Result<String, ParseError> {
    let count = fields.u8()?;
    counted(fields, u16::from(count))
}

/// A string with a 16-bit count, without runs (formats, labels, results of formulas).
///
/// # Errors
/// The record and its CONTINUE records end before the string does.
pub fn long(fields: &mut Fields) -> Result<String, ParseError> {
    let count = fields.u16()?;
    counted(fields, count)
}

/// A string of the shared table: runs and phonetic data may follow. `raised` tells which fonts are superscript.
///
/// # Errors
/// The records end before the string does, or runs are out of order.
pub fn rich(fields: &mut Fields, raised: &dyn Fn(u16) -> bool) -> Result<Text, ParseError> {
    let count = fields.u16()?;
    let flags = fields.u8()?;
    let run_count = if flags & RICH != 0 { fields.u16()? } else { 0 };
    let extension = if flags & EXTENDED != 0 { fields.u32()? } else { 0 };
    let units = characters(fields, count, flags)?;
    let runs = runs(fields, run_count)?;
    fields.skip(extension as usize)?;
    Ok(Text::with_runs(&units, &runs, raised))
}

/// The string of an RSTRING record: its runs come last, with their count.
///
/// # Errors
/// As [`rich`].
pub fn rstring(fields: &mut Fields, raised: &dyn Fn(u16) -> bool) -> Result<Text, ParseError> {
    let count = fields.u16()?;
    let flags = fields.u8()?;
    let units = characters(fields, count, flags)?;
    let run_count = fields.u16()?;
    let runs = runs(fields, run_count)?;
    Ok(Text::with_runs(&units, &runs, raised))
}

fn counted(fields: &mut Fields, count: u16) -> Result<String, ParseError> {
    let flags = fields.u8()?;
    let units = characters(fields, count, flags)?;
    Ok(String::from_utf16_lossy(&units))
}

/// Characters that go on in a CONTINUE record begin there with flags of their own: a string may change its width half-way.
fn characters(fields: &mut Fields, count: u16, mut flags: u8) -> Result<Vec<u16>, ParseError> {
    let count = usize::from(count);
    let mut units = Vec::new();
    while units.len() < count {
        let wanted = count - units.len();
        if flags & WIDE != 0 {
            let run = fields.run(wanted * 2);
            if !run.len().is_multiple_of(2) {
                let seen = format!("a character cut in two after {} of {count}", units.len() + run.len() / 2);
                return Err(fields.record().malformed(seen, "whole UTF-16 characters"));
            }
            units.extend(run.chunks_exact(2).map(|pair| pair.iter().rev().fold(0, |unit, &byte| unit << 8 | u16::from(byte))));
        } else {
            units.extend(fields.run(wanted).iter().map(|&byte| u16::from(byte)));
        }
        if units.len() < count {
            if !fields.turn() {
                return Err(fields.short(count - units.len()));
            }
            flags = fields.u8()?;
        }
    }
    Ok(units)
}

fn runs(fields: &mut Fields, count: u16) -> Result<Vec<(u16, u16)>, ParseError> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for _ in 0..count {
        let run = (fields.u16()?, fields.u16()?);
        if runs.last().is_some_and(|last| last.0 > run.0) {
            return Err(fields.record().malformed(format!("a run from character {}", run.0), "runs in ascending order"));
        }
        runs.push(run);
    }
    Ok(runs)
}

fn decode(units: &[u16], from: usize, to: usize) -> String {
    String::from_utf16_lossy(units.get(from..to).unwrap_or_default())
}
