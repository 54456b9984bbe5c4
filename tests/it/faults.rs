//! Faults, a kind a module, and what must hold after each, whatever it was.

/// Documents that harm whoever reads them.
pub mod bytes;
/// Many documents through the whole flow at once.
pub mod folder;
/// The oracle.
pub mod oracle;
/// What comes in place of a document.
mod soft404;
/// One small table as a document of every format.
pub mod table;
/// What documents say of figures.
mod values;
