//! Pages from the store, for reading only: the same on a server and as files in a folder. A page is a function from what was asked
//! of the store to markup; nothing here writes, and nothing runs in the browser.

mod ask;
mod bars;
mod brief;
mod chart;
mod claim;
mod evidence;
mod gather;
mod home;
mod page;
mod paper;
mod picture;
mod problem;
mod relation;
mod route;
mod search;
mod series;
mod serve;
mod site;
mod source;
#[cfg(test)]
mod tests;

pub use serve::{Desk, router};
pub use site::{keep, write};
