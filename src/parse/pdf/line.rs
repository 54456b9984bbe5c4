//! Characters → words → lines. A blank is a blank of the font or a gap; a wide gap is none: what stands on both sides of it
//! belongs to different columns.

use super::page::{Glyph, Rule, Turn};

/// A gap of this many hundredths of the font's height parts words, even if no blank is drawn.
const GAP: i32 = 15;
/// A gap of this many hundredths is more than a blank, even in a justified line.
const WIDE: i32 = 60;
/// Characters whose base lines differ by fewer hundredths stand on one line.
const SAME_LINE: i32 = 25;
/// A page that draws its blanks draws at least one in this many characters.
const BLANKS: usize = 40;
/// Space that programs leave at least between a text and the edge of its cell: 1 point.
const HAIR: i32 = 20;
/// Letters of a word that stand alone on the next line where its cell is too narrow for the whole.
const MAX_REST: usize = 4;
/// A mark is at most this many hundredths as high as the text it marks.
const MARK_SIZE: i32 = 80;

/// Characters without a blank between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its parts: text, and whether it is raised above the line.
    pub parts: Vec<(String, bool)>,
    /// Where it begins.
    pub left: i32,
    /// Where it ends.
    pub right: i32,
    /// The line it stands on.
    pub base: i32,
    /// Height of the font.
    pub size: i32,
    /// It is a number right behind another one, and though this page draws its blanks, none stands between them.
    pub apart: bool,
}

impl Word {
    /// Its middle from left to right.
    pub fn middle(&self) -> i32 {
        self.left.midpoint(self.right)
    }

    fn begins_with_digit(&self) -> bool {
        self.parts.first().is_some_and(|(text, _)| is_digit(text))
    }

    fn ends_in_digit(&self) -> bool {
        self.parts.last().is_some_and(|(text, _)| text.ends_with(|c: char| c.is_ascii_digit()))
    }

    /// The height at which its letters stand.
    pub fn height(&self) -> i32 {
        self.base - self.size * 3 / 10
    }

    /// Whether it is the mark that a note begins with: raised, or a number before a bracket.
    pub fn is_mark(&self) -> bool {
        let [(text, raised)] = self.parts.as_slice() else { return self.parts.first().is_some_and(|(_, raised)| *raised) };
        let number = text.strip_suffix(')').unwrap_or_default();
        *raised || (1..=2).contains(&number.len()) && number.chars().all(|c| c.is_ascii_digit())
    }

    /// Whether it goes on in the next line: what stands there is a few letters, of which none would have fitted between it and the
    /// edge of its cell.
    pub fn is_cut_before(&self, next: &Word, edge: i32) -> bool {
        let letters = self.parts.last().is_some_and(|(text, raised)| !raised && text.ends_with(char::is_alphabetic));
        let goes_on = next.parts.first().is_some_and(|(text, raised)| !raised && text.starts_with(char::is_lowercase));
        let count: usize = next.parts.iter().map(|(text, _)| text.chars().count()).sum();
        let letter = (next.right - next.left) / i32::try_from(count.max(1)).unwrap_or(i32::MAX);
        letters && goes_on && count <= MAX_REST && self.right + letter > edge - HAIR
    }

    /// Whether the word that follows on the line belongs to another column: it is further away than a blank.
    pub fn is_far_from(&self, next: &Word) -> bool {
        next.apart || (next.left - self.right) * 100 > WIDE * self.size.min(next.size)
    }
}

/// The words of one line, from left to right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// At least one.
    pub words: Vec<Word>,
}

impl Line {
    /// Where it stands.
    pub fn base(&self) -> i32 {
        self.words.iter().max_by_key(|word| word.size).map_or(0, |word| word.base)
    }

    /// Height of its largest font.
    pub fn size(&self) -> i32 {
        self.words.iter().map(|word| word.size).max().unwrap_or(0)
    }

    /// Where it begins.
    pub fn left(&self) -> i32 {
        self.words.first().map_or(0, |word| word.left)
    }

