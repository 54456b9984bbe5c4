//! `paper.toml`: who, when, footnotes, references, relations.

use super::Paper;
use super::relation::{self, Relation};
use super::tolerance::{self, Tolerance};
use crate::model::SeriesCode;
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

/// A footnote: what it cites, and when that was read or published.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footnote {
    /// Its number in the paper.
    pub number: u32,
    /// What it cites.
    #[serde(default)]
    pub title: String,
    /// Where that stood.
    pub url: Option<String>,
    /// When the author read it.
    #[serde(default, deserialize_with = "date")]
    pub accessed: Option<NaiveDate>,
    /// The cited document's own date.
    #[serde(default, deserialize_with = "date")]
    pub published: Option<NaiveDate>,
    /// The id of the source, where `sources.toml` has it.
    pub source: Option<String>,
    /// The line of `paper.toml`.
    #[serde(skip)]
    pub line: usize,
}

/// An entry of the list of references.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Who wrote or publishes it.
    #[serde(default)]
    pub by: String,
    /// What it is.
    pub title: String,
    /// Where it stood.
    pub url: Option<String>,
    /// Its own date.
    #[serde(default, deserialize_with = "date")]
    pub published: Option<NaiveDate>,
    /// The id of the source, where `sources.toml` has it.
    pub source: Option<String>,
    /// The line of `paper.toml`.
    #[serde(skip)]
    pub line: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Defaults {
    #[serde(default, deserialize_with = "date")]
    cutoff: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    #[serde(default)]
    authors: Vec<String>,
    doi: Option<String>,
    journal: Option<String>,
    #[serde(default, deserialize_with = "date")]
    received: Option<NaiveDate>,
    #[serde(default, deserialize_with = "date")]
    accepted: Option<NaiveDate>,
    #[serde(default, deserialize_with = "date")]
    online: Option<NaiveDate>,
    #[serde(default)]
    defaults: Defaults,
    #[serde(default, rename = "footnote")]
    footnotes: Vec<Spanned<Footnote>>,
    #[serde(default, rename = "reference")]
    references: Vec<Spanned<Reference>>,
    #[serde(default, rename = "relation")]
    relations: Vec<Spanned<relation::Written>>,
    #[serde(default, rename = "tolerance")]
    tolerances: Vec<Spanned<tolerance::Written>>,
    #[serde(default)]
    awaited: Vec<Spanned<String>>,
}

/// The paper without its claims.
pub(super) fn parse(text: &str, name: &str) -> Result<Paper, Vec<String>> {
    let head: Head = toml::from_str(text).map_err(|error| vec![located(text, name, &error)])?;
    let (relations, mut mistakes) = relations(&head.relations, text, name);
    let tolerances = tolerances(&head.tolerances, text, name).map_err(|found| mistakes.extend(found)).unwrap_or_default();
    let awaited = awaited(&head.awaited, text, name).map_err(|found| mistakes.extend(found)).unwrap_or_default();
    let line = |at: std::ops::Range<usize>| line_at(text, at.start);
    let footnotes: Vec<Footnote> =
        head.footnotes.into_iter().map(|f| Footnote { line: line(f.span()), ..f.into_inner() }).collect();
    let references = head.references.into_iter().map(|r| Reference { line: line(r.span()), ..r.into_inner() }).collect();
    let twice = |(at, f): &(usize, &Footnote)| footnotes.iter().take(*at).any(|earlier| earlier.number == f.number);
    let again = footnotes.iter().enumerate().filter(twice);
    mistakes.extend(again.map(|(_, f)| format!("{name}:{}: footnote {} stands twice", f.line, f.number)));
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Paper {
        id: head.id,
        title: head.title,
        authors: head.authors,
        doi: head.doi,
        journal: head.journal,
        received: head.received,
        accepted: head.accepted,
        online: head.online,
        default_cutoff: head.defaults.cutoff,
        footnotes,
        references,
        relations,
        tolerances,
        awaited,
        claims: Vec::new(),
        searches: Vec::new(),
        sha256: String::new(),
    })
}

/// The relations, and what is wrong with the others.
fn relations(written: &[Spanned<relation::Written>], text: &str, name: &str) -> (Vec<Relation>, Vec<String>) {
    let (mut relations, mut mistakes): (Vec<Relation>, Vec<String>) = (Vec::new(), Vec::new());
    for one in written {
        let line = line_at(text, one.span().start);
        match relation::read(one.get_ref(), line) {
            Ok(relation) => match relations.iter().find(|earlier| earlier.id == relation.id) {
                Some(earlier) => {
                    let told =
                        format!("relation {} stands on line {} already; give one of them an id", relation.id, earlier.line);
                    mistakes.push(format!("{name}:{line}: {told}"));
                }
                None => relations.push(relation),
            },
            Err(found) => mistakes.extend(found.into_iter().map(|m| format!("{name}:{line}: {m}"))),
        }
    }
    (relations, mistakes)
}

/// The tolerances, or what is wrong with them.
fn tolerances(written: &[Spanned<tolerance::Written>], text: &str, name: &str) -> Result<Vec<Tolerance>, Vec<String>> {
    let (mut tolerances, mut mistakes) = (Vec::new(), Vec::new());
    for one in written {
        let line = line_at(text, one.span().start);
        match tolerance::read(one.get_ref(), line) {
            Ok(tolerance) => tolerances.push(tolerance),
            Err(found) => mistakes.extend(found.into_iter().map(|m| format!("{name}:{line}: {m}"))),
        }
    }
    if mistakes.is_empty() { Ok(tolerances) } else { Err(mistakes) }
}

/// The series the paper waits for, each with its line.
fn awaited(written: &[Spanned<String>], text: &str, name: &str) -> Result<Vec<(SeriesCode, usize)>, Vec<String>> {
    let (mut codes, mut mistakes): (Vec<(SeriesCode, usize)>, Vec<String>) = (Vec::new(), Vec::new());
    for one in written {
        let line = line_at(text, one.span().start);
        match one.get_ref().parse::<SeriesCode>() {
            Err(error) => mistakes.push(format!("{name}:{line}: awaited: {error}")),
            Ok(code) if codes.iter().any(|(known, _)| *known == code) => {
                mistakes.push(format!("{name}:{line}: awaited: {code} stands twice"));
            }
            Ok(code) => codes.push((code, line)),
        }
    }
    if mistakes.is_empty() { Ok(codes) } else { Err(mistakes) }
}

/// `file:line: text` of a mistake that the TOML reader found.
fn located(text: &str, name: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    format!("{name}:{line}: {}", error.message().replace('\n', " "))
}

/// The line of a byte, from 1.
fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// A TOML date or its ISO text.
fn date<'de, D: serde::Deserializer<'de>>(source: D) -> Result<Option<NaiveDate>, D::Error> {
    let found = toml::Value::deserialize(source)?;
    let text = match &found {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let wanted = || serde::de::Error::custom(format!("expected a date such as 2023-05-01, found {text}"));
    text.parse().map(Some).map_err(|_| wanted())
}
