//! `sources.toml`: every publisher and source, where and when its documents are fetched, what they must hold, and how
//! their tables become series. Every mistake is reported at once, each with its line and column.
//! The manual is `docs/mapping.md`.

mod address;
mod alerts;
mod alone;
mod cross;
mod delivers;
mod digest;
mod fetching;
mod lines;
mod mapping;
mod mistake;
mod prose;
mod reach;
mod read;
mod source;
mod template;
mod tree;

#[cfg(test)]
mod tests;

pub use alerts::Alerts;
pub use mistake::Mistake;
pub use reach::Reach;

use crate::check::Content;
use crate::fetch::{FetchSpec, Proxy};
use crate::model::{Sha256, digest};
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::Mapping;
use crate::parse::Format;
use crate::schedule::{Calendar, Schedule};
use chrono::NaiveDate;
use mistake::Pen;
use std::path::Path;
use toml::de::DeTable;
use tree::Section;

/// The name mistakes of the compiled-in configuration are told under.
const BUILTIN: &str = "sources.toml (built in)";
/// The configuration that travels inside the program.
const BUILTIN_TEXT: &str = include_str!("../sources.toml");

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who publishes.
    pub publishers: Vec<Publisher>,
    /// What appears again and again, in the order of the file.
    pub sources: Vec<Source>,
    /// What holds for every source.
    pub fetch: FetchDefaults,
    /// How families of series hang together.
    pub links: Vec<Link>,
    /// The digest of its text.
    pub sha256: Sha256,
}

/// Two groups of series that hang together: `[[link]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Publisher and indicator, as series codes begin, of series that differ in the variant or the form alone: `rosstat.ipi`. `None`: the
    /// two are subjects.
    pub family: Option<String>,
    /// Variant of the one, such as `base2010`, its form, such as `mom.m`, or its subject, such as `rosstat.ipi.bcde.ru`.
    pub from: String,
    /// Variant of the other, such as `base2018`, its form, or its subject.
    pub to: String,
    /// How they hang together: `successor`, `same_label`, `mirror`, or, of forms, `same`, `chain`, `sum`, `growth`.
    pub kind: String,
    /// Why, in words.
    pub note: String,
}

/// What holds for every source unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchDefaults {
    /// Addresses of this machine may be fetched; for tests and mirrors run by hand.
    pub allow_loopback: bool,
    /// Decoded bytes a document may have.
    pub max_bytes: u64,
    /// Where a publisher can complain, an address that stands in every request.
    pub contact: Option<String>,
    /// Seconds between two requests to a host.
    pub gap: Option<u64>,
    /// The same for hosts that want another pause.
    pub gaps: Vec<(String, u64)>,
    /// The way out of sources that name none.
    pub proxy: Option<Proxy>,
}

/// Somebody who publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Short name that stands in series codes.
    pub id: String,
    /// Full name.
    pub name: String,
    /// The name that stands in sentences; the full one where the file gives none.
    pub short: String,
    /// ISO 3166 code in lower case, or `int` for organisations of several countries.
    pub country: String,
    /// Home page.
    pub url: url::Url,
}

/// A publication that appears again and again at some address.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its id, as in `cbr-trade`.
    pub id: String,
    /// Id of its publisher.
    pub publisher: String,
    /// What it is, in a few words.
    pub title: String,
    /// The page a person would open.
    pub page: url::Url,
    /// Where its documents are.
    pub fetch: FetchSpec,
    /// When it is looked at.
    pub schedule: Schedule,
    /// When something new is expected of it.
    pub expected: Option<Calendar>,
    /// What a document may be; magic bytes decide among them.
    pub formats: Vec<Format>,
    /// What the publisher allows.
    pub licence: String,
    /// What to expect of its address.
    pub state: State,
    /// Days after which a new document is overdue.
    pub freshness: Option<u32>,
    /// The charset of documents that do not state it.
    pub charset: Option<String>,
    /// Which member of a packed document is the document.
    pub member: Option<Pattern>,
    /// Whether its documents are read at all.
    pub reads: Reads,
    /// What every document of it says.
    pub content: Content,
    /// Whether its documents may shrink: one that has a third of the bytes of the one before is not held.
    pub any_size: bool,
    /// How its tables become series.
    pub mapping: Mapping,
    /// A short name for how its documents are read: another one where the block says so otherwise.
    pub digest: String,
}

