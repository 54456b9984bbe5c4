//! Faults, a kind a module, and what must hold after each, whatever it was.

/// A room over a site, and the program with a fault in it.
#[cfg(debug_assertions)]
mod house;
/// Kills at named points.
#[cfg(debug_assertions)]
mod kills;
/// The oracle.
pub mod oracle;
/// Kills at random moments.
#[cfg(debug_assertions)]
mod random;
/// A publisher of many documents.
#[cfg(debug_assertions)]
mod site;
