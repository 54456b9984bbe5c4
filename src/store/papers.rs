//! Papers, claims, and the verdicts of every reconciliation.

use super::{Store, StoreError, instant};
use crate::paper::{Claim, Paper, Relation};
use crate::reconcile::{Algebra, Finding, Severity, Verdict, VerdictStatus};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::{BTreeMap, HashMap};

/// Statuses of one reconciliation by claim and side.
type Statuses = HashMap<(i64, String), String>;

/// A verdict that differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The claim.
    pub claim: String,
    /// `external` or `internal`.
    pub side: &'static str,
    /// The status before; `None`: the claim is new.
    pub before: Option<String>,
    /// The status now.
    pub after: String,
    /// How severe it is now.
    pub severity: Severity,
}

impl Store {
    /// Makes the store's copy of a paper equal to its folder. A claim that vanished is retired, not deleted.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sync_paper(&mut self, paper: &Paper, at: DateTime<Utc>) -> Result<(), StoreError> {
        let at = instant(at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        upsert_paper(&tx, paper, &at)?;
        let retire = "UPDATE claim SET retired_at = coalesce(retired_at, ?2) WHERE paper_id = ?1";
        tx.prepare_cached(retire)?.execute(params![paper.id, at])?;
        for claim in &paper.claims {
            upsert_claim(&tx, &paper.id, claim)?;
        }
        tx.prepare_cached("DELETE FROM relation WHERE paper_id = ?1")?.execute([&paper.id])?;
        for relation in &paper.relations {
            insert_relation(&tx, &paper.id, relation)?;
        }
        Ok(tx.commit()?)
    }

    /// Keeps the verdicts of one reconciliation and gives those that changed since the one before. The first
    /// reconciliation of a paper is the baseline: nothing counts as changed.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn save_findings(
        &mut self,
        paper: &str,
        as_of: Option<NaiveDate>,
        findings: &[Finding],
        algebra: &Algebra,
        at: DateTime<Utc>,
    ) -> Result<Vec<Change>, StoreError> {
        let at = instant(at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = statuses(&tx, paper)?;
        let run = begin(&tx, paper, as_of, &summary(findings, algebra), &at)?;
        let mut changes = Vec::new();
        for finding in findings {
            let id = claim_id(&tx, paper, &finding.claim)?;
            for (side, verdict) in [("external", &finding.external), ("internal", &finding.internal)] {
                let row = deciding(finding, side);
                insert_finding(&tx, run, id, side, verdict, row)?;
                let (old, new) = (before.as_ref().and_then(|b| b.get(&(id, side.to_string()))), word(&verdict.status));
                if before.is_some() && old != Some(&new) {
                    insert_event(&tx, run, id, side, old, verdict, row, &at)?;
                    let (claim, before) = (finding.claim.clone(), old.cloned());
                    changes.push(Change { claim, side, before, after: new, severity: verdict.severity });
                }
            }
        }
        tx.commit()?;
        Ok(changes)
    }
}

fn upsert_paper(db: &Connection, paper: &Paper, at: &str) -> Result<(), StoreError> {
    let footnotes: Vec<serde_json::Value> = paper
        .footnotes
        .iter()
        .map(|f| serde_json::json!({ "number": f.number, "title": f.title, "url": f.url, "source": f.source }))
        .collect();
    let references: Vec<serde_json::Value> = paper
        .references
        .iter()
        .map(|r| serde_json::json!({ "by": r.by, "title": r.title, "url": r.url, "published": r.published, "source": r.source }))
        .collect();
    let meta = serde_json::json!({ "journal": paper.journal, "footnotes": footnotes, "references": references }).to_string();
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string());
    db.prepare_cached(
        "INSERT INTO paper (id, title, authors, doi, received, accepted, published, meta, loaded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, authors = excluded.authors, doi = excluded.doi,
           received = excluded.received, accepted = excluded.accepted, published = excluded.published, meta = excluded.meta,
           loaded_at = excluded.loaded_at",
    )?
    .execute(params![
        paper.id,
        paper.title,
        paper.authors.join("; "),
        paper.doi,
        day(paper.received),
        day(paper.accepted),
        day(paper.online),
        meta,
        at
    ])?;
    Ok(())
}

fn upsert_claim(db: &Connection, paper: &str, claim: &Claim) -> Result<(), StoreError> {
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let series = claim.series.as_ref().map(ToString::to_string).unwrap_or_default();
    db.prepare_cached(
        "INSERT INTO claim (paper_id, claim, section, paragraph, sentence, printed, value, decimals, unit, hedge, wording, entity,
           counterpart, flow, indicator, series, period, measure, base, footnote, cutoff, restated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
         ON CONFLICT (paper_id, claim) DO UPDATE SET section = excluded.section, paragraph = excluded.paragraph,
           sentence = excluded.sentence, printed = excluded.printed, value = excluded.value, decimals = excluded.decimals,
           unit = excluded.unit, hedge = excluded.hedge, wording = excluded.wording, entity = excluded.entity,
           counterpart = excluded.counterpart, flow = excluded.flow, indicator = excluded.indicator, series = excluded.series,
           period = excluded.period, measure = excluded.measure, base = excluded.base, footnote = excluded.footnote,
           cutoff = excluded.cutoff, restated = excluded.restated, retired_at = NULL",
    )?
    .execute(params![
        paper,
        claim.id,
        claim.section,
        claim.paragraph,
        claim.sentence,
        claim.printed,
        claim.value.map(|v| v.to_string()),
        claim.decimals,
        claim.unit,
        claim.hedge.map(|h| h.to_string()).unwrap_or_default(),
        claim.wording,
        claim.entity,
        claim.counterpart,
        claim.flow,
        claim.indicator,
        series,
        claim.period.to_string(),
        claim.measure,
        claim.base,
        number(claim.footnote),
        claim.cutoff.map(|d| d.to_string()).unwrap_or_default(),
        claim.restated
    ])?;
    Ok(())
}

