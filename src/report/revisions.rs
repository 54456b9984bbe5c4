//! Revisions in words and tables, for every format.

use super::view;
use crate::model::{DateBasis, Period};
use crate::reconcile::Finding;
use crate::revision::{Print, SeriesRevisions, Summary, Track, VintageDay, turned};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

/// Heads of the table of summaries.
pub const COLUMNS: [&str; 10] = [
    "Series",
    "Periods",
    "Revised",
    "Mean",
    "Mean absolute",
    "Of true first prints",
    "Deviation",
    "Largest",
    "Sign turned",
    "Vintages",
];

/// What the columns mean, for those who read the table.
pub const EXPLANATION: &str = "Each period's first figure held against what stands today, across all sources, as printed. A period counts if a \
    vintage after its first figure is held. Where the first figure held is from more than four months after its period, it is hardly \
    the first print; the others have a column of their own. The sign is that of growth, so levels have none. Deviation is the \
    standard deviation of the revisions. The last digit of means is rounded; `sverka revisions --json` has exact sums.";

/// One line for a claim: how its figure was revised, and how its series usually is.
pub fn claim_line(one: &SeriesRevisions, finding: &Finding) -> Option<String> {
    let period: Option<Period> = finding.period.parse().ok();
    let own = period.and_then(|period| one.triangle.track(period)).and_then(|track| figure(track, one.series.neutral()));
    let all = [own, series(&one.summary)].into_iter().flatten().collect::<Vec<_>>();
    (!all.is_empty()).then(|| all.join(" "))
}

/// `First printed as 97.1 on 2021-01-25 and revised 3 times, to 97.9 on 2026-02-06.`
fn figure(track: &Track, neutral: Option<Decimal>) -> Option<String> {
    let (first, value) = track.first()?;
    let begins = if track.is_late() { "First held as" } else { "First printed as" };
    let begins = format!("{begins} {} on {}", minus(value), day(first));
    let revisions = track.revisions();
    let now = track.figures().next_back().map_or(value, |(_, now)| now);
    let revised = match revisions.last().and_then(|last| track.on(last.day)) {
        Some(print) => format!(" and revised {}, to {} on {}", times(revisions.len()), minus(now), day(print)),
        None => " and not revised since".to_string(),
    };
    let gone = track.latest().is_none().then(|| track.prints.last()).flatten();
    let gone = gone.map(|print| format!(", then {} on {}", print.status, day(print))).unwrap_or_default();
    let turn = neutral.is_some_and(|neutral| turned(value, now, neutral));
    let turn = if turn { "; it points the other way now" } else { "" };
    let digits = if now.scale() == value.scale() { "" } else { " (with another number of digits)" };
    Some(format!("{begins}{revised}{digits}{gone}{turn}."))
}

/// What a series' revisions amount to, in a sentence or two; `None` if no period could have been revised.
pub fn series(summary: &Summary) -> Option<String> {
    let (largest, period) = (summary.largest_revision?, summary.largest_period.as_deref()?);
    let over = format!("Over {} of this series", view::plural(summary.periods, "period", "periods"));
    if summary.revised == 0 {
        return Some(format!("{over} the first figure held was never revised."));
    }
    let by = |mean: Option<Decimal>| mean.map_or("an unknown amount".to_string(), |mean| shorter(mean, largest));
    let flips = match summary.sign_flips {
        None => String::new(),
        Some(0) => ", and no sign changed".to_string(),
        Some(flips) => format!(", and the sign changed {}", times(flips)),
    };
    let mean = format!("{}{}", by(summary.mean_absolute_revision), unit(summary));
    let timely = match (summary.late_first, summary.mean_absolute_of_timely) {
        (0, _) => String::new(),
        (late, None) => format!(" None of them is held from within four months after its period ({late} begin later)."),
        (late, timely) => {
            let count = view::plural(summary.periods - late, "period", "periods");
            format!(" The {count} whose first print is held moved by {} on average.", by(timely))
        }
    };
    Some(format!(
        "{over} the first figure held was revised by {mean} on average, at most by {largest} ({period}){flips}.{timely}"
    ))
}

/// The unit of a difference.
fn unit(summary: &Summary) -> String {
    match summary.unit.as_str() {
        "" => String::new(),
        "percent" => " percentage points".to_string(),
        unit => format!(" {unit}"),
    }
}

