//! The report as JSON: a stable shape with a schema version.

use super::Report;
use crate::reconcile::{Algebra, Finding};
use serde_json::{Map, Value, json};

/// The version of the shape; it changes when a field goes or changes its meaning.
const SCHEMA: u32 = 1;

/// Findings, totals and sources of one paper.
pub fn json(report: &Report<'_>) -> Value {
    json!({
        "schema": SCHEMA,
        "paper": report.paper.id,
        "as_of": report.as_of,
        "generated_at": report.generated_at,
        "version": report.version,
        "offline": report.offline,
        "totals": report.totals,
        "findings": report.findings,
        "relations": report.algebra.outcomes,
        "contradictions": contradictions(report.algebra),
        "conventions": report.algebra.conventions,
        "suspects": report.algebra.suspects,
        "revisions": report.revisions.iter().map(|one| &one.summary).collect::<Vec<_>>(),
        "sources": report.sources,
        "issues": report.issues,
    })
}

/// The verdicts on one paper, or on some of its claims.
#[derive(Debug, Clone, Copy)]
pub struct Verdicts<'a> {
    /// The paper's id.
    pub paper: &'a str,
    /// A finding a claim.
    pub findings: &'a [Finding],
    /// What the paper's figures say of each other.
    pub algebra: &'a Algebra,
}

/// The findings of several papers in one list; each says which paper it belongs to. Beside them, a paper each, the relations
/// between its figures, what contradicts, and the paper's habits.
pub fn findings_json(papers: &[Verdicts<'_>]) -> Value {
    let all = papers.iter().flat_map(|one| one.findings.iter().map(|finding| with_paper(one.paper, finding)));
    let algebra = |one: &Verdicts<'_>| {
        json!({
            "paper": one.paper,
            "relations": one.algebra.outcomes,
            "contradictions": contradictions(one.algebra),
            "conventions": one.algebra.conventions,
            "suspects": one.algebra.suspects,
        })
    };
    let papers: Vec<Value> = papers.iter().map(algebra).collect();
    json!({ "schema": SCHEMA, "findings": all.collect::<Vec<Value>>(), "papers": papers })
}

/// The names of the relations that fail.
fn contradictions(algebra: &Algebra) -> Vec<&str> {
    algebra.contradictions().map(|outcome| outcome.relation.as_str()).collect()
}

fn with_paper(paper: &str, finding: &Finding) -> Value {
    let mut fields = Map::new();
    fields.insert("paper".to_string(), paper.into());
    if let Value::Object(rest) = json!(finding) {
        fields.extend(rest);
    }
    Value::Object(fields)
}
