//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Files cut short, headers of something else, logs of others, indexes that lack an entry.
mod broken_files;
/// A database file with flipped bits.
mod corrupt;
/// A house with a source for each family of formats.
pub mod families;
/// A disk that is full.
mod full_disk;
/// A file that somebody else holds.
mod locked;
/// The oracle.
pub mod oracle;
/// Files of other versions, and very large ones.
mod schemas;
/// Every operation of a store, with a death or a failure at it.
mod sweep;
/// A file system under SQLite that fails on request.
mod vfs;
