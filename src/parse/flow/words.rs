//! Characters of a paragraph or a cell, some of them raised.

use crate::parse::superscript::raise;

/// A text in the making.
#[derive(Debug, Default)]
pub struct Words {
    /// As displayed, raised characters as superscript characters.
    shown: String,
    /// The same, nothing raised.
    plain: String,
    /// Whether anything but blanks stands on the line.
    level: bool,
}

impl Words {
    /// Adds characters.
    pub fn push(&mut self, text: &str, raised: bool) {
        self.plain.push_str(text);
        if raised {
            self.shown.push_str(&raise(text));
        } else {
            self.shown.push_str(text);
            self.level |= !text.trim().is_empty();
        }
    }

    /// Adds a paragraph on a line of its own.
    pub fn add_paragraph(&mut self, paragraph: Words) {
        if !self.plain.is_empty() {
            self.shown.push('\n');
            self.plain.push('\n');
        }
        self.shown.push_str(&paragraph.shown);
        self.plain.push_str(&paragraph.plain);
        self.level |= paragraph.level;
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// The text of a paragraph.
    pub fn shown(self) -> String {
        self.shown
    }

    /// The text of a cell, without blank lines around it. A number that is raised as a whole is a number: nothing stands
    /// before it that it could be a mark of.
    pub fn cell(self) -> String {
        let text = if !self.level && is_number(&self.plain) { self.plain } else { self.shown };
        text.trim_matches(['\n', '\r']).to_owned()
    }
}

/// Digits and what stands between them in figures; a bare digit may be a mark.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits > 1 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '–' | '−' | ' ' | '\u{A0}'))
}
