//! The words of the algebra: terms with the printed numbers, and one plain sentence an outcome.

mod assumed;

pub(super) use assumed::*;

use super::computed::Fit;
use super::convention::{Conventions, Reading};
use super::multiple::Judged;
use super::outcome::power;
use super::sheet::{self, NoValue, Sheet, Value};
use super::total::Pair;
use crate::paper::{Claim, Function, Operand, Relation, RelationKind};
use crate::reconcile::interval::{Figure, Interval, brief, power_of_ten, text};
use crate::reconcile::verdict::VerdictStatus;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::collections::BTreeMap;

/// Significant digits of computed numbers in sentences.
const DIGITS: u32 = 5;
/// A computed interval of more units of the claim's last digit than this proves little (section 3).
const WEAK: i64 = 2;

/// A value of base units in a unit of that power of ten.
pub(super) fn in_unit(value: &BigRational, exponent: i64) -> BigRational {
    value * power_of_ten(-exponent)
}

/// A number with a real minus sign, to five significant digits.
fn number(value: &BigRational, exponent: i64) -> String {
    brief(&in_unit(value, exponent), DIGITS).replace('-', "−")
}

/// A number with all its digits.
fn exactly(value: &BigRational, exponent: i64) -> String {
    text(&in_unit(value, exponent)).replace('-', "−")
}

/// A computed value with its interval: `161.84 (161.39 to 162.3)`.
pub(super) fn value(value: &Value, exponent: i64) -> String {
    to_digits(value, exponent, DIGITS)
}

fn to_digits(value: &Value, exponent: i64, digits: u32) -> String {
    let number = |value: &BigRational| brief(&in_unit(value, exponent), digits).replace('-', "−");
    if value.range.lo == value.range.hi {
        return number(&value.point);
    }
    format!("{} ({} to {})", number(&value.point), number(&value.range.lo), number(&value.range.hi))
}

fn range(range: &Interval, exponent: i64) -> String {
    format!("{} to {}", number(&range.lo, exponent), number(&range.hi, exponent))
}

/// The figure as printed, signed, with its unit.
pub(super) fn printed(claim: &Claim) -> String {
    let figure = claim.value.map_or_else(|| format!("{:?}", claim.printed), |v| v.to_string().replace('-', "−"));
    with_unit(&figure, &claim.unit)
}

fn with_unit(figure: &str, unit: &str) -> String {
    match unit {
        "percent" => format!("{figure} %"),
        "pieces" => figure.to_string(),
        unit => format!("{figure} {unit}"),
    }
}

/// A term with the printed numbers; with units where they differ.
struct Terms<'s, 'a> {
    sheet: &'s Sheet<'a>,
    units: bool,
}

impl Terms<'_, '_> {
    fn text(&self, term: &Operand) -> String {
        match term {
            Operand::Claim(id) => self.sheet.claim(id).map_or_else(|| id.clone(), |claim| self.figure(claim)),
            Operand::Times(times, term) => format!("{times} × {}", self.inner(term)),
            Operand::Call(function, terms) => self.call(*function, terms),
        }
    }

    /// The printed number, or what a token that is none is read as.
    fn figure(&self, claim: &Claim) -> String {
        let number = self.sheet.number(claim).map_or_else(|| claim.printed.clone(), |v| v.to_string().replace('-', "−"));
        if self.units { with_unit(&number, &claim.unit) } else { number }
    }

    fn inner(&self, term: &Operand) -> String {
        match term {
            Operand::Call(..) => format!("({})", self.text(term)),
            _ => self.text(term),
        }
    }

    fn call(&self, function: Function, terms: &[Operand]) -> String {
        let at = |i: usize| terms.get(i).map(|term| self.inner(term)).unwrap_or_default();
        match function {
            Function::Growth => format!("({} / {} − 1) × 100", at(1), at(0)),
            Function::Difference => format!("{} − {}", at(1), at(0)),
            Function::Multiple => format!("{} / {}", at(1), at(0)),
            Function::Share => format!("{} / {} × 100", at(0), at(1)),
            Function::Sum => terms.iter().map(|term| self.inner(term)).collect::<Vec<_>>().join(" + "),
            Function::Chain => {
                let factors: Vec<String> = terms.iter().map(|term| self.factor(term)).collect();
                format!("({} − 1) × 100", factors.join(" × "))
            }
            Function::ImpliedBase => format!("{} / {}", at(0), terms.get(1).map(|term| self.factor(term)).unwrap_or_default()),
            Function::ImpliedTotal => format!("{} / {}", at(0), terms.get(1).map(|term| self.percent(term)).unwrap_or_default()),
        }
    }

