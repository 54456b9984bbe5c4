//! Whether a source can deliver a series: its code against the templates of the source's readings.

use super::{Config, Source};
use crate::model::{Frequency, SeriesCode};
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::{Mapping, Prose, Read, Template, TemplatePart};
use std::collections::BTreeMap;

/// Constants: field → text.
type Set = BTreeMap<String, String>;

/// What a slot of a template can become.
enum Filling {
    /// One of these texts.
    Words(Vec<String>),
    /// A classifier code such as `05.1` or `bcde`.
    Code,
    /// Anything.
    Any,
}

impl Config {
    /// Whether any source delivers the series.
    pub fn delivers(&self, code: &SeriesCode) -> bool {
        self.sources.iter().any(|source| source.delivers(code))
    }
}

impl Source {
    /// Whether a reading of this source can give a series of that code.
    pub fn delivers(&self, code: &SeriesCode) -> bool {
        let fits = |series: &Template, fillings| fits(&series.parts, code.as_str(), &fillings);
        let read = |read: &Read| fits(&read.series, fillings(sets(read), patterns(read), &self.mapping));
        let prose = |prose: &Prose| fits(&prose.series, fillings(vec![&prose.set], vec![&prose.text], &self.mapping));
        self.mapping.reads.iter().any(read) || self.mapping.prose.iter().any(prose)
    }
}

/// What the slots of a reading can say, by field.
fn fillings(sets: Vec<&Set>, patterns: Vec<&Pattern>, mapping: &Mapping) -> BTreeMap<String, Vec<Filling>> {
    let mut found: BTreeMap<String, Vec<Filling>> = BTreeMap::new();
    for set in sets {
        for (field, text) in set {
            found.entry(field.clone()).or_default().push(Filling::Words(vec![text.to_lowercase()]));
        }
    }
    for (field, kind) in patterns.into_iter().flat_map(Pattern::slots) {
        let filling = match kind.as_deref() {
            Some("code") => Filling::Code,
            Some(list) if mapping.names.contains_key(list) => {
                Filling::Words(mapping.names[list].iter().map(|(_, value)| value.to_lowercase()).collect())
            }
            _ => Filling::Any,
        };
        found.entry(field).or_default().push(filling);
    }
    found
}

/// Every table of constants of a reading.
fn sets(read: &Read) -> Vec<&Set> {
    let sets = read.columns.iter().map(|c| &c.set).chain(read.rows.iter().map(|r| &r.set));
    sets.chain(read.sections.iter().map(|s| &s.set)).chain([&read.set]).collect()
}

/// Every pattern of a reading whose slots set fields.
fn patterns(read: &Read) -> Vec<&Pattern> {
    let rows = read.rows.iter().flat_map(|row| row.stub.iter().chain(row.cells.iter().map(|(_, cell)| cell)));
    let heads = read.columns.iter().flat_map(|column| &column.head);
    let sections = read.sections.iter().map(|section| &section.text);
    read.sheet.iter().chain(&read.title).chain(rows).chain(heads).chain(sections).chain(&read.footnotes).collect()
}

/// Whether the text is what the parts can become, from here to the end.
fn fits(parts: &[TemplatePart], text: &str, fillings: &BTreeMap<String, Vec<Filling>>) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((TemplatePart::Literal(literal), rest)) => {
            text.strip_prefix(&literal.to_lowercase()).is_some_and(|after| fits(rest, after, fillings))
        }
        Some((TemplatePart::Field(field), rest)) => {
            let ends = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
            ends.filter(|end| fills(field, &text[..*end], fillings)).any(|end| fits(rest, &text[end..], fillings))
        }
    }
}

fn fills(field: &str, text: &str, fillings: &BTreeMap<String, Vec<Filling>>) -> bool {
    if field == "freq" {
        return Frequency::parse(text).is_some();
    }
    let Some(known) = fillings.get(field) else { return true };
    known.iter().any(|filling| match filling {
        Filling::Words(words) => words.iter().any(|word| word == text),
        Filling::Code => is_code(text),
        Filling::Any => true,
    })
}

/// Digits in groups with points, or a run of section letters.
fn is_code(text: &str) -> bool {
    let digits = text.split('.').all(|group| !group.is_empty() && group.chars().all(|c| c.is_ascii_digit()));
    let letters = text.len() <= 5 && text.chars().all(|c| c.is_ascii_lowercase());
    digits || letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_sources_deliver_what_their_readings_say() {
        let config = Config::builtin().unwrap();
        for (code, wanted) in [
            ("rosstat.ipi.bcde.ru.yoy.m.base2018", true),
            ("rosstat.ipi.06.1.ru.yoy.m.base2018", true),
            ("rosstat.ipi.bcde.ru.yoy.q.base2018", true),
            ("rosstat.ipi.c.moscow.yoy.m.base2018", true),
            ("rosstat.ipi.c.moskow.yoy.m.base2018", false),
            ("rosstat.ipi.bcde.ru.yoy.m.base2081", false),
            ("rosstat.ipi.bcde1.ru.yoy.m.base2018", false),
            ("rosstat.ppi.bcde.ru.yoy.m", false),
            ("cbr.trade.total.ru.export.level.a.bop", true),
        ] {
            assert_eq!(config.delivers(&code.parse().unwrap()), wanted, "{code}");
        }
    }
}
