//! `doctor`: what the addresses of the sources answer.

use super::grid::plain;
use super::{FAILED, FINE, Global, put};
use crate::pipeline::{self, Authority, Places, Visit};
use crate::report;
use anyhow::Result;
use chrono::Utc;
use std::time::Duration;

/// Tries the addresses and prints a line or two for each as it answers.
///
/// # Errors
/// A configuration with mistakes, or without such a source.
pub(super) async fn visit(places: &Places, global: &Global, source: Option<&str>, timeout: Duration) -> Result<u8> {
    let config = pipeline::sources_alone(places, source)?;
    let (json, quiet) = (global.json, global.quiet);
    let visits = pipeline::visit(&config, timeout, Utc::now(), &|visit| {
        if !(json || quiet && visit.is_ok()) {
            put(&format!("{}\n", words(visit)));
        }
    })
    .await;
    let failed = visits.iter().filter(|visit| !visit.is_ok()).count();
    let authorities = pipeline::authorities(&config, Utc::now().date_naive());
    if json {
        put(&format!("{}\n", serde_json::json!({ "schema": 1, "addresses": visits, "authorities": authorities })));
    } else {
        authorities.iter().filter(|one| !quiet || !is_fine(one)).for_each(|one| put(&bundle(one)));
        if !quiet {
            put(&format!("{}\n", counted(visits.len(), failed)));
        }
    }
    let usable = authorities.iter().all(|one| one.problem.is_none());
    Ok(if failed == 0 && usable { FINE } else { FAILED })
}

/// Whether a bundle can be used, and every certificate of it is known and of today.
fn is_fine(authority: &Authority) -> bool {
    authority.problem.is_none() && authority.certificates.iter().all(|certificate| certificate.ok)
}

/// A CA bundle, and a line for each of its certificates.
fn bundle(authority: &Authority) -> String {
    let mut text = format!("CA bundle {} (named by {})", plain(&authority.file), authority.sources.join(", "));
    text.extend(authority.problem.iter().map(|problem| format!("\n         {}", plain(problem))));
    for certificate in &authority.certificates {
        let until = certificate.until.map(|day| format!("until {day}")).unwrap_or_default();
        text += &match (&certificate.name, certificate.ok) {
            (Some(name), true) => format!("\n         {name}, {until}: as in deploy/ca"),
            (Some(name), false) => format!("\n         {name}, {until}: not valid today"),
            (None, _) => format!("\n         not among the fingerprints of deploy/ca: {}", certificate.sha256),
        };
    }
    text + "\n"
}

/// How many addresses there are, and how many of them answer.
fn counted(all: usize, failed: usize) -> String {
    let answer = report::plural(all - failed, "answers", "answer");
    format!("{}: {answer}, {}", report::plural(all, "address", "addresses"), report::plural(failed, "does not", "do not"))
}

/// Source and address, and behind it what came or why nothing did.
fn words(visit: &Visit) -> String {
    let mark = if visit.is_ok() { "ok    " } else { "failed" };
    let state = if visit.state == "live" { String::new() } else { format!(" (declared {})", visit.state) };
    let mut text = format!("{mark} {}{state}: {}", visit.source, visit.address);
    let mut told: Vec<String> = Vec::new();
    told.extend(visit.link.as_ref().map(|link| format!("leads to {link}")));
    told.extend(visit.answered.as_ref().map(|url| format!("answered by {url}")));
    told.extend(visit.status.map(|status| format!("status {status}")));
    told.extend(visit.content_type.clone());
    told.extend(visit.bytes.map(|bytes| format!("{}{bytes} bytes", if visit.more { "more than " } else { "" })));
    told.extend(visit.kind.clone());
    let bare = told.is_empty();
    if !bare {
        text += &format!("\n         {}", told.iter().map(|part| plain(part)).collect::<Vec<_>>().join(", "));
    }
    if let Some(message) = &visit.message {
        let space = if bare { ": " } else { "\n         " };
        text += &format!("{space}{}: {}", visit.outcome, plain(message));
    }
    if visit.certificate.is_some() {
        text += "\n         an operator who trusts the certificate's root names it with `ca`: deploy/ca/README.md";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_not_several() {
        assert_eq!(counted(1, 0), "1 address: 1 answers, 0 do not");
        assert_eq!(counted(3, 1), "3 addresses: 2 answer, 1 does not");
    }

    #[test]
    fn a_bundle_tells_which_certificates_are_known() {
        let of = |name: Option<&str>, ok| pipeline::Certificate {
            sha256: "AA:BB".into(),
            name: name.map(str::to_string),
            until: name.and_then(|_| chrono::NaiveDate::from_ymd_opt(2032, 2, 27)),
            ok,
        };
        let certificates = vec![of(Some("Root"), true), of(Some("Old"), false), of(None, false)];
        let authority = Authority { file: "/ca.pem".into(), sources: vec!["s".into()], certificates, problem: None };
        let told = "CA bundle /ca.pem (named by s)\n         Root, until 2032-02-27: as in deploy/ca\n         Old, until 2032-02-27: not \
            valid today\n         not among the fingerprints of deploy/ca: AA:BB\n";
        assert_eq!((bundle(&authority).as_str(), is_fine(&authority)), (told, false));
    }

    #[test]
    fn an_address_is_a_line_and_what_came_stands_behind_it() {
        let good = Visit {
            source: "s".into(),
            state: "live".into(),
            address: "https://p.example/list".into(),
            link: Some("https://p.example/a_2.xlsx".into()),
            status: Some(200),
            content_type: Some("application/x".into()),
            bytes: Some(65_536),
            more: true,
            outcome: "ok".into(),
            ..Visit::default()
        };
        let told = "ok     s: https://p.example/list\n         leads to https://p.example/a_2.xlsx, status 200, application/x, \
            more than 65536 bytes";
        assert_eq!(words(&good), told);
        let bad = Visit {
            state: "moved".into(),
            outcome: "tls".into(),
            message: Some("unknown issuer".into()),
            certificate: Some("unknown issuer".into()),
            ..Visit::default()
        };
        let told = words(&bad);
        assert!(told.starts_with("failed  (declared moved): : tls: unknown issuer\n"), "{told}");
        assert!(told.contains("deploy/ca/README.md"), "{told}");
    }
}
