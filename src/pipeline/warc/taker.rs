//! Who hears what is told of a crawl: decides whose a document is, takes it in, and counts the rest. What was told is not trusted: an
//! address is held against the sources here, whoever looked at it before.

use super::super::intake::{Delivery, MOST_TRIES, PARSER};
use super::super::read::accepted;
use super::super::run::moscow_day;
use super::super::{House, Summary, Taken, take_in};
use super::spool::Spool;
use super::{ByCrawler, PassedOver};
use crate::config::Source;
use crate::fetch::{self, Given};
use crate::guard::{self, Fallen, Found, MOST_LISTED, Sought, Told, Why};
use crate::model::DateBasis;
use crate::store::AttemptEnd;
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use url::Url;

/// Bytes that the addresses of a question may have: the system takes an argument of 128 KiB. Of a configuration with more the crawl's
/// reader tells every document, and they are chosen from here.
const MOST_ADDRESSES: usize = 64 << 10;
/// Records in quarantine that its reader is told of.
const MOST_LEFT: u32 = 100;
/// Bytes of their names; with the addresses they are one argument.
const MOST_NAMES: usize = 32 << 10;

/// A source and its addresses.
struct Wanted<'s> {
    source: &'s Source,
    given: Vec<Given>,
}

/// The addresses of all, each once; any, where they are too many for a question.
fn addresses(wanted: &[Wanted<'_>]) -> serde_json::Result<Vec<Given>> {
    let given: BTreeSet<&Given> = wanted.iter().flat_map(|one| &one.given).collect();
    let fits = serde_json::to_string(&given)?.len() <= MOST_ADDRESSES;
    Ok(if fits { given.into_iter().cloned().collect() } else { vec![Given::Any] })
}

/// A document that is being told.
struct Open<'s> {
    found: Found,
    sources: Vec<&'s Source>,
    body: Spool,
}

/// What came of a crawl so far.
pub(super) struct Taker<'t> {
    house: &'t mut House,
    by: &'t ByCrawler,
    wanted: Vec<Wanted<'t>>,
    clock: fn() -> DateTime<Utc>,
    tell: &'t (dyn Fn(&Taken) + Sync),
    summary: Summary,
    /// The last record that something is known of.
    number: u64,
    open: Option<Open<'t>>,
    failed: Option<anyhow::Error>,
}

