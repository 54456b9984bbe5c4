//! Strings of a workbook: rich-text runs, phonetic hints, `_xHHHH_` escapes. Spaces are kept as they stand, with or
//! without `xml:space`.

use super::xml::{Xml, attribute, push_text};
use crate::parse::{ParseError, superscript};
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;

/// Shared strings a workbook may have; the largest workbooks seen have some ten thousand.
const MAX_STRINGS: usize = 4_000_000;
/// Bytes of all shared strings together.
const MAX_BYTES: usize = 256 << 20;

/// The shared strings, in one piece of memory. Claimed counts are not believed.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<usize>,
    /// For strings of several runs: which parts have no font of their own.
    plain_runs: HashMap<usize, Vec<Range<usize>>>,
}

impl Strings {
    /// A string by its number, from 0.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }

    /// A string as it looks in a cell that is set in superscript as a whole: runs with a font of their own keep theirs.
    pub fn get_raised(&self, index: usize) -> Option<String> {
        let text = self.get(index)?;
        Some(match self.plain_runs.get(&index) {
            Some(runs) => raise_runs(text, runs),
            None => superscript::raise(text),
        })
    }

    /// Reads the part `sharedStrings.xml`.
    ///
    /// # Errors
    /// The part is no XML or exceeds a limit.
    pub fn read<R: Read>(xml: &mut Xml<R>, place: &str) -> Result<Strings, ParseError> {
        let mut strings = Strings::default();
        let mut rich = RichText::default();
        loop {
            let event = xml.next()?;
            match &event {
                Event::Eof => return Ok(strings),
                Event::Start(e) if e.local_name().as_ref() == "si" => rich.begin(),
                Event::End(e) if e.local_name().as_ref() == "si" => strings.push(&rich, place)?,
                other => rich.take(other, place)?,
            }
        }
    }

    fn push(&mut self, rich: &RichText, place: &str) -> Result<(), ParseError> {
        let text = rich.text();
        let excess = |what: &str, limit: usize| ParseError::TooLarge {
            place: place.to_owned(),
            what: what.to_owned(),
            limit: limit as u64,
        };
        if self.ends.len() >= MAX_STRINGS {
            return Err(excess("the number of shared strings", MAX_STRINGS));
        }
        if self.text.len() + text.len() > MAX_BYTES {
            return Err(excess("the size of the shared strings in bytes", MAX_BYTES));
        }
        if rich.runs > 0 {
            self.plain_runs.insert(self.ends.len(), rich.plain_runs.clone());
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
        Ok(())
    }
}

/// Collects the text of a `<si>` or `<is>` from its events.
#[derive(Debug, Default)]
pub struct RichText {
    text: String,
    run: String,
    raised: bool,
    phonetic: bool,
    inside: bool,
    /// The run in hand has a font of its own.
    own_font: bool,
    runs: usize,
    plain_runs: Vec<Range<usize>>,
}

impl RichText {
    /// Begins a new text.
    pub fn begin(&mut self) {
        self.text.clear();
        self.run.clear();
        self.plain_runs.clear();
        (self.raised, self.phonetic, self.inside, self.own_font, self.runs) = (false, false, false, false, 0);
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text so far as it looks in a cell that is set in superscript as a whole.
    pub fn text_raised(&self) -> String {
        raise_runs(&self.text, &self.plain_runs)
    }

    /// Takes an event from inside the text.
    ///
    /// # Errors
    /// An unknown entity or a text that is too long.
    pub fn take(&mut self, event: &Event<'_>, place: &str) -> Result<(), ParseError> {
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "r" => (self.raised, self.own_font, self.runs) = (false, false, self.runs + 1),
                "rPr" => self.own_font = true,
                "rPh" => self.phonetic = true,
                "vertAlign" => self.raised = attribute(e, "val").is_some_and(|val| val == "superscript"),
                "t" => self.inside = !self.phonetic,
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "rPh" => self.phonetic = false,
                "t" if self.inside => self.end_run(),
                _ => {}
            },
            other if self.inside => push_text(other, &mut self.run, place)?,
            _ => {}
        }
        Ok(())
    }

    fn end_run(&mut self) {
        self.inside = false;
        let start = self.text.len();
        let run = unescaped(&self.run);
        if self.raised {
            self.text.push_str(&superscript::raise(&run));
        } else {
            self.text.push_str(&run);
        }
        if !self.own_font {
            self.plain_runs.push(start..self.text.len());
        }
        self.run.clear();
    }
}

