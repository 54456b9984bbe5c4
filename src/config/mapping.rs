//! The mapping part of a source: dictionaries, corrections, and its readings.

use super::mistake::is_kind;
use super::tree::Section;
use super::{lines, prose, read};
use crate::model::{Status, hint};
use crate::normalize::label::fold;
use crate::normalize::spec::{Correction, Mapping, Names, NumberStyle, Read};
use chrono::NaiveDate;

/// All keys of a source that say how its tables become series. Of two lists with one name, its own goes before the shared one.
pub(super) fn mapping(section: &Section<'_>, shared: &Names) -> Mapping {
    let own = names(section);
    let names: Names = shared.clone().into_iter().chain(own).collect();
    section.know_lists(names.keys());
    let styles = [("ru", NumberStyle::Ru), ("en", NumberStyle::En)];
    Mapping {
        number: section.get("number").and_then(|node| node.word(&styles)).unwrap_or_default(),
        markers: section.map("markers").iter().filter_map(|(key, node)| Some((fold(key.text), status(node)?))).collect(),
        glued_marks: section.flag("glued_marks"),
        published: published(section),
        corrections: section.tables("correction").iter().filter_map(correction).collect(),
        reads: reads(section),
        prose: readings(section, "prose").iter().filter_map(|one| prose::prose(one, &names)).collect(),
        lines: readings(section, "lines").iter().map(|one| lines::lines(one, &names)).collect(),
        names,
    }
}

/// What a marker may stand for: never a figure, and never what only the store can know.
fn status(node: &super::tree::Node<'_>) -> Option<Status> {
    let words = [Status::Withheld, Status::Absent, Status::NoData, Status::Blank].map(|status| (status.as_str(), status));
    node.word(&words)
}

fn published(section: &Section<'_>) -> Vec<crate::normalize::pattern::Pattern> {
    let nodes = section.list("published");
    let patterns = nodes.iter().filter_map(|node| Some((node, node.pattern()?)));
    let dated = patterns.inspect(|(node, pattern)| {
        if !pattern.slots().iter().any(|(slot, _)| slot == "date") {
            node.wrong("the pattern has no {date}");
        }
    });
    dated.map(|(_, pattern)| pattern).collect()
}

/// `[names.LIST]` of the file or `[source.names.LIST]`, entries in the order of the file.
pub(super) fn names(section: &Section<'_>) -> Names {
    let lists = section.map("names");
    for (key, _) in lists.iter().filter(|(key, _)| is_kind(key.text)) {
        key.wrong(format!("{:?} is a kind of slot; a list needs another name", key.text));
    }
    let entries = |node: &super::tree::Node<'_>| {
        let entries = node.table().map(|table| table.entries()).unwrap_or_default();
        entries.iter().filter_map(|(key, value)| key.pattern().zip(value.text().map(str::to_string))).collect()
    };
    lists.iter().map(|(key, node)| (key.text.to_string(), entries(node))).collect()
}

fn correction(section: &Section<'_>) -> Option<Correction> {
    let day = |key| section.need(key).and_then(|node| node.date());
    let (from, until) = (day("from"), day("until"));
    let correction = Correction {
        sheet: section.get("sheet").and_then(|node| node.pattern()),
        expect: section.need_text("expect"),
        read_as: section.need_text("read_as"),
        reason: section.need_text("reason"),
        from: from.unwrap_or(NaiveDate::MIN),
        until: until.unwrap_or(NaiveDate::MAX),
        times: section.get("times").and_then(|node| node.whole()).map_or(1, |times| times as usize),
    };
    if correction.from > correction.until {
        section.wrong(format!("from {} is after until {}", correction.from, correction.until));
    }
    section.finish();
    Some(correction)
}

/// The readings of one kind, each named in its path.
fn readings<'a>(section: &Section<'a>, kind: &'static str) -> Vec<Section<'a>> {
    let named = |mut one: Section<'a>| {
        let name = one.get("name").and_then(|node| node.text()).unwrap_or_default();
        one.path = format!("{}.{kind} {name:?}", section.path);
        one
    };
    section.tables(kind).into_iter().map(named).collect()
}

fn reads(section: &Section<'_>) -> Vec<Read> {
    let every: Vec<_> = ["read", "prose", "lines"].into_iter().flat_map(|kind| section.list(kind)).collect();
    super::distinct(&every, "name", "reading");
    let mut sections: Vec<(String, Section<'_>)> = Vec::new();
    for mut one in section.tables("read") {
        let name = one.own("name").and_then(|node| node.text()).unwrap_or_default().to_string();
        one.path = format!("{}.read {name:?}", section.path);
        if let Some(node) = one.own("like") {
            let wanted = node.text().unwrap_or_default();
            match sections.iter().find(|(name, _)| name == wanted) {
                Some((_, other)) => one.stand_before(other),
                None => node.wrong(format!(
                    "no earlier reading of this source is called {wanted:?}{}",
                    hint(wanted, sections.iter().map(|(name, _)| name.as_str()))
                )),
            }
        }
        sections.push((name, one));
    }
    sections.iter().map(|(_, section)| read::read(section)).collect()
}
