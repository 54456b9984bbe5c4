//! Relations between the figures of one paper: what must hold, as data. What comes of it is computed elsewhere.

mod operand;
#[cfg(test)]
mod tests;

pub use operand::{Function, Operand};

use crate::model::hint;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The closed list of relations; proofs first, then plausibility under an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// Later / earlier − 1, in percent.
    Growth,
    /// Later − earlier.
    Difference,
    /// Later / earlier, as a ratio or as an increase, by the claim's wording.
    Multiple,
    /// Part / whole, in percent.
    Share,
    /// Part / (part + the other parts), in percent.
    ShareOfParts,
    /// Parts that add up to the claim.
    Sum,
    /// Changes one after the other.
    Chain,
    /// Index − 100.
    Index,
    /// The earlier level that a later one and its growth imply.
    ImpliedBase,
    /// One whole that several shares agree on.
    ImpliedTotal,
    /// One quantity, printed more than once.
    SameAs,
    /// A whole that must lie between the parts that exhaust it.
    PartOfMean,
    /// Parts that together cannot be more than the whole.
    Parts,
    /// Figures in ascending order.
    Order,
    /// How many figures lie above a threshold.
    Count,
    /// The figure that holds a rank against its printed rivals.
    Rank,
    /// The change over a run against the changes over its parts.
    Cumulative,
    /// A month against the mean month of its year.
    PlausibleMonth,
    /// What came between two runs from January, against the earlier one.
    Increment,
    /// One amount in two currencies.
    ExchangeRate,
    /// Two sides of one trade.
    Mirror,
}

/// What a kind wants: its name, whether it has a claim, how many operands at least and at most, and its numbers with their
/// defaults (`None`: must be given).
struct Form {
    kind: RelationKind,
    name: &'static str,
    claim: Wanted,
    least: usize,
    most: usize,
    numbers: &'static [(&'static str, Option<&'static str>)],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Yes,
    No,
    Optional,
}

/// The most operands a relation takes: comparing each with each stays cheap.
const MANY: usize = 200;
/// Each of n equal periods weighs between (1−s)/n and (1+s)/n (reconciliation, section 13).
const WEIGHT_SLACK: &[(&str, Option<&str>)] = &[("weight_slack", Some("0.5"))];
/// A month lies between 0.6 and 1.4 of the mean month (reconciliation, section 13).
const MONTH_BOUNDS: &[(&str, Option<&str>)] = &[("low", Some("0.6")), ("high", Some("1.4"))];
const RATE_BOUNDS: &[(&str, Option<&str>)] = &[("low", None), ("high", None)];

const fn form(kind: RelationKind, name: &'static str, claim: Wanted, least: usize, most: usize) -> Form {
    Form { kind, name, claim, least, most, numbers: &[] }
}

const FORMS: [Form; 21] = {
    use RelationKind::*;
    use Wanted::*;
    [
        form(Growth, "growth", Yes, 2, 2),
        form(Difference, "difference", Yes, 2, 2),
        form(Multiple, "multiple", Yes, 2, 2),
        form(Share, "share", Yes, 2, 2),
        form(ShareOfParts, "share_of_parts", Yes, 2, MANY),
        form(Sum, "sum", Yes, 1, MANY),
        form(Chain, "chain", Yes, 2, MANY),
        form(Index, "index", Yes, 1, 1),
        form(ImpliedBase, "implied_base", Yes, 2, 2),
        form(ImpliedTotal, "implied_total", Optional, 2, MANY),
        form(SameAs, "same_as", No, 2, MANY),
        form(PartOfMean, "part_of_mean", Yes, 2, MANY),
        form(Parts, "parts", Yes, 1, MANY),
        form(Order, "order", No, 2, MANY),
        Form { numbers: &[("over", None)], ..form(Count, "count", Yes, 1, MANY) },
        form(Rank, "rank", Yes, 2, MANY),
        Form { numbers: WEIGHT_SLACK, ..form(Cumulative, "cumulative", Yes, 1, MANY) },
        Form { numbers: MONTH_BOUNDS, ..form(PlausibleMonth, "plausible_month", Yes, 1, 1) },
        Form { numbers: MONTH_BOUNDS, ..form(Increment, "increment", No, 2, 2) },
        Form { numbers: RATE_BOUNDS, ..form(ExchangeRate, "exchange_rate", No, 2, 2) },
        form(Mirror, "mirror", No, 2, 2),
    ]
};

impl RelationKind {
    /// The name that stands in `paper.toml`.
    pub fn as_str(self) -> &'static str {
        FORMS.iter().find(|form| form.kind == self).map_or("", |form| form.name)
    }

    /// Every kind, in the order of the manual.
    pub fn all() -> impl Iterator<Item = RelationKind> {
        FORMS.iter().map(|form| form.kind)
    }
}

/// A relation between figures of a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Its name in reports; unique in the paper.
    pub id: String,
    /// What must hold.
    pub kind: RelationKind,
    /// The claim that should follow.
    pub claim: Option<String>,
    /// What it follows from, in the order the kind wants.
    pub of: Vec<Operand>,
    /// Numbers of an assumption; defaults filled in.
    pub with: BTreeMap<String, Decimal>,
    /// Why the relation must hold.
    pub note: String,
    /// The line of `paper.toml`.
    pub line: usize,
}

