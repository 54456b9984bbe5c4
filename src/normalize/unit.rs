//! The unit list: ids and the spellings that publishers use. It is data: a new unit is a line of a table.

mod table;

use super::label::is_cyrillic;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use table::{BASES, SCALES, WHOLE};

/// A spelling without blanks and dots, superscripts lowered, and the unit's id.
struct Spelling {
    compact: String,
    id: usize,
}

struct Units {
    ids: Vec<String>,
    /// By first character, the longest first.
    spellings: BTreeMap<char, Vec<Spelling>>,
}

static UNITS: LazyLock<Units> = LazyLock::new(build);

/// The id of a unit, from a folded text that is a spelling of it and nothing else.
pub fn parse(folded: &str) -> Option<&'static str> {
    let text = folded.trim().trim_end_matches([':', ',']);
    prefixes(text, 0).into_iter().find(|&(_, end)| end == text.len()).map(|(id, _)| id)
}

/// Whether it is the id of a unit.
pub fn known(id: &str) -> bool {
    find(id).is_some()
}

/// The unit of that very id.
pub fn find(id: &str) -> Option<&'static str> {
    ids().find(|known| *known == id)
}

/// All ids.
pub fn ids() -> impl Iterator<Item = &'static str> {
    UNITS.ids.iter().map(String::as_str)
}

/// Units that can be read at a place in a folded text and where their spelling ends, the longest spelling first. Blanks and
/// dots between the parts do not count (`тыс.тонн`, `тыс. тонн`).
pub(super) fn prefixes(text: &str, at: usize) -> Vec<(&'static str, usize)> {
    let rest = &text[at..];
    let Some(first) = rest.chars().next() else { return Vec::new() };
    let inside = first.is_alphabetic() && text[..at].ends_with(char::is_alphabetic);
    let Some(spellings) = UNITS.spellings.get(&lowered(first)).filter(|_| !inside) else { return Vec::new() };
    let found = spellings.iter().filter_map(|s| Some((UNITS.ids.get(s.id)?.as_str(), at + spelled(rest, &s.compact)?)));
    let mut ends = Vec::new();
    for (id, end) in found {
        ends.extend(text[end..].starts_with('.').then_some((id, end + 1)));
        ends.push((id, end));
    }
    ends
}

/// The length of the part of a text that is a spelling; it may not end inside a word or number.
fn spelled(text: &str, compact: &str) -> Option<usize> {
    let mut wanted = compact.chars().peekable();
    for (i, c) in text.char_indices() {
        let Some(&next) = wanted.peek() else {
            return (!continues(compact, c)).then_some(i);
        };
        if lowered(c) == next {
            wanted.next();
        } else if !(c == ' ' || c == '.') {
            return None;
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

/// Whether a character goes on the word that a spelling ends with.
fn continues(compact: &str, c: char) -> bool {
    compact.ends_with(char::is_alphanumeric) && c.is_alphanumeric()
}

/// A superscript exponent and the signs of a product as they are written in the table.
fn lowered(c: char) -> char {
    match c {
        '²' => '2',
        '³' => '3',
        '∙' | '⋅' | '*' | '•' => '·',
        other => other,
    }
}

/// Spellings of the table and of every scale with every base.
fn build() -> Units {
    let mut units = Units { ids: Vec::new(), spellings: BTreeMap::new() };
    for (id, spellings) in WHOLE {
        units.add(id, spellings.split('|').map(str::to_string));
    }
    for (base, one, spellings) in BASES {
        units.add(one, spellings.split('|').map(str::to_string));
        for (scale, words) in SCALES {
            let id =
                if one.chars().all(|c| c.is_ascii_uppercase()) { format!("{one} {scale}") } else { format!("{scale} {base}") };
            let pairs = words
                .split('|')
                .flat_map(|w| spellings.split('|').filter(|s| same_script(w, s)).map(move |s| format!("{w} {s}")));
            units.add(&id, pairs.chain([id.to_lowercase()]));
        }
    }
    for spellings in units.spellings.values_mut() {
        spellings.sort_by_key(|s| std::cmp::Reverse(s.compact.len()));
    }
    units
}

/// `тыс. t` is nobody's spelling; a base without letters goes with any scale.
fn same_script(scale: &str, base: &str) -> bool {
    scale.chars().any(is_cyrillic) == base.chars().any(is_cyrillic)
}

impl Units {
    fn add(&mut self, id: &str, spellings: impl Iterator<Item = String>) {
        let index = self.ids.iter().position(|known| known == id).unwrap_or(self.ids.len());
        if index == self.ids.len() {
            self.ids.push(id.to_string());
        }
        for spelling in spellings {
            let compact: String = spelling.chars().filter(|c| !matches!(c, ' ' | '.')).map(lowered).collect();
            let Some(first) = compact.chars().next() else { continue };
            self.spellings.entry(first).or_default().push(Spelling { compact, id: index });
        }
    }
}

#[cfg(test)]
mod tests;
