//! Inputs spoilt in a few ways, always the same for a seed: what a test has time for on every change. The package in `fuzz/` has more.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes that mean something in one format or another.
const TELLING: [u8; 16] = [0, 1, 0x7F, 0x80, 0xFF, b'"', b'<', b'>', b';', b',', b'\n', b'[', b'{', b'-', b'.', b'9'];

/// An input with one to four faults.
pub fn spoilt(input: &[u8], other: &[u8], random: &mut fastrand::Rng, longest: usize) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..=4) {
        let at = random.usize(0..=bytes.len());
        let end = random.usize(at..=bytes.len().min(at + 64));
        match random.u8(0..7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, TELLING[random.usize(0..TELLING.len())]),
            3 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.u8(0..8)),
            4 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = random.u8(..)),
            5 => {
                let again = bytes.get(at..end).unwrap_or_default().repeat(random.usize(1..20));
                bytes.splice(at..at, again);
            }
            _ => {
                let from = random.usize(0..=other.len());
                bytes.splice(at..end, other.iter().skip(from).take(64).copied());
            }
        }
    }
    bytes.truncate(longest);
    bytes
}

/// What a throw said when it panicked.
pub fn thrown(throw: fn(&[u8]), input: &[u8]) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| throw(input))).map_err(|said| {
        let text = said.downcast_ref::<String>().cloned();
        text.or_else(|| said.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    })
}
