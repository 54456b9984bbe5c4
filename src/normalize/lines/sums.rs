//! Values of a document's lines, summed by direction, partner, commodity group and period: series that anybody can sum again.

use super::groups::{GROUPS, of_chapter};
use super::mixer::MixedMap;
use crate::model::{Flow, Frequency, Issue, Observation, Part, Period, Reading, Roll, SeriesCode, Severity, Status, TypedLine};
use crate::normalize::spec::{LineSums, TemplatePart};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The grouping of the sums.
const KIND: &str = "customs";
/// Groups that are none of the table: what is in no chapter of it, and secret codes.
const OTHER: u8 = 254;
const SECRET: u8 = 255;
/// The level of a word such as `TOTAL`, which is a sum itself.
const WORD: u8 = 0;

/// Sums so far.
#[derive(Debug)]
pub struct Sums<'a> {
    of: &'a LineSums,
    /// Group and level of commodities, place of partners, by the numbers of their names.
    codes: Vec<Option<(u8, u8)>>,
    partners: Vec<Option<u8>>,
    cells: MixedMap<u64, Cell>,
}

/// A sum and how many lines it has.
#[derive(Debug, Default, Clone, Copy)]
struct Cell {
    milli: i128,
    lines: u64,
}

/// What a sum is of. Partner 0 is the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    period: i32,
    flow: Flow,
    partner: u8,
    level: u8,
    group: u8,
}

impl Place {
    fn packed(self) -> u64 {
        let parts = [u64::from(self.flow.number()), u64::from(self.partner), u64::from(self.level), u64::from(self.group)];
        parts.into_iter().fold(u64::from(self.period.cast_unsigned()), |all, part| (all << 8) | part)
    }

    fn unpacked(all: u64) -> Place {
        let part = |at: u32| (all >> (8 * at)) as u8;
        Place { period: (all >> 32) as i32, flow: Flow::numbered(part(3)), partner: part(2), level: part(1), group: part(0) }
    }
}

impl<'a> Sums<'a> {
    /// Nothing so far.
    pub fn new(of: &'a LineSums) -> Sums<'a> {
        Sums { of, codes: Vec::new(), partners: Vec::new(), cells: MixedMap::default() }
    }

    /// Adds a line.
    pub fn line(&mut self, line: &TypedLine, roll: &Roll) {
        let (code, partner) = (line.name(Part::Code) as usize, line.name(Part::Partner));
        if self.codes.len() <= code {
            self.codes.resize(code + 1, None);
        }
        let Some(place) = self.codes.get_mut(code) else { return };
        let (group, level) =
            *place.get_or_insert_with(|| roll.name(code as u32).map_or((OTHER, WORD), |named| level(&named.code)));
        let partner = self.partner(partner, roll);
        let value = if line.amounts[0] == TypedLine::NOTHING { 0 } else { i128::from(line.amounts[0]) };
        let world = Place { period: line.period, flow: line.flow, partner: 0, level, group };
        for place in [Some(world), (partner != 0).then_some(Place { partner, ..world })].into_iter().flatten() {
            let cell = self.cells.entry(place.packed()).or_default();
            (cell.milli, cell.lines) = (cell.milli + value, cell.lines + 1);
        }
    }

    fn partner(&mut self, number: u32, roll: &Roll) -> u8 {
        let at = number as usize;
        if self.partners.len() <= at {
            self.partners.resize(at + 1, None);
        }
        let Some(place) = self.partners.get_mut(at) else { return 0 };
        *place.get_or_insert_with(|| {
            let mut listed = (1..).zip(&self.of.partners);
            let named = |code: &str| roll.name(number).is_some_and(|name| name.code == code);
            listed.find(|(_, (code, _))| named(code)).map_or(0, |(place, _)| place)
        })
    }

    /// Adds the figures to a reading, and where parts do not make up what is told as their sum. Nothing is said to be covered, for the next
    /// document may be of other months; but of each period every group has a figure, so that none of a document that it revises stands on.
    pub fn close(self, reading: &mut Reading) {
        let mut cells: BTreeMap<Place, Cell> = BTreeMap::new();
        cells.extend(self.cells.iter().map(|(packed, cell)| (Place::unpacked(*packed), *cell)));
        let levels = levels(&cells, &mut reading.issues);
        let mut sums: BTreeMap<(i32, Flow, u8), BTreeMap<u8, Cell>> = BTreeMap::new();
        for (place, cell) in cells.iter().filter(|(place, _)| levels.get(&(place.period, place.flow)) == Some(&place.level)) {
            sums.entry((place.period, place.flow, place.partner)).or_default().insert(place.group, *cell);
        }
        let partners = 0..=u8::try_from(self.of.partners.len()).unwrap_or(u8::MAX);
        let groups = (0..).zip(GROUPS.iter()).filter(|(_, group)| group.kind == KIND);
        for (period, flow) in levels.keys() {
            for partner in partners.clone() {
                let mut cells: BTreeMap<u8, Cell> = groups.clone().map(|(group, _)| (group, Cell::default())).collect();
                cells.extend(sums.remove(&(*period, *flow, partner)).unwrap_or_default());
                reading.observations.extend(self.figures((*period, *flow, partner), &cells));
            }
        }
    }

    fn figures(&self, (period, flow, partner): (i32, Flow, u8), groups: &BTreeMap<u8, Cell>) -> Vec<Observation> {
        let total = groups
            .values()
            .fold(Cell::default(), |sum, cell| Cell { milli: sum.milli + cell.milli, lines: sum.lines + cell.lines });
        let secret = groups.get(&SECRET).map(|cell| {
            let value = Decimal::from_i128_with_scale(cell.milli, 3).normalize();
            format!(
                "{} lines of secret codes, worth {value} {}, are in the total and in no group of goods",
                cell.lines, self.of.unit
            )
        });
        let items = groups.iter().map(|(group, cell)| (item(*group), *cell)).chain([("total", total)]);
        let figure = |(item, cell): (&str, Cell)| self.figure((period, flow, partner), item, cell, secret.as_deref());
        items.filter_map(figure).collect()
    }

    fn figure(
        &self,
        (period, flow, partner): (i32, Flow, u8),
        item: &str,
        cell: Cell,
        secret: Option<&str>,
    ) -> Option<Observation> {
        let (year, month) = (period / 100, u32::try_from(period % 100).ok()?);
        let (span, frequency) = match month {
            0 => (Period::year(year)?, Frequency::A),
            month => (Period::month(year, month)?, Frequency::M),
        };
        let partner = usize::from(partner).checked_sub(1).and_then(|at| self.of.partners.get(at));
        let series = self.series(item, flow, partner.map(|(_, name)| name.as_str()), frequency)?;
        let value = Decimal::try_from_i128_with_scale(cell.milli, 3).ok()?.normalize();
        let with = partner.map_or("all partners", |(code, _)| code);
        Some(Observation {
            series,
            period: span,
            value: Some(value),
            status: Status::Published,
            printed: value.to_string(),
            raw: None,
            unit: self.of.unit.clone(),
            table: format!("sums|{}", flow.as_str()),
            locator: format!("sum of {} lines: {}, {span}, {with}, {item}", cell.lines, flow.as_str()),
            notes: self.of.notes.iter().map(String::as_str).chain(secret).map(str::to_string).collect(),
        })
    }

    fn series(&self, item: &str, flow: Flow, partner: Option<&str>, frequency: Frequency) -> Option<SeriesCode> {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal(text) => text.clone(),
            TemplatePart::Field(name) => match name.as_str() {
                "item" => item.to_string(),
                "flow" => flow.as_str().to_string(),
                "freq" => frequency.as_str().to_string(),
                _ => partner.unwrap_or_default().to_string(),
            },
        };
        // of the world there is no part that names it
        self.of.series.parts.iter().map(part).collect::<String>().replace("..", ".").parse().ok()
    }
}

