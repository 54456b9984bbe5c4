//! What a document says, gathered: one observation a series and period, and the span each table covers.

use super::neighbours;
use crate::model::{Coverage, Frequency, Issue, Line, Observation, Period, Place, SeriesCode, Severity, Status};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many rows and columns of a table are remembered by their places; those after them move unseen.
const PLACES: usize = 1_000;

/// Observations and coverage of one document.
#[derive(Debug, Default)]
pub struct Book {
    entries: HashMap<(SeriesCode, Period), Entry>,
    coverage: BTreeMap<(String, Frequency), Span>,
    layout: HashMap<String, HashMap<(Line, String), Place>>,
}

/// What was said of a series and period: once, or twice in contradiction.
#[derive(Debug)]
enum Entry {
    /// The observation, and whether its figure is a text that could carry a mark which nobody raised.
    One(Observation, bool),
    Two,
}

/// Periods a table speaks of.
#[derive(Debug, Default)]
struct Span {
    /// By end and start, so that the last is the newest; whether a cell says anything of it.
    periods: BTreeMap<(chrono::NaiveDate, chrono::NaiveDate), bool>,
    figures: usize,
}

impl Book {
    /// Takes an observation; `text` if its figure is typed as a text that shows no mark. The same value twice is one;
    /// different values are none, and the issue names both cells.
    pub fn add(&mut self, observation: Observation, text: bool) -> Option<Issue> {
        let key = (observation.series.clone(), observation.period);
        let Some(entry) = self.entries.get_mut(&key) else {
            self.entries.insert(key, Entry::One(observation, text));
            return None;
        };
        let Entry::One(first, first_text) = entry else { return None };
        if (first.value, first.status) == (observation.value, observation.status) || observation.status == Status::Blank {
            return None;
        }
        if first.status == Status::Blank {
            (*first, *first_text) = (observation, text);
            return None;
        }
        let issue = two_values(first, &observation);
        *entry = Entry::Two;
        Some(issue)
    }

    /// A table's head speaks of a period; `filled` if the cell says anything of it.
    pub fn cover(&mut self, table: &str, frequency: Frequency, period: Period, filled: bool) {
        let span = self.coverage.entry((table.to_string(), frequency)).or_default();
        *span.periods.entry((period.end(), period.start())).or_default() |= filled;
        span.figures += usize::from(filled);
    }

    /// Rows and columns of a table, the first of a meaning; `places` is asked while there is room.
    pub fn lay(&mut self, table: &str, places: impl IntoIterator<Item = Place>) {
        if !self.layout.contains_key(table) {
            self.layout.insert(table.to_string(), HashMap::new());
        }
        let Some(laid) = self.layout.get_mut(table) else { return };
        for place in places {
            if laid.len() < PLACES {
                laid.entry((place.line, place.meaning.clone())).or_insert(place);
            }
        }
    }

    /// Whether nothing of a table was laid yet.
    pub fn is_new(&self, table: &str) -> bool {
        !self.layout.contains_key(table)
    }

    /// Where rows and columns stand.
    pub fn take_layout(&mut self) -> Vec<Place> {
        let mut places: Vec<Place> = std::mem::take(&mut self.layout).into_values().flat_map(HashMap::into_values).collect();
        places.sort();
        places
    }

    /// How many observations it holds.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Everything, in a fixed order, and what is said of figures that their neighbours contradict.
    pub fn close(self) -> (Vec<Observation>, Vec<Coverage>, Vec<Issue>) {
        let kept = self.entries.into_values().filter_map(|entry| match entry {
            Entry::One(observation, text) => Some((observation, text)),
            Entry::Two => None,
        });
        let mut figures: Vec<(Observation, bool)> = kept.collect();
        figures.sort_by(|(a, _), (b, _)| (&a.series, a.period).cmp(&(&b.series, b.period)));
        let (mut odd, mut issues, mut before) = (BTreeSet::new(), Vec::new(), 0);
        for series in figures.chunk_by(|(a, _), (b, _)| a.series == b.series) {
            for (index, issue) in neighbours::odd(series) {
                odd.extend(index.map(|index| before + index));
                issues.push(issue);
            }
            before += series.len();
        }
        let kept = figures.into_iter().enumerate().filter(|(index, _)| !odd.contains(index));
        let observations = kept.map(|(_, (observation, _))| observation).collect();
        let spans = self.coverage.into_iter().filter_map(|((table, frequency), span)| {
            let (start, end) = span.covered()?;
            Some(Coverage { table, frequency, start, end, figures: span.figures })
        });
        (observations, spans.collect(), issues)
    }
}

impl Span {
    /// The run of periods up to the last one that says anything. A head that leaves months out, as one that compares with the
    /// year before does, says nothing of them: nothing there is withdrawn. Days have gaps by nature.
    fn covered(&self) -> Option<(chrono::NaiveDate, chrono::NaiveDate)> {
        let end = self.periods.iter().rfind(|(_, filled)| **filled).map(|((end, _), _)| *end)?;
        let mut start = end;
        for &(until, from) in self.periods.keys().rev().filter(|(until, _)| *until <= end) {
            let months = Period::days(from, until).is_some_and(|period| period.whole_months().is_some());
            let joins = until >= start || until.succ_opt() == Some(start);
            if months && !joins {
                break;
            }
            start = start.min(from);
        }
        Some((start, end))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_nothing_of_the_months_it_leaves_out() {
        for (periods, wanted) in [
            (&["2017-05", "2018-03", "2018-04", "2018-05"][..], "2018-03-01/2018-05-31"),
            (&["2018-03", "2018-04"], "2018-03-01/2018-04-30"),
            (&["2019", "2020"], "2019-01-01/2020-12-31"),
            (&["2019-12-01", "2020-01-01"], "2019-12-01/2020-01-01"),
            (&["2019-01/2019-12", "2020-01/2020-02", "2020-01"], "2019-01-01/2020-02-29"),
        ] {
            let mut book = Book::default();
            periods.iter().for_each(|period| book.cover("t", Frequency::M, period.parse().unwrap(), true));
            let coverage = book.close().1;
            assert_eq!(format!("{}/{}", coverage[0].start, coverage[0].end), wanted, "{periods:?}");
            assert_eq!(coverage[0].figures, periods.len());
        }
    }
}
