//! A table → a draft of its reading, or why there is none.

use super::across::across;
use super::body::Body;
use super::down::down;
use super::draft::Draft;
use super::head::Head;
use super::notes;
use super::sections;
use super::sheet::{Kind, Sheet};
use super::words::{is_ratio, literal, quoted, slug, title, units};
use crate::normalize::outline::folded;
use crate::normalize::pattern::Fields;
use crate::parse::column_name;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Fewer figures are no table of series.
const FIGURES: usize = 4;
/// Longer and wider tables are records of something; a reading of theirs is written by hand.
const MOST_ROWS: usize = 20_000;
const MOST_COLUMNS: u32 = 2000;
/// So many texts above a head are looked at for its title.
const TITLES: usize = 4;
/// A longer text is prose: the units that it names are of other figures.
const LONGEST_TITLE: usize = 250;
/// Words by which months and quarters may be runs from January.
const RUNS: [&str; 6] = ["нараста", "с начала года", "cumulative", "year-to-date", "year to date", "январь-"];
/// Words by which a period may be a moment.
const MOMENTS: [&str; 6] = ["на начало", "на конец", "по состоянию на", "at the end of", "at end of", "end of period"];
/// The signs of the period fields in a pattern that only the parts of a year have.
const PARTS_OF_A_YEAR: [&str; 5] = ["{month}", "{quarter}", "{half}", "month-vs-", "quarter-vs-"];

/// The draft of a table's reading.
///
/// # Errors
/// Why the layout is not understood, in words.
pub fn draft(sheet: &Sheet<'_>) -> Result<Draft, String> {
    if sheet.table.hidden {
        return Err("the publisher hides it".to_string());
    }
    let figures = sheet.lines.iter().flat_map(|line| &line.cells).filter(|cell| sheet.kind(cell) == Kind::Figure).count();
    if figures < FIGURES {
        return Err(format!("it holds {figures} figures"));
    }
    let columns = sheet.lines.iter().filter_map(|line| line.cells.last()).map(|cell| cell.column).max().unwrap_or(0);
    if sheet.lines.len() > MOST_ROWS || columns > MOST_COLUMNS {
        return Err(format!("it has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"));
    }
    match across(sheet) {
        Ok(draft) if draft.doubts.is_empty() => Ok(draft),
        Ok(doubtful) => Ok(down(sheet).ok().filter(|draft| draft.doubts.is_empty()).unwrap_or(doubtful)),
        Err(why) => down(sheet).map_err(|other| format!("{why}; {other}")),
    }
}

/// What every layout has in common: guards, unit, measure, rows below, doubts.
pub fn finish(sheet: &Sheet<'_>, head: &Head, body: &Body<'_>, mut draft: Draft) -> Draft {
    draft.table = sheet.name();
    draft.number = sheet.table.number;
    draft.guards.figures = body.figures;
    draft.sheet = Some(literal(&folded(&sheet.table.sheet).0)).filter(|name| !name.is_empty());
    let above = sheet.above(head.from);
    sections::sections(sheet, body, &mut draft);
    unit(sheet, head, &above, &mut draft);
    percents(body, &mut draft);
    if let Some(row) = body.again {
        draft.doubts.push(format!("another head stands in row {row}: what stands below it may be of another kind"));
    }
    let near = above.iter().take(TITLES).filter(|text| !sheet_name(sheet, text) && text.chars().count() <= LONGEST_TITLE);
    let longest = near.max_by_key(|text| text.chars().filter(|c| c.is_alphabetic()).count());
    draft.title.extend(longest.and_then(|text| title(text)));
    draft.title.dedup();
    let name = longest.map(|text| slug(text)).filter(|id| !id.is_empty() && sheet.table.sheet.is_empty());
    let named = Some(slug(&sheet.table.sheet)).filter(|id| id.len() > 2);
    draft.name = name.or(named).unwrap_or_else(|| format!("table-{}", sheet.table.number));
    if draft.measure.is_empty() {
        let said = above.iter().find_map(|text| sections::measure(text));
        let percent = draft.unit.as_deref() == Some("percent");
        draft.measure = said.filter(|_| percent).unwrap_or(if percent { "index" } else { "level" }).to_string();
    }
    let (first, last) = (sheet.lines.get(head.from), sheet.lines.get(head.below.saturating_sub(1)));
    let rows = [first, last].map(|line| line.map_or(0, |line| line.number));
    draft.confirm.insert(0, format!("head in rows {}–{}, {} rows of figures", rows[0], rows[1], body.data.len()));
    meaning(&above, &mut draft);
    notes::moved(sheet, head, body, &mut draft);
    draft
}

fn sheet_name(sheet: &Sheet<'_>, text: &Rc<str>) -> bool {
    **text == *folded(&sheet.table.sheet).0
}

