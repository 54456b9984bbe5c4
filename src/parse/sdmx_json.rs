//! SDMX-JSON data messages (1.0, 2.0 and the drafts before them): each data set is a table `DataSet` with a row an observation.
//!
//! Columns: every dimension and attribute by its id, with the id of the value; `ID name` with the value's name where it has
//! another; last the value, `ObsValue`, or the measures by their ids where the message names them. Plain members of `header` and
//! `meta`, and the structure's name, are paragraphs (`prepared: …`).

mod structure;

use super::json::value::{self, Json, Members, Raw, open, scalar};
use super::long::{Columns, Tables, Value, too_large};
use super::{Event, Input, Options, ParseError};
use std::collections::BTreeMap;
use structure::{Component, Structure, list, members};

/// Combinations of dimensions that groups of one data set are attached to.
const MAX_GROUPINGS: usize = 64;

/// Cells of a row as they come together.
type Cells = Vec<(usize, Value)>;

/// Reads a message: paragraphs, then a table a data set.
///
/// # Errors
/// Text that is no JSON, a message of another shape, a number that stands for no value, a limit.
pub fn parse(input: &mut dyn Input, options: &Options, sink: &mut dyn FnMut(Event)) -> Result<(), ParseError> {
    let text = value::text(input, options)?;
    let root = members(Some(value::document(&text)?), "the document")?;
    let mut tables = Tables::new(sink);
    for name in ["header", "meta"] {
        paragraphs(&members(root.get(name), name)?, name, &mut tables)?;
    }
    let data = members(root.get("data"), "data")?;
    let at = |name: &str| data.get(name).or(root.get(name));
    let structures = structures(&at, &mut tables)?;
    let Some(sets) = at("dataSets") else {
        return Err(ParseError::malformed("the document", "no dataSets", "a data message of SDMX-JSON"));
    };
    for set in list(Some(sets), "dataSets")? {
        let set = members(Some(set), "dataSets")?;
        let number = set.get("structure").and_then(|raw| raw.get().parse().ok()).unwrap_or(0);
        let found: Option<&Structure> = structures.get::<usize>(number);
        let structure = found
            .ok_or_else(|| ParseError::malformed("dataSets", format!("structure {number}"), "a structure of the message"))?;
        data_set(&set, structure, &mut tables)?;
    }
    Ok(())
}

fn structures<'a>(at: &dyn Fn(&str) -> Option<Raw<'a>>, tables: &mut Tables<'_>) -> Result<Vec<Structure>, ParseError> {
    let several = list(at("structures"), "structures")?;
    let all = several.into_iter().chain(at("structure")).map(Structure::read).collect::<Result<Vec<_>, _>>()?;
    for name in all.iter().filter_map(|structure| structure.name.clone()) {
        tables.paragraph(format!("name: {name}"), "/structure/name".to_string());
    }
    Ok(all)
}

fn paragraphs(all: &Members<'_>, place: &str, tables: &mut Tables<'_>) -> Result<(), ParseError> {
    for (name, raw) in &all.0 {
        if let Some(Value::Text(text) | Value::Number(text)) = scalar(open(raw, place)?) {
            tables.paragraph(format!("{name}: {text}"), format!("/{place}/{name}"));
        }
    }
    Ok(())
}

fn data_set(set: &Members<'_>, structure: &Structure, tables: &mut Tables<'_>) -> Result<(), ParseError> {
    let columns = structure.columns()?;
    tables.begin("DataSet", columns.names())?;
    let (dimensions, attributes) = (&structure.dimensions, &structure.attributes);
    let mut around = Cells::new();
    // a dimension of the whole set has one value
    dimensions.data_set.iter().try_for_each(|one| one.cells(Json::Number("0".to_string()), &columns, &mut around))?;
    numbered(&list(set.get("attributes"), "attributes")?, &attributes.data_set, &columns, &mut around)?;
    let reader = Reader { structure, groups: Groups::read(set)?, columns };
    reader.observations(&members(set.get("observations"), "observations")?, &[], &around, tables)?;
    for (key, raw) in members(set.get("series"), "series")?.0 {
        let series = members(Some(raw), &key)?;
        let numbers = numbers(&key, dimensions.series.len())?;
        let mut cells = around.clone();
        reader.keyed(&numbers, &dimensions.series, &mut cells)?;
        numbered(&list(series.get("attributes"), &key)?, &attributes.series, &reader.columns, &mut cells)?;
        reader.observations(&members(series.get("observations"), &key)?, &numbers, &cells, tables)?;
    }
    Ok(())
}

