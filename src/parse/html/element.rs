//! What the names and styles of elements mean for the text in them.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

/// A node of the page.
pub type At<'p> = NodeRef<'p, Node>;

/// What an element is to the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Not shown, or no text of the document: scripts, controls, what is hidden.
    Nothing,
    /// Text runs on over its edges.
    Inline,
    /// Text in it is raised.
    Superscript,
    /// Text breaks at its edges.
    Block,
    /// A line break.
    Break,
    /// A table.
    Table,
    /// A picture.
    Image,
}

/// What an element is.
pub fn role(element: &Element) -> Role {
    if is_hidden(element) {
        return Role::Nothing;
    }
    match element.name() {
        "head" | "script" | "style" | "noscript" | "template" | "title" | "select" | "textarea" | "button" | "iframe"
        | "object" | "svg" | "canvas" | "audio" | "video" | "datalist" | "noframes" => Role::Nothing,
        "br" => Role::Break,
        "table" => Role::Table,
        "img" => Role::Image,
        "sup" => Role::Superscript,
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "dd" | "details" | "dialog" | "dir"
        | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "header" | "hgroup" | "hr" | "html" | "legend" | "li" | "main" | "menu" | "nav" | "ol" | "option" | "p"
        | "pre" | "section" | "summary" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" | "ul" => Role::Block,
        _ if says(element, "vertical-align", "super") => Role::Superscript,
        _ => Role::Inline,
    }
}

/// Left out of the page by its author.
pub fn is_hidden(element: &Element) -> bool {
    element.attr("hidden").is_some() || says(element, "display", "none")
}

/// Keeps its place, but shows nothing.
pub fn is_invisible(element: &Element) -> bool {
    says(element, "visibility", "hidden")
}

/// Whether the element's own style gives a property this value.
fn says(element: &Element, property: &str, wanted: &str) -> bool {
    let Some(style) = element.attr("style") else { return false };
    let value =
        style.split(';').filter_map(|rule| rule.split_once(':')).rfind(|(name, _)| name.trim().eq_ignore_ascii_case(property));
    value.and_then(|(_, value)| value.split_whitespace().next()).is_some_and(|value| {
        let value = value.split('!').next().unwrap_or_default();
        value.eq_ignore_ascii_case(wanted)
    })
}

/// The children of a node that are elements of this name and shown.
pub fn children<'p>(node: At<'p>, names: &'static [&'static str]) -> impl Iterator<Item = (At<'p>, &'p Element)> {
    node.children().filter_map(move |child| match child.value() {
        Node::Element(element) if names.contains(&element.name()) && !is_hidden(element) => Some((child, element)),
        _ => None,
    })
}
