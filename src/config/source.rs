//! Publishers, and of a source everything but its mapping: who, where, when, what format, what to expect.

use super::address::address;
use super::fetching::{content, fetch};
use super::tree::{Node, Section};
use super::{FetchDefaults, Link, Publisher, Reads, Source, State, StateKind, digest, mapping};
use crate::model::{Frequency, Way, hint};
use crate::normalize::spec::{Mapping, Names};
use crate::parse::Format;
use crate::schedule::{Calendar, Schedule};
use chrono_tz::Tz;

/// The zone of the publishers' hours unless the source says otherwise.
const ZONE: Tz = chrono_tz::Europe::Moscow;

/// One `[[publisher]]`.
pub(super) fn publisher(section: &Section<'_>) -> Option<Publisher> {
    let (id, name, country) = (id(section), section.need_text("name"), section.need_text("country"));
    let short = section.text("short").unwrap_or_else(|| name.clone());
    let url = section.need("url").and_then(|node| address(&node));
    section.finish();
    Some(Publisher { id, name, short, country, url: url? })
}

/// One `[[link]]`.
pub(super) fn link(section: &Section<'_>, publishers: &[String]) -> Link {
    let link = Link {
        family: section.text("family"),
        from: section.need_text("from"),
        to: section.need_text("to"),
        kind: section.need_text("kind"),
        note: section.need_text("note"),
    };
    match &link.family {
        Some(family) if family.split('.').count() != 2 => {
            section.wrong(format!("expected a family such as \"rosstat.ipi\", found {family:?}"));
        }
        Some(_) if Way::of_kind(&link.kind).is_some_and(Way::is_of_forms) => {
            [&link.from, &link.to].into_iter().filter(|form| !is_form(form)).for_each(|form| {
                let wanted = "expected a measure and a frequency, such as \"yoy.ytd\"";
                section.wrong(format!("kind {:?}: {wanted}, found {form:?}", link.kind));
            });
        }
        Some(_) => {}
        None => [&link.from, &link.to].into_iter().filter(|s| !is_subject(s, publishers)).for_each(|subject| {
            let wanted = "without a family, expected a subject of a known publisher, such as \"rosstat.ipi.bcde.ru\"";
            section.wrong(format!("{wanted}, found {subject:?}"));
        }),
    }
    section.finish();
    link
}

/// Whether a text is a measure and a frequency, as series codes have them.
fn is_form(text: &str) -> bool {
    text.split_once('.').is_some_and(|(measure, frequency)| !measure.is_empty() && Frequency::parse(frequency).is_some())
}

/// Whether a text names what series are about: publisher, indicator, item and what follows, up to the measure.
fn is_subject(text: &str, publishers: &[String]) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() >= 3 && parts.iter().all(|part| !part.is_empty()) && publishers.iter().any(|p| p == parts[0])
}

/// What the file says for all of its sources.
pub(super) struct Around {
    /// Ids of the publishers.
    pub(super) publishers: Vec<String>,
    pub(super) fetch: FetchDefaults,
    /// The lists `[names.LIST]`.
    pub(super) names: Names,
    /// The same, each as text.
    pub(super) lists: Vec<(String, String)>,
}

/// One `[[source]]`; `None` if a mistake was noted that leaves nothing to put in its place.
pub(super) fn source(mut section: Section<'_>, around: &Around) -> Option<Source> {
    let id = id(&section);
    section.path = format!("source {id:?}");
    let source = whole(&section, id, around);
    section.finish();
    source
}

