//! What a document says beside its figures, made to be what it says as read now: issues, coverage, layout, lines. What is
//! the same stays untouched.

use super::{Again, Lines, Revision};
use crate::model::{Coverage, Dictionary, Issue, RefusedLine};
use crate::store::apply::insert_coverage;
use crate::store::customs::{self, BAD_LINE, Line};
use crate::store::rows::stored_coverage;
use crate::store::snapshot::Held;
use crate::store::{StoreError, issues, layout};
use chrono::NaiveDate;
use rusqlite::{Connection, params};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Code, severity, locator, seen, wanted.
type Told = (String, String, String, String, String);

/// Names that dictionaries give to codes.
pub(super) type Names = BTreeMap<(Dictionary, String), String>;

/// A document's issues: those that it does not bring any more are closed.
pub(super) fn issues(
    db: &Connection,
    asked: &Again<'_>,
    held: &Held,
    new: &[Issue],
    revision: &mut Revision,
) -> Result<(), StoreError> {
    let mut open: HashMap<Told, Vec<i64>> = HashMap::new();
    let sql = "SELECT id, code, severity, locator, seen, wanted FROM issue
        WHERE snapshot_id = ?1 AND derived = 0 AND recorded_to IS NULL ORDER BY id DESC";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([held.at.id], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?))))?;
    for row in rows {
        let (id, told): (i64, Told) = row?;
        open.entry(told).or_default().push(id);
    }
    let mut fresh = Vec::new();
    for issue in new {
        let told =
            (issue.code.into(), issue.severity.as_str().into(), issue.locator.clone(), issue.seen.clone(), issue.wanted.clone());
        if open.get_mut(&told).and_then(Vec::pop).is_none() {
            revision.issues_new.push(issue.to_string());
            fresh.push(issue.clone());
        }
    }
    let mut gone: Vec<(i64, Told)> =
        open.into_iter().flat_map(|(told, ids)| ids.into_iter().map(move |id| (id, told.clone()))).collect();
    gone.sort();
    for (id, (code, _, locator, seen, wanted)) in gone {
        revision.issues_gone.push(format!("{code} at {locator}: seen {seen}, wanted {wanted}"));
        if asked.writes() {
            db.prepare_cached("UPDATE issue SET recorded_to = ?2 WHERE id = ?1")?.execute(params![id, asked.at()])?;
        }
    }
    if asked.writes() {
        issues::insert_all(db, asked.source, held.at.id, &fresh, &asked.at())?;
    }
    Ok(())
}

/// What the tables of a document cover.
pub(super) fn coverage(
    db: &Connection,
    asked: &Again<'_>,
    held: &Held,
    new: &[Coverage],
    revision: &mut Revision,
) -> Result<(), StoreError> {
    let mut stored = stored_coverage(db, held.at.id)?;
    let mut new = new.to_vec();
    stored.sort();
    new.sort();
    revision.covers = covers(&stored, &new);
    if asked.writes() && stored != new {
        db.prepare_cached("DELETE FROM coverage WHERE snapshot_id = ?1")?.execute([held.at.id])?;
        insert_coverage(db, held.at.id, &new)?;
    }
    Ok(())
}

/// Tables whose coverage is another one, each with both.
fn covers(stored: &[Coverage], new: &[Coverage]) -> Vec<String> {
    let said = |c: &Coverage| format!("{}/{} ({} figures)", c.start, c.end, c.figures);
    let mut sides: BTreeMap<(&str, &str), (String, String)> = BTreeMap::new();
    let both = || ["nothing"; 2].map(str::to_string).into();
    stored.iter().for_each(|c| sides.entry((&c.table, c.frequency.as_str())).or_insert_with(both).0 = said(c));
    new.iter().for_each(|c| sides.entry((&c.table, c.frequency.as_str())).or_insert_with(both).1 = said(c));
    let differing = sides.into_iter().filter(|(_, (old, new))| old != new);
    differing.map(|((table, frequency), (old, new))| format!("{table}, frequency {frequency}: {old} → {new}")).collect()
}

/// Where rows and columns of a document stand; nobody is told.
pub(super) fn layout(db: &Connection, held: &Held, new: &[crate::model::Place]) -> Result<(), StoreError> {
    if layout::stands(db, held.at.id, new)? {
        return Ok(());
    }
    db.prepare_cached("DELETE FROM layout WHERE snapshot_id = ?1")?.execute([held.at.id])?;
    layout::insert(db, held.at.id, new)
}

