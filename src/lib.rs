//! `sverka` (сверка: reconciliation) pulls official statistics on a schedule, keeps every version of every
//! document, turns them into one SQLite file, and checks the figures that a paper prints against what was
//! published, then and since.
//!
//! ```text
//! sources.toml ─ schedule ─ fetch ─ archive ─ parse ─ normalize ─ check ─ store (SQLite) ─┬─ reconcile ─ report
//!                                                                      papers/<id>/ ──────┘
//! ```
//!
//! Whatever parses a document from outside runs in a child process (`guard`). `pipeline` joins the stages, `daemon` repeats it, `cli` is how a person calls it.

#![forbid(unsafe_code)]

pub mod faultpoint;
pub mod model;

pub mod archive;
pub mod check;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod export;
pub mod fetch;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzz;
pub mod guard;
pub mod normalize;
pub mod notify;
pub mod observe;
pub mod paper;
pub mod parse;
pub mod pipeline;
pub mod propose;
pub mod reconcile;
pub mod report;
pub mod revision;
pub mod schedule;
pub mod store;
pub mod unpack;
pub mod web;
