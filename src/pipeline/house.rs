//! Everything a command works with, opened once: configuration, papers, evidence, archive, store.

use super::evidence;
use super::intake::PARSER;
use crate::archive::Archive;
use crate::config::{Alerts, Config, ConfigError, Link, Source};
use crate::guard::Reader;
use crate::model::{digest, hint};
use crate::paper::Paper;
use crate::reconcile::{Inputs, algebra};
use crate::store::{LinkRow, PublisherRow, SourceRow, Store};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

/// The papers that are shipped, for a program that stands alone.
static SHIPPED_PAPERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/papers");
/// The configuration's name, when none is named.
const DEFAULT_CONFIG: &str = "sources.toml";
/// What the database is called.
pub(super) const DATABASE: &str = "sverka.db";
/// What the file of alerts is called; it stands beside the sources.
const ALERTS: &str = "alerts.toml";

/// Where everything is; `None` is what was compiled in.
#[derive(Debug, Clone)]
pub struct Places {
    /// Database and archive.
    pub data: PathBuf,
    /// The sources.
    pub config: Option<PathBuf>,
    /// The papers.
    pub papers: Option<PathBuf>,
    /// The evidence.
    pub evidence: Option<PathBuf>,
    /// Who is told; without the file nobody is.
    pub alerts: Option<PathBuf>,
}

impl Places {
    /// Papers and evidence stand beside the sources unless said otherwise; without a file, the shipped ones are used.
    ///
    /// # Errors
    /// A file or folder that was named and is not there.
    pub fn find(data: PathBuf, config: Option<PathBuf>, papers: Option<PathBuf>, evidence: Option<PathBuf>) -> Result<Places> {
        let config = match config {
            Some(file) if !file.is_file() => {
                return Err(BadConfiguration(vec![format!("{}: there is no such file", file.display())]).into());
            }
            Some(file) => Some(file),
            None => Some(PathBuf::from(DEFAULT_CONFIG)).filter(|file| file.is_file()),
        };
        let beside = |name: &str| {
            let folder = config.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join(name);
            config.is_some().then_some(folder).filter(|folder| folder.is_dir())
        };
        if let Some(missing) = [&papers, &evidence].into_iter().flatten().find(|folder| !folder.is_dir()) {
            return Err(BadConfiguration(vec![format!("{}: there is no such folder", missing.display())]).into());
        }
        let (papers, evidence) = (papers.or_else(|| beside("papers")), evidence.or_else(|| beside("evidence")));
        let alerts = config.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join(ALERTS);
        Ok(Places { data, config, papers, evidence, alerts: Some(alerts).filter(|file| file.is_file()) })
    }

    /// The same with this file of alerts in place of the one beside the sources, if one is named.
    ///
    /// # Errors
    /// A file that is not there.
    pub fn telling(self, alerts: Option<PathBuf>) -> Result<Places, BadConfiguration> {
        match alerts {
            Some(file) if !file.is_file() => Err(BadConfiguration(vec![format!("{}: there is no such file", file.display())])),
            Some(file) => Ok(Places { alerts: Some(file), ..self }),
            None => Ok(self),
        }
    }
}

/// Mistakes in sources, papers or evidence: all of them, each with its place.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct BadConfiguration(pub Vec<String>);

/// What the files say, read and found free of mistakes.
#[derive(Debug)]
pub struct Texts {
    /// The sources.
    pub config: Config,
    /// The papers.
    pub papers: Vec<Paper>,
    /// The evidence.
    pub evidence: Vec<evidence::EvidenceFile>,
    /// Titles of series that evidence names.
    pub titles: evidence::Titles,
    /// Who is told.
    pub alerts: Alerts,
}

