//! Words of a document as the configuration writes them: ids, patterns, units.

use crate::normalize::label::fold;
use crate::normalize::unit;
use std::collections::BTreeSet;

/// An id has so many letters at most: it stands in codes and on command lines.
const LONGEST_ID: usize = 40;
/// A text is quoted in a pattern up to so many letters.
const LONGEST_PATTERN: usize = 90;
/// Spellings of units that are other words as well: `г.` is a year.
const NO_UNITS: [&str; 5] = ["г", "г.", "л", "м", "years"];

/// The letters of an id for one Cyrillic letter, in the usual transliteration without signs.
fn latin(c: char) -> &'static str {
    const LETTERS: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts",
        "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    let at = (c as usize).checked_sub('а' as usize);
    at.and_then(|at| LETTERS.get(at)).copied().unwrap_or_default()
}

/// A text as an id: lower case, Latin letters, digits and hyphens; empty if nothing of it can stand in one.
pub fn slug(text: &str) -> String {
    let mut id = String::new();
    for word in fold(text).split(|c: char| !c.is_alphanumeric()) {
        let spelled = |c: char| if c.is_ascii() { c.to_string() } else { latin(c).to_string() };
        let word: String = word.chars().map(spelled).collect();
        if !id.is_empty() && id.len() + word.len() >= LONGEST_ID {
            break;
        }
        if !word.is_empty() {
            id.push_str(if id.is_empty() { "" } else { "-" });
            id.extend(word.chars().take(LONGEST_ID));
        }
    }
    id
}

/// An id for a text, else this one.
pub fn slug_or(text: &str, other: &str) -> String {
    Some(slug(text)).filter(|id| !id.is_empty()).unwrap_or_else(|| other.to_string())
}

/// A folded text as a pattern of itself: signs of the language stand for anything, and a long text is cut.
pub fn literal(folded: &str) -> String {
    let plain = |c: char| if matches!(c, '*' | '[' | ']' | '{' | '}') || c.is_control() { '*' } else { c };
    let mut pattern: String = folded.chars().map(plain).collect();
    if let Some((end, _)) = pattern.char_indices().nth(LONGEST_PATTERN) {
        pattern.truncate(pattern[..end].rfind(' ').unwrap_or(end));
        pattern.push('*');
    }
    pattern
}

/// A title as a pattern that the next edition will match too: up to its first figure.
pub fn title(folded: &str) -> Option<String> {
    let until = folded.find(|c: char| c.is_ascii_digit()).unwrap_or(folded.len());
    let words = folded.get(..until)?.trim_end_matches(|c: char| !c.is_alphanumeric());
    let letters = words.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 6 {
        return None;
    }
    let whole = words.len() == folded.len();
    let pattern = literal(words);
    Some(if whole || pattern.ends_with('*') { pattern } else { pattern + "*" })
}

/// The units that a folded text names: the whole of it, or what stands between commas and brackets.
pub fn units(folded: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    if is_ratio(folded) {
        found.insert("percent");
    }
    let parts = folded.split([',', ';', ':', '(', ')']);
    for part in [folded].into_iter().chain(parts) {
        let part = part.trim().trim_matches(|c| matches!(c, '(' | ')' | '"')).trim();
        let part = part.strip_prefix("в ").or_else(|| part.strip_prefix("in ")).unwrap_or(part);
        found.extend(unit_of(part));
    }
    found
}

/// The unit whose spelling a folded text is, unless it may as well be another word.
pub fn unit_of(folded: &str) -> Option<&'static str> {
    unit::parse(folded).filter(|_| !NO_UNITS.contains(&folded))
}

/// Whether a folded text says that figures are per cent of something.
pub fn is_ratio(folded: &str) -> bool {
    folded.contains('%') || folded.contains("процент") || folded.contains("per cent") || folded.contains("percent")
}

/// A text within a comment: one line of moderate length.
pub fn quoted(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let short: String = plain.chars().take(LONGEST_PATTERN).collect();
    format!("{:?}{}", short.trim(), if short.len() < plain.len() { "…" } else { "" })
}

/// A text as TOML writes it.
pub fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_patterns_and_titles() {
        assert_eq!(slug("Добыча угля, млн т"), "dobycha-uglya-mln-t");
        assert_eq!(slug("1)  —"), "1");
        assert_eq!(slug("亿元"), "");
        assert!(slug(&"длинное слово ".repeat(20)).len() <= LONGEST_ID);
        assert_eq!(literal("сахар [белый]*"), "сахар *белый**");
        assert_eq!(title("индексы цен в 2020 году").as_deref(), Some("индексы цен в*"));
        assert_eq!(title("индексы цен").as_deref(), Some("индексы цен"));
        assert_eq!(title("2020"), None);
    }

    #[test]
    fn units_stand_in_brackets_behind_commas_or_alone() {
        for (text, unit) in [
            ("млн. тонн", "million tonnes"),
            ("экспорт, млрд долл. сша", "USD billion"),
            ("добыча (млн. т)", "million tonnes"),
            ("в процентах", "percent"),
            ("январь в % к декабрю", "percent"),
        ] {
            assert_eq!(units(text).into_iter().collect::<Vec<_>>(), [unit], "{text}");
        }
        assert!(units("данные за 2020, г.").is_empty());
        assert_eq!(units("тонн, руб.").len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_written(text in ".{0,200}") {
            let folded = fold(&text);
            proptest::prop_assert!(crate::normalize::pattern::Pattern::parse(&literal(&folded)).is_ok());
            let (key, id) = (toml(&text), slug(&text));
            let read = toml::from_str::<toml::Table>(&format!("a = {key}")).unwrap();
            proptest::prop_assert_eq!(read["a"].as_str(), Some(&*text));
            proptest::prop_assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && id.len() <= LONGEST_ID + 1);
        }
    }
}
