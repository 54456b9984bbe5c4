//! The worked blocks of the built-in sources over real documents: every figure below was read by hand.

use super::support;
use sverka::config::Config;
use sverka::model::{Issue, Observation, Period, Reading};
use sverka::pipeline::read_document;

/// The figures; the file says how they are written.
const FIGURES: &str = include_str!("../fixtures/worked-figures.txt");

/// A document's line: path, source, as of, the date it states.
fn document(line: &str) -> Option<[&str; 4]> {
    line.split(" | ").collect::<Vec<_>>().try_into().ok()
}

/// A document as the source of this id reads it, checked.
fn read(config: &Config, bytes: &[u8], source: &str, as_of: &str) -> Result<Reading, String> {
    let source = config.source(source).ok_or("no such source")?;
    let reading = read_document(source, bytes, as_of.parse().map_err(|_| "as-of")?);
    reading.map_err(|error| format!("{}: {error}", error.code()))
}

fn shown(observation: &Observation) -> String {
    let value = observation.value.map_or(observation.status.to_string(), |value| value.to_string());
    format!("{} {} {value} {}", observation.series, observation.period, observation.unit)
}

#[test]
fn every_worked_figure_comes_out() {
    let Some(folder) = support::samples() else { return };
    let config = Config::builtin().unwrap();
    let lines = || FIGURES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let documents: Vec<_> = lines().enumerate().filter_map(|(at, line)| Some((at, document(line)?))).collect();
    assert!(documents.len() > 40, "{}", documents.len());
    for (at, [path, source, as_of, stated]) in documents {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let reading = read(&config, &bytes, source, as_of).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(reading.published.map_or("-".to_string(), |date| date.to_string()), stated, "{path}");
        for figure in lines().skip(at + 1).map_while(|line| line.strip_prefix("    ")) {
            let words: Vec<&str> = figure.split(' ').collect();
            let period: Period = words[1].parse().unwrap();
            let same = |o: &&Observation| o.series.as_str() == words[0] && o.period == period;
            let found = reading.observations.iter().find(same).map(shown);
            let wanted = figure.replacen(words[1], &period.to_string(), 1);
            let wanted = (words[2] != "nothing").then_some(wanted.as_str());
            assert_eq!(found.as_deref(), wanted, "{path}: {figure}");
        }
        let told = ["unknown_row", "unknown_heading", "corrected", "footnote_moved_period"];
        // Two readings of a mark glued to a figure are reported, and neither is taken.
        let glued = |issue: &Issue| issue.code == "unreadable_value" && issue.seen.contains("a glued mark");
        let guards: Vec<_> = reading.issues.iter().filter(|issue| !told.contains(&issue.code) && !glued(issue)).collect();
        assert!(guards.is_empty(), "{path}: {guards:?}");
    }
}

#[test]
fn an_error_page_is_refused() {
    let Some(folder) = support::samples() else { return };
    let bytes = std::fs::read(folder.join("rosstat/ipi-by-activity-base2018/2020-08-31/ind_baza_2018.xlsx")).unwrap();
    assert!(read(&Config::builtin().unwrap(), &bytes, "rosstat-ipi-activity-2018", "2020-08-31").is_err());
}

#[test]
fn pages_without_figures_are_refused_by_what_they_are() {
    let Some(folder) = support::samples() else { return };
    let config = Config::builtin().unwrap();
    for (path, source, code, words) in [
        (
            "gacc/2018-02-08/release_section4_by_country_jan2018_cny.html",
            "gacc-by-country",
            "image_only",
            "the table is an image",
        ),
        ("gacc/2026-04-08/seed_2026.html", "gacc-by-country", "layout_unknown", "no table matches"),
        ("gacc/2026-04-08/release_section4_by_country_mar2026_cny.html", "cbr-reserves", "layout_unknown", "no table matches"),
        ("rosstat/ipi-by-activity-base2018/2020-08-31/ind_baza_2018.xlsx", "cbr-reserves", "forbidden_page", "403"),
        ("cbr/reserves/2020-12-08/reserves.html", "cbr-trade", "soft_404", "OLE2"),
    ] {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let error = read(&config, &bytes, source, "2026-04-08").unwrap_err();
        assert!(error.starts_with(code) && error.contains(words), "{path} as {source}: {error}");
    }
}
