//! Sentences: every prose reading is searched in every paragraph and in cells long enough to hold a sentence.

use super::book::Book;
use super::desk::Desk;
use super::figure::series;
use super::label::fold;
use super::label::marks::without_raised;
use super::neighbours::{ONE_WAY, two_ways};
use super::pattern::{Fields, Found};
use super::period::{base_holds, period_of};
use super::spec::{Mapping, Prose};
use crate::model::{Issue, Observation, Severity, Status};
use crate::parse::Cell;
use rust_decimal::Decimal;
use std::ops::Range;

/// A cell with fewer characters holds no sentence with a figure and its period.
const SENTENCE: usize = 24;
/// Work that may be done in one document, in steps of the matcher: a long press release needs a hundredth of it.
const STEPS: usize = 50_000_000;
/// The field that says which way a figure goes.
const SIGN: &str = "sign";

/// The prose readings of a source while a document comes in.
#[derive(Debug)]
pub struct Sentences<'a> {
    readings: Vec<Reader<'a>>,
    steps: usize,
    /// Where the steps were used up.
    stopped: Option<String>,
}

/// Why a sentence gives no figure: the issue's code, what was seen, what was wanted.
type Failure = (&'static str, String, String);

#[derive(Debug)]
struct Reader<'a> {
    prose: &'a Prose,
    constants: Fields,
    found: bool,
}

impl<'a> Sentences<'a> {
    /// The prose readings of a mapping.
    pub fn new(mapping: &'a Mapping) -> Sentences<'a> {
        let reader = |prose: &'a Prose| Reader { prose, constants: constants(prose), found: false };
        Sentences { readings: mapping.prose.iter().map(reader).collect(), steps: STEPS, stopped: None }
    }

    /// Whether any sentence was found.
    pub fn any_found(&self) -> bool {
        self.readings.iter().any(|reader| reader.found)
    }

    /// Searches a cell that is long enough to hold a sentence.
    pub fn cell(&mut self, cell: &Cell, locator: impl Fn() -> String, book: &mut Book, desk: &mut Desk<'_>) {
        let own = cell.raw.is_none() && cell.copy_of.is_none();
        if own && !self.readings.is_empty() && cell.text.chars().nth(SENTENCE).is_some() {
            self.text(&cell.text, &locator(), book, desk);
        }
    }

    /// Searches a text.
    pub fn text(&mut self, text: &str, locator: &str, book: &mut Book, desk: &mut Desk<'_>) {
        if self.readings.is_empty() || self.steps == 0 {
            return;
        }
        let text = without_raised(text);
        let folded = fold(&text);
        let mapping = desk.mapping;
        for reader in &mut self.readings {
            for found in reader.prose.text.search_all(&folded, &mapping.names, mapping.number, &mut self.steps) {
                reader.found = true;
                let printed = found.value.clone().and_then(|value| printed(&text, &folded, value)).unwrap_or_default();
                match reader.observation(&found, printed, locator) {
                    Ok(observation) => desk.issues.extend(book.add(observation, false)),
                    Err((code, seen, wanted)) => desk.issues.push(Issue::warning(code, locator, seen, wanted)),
                }
            }
        }
        if self.steps == 0 {
            self.stopped = Some(locator.to_string());
        }
    }

    /// What must be said at the end: readings that found no sentence, and where the search was given up.
    pub fn issues(&self) -> Vec<Issue> {
        let missing = self.readings.iter().filter(|reader| !reader.found).map(|reader| {
            let at = format!("reading {:?}", reader.prose.name);
            let wanted = format!("a sentence like {:?}", reader.prose.text.as_str());
            Issue { severity: Severity::Error, ..Issue::warning("prose_not_found", at, "no such sentence", wanted) }
        });
        let stopped = self.stopped.iter().map(|at| {
            let seen = format!("more than {STEPS} steps of search; nothing after this text is searched");
            Issue {
                severity: Severity::Error,
                ..Issue::warning("prose_too_long", at, seen, "a document of fewer or shorter sentences")
            }
        });
        missing.chain(stopped).collect()
    }
}

fn constants(prose: &Prose) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in &prose.set {
        // The configuration refused texts that are no value of the field.
        let _ = fields.set(name, text);
    }
    fields
}

impl Reader<'_> {
    /// The figure of a sentence; otherwise the issue's code, what was seen and what was wanted.
    fn observation(&self, found: &Found, printed: Printed, locator: &str) -> Result<Observation, Failure> {
        let mut fields = self.constants.clone();
        fields.merge_under(&found.fields);
        if fields.value.is_some_and(|value| value.scale() == 3) && two_ways(&printed.text) {
            let seen = format!("{:?}: thousands, or three decimals", printed.text);
            return Err(("unreadable_value", seen, ONE_WAY.to_string()));
        }
        if let Some(base) = self.prose.base.filter(|base| !base_holds(&fields, *base)) {
            return Err((
                "header_contradicts_measure",
                "a comparison with another period".to_string(),
                base.wanted().to_string(),
            ));
        }
        let value = signed(&fields, &printed)?;
        let wanted = "slots that name one period".to_string();
        let (period, frequency) = period_of(&fields, false).map_err(|error| ("no_period", error.0, wanted))?;
        let series = series(&self.prose.series, self.prose.unit.as_ref(), &fields, frequency);
        let series = series.map_err(|(seen, wanted)| ("no_field", seen, wanted))?;
        Ok(Observation {
            series: series.code,
            period,
            value: Some(value),
            status: Status::Published,
            printed: printed.text,
            raw: None,
            unit: series.unit,
            table: format!("{}|prose|", self.prose.name),
            locator: locator.to_string(),
            notes: Vec::new(),
        })
    }
}

/// The figure with the sign of its word. A word and a minus that contradict are not guessed at.
fn signed(fields: &Fields, printed: &Printed) -> Result<Decimal, Failure> {
    let read = fields.value.unwrap_or_default();
    let value = if printed.apart { -read.abs() } else { read };
    match fields.own.get(SIGN).map(String::as_str) {
        Some("-" | "+") if value.is_sign_negative() => {
            let seen = format!("a word that gives the sign, and {:?} with a sign of its own", printed.text);
            Err(("conflict", seen, "one sign".to_string()))
        }
        Some("-") => Ok(-value),
        _ => Ok(value),
    }
}

/// A figure as it stands in its text.
#[derive(Debug, Default, PartialEq)]
struct Printed {
    text: String,
    /// A minus sign proper stands before it, with a blank between, which folding makes a dash.
    apart: bool,
}

/// Where the figure that was found in the folded text stands in the text itself. Folding keeps every digit and adds none, so
/// that digits are counted.
fn printed(text: &str, folded: &str, value: Range<usize>) -> Option<Printed> {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let (before, inside) = (digits(folded.get(..value.start)?), digits(folded.get(value.clone())?));
    let mut places = text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(i, _)| i).skip(before);
    let first = places.next()?;
    let last = if inside > 1 { places.nth(inside - 2)? } else { first };
    let sign = text[..first].chars().next_back().filter(|_| folded[value].trim_start().starts_with(['-', '+']));
    let start = first - sign.map_or(0, char::len_utf8);
    let apart = sign.is_none() && {
        let head = &text[..first];
        let word = head.trim_end();
        word.len() < head.len() && word.ends_with('\u{2212}')
    };
    Some(Printed { text: text[start..=last].to_string(), apart })
}