fn whole(section: &Section<'_>, id: String, around: &Around) -> Option<Source> {
    let page = section.need("page").and_then(|node| address(&node));
    let zone = section.get("zone").map_or(Some(ZONE), |node| node.parsed());
    let schedule = zone.and_then(|zone| schedule(section, zone));
    let expected = section.get("expected").zip(zone).and_then(|(node, zone)| calendar(&node, zone));
    let publisher = published_by(section, &around.publishers);
    let (title, licence) = (section.need_text("title"), section.need_text("licence"));
    let (fetch, formats, state) = (fetch(section, &around.fetch), formats(section), state(section));
    let freshness = section.get("freshness").and_then(|node| days(&node));
    let charset = section.get("charset").and_then(|node| charset_name(&node));
    let mapping = mapping::mapping(section, &around.names);
    // it may name a list of the mapping
    let member = section.get("member").and_then(|node| node.pattern());
    let reads = reads(section, &state, &mapping);
    let (content, any_size) = (content(section), section.flag("any_size"));
    let (page, schedule) = page.zip(schedule)?;
    Some(Source {
        id,
        publisher,
        title,
        page,
        fetch,
        schedule,
        expected,
        formats,
        licence,
        state,
        freshness,
        charset,
        member,
        reads,
        content,
        any_size,
        mapping,
        digest: digest::digest(section, &around.lists),
    })
}

/// An id is lower case and stands in codes and on command lines.
fn id(section: &Section<'_>) -> String {
    let Some(node) = section.need("id") else { return String::new() };
    let text = node.text().unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || !text.chars().all(plain) {
        node.wrong(format!("an id has lower-case letters, digits and \"-\" only, found {text:?}"));
    }
    text.to_string()
}

fn published_by(section: &Section<'_>, publishers: &[String]) -> String {
    let Some(node) = section.need("publisher") else { return String::new() };
    let text = node.text().unwrap_or_default();
    if !text.is_empty() && !publishers.iter().any(|id| id == text) {
        let near = hint(text, publishers.iter().map(String::as_str));
        node.wrong(format!("no publisher has the id {text:?}{near}"));
    }
    text.to_string()
}

fn state(section: &Section<'_>) -> State {
    use StateKind::*;
    let kinds = [Live, Moved, Withheld, Dead].map(|kind| (kind.as_str(), kind));
    State {
        kind: section.get("state").and_then(|node| node.word(&kinds)).unwrap_or(Live),
        since: section.get("since").and_then(|node| node.date()),
        note: section.text("note"),
    }
}

/// `reads = "none"`: documents are kept and not read. The note says why, and nothing else may say how.
fn reads(section: &Section<'_>, state: &State, mapping: &Mapping) -> Reads {
    let Some(node) = section.get("reads") else { return Reads::Mapped };
    let reads = node.word(&[("none", Reads::None)]).unwrap_or(Reads::Mapped);
    if !(mapping.reads.is_empty() && mapping.prose.is_empty() && mapping.lines.is_empty()) {
        node.wrong("the source has readings; leave out either these or \"reads\"");
    }
    if state.note.as_ref().is_none_or(|note| note.trim().is_empty()) {
        node.wrong("a source that is not read needs a note that says why");
    }
    reads
}

fn schedule(section: &Section<'_>, zone: Tz) -> Option<Schedule> {
    let node = section.need("schedule")?;
    Schedule::parse(node.text()?, zone).inspect_err(|error| node.wrong(error.to_string())).ok()
}

/// When something new is expected: a cron expression, or a list of days.
fn calendar(node: &Node<'_>, zone: Tz) -> Option<Calendar> {
    let calendar = match node.quiet_text() {
        Some(cron) => Calendar::times(cron, zone),
        None => Calendar::days(node.list().iter().map(Node::date).collect::<Option<_>>()?, zone),
    };
    calendar.inspect_err(|error| node.wrong(error.to_string())).ok()
}

fn formats(section: &Section<'_>) -> Vec<Format> {
    let words = Format::ALL.map(|(format, name)| (name, format));
    let Some(node) = section.need("format") else { return Vec::new() };
    let list = node.list();
    if list.is_empty() {
        node.wrong("a source needs at least one format");
    }
    list.iter().filter_map(|node| node.word(&words)).collect()
}

fn days(node: &Node<'_>) -> Option<u32> {
    let days = node.whole()?;
    let fits = u32::try_from(days).ok().filter(|&days| days > 0);
    if fits.is_none() {
        node.wrong("expected a number of days, 1 or more");
    }
    fits
}

fn charset_name(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    if encoding_rs::Encoding::for_label(text.as_bytes()).is_none() {
        node.wrong(format!("unknown charset {text:?}"));
    }
    Some(text.to_string())
}
