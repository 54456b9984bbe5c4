//! The pictures of a claim: its figure against every version over time, and its place in the series.

use super::chart::{Band, Line, Mark, Plot, draw};
use super::page::{View, scrolling};
use crate::paper::{Claim, Paper};
use crate::reconcile::{Finding, VintageJudgement};
use crate::report::view;
use crate::store::VintageRow;
use chrono::{Days, NaiveDate};
use maud::{Markup, html as markup};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Periods on both sides of the claim's that the second picture shows.
const AROUND: usize = 18;
/// With fewer periods there is no second picture.
const FEWEST: usize = 3;
/// The first picture is at least so many times as high as the band of the printed figure.
const BANDS: f64 = 7.0;
/// A gap so many times as long as the usual distance of two periods breaks a line.
const GAP: f64 = 1.7;

/// The printed figure with its band against every version held, by the day each became known.
pub fn versions(view: &View<'_>, paper: &Paper, claim: &Claim, finding: &Finding) -> Markup {
    let held: Vec<&VintageJudgement> = finding.external.vintages.iter().filter(|vintage| vintage.value.is_some()).collect();
    let Some((lo, hi)) = view::printed_range(claim).filter(|_| !held.is_empty()) else { return markup! {} };
    let today = view.now.date_naive();
    let own = Band {
        class: "claim",
        from: None,
        to: None,
        lo: float(&lo),
        hi: float(&hi),
        label: format!("{} {}", view.t("printed"), finding.printed),
    };
    let cutoff = view::cutoff(paper, claim).map(|(day, _)| day);
    // the printed figure is drawn over the versions, so that an equal one does not hide it
    let bands = held.iter().filter_map(|vintage| version(vintage, until(vintage, &held, today))).chain([own]).collect();
    let first = held.iter().map(|v| v.known_from).chain(cutoff).min().unwrap_or(today).min(today);
    let plot = Plot {
        title: format!("{} {}", view.t("The printed figure against every version held:"), finding.printed),
        desc: said(view, claim, &held, (&lo, &hi), cutoff),
        bands,
        lines: vec![steps(&held, today)],
        least: BANDS * (float(&hi) - float(&lo)).abs(),
        marks: cutoff.map(|day| Mark { day, label: format!("{} {day}", view.t("cut-off")) }).into_iter().collect(),
        span: Some((first - Days::new((today - first).num_days().unsigned_abs() / 25), today)),
    };
    let keys = [
        ("claim", view.t("what rounds to the printed figure")),
        ("agrees", view.t("versions that agree")),
        ("differs", view.t("versions that differ")),
    ];
    framed(view, &plot, "versions-chart", &keys, Some(view.t("by the day each became known")))
}

/// A chart that scrolls where the screen is narrow; under it a key (classes, and what is drawn so) and a remark. `id` is its own
/// on the page.
pub fn framed(view: &View<'_>, plot: &Plot, id: &str, keys: &[(&str, &str)], remark: Option<&str>) -> Markup {
    markup! {
        figure.picture {
            (scrolling(view.t("Chart"), draw(plot, id)))
            figcaption {
                @for (at, (class, name)) in keys.iter().enumerate() { @if at > 0 { " " } span class={ "key " (class) } { (name) } }
                @if let Some(remark) = remark { span.quiet { " – " (remark) } }
            }
        }
    }
}

/// What a reader had, from one version to the next: where several are of one day, the last listed.
fn steps(held: &[&VintageJudgement], today: NaiveDate) -> Line {
    let by_day: BTreeMap<NaiveDate, f64> =
        held.iter().filter_map(|vintage| Some((vintage.known_from, float(vintage.value.as_deref()?)))).collect();
    let last = by_day.last_key_value().map(|(day, value)| (today.max(*day), Some(*value)));
    let points = by_day.into_iter().map(|(day, value)| (day, Some(value))).chain(last).collect();
    Line { class: "step", points, steps: true, dots: false }
}

/// The day a reader had something newer, from whichever source: as in `latest`, the newest day decides.
fn until(vintage: &VintageJudgement, held: &[&VintageJudgement], today: NaiveDate) -> NaiveDate {
    let newer = held.iter().map(|other| other.known_from).filter(|day| *day > vintage.known_from).min();
    newer.into_iter().chain(vintage.known_to).min().unwrap_or(today).max(vintage.known_from)
}

/// A version: as long as a reader had it, as high as what rounds to it.
fn version(vintage: &VintageJudgement, until: NaiveDate) -> Option<Band> {
    let value = vintage.value.as_deref()?;
    let (lo, hi) = vintage.lo.as_deref().zip(vintage.hi.as_deref()).unwrap_or((value, value));
    Some(Band {
        class: if vintage.matches { "agrees" } else { "differs" },
        from: Some(vintage.known_from),
        to: Some(until),
        lo: float(lo),
        hi: float(hi),
        label: format!("{} · {} · {}", view::minus(value), vintage.known_from, vintage.source),
    })
}

