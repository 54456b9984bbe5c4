//! A door.
fn main() {}
