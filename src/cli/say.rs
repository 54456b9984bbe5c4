//! What the commands print, and the report they leave behind.

use super::accept::drift_json;
use super::grid::plain;
use super::{Global, ReportFormat};
use crate::paper::Paper;
use crate::pipeline::{self, House, Judged, Listener, Progress, Shown, Summary, Taken};
use crate::report;
use crate::store::Change;
use crate::store::StoreError;
use crate::web;
use anyhow::Result;
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the progress line moves.
const TICK: Duration = Duration::from_millis(120);
/// How often a line tells how far a large document is, where no bar can.
const TOLD: Duration = Duration::from_secs(5);
/// Records of a crawl that are listed on the terminal; `--json` lists more.
const PASSED_SHOWN: usize = 40;
/// Sources that one line names; `status` has them all.
const SOURCES_NAMED: usize = 4;

/// Shows what is going on: a moving line on a terminal, a plain line a document elsewhere, nothing if quiet.
pub(super) fn while_running<T>(global: &Global, work: impl FnOnce(&(dyn Fn(&Taken) + Sync)) -> Result<T>) -> Result<T> {
    if global.quiet || global.json {
        return work(&|_| ());
    }
    if !std::io::stderr().is_terminal() {
        return work(&|taken| eprintln!("{}", line(taken)));
    }
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::with_template("{spinner} {pos} done, {elapsed}: {wide_msg}").unwrap_or(ProgressStyle::default_spinner()),
    );
    bar.enable_steady_tick(TICK);
    let result = work(&|taken| {
        bar.inc(1);
        bar.set_message(line(taken));
        if !taken.is_success() {
            bar.println(line(taken));
        }
    });
    bar.finish_and_clear();
    result
}

/// Shows on a terminal that something that takes its time goes on, and for how long.
pub(super) fn busy<T>(global: &Global, what: &'static str, work: impl FnOnce() -> T) -> T {
    if global.quiet || global.json || !std::io::stderr().is_terminal() {
        return work();
    }
    let style = ProgressStyle::with_template("{spinner} {elapsed}: {msg}").unwrap_or(ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style).with_message(what);
    bar.enable_steady_tick(TICK);
    let done = work();
    bar.finish_and_clear();
    done
}

/// Shows how far a large document is: a bar on a terminal, a line now and then elsewhere, nothing if quiet.
pub(super) fn progress(global: &Global) -> (Listener, ProgressBar) {
    if global.quiet || global.json {
        return (Listener::default(), ProgressBar::hidden());
    }
    if !std::io::stderr().is_terminal() {
        let (since, told) = (Instant::now(), Mutex::new(Instant::now()));
        let tell = move |progress: &Progress| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.elapsed() >= TOLD {
                *told = Instant::now();
                eprintln!("{}", far(progress, since.elapsed()));
            }
        };
        return (Listener::new(tell), ProgressBar::hidden());
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {percent}% {elapsed}: {wide_msg}");
    bar.set_style(style.unwrap_or(ProgressStyle::default_bar()));
    let (shown, since) = (bar.clone(), Instant::now());
    let tell = move |progress: &Progress| {
        shown.set_length(progress.bytes);
        shown.set_position(progress.read);
        shown.set_message(far(progress, since.elapsed()));
    };
    (Listener::new(tell), bar)
}

/// Lines, their rate, and the time left by what of the document is read.
fn far(progress: &Progress, elapsed: Duration) -> String {
    let rate = u128::from(progress.lines) * 1000 / elapsed.as_millis().max(1);
    let left = progress.bytes.saturating_sub(progress.read);
    let seconds = elapsed.as_secs().saturating_mul(left) / progress.read.max(1);
    format!("{}: {} lines, {rate} a second, some {seconds} s left", progress.source, progress.lines)
}

/// One document or source in one line.
fn line(taken: &Taken) -> String {
    let what = if taken.label.is_empty() { taken.source.clone() } else { format!("{} ({})", taken.label, taken.source) };
    match &taken.saved {
        Some(saved) => {
            let counts = [
                (saved.first, "new"),
                (saved.revised, "revised"),
                (saved.withdrawn, "withdrawn"),
                (saved.repeated, "repeated"),
                (saved.lines, "lines"),
                (saved.refused, "lines in quarantine"),
            ];
            let counts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
            let message = if taken.message.is_empty() { String::new() } else { format!("; {}", taken.message) };
            format!("{what}: {} {}{message}", taken.outcome, counts.join(", "))
        }
        None if taken.message.is_empty() => format!("{what}: {}", taken.outcome),
        None => format!("{what}: {}: {}", taken.outcome, taken.message),
    }
}