    /// A change in percent as a factor: (1 − 6.6 %).
    fn factor(&self, term: &Operand) -> String {
        let change = self.percent(term);
        match change.strip_prefix('−') {
            Some(fall) => format!("(1 − {fall})"),
            None => format!("(1 + {change})"),
        }
    }

    fn percent(&self, term: &Operand) -> String {
        match self.sheet.claim_of(term) {
            Some(claim) => printed(claim),
            None => format!("{} %", self.inner(term)),
        }
    }
}

fn terms<'s, 'a>(sheet: &'s Sheet<'a>, of: &[Operand]) -> Terms<'s, 'a> {
    let mut units: Vec<&str> =
        of.iter().flat_map(Operand::claims).filter_map(|id| Some(sheet.claim(id)?.unit.as_str())).collect();
    units.retain(|unit| *unit != "percent");
    units.dedup();
    Terms { sheet, units: units.len() > 1 }
}

/// A relation's formula with the printed numbers.
pub(super) fn term(sheet: &Sheet<'_>, relation: &Relation) -> String {
    use RelationKind::*;
    let terms = terms(sheet, &relation.of);
    let function = match relation.kind {
        Growth => Function::Growth,
        Difference => Function::Difference,
        Multiple => Function::Multiple,
        Share => Function::Share,
        Chain => Function::Chain,
        ImpliedBase => Function::ImpliedBase,
        ImpliedTotal => Function::ImpliedTotal,
        ShareOfParts => {
            let part = relation.of.first().map(|term| terms.inner(term)).unwrap_or_default();
            return format!("{part} / ({}) × 100", terms.call(Function::Sum, &relation.of));
        }
        Index => return format!("{} − 100", terms.call(Function::Sum, &relation.of)),
        _ => Function::Sum,
    };
    terms.call(function, &relation.of)
}

/// The computation of a figure that follows from others.
pub(super) fn arithmetic(sheet: &Sheet<'_>, relation: &Relation, computed: &Value, claim: &Claim) -> String {
    // a sum of 102.529 must not read 102.53: as many digits as the claim prints, at least
    let whole = in_unit(&computed.point, sheet::exponent(claim)).trunc().abs().to_integer().to_string().len();
    let wanted = u32::try_from(whole).unwrap_or(DIGITS) + claim.decimals;
    let result = to_digits(computed, sheet::exponent(claim), DIGITS.max(wanted));
    format!("{} = {}", term(sheet, relation), with_unit(&result, &claim.unit))
}

/// A multiple's computation in both readings; of a fall, earlier over later.
pub(super) fn both_readings(sheet: &Sheet<'_>, relation: &Relation, ratio: &Value, increase: &Value, fall: bool) -> String {
    let mut of = relation.of.clone();
    if fall {
        of.reverse();
    }
    let quotient = terms(sheet, &of).call(Function::Multiple, &of);
    format!("{quotient}: a ratio of {}, an increase of {}", value(ratio, 0), value(increase, 0))
}

/// A term that has no value.
pub(super) fn no_value(sheet: &Sheet<'_>, why: &NoValue) -> String {
    match why {
        NoValue::Unreadable(id) => {
            let token = sheet.claim(id).map(|claim| claim.printed.as_str()).unwrap_or_default();
            format!("{id} ({token:?}) gives no number to compute with.")
        }
        NoValue::NoRatio(what) => {
            format!("{what} cannot be computed: what it starts from or divides by may be zero or below, or the signs are mixed.")
        }
    }
}

/// A figure against what it should follow from.
pub(super) fn follows(claim: &Claim, figure: &Figure, computed: &Value, fit: &Fit, arithmetic: &str) -> String {
    format!("{arithmetic}; the paper prints {}, {}.{}", hedged(claim), judgement(fit, claim), weak(figure, computed, fit.status))
}

fn hedged(claim: &Claim) -> String {
    let hedge = claim.hedge.map(|hedge| format!("{} ", hedge.to_string().replace('-', " "))).unwrap_or_default();
    format!("{hedge}{}", printed(claim))
}

