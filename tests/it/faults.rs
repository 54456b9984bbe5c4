//! Faults, a kind a module, and what must hold after each, whatever it was.

/// A database file that is damaged.
mod corrupt;
/// A house with a source for each family of formats.
pub mod families;
/// The oracle.
pub mod oracle;
/// Every operation of a store, with a death or a failure at it.
mod sweep;
/// A file system under SQLite that fails on request.
mod vfs;
