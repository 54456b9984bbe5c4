//! All verdicts on a paper in one reconciliation, and how two such states differ.

use super::kept::Kept;
use crate::paper::{Asked, SERIES};
use crate::reconcile::{Changed, Explained, Inputs, Seen, Side, explain, fields};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A claim and one of its verdicts.
pub(in crate::store) type Key = (String, Side);

/// The figure that decided a verdict.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Decided {
    /// The cell as displayed, or its status where it has no value.
    pub figure: String,
    /// The source's id.
    pub source: String,
    /// From when it was known.
    pub known_from: String,
}

/// The verdicts of one reconciliation with what they were made from.
#[derive(Debug, Default)]
pub(in crate::store) struct State {
    pub inputs: Inputs,
    /// The highest row of figures then.
    pub mark: i64,
    pub kept: BTreeMap<Key, Kept>,
    /// The figures that decided, where they were loaded.
    pub decided: BTreeMap<Key, Decided>,
    pub asked: BTreeMap<String, Asked>,
}

impl State {
    /// The state that a stored reconciliation left.
    pub fn load(db: &Connection, paper: &str, run: i64) -> Result<State, StoreError> {
        State::read(db, &then(), paper, run)
    }

    /// The same of the newest one, whatever came before it: what a run costs does not grow with history.
    pub fn load_last(db: &Connection, paper: &str, run: i64) -> Result<State, StoreError> {
        State::read(db, &now(), paper, run)
    }

    fn read(db: &Connection, sql: &str, paper: &str, run: i64) -> Result<State, StoreError> {
        let (inputs, mark) = inputs(db, run)?;
        let mut state = State { inputs, mark, ..State::default() };
        let mut query = db.prepare_cached(sql)?;
        let mut rows = query.query((paper, run))?;
        while let Some(row) = rows.next()? {
            state.take(row)?;
        }
        state.asked = asked(db, paper, run)?;
        // what a claim meant that is gone is history
        let State { asked, kept, .. } = &mut state;
        asked.retain(|claim, _| Side::ALL.iter().any(|side| kept.contains_key(&(claim.clone(), *side))));
        Ok(state)
    }

    fn take(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        let side: String = row.get(Kept::WIDTH + 1)?;
        let side = super::super::word("finding.side", &side, |text| Side::ALL.into_iter().find(|side| side.as_str() == text))?;
        let key: Key = (row.get(Kept::WIDTH)?, side);
        let figure: Option<String> = row.get(Kept::WIDTH + 2)?;
        if let Some(figure) = figure {
            let decided = Decided { figure, source: row.get(Kept::WIDTH + 3)?, known_from: row.get(Kept::WIDTH + 4)? };
            self.decided.insert(key.clone(), decided);
        }
        self.kept.insert(key, Kept::read(row)?);
        Ok(())
    }

    /// Claims whose folder says something else of them, each with the fields. What was not recorded before is no change.
    pub fn claims_changed(&self, after: &State) -> BTreeMap<String, Vec<String>> {
        let changed = |(claim, now): (&String, &Asked)| Some((claim.clone(), fields(self.asked.get(claim)?, now)));
        after.asked.iter().filter_map(changed).filter(|(_, fields)| !fields.is_empty()).collect()
    }

    /// Verdicts for which one state has a row and the other has none, or another one.
    pub fn differing<'a>(&'a self, after: &'a State) -> BTreeSet<&'a Key> {
        let keys = self.kept.keys().chain(after.kept.keys());
        keys.filter(|key| self.kept.get(*key) != after.kept.get(*key)).collect()
    }

    /// Why one verdict is another one now; `None` if the claim is gone.
    pub fn explain(
        &self,
        db: &Connection,
        after: &State,
        key: &Key,
        others: &BTreeMap<String, Vec<String>>,
    ) -> Result<Option<Explained>, StoreError> {
        let (claim, side) = key;
        let Some(now) = after.kept.get(key) else { return Ok(None) };
        let asked = after.asked.get(claim);
        let basis = now.basis(db, asked)?;
        let before = self.kept.get(key).map(|kept| kept.basis(db, self.asked.get(claim))).transpose()?;
        let came = match asked.and_then(|asked| asked.get(SERIES)).filter(|_| basis.seen.is_empty() && self.inputs.are_recorded())
        {
            Some(series) => came(db, series, (self.mark, after.mark))?,
            None => None,
        };
        let inputs = (&self.inputs, &after.inputs);
        let changed = Changed { side: *side, before: before.as_ref(), after: &basis, inputs, others, came: came.as_ref() };
        Ok(Some(explain(&changed)))
    }
}

