//! What of a paper bears on the verdicts of one claim, as texts that can be kept and compared.

use super::{Claim, Paper, Relation};
use std::collections::BTreeMap;

/// What bears on a claim's verdicts: columns of `claims.csv`, the cut-off in force, and relations by name. Empty ones are left out.
pub type Asked = BTreeMap<String, String>;

/// The field that holds the cut-off in force, whether the claim, a footnote or the paper states it.
pub const CUTOFF: &str = "cutoff";
/// The field that holds the declared series.
pub const SERIES: &str = "series";
/// Before the name of a relation that binds the claim.
pub const RELATION: &str = "relation ";

impl Paper {
    /// What bears on the verdicts of a claim. Where it stands and how it was restated does not.
    pub fn asked(&self, claim: &Claim) -> Asked {
        let text = |value: Option<String>| value.unwrap_or_default();
        let fields = [
            ("printed", claim.printed.clone()),
            ("value", text(claim.value.map(|v| v.to_string()))),
            ("decimals", claim.decimals.to_string()),
            ("ulp", text(claim.ulp.map(|u| u.normalize().to_string()))),
            ("unit", claim.unit.clone()),
            ("hedge", text(claim.hedge.map(|h| h.to_string()))),
            ("wording", claim.wording.clone()),
            ("entity", claim.entity.clone()),
            ("counterpart", claim.counterpart.clone()),
            ("flow", claim.flow.clone()),
            ("indicator", claim.indicator.clone()),
            ("period", claim.period.to_string()),
            ("measure", claim.measure.clone()),
            ("base", claim.base.clone()),
            (SERIES, text(claim.series.as_ref().map(ToString::to_string))),
            (CUTOFF, text(self.cutoff(claim).map(|day| day.to_string()))),
        ];
        let bound = self.relations.iter().filter(|relation| relation.claims().contains(&claim.id.as_str()));
        let bound = bound.map(|relation| (format!("{RELATION}{}", relation.id), stated(relation)));
        let fields = fields.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.to_string(), text));
        fields.chain(bound).collect()
    }
}

/// A relation in one line: `sum c3 = c1, c2` with its numbers.
fn stated(relation: &Relation) -> String {
    let of: Vec<String> = relation.of.iter().map(ToString::to_string).collect();
    let numbers: String = relation.with.iter().map(|(name, number)| format!(" {name} {}", number.normalize())).collect();
    let claim = relation.claim.as_ref().map(|claim| format!(" {claim} =")).unwrap_or_default();
    format!("{}{claim} {}{numbers}", relation.kind.as_str(), of.join(", "))
}

#[cfg(test)]
mod tests {
    use crate::paper::Paper;

    const HEAD: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                        series,period,measure,base,footnote,cutoff,note";

    fn paper(rows: &str, relation: &str) -> Paper {
        let toml = format!(
            "id = \"p\"\ntitle = \"T\"\naccepted = 2024-01-01\n[[footnote]]\nnumber = 1\naccessed = 2023-05-01\n{relation}"
        );
        Paper::parse(&toml, &format!("{HEAD}\n{rows}"), "paper.toml", "claims.csv").unwrap()
    }

    #[test]
    fn what_bears_on_a_verdict_and_what_does_not() {
        let relation = "[[relation]]\nkind = \"sum\"\nclaim = \"c1\"\nof = [\"c2\"]\nid = \"r\"\n";
        let rows = "c1,1,1,1,5,5,0,tonnes,,,,,,,,2020,level,,1,,\nc2,1,1,1,5,5,0,tonnes,,,,,,,,2020,level,,,,\n";
        let one = paper(rows, relation);
        let asked = one.asked(&one.claims[0]);
        assert_eq!((asked["cutoff"].as_str(), asked["relation r"].as_str()), ("2023-05-01", "sum c1 = c2"));
        assert!(!asked.contains_key("series"));
        assert_eq!(one.asked(&one.claims[1])["cutoff"], "2024-01-01");
        let moved = paper(&rows.replace("c1,1,1,1", "c1,2,3,4").replace("level,,1,,", "level,,1,,a remark"), relation);
        assert_eq!(moved.asked(&moved.claims[0]), asked);
        assert_ne!(moved.sha256, one.sha256);
    }
}
