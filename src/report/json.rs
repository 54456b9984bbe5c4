//! The report as JSON: a stable shape with a schema version.

use super::Report;
use crate::reconcile::Finding;
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
        "sources": report.sources,
        "issues": report.issues,
    })
}

/// The findings of several papers in one list; each says which paper it belongs to.
pub fn findings_json(papers: &[(&str, &[Finding])]) -> Value {
    let all = papers.iter().flat_map(|(paper, findings)| findings.iter().map(|f| with_paper(paper, f)));
    json!({ "schema": SCHEMA, "findings": all.collect::<Vec<Value>>() })
}

fn with_paper(paper: &str, finding: &Finding) -> Value {
    let mut fields = Map::new();
    fields.insert("paper".to_string(), paper.into());
    if let Value::Object(rest) = json!(finding) {
        fields.extend(rest);
    }
    Value::Object(fields)
}
