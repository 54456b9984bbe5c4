//! What a person calls: one arm a command, an exit code each. Reads the clock and hands it on.

mod accept;
mod alerts;
mod args;
mod block;
mod bundle;
mod coverage;
mod datasette;
mod diff;
mod doctor;
mod document;
mod export;
mod grid;
mod ingest;
mod keep;
mod log;
mod mirrors;
mod parquet;
mod preview;
mod quarantine;
mod reparse;
mod revisions;
mod say;
mod search;
mod shell;
mod skeleton;
mod status;
mod suggest;

pub use self::export::{ExportArgs, Vintage};
pub use args::{
    Cli, Command, ExportWhat, Global, IngestArgs, PaperWhat, PreviewArgs, PruneArgs, QuarantineWhat, ReportFormat, SearchArgs,
    SourceArgs, SourceWhat, WrongUse,
};

use crate::daemon::{self, Listen, Lock, LockError};
use crate::export::ExportError;
use crate::faultpoint;
use crate::fetch;
use crate::guard::{self, Reader};
use crate::pipeline::{self, BadConfiguration, BundleError, Chosen, House, Places, Post, Summary, Which, WrongPlace};
use crate::reconcile::{FactsError, Severity};
use crate::report;
use crate::store::{DAMAGED, StoreError};
use anyhow::{Context, Result};
use chrono::{NaiveDate, Utc};
use clap::Parser;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// All is well.
const FINE: u8 = 0;
/// A deviation that the previous reconciliation in this database did not have.
const NEW_DEVIATION: u8 = 1;
/// A due source failed outside its declared state, or a command could not go on.
const FAILED: u8 = 2;
/// Wrong use, or a configuration with mistakes (`EX_USAGE` of sysexits.h).
const WRONG_USE: u8 = 64;
/// Another instance holds the data (`EX_TEMPFAIL` of sysexits.h).
const HELD: u8 = 75;
/// The variable or credential with the token that whoever asks for anything over HTTP must show.
const TOKEN: &str = "SVERKA_TOKEN";
/// Deviations less severe than this are no news for the exit code.
const THRESHOLD: Severity = Severity::Minor;
/// What to do about a database that is damaged.
const WHAT_HELPS: &str = "sverka: what stood in the database was left as it is. If it is damaged, `sverka verify` names where, `sverka restore` puts the last \
backup into another folder, and `sverka rebuild` makes the database anew from the documents, as far as the old one can be read";

impl Cli {
    /// Parses the command line; wrong use ends the program with 64, `--help` and `--version` with 0.
    pub fn parse_or_exit() -> Cli {
        Cli::try_parse().unwrap_or_else(|error| {
            let wrong = error.use_stderr();
            // a closed standard output is no reason to fail twice
            let _ = error.print();
            std::process::exit(if wrong { i32::from(WRONG_USE) } else { 0 })
        })
    }

    /// Runs the command and says how it ended.
    pub fn run(self) -> ExitCode {
        if let Command::ReadStdin { ask } = &self.command {
            return guard::serve(ask);
        }
        log::start(&self.global);
        ExitCode::from(self.obey().unwrap_or_else(|error| {
            if is_closed_pipe(&error) {
                return FINE;
            }
            eprintln!("sverka: {error:#}");
            if may_be_damaged(&error) {
                eprintln!("{WHAT_HELPS}");
            }
            code_of(&error)
        }))
    }

