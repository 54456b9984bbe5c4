//! `alerts`: what goes on, who is told, and a test of who can be.

use super::grid::plain;
use super::{FAILED, FINE, Global, WrongUse};
use crate::model::hint;
use crate::pipeline::{self, House, Places};
use crate::report::plural;
use crate::store::{Alert, Queue};
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::io::Write;

/// Lists alerts that go on, and what waits for every channel.
///
/// # Errors
/// The store failing.
pub(super) fn list(house: &House, global: &Global) -> Result<u8> {
    let (alerts, queues) = (house.store.open_alerts()?, house.store.queues()?);
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "alerts": alerts, "outbox": queues }));
        return Ok(FINE);
    }
    let mut out = std::io::stdout().lock();
    if !global.quiet || !alerts.is_empty() {
        writeln!(out, "{}", plural(alerts.len(), "open alert", "open alerts"))?;
    }
    for line in alerts.iter().map(alert_line).chain(waiting(&queues)) {
        writeln!(out, "  {line}")?;
    }
    Ok(FINE)
}

/// One alert in a line.
pub(super) fn alert_line(alert: &Alert) -> String {
    format!("{} {} {}: {}", alert.raised_at, alert.severity, alert.key, plain(&alert.message))
}

/// What waits for channels, a line for each for which something does.
pub(super) fn waiting(queues: &[Queue]) -> impl Iterator<Item = String> {
    queues.iter().filter(|queue| queue.pending > 0).map(|queue| {
        let since = queue.oldest.as_deref().unwrap_or_default();
        let why = if queue.error.is_empty() { String::new() } else { format!(": {}", plain(&queue.error)) };
        let what = plural(usize::try_from(queue.pending).unwrap_or(usize::MAX), "message waits", "messages wait");
        format!("channel {}: {what} since {since}{why}", queue.channel)
    })
}

/// Sends a test message to one channel.
///
/// # Errors
/// No such channel; mistakes in the file.
pub(super) async fn test(places: &Places, global: &Global, name: &str, now: DateTime<Utc>) -> Result<u8> {
    let alerts = pipeline::alerts_alone(places)?;
    let Some(channel) = alerts.channels.iter().find(|one| one.name == name) else {
        let near = hint(name, alerts.channels.iter().map(|one| one.name.as_str()));
        anyhow::bail!(WrongUse(format!("no channel {name:?} in alerts.toml{near}")));
    };
    let sent = pipeline::test_message(channel, now).await;
    let error = sent.as_ref().err().map(ToString::to_string);
    if global.json {
        println!("{}", serde_json::json!({ "schema": 1, "channel": name, "error": error }));
    } else if let Some(error) = &error {
        eprintln!("sverka: {name}: {error}");
    } else if !global.quiet {
        println!("{name}: told");
    }
    Ok(if error.is_some() { FAILED } else { FINE })
}
