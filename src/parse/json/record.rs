//! Walks a document and tells every record and every plain member that belongs to none.

use super::value::{Json, Members, Raw, check_depth, open, scalar};
use crate::parse::ParseError;
use crate::parse::long::{MAX_COLUMNS, Value, too_large};

/// A column's name and its value, if it has one here.
pub type Named = (String, Option<Value>);

/// What a record is a member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A list of objects.
    Objects,
    /// A list of lists.
    Rows,
    /// An object of lists of one length.
    Parallel,
}

/// One row of a table.
pub struct Record<'v> {
    /// The path of its list; empty for the document itself.
    pub path: &'v str,
    /// What it is a member of.
    pub kind: Kind,
    /// Members of the objects around its list.
    pub around: &'v [Named],
    /// Its own members; for rows of a list of lists their names are empty.
    pub own: Vec<Named>,
}

/// What a walk meets.
pub enum Visit<'v> {
    /// A record.
    Record(Record<'v>),
    /// A plain member with no list beside or below it that could show it.
    Loose {
        /// Its path from the root.
        name: String,
        /// Its text.
        text: String,
    },
}

type Sink<'s> = &'s mut dyn FnMut(Visit<'_>) -> Result<(), ParseError>;

/// Where a walk stands.
struct Place<'p> {
    path: &'p str,
    /// The path from the root for names of columns, with dots.
    dotted: &'p str,
    depth: usize,
    around: &'p [Named],
}

/// Tells all records of a document, in its order.
///
/// # Errors
/// A value that cannot be read, a limit, or what the visitor says.
pub fn walk(root: Raw<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    visit(root, &Place { path: "", dotted: "", depth: 0, around: &[] }, sink)
}

fn visit(raw: Raw<'_>, place: &Place<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    check_depth(place.depth, place.path)?;
    match open(raw, place.path)? {
        Json::List(items) => list(&items, place, sink),
        Json::Object(members) => object(&members, place, sink),
        other => match scalar(other) {
            Some(Value::Text(text) | Value::Number(text)) => sink(Visit::Loose { name: place.dotted.to_string(), text }),
            None => Ok(()),
        },
    }
}

