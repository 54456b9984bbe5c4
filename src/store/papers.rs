//! The store's copy of the papers: claims and relations as their folders say.

use super::sync::upsert;
use super::{Store, StoreError, instant};
use crate::paper::{Claim, Paper, Relation};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::types::Null;
use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Store {
    /// Makes the store's copy of a paper equal to its folder. A claim that vanished is retired, not deleted.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sync_paper(&mut self, paper: &Paper, at: DateTime<Utc>) -> Result<(), StoreError> {
        let at = instant(at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        upsert_paper(&tx, paper, &at)?;
        let claims: Vec<&String> = paper.claims.iter().map(|claim| &claim.id).collect();
        let retire = "UPDATE claim SET retired_at = ?2
             WHERE paper_id = ?1 AND retired_at IS NULL AND claim NOT IN (SELECT value FROM json_each(?3))";
        tx.prepare_cached(retire)?.execute(params![paper.id, at, json!(claims).to_string()])?;
        for claim in &paper.claims {
            upsert_claim(&tx, &paper.id, claim)?;
        }
        let relations: Vec<&String> = paper.relations.iter().map(|relation| &relation.id).collect();
        let gone = "DELETE FROM relation WHERE paper_id = ?1 AND relation NOT IN (SELECT value FROM json_each(?2))";
        tx.prepare_cached(gone)?.execute([&paper.id, &json!(relations).to_string()])?;
        for relation in &paper.relations {
            upsert_relation(&tx, &paper.id, relation)?;
        }
        Ok(tx.commit()?)
    }
}

fn upsert_paper(db: &Connection, paper: &Paper, at: &str) -> Result<(), StoreError> {
    let footnotes: Vec<Value> = paper
        .footnotes
        .iter()
        .map(|f| json!({ "number": f.number, "title": f.title, "url": f.url, "source": f.source }))
        .collect();
    let references: Vec<Value> = paper
        .references
        .iter()
        .map(|r| json!({ "by": r.by, "title": r.title, "url": r.url, "published": r.published, "source": r.source }))
        .collect();
    let meta = json!({ "journal": paper.journal, "footnotes": footnotes, "references": references }).to_string();
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string());
    db.prepare_cached(
        "INSERT INTO paper (id, title, authors, doi, received, accepted, published, meta, sha256, loaded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, authors = excluded.authors, doi = excluded.doi,
           received = excluded.received, accepted = excluded.accepted, published = excluded.published, meta = excluded.meta,
           sha256 = excluded.sha256, loaded_at = excluded.loaded_at
         WHERE (title, authors, doi, received, accepted, published, meta, sha256) IS NOT
           (excluded.title, excluded.authors, excluded.doi, excluded.received, excluded.accepted, excluded.published,
            excluded.meta, excluded.sha256)",
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
        paper.sha256,
        at
    ])?;
    Ok(())
}

/// What a row of `claim` says of its figure.
const CLAIMED: &str = "section, paragraph, sentence, printed, value, decimals, unit, hedge, wording, entity, counterpart, flow,
    indicator, series, period, measure, base, footnote, cutoff, restated, retired_at";

fn upsert_claim(db: &Connection, paper: &str, claim: &Claim) -> Result<(), StoreError> {
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let series = claim.series.as_ref().map(ToString::to_string).unwrap_or_default();
    db.prepare_cached(&upsert("claim", "paper_id, claim", CLAIMED))?.execute(params![
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
        claim.restated,
        // one that came back is retired no more
        Null
    ])?;
    Ok(())
}

/// Relations are wholly the folder's: nothing else in the store points to them.
fn upsert_relation(db: &Connection, paper: &str, relation: &Relation) -> Result<(), StoreError> {
    let of: Vec<String> = relation.of.iter().map(ToString::to_string).collect();
    let numbers: BTreeMap<&String, String> = relation.with.iter().map(|(name, number)| (name, number.to_string())).collect();
    let sql = upsert("relation", "paper_id, relation", "kind, claims, parameters, reason");
    db.prepare_cached(&sql)?.execute(params![
        paper,
        relation.id,
        relation.kind.as_str(),
        json!({ "claim": relation.claim, "of": of }).to_string(),
        json!(numbers).to_string(),
        relation.note
    ])?;
    Ok(())
}
