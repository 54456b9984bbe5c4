//! Real documents spoilt in the ways publishers spoil them: the figures stay what they were, or something is said.
//! A figure that differs without a word is the one thing that must not come out.

/// A workbook spoilt in its bytes.
mod books;
/// A large document without the middle of its tables.
mod cut;
/// One document, and the judgement of what comes of it.
mod document;
/// What editors do to sentences.
mod prose;
/// What publishers do to tables.
mod tables;

use super::{cited_pages, pdf_blocks, support, written_blocks, written_indicators};
use chrono::NaiveDate;
use document::{Document, Means};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use sverka::config::{Config, Source};

/// Documents with more cells than this are cut, so that every kind of mutation of every source takes seconds.
const LARGE: usize = 1_500;

/// A document: source, name, its day, and how many bytes it has.
type Listed = (String, usize, String, NaiveDate);

/// The real documents, the smallest of each source first.
fn listed(samples: &Path) -> Vec<Listed> {
    let mut lines = csv::ReaderBuilder::new().delimiter(b'\t').from_path(samples.join("MANIFEST.tsv")).unwrap();
    let mut listed: Vec<Listed> = Vec::new();
    for line in lines.records().map(Result::unwrap) {
        if let Ok(as_of) = line[3].parse() {
            listed.push((line[1].to_string(), line[7].parse().unwrap(), line[0].to_string(), as_of));
        }
    }
    listed.sort();
    listed
}

/// A document that gives figures.
fn opened<'a>(config: &'a Config, samples: &Path, listed: &Listed, most: usize) -> Option<Document<'a>> {
    let (id, _, name, as_of) = listed;
    let bytes = std::fs::read(samples.join(name)).unwrap();
    Document::open(config.source(id)?, name, *as_of, &bytes, most).filter(|document| !document.figures.is_empty())
}

/// Documents written in the layouts of publishers of whom no real one is at hand.
fn written(config: &Config) -> Vec<Document<'_>> {
    let all = [cited_pages::documents(), written_blocks::documents(), written_indicators::documents(), pdf_blocks::documents()]
        .concat()
        .into_iter();
    let open = |(id, bytes): (&str, Vec<u8>)| {
        let source = config.source(id).unwrap();
        Document::open(source, id, "2026-01-15".parse().unwrap(), &bytes, LARGE).unwrap()
    };
    all.map(open).collect()
}

/// So many mutations must apply to every document with figures.
const LEAST: usize = 15;

/// What came of the mutations of a document.
struct Spoilt {
    source: String,
    /// Those that changed figures without a word, and a word if too few apply.
    wrong: Vec<String>,
    /// What came of each, by what it means.
    came: Vec<(Means, &'static str)>,
}

/// Every mutation of a document.
fn spoil(document: &Document<'_>) -> Spoilt {
    let of_tables = tables::MUTATIONS.iter().filter(|_| !document.cells.is_empty());
    let (mut wrong, mut applied, mut came) = (Vec::new(), 0, Vec::new());
    for (what, means, mutation) in of_tables.chain(prose::MUTATIONS) {
        let judged = mutation(document).map(|events| document.judge(&events, *means));
        applied += usize::from(judged.is_some());
        match judged {
            Some(Err(why)) => wrong.push(format!("{what}: {why}")),
            Some(Ok(how)) => came.push((*means, how)),
            None => (),
        }
    }
    // a list of codes has no figures: its names are what they are
    if applied < LEAST && document.has_figures() {
        wrong.push(format!("{}: only {applied} mutations apply", document.name));
    }
    Spoilt { source: document.source.id.clone(), wrong, came }
}

/// Of the mutations after which figures are known by the same words as before, at least so many of a hundred give the same figures. The
/// others are told, kept out or refused.
const TOLERATED: usize = 60;
/// So many mutations there are at least.
const CASES: usize = 300;

/// Nothing may change without a word, and most changes may not matter; says how many there were.
fn sum_up(spoilt: Vec<Spoilt>) {
    let sources = spoilt.iter().map(|one| one.source.as_str()).collect::<BTreeSet<_>>().len();
    let of = |wanted: Means| {
        let all = spoilt.iter().flat_map(|one| &one.came);
        all.filter(|(means, _)| *means == wanted).fold(BTreeMap::<_, usize>::new(), |mut counts, (_, how)| {
            *counts.entry(*how).or_default() += 1;
            counts
        })
    };
    let cases: usize = spoilt.iter().map(|one| one.came.len()).sum();
    println!("F21: {cases} mutations of {} documents of {sources} sources", spoilt.len());
    let [same, doubtful, another] = [Means::TheSame, Means::Doubtful, Means::Another].map(of);
    println!("F21: known by the same words: {same:?}; in doubt: {doubtful:?}; something else: {another:?}");
    let (all, tolerated): (usize, usize) = (same.values().sum(), same.get("same").copied().unwrap_or_default());
    let wrong: Vec<String> = spoilt.into_iter().flat_map(|one| one.wrong).collect();
    assert!(wrong.is_empty(), "{} silent:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= CASES, "{cases}");
    assert!(tolerated * 100 >= all * TOLERATED, "{tolerated} of {all}");
}

/// What each of some things gives, two at a time.
fn in_pairs<T: Sync, R: Send>(things: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || std::iter::from_fn(|| things.get(next.fetch_add(1, Ordering::Relaxed)).map(&make)).collect::<Vec<R>>();
    std::thread::scope(|scope| {
        let both = [scope.spawn(work), scope.spawn(work)];
        both.into_iter().flat_map(|one| one.join().unwrap()).collect()
    })
}

/// Nothing may change without a word.
fn judge(documents: &[Document<'_>]) {
    sum_up(in_pairs(documents, spoil));
}

/// Whether a source reads anything.
fn reads(source: &Source) -> bool {
    let mapping = &source.mapping;
    !(mapping.reads.is_empty() && mapping.prose.is_empty() && mapping.lines.is_empty())
}

/// Written documents alone, of which there are enough for every kind of layout.
#[test]
fn no_figure_of_a_written_document_changes_without_a_word() {
    let config = Config::builtin().unwrap();
    judge(&written(&config));
}

/// The smallest document of every source that reads anything.
#[test]
fn no_figure_changes_without_a_word() {
    let Some(samples) = support::samples() else { return };
    let config = Config::builtin().unwrap();
    let listed = listed(&samples);
    let same: Vec<&[Listed]> = listed.chunk_by(|a, b| a.0 == b.0).collect();
    let smallest = |same: &&[Listed]| same.iter().find_map(|one| opened(&config, &samples, one, LARGE));
    let mut documents: Vec<_> = in_pairs(&same, smallest).into_iter().flatten().collect();
    documents.extend(written(&config));
    let spoilt: BTreeSet<&str> = documents.iter().map(|document| document.source.id.as_str()).collect();
    let spared: Vec<_> = config.sources.iter().filter(|s| reads(s) && !spoilt.contains(s.id.as_str())).map(|s| &s.id).collect();
    assert!(spared.is_empty(), "no document of {spared:?}");
    judge(&documents);
}

/// Every document, whole.
#[test]
#[ignore = "minutes"]
fn no_figure_of_any_document_changes_without_a_word() {
    let Some(samples) = support::samples() else { return };
    let config = Config::builtin().unwrap();
    let whole = |one: &Listed| opened(&config, &samples, one, usize::MAX).map(|document| spoil(&document));
    sum_up(in_pairs(&listed(&samples), whole).into_iter().flatten().collect());
}