fn judgement(fit: &Fit, claim: &Claim) -> String {
    let has = |code| fit.reasons.contains(&code);
    let meant = fit.meant.as_ref().map(|m| exactly(m, sheet::exponent(claim))).unwrap_or_default();
    match fit.status {
        _ if has("hedge_ok") => "and its words hold".into(),
        VerdictStatus::Inconsistent if claim.hedge.is_some() => "and its words do not hold".into(),
        VerdictStatus::Confirmed if has("exact") => "which is exactly that".into(),
        VerdictStatus::Confirmed => "which agrees after rounding".into(),
        _ if has("truncation_habit") => "which is that figure cut off, as the paper does by habit".into(),
        VerdictStatus::ConfirmedWithNote if has("tie") => "which agrees under some rounding rules only".into(),
        VerdictStatus::ConfirmedWithNote if has("compatible") => {
            "which is possible before rounding, though the computed value rounds to another digit".into()
        }
        VerdictStatus::ConfirmedWithNote => "which agrees after rounding".into(),
        _ if has("truncated") => "which is that figure cut off instead of rounded".into(),
        _ if has("leading_digit_lost") => format!("which lacks the first digit of {meant}"),
        _ if has("sign") => "which points the other way".into(),
        _ if has("power_of_ten") => "which is off by a power of ten".into(),
        _ if has("last_digit") => format!("which should be {meant}; only the last digit differs, but no rounding explains it"),
        _ => "which no rounding of the printed figures can explain".into(),
    }
}

fn weak(figure: &Figure, computed: &Value, status: VerdictStatus) -> String {
    let power = power(&computed.range, figure);
    let agrees = matches!(status, VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote);
    if !agrees || power <= BigRational::from_integer(WEAK.into()) {
        return String::new();
    }
    format!(" The test is weak: the computed interval spans {} units of the last printed digit.", brief(&power, 3))
}

/// A multiple.
pub(super) fn times(claim: &Claim, figure: &Figure, judged: &Judged, conventions: &Conventions, arithmetic: &str) -> String {
    let has = |code| judged.fit.reasons.contains(&code);
    let reading = match judged.reading {
        Reading::Ratio => "the ratio",
        Reading::Increase => "the increase",
    };
    let said = match judged.fit.status {
        VerdictStatus::Confirmed if has("hedge_ok") => format!("and its words hold for {reading}"),
        VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote => format!("which agrees with {reading}"),
        _ if has("wording") => "but its words admit the ratio only; as an increase it would agree".to_string(),
        _ if has("truncated") => format!("which is {reading} cut off instead of rounded"),
        _ if has("leading_digit_lost") => {
            let meant = judged.fit.meant.as_ref().map(|m| exactly(m, sheet::exponent(claim))).unwrap_or_default();
            format!("which lacks the first digit of {meant}, {reading}")
        }
        _ if has("last_digit") => format!("which differs in its last digit from {reading} and from the other reading by more"),
        _ => "which is neither".to_string(),
    };
    let habit = match conventions.times {
        Some(Reading::Increase) if has("times_as_increase") => " In this paper “N times” means the increase, as a habit.",
        Some(_) if has("wording") && judged.fit.status == VerdictStatus::ConfirmedWithNote => {
            " The paper's other multiples mean the other sense."
        }
        _ => "",
    };
    format!(
        "{arithmetic}; the paper prints {}, {said}.{habit}{}",
        claim.printed,
        weak(figure, &judged.value(), judged.fit.status)
    )
}

/// The terms with commas between them.
pub(super) fn listed(sheet: &Sheet<'_>, of: &[Operand]) -> String {
    let terms = terms(sheet, of);
    of.iter().map(|term| terms.text(term)).collect::<Vec<_>>().join(", ")
}

/// The terms with plus signs between them.
pub(super) fn sum(sheet: &Sheet<'_>, of: &[Operand]) -> String {
    terms(sheet, of).call(Function::Sum, of)
}

pub(super) fn quotient(sheet: &Sheet<'_>, relation: &Relation) -> String {
    let units = Terms { sheet, units: true };
    relation.of.iter().map(|term| units.inner(term)).collect::<Vec<_>>().join(" / ")
}

/// The terms with less-than signs between them.
pub(super) fn ascending(sheet: &Sheet<'_>, of: &[Operand]) -> String {
    let terms = terms(sheet, of);
    of.iter().map(|term| terms.text(term)).collect::<Vec<_>>().join(" < ")
}

/// One claim or term with its id where it has one.
fn cited(sheet: &Sheet<'_>, term: &Operand) -> String {
    match sheet.claim_of(term) {
        Some(claim) => format!("{} ({})", printed(claim), claim.id),
        None => Terms { sheet, units: true }.text(term),
    }
}

