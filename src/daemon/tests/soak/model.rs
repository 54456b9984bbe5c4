//! What must come of the script, found by a way of its own: when each source is looked at, what is told when, and which figures
//! are known since when. It shares no line with the program.

use super::documents::{period, series};
use super::world::{Edition, FRESHNESS, Month, PRINTED, Serving, World, day, instant};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Failures in a row that are told.
const TOLD_AFTER: u32 = 3;

/// Values, each with the day since which it is known; `None`: withdrawn.
type Chain = Vec<(Option<String>, NaiveDate)>;

/// A source as it should stand.
#[derive(Default)]
struct Known {
    answered: Option<DateTime<Utc>>,
    /// Instant that was to be answered, tries, the last of them.
    tried: Option<(DateTime<Utc>, u32, DateTime<Utc>)>,
    failures: u32,
    failing: bool,
    silent: bool,
    succeeded: Option<NaiveDate>,
    newest: Option<NaiveDate>,
    stored: Option<usize>,
    /// Editions that wait for a person.
    kept_out: BTreeSet<usize>,
    /// By row and month.
    chains: BTreeMap<(usize, Month), Chain>,
}

/// The verdict on one claim, and the state it left and has not come back to.
struct Verdict {
    publisher: usize,
    status: &'static str,
    left: Option<&'static str>,
}

/// A look that must have left a row: source, when, the instant it answers.
pub type Look = (String, DateTime<Utc>, DateTime<Utc>);

/// All sources.
pub struct Model {
    world: Arc<World>,
    known: Vec<Known>,
    verdicts: Vec<Verdict>,
    pub looks: Vec<Look>,
    /// Alerts that were raised, by their kind.
    pub raised: BTreeMap<String, usize>,
}

impl Model {
    /// Nothing is known yet; the paper prints the first figure of these publishers.
    pub fn new(world: &Arc<World>, claims: impl Iterator<Item = usize>) -> Model {
        let verdict = |publisher| Verdict { publisher, status: "UNVERIFIABLE", left: None };
        let known = world.publishers.iter().map(|_| Known::default()).collect();
        Model { world: world.clone(), known, verdicts: claims.map(verdict).collect(), looks: Vec::new(), raised: BTreeMap::new() }
    }

    /// The next instant at which something is to be looked at.
    pub fn next(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let planned = self.world.publishers.iter().map(|one| latest(now, one.look) + TimeDelta::days(1));
        let again = self.known.iter().filter_map(|known| Some(again(known.tried?))).filter(|at| *at > now);
        planned.chain(again).min().unwrap()
    }

    /// Everything that is due at an instant is looked at; gives what is told, in any order.
    pub fn step(&mut self, now: DateTime<Utc>) -> BTreeSet<String> {
        let mut told = BTreeSet::new();
        for number in 0..self.known.len() {
            let at = latest(now, self.world.publishers[number].look);
            let known = &self.known[number];
            let rests = known.tried.is_some_and(|tried| tried.0 == at && now < again(tried));
            if known.answered.is_none_or(|answered| answered < at) && !rests {
                self.looks.push((self.world.publishers[number].id.clone(), now, at));
                told.extend(self.look(number, at, now));
                self.tell(number, &mut told);
            }
        }
        self.judge(&mut told);
        for key in told.iter().filter_map(|one| one.strip_prefix("+ ")) {
            *self.raised.entry(key.split(['/', ' ']).next().unwrap().to_string()).or_default() += 1;
        }
        told
    }