/// What the observations of a data set are read with.
struct Reader<'s, 'a> {
    structure: &'s Structure,
    groups: Groups<'a>,
    columns: Columns,
}

impl Reader<'_, '_> {
    fn observations(
        &self,
        all: &Members<'_>,
        series: &[usize],
        around: &Cells,
        tables: &mut Tables<'_>,
    ) -> Result<(), ParseError> {
        let (dimensions, attributes) = (&self.structure.dimensions, &self.structure.attributes);
        for (key, raw) in &all.0 {
            let numbers = numbers(key, dimensions.observation.len())?;
            let mut cells = around.clone();
            self.keyed(&numbers, &dimensions.observation, &mut cells)?;
            self.groups.cells(&[series, &numbers].concat(), &attributes.group, &self.columns, &mut cells)?;
            let said = match open(raw, key)? {
                Json::List(items) => items,
                _ => vec![*raw],
            };
            for (measure, raw) in self.structure.measures.iter().zip(&said) {
                cells.extend(self.columns.get(measure).zip(scalar(open(raw, key)?)));
            }
            numbered(
                said.get(self.structure.measures.len()..).unwrap_or_default(),
                &attributes.observation,
                &self.columns,
                &mut cells,
            )?;
            tables.row(cells)?;
        }
        Ok(())
    }

    fn keyed(&self, numbers: &[usize], dimensions: &[Component], cells: &mut Cells) -> Result<(), ParseError> {
        let mut pairs = numbers.iter().zip(dimensions);
        pairs.try_for_each(|(number, one)| one.cells(Json::Number(number.to_string()), &self.columns, cells))
    }
}

/// Attributes in the order of the structure, by number or by themselves.
fn numbered(values: &[Raw<'_>], attributes: &[Component], columns: &Columns, cells: &mut Cells) -> Result<(), ParseError> {
    values.iter().zip(attributes).try_for_each(|(raw, one)| one.cells(open(raw, "attributes")?, columns, cells))
}

/// A key such as `0:3:1`, of so many numbers.
fn numbers(key: &str, wanted: usize) -> Result<Vec<usize>, ParseError> {
    let numbers: Option<Vec<usize>> = key.split(':').map(|part| part.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| numbers.len() == wanted);
    numbers
        .ok_or_else(|| ParseError::malformed("dataSets", format!("key {key:?}"), format!("{wanted} numbers with colons between")))
}

/// Attributes of groups of series: by which dimensions a group names, and by their numbers.
struct Groups<'a>(BTreeMap<Vec<bool>, BTreeMap<Vec<usize>, Vec<Raw<'a>>>>);

impl<'a> Groups<'a> {
    fn read(set: &Members<'a>) -> Result<Groups<'a>, ParseError> {
        let mut groups: BTreeMap<Vec<bool>, BTreeMap<Vec<usize>, Vec<Raw<'a>>>> = BTreeMap::new();
        for (key, raw) in members(set.get("dimensionGroupAttributes"), "dimensionGroupAttributes")?.0 {
            let named = key.split(':').map(|part| !part.is_empty()).collect();
            let numbers: Option<Vec<usize>> =
                key.split(':').filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect();
            let numbers = numbers
                .ok_or_else(|| ParseError::malformed("dataSets", format!("key {key:?}"), "numbers with colons between"))?;
            groups.entry(named).or_default().insert(numbers, list(Some(raw), "dimensionGroupAttributes")?);
        }
        match groups.len() > MAX_GROUPINGS {
            true => Err(too_large("dimensionGroupAttributes", "the number of different groupings", MAX_GROUPINGS)),
            false => Ok(Groups(groups)),
        }
    }

    fn cells(&self, key: &[usize], attributes: &[Component], columns: &Columns, cells: &mut Cells) -> Result<(), ParseError> {
        for (named, groups) in &self.0 {
            let part: Vec<usize> = key.iter().zip(named).filter(|(_, named)| **named).map(|(number, _)| *number).collect();
            if let Some(values) = groups.get(&part) {
                numbered(values, attributes, columns, cells)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests;
