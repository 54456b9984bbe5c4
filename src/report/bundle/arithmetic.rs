//! `arithmetic.txt`: every step from the printed figure and the cells to the verdicts, in exact decimals.

use super::{Backing, Bundle};
use crate::paper::Claim;
use crate::reconcile::interval::{Figure, Interval, figure_text, text as exact_text};
use crate::reconcile::{VintageJudgement, ladder, units};
use crate::report::terminal::plain;
use crate::report::{algebra, view, words};
use num_traits::Zero;
use std::fmt::Write;

/// The whole text.
pub(super) fn text(bundle: &Bundle<'_>) -> String {
    let mut text = String::new();
    let printed = view::printed_figure(bundle.claim);
    claim(&mut text, bundle.claim, printed.as_ref());
    let vintages = &bundle.finding.external.vintages;
    if vintages.is_empty() {
        line(&mut text, "\nNo official figure was compared with it one to one: there is nothing to calculate against.");
    }
    for (at, (vintage, backing)) in vintages.iter().zip(bundle.backings).enumerate() {
        let decides = if bundle.finding.evidence == Some(at) { ", the one that decides" } else { "" };
        let until = vintage.known_to.map_or("on".to_string(), |day| format!("to {day}"));
        let known = format!("\nVintage {}{decides}: known from {} {until}, {}", at + 1, vintage.known_from, vintage.source);
        line(&mut text, &known);
        match (&vintage.figure, &printed) {
            (Some(_), Some(printed)) if view::computed(&bundle.finding.external).is_some() => {
                computed(&mut text, bundle, printed, vintage)
            }
            (Some(figure), Some(printed)) => compared(&mut text, bundle, printed, figure, vintage, backing),
            _ => line(&mut text, &format!("  {}: no value to compare", words::cell(vintage.status).unwrap_or("no value"))),
        }
    }
    outcome(&mut text, bundle);
    within(&mut text, bundle);
    text
}

fn claim(text: &mut String, claim: &Claim, printed: Option<&Figure>) {
    line(text, &format!("Claim {}: printed {:?}", claim.id, claim.printed));
    let Some(figure) = printed else {
        line(text, "  it does not read as one number, so nothing can be calculated");
        return;
    };
    let half = Figure { value: figure.ulp.clone(), ulp: figure.ulp.clone() }.preimage();
    let range = figure.preimage();
    line(text, &format!("  as a number: {}", view::quantity(&figure_text(figure), &claim.unit)));
    line(text, &format!("  one unit of its last digit: {}; half of it: {}", exact_text(&figure.ulp), exact_text(&half.lo)));
    line(text, &format!("  before rounding it was in {}", interval(&range)));
    if let Some(hedge) = claim.hedge {
        line(text, &format!("  it is hedged ({hedge}): what agrees is what the words allow, not only what rounds to it"));
    }
}

fn compared(
    text: &mut String,
    bundle: &Bundle<'_>,
    printed: &Figure,
    figure: &Figure,
    vintage: &VintageJudgement,
    backing: &Backing,
) {
    let where_seen = if backing.read.is_some() { "the text that a person read says" } else { "the cell shows" };
    line(text, &format!("  {where_seen} {:?}", vintage.printed));
    converted(text, bundle, figure, backing);
    let (ours, theirs) = (printed.preimage(), figure.preimage());
    let half = exact_text(&(&theirs.hi - &figure.value));
    line(text, &format!("  before rounding: {} ± {half}, which is {}", minus(&figure_text(figure)), interval(&theirs)));
    line(text, &format!("  against the claim's {}: {}", interval(&ours), meeting(&ours, &theirs)));
    rounded(text, printed, figure);
    let distance = printed.distance_ulp(figure);
    let (a, b, ulp) = (minus(&figure_text(figure)), minus(&figure_text(printed)), exact_text(&printed.ulp));
    line(
        text,
        &format!(
            "  distance: ({a} − ({b})) / {ulp} = {} units of the claim's last digit",
            view::distance(Some(&exact_text(&distance)))
        ),
    );
    graded(text, vintage);
}

/// What comes of the comparison.
fn graded(text: &mut String, vintage: &VintageJudgement) {
    if let Some(grade) = vintage.grade {
        let (code, _, meaning) = words::grade(grade);
        line(text, &format!("  grade: {code}: {meaning}"));
    }
    line(text, &format!("  so it {}", if vintage.matches { "agrees" } else { "does not agree" }));
}