impl Relation {
    /// Every claim the relation names, in order, each once: the one that should follow first.
    pub fn claims(&self) -> Vec<&str> {
        let mut named: Vec<&str> = self.claim.iter().map(String::as_str).collect();
        for id in self.of.iter().flat_map(Operand::claims) {
            if !named.contains(&id) {
                named.push(id);
            }
        }
        named
    }

    /// A number of the assumption; 0 where the kind has none of that name.
    pub fn number(&self, name: &str) -> Decimal {
        self.with.get(name).copied().unwrap_or_default()
    }
}

/// A relation as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    id: Option<String>,
    kind: String,
    claim: Option<String>,
    of: Vec<String>,
    #[serde(default)]
    with: BTreeMap<String, Number>,
    #[serde(default)]
    note: String,
}

/// A number of an assumption: text, so that it is exact.
#[derive(Debug, Clone)]
struct Number(String);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Number, D::Error> {
        match toml::Value::deserialize(source)? {
            toml::Value::String(text) => Ok(Number(text)),
            other => Err(serde::de::Error::custom(format!("expected a number as text such as \"0.6\", found {other}"))),
        }
    }
}

/// The relation that is meant, or what is wrong with it.
pub(super) fn read(written: &Written, line: usize) -> Result<Relation, Vec<String>> {
    let names = || FORMS.iter().map(|form| form.name);
    let Some(form) = FORMS.iter().find(|form| form.name == written.kind) else {
        let text = format!("unknown kind of relation {:?}{}", written.kind, hint(&written.kind, names()));
        return Err(vec![text]);
    };
    let mut mistakes = Vec::new();
    let parsed: Vec<Result<Operand, String>> = written.of.iter().map(|text| text.parse()).collect();
    let of: Vec<Operand> = parsed.into_iter().filter_map(|one| one.map_err(|m| mistakes.push(format!("of: {m}"))).ok()).collect();
    let (with, found) = numbers(form, &written.with);
    mistakes.extend(found);
    mistakes.extend(shape(form, written));
    if !mistakes.is_empty() {
        return Err(mistakes.into_iter().map(|m| format!("relation {}: {m}", written.kind)).collect());
    }
    if let Some(twice) = twice(written.claim.as_deref(), &of) {
        return Err(vec![format!("relation {}: of: {twice} stands in it twice", written.kind)]);
    }
    let first = of.iter().flat_map(Operand::claims).next().unwrap_or_default();
    let of_what = written.claim.as_deref().unwrap_or(first);
    let id = written.id.clone().unwrap_or_else(|| format!("{}:{of_what}", form.name));
    Ok(Relation { id, kind: form.kind, claim: written.claim.clone(), of, with, note: written.note.clone(), line })
}

/// A figure that should follow from itself, or that stands twice among the operands.
fn twice<'a>(claim: Option<&'a str>, of: &'a [Operand]) -> Option<&'a str> {
    let own = claim.filter(|claim| of.iter().flat_map(Operand::claims).any(|id| id == *claim));
    let plain = of.iter().filter_map(|term| if let Operand::Claim(id) = term { Some(id.as_str()) } else { None });
    let mut seen = std::collections::BTreeSet::new();
    own.or_else(|| plain.into_iter().find(|id| !seen.insert(*id)))
}

/// Whether there is a claim where one is wanted, and as many operands as the kind takes.
fn shape(form: &Form, written: &Written) -> Vec<String> {
    let mut mistakes = Vec::new();
    match (form.claim, &written.claim) {
        (Wanted::Yes, None) => mistakes.push("expected a claim, found none".to_string()),
        (Wanted::No, Some(claim)) => mistakes.push(format!("expected no claim (all figures stand in of), found {claim:?}")),
        _ => {}
    }
    let count = written.of.len();
    let pairs = form.kind == RelationKind::ImpliedTotal && !count.is_multiple_of(2);
    if count < form.least || count > form.most || pairs {
        let wanted = match (form.least, form.most) {
            _ if pairs => "pairs of part and share".to_string(),
            (least, MANY) => format!("{least} to {MANY}"),
            (least, _) => format!("{least}"),
        };
        mistakes.push(format!("of: expected {wanted}, found {count}"));
    }
    mistakes
}

/// The numbers of the assumption, defaults filled in.
fn numbers(form: &Form, written: &BTreeMap<String, Number>) -> (BTreeMap<String, Decimal>, Vec<String>) {
    let (mut with, mut mistakes) = (BTreeMap::new(), Vec::new());
    for name in written.keys().filter(|name| !form.numbers.iter().any(|(known, _)| known == name)) {
        let near = hint(name, form.numbers.iter().map(|(known, _)| *known));
        mistakes.push(format!("with: unknown number {name:?}{near}"));
    }
    for (name, default) in form.numbers {
        let text = written.get(*name).map(|number| number.0.as_str()).or(*default);
        match text.map(Decimal::from_str_exact) {
            None => mistakes.push(format!("with: expected a number {name:?}, found none")),
            Some(Err(_)) => mistakes.push(format!("with: {name}: expected a number, found {:?}", text.unwrap_or_default())),
            Some(Ok(number)) => {
                with.insert((*name).to_string(), number);
            }
        }
    }
    if with.get("low").zip(with.get("high")).is_some_and(|(low, high)| low >= high || low.is_sign_negative() || low.is_zero()) {
        mistakes.push("with: expected low above zero and below high".to_string());
    }
    if with.get("weight_slack").is_some_and(|s| s.is_sign_negative() || *s > Decimal::ONE) {
        mistakes.push("with: expected weight_slack from 0 to 1".to_string());
    }
    (with, mistakes)
}