/// Statuses of the newest finished reconciliation of today's state: (claim, side) → status; `None`: there was none.
fn statuses(db: &Connection, paper: &str) -> Result<Option<Statuses>, StoreError> {
    let last: Option<i64> = db
        .prepare_cached("SELECT max(id) FROM reconciliation WHERE paper_id = ?1 AND finished_at IS NOT NULL AND as_of IS NULL")?
        .query_row([paper], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(last) = last else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT claim_id, side, status FROM finding WHERE reconciliation_id = ?1")?;
    let rows = query.query_map([last], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(Some(rows.collect::<Result<_, _>>()?))
}

/// Counts of verdicts by side and status, of relations, and the paper's habits.
fn summary(findings: &[Finding], algebra: &Algebra) -> String {
    let mut counts: [BTreeMap<String, usize>; 2] = Default::default();
    for finding in findings {
        for (count, verdict) in counts.iter_mut().zip([&finding.external, &finding.internal]) {
            *count.entry(word(&verdict.status)).or_default() += 1;
        }
    }
    let [external, internal] = counts;
    let contradictions = algebra.contradictions().count();
    let (relations, conventions) = (algebra.outcomes.len(), &algebra.conventions);
    serde_json::json!({
        "external": external, "internal": internal, "relations": relations, "contradictions": contradictions,
        "conventions": conventions,
    })
    .to_string()
}

fn begin(db: &Connection, paper: &str, as_of: Option<NaiveDate>, summary: &str, at: &str) -> Result<i64, StoreError> {
    db.prepare_cached(
        "INSERT INTO reconciliation (paper_id, as_of, started_at, finished_at, program, summary) VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
    )?
    .execute(params![paper, as_of.map(|d| d.to_string()), at, env!("CARGO_PKG_VERSION"), summary])?;
    Ok(db.last_insert_rowid())
}

/// Relations are wholly the folder's: nothing else in the store points to them.
fn insert_relation(db: &Connection, paper: &str, relation: &Relation) -> Result<(), StoreError> {
    let of: Vec<String> = relation.of.iter().map(ToString::to_string).collect();
    let numbers: BTreeMap<&String, String> = relation.with.iter().map(|(name, number)| (name, number.to_string())).collect();
    db.prepare_cached(
        "INSERT INTO relation (paper_id, relation, kind, claims, parameters, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        paper,
        relation.id,
        relation.kind.as_str(),
        serde_json::json!({ "claim": relation.claim, "of": of }).to_string(),
        serde_json::json!(numbers).to_string(),
        relation.note
    ])?;
    Ok(())
}

fn claim_id(db: &Connection, paper: &str, claim: &str) -> Result<i64, StoreError> {
    let sql = "SELECT id FROM claim WHERE paper_id = ?1 AND claim = ?2";
    Ok(db.prepare_cached(sql)?.query_row([paper, claim], |row| row.get(0))?)
}

/// The observation that decided an external verdict.
fn deciding(finding: &Finding, side: &str) -> Option<i64> {
    let at = finding.evidence.filter(|_| side == "external")?;
    finding.external.vintages.get(at)?.observation
}

fn insert_finding(db: &Connection, run: i64, claim: i64, side: &str, v: &Verdict, row: Option<i64>) -> Result<(), StoreError> {
    let json = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_string());
    db.prepare_cached(
        "INSERT INTO finding (reconciliation_id, claim_id, side, status, grade, vintage_result, severity, reasons, lo, hi,
           distance_ulp, sentence, observation_id, vintages, relations)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        run,
        claim,
        side,
        word(&v.status),
        v.grade.as_ref().map(word),
        v.vintage_result.as_ref().map(word),
        word(&v.severity),
        json(serde_json::to_string(&v.reasons)),
        v.lo,
        v.hi,
        v.distance_ulp,
        v.sentence,
        row,
        json(serde_json::to_string(&v.vintages)),
        json(serde_json::to_string(&v.relations))
    ])?;
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "the columns of one row")]
fn insert_event(
    db: &Connection,
    run: i64,
    claim: i64,
    side: &str,
    before: Option<&String>,
    verdict: &Verdict,
    row: Option<i64>,
    at: &str,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO finding_event (reconciliation_id, claim_id, side, before, after, observation_id, message, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![run, claim, side, before, word(&verdict.status), row, verdict.sentence, at])?;
    Ok(())
}

/// The word that a value of a closed list serialises as.
fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}

impl Change {
    /// Whether it is a deviation that was none before.
    pub fn is_new_deviation(&self) -> bool {
        let bad = [VerdictStatus::Deviates, VerdictStatus::Inconsistent].map(|status| word(&status));
        bad.contains(&self.after) && self.before.as_ref().is_none_or(|before| !bad.contains(before))
    }
}
