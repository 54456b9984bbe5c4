//! Values of attributes.

use crate::parse::xlsx::xml::attribute;
use quick_xml::events::BytesStart;

/// The attribute `val`.
pub fn value(element: &BytesStart<'_>) -> Option<String> {
    attribute(element, "val")
}

/// The attribute `val` as a number.
pub fn number(element: &BytesStart<'_>) -> Option<i32> {
    value(element)?.trim().parse().ok()
}

/// Whether a property is switched on: it is, unless its value says otherwise.
pub fn on(element: &BytesStart<'_>) -> bool {
    value(element).is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off" | "none"))
}
