//! `claims.csv`: a row per printed figure.

use super::printed::{is_negative, place, readings};
use crate::model::{Period, SeriesCode, VariantPart, hint};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The columns a catalogue has; all of them must be there.
const COLUMNS: [&str; 20] = [
    "id",
    "section",
    "paragraph",
    "sentence",
    "printed",
    "value",
    "decimals",
    "unit",
    "hedge",
    "wording",
    "entity",
    "counterpart",
    "flow",
    "indicator",
    "series",
    "period",
    "measure",
    "base",
    "footnote",
    "cutoff",
];
/// The unit of a place in a ranking: 1 is the first.
pub const RANK_UNIT: &str = "rank";
/// Columns a catalogue may have.
const OPTIONAL: [&str; 6] = ["restated", "sig", "ulp", "note", "publisher", "variant"];

/// A rank that a claim states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankKind {
    /// The highest value of the window.
    Record,
    /// The lowest value of the window.
    RecordLow,
    /// The largest move in its direction within the window.
    LargestSince,
    /// The first of its kind since.
    FirstSince,
}

/// A word that widens or narrows what a figure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HedgeKind {
    /// Over, more than, exceeded.
    Over,
    /// Nearly, almost.
    Nearly,
    /// About, approximately.
    About,
    /// At least.
    AtLeast,
    /// Up to.
    UpTo,
    /// A place in a ranking.
    Rank(RankKind),
}

/// A hedge with its number, where the claim overrides the usual one: `nearly:0.8`, `about:2`, `record:1992`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hedge {
    /// Which.
    pub kind: HedgeKind,
    /// Units of the leading digit ("over"), the least share ("nearly"), units of the last significant digit ("about"), the first
    /// year of the window (ranks).
    pub threshold: Option<Decimal>,
}

/// One figure as the paper prints it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its name in the catalogue.
    pub id: String,
    /// The line of the catalogue.
    pub line: usize,
    /// Where it stands.
    pub section: String,
    /// The paragraph within the section.
    pub paragraph: String,
    /// The sentence within the paragraph.
    pub sentence: String,
    /// The token as it stands.
    pub printed: String,
    /// Signed exact value in the printed unit; `None` where the token is no number. Of a rank: the place, 1 for "largest since".
    pub value: Option<Decimal>,
    /// Digits after the separator as printed.
    pub decimals: u32,
    /// One unit of the last digit that counts, where it is not the last one printed.
    pub ulp: Option<Decimal>,
    /// The printed unit.
    pub unit: String,
    /// The hedge.
    pub hedge: Option<Hedge>,
    /// How a multiple is worded (`times`, `by times`, `fold`, …).
    pub wording: String,
    /// Whose figure; empty where the series says it all.
    pub entity: String,
    /// The other side of a trade.
    pub counterpart: String,
    /// Its direction.
    pub flow: String,
    /// What it is about.
    pub indicator: String,
    /// The declared series; `None` if nobody has mapped the claim.
    pub series: Option<SeriesCode>,
    /// The period.
    pub period: Period,
    /// What is measured.
    pub measure: String,
    /// What it is compared with.
    pub base: String,
    /// Whom the sentence names as the source; empty where it names nobody.
    pub publisher: String,
    /// What the sentence states of seasons, prices, classifier, base year and coverage, in the words of a series' variant.
    pub variant: Vec<String>,
    /// The footnote it cites.
    pub footnote: Option<u32>,
    /// Its own cut-off.
    pub cutoff: Option<NaiveDate>,
    /// The sentence in other words.
    pub restated: String,
    /// A remark of whoever catalogued it.
    pub note: String,
}

/// The words of the catalogue.
const HEDGES: [(&str, HedgeKind); 9] = [
    ("over", HedgeKind::Over),
    ("nearly", HedgeKind::Nearly),
    ("about", HedgeKind::About),
    ("at-least", HedgeKind::AtLeast),
    ("up-to", HedgeKind::UpTo),
    ("record", HedgeKind::Rank(RankKind::Record)),
    ("record-low", HedgeKind::Rank(RankKind::RecordLow)),
    ("largest-since", HedgeKind::Rank(RankKind::LargestSince)),
    ("first-since", HedgeKind::Rank(RankKind::FirstSince)),
];

impl FromStr for Hedge {
    type Err = String;

    fn from_str(text: &str) -> Result<Hedge, String> {
        let (name, number) = text.split_once(':').map_or((text, None), |(name, number)| (name, Some(number)));
        let kind = HEDGES.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind);
        let words = || format!("expected one of {}", HEDGES.map(|(word, _)| word).join(", "));
        let threshold: Option<Decimal> = number
            .map(|n| Decimal::from_str_exact(n).map_err(|_| "expected a number after the colon".to_string()))
            .transpose()?;
        let kind = kind.ok_or_else(words)?;
        let fits = |number: Decimal| match kind {
            HedgeKind::Nearly => number > Decimal::ZERO && number < Decimal::ONE,
            HedgeKind::AtLeast | HedgeKind::UpTo => false,
            HedgeKind::Over | HedgeKind::About | HedgeKind::Rank(_) => number > Decimal::ZERO,
        };
        if threshold.is_some_and(|number| !fits(number)) {
            return Err("expected no number, or one above zero (nearly: below one)".to_string());
        }
        Ok(Hedge { kind, threshold })
    }
}

