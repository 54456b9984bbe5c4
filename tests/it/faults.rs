//! Faults, a kind a module, and what must hold after each, whatever it was.

/// The oracle.
pub mod oracle;
