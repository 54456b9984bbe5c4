//! The proposal as text of `sources.toml`, with comments that say what was seen and what a person must confirm.

use super::draft::{ColumnDraft, Distinct, Draft, Guards, RowDraft, SectionDraft};
use super::words::{literal, quoted, slug_or, toml};
use super::{About, Left};
use crate::config::Publisher;
use crate::model::Status;
use crate::normalize::label::fold;
use crate::normalize::spec::NumberStyle;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Tables that are told and not proposed; a document of hundreds is looked at with `preview`.
const MOST_TOLD: usize = 100;
/// Labels of a reading that is not proposed.
const MOST_LABELS: usize = 40;
/// A line of the file is broken when it is longer.
const WIDTH: usize = 130;

/// A pattern, its id, and where the text stands.
type Word = (String, String, String);

/// What all readings of a proposal share.
pub struct Page<'a> {
    /// What is known of the document.
    pub about: &'a About,
    /// The signs of its numbers.
    pub number: NumberStyle,
    /// Words that stand where a figure lacks.
    pub markers: BTreeMap<String, Status>,
    /// The dictionary of labels.
    pub words: Vec<Word>,
}

/// An id for every label of the drafts.
pub fn dictionary(drafts: &[Draft]) -> Vec<Word> {
    let (mut ids, mut words) = (Distinct::default(), Vec::<Word>::new());
    let mut known = std::collections::BTreeSet::new();
    for (pattern, at) in drafts.iter().flat_map(|draft| &draft.labels) {
        if known.insert(pattern.clone()) {
            words.push((pattern.clone(), ids.of(&slug_or(pattern, "item")), at.clone()));
        }
    }
    words
}

