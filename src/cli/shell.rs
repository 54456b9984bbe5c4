//! `completions` and `man`: what shells and `man` read, made from the same description of the command line that reads it.

use super::{Cli, Global};
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use std::path::Path;

/// Prints what a shell needs to complete commands and options.
pub(super) fn completions(shell: Shell) -> u8 {
    let (whole, mut text) = (Cli::command(), Vec::new());
    // what nobody calls by hand is not offered
    let shown = whole.get_subcommands().filter(|one| !one.is_hide_set()).cloned();
    let mut command = clap::Command::new("sverka").version(env!("SVERKA_VERSION")).subcommands(shown);
    command = command.args(whole.get_arguments().cloned());
    clap_complete::generate(shell, &mut command, "sverka", &mut text);
    super::put(&String::from_utf8_lossy(&text));
    super::FINE
}

/// Writes a manual page a command into a folder, and says so.
///
/// # Errors
/// A folder that cannot be written.
pub(super) fn pages(folder: &Path, global: &Global) -> Result<u8> {
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    clap_mangen::generate_to(Cli::command(), folder).with_context(|| format!("writing into {}", folder.display()))?;
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "folder": folder }));
    } else if !global.quiet {
        println!("manual pages in {}: `man -l {}`", folder.display(), folder.join("sverka.1").display());
    }
    Ok(super::FINE)
}
