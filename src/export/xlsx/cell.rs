//! Cells: figures as numbers where Excel's numbers hold them, else as text.

use crate::export::ExportError;
use crate::store::VintageRow;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Worksheet};
use std::collections::BTreeMap;

/// Digits that Excel keeps of a number.
const DIGITS: usize = 15;
/// Characters that a cell of Excel holds.
const LONGEST: usize = 32_767;

/// How cells look.
pub struct Looks {
    /// Headers.
    pub head: Format,
}

impl Looks {
    /// The looks of this workbook.
    pub fn new() -> Looks {
        Looks { head: Format::new().set_bold() }
    }
}

/// Formats of figures by their digits after the separator, made when they are first met.
#[derive(Default)]
pub struct Cells {
    formats: BTreeMap<u32, Format>,
}

impl Cells {
    fn format(&mut self, decimals: u32) -> &Format {
        self.formats.entry(decimals).or_insert_with(|| {
            let zeros = usize::try_from(decimals).unwrap_or_default();
            Format::new().set_num_format(if zeros == 0 { "0".to_string() } else { format!("0.{}", "0".repeat(zeros)) })
        })
    }
}

/// Writes a figure, or the status of one that has no value.
pub fn put(sheet: &mut Worksheet, place: (u32, u16), figure: &VintageRow, cells: &mut Cells) -> Result<(), ExportError> {
    let Some(value) = figure.value else { return text(sheet, place, figure.status.as_str(), None) };
    match as_number(value) {
        Some(number) => {
            sheet.write_number_with_format(place.0, place.1, number, cells.format(value.scale()))?;
            Ok(())
        }
        None => text(sheet, place, &value.to_string(), None),
    }
}

/// The number that a workbook keeps for this figure, if it shows every digit of it and no other: cells have floating point and nothing
/// else, and Excel keeps 15 digits of it and no sign of a zero.
pub fn as_number(value: Decimal) -> Option<f64> {
    let written = value.to_string();
    let digits = written.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').count();
    let decimals = usize::try_from(value.scale()).ok()?;
    let number: f64 = written.parse().ok().filter(|_| digits <= DIGITS && decimals <= DIGITS)?;
    let lost = value.is_zero() && value.is_sign_negative();
    (!lost && format!("{number:.decimals$}") == written).then_some(number)
}

/// Writes a text, never a formula or a link; no cell where there is none.
pub fn text(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str, look: Option<&Format>) -> Result<(), ExportError> {
    let short: String;
    let text = match text.encode_utf16().count() > LONGEST {
        true => {
            short = shortened(text);
            &short
        }
        false => text,
    };
    match look {
        _ if text.is_empty() => {}
        Some(look) => drop(sheet.write_string_with_format(row, column, text, look)?),
        None => drop(sheet.write_string(row, column, text)?),
    }
    Ok(())
}

/// As much of a text as a cell holds, and a mark that there was more.
fn shortened(text: &str) -> String {
    let mut length = 1;
    let fits = |c: &char| {
        length += c.len_utf16();
        length <= LONGEST
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_show_every_digit() {
        let cases = [
            ("97.1", true),
            ("-4.0", true),
            ("0.10", true),
            ("0", true),
            ("-0.0", false),
            ("37414604118", true),
            ("123456789012345", true),
            ("1234567890123456", false),
            ("0.1234567890123456", false),
            ("100.000000000000", true),
            ("100.0000000000000", false),
        ];
        for (text, wanted) in cases {
            let mut value: Decimal = text.parse().unwrap();
            value.set_sign_negative(text.starts_with('-'));
            let number = as_number(value);
            assert_eq!(number.is_some(), wanted, "{text}");
            if let Some(number) = number {
                assert_eq!(format!("{number:.*}", value.scale() as usize), text);
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_says_so() {
        let short = shortened(&"🜁".repeat(LONGEST));
        assert!(short.encode_utf16().count() <= LONGEST && short.ends_with('…') && short.encode_utf16().count() > LONGEST - 3);
    }
}