impl Page<'_> {
    /// A file with this reading alone.
    pub fn alone(&self, draft: &Draft) -> String {
        let mut out = self.top();
        self.names(&mut out, &[draft], &[]);
        out.push('\n');
        self.reading(&mut out, draft);
        out
    }

    /// The whole proposal.
    pub fn text(&self, drafts: &[Draft], left: &[Left]) -> String {
        let (good, doubtful): (Vec<&Draft>, Vec<&Draft>) = drafts.iter().partition(|draft| draft.doubts.is_empty());
        let mut out = self.opening(good.len(), doubtful.len() + left.len());
        out += &self.top();
        self.names(&mut out, &good, &doubtful);
        for draft in &good {
            comments(&mut out, draft);
            self.reading(&mut out, draft);
        }
        for draft in doubtful.iter().take(MOST_TOLD) {
            self.doubtful(&mut out, draft);
        }
        for Left { table, why } in left.iter().take(MOST_TOLD) {
            comment(&mut out, &format!("{table}: nothing is proposed: {why}."));
        }
        if left.len() > MOST_TOLD {
            comment(&mut out, &format!("… and {} more tables of which nothing is proposed.", left.len() - MOST_TOLD));
        }
        out
    }

    fn opening(&self, good: usize, other: usize) -> String {
        let (mut out, about) = (String::new(), self.about);
        comment(
            &mut out,
            &format!(
                "Proposed from {}, {}. It is a guess from one document: confirm every line, and write the",
                quoted(&about.document),
                about.format
            ),
        );
        comment(&mut out, "publisher's own words over the placeholders: publisher, title, page, address, schedule, licence.");
        comment(
            &mut out,
            &format!(
                "Readings that are proposed, because they read this document without an issue: {good}. Tables without one, told below: {other}."
            ),
        );
        out.push('\n');
        out
    }

    /// Publisher and source, up to the readings.
    fn top(&self) -> String {
        let (mut out, about) = (String::new(), self.about);
        if !about.publisher_known {
            let _ = writeln!(out, "[[publisher]]\nid = {} # stands in every series code", toml(&about.publisher));
            match &about.publisher_is {
                None => out += "name = \"Full name of the publisher\"\ncountry = \"ru\"\nurl = \"https://example.org/\"\n\n",
                Some(Publisher { name, short, country, url, .. }) => {
                    let [name, short, country, url] = [name, short, country, url.as_str()].map(toml);
                    let _ = writeln!(out, "name = {name}\nshort = {short}\ncountry = {country}\nurl = {url}\n");
                }
            }
        }
        let _ = writeln!(out, "[[source]]\nid = {}\npublisher = {}", toml(&about.id), toml(&about.publisher));
        out += "title = \"What it is, in a few words\"\npage = \"https://example.org/\" # what a person would open\n";
        out += "address = [{ url = \"https://example.org/document\" }] # or { page, link } for a file whose name changes\n";
        out += "schedule = \"30 19 * * 1-5\" # when new figures come\n";
        let _ = writeln!(out, "format = [{}]", toml(&about.format.to_string()));
        if let Some(member) = &about.member {
            let _ = writeln!(out, "member = {} # the member of the container", toml(&edition(member)));
        }
        if let Some(charset) = &about.charset {
            let _ = writeln!(out, "charset = {} # the document states none; are its letters words?", toml(charset));
        }
        out += "licence = \"What the publisher allows\"\n";
        if self.number == NumberStyle::En {
            out += "number = \"en\" # a comma groups thousands\n";
        }
        if !self.markers.is_empty() {
            let marker = |(text, status): (&String, &Status)| format!("{} = {}", toml(text), toml(status.as_str()));
            let markers: Vec<String> = self.markers.iter().map(marker).collect();
            let _ = writeln!(out, "markers = {{ {} }} # what do they say: no_data, absent, or withheld?", markers.join(", "));
        }
        out
    }

    /// The dictionary: entries of what is proposed, and as comments those of what is not.
    fn names(&self, out: &mut String, good: &[&Draft], doubtful: &[&Draft]) {
        let wanted = |drafts: &[&Draft]| -> Vec<&Word> {
            let has = |word: &&Word| drafts.iter().any(|draft| draft.labels.iter().any(|(pattern, _)| *pattern == word.0));
            self.words.iter().filter(has).collect()
        };
        if good.is_empty() {
            let broken = self.about.broken.as_ref().map(|why| format!(": it cannot be read on: {why}")).unwrap_or_default();
            let note = format!("no table of {} is understood yet{broken}", self.about.document);
            let _ = writeln!(
                out,
                "reads = \"none\" # documents are kept and not read; goes away with the first reading\nnote = {}",
                toml(&note)
            );
        }
        let entries = wanted(good);
        if !entries.is_empty() {
            out.push_str("\n# Labels and the ids that series codes get from them.\n[source.names.row]\n");
        }
        for (pattern, id, at) in &entries {
            let _ = writeln!(out, "{} = {} # {}", toml(pattern), toml(id), one_line(at));
        }
        for (pattern, id, at) in wanted(doubtful).into_iter().filter(|word| !entries.contains(word)).take(MOST_LABELS) {
            let _ = writeln!(out, "# {} = {} # {}", toml(pattern), toml(id), one_line(at));
        }
    }

    fn reading(&self, out: &mut String, draft: &Draft) {
        let mut line = |key: &str, value: String| {
            let _ = writeln!(out, "{key} = {value}");
        };
        line("[[source.read]]\nname", toml(&draft.name));
        if let Some(sheet) = &draft.sheet {
            line("sheet", list([toml(sheet)]));
        }
        if !draft.title.is_empty() {
            line("title", list(draft.title.iter().map(|title| toml(title))));
        }
        if let Some(index) = draft.index {
            line("index", format!("{index} # a last resort: words of a title or head would find the table wherever it moves"));
        }
        line("columns", list(draft.columns.iter().map(column)));
        if !draft.ignored_columns.is_empty() {
            let ignored =
                |(head, reason): &(Vec<String>, String)| format!("{{ head = {}, reason = {} }}", patterns(head), toml(reason));
            line("ignore_columns", list(draft.ignored_columns.iter().map(ignored)));
        }
        line("rows", list(draft.rows.iter().map(row)));
        if !draft.sections.is_empty() {
            line("sections", list(draft.sections.iter().map(section)));
        }
        if !draft.footnotes.is_empty() {
            line("footnotes", list(draft.footnotes.iter().map(|text| format!("{{ text = {} }}", toml(text)))));
        }
        if !draft.ignored_rows.is_empty() {
            let ignored = |(text, reason): &(String, String)| format!("{{ text = {}, reason = {} }}", toml(text), toml(reason));
            line("ignore_rows", list(draft.ignored_rows.iter().map(ignored)));
        }
        if draft.as_of {
            line("period", "\"as-of\" # every date is the first or last day of a month".into());
        }
        let item = if draft.item.is_empty() { "all".to_string() } else { draft.item.join(".") };
        let code = format!("{}.{}.{item}.ru.{}.{{freq}}", self.about.publisher, draft.name, draft.measure);
        line("series", format!("{} # publisher.indicator.item.entity.measure.frequency", toml(&code)));
        if let Some(unit) = &draft.unit {
            line("unit", toml(unit));
        }
        guards(out, &draft.guards);
    }

    /// A reading that is not proposed, as a comment.
    fn doubtful(&self, out: &mut String, draft: &Draft) {
        out.push('\n');
        for doubt in &draft.doubts {
            comment(out, &format!("{}: in doubt: {doubt}.", draft.table));
        }
        let mut text = String::new();
        self.reading(&mut text, &Draft { guards: Guards::default(), ..draft.clone() });
        text.lines().filter(|line| !line.is_empty()).for_each(|line| comment(out, line));
    }
}

