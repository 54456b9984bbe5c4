//! What is asked of documents and of names: options of `preview`, `source new` and `search`.

use crate::model::hint;
use crate::parse::Format;
use crate::store::LabelKind;
use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;

/// What to look for.
#[derive(Debug, Clone, Args)]
pub struct SearchArgs {
    /// Words that must all be there, in any order and with any ending
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// Only what is of this kind
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<LabelKind>,
    /// So many are listed
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub most: u32,
}

/// What to show of a document.
#[derive(Debug, Clone, Args)]
pub struct PreviewArgs {
    /// The document
    pub file: PathBuf,
    /// Its format; default: what its bytes say
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub format: Option<Format>,
    /// Its charset, where it states none and is not UTF-8
    #[arg(long, value_name = "NAME", value_parser = charset)]
    pub charset: Option<String>,
    /// Only the table of this number
    #[arg(long, value_name = "N")]
    pub table: Option<u32>,
    /// So many rows of a table, paragraphs between tables, series and issues
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub rows: usize,
    /// Also what the readings of this source make of it
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// The document's day, by which corrections are alive or dead; default: today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Characters a line may have; default: the terminal's width, 160 elsewhere
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,
}

/// What to propose a source from.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// The document
    pub file: PathBuf,
    /// The id of the source; default: the file's name
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// The id of its publisher; one that the configuration has is not written again
    #[arg(long, value_name = "ID", default_value = "publisher")]
    pub publisher: String,
    /// Its format; default: what its bytes say
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub format: Option<Format>,
    /// Its charset, where it states none and is not UTF-8
    #[arg(long, value_name = "NAME", value_parser = charset)]
    pub charset: Option<String>,
    /// Write into this file, which must not be there yet; default: standard output
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

fn format(name: &str) -> Result<Format, String> {
    let names = Format::ALL.map(|(_, name)| name);
    let found = Format::ALL.into_iter().find(|(_, known)| *known == name).map(|(format, _)| format);
    found.ok_or_else(|| format!("expected one of {}{}", names.join(", "), hint(name, names)))
}

fn kind(name: &str) -> Result<LabelKind, String> {
    let names = LabelKind::ALL.map(|(name, _)| name);
    let found = LabelKind::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind);
    found.ok_or_else(|| format!("expected one of {}{}", names.join(", "), hint(name, names)))
}

fn charset(name: &str) -> Result<String, String> {
    match encoding_rs::Encoding::for_label(name.as_bytes()) {
        Some(_) => Ok(name.to_string()),
        None => Err("expected the name of a charset, such as windows-1251, ibm866 or utf-8".to_string()),
    }
}
