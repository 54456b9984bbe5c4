//! The pages as a browser meets them.

mod browser;
mod served;