/// The end of a run, replay or ingest: numbers, verdicts, what needs a person, and where the report is.
pub(super) fn ended(house: &House, summary: &Summary, judged: &[Judged], global: &Global, now: DateTime<Utc>) -> Result<u8> {
    ended_with(house, summary, judged, global, now, |around| around)
}

/// The same for a command that has more to tell machines: `more` puts it into the object.
pub(super) fn ended_with(
    house: &House,
    summary: &Summary,
    judged: &[Judged],
    global: &Global,
    now: DateTime<Utc>,
    more: impl FnOnce(serde_json::Value) -> serde_json::Value,
) -> Result<u8> {
    let shown = Shown::of(house, now)?;
    // verdicts are stored already: what became of them is told whatever becomes of the pages
    let written = web::keep(house, judged, summary.offline, now);
    if let Err(error) = &written {
        if error.chain().any(|cause| cause.is::<StoreError>()) {
            return written.map(|_| super::FAILED);
        }
        eprintln!("sverka: the pages: {error:#}");
    }
    let code = if written.is_ok() { super::FINE } else { super::FAILED };
    let pages: Vec<String> = written.iter().flatten().map(|page| page.display().to_string()).collect();
    if global.json {
        println!("{}", more(machine(summary, judged, &shown, &pages)));
        return Ok(code);
    }
    let mut out = std::io::stdout().lock();
    if global.quiet {
        for line in news(summary, judged) {
            writeln!(out, "{line}")?;
        }
        return Ok(code);
    }
    tell(&mut out, house, summary, judged, &shown, &pages)?;
    Ok(code)
}

/// What was not so before, a line each. A failure that goes on is none: that it does is told once, as an alert.
fn news(summary: &Summary, judged: &[Judged]) -> Vec<String> {
    let mut lines = Vec::new();
    let is_new = |taken: &&Taken| !summary.again.contains(&taken.source);
    let expected = |taken: &&Taken| taken.is_success() || (!taken.is_answer() && !summary.failed.contains(&taken.source));
    if summary.offline {
        let fresh = summary.taken.iter().filter(is_new).count();
        lines.extend((fresh > 0).then(|| format!("no network: could not reach {}", report::plural(fresh, "source", "sources"))));
    } else {
        let new = summary.taken.iter().filter(is_new).filter(|taken| !expected(taken) || (summary.fetched && brings(taken)));
        lines.extend(new.map(line));
    }
    lines.extend(summary.alerts.iter().map(alert));
    for one in judged {
        lines.extend(one.changes.iter().map(|change| format!("{}: {}", one.paper, changed(change))));
    }
    lines.extend(summary.stopped.iter().map(|problem| format!("stopped: {}; what came before it stays", plain(problem))));
    lines
}

/// Whether a document said something new.
fn brings(taken: &Taken) -> bool {
    taken.saved.as_ref().is_some_and(|saved| saved.first + saved.revised + saved.withdrawn + saved.lines > 0)
}

fn alert(told: &pipeline::Told) -> String {
    if told.raised { format!("alert: {}: {}", told.key, told.message) } else { format!("over: {}", told.key) }
}

/// A verdict that changed, and what changed it.
fn changed(change: &Change) -> String {
    let (side, before) = (change.side.as_str(), change.before.as_deref().unwrap_or("nothing"));
    format!("changed: {} ({side}): {before} → {}. {}", change.claim, change.after, plain(&change.message))
}

fn tell(
    out: &mut impl Write,
    house: &House,
    summary: &Summary,
    judged: &[Judged],
    shown: &Shown,
    pages: &[String],
) -> Result<()> {
    if summary.offline {
        let (named, more) = summary.failed.split_at(summary.failed.len().min(SOURCES_NAMED));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        writeln!(out, "No network: could not reach {}{more}; what follows rests on what is held.", named.join(", "))?;
    } else if !summary.taken.is_empty() {
        let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
        summary.taken.iter().for_each(|taken| *outcomes.entry(taken.outcome.as_str()).or_default() += 1);
        let outcomes: Vec<String> = outcomes.iter().map(|(outcome, n)| format!("{n} {outcome}")).collect();
        writeln!(out, "{} tried: {}", summary.taken.len(), outcomes.join(", "))?;
        for taken in summary.taken.iter().filter(|taken| summary.failed.contains(&taken.source)) {
            writeln!(out, "  failed: {}: {}: {}", taken.source, taken.outcome, taken.message)?;
        }
    }
    passed(out, summary)?;
    for told in &summary.alerts {
        writeln!(out, "  {}", alert(told))?;
    }
    let t = &shown.totals;
    writeln!(
        out,
        "held: {} observations of {} series, {} of them revisions or further vintages; {} open issues",
        t.observations, t.series, t.vintages, t.issues
    )?;
    for one in judged {
        let paper = house.papers(Some(&one.paper))?.remove(0);
        writeln!(out, "\n{}", report::summary(paper, &one.findings, &one.algebra).trim_end())?;
        one.changes.iter().try_for_each(|change| writeln!(out, "  {}", changed(change)))?;
    }
    for page in pages {
        writeln!(out, "\nreport: {page}")?;
    }
    Ok(())
}

