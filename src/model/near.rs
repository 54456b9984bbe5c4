//! The known word that a mistyped one was meant to be.

/// Two words as like as this (Jaro-Winkler, 0 to 1) are probably the same word mistyped.
const NEAR: f64 = 0.75;

/// The known word nearest to a wrong one, if it is near enough to be meant.
pub fn nearest<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(wrong, word), word))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// `; nearest is "page"`, or nothing.
pub fn hint<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(wrong, known).map(|word| format!("; nearest is {word:?}")).unwrap_or_default()
}
