//! What every step of reading one document needs at hand: the mapping, remembered matches, and the issues so far.

use super::pattern::{Fields, Pattern};
use super::spec::Mapping;
use crate::model::Issue;
use std::collections::HashMap;
use std::rc::Rc;

/// How many answers are remembered before all are forgotten: bounds memory on long tables of distinct texts.
const REMEMBERED: usize = 200_000;

/// The mapping, the cache of matches, and the issues of one document.
#[derive(Debug)]
pub struct Desk<'a> {
    /// How the source's tables become series.
    pub mapping: &'a Mapping,
    /// What a reader must know.
    pub issues: Vec<Issue>,
    matches: HashMap<usize, HashMap<Rc<str>, Option<Rc<Fields>>>>,
    remembered: usize,
}

impl<'a> Desk<'a> {
    /// An empty desk.
    pub fn new(mapping: &'a Mapping) -> Desk<'a> {
        Desk { mapping, issues: Vec::new(), matches: HashMap::new(), remembered: 0 }
    }

    /// Whether a pattern matches a whole folded text. The answer is remembered per pattern (by its address in the mapping) and text.
    pub fn matches(&mut self, pattern: &'a Pattern, folded: &Rc<str>) -> Option<Rc<Fields>> {
        let key = std::ptr::from_ref(pattern) as usize;
        if let Some(known) = self.matches.get(&key).and_then(|texts| texts.get(folded)) {
            return known.clone();
        }
        if self.remembered >= REMEMBERED {
            self.matches.clear();
            self.remembered = 0;
        }
        let answer = pattern.matches(folded, &self.mapping.names).map(Rc::new);
        self.remembered += 1;
        self.matches.entry(key).or_default().insert(folded.clone(), answer.clone());
        answer
    }

    /// Whether any of some patterns matches.
    pub fn any(&mut self, patterns: impl IntoIterator<Item = &'a Pattern>, folded: &Rc<str>) -> bool {
        patterns.into_iter().any(|pattern| self.matches(pattern, folded).is_some())
    }
}
