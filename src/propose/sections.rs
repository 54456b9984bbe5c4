//! Rows without figures: headings between the rows, words for parts, and what stands below the figures.

use super::body::Body;
use super::draft::{Distinct, Draft, SectionDraft};
use super::sheet::Sheet;
use super::words::{is_ratio, literal, quoted, slug_or, units};
use crate::normalize::label::note_start;
use crate::normalize::outline::Line;
use crate::parse::locator;
use std::rc::Rc;

/// Words between rows that say only that parts of the row above follow.
const PARTS: [&str; 10] =
    ["в том числе", "в том числе:", "из них", "из них:", "из него", "из него:", "из нее:", "of which", "of which:", "including:"];
/// More headings than a person would confirm.
const MOST_HEADINGS: usize = 300;
/// Levels of headings that the language has.
const LEVELS: usize = 9;
/// Words by which a comparison is known; the first that a text has counts.
const MEASURES: [(&str, &str); 13] = [
    ("к декабрю", "dec"),
    ("предыдущему месяцу", "mom"),
    ("предыдущего месяца", "mom"),
    ("предыдущему кварталу", "qoq"),
    ("соответствующему", "yoy"),
    ("предыдущему году", "yoy"),
    ("предыдущему периоду", "pop"),
    ("к итогу", "share"),
    ("к ввп", "share"),
    ("previous month", "mom"),
    ("month before", "mom"),
    ("previous year", "yoy"),
    ("year before", "yoy"),
];

/// The measure that a heading or title names.
pub fn measure(folded: &str) -> Option<&'static str> {
    MEASURES.iter().find(|(words, _)| folded.contains(words)).map(|(_, measure)| *measure)
}

/// A heading: its text, its row, and how many stand right above it, itself counted.
struct Heading {
    text: Rc<str>,
    row: u32,
    level: usize,
}

/// Sections where headings stand before the first figures; doubts where they do not; and rows that are not wanted.
pub fn sections(sheet: &Sheet<'_>, body: &Body<'_>, draft: &mut Draft) {
    let mut headings: Vec<Heading> = Vec::new();
    let (mut level, mut last) = (1, None);
    for line in &body.headings {
        let said = text(line);
        if PARTS.contains(&&*said) {
            draft.ignored_rows.push((literal(&said), "only says that parts of the row above follow".into()));
            continue;
        }
        level = if last.is_some_and(|above| !between(body, above, line.number)) { (level + 1).min(LEVELS) } else { 1 };
        last = Some(line.number);
        if headings.len() >= MOST_HEADINGS {
            draft.doubts.push(format!("more than {MOST_HEADINGS} rows without figures stand between its rows"));
            break;
        }
        match headings.iter().find(|known| known.text == said) {
            Some(known) if known.level != level => {
                let at = [known.row, line.number].map(|row| locator(sheet.table, row, 0)).join(" and ");
                draft.doubts.push(format!("the heading {} stands below others once, and once not so: {at}", quoted(&said)));
            }
            Some(_) => {}
            None => headings.push(Heading { text: said, row: line.number, level }),
        }
    }
    // what already stands as a section names the period
    if draft.sections.is_empty() && !headings.is_empty() {
        if !body.headed {
            let first = headings.first().map_or((0, ""), |heading| (heading.row, &*heading.text));
            let (at, said) = (locator(sheet.table, first.0, 0), quoted(first.1));
            draft.doubts.push(format!("the row at {at} holds no figure ({said}), and rows above it stand under no heading"));
        }
        write(&headings, draft);
    }
    for line in &body.below {
        let shown = line.cells.first().map_or(Rc::from(""), |cell| cell.shown.clone());
        if note_start(&shown).is_none() {
            draft.ignored_rows.push((literal(&text(line)), "stands below the figures".into()));
        }
    }
    draft.ignored_rows.sort();
    draft.ignored_rows.dedup();
}

fn text(line: &Line) -> Rc<str> {
    line.cells.first().map_or(Rc::from(""), |cell| cell.folded.clone())
}

/// Whether figures stand between two rows.
fn between(body: &Body<'_>, above: u32, below: u32) -> bool {
    let next = body.data.partition_point(|line| line.number < above);
    body.data.get(next).is_some_and(|line| line.number < below)
}

/// A group for each heading if there are several, the unit and the measure that they name.
fn write(headings: &[Heading], draft: &mut Draft) {
    let own = || headings.iter().filter(|heading| heading.level == 1);
    let several = own().count() > 1;
    let measured = draft.measure.is_empty() && own().any(|heading| measure_of(heading).is_some());
    let mut ids = Distinct::default();
    for heading in headings {
        let mut set = Vec::new();
        if several && heading.level == 1 {
            set.push(("group".to_string(), ids.of(&slug_or(&heading.text, "group"))));
        }
        let units = units(&heading.text);
        if let (1, Some(unit)) = (units.len(), units.first()) {
            set.push(("unit".to_string(), unit.to_string()));
        }
        if measured && heading.level == 1 {
            set.push(("measure".to_string(), measure_of(heading).unwrap_or("level").to_string()));
        }
        draft.sections.push(SectionDraft { text: literal(&heading.text), set, level: heading.level });
    }
    if measured {
        draft.measure = "{measure}".into();
    }
    if several {
        draft.item.push("{group}".into());
        draft.confirm.push(format!("{} headings between the rows: does each mean what its group is called?", own().count()));
    }
}

fn measure_of(heading: &Heading) -> Option<&'static str> {
    measure(&heading.text).or(is_ratio(&heading.text).then_some("index"))
}

/// Whether every run of headings names a unit.
pub fn have_units(sections: &[SectionDraft]) -> bool {
    let starts = sections.iter().enumerate().filter(|(_, section)| section.level == 1).map(|(at, _)| at);
    let named = |section: &SectionDraft| section.set.iter().any(|(key, _)| key == "unit");
    let run = |at: usize| {
        sections.iter().skip(at).enumerate().take_while(|(n, section)| *n == 0 || section.level > 1).any(|(_, s)| named(s))
    };
    !sections.is_empty() && starts.into_iter().all(run)
}