/// Reads sources, papers and evidence, each from its place or as shipped.
///
/// # Errors
/// [`BadConfiguration`] with every mistake of all three.
pub fn shipped_or(places: &Places) -> Result<Texts, BadConfiguration> {
    let (mut mistakes, mut papers) = (Vec::new(), Vec::new());
    let config = match &places.config {
        Some(file) => Config::load(file),
        None => Config::builtin(),
    };
    let config = config.map_err(|error| mistakes.extend(lines_of(error)));
    let alerts = alerts_alone(places).unwrap_or_else(|BadConfiguration(found)| {
        mistakes.extend(found);
        Alerts::default()
    });
    papers.extend(read_papers(places.papers.as_deref(), &mut mistakes));
    let (evidence, titles, found) = evidence::read_all(places.evidence.as_deref());
    mistakes.extend(found);
    match config {
        Ok(config) if mistakes.is_empty() => Ok(Texts { config, papers, evidence, titles, alerts }),
        _ => Err(BadConfiguration(mistakes)),
    }
}

/// The sources without papers and evidence: all, or one without the others, whose mistakes do not matter then.
///
/// # Errors
/// [`BadConfiguration`] with every mistake of what was asked for.
pub fn sources_alone(places: &Places, id: Option<&str>) -> Result<Config, BadConfiguration> {
    let config = match (id, &places.config) {
        (Some(id), file) => Config::load_alone(file.as_deref(), id),
        (None, Some(file)) => Config::load(file),
        (None, None) => Config::builtin(),
    };
    config.map_err(|error| BadConfiguration(lines_of(error)))
}

/// Who is told, without anything else.
///
/// # Errors
/// [`BadConfiguration`] with every mistake.
pub fn alerts_alone(places: &Places) -> Result<Alerts, BadConfiguration> {
    let alerts = places.alerts.as_deref().map(Alerts::load).transpose();
    Ok(alerts.map_err(|error| BadConfiguration(lines_of(error)))?.unwrap_or_default())
}

/// A mistake a line.
fn lines_of(error: ConfigError) -> Vec<String> {
    match error {
        ConfigError::Mistakes(found) => found.iter().map(ToString::to_string).collect(),
        unreadable @ ConfigError::Unreadable { .. } => vec![unreadable.to_string()],
    }
}

/// The papers without sources and evidence, each from its place or as shipped.
///
/// # Errors
/// [`BadConfiguration`] with every mistake.
pub fn papers_alone(places: &Places) -> Result<Vec<Paper>, BadConfiguration> {
    let mut mistakes = Vec::new();
    let papers = read_papers(places.papers.as_deref(), &mut mistakes);
    if mistakes.is_empty() { Ok(papers) } else { Err(BadConfiguration(mistakes)) }
}

/// Every paper that reads without a mistake; the mistakes of the others, and of relations that bind what cannot be bound.
fn read_papers(folder: Option<&Path>, mistakes: &mut Vec<String>) -> Vec<Paper> {
    let mut papers = Vec::new();
    for text in paper_texts(folder, mistakes) {
        match text.read() {
            Ok(paper) => papers.push(paper),
            Err(found) => mistakes.extend(found),
        }
    }
    papers
}

/// The files of one paper.
struct PaperText {
    id: String,
    head: String,
    claims: String,
    /// A paper need not have any.
    searches: Option<String>,
}

impl PaperText {
    fn read(self) -> Result<Paper, Vec<String>> {
        let [head, catalogue, searches] =
            ["paper.toml", "claims.csv", "searches.csv"].map(|name| format!("papers/{}/{name}", self.id));
        let mut paper = Paper::parse(&self.head, &self.claims, &head, &catalogue)?;
        if paper.id != self.id {
            return Err(vec![format!("{head}:1: the id is {:?}, but the folder is called {:?}", paper.id, self.id)]);
        }
        self.searches.map_or(Ok(()), |text| paper.record_searches(&text, &searches))?;
        let unbound: Vec<String> =
            algebra::mistakes(&paper).into_iter().map(|(line, text)| format!("{head}:{line}: {text}")).collect();
        if unbound.is_empty() { Ok(paper) } else { Err(unbound) }
    }
}

