//! What a claim states of seasons, prices, classifier, base year and coverage, against the variant of the declared series.

use super::{Mismatch, differs};
use crate::model::{Identity, VariantPart};
use crate::paper::Claim;

/// A series that says nothing of its seasons has them, and so has a claim.
const UNADJUSTED: &str = "nsa";
/// Beginning of the words by which a catalogue says in prose that seasons were thought of.
const SEASON: &str = "season";

/// The first part that both state and that differs. Of seasons silence says something too; of all else it is left to the series.
pub(super) fn mismatch(claim: &Claim, identity: &Identity<'_>) -> Option<Mismatch> {
    let variant = identity.variant.unwrap_or_default();
    let ours: Vec<&str> = claim.variant.iter().map(String::as_str).chain([claim.base.as_str()]).collect();
    let theirs: Vec<&str> = variant.split('.').collect();
    VariantPart::ALL.into_iter().find_map(|part| {
        let word = |words: &[&str]| words.iter().copied().find(|word| VariantPart::of(word) == Some(part)).map(str::to_string);
        let (ours, theirs) = match part {
            VariantPart::Adjustment => (adjustment(claim, word(&ours)), word(&theirs).or_else(|| Some(UNADJUSTED.to_string()))),
            _ => (word(&ours), word(&theirs)),
        };
        let (ours, theirs) = ours.zip(theirs)?;
        differs(&ours, &theirs).then(|| Mismatch::new(code(part), part.as_str(), &ours, &theirs))
    })
}

/// What the claim says of seasons: its word, nothing where its prose speaks of them, else that they are left in.
fn adjustment(claim: &Claim, word: Option<String>) -> Option<String> {
    let prose = [&claim.indicator, &claim.wording, &claim.restated, &claim.note];
    let spoken = prose.into_iter().any(|text| text.to_lowercase().contains(SEASON));
    word.or_else(|| (!spoken).then(|| UNADJUSTED.to_string()))
}

/// The reason code of a part.
fn code(part: VariantPart) -> &'static str {
    match part {
        VariantPart::Adjustment => "adjustment",
        VariantPart::Prices => "prices",
        VariantPart::Classifier => "classifier",
        VariantPart::Coverage => "coverage",
        VariantPart::BaseYear | VariantPart::Methodology | VariantPart::Currency => "definition",
    }
}
