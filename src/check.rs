//! What must hold of a document as a whole: coverage, number of series, ranges, checkpoints. Pure; a guard that fails is
//! an issue, and drift of the document: it never drops a figure, but the store may keep the document out.

mod content;

pub use content::{Content, Lacking, Language};

use crate::model::{Drift, Frequency, Issue, Observation, Period, Reading, SeriesCode, Severity, Weight};
use crate::normalize::spec::{Checkpoint, Mapping, Read};
use std::collections::{BTreeMap, BTreeSet};

/// A guard that failed: what a reader must know, and what it says of the document.
struct Failed {
    issue: Issue,
    drift: Drift,
}

/// Checks every reading of the mapping against what it expects, and adds issue and drift for each guard that fails.
pub fn check(mapping: &Mapping, reading: &mut Reading) {
    let (mut issues, mut failed) = (Vec::new(), Vec::new());
    for read in &mapping.reads {
        let prefix = format!("{}|", read.name);
        let observations: Vec<&Observation> = reading.observations.iter().filter(|o| o.table.starts_with(&prefix)).collect();
        if observations.is_empty() && read.any_tables {
            continue;
        }
        failed.extend(ends(read, &observations));
        failed.extend(too_few(read, &observations));
        issues.extend(observations.iter().filter_map(|observation| out_of_range(read, observation)));
        failed.extend(read.checkpoints.iter().filter_map(|point| checkpoint(read, point, &observations)));
        if read.expect.contiguous {
            failed.extend(gaps(read, &observations));
        }
    }
    for Failed { issue, drift } in failed {
        issues.push(issue);
        reading.drift.push(drift);
    }
    reading.issues.extend(issues);
}

/// A guard of a whole reading that failed. A period that is not there yet makes a document incomplete; anything else makes
/// it doubtful.
fn failed(
    weight: Weight,
    code: &'static str,
    locator: impl Into<String>,
    seen: impl Into<String>,
    wanted: impl Into<String>,
) -> Failed {
    let issue = Issue { severity: Severity::Error, ..Issue::warning(code, locator, seen, wanted) };
    let drift = Drift::new(weight, code, &issue.locator, &issue.wanted, &issue.seen);
    Failed { issue, drift }
}

fn place(read: &Read) -> String {
    format!("reading {:?}", read.name)
}

/// The first period must start where it always does, and the last must reach what was promised.
fn ends(read: &Read, observations: &[&Observation]) -> Vec<Failed> {
    let earliest = observations.iter().map(|o| o.period).min_by_key(|period| (period.start(), period.end()));
    let latest = observations.iter().map(|o| o.period).max_by_key(|period| (period.end(), period.start()));
    let told = |period: Option<Period>| period.map_or("nothing".to_string(), |period| period.to_string());
    let late = read.expect.from.filter(|from| earliest.map(Period::start) != Some(from.start()));
    let short = read.expect.to.filter(|to| latest.is_none_or(|latest| latest.end() < to.end()));
    let first = late
        .map(|from| failed(Weight::Holds, "coverage", place(read), format!("from {}", told(earliest)), format!("from {from}")));
    let last = short.map(|to| {
        failed(Weight::Lacks, "coverage", place(read), format!("until {}", told(latest)), format!("until {to} at least"))
    });
    first.into_iter().chain(last).collect()
}

fn too_few(read: &Read, observations: &[&Observation]) -> Option<Failed> {
    let wanted = read.expect.min_series?;
    let seen = observations.iter().map(|o| &o.series).collect::<BTreeSet<_>>().len();
    let (told, least) = (format!("{seen} series"), format!("{wanted} series at least"));
    (seen < wanted).then(|| failed(Weight::Holds, "too_few_series", place(read), told, least))
}

fn out_of_range(read: &Read, observation: &Observation) -> Option<Issue> {
    let (low, high) = read.expect.range?;
    let value = observation.value.filter(|value| !(low..=high).contains(value))?;
    let seen = format!("{value} for {} {}", observation.series, observation.period);
    Some(Issue::warning("out_of_range", &observation.locator, seen, format!("{low} to {high}")))
}

