//! Whether relations bind figures that can be bound: units and periods are respected before anything is computed.

use super::sheet::Sheet;
use crate::model::Period;
use crate::paper::{Function, HedgeKind, Operand, Paper, RANK_UNIT, RankKind, Relation, RelationKind};
use crate::reconcile::units::Scale;
use chrono::Datelike;
use num_traits::ToPrimitive;

/// What a term counts, without its power of ten: `usd`, `percent`, `times`.
type Unit = String;

/// Every relation between figures of different units or of periods that do not fit, each as text of its line in `paper.toml`.
pub fn mistakes(paper: &Paper) -> Vec<(usize, String)> {
    let sheet = Sheet::of(paper);
    let wrong = |relation: &Relation| {
        let found = units(relation, &sheet).and_then(|()| periods(relation, &sheet)).and_then(|()| hedges(relation, &sheet));
        found.err().map(|text| (relation.line, format!("relation {}: {text}", relation.id)))
    };
    paper.relations.iter().filter_map(wrong).collect()
}

fn percent() -> Unit {
    "percent".to_string()
}

/// The unit of a term, or what is wrong with it.
fn unit(term: &Operand, sheet: &Sheet<'_>) -> Result<Unit, String> {
    match term {
        Operand::Claim(id) => Ok(sheet.claim(id).map(|claim| Scale::parse(&claim.unit).base).unwrap_or_default()),
        Operand::Times(_, term) => unit(term, sheet),
        Operand::Call(function, terms) => {
            let units = terms.iter().map(|term| unit(term, sheet)).collect::<Result<Vec<_>, _>>()?;
            result(*function, &units).map_err(|wanted| format!("{term}: {wanted}"))
        }
    }
}

/// The unit of a function's value.
fn result(function: Function, units: &[Unit]) -> Result<Unit, String> {
    let first = units.first().cloned().unwrap_or_default();
    let wants_percent = |at: usize| match units.get(at) {
        Some(found) if *found != percent() => Err(format!("expected percent, found {found}")),
        _ => Ok(()),
    };
    match function {
        Function::Growth | Function::Share => alike(units).map(|()| percent()),
        Function::Multiple => alike(units).map(|()| "times".to_string()),
        Function::Difference => alike(units).map(|()| if first == percent() { "percentage points".to_string() } else { first }),
        Function::Sum => alike(units).map(|()| first),
        Function::Chain => (0..units.len()).try_for_each(wants_percent).map(|()| percent()),
        Function::ImpliedBase | Function::ImpliedTotal => wants_percent(1).map(|()| first),
    }
}

fn alike(units: &[Unit]) -> Result<(), String> {
    let first = units.first();
    match units.iter().find(|unit| Some(*unit) != first) {
        Some(other) => Err(format!("different units: {} and {other}", first.cloned().unwrap_or_default())),
        None => Ok(()),
    }
}

fn units(relation: &Relation, sheet: &Sheet<'_>) -> Result<(), String> {
    use RelationKind::*;
    let of = relation.of.iter().map(|term| unit(term, sheet)).collect::<Result<Vec<_>, _>>()?;
    let claim = relation.claim.as_deref().and_then(|id| sheet.claim(id)).map(|claim| Scale::parse(&claim.unit).base);
    let must_be = |wanted: Unit| match &claim {
        Some(found) if *found != wanted => {
            Err(format!("different units: the claim is in {found}, what it follows from in {wanted}"))
        }
        _ => Ok(()),
    };
    let function = |function| result(function, &of).and_then(must_be);
    let all_alike = || alike(&of).and_then(|()| must_be(of.first().cloned().unwrap_or_default()));
    match relation.kind {
        Growth => function(Function::Growth),
        Difference => function(Function::Difference),
        Multiple => function(Function::Multiple),
        Share | ShareOfParts => function(Function::Share),
        Chain => function(Function::Chain),
        ImpliedBase => function(Function::ImpliedBase),
        ImpliedTotal => {
            let pairs: Vec<Unit> = of.chunks(2).map(|pair| result(Function::ImpliedTotal, pair)).collect::<Result<_, _>>()?;
            alike(&pairs).and_then(|()| must_be(pairs.first().cloned().unwrap_or_default()))
        }
        Index | Cumulative => alike(&[of.as_slice(), &[percent()]].concat()).and_then(|()| must_be(percent())),
        Sum | PartOfMean | Parts | PlausibleMonth | SameAs | Order | Increment | Mirror => all_alike(),
        Count => alike(&of),
        Rank => alike(&of).and_then(|()| must_be(RANK_UNIT.to_string())),
        ExchangeRate if alike(&of).is_ok() => {
            Err(format!("expected two currencies, found {} twice", of.first().cloned().unwrap_or_default()))
        }
        ExchangeRate => Ok(()),
    }
}

