//! What a document says beside its figures, made to be what it says as read now: issues, coverage, layout, lines. What is
//! the same stays untouched.

use super::{Again, Lines, Revision};
use crate::model::{Coverage, Dictionary, Issue, Named, RefusedLine};
use crate::store::apply::insert_coverage;
use crate::store::customs::{self, BAD_LINE, Cells, Known};
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
    db.prepare_cached("DELETE FROM layout WHERE snapshot_id = ?1")?.execute([held.at.id])?;
    layout::insert(db, held.at.id, new)
}

/// The row of a document that says otherwise now.
pub(super) fn snapshot(db: &Connection, asked: &Again<'_>, held: &Held, known: (NaiveDate, &str)) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE snapshot SET parser = ?2, known_from = ?3, known_from_basis = ?4 WHERE id = ?1")?
        .execute(params![held.at.id, asked.parser, known.0.to_string(), known.1])?;
    Ok(())
}

/// Lines that are kept as they are: by their numbers in the document.
pub(super) fn lines(
    db: &Connection,
    asked: &Again<'_>,
    held: &Held,
    new: &crate::model::Lines,
    revision: &mut Revision,
) -> Result<(), StoreError> {
    let stored = stored_lines(db, held.at.id)?;
    if !(stored.is_empty() && new.customs.is_empty()) {
        let mut known = Known::new();
        let mut id_of = |dictionary, named: &Named| match asked.writes() {
            true => customs::id_of(db, dictionary, named, &mut known),
            // no row has this number: a code that is new differs from every stored one
            false => Ok(customs::find(db, dictionary, &named.code)?.unwrap_or(-1)),
        };
        let mut read = new.customs.iter().map(|line| Ok((line.line, customs::cells(line, &mut id_of)?)));
        let mut read = read.by_ref().collect::<Result<Vec<(u32, Cells)>, StoreError>>()?;
        read.sort_by_key(|(line, _)| *line);
        revision.lines = merge(stored, read, |change| match change {
            _ if !asked.writes() => Ok(()),
            Change::Added(line, cells) => customs::insert_line(db, held.at.id, line, &cells),
            Change::Lost(id) => {
                db.prepare_cached("DELETE FROM customs_row WHERE id = ?1")?.execute([id])?;
                Ok(())
            }
        })?;
    }
    refused(db, asked, held, &new.refused, &mut revision.lines)
}

/// Row, line, cells of every line of a document, in the order of lines.
fn stored_lines(db: &Connection, snapshot: i64) -> Result<Vec<(i64, u32, Cells)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id, line, flow, period, reporter_id, partner_id, code_id, unit_id, region_id, district_id, value_milli, weight_milli,
           quantity_milli
         FROM customs_row WHERE snapshot_id = ?1 ORDER BY line, id",
    )?;
    let rows = query.query_map([snapshot], |row| {
        let mut cells: Cells = [None; 11];
        for (at, cell) in cells.iter_mut().enumerate() {
            *cell = row.get(at + 2)?;
        }
        Ok((row.get(0)?, row.get(1)?, cells))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A line to write or to take away.
enum Change {
    Added(u32, Cells),
    Lost(i64),
}

/// Walks both lists by their numbers.
fn merge(
    stored: Vec<(i64, u32, Cells)>,
    read: Vec<(u32, Cells)>,
    mut make: impl FnMut(Change) -> Result<(), StoreError>,
) -> Result<Lines, StoreError> {
    let mut counts = Lines::default();
    let (mut old, mut new) = (stored.into_iter().peekable(), read.into_iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok(counts),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((_, a, _)), Some((b, _))) => a.cmp(b),
        };
        let before = if order.is_le() { old.next() } else { None };
        let now = if order.is_ge() { new.next() } else { None };
        match (before, now) {
            (Some((_, _, a)), Some((_, b))) if a == b => {}
            (before, now) => {
                let count = match (&before, &now) {
                    (Some(_), Some(_)) => &mut counts.changed,
                    (Some(_), None) => &mut counts.lost,
                    _ => &mut counts.added,
                };
                *count += 1;
                before.map_or(Ok(()), |(id, ..)| make(Change::Lost(id)))?;
                now.map_or(Ok(()), |(line, cells)| make(Change::Added(line, cells)))?;
            }
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
