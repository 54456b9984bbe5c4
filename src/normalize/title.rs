//! Titles: texts above the head that must be there, and what their slots catch.

use super::desk::Desk;
use super::pattern::Fields;
use super::spec::Read;
use super::text::Line;
use std::rc::Rc;

/// What stands above the searched rows.
pub struct Above<'t> {
    /// Folded name of the sheet.
    pub sheet: &'t Rc<str>,
    /// Folded caption and paragraphs before the table, the nearest last.
    pub outside: &'t [Rc<str>],
    /// Folded texts of the table above the searched rows, the nearest last.
    pub inside: &'t [Rc<str>],
}

/// What the sheet's name and every title catch, the nearest text first.
///
/// # Errors
/// The title that no text above says.
pub fn titles<'a>(read: &'a Read, above: &Above<'_>, rows: &[Rc<Line>], desk: &mut Desk<'a>) -> Result<Fields, String> {
    let mut fields = sheet(read, above.sheet, desk).ok_or_else(|| format!("the sheet is named {:?}", above.sheet))?;
    let cells = rows.iter().rev().flat_map(|line| line.cells.iter().filter(|cell| !cell.copy).map(|cell| &cell.folded));
    // Texts between two heads are the second one's own: only without any do those of the first one hold on.
    let own = rows.iter().any(|line| !line.cells.is_empty());
    let inside = if own { &[] } else { above.inside };
    let texts: Vec<&Rc<str>> = cells.chain(inside.iter().rev()).chain(above.outside.iter().rev()).chain([above.sheet]).collect();
    for title in &read.title {
        match texts.iter().find_map(|text| desk.matches(title, text)) {
            Some(caught) => fields.merge_under(&caught),
            None => return Err(format!("no text above says {:?}", title.as_str())),
        }
    }
    Ok(fields)
}

/// What the sheet's name catches; `None` if the reading does not look at such a sheet.
pub fn sheet<'a>(read: &'a Read, name: &Rc<str>, desk: &mut Desk<'a>) -> Option<Fields> {
    if read.sheet.is_empty() {
        return Some(Fields::default());
    }
    read.sheet.iter().find_map(|pattern| desk.matches(pattern, name)).map(|fields| (*fields).clone())
}
