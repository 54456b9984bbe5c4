//! The vitals in Prometheus' text format: how fresh and how right every source is comes first.

use crate::model::Gravity;
use crate::pipeline::Vitals;
use crate::report::SourceLine;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The states that sources.toml declares, and that of a source it does not have.
const STATES: [&str; 5] = ["live", "moved", "withheld", "dead", "unconfigured"];
/// Verdicts that are told where there are none, too: a rule that looks for more of them sees the first one come.
const ALARMING: [&str; 2] = ["DEVIATES", "INCONSISTENT"];

/// A family of samples.
struct Family<'t> {
    text: &'t mut String,
    name: &'static str,
}

/// The text that is scraped.
pub fn metrics(vitals: &Vitals) -> String {
    let mut text = String::new();
    sources(&mut text, vitals);
    papers(&mut text, vitals);
    alerts(&mut text, vitals);
    kept(&mut text, vitals);
    let mut info = family(&mut text, "sverka_build_info", "The program that runs; always 1.");
    info.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    text
}

fn family<'t>(text: &'t mut String, name: &'static str, help: &str) -> Family<'t> {
    // writing to a text cannot fail
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
    Family { text, name }
}

impl Family<'_> {
    fn sample(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

type Measure<'a> = &'a dyn Fn(&SourceLine) -> Option<i64>;

fn sources(text: &mut String, vitals: &Vitals) {
    let at = vitals.at;
    let second = |moment: DateTime<Utc>| moment.timestamp();
    let age = |moment: DateTime<Utc>| (at - moment).num_seconds();
    let count = |n: u64| Some(i64::try_from(n).unwrap_or(i64::MAX));
    let families: [(&'static str, &str, Measure<'_>); 13] = [
        ("sverka_source_success_age_seconds", "Since the source last answered well.", &|s| s.last_success.map(age)),
        ("sverka_source_document_age_seconds", "Since the day of its newest document began (UTC).", &|s| {
            s.newest_document.map(begin).map(age)
        }),
        ("sverka_source_last_success_timestamp_seconds", "When it last answered well.", &|s| s.last_success.map(second)),
        ("sverka_source_last_attempt_timestamp_seconds", "When it was last asked.", &|s| s.last_attempt.map(second)),
        ("sverka_source_last_document_timestamp_seconds", "When the day of its newest document began (UTC).", &|s| {
            s.newest_document.map(begin).map(second)
        }),
        ("sverka_source_consecutive_failures", "How often it failed since it last answered.", &|s| Some(i64::from(s.failures))),
        ("sverka_source_failing", "1: an alert says that it fails again and again.", &|s| Some(i64::from(s.failing.is_some()))),
        ("sverka_source_silent", "1: nothing new came though it was expected.", &|s| Some(i64::from(s.silent.is_some()))),
        ("sverka_source_open_issues", "What a reader of its figures should know.", &|s| count(s.open_issues)),
        ("sverka_source_quarantined", "Documents and lines that were not let in.", &|s| count(s.quarantined)),
        ("sverka_source_documents", "Documents held.", &|s| count(s.documents)),
        ("sverka_source_observations", "Figures of them.", &|s| count(s.observations)),
        ("sverka_source_vintages", "Figures that are not the first of their chain.", &|s| count(s.vintages)),
    ];
    for (name, help, measure) in families {
        let mut family = family(text, name, help);
        for source in &vitals.sources {
            if let Some(value) = measure(source) {
                family.sample(&[("source", &source.id)], value);
            }
        }
    }
    let mut states = family(text, "sverka_source_state", "1 for the state that is declared of it.");
    for source in &vitals.sources {
        for state in STATES {
            states.sample(&[("source", &source.id), ("state", state)], u8::from(source.state == state));
        }
    }
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn papers(text: &mut String, vitals: &Vitals) {
    let mut findings = family(text, "sverka_paper_findings", "Verdicts on a paper's figures, by side and status.");
    for paper in &vitals.papers {
        for (side, counts) in [("external", &paper.external), ("internal", &paper.internal)] {
            let mut all: BTreeMap<&str, u64> = ALARMING.into_iter().map(|status| (status, 0)).collect();
            all.extend(counts.iter().map(|(status, n)| (status.as_str(), *n)));
            for (status, n) in all {
                findings.sample(&[("paper", &paper.id), ("side", side), ("status", status)], n);
            }
        }
    }
    let mut contradictions = family(text, "sverka_paper_contradictions", "Relations that a paper's own figures contradict.");
    vitals.papers.iter().for_each(|paper| contradictions.sample(&[("paper", &paper.id)], paper.contradictions));
}

fn alerts(text: &mut String, vitals: &Vitals) {
    let mut counts: BTreeMap<&str, u64> = Gravity::ALL.into_iter().map(|severity| (severity.as_str(), 0)).collect();
    vitals.alerts.iter().for_each(|alert| *counts.entry(&alert.severity).or_default() += 1);
    let mut open = family(text, "sverka_alerts_open", "Alerts that go on, by severity.");
    counts.iter().for_each(|(severity, n)| open.sample(&[("severity", severity)], n));
    let mut pending = family(text, "sverka_outbox_pending", "Messages that wait for a channel.");
    vitals.outbox.iter().for_each(|queue| pending.sample(&[("channel", &queue.channel)], queue.pending));
    let mut oldest = family(text, "sverka_outbox_oldest_timestamp_seconds", "When the oldest of them was written.");
    for queue in &vitals.outbox {
        if let Some(at) = queue.oldest.as_ref().and_then(|at| at.parse::<DateTime<Utc>>().ok()) {
            oldest.sample(&[("channel", &queue.channel)], at.timestamp());
        }
    }
}

fn kept(text: &mut String, vitals: &Vitals) {
    let kept = &vitals.kept;
    family(text, "sverka_database_bytes", "Bytes of the database.").sample(&[], kept.bytes);
    family(text, "sverka_database_log_bytes", "Bytes of its write-ahead log.").sample(&[], kept.log_bytes);
    family(text, "sverka_disk_free_bytes", "Bytes that are free for it.").sample(&[], kept.free_bytes);
    let Some(checkup) = &kept.checkup else { return };
    family(text, "sverka_database_sound", "1: the last look through the whole file found no fault.")
        .sample(&[], u8::from(checkup.is_sound()));
    if let Ok(at) = checkup.at.parse::<DateTime<Utc>>() {
        family(text, "sverka_database_checked_timestamp_seconds", "When that was.").sample(&[], at.timestamp());
    }
}
