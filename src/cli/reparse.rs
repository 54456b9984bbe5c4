//! `reparse`: what documents of the archive say otherwise, read again, and writing it.

use super::accept::{drift_json, drift_line, short};
use super::{FAILED, FINE, Global, WrongUse, deviation_code, put, say};
use crate::pipeline::{self, House, Reread, Second, Which};
use crate::report::plural;
use crate::store::{Figure, FigureChange, Kind, NotRead, Reparsed, Revision, Unread};
use anyhow::Result;
use chrono::Utc;
use serde_json::{Value, json};
use std::fmt::Write;

/// So many changes of a kind, issues and guards of a document are shown; `--json` has more.
const SHOWN: usize = 12;

/// Shows what would change; nothing is written.
///
/// # Errors
/// A document or source that nobody knows, or the store failing.
pub(super) fn show(house: &mut House, global: &Global, which: &Which) -> Result<u8> {
    known(house, which)?;
    let reread = say::busy(global, "reading again", || pipeline::reparse(house, which, None, Utc::now))?;
    match global.json {
        true => println!("{}", machine(&reread, json!({ "schema": 1 }))),
        false => put(&told(&reread, global.quiet, false)),
    }
    Ok(code(&reread))
}

/// Writes what changed, and holds the papers against it.
///
/// # Errors
/// As [`show`].
pub(super) fn accept(house: &mut House, global: &Global, which: &Which, note: &str) -> Result<u8> {
    known(house, which)?;
    let reread = say::busy(global, "reading again", || pipeline::reparse(house, which, Some(note), Utc::now))?;
    let judged = pipeline::reconcile_papers(house, None, Utc::now())?;
    if !global.json {
        put(&told(&reread, global.quiet, true));
    }
    let summary = pipeline::Summary::default();
    let told = say::ended_with(house, &summary, &judged, global, Utc::now(), |around| machine(&reread, around))?;
    Ok(code(&reread) | told | deviation_code(&judged))
}

fn known(house: &House, which: &Which) -> Result<()> {
    match &which.document {
        Some(prefix) if !pipeline::is_there(house, prefix)? => {
            anyhow::bail!(WrongUse(format!("no document of the archive is called {prefix:?}; `sverka status --json` names them")))
        }
        _ => Ok(()),
    }
}

/// A document that can be read no more, or something that a person must see to.
fn code(reread: &Reread) -> u8 {
    let waits = |second: &Second| matches!(second, Second::Taken(taken) if !taken.is_success());
    let person = reread.is_held() || reread.refused.iter().any(|(_, second)| waits(second));
    if reread.failed() > 0 || person { FAILED } else { FINE }
}

fn told(reread: &Reread, quiet: bool, accepting: bool) -> String {
    let mut text = String::new();
    for (source, reparsed) in &reread.sources {
        for revision in reparsed.documents.iter().filter(|one| one.failed.is_some() || !one.is_same() && !quiet) {
            document(&mut text, revision);
        }
        if reparsed.names > 0 && !quiet {
            let _ =
                writeln!(text, "{source}: {}", plural(reparsed.names, "code is called otherwise", "codes are called otherwise"));
        }
        if reparsed.held {
            let _ = writeln!(text, "{source}: nothing was written, because guards fail; `--note TEXT` says why that is right");
        }
    }
    for (one, second) in reread.refused.iter().filter(|(_, second)| !matches!(second, Second::Refused(_))) {
        if !quiet {
            again(&mut text, one, second);
        }
    }
    if !quiet {
        totals(&mut text, reread);
        if !accepting {
            unwritten(&mut text, reread);
        }
    }
    text
}

fn document(text: &mut String, revision: &Revision) {
    let (source, bytes) = (&revision.source, short(&revision.sha256));
    let _ = write!(text, "{source} {bytes} of {} ({}): ", revision.as_of, revision.document);
    if let Some(NotRead { code, message, .. }) = &revision.failed {
        let _ = writeln!(text, "cannot be read now, and stays as it was: {code}: {message}");
        return;
    }
    let _ = writeln!(text, "{}", revision.told());
    if let Some(((before, was), (after, is))) = &revision.dated {
        let _ = writeln!(text, "  known from {before} ({}) → {after} ({})", was.as_str(), is.as_str());
    }
    for kind in Kind::ALL {
        let changes: Vec<&FigureChange> = revision.changes.iter().filter(|change| change.kind == kind).collect();
        first(text, &changes, revision.count(kind), |text, change| figure(text, change));
    }
    let lists = [("covers", &revision.covers), ("issue gone", &revision.issues_gone), ("issue new", &revision.issues_new)];
    for (what, list) in lists {
        first(text, list, list.len(), |text, line| _ = writeln!(text, "  {what}: {line}"));
    }
    first(text, &revision.guards, revision.guards.len(), drift_line);
}

