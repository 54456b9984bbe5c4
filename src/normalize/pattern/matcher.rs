//! Runs a compiled pattern over a text. Tokens only go forward, and a place (token, byte) that failed is not tried again,
//! so that the work is bounded by tokens × bytes, whatever the number of `*`.

use super::compile::{Program, Token};
use super::slots::{self, Caught, Kind};
use super::{Fields, Found};
use crate::normalize::spec::{Names, NumberStyle};

/// Steps after which a match is given up. Only a pattern with a repeated slot and several `*` between can come near: there
/// a failure depends on what was caught and cannot be remembered.
pub(super) const MAX_STEPS: usize = 200_000;

/// What counts as a match.
#[derive(Clone, Copy, PartialEq)]
enum Goal {
    /// The whole text.
    Whole,
    /// Any end at the edge of a word.
    Word,
    /// No end: all ends are collected.
    Ends,
}

struct Matcher<'a> {
    program: &'a Program,
    text: &'a str,
    names: &'a Names,
    goal: Goal,
    failed: Vec<u64>,
    caught: Vec<Option<Caught>>,
    ends: Vec<usize>,
    /// How `{value}` is written, and where it stood.
    style: NumberStyle,
    value: Option<(usize, usize)>,
    /// The words before `{value}` were there, and no figure: this start gives nothing.
    hopeless: bool,
    steps: usize,
    /// Steps after which everything is given up.
    limit: usize,
}

/// Matches the whole text.
pub(super) fn whole(program: &Program, text: &str, names: &Names) -> Option<Fields> {
    if !plausible(program, text) {
        return None;
    }
    let mut matcher = Matcher::new(program, text, names, Goal::Whole);
    matcher.run(0, 0).then(|| matcher.fields())
}

/// Matches the whole text and counts the steps that took.
#[cfg(test)]
pub(super) fn counted(program: &Program, text: &str, names: &Names) -> (Option<Fields>, usize) {
    let mut matcher = Matcher::new(program, text, names, Goal::Whole);
    let found = matcher.run(0, 0);
    (found.then(|| matcher.fields()), matcher.steps)
}

/// Cheap rejection by the first and the last plain text.
fn plausible(program: &Program, text: &str) -> bool {
    let first = match program.tokens.first() {
        Some(Token::Literal(word)) => text.starts_with(&**word),
        _ => true,
    };
    // A last token that is plain text and not the end of an optional part.
    let last = match program.tokens.last() {
        Some(Token::Literal(word)) if !ends_optional(program) => text.ends_with(&**word),
        _ => true,
    };
    first && last
}

fn ends_optional(program: &Program) -> bool {
    program.tokens.iter().any(|t| matches!(t, Token::Optional(end) if *end == program.tokens.len()))
}

/// Finds the leftmost part that matches.
pub(super) fn search(program: &Program, text: &str, names: &Names) -> Option<Fields> {
    let mut matcher = Matcher::new(program, text, names, Goal::Word);
    matcher.seek(0).then(|| matcher.fields())
}

/// Finds every part that matches, from left to right; none begins inside another. `steps` are taken from what is left of them.
pub(super) fn search_all(program: &Program, text: &str, names: &Names, style: NumberStyle, steps: &mut usize) -> Vec<Found> {
    let mut matcher = Matcher { style, limit: *steps, ..Matcher::new(program, text, names, Goal::Word) };
    let mut found = Vec::new();
    let mut from = 0;
    while matcher.seek(from) {
        found.push(Found { fields: matcher.fields(), value: matcher.value.map(|(from, to)| from..to) });
        // A match without text would be found again and again.
        let Some(end) = matcher.ends.last().copied().filter(|&end| end > from) else { break };
        from = end;
    }
    *steps = if matcher.exhausted() { 0 } else { steps.saturating_sub(matcher.steps) };
    found
}

/// Whether a word may begin or end here: not between two letters or two digits.
fn is_edge(text: &str, at: usize) -> bool {
    match (text[..at].chars().next_back(), text[at..].chars().next()) {
        (Some(a), Some(b)) => !(a.is_alphabetic() && b.is_alphabetic() || a.is_ascii_digit() && b.is_ascii_digit()),
        _ => true,
    }
}

