//! Running text: white space collapses, line breaks stay, superscript is raised.

use super::super::superscript;
use super::element::{At, Role, is_invisible, role};
use scraper::Node;

/// How the text of an element differs from that around it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Set as superscript.
    pub raised: bool,
    /// White space stays as it is.
    pub verbatim: bool,
    /// Takes its place without being shown.
    pub invisible: bool,
}

impl Style {
    /// The style inside an element.
    pub fn inside(self, node: At<'_>) -> Style {
        let Node::Element(element) = node.value() else { return self };
        Style {
            raised: self.raised || role(element) == Role::Superscript,
            verbatim: self.verbatim || element.name() == "pre",
            invisible: self.invisible || is_invisible(element),
        }
    }
}

/// A text that is being put together.
#[derive(Debug, Default)]
pub struct Running {
    text: String,
    blank: bool,
    breaks: usize,
}

impl Running {
    /// Takes a piece of text.
    pub fn push(&mut self, piece: &str, style: Style) {
        if style.invisible {
            return;
        }
        let raised;
        let piece = if style.raised {
            raised = superscript::raise(piece);
            &raised
        } else {
            piece
        };
        for c in piece.chars() {
            match c {
                '\n' if style.verbatim => self.line_break(),
                ' ' | '\t' if style.verbatim && !self.text.is_empty() => self.text.push(c),
                ' ' | '\t' | '\n' | '\r' | '\u{C}' => self.blank = true,
                // What no font shows: conversions and editors leave them.
                c if c.is_control() => {}
                _ => self.show(c),
            }
        }
    }

    /// A line ends here; several in a row count.
    pub fn line_break(&mut self) {
        self.breaks += 1;
        self.blank = false;
    }

    /// The edge of a block: the line ends, unless it has ended.
    pub fn edge(&mut self) {
        self.breaks = self.breaks.max(1);
        self.blank = false;
    }

    /// Line breaks since the last character.
    pub fn open_breaks(&self) -> usize {
        self.breaks
    }

    /// The text so far, without white space at its ends; begins anew.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        (self.blank, self.breaks) = (false, 0);
        text.trim().to_owned()
    }

    fn show(&mut self, c: char) {
        if !self.text.is_empty() {
            match (self.breaks, self.blank) {
                (1.., _) => self.text.push('\n'),
                (0, true) => self.text.push(' '),
                (0, false) => {}
            }
        }
        (self.blank, self.breaks) = (false, 0);
        self.text.push(c);
    }
}

/// The text of a cell or caption: blocks and line breaks in it end lines.
pub fn of(node: At<'_>, style: Style) -> String {
    let mut running = Running::default();
    collect(node, style, &mut running);
    running.take()
}

fn collect(node: At<'_>, style: Style, running: &mut Running) {
    let style = style.inside(node);
    for child in node.children() {
        match child.value() {
            Node::Text(text) => running.push(text, style),
            Node::Element(element) => match role(element) {
                Role::Nothing | Role::Image => {}
                Role::Break => running.line_break(),
                Role::Inline | Role::Superscript => collect(child, style, running),
                Role::Block | Role::Table => {
                    running.edge();
                    collect(child, style, running);
                    running.edge();
                }
            },
            _ => {}
        }
    }
}
