//! Text → tree, piece by piece, so that a page that would become too large or too deep is left in time.

use super::super::ParseError;
use super::scan;
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{Html, HtmlTreeSink, Node};

/// Nodes of one page; the largest seen has some twenty thousand.
const MAX_NODES: usize = 1_000_000;
/// Elements within each other, as in browsers; the parser's work grows with it, and ours recurses.
const MAX_DEPTH: usize = 512;
/// Bytes parsed between two looks at the tree.
const PIECE: usize = 4096;

/// Parses a page as browsers do, whatever its tags lack.
///
/// # Errors
/// A page of too many nodes, or too deep.
pub fn build(page: &str) -> Result<Html, ParseError> {
    scan::check(page)?;
    let mut parser = html5ever::parse_document(HtmlTreeSink::new(Html::new_document()), Default::default());
    let (mut rest, mut seen) = (page, 0);
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        parser.process(StrTendril::from_slice(piece));
        seen = check(&parser.tokenizer.sink.sink.0.borrow(), seen)?;
        rest = behind;
    }
    let page = parser.finish();
    check(&page, seen)?;
    Ok(page)
}

/// Looks at the nodes since the last look, and says how many there are now.
fn check(page: &Html, seen: usize) -> Result<usize, ParseError> {
    let nodes = page.tree.nodes();
    let count = nodes.len();
    if count > MAX_NODES {
        return Err(too_large("its number of nodes", MAX_NODES));
    }
    let mut fresh = nodes.rev().take(count - seen).filter(|node| matches!(node.value(), Node::Element(_)));
    match fresh.any(|node| node.ancestors().take(MAX_DEPTH + 1).count() > MAX_DEPTH) {
        true => Err(too_large("the depth of its elements", MAX_DEPTH)),
        false => Ok(count),
    }
}

fn too_large(what: &str, limit: usize) -> ParseError {
    ParseError::TooLarge { place: "the page".into(), what: what.into(), limit: limit as u64 }
}
