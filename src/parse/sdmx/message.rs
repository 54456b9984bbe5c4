//! An SDMX-ML message from top to bottom: what its elements are, and one observation at a time.

use super::groups::{Groups, Pair};
use crate::parse::ParseError;
use crate::parse::long::{MAX_COLUMNS, too_large};
use crate::parse::xml::nodes::{Document, Element, Node};

/// Attributes of a data set that speak of the message, not of its figures.
const OF_MESSAGE: [&str; 16] = [
    "action",
    "dataScope",
    "dataflowAgencyID",
    "dataflowID",
    "dataProviderID",
    "dataProviderSchemeAgencyId",
    "dataProviderSchemeId",
    "datasetID",
    "keyFamilyURI",
    "publicationPeriod",
    "publicationYear",
    "reportingBeginDate",
    "reportingEndDate",
    "setID",
    "structureRef",
    "validFromDate",
];
/// Persons and their telephones: nothing to keep.
const PERSONS: [&str; 3] = ["Responsible", "Contact", "Contacts"];
/// Parts that define structures; of these only the code lists are read.
const DEFINITIONS: [&str; 6] = ["CodeLists", "Codelists", "Structures", "KeyFamilies", "Concepts", "DataStructures"];
/// The concept of time, where generic data of version 1 have an element for it.
const TIME: &str = "Time";
/// The name of a figure in generic data.
pub const OBS_VALUE: &str = "ObsValue";

/// What a message says.
pub enum Said<'m> {
    /// A text or an attribute outside data sets and code lists: its text with its path, and the path.
    Paragraph(String, String),
    /// What a code means.
    Code {
        /// The list.
        list: &'m str,
        /// The code.
        code: &'m str,
        /// Its first name.
        name: String,
    },
    /// A data set begins.
    DataSet,
    /// An observation: concepts and their values, from those of the data set to its own.
    Observation(Vec<(&'m str, &'m str)>),
}

/// Whom pairs of concept and value belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    DataSet,
    GroupKey,
    Group,
    Series,
    Obs,
}

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Outside,
    Definitions,
    Passed,
    CodeList,
    Code,
    CodeName,
    DataSet,
    Group,
    Series,
    Obs,
    Pairs(Target),
    Time,
}