/// Every place where a match that starts at `at` can end, ascending.
fn ends(program: &Program, text: &str, at: usize) -> (Vec<usize>, usize) {
    // Entries of a list do not look into lists, so that no list can hold itself.
    let none = Names::new();
    let mut matcher = Matcher::new(program, text, &none, Goal::Ends);
    matcher.run(0, at);
    matcher.ends.sort_unstable();
    matcher.ends.dedup();
    (matcher.ends, matcher.steps)
}

impl<'a> Matcher<'a> {
    fn new(program: &'a Program, text: &'a str, names: &'a Names, goal: Goal) -> Matcher<'a> {
        let caught = vec![None; program.slots.len()];
        let (failed, ends, style) = (Vec::new(), Vec::new(), NumberStyle::default());
        Matcher {
            program,
            text,
            names,
            goal,
            failed,
            caught,
            ends,
            style,
            value: None,
            hopeless: false,
            steps: 0,
            limit: usize::MAX,
        }
    }

    /// Whether some part matches that begins at `from` or later; what an earlier match caught is forgotten.
    fn seek(&mut self, from: usize) -> bool {
        let text = self.text;
        let first = match self.program.tokens.first() {
            Some(Token::Literal(word)) => Some(&**word),
            _ => None,
        };
        self.caught.fill(None);
        self.value = None;
        self.steps += text.len() - from;
        let starts = text[from..].char_indices().map(|(i, _)| from + i).filter(|&i| is_edge(text, i));
        let mut starts = starts.filter(|&i| first.is_none_or(|word| text[i..].starts_with(word)));
        starts.any(|start| {
            self.hopeless = false;
            self.run(0, start)
        })
    }

    /// Whether the tokens from `token` on match from `at` on.
    fn run(&mut self, token: usize, at: usize) -> bool {
        let program = self.program;
        self.steps += 1;
        if self.hopeless || self.exhausted() {
            return false;
        }
        match program.tokens.get(token) {
            None => self.accept(at),
            Some(Token::Literal(word)) => self.text[at..].starts_with(&**word) && self.run(token + 1, at + word.len()),
            Some(Token::Space) => {
                let blanks = self.text.len() - at - self.text[at..].trim_start_matches(' ').len();
                self.run(token + 1, at + blanks)
            }
            Some(Token::Any) => self.stretch(token, at, None),
            Some(Token::Slot(slot)) if program.slots.get(*slot).is_some_and(|s| s.kind.is_text()) => self.free(token, *slot, at),
            Some(_) if self.has_failed(token, at) => false,
            Some(Token::Optional(end)) => self.run(token + 1, at) || self.run(*end, at) || self.fail(token, at),
            Some(Token::Slot(slot)) => self.slot(token, *slot, at) || self.fail(token, at),
        }
    }

    /// Whether the steps are used up, or a pattern whose failures cannot all be remembered has taken too long.
    fn exhausted(&self) -> bool {
        self.steps > self.limit || (self.steps > MAX_STEPS && self.program.dependent.1 > 0)
    }

    fn accept(&mut self, at: usize) -> bool {
        match self.goal {
            Goal::Whole => at == self.text.len(),
            Goal::Word => {
                self.ends.push(at);
                is_edge(self.text, at)
            }
            Goal::Ends => {
                self.ends.push(at);
                false
            }
        }
    }

    /// `*`, or the rest of a free text that began at `from`: the shortest that lets the rest match.
    fn stretch(&mut self, token: usize, at: usize, from: Option<(usize, usize)>) -> bool {
        let mut end = at;
        loop {
            if self.has_failed(token, end) {
                return false;
            }
            if self.next_fits(token + 1, end) {
                let text = |start: usize| Caught::Text(self.text[start..end].trim().to_string());
                let caught = from.map(|(slot, start)| (slot, text(start)));
                if caught.is_none_or(|(slot, text)| self.catch(slot, text)) && self.run(token + 1, end) {
                    return true;
                }
            }
            self.fail(token, end);
            let Some(c) = self.text[end..].chars().next() else { return false };
            end += c.len_utf8();
            self.steps += 1;
            if self.hopeless || self.exhausted() {
                return false;
            }
        }
    }

    /// Cheap rejection: whether the next token, if it is plain text, stands here.
    fn next_fits(&self, token: usize, at: usize) -> bool {
        match self.program.tokens.get(token) {
            Some(Token::Literal(word)) => self.text[at..].starts_with(&**word),
            _ => true,
        }
    }

    /// A free text: at least one character that is no blank.
    fn free(&mut self, token: usize, slot: usize, at: usize) -> bool {
        let start = self.text.len() - self.text[at..].trim_start_matches(' ').len();
        let Some(c) = self.text[start..].chars().next() else { return false };
        self.stretch(token, start + c.len_utf8(), Some((slot, start))) || self.release(slot)
    }

    fn slot(&mut self, token: usize, slot: usize, at: usize) -> bool {
        let program = self.program;
        let Some(what) = program.slots.get(slot) else { return false };
        if let Kind::List(list) = &what.kind {
            return self.listed(token, slot, list, at) || self.release(slot);
        }
        let readings = slots::readings(&what.kind, self.text, at, self.style);
        let is_value = what.field == "value";
        if self.program.decided == Some(token) && !readings.iter().any(|(_, end)| self.unit_fits(token + 1, *end)) {
            self.hopeless = true;
        }
        let mut fits = |(caught, end)| {
            if is_value {
                self.value = Some((at, end));
            }
            self.catch(slot, caught) && self.run(token + 1, end)
        };
        readings.into_iter().any(&mut fits) || self.release(slot)
    }

    /// Whether a unit stands here, if the pattern wants one next.
    fn unit_fits(&self, token: usize, at: usize) -> bool {
        let next = self.program.tokens.iter().skip(token).find(|next| **next != Token::Space);
        match next {
            Some(Token::Slot(slot)) => {
                self.program.slots.get(*slot).is_none_or(|slot| {
                    slot.kind != Kind::Unit || !slots::readings(&slot.kind, self.text, at, self.style).is_empty()
                })
            }
            _ => true,
        }
    }

    /// The entries of a list in their order, each with the shortest text that lets the rest match.
    fn listed(&mut self, token: usize, slot: usize, list: &str, at: usize) -> bool {
        let names = self.names;
        let entries = names.get(list).map(Vec::as_slice).unwrap_or_default();
        entries.iter().any(|(pattern, value)| {
            let (ends, steps) = ends(&pattern.program, self.text, at);
            self.steps += steps + ends.len();
            let ends = ends.into_iter().filter(|&end| end > at);
            ends.into_iter().any(|end| self.catch(slot, Caught::Text(value.clone())) && self.run(token + 1, end))
        })
    }

    /// Remembers what a slot caught, unless an earlier slot of the field caught something else.
    fn catch(&mut self, slot: usize, caught: Caught) -> bool {
        let first = self.program.first.get(slot).copied().flatten();
        let earlier = first.and_then(|first| self.caught.get(first)).and_then(Option::as_ref);
        if earlier.is_some_and(|e| *e != caught && e.to_string() != caught.to_string()) {
            return false;
        }
        if let Some(place) = self.caught.get_mut(slot) {
            *place = Some(caught);
        }
        true
    }

    /// Forgets what a slot caught; always `false`.
    fn release(&mut self, slot: usize) -> bool {
        if let Some(place) = self.caught.get_mut(slot) {
            *place = None;
        }
        false
    }

    fn bit(&self, token: usize, at: usize) -> Option<(usize, u64)> {
        let (from, to) = self.program.dependent;
        let index = token * (self.text.len() + 1) + at;
        (token < from || token >= to).then_some((index / 64, 1 << (index % 64)))
    }

    fn has_failed(&self, token: usize, at: usize) -> bool {
        self.bit(token, at).is_some_and(|(word, bit)| self.failed.get(word).is_some_and(|w| w & bit != 0))
    }

    /// Remembers that nothing matches from here; always `false`.
    fn fail(&mut self, token: usize, at: usize) -> bool {
        if self.failed.is_empty() {
            self.failed = vec![0; self.program.tokens.len() * (self.text.len() + 1) / 64 + 1];
        }
        if let Some((word, bit)) = self.bit(token, at)
            && let Some(word) = self.failed.get_mut(word)
        {
            *word |= bit;
        }
        false
    }

    fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        for (slot, caught) in self.program.slots.iter().zip(&self.caught) {
            if let Some(caught) = caught {
                fields.put(slot, caught);
            }
        }
        fields
    }
}
