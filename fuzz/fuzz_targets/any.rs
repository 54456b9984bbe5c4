//! One program for all targets: `SVERKA_FUZZ` names the one that is run.
#![no_main]

use cap::Cap;
use std::alloc::System;
use std::sync::LazyLock;
use sverka::fuzz::{TARGETS, Target};

/// What the child that reads a document may have (`src/guard/walls.rs`), and what libFuzzer itself keeps of inputs and coverage.
const MOST_BYTES: usize = (512 + 256) << 20;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MOST_BYTES);

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("SVERKA_FUZZ").unwrap_or_default();
    let names = || TARGETS.map(|target| target.name).join(" ");
    *TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("SVERKA_FUZZ={name:?}; it is one of: {}", names()))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (CHOSEN.throw)(bytes);
});