/// What becomes of a source's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// They are read as the mapping says.
    Mapped,
    /// They are kept, because nobody could say yet how they are laid out.
    None,
}

/// The declared state of a source: a failure inside it is no surprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it is.
    pub kind: StateKind,
    /// Since when.
    pub since: Option<NaiveDate>,
    /// What a reader should know of it.
    pub note: Option<String>,
}

/// What to expect of a source's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKind {
    /// It answers, and new documents come.
    Live,
    /// The publication goes on elsewhere.
    Moved,
    /// The publisher does not publish it for now.
    Withheld,
    /// It ended: its own address is no longer asked, and what was kept stays.
    Dead,
}

impl StateKind {
    /// The word that stands in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            StateKind::Live => "live",
            StateKind::Moved => "moved",
            StateKind::Withheld => "withheld",
            StateKind::Dead => "dead",
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// It can, and has mistakes.
    #[error("{}", .0.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n"))]
    Mistakes(Vec<Mistake>),
}

impl Config {
    /// Reads a configuration; `file` is how mistakes name it.
    ///
    /// # Errors
    /// Every mistake, in the order of the file.
    pub fn parse(text: &str, file: &str) -> Result<Config, Vec<Mistake>> {
        let config = parsed(text, file, config)?;
        Ok(Config { sha256: digest([("", text)]), ..config })
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// A file that cannot be read, or all its mistakes.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let (file, text) = read_file(path)?;
        Config::parse(&text, &file).map_err(ConfigError::Mistakes)
    }

    /// The configuration that travels inside the program.
    ///
    /// # Errors
    /// Never in a build that passed its tests.
    pub fn builtin() -> Result<Config, ConfigError> {
        Config::parse(BUILTIN_TEXT, BUILTIN).map_err(ConfigError::Mistakes)
    }

    /// The source of this id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }
}

/// How mistakes name a file, and its text.
fn read_file(path: &Path) -> Result<(String, String), ConfigError> {
    let file = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((file, text)),
        Err(error) => Err(ConfigError::Unreadable { file, error }),
    }
}

/// What `read` makes of a text of TOML.
///
/// # Errors
/// Every mistake, in the order of the file.
fn parsed<T>(text: &str, file: &str, read: impl FnOnce(&Section<'_>) -> T) -> Result<T, Vec<Mistake>> {
    let pen = Pen::new(file, text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        pen.mark(error.span().map_or(0, |span| span.start), "", error.message());
    }
    let whole = errors.is_empty().then(|| read(&Section::new(&pen, String::new(), root.span(), root.get_ref())));
    let mistakes = pen.finish();
    whole.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

fn config(root: &Section<'_>) -> Config {
    let fetch = fetching::defaults(root);
    let publishers = root.tables("publisher").iter().filter_map(source::publisher).collect();
    let ids: Vec<String> = root.list("publisher").iter().filter_map(|one| Some(one.quiet("id")?.quiet_text()?.into())).collect();
    distinct(&root.list("publisher"), "id", "publisher");
    distinct(&root.list("source"), "id", "source");
    let around = source::Around { publishers: ids, fetch, names: mapping::names(root), lists: digest::shared(root) };
    let sources = root.tables("source").into_iter().filter_map(|one| source::source(one, &around)).collect();
    let links = root.tables("link").iter().map(|one| source::link(one, &around.publishers)).collect();
    root.finish();
    Config { publishers, sources, fetch: around.fetch, links, sha256: String::new() }
}

/// Marks every table whose `key` says what an earlier one says already.
fn distinct(tables: &[tree::Node<'_>], key: &'static str, what: &str) {
    let mut seen = Vec::new();
    for table in tables {
        let Some(name) = table.quiet(key) else { continue };
        match name.quiet_text() {
            Some(text) if seen.contains(&text) => name.wrong(format!("a second {what} called {text:?}")),
            Some(text) => seen.push(text),
            None => {}
        }
    }
}
