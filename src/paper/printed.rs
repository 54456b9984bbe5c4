//! The token a paper prints: does it say what the catalogue says it does?

use rust_decimal::Decimal;

/// Words that print a number.
const WORDS: [(&str, i64); 43] = [
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("twice", 2),
    ("double", 2),
    ("doubled", 2),
    ("doubling", 2),
    ("twofold", 2),
    ("triple", 3),
    ("tripled", 3),
    ("tripling", 3),
    ("threefold", 3),
    ("quadruple", 4),
    ("quadrupled", 4),
    ("fourfold", 4),
    ("fivefold", 5),
    ("sixfold", 6),
    ("sevenfold", 7),
    ("eightfold", 8),
    ("ninefold", 9),
    ("tenfold", 10),
    ("hundred", 100),
];

/// Words that state a place in a ranking.
const ORDINALS: [(&str, i64); 9] = [
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
];

/// Every magnitude the token can be read as, with its decimals; empty if it is no number (such as `1.2.3`).
pub fn readings(printed: &str) -> Vec<(Decimal, u32)> {
    let lower = printed.to_lowercase().replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ");
    let runs = digit_runs(&lower);
    match runs.as_slice() {
        [] => words(&lower),
        [run] => numerals(run),
        _ => Vec::new(),
    }
}

/// The place that the words of a rank state: the second largest is 2, the largest since a year 1. Empty if a figure stands in it.
pub fn place(printed: &str) -> Vec<(Decimal, u32)> {
    let lower = printed.to_lowercase();
    if printed.trim().is_empty() || lower.chars().any(|c| c.is_ascii_digit()) {
        return Vec::new();
    }
    let stated = lower.split(|c: char| !c.is_alphanumeric()).find_map(|word| ORDINALS.iter().find(|(name, _)| *name == word));
    vec![(Decimal::from(stated.map_or(1, |(_, place)| *place)), 0)]
}

/// What a token can have been meant to be if one of its separators is taken for the decimal sign and the others group digits:
/// `30.875.3` is 30.8753 or 30875.3. Empty for anything but digits with two or more separators.
pub fn meant(printed: &str) -> Vec<(Decimal, u32)> {
    let runs = digit_runs(&printed.to_lowercase());
    let [run] = runs.as_slice() else { return Vec::new() };
    let parts: Vec<&str> = run.split(['.', ',']).collect();
    if parts.len() < 3 {
        return Vec::new();
    }
    let as_sign = |at: usize| {
        let text = format!("{}.{}", parts[..at].concat(), parts[at..].concat());
        text.parse::<Decimal>().ok().map(|value| (value, value.scale()))
    };
    (1..parts.len()).filter_map(as_sign).collect()
}

/// The maximal runs of digits, points, commas and single spaces between digits.
fn digit_runs(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut runs: Vec<String> = Vec::new();
    let mut open = false;
    for (i, c) in chars.iter().enumerate() {
        let glue = matches!(c, '.' | ',' | ' ' | '\'' | '’') && i > 0 && digit(i - 1) && digit(i + 1);
        match (digit(i) || glue, open) {
            (true, true) => runs.last_mut().into_iter().for_each(|run| run.push(*c)),
            (true, false) => runs.push(c.to_string()),
            (false, _) => {}
        }
        open = digit(i) || glue;
    }
    runs
}

