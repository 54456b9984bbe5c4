//! Series templates: `rosstat.ipi.{item}.ru.mom.{freq}.base2018`.

use crate::model::SeriesCode;
use crate::normalize::spec::{Template, TemplatePart};

/// A mistake in a template, with its byte offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct TemplateError {
    /// Byte offset in the template.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) message: String,
}

/// Reads a template, and tries it out with a word in every slot.
///
/// # Errors
/// An open or empty slot, or a text that can give no series code.
pub(super) fn parse(text: &str) -> Result<Template, TemplateError> {
    let wrong = |at: usize, message: &str| TemplateError { at, message: message.to_string() };
    let (mut parts, mut rest, mut at) = (Vec::new(), text, 0);
    while let Some(open) = rest.find(['{', '}']) {
        let inside = rest[open..].strip_prefix('{').ok_or_else(|| wrong(at + open, "a slot that was never opened"))?;
        let close = inside.find(['{', '}']).filter(|&i| inside[i..].starts_with('}'));
        let close = close.ok_or_else(|| wrong(at + open, "a slot that is never closed"))?;
        if close == 0 {
            return Err(wrong(at + open, "a slot without a name"));
        }
        push_literal(&mut parts, &rest[..open]);
        parts.push(TemplatePart::Field(inside[..close].to_string()));
        rest = &inside[close + 1..];
        at = text.len() - rest.len();
    }
    push_literal(&mut parts, rest);
    let tried: String = parts.iter().map(sample).collect();
    tried.parse::<SeriesCode>().map_err(|error| wrong(0, &error.to_string()))?;
    Ok(Template { parts })
}

fn push_literal(parts: &mut Vec<TemplatePart>, text: &str) {
    if !text.is_empty() {
        parts.push(TemplatePart::Literal(text.to_string()));
    }
}

/// What a slot could say.
fn sample(part: &TemplatePart) -> &str {
    match part {
        TemplatePart::Literal(text) => text,
        TemplatePart::Field(name) if name == "freq" => "m",
        TemplatePart::Field(_) => "x",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let field = |name: &str| TemplatePart::Field(name.into());
        let literal = |text: &str| TemplatePart::Literal(text.into());
        let parsed = parse("cbr.trade.{who}.ru.{freq}.level.m").unwrap();
        let wanted = [literal("cbr.trade."), field("who"), literal(".ru."), field("freq"), literal(".level.m")];
        assert_eq!(parsed.parts, wanted);
    }

    #[test]
    fn refused() {
        let cases = [
            ("a.b.{c.d.level.m", 4),
            ("a.b.c}.d.level.m", 5),
            ("a.b.{}.d.level.m", 4),
            ("a.b.{c}.d", 0),
            ("a.{b{c}.d.level.m", 2),
        ];
        for (text, at) in cases {
            assert_eq!(parse(text).map_err(|e| e.at), Err(at), "{text}");
        }
    }
}
