mod bundle;
mod formats;
mod formulas;
mod revised;
pub(crate) mod sample;

use super::words;
use std::collections::BTreeSet;

/// Section 8 of the rules of reconciliation: what a verdict may say.
const CODES: &str = "exact rounds index_form hedge_ok vintage_unknown tie compatible revised_base times_as_increase \
    precision_assumed truncation_habit at_cutoff other_vintage sign_flip value last_digit truncated sign power_of_ten \
    leading_digit_lost digit_swap percent_vs_pp malformed_number wrong_period wrong_base_period wrong_row wrong_series \
    wrong_source_named wrong_currency anachronism sum share growth multiple implied_total duplicate_conflict part_of_mean wording \
    cumulative plausible_month increment exchange_rate definition coverage prices mirror_difference classifier adjustment no_source \
    unreachable withheld withdrawn coarse ambiguous no_series unmapped disabled run_failed no_relation stale touching tolerance";

#[test]
fn every_code_has_words_once() {
    let missing: Vec<&str> = CODES.split_whitespace().filter(|code| !words::has_words(code)).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
    let names: BTreeSet<&str> = words::REASONS.iter().map(|(code, _)| *code).collect();
    assert_eq!(names.len(), words::REASONS.len(), "a code stands twice");
    assert!(words::REASONS.iter().all(|(_, said)| said.len() > 10 && !said.ends_with('.')));
    assert_eq!(words::reason("some_new_code"), "some new code");
}

#[test]
fn statuses_differ_in_icon_word_and_colour() {
    let of = |pick: fn(words::StatusWords) -> &'static str| {
        words::STATUSES.into_iter().map(|s| pick(words::status(s))).collect::<BTreeSet<_>>().len()
    };
    assert_eq!([of(|w| w.code), of(|w| w.icon), of(|w| w.word), of(|w| w.class), of(|w| w.explanation)], [9; 5]);
    for status in words::STATUSES {
        assert_eq!(serde_json::json!(status), words::status(status).code);
    }
    for grade in words::GRADES {
        assert_eq!(serde_json::json!(grade), words::grade(grade).0);
    }
}

#[test]
fn every_code_of_a_finding_has_words() {
    let sample = sample::Sample::new();
    for finding in &sample.findings {
        for verdict in [&finding.external, &finding.internal] {
            let codes = verdict.reasons.iter().copied().chain(verdict.suggestions.iter().map(|s| s.code));
            codes.for_each(|code| assert!(words::has_words(code), "{}: {code}", finding.claim));
        }
    }
}