impl<'t> Taker<'t> {
    pub(super) fn new(
        house: &'t mut House,
        by: &'t ByCrawler,
        chosen: &'t [Source],
        clock: fn() -> DateTime<Utc>,
        tell: &'t (dyn Fn(&Taken) + Sync),
    ) -> Taker<'t> {
        let named = by.source.is_some();
        let given = |source: &Source| if named && by.any_address { vec![Given::Any] } else { source.fetch.given(named) };
        let wanted = chosen.iter().map(|source| Wanted { source, given: given(source) }).collect();
        Taker { house, by, wanted, clock, tell, summary: Summary::default(), number: 0, open: None, failed: None }
    }

    /// The last record that something is known of.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Why the program cannot go on, if it cannot.
    pub(super) fn failed(&mut self) -> Option<anyhow::Error> {
        self.failed.take()
    }

    pub(super) fn done(self) -> Summary {
        self.summary
    }

    /// The crawl ends here, before its end.
    pub(super) fn stopped(self, why: &str) -> Summary {
        Summary { stopped: Some(format!("{}: {why}", self.by.file.display())), ..self.summary }
    }

    /// What is wanted of what is left of the crawl.
    ///
    /// # Errors
    /// The store failing.
    pub(super) fn sought(&self) -> Result<Sought> {
        let given = addresses(&self.wanted)?;
        let largest = self.wanted.iter().map(|one| one.source.fetch.max_bytes).max().unwrap_or(0);
        let mut room = MOST_NAMES;
        let mut left = self.house.store.records_left(PARSER, MOST_TRIES, MOST_LEFT)?;
        left.retain(|name| {
            let size = serde_json::to_string(name).map_or(usize::MAX, |told| told.len() + 1);
            room.checked_sub(size).map(|rest| room = rest).is_some()
        });
        Ok(Sought { given, largest, after: self.number, left })
    }

    /// Hears a part; breaks off where the program cannot go on.
    pub(super) fn hear(&mut self, told: Told) -> ControlFlow<()> {
        match self.heard(told) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn heard(&mut self, told: Told) -> Result<()> {
        match told {
            Told::Passed(passed) => {
                self.number = passed.number;
                self.pass_over(passed.offset, passed.target, self.reason(&passed.why));
            }
            Told::Further { count, number } => {
                self.number = self.number.max(number);
                self.summary.passed_more = self.summary.passed_more.saturating_add(count);
            }
            Told::Found(found) => {
                self.number = found.number;
                let sources = Url::parse(&found.target).map_or(Vec::new(), |target| self.sources_of(&target));
                self.open = Some(Open { found, sources, body: Spool::default() });
            }
            Told::Piece(piece) => {
                if let Some(open) = self.open.as_mut().filter(|open| !open.sources.is_empty()) {
                    open.body.push(&self.house.archive, &piece)?;
                }
            }
            Told::Ended(ended) => {
                let Some(open) = self.open.take() else { return Ok(()) };
                match ended.map_err(|why| self.reason(&why)).and_then(|()| self.takers(&open)) {
                    Ok(sources) => self.deliver(&open, &sources)?,
                    Err(reason) => self.pass_over(open.found.offset, open.found.target, reason),
                }
            }
        }
        Ok(())
    }

    fn sources_of(&self, target: &Url) -> Vec<&'t Source> {
        let has = |one: &&Wanted<'_>| one.given.iter().any(|given| given.is(target));
        self.wanted.iter().filter(has).map(|one| one.source).collect()
    }

    /// Whose a document is, now that all of it came; or why it is nobody's.
    fn takers(&self, open: &Open<'t>) -> Result<Vec<&'t Source>, String> {
        if open.sources.is_empty() {
            return Err(self.reason(&Why::Foreign));
        }
        let (length, head) = (open.body.length(), open.body.held());
        let small = |source: &&&Source| length <= source.fetch.max_bytes;
        // what has a source's address is its document, and if it is another kind of file that is worth recording
        let kind = |source: &&&Source| !self.by.any_address || fetch::check_kind(head, &accepted(source)).is_ok();
        let takers: Vec<&Source> = open.sources.iter().filter(small).filter(kind).copied().collect();
        if takers.is_empty() {
            return Err(format!("{length} bytes of {}: too many, or another kind of file", fetch::sniff(head)));
        }
        Ok(takers)
    }

    fn deliver(&mut self, open: &Open<'_>, sources: &[&Source]) -> Result<()> {
        let found = &open.found;
        for source in sources {
            let attempt = self.house.store.begin_attempt(&source.id, "ingest", None, (self.clock)())?;
            let (bytes, day) = (open.body.held().to_vec(), moscow_day(found.date));
            let delivery = Delivery {
                file: open.body.file(),
                url: found.target.clone(),
                obtained_from: self.whence(found),
                content_type: found.content_type.clone(),
                http_status: found.status,
                captured: Some(found.date),
                ..Delivery::of(source.id.clone(), self.label(found), bytes, day, DateBasis::Recorded)
            };
            let taken = take_in(self.house, attempt, delivery, (self.clock)())?;
            self.house.store.release_record(&source.id, &found.name(), (self.clock)())?;
            (self.tell)(&taken);
            self.summary.taken.push(taken);
        }
        Ok(())
    }

    /// Its reader fell. A document that was being told is to blame, and goes to quarantine.
    ///
    /// # Errors
    /// The store failing.
    pub(super) fn fell(&mut self, fallen: &Fallen) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        if open.sources.is_empty() {
            let reason = format!("{}; {fallen}", self.reason(&Why::Foreign));
            self.pass_over(open.found.offset, open.found.target, reason);
            return Ok(());
        }
        for source in &open.sources {
            let attempt = self.house.store.begin_attempt(&source.id, "ingest", None, (self.clock)())?;
            let (label, message) = (self.label(&open.found), format!("{fallen} ({})", self.whence(&open.found)));
            let end = AttemptEnd {
                http_status: open.found.status,
                document: Some(label.clone()),
                url: Some(open.found.target.clone()),
                ..AttemptEnd::new(fallen.code(), message.clone(), (self.clock)())
            };
            self.house.store.quarantine_record(&source.id, &open.found.name(), PARSER, attempt, &end)?;
            let (source, outcome) = (source.id.clone(), fallen.code().to_string());
            let taken = Taken { label, source, outcome, message, saved: None, drift: Vec::new() };
            (self.tell)(&taken);
            self.summary.taken.push(taken);
        }
        Ok(())
    }

    fn file(&self) -> String {
        self.by.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn label(&self, found: &Found) -> String {
        format!("{}, byte {}", self.file(), found.offset)
    }

    /// Where a document came from.
    fn whence(&self, found: &Found) -> String {
        let place = format!("{}, {}", self.file(), found.name());
        let whence = self.by.obtained_from.trim();
        if whence.is_empty() { place } else { format!("{whence}: {place}") }
    }

    fn reason(&self, why: &Why) -> String {
        match (why, &self.by.source) {
            (Why::Foreign, Some(id)) => format!("no address of {id}"),
            _ => why.to_string(),
        }
    }

    fn pass_over(&mut self, offset: u64, target: String, reason: String) {
        // a child says no more than it should only if it is sound
        let (target, reason) = (guard::beginning(&target), guard::beginning(&reason));
        if (self.summary.passed.len() as u64) < MOST_LISTED {
            self.summary.passed.push(PassedOver { offset, target, reason });
        } else {
            self.summary.passed_more = self.summary.passed_more.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn addresses_go_into_a_question_unless_they_are_too_many() {
        let config = Config::parse(include_str!("../../../sources.toml"), "sources.toml").unwrap();
        let wanted = |named| {
            let one = |source| Wanted { source, given: source.fetch.given(named) };
            config.sources.iter().map(one).collect::<Vec<_>>()
        };
        let given = addresses(&wanted(false)).unwrap();
        assert!(given.len() > config.sources.len() / 2 && !given.contains(&Given::Any), "{}", given.len());
        let told = serde_json::to_string(&given).unwrap();
        assert!(told.len() < MOST_ADDRESSES / 2, "{} bytes: there is room for a good many more", told.len());
        assert_eq!(serde_json::from_str::<Vec<Given>>(&told).unwrap(), given);
        let mut many = wanted(true);
        let named = |n| Given::Named { hosts: vec![format!("{n}.example")], link: "x".repeat(100) };
        many[0].given = (0..1000).map(named).collect();
        assert_eq!(addresses(&many).unwrap(), [Given::Any]);
    }
}
