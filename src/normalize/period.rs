//! Words for months, quarters, runs and dates.