    fn obey(self) -> Result<u8> {
        let global = self.global.clone();
        if global.json {
            refuse_json(&self.command)?;
        }
        match &self.command {
            Command::Completions { shell } => return Ok(shell::completions(*shell)),
            Command::Man { dir } => return shell::pages(dir, &global),
            _ => {}
        }
        let places =
            Places::find(global.data_dir.clone(), global.config, global.papers, global.evidence)?.telling(global.alerts)?;
        match self.command {
            Command::Check { source: None } => check(&places, &self.global),
            Command::Check { source: Some(id) } => block::check(&places, &self.global, &id, Utc::now()),
            Command::Doctor { source, timeout } => {
                let timeout = std::time::Duration::from_secs(timeout);
                runtime()?.block_on(doctor::visit(&places, &self.global, source.as_deref(), timeout))
            }
            Command::Preview(args) => preview::show(&places, &self.global, &args, Utc::now()),
            Command::Reconcile { paper, internal: true, .. } => {
                let (papers, judged) = pipeline::judge_internally(&places, paper.as_deref())?;
                say::judged(&papers, &judged, &self.global)?;
                Ok(FINE)
            }
            Command::Paper { what: PaperWhat::New { id, dir } } => {
                let dir = dir.or(places.papers).unwrap_or_else(|| PathBuf::from("papers"));
                skeleton::write(&dir, &id)?;
                match self.global.json {
                    true => println!("{}", serde_json::json!({ "schema": 1, "folder": dir.join(&id) })),
                    false => println!("{}: fill in paper.toml and claims.csv, then `sverka check`", dir.join(&id).display()),
                }
                Ok(FINE)
            }
            Command::Source { what: SourceWhat::New(args) } => suggest::write(&places, &self.global, &args),
            Command::Status { source, issues } => {
                status::print(&House::open_to_look(&places)?, &self.global, source.as_deref(), issues, Utc::now())
            }
            Command::Alerts { test: None } => alerts::list(&House::open_to_read(&places)?, &self.global),
            Command::Alerts { test: Some(channel) } => {
                runtime()?.block_on(alerts::test(&places, &self.global, &channel, Utc::now()))
            }
            Command::Reparse { source, document, accept: false, .. } => {
                reparse::show(&mut House::open_to_read(&places)?, &self.global, &Which { sources: source, document })
            }
            Command::Accept { source: None, .. } => accept::list(&House::open_to_read(&places)?, &self.global),
            Command::Quarantine { what: QuarantineWhat::List { source } } => {
                quarantine::list(&House::open_to_look(&places)?, &self.global, source.as_deref())
            }
            Command::Explain { claim, paper, as_of } => {
                explain(&House::open_to_read(&places)?, &self.global, (paper.as_deref(), &claim), as_of)
            }
            Command::Evidence { claim, out, paper, as_of } => {
                bundle::write(&House::open_to_read(&places)?, &self.global, (paper.as_deref(), &claim), as_of, &out)
            }
            Command::Mirrors { paper } => mirrors::print(&House::open_to_read(&places)?, &self.global, paper.as_deref()),
            Command::Coverage { paper } => coverage::print(&House::open_to_read(&places)?, &self.global, paper.as_deref()),
            Command::Diff { list: true, paper, .. } => diff::list(&House::open_to_read(&places)?, &self.global, paper.as_deref()),
            Command::Diff { list: false, before, after, paper } => {
                diff::print(&House::open_to_read(&places)?, &self.global, &diff::Asked { before, after, paper })
            }
            Command::Revisions { series, paper, all, width } => {
                let asked = revisions::Asked { series: series.as_deref(), paper: paper.as_deref(), all, width };
                revisions::print(&House::open_to_read(&places)?, &self.global, &asked)
            }
            Command::Search(args) => search::print(&House::open_to_read(&places)?, &self.global, &args),
            Command::Report { html, format, paper } => {
                let house = House::open_to_read(&places)?;
                say::report(&house, &self.global, html.as_deref(), format, paper.as_deref(), Utc::now())
            }
            Command::Export { what } => {
                let (kind, args) = match &what {
                    ExportWhat::SdmxCsv { args, structure } => (export::Kind::Sdmx(structure.as_deref()), args),
                    ExportWhat::Xlsx(args) => (export::Kind::Xlsx, args),
                    ExportWhat::Csv(args) => (export::Kind::Csv, args),
                    ExportWhat::Evidence { paper, out } => {
                        return export_evidence(&House::open_to_read(&places)?, &self.global, paper.as_deref(), out);
                    }
                    ExportWhat::Parquet { dir } => return parquet::write(&places, &self.global, dir, Utc::now()),
                    ExportWhat::DatasetteMetadata { out } => {
                        return datasette::write(&pipeline::shipped_or(&places)?.config, out.as_deref());
                    }
                };
                export::write(&House::open_to_read(&places)?, &self.global, kind, args, Utc::now())
            }
            Command::Serve { listen } => {
                let house = House::open_to_read(&places)?;
                let json = self.global.json;
                let told = move |at| match json {
                    true => println!("{}", serde_json::json!({ "schema": 1, "address": format!("http://{at}/") })),
                    false => println!("pages at http://{at}/"),
                };
                runtime()?.block_on(daemon::show(house, listen, fetch::secret(TOKEN), told))?;
                Ok(FINE)
            }
            Command::Backup { to } => keep::backup(&places, &self.global, &to),
            Command::Restore { from, force } => keep::restore(&places, &self.global, &from, force),
            Command::Verify { quick } => keep::verify(&places, &self.global, quick),
            Command::Rebuild { into } => keep::rebuild(&places, &self.global, &into),
            Command::Prune(args) if args.dry_run => keep::prune_dry(&House::open_to_read(&places)?, &self.global, &args),
            command => writing(command, &self.global, &places),
        }
    }
}

