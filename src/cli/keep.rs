//! `backup`, `restore`, `verify`, `rebuild`, `prune`: what keeps the data, and says that it did.

use super::{FAILED, FINE, Global, PruneArgs, put, say};
use crate::daemon::Lock;
use crate::pipeline::{self, House, Places};
use crate::report::plural;
use crate::store::{Fault, Pruned, Pruning, Store};
use anyhow::Result;
use chrono::{DateTime, Days, Utc};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// Copies everything.
///
/// # Errors
/// As [`pipeline::backup`]; another backup into the same folder.
pub(super) fn backup(places: &Places, global: &Global, to: &Path) -> Result<u8> {
    let done = with_lock(|hold| say::busy(global, "copying", || pipeline::backup(&places.data, to, hold, Utc::now())))?;
    let told = match done.documents {
        Some(documents) => format!(
            "{}: the database ({} bytes) and {} ({} bytes), {} of them new; opened, read through and found whole\n",
            done.to.display(),
            done.database_bytes,
            plural(documents, "document", "documents"),
            done.document_bytes,
            done.new_documents
        ),
        None => format!(
            "{}: the database alone ({} bytes), without documents; opened and found whole\n",
            done.to.display(),
            done.database_bytes
        ),
    };
    let machine = json!({
        "schema": 1, "to": done.to, "database_bytes": done.database_bytes, "documents": done.documents,
        "new_documents": done.new_documents, "document_bytes": done.document_bytes, "dump_sha256": done.dump_sha256,
    });
    tell(global, &machine, &told);
    Ok(FINE)
}

/// Puts a backup in place.
///
/// # Errors
/// As [`pipeline::restore`]; another instance that holds the data.
pub(super) fn restore(places: &Places, global: &Global, from: &Path, force: bool) -> Result<u8> {
    let done = with_lock(|hold| pipeline::restore(from, &places.data, force, hold, Utc::now()))?;
    let made = done.made_at.as_deref().map(|at| format!(" of {at}")).unwrap_or_default();
    let mut told = format!(
        "{}: the backup{made} with {}; its database says what it said\n",
        places.data.display(),
        plural(done.documents, "document", "documents")
    );
    if let Some(aside) = &done.moved_to {
        let _ = writeln!(told, "what was there is in {}", aside.display());
    }
    let machine = json!({
        "schema": 1, "data": places.data, "made_at": done.made_at, "documents": done.documents, "dump_sha256": done.dump_sha256,
        "moved_to": done.moved_to,
    });
    tell(global, &machine, &told);
    Ok(FINE)
}

/// Holds everything against what it was made of.
///
/// # Errors
/// As [`pipeline::verify`].
pub(super) fn verify(places: &Places, global: &Global, quick: bool) -> Result<u8> {
    let checked = say::busy(global, "verifying", || pipeline::verify(places, quick, Utc::now))?;
    let mut told = String::new();
    faults(&mut told, &checked.faults);
    if !global.quiet {
        checked.remarks.iter().for_each(|remark| _ = writeln!(told, "({remark})"));
        let again = match checked.read_again {
            Some(documents) => format!("; {} read again", plural(documents, "document", "documents")),
            None => "; figures were not recomputed".to_string(),
        };
        let (found, figures) = (plural(checked.faults.len(), "fault", "faults"), checked.figures);
        let documents = plural(checked.documents, "document", "documents");
        let _ = writeln!(told, "{found}: {documents} with their bytes ({}), {figures} figures{again}", checked.bytes);
    }
    let machine = json!({
        "schema": 1, "faults": checked.faults, "remarks": checked.remarks, "documents": checked.documents, "bytes": checked.bytes,
        "read_again": checked.read_again, "figures": checked.figures,
    });
    match global.json {
        true => println!("{machine}"),
        false => put(&told),
    }
    Ok(if checked.faults.is_empty() { FINE } else { FAILED })
}

