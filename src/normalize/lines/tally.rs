//! What the lines of a document are together: which of them repeat or contradict another one, what the document was asked for, and
//! sums by commodity group.

use super::mixer::MixedMap;
use super::repeats::{Met, Repeats};
use super::sums::Sums;
use crate::model::{Flow, Issue, Part, Reading, Roll, Severity, TypedLine, mix};
use crate::normalize::spec::LineSums;
use std::collections::BTreeSet;

/// A document that has lines of so many chapters, partners and regions was asked for all of them.
const MANY: usize = 20;
/// A document of fewer chapters was asked for some of them: trade in any month has lines in nearly all of the ninety-seven.
const CHAPTERS: usize = 30;

/// The lines of a document so far.
#[derive(Debug, Default)]
pub struct Tally<'a> {
    repeats: Repeats,
    repeated: u64,
    first_repeated: Option<(u32, u32)>,
    /// First line and number of lines of every period.
    periods: MixedMap<i32, (u32, u64)>,
    /// Names that a part of some line has: a bit a part.
    met: Vec<u8>,
    flows: [bool; 2],
    sums: Option<Sums<'a>>,
}

/// What becomes of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept.
    New,
    /// It says what another one says.
    Repeat,
    /// It says something else than another one of the same trade, and why that is no good.
    Conflict(String),
}

impl<'a> Tally<'a> {
    /// Lines of a reading begin.
    pub fn begin(&mut self, sums: Option<&'a LineSums>) {
        if let Some(sums) = sums {
            self.sums.get_or_insert_with(|| Sums::new(sums));
        }
    }

    /// Whether there was no line that fits.
    pub fn is_empty(&self) -> bool {
        self.periods.is_empty()
    }

    /// Takes a line.
    pub fn line(&mut self, line: &TypedLine, roll: &Roll) -> Verdict {
        match self.repeats.meet(line.line, line.period, key(line), amounts(line)) {
            Met::New => {}
            Met::Same(other) => {
                self.repeated += 1;
                self.first_repeated.get_or_insert((line.line, other));
                return Verdict::Repeat;
            }
            Met::Other(other) => {
                let what = "direction, period, countries, commodity, unit and region";
                return Verdict::Conflict(format!("other amounts than line {other}, which has the same {what}"));
            }
        }
        let period = self.periods.entry(line.period).or_insert((line.line, 0));
        period.1 += 1;
        self.flows[usize::from(line.flow == Flow::Import)] = true;
        if self.met.len() <= roll.names().len() {
            self.met.resize(roll.names().len() + 1, 0);
        }
        for (bit, name) in line.names.iter().enumerate() {
            if let Some(met) = self.met.get_mut(*name as usize) {
                *met |= 1 << bit;
            }
        }
        if let Some(sums) = &mut self.sums {
            sums.line(line, roll);
        }
        Verdict::New
    }

    /// Says all this of a document.
    pub fn close(self, roll: &Roll, reading: &mut Reading) {
        let scope = self.scope(roll);
        reading.lines.scope = scope.to_string();
        if let Some((line, other)) = self.first_repeated {
            let seen =
                format!("{} lines that say what another one says; the first: line {line} repeats line {other}", self.repeated);
            let issue = Issue::warning("repeated_lines", format!("line {line}"), seen, "every line once; these are kept once");
            reading.issues.push(issue);
        }
        if self.repeats.has_forgotten() {
            let seen = "more lines of a period, or periods more mixed, than can be held against each other";
            let issue = Issue::warning("repeats_not_sought", "lines", seen, "lines in the order of their periods");
            reading.issues.push(Issue { severity: Severity::Info, ..issue });
        }
        if let Some(sums) = self.sums.filter(|_| scope.is_whole()) {
            sums.close(reading);
        }
        reading.lines.periods = self.periods.into_iter().collect();
    }

    fn scope(&self, roll: &Roll) -> Scope {
        let codes = |part: Part| {
            let has = move |number: u32| self.met.get(number as usize).is_some_and(|met| met & (1 << part as u8) != 0);
            let names = (1..).zip(roll.names()).filter(move |(number, _)| has(*number));
            names.map(|(_, (_, named))| named.code.clone()).collect::<BTreeSet<String>>()
        };
        let [commodities, partners, regions, districts] = [Part::Code, Part::Partner, Part::Region, Part::District].map(codes);
        Scope { commodities, partners, regions, districts, flows: self.flows }
    }
}

/// What a document was asked for, as its lines show it.
struct Scope {
    commodities: BTreeSet<String>,
    partners: BTreeSet<String>,
    regions: BTreeSet<String>,
    districts: BTreeSet<String>,
    flows: [bool; 2],
}

impl Scope {
    fn chapters(&self) -> BTreeSet<&str> {
        self.commodities.iter().filter_map(|code| code.get(..2)).collect()
    }

    /// Whether it was asked for everything, so that its sums are sums of all trade.
    fn is_whole(&self) -> bool {
        let one_region = self.regions.len() == 1 || self.districts.len() == 1;
        self.chapters().len() >= MANY && self.partners.len() >= MANY && !one_region
    }
}

impl std::fmt::Display for Scope {
    /// As migration 5 of the store says it of lines that came before.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let only = |names: &BTreeSet<String>| if names.len() == 1 { names.first().cloned() } else { None };
        let digits: BTreeSet<usize> = self.commodities.iter().map(String::len).collect();
        let digits: Vec<String> = digits.iter().map(usize::to_string).collect();
        write!(f, "digits {}", digits.join("+"))?;
        let chapters = self.chapters();
        match only(&self.commodities) {
            Some(code) => write!(f, " code {code}")?,
            None if chapters.len() < CHAPTERS => {
                write!(f, " chapters {}", chapters.into_iter().collect::<Vec<_>>().join(" "))?;
            }
            None => {}
        }
        for (what, names) in [("partner", &self.partners), ("region", &self.regions)] {
            if let Some(name) = only(names) {
                write!(f, " {what} {name}")?;
            }
        }
        match self.flows {
            [true, false] => f.write_str(" export"),
            [false, true] => f.write_str(" import"),
            _ => Ok(()),
        }
    }
}

/// What two lines of the same trade share.
fn key(line: &TypedLine) -> u64 {
    let numbers = line.names.into_iter().map(u64::from);
    let about = (u64::from(line.period.cast_unsigned()) << 2) | u64::from(line.flow.number());
    numbers.fold(mix(about), |sum, number| mix(sum ^ number))
}

fn amounts(line: &TypedLine) -> u64 {
    line.amounts.into_iter().fold(0, |sum, amount| mix(sum ^ amount.cast_unsigned()))
}
