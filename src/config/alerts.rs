//! `alerts.toml`: who is told what, and when disk and database are in danger. A file of its own, for it is the operator's, and
//! verdicts do not hang on it. The manual is `docs/operations.md`.

use super::address::is_web;
use super::tree::{Node, Section};
use super::{ConfigError, Mistake, distinct, parsed, read_file};
use crate::model::Gravity;
use crate::notify::{Channel, Email, SECRET_HERE, Tls, Way, Webhook, is_mailbox};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Less free space than this is a danger, unless the file says otherwise: a month of documents, and room for SQLite's work.
const FREE_BYTES: u64 = 1 << 30;
/// A write-ahead log larger than this is a danger, unless the file says otherwise: a reader holds it back.
const WAL_BYTES: u64 = 512 << 20;
/// Seconds that a try may take, unless the file says otherwise.
const TIMEOUT: u64 = 20;
/// But it may not say more than this.
const LONGEST_TIMEOUT: u64 = 300;
/// Channels a file may have; each is a task of the daemon.
const MOST_CHANNELS: usize = 50;

/// What `alerts.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// Who is told.
    pub channels: Vec<Channel>,
    /// Less free space than this beside the database is a danger.
    pub free_bytes: u64,
    /// A write-ahead log larger than this is a danger.
    pub wal_bytes: u64,
}

impl Default for Alerts {
    fn default() -> Alerts {
        Alerts { channels: Vec::new(), free_bytes: FREE_BYTES, wal_bytes: WAL_BYTES }
    }
}

impl Alerts {
    /// Reads the file.
    ///
    /// # Errors
    /// A file that cannot be read, or all its mistakes.
    pub fn load(path: &Path) -> Result<Alerts, ConfigError> {
        let (file, text) = read_file(path)?;
        Alerts::parse(&text, &file).map_err(ConfigError::Mistakes)
    }

    /// Reads its text; `file` is how mistakes name it.
    ///
    /// # Errors
    /// Every mistake, in the order of the file.
    pub fn parse(text: &str, file: &str) -> Result<Alerts, Vec<Mistake>> {
        parsed(text, file, alerts)
    }
}

fn alerts(root: &Section<'_>) -> Alerts {
    let mut alerts = Alerts::default();
    if let Some(limits) = root.get("limits").and_then(|node| node.table()) {
        let bytes = |key, usual| limits.get(key).and_then(|node: Node<'_>| node.whole()).unwrap_or(usual);
        (alerts.free_bytes, alerts.wal_bytes) = (bytes("free_bytes", FREE_BYTES), bytes("wal_bytes", WAL_BYTES));
        limits.finish();
    }
    alerts.channels.extend(root.tables("webhook").iter().map(|one| channel(one, &webhook)));
    alerts.channels.extend(root.tables("email").iter().map(|one| channel(one, &email)));
    alerts.channels.extend(root.tables("command").iter().map(|one| channel(one, &command)));
    names_differ(root, &alerts.channels);
    root.finish();
    alerts
}

fn names_differ(root: &Section<'_>, channels: &[Channel]) {
    if channels.len() > MOST_CHANNELS {
        root.wrong(format!("expected at most {MOST_CHANNELS} channels, found {}", channels.len()));
    }
    let tables: Vec<_> = ["webhook", "email", "command"].into_iter().flat_map(|kind| root.list(kind)).collect();
    distinct(&tables, "name", "channel");
}

fn channel(section: &Section<'_>, way: &dyn Fn(&Section<'_>) -> Way) -> Channel {
    let words = Gravity::ALL.map(|one| (one.as_str(), one));
    let channel = Channel {
        name: section.need("name").and_then(|node| filled(&node)).unwrap_or_default(),
        least: section.get("least").and_then(|node| node.word(&words)).unwrap_or(Gravity::Minor),
        timeout: Duration::from_secs(section.get("timeout").and_then(|node| seconds(&node)).unwrap_or(TIMEOUT)),
        way: way(section),
    };
    section.finish();
    channel
}

fn seconds(node: &Node<'_>) -> Option<u64> {
    let seconds = node.whole()?;
    if (1..=LONGEST_TIMEOUT).contains(&seconds) {
        return Some(seconds);
    }
    node.wrong(format!("expected 1 to {LONGEST_TIMEOUT} seconds, found {seconds}"));
    None
}

fn filled(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    if text.trim().is_empty() {
        node.wrong("expected a text that is not empty");
    }
    Some(text.to_string())
}

/// The name of a secret: a file of credentials and an environment variable are called so, and it is no path.
fn secret(section: &Section<'_>) -> Option<String> {
    let node = section.get("secret")?;
    let name = node.text()?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) || name.starts_with('.') {
        node.wrong("expected the name of a credential or of an environment variable, never the secret itself");
    }
    Some(name.to_string())
}

fn webhook(section: &Section<'_>) -> Way {
    let (url, secret) = (section.need_text("url"), secret(section));
    if url.contains(SECRET_HERE) && secret.is_none() {
        section.wrong(format!("{SECRET_HERE} in \"url\" needs the key \"secret\""));
    }
    match url::Url::parse(&url.replace(SECRET_HERE, "x")) {
        Ok(parsed) if !is_web(&parsed) => {
            section.wrong(format!("\"url\": expected an address with https or http, found {url:?}"));
        }
        Ok(parsed) if parsed.scheme() == "http" && secret.is_some() && !is_here(parsed.host_str().unwrap_or_default()) => {
            section.wrong("\"url\": a secret is sent over plain http to this machine only; use https");
        }
        Ok(_) => {}
        Err(_) if url.is_empty() => {}
        Err(error) => section.wrong(format!("\"url\": {error}")),
    }
    Way::Webhook(Webhook { url, secret })
}