/// A list of objects or of lists; other members are passed.
fn list(items: &[Raw<'_>], place: &Place<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    for item in items {
        match open(item, place.path)? {
            Json::Object(members) => {
                let mut own = Vec::new();
                let mut inner = Vec::new();
                flatten(&members, "", place, place.depth + 1, &mut own, &mut inner)?;
                beneath(&own, &inner, place, sink)?;
                sink(Visit::Record(Record { path: place.path, kind: Kind::Objects, around: place.around, own }))?;
            }
            Json::List(cells) => {
                let own =
                    cells.iter().map(|cell| Ok((String::new(), plain(cell, place.path)?))).collect::<Result<_, ParseError>>()?;
                sink(Visit::Record(Record { path: place.path, kind: Kind::Rows, around: place.around, own }))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// An object that is no member of a list: lists of one length in it are columns, other lists and objects are looked into.
fn object(members: &Members<'_>, place: &Place<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    let mut own = Vec::new();
    let mut inner = Vec::new();
    let mut parallel: Vec<(String, Vec<Raw<'_>>)> = Vec::new();
    for (name, raw) in &members.0 {
        match open(raw, place.path)? {
            Json::List(items) if items.iter().all(|item| !holds(item)) => parallel.push((name.clone(), items)),
            Json::List(_) | Json::Object(_) => inner.push((name.clone(), *raw)),
            other => own.push((name.clone(), scalar(other))),
        }
    }
    let columns =
        parallel.len() > 1 && !parallel[0].1.is_empty() && parallel.iter().all(|(_, items)| items.len() == parallel[0].1.len());
    if !columns {
        let joined = parallel.drain(..).map(|(name, items)| Ok((name, joined(&items, place.path)?)));
        own.extend(joined.collect::<Result<Vec<_>, ParseError>>()?);
    }
    if inner.is_empty() && !columns {
        return loose(own, place, sink);
    }
    let around = around(&own, place)?;
    if columns {
        rows(&parallel, &around, place, sink)?;
    }
    for (name, raw) in inner {
        let (path, dotted) = (format!("{}/{name}", place.path), dotted(place.dotted, &name));
        visit(raw, &Place { path: &path, dotted: &dotted, depth: place.depth + 1, around: &around }, sink)?;
    }
    Ok(())
}

/// The records of lists of one length.
fn rows(lists: &[(String, Vec<Raw<'_>>)], around: &[Named], place: &Place<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    for number in 0..lists.first().map_or(0, |(_, items)| items.len()) {
        let cell = |(name, items): &(String, Vec<Raw<'_>>)| {
            Ok((name.clone(), items.get(number).map_or(Ok(None), |item| plain(item, place.path))?))
        };
        let own = lists.iter().map(cell).collect::<Result<_, ParseError>>()?;
        sink(Visit::Record(Record { path: place.path, kind: Kind::Parallel, around, own }))?;
    }
    Ok(())
}

/// Lists of records inside a record: the record's own members stand around them.
fn beneath(own: &[Named], inner: &[(String, Raw<'_>)], place: &Place<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    if inner.is_empty() {
        return Ok(());
    }
    let around = around(own, place)?;
    for (name, raw) in inner {
        let (path, dotted) = (format!("{}/{}", place.path, name.replace('.', "/")), dotted(place.dotted, name));
        let depth = place.depth + 2 + name.matches('.').count();
        visit(raw, &Place { path: &path, dotted: &dotted, depth, around: &around }, sink)?;
    }
    Ok(())
}

/// The members of a record: plain ones with dots, and the lists that are tables of their own.
fn flatten<'a>(
    members: &Members<'a>,
    prefix: &str,
    place: &Place<'_>,
    depth: usize,
    own: &mut Vec<Named>,
    inner: &mut Vec<(String, Raw<'a>)>,
) -> Result<(), ParseError> {
    check_depth(depth, place.path)?;
    for (name, raw) in &members.0 {
        let name = format!("{prefix}{name}");
        match open(raw, place.path)? {
            Json::Object(members) => flatten(&members, &format!("{name}."), place, depth + 1, own, inner)?,
            Json::List(items) if items.iter().any(|item| holds(item)) => inner.push((name, *raw)),
            Json::List(items) => own.push((name, joined(&items, place.path)?)),
            other => own.push((name, scalar(other))),
        }
    }
    Ok(())
}

/// Members around what lies deeper, named by their path from the root.
fn around(own: &[Named], place: &Place<'_>) -> Result<Vec<Named>, ParseError> {
    if own.len() + place.around.len() > MAX_COLUMNS {
        return Err(too_large(place.path, "the number of members", MAX_COLUMNS));
    }
    let named = own.iter().map(|(name, value)| (format!("^{}", dotted(place.dotted, name)), value.clone()));
    Ok(place.around.iter().cloned().chain(named).collect())
}

fn loose(own: Vec<Named>, place: &Place<'_>, sink: Sink<'_>) -> Result<(), ParseError> {
    for (name, value) in own {
        if let Some(Value::Text(text) | Value::Number(text)) = value {
            sink(Visit::Loose { name: dotted(place.dotted, &name), text })?;
        }
    }
    Ok(())
}

fn dotted(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

/// Whether a value has members of its own.
fn holds(raw: Raw<'_>) -> bool {
    raw.get().starts_with(['{', '['])
}

fn plain(raw: Raw<'_>, path: &str) -> Result<Option<Value>, ParseError> {
    if holds(raw) { Ok(Some(Value::Text(raw.get().to_string()))) } else { open(raw, path).map(scalar) }
}

/// The plain values of a list as one text; a list of one number is that number.
fn joined(items: &[Raw<'_>], path: &str) -> Result<Option<Value>, ParseError> {
    if let [only] = items {
        return plain(only, path);
    }
    let mut texts = Vec::new();
    for item in items {
        if let Some(Value::Text(text) | Value::Number(text)) = plain(item, path)? {
            texts.push(text);
        }
    }
    Ok((!texts.is_empty()).then(|| Value::Text(texts.join("; "))))
}