fn checkpoint(read: &Read, point: &Checkpoint, observations: &[&Observation]) -> Option<Failed> {
    let found = observations.iter().find(|o| o.series == point.series && o.period == point.period);
    let holds = found.is_some_and(|o| o.value == Some(point.value));
    if holds || found.is_none() && may_lack(read, point, observations) {
        return None;
    }
    let (locator, seen) = match found {
        None => (format!("{} {}", point.series, point.period), "nothing".to_string()),
        Some(o) => (o.locator.clone(), o.value.map_or(o.status.to_string(), |value| value.to_string())),
    };
    let (of, wanted) = (format!("{} {}", point.series, point.period), point.value.to_string());
    // The cell may move, the figure is the same.
    let drift = Drift::new(Weight::Holds, "checkpoint", &of, &wanted, &seen);
    Some(Failed { drift, ..failed(Weight::Holds, "checkpoint", locator, seen, format!("{wanted} for {of}")) })
}

/// Whether a document may end before a checkpoint, or begin after it: if nothing is said of where documents begin, as of
/// editions that go on from month to month, or if it is a part that does not have the series.
fn may_lack(read: &Read, point: &Checkpoint, observations: &[&Observation]) -> bool {
    let periods = || observations.iter().filter(|o| o.series == point.series).map(|o| o.period);
    let before = periods().any(|period| period.end() < point.period.end());
    let after = periods().any(|period| period.end() > point.period.end());
    let part = read.parts && !before && !after;
    part || read.expect.from.is_none() && !(before && after)
}

/// Holes between the first and the last period of a series. A column that is missing makes one hole in every series: it
/// is told once, with the number of series and the first of them.
fn gaps(read: &Read, observations: &[&Observation]) -> Vec<Failed> {
    let mut periods: BTreeMap<&SeriesCode, BTreeSet<(_, Period)>> = BTreeMap::new();
    for observation in observations {
        let period = observation.period;
        periods.entry(&observation.series).or_default().insert((period.end(), period));
    }
    let mut holes: BTreeMap<(Period, Period), Vec<&SeriesCode>> = BTreeMap::new();
    for (series, periods) in periods {
        let Some(frequency) = series.frequency() else { continue };
        let run: Vec<Period> = periods.into_iter().map(|(_, period)| period).collect();
        for (before, after) in run.iter().zip(run.iter().skip(1)) {
            if following(*before, frequency).is_some_and(|next| next != *after) {
                holes.entry((*before, *after)).or_default().push(series);
            }
        }
    }
    let told = |((before, after), series): (_, Vec<&SeriesCode>)| {
        let first = series.first().map(|code| code.as_str()).unwrap_or_default();
        let seen = format!("nothing between {before} and {after} in {} series, the first is {first}", series.len());
        failed(Weight::Lacks, "coverage", place(read), seen, "no gap")
    };
    holes.into_iter().map(told).collect()
}

/// The period that must come next; `None` where days decide, because weekends and holidays are no gaps.
fn following(period: Period, frequency: Frequency) -> Option<Period> {
    let months = i32::try_from(period.whole_months()?).ok()?;
    match frequency {
        Frequency::A | Frequency::H | Frequency::Q | Frequency::M => period.shift_months(months),
        Frequency::Ytd => {
            let next = period.shift_months(months)?;
            let month = Period::days(next.start(), next.start()).and_then(month_of)?;
            if months % 12 == 0 { Some(month) } else { Period::days(period.start(), month.end()) }
        }
        Frequency::W | Frequency::D => None,
    }
}

/// The month that a day is in.
fn month_of(day: Period) -> Option<Period> {
    use chrono::Datelike;
    Period::month(day.start().year(), day.start().month())
}

#[cfg(test)]
mod tests;
