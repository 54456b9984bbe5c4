//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Whoever asks the daemon how it is.
mod doors;
/// The oracle.
pub mod oracle;
