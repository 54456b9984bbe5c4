//! How an I/O error crosses the border of a process: as what it says.

use serde::{Deserialize, Deserializer, Serializer};
use std::io;

/// Writes what it says.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(error: &io::Error, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(error)
}

/// An error that says the same.
///
/// # Errors
/// The deserializer's.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<io::Error, D::Error> {
    String::deserialize(from).map(io::Error::other)
}