/// The files of every paper.
fn paper_texts(folder: Option<&Path>, mistakes: &mut Vec<String>) -> Vec<PaperText> {
    let mut texts = Vec::new();
    let Some(folder) = folder else {
        for dir in SHIPPED_PAPERS.dirs() {
            let text = |name: &str| dir.get_file(dir.path().join(name)).and_then(|file| file.contents_utf8()).map(str::to_string);
            if let (Some(head), Some(claims)) = (text("paper.toml"), text("claims.csv")) {
                let id = dir.path().to_string_lossy().into_owned();
                texts.push(PaperText { id, head, claims, searches: text("searches.csv") });
            }
        }
        return texts;
    };
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path())).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|path| path.is_dir()) {
        let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut text = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|error| mistakes.push(format!("{}: {error}", path.display()))).ok()
        };
        if let (Some(head), Some(claims)) = (text("paper.toml"), text("claims.csv")) {
            let searches = folder.join("searches.csv").is_file().then(|| text("searches.csv")).flatten();
            texts.push(PaperText { id, head, claims, searches });
        }
    }
    texts
}

/// Everything a command works with.
#[derive(Debug)]
pub struct House {
    /// The sources.
    pub config: Config,
    /// The papers.
    pub papers: Vec<Paper>,
    /// Raw bytes.
    pub archive: Archive,
    /// Who reads documents.
    pub reader: Reader,
    /// Figures, vintages, findings.
    pub store: Store,
    /// Where database, archive and reports are.
    pub data: PathBuf,
    /// Who is told.
    pub alerts: Alerts,
    /// Versions and digests of what verdicts on every paper are made from.
    pub inputs: Inputs,
}

impl House {
    /// Opens what is there to write, and brings catalogue, evidence and papers in the store up to date. Documents will be read
    /// by `reader`.
    ///
    /// # Errors
    /// [`BadConfiguration`]; a store that is newer, foreign or damaged; a folder that cannot be made.
    pub fn open(places: &Places, reader: Reader, now: DateTime<Utc>) -> Result<House> {
        let texts = shipped_or(places)?;
        std::fs::create_dir_all(&places.data).with_context(|| format!("making the folder {}", places.data.display()))?;
        let archive = Archive::open(places.data.join("archive"))?;
        let mut store = Store::open(&database(&places.data))?;
        store.interrupt_open_attempts(now)?;
        bring_up_to_date(&mut store, &texts, now)?;
        Ok(House::of(texts, archive, reader, store, places))
    }

    /// Takes sources, papers and evidence that were read anew in place of those it has.
    ///
    /// # Errors
    /// The store failing; the house goes on with what it had.
    pub fn adopt(&mut self, texts: Texts, now: DateTime<Utc>) -> Result<()> {
        bring_up_to_date(&mut self.store, &texts, now)?;
        self.inputs = inputs(&texts);
        (self.config, self.papers, self.alerts) = (texts.config, texts.papers, texts.alerts);
        Ok(())
    }

    /// Opens what is there for reading only; nothing is brought up to date.
    ///
    /// # Errors
    /// As [`House::open`], and where no database is yet.
    pub fn open_to_read(places: &Places) -> Result<House> {
        House::reading(shipped_or(places)?, places)
    }

    fn reading(texts: Texts, places: &Places) -> Result<House> {
        let file = database(&places.data);
        if !file.is_file() {
            anyhow::bail!("{}: there is no database yet; `sverka run` makes one", file.display());
        }
        let store = Store::open_read_only(&file)?;
        let archive = Archive::at(places.data.join("archive"));
        let reader = Reader::child()?;
        Ok(House::of(texts, archive, reader, store, places))
    }

    /// Opens the store for reading with the sources alone: who asks how they are does not wait for papers and evidence to be read,
    /// nor for their mistakes.
    ///
    /// # Errors
    /// As [`House::open_to_read`], for what is opened.
    pub fn open_to_look(places: &Places) -> Result<House> {
        let config = sources_alone(places, None)?;
        let (titles, alerts) = (evidence::Titles::default(), alerts_alone(places)?);
        let texts = Texts { config, papers: Vec::new(), evidence: Vec::new(), titles, alerts };
        House::reading(texts, places)
    }

    fn of(texts: Texts, archive: Archive, reader: Reader, store: Store, places: &Places) -> House {
        House {
            inputs: inputs(&texts),
            config: texts.config,
            papers: texts.papers,
            archive,
            reader,
            store,
            data: places.data.clone(),
            alerts: texts.alerts,
        }
    }

