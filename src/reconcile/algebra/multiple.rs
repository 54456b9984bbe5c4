//! "N times", "N-fold", "doubled": as a ratio or as an increase, by the words and the paper's habit (section 4).

use super::computed::{Fit, fit, target};
use super::convention::{Conventions, Reading};
use super::outcome::Outcome;
use super::say;
use super::sheet::{NoValue, Sheet, Value, apply, exponent};
use crate::paper::{Claim, Function, Relation};
use crate::reconcile::interval::{Figure, power_of_ten};
use crate::reconcile::verdict::VerdictStatus;
use num_traits::Zero;

/// What the words of a multiple admit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// What they say.
    pub primary: Reading,
    /// What they may also mean, with a note.
    pub other: Option<Reading>,
    /// They speak of a fall: earlier over later.
    pub fall: bool,
}

/// Words that are a ratio and nothing else.
const RATIOS: [&str; 8] = ["twice", "half", "halved", "halving", "раз", "раза", "as much", "as many"];
/// Beginnings of words that are a ratio and nothing else.
const RATIO_STEMS: [&str; 4] = ["doubl", "tripl", "quadrupl", "reach"];
/// Words of an increase.
const INCREASES: [&str; 5] = ["by n times", "by times", "increase of", "n times more", "n times high"];
/// Beginnings of words that speak of a fall.
const FALLS: [&str; 10] = ["fell", "fall", "decreas", "declin", "drop", "lower", "less", "fewer", "smaller", "reduc"];

/// The table of section 4. English usage is disputed, so most wordings admit both readings.
pub(super) fn words(claim: &Claim) -> Words {
    let said = normal(&format!("{} {}", claim.wording, claim.printed));
    let padded = format!(" {said} ");
    let whole = |word: &str| padded.contains(&format!(" {word} "));
    let begins = |stem: &str| padded.contains(&format!(" {stem}"));
    let fall = FALLS.iter().any(|stem| begins(stem));
    let (primary, other) = if RATIOS.iter().any(|word| whole(word)) || RATIO_STEMS.iter().any(|stem| begins(stem)) {
        (Reading::Ratio, None)
    } else if INCREASES.iter().any(|words| said.contains(words)) && !fall {
        (Reading::Increase, Some(Reading::Ratio))
    } else {
        (Reading::Ratio, Some(Reading::Increase))
    };
    Words { primary, other, fall }
}

/// Lower case, words with single blanks between them, every number `n`.
fn normal(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '.' && c != ',').filter(|word| !word.is_empty());
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    words.map(|word| if number(word) { "n" } else { word }).collect::<Vec<_>>().join(" ")
}

/// Evaluates a multiple.
pub fn evaluate(relation: &Relation, sheet: &Sheet<'_>, conventions: &Conventions) -> Result<Outcome, NoValue> {
    let (claim, printed) = target(relation, sheet)?;
    let judged = judge(claim, &printed, ratio(relation, claim, sheet)?, sheet, conventions);
    let arithmetic = say::both_readings(sheet, relation, &judged.ratio, &increase(&judged.ratio), words(claim).fall);
    let sentence = say::times(claim, &printed, &judged, conventions, &arithmetic);
    Ok(Outcome::new(relation, judged.fit.status, judged.fit.reasons.clone(), sentence)
        .computed(&judged.value(), Some(&printed), exponent(claim))
        .graded(judged.fit.grade)
        .by(arithmetic))
}

/// Later over earlier; of a fall, earlier over later.
pub(super) fn ratio(relation: &Relation, claim: &Claim, sheet: &Sheet<'_>) -> Result<Value, NoValue> {
    let mut given = sheet.values(&relation.of)?;
    if words(claim).fall {
        given.reverse();
    }
    apply(Function::Multiple, &given).ok_or_else(|| NoValue::NoRatio(say::term(sheet, relation)))
}

/// The ratio less one.
pub(super) fn increase(ratio: &Value) -> Value {
    // one is exact, but the digits of a quotient have no step
    Value { step: None, ..ratio.minus(&Value::exactly(power_of_ten(0))) }
}