impl fmt::Display for Hedge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = HEDGES.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(word, _)| word);
        f.write_str(word)?;
        self.threshold.map_or(Ok(()), |number| write!(f, ":{number}"))
    }
}

impl Hedge {
    /// Whether it states a place in a ranking.
    pub fn is_rank(&self) -> bool {
        matches!(self.kind, HedgeKind::Rank(_))
    }
}

/// The token without the year that a rank's window starts with: "largest since 2007" prints no figure.
fn without_window(printed: &str, hedge: Option<&Hedge>) -> String {
    let year = hedge.filter(|h| h.is_rank()).and_then(|h| h.threshold);
    year.map_or(printed.to_string(), |year| printed.replace(&year.to_string(), ""))
}

/// Every claim of the catalogue, or every mistake in it.
pub(super) fn parse(text: &str, name: &str) -> Result<Vec<Claim>, Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).comment(Some(b'#')).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().cloned().map_err(|e| vec![format!("{name}:1: {e}")])?;
    let mut mistakes = header_mistakes(&header).into_iter().map(|m| format!("{name}:1: {m}")).collect::<Vec<_>>();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (mut claims, mut seen) = (Vec::new(), BTreeMap::new());
    for record in reader.records() {
        match record {
            Err(error) => mistakes.push(format!("{name}:{}: {error}", error.position().map_or(0, csv::Position::line))),
            Ok(record) => {
                let mut row = Row::new(&header, &record);
                let claim = row.claim();
                let first = seen.entry(claim.as_ref().map_or_else(|| row.text("id"), |c| c.id.clone())).or_insert(row.line);
                if *first != row.line {
                    row.mistakes.push(format!("id: {:?} stands on line {first} already", row.text("id")));
                }
                mistakes.extend(row.mistakes.iter().map(|m| format!("{name}:{}: {m}", row.line)));
                claims.extend(claim);
            }
        }
    }
    if mistakes.is_empty() { Ok(claims) } else { Err(mistakes) }
}

/// Unknown columns with the nearest known one, columns that stand twice, and missing ones.
fn header_mistakes(header: &csv::StringRecord) -> Vec<String> {
    let known = || COLUMNS.iter().chain(&OPTIONAL);
    let mut mistakes: Vec<String> = Vec::new();
    for (i, column) in header.iter().enumerate() {
        if !known().any(|k| *k == column) {
            mistakes.push(format!("unknown column {column:?}{}", hint(column, known().copied())));
        } else if header.iter().take(i).any(|earlier| earlier == column) {
            mistakes.push(format!("column {column:?} stands twice"));
        }
    }
    mistakes.extend(COLUMNS.iter().filter(|k| !header.iter().any(|c| c == **k)).map(|k| format!("column {k:?} is missing")));
    mistakes
}

/// One row by column name, and what is wrong with it.
struct Row<'a> {
    cells: BTreeMap<&'a str, &'a str>,
    line: usize,
    mistakes: Vec<String>,
}

