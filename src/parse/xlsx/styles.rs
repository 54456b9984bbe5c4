//! `styles.xml`, reduced to what decides the text of a cell.

use super::xml::{Xml, attribute};
use crate::parse::ParseError;
use crate::parse::numfmt::NumberFormat;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::Read;

/// Entries of one list of styles; a workbook may have 65 490 cell formats (Excel specifications and limits).
const MAX_STYLES: usize = 1 << 17;

/// How a cell is shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Its number format.
    pub format: NumberFormat,
    /// The whole cell is set in superscript.
    pub raised: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { format: NumberFormat::General, raised: false }
    }
}

/// The formats of cells by number.
#[derive(Debug, Default)]
pub struct Styles {
    codes: HashMap<u32, NumberFormat>,
    raised_fonts: Vec<bool>,
    cells: Vec<Style>,
}

impl Styles {
    /// The style of a cell; the plain one for numbers the workbook does not define.
    pub fn get(&self, index: usize) -> Style {
        self.cells.get(index).copied().unwrap_or_default()
    }

    /// Reads the part `styles.xml`.
    ///
    /// # Errors
    /// The part is no XML or exceeds a limit.
    pub fn read<R: Read>(xml: &mut Xml<R>, place: &str) -> Result<Styles, ParseError> {
        let mut styles = Styles::default();
        let mut list = String::new();
        loop {
            let event = xml.next()?;
            let Event::Start(element) = event else {
                if matches!(event, Event::Eof) {
                    return Ok(styles);
                }
                continue;
            };
            let name = element.local_name();
            match (list.as_str(), name.as_ref()) {
                (
                    _,
                    "numFmts" | "fonts" | "cellXfs" | "cellStyleXfs" | "dxfs" | "fills" | "borders" | "cellStyles" | "extLst",
                ) => {
                    list.clear();
                    list.push_str(name.as_ref());
                }
                ("numFmts", "numFmt") => styles.add_code(&element),
                ("fonts", "font") => styles.raised_fonts.push(false),
                ("fonts", "vertAlign") => styles.mark_font(&element),
                ("cellXfs", "xf") => styles.add_cell(&element),
                _ => {}
            }
            styles.check(place)?;
        }
    }

    fn add_code(&mut self, element: &BytesStart<'_>) {
        if let (Some(id), Some(code)) = (number(element, "numFmtId"), attribute(element, "formatCode")) {
            self.codes.insert(id, NumberFormat::parse(&code));
        }
    }

    fn mark_font(&mut self, element: &BytesStart<'_>) {
        if let Some(font) = self.raised_fonts.last_mut() {
            *font = attribute(element, "val").is_some_and(|val| val == "superscript");
        }
    }

    fn add_cell(&mut self, element: &BytesStart<'_>) {
        let id = number(element, "numFmtId").unwrap_or(0);
        let builtin = || u16::try_from(id).ok().and_then(NumberFormat::builtin);
        let format = self.codes.get(&id).copied().or_else(builtin).unwrap_or(NumberFormat::General);
        let font = number(element, "fontId").and_then(|id| self.raised_fonts.get(id as usize));
        self.cells.push(Style { format, raised: font.copied().unwrap_or(false) });
    }

    fn check(&self, place: &str) -> Result<(), ParseError> {
        if self.codes.len().max(self.raised_fonts.len()).max(self.cells.len()) <= MAX_STYLES {
            return Ok(());
        }
        let what = "the number of styles".to_owned();
        Err(ParseError::TooLarge { place: place.to_owned(), what, limit: MAX_STYLES as u64 })
    }
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.trim().parse().ok()
}