/// A figure that nobody printed: its formula, and all it can be.
fn computed(text: &mut String, bundle: &Bundle<'_>, printed: &Figure, vintage: &VintageJudgement) {
    line(text, &format!("  computed: {}", vintage.printed));
    line(text, &format!("  {}", vintage.obtained_from));
    let index = bundle.finding.external.reasons.contains(&"index_form");
    let form = if index { ", less 100, since an index of 100 is no change" } else { "" };
    let value = view::minus(vintage.value.as_deref().unwrap_or_default());
    line(text, &format!("  in the claim's unit and form{form}: {value} (shown to three digits more than the claim has)"));
    let (lo, hi) = (vintage.lo.as_deref().unwrap_or_default(), vintage.hi.as_deref().unwrap_or_default());
    line(text, &format!("  with every figure anything that rounds to it: [{}, {}]", minus(lo), minus(hi)));
    line(text, &format!("  against the claim's {}", interval(&printed.preimage())));
    graded(text, vintage);
}

/// From the document's unit and form to the claim's.
fn converted(text: &mut String, bundle: &Bundle<'_>, figure: &Figure, backing: &Backing) {
    let (Some(stated), unit) = (backing.stated, &bundle.claim.unit) else { return };
    let mut steps = view::quantity(&stated.to_string(), &backing.unit);
    let exponent = units::exponent(&backing.unit, unit).unwrap_or_default();
    if exponent != 0 {
        let _ = write!(steps, " × 10^{exponent}");
    }
    let index = bundle.finding.external.reasons.contains(&"index_form");
    if index {
        steps += " − 100";
    }
    let as_it_is = exponent == 0 && !index;
    let result = if as_it_is { String::new() } else { format!(" = {}", view::quantity(&figure_text(figure), unit)) };
    let why = if index { " (an index of 100 is no change)" } else { "" };
    line(text, &format!("  in the claim's unit and form: {steps}{result}{why}"));
}

/// Where the two intervals lie to each other.
fn meeting(ours: &Interval, theirs: &Interval) -> String {
    match ours.meet(theirs) {
        None => {
            let gap = if theirs.lo > ours.hi { &theirs.lo - &ours.hi } else { &ours.lo - &theirs.hi };
            format!("no common point, {} lies between them", exact_text(&gap))
        }
        Some(common) if common.width().is_zero() => format!("they share only the point {}", minus(&exact_text(&common.lo))),
        Some(common) => format!("they share {}", interval(&common)),
    }
}

/// The figure at the claim's last digit under the three usual rules, where it has more digits than the claim.
fn rounded(text: &mut String, printed: &Figure, figure: &Figure) {
    if figure.ulp >= printed.ulp {
        return;
    }
    let shown = |value| minus(&figure_text(&Figure { value, ulp: printed.ulp.clone() }));
    let [up, even, away] = ladder::roundings(&figure.value, &printed.ulp).map(shown);
    let cut = shown(ladder::cut(&figure.value, &printed.ulp));
    line(
        text,
        &format!("  at the claim's last digit: half up {up}, half to even {even}, half away from zero {away}; cut off {cut}"),
    );
}

fn outcome(text: &mut String, bundle: &Bundle<'_>) {
    let verdict = &bundle.finding.external;
    line(text, "\nAgainst what was published");
    if let Some((day, why)) = view::cutoff(bundle.paper, bundle.claim) {
        line(text, &format!("  the author can have known what was known on {day} ({why})"));
    }
    if let Some(result) = verdict.vintage_result {
        let (code, meaning) = words::vintage_result(result);
        line(text, &format!("  {code}: {meaning}"));
    }
    line(text, &format!("  {}: {}", words::status(verdict.status).code, verdict.sentence));
}

fn within(text: &mut String, bundle: &Bundle<'_>) {
    let verdict = &bundle.finding.internal;
    line(text, "\nWithin the paper");
    for outcome in &verdict.relations {
        line(text, &format!("  {}: {}", outcome.relation, algebra::line(outcome)));
        algebra::details(outcome).iter().for_each(|detail| line(text, &format!("    {detail}")));
    }
    line(text, &format!("  {}: {}", words::status(verdict.status).code, verdict.sentence));
}

fn interval(range: &Interval) -> String {
    format!("[{}, {}]", minus(&exact_text(&range.lo)), minus(&exact_text(&range.hi)))
}

fn minus(number: &str) -> String {
    view::minus(number)
}

/// One line; an empty one before it where the text begins with a line break.
fn line(text: &mut String, said: &str) {
    let (gap, said) = said.strip_prefix('\n').map_or(("", said), |rest| ("\n", rest));
    let _ = writeln!(text, "{gap}{}", plain(said));
}