fn periods(relation: &Relation, sheet: &Sheet<'_>) -> Result<(), String> {
    let of: Vec<Option<Period>> = relation.of.iter().map(|term| sheet.period(term)).collect();
    let claim = relation.claim.as_deref().and_then(|id| sheet.claim(id)).map(|claim| claim.period);
    match (relation.kind, claim) {
        (RelationKind::Cumulative, Some(run)) => parts_of(run, &of, &relation.of),
        (RelationKind::PlausibleMonth, Some(month)) => {
            let year = of.first().copied().flatten();
            match year.filter(|year| inside(month, *year) && month.whole_months().is_some()) {
                Some(_) => Ok(()),
                None => Err(format!("expected whole months inside the longer period, found {month}")),
            }
        }
        (RelationKind::Increment, _) => {
            let runs: Vec<Period> = of.iter().copied().flatten().collect();
            match runs.as_slice() {
                [short, long] if short.start() == long.start() && short.end() < long.end() && whole(&runs) => Ok(()),
                _ => Err("expected two runs of whole months from the same month, the shorter one first".to_string()),
            }
        }
        (RelationKind::Growth | RelationKind::Multiple, _) => match (of.first().copied().flatten(), of.get(1).copied().flatten())
        {
            (Some(earlier), Some(later)) if earlier.start() >= later.start() || length(earlier) != length(later) => {
                Err(format!("expected an earlier and a later period of one length, found {earlier} and {later}"))
            }
            _ => Ok(()),
        },
        (RelationKind::Rank, Some(_)) => window(relation, &of, sheet),
        _ => Ok(()),
    }
}

fn length(period: Period) -> Option<u32> {
    period.whole_months()
}

/// A rank wants one of the hedges that rank, and rivals from its window: not after the figure that holds it, and after the year
/// that "largest since" names.
fn window(relation: &Relation, of: &[Option<Period>], sheet: &Sheet<'_>) -> Result<(), String> {
    let hedge = relation.claim.as_deref().and_then(|id| sheet.claim(id)).and_then(|claim| claim.hedge);
    let (kind, year) = match hedge.map(|hedge| (hedge.kind, hedge.threshold)) {
        Some((HedgeKind::Rank(kind), year)) if kind != RankKind::FirstSince => (kind, year.and_then(|y| y.to_i32())),
        _ => return Err("expected a claim with the hedge record, record-low or largest-since".to_string()),
    };
    let Some(own) = of.first().copied().flatten() else { return Ok(()) };
    let since = |period: Period| match kind {
        RankKind::LargestSince => year.is_none_or(|year| period.start().year() > year),
        _ => year.is_none_or(|year| period.start().year() >= year),
    };
    match of.iter().skip(1).flatten().find(|rival| rival.end() > own.end() || !since(**rival)) {
        Some(rival) => Err(format!("{rival} is outside the window of the rank")),
        None => Ok(()),
    }
}

fn whole(periods: &[Period]) -> bool {
    periods.iter().all(|period| period.whole_months().is_some())
}

fn inside(part: Period, whole: Period) -> bool {
    whole.start() <= part.start() && part.end() <= whole.end()
}

/// The parts of a run lie in it, are whole months, and do not overlap.
fn parts_of(run: Period, parts: &[Option<Period>], terms: &[Operand]) -> Result<(), String> {
    let mut seen: Vec<Period> = Vec::new();
    for (part, term) in parts.iter().zip(terms) {
        let Some(part) = part.filter(|part| whole(&[*part, run])) else {
            return Err(format!("expected whole months, found none for {term}"));
        };
        if !inside(part, run) {
            return Err(format!("{term}: {part} is no part of {run}"));
        }
        if let Some(other) = seen.iter().find(|other| part.start() <= other.end() && other.start() <= part.end()) {
            return Err(format!("{term}: {part} overlaps {other}"));
        }
        seen.push(part);
    }
    Ok(())
}

/// "Over 40" says nothing from above: nothing can be computed from it.
fn hedges(relation: &Relation, sheet: &Sheet<'_>) -> Result<(), String> {
    let hedged = |id: &&str| sheet.claim(id).is_some_and(|claim| claim.hedge.is_some());
    // two prints of one quantity may be hedged; what is computed from a hedged figure may not
    let direct = |term: &&Operand| relation.kind == RelationKind::SameAs && matches!(term, Operand::Claim(_));
    match relation.of.iter().filter(|term| !direct(term)).flat_map(Operand::claims).find(hedged) {
        Some(id) => Err(format!("{id} is hedged, so nothing follows from it")),
        None => Ok(()),
    }
}
