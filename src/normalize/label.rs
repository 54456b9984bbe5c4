//! Folding of labels, footnote marks and notes.

pub(super) mod marks;

pub use marks::{note_start, notes, split_marks};

use unicode_normalization::UnicodeNormalization;

/// Folds a text so that spellings of one label compare equal: lower case, ё = е, every kind of white space and runs of it
/// one space, trimmed; soft hyphens and zero-width characters vanish; dashes are `-`, quotes `"`; Latin look-alikes inside a
/// Cyrillic word become Cyrillic. Superscript characters stay. Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-')) {
        return text.to_string();
    }
    let mut folded = String::with_capacity(text.len());
    let lower = text.chars().flat_map(char::to_lowercase).filter(|&c| !vanishes(c));
    if text.chars().any(is_combining) {
        // Typed in two characters (и + ̆): composed, and what cannot be composed is dropped.
        let lower: String = lower.collect();
        lower.nfc().filter(|&c| !is_combining(c)).for_each(|c| push_folded(&mut folded, c));
    } else {
        lower.for_each(|c| push_folded(&mut folded, c));
    }
    folded.truncate(folded.trim_end().len());
    if has_latin_and_cyrillic(&folded) { unmix(&folded) } else { folded }
}

/// Appends one lower-case character in its folded form.
fn push_folded(folded: &mut String, c: char) {
    match c {
        c if c.is_whitespace() => {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        'ё' => folded.push('е'),
        c if is_dash(c) => folded.push('-'),
        '«' | '»' | '“' | '”' | '„' | '‟' | '″' | '‘' | '’' | '‚' | '‹' | '›' => folded.push('"'),
        other => folded.push(other),
    }
}

/// Soft hyphens, zero-width characters, and the dot that lower-casing a Turkish capital leaves.
fn vanishes(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{307}')
}

/// Every dash and the minus sign.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}

pub(super) fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52F}').contains(&c)
}

fn has_latin_and_cyrillic(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_lowercase()) && text.chars().any(is_cyrillic)
}

/// Replaces Latin look-alikes in words that have a Cyrillic letter.
fn unmix(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for word in words(text) {
        if word.chars().any(is_cyrillic) { out.extend(word.chars().map(cyrillic_twin)) } else { out.push_str(word) }
    }
    out
}

/// Cuts a text into runs of letters and runs of everything else.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let letter = rest.chars().next()?.is_alphabetic();
        let end = rest.find(|c: char| c.is_alphabetic() != letter).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

/// The Cyrillic letter that looks like a Latin one in lower or upper case (`b`: В).
fn cyrillic_twin(c: char) -> char {
    match TWINS.iter().find(|(latin, _)| *latin == c) {
        Some((_, cyrillic)) => *cyrillic,
        None => c,
    }
}

/// The Latin letter that looks like a Cyrillic one, for classifier codes typed on the wrong keyboard layout.
pub(super) fn latin_twin(c: char) -> Option<char> {
    TWINS.iter().find(|(_, cyrillic)| *cyrillic == c).map(|(latin, _)| *latin)
}

/// Letters that look alike in lower or upper case.
const TWINS: [(char, char); 12] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('k', 'к'),
    ('m', 'м'),
    ('t', 'т'),
    ('b', 'в'),
    ('h', 'н'),
];

#[cfg(test)]
mod tests;