/// The commands that write: one of them at a time. If the store itself fails, those who are to be told are told past it.
fn writing(command: Command, global: &Global, places: &Places) -> Result<u8> {
    let data = &places.data;
    std::fs::create_dir_all(data).with_context(|| format!("making the folder {}", data.display()))?;
    let _lock = Lock::acquire(data)?;
    faultpoint::point("house.locked");
    let runtime = runtime()?;
    match command {
        Command::Daemon { listen } => serve(listen, places, runtime),
        command => {
            let done = write(command, global, places, &runtime);
            done.inspect_err(|error| runtime.block_on(pipeline::cry(places, error, Utc::now())))
        }
    }
}

/// The daemon. It ends the program.
fn serve(listen: Option<Listen>, places: &Places, runtime: tokio::runtime::Runtime) -> Result<u8> {
    // a signal that comes while the house is being opened is heeded when it is open
    let signals = runtime.block_on(async { daemon::signals() }).context("listening for signals")?;
    let house = House::open(places, Reader::child()?, Utc::now());
    let house = house.inspect_err(|error| runtime.block_on(pipeline::cry(places, error, Utc::now())))?;
    let served =
        runtime.block_on(daemon::serve(house, places.clone(), listen.unwrap_or_default(), fetch::secret(TOKEN), signals));
    // what did not stop in time is not waited for; its attempt is marked at the next start
    runtime.shutdown_background();
    served?;
    std::process::exit(i32::from(FINE));
}

/// A command that writes and ends, and what it has to tell.
fn write(command: Command, global: &Global, places: &Places, runtime: &tokio::runtime::Runtime) -> Result<u8> {
    let mut house = House::open(places, Reader::child()?, Utc::now())?;
    let done = act(command, global, &mut house, runtime);
    if !house.alerts.channels.is_empty() {
        let post = Post::of(&house)?;
        runtime.block_on(post.deliver(Utc::now));
    }
    faultpoint::point("house.close");
    done
}

fn act(command: Command, global: &Global, house: &mut House, runtime: &tokio::runtime::Runtime) -> Result<u8> {
    let summary: Summary = match command {
        Command::Run { source, due } => {
            let chosen = Chosen { sources: source, due };
            say::while_running(global, |tell| runtime.block_on(pipeline::run(house, &chosen, Utc::now, tell)))?
        }
        Command::Replay { manifest } => say::while_running(global, |tell| pipeline::replay(house, &manifest, Utc::now, tell))?,
        Command::Ingest(args) => ingest::take_in(house, global, args)?,
        Command::Accept { source: Some(source), document, note } => {
            match accept::accept(house, global, &source, document.as_deref(), &note)? {
                Some(done) => done,
                None => return Ok(FINE),
            }
        }
        Command::Quarantine { what: QuarantineWhat::Replay { document, source, all: _ } } => {
            match quarantine::replay(house, global, &document, &source)? {
                Some(done) => done,
                None => return Ok(FINE),
            }
        }
        Command::Reparse { source, document, accept: true, note } => {
            return reparse::accept(house, global, &Which { sources: source, document }, &note);
        }
        Command::Prune(args) => return keep::prune(house, global, &args),
        Command::Reconcile { paper, as_of: Some(day), .. } => {
            say::judged(&house.papers, &pipeline::judge_as_of(house, paper.as_deref(), Some(day))?, global)?;
            return Ok(FINE);
        }
        Command::Reconcile { paper, as_of: None, .. } => {
            let judged = pipeline::reconcile_papers(house, paper.as_deref(), Utc::now())?;
            say::judged(&house.papers, &judged, global)?;
            return Ok(deviation_code(&judged));
        }
        reading => anyhow::bail!(WrongUse(format!("{reading:?} does not write"))),
    };
    let judged = pipeline::reconcile_papers(house, None, Utc::now())?;
    let told = say::ended(house, &summary, &judged, global, Utc::now())?;
    let failed = if summary.failed.is_empty() && summary.stopped.is_none() { FINE } else { FAILED };
    Ok(failed | told | deviation_code(&judged))
}

fn deviation_code(judged: &[pipeline::Judged]) -> u8 {
    let news = judged.iter().any(|one| one.new_deviations(THRESHOLD).next().is_some());
    if news { NEW_DEVIATION } else { FINE }
}

