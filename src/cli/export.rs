//! `export`: figures as files.

use super::{Global, WrongUse};
use crate::export::{self, ExportError, Span, Written};
use crate::model::hint;
use crate::pipeline::{self, House};
use crate::report::plural;
use crate::store::{Selection, Wanted};
use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which figures to write, and where to.
#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// Only series of this code, or whose codes go on after it (rosstat.ipi), or that fit a pattern (cbr.trade.*.level.a.*)
    #[arg(long, value_name = "CODE|PREFIX|GLOB")]
    pub series: Vec<String>,
    /// Only series that this paper's claims need
    #[arg(long, value_name = "ID")]
    pub paper: Option<String>,
    /// Only what this source says
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// Which vintages of a figure
    #[arg(long, value_enum, default_value_t = Vintage::Latest)]
    pub vintage: Vintage,
    /// What was known on that day
    #[arg(long, value_name = "DATE", conflicts_with = "vintage")]
    pub as_of: Option<NaiveDate>,
    /// Only periods within these two, each with its first and last day; either may be left out
    #[arg(long, value_name = "FROM..TO", value_parser = export::span)]
    pub period: Option<Span>,
    /// The file to write, or to replace whole; default: standard output
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Which vintages of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vintage {
    /// What stands today
    Latest,
    /// The first value that was known
    First,
    /// All of them
    All,
}

/// A kind of file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// Tidy CSV.
    Csv,
    /// SDMX-CSV, and where to write its structure.
    Sdmx(Option<&'a Path>),
    /// A workbook.
    Xlsx,
}

/// Writes the figures.
///
/// # Errors
/// An unknown series, source or paper, the store failing, or the file.
pub(super) fn write(house: &House, global: &Global, kind: Kind<'_>, args: &ExportArgs, now: DateTime<Utc>) -> Result<u8> {
    let selection = selection(house, args)?;
    if let Kind::Sdmx(Some(structure)) = kind {
        export::into_file(structure, |file| Ok(file.write_all(export::structure(now).as_bytes())?))?;
    }
    let store = &house.store;
    let Some(path) = &args.out else {
        let mut out = std::io::stdout().lock();
        match kind {
            Kind::Csv => export::csv(store, &selection, &mut out)?,
            Kind::Sdmx(_) => export::sdmx_csv(store, &selection, &mut out)?,
            Kind::Xlsx => bail!(WrongUse("a workbook needs a file to be written into: -o FILE.xlsx".to_string())),
        };
        return Ok(super::FINE);
    };
    let written = export::into_file(path, |file| match kind {
        Kind::Csv => export::csv(store, &selection, file),
        Kind::Sdmx(_) => export::sdmx_csv(store, &selection, file),
        Kind::Xlsx => export::xlsx(store, &selection, file),
    });
    tell(global, path, written.map_err(too_many)?);
    Ok(super::FINE)
}

/// What has no room in a sheet is for the user to choose anew.
fn too_many(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::TooMany { .. } => WrongUse(error.to_string()).into(),
        other => other.into(),
    }
}

fn tell(global: &Global, path: &Path, written: Written) {
    if global.json {
        let told = serde_json::json!({ "schema": 1, "file": path, "figures": written.rows, "series": written.series });
        println!("{told}");
    } else if !global.quiet {
        let series = plural(usize::try_from(written.series).unwrap_or(usize::MAX), "series", "series");
        println!(
            "{}: {} of {series}",
            path.display(),
            plural(usize::try_from(written.rows).unwrap_or(usize::MAX), "figure", "figures")
        );
    }
}

/// What is asked, if all of it is known.
fn selection(house: &House, args: &ExportArgs) -> Result<Selection> {
    let mut patterns = Vec::new();
    for text in &args.series {
        let meant = Selection::pattern(text);
        if !house.store.has_series_like(&meant)? {
            let codes = house.store.series_codes()?;
            bail!(WrongUse(format!("nothing is held of a series {text:?}{}", hint(text, codes.iter().map(String::as_str)))));
        }
        patterns.extend(meant);
    }
    let sources = if args.source.is_empty() { Vec::new() } else { house.store.source_ids()? };
    if let Some(unknown) = args.source.iter().find(|id| !sources.contains(id)) {
        bail!(WrongUse(format!("no source {unknown:?} is known{}", hint(unknown, sources.iter().map(String::as_str)))));
    }
    let paper = |id: &str| -> Result<Vec<String>> {
        Ok(pipeline::series_of_claims(&house.papers(Some(id))?).iter().map(ToString::to_string).collect())
    };
    let wanted = match (args.as_of, args.vintage) {
        (Some(day), _) => Wanted::AsOf(day),
        (None, Vintage::Latest) => Wanted::Latest,
        (None, Vintage::First) => Wanted::First,
        (None, Vintage::All) => Wanted::All,
    };
    let (from, to) = args.period.unwrap_or_default();
    Ok(Selection {
        patterns,
        codes: args.paper.as_deref().map(paper).transpose()?,
        sources: args.source.clone(),
        wanted,
        from,
        to,
    })
}