/// A multiple with the reading that decides.
pub(super) struct Judged {
    /// The reading the verdict rests on.
    pub reading: Reading,
    /// How it agrees.
    pub fit: Fit,
    /// Later over earlier.
    pub ratio: Value,
}

impl Judged {
    /// The value in the reading that decides.
    pub(super) fn value(&self) -> Value {
        value_of(self.reading, &self.ratio)
    }
}

/// The value of a ratio in a reading.
pub(super) fn value_of(reading: Reading, ratio: &Value) -> Value {
    match reading {
        Reading::Ratio => ratio.clone(),
        Reading::Increase => increase(ratio),
    }
}

/// The primary reading counts if it is TIE or better, else the better of the two with a note.
fn judge(claim: &Claim, printed: &Figure, ratio: Value, sheet: &Sheet<'_>, conventions: &Conventions) -> Judged {
    let words = words(claim);
    let read = |reading| fit("multiple", claim, printed, &value_of(reading, &ratio), sheet, conventions);
    let agrees = |fit: &Fit| matches!(fit.rank().0, 0 | 1);
    let first = read(words.primary);
    if first.rank().0 == 0 || first.reasons.contains(&"tie") {
        let against = words.other.is_some() && conventions.times.is_some_and(|habit| habit != words.primary);
        let first = if against { departing(first) } else { first };
        return Judged { reading: words.primary, fit: first, ratio };
    }
    let turned = if words.primary == Reading::Ratio { Reading::Increase } else { Reading::Ratio };
    let second = read(turned);
    if words.other.is_none() {
        let fit = if !agrees(&first) && agrees(&second) && !printed.value.is_zero() {
            Fit { reasons: vec!["multiple", "wording"], meant: None, ..first }
        } else {
            first
        };
        return Judged { reading: words.primary, fit, ratio };
    }
    if second.rank() >= first.rank() {
        return Judged { reading: words.primary, fit: first, ratio };
    }
    let fit = match second.status {
        VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote => {
            let mut reasons = second.reasons.clone();
            reasons.insert(0, "times_as_increase");
            Fit { status: VerdictStatus::ConfirmedWithNote, reasons, ..second }
        }
        _ => second,
    };
    Judged { reading: turned, fit, ratio }
}

/// A figure that agrees, but not in the sense that the paper's other multiples have.
fn departing(fit: Fit) -> Fit {
    let reasons = fit.reasons.iter().copied().chain(["wording"]).collect();
    Fit { status: VerdictStatus::ConfirmedWithNote, reasons, ..fit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_multiples() {
        use Reading::{Increase, Ratio};
        let cases = [
            ("increased N-fold", "9-fold", Ratio, Some(Increase), false),
            ("increased by N times", "32.8 times", Increase, Some(Ratio), false),
            ("", "increased by 6.8 times", Increase, Some(Ratio), false),
            ("by times", "6.8", Increase, Some(Ratio), false),
            ("increase of N times", "two times", Increase, Some(Ratio), false),
            ("doubling of the total", "doubling", Ratio, None, false),
            ("", "3 times as much", Ratio, None, false),
            ("в N раз", "2,3 раза", Ratio, None, false),
            ("on behalf of", "3 times", Ratio, Some(Increase), false),
            ("fell N times", "2.5 times", Ratio, Some(Increase), true),
            ("", "2.5-fold decrease", Ratio, Some(Increase), true),
            ("halved", "half", Ratio, None, false),
        ];
        for (wording, printed, primary, other, fall) in cases {
            let csv = format!(
                "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,series,\
                 period,measure,base,footnote,cutoff\nc,1,1,1,9,9,0,times,,{wording},,,,,,2020,multiple,,,2021-01-01\n"
            );
            let mut paper = crate::paper::Paper::parse("id = 'p'\ntitle = 't'\n", &csv, "p", "c").unwrap();
            paper.claims[0].printed = printed.to_string();
            assert_eq!(words(&paper.claims[0]), Words { primary, other, fall }, "{wording} {printed}");
        }
    }
}
