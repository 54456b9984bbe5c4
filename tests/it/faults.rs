//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Two who want the same data.
#[cfg(debug_assertions)]
mod holders;
/// A room over a site, and the program with a fault in it.
#[cfg(debug_assertions)]
mod house;
/// Kills at named points.
#[cfg(debug_assertions)]
mod kills;
/// The oracle.
pub mod oracle;
/// Kills in other commands.
#[cfg(debug_assertions)]
mod others;
/// Kills at random moments.
#[cfg(debug_assertions)]
mod random;
/// Signals in every phase.
#[cfg(debug_assertions)]
mod signals;
/// A publisher of many documents.
#[cfg(debug_assertions)]
mod site;