/// The row of a document that says otherwise now.
pub(super) fn snapshot(db: &Connection, asked: &Again<'_>, held: &Held, known: (NaiveDate, &str)) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE snapshot SET parser = ?2, known_from = ?3, known_from_basis = ?4 WHERE id = ?1")?
        .execute(params![held.at.id, asked.parser, known.0.to_string(), known.1])?;
    customs::settle_document(db, held.at.id)
}

/// Lines that are kept as they are: by their numbers in the document. Where one is another, all are written anew.
pub(super) fn lines(
    db: &Connection,
    asked: &Again<'_>,
    held: &Held,
    new: &crate::model::Lines,
    revision: &mut Revision,
) -> Result<(), StoreError> {
    let stored = customs::stored_lines(db, held.at.id)?;
    if !(stored.is_empty() && new.customs.is_empty()) {
        // names that are new have rows in no case but that of writing
        let mut read =
            if asked.writes() { customs::typed(db, &new.customs)? } else { customs::typed_as_known(db, &new.customs)? };
        read.sort_by_key(|line| line.line);
        revision.lines = compare(&stored, &read);
        if asked.writes() && stored != read {
            customs::rewrite(db, (held, asked.parser), &read, &new.scope, &asked.at())?;
        }
    }
    if asked.writes() {
        customs::restate(db, held.at.id, &new.entries)?;
    }
    refused(db, asked, held, &new.refused, &mut revision.lines)
}

/// Walks both lists by their numbers.
fn compare(stored: &[Line], read: &[Line]) -> Lines {
    let mut counts = Lines::default();
    let (mut old, mut new) = (stored.iter().peekable(), read.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return counts,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.line.cmp(&b.line),
        };
        let before = if order.is_le() { old.next() } else { None };
        let now = if order.is_ge() { new.next() } else { None };
        match (before, now) {
            (Some(a), Some(b)) => counts.changed += usize::from(a != b),
            (Some(_), None) => counts.lost += 1,
            _ => counts.added += 1,
        }
    }
}

/// Lines that fit nowhere: what fits now leaves the quarantine.
fn refused(db: &Connection, asked: &Again<'_>, held: &Held, new: &[RefusedLine], counts: &mut Lines) -> Result<(), StoreError> {
    let sql = "SELECT id, locator, message, raw FROM quarantine
        WHERE source_id = ?1 AND sha256 = ?2 AND rule = ?3 AND released_at IS NULL";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params![asked.source, held.at.sha256, BAD_LINE], |row| {
        Ok((row.get::<_, i64>(0)?, (row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?)))
    })?;
    let stored: Vec<_> = rows.collect::<Result<_, _>>()?;
    let key = |line: &RefusedLine| (line.locator.clone(), line.reason.clone(), line.raw.clone());
    let now: HashSet<_> = new.iter().map(key).collect();
    let before: HashSet<_> = stored.iter().map(|(_, key)| key).collect();
    for (id, _) in stored.iter().filter(|(_, key)| !now.contains(key)) {
        counts.fit_now += 1;
        if asked.writes() {
            db.prepare_cached("UPDATE quarantine SET released_at = ?2 WHERE id = ?1")?.execute(params![id, asked.at()])?;
        }
    }
    for line in new.iter().filter(|line| !before.contains(&key(line))) {
        counts.refused_now += 1;
        if asked.writes() {
            customs::refuse(db, (asked.source, &held.at.sha256), None, line, &asked.at())?;
        }
    }
    Ok(())
}

/// What dictionaries call codes: gives how many names are other ones. No name takes none away.
pub(super) fn names(db: &Connection, asked: &Again<'_>, names: &Names) -> Result<usize, StoreError> {
    let mut changed = 0;
    for ((dictionary, code), name) in names {
        let table = customs::table(*dictionary);
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE code = ?1 AND (name = ?2 OR ?2 = ''))");
        if db.prepare_cached(&sql)?.query_row(params![code, name], |row| row.get::<_, bool>(0))? {
            continue;
        }
        changed += 1;
        if asked.writes() {
            let entry = crate::model::Entry { dictionary: *dictionary, line: 0, code: code.clone(), name: name.clone() };
            customs::name(db, &entry, true)?;
        }
    }
    Ok(changed)
}