fn email(section: &Section<'_>) -> Way {
    let tls = [("starttls", Tls::Starttls), ("tls", Tls::Whole), ("none", Tls::None)];
    let tls = section.get("tls").and_then(|node| node.word(&tls)).unwrap_or(Tls::Starttls);
    let usual = match tls {
        Tls::Starttls => 587,
        Tls::Whole => 465,
        Tls::None => 25,
    };
    let server = section.need("server").and_then(|node| filled(&node)).unwrap_or_default();
    let login = match (section.text("user"), secret(section)) {
        (Some(user), Some(secret)) => Some((user, secret)),
        (None, None) => None,
        _ => {
            section.wrong("\"user\" and \"secret\" go together");
            None
        }
    };
    if tls == Tls::None && login.is_some() && !is_here(&server) {
        section.wrong("a password is sent without TLS to this machine only; use tls = \"starttls\" or \"tls\"");
    }
    Way::Email(Email {
        port: section.get("port").and_then(|node| port(&node)).unwrap_or(usual),
        ca: section.text("ca").map(PathBuf::from),
        from: section.need("from").and_then(|node| mailbox(&node)).unwrap_or_default(),
        to: section.need("to").map(|node| several(&node, &mailbox)).unwrap_or_default(),
        server,
        tls,
        login,
    })
}

fn port(node: &Node<'_>) -> Option<u16> {
    let port = node.whole().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
    if port.is_none() {
        node.wrong("expected a port, 1 to 65535");
    }
    port
}

fn mailbox(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    if !is_mailbox(text) {
        node.wrong(format!("expected an address such as \"Ops <ops@example.org>\", found {text:?}"));
    }
    Some(text.to_string())
}

fn command(section: &Section<'_>) -> Way {
    Way::Command(section.need("run").map(|node| several(&node, &|one| one.text().map(str::to_string))).unwrap_or_default())
}

fn several(node: &Node<'_>, one: &dyn Fn(&Node<'_>) -> Option<String>) -> Vec<String> {
    let list: Vec<String> = node.list().iter().filter_map(one).collect();
    if list.is_empty() {
        node.wrong("expected at least one");
    }
    list
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_that_is_shipped_reads() {
        let alerts = Alerts::parse(include_str!("../../deploy/alerts.toml"), "alerts.toml").unwrap();
        let told: Vec<_> = alerts.channels.iter().map(|one| (one.name.as_str(), one.least, one.timeout.as_secs())).collect();
        assert_eq!(told, [("chat", Gravity::Major, 20), ("mail", Gravity::Minor, 20), ("script", Gravity::Critical, 60)]);
        assert_eq!((alerts.free_bytes, alerts.wal_bytes), (2 << 30, 512 << 20));
        assert_eq!(Alerts::parse("", "f").unwrap(), Alerts::default());
    }

    #[test]
    fn every_mistake_has_its_place() {
        let cases = [
            (
                "[[webhook]]\nname = \"a\"\nurl = \"ftp://x/\"",
                "f:1:1: webhook[0]: \"url\": expected an address with https or http",
            ),
            ("[[webhook]]\nname = \"a\"\nurl = \"http://h.example/\"\nsecret = \"S\"", "over plain http to this machine only"),
            ("[[webhook]]\nname = \"a\"\nurl = \"https://h.example/{secret}\"", "needs the key \"secret\""),
            (
                "[[webhook]]\nname = \"a\"\nurl = \"https://h/\"\nsecret = \"../x y\"",
                "f:4:10: webhook[0].secret: expected the name",
            ),
            ("[[command]]\nname = \"a\"\nrun = []", "f:3:7: command[0].run: expected at least one"),
            ("[[command]]\nname = \"a\"\nrun = [\"x\"]\ntimeout = 0", "expected 1 to 300 seconds"),
            (
                "[[command]]\nname = \"a\"\nrun = [\"x\"]\n[[email]]\nname = \"a\"\nserver = \"s\"\nfrom = \"a@b.c\"\nto = [\"b@c.d\"]",
                "f:2:8: command[0].name: a second channel called \"a\"",
            ),
            ("[[email]]\nname = \"m\"\nserver = \"s\"\nfrom = \"nobody\"\nto = [\"b@c.d\"]", "expected an address such as"),
            ("[[email]]\nname = \"m\"\nserver = \"s\"\nuser = \"u\"\nfrom = \"a@b.c\"\nto = [\"b@c.d\"]", "go together"),
            (
                "[[email]]\nname = \"m\"\nserver = \"s.example\"\ntls = \"none\"\nuser = \"u\"\nsecret = \"P\"\nfrom = \"a@b.c\"\nto = [\"b@c.d\"]",
                "without TLS to this machine only",
            ),
            ("[[command]]\nname = \"a\"\nrun = [\"x\"]\nleast = \"grave\"", "unknown word \"grave\""),
            ("[[webhok]]\nname = \"a\"", "unknown key \"webhok\"; nearest is \"webhook\""),
            ("[limits]\nfree = 1", "unknown key \"free\""),
        ];
        for (text, wanted) in cases {
            let told: Vec<String> = Alerts::parse(text, "f").unwrap_err().iter().map(ToString::to_string).collect();
            assert!(told.len() == 1 && told[0].contains(wanted), "{wanted}: {told:?}");
        }
        let here = "[[webhook]]\nname = \"a\"\nurl = \"http://127.0.0.1:1/\"\nsecret = \"S\"";
        assert!(Alerts::parse(here, "f").is_ok());
    }
}