fn raise_runs(text: &str, runs: &[Range<usize>]) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for run in runs {
        out.push_str(text.get(done..run.start).unwrap_or_default());
        out.push_str(&superscript::raise(text.get(run.clone()).unwrap_or_default()));
        done = run.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Resolves `_xHHHH_`, the escape for a UTF-16 unit that XML cannot hold (ECMA-376 part 1, 22.9.2.19). Text that only
/// looks like one is written `_x005F_x0041_` and comes out as `_x0041_`.
pub fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    let Some(first) = text.find("_x") else { return text.into() };
    let (head, mut rest) = text.split_at(first);
    let mut out = head.to_owned();
    while let Some(at) = rest.find("_x") {
        let (before, candidate) = rest.split_at(at);
        out.push_str(before);
        rest = match escape(candidate) {
            Some((c, after)) => {
                out.push(c);
                after
            }
            None => {
                out.push_str("_x");
                candidate.get(2..).unwrap_or("")
            }
        };
    }
    out.push_str(rest);
    out.into()
}

/// The character that an escape at the start of `text` stands for, and what follows it. Two escapes may make one character.
fn escape(text: &str) -> Option<(char, &str)> {
    let (unit, rest) = escaped_unit(text)?;
    if let Some(c) = char::from_u32(u32::from(unit)) {
        return Some((c, rest));
    }
    let (low, rest) = escaped_unit(rest)?;
    let c = char::decode_utf16([unit, low]).next()?.ok()?;
    Some((c, rest))
}

fn escaped_unit(text: &str) -> Option<(u16, &str)> {
    let digits = text.strip_prefix("_x")?.get(..4)?;
    let rest = text.get(6..)?.strip_prefix('_')?;
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten().map(|unit| (unit, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (text, wanted) in [
            ("plain", "plain"),
            ("a_x000A_b", "a\nb"),
            ("_x005F_x0041_", "_x0041_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "_xD83D_"),
            ("_x12", "_x12"),
            ("_x+041_", "_x+041_"),
            ("_xжж_", "_xжж_"),
        ] {
            assert_eq!(unescaped(text), wanted, "{text}");
        }
    }

    #[test]
    fn runs_are_joined_and_raised() {
        for (xml, wanted) in [
            ("<sst uniqueCount=\"4294967295\"><si><t>a &amp; &#x431;</t></si></sst>", "a & б"),
            (
                "<sst><si><r><t xml:space=\"preserve\">2024 год </t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>2</t></r><r><t>!</t></r></si></sst>",
                "2024 год ²!",
            ),
            ("<sst><si><t>漢</t><rPh sb=\"0\" eb=\"1\"><t>kan</t></rPh></si></sst>", "漢"),
            ("<sst><si><t><![CDATA[<b>]]></t></si></sst>", "<b>"),
        ] {
            let strings = Strings::read(&mut Xml::new(xml.as_bytes(), "part"), "part").unwrap();
            assert_eq!((strings.get(0), strings.get(1)), (Some(wanted), None));
        }
    }

    #[test]
    fn a_superscript_cell_raises_runs_without_a_font_of_their_own() {
        for (xml, wanted) in [
            ("<sst><si><t>1)</t></si></sst>", "¹⁾"),
            ("<sst><si><r><t>3</t></r><r><rPr><sz val=\"9\"/></rPr><t> of 29.11</t></r></si></sst>", "³ of 29.11"),
            ("<sst><si><r><rPr><sz val=\"9\"/></rPr><t>of 29.11</t></r></si></sst>", "of 29.11"),
        ] {
            let strings = Strings::read(&mut Xml::new(xml.as_bytes(), "part"), "part").unwrap();
            assert_eq!(strings.get_raised(0).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn entities_and_depth_are_refused() {
        let deep = format!("<sst>{}", "<a>".repeat(1000));
        let long = format!("<sst a=\"{}\"/>", "x".repeat(2 << 20));
        for (xml, wanted) in [
            (
                "<sst><si><t>&xxe;</t></si></sst>",
                "part: expected a predefined entity or a character, found a reference to \"xxe\"",
            ),
            ("<!DOCTYPE sst [<!ENTITY a \"b\">]><sst/>", "part: expected XML without one, found a DOCTYPE"),
            ("<sst><si>", "part: expected the end of its elements, found the end of the part"),
            (deep.as_str(), "part: the depth of elements exceeds the limit of 64"),
            (long.as_str(), "part: the length of a tag or a text in bytes exceeds the limit of 1048576"),
        ] {
            let error = Strings::read(&mut Xml::new(xml.as_bytes(), "part"), "part").unwrap_err();
            assert_eq!(error.to_string(), wanted);
        }
    }
}
