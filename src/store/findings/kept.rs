//! A finding as its row keeps it.

use super::word;
use crate::paper::Asked;
use crate::reconcile::{Basis, Finding, Seen, Side, Verdict, VintageJudgement};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

/// The texts of a row. Two findings are the same if all of them are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Kept {
    pub status: String,
    pub grade: Option<String>,
    pub severity: String,
    pub sentence: String,
    pub observation: Option<i64>,
    vintage_result: Option<String>,
    reasons: String,
    lo: Option<String>,
    hi: Option<String>,
    distance_ulp: Option<String>,
    vintages: String,
    relations: String,
}

impl Kept {
    /// Columns of a row, in the order of [`Kept::read`].
    pub const COLUMNS: &str =
        "f.status, f.grade, f.severity, f.sentence, f.observation_id, f.vintage_result, f.reasons, f.lo, f.hi,
        f.distance_ulp, f.vintages, f.relations";
    /// How many they are.
    pub const WIDTH: usize = 12;

    /// One verdict of a finding.
    pub fn of(finding: &Finding, side: Side) -> Kept {
        let verdict: &Verdict = match side {
            Side::External => &finding.external,
            Side::Internal => &finding.internal,
        };
        let deciding = finding.evidence.filter(|_| side == Side::External).and_then(|at| verdict.vintages.get(at));
        let vintages: Vec<Value> = verdict.vintages.iter().map(with_row).collect();
        Kept {
            status: word(&verdict.status),
            grade: verdict.grade.as_ref().map(word),
            severity: verdict.severity.as_str().to_string(),
            sentence: verdict.sentence.clone(),
            observation: deciding.and_then(|vintage| vintage.observation),
            vintage_result: verdict.vintage_result.as_ref().map(word),
            reasons: json(&verdict.reasons),
            lo: verdict.lo.clone(),
            hi: verdict.hi.clone(),
            distance_ulp: verdict.distance_ulp.clone(),
            vintages: json(&vintages),
            relations: json(&verdict.relations),
        }
    }

    pub fn read(row: &Row<'_>) -> rusqlite::Result<Kept> {
        Ok(Kept {
            status: row.get(0)?,
            grade: row.get(1)?,
            severity: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            sentence: row.get(3)?,
            observation: row.get(4)?,
            vintage_result: row.get(5)?,
            reasons: row.get(6)?,
            lo: row.get(7)?,
            hi: row.get(8)?,
            distance_ulp: row.get(9)?,
            vintages: row.get(10)?,
            relations: row.get(11)?,
        })
    }

    pub fn insert(&self, db: &Connection, run: i64, claim: i64, side: Side) -> Result<(), StoreError> {
        db.prepare_cached(
            "INSERT INTO finding (reconciliation_id, claim_id, side, status, grade, severity, sentence, observation_id,
               vintage_result, reasons, lo, hi, distance_ulp, vintages, relations, stale)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, EXISTS (SELECT 1 FROM json_each(?10) WHERE value = 'stale'))",
        )?
        .execute(params![
            run,
            claim,
            side.as_str(),
            self.status,
            self.grade,
            self.severity,
            self.sentence,
            self.observation,
            self.vintage_result,
            self.reasons,
            self.lo,
            self.hi,
            self.distance_ulp,
            self.vintages,
            self.relations
        ])?;
        Ok(())
    }

    /// What the verdict rested on. Who read a vintage, and which file holds it, is asked of its row, which is never deleted.
    pub fn basis(&self, db: &Connection, asked: Option<&Asked>) -> Result<Basis, StoreError> {
        let mut seen = Vec::new();
        for vintage in list(&self.vintages) {
            seen.push(seen_of(db, &vintage)?);
        }
        let named = |outcome: &Value| outcome["claims"].as_array().cloned().unwrap_or_default();
        let bound = list(&self.relations).iter().flat_map(named).filter_map(|claim| claim.as_str().map(str::to_string)).collect();
        Ok(Basis { asked: asked.cloned(), seen, deciding: self.observation, bound })
    }
}

/// A vintage for machines, with the row that only this file knows.
fn with_row(vintage: &VintageJudgement) -> Value {
    let mut value = serde_json::to_value(vintage).unwrap_or_default();
    if let (Some(object), Some(row)) = (value.as_object_mut(), vintage.observation) {
        object.insert("observation".to_string(), row.into());
    }
    value
}

fn seen_of(db: &Connection, vintage: &Value) -> Result<Seen, StoreError> {
    let text = |name: &str| vintage[name].as_str().unwrap_or_default().to_string();
    let observation = vintage["observation"].as_i64();
    let mut query = db.prepare_cached("SELECT parser, evidence FROM observation WHERE id = ?1")?;
    let read: Option<(String, Option<String>)> =
        query.query_row([observation], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (parser, evidence) = read.unwrap_or_default();
    let document = Some(text("sha256")).filter(|digest| !digest.is_empty()).unwrap_or_else(|| text("url"));
    Ok(Seen {
        observation,
        source: text("source"),
        class: text("class"),
        known_from: text("known_from"),
        printed: text("printed"),
        status: text("status"),
        document,
        locator: text("locator"),
        parser,
        evidence,
    })
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_string())
}

fn list(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_default()
}
