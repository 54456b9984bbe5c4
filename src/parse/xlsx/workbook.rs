//! The workbook part: its sheets in order, and where their parts lie.

use super::xml::{Xml, attribute};
use crate::parse::ParseError;
use quick_xml::events::Event;
use std::io::Read;

/// Sheets of a workbook; the largest seen has 83.
const MAX_SHEETS: usize = 1024;
/// Relationships of a part.
const MAX_RELATIONS: usize = 10_000;

/// A relationship of a part to another.
#[derive(Debug, PartialEq, Eq)]
pub struct Relation {
    /// The name by which the part refers to it.
    pub id: String,
    /// The last step of its type's address: `worksheet`, `styles`. Transitional and strict workbooks differ before it only.
    pub kind: String,
    /// The part it leads to, from the root of the container, without a leading slash.
    pub part: String,
}

/// A sheet as the workbook lists it.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name as it stands.
    pub name: String,
    /// Hidden, in either way.
    pub hidden: bool,
    /// Its relationship.
    pub relation: String,
}

/// What the workbook part says.
#[derive(Debug, Default)]
pub struct Workbook {
    /// Days are counted from 1904.
    pub date1904: bool,
    /// The sheets, in the order of their tabs.
    pub sheets: Vec<Listed>,
}

/// Reads a `.rels` part; `base` is the part whose relationships they are.
///
/// # Errors
/// The part is no XML or exceeds a limit.
pub fn relations<R: Read>(xml: &mut Xml<R>, base: &str, place: &str) -> Result<Vec<Relation>, ParseError> {
    let mut relations = Vec::new();
    loop {
        match xml.next()? {
            Event::Eof => return Ok(relations),
            Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                let external = attribute(&e, "TargetMode").is_some_and(|mode| mode == "External");
                let (Some(id), Some(target), false) = (attribute(&e, "Id"), attribute(&e, "Target"), external) else {
                    continue;
                };
                let kind = attribute(&e, "Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                limit(relations.len(), MAX_RELATIONS, "the number of relationships", place)?;
                relations.push(Relation { id, kind, part: resolve(base, &target) });
            }
            _ => {}
        }
    }
}

/// Reads the workbook part.
///
/// # Errors
/// The part is no XML or exceeds a limit.
pub fn workbook<R: Read>(xml: &mut Xml<R>, place: &str) -> Result<Workbook, ParseError> {
    let mut book = Workbook::default();
    loop {
        match xml.next()? {
            Event::Eof => return Ok(book),
            Event::Start(e) => match e.local_name().as_ref() {
                "workbookPr" => {
                    book.date1904 |= attribute(&e, "date1904").is_some_and(|flag| matches!(flag.as_str(), "1" | "true"));
                }
                "sheet" => {
                    let hidden = attribute(&e, "state").is_some_and(|state| state != "visible");
                    let (name, relation) = (attribute(&e, "name").unwrap_or_default(), attribute(&e, "id").unwrap_or_default());
                    limit(book.sheets.len(), MAX_SHEETS, "the number of sheets", place)?;
                    book.sheets.push(Listed { name, hidden, relation });
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// The `.rels` part that belongs to a part.
pub fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") }
}

/// A target relative to the folder of `base`, or from the root where it starts with a slash. `..` stops at the root.
fn resolve(base: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = match base.rsplit_once('/') {
        Some((folder, _)) if !target.starts_with('/') => folder.split('/').collect(),
        _ => Vec::new(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            name => steps.push(name),
        }
    }
    steps.join("/")
}

fn limit(count: usize, most: usize, what: &str, place: &str) -> Result<(), ParseError> {
    if count < most {
        return Ok(());
    }
    Err(ParseError::TooLarge { place: place.to_owned(), what: what.to_owned(), limit: most as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        for (base, target, part) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "../../../etc/passwd", "etc/passwd"),
            ("xl/workbook.xml", "worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
        ] {
            assert_eq!(resolve(base, target), part);
        }
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relations_of("workbook.xml"), "_rels/workbook.xml.rels");
    }
}
