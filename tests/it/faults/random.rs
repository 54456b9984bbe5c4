//! F1: a full run over sixty documents is killed at random moments, again and again, until it comes to its end; then the next edition
//! comes. Nothing is lost, nothing is twice, nothing is another figure. The seed is said; `SVERKA_SEED` brings it back.

use super::super::support::{Room, column, count};
use super::house::{self, by_source, has_database, torn_pages, was_killed};
use super::oracle::{assert_left_alone, assert_whole, dump};
use super::site::{Look, Site};
use super::trial::seed;
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Documents of the site.
const DOCUMENTS: usize = 60;
/// Kills where nobody has minutes.
const FEW: usize = 20;
/// Kills of the whole campaign.
const MANY: usize = 1000;

/// Kills come within this part of the time that a run takes.
const EARLY: u32 = 4;
/// And within so much more of it after each.
const LONGER: u32 = 20;
/// Editions after which another room begins, so that looking at one does not take ever longer.
const EDITIONS: usize = 10;

/// Sources → the lines of the dump that are theirs.
type Lines = BTreeMap<String, Vec<String>>;

/// What went wrong, by figures.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    lost: usize,
    duplicated: usize,
    altered: usize,
}

impl Wrong {
    /// Lines that a clean room has and this one does not, that this one has twice, that only this one has.
    fn of(seen: &str, clean: &str) -> Wrong {
        let counted = |text: &str| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            text.lines().for_each(|line| *counts.entry(line.to_string()).or_default() += 1);
            counts
        };
        let (seen, clean) = (counted(seen), counted(clean));
        Wrong {
            lost: clean.keys().filter(|line| !seen.contains_key(*line)).count(),
            duplicated: seen.iter().filter(|(line, times)| clean.get(*line).is_some_and(|wanted| *times > wanted)).count(),
            altered: seen.keys().filter(|line| !clean.contains_key(*line)).count(),
        }
    }
}

struct Campaign {
    site: Site,
    room: Room,
    /// A room in which nobody is killed.
    clean: Room,
    random: fastrand::Rng,
    /// How long a run takes that nobody kills.
    whole: Duration,
    kills: usize,
    editions: usize,
    documents: usize,
    /// How long the programs took that came after a kill and were not killed.
    recovered: Vec<Duration>,
}

impl Campaign {
    fn new(seed: u64) -> Campaign {
        let looks: Vec<Look> = (0..DOCUMENTS).map(|number| Look::ALL[number % Look::ALL.len()]).collect();
        let site = Site::start(&looks);
        site.hold(Duration::from_millis(1));
        let (room, clean) = (house::room(&site), house::room(&site));
        let (random, whole) = (fastrand::Rng::with_seed(seed), Duration::ZERO);
        Campaign { site, room, clean, random, whole, kills: 0, editions: 0, documents: 0, recovered: Vec::new() }
    }

    /// The next edition: what the data may say while it comes in, source by source, and at its end.
    fn publish(&mut self) -> (Lines, String) {
        self.editions += 1;
        self.site.publish(self.editions);
        let before = if self.editions == 1 { Lines::new() } else { by_source(&dump(&self.clean.path("data"))) };
        let since = Instant::now();
        house::ran(&self.clean);
        self.whole = since.elapsed();
        self.documents += DOCUMENTS;
        (before, dump(&self.clean.path("data")))
    }

