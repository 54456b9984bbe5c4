//! The papers that are shipped: every relation with what came of it, so that no change of a rule goes unseen.

use super::*;

const PAPERS: [(&str, &str, &str); 2] = [
    ("an-2023", include_str!("../../../../papers/an-2023/paper.toml"), include_str!("../../../../papers/an-2023/claims.csv")),
    ("bne-2021", include_str!("../../../../papers/bne-2021/paper.toml"), include_str!("../../../../papers/bne-2021/claims.csv")),
];

fn shipped(at: usize) -> Paper {
    let (_, toml, csv) = PAPERS[at];
    Paper::parse(toml, csv, "paper.toml", "claims.csv").unwrap_or_else(|m| panic!("{}", m.join("\n")))
}

#[test]
fn every_relation_of_the_shipped_papers() {
    for (at, (id, ..)) in PAPERS.iter().enumerate() {
        let paper = shipped(at);
        assert_eq!(mistakes(&paper), []);
        let algebra = solve(&paper);
        let line = |o: &Outcome| {
            let grade = o.grade.map(word).unwrap_or_default();
            let carries = if o.fails() { format!(" [{}]", o.carries.join(" ")) } else { String::new() };
            format!("{} {} {grade} {}{carries}", o.relation, word(o.status), o.reasons.join(" "))
        };
        let lines: Vec<String> = algebra.outcomes.iter().map(line).collect();
        let habits = format!("{:?}", algebra.conventions);
        let suspects: Vec<String> = algebra.suspects.iter().map(|s| format!("{}: {}", s.claim, s.relations.join(" "))).collect();
        insta::assert_snapshot!(*id, [lines, vec![habits], suspects].concat().join("\n"));
    }
}

#[test]
fn figures_that_agree_stay_clean() {
    let paper = shipped(0);
    let algebra = solve(&paper);
    for id in [
        "s1.2-045", "s2.1-005", "s2.1-007", "s2.1-017", "s2.1-019", "s2.1-022", "s2.1-024", "s2.1-033", "s2.1-036", "s2.1-044",
        "s2.1-048", "s2.1-057", "s2.1-074", "s2.1-081", "s2.2-012", "s3.2-003", "s3.4-006", "s4.2-016",
    ] {
        let claim = paper.claims.iter().find(|claim| claim.id == id).unwrap();
        let verdict = verdict(&paper, claim, &algebra);
        assert!(
            matches!(verdict.status, VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote),
            "{id}: {}",
            verdict.sentence
        );
    }
}