/// Findings of ?1 that stood in the reconciliation ?2.
fn then() -> String {
    format!("{} WHERE c.paper_id = ?1 AND f.reconciliation_id <= ?2 AND (f.until_id IS NULL OR f.until_id > ?2)", select(""))
}

/// Findings of ?1 that stand.
fn now() -> String {
    format!("{} WHERE c.paper_id = ?1 AND f.until_id IS NULL AND f.reconciliation_id <= ?2", select("INDEXED BY finding_open"))
}

fn select(index: &str) -> String {
    format!(
        "SELECT {}, c.claim, f.side, CASE WHEN o.value IS NULL THEN o.status ELSE o.printed END, o.source_id, o.known_from
         FROM claim AS c JOIN finding AS f {index} ON f.claim_id = c.id LEFT JOIN observation AS o ON o.id = f.observation_id",
        Kept::COLUMNS
    )
}

fn inputs(db: &Connection, run: i64) -> Result<(Inputs, i64), StoreError> {
    let sql = "SELECT paper_sha256, evidence_sha256, sources_sha256, program, parser, observation_mark
         FROM reconciliation WHERE id = ?1";
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row([run], |row| Ok((read_inputs(row, 0)?, row.get(5)?)))?)
}

/// Five columns from a place on.
pub(in crate::store) fn read_inputs(row: &Row<'_>, at: usize) -> rusqlite::Result<Inputs> {
    Ok(Inputs {
        paper: row.get(at)?,
        evidence: row.get(at + 1)?,
        sources: row.get(at + 2)?,
        program: row.get(at + 3)?,
        parser: row.get(at + 4)?,
    })
}

/// What claims of ?1 meant in the reconciliation ?2.
const ASKED: &str = "SELECT c.claim, v.fields FROM claim AS c JOIN claim_version AS v ON v.claim_id = c.id
       AND v.reconciliation_id = (SELECT max(n.reconciliation_id) FROM claim_version AS n
         WHERE n.claim_id = c.id AND n.reconciliation_id <= ?2)
     WHERE c.paper_id = ?1";

/// What every claim meant in a reconciliation: of its versions up to then the newest.
fn asked(db: &Connection, paper: &str, run: i64) -> Result<BTreeMap<String, Asked>, StoreError> {
    let mut query = db.prepare_cached(ASKED)?;
    let rows = query.query_map((paper, run), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut all = BTreeMap::new();
    for row in rows {
        let (claim, fields) = row?;
        let wanted = "a JSON object of texts";
        let read = serde_json::from_str(&fields);
        all.insert(claim, read.map_err(|_| StoreError::Corrupt { column: "claim_version.fields", wanted, found: fields })?);
    }
    Ok(all)
}

/// The newest figure that came to a series between two marks.
fn came(db: &Connection, series: &str, (from, to): (i64, i64)) -> Result<Option<Seen>, StoreError> {
    let sql =
        "SELECT o.id, o.source_id, o.class, o.known_from, o.printed, o.status, coalesce(n.sha256, n.url), o.locator, o.parser,
           o.evidence
         FROM series AS s JOIN observation AS o ON o.series_id = s.id JOIN snapshot AS n ON n.id = o.snapshot_id
         WHERE s.code = ?1 AND o.id > ?2 AND o.id <= ?3 ORDER BY o.id DESC LIMIT 1";
    let read = |row: &Row<'_>| {
        Ok(Seen {
            observation: row.get(0)?,
            source: row.get(1)?,
            class: row.get(2)?,
            known_from: row.get(3)?,
            printed: row.get(4)?,
            status: row.get(5)?,
            document: row.get(6)?,
            locator: row.get(7)?,
            parser: row.get(8)?,
            evidence: row.get(9)?,
        })
    };
    Ok(db.prepare_cached(sql)?.query_row((series, from, to), read).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// S13: what a run reads of history is found by index, and only what stands.
    #[test]
    fn a_run_looks_up_what_stands() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("p.db")).unwrap();
        for (sql, wanted) in [(now(), "finding_open (claim_id=?)"), (ASKED.to_string(), "(claim_id=? AND reconciliation_id=?)")] {
            let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let rows = query.query_map([1, 1], |row| row.get::<_, String>(3)).unwrap();
            let plan = rows.map(Result::unwrap).collect::<Vec<_>>().join("\n");
            assert!(!plan.contains("SCAN") && plan.contains(wanted), "{sql}\n{plan}");
        }
    }
}
