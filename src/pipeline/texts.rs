//! What the files say, wherever they stand: sources, papers, evidence and who is told, read and found free of mistakes.

use super::evidence;
use crate::config::{Alerts, Config, ConfigError};
use crate::paper::Paper;
use crate::reconcile::algebra;
use anyhow::Result;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

/// The papers that are shipped, for a program that stands alone.
static SHIPPED_PAPERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/papers");
/// The configuration's name, when none is named.
const DEFAULT_CONFIG: &str = "sources.toml";
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
    /// Whether it is what was compiled in. Its series are those of the sources and papers it was compiled in with.
    pub evidence_is_shipped: bool,
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
    let config = sources_alone(places, None).map_err(|BadConfiguration(found)| mistakes.extend(found));
    let alerts = alerts_alone(places).unwrap_or_else(|BadConfiguration(found)| {
        mistakes.extend(found);
        Alerts::default()
    });
    papers.extend(read_papers(places.papers.as_deref(), &mut mistakes));
    let (evidence, titles, found) = evidence::read_all(places.evidence.as_deref());
    mistakes.extend(found);
    match config {
        Ok(config) if mistakes.is_empty() => {
            let evidence_is_shipped = places.evidence.is_none();
            Ok(Texts { config, papers, evidence, evidence_is_shipped, titles, alerts })
        }
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