/// The unit that the nearest text above names, unless every column or section has its own.
fn unit(sheet: &Sheet<'_>, head: &Head, above: &[Rc<str>], draft: &mut Draft) {
    let first =
        draft.columns.first().map(|_| head.columns.iter().filter(|column| column.is_when()).map(|column| column.number).min());
    let corner = head.columns.iter().filter(|column| first.flatten().is_some_and(|first| column.number < first));
    let corner: Vec<Rc<str>> = corner.flat_map(|column| column.texts().cloned()).collect();
    let sections_have = sections::have_units(&draft.sections);
    let columns_have = !draft.columns.is_empty() && draft.columns.iter().all(|column| column.unit.is_some());
    let rows_have = !draft.rows.is_empty() && draft.rows.iter().all(RowUnit::has_unit);
    let short = corner.iter().chain(above).filter(|text| text.chars().count() <= LONGEST_TITLE);
    let named = short.map(|text| (text, units(text))).find(|(_, units)| !units.is_empty());
    match named {
        _ if sections_have || columns_have || rows_have => {}
        Some((text, units)) if units.len() == 1 => {
            draft.unit = units.first().map(|unit| unit.to_string());
            let said = !corner.contains(text) && !sheet_name(sheet, text);
            draft.title.extend(title(text).filter(|_| said));
            draft.confirm.push(format!("the unit is of {}", quoted(text)));
        }
        Some((text, units)) => {
            let units: Vec<&str> = units.into_iter().collect();
            draft.doubts.push(format!("{} names several units: {}", quoted(text), units.join(", ")));
        }
        None => {
            let nearest: Vec<String> = above.iter().take(3).map(|text| quoted(text)).collect();
            let seen = if nearest.is_empty() { String::new() } else { format!(" ({})", nearest.join(", ")) };
            draft.doubts.push(format!("nothing above, before or beside the figures names a known unit{seen}"));
        }
    }
    let own = draft.rows.iter().any(RowUnit::has_foreign_unit);
    if draft.unit.as_deref() == Some("percent") && own {
        draft.doubts.push("the title says per cent, and rows name other units".to_string());
    }
}

/// Figures that are shown with `%` are per cent, whatever stands above.
fn percents(body: &Body<'_>, draft: &mut Draft) {
    let columns = || draft.columns.iter().map(|column| column.unit.as_deref().or(draft.unit.as_deref()));
    if body.percents > 0 && !columns().all(|unit| unit == Some("percent")) {
        let (some, all) = (body.percents, body.figures);
        draft.doubts.push(format!("{some} of {all} figures are shown with %, and no heading of theirs says per cent"));
    }
}

/// What a row says of its unit.
trait RowUnit {
    fn has_unit(&self) -> bool;
    fn has_foreign_unit(&self) -> bool;
}

impl RowUnit for super::draft::RowDraft {
    fn has_unit(&self) -> bool {
        let slot = self.stub.iter().chain(self.cells.iter().map(|(_, cell)| cell)).any(|text| text.contains("{unit}"));
        slot || self.set.iter().any(|(key, _)| key == "unit")
    }

    fn has_foreign_unit(&self) -> bool {
        self.has_unit() && !self.set.iter().any(|(key, value)| key == "unit" && value == "percent")
    }
}

/// Words above the head by which its periods may mean something else.
fn meaning(above: &[Rc<str>], draft: &mut Draft) {
    let patterns = || {
        let heads = draft.columns.iter().flat_map(|column| &column.head);
        heads.chain(draft.rows.iter().flat_map(|row| row.stub.iter().chain(row.cells.iter().map(|(_, cell)| cell))))
    };
    let parts = patterns().any(|text| PARTS_OF_A_YEAR.iter().any(|part| text.contains(part)));
    let days = patterns().any(|text| text.contains("{date}") || text.contains("{days}"));
    let texts = || above.iter().map(|text| &**text).chain(patterns().map(String::as_str));
    let word = |words: &[&'static str]| words.iter().find(|word| texts().any(|text| text.contains(**word))).copied();
    let moment = word(&MOMENTS);
    let mut doubts = Vec::new();
    if let Some(word) = word(&RUNS).filter(|_| parts) {
        doubts.push(format!("{} stands above: are its months and quarters single, or runs from January?", quoted(word)));
    }
    draft.doubts.extend(doubts);
    if let Some(word) = moment.filter(|_| !days) {
        draft.confirm.push(format!("{} stands above: do its periods name moments?", quoted(word)));
    }
}
/// The columns that hold figures in rows with labels, as a comment names them.
pub fn span(columns: &BTreeSet<u32>) -> String {
    let ends = [columns.first(), columns.last()].map(|column| column.map_or(String::new(), |column| column_name(*column)));
    if ends[0] == ends[1] { format!("column {}", ends[0]) } else { format!("columns {} to {}", ends[0], ends[1]) }
}

/// Whether every text of several says per cent.
pub fn percent<'t>(mut texts: impl Iterator<Item = &'t Rc<str>>) -> bool {
    texts.any(|text| is_ratio(text))
}

/// A moment is a date at the edge of a month.
pub fn at_edges<'f>(mut all: impl Iterator<Item = &'f Fields>) -> bool {
    use chrono::Datelike;
    all.all(|fields| fields.date.is_some_and(|date| date.day() == 1 || date.succ_opt().is_some_and(|next| next.day() == 1)))
}
