//! What the numbers in an SDMX-JSON message mean: its dimensions, attributes and measures with their values.

use crate::parse::ParseError;
use crate::parse::json::value::{Json, Members, Raw, open};
use crate::parse::long::{Columns, Value, too_large};

/// Dimensions and attributes of a message.
const MAX_COMPONENTS: usize = 500;
/// What the value of an observation is called where the message has no name for it.
pub const OBS_VALUE: &str = "ObsValue";

/// A dimension or attribute.
#[derive(Debug, Default)]
pub struct Component {
    id: String,
    values: Vec<Item>,
}

/// One of its values.
#[derive(Debug, Default)]
struct Item {
    id: Option<Value>,
    name: Option<String>,
}

/// Components by what they are attached to.
#[derive(Debug, Default)]
pub struct Levels {
    /// The whole data set.
    pub data_set: Vec<Component>,
    /// Groups of series.
    pub group: Vec<Component>,
    /// A series.
    pub series: Vec<Component>,
    /// An observation.
    pub observation: Vec<Component>,
}

/// The structure of a data set.
#[derive(Debug, Default)]
pub struct Structure {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Dimensions.
    pub dimensions: Levels,
    /// Attributes.
    pub attributes: Levels,
    /// What an observation's list begins with.
    pub measures: Vec<String>,
}

/// The members of an object; none where there is no object.
pub fn members<'a>(raw: Option<Raw<'a>>, place: &str) -> Result<Members<'a>, ParseError> {
    match raw.map(|raw| open(raw, place)).transpose()? {
        Some(Json::Object(members)) => Ok(members),
        None | Some(Json::Null) => Ok(Members::default()),
        Some(other) => Err(ParseError::malformed(place, format!("{other:?}").chars().take(40).collect::<String>(), "an object")),
    }
}

/// The members of a list; none where there is no list.
pub fn list<'a>(raw: Option<Raw<'a>>, place: &str) -> Result<Vec<Raw<'a>>, ParseError> {
    match raw.map(|raw| open(raw, place)).transpose()? {
        Some(Json::List(items)) => Ok(items),
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(other) => Err(ParseError::malformed(place, format!("{other:?}").chars().take(40).collect::<String>(), "a list")),
    }
}

/// A plain text member.
fn text(members: &Members<'_>, name: &str, place: &str) -> Result<Option<String>, ParseError> {
    Ok(match members.get(name).map(|raw| open(raw, place)).transpose()? {
        Some(Json::Text(text) | Json::Number(text)) => Some(text),
        _ => None,
    })
}

impl Structure {
    /// Reads `structure` of a message, or a member of `structures`.
    ///
    /// # Errors
    /// Another shape, a limit.
    pub fn read(raw: Raw<'_>) -> Result<Structure, ParseError> {
        let all = members(Some(raw), "structure")?;
        let levels = |name: &str| Levels::read(&members(all.get(name), &format!("structure/{name}"))?, name);
        let measures = members(all.get("measures"), "structure/measures")?;
        let measures = list(measures.get("observation"), "structure/measures")?;
        let named = measures.into_iter().map(|raw| Ok(Component::read(raw, "structure/measures")?.id));
        let mut measures = named.collect::<Result<Vec<String>, ParseError>>()?;
        if measures.is_empty() {
            measures.push(OBS_VALUE.to_string());
        }
        let (dimensions, attributes) = (levels("dimensions")?, levels("attributes")?);
        Ok(Structure { name: text(&all, "name", "structure")?, dimensions, attributes, measures })
    }

    /// The columns of its table: dimensions, attributes, each with its names, then measures.
    ///
    /// # Errors
    /// Too many.
    pub fn columns(&self) -> Result<Columns, ParseError> {
        let mut columns = Columns::default();
        for levels in [&self.dimensions, &self.attributes] {
            for component in [&levels.data_set, &levels.group, &levels.series, &levels.observation].into_iter().flatten() {
                columns.place(&component.id)?;
                if component.values.iter().any(|item| item.name.is_some()) {
                    columns.place(&component.name_column())?;
                }
            }
        }
        self.measures.iter().try_for_each(|measure| columns.place(measure).map(drop))?;
        Ok(columns)
    }
}

impl Levels {
    fn read(all: &Members<'_>, place: &str) -> Result<Levels, ParseError> {
        let read = |name: &str| {
            let items = list(all.get(name), &format!("{place}/{name}"))?;
            if items.len() > MAX_COMPONENTS {
                return Err(too_large(place, "the number of components", MAX_COMPONENTS));
            }
            items.into_iter().map(|raw| Component::read(raw, place)).collect::<Result<Vec<_>, _>>()
        };
        let (data_set, group) = (read("dataSet")?, read("dimensionGroup")?);
        Ok(Levels { data_set, group, series: read("series")?, observation: read("observation")? })
    }
}

impl Component {
    fn read(raw: Raw<'_>, place: &str) -> Result<Component, ParseError> {
        let all = members(Some(raw), place)?;
        let id = text(&all, "id", place)?.ok_or_else(|| ParseError::malformed(place, "no id", "a component with an id"))?;
        let values = list(all.get("values"), &format!("{place}/{id}"))?;
        let values = values.into_iter().map(|raw| Item::read(raw, &id)).collect::<Result<_, _>>()?;
        Ok(Component { id, values })
    }

    fn name_column(&self) -> String {
        format!("{} name", self.id)
    }

    /// The cells of a value given by its number; a value that is no number stands for itself.
    ///
    /// # Errors
    /// A number that no value has.
    pub fn cells(&self, value: Json<'_>, columns: &Columns, cells: &mut Vec<(usize, Value)>) -> Result<(), ParseError> {
        let number = match &value {
            Json::Number(number) if !self.values.is_empty() => number.parse::<usize>().ok(),
            Json::Null => return Ok(()),
            other => {
                let own = match other {
                    Json::Text(text) => Some(Value::Text(text.clone())),
                    Json::Number(number) => Some(Value::Number(number.clone())),
                    _ => None,
                };
                cells.extend(columns.get(&self.id).zip(own));
                return Ok(());
            }
        };
        let wanted = || format!("a number below {}, the number of its values", self.values.len());
        let item = number.and_then(|number| self.values.get(number));
        let item = item.ok_or_else(|| ParseError::malformed(&self.id, format!("value {value:?}"), wanted()))?;
        cells.extend(columns.get(&self.id).zip(item.id.clone()));
        cells.extend(columns.get(&self.name_column()).zip(item.name.clone().map(Value::Text)));
        Ok(())
    }
}

impl Item {
    /// `{ "id": …, "name": … }`, `{ "value": … }`, or the value itself.
    fn read(raw: Raw<'_>, place: &str) -> Result<Item, ParseError> {
        let all = match open(raw, place)? {
            Json::Object(all) => all,
            Json::Text(text) => return Ok(Item { id: Some(Value::Text(text)), name: None }),
            Json::Number(number) => return Ok(Item { id: Some(Value::Number(number)), name: None }),
            _ => return Ok(Item::default()),
        };
        let name = text(&all, "name", place)?;
        let id = text(&all, "id", place)?.or(text(&all, "value", place)?).or(name.clone());
        Ok(Item { name: name.filter(|name| id.as_ref() != Some(name)), id: id.map(Value::Text) })
    }
}