    /// Where it ends.
    pub fn right(&self) -> i32 {
        self.words.iter().map(|word| word.right).max().unwrap_or(0)
    }

    /// Whether it says nothing: a line of underscores is a rule.
    fn is_rule(&self) -> bool {
        self.words.iter().flat_map(|word| &word.parts).all(|(text, _)| text.chars().all(|c| c == '_'))
    }

    /// Groups of words between which there is no more than a blank.
    pub fn chunks(&self) -> Vec<&[Word]> {
        self.words.chunk_by(|before, next| !before.is_far_from(next)).collect()
    }
}

/// Words of one line as one text. Between numbers, a gap that is more than a blank stays visible as a bar: no two become one.
pub fn join(words: &[Word]) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut before: Option<&Word> = None;
    for word in words {
        if let Some(before) = before {
            let numbers = before.ends_in_digit() && word.begins_with_digit();
            parts.push((if numbers && before.is_far_from(word) { " | " } else { " " }.to_owned(), false));
        }
        parts.extend(word.parts.iter().cloned());
        before = Some(word);
    }
    parts
}

/// The level lines of a page, from its head to its foot. Words end at upright rules.
pub fn lines(glyphs: &[Glyph], uprights: &[Rule]) -> Vec<Line> {
    let level: Vec<&Glyph> = glyphs.iter().filter(|glyph| glyph.turn == Turn::Level).collect();
    set(level, uprights)
}

/// Turned texts: each line becomes a word that stands where it is drawn.
pub fn turned(glyphs: &[Glyph]) -> Vec<Word> {
    let mut words = Vec::new();
    for turn in [Turn::Up, Turn::Down] {
        let turned: Vec<&Glyph> = glyphs.iter().filter(|glyph| glyph.turn == turn).collect();
        for line in set(turned, &[]) {
            words.extend(line.chunks().into_iter().map(|chunk| upright(chunk, turn)));
        }
    }
    words.sort_by_key(|word| (word.left, word.base));
    words
}

/// The box of a turned text on the page.
fn upright(chunk: &[Word], turn: Turn) -> Word {
    let size = chunk.iter().map(|word| word.size).max().unwrap_or(0);
    let base = chunk.first().map_or(0, |word| word.base);
    let (begin, end) = (chunk.first().map_or(0, |word| word.left), chunk.last().map_or(0, |word| word.right));
    let (left, middle) = match turn {
        Turn::Up => (base - size, -begin.midpoint(end)),
        Turn::Down | Turn::Level => (-base, begin.midpoint(end)),
    };
    Word { parts: join(chunk), left, right: left + size, base: middle + size * 3 / 10, size, apart: false }
}

fn set(mut glyphs: Vec<&Glyph>, uprights: &[Rule]) -> Vec<Line> {
    glyphs.sort_by_key(|glyph| (glyph.base, glyph.left));
    let mut rows: Vec<Vec<&Glyph>> = Vec::new();
    for glyph in glyphs {
        let near = |row: &&mut Vec<&Glyph>| {
            row.last().is_some_and(|last| (glyph.base - last.base) * 100 <= SAME_LINE * glyph.size.min(last.size))
        };
        match rows.last_mut().filter(near) {
            Some(row) => row.push(glyph),
            None => rows.push(vec![glyph]),
        }
    }
    lower_marks(&mut rows);
    let blanks = rows.iter().flatten().filter(|glyph| glyph.is_blank()).count();
    let drawn = blanks * BLANKS > rows.iter().map(Vec::len).sum();
    let lines = rows.into_iter().map(|row| Line { words: words(row, uprights, drawn) });
    lines.filter(|line| !line.is_rule()).collect()
}

/// Marks stand on a line of their own, a little above the line of the text they mark: they join it.
fn lower_marks(rows: &mut Vec<Vec<&Glyph>>) {
    for index in 1..rows.len() {
        let (above, below) = rows.split_at_mut(index);
        let (Some(above), Some(below)) = (above.last_mut(), below.first_mut()) else { continue };
        let (marks, rest): (Vec<&Glyph>, Vec<&Glyph>) =
            above.iter().partition(|glyph| below.iter().any(|text| marks(glyph, text)));
        *above = rest;
        below.extend(marks);
    }
    rows.retain(|row| !row.is_empty());
}