type Say<'s> = &'s mut dyn FnMut(Said<'_>) -> Result<(), ParseError>;

/// Reads a message and tells what it says, in its order.
///
/// # Errors
/// Broken XML, a message without data, a limit, or what `say` returns.
pub fn read(document: &mut Document<'_>, say: Say<'_>) -> Result<(), ParseError> {
    let mut nodes = document.nodes()?;
    let mut message = Message::default();
    loop {
        match nodes.next()? {
            Node::Start(element) => message.start(&element, say)?,
            Node::Text(piece) => message.text(&piece),
            Node::End => message.end(say)?,
            Node::Eof if message.any => return Ok(()),
            Node::Eof => {
                let seen = format!("no DataSet in <{}>", message.root);
                return Err(nodes.malformed(seen, "a data message of SDMX-ML"));
            }
        }
    }
}

#[derive(Default)]
struct Message {
    root: String,
    any: bool,
    open: Vec<(Role, String)>,
    said: String,
    list: String,
    code: String,
    named: bool,
    dimension: String,
    data_set: Vec<Pair>,
    group: (Vec<Pair>, Vec<Pair>),
    groups: Groups,
    series: Vec<Pair>,
    obs: Vec<Pair>,
}

impl Message {
    fn start(&mut self, element: &Element, say: Say<'_>) -> Result<(), ParseError> {
        let role = match self.open.last() {
            Some((parent, _)) => role(*parent, element),
            None => Role::Outside,
        };
        self.said.clear();
        if self.root.is_empty() {
            self.root = element.name().to_string();
        }
        self.open.push((role, element.name().to_string()));
        let of_data = || element.attributes().iter().cloned();
        match role {
            Role::Outside => self.outside(element, say)?,
            Role::DataSet => {
                self.any = true;
                self.data_set = of_data().filter(|(name, _)| !OF_MESSAGE.contains(&name.as_str())).collect();
                self.groups = Groups::default();
                self.series.clear();
                say(Said::DataSet)?;
            }
            Role::Group => self.group = (Vec::new(), of_data().collect()),
            Role::Series => {
                self.close_group()?;
                self.series = of_data().collect();
            }
            Role::Obs => self.obs = of_data().collect(),
            Role::CodeList => self.list = element.attribute("id").unwrap_or_default().to_string(),
            Role::Code => {
                self.code = element.attribute("value").or(element.attribute("id")).unwrap_or_default().to_string();
                self.named = false;
            }
            Role::Passed => self.pair(element)?,
            // generic groups have a key of their own: what their element says is the name of a definition
            Role::Pairs(Target::GroupKey) => self.group.1.clear(),
            Role::Definitions | Role::CodeName | Role::Pairs(_) | Role::Time => {}
        }
        Ok(())
    }

    /// `Value` in a key or attributes, `ObsDimension` and `ObsValue` in an observation.
    fn pair(&mut self, element: &Element) -> Result<(), ParseError> {
        let parent = self.open.iter().rev().nth(1).map(|(role, _)| *role);
        let concept = element.attribute("concept").or(element.attribute("id"));
        let concept = match (parent, element.name()) {
            (Some(Role::Pairs(_)), "Value") => concept,
            (Some(Role::Obs), "ObsDimension") => {
                concept.or(Some(self.dimension.as_str()).filter(|name| !name.is_empty())).or(Some(TIME))
            }
            (Some(Role::Obs), "ObsValue") => concept.or(Some(OBS_VALUE)),
            _ => None,
        };
        let pair = concept.zip(element.attribute("value")).map(|(concept, value)| (concept.to_string(), value.to_string()));
        let into = match parent {
            Some(Role::Pairs(Target::DataSet)) => &mut self.data_set,
            Some(Role::Pairs(Target::GroupKey)) => &mut self.group.0,
            Some(Role::Pairs(Target::Group)) => &mut self.group.1,
            Some(Role::Pairs(Target::Series)) => &mut self.series,
            _ => &mut self.obs,
        };
        into.extend(pair);
        if into.len() > MAX_COLUMNS { Err(too_large(&self.path(), "the number of concepts", MAX_COLUMNS)) } else { Ok(()) }
    }

    fn outside(&mut self, element: &Element, say: Say<'_>) -> Result<(), ParseError> {
        if let Some(dimension) = element.attribute("dimensionAtObservation") {
            self.dimension = dimension.to_string();
        }
        for (name, value) in element.attributes().iter().filter(|_| self.open.len() > 1) {
            let path = self.path();
            say(Said::Paragraph(format!("{path}@{name}: {}", value.trim()), format!("/{}/{path}@{name}", self.root)))?;
        }
        Ok(())
    }

    fn text(&mut self, piece: &str) {
        if matches!(self.open.last(), Some((Role::Outside | Role::CodeName | Role::Time, _))) {
            self.said.push_str(piece);
        }
    }

    fn end(&mut self, say: Say<'_>) -> Result<(), ParseError> {
        let role = self.open.last().map(|(role, _)| *role);
        let said = std::mem::take(&mut self.said);
        let said = said.trim();
        match role {
            Some(Role::Outside) if !said.is_empty() => {
                let path = self.path();
                say(Said::Paragraph(format!("{path}: {said}"), format!("/{}/{path}", self.root)))?;
            }
            Some(Role::CodeName) if !self.named && !said.is_empty() => {
                self.named = true;
                say(Said::Code { list: &self.list, code: &self.code, name: said.to_string() })?;
            }
            Some(Role::Time) => self.obs.push((TIME.to_string(), said.to_string())),
            Some(Role::Group) => self.close_group()?,
            Some(Role::Obs) => self.observation(say)?,
            _ => {}
        }
        self.open.pop();
        Ok(())
    }

    /// A group is known: in version 1 when its first series begins, later when it ends.
    fn close_group(&mut self) -> Result<(), ParseError> {
        let (key, attributes) = std::mem::take(&mut self.group);
        self.groups.add(key, attributes)
    }

    fn observation(&mut self, say: Say<'_>) -> Result<(), ParseError> {
        let own = || self.series.iter().chain(&self.obs);
        let names: Vec<&str> = own().map(|(name, _)| name.as_str()).collect();
        self.groups.settle(&names)?;
        let of_groups = self.groups.of(|name| own().find(|(known, _)| known == name).map(|(_, value)| value.as_str()));
        let pairs = self.data_set.iter().chain(of_groups).chain(&self.series).chain(&self.obs);
        say(Said::Observation(pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect()))
    }

    /// The path of the open element below the root.
    fn path(&self) -> String {
        self.open.iter().skip(1).map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("/")
    }
}

fn role(parent: Role, element: &Element) -> Role {
    let name = element.name();
    match (parent, name) {
        (Role::Outside, "DataSet") => Role::DataSet,
        (Role::Outside | Role::Definitions, "CodeList" | "Codelist") => Role::CodeList,
        (Role::Outside, _) if PERSONS.contains(&name) => Role::Passed,
        (Role::Outside, _) if DEFINITIONS.contains(&name) => Role::Definitions,
        (Role::Outside, _) => Role::Outside,
        (Role::Definitions, _) => Role::Definitions,
        (Role::CodeList, "Code") => Role::Code,
        (Role::Code, "Name" | "Description") => Role::CodeName,
        (Role::DataSet | Role::Group, "Series") => Role::Series,
        (Role::DataSet | Role::Group | Role::Series, "Obs") => Role::Obs,
        (Role::DataSet, "Attributes") => Role::Pairs(Target::DataSet),
        (Role::DataSet, "Group") => Role::Group,
        // structure-specific data call a group by the name that its definition gives
        (Role::DataSet, _) if !element.attributes().is_empty() => Role::Group,
        (Role::Group, "GroupKey") => Role::Pairs(Target::GroupKey),
        (Role::Group, "Attributes") => Role::Pairs(Target::Group),
        (Role::Series, "SeriesKey" | "Attributes") => Role::Pairs(Target::Series),
        (Role::Obs, "ObsKey" | "Attributes") => Role::Pairs(Target::Obs),
        (Role::Obs, "Time") => Role::Time,
        _ => Role::Passed,
    }
}
