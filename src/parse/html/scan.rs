//! A look at the tags before a page is parsed: some that are harmless one by one would make the parser's work grow with the
//! square of their number.

use super::super::ParseError;

/// Attributes of one tag; real ones have some dozen.
const MAX_ATTRIBUTES: usize = 2_000;
/// Formatting elements that are opened and not closed; every paragraph repeats them all.
const MAX_UNCLOSED: usize = 1_000;
/// Start tags of the page itself, which has one; every further one is merged into the first.
const MAX_ROOTS: usize = 1_000;
/// Elements that go on in the next paragraph if they are not closed.
const FORMATTING: [&str; 14] = ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements whose text is no markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Counts what the parser could not bear.
///
/// # Errors
/// The limit that is exceeded.
pub fn check(page: &str) -> Result<(), ParseError> {
    let mut unclosed = [0usize; FORMATTING.len()];
    let mut roots = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &page.as_bytes()[at..]) {
        let tag = Tag::read(page, at + found + 1);
        at = tag.end;
        if tag.attributes > MAX_ATTRIBUTES {
            return Err(too_large("the attributes of a tag", MAX_ATTRIBUTES));
        }
        let index = FORMATTING.iter().position(|name| tag.name.eq_ignore_ascii_case(name));
        if let Some(count) = index.and_then(|index| unclosed.get_mut(index)) {
            *count = if tag.closes { count.saturating_sub(1) } else { *count + 1 };
        }
        roots += usize::from(!tag.closes && ["html", "body"].iter().any(|name| tag.name.eq_ignore_ascii_case(name)));
        if unclosed.iter().sum::<usize>() > MAX_UNCLOSED {
            return Err(too_large("the number of unclosed formatting elements", MAX_UNCLOSED));
        }
        if roots > MAX_ROOTS {
            return Err(too_large("the number of <html> and <body> tags", MAX_ROOTS));
        }
        if !tag.closes && RAW.iter().any(|name| tag.name.eq_ignore_ascii_case(name)) {
            at = end_of_raw(page, at, tag.name);
        }
    }
    Ok(())
}

fn too_large(what: &str, limit: usize) -> ParseError {
    ParseError::TooLarge { place: "the page".into(), what: what.into(), limit: limit as u64 }
}

struct Tag<'p> {
    name: &'p str,
    closes: bool,
    attributes: usize,
    end: usize,
}

impl<'p> Tag<'p> {
    /// The tag behind a `<`. Words behind its name count as attributes, those in quotes do not.
    fn read(page: &'p str, start: usize) -> Tag<'p> {
        let bytes = page.as_bytes();
        let closes = bytes.get(start) == Some(&b'/');
        let from = start + usize::from(closes);
        let length = bytes[from..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let mut tag = Tag { name: &page[from..from + length], closes, attributes: 0, end: from + length };
        if length == 0 {
            return tag;
        }
        let (mut quote, mut before) = (None, b' ');
        while let Some(&byte) = bytes.get(tag.end).filter(|byte| **byte != b'>' || quote.is_some()) {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
                (None, _) if !separates(byte) && separates(before) => tag.attributes += 1,
                _ => {}
            }
            before = if byte.is_ascii_whitespace() && before == b'=' { before } else { byte };
            tag.end += 1;
        }
        tag
    }
}

fn separates(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'')
}

/// Where the closing tag of a raw element begins.
fn end_of_raw(page: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(found) = memchr::memmem::find(&page.as_bytes()[at..], b"</") {
        at += found + 2;
        let close = page.as_bytes().get(at..at + name.len());
        if close.is_some_and(|close| close.eq_ignore_ascii_case(name.as_bytes())) {
            return at - 2;
        }
    }
    page.len()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_would_grow_with_its_square_is_refused() {
        let refused = [
            format!("<p {}>", (0..3000).map(|n| format!("a{n} ")).collect::<String>()),
            format!("<p {}>", (0..3000).map(|n| format!("a{n}='x'")).collect::<String>()),
            (0..2000).map(|n| format!("<font size={n}>")).collect(),
            (0..2000).map(|n| format!("<body a{n}>")).collect(),
        ];
        for page in refused {
            assert!(check(&page).is_err(), "{}", &page[..40]);
        }
    }

    #[test]
    fn a_usual_page_passes() {
        let words = "word ".repeat(5000);
        let passed = [
            format!("<p title=\"{words}\">{words}</p>"),
            format!("<script>if (a<b) {{ {words} }}</script><p>"),
            "<b>x</b><font color=red>y</font>".repeat(5000),
            format!("{words} < {words} <- <1 </ >"),
            "<p a='".to_owned(),
            "<script>".to_owned(),
        ];
        for page in passed {
            check(&page).unwrap();
        }
    }
}