fn check(places: &Places, global: &Global) -> Result<u8> {
    let texts = pipeline::shipped_or(places).and_then(|texts| match pipeline::cross_check(&texts) {
        mistakes if mistakes.is_empty() => Ok(texts),
        mistakes => Err(BadConfiguration(mistakes)),
    });
    match texts {
        Ok(texts) => {
            let claims: usize = texts.papers.iter().map(|paper| paper.claims.len()).sum();
            let rows: usize = texts.evidence.iter().map(|file| file.rows.len()).sum();
            if global.json {
                println!("{}", serde_json::json!({ "schema": 1, "mistakes": [] }));
            } else if !global.quiet {
                let sources = report::plural(texts.config.sources.len(), "source", "sources");
                let papers = report::plural(texts.papers.len(), "paper", "papers");
                let files = report::plural(texts.evidence.len(), "evidence file", "evidence files");
                println!("no mistakes: {sources}, {papers} with {claims} claims, {files} with {rows} rows");
            }
            Ok(FINE)
        }
        Err(BadConfiguration(mistakes)) if global.json => {
            println!("{}", serde_json::json!({ "schema": 1, "mistakes": mistakes }));
            Ok(WRONG_USE)
        }
        Err(bad) => Err(bad.into()),
    }
}

fn explain(house: &House, global: &Global, (paper, claim): (Option<&str>, &str), as_of: Option<NaiveDate>) -> Result<u8> {
    let mut found = Vec::new();
    for judged in pipeline::judge_as_of(house, paper, as_of)? {
        let paper = house.papers(Some(&judged.paper))?.remove(0);
        for finding in judged.findings.into_iter().filter(|finding| finding.claim == claim) {
            let printed = paper.claims.iter().find(|one| one.id == claim);
            if let Some(printed) = printed.filter(|_| !global.json) {
                // what the other side reports is known as of today alone
                let beside = if as_of.is_none() { mirrors::beside(house, printed)? } else { String::new() };
                print!("{}{beside}", report::explain(paper, printed, &finding));
            }
            found.push((judged.paper.clone(), [finding], judged.algebra.clone()));
        }
    }
    if found.is_empty() {
        anyhow::bail!(WrongUse(format!("no paper has a claim {claim:?}; `sverka reconcile` lists them")));
    }
    if global.json {
        let one = |(paper, findings, algebra)| report::Verdicts { paper, findings, algebra };
        let papers: Vec<_> = found.iter().map(|(paper, findings, algebra)| one((paper, findings, algebra))).collect();
        println!("{}", report::findings_json(&papers));
    }
    Ok(FINE)
}

fn export_evidence(house: &House, global: &Global, paper: Option<&str>, out: &std::path::Path) -> Result<u8> {
    let series = pipeline::series_of_claims(&house.papers(paper)?);
    let files = pipeline::export(&house.store, &series, out)?;
    if global.json {
        let files: Vec<_> = files.iter().map(|(file, rows)| serde_json::json!({ "file": file, "rows": rows })).collect();
        println!("{}", serde_json::json!({ "schema": 1, "files": files }));
        return Ok(FINE);
    }
    files.iter().for_each(|(file, rows)| println!("{}: {rows} rows", file.display()));
    Ok(FINE)
}

/// Commands whose output is for something else than a program that reads JSON say so, rather than to print what nobody asked for.
fn refuse_json(command: &Command) -> Result<()> {
    let instead = match command {
        Command::Completions { .. } => "completions are for a shell",
        Command::Daemon { .. } => {
            "the daemon prints nothing: SVERKA_LOG_FORMAT=json is for its log, /metrics and `sverka status --json` for its state"
        }
        Command::Report { format: ReportFormat::Csv, html: None, .. } => "--format csv prints CSV",
        Command::Export { what: ExportWhat::Csv(args) | ExportWhat::SdmxCsv { args, .. } } if args.out.is_none() => {
            "the figures themselves go to standard output; -o FILE has them in a file"
        }
        _ => return Ok(()),
    };
    anyhow::bail!(WrongUse(format!("{instead}; --json has no meaning here")))
}

/// A reader that has seen enough, such as `head`, is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let of_export = match error.downcast_ref::<ExportError>() {
        Some(ExportError::Io(cause)) => Some(cause),
        _ => None,
    };
    error.downcast_ref::<std::io::Error>().or(of_export).is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Whether the database is damaged, or so much so that it is none any more, or has no answer.
fn may_be_damaged(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<StoreError>() {
        Some(error) => error.code() == Some(DAMAGED) || matches!(error, StoreError::Foreign { .. }),
        None => cause.is::<FactsError>(),
    })
}

fn code_of(error: &anyhow::Error) -> u8 {
    if matches!(error.downcast_ref(), Some(LockError::Held { .. })) {
        HELD
    } else if error.is::<BadConfiguration>() || error.is::<WrongUse>() || error.is::<BundleError>() || error.is::<WrongPlace>() {
        WRONG_USE
    } else {
        FAILED
    }
}

/// Prints; a reader that has seen enough, such as `head`, is no failure.
fn put(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")
}
