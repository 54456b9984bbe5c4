//! Real documents that a word processor turned into PDF: the same blocks read the same figures from both.

use super::support;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use sverka::config::{Config, Source};
use sverka::parse::Format;
use sverka::pipeline::read_document;

/// Source and document.
const SAME: [(&str, &str); 4] = [
    ("rosstat-osn", "rosstat/socioeconomic-situation/2017-11-20/1-0.doc"),
    ("rosstat-kep", "rosstat/kep/2017-01-31/tab1.doc"),
    ("cbr-trade", "cbr/trade/2019-03-05/trade.xls"),
    ("cbr-trade", "cbr/trade/2020-12-08/trade.xls"),
];

/// The program that converts, where it is on the PATH.
fn converter() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("soffice")).find(|file| file.is_file())
}

/// A document as PDF.
fn converted(soffice: &Path, document: &Path, folder: &Path) -> Vec<u8> {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut command = Command::new(soffice);
    command.args(["--headless", &profile, "--convert-to", "pdf", "--outdir"]).arg(folder).arg(document);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{}", document.display());
    std::fs::read(folder.join(document.file_stem().unwrap()).with_extension("pdf")).unwrap()
}

/// Every figure: its value or status, and its unit.
fn figures(source: &Source, bytes: &[u8]) -> BTreeMap<String, String> {
    let reading =
        read_document(source, bytes, "2020-12-31".parse().unwrap()).unwrap_or_else(|error| panic!("{}: {error}", source.id));
    let shown = |o: &sverka::model::Observation| {
        let value = o.value.map_or(String::new(), |value| format!("{value} "));
        (format!("{} {}", o.series, o.period), format!("{value}{} {}", o.status, o.unit))
    };
    reading.observations.iter().map(shown).collect()
}

#[test]
#[ignore = "converts documents for a minute"]
fn figures_of_a_pdf_are_those_of_the_document_it_was_made_from() {
    let Some(samples) = support::samples() else { return };
    let Some(soffice) = converter() else { return println!("skipped: no soffice") };
    let mut config = Config::builtin().unwrap();
    for (id, path) in SAME {
        let source = config.sources.iter_mut().find(|source| source.id == id).unwrap();
        source.formats.push(Format::Pdf);
        let folder = tempfile::tempdir().unwrap();
        let document = samples.join(path);
        let wanted = figures(source, &std::fs::read(&document).unwrap());
        let found = figures(source, &converted(&soffice, &document, folder.path()));
        assert!(wanted.len() > 50, "{path}: {}", wanted.len());
        let differ: Vec<_> = wanted.iter().filter(|(key, value)| found.get(*key) != Some(value)).take(5).collect();
        assert!(differ.is_empty() && found.len() == wanted.len(), "{path}: {} of {}, {differ:?}", found.len(), wanted.len());
    }
}
