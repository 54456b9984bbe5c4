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
    if from == to {
        return Some(0);
    }
    let (from, to) = (Scale::parse(from), Scale::parse(to));
    (from.base == to.base).then_some(from.exponent - to.exponent)
}

/// The unit with another word for its power of ten: `USD billion` by 10^-3 is `USD million`. `None` if no word says that power.
pub fn renamed(unit: &str, by: i64) -> Option<String> {
    let full = ALIASES.iter().find(|(short, _)| unit.trim().eq_ignore_ascii_case(short)).map_or(unit.trim(), |(_, full)| full);
    let words: Vec<&str> = full.split_whitespace().collect();
    let at = words.iter().position(|word| SCALES.iter().any(|(name, _)| name.eq_ignore_ascii_case(word)));
    let found = Scale::parse(unit);
    let plain =
        at.is_some() == (found.exponent != 0) && !matches!(found.base.as_str(), "percent" | "percentage points" | "times");
    let name = |power: i64| SCALES.iter().find(|(_, p)| *p == power).map_or("", |(name, _)| name);
    let wanted = found.exponent + by;
    let word = (plain && (wanted == 0 || !name(wanted).is_empty())).then(|| name(wanted))?;
    let kept = |i: usize| if Some(i) == at { word } else { words[i] };
    let all = (at.is_none() && !word.is_empty()).then_some(word).into_iter().chain((0..words.len()).map(kept));
    Some(all.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
}

/// Currencies that units name.
const CURRENCIES: [&str; 6] = ["usd", "eur", "rub", "cny", "jpy", "gbp"];

/// The currency, if the unit counts money.
pub fn currency(unit: &str) -> Option<&'static str> {
    let base = Scale::parse(unit).base;
    CURRENCIES.into_iter().find(|currency| base == *currency)
}

/// Whether the unit is percent (and not percentage points).
pub fn is_percent(unit: &str) -> bool {
    Scale::parse(unit).base == "percent"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_for_the_power() {
        let cases = [
            ("USD billion", -3, Some("USD million")),
            ("million tonnes", 3, Some("billion tonnes")),
            ("Mt", -3, Some("thousand tonnes")),
            ("tonnes", 6, Some("million tonnes")),
            ("USD million", -6, Some("USD")),
            ("USD million", -1, None),
            ("USD trillion", 3, None),
            ("percent", 3, None),
            ("CNY 100 million", 3, None),
        ];
        for (unit, by, wanted) in cases {
            assert_eq!(renamed(unit, by).as_deref(), wanted, "{unit} {by}");
        }
        assert_eq!((currency("CNY 100 million"), currency("million tonnes")), (Some("cny"), None));
    }

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
