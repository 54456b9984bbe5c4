//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Addresses that are not asked.
mod addresses;
/// The client alone.
mod ask;
/// Downloads that break off, lie about their length, or are packed to harm.
mod downloads;
/// The oracle.
pub mod oracle;
/// A publisher that misbehaves to the byte.
mod server;
/// Bodies without an end.
mod sizes;
/// Publishers who are slow on purpose.
mod slow;
/// Statuses that are no document, and when to come again.
mod statuses;
/// Many sources on a bad day.
mod storms;
/// Certificates and greetings.
mod tls;
/// A table of faults of a publisher, and its runner.
mod trial;
