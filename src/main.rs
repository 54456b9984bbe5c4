//! A door: arguments in, exit code out.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use sverka::cli::Cli;

fn main() -> ExitCode {
    Cli::parse_or_exit().run()
}