fn comments(out: &mut String, draft: &Draft) {
    out.push('\n');
    let Guards { series, figures, .. } = draft.guards;
    comment(
        out,
        &format!("{}: {figures} figures of {series} series. To confirm: what is measured, of whom, and the unit.", draft.table),
    );
    draft.confirm.iter().for_each(|one| comment(out, &format!("- {one}")));
}

fn comment(out: &mut String, text: &str) {
    let _ = writeln!(out, "# {}", one_line(text));
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn guards(out: &mut String, guards: &Guards) {
    let Guards { from, to, series, checkpoints, .. } = guards;
    if let Some((from, to)) = from.as_ref().zip(to.as_ref()) {
        let _ = writeln!(out, "expect = {{ from = {}, to = {}, min_series = {series} }}", toml(from), toml(to));
    }
    if checkpoints.is_empty() {
        return;
    }
    out.push_str("checkpoint = [\n");
    for [series, period, value, at] in checkpoints {
        let _ = writeln!(
            out,
            "  {{ series = {}, period = {}, value = {} }}, # {}",
            toml(series),
            toml(period),
            toml(value),
            one_line(at)
        );
    }
    out.push_str("]\n");
}

/// A list on one line, or on a line each.
fn list(entries: impl IntoIterator<Item = String>) -> String {
    let entries: Vec<String> = entries.into_iter().collect();
    let short = format!("[{}]", entries.join(", "));
    if short.chars().count() <= WIDTH { short } else { format!("[\n  {},\n]", entries.join(",\n  ")) }
}

fn patterns(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| toml(text)).collect::<Vec<_>>().join(", "))
}

fn column(column: &ColumnDraft) -> String {
    let mut out = format!("{{ head = {}{}", patterns(&column.head), fields(&column.set));
    for (key, value) in [("unit", column.unit.as_deref()), ("base", column.base)] {
        if let Some(value) = value {
            let _ = write!(out, ", {key} = {}", toml(value));
        }
    }
    out + " }"
}

fn row(row: &RowDraft) -> String {
    let stub = row.stub.iter().map(|stub| format!("stub = {}", toml(stub)));
    let cells: Vec<String> = row.cells.iter().map(|(heading, cell)| format!("{} = {}", toml(heading), toml(cell))).collect();
    let cells = (!cells.is_empty()).then(|| format!("cells = {{ {} }}", cells.join(", ")));
    format!("{{ {}{} }}", stub.chain(cells).collect::<Vec<_>>().join(", "), fields(&row.set))
}

fn section(section: &SectionDraft) -> String {
    let level = if section.level > 1 { format!(", level = {}", section.level) } else { String::new() };
    format!("{{ text = {}{}{level} }}", toml(&section.text), fields(&section.set))
}

fn fields(set: &[(String, String)]) -> String {
    if set.is_empty() {
        return String::new();
    }
    let set: Vec<String> = set.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
    format!(", set = {{ {} }}", set.join(", "))
}

/// The name of a member without what changes with every edition.
fn edition(member: &str) -> String {
    let name = member.rsplit(['/', '\\']).next().unwrap_or(member);
    let mut out = String::new();
    for c in literal(&fold(name)).chars() {
        let c = if c.is_ascii_digit() { '*' } else { c };
        if !(c == '*' && out.ends_with('*')) {
            out.push(c);
        }
    }
    out
}