/// The first of a list, and how many more there are.
fn first<T>(text: &mut String, list: &[T], all: usize, mut say: impl FnMut(&mut String, &T)) {
    list.iter().take(SHOWN).for_each(|one| say(text, one));
    if all > SHOWN {
        let _ = writeln!(text, "  … {} more", all - SHOWN);
    }
}

/// One figure, as a diff.
fn figure(text: &mut String, change: &FigureChange) {
    let says = |figure: &Option<Figure>| figure.as_ref().map_or("nothing".to_string(), |f| f.text.clone());
    let place = |figure: &Option<Figure>| figure.as_ref().map(|f| f.locator.clone()).filter(|at| !at.is_empty());
    let at = place(&change.new).or_else(|| place(&change.old)).map(|at| format!(" at {at}")).unwrap_or_default();
    let name = format!("{} {}", change.series, change.period);
    let (old, new) = (says(&change.old), says(&change.new));
    let _ = match (change.kind, &change.was) {
        (Kind::Added, _) if change.old.is_none() => writeln!(text, "  + {name}: {new}{at}"),
        (Kind::Lost, _) if change.new.is_none() => writeln!(text, "  - {name}: {old}{at}"),
        (Kind::Added, _) => writeln!(text, "  + {name}: {old} → {new}{at}"),
        (Kind::Lost, _) => writeln!(text, "  - {name}: {old} → {new}{at}"),
        (Kind::Changed, _) => writeln!(text, "  ~ {name}: {old} → {new}{at}"),
        (Kind::Reassigned, Some((series, period))) => writeln!(text, "  > {series} {period} → {name}: {new}{at}"),
        (Kind::Reassigned, None) => writeln!(text, "  > {name}: {new}{at}"),
        (Kind::Noted, _) => {
            let (old, new) = (part(change.what, &change.old), part(change.what, &change.new));
            writeln!(text, "    {name}: {new_text}, {}: {old} → {new}", change.what, new_text = says(&change.new))
        }
    };
}

/// What differs in a figure that says the same.
fn part(what: &str, figure: &Option<Figure>) -> String {
    let Some(figure) = figure else { return String::new() };
    match what {
        "unit" => figure.unit.clone(),
        "notes" => figure.notes.clone(),
        "printed" => format!("{:?}", figure.printed),
        "place" => figure.locator.clone(),
        _ => figure.text.clone(),
    }
}

/// A document that gave no figures, and does or would.
fn again(text: &mut String, one: &Unread, second: &Second) {
    let (document, bytes) = (&one.document, short(&one.document.sha256));
    let _ = write!(text, "{} {bytes} of {} ({}), {} before: ", document.source, document.as_of, document.document, one.outcome);
    match second {
        Second::Refused(not) => _ = writeln!(text, "{}: {}", not.code, not.message),
        Second::Readable(gist) => {
            let lines = if gist.lines > 0 { format!(", {}", plural(gist.lines, "line", "lines")) } else { String::new() };
            let (figures, series) = (plural(gist.figures, "figure", "figures"), gist.series);
            let _ =
                writeln!(text, "would be read: {figures} of {series} series{lines}; {}", plural(gist.issues, "issue", "issues"));
            first(text, &gist.drift, gist.drift.len(), drift_line);
        }
        Second::Taken(taken) => {
            let _ = writeln!(
                text,
                "{}{}",
                taken.outcome,
                if taken.message.is_empty() { String::new() } else { format!(": {}", taken.message) }
            );
            first(text, &taken.drift, taken.drift.len(), drift_line);
        }
    }
}

fn totals(text: &mut String, reread: &Reread) {
    let documents = || reread.sources.iter().flat_map(|(_, reparsed)| &reparsed.documents);
    let (failed, same) = (reread.failed(), documents().filter(|one| one.failed.is_none() && one.is_same()).count());
    let changed = documents().count() - failed - same;
    let _ =
        write!(text, "{} read again: {same} the same, {changed} otherwise", plural(documents().count(), "document", "documents"));
    if failed > 0 {
        let _ = write!(text, ", {failed} cannot be read now");
    }
    let sums = Kind::ALL.map(|kind| (documents().map(|one| one.count(kind)).sum::<usize>(), kind.as_str()));
    let sums: Vec<String> = sums.iter().filter(|(sum, _)| *sum > 0).map(|(sum, word)| format!("{sum} {word}")).collect();
    let _ = writeln!(text, "{}", if sums.is_empty() { String::new() } else { format!("; figures: {}", sums.join(", ")) });
    let still = reread.refused.iter().filter(|(_, second)| matches!(second, Second::Refused(_))).count();
    if still > 0 {
        let _ = writeln!(text, "{} refused before and now", plural(still, "document", "documents"));
    }
    for (source, count, why) in &reread.passed {
        let _ = writeln!(text, "{source}: {} not read again: {why}", plural(*count, "document", "documents"));
    }
    let written = reread.sources.iter().filter(|(_, reparsed)| reparsed.written).count();
    if written > 0 {
        let _ = writeln!(text, "written: {}", plural(written, "source", "sources"));
    }
}

