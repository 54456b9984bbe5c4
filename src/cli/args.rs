//! The command line: stable names, scripts of other people hang on them.

mod asked;
mod exported;

pub use asked::{PreviewArgs, SearchArgs, SourceArgs};
pub use exported::ExportWhat;

use crate::daemon::Listen;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Pulls Russian official statistics on a schedule, keeps every vintage, and reconciles them with the figures a paper prints.
#[derive(Debug, Parser)]
#[command(version = env!("SVERKA_VERSION"), about, disable_help_subcommand = true)]
pub struct Cli {
    /// Options every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Where the database and the archive are
    #[arg(long, global = true, value_name = "DIR", default_value = "./data", env = "SVERKA_DATA_DIR")]
    pub data_dir: PathBuf,
    /// The sources; without the file, those compiled in
    #[arg(long, global = true, value_name = "FILE", env = "SVERKA_CONFIG")]
    pub config: Option<PathBuf>,
    /// The papers; default: beside the sources
    #[arg(long, global = true, value_name = "DIR", env = "SVERKA_PAPERS")]
    pub papers: Option<PathBuf>,
    /// The evidence; default: beside the sources
    #[arg(long, global = true, value_name = "DIR", env = "SVERKA_EVIDENCE")]
    pub evidence: Option<PathBuf>,
    /// Who is told of alerts; default: alerts.toml beside the sources
    #[arg(long, global = true, value_name = "FILE", env = "SVERKA_ALERTS")]
    pub alerts: Option<PathBuf>,
    /// Print JSON: one object with a schema version
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but news, a line each
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say more on standard error; twice for debugging
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// A command that cannot be meant so.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUse(pub String);

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch, archive, parse, store, reconcile, report: the main job
    Run {
        /// Only these sources; without --due whether due or not
        #[arg(long, value_name = "ID")]
        source: Vec<String>,
        /// Only what its schedule says is due
        #[arg(long)]
        due: bool,
    },
    /// The same on schedule, until told to stop; with metrics and health at an address of this machine
    Daemon {
        /// Where /metrics, /healthz and /readyz are, or `none`; default: 127.0.0.1:9847, if it is free
        #[arg(long, value_name = "ADDR:PORT", env = "SVERKA_LISTEN")]
        listen: Option<Listen>,
    },
    /// Show the pages of papers, claims, series and sources in a browser, from what is held; reads only, beside whoever writes
    Serve {
        /// Where
        #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
    /// Feed kept documents through the whole flow, in the order of their dates
    Replay {
        /// Tab-separated list of documents; paths are relative to it
        #[arg(value_name = "MANIFEST.tsv")]
        manifest: PathBuf,
    },
    /// Take in one document by hand, or what a crawler received (WARC)
    Ingest(IngestArgs),
    /// Judge the figures of the papers against the data held
    Reconcile {
        /// Only this paper
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
        /// With what was known on that day; nothing is stored
        #[arg(long, value_name = "DATE")]
        as_of: Option<NaiveDate>,
        /// Only the paper's figures against each other; needs no database, and nothing is stored
        #[arg(long, conflicts_with = "as_of")]
        internal: bool,
    },
    /// One claim: verdict, vintages, and the evidence down to the cell
    Explain {
        /// Id of the claim, such as s1.1-001
        claim: String,
        /// The paper, if several have such a claim
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
        /// With what was known on that day
        #[arg(long, value_name = "DATE")]
        as_of: Option<NaiveDate>,
    },
    /// One claim as a folder that can be checked without this program: documents, excerpts, arithmetic
    Evidence {
        /// Id of the claim, such as s1.1-001
        claim: String,
        /// The folder to write into, which must be empty or not there yet
        #[arg(long, short, value_name = "DIR")]
        out: PathBuf,
        /// The paper, if several have such a claim
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
        /// With what was known on that day
        #[arg(long, value_name = "DATE")]
        as_of: Option<NaiveDate>,
    },
    /// Which verdicts differ between two stored reconciliations, and why; default: the last and the one before it that differs
    Diff {
        /// Id of a reconciliation, or a date: the state as stored by then
        #[arg(value_name = "A", conflicts_with = "list")]
        before: Option<String>,
        /// The same for the later one; default: the last
        #[arg(value_name = "B", conflicts_with = "list")]
        after: Option<String>,
        /// Only this paper
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
        /// List the stored reconciliations with what they were made from
        #[arg(long)]
        list: bool,
    },
    /// What the figures of papers rest on, by section, and which sources would settle the rest
    Coverage {
        /// Only this paper
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
    },
    /// What the two sides of a trade report of it, and by how much they differ
    Mirrors {
        /// Only series that this paper's claims need
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
    },
    /// How figures were revised: first prints against what stands today, by series; of one series its triangle
    Revisions {
        /// Only this series: its triangle, periods down, vintages across
        #[arg(value_name = "SERIES")]
        series: Option<String>,
        /// Only the series of this paper; default: those of all papers
        #[arg(long, value_name = "ID", conflicts_with = "series")]
        paper: Option<String>,
        /// Every series held, not only those that papers use; of one series: every period and vintage, not only what changed
        #[arg(long, conflicts_with = "paper")]
        all: bool,
        /// Characters a line of the triangle may have; what has no room stands below
        #[arg(long, value_name = "N", default_value_t = 120)]
        width: usize,
    },
    /// Search what series, rows of tables, sources, papers, claims and commodities are called, in Russian and English
    Search(SearchArgs),
    /// Verdicts with what is held today, and the state of the sources
    Report {
        /// Write pages into a folder
        #[arg(long, value_name = "DIR", conflicts_with = "format")]
        html: Option<PathBuf>,
        /// Print in this format
        #[arg(long, value_enum, default_value_t = ReportFormat::Md)]
        format: ReportFormat,
        /// Only this paper
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
    },
    /// Sources, their last attempts, and every document tried
    Status {
        /// Only this source
        #[arg(long, value_name = "ID")]
        source: Option<String>,
        /// Every open issue, rather than their numbers
        #[arg(long)]
        issues: bool,
    },
    /// Alerts that go on, and what waits to be sent
    Alerts {
        /// Send a test message to this channel
        #[arg(long, value_name = "CHANNEL")]
        test: Option<String>,
    },
    /// Let in what a document changed: without a source, list what waits for a person
    Accept {
        /// The source whose documents are accepted
        #[arg(value_name = "SOURCE")]
        source: Option<String>,
        /// Only the document whose SHA-256 begins so
        #[arg(long, value_name = "SHA-PREFIX", requires = "source")]
        document: Option<String>,
        /// Why it is fine; kept with the change
        #[arg(long, value_name = "TEXT", default_value = "", requires = "source")]
        note: String,
    },
    /// What was not let in, and trying it again
    Quarantine {
        /// What to do
        #[command(subcommand)]
        what: QuarantineWhat,
    },
    /// Read documents of the archive again, as program and sources read today, and show what changed; nothing is stored
    Reparse {
        /// Only these sources
        #[arg(long, value_name = "ID")]
        source: Vec<String>,
        /// Only the document whose SHA-256 begins so, and those after it in its chain
        #[arg(long, value_name = "SHA-PREFIX")]
        document: Option<String>,
        /// Store what changed, as a parser's revision and never as a publisher's
        #[arg(long)]
        accept: bool,
        /// Why it is right; without it, nothing is stored over a guard that fails
        #[arg(long, value_name = "TEXT", default_value = "", requires = "accept")]
        note: String,
    },
    /// Papers: a folder each
    Paper {
        /// What to do
        #[command(subcommand)]
        what: PaperWhat,
    },
    /// Sources: a block of `sources.toml` each
    Source {
        /// What to do
        #[command(subcommand)]
        what: SourceWhat,
    },
    /// Check sources, papers and evidence: every mistake at once, each with its place
    Check {
        /// Only this source, and what its readings give
        #[arg(long, value_name = "ID")]
        source: Option<String>,
    },
    /// Show a document's tables as the parser reads them, and what a source's readings make of it; nothing is stored
    Preview(PreviewArgs),
    /// Try every address of the sources: what answers, and what would be fetched; nothing is stored
    Doctor {
        /// Only this source
        #[arg(long, value_name = "ID")]
        source: Option<String>,
        /// Seconds that an address has to answer
        #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
        timeout: u64,
    },
    /// Copy the database and every document to another place, beside whoever writes, and prove that the copy can be restored
    Backup {
        /// The folder of the backup, new or one made before (only new documents are copied); FILE.db: only the database
        #[arg(value_name = "DIR|FILE.db")]
        to: PathBuf,
    },
    /// Put a backup into the folder that --data-dir names, which must be empty
    Restore {
        /// The backup
        #[arg(value_name = "DIR|FILE.db")]
        from: PathBuf,
        /// Move what is in the data folder aside, into a folder before-restore-… in it
        #[arg(long)]
        force: bool,
    },
    /// Check that the database is sound, every document has its bytes, and every figure is what its document says; nothing is stored
    Verify {
        /// Do not read the documents again: no figure is recomputed
        #[arg(long)]
        quick: bool,
    },
    /// Make the whole database anew from the archived documents, in another folder, and compare the two
    Rebuild {
        /// The folder, which must be empty or not there yet
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
    /// Delete what no figure, verdict or planned run rests on; without an option everything is kept
    Prune(PruneArgs),
    /// Print what a shell needs to complete commands and options
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder, one a command
    Man {
        /// The folder
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Read the document on standard input and tell another process of this program what is in it
    #[command(hide = true)]
    ReadStdin {
        /// What is asked
        ask: String,
    },
    /// Write data out
    Export {
        /// What
        #[command(subcommand)]
        what: ExportWhat,
    },
}

/// What to take in.
#[derive(Debug, Clone, Args)]
pub struct IngestArgs {
    /// The document, or a WARC file (.warc, .warc.gz), whose records tell their addresses and days
    pub file: PathBuf,
    /// Which source it is a document of; of a WARC file: take only that source's
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Its date: when it was fetched or published
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Where this copy came from
    #[arg(long, value_name = "WHERE")]
    pub obtained_from: Option<String>,
    /// The publisher's address, where known
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Of a WARC file: every record that may be the source's by its kind, whatever its address
    #[arg(long, requires = "source")]
    pub any_address: bool,
}

/// What to delete.
#[derive(Debug, Clone, Args)]
pub struct PruneArgs {
    /// Tries older than this that brought no document and are not the last word on anything
    #[arg(long, value_name = "DAYS")]
    pub attempts: Option<u32>,
    /// Reconciliations older than this in which no verdict changed
    #[arg(long, value_name = "DAYS")]
    pub verdicts: Option<u32>,
    /// Messages that were sent longer ago than this
    #[arg(long, value_name = "DAYS")]
    pub messages: Option<u32>,
    /// Only say how much would go
    #[arg(long)]
    pub dry_run: bool,
}

/// What can be done with papers.
#[derive(Debug, Clone, Subcommand)]
pub enum PaperWhat {
    /// Write a commented skeleton of a paper's folder
    New {
        /// The folder's name, such as doe-2024
        id: String,
        /// Where papers stand; default: the papers named by --papers, else ./papers
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// What can be done with what was not let in.
#[derive(Debug, Clone, Subcommand)]
pub enum QuarantineWhat {
    /// List documents and lines that were not let in: why, since when, how often they were tried, and what helps
    List {
        /// Only of this source
        #[arg(long, value_name = "ID")]
        source: Option<String>,
    },
    /// Try documents again whose reader fell, as they lie in the archive; what waits for a person is `sverka accept`'s business
    #[command(group(clap::ArgGroup::new("which").required(true).multiple(false).args(["document", "source", "all"])))]
    Replay {
        /// Those whose SHA-256 begins so
        #[arg(value_name = "SHA-PREFIX")]
        document: Vec<String>,
        /// Those of these sources
        #[arg(long, value_name = "ID")]
        source: Vec<String>,
        /// All of them
        #[arg(long)]
        all: bool,
    },
}

/// What can be done with sources.
#[derive(Debug, Clone, Subcommand)]
pub enum SourceWhat {
    /// Propose a block for `sources.toml` from a document, with comments on what to confirm; nothing is stored
    New(SourceArgs),
}

/// Formats of a report on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown
    Md,
    /// JSON
    Json,
    /// CSV
    Csv,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