/// What must be known of the numbers: digits, estimated days, periods that are not compared.
pub fn remarks(summary: &Summary) -> Vec<String> {
    let periods = |count| view::plural(count, "period", "periods");
    let digits = || {
        let rounding = summary.within_rounding;
        let alone = match rounding {
            0 => String::new(),
            some => format!(", {some} of which may differ by rounding alone"),
        };
        format!("{} with other digits at first than today{alone}", periods(summary.decimals_differ))
    };
    let said = [
        (summary.decimals_differ, digits()),
        (summary.estimated, format!("{} with an estimated day", periods(summary.estimated))),
        (summary.withdrawn, format!("{} not compared because nothing stands today", periods(summary.withdrawn))),
        (summary.other_unit, format!("{} not compared because the unit changed", periods(summary.other_unit))),
    ];
    said.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said).collect()
}

/// A row of the table of summaries, after the series' code.
pub fn cells(summary: &Summary) -> [String; 9] {
    let scale = summary.largest_revision.unwrap_or_default();
    let number = |mean: Option<Decimal>| mean.map_or("–".to_string(), |mean| view::minus(&shorter(mean, scale)));
    let largest = match (summary.largest_revision, &summary.largest_period) {
        (Some(most), Some(period)) if !most.is_zero() => format!("{most} ({period})"),
        _ => "0".to_string(),
    };
    [
        summary.periods.to_string(),
        summary.revised.to_string(),
        number(summary.mean_revision),
        number(summary.mean_absolute_revision),
        number(summary.mean_absolute_of_timely),
        number(summary.standard_deviation),
        largest,
        summary.sign_flips.map_or("–".to_string(), |flips| flips.to_string()),
        summary.vintages.to_string(),
    ]
}

/// A triangle to be drawn: what changed, or all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn<'a> {
    /// The columns.
    pub vintages: Vec<VintageDay>,
    /// The rows: the period, and per column what was in force.
    pub rows: Vec<(&'a Track, Vec<Option<&'a Print>>)>,
    /// How many periods have no row because nothing in them changed.
    pub unchanged: usize,
    /// How many older rows are left out because there are too many.
    pub older: usize,
}

/// The periods in which something changed and the vintages that changed them, or everything; the newest `most` rows.
pub fn drawn(one: &SeriesRevisions, all: bool, most: usize) -> Drawn<'_> {
    let changes = |track: &&Track| all || track.prints.windows(2).any(|two| two[0].value != two[1].value);
    let shown: Vec<&Track> = one.triangle.tracks.iter().filter(changes).collect();
    let unchanged = one.triangle.tracks.len() - shown.len();
    let older = shown.len().saturating_sub(most);
    let shown = shown.get(older..).unwrap_or_default();
    let brings = |at: &&VintageDay| all || shown.iter().any(|track| track.prints.iter().any(|print| print.known_from == at.day));
    let vintages: Vec<VintageDay> = one.triangle.vintages.iter().filter(brings).copied().collect();
    let rows = shown.iter().map(|track| (*track, vintages.iter().map(|at| track.on(at.day)).collect())).collect();
    Drawn { vintages, rows, unchanged, older }
}

/// A place of a triangle: the figure, or that there is none.
pub fn place(print: Option<&Print>) -> String {
    match print {
        None => String::new(),
        Some(print) => print.value.map_or("–".to_string(), minus),
    }
}

/// The day over a column, with a mark if it is an estimate.
pub fn head(vintage: &VintageDay) -> String {
    format!("{}{}", vintage.day, if vintage.estimated { "~" } else { "" })
}

/// Summaries, and where asked the triangles: vintages, and per period what was in force since when.
pub fn revisions_json(all: &[SeriesRevisions]) -> Value {
    json!({ "schema": 1, "revisions": all.iter().map(whole).collect::<Vec<_>>() })
}

fn whole(one: &SeriesRevisions) -> Value {
    let period = |track: &Track| {
        let values: Vec<Option<Decimal>> = one.triangle.vintages.iter().map(|at| track.on(at.day)?.value).collect();
        json!({ "period": track.period.to_string(), "values": values, "prints": track.prints, "revisions": track.revisions().len() })
    };
    let periods: Vec<Value> = one.triangle.tracks.iter().map(period).collect();
    json!({ "series": one.series.as_str(), "title": one.title, "summary": one.summary, "vintages": one.triangle.vintages, "periods": periods })
}

fn day(print: &Print) -> String {
    let estimated = if print.basis == DateBasis::Estimated { " (an estimated day)" } else { "" };
    format!("{}{estimated}", print.known_from)
}

/// A mean at one digit more than the figures have.
fn shorter(mean: Decimal, like: Decimal) -> String {
    let digits = like.scale() + 1;
    let mut mean = mean.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    mean.rescale(digits);
    mean.to_string()
}

fn minus(value: Decimal) -> String {
    view::minus(&value.to_string())
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_string(),
        2 => "twice".to_string(),
        count => format!("{count} times"),
    }
}
