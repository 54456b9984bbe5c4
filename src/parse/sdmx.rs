//! SDMX-ML data messages: generic (1.0, 2.0, 2.1) and structure-specific (2.1, and the compact ones before it).
//!
//! Each data set is a table `DataSet` with a row an observation, whatever way the message groups them. Columns are the concepts by
//! their ids, with the codes as they stand: of the data set, of groups, of the series, of the observation; a figure comes last
//! (`ObsValue`, or `OBS_VALUE` where the message calls it so). The time of version 1 is `Time`. Where the message has a code list
//! of a concept's id, or of that id after `CL_`, the column `s_OKATO name` holds the first name of each code. Everything outside
//! data sets and code lists is a paragraph (`Header/Prepared: …`, `Description/Indicator@name: …`), save names of persons.
//!
//! The message is read twice, for columns and code lists and then for rows, and nothing of it is held.

mod groups;
mod message;

use super::long::{Columns, Tables, Value, too_large};
use super::xml::nodes::Document;
use super::{Event, Input, Options, ParseError};
use message::{OBS_VALUE, Said};
use std::collections::HashMap;

/// Data sets of one message.
const MAX_DATA_SETS: usize = 1000;
/// What a figure is called in structure-specific data.
const OBS_VALUE_SPECIFIC: &str = "OBS_VALUE";
/// What names of code lists begin with, before the concept's id.
const LIST_PREFIX: &str = "CL_";

/// Names of codes, by list and code.
type Codes = HashMap<String, HashMap<String, String>>;

/// Reads a message: paragraphs, and a table a data set.
///
/// # Errors
/// Text that is no XML, a DOCTYPE, a message without data, a limit.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let mut document = Document::open(input, options)?;
    let (codes, sets) = look(&mut document)?;
    let mut tables = Tables::new(sink);
    let mut rest = sets.iter();
    let mut columns = &Columns::default();
    message::read(&mut document, &mut |said| match said {
        Said::Paragraph(text, locator) => {
            tables.paragraph(text, locator);
            Ok(())
        }
        Said::Code { .. } => Ok(()),
        Said::DataSet => {
            columns = rest.next().unwrap_or(columns);
            tables.begin("DataSet", columns.names())
        }
        Said::Observation(pairs) => tables.row(cells(&pairs, columns, &codes)),
    })
}

/// The first look at a message: what its codes mean, and the columns of each data set.
fn look(document: &mut Document<'_>) -> Result<(Codes, Vec<Columns>), ParseError> {
    let mut codes = Codes::new();
    let mut sets: Vec<Columns> = Vec::new();
    message::read(document, &mut |said| {
        match said {
            Said::Paragraph(..) => {}
            Said::Code { list, code, name } => {
                let list = list.strip_prefix(LIST_PREFIX).unwrap_or(list);
                codes.entry(list.to_string()).or_default().entry(code.to_string()).or_insert(name);
            }
            Said::DataSet if sets.len() >= MAX_DATA_SETS => {
                return Err(too_large("the message", "the number of data sets", MAX_DATA_SETS));
            }
            Said::DataSet => sets.push(Columns::default()),
            Said::Observation(pairs) => {
                if let Some(set) = sets.last_mut() {
                    pairs.iter().try_for_each(|(concept, _)| set.place(concept).map(drop))?;
                }
            }
        }
        Ok(())
    })?;
    let sets = sets.into_iter().map(|set| with_names(set, &codes)).collect::<Result<_, _>>()?;
    Ok((codes, sets))
}

/// A column of names right of each concept whose codes have names; figures at the end.
fn with_names(found: Columns, codes: &Codes) -> Result<Columns, ParseError> {
    let mut columns = Columns::default();
    for concept in found.names() {
        columns.place(concept)?;
        if codes.contains_key(concept) {
            columns.place(&name_column(concept))?;
        }
    }
    Ok(columns.with_last(|name| name == OBS_VALUE || name == OBS_VALUE_SPECIFIC))
}

fn name_column(concept: &str) -> String {
    format!("{concept} name")
}

fn cells(pairs: &[(&str, &str)], columns: &Columns, codes: &Codes) -> Vec<(usize, Value)> {
    let mut cells = Vec::with_capacity(pairs.len() * 2);
    for (concept, value) in pairs {
        cells.extend(columns.get(concept).map(|place| (place, Value::Text(value.to_string()))));
        let name = codes.get(*concept).and_then(|list| list.get(*value));
        let place = name.and_then(|_| columns.get(&name_column(concept)));
        cells.extend(place.zip(name).map(|(place, name)| (place, Value::Text(name.clone()))));
    }
    cells
}

#[cfg(test)]
pub(super) mod tests;
