//! What a computed figure is made of: the cells, what stood of them on which day, and the row it would have had.

use super::compute::Computed;
use crate::model::{Class, DateBasis, Period, Status};
use crate::reconcile::{LinkedForm, Vintage};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// A published figure that others are computed from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Part {
    /// The period.
    pub period: String,
    /// From when it was known.
    pub known_from: NaiveDate,
    /// The cell's text.
    pub printed: String,
    /// The exact value in the document's unit.
    pub value: String,
    /// The unit's id.
    pub unit: String,
    /// How it came to us.
    pub class: Class,
    /// The source's id.
    pub source: String,
    /// The document's digest.
    pub sha256: String,
    /// Whether the document is in the archive.
    pub held: bool,
    /// The place in it.
    pub locator: String,
    /// Where it was published.
    pub url: String,
    /// Where this copy came from.
    pub obtained_from: String,
}

/// Figures of the parts that stood on one day, in the order of the parts.
pub(super) type State<'v> = (NaiveDate, Vec<&'v Vintage>);

/// What stood on each day on which a part changed, from the first day on which all of them were known.
pub(super) fn states(held: &[Vec<Vintage>]) -> Vec<State<'_>> {
    let days: BTreeSet<NaiveDate> = held.iter().flatten().map(|vintage| vintage.known_from).collect();
    let on = |vintages: &'_ Vec<Vintage>, day| vintages.iter().rposition(|v| v.known_from <= day);
    let state = |day: NaiveDate| {
        let rows = held.iter().map(|of| on(of, day).map(|at| &of[at]).filter(|vintage| vintage.value.is_some()));
        Some((day, rows.collect::<Option<Vec<&Vintage>>>()?))
    };
    let mut states: Vec<State<'_>> = days.into_iter().filter_map(state).collect();
    let figures = |state: &State<'_>| state.1.iter().map(|v| (v.value, v.decimals, v.unit.clone())).collect::<Vec<_>>();
    states.dedup_by(|later, earlier| figures(later) == figures(earlier));
    states
}

/// The row that a computed figure would have, had anybody printed it.
pub(super) fn stand_in(
    link: &LinkedForm,
    periods: &[Period],
    rows: &[&Vintage],
    (known_from, known_to): (NaiveDate, Option<NaiveDate>),
    computed: &Computed,
) -> Vintage {
    let sources: BTreeSet<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    let estimated = rows.iter().any(|row| row.basis == DateBasis::Estimated);
    let basis = if estimated { DateBasis::Estimated } else { DateBasis::Recorded };
    let stated = rows.iter().all(|row| row.basis == DateBasis::Stated);
    Vintage {
        observation: None,
        known_from,
        known_to,
        basis: if stated { DateBasis::Stated } else { basis },
        value: Some(Decimal::ZERO),
        decimals: 0,
        printed: computed.formula(link.way, rows),
        status: Status::Published,
        class: rows.iter().map(|row| row.class).min().unwrap_or(Class::Quoted),
        source: sources.into_iter().collect::<Vec<_>>().join(" + "),
        unit: String::new(),
        sha256: String::new(),
        held: rows.iter().all(|row| row.held),
        locator: String::new(),
        url: String::new(),
        obtained_from: format!("computed from {} of {} ({})", figures(rows.len()), link.from, span(periods)),
        notes: Vec::new(),
    }
}

fn figures(count: usize) -> String {
    format!("{count} {}", if count == 1 { "figure" } else { "figures" })
}

fn span(periods: &[Period]) -> String {
    match periods {
        [] => String::new(),
        [one] => one.to_string(),
        [first, .., last] => format!("{} … {}", first.min(last), first.max(last)),
    }
}

/// Every cell that some vintage of a figure is computed from, once, although it may be known to us in several ways.
pub(super) fn cells(periods: &[Period], held: &[Vec<Vintage>]) -> Vec<Part> {
    let with_value = |(period, of): (&Period, &Vec<Vintage>)| {
        let part = |v: &Vintage| Some(part(*period, v, v.value?));
        of.iter().filter_map(part).collect::<Vec<_>>()
    };
    let mut all: Vec<Part> = periods.iter().zip(held).flat_map(with_value).collect();
    let one_cell = |a: &Part, b: &Part| !a.sha256.is_empty() && (&a.sha256, &a.locator) == (&b.sha256, &b.locator);
    // the stronger class stands last, and names the document that is held
    let repeated: Vec<bool> = (0..all.len()).map(|at| all[at + 1..].iter().any(|later| one_cell(&all[at], later))).collect();
    let mut repeated = repeated.into_iter();
    all.retain(|_| repeated.next() != Some(true));
    all
}

fn part(period: Period, vintage: &Vintage, value: Decimal) -> Part {
    Part {
        period: period.to_string(),
        known_from: vintage.known_from,
        printed: vintage.printed.clone(),
        value: value.to_string(),
        unit: vintage.unit.clone(),
        class: vintage.class,
        source: vintage.source.clone(),
        sha256: vintage.sha256.clone(),
        held: vintage.held,
        locator: vintage.locator.clone(),
        url: vintage.url.clone(),
        obtained_from: vintage.obtained_from.clone(),
    }
}
