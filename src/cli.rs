//! Command line.
mod args;
pub use args::*;
