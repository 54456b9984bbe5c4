//! What tells the rows of a table apart: a code, a label, several labels together, and the unit they name.

use super::body::{Body, is_code, is_codes, is_key, is_words};
use super::draft::{Draft, RowDraft};
use super::head::Head;
use super::sheet::{Kind, Sheet};
use super::words::{is_ratio, literal, quoted, slug_or, unit_of};
use crate::normalize::outline::Text;
use crate::normalize::pattern::Pattern;
use crate::normalize::spec::Names;
use crate::normalize::unit;
use crate::parse::{column_name, locator};
use std::collections::BTreeSet;

/// More labels than a person would confirm; a table of records has its own classifier.
pub const MOST_LABELS: usize = 3000;
/// Labels that begin with a code.
const CODED: [&str; 3] = ["{item:code} - *", "{item:code}. *", "{item:code} *"];
/// The item of a pattern that looks into the dictionary.
const LISTED: &str = "{item:row}";

/// Rows that are told apart by their labels.
///
/// # Errors
/// Why they are not, in words.
pub fn rows(sheet: &Sheet<'_>, head: &Head, body: &Body<'_>, draft: &mut Draft) -> Result<(), String> {
    if body.data.is_empty() {
        return Err("no row under its head holds a figure".into());
    }
    if body.data.len() > MOST_LABELS {
        return Err(format!(
            "it has {} rows of figures, and more than {MOST_LABELS} labels are for a classifier",
            body.data.len()
        ));
    }
    draft.item.push("{item}".into());
    let labels = body.labels();
    let units = labels.iter().find(|(_, cells)| cells.iter().all(|cell| cell.is_some_and(|c| unit::parse(&c.folded).is_some())));
    let units = units.and_then(|(column, _)| Some((*column, heading(head, *column)?)));
    let candidates: Vec<(u32, &Vec<Option<&Text>>)> = labels
        .iter()
        .map(|(column, cells)| (*column, cells))
        .filter(|(column, _)| units.as_ref().is_none_or(|(u, _)| u != column))
        .collect();
    let coded = candidates.iter().filter(|_| candidates.len() > 1).find(|(_, cells)| is_codes(cells) && is_key(cells));
    if let Some((column, heading)) = coded.and_then(|(column, _)| Some((*column, heading(head, *column)?))) {
        draft.confirm.push(format!("each row is known by its code in column {}", column_name(column)));
        draft.rows = vec![with_unit(row(Some(&heading), "{item:code}"), units.as_ref())];
        return Ok(());
    }
    let worded = || candidates.iter().filter(|(_, cells)| is_words(sheet, cells));
    let keyed = worded()
        .find(|(_, cells)| is_key(cells))
        .or_else(|| worded().next().filter(|_| body.headed && !body.headings.is_empty()));
    let Some((column, cells)) = keyed else {
        return Err(why_not(sheet, body, &candidates));
    };
    let first = candidates.first().is_some_and(|(first, _)| first == column);
    let heading = heading(head, *column).filter(|_| !first || units.is_some());
    if !first && heading.is_none() {
        return Err(format!("its labels in column {} are not the first, and stand under no heading", column_name(*column)));
    }
    labelled(sheet, body, (*column, cells), heading.as_deref(), units.as_ref(), draft);
    Ok(())
}

/// What keeps the labels from telling the rows apart.
fn why_not(sheet: &Sheet<'_>, body: &Body<'_>, candidates: &[(u32, &Vec<Option<&Text>>)]) -> String {
    let Some((column, cells)) = candidates.first() else { return "no label stands before its figures".to_string() };
    let mut seen = BTreeSet::new();
    for (cell, line) in cells.iter().zip(&body.data) {
        let at = locator(sheet.table, line.number, *column);
        match cell {
            None => return format!("a row of figures has no label: {at}"),
            Some(cell) if sheet.kind(cell) != Kind::Words && !is_code(cell) => {
                return format!("a label is no word: {} in {at}", quoted(&cell.shown));
            }
            Some(cell) if !seen.insert(&cell.folded) => return format!("a label repeats: {} in {at}", quoted(&cell.shown)),
            Some(_) => {}
        }
    }
    format!("the labels in column {} are no words", column_name(*column))
}

