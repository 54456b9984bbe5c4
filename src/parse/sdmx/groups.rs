//! Attributes that a message states once for a group of series: found again by the dimensions that the group names.

use crate::parse::ParseError;
use crate::parse::long::too_large;
use std::collections::{BTreeMap, HashMap};

/// Combinations of dimensions that groups of one data set name.
const MAX_KINDS: usize = 64;

/// A concept and its value.
pub type Pair = (String, String);

/// The groups of one data set.
#[derive(Debug, Default)]
pub struct Groups {
    /// By the dimensions they name, in alphabetical order, and the values of these.
    kinds: BTreeMap<Vec<String>, HashMap<Vec<String>, Vec<Pair>>>,
    /// Structure-specific ones, whose dimensions are known only when a series is.
    waiting: Vec<Vec<Pair>>,
}

impl Groups {
    /// A group; without a key of its own it waits until dimensions can be told from attributes.
    ///
    /// # Errors
    /// More kinds of groups than a data set may have.
    pub fn add(&mut self, key: Vec<Pair>, attributes: Vec<Pair>) -> Result<(), ParseError> {
        match (key.is_empty(), attributes.is_empty()) {
            (_, true) => Ok(()),
            (true, false) => {
                self.waiting.push(attributes);
                Ok(())
            }
            (false, false) => self.keep(key, attributes),
        }
    }

    /// Tells dimensions from attributes in waiting groups: dimensions are what an observation names too.
    ///
    /// # Errors
    /// As [`Groups::add`].
    pub fn settle(&mut self, names: &[&str]) -> Result<(), ParseError> {
        for group in std::mem::take(&mut self.waiting) {
            let (key, attributes): (Vec<Pair>, Vec<Pair>) =
                group.into_iter().partition(|(name, _)| names.contains(&name.as_str()));
            self.keep(key, attributes)?;
        }
        Ok(())
    }

    fn keep(&mut self, mut key: Vec<Pair>, attributes: Vec<Pair>) -> Result<(), ParseError> {
        key.sort();
        let (names, values): (Vec<String>, Vec<String>) = key.into_iter().unzip();
        self.kinds.entry(names).or_default().insert(values, attributes);
        match self.kinds.len() > MAX_KINDS {
            true => Err(too_large("DataSet", "the number of kinds of groups", MAX_KINDS)),
            false => Ok(()),
        }
    }

    /// The attributes of all groups that an observation with these values belongs to.
    pub fn of<'g>(&'g self, value: impl Fn(&str) -> Option<&'g str>) -> Vec<&'g Pair> {
        let kinds = self.kinds.iter().filter(|(names, _)| !names.is_empty());
        let found = kinds.filter_map(|(names, groups)| {
            let values: Option<Vec<String>> = names.iter().map(|name| value(name).map(str::to_string)).collect();
            groups.get(&values?)
        });
        found.flatten().collect()
    }
}