/// Makes the database anew, and judges the papers by it.
///
/// # Errors
/// As [`pipeline::rebuild`].
pub(super) fn rebuild(places: &Places, global: &Global, into: &Path) -> Result<u8> {
    let rebuilt = with_lock(|hold| {
        let (mut house, rebuilt) =
            say::busy(global, "reading every document", || pipeline::rebuild(places, into, hold, Utc::now))?;
        pipeline::reconcile_papers(&mut house, None, Utc::now())?;
        Ok(rebuilt)
    })?;
    let mut told = String::new();
    faults(&mut told, &rebuilt.faults);
    rebuilt.differing.iter().for_each(|line| _ = writeln!(told, "{line}"));
    let says = if rebuilt.is_identical() { "says exactly what the old one does" } else { "does not say what the old one does" };
    let documents = plural(rebuilt.documents, "document", "documents");
    let _ = writeln!(told, "{}: made from {documents}; the new database {says}", into.display());
    let machine = json!({
        "schema": 1, "into": into, "documents": rebuilt.documents, "identical": rebuilt.is_identical(), "faults": rebuilt.faults,
        "differing": rebuilt.differing, "dumps": { "old": rebuilt.dumps.0, "new": rebuilt.dumps.1 },
    });
    tell(global, &machine, &told);
    Ok(if rebuilt.is_identical() { FINE } else { FAILED })
}

/// Deletes what was asked for.
///
/// # Errors
/// The store failing.
pub(super) fn prune(house: &mut House, global: &Global, args: &PruneArgs) -> Result<u8> {
    let pruned = house.store.prune(asked(args, Utc::now()), false)?;
    pruned_told(global, args, &pruned, "deleted");
    Ok(FINE)
}

/// Counts what would go, in a copy: whoever writes goes on.
///
/// # Errors
/// The store failing.
pub(super) fn prune_dry(house: &House, global: &Global, args: &PruneArgs) -> Result<u8> {
    let room = tempfile::tempdir()?;
    let copy = room.path().join("sverka.db");
    house.store.copy_for_trial(&copy)?;
    let pruned = Store::open(&copy)?.prune(asked(args, Utc::now()), true)?;
    pruned_told(global, args, &pruned, "would be deleted");
    Ok(FINE)
}

fn asked(args: &PruneArgs, now: DateTime<Utc>) -> Pruning {
    // so long ago that nothing is older
    let before = |days: u32| now.checked_sub_days(Days::new(days.into())).unwrap_or(DateTime::UNIX_EPOCH);
    Pruning { attempts: args.attempts.map(before), verdicts: args.verdicts.map(before), messages: args.messages.map(before) }
}

fn pruned_told(global: &Global, args: &PruneArgs, pruned: &Pruned, what: &str) {
    let counts = [
        plural(pruned.attempts, "try", "tries"),
        plural(pruned.reconciliations, "reconciliation", "reconciliations"),
        plural(pruned.findings, "finding of them", "findings of them"),
        plural(pruned.messages, "message", "messages"),
    ];
    let told = match asked(args, Utc::now()) == Pruning::default() {
        true => "nothing was asked for, and everything is kept: --attempts, --verdicts, --messages DAYS\n".to_string(),
        false => format!("{}: {what}\n", counts.join(", ")),
    };
    tell(global, &json!({ "schema": 1, "dry_run": args.dry_run, "pruned": pruned }), &told);
}

/// Runs with a way to take the lock of a folder, which is held until the end.
fn with_lock<T>(run: impl FnOnce(pipeline::Hold<'_>) -> Result<T>) -> Result<T> {
    let mut held = None;
    run(&mut |folder| {
        held = Some(Lock::acquire(folder)?);
        Ok(())
    })
}

fn faults(told: &mut String, faults: &[Fault]) {
    faults.iter().for_each(|fault| _ = writeln!(told, "{fault}"));
}

fn tell(global: &Global, machine: &Value, told: &str) {
    match (global.json, global.quiet) {
        (true, _) => println!("{machine}"),
        (false, true) => {}
        (false, false) => put(told),
    }
}