pub(super) fn printed_twice(sheet: &Sheet<'_>, two: &[&Operand; 2], reasons: &[&str]) -> String {
    let more = if reasons.contains(&"touching") {
        "; the two would agree at one single unrounded value, but no rule rounds that to both"
    } else {
        ", and no unrounded value can have been printed as both"
    };
    format!("One quantity is printed twice: as {} and as {}{more}.", cited(sheet, two[0]), cited(sheet, two[1]))
}

/// The prints of one quantity, or the ways to compute it, with what those come to.
pub(super) fn printed_alike(sheet: &Sheet<'_>, of: &[Operand], values: &[Value]) -> String {
    let claims: Vec<Option<&Claim>> = of.iter().map(|term| sheet.claim_of(term)).collect();
    let exponent = sheet.first_of(of).map_or(0, sheet::exponent);
    if let [Some(a), Some(b)] = claims.as_slice()
        && let Some((threshold, plain)) =
            [(a, b), (b, a)].into_iter().find(|(one, other)| one.hedge.is_some() && other.hedge.is_none())
    {
        return format!("“{}” holds: the figure is {}.", hedged(threshold), cited(sheet, &Operand::Claim(plain.id.clone())));
    }
    let one = |(term, value): (&Operand, &Value)| match sheet.claim_of(term) {
        Some(claim) => format!("{} ({})", printed(claim), claim.id),
        None => format!("{} = {}", Terms { sheet, units: false }.text(term), self::value(value, exponent)),
    };
    let all: Vec<String> = of.iter().zip(values).map(one).collect();
    let how = if claims.iter().all(Option::is_some) { "is printed" } else { "can be found" };
    format!("One quantity {how} {} times over, and the figures agree: {}.", of.len(), all.join(", "))
}

fn claim_text(sheet: &Sheet<'_>, relation: &Relation) -> String {
    relation.claim.as_deref().and_then(|id| sheet.claim(id)).map(hedged).unwrap_or_default()
}

pub(super) fn between(sheet: &Sheet<'_>, relation: &Relation, outside: bool) -> String {
    let (whole, parts) = (claim_text(sheet, relation), listed(sheet, &relation.of));
    if outside {
        format!("The whole is printed as {whole}, but a mean of its parts ({parts}) must lie between them.")
    } else {
        format!("The whole, {whole}, lies between its parts ({parts}), as a mean must.")
    }
}

pub(super) fn within_whole(sheet: &Sheet<'_>, relation: &Relation, total: &Value, exponent: i64, too_much: bool) -> String {
    let (whole, parts) = (claim_text(sheet, relation), sum(sheet, &relation.of));
    let computed = if relation.of.len() > 1 { format!(" = {}", value(total, exponent)) } else { String::new() };
    let verdict = if too_much { "which is more than the whole" } else { "which the whole leaves room for" };
    format!("Of {whole}, {parts}{computed} {} a part, {verdict}.", if relation.of.len() > 1 { "are" } else { "is" })
}

pub(super) fn ordered(sheet: &Sheet<'_>, relation: &Relation, status: VerdictStatus) -> String {
    let said = ascending(sheet, &relation.of);
    match status {
        VerdictStatus::Confirmed | VerdictStatus::ConfirmedWithNote => {
            format!("The words rank the figures {said}, and so do the figures.")
        }
        VerdictStatus::Unverifiable => format!("The words rank the figures {said}; the printed digits do not decide it."),
        _ => format!("The words rank the figures {said}, but the figures do not."),
    }
}

pub(super) fn counted(sheet: &Sheet<'_>, relation: &Relation, found: usize, status: VerdictStatus) -> String {
    let (stated, of) = (claim_text(sheet, relation), listed(sheet, &relation.of));
    let over = relation.number("over");
    let verdict = match status {
        VerdictStatus::Confirmed => "as stated",
        VerdictStatus::Unverifiable => "and rounding leaves it open whether more do",
        _ => "and not as stated",
    };
    format!("The paper states {stated} above {over}; of {of}, {found} lie above it, {verdict}.")
}

pub(super) fn outranked(sheet: &Sheet<'_>, relation: &Relation, rivals: &[&Operand]) -> String {
    let own = relation.of.first().map(|term| cited(sheet, term)).unwrap_or_default();
    let above: Vec<String> = rivals.iter().map(|rival| cited(sheet, rival)).collect();
    format!("{own} is given the rank “{}”, but the paper itself prints {}.", token(sheet, relation), above.join(" and "))
}

