//! Everything a command works with, opened once: configuration, papers, evidence, archive, store.

use super::bulk::{Listener, MOST_HELD};
use super::evidence;
use super::intake::PARSER;
use super::texts::{BadConfiguration, Places, Texts, alerts_alone, shipped_or, sources_alone};
use crate::archive::Archive;
use crate::config::{Alerts, Config, Link, Source};
use crate::faultpoint;
use crate::guard::Reader;
use crate::model::{digest, hint};
use crate::paper::Paper;
use crate::reconcile::Inputs;
use crate::store::{LinkRow, PublisherRow, SourceRow, Store, StoreError};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the database is called.
pub(super) const DATABASE: &str = "sverka.db";

/// Everything a command works with.
#[derive(Debug)]
pub struct House {
    /// The sources; whoever looks beside has the same.
    pub config: Arc<Config>,
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
    /// Who hears how far a large document is.
    pub listener: Listener,
    /// Bytes above which a document of lines is not held while it is read.
    pub most_held: u64,
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
        faultpoint::point("house.archive");
        let file = database(&places.data);
        assert_not_emptied(&file, &archive)?;
        let mut store = Store::open(&file)?;
        store.assert_sound(&file, now)?;
        faultpoint::point("house.store");
        store.interrupt_open_attempts(now)?;
        faultpoint::point("house.interrupted");
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
        (self.config, self.papers, self.alerts) = (Arc::new(texts.config), texts.papers, texts.alerts);
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
        let texts = Texts { config, papers: Vec::new(), evidence: Vec::new(), evidence_is_shipped: true, titles, alerts };
        House::reading(texts, places)
    }

    /// The same house with a connection of its own, for reading only.
    ///
    /// # Errors
    /// As [`Store::open_read_only`].
    pub fn beside(&self) -> Result<House> {
        Ok(House {
            config: self.config.clone(),
            papers: self.papers.clone(),
            archive: self.archive.clone(),
            reader: self.reader.clone(),
            store: Store::open_read_only(&database(&self.data))?,
            data: self.data.clone(),
            alerts: Alerts { channels: Vec::new(), ..self.alerts.clone() },
            inputs: self.inputs.clone(),
            listener: Listener::default(),
            most_held: self.most_held,
        })
    }

    fn of(texts: Texts, archive: Archive, reader: Reader, store: Store, places: &Places) -> House {
        House {
            inputs: inputs(&texts),
            config: Arc::new(texts.config),
            papers: texts.papers,
            archive,
            reader,
            store,
            data: places.data.clone(),
            alerts: texts.alerts,
            listener: Listener::default(),
            most_held: MOST_HELD,
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

/// A new database begins as an empty file before any document is kept. One that is empty beside documents has lost what it had.
fn assert_not_emptied(file: &Path, archive: &Archive) -> Result<()> {
    if std::fs::metadata(file).is_ok_and(|meta| meta.len() == 0) && !archive.list()?.documents.is_empty() {
        let found = "it is empty, and the archive has documents".to_string();
        return Err(StoreError::Damaged { path: file.to_path_buf(), found }.into());
    }
    Ok(())
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
    faultpoint::point("house.catalogue");
    let channels: Vec<_> = texts.alerts.channels.iter().map(|one| (one.name.clone(), one.least)).collect();
    store.sync_channels(&channels)?;
    for file in &texts.evidence {
        let count = store.sync_exported(&file.name, &file.rows, now)?;
        tracing::debug!(file = file.name, inserted = count.inserted, closed = count.closed, kept = count.kept, "evidence");
    }
    faultpoint::point("house.evidence");
    store.name_series(&texts.titles)?;
    for paper in &texts.papers {
        store.sync_paper(paper, now)?;
    }
    faultpoint::point("house.papers");
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
            licence: s.licence.clone(),
        })
        .collect();
    Ok(store.sync_sources(&publishers, &sources, now)?)
}