/// Rows that are known by words.
fn labelled(
    sheet: &Sheet<'_>,
    body: &Body<'_>,
    (column, cells): (u32, &[Option<&Text>]),
    heading: Option<&str>,
    units: Option<&(u32, String)>,
    draft: &mut Draft,
) {
    let texts: Vec<&Text> = cells.iter().flatten().copied().collect();
    let at = |index: usize| locator(sheet.table, body.data.get(index).map_or(0, |line| line.number), column);
    if let Some(pattern) = CODED.iter().find(|pattern| are_coded(pattern, &texts)) {
        draft.confirm.push(format!("each label of column {} begins with a code", column_name(column)));
        draft.rows = vec![with_unit(row(heading, pattern), units)];
        return;
    }
    let split: Vec<Option<(&str, &str)>> = texts.iter().map(|text| tail(&text.folded)).collect();
    let parted: BTreeSet<&str> =
        split.iter().zip(&texts).map(|(split, text)| split.map_or(&*text.folded, |(label, _)| label)).collect();
    let distinct = parted.len() == texts.iter().map(|text| &text.folded).collect::<BTreeSet<_>>().len();
    let mut rules: Vec<RowDraft> = Vec::new();
    let mut ids = super::draft::Distinct::default();
    for (index, (text, split)) in texts.iter().zip(&split).enumerate() {
        let own = match split {
            Some((label, _)) if distinct && text.folded.ends_with(')') => (format!("{LISTED} ({{unit}})"), literal(label)),
            Some((label, _)) if distinct => (format!("{LISTED}, {{unit}}"), literal(label)),
            None if !is_ratio(&text.folded) => (LISTED.to_string(), literal(&text.folded)),
            other => {
                let unit = other.map_or("percent", |(_, unit)| unit).to_string();
                let item = ids.of(&slug_or(&text.folded, "item"));
                let set = vec![("item".to_string(), item), ("unit".to_string(), unit)];
                let rule = RowDraft { set, ..row(heading, &literal(&text.folded)) };
                if !rules.iter().any(|known| known.stub == rule.stub && known.cells == rule.cells) {
                    rules.push(rule);
                }
                continue;
            }
        };
        let rule = with_unit(row(heading, &own.0), units);
        if !rules.contains(&rule) {
            rules.push(rule);
        }
        if !draft.labels.iter().any(|(known, _)| *known == own.1) {
            draft.labels.push((own.1, at(index)));
        }
    }
    // rules that name a unit go before the one that takes any label
    rules.sort_by_key(|rule| (rule.set.is_empty(), rule.stub.as_deref() == Some(LISTED)));
    draft.rows = rules;
}

/// A label and the unit behind its last comma or in brackets at its end.
fn tail(folded: &str) -> Option<(&str, &'static str)> {
    let (label, unit_text) = match folded.strip_suffix(')') {
        Some(inside) => inside.rsplit_once('(')?,
        None => folded.rsplit_once(',')?,
    };
    let found = unit_of(unit_text.trim())?;
    Some((label.trim(), found))
}

/// Whether every label begins with a code of its own that has a digit.
fn are_coded(pattern: &str, texts: &[&Text]) -> bool {
    let Ok(pattern) = Pattern::parse(pattern) else { return false };
    let code = |text: &&Text| pattern.matches(&text.folded, &Names::new())?.own.remove("item");
    let codes: Option<BTreeSet<String>> =
        texts.iter().map(code).map(|code| code.filter(|code| code.chars().any(|c| c.is_ascii_digit()))).collect();
    codes.is_some_and(|codes| codes.len() == texts.len() && texts.len() > 2)
}

/// A row that is known by its stub, or by the cell under a heading.
pub fn row(heading: Option<&str>, pattern: &str) -> RowDraft {
    match heading {
        Some(heading) => RowDraft { cells: vec![(heading.to_string(), pattern.to_string())], ..RowDraft::default() },
        None => RowDraft::stub(pattern),
    }
}

fn with_unit(mut row: RowDraft, units: Option<&(u32, String)>) -> RowDraft {
    row.cells.extend(units.map(|(_, heading)| (heading.clone(), "{unit}".to_string())));
    row
}

/// The lowest heading of a column, if no other column has it.
pub fn heading(head: &Head, column: u32) -> Option<String> {
    let own = head.columns.iter().find(|one| one.number == column)?;
    let text = own.texts().last()?;
    let elsewhere = head.columns.iter().filter(|one| one.number != column).any(|one| one.texts().any(|other| other == text));
    (!elsewhere).then(|| literal(text))
}
