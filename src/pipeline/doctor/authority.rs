//! The CA bundles that an operator installed, held against the fingerprints in `deploy/ca`.

use crate::config::Config;
use crate::fetch::fingerprints;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The certificates that are known: name, serial, first and last day, fingerprint.
const KNOWN: &str = include_str!("../../../deploy/ca/fingerprints.tsv");

/// A bundle that sources name.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Authority {
    /// The file.
    pub file: String,
    /// Who names it.
    pub sources: Vec<String>,
    /// What is in it.
    pub certificates: Vec<Certificate>,
    /// Why it cannot be used, if it cannot.
    pub problem: Option<String>,
}

/// One certificate of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Certificate {
    /// SHA-256 of it.
    pub sha256: String,
    /// Its name, if its fingerprint is among the known ones.
    pub name: Option<String>,
    /// Its last day, if so.
    pub until: Option<NaiveDate>,
    /// It is known, and today is one of its days.
    pub ok: bool,
}

/// Every bundle that a configuration names, in the order of the files' names.
pub fn authorities(config: &Config, today: NaiveDate) -> Vec<Authority> {
    let mut named: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for source in &config.sources {
        if let Some(file) = &source.fetch.ca {
            named.entry(file.clone()).or_default().push(source.id.clone());
        }
    }
    named.into_iter().map(|(file, sources)| authority(file, sources, today)).collect()
}

fn authority(file: PathBuf, sources: Vec<String>, today: NaiveDate) -> Authority {
    let read = fingerprints(&file);
    let problem = read.as_ref().err().map(ToString::to_string);
    let certificates = read.unwrap_or_default().into_iter().map(|sha256| certificate(sha256, today)).collect();
    Authority { file: file.display().to_string(), sources, certificates, problem }
}

fn certificate(sha256: String, today: NaiveDate) -> Certificate {
    let known = KNOWN.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    let found = known.into_iter().find(|fields| fields.get(4).is_some_and(|known| *known == sha256));
    let field = |at: usize| found.as_ref().and_then(|fields| fields.get(at)).copied();
    let day = |at: usize| field(at).and_then(|day| day.parse::<NaiveDate>().ok());
    let ok = day(2).zip(day(3)).is_some_and(|(from, until)| from <= today && today <= until);
    Certificate { name: field(0).map(str::to_string), until: day(3), ok, sha256 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_and_the_program_know_the_same_certificates() {
        let manual = include_str!("../../../deploy/ca/README.md");
        let known: Vec<&str> = KNOWN.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(known.len(), 2);
        for fields in known.iter().map(|line| line.split('\t').collect::<Vec<_>>()) {
            let [name, serial, from, until, sha256] = fields[..] else { panic!("{fields:?}") };
            assert!(manual.contains(&format!("| {name} | {serial} | {from} to {until} | `{sha256}` |")), "{name}");
            for (day, ok) in [(from, true), (until, true), ("2022-02-28", false), ("2033-01-01", false)] {
                let certificate = certificate(sha256.to_string(), day.parse().unwrap());
                assert_eq!((certificate.ok, certificate.name.as_deref()), (ok, Some(name)), "{day}");
            }
        }
        let other = certificate("00:11".to_string(), "2026-01-01".parse().unwrap());
        assert_eq!((other.ok, other.name, other.until), (false, None, None));
    }
}