/// How to have written what was shown.
fn unwritten(text: &mut String, reread: &Reread) {
    let changed = reread.sources.iter().any(|(_, reparsed)| !reparsed.is_same());
    let readable = reread.refused.iter().any(|(_, second)| matches!(second, Second::Readable(_)));
    let mut documents = reread.sources.iter().flat_map(|(_, reparsed)| &reparsed.documents);
    let _ = match (changed, documents.any(|one| !one.guards.is_empty())) {
        (true, true) => writeln!(text, "nothing was written; guards fail, so that only `--accept --note TEXT` does it"),
        (false, _) if !readable => Ok(()),
        (_, false) | (false, _) => writeln!(text, "nothing was written; `--accept` does it"),
    };
}

/// For machines, with what stands around it.
fn machine(reread: &Reread, mut around: Value) -> Value {
    let one = |reparsed: &Reparsed| {
        let written = reparsed.written;
        reparsed.documents.iter().map(move |revision| document_json(revision, written)).collect::<Vec<_>>()
    };
    let documents: Vec<Value> = reread.sources.iter().flat_map(|(_, reparsed)| one(reparsed)).collect();
    let refused: Vec<Value> = reread.refused.iter().map(|(one, second)| refused_json(one, second)).collect();
    let passed =
        |(source, documents, why): &(String, usize, &str)| json!({ "source": source, "documents": documents, "reason": why });
    let held = reread.sources.iter().filter(|(_, reparsed)| reparsed.held).map(|(source, _)| source);
    let changes = documents.iter().any(|one| one["same"] == false && one["failed"].is_null())
        || reread.sources.iter().any(|(_, reparsed)| reparsed.names > 0)
        || reread.refused.iter().any(|(_, second)| !matches!(second, Second::Refused(_)));
    around["documents"] = documents.into();
    around["refused"] = refused.into();
    around["passed"] = reread.passed.iter().map(passed).collect();
    around["held"] = held.cloned().collect();
    around["changes"] = changes.into();
    around
}

fn document_json(one: &Revision, written: bool) -> Value {
    let counts: serde_json::Map<String, Value> =
        Kind::ALL.iter().map(|kind| (kind.as_str().to_string(), one.count(*kind).into())).collect();
    let day = |known: &(chrono::NaiveDate, crate::model::DateBasis)| json!({ "day": known.0, "basis": known.1 });
    let l = &one.lines;
    json!({
        "source": one.source, "sha256": one.sha256, "as_of": one.as_of, "document": one.document, "parser": one.parser,
        "failed": one.failed.as_ref().map(|not| json!({ "code": not.code, "message": not.message })),
        "same": one.is_same(), "written": written && !one.is_same(), "counts": counts,
        "figures": one.changes.iter().map(change_json).collect::<Vec<_>>(),
        "known_from": one.dated.as_ref().map(|(old, new)| json!({ "old": day(old), "new": day(new) })),
        "covers": one.covers,
        "issues_gone": one.issues_gone, "issues_new": one.issues_new,
        "lines": { "added": l.added, "changed": l.changed, "lost": l.lost, "fit_now": l.fit_now, "refused_now": l.refused_now },
        "guards": one.guards.iter().map(drift_json).collect::<Vec<_>>(),
    })
}

fn change_json(change: &FigureChange) -> Value {
    let figure = |figure: &Figure| {
        let notes: Value = serde_json::from_str(&figure.notes).unwrap_or_default();
        json!({ "value": figure.text, "unit": figure.unit, "printed": figure.printed, "notes": notes, "locator": figure.locator })
    };
    let was = change.was.as_ref().map(|(series, period)| json!({ "series": series, "period": period.to_string() }));
    json!({
        "kind": change.kind, "series": change.series, "period": change.period.to_string(), "was": was, "what": change.what,
        "old": change.old.as_ref().map(figure), "new": change.new.as_ref().map(figure),
    })
}

fn refused_json(one: &Unread, second: &Second) -> Value {
    let document = &one.document;
    let (outcome, message) = match second {
        Second::Refused(not) => (not.code.as_str(), not.message.clone()),
        Second::Readable(gist) => {
            ("readable", format!("{} figures of {} series, {} lines", gist.figures, gist.series, gist.lines))
        }
        Second::Taken(taken) => (taken.outcome.as_str(), taken.message.clone()),
    };
    let drift: &[_] = match second {
        Second::Refused(_) => &[],
        Second::Readable(gist) => &gist.drift,
        Second::Taken(taken) => &taken.drift,
    };
    json!({
        "source": document.source, "sha256": document.sha256, "as_of": document.as_of, "document": document.document,
        "before": one.outcome, "outcome": outcome, "message": message, "drift": drift.iter().map(drift_json).collect::<Vec<_>>(),
    })
}
