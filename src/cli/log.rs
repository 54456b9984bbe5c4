//! Logs go to standard error: for people, for machines, for the journal.

use super::Global;
use rustix::fs::fstat;
use std::fmt;
use std::io::IsTerminal;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Compact, Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Warnings, and more with `-v`. `SVERKA_LOG` overrules, `SVERKA_LOG_FORMAT=json` is for machines; where standard error is the
/// journal, each line begins with its priority.
pub(super) fn start(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "sverka=info,warn",
        (false, _) => "sverka=debug,info",
    };
    let filter = EnvFilter::try_from_env("SVERKA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // a file has no colours, nor has who does not want them: https://no-color.org
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let log = log.with_ansi(std::io::stderr().is_terminal() && !plain);
    if std::env::var("SVERKA_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().init();
    } else if is_journal() {
        log.event_format(Journal(Format::default().without_time().with_target(false).with_ansi(false).compact())).init();
    } else {
        log.init();
    }
}

/// Whether standard error is what the service manager connected to the journal: `JOURNAL_STREAM` names its device and inode.
fn is_journal() -> bool {
    let Ok(named) = std::env::var("JOURNAL_STREAM") else { return false };
    fstat(std::io::stderr()).is_ok_and(|stat| format!("{}:{}", stat.st_dev, stat.st_ino) == named)
}

/// A line for the journal, which knows the time by itself and takes the priority from the beginning of the line.
struct Journal(Format<Compact, ()>);

impl<S, N> FormatEvent<S, N> for Journal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, ctx: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        write!(writer, "<{}>", priority(*event.metadata().level()))?;
        self.0.format_event(ctx, writer, event)
    }
}

/// The priority of syslog.
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}
