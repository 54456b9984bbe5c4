//! The ways in which a figure can be had from another form of its series.

/// How a figure is had from figures of another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// The two forms meet: what is cumulated from January to December is the year.
    Same,
    /// The product of the changes of consecutive periods.
    Chain,
    /// The sum of the periods, of what adds up.
    Sum,
    /// The change between two levels.
    Growth,
    /// The change that an index on another base year shows.
    Splice,
}

impl Way {
    /// Every way with the word of `[[link]] kind`.
    pub const ALL: [(Way, &str); 5] =
        [(Way::Same, "same"), (Way::Chain, "chain"), (Way::Sum, "sum"), (Way::Growth, "growth"), (Way::Splice, "successor")];

    /// The way that a kind of link allows; `None` for kinds that allow none.
    pub fn of_kind(kind: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|(_, word)| *word == kind).map(|(way, _)| way)
    }

    /// Whether a figure is taken as another series prints it; the other ways compute one.
    pub fn stands_as_it_is(self) -> bool {
        matches!(self, Way::Same | Way::Splice)
    }

    /// Whether the two forms are told apart by measure and frequency; else by the variant.
    pub fn is_of_forms(self) -> bool {
        self != Way::Splice
    }
}
