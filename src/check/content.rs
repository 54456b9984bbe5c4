//! Whether a document that came is the one that was wanted, by its words: a page in its place, or its edition in another language, may
//! be a file of the right kind.

use crate::normalize::label::fold;
use std::collections::BTreeMap;

/// Fewer letters than this say nothing of a language.
const FEWEST_LETTERS: u64 = 40;
/// At least one letter in so many is of the language's script: tables have Latin codes and units beside their words.
const ONE_OF: u64 = 5;

/// What a source's documents say, whatever they are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Texts that each document has somewhere, as folded labels compare.
    pub must_contain: Vec<String>,
    /// The language they are written in.
    pub language: Option<Language>,
}

/// A language, as far as its script tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Russian: Cyrillic.
    Russian,
    /// English: Latin.
    English,
    /// Chinese: Han.
    Chinese,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lacking {
    /// A text that must be there.
    Marker(String),
    /// The language: what was wanted, and what there is.
    Language(&'static str, String),
}

impl Language {
    /// Every one, with the word that stands in the file.
    pub const ALL: [(Language, &'static str); 3] =
        [(Language::Russian, "ru"), (Language::English, "en"), (Language::Chinese, "zh")];

    fn script(self) -> &'static str {
        match self {
            Language::Russian => "Cyrillic",
            Language::English => "Latin",
            Language::Chinese => "Han",
        }
    }
}

impl Content {
    /// Whether anything is asked of documents at all.
    pub fn is_empty(&self) -> bool {
        self.must_contain.is_empty() && self.language.is_none()
    }

    /// Begins to look at a document.
    pub fn look(&self) -> Look<'_> {
        let wanted = self.must_contain.iter().map(|marker| (marker.as_str(), fold(marker))).collect();
        Look { content: self, wanted, letters: BTreeMap::new() }
    }
}

/// A look at one document; keeps nothing of it but counts.
#[derive(Debug)]
pub struct Look<'c> {
    content: &'c Content,
    /// Markers that were not met yet, as written and folded.
    wanted: Vec<(&'c str, String)>,
    letters: BTreeMap<&'static str, u64>,
}

impl Look<'_> {
    /// Takes one more text of the document.
    pub fn text(&mut self, text: &str) {
        if !self.wanted.is_empty() {
            let folded = fold(text);
            self.wanted.retain(|(_, marker)| !folded.contains(marker.as_str()));
        }
        if self.content.language.is_some() {
            text.chars().filter_map(script).for_each(|script| *self.letters.entry(script).or_default() += 1);
        }
    }

    /// What the document lacks, now that all of it was seen.
    pub fn lacking(self) -> Option<Lacking> {
        if let Some((marker, _)) = self.wanted.first() {
            return Some(Lacking::Marker((*marker).to_string()));
        }
        let wanted = self.content.language?.script();
        let all: u64 = self.letters.values().sum();
        let of = self.letters.get(wanted).copied().unwrap_or_default();
        let told = || self.letters.iter().map(|(script, count)| format!("{count} {script}")).collect::<Vec<_>>().join(", ");
        (all >= FEWEST_LETTERS && of * ONE_OF < all).then(|| Lacking::Language(wanted, told()))
    }
}

/// The script of a letter.
fn script(c: char) -> Option<&'static str> {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some("Latin"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{3400}'..='\u{9fff}' => Some("Han"),
        c if c.is_alphabetic() => Some("other"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(markers: &[&str], language: Option<Language>, texts: &[&str]) -> Option<Lacking> {
        let content = Content { must_contain: markers.iter().map(|m| (*m).to_string()).collect(), language };
        let mut look = content.look();
        texts.iter().for_each(|text| look.text(text));
        look.lacking()
    }

    #[test]
    fn markers_are_met_however_they_are_spelt() {
        let texts = ["ИНДЕКСЫ  производства,\u{a0}в % к предыдущему году", "2020", "Объём"];
        assert_eq!(lacking(&["индексы производства", "объем"], None, &texts), None);
        let missing = lacking(&["индексы производства", "Цены"], None, &texts);
        assert_eq!(missing, Some(Lacking::Marker("Цены".into())));
    }

    #[test]
    fn a_language_is_told_by_its_letters() {
        let (russian, english) =
            ("Индексы промышленного производства по видам деятельности", "Indices of industrial production by activity");
        assert_eq!(lacking(&[], Some(Language::Russian), &[russian, "BCDE OECD GDP USD"]), None);
        assert_eq!(
            lacking(&[], Some(Language::Russian), &[english, "руб"]),
            Some(Lacking::Language("Cyrillic", "3 Cyrillic, 39 Latin".into()))
        );
        assert!(lacking(&[], Some(Language::English), &[russian]).is_some());
        assert!(lacking(&[], Some(Language::Chinese), &[english, english]).is_some());
        assert_eq!(lacking(&[], Some(Language::Chinese), &["海关总署统计数据在线查询平台", english]), None);
        assert_eq!(lacking(&[], Some(Language::Russian), &["USD", "123"]), None, "too few letters to tell");
    }
}
