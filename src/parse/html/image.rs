//! A picture in the place of the table: the page must be refused by that name, not read as a table without rows.

use super::element::{At, Role, role};
use super::walk::Walk;
use scraper::Node;
use scraper::node::Element;

/// With so many characters beside the picture, or in one paragraph of the page, the page is a text with a picture.
const TEXT_OF_A_PAGE: usize = 200;
/// Parts of a page that belong to the site, not to the document.
const SITE: [&str; 6] = ["a", "nav", "header", "footer", "aside", "button"];
/// Words in the name, class or text of a picture that is an ornament.
const ORNAMENTS: [&str; 8] = ["logo", "icon", "banner", "spacer", "pixel", "counter", "arrow", "button"];

/// The source of the picture that stands where the table should be.
pub fn instead_of_table(walk: &Walk<'_, '_>) -> Option<String> {
    if walk.figures || walk.longest >= TEXT_OF_A_PAGE {
        return None;
    }
    let shown = walk.images.iter().copied().filter_map(|image| Some((image, image.value().as_element()?)));
    let mut content = shown.filter(|(image, element)| is_content(*image, element) && stands_alone(*image));
    content.next().map(|(_, element)| element.attr("src").unwrap_or_default().to_owned())
}

/// Not an ornament (which has an empty text in its place), nor part of the site around the document.
fn is_content(image: At<'_>, element: &Element) -> bool {
    let said = ["src", "class", "id", "alt"].map(|name| element.attr(name).unwrap_or_default().to_ascii_lowercase());
    let ornament = element.attr("alt") == Some("") || ORNAMENTS.iter().any(|word| said.iter().any(|text| text.contains(word)));
    let inside = |name: &str| SITE.contains(&name);
    !ornament && !image.ancestors().filter_map(|node| node.value().as_element()).any(|parent| inside(parent.name()))
}

/// Whether the block around the picture shows nothing else, and what stands beside that block is short.
fn stands_alone(image: At<'_>) -> bool {
    let mut node = image;
    let mut in_block = true;
    while let Some(parent) = node.parent() {
        let beside = parent.children().filter(|child| child.id() != node.id());
        let length = beside.fold(0, |sum, child| if sum < TEXT_OF_A_PAGE { sum + shown(child, TEXT_OF_A_PAGE) } else { sum });
        if length > 0 {
            return !in_block && length < TEXT_OF_A_PAGE;
        }
        in_block &= !parent.value().as_element().is_some_and(|element| role(element) == Role::Block);
        node = parent;
    }
    true
}

/// The characters a node shows, counted up to a limit.
fn shown(node: At<'_>, limit: usize) -> usize {
    match node.value() {
        Node::Text(text) => text.chars().filter(|c| !c.is_whitespace()).take(limit).count(),
        Node::Element(element) if role(element) == Role::Nothing => 0,
        _ => node.children().fold(0, |sum, child| if sum < limit { sum + shown(child, limit - sum) } else { sum }),
    }
}