    /// Gives what is told of the document that came, if it is kept out.
    fn look(&mut self, number: usize, at: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
        let (world, known, today) = (self.world.clone(), &mut self.known[number], day(now));
        let tries = known.tried.filter(|tried| tried.0 == at).map_or(0, |tried| tried.1);
        let serving = world.serving(number, now);
        let Some(Serving::Edition { number: edition, .. }) = serving else {
            known.tried = Some((at, tries + 1, now));
            known.failures += u32::from(serving.is_some());
            return None;
        };
        (known.answered, known.tried, known.failures) = (Some(at), None, 0);
        let published = &world.publishers[number].editions[edition];
        if !published.usual_unit {
            return known.kept_out.insert(edition).then(|| format!("+ drift/{}", world.publishers[number].id));
        }
        if known.stored != Some(edition) {
            (known.stored, known.newest) = (Some(edition), Some(today));
            known.take(published, today);
        }
        // what lacks something is no success until somebody says that it is fine
        if !known.chains.keys().any(|at| !published.table.contains_key(at)) {
            known.succeeded = Some(today);
        }
        None
    }

    fn tell(&mut self, number: usize, told: &mut BTreeSet<String>) {
        let (known, id) = (&mut self.known[number], &self.world.publishers[number].id);
        let failing = known.failures >= TOLD_AFTER;
        let silent = known.succeeded.zip(known.newest).is_some_and(|(looked, newest)| (looked - newest).num_days() > FRESHNESS);
        for (kind, was, is) in [("failing", &mut known.failing, failing), ("silence", &mut known.silent, silent)] {
            if *was != is {
                told.insert(format!("{} {kind}/{id}", if is { '+' } else { '-' }));
            }
            *was = is;
        }
    }

    fn judge(&mut self, told: &mut BTreeSet<String>) {
        for verdict in &mut self.verdicts {
            let chain = self.known[verdict.publisher].chains.values().next().and_then(|chain| chain.last());
            let status = match chain.map(|(value, _)| value.as_deref() == Some(PRINTED)) {
                None => "UNVERIFIABLE",
                Some(true) => "CONFIRMED",
                Some(false) => "SUPERSEDED",
            };
            let before = std::mem::replace(&mut verdict.status, status);
            if before == status {
                continue;
            }
            let key = |status: &str| format!("verdict soak/c{}/external/{status}", verdict.publisher);
            let origin = verdict.left.unwrap_or(before);
            verdict.left = Some(origin).filter(|origin| *origin != status);
            // the states that are no news have no alert that could end
            if before != "UNVERIFIABLE" {
                told.insert(format!("- {}", key(before)));
            }
            if origin != status {
                told.insert(format!("+ {}", key(status)));
            }
        }
    }

    /// Every vintage: series, period, value, since when, until when.
    pub fn vintages(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (number, known) in self.known.iter().enumerate() {
            for ((item, month), chain) in &known.chains {
                for (at, (value, from)) in chain.iter().enumerate() {
                    let to = chain.get(at + 1).map_or(String::new(), |(_, to)| to.to_string());
                    let value = value.as_deref().unwrap_or("withdrawn");
                    all.push(format!("{} {} {value} {from}..{to}", series(number, *item), period(*month)));
                }
            }
        }
        all.sort();
        all
    }
}

impl Known {
    fn take(&mut self, edition: &Edition, today: NaiveDate) {
        let keys: BTreeSet<_> = self.chains.keys().chain(edition.table.keys()).copied().collect();
        for key in keys {
            let (chain, value) = (self.chains.entry(key).or_default(), edition.table.get(&key).cloned());
            if chain.last().is_none_or(|(before, _)| *before != value) {
                chain.push((value, today));
            }
        }
    }
}

/// The latest planned instant of a source that is looked at once a day.
fn latest(now: DateTime<Utc>, look: TimeDelta) -> DateTime<Utc> {
    let today = instant(day(now), look);
    if today <= now { today } else { instant(day(now) - Days::new(1), look) }
}

/// When what was tried in vain is tried again: after a quarter of an hour, twice as long each further time, six hours at most.
fn again((_, tries, last): (DateTime<Utc>, u32, DateTime<Utc>)) -> DateTime<Utc> {
    last + TimeDelta::minutes((15 << (tries - 1).min(8)).min(6 * 60))
}
