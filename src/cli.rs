//! What a person calls: one arm a command, an exit code each. Reads the clock and hands it on.

mod args;
mod explain;
mod export;
mod status;

pub use args::{Cli, Command, ExportWhat, Global, ReportFormat};

use crate::config::Config;
use crate::daemon::{self, Lock};
use crate::fetch;
use crate::pipeline::{self, House, Places, Summary};
use crate::report::{self, Report};
use anyhow::{Context, Result};
use chrono::Utc;
use clap::Parser;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// All is well.
const FINE: u8 = 0;
/// A deviation that the previous reconciliation in this database did not have.
const NEW_DEVIATION: u8 = 1;
/// A due source failed outside its declared state, or a command could not go on.
const FAILED: u8 = 2;
/// Wrong use, or a configuration with mistakes (sysexits.h: EX_USAGE).
const WRONG_USE: u8 = 64;
/// Another instance holds the data (sysexits.h: EX_TEMPFAIL).
const HELD: u8 = 75;

impl Cli {
    /// Parses the command line; wrong use exits with 64, `--help` and `--version` with 0.
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
        start_tracing(&self.global);
        let ended = match self.command {
            Command::Check => check(&self.global),
            _ => self.with_house(),
        };
        ExitCode::from(ended.unwrap_or_else(|error| {
            complain(&error);
            if error.is::<daemon::Held>() {
                HELD
            } else if error.is::<pipeline::BadConfiguration>() || error.is::<args::WrongUse>() {
                WRONG_USE
            } else {
                FAILED
            }
        }))
    }

    /// The commands that need the data.
    fn with_house(self) -> Result<u8> {
        let places = Places::from(&self.global);
        if self.command.only_reads() {
            let house = House::open_to_read(&places)?;
            return self.read(&house);
        }
        std::fs::create_dir_all(&places.data).with_context(|| format!("creating {}", places.data.display()))?;
        let _lock = Lock::acquire(&places.data)?;
        let mut house = House::open(&places, Utc::now())?;
        self.write(&mut house)
    }

    fn read(self, house: &House) -> Result<u8> {
        match self.command {
            Command::Status => status::print(house, self.global.json),
            Command::Explain { claim, paper } => explain::print(house, paper.as_deref(), &claim, self.global.json),
            Command::Report { html, format, paper } => {
                let report = Report::new(house.last_findings(paper.as_deref())?, house.source_status()?);
                match html {
                    Some(folder) => report.write_html(&folder).map(|path| println!("{}", path.display()))?,
                    None => print!("{}", report.render(format.into())?),
                }
                Ok(FINE)
            }
            Command::Export { what } => export::run(house, what),
            _ => unreachable!("only_reads() lists the commands above"),
        }
    }

    fn write(self, house: &mut House) -> Result<u8> {
        let now = Utc::now();
        match self.command {
            Command::Run { source, due } => {
                let summary = block_on(pipeline::run(house, &source, due, now, &Utc::now))??;
                let judged = pipeline::reconcile_all(house, None, now)?;
                finish(house, &self.global, Some(&summary), judged)
            }
            Command::Replay { manifest } => {
                let summary = pipeline::replay(house, &manifest, now)?;
                let judged = pipeline::reconcile_all(house, None, now)?;
                finish(house, &self.global, Some(&summary), judged).map(|code| code & NEW_DEVIATION)
            }
            Command::Ingest { file, source, as_of, obtained_from, url } => {
                let summary = pipeline::ingest(house, &file, &source, as_of, &obtained_from, url.as_deref(), now)?;
                let judged = pipeline::reconcile_all(house, None, now)?;
                finish(house, &self.global, Some(&summary), judged).map(|code| code & NEW_DEVIATION)
            }
            Command::Reconcile { paper, as_of } => {
                let judged = match as_of {
                    Some(day) => pipeline::judge_as_of(house, paper.as_deref(), day)?,
                    None => pipeline::reconcile_all(house, paper.as_deref(), now)?,
                };
                print!("{}", report::table(&judged.findings, self.global.json)?);
                Ok(if judged.new_deviations.is_empty() { FINE } else { NEW_DEVIATION })
            }
            Command::Daemon => {
                block_on(daemon::serve(house, &Utc::now))??;
                Ok(FINE)
            }
            _ => unreachable!("only_reads() keeps the other commands away"),
        }
    }
}