/// A point is a decimal separator; a comma is one, or parts thousands: where both are possible, both are readings. Two or more of
/// one separator, or one before another, part thousands.
fn numerals(run: &str) -> Vec<(Decimal, u32)> {
    let plain: String = run.chars().filter(|c| !matches!(c, ' ' | '\'' | '’')).collect();
    let marks: Vec<char> = plain.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let read = |text: String| Decimal::from_str_exact(&text).ok().map(|number| (number, number.scale()));
    let (whole, rest) = plain.rsplit_once(['.', ',']).unwrap_or((&plain, ""));
    let as_groups = || in_threes(&plain).then(|| plain.replace(['.', ','], ""));
    let texts = match marks.as_slice() {
        [] => vec![plain.clone()],
        ['.'] => vec![plain.clone()],
        [','] => [Some(plain.replace(',', ".")), as_groups()].into_iter().flatten().collect(),
        marks if marks.iter().all(|mark| mark == &marks[0]) => as_groups().into_iter().collect(),
        marks if marks[..marks.len() - 1].iter().all(|mark| mark == &marks[0]) && in_threes(whole) => {
            vec![format!("{}.{rest}", whole.replace(['.', ','], ""))]
        }
        _ => Vec::new(),
    };
    texts.into_iter().filter_map(read).collect()
}

/// Whether every group of digits but the first has three.
fn in_threes(text: &str) -> bool {
    text.split(['.', ',']).skip(1).all(|group| group.len() == 3)
}

/// A number written as a word; a hundred of something is that many hundreds, and a half in a longer text no number of its own.
fn words(text: &str) -> Vec<(Decimal, u32)> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|w| matches!(*w, "halved" | "halving")) || matches!(parts.as_slice(), ["half"] | ["by", "half"]) {
        return vec![(Decimal::new(5, 1), 1)];
    }
    let number = |word: &str| WORDS.iter().find(|(name, _)| *name == word).map(|(_, n)| Decimal::from(*n));
    let found: Vec<Decimal> = parts.iter().filter_map(|word| number(word)).collect();
    match found.as_slice() {
        _ if parts.contains(&"half") => Vec::new(),
        [number] => vec![(*number, 0)],
        [number, hundred] if *hundred == Decimal::ONE_HUNDRED => vec![(number * hundred, 0)],
        _ => Vec::new(),
    }
}

/// Whether the token has a minus sign before its digits.
pub fn is_negative(printed: &str) -> bool {
    let before = printed.trim_start().split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    printed.chars().any(|c| c.is_ascii_digit()) && before.trim_end().ends_with(['-', '−', '–'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let cases = [
            ("4.1%", "4.1", 1),
            ("7.0%", "7.0", 1),
            ("107.76 billion", "107.76", 2),
            ("4,1", "4.1", 1),
            ("1,234.5", "1234.5", 1),
            ("30,000", "30000", 0),
            ("1 234,5", "1234.5", 1),
            ("1.234,5", "1234.5", 1),
            ("1.234.567", "1234567", 0),
            ("two hundred", "200", 0),
            ("halved", "0.5", 1),
            ("sevenfold", "7", 0),
            ("9-fold", "9", 0),
            ("fourfold", "4", 0),
            ("two times", "2", 0),
            ("$151 billion", "151", 0),
        ];
        for (printed, value, decimals) in cases {
            assert!(readings(printed).contains(&(value.parse().unwrap(), decimals)), "{printed}: {:?}", readings(printed));
        }
    }

    #[test]
    fn places_of_a_ranking() {
        for (printed, wanted) in [("largest decline since", Some(1)), ("second largest", Some(2)), ("", None), ("top 5", None)] {
            let got = place(printed).first().map(|(value, _)| *value);
            assert_eq!(got, wanted.map(Decimal::from), "{printed}");
        }
    }

    #[test]
    fn a_token_with_two_separators() {
        let texts = |printed: &str| meant(printed).iter().map(|(v, p)| format!("{v} {p}")).collect::<Vec<_>>();
        assert_eq!(texts("$30.875.3 billion"), ["30.8753 4", "30875.3 1"]);
        assert_eq!(texts("30.8753"), Vec::<String>::new());
        assert_eq!(texts("record high"), Vec::<String>::new());
    }

    #[test]
    fn no_numbers() {
        for printed in [
            "",
            "many",
            "1.2.3",
            "30.875.3",
            "4.1 to 5",
            "31.12.2020",
            "one and a half",
            "in the first half",
            "for the first time in history",
            "record high",
        ] {
            assert_eq!(readings(printed), [], "{printed}");
        }
    }
}
