//! `paper.toml`: who, when, footnotes, references, relations.

use super::Paper;
use chrono::NaiveDate;
use serde::Deserialize;

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
}

/// A relation between claims of the paper: `kind`, the claim it speaks of, and the claims it is computed from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// `growth`, `sum`, `share`, `same_as`, …
    pub kind: String,
    /// The claim that should follow.
    pub claim: Option<String>,
    /// The claims it follows from, in the order the relation wants.
    #[serde(default)]
    pub of: Vec<String>,
    /// Parameters of an assumption, as exact text.
    #[serde(default)]
    pub with: std::collections::BTreeMap<String, String>,
    /// Why the relation must hold.
    pub note: Option<String>,
}

impl Relation {
    /// Every claim the relation names.
    pub fn claims(&self) -> impl Iterator<Item = &String> {
        self.claim.iter().chain(&self.of)
    }
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
    footnotes: Vec<Footnote>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default, rename = "relation")]
    relations: Vec<Relation>,
}

/// The paper without its claims.
pub(super) fn parse(text: &str, name: &str) -> Result<Paper, Vec<String>> {
    let head: Head = toml::from_str(text).map_err(|error| vec![located(text, name, &error)])?;
    let mut seen = std::collections::BTreeSet::new();
    let twice: Vec<String> =
        head.footnotes.iter().filter(|f| !seen.insert(f.number)).map(|f| twice(text, name, f.number)).collect();
    if !twice.is_empty() {
        return Err(twice);
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
        footnotes: head.footnotes,
        references: head.references,
        relations: head.relations,
        claims: Vec::new(),
    })
}

/// `file:line: text` of a mistake that the TOML reader found.
fn located(text: &str, name: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("{name}:{}: {}", before.matches('\n').count() + 1, error.message().replace('\n', " "))
}

/// The message about a footnote number that stands twice, at its second place.
fn twice(text: &str, name: &str, number: u32) -> String {
    let wanted = format!("number={number}");
    let plain = |line: &str| line.split('#').next().unwrap_or_default().replace([' ', '\t'], "");
    let line = text.lines().enumerate().filter(|(_, l)| plain(l) == wanted).nth(1).map_or(1, |(i, _)| i + 1);
    format!("{name}:{line}: footnote {number} stands twice")
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
