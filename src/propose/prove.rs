//! A proposal is tried before it is made: it must be read by the configuration, and read its table without an issue.

use super::draft::{Draft, Guards};
use super::write::Page;
use crate::check;
use crate::config::Config;
use crate::model::{Issue, Observation, Reading, Severity};
use crate::normalize::{NormalizeError, Normalizer};
use crate::parse::Event;
use chrono::NaiveDate;

/// The only issue that a proposal may give: it is what the proposal says.
const ALLOWED: &str = "footnote_moved_period";
/// Checkpoints that a proposal takes from the document.
const CHECKPOINTS: usize = 2;

/// Tries one draft on the events of its table.
///
/// # Errors
/// What speaks against it, in words.
pub fn alone(page: &Page<'_>, draft: &Draft, events: &[&Event]) -> Result<Guards, String> {
    let text = known(page) + &page.alone(draft);
    let (reading, issues) = read(&text, events.iter().copied())?.map_err(|error| error.to_string())?;
    let mut against = issues.iter().filter(|issue| issue.code != ALLOWED);
    if let Some(Issue { code, locator, seen, wanted, .. }) = against.next() {
        let more = against.count();
        let more = if more > 0 { format!(" ({more} more)") } else { String::new() };
        return Err(format!("tried on the table: {code} at {locator}: seen {seen}, wanted {wanted}{more}"));
    }
    let figures = reading.observations.iter().filter(|one| one.value.is_some()).count();
    if figures != draft.guards.figures {
        return Err(format!("{} figures stand under its head, and {figures} are read", draft.guards.figures));
    }
    Ok(guards(&reading.observations))
}

/// Tries all drafts that are left on the whole document; those that something speaks against become doubtful. Whether nothing does.
pub fn together(page: &Page<'_>, drafts: &mut [Draft], events: &[Event]) -> bool {
    if drafts.iter().all(|draft| !draft.doubts.is_empty()) {
        return true;
    }
    let text = known(page) + &page.text(drafts, &[]);
    let issues = match read(&text, events.iter()) {
        Ok(Ok((_, issues))) => issues,
        Ok(Err(error)) => {
            vec![Issue { severity: Severity::Error, ..Issue::warning("refused", "the document", error.to_string(), "") }]
        }
        Err(mistake) => vec![Issue::warning("mistake", "the block", mistake, "")],
    };
    let against: Vec<&Issue> = issues.iter().filter(|issue| issue.code != ALLOWED).collect();
    let alive = |drafts: &[Draft]| drafts.iter().filter(|draft| draft.doubts.is_empty()).count();
    let before = alive(drafts);
    for issue in &against {
        for draft in drafts.iter_mut().filter(|draft| draft.doubts.is_empty() && is_of(draft, issue, page)) {
            draft.doubts.push(format!("tried on the document: {} at {}: seen {}", issue.code, issue.locator, issue.seen));
        }
    }
    if !against.is_empty() && alive(drafts) == before {
        // nobody in particular: the first one goes, and the others are tried again
        if let Some(draft) = drafts.iter_mut().find(|draft| draft.doubts.is_empty()) {
            let issue = against.first().map_or(String::new(), |issue| issue.to_string());
            draft.doubts.push(format!("tried on the document: {issue}"));
        }
    }
    against.is_empty()
}

/// The publisher, where the block relies on the configuration to have it.
fn known(page: &Page<'_>) -> String {
    let block =
        |id: &str| format!("[[publisher]]\nid = {id:?}\nname = \"-\"\ncountry = \"ru\"\nurl = \"https://example.org/\"\n");
    if page.about.publisher_known { block(&page.about.publisher) } else { String::new() }
}

/// Whether an issue is of a draft's reading: it names its table, its name, or its series.
fn is_of(draft: &Draft, issue: &Issue, page: &Page<'_>) -> bool {
    let family = format!("{}.{}.", page.about.publisher, draft.name);
    let texts = [&issue.locator, &issue.seen];
    let named = format!("{:?}", draft.name);
    let place = format!("table {}, ", draft.number);
    texts.iter().any(|text| text.contains(&family) || text.contains(&named) || text.starts_with(&place))
        || issue.locator.split_once('!').is_some_and(|(sheet, _)| draft.table.ends_with(&super::words::quoted(sheet)))
}

/// What a block makes of events, or why it refuses the document.
type Tried = Result<(Reading, Vec<Issue>), NormalizeError>;

fn read<'e>(text: &str, events: impl Iterator<Item = &'e Event>) -> Result<Tried, String> {
    let config =
        Config::parse(text, "the proposal").map_err(|mistakes| mistakes.first().map_or(String::new(), ToString::to_string))?;
    let mapping = &config.sources.first().ok_or("no source")?.mapping;
    let mut normalizer = Normalizer::new(mapping, NaiveDate::MIN);
    events.for_each(|event| normalizer.event(event.clone()));
    Ok(normalizer.finish().map(|mut reading| {
        check::check(mapping, &mut reading);
        let issues = reading.issues.clone();
        (reading, issues)
    }))
}

/// What this document bears out: the span, the number of series, and figures of closed periods.
fn guards(observations: &[Observation]) -> Guards {
    let said: Vec<&Observation> = observations.iter().filter(|one| one.value.is_some()).collect();
    let series: std::collections::BTreeSet<_> = observations.iter().map(|one| &one.series).collect();
    let from = observations.iter().map(|one| one.period).min_by_key(|period| (period.start(), period.end()));
    let to = said.iter().map(|one| one.period).max_by_key(|period| (period.end(), period.start()));
    // the oldest figures are the least likely to be revised
    let mut oldest = said.clone();
    oldest.sort_by_key(|one| (one.period.end(), one.period.start()));
    let other = oldest.iter().find(|one| oldest.first().is_some_and(|first| first.series != one.series)).or(oldest.get(1));
    let points = oldest.first().into_iter().chain(other).take(CHECKPOINTS);
    let points = points.map(|one| {
        let value = one.value.map_or(String::new(), |value| value.to_string());
        [one.series.to_string(), one.period.to_string(), value, one.locator.clone()]
    });
    Guards {
        from: from.map(|period| period.to_string()),
        to: to.map(|period| period.to_string()),
        series: series.len(),
        figures: said.len(),
        checkpoints: points.collect(),
    }
}
