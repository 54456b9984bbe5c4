//! Footnote marks: cutting them off labels, and finding the notes they point to.

use crate::normalize::period::words;

/// Words behind which a raised 2 or 3 is an exponent.
const METRES: [&str; 10] = ["м", "мм", "км", "см", "дм", "m", "mm", "km", "cm", "dm"];

/// Cuts footnote marks off a label or heading and keeps them: `Нефть³ʼ⁴` is `Нефть` with marks 3 and 4; `20142)` is 2014
/// with mark 2. A digit that is not raised and has no bracket is a mark only behind a year and a blank (`2022 2`), for it may
/// be part of the label (`ОКВЭД2`).
pub fn split_marks(text: &str) -> (String, Vec<String>) {
    if !may_carry_marks(text) {
        return (text.trim().to_string(), Vec::new());
    }
    let mut cut = Cut::new(text);
    while let Some(c) = cut.rest().chars().next() {
        if !(cut.raised() || cut.bracketed() || cut.stars()) {
            cut.keep(c);
        }
    }
    let (mut label, mut marks) = cut.done();
    if let Some(mark) = digit_behind_year(&label) {
        let end = label.trim_end().len() - 1;
        label.truncate(label[..end].trim_end().len());
        marks.push(mark.to_string());
    }
    (label, marks)
}

/// Cheap test: a raised character, a bracket, a star, or a digit at the end.
fn may_carry_marks(text: &str) -> bool {
    let sign = |c: char| matches!(c, ')' | '*' | '⁾' | '⁽' | 'ʼ') || raised_digit(c).is_some();
    text.contains(sign) || text.trim_end().ends_with(|c: char| c.is_ascii_digit())
}

/// Cuts marks off a figure: raised ones, stars, and `1)` behind a blank or `…`. What is glued to digits stays.
pub(in crate::normalize) fn split_cell_marks(text: &str) -> (String, Vec<String>) {
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') {
        return (text.to_string(), Vec::new());
    }
    if marks_part_digits(text) {
        return (text.to_string(), Vec::new());
    }
    let mut cut = Cut::new(text);
    while let Some(c) = cut.rest().chars().next() {
        let apart = cut.label.ends_with(|c: char| c.is_whitespace() || c == '…')
            || (!cut.marks.is_empty() && cut.rest().starts_with(','));
        if !(cut.raised() || (apart && cut.bracketed()) || cut.stars()) {
            cut.keep(c);
        }
    }
    cut.done()
}

/// Whether digits stand on both sides of a raised mark (`106,2¹5`): what is left without it is no figure that anybody printed.
fn marks_part_digits(text: &str) -> bool {
    let mark = |c: char| raised_digit(c).is_some() || matches!(c, '⁾' | '⁽' | 'ʼ');
    let parts: Vec<&str> = text.split(mark).map(str::trim).filter(|part| !part.is_empty()).collect();
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    parts.windows(2).any(|pair| digit(pair[0].chars().next_back()) && digit(pair[1].chars().next()))
}

/// Cuts raised marks out of a sentence; exponents and everything that is not raised stay.
pub(in crate::normalize) fn without_raised(text: &str) -> String {
    let mut cut = Cut::new(text);
    while let Some(c) = cut.rest().chars().next() {
        if !cut.raised() {
            cut.keep(c);
        }
    }
    cut.done().0
}

/// A text on its way through the cutter.
struct Cut<'a> {
    text: &'a str,
    at: usize,
    label: String,
    marks: Vec<String>,
    /// Open brackets; a closing one is no mark.
    depth: usize,
}

