//! Superscript runs stay in the text as superscript characters, so that nothing about formatting needs a second channel.

/// Writes a run that the publisher set as superscript: `2` → `²`, `1)` → `¹⁾`, `3,4` → `³ʼ⁴`. Other characters stay.
pub fn raise(run: &str) -> String {
    run.chars().map(raised).collect()
}

fn raised(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '(' => '⁽',
        ')' => '⁾',
        ',' => 'ʼ',
        '+' => '⁺',
        '-' => '⁻',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::raise;

    #[test]
    fn runs() {
        for (run, text) in [("2", "²"), ("1)", "¹⁾"), ("3,4", "³ʼ⁴"), ("*", "*"), ("", "")] {
            assert_eq!(raise(run), text);
        }
    }
}
