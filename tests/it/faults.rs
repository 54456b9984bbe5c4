//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Addresses that are not asked.
mod addresses;
/// The client alone.
mod ask;
/// Files cut short, headers of something else, logs of others, indexes that lack an entry.
mod broken_files;
/// Documents that harm whoever reads them.
pub mod bytes;
/// A database file with flipped bits.
mod corrupt;
/// Crawls that harm whoever takes them apart.
mod crawls;
/// Whoever asks the daemon how it is.
mod doors;
/// Downloads that break off, lie about their length, or are packed to harm.
mod downloads;
/// A house with a source for each family of formats.
pub mod families;
/// Many documents through the whole flow at once.
pub mod folder;
/// A disk that is full.
mod full_disk;
/// Two who want the same data.
#[cfg(debug_assertions)]
mod holders;
/// A room over a site, and the program with a fault in it.
#[cfg(debug_assertions)]
mod house;
/// Kills at named points.
#[cfg(debug_assertions)]
mod kills;
/// A file that somebody else holds.
mod locked;
/// The oracle.
pub mod oracle;
/// Kills in other commands.
#[cfg(debug_assertions)]
mod others;
/// Kills at random moments.
#[cfg(debug_assertions)]
mod random;
/// Files of other versions, and very large ones.
mod schemas;
/// A publisher that misbehaves to the byte.
mod server;
/// Signals in every phase.
#[cfg(debug_assertions)]
mod signals;
/// A publisher of many documents.
#[cfg(debug_assertions)]
mod site;
/// Bodies without an end.
mod sizes;
/// Publishers who are slow on purpose.
mod slow;
/// What comes in place of a document.
mod soft404;
/// Statuses that are no document, and when to come again.
mod statuses;
/// Many sources on a bad day.
mod storms;
/// Every operation of a store, with a death or a failure at it.
mod sweep;
/// One small table as a document of every format.
pub mod table;
/// Certificates and greetings.
mod tls;
/// A table of faults of a publisher, and its runner.
mod trial;
/// What documents say of figures.
mod values;
/// A file system under SQLite that fails on request.
mod vfs;
