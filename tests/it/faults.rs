//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Downloads that break off, lie about their length, or are packed to harm.
mod downloads;
/// The oracle.
pub mod oracle;
/// A publisher that misbehaves to the byte.
mod server;
/// Bodies without an end.
mod sizes;
/// A table of faults of a publisher, and its runner.
mod trial;
