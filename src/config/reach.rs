//! Where a source's documents come from without somebody naming it.

use super::{Source, StateKind};
use crate::fetch::Place;

impl Source {
    /// The source as it is fetched without being named: of what is dead, a web archive's captures are all that is asked.
    /// `None`: it is not fetched.
    pub fn on_its_own(&self) -> Option<Source> {
        match self.reach() {
            Reach::Addresses => Some(self.clone()),
            Reach::WebArchive => {
                let mut source = self.clone();
                source.fetch.places.retain(Place::is_archived);
                Some(source)
            }
            Reach::Nowhere => None,
        }
    }

    /// Where its documents come from on schedule.
    pub fn reach(&self) -> Reach {
        match self.state.kind {
            StateKind::Dead if self.fetch.places.iter().any(Place::is_archived) => Reach::WebArchive,
            StateKind::Dead => Reach::Nowhere,
            _ if self.fetch.places.is_empty() => Reach::Nowhere,
            StateKind::Live | StateKind::Moved | StateKind::Withheld => Reach::Addresses,
        }
    }
}

/// Where a source's documents come from on schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of its addresses.
    Addresses,
    /// Its own address is dead; a web archive kept documents of it.
    WebArchive,
    /// It is dead, and nothing is fetched.
    Nowhere,
}

impl Reach {
    /// What stands behind the declared state; empty where that says it all.
    pub fn in_words(self) -> &'static str {
        match self {
            Reach::Addresses => "",
            Reach::WebArchive => "read from the web archive",
            Reach::Nowhere => "not fetched",
        }
    }
}
