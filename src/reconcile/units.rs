//! Units as a base and an exact power of ten. Nothing else is ever converted.

/// Words that scale a unit, with their power of ten.
const SCALES: [(&str, i64); 4] = [("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12)];

/// Short spellings, with what they stand for.
const ALIASES: [(&str, &str); 15] = [
    ("%", "percent"),
    ("per cent", "percent"),
    ("pp", "percentage points"),
    ("percentage point", "percentage points"),
    ("kt", "thousand tonnes"),
    ("mt", "million tonnes"),
    ("gt", "billion tonnes"),
    ("bcm", "billion m3"),
    ("kwh", "thousand wh"),
    ("mwh", "million wh"),
    ("gwh", "billion wh"),
    ("twh", "trillion wh"),
    ("x", "times"),
    ("ratio", "times"),
    ("fold", "times"),
];

/// Words for one base unit that have several spellings.
const SPELLINGS: [(&str, &str); 8] = [
    ("t", "tonnes"),
    ("tonne", "tonnes"),
    ("tons", "tonnes"),
    ("m³", "m3"),
    ("piece", "pieces"),
    ("person", "persons"),
    ("people", "persons"),
    ("time", "times"),
];

/// A unit: what is counted, and by which power of ten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// What is counted, lower case: `usd`, `tonnes`, `percent`.
    pub base: String,
    /// The power of ten.
    pub exponent: i64,
}

impl Scale {
    /// Reads a unit's id such as `USD billion`, `million tonnes`, `Mt` or `percent`.
    pub fn parse(unit: &str) -> Scale {
        let lower = unit.trim().to_lowercase();
        let full = ALIASES.iter().find(|(short, _)| *short == lower).map_or(lower.as_str(), |(_, full)| full);
        let mut exponent = 0;
        let mut base = Vec::new();
        for word in full.split_whitespace() {
            match SCALES.iter().find(|(name, _)| *name == word) {
                Some((_, power)) => exponent += power,
                None if tens(word).is_some() => exponent += tens(word).unwrap_or_default(),
                None => base.push(SPELLINGS.iter().find(|(s, _)| *s == word).map_or(word, |(_, b)| b)),
            }
        }
        Scale { base: base.join(" "), exponent }
    }
}

/// The power of ten that a number in a unit's name is: `CNY 100 million`.
fn tens(word: &str) -> Option<i64> {
    let zeros = word.strip_prefix('1')?;
    zeros.chars().all(|c| c == '0').then(|| i64::try_from(zeros.len()).unwrap_or_default())
}

/// The power of ten that turns a figure in `from` into one in `to`; `None` if they count different things.
pub fn exponent(from: &str, to: &str) -> Option<i64> {
    let (from, to) = (Scale::parse(from), Scale::parse(to));
    (from.base == to.base).then_some(from.exponent - to.exponent)
}

/// Whether the unit is percent (and not percentage points).
pub fn is_percent(unit: &str) -> bool {
    Scale::parse(unit).base == "percent"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions() {
        let cases = [
            ("USD million", "USD billion", Some(-3)),
            ("USD", "USD billion", Some(-9)),
            ("thousand tonnes", "Mt", Some(-3)),
            ("million tonnes", "million t", Some(0)),
            ("billion m³", "bcm", Some(0)),
            ("percent", "%", Some(0)),
            ("percent", "percentage points", None),
            ("CNY million", "USD million", None),
            ("CNY 100 million", "CNY billion", Some(-1)),
            ("CNY 10 thousand", "CNY million", Some(-2)),
            ("percent", "USD billion", None),
        ];
        for (from, to, wanted) in cases {
            assert_eq!(exponent(from, to), wanted, "{from} to {to}");
        }
    }
}