impl<'a> Row<'a> {
    fn new(header: &'a csv::StringRecord, record: &'a csv::StringRecord) -> Row<'a> {
        let line = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
        let count = format!("expected {} cells, found {}", header.len(), record.len());
        let mistakes = if header.len() == record.len() { Vec::new() } else { vec![count] };
        Row { cells: header.iter().zip(record.iter().map(str::trim)).collect(), line, mistakes }
    }

    fn text(&self, column: &str) -> String {
        self.cells.get(column).copied().unwrap_or_default().to_string()
    }

    /// The cell read as `T`, `None` if it is empty; a mistake is noted.
    fn read<T: FromStr>(&mut self, column: &str, wanted: &str) -> Option<T> {
        let text = self.text(column);
        let read = if text.is_empty() { None } else { Some(text.parse()) };
        read.and_then(|r| r.map_err(|_| self.mistakes.push(format!("{column}: expected {wanted}, found {text:?}"))).ok())
    }

    fn required<T: FromStr>(&mut self, column: &str, wanted: &str) -> Option<T> {
        if self.text(column).is_empty() {
            self.mistakes.push(format!("{column}: expected {wanted}, found nothing"));
        }
        self.read(column, wanted)
    }

    fn hedge(&mut self) -> Option<Hedge> {
        let text = self.text("hedge");
        let read = (!text.is_empty()).then(|| text.parse::<Hedge>());
        read.and_then(|r| r.map_err(|wanted| self.mistakes.push(format!("hedge: {wanted}, found {text:?}"))).ok())
    }

    /// The step of the last digit that counts, from `ulp` or from `sig` significant digits.
    fn ulp(&mut self, value: Option<Decimal>, decimals: u32) -> Option<Decimal> {
        let stated: Option<Decimal> = self.read("ulp", "a step such as 1000");
        let digits: Option<u32> = self.read("sig", "a number of significant digits");
        if stated.is_some() && digits.is_some() {
            self.mistakes.push("sig: expected either sig or ulp, found both".to_string());
        }
        if stated.is_some_and(|s| s <= Decimal::ZERO) || digits == Some(0) {
            self.mistakes.push("ulp: expected a step above zero".to_string());
            return None;
        }
        if digits.is_some() && decimals > 0 {
            self.mistakes.push("sig: expected an integer, found decimals: every printed one counts".to_string());
        }
        if let Some(step) = stated.filter(|step| *step < Decimal::new(1, decimals.min(28))) {
            self.mistakes.push(format!("ulp: expected a step of the last printed digit or more, found {step}"));
        }
        let length = value.map_or(0, |v| v.abs().trunc().to_string().len());
        let zeros = digits.filter(|_| decimals == 0).and_then(|d| length.checked_sub(usize::try_from(d).ok()?));
        let steps = zeros.and_then(|z| (0..z).try_fold(Decimal::ONE, |step, _| step.checked_mul(Decimal::TEN)));
        let step = stated.or(steps);
        if let Some((value, step)) = value.zip(step).filter(|(value, step)| !step.is_zero() && !(value % step).is_zero()) {
            self.mistakes.push(format!("ulp: {value} is no multiple of its step {step}"));
        }
        step
    }

    /// The words of a variant that the sentence states; a word that names no part of identity is a mistake.
    fn variant(&mut self) -> Vec<String> {
        let words: Vec<String> = self.text("variant").split([' ', '.']).filter(|w| !w.is_empty()).map(str::to_string).collect();
        let odd = words.iter().filter(|word| VariantPart::of(word).is_none());
        let told =
            |word: &String| format!("variant: expected words such as sa, base2018, okved2 or constant-prices, found {word:?}");
        self.mistakes.extend(odd.map(told));
        words
    }

    /// The token must say what `value` and `decimals` say; a token that is no number has neither, and words state a place.
    fn agree(&mut self, value: Option<Decimal>, decimals: Option<u32>, hedge: Option<&Hedge>) {
        let printed = self.text("printed");
        let ranked = hedge.is_some_and(Hedge::is_rank);
        if ranked && self.text("unit") != RANK_UNIT {
            self.mistakes.push(format!("unit: a rank is counted in {RANK_UNIT:?}, found {:?}", self.text("unit")));
            return;
        }
        let words = without_window(&printed, hedge);
        let read = if self.text("unit") == RANK_UNIT { place(&words) } else { readings(&words) };
        let fits = match (value, decimals) {
            (Some(value), Some(decimals)) => read.contains(&(value.abs(), decimals)),
            (None, _) => read.is_empty() && !printed.is_empty(),
            (Some(_), None) => return,
        };
        if fits && is_negative(&printed) && value.is_some_and(|value| value.is_sign_positive() && !value.is_zero()) {
            self.mistakes.push(format!("value: {printed:?} is negative, found {:?}", self.text("value")));
        }
        if !fits {
            let says: Vec<String> = read.iter().map(|(v, p)| format!("{v} with {p} decimals")).collect();
            let says = if says.is_empty() { "no number".to_string() } else { says.join(" or ") };
            let (value, decimals) = (self.text("value"), self.text("decimals"));
            self.mistakes.push(format!("printed: {printed:?} reads as {says}, but value is {value:?} and decimals {decimals:?}"));
        }
    }

    fn claim(&mut self) -> Option<Claim> {
        let id: Option<String> = self.required("id", "a name");
        let value: Option<Decimal> = self.read("value", "an exact decimal");
        let decimals: Option<u32> = if value.is_some() { self.required("decimals", "a count") } else { Some(0) };
        let hedge = self.hedge();
        self.agree(value, decimals, hedge.as_ref());
        let period: Option<Period> = self.required("period", "a period such as 2020, 2020-Q1 or 2020-12");
        let unit: Option<String> = self.required("unit", "a unit such as percent");
        let ulp = self.ulp(value, decimals.unwrap_or_default());
        let (line, variant) = (self.line, self.variant());
        let series = self.read("series", "one series code");
        let footnote = self.read("footnote", "a number");
        let cutoff = self.read("cutoff", "a date such as 2023-05-01");
        let text = |column| self.text(column);
        Some(Claim {
            section: text("section"),
            paragraph: text("paragraph"),
            sentence: text("sentence"),
            printed: text("printed"),
            wording: text("wording"),
            entity: text("entity"),
            counterpart: text("counterpart"),
            flow: text("flow"),
            indicator: text("indicator"),
            measure: text("measure"),
            base: text("base"),
            restated: text("restated"),
            note: text("note"),
            publisher: text("publisher"),
            variant,
            id: id?,
            decimals: decimals?,
            unit: unit?,
            period: period?,
            value,
            ulp,
            hedge,
            line,
            series,
            footnote,
            cutoff,
        })
    }
}
