use super::write::{Sheet, pdf};
