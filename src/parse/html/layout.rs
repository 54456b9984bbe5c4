//! Tables that hold figures, and tables that only put the page together.

use super::element::{At, Role, children, role};
use super::grid::Grid;
use super::text::{self, Style};
use scraper::Node;

/// A cell with so many characters holds prose; labels and headings are shorter.
const PROSE: usize = 400;
/// A table with so many cells that show a text is more than a box around one of them.
const CELLS_OF_A_TABLE: usize = 2;

/// Whether the table holds another one.
pub fn holds_table(table: At<'_>) -> bool {
    table.children().any(|child| match child.value() {
        Node::Element(element) => match role(element) {
            Role::Nothing => false,
            Role::Table => filled(child) >= CELLS_OF_A_TABLE || holds_table(child),
            _ => holds_table(child),
        },
        _ => false,
    })
}

/// The cells of a table that show a text, counted up to two.
fn filled(table: At<'_>) -> usize {
    let groups = children(table, &["thead", "tbody", "tfoot"]);
    let cells = groups.flat_map(|(group, _)| children(group, &["tr"])).flat_map(|(row, _)| children(row, &["td", "th"]));
    cells.filter(|(cell, _)| !text::of(*cell, Style::default()).is_empty()).take(CELLS_OF_A_TABLE).count()
}

/// Whether its cells are a page's text rather than a table: nothing stands beside anything, or half of them is prose.
pub fn is_prose(grid: &Grid) -> bool {
    let prose = grid.texts().filter(|text| text.chars().nth(PROSE).is_some()).count();
    !grid.has_pairs() || prose * 2 >= grid.texts().count()
}
