//! How a child fell: by what the system says of its end, and by what it said last.

use super::walls;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// What the standard library says before it aborts for want of memory.
const OUT_OF_MEMORY: &str = "memory allocation of";
/// What it says before it aborts because the stack is full.
const STACK_OVERFLOW: &str = "has overflowed its stack";
/// The exit code of a panic.
const PANIC: i32 = 101;
/// The exit code of a child that could not raise its walls, and so read nothing (`EX_OSERR` of sysexits.h).
pub(super) const NO_WALLS: u8 = 71;
/// The exit code of a child that noticed itself that it has no memory left (`EX_UNAVAILABLE` of sysexits.h).
pub(super) const NO_MEMORY: u8 = 69;
/// Characters of a child's last words that are quoted.
const WORDS: usize = 200;

/// Why a child gave no whole answer. What it said of one document before does not count; rows in bulk, and records of a crawl that were
/// told to their end, do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fallen {
    /// A signal, an abort, a full stack or a panic.
    #[error("reading the document crashed: {how}")]
    Crash {
        /// How it ended, and its last words.
        how: String,
    },
    /// More memory than it may have.
    #[error("reading the document took more memory than {} MiB: {how}", walls::MEMORY >> 20)]
    OutOfMemory {
        /// How it ended, and its last words.
        how: String,
    },
    /// More time than it may have.
    #[error("reading the document was stopped after {how}")]
    Timeout {
        /// Which limit of time.
        how: String,
    },
    /// What came is no answer.
    #[error("reading the document gave no proper answer: {how}")]
    Protocol {
        /// What came.
        how: String,
    },
    /// It was ended because the program is to stop; the document will be tried anew.
    #[error("the program was told to stop while it read the document")]
    Stopped,
    /// No child could be started; the document was not looked at.
    #[error("the program that reads documents could not be started: {how}")]
    NotStarted {
        /// What failed.
        how: String,
    },
}

impl Fallen {
    /// The outcome that stands in the attempt, and the rule in the quarantine.
    pub fn code(&self) -> &'static str {
        match self {
            Fallen::Crash { .. } => "parser_crash",
            Fallen::OutOfMemory { .. } => "parser_oom",
            Fallen::Timeout { .. } => "parser_timeout",
            Fallen::Protocol { .. } => "parser_protocol",
            Fallen::Stopped => "interrupted",
            Fallen::NotStarted { .. } => "parser_not_started",
        }
    }

    /// Whether the document may be at fault, rather than this machine.
    pub fn is_of_document(&self) -> bool {
        !matches!(self, Fallen::NotStarted { .. } | Fallen::Stopped)
    }

    pub(super) fn protocol(how: impl Into<String>) -> Fallen {
        Fallen::Protocol { how: how.into() }
    }

    pub(super) fn not_started(what: &str, error: &io::Error) -> Fallen {
        Fallen::NotStarted { how: format!("{what}: {error}") }
    }

    pub(super) fn silent(after: Duration) -> Fallen {
        Fallen::Timeout { how: format!("{} s of waiting", after.as_secs_f32()) }
    }

    /// What an end without an answer means; `words` is what stood on standard error, and it had so many seconds of processor time.
    pub(super) fn of(status: ExitStatus, words: &[u8], seconds: u64) -> Fallen {
        let words = String::from_utf8_lossy(words);
        let how = |end: String| match last_words(&words) {
            said if said.is_empty() => end,
            said => format!("{end}: {said}"),
        };
        match (status.signal().map(signal_name), status.code()) {
            (Some("SIGXCPU"), _) => Fallen::Timeout { how: format!("{seconds} s of processor time") },
            (Some("SIGABRT"), _) if words.contains(OUT_OF_MEMORY) => Fallen::OutOfMemory { how: last_words(&words) },
            (Some("SIGKILL"), _) => Fallen::OutOfMemory { how: "the system killed it".to_string() },
            (Some("SIGABRT"), _) if words.contains(STACK_OVERFLOW) => Fallen::Crash { how: "the stack overflowed".to_string() },
            (Some(name), _) => Fallen::Crash { how: how(format!("it was ended by {name}")) },
            (None, Some(PANIC)) => Fallen::Crash { how: how("it panicked".to_string()) },
            (None, Some(code)) if code == i32::from(NO_WALLS) => Fallen::NotStarted { how: last_words(&words) },
            (None, Some(code)) if code == i32::from(NO_MEMORY) => Fallen::OutOfMemory { how: last_words(&words) },
            (None, code) => Fallen::protocol(how(format!("it ended with code {}", code.unwrap_or_default()))),
        }
    }
}