    /// Links the series that the configuration says hang together.
    ///
    /// # Errors
    /// The store failing.
    pub fn link_series(&mut self) -> Result<()> {
        let links: Vec<LinkRow> = self.config.links.iter().map(link_row).collect();
        self.store.link_series(&links)?;
        self.store.sync_forms(&links)?;
        Ok(())
    }

    /// A configured source.
    ///
    /// # Errors
    /// [`BadConfiguration`] naming the nearest id.
    pub fn source(&self, id: &str) -> Result<&Source, BadConfiguration> {
        self.config.sources.iter().find(|source| source.id == id).ok_or_else(|| {
            let hint = hint(id, self.config.sources.iter().map(|s| s.id.as_str()));
            BadConfiguration(vec![format!("no source {id:?} in the configuration{hint}")])
        })
    }

    /// The papers asked for: one, or all.
    ///
    /// # Errors
    /// [`BadConfiguration`] if there is no such paper.
    pub fn papers(&self, id: Option<&str>) -> Result<Vec<&Paper>, BadConfiguration> {
        chosen(&self.papers, id)
    }
}

/// What verdicts on every paper are made from; the paper itself is none of it.
fn inputs(texts: &Texts) -> Inputs {
    Inputs {
        paper: String::new(),
        evidence: digest(texts.evidence.iter().map(|file| (file.name.as_str(), file.sha256.as_str()))),
        sources: texts.config.sha256.clone(),
        program: env!("CARGO_PKG_VERSION").to_string(),
        parser: PARSER.to_string(),
    }
}

/// Makes catalogue, evidence and papers in the store say what the files say.
fn bring_up_to_date(store: &mut Store, texts: &Texts, now: DateTime<Utc>) -> Result<()> {
    catalogue(store, &texts.config, now)?;
    let channels: Vec<_> = texts.alerts.channels.iter().map(|one| (one.name.clone(), one.least)).collect();
    store.sync_channels(&channels)?;
    for file in &texts.evidence {
        let count = store.sync_exported(&file.name, &file.rows, now)?;
        tracing::debug!(file = file.name, inserted = count.inserted, closed = count.closed, kept = count.kept, "evidence");
    }
    store.name_series(&texts.titles)?;
    for paper in &texts.papers {
        store.sync_paper(paper, now)?;
    }
    Ok(())
}

/// The papers asked for: one, or all.
pub(super) fn chosen<'p>(papers: &'p [Paper], id: Option<&str>) -> Result<Vec<&'p Paper>, BadConfiguration> {
    let found: Vec<&Paper> = papers.iter().filter(|paper| id.is_none_or(|id| paper.id == id)).collect();
    match id {
        Some(id) if found.is_empty() => {
            let known: Vec<&str> = papers.iter().map(|paper| paper.id.as_str()).collect();
            Err(BadConfiguration(vec![format!("no paper {id:?}; there are {}", known.join(", "))]))
        }
        _ => Ok(found),
    }
}

/// Where the store of a data folder is.
pub(super) fn database(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

fn link_row(link: &Link) -> LinkRow {
    LinkRow {
        family: link.family.clone(),
        from: link.from.clone(),
        to: link.to.clone(),
        kind: link.kind.clone(),
        note: link.note.clone(),
    }
}

fn catalogue(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<()> {
    let publishers: Vec<PublisherRow> = config
        .publishers
        .iter()
        .map(|p| PublisherRow { id: p.id.clone(), title: p.name.clone(), short: p.short.clone(), url: p.url.to_string() })
        .collect();
    let sources: Vec<SourceRow> = config
        .sources
        .iter()
        .map(|s| SourceRow {
            id: s.id.clone(),
            publisher: Some(s.publisher.clone()),
            title: s.title.clone(),
            page: s.page.to_string(),
            format: s.formats.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            schedule: format!("{} {}", s.schedule.cron, s.schedule.zone),
            state: s.state.kind.as_str().to_string(),
            max_age_days: s.freshness,
            expected: s.expected.as_ref().map(ToString::to_string).unwrap_or_default(),
        })
        .collect();
    Ok(store.sync_sources(&publishers, &sources, now)?)
}
