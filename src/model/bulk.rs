//! Lines of customs dumps in bulk: typed, small, and their names told once.

use super::{CustomsLine, Dictionary, Flow, Named, RefusedLine};
use std::collections::HashMap;
use std::sync::Arc;

/// A batch of lines of one document, in its order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Lines that fit.
    pub lines: Vec<TypedLine>,
    /// Lines that do not.
    pub refused: Vec<RefusedLine>,
    /// The last data line that was looked at.
    pub upto: u32,
}

/// A line with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedLine {
    /// Its number in the document, from 1.
    pub line: u32,
    /// Year × 100 + month; month 0: the whole year.
    pub period: i32,
    /// Direction.
    pub flow: Flow,
    /// Names by [`Part`]: the number of one in the roll, from 1; 0 for none.
    pub names: [u32; Part::COUNT],
    /// Value, weight, quantity in thousandths; [`TypedLine::NOTHING`] for none.
    pub amounts: [i64; 3],
}

impl TypedLine {
    /// Where no amount stands. No amount has this value: [`CustomsLine::milli`] keeps away from it.
    pub const NOTHING: i64 = i64::MIN;

    /// The same line with its names in the roll. `None` if an amount has no whole thousandths.
    pub fn of(line: &CustomsLine, roll: &mut Roll) -> Option<TypedLine> {
        let mut name = |part: Part, named: Option<&Arc<Named>>| named.map_or(0, |named| roll.number(part.dictionary(), named));
        let code = Arc::new(Named { code: line.code.to_string(), text: line.code.to_string() });
        let names = [
            name(Part::Reporter, line.reporter.as_ref()),
            name(Part::Partner, line.partner.as_ref()),
            name(Part::Code, Some(&code)),
            name(Part::Unit, line.unit.as_ref()),
            name(Part::Region, line.region.as_ref()),
            name(Part::District, line.district.as_ref()),
        ];
        let mut amounts = [TypedLine::NOTHING; 3];
        for (place, amount) in amounts.iter_mut().zip([line.value, line.weight, line.quantity]) {
            if let Some(amount) = amount {
                *place = CustomsLine::milli(amount)?;
            }
        }
        let period = line.year * 100 + line.month.map_or(0, |month| i32::try_from(month).unwrap_or_default());
        Some(TypedLine { line: line.line, period, flow: line.flow, names, amounts })
    }

    /// A digest of the line that does not hang on numbers of the roll.
    pub fn digest(&self, roll: &Roll) -> u64 {
        self.digest_by(|_, number| roll.digest(number))
    }

    /// The same, where somebody else knows the digests of the names' codes.
    pub fn digest_by(&self, mut of: impl FnMut(Part, u32) -> u64) -> u64 {
        let numbers = [u64::from(self.line), u64::from(self.period.cast_unsigned()), u64::from(self.flow.number())];
        let names = Part::ALL.map(|part| of(part, self.name(part)));
        let amounts = self.amounts.map(i64::cast_unsigned);
        numbers.into_iter().chain(names).chain(amounts).fold(0, |sum, number| mix(sum ^ number))
    }

    /// The number of a name.
    pub fn name(&self, part: Part) -> u32 {
        self.names[part as usize]
    }
}

/// What of a line is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who reports.
    Reporter,
    /// With whom.
    Partner,
    /// What.
    Code,
    /// In which unit the quantity is.
    Unit,
    /// Region of the declarant.
    Region,
    /// Federal district.
    District,
}

impl Part {
    /// How many there are.
    pub const COUNT: usize = 6;
    /// All of them, in their order.
    pub const ALL: [Part; Part::COUNT] = [Part::Reporter, Part::Partner, Part::Code, Part::Unit, Part::Region, Part::District];

    /// The dictionary of its names.
    pub fn dictionary(self) -> Dictionary {
        match self {
            Part::Reporter | Part::Partner => Dictionary::Partner,
            Part::Code => Dictionary::Code,
            Part::Unit => Dictionary::Unit,
            Part::Region | Part::District => Dictionary::Region,
        }
    }
}

/// The names that the lines of a document use, each once, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Roll {
    names: Vec<(Dictionary, Arc<Named>)>,
    digests: Vec<u64>,
    numbers: HashMap<(Dictionary, Arc<Named>), u32>,
}

impl Roll {
    /// The number of a name, from 1; a new one is written down.
    pub fn number(&mut self, dictionary: Dictionary, named: &Arc<Named>) -> u32 {
        if let Some(number) = self.numbers.get(&(dictionary, named.clone())) {
            return *number;
        }
        self.names.push((dictionary, named.clone()));
        self.digests.push(code_digest(&named.code));
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert((dictionary, named.clone()), number);
        number
    }

    /// The name of a number; 0 is none.
    pub fn name(&self, number: u32) -> Option<&Named> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.names.get(at).map(|(_, named)| &**named)
    }

    /// The digest of a name's code; 0 for none.
    fn digest(&self, number: u32) -> u64 {
        let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        at.and_then(|at| self.digests.get(at)).copied().unwrap_or_default()
    }

    /// All names, number 1 first.
    pub fn names(&self) -> &[(Dictionary, Arc<Named>)] {
        &self.names
    }
}

/// The digest of a name's code.
pub fn code_digest(code: &str) -> u64 {
    code.bytes().fold(1, |sum, byte| mix(sum ^ u64::from(byte)))
}

/// Spreads the bits of a number over all others (the finalizer of SplitMix64).
pub fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