/// The name of a signal that ends a program.
fn signal_name(signal: i32) -> &'static str {
    let names = [
        (rustix::process::Signal::ABORT, "SIGABRT"),
        (rustix::process::Signal::BUS, "SIGBUS"),
        (rustix::process::Signal::FPE, "SIGFPE"),
        (rustix::process::Signal::ILL, "SIGILL"),
        (rustix::process::Signal::KILL, "SIGKILL"),
        (rustix::process::Signal::SEGV, "SIGSEGV"),
        (rustix::process::Signal::SYS, "SIGSYS"),
        (rustix::process::Signal::TERM, "SIGTERM"),
        (rustix::process::Signal::TRAP, "SIGTRAP"),
        (rustix::process::Signal::XCPU, "SIGXCPU"),
        (rustix::process::Signal::XFSZ, "SIGXFSZ"),
    ];
    names.iter().find(|(known, _)| known.as_raw() == signal).map_or("a signal", |(_, name)| name)
}

/// The first lines on standard error as one short line without control characters: a document may have put words in there.
fn last_words(words: &str) -> String {
    let plain = words.replace(|c: char| c.is_control(), " ");
    let plain: Vec<&str> = plain.split_whitespace().collect();
    plain.join(" ").chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_by_status_and_words() {
        let cases: [(i32, &str, &str); 11] = [
            (
                6,
                "memory allocation of 99 bytes failed\n",
                "parser_oom: reading the document took more memory than 512 MiB: memory",
            ),
            (9, "", "parser_oom: reading the document took more memory than 512 MiB: the system killed it"),
            (6, "thread 'main' has overflowed its stack", "parser_crash: reading the document crashed: the stack overflowed"),
            (69 << 8, "x: out of memory", "parser_oom: reading the document took more memory than 512 MiB: x: out of memory"),
            (11, "", "parser_crash: reading the document crashed: it was ended by SIGSEGV"),
            (64, "", "parser_crash: reading the document crashed: it was ended by a signal"),
            (24, "", "parser_timeout: reading the document was stopped after 7 s of processor time"),
            (
                101 << 8,
                "panicked at\n x.rs:\u{1b}[1m",
                "parser_crash: reading the document crashed: it panicked: panicked at x.rs: [1m",
            ),
            (64 << 8, "error: x", "parser_protocol: reading the document gave no proper answer: it ended with code 64: error: x"),
            (0, "", "parser_protocol: reading the document gave no proper answer: it ended with code 0"),
            (71 << 8, "no", "parser_not_started: the program that reads documents could not be started: no"),
        ];
        for (status, words, wanted) in cases {
            let fallen = Fallen::of(ExitStatus::from_raw(status), words.as_bytes(), 7);
            let said = format!("{}: {fallen}", fallen.code());
            assert!(said.starts_with(wanted), "{said}");
            assert_eq!(fallen.is_of_document(), !said.starts_with("parser_not_started"));
        }
        assert_eq!(last_words(&"ж".repeat(1000)).chars().count(), WORDS);
        assert!(Fallen::of(ExitStatus::from_raw(11), b"\xFF\xFE", 7).to_string().contains('\u{FFFD}'));
    }
}