/// Whether a character is a raised mark at the one before it, or continues one.
fn marks(mark: &Glyph, text: &Glyph) -> bool {
    is_above(mark, text) && is_beside(mark.left - text.right, text)
}

/// Whether a raised character stands before the text it belongs to, as in a note.
fn leads_to(mark: &Glyph, text: &Glyph) -> bool {
    is_above(mark, text) && is_beside(text.left - mark.right, text)
}

fn is_above(mark: &Glyph, text: &Glyph) -> bool {
    let raised = (text.base - mark.base) * 100 / text.size.max(1);
    mark.size * 100 <= MARK_SIZE * text.size && (10..=70).contains(&raised)
}

/// Three characters of a mark, such as `12)`, may follow each other.
fn is_beside(gap: i32, text: &Glyph) -> bool {
    (-15..=150).contains(&(gap * 100 / text.size.max(1)))
}

fn words(mut row: Vec<&Glyph>, uprights: &[Rule], drawn: bool) -> Vec<Word> {
    row.sort_by_key(|glyph| (glyph.left, glyph.right));
    row.dedup_by(|next, before| drawn_twice(before, next));
    let mut words: Vec<Word> = Vec::new();
    let (mut joins, mut blank) = (false, false);
    for glyph in &row {
        if glyph.is_blank() {
            (joins, blank) = (false, true);
            continue;
        }
        let raised = is_raised(glyph, &row);
        let shown: String = glyph.text.chars().filter(|c| *c != '\u{AD}').collect();
        match words.last_mut().filter(|word| joins && !parted(word, glyph, uprights)) {
            Some(word) => word.add(shown, raised, glyph),
            None => words.push(Word {
                apart: drawn && !blank && words.last().is_some_and(Word::ends_in_digit) && is_digit(&shown),
                parts: vec![(shown, raised)],
                left: glyph.left,
                right: glyph.right,
                base: glyph.base,
                size: glyph.size,
            }),
        }
        (joins, blank) = (true, false);
    }
    words
}

fn is_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

impl Glyph {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl Word {
    fn add(&mut self, text: String, raised: bool, glyph: &Glyph) {
        match self.parts.last_mut().filter(|(_, was)| *was == raised) {
            Some((part, _)) => part.push_str(&text),
            None => self.parts.push((text, raised)),
        }
        self.right = self.right.max(glyph.right);
        if glyph.size > self.size {
            (self.size, self.base) = (glyph.size, glyph.base);
        }
    }
}

/// Some programs draw a character twice, a hair apart, to make it bold.
fn drawn_twice(before: &Glyph, next: &Glyph) -> bool {
    let hair = (before.right - before.left) * 3 / 10;
    before.text == next.text
        && before.size == next.size
        && (next.left - before.left).abs() <= hair
        && (next.base - before.base).abs() <= hair
}

/// Whether a word ends before a character: a gap, an upright rule between them, or a character that is drawn over it.
fn parted(word: &Word, glyph: &Glyph, uprights: &[Rule]) -> bool {
    let gap = glyph.left - word.right;
    let size = word.size.min(glyph.size);
    let ruled = |rule: &Rule| {
        (word.right - size / 4..=glyph.left + size / 4).contains(&rule.at)
            && (rule.from..=rule.to).contains(&(glyph.base - size / 4))
            && rule.at > word.left
    };
    gap * 100 > GAP * size || -gap * 2 > size || uprights.iter().any(ruled)
}

/// Whether a character stands above the line of larger ones beside it: those it follows or, where it leads the line, follow it.
fn is_raised(glyph: &Glyph, row: &[&Glyph]) -> bool {
    let leads = || row.iter().all(|other| glyph.left - other.right < 3 * glyph.size);
    row.iter().any(|text| marks(glyph, text)) || (leads() && row.iter().any(|text| leads_to(glyph, text)))
}
