//! A message on the standard input of a program.

use super::{Message, NotSent};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// The environment variable that holds the message's id.
const ID: &str = "SVERKA_MESSAGE_ID";

/// Runs a program of the operator's. What it prints on standard error goes where ours goes; one that is still running when the
/// time is over is killed.
pub(super) async fn run(run: &[String], message: &Message) -> Result<(), NotSent> {
    let Some((program, arguments)) = run.split_first() else { return Err(NotSent("no program is named".to_string())) };
    let failed = |what: &str, error: std::io::Error| NotSent(format!("{program}: {what}: {error}"));
    let mut command = Command::new(program);
    command.args(arguments).env(ID, &message.id).stdin(Stdio::piped()).stdout(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed("starting it", error))?;
    if let Some(mut input) = child.stdin.take() {
        // one that does not want to know what happened may still end well
        let _ = input.write_all(message.payload.as_bytes()).await;
    }
    let status = child.wait().await.map_err(|error| failed("waiting for it", error))?;
    if status.success() { Ok(()) } else { Err(NotSent(format!("{program} ended with {status}"))) }
}
