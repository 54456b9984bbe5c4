//! What a document says, gathered: one observation a series and period, and the span each table covers.

use crate::model::{Coverage, Frequency, Issue, Observation, Period, SeriesCode, Severity, Status};
use std::collections::{BTreeMap, HashMap};

/// Observations and coverage of one document.
#[derive(Debug, Default)]
pub struct Book {
    entries: HashMap<(SeriesCode, Period), Entry>,
    coverage: BTreeMap<(String, Frequency), Span>,
}

/// What was said of a series and period: once, or twice in contradiction.
#[derive(Debug)]
enum Entry {
    One(Observation),
    Two,
}

/// Periods a table speaks of.
#[derive(Debug, Default)]
struct Span {
    start: Option<chrono::NaiveDate>,
    end: Option<chrono::NaiveDate>,
    figures: usize,
}

impl Book {
    /// Takes an observation. The same value twice is one; different values are none, and the issue names both cells.
    pub fn add(&mut self, observation: Observation) -> Option<Issue> {
        let key = (observation.series.clone(), observation.period);
        let Some(entry) = self.entries.get_mut(&key) else {
            self.entries.insert(key, Entry::One(observation));
            return None;
        };
        let Entry::One(first) = entry else { return None };
        if (first.value, first.status) == (observation.value, observation.status) || observation.status == Status::Blank {
            return None;
        }
        if first.status == Status::Blank {
            *first = observation;
            return None;
        }
        let issue = two_values(first, &observation);
        *entry = Entry::Two;
        Some(issue)
    }

    /// A table's head speaks of a period; `filled` if the cell says anything of it.
    pub fn cover(&mut self, table: &str, frequency: Frequency, period: Period, filled: bool) {
        let span = self.coverage.entry((table.to_string(), frequency)).or_default();
        span.start = Some(span.start.map_or(period.start(), |start| start.min(period.start())));
        if filled {
            span.end = Some(span.end.map_or(period.end(), |end| end.max(period.end())));
            span.figures += 1;
        }
    }

    /// How many observations it holds.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Everything, in a fixed order.
    pub fn close(self) -> (Vec<Observation>, Vec<Coverage>) {
        let kept = self.entries.into_values().filter_map(|entry| match entry {
            Entry::One(observation) => Some(observation),
            Entry::Two => None,
        });
        let mut observations: Vec<Observation> = kept.collect();
        observations.sort_by(|a, b| (&a.series, a.period).cmp(&(&b.series, b.period)));
        let spans = self.coverage.into_iter().filter_map(|((table, frequency), span)| {
            let (start, end) = span.start.zip(span.end)?;
            Some(Coverage { table, frequency, start, end, figures: span.figures })
        });
        (observations, spans.collect())
    }
}

fn two_values(first: &Observation, second: &Observation) -> Issue {
    let said = |o: &Observation| format!("{:?} in {}", o.printed, o.locator);
    Issue {
        code: "two_values",
        severity: Severity::Error,
        locator: format!("{} · {}", first.series, first.period),
        seen: format!("{} and {}", said(first), said(second)),
        wanted: "one value; neither is stored".to_string(),
    }
}