pub(super) fn unrivalled(sheet: &Sheet<'_>, relation: &Relation) -> String {
    let own = relation.of.first().map(|term| cited(sheet, term)).unwrap_or_default();
    let rivals = relation.of.len() - 1;
    let printed = if rivals == 1 { "the one rival".to_string() } else { format!("none of the {rivals} rivals") };
    let verb = if rivals == 1 { "does not rank" } else { "ranks" };
    format!(
        "{} is given the rank “{}”; {printed} that the paper prints {verb} above it. The rest of the window is not printed.",
        own,
        token(sheet, relation)
    )
}

fn token(sheet: &Sheet<'_>, relation: &Relation) -> String {
    relation.claim.as_deref().and_then(|id| sheet.claim(id)).map(|claim| claim.printed.clone()).unwrap_or_default()
}

/// The wholes that shares imply.
pub(super) struct Totals<'t, 'a> {
    /// Part, share and whole.
    pub pairs: &'t [Pair<'t>],
    /// What all agree on.
    pub common: Option<&'t Interval>,
    /// The printed whole.
    pub claim: Option<&'a Claim>,
    /// The power of ten of the shown unit.
    pub exponent: i64,
    /// The paper.
    pub sheet: &'t Sheet<'a>,
}

impl Totals<'_, '_> {
    fn unit(&self) -> String {
        let part = self.pairs.iter().filter_map(|pair| self.sheet.claim_of(pair.part));
        let claim = self.claim.or_else(|| part.into_iter().find(|claim| sheet::exponent(claim) == self.exponent));
        claim.map(|claim| claim.unit.clone()).unwrap_or_default()
    }

    fn common(&self) -> String {
        let ends = |common: &Interval| [&common.lo, &common.hi].map(|end| number(end, self.exponent)).join(" and ");
        self.common.map(|common| format!("{} {}", ends(common), self.unit())).unwrap_or_default()
    }

    pub fn agreement(&self) -> String {
        let shares = self.pairs.len();
        let printed = self.claim.map(|claim| format!("; the printed {} lies in it", printed(claim)));
        let whole = format!("{}{}", self.common(), printed.unwrap_or_else(|| ", which is not printed".into()));
        let all =
            if shares == 1 { "The share implies a whole".into() } else { format!("All {shares} shares agree on one whole,") };
        format!("{all} between {whole}.")
    }

    pub fn contradiction(&self, sets: &[Vec<String>]) -> String {
        let shares = self.pairs.len();
        let (Some(_), Some(claim)) = (self.common, self.claim) else {
            let pairs = sets.iter().filter(|set| self.claim.is_none_or(|claim| !set.contains(&claim.id))).count();
            let exclude = if pairs == 1 { "one pair of them excludes each other" } else { "pairs of them exclude each other" };
            return format!("The {shares} shares do not agree on one whole: {exclude}.");
        };
        let against = sets.iter().filter(|set| set.contains(&claim.id)).count();
        let these = match against {
            n if n == shares => "none of them fits".to_string(),
            1 => "one of them does not fit".to_string(),
            n => format!("{n} of them do not fit"),
        };
        let all =
            if shares == 1 { "The share implies a whole".into() } else { format!("All {shares} shares agree on one whole,") };
        format!("{all} between {}; {these} the printed {}.", self.common(), hedged(claim))
    }
}

/// What each part is of the printed whole, by the id of its share: `42.055 of 57.3 is 73.394 %, not 75.1 %.`
pub(super) fn each_share(
    sheet: &Sheet<'_>,
    pairs: &[Pair<'_>],
    whole: &BigRational,
    claim: Option<&Claim>,
) -> BTreeMap<String, String> {
    let printed_whole = claim.map(printed).unwrap_or_default();
    let one = |pair: &Pair<'_>| {
        let share = sheet.claim_of(pair.share).filter(|_| !whole.is_zero())?;
        let part = Terms { sheet, units: true }.inner(pair.part);
        let found = number(&(&pair.value.point / whole * power_of_ten(2)), 0);
        Some((
            share.id.clone(),
            format!("{part} of the printed {printed_whole} is {found} %; the paper prints {}.", printed(share)),
        ))
    };
    pairs.iter().filter_map(one).collect()
}

/// Each part over its share.
pub(super) fn wholes(sheet: &Sheet<'_>, pairs: &[Pair<'_>], exponent: i64) -> String {
    let of: Vec<Operand> = pairs.iter().map(|pair| pair.part.clone()).collect();
    let terms = terms(sheet, &of);
    let one = |pair: &Pair<'_>| {
        let share = Terms { sheet, units: true }.inner(pair.share);
        format!("{} is {share} of {}", terms.inner(pair.part), range(&pair.whole.range, exponent))
    };
    pairs.iter().map(one).collect::<Vec<_>>().join("; ")
}
