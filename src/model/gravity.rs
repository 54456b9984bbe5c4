//! How much something matters: a verdict, or what a person is told.

/// How much something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// Nothing to do.
    Info,
    /// A last digit or the wording.
    Minor,
    /// A value, row or source.
    Major,
    /// The sign or the order of magnitude; of what is kept, that it is in danger.
    Critical,
}

impl Gravity {
    /// All of them, the least first.
    pub const ALL: [Gravity; 4] = [Gravity::Info, Gravity::Minor, Gravity::Major, Gravity::Critical];

    /// The word that stands in files and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Gravity::Info => "info",
            Gravity::Minor => "minor",
            Gravity::Major => "major",
            Gravity::Critical => "critical",
        }
    }

    /// The severity of a word.
    pub fn parse(word: &str) -> Option<Gravity> {
        Gravity::ALL.into_iter().find(|one| one.as_str() == word)
    }
}
