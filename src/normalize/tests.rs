//! Small tables written as text, one rule of the mapping language at a time.

mod blocks;
mod guards;
mod heads;
mod lines;
mod mutations;
mod neighbours;
mod notes;
mod prose;
mod prose_samples;
mod random;
mod rows;
mod samples;
mod samples_changed;
mod samples_wide;
mod support;