    /// Runs are killed until one comes to its end.
    fn edition(&mut self, most: usize) {
        let (before, clean) = self.publish();
        let after = by_source(&clean);
        self.site.gave();
        // What is left becomes less with every run: moments in the first part of it reach every phase in the end. Each kill gives the
        // next run somewhat longer, for a machine that is busy may not come far in so short a time.
        let mut part = (self.whole / EARLY).max(Duration::from_millis(50));
        while self.kills < most {
            part += part / LONGER;
            let moment = Duration::from_micros(self.random.u64(0..u64::try_from(part.as_micros()).unwrap()));
            if !self.kill_after(moment) {
                break;
            }
            self.look(&before, &after);
        }
        let since = Instant::now();
        house::ran(&self.room);
        self.recovered.push(since.elapsed());
        let data = self.room.path("data");
        assert_whole(&data);
        assert_left_alone(&self.room);
        assert_eq!(Wrong::of(&dump(&data), &clean), Wrong::default(), "edition {}", self.editions);
        let db = self.room.db();
        assert_eq!(count(&db, "SELECT count(*) FROM attempt WHERE finished_at IS NULL"), 0);
        let stored = "SELECT count(*) FROM attempt WHERE outcome = 'stored'";
        assert_eq!(count(&db, stored), i64::try_from(self.documents).unwrap(), "each document came in once");
        let outcomes: Vec<String> = column(&db, "SELECT DISTINCT outcome FROM attempt ORDER BY 1", []);
        let known = ["interrupted", "not_modified", "stored", "unchanged"];
        assert!(outcomes.iter().all(|one| known.contains(&one.as_str())), "{outcomes:?}");
    }

    /// Starts a run and kills it after a while; false if it had come to its end.
    fn kill_after(&mut self, moment: Duration) -> bool {
        let mut command = self.room.command(&["run"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        let killed = was_killed(child.wait().unwrap());
        self.kills += usize::from(killed);
        killed
    }

    /// What must be so at any time: every source is as before this edition or as after it.
    fn look(&self, before: &Lines, after: &Lines) {
        let data = self.room.path("data");
        if !has_database(&data) {
            return;
        }
        assert_whole(&data);
        let torn = torn_pages(&self.room);
        assert!(torn.is_empty(), "{torn:?}");
        for (source, lines) in by_source(&dump(&data)) {
            assert!(
                [before, after].iter().any(|wanted| wanted.get(&source) == Some(&lines)),
                "{source} is half in after kill {}: {lines:?}",
                self.kills
            );
        }
    }
}

/// Goes on until so many were killed, and says what it came to.
fn campaign(most: usize) {
    let seed = seed(20_261_124);
    println!("seed {seed} (SVERKA_SEED)");
    let (since, mut kills, mut editions, mut slowest) = (Instant::now(), 0, 0, Duration::ZERO);
    for room in 0.. {
        let mut campaign = Campaign::new(seed + room);
        while campaign.kills < most - kills && campaign.editions < EDITIONS {
            campaign.edition(most - kills);
        }
        (kills, editions) = (kills + campaign.kills, editions + campaign.editions);
        slowest = slowest.max(campaign.recovered.iter().max().copied().unwrap_or_default());
        let (took, whole) = (since.elapsed(), campaign.whole);
        println!(
            "  {kills} kills, {editions} editions, {took:.0?}; a run takes {whole:.1?}, one after a kill {slowest:.1?} at most"
        );
        if kills >= most {
            break;
        }
    }
    println!("F1 random: {kills} kills over {editions} editions of {DOCUMENTS} documents: 0 figures lost, 0 twice, 0 altered");
}

#[test]
fn killed_at_random_moments() {
    campaign(FEW);
}

#[test]
#[ignore = "the full matrix: minutes"]
fn killed_a_thousand_times() {
    let most = std::env::var("SVERKA_KILLS").ok().and_then(|kills| kills.parse().ok());
    campaign(most.unwrap_or(MANY));
}

/// The counts themselves: they see a line that is gone, one that is twice and one that is another.
#[test]
fn losses_are_counted() {
    let wrong = |lost, duplicated, altered| Wrong { lost, duplicated, altered };
    assert_eq!(Wrong::of("a\nb\n", "a\nb\n"), wrong(0, 0, 0));
    assert_eq!(Wrong::of("a\n", "a\nb\n"), wrong(1, 0, 0));
    assert_eq!(Wrong::of("a\na\nb\n", "a\nb\n"), wrong(0, 1, 0));
    assert_eq!(Wrong::of("a\nc\n", "a\nb\n"), wrong(1, 0, 1));
}
