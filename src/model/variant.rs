//! The words of a series' variant that name a part of its identity: `sa`, `base2018`, `okved1` …

/// A part of series identity that stands in a code's variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariantPart {
    /// With the seasons taken out, or left in.
    Adjustment,
    /// Current or constant prices, free on board or with freight.
    Prices,
    /// The classification and its version.
    Classifier,
    /// The year that an index stands at 100 in.
    BaseYear,
    /// With or without some territory.
    Coverage,
    /// Customs statistics, or the balance of payments.
    Methodology,
    /// The money it is counted in.
    Currency,
}

/// Words that stand for a part as they are.
const WORDS: [(&str, VariantPart); 16] = [
    ("sa", VariantPart::Adjustment),
    ("nsa", VariantPart::Adjustment),
    ("nominal", VariantPart::Prices),
    ("real", VariantPart::Prices),
    ("current-prices", VariantPart::Prices),
    ("constant-prices", VariantPart::Prices),
    ("comparable-prices", VariantPart::Prices),
    ("fob", VariantPart::Prices),
    ("cif", VariantPart::Prices),
    ("bop", VariantPart::Methodology),
    ("customs", VariantPart::Methodology),
    ("usd", VariantPart::Currency),
    ("eur", VariantPart::Currency),
    ("rub", VariantPart::Currency),
    ("cny", VariantPart::Currency),
    ("gbp", VariantPart::Currency),
];
/// Beginnings of words that stand for a part, the rest being its version: `base2018`, `hs2012`, `with-crimea`.
const STEMS: [(&str, VariantPart); 11] = [
    ("base", VariantPart::BaseYear),
    ("prices", VariantPart::Prices),
    ("okved", VariantPart::Classifier),
    ("okpd", VariantPart::Classifier),
    ("tnved", VariantPart::Classifier),
    ("sitc", VariantPart::Classifier),
    ("isic", VariantPart::Classifier),
    ("nace", VariantPart::Classifier),
    ("hs", VariantPart::Classifier),
    ("with-", VariantPart::Coverage),
    ("without-", VariantPart::Coverage),
];

impl VariantPart {
    /// Every part, in the order in which a mismatch is named.
    pub const ALL: [VariantPart; 7] = [
        VariantPart::Coverage,
        VariantPart::Adjustment,
        VariantPart::Prices,
        VariantPart::Classifier,
        VariantPart::BaseYear,
        VariantPart::Methodology,
        VariantPart::Currency,
    ];

    /// The part that a word names; `None` for words with a meaning of their own, such as an edition.
    pub fn of(word: &str) -> Option<VariantPart> {
        let whole = WORDS.iter().find(|(known, _)| *known == word).map(|(_, part)| *part);
        let version = |stem: &str| word.strip_prefix(stem).filter(|rest| !rest.is_empty());
        let numbered =
            |stem: &str| version(stem).is_some_and(|rest| stem.ends_with('-') || rest.starts_with(|c: char| c.is_ascii_digit()));
        whole.or_else(|| STEMS.iter().find(|(stem, _)| numbered(stem)).map(|(_, part)| *part))
    }

    /// What it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            VariantPart::Adjustment => "seasonal adjustment",
            VariantPart::Prices => "prices",
            VariantPart::Classifier => "classifier",
            VariantPart::BaseYear => "base year",
            VariantPart::Coverage => "coverage",
            VariantPart::Methodology => "methodology",
            VariantPart::Currency => "currency",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_parts() {
        let cases = [
            ("sa", Some(VariantPart::Adjustment)),
            ("base2018", Some(VariantPart::BaseYear)),
            ("prices2016", Some(VariantPart::Prices)),
            ("okved1", Some(VariantPart::Classifier)),
            ("without-new-regions", Some(VariantPart::Coverage)),
            ("bop", Some(VariantPart::Methodology)),
            ("ed2019", None),
            ("base", None),
            ("based", None),
            ("hsomething", None),
        ];
        for (word, part) in cases {
            assert_eq!(VariantPart::of(word), part, "{word}");
        }
    }
}
