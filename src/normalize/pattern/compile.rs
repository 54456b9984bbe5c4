//! A pattern's text → tokens.

use super::PatternError;
use super::slots::{Kind, Slot};
use crate::normalize::label;

/// A compiled pattern: tokens run from left to right, never back, so that a match is a path through them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Program {
    pub tokens: Vec<Token>,
    pub slots: Vec<Slot>,
    /// For a slot that occurs before: the first of the same field. Both must say the same.
    pub first: Vec<Option<usize>>,
    /// Tokens from the first to the last slot of a repeated field, where a failure may depend on what was caught.
    pub dependent: (usize, usize),
    /// The token `{value}`, if words stand between it and a `*` before it: the first place where they do decides.
    pub decided: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Folded text without blanks.
    Literal(Box<str>),
    /// Blanks, or none.
    Space,
    /// `*`
    Any,
    /// `[`: the tokens up to (not including) this one may be left out.
    Optional(usize),
    /// An index into the slots.
    Slot(usize),
}

impl Program {
    /// Whether it is nothing but `*`.
    pub(super) fn is_anything(&self) -> bool {
        self.tokens.contains(&Token::Any) && self.tokens.iter().all(|t| matches!(t, Token::Any | Token::Space))
    }
}

/// Compiles a pattern's text.
pub(super) fn compile(text: &str) -> Result<Program, PatternError> {
    let mut program = Program::default();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '[' => {
                open.push((program.tokens.len(), at));
                program.tokens.push(Token::Optional(0));
            }
            ']' => close(&mut program, open.pop(), at)?,
            _ => {}
        }
        at = push(&mut program, text, at, c)?;
    }
    if let Some((_, at)) = open.pop() {
        return Err(mistake(at, "`[` without `]`"));
    }
    link_repeats(&mut program);
    program.decided = decided(&program);
    Ok(program)
}

/// `*, with {value}`: a text that has these words and no figure behind them may not give the figure behind the next ones.
fn decided(program: &Program) -> Option<usize> {
    let field = |token: &Token| if let Token::Slot(slot) = token { program.slots.get(*slot) } else { None };
    let value = program.tokens.iter().position(|token| field(token).is_some_and(|slot| slot.kind == Kind::Value))?;
    let before = program.tokens.get(..value)?;
    let free = |token: &Token| *token == Token::Any || field(token).is_some_and(|slot| slot.kind.is_text());
    let words = before.get(before.iter().rposition(free)? + 1..)?;
    let word = |token: &Token| matches!(token, Token::Literal(text) if text.contains(char::is_alphabetic));
    words.iter().any(word).then_some(value)
}

/// Takes the piece that starts at a place with `c`; returns the place behind it.
fn push(program: &mut Program, text: &str, at: usize, c: char) -> Result<usize, PatternError> {
    match c {
        '[' | ']' => Ok(at + 1),
        '*' => {
            program.tokens.push(Token::Any);
            Ok(at + 1)
        }
        '{' => {
            let inner = text[at + 1..].split_once('}').map(|(inner, _)| inner);
            let inner = inner.ok_or_else(|| mistake(at, "a slot that starts with `{` has no `}`"))?;
            push_slot(program, inner, at)?;
            Ok(at + inner.len() + 2)
        }
        '}' => Err(mistake(at, "`}` without `{`")),
        _ => {
            let end = text[at..].find(['*', '[', ']', '{', '}']).map_or(text.len(), |i| at + i);
            push_text(program, &text[at..end]);
            Ok(end)
        }
    }
}

fn mistake(at: usize, message: impl Into<String>) -> PatternError {
    PatternError { at, message: message.into() }
}

fn close(program: &mut Program, open: Option<(usize, usize)>, at: usize) -> Result<(), PatternError> {
    let (index, _) = open.ok_or_else(|| mistake(at, "`]` without `[`"))?;
    let end = program.tokens.len();
    if let Some(token) = program.tokens.get_mut(index) {
        *token = Token::Optional(end);
    }
    Ok(())
}

fn push_slot(program: &mut Program, inner: &str, at: usize) -> Result<(), PatternError> {
    let slot = Slot::parse(inner).map_err(|message| mistake(at, message))?;
    program.tokens.push(Token::Slot(program.slots.len()));
    program.slots.push(slot);
    Ok(())
}

/// Plain text: words and the optional blanks between and around them.
fn push_text(program: &mut Program, text: &str) {
    let folded = label::fold(text);
    if text.starts_with(char::is_whitespace) {
        program.tokens.push(Token::Space);
    }
    for (i, word) in folded.split(' ').filter(|w| !w.is_empty()).enumerate() {
        if i > 0 {
            program.tokens.push(Token::Space);
        }
        program.tokens.push(Token::Literal(word.into()));
    }
    if !folded.is_empty() && text.ends_with(char::is_whitespace) {
        program.tokens.push(Token::Space);
    }
}

/// Finds slots of one field and the tokens between them.
fn link_repeats(program: &mut Program) {
    let slots = &program.slots;
    program.first = (0..slots.len()).map(|i| (0..i).find(|&j| slots[j].field == slots[i].field)).collect();
    let place = |slot: usize| program.tokens.iter().position(|t| *t == Token::Slot(slot)).unwrap_or(0);
    let repeats = || program.first.iter().enumerate().filter_map(|(i, first)| first.map(|f| (f, i)));
    let from = repeats().map(|(f, _)| place(f)).min().unwrap_or(0);
    let to = repeats().map(|(_, i)| place(i) + 1).max().unwrap_or(0);
    program.dependent = (from, to);
}

/// Kinds that take a run of text of any length.
impl Kind {
    pub(super) fn is_text(&self) -> bool {
        *self == Kind::Text
    }
}
