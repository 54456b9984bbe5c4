//! What tests see of a document.

use super::{Event, Format, Options, ParseError, Row, parse};
use std::io::Cursor;

/// Every event, if none fails.
fn events(format: Format, bytes: &[u8], charset: Option<&str>) -> Result<Vec<Event>, ParseError> {
    let mut events = Vec::new();
    let options = Options { charset: charset.map(str::to_owned) };
    parse(format, &mut Cursor::new(bytes), &options, &mut |event| events.push(event))?;
    Ok(events)
}

/// The rows of all tables.
pub fn rows(format: Format, bytes: &[u8], charset: Option<&str>) -> Result<Vec<Row>, ParseError> {
    let row = |event| if let Event::Row(row) = event { Some(row) } else { None };
    Ok(events(format, bytes, charset)?.into_iter().filter_map(row).collect())
}

/// The document as [`shown`], or why it cannot be read.
pub fn lines(format: Format, bytes: &[u8]) -> Result<Vec<String>, String> {
    events(format, bytes, None).map(|events| shown(&events)).map_err(|error| error.to_string())
}

/// A table as its name and the rows as `column=text`.
fn shown(events: &[Event]) -> Vec<String> {
    let cells = |row: &Row| row.cells.iter().map(|c| format!("{}={}", c.column, c.text)).collect::<Vec<_>>().join(" | ");
    let line = |event: &Event| match event {
        Event::Table(table) => format!("# {}", table.sheet),
        Event::Row(row) => format!("{}: {}", row.number, cells(row)),
        Event::Paragraph { text, .. } => format!("> {text}"),
    };
    events.iter().map(line).collect()
}
