//! Pages as strings, over a small paper in which everything foreign is hostile.

mod foreign;
mod pages;
mod words;