impl<'a> Cut<'a> {
    fn new(text: &'a str) -> Cut<'a> {
        Cut { text: text.trim(), at: 0, label: String::with_capacity(text.len()), marks: Vec::new(), depth: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn keep(&mut self, c: char) {
        match c {
            '(' => self.depth += 1,
            ')' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.at += c.len_utf8();
        let doubled = c == ' ' && !self.marks.is_empty() && self.label.ends_with(' ');
        if !doubled {
            self.label.push(c);
        }
    }

    fn take(&mut self, length: usize, mark: String) {
        self.at += length;
        if !mark.is_empty() {
            self.marks.push(mark);
        }
        let glued = self.rest().trim_start().is_empty() || self.rest().starts_with([',', ';', ':']);
        if glued {
            self.label.truncate(self.label.trim_end().len());
        }
    }

    /// A run of raised digits, brackets and commas; an exponent in front of it stays.
    fn raised(&mut self) -> bool {
        let rest = self.rest();
        let length = rest.find(|c| raised_digit(c).is_none() && !matches!(c, '⁾' | '⁽' | 'ʼ')).unwrap_or(rest.len());
        let run = &rest[..length];
        if let Some(exponent) = run.chars().next().filter(|c| matches!(c, '²' | '³')).filter(|_| self.behind_metre(run)) {
            self.keep(exponent);
            return true;
        }
        if run.is_empty() || self.text[..self.at].trim().is_empty() && self.label.is_empty() && !rest[length..].trim().is_empty()
        {
            return false;
        }
        let mut marks = run.split(|c| raised_digit(c).is_none()).filter(|m| !m.is_empty());
        let marks: Vec<String> = marks.by_ref().map(|m| m.chars().filter_map(raised_digit).collect()).collect();
        self.take(length, String::new());
        self.marks.extend(marks);
        true
    }

    fn behind_metre(&self, run: &str) -> bool {
        let word = self.label.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        METRES.contains(&word.as_str()) && run.chars().nth(1) != Some('⁾')
    }

    /// `1)`, also in a list (`2),3)`), not at the start and not the end of a bracket.
    fn bracketed(&mut self) -> bool {
        let listed = !self.marks.is_empty() && !self.label.ends_with(',');
        let rest = self.rest();
        let comma = if listed { rest.len() - rest.trim_start_matches([',', ' ']).len() } else { 0 };
        let digits = &rest[comma..];
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let label_digits = self.label.ends_with(|c: char| c.is_ascii_digit());
        if self.depth > 0 || count == 0 || (label_digits && comma == 0) || !digits[count..].starts_with(')') {
            return false;
        }
        let year = if count > 4 && matches!(&digits[..2], "19" | "20") { 4 } else { 0 };
        let mark = &digits[year..count];
        if mark.len() > 2 || (year > 0 && comma > 0) || (year == 0 && self.label.is_empty()) {
            return false;
        }
        self.label.push_str(&digits[..year]);
        self.take(comma + count + 1, mark.to_string());
        true
    }

    /// Stars at the end or before a bracket.
    fn stars(&mut self) -> bool {
        let rest = self.rest();
        let behind = rest.trim_start_matches('*');
        let count = rest.len() - behind.len();
        let bracket = usize::from(behind.starts_with(')') && self.depth == 0);
        let after = behind[bracket..].trim_start();
        let placed = after.is_empty() || after.starts_with(['(', ',']) || bracket == 1;
        if count == 0 || self.label.is_empty() || !placed {
            return false;
        }
        self.take(count + bracket, "*".repeat(count));
        true
    }

    fn done(mut self) -> (String, Vec<String>) {
        self.label.truncate(self.label.trim_end().len());
        (self.label, self.marks)
    }
}

/// A raised digit as a plain one.
fn raised_digit(c: char) -> Option<char> {
    Some(match c {
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁰' => '0',
        '⁴'..='⁹' => char::from_digit(c as u32 - '⁴' as u32 + 4, 10)?,
        _ => return None,
    })
}

/// `2022 2`: the lone digit at the end, behind a year and a blank.
fn digit_behind_year(label: &str) -> Option<char> {
    let mark = label.chars().next_back().filter(|c| ('1'..='9').contains(c))?;
    let before = &label[..label.len() - 1];
    let year = before.trim_end();
    let at = year.len().checked_sub(4)?;
    let blank = year.len() < before.len();
    let apart = !year.get(..at)?.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == ',' || c == '.');
    let is_year = words::years(year, at).iter().any(|&(_, end)| end == year.len());
    (blank && apart && is_year).then_some(mark)
}

/// The marks a note starts with, and its text; `None` for a text that is no note. Marks are raised digits, `1)`, stars, or a
/// lone digit before a capital (`1 Данные`).
pub fn note_start(text: &str) -> Option<(Vec<String>, String)> {
    let text = text.trim();
    let mut marks = Vec::new();
    let mut rest = text;
    while let Some((mark, behind)) = leading_mark(rest) {
        marks.push(mark);
        rest = behind.trim_start_matches([',', 'ʼ', ' ', '\u{a0}']);
    }
    if marks.is_empty() {
        let (mark, behind) = lone_digit(text)?;
        marks.push(mark);
        rest = behind;
    }
    let rest = rest.trim();
    rest.contains(char::is_alphabetic).then(|| (marks, rest.to_string()))
}

/// A mark that is one beyond doubt: raised, bracketed, or of stars.
fn leading_mark(text: &str) -> Option<(String, &str)> {
    let raised: String = text.chars().map_while(raised_digit).collect();
    if !raised.is_empty() {
        let rest = text.trim_start_matches(|c| raised_digit(c).is_some());
        return Some((raised, rest.trim_start_matches(['⁾', ')'])));
    }
    let stars = text.len() - text.trim_start_matches('*').len();
    if stars > 0 {
        return Some(("*".repeat(stars), text[stars..].trim_start_matches(')')));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(')')?;
    (1..=2).contains(&digits).then(|| (text[..digits].to_string(), rest))
}

/// `1 Данные`, `1Данные`: one digit and a word with a capital that is no month or quarter.
fn lone_digit(text: &str) -> Option<(String, &str)> {
    let digit = text.chars().next().filter(|c| ('1'..='9').contains(c))?;
    let rest = &text[1..];
    let word = rest.trim_start();
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    let second = letters.next().is_some_and(|c| c.is_lowercase() || (word.len() < rest.len() && !c.is_alphabetic()));
    let folded = super::fold(word);
    let dated = words::month_name(&folded, 0).is_some() || folded.starts_with("кв") || folded.starts_with("полуг");
    (capital && second && !dated).then(|| (digit.to_string(), word))
}

/// All notes of a cell: mark and text. A line that starts with a mark begins a note, another line goes on with the last; a
/// note with several marks stands under each.
pub fn notes(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(Vec<String>, String)> = Vec::new();
    for line in text.split(['\n', '\r', '\u{b}', '\u{2028}']).map(str::trim).filter(|l| !l.is_empty()) {
        match (note_start(line), found.last_mut()) {
            (Some(note), _) => found.push(note),
            (None, Some((_, text))) => {
                text.push(' ');
                text.push_str(line);
            }
            (None, None) => {}
        }
    }
    found.into_iter().flat_map(|(marks, text)| marks.into_iter().map(move |mark| (mark, text.clone()))).collect()
}