/// Records of a crawl that are nobody's, and where reading it ended before its end.
fn passed(out: &mut impl Write, summary: &Summary) -> Result<()> {
    for one in summary.passed.iter().take(PASSED_SHOWN) {
        writeln!(out, "  passed over: {} (byte {}): {}", plain(&one.target), one.offset, plain(&one.reason))?;
    }
    let more = (summary.passed.len().saturating_sub(PASSED_SHOWN) as u64).saturating_add(summary.passed_more);
    if more > 0 {
        let more = report::plural(usize::try_from(more).unwrap_or(usize::MAX), "further record", "further records");
        writeln!(out, "  passed over: {more}, requests and descriptions among them")?;
    }
    if let Some(problem) = &summary.stopped {
        writeln!(out, "  stopped: {}; what came before it stays", plain(problem))?;
    }
    Ok(())
}

fn machine(summary: &Summary, judged: &[Judged], shown: &Shown, pages: &[String]) -> serde_json::Value {
    let documents: Vec<_> = summary
        .taken
        .iter()
        .map(|t| {
            let drift: Vec<_> = t.drift.iter().map(drift_json).collect();
            serde_json::json!({ "source": t.source, "document": t.label, "outcome": t.outcome, "message": t.message, "drift": drift })
        })
        .collect();
    let papers: Vec<_> = judged
        .iter()
        .map(|one| {
            let changes: Vec<_> = one.changes.iter().map(change).collect();
            serde_json::json!({ "paper": one.paper, "claims": one.findings.len(), "changes": changes })
        })
        .collect();
    serde_json::json!({
        "schema": 1, "offline": summary.offline, "documents": documents, "failed": summary.failed, "again": summary.again,
        "alerts": summary.alerts, "papers": papers,
        "passed_over": summary.passed, "passed_over_more": summary.passed_more, "stopped": summary.stopped,
        "observations": shown.totals.observations, "series": shown.totals.series, "vintages": shown.totals.vintages,
        "issues": shown.totals.issues, "reports": pages,
    })
}

/// A verdict that changed, for machines.
fn change(of: &Change) -> serde_json::Value {
    serde_json::json!({
        "claim": of.claim, "side": of.side, "before": of.before, "after": of.after, "cause": of.cause, "message": of.message,
    })
}

/// Findings on the terminal, or as JSON.
pub(super) fn judged(papers: &[Paper], judged: &[Judged], global: &Global) -> Result<()> {
    if global.json {
        let verdicts =
            judged.iter().map(|one| report::Verdicts { paper: &one.paper, findings: &one.findings, algebra: &one.algebra });
        println!("{}", report::findings_json(&verdicts.collect::<Vec<_>>()));
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    for one in judged {
        if !global.quiet {
            writeln!(out, "{}", report::table(&one.findings, None))?;
            write!(out, "{}", report::contradictions(&one.algebra))?;
        }
        for paper in papers.iter().filter(|paper| paper.id == one.paper) {
            writeln!(out, "{}", report::summary(paper, &one.findings, &one.algebra).trim_end())?;
        }
        one.changes.iter().try_for_each(|change| writeln!(out, "  {}", changed(change)))?;
    }
    Ok(())
}

/// `report`: pages into a folder, or one format on standard output.
pub(super) fn report(
    house: &House,
    global: &Global,
    html: Option<&Path>,
    format: ReportFormat,
    paper: Option<&str>,
    now: DateTime<Utc>,
) -> Result<u8> {
    if let Some(folder) = html {
        let pages = web::write(house, paper, folder, now)?;
        match global.json {
            true => println!("{}", serde_json::json!({ "schema": 1, "files": pages })),
            false => pages.iter().for_each(|page| println!("{}", page.display())),
        }
        return Ok(super::FINE);
    }
    let format = if global.json { ReportFormat::Json } else { format };
    let shown = Shown::of(house, now)?;
    for one in pipeline::judge_as_of(house, paper, None)? {
        let paper = house.papers(Some(&one.paper))?.remove(0);
        let revisions = pipeline::revisions_of_paper(house, paper)?;
        let report = shown.report(paper, (&one.findings, &one.algebra), &revisions, None, false, now);
        let mut out = std::io::stdout().lock();
        match format {
            ReportFormat::Md => out.write_all(report::markdown(&report).as_bytes())?,
            ReportFormat::Json => writeln!(out, "{}", report::json(&report))?,
            ReportFormat::Csv => out.write_all(&report::csv(&report)?)?,
        }
    }
    Ok(super::FINE)
}