/// Group and level of a commodity code.
fn level(code: &str) -> (u8, u8) {
    let level = u8::try_from(code.len()).unwrap_or(u8::MAX);
    if code.bytes().all(|byte| byte == b'S') {
        return (SECRET, level);
    }
    match code.get(..2).and_then(|chapter| chapter.parse().ok()) {
        Some(chapter) => (of_chapter(KIND, chapter).and_then(|at| u8::try_from(at).ok()).unwrap_or(OTHER), level),
        None => (OTHER, WORD),
    }
}

fn item(group: u8) -> &'static str {
    match group {
        SECRET => "hs-secret",
        OTHER => "hs-other",
        group => GROUPS.get(usize::from(group)).map_or("hs-other", |group| group.item),
    }
}

/// Of every period and direction the level whose lines are summed: the one that comes to most, of equals the most detailed. Levels
/// that come to something else are told, and totals that are not what their parts make up.
fn levels(cells: &BTreeMap<Place, Cell>, issues: &mut Vec<Issue>) -> BTreeMap<(i32, Flow), u8> {
    let mut totals: BTreeMap<(i32, Flow), BTreeMap<u8, i128>> = BTreeMap::new();
    for (place, cell) in cells.iter().filter(|(place, _)| place.partner == 0) {
        *totals.entry((place.period, place.flow)).or_default().entry(place.level).or_default() += cell.milli;
    }
    let mut chosen = BTreeMap::new();
    for ((period, flow), levels) in totals {
        let parts = levels.iter().filter(|(level, _)| **level != WORD);
        let Some((level, sum)) = parts.max_by_key(|(level, sum)| (**sum, **level)) else { continue };
        chosen.insert((period, flow), *level);
        let shown = |milli: i128| Decimal::from_i128_with_scale(milli, 3).normalize();
        for (other, total) in levels.iter().filter(|(other, total)| *other != level && *total != sum) {
            let what =
                if *other == WORD { "lines that are told as totals".to_string() } else { format!("lines of {other} digits") };
            issues.push(Issue {
                severity: if *other == WORD { Severity::Warning } else { Severity::Info },
                ..Issue::warning(
                    if *other == WORD { "parts_and_total" } else { "mixed_levels" },
                    format!("period {period}, {}", flow.as_str()),
                    format!("{} in {what}", shown(*total)),
                    format!("{}, the sum of the lines of {level} digits, which alone is summed", shown(*sum)),
                )
            });
        }
    }
    chosen
}