fn said(view: &View<'_>, claim: &Claim, held: &[&VintageJudgement], (lo, hi): (&str, &str), cutoff: Option<NaiveDate>) -> String {
    let one = |v: &&VintageJudgement| format!("{} {}", v.known_from, view::minus(v.value.as_deref().unwrap_or_default()));
    let all: Vec<String> = held.iter().map(one).collect();
    let cutoff = cutoff.map(|day| format!(" {} {day}.", view.t("cut-off"))).unwrap_or_default();
    format!(
        "{} {}, {} {} {} {}.{cutoff} {}: {}.",
        view.t("printed"),
        claim.printed,
        view.t("from"),
        view::minus(lo),
        view.t("to"),
        view::minus(hi),
        view.t("Every version held"),
        all.join("; ")
    )
}

/// The official series around the claim's period, with its versions there and the claim's band.
pub fn around(view: &View<'_>, claim: &Claim, finding: &Finding, rows: &[VintageRow]) -> Markup {
    let Some(at) = rows.iter().position(|row| row.period == claim.period) else { return markup! {} };
    let near = rows.get(at.saturating_sub(AROUND)..(at + AROUND + 1).min(rows.len())).unwrap_or_default();
    // two points are no series
    if near.len() < FEWEST {
        return markup! {};
    }
    let form = form(finding, rows.get(at));
    let band = |(lo, hi): (String, String)| {
        let (lo, hi) = (form.official(float(&lo)), form.official(float(&hi)));
        let period = claim.period;
        Band {
            class: "claim",
            from: Some(period.start()),
            to: Some(period.end()),
            lo,
            hi,
            label: format!("{} {}", view.t("printed"), claim.printed),
        }
    };
    let versions = finding
        .external
        .vintages
        .iter()
        .filter(|_| form.is_known())
        .filter_map(|v| Some((claim.period.end(), Some(form.official(float(v.value.as_deref()?))))));
    let versions = Line { class: "version", points: versions.collect(), steps: false, dots: true };
    let plot = Plot {
        title: format!("{} {}", view.t("The official series around"), claim.period),
        desc: near
            .iter()
            .filter_map(|r| Some(format!("{} {}", r.period, view::minus(&r.value?.to_string()))))
            .collect::<Vec<_>>()
            .join("; "),
        bands: view::printed_range(claim).filter(|_| form.is_known()).map(band).into_iter().collect(),
        lines: vec![line(near), versions],
        ..Plot::default()
    };
    let keys = [
        ("series", view.t("official figures as they stand today")),
        ("version", view.t("versions of this period")),
        ("claim", view.t("the paper's figure")),
    ];
    markup! {
        section aria-labelledby="around" {
            h2 id="around" { (view.t("Its place in the series")) }
            (framed(view, &plot, "around-chart", &keys, None))
        }
    }
}

/// A line through the figures that stand today, broken where periods are missing.
pub fn line(rows: &[VintageRow]) -> Line {
    let days: Vec<NaiveDate> = rows.iter().map(|row| row.period.end()).collect();
    let mut gaps: Vec<i64> = days.windows(2).map(|two| (two[1] - two[0]).num_days()).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(i64::MAX) as f64;
    let mut points: Vec<(NaiveDate, Option<f64>)> = Vec::new();
    for row in rows {
        let day = row.period.end();
        if points.last().is_some_and(|(before, _)| (day - *before).num_days() as f64 > usual * GAP) {
            points.push((day, None));
        }
        points.push((day, row.value.map(|value| float(&value.to_string()))));
    }
    Line { class: "series", dots: points.len() <= 80, points, steps: false }
}

/// How a value in the claim's form is had in the series' own.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// It is the same.
    Moved(f64),
    /// It is a power of ten of it.
    Times(f64),
    /// It is computed, and no place in the series.
    Unknown,
}

impl Form {
    fn official(self, value: f64) -> f64 {
        match self {
            Form::Moved(by) => value + by,
            Form::Times(factor) => value * factor,
            Form::Unknown => value,
        }
    }

    fn is_known(self) -> bool {
        self != Form::Unknown
    }
}

/// Told from a version whose row is at hand: an index and its growth differ by a hundred, units by a power of ten.
fn form(finding: &Finding, row: Option<&VintageRow>) -> Form {
    let judged = row.and_then(|row| finding.external.vintages.iter().find(|v| v.observation == Some(row.id)));
    let both = judged.and_then(|v| v.value.as_deref()?.parse::<Decimal>().ok()).zip(row.and_then(|row| row.value));
    let Some((judged, official)) = both else { return Form::Unknown };
    let ratio = official.checked_div(judged).unwrap_or_default();
    let power = (-12..=12).map(|e| 10f64.powi(e)).find(|ten| (float(&ratio.to_string()) / ten - 1.0).abs() < 1e-9);
    match (official - judged, power) {
        (apart, _) if apart.is_zero() || apart == Decimal::ONE_HUNDRED => Form::Moved(float(&apart.to_string())),
        (_, Some(ten)) => Form::Times(ten),
        _ => Form::Unknown,
    }
}

/// For drawing only.
pub fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
