//! A table as the mapping language sees it, for whoever must propose a mapping: folded texts, and what stands over each column.

pub use super::header::{MAX_DEPTH, SEARCH_ROWS};
pub use super::path::{Path, paths};
pub use super::text::{Line, Text, folded};
