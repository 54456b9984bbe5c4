//! Tables with periods over their columns: items before the rows, or the other part of the period.

use super::body::{Body, all_whole, periods};
use super::draft::{ColumnDraft, Distinct, Draft, RowDraft};
use super::head::{Column, Head, Level, of_periods};
use super::items;
use super::layout::{finish, percent, span};
use super::sheet::Sheet;
use super::when::{When, pooled, when, whole};
use super::words::{literal, quoted, slug_or, units};
use std::collections::BTreeSet;

/// A heading of a column that holds the whole year beside its parts.
const WHOLE_YEAR: [&str; 5] = ["год", "за год", "в целом за год", "year", "annual"];

/// Words of a heading over figures that are per cent of others, or differences.
const FOREIGN: [&str; 9] = ["growth", "share", "change", "доля", "удельный вес", "темп", "прирост", "изменени", "отклонени"];

/// The draft of a table whose head names periods.
///
/// # Errors
/// Why it is none, in words.
pub fn across(sheet: &Sheet<'_>) -> Result<Draft, String> {
    let head = of_periods(sheet).ok_or("no row names two periods side by side over figures")?;
    let wanted = |column: &&Column| column.is_when() && column.fields.is_some() && !is_foreign(column);
    let mut values: BTreeSet<u32> = head.columns.iter().filter(wanted).map(|column| column.number).collect();
    let rows = super::rows_of(sheet, &head);
    let body = Body::new(sheet, head.below, rows, &values);
    let before = body.labels().into_iter().find_map(|(column, cells)| Some((column, periods(&cells)?)));
    let over: Vec<&Column> = head.columns.iter().filter(|column| values.contains(&column.number)).collect();
    let mut draft = Draft::default();
    match (over.iter().all(|column| column.is_whole()), before) {
        (true, None) => items::rows(sheet, &head, &body, &mut draft)?,
        (_, Some((column, labels))) => {
            values.extend(annual(&head, &labels));
            together(&over, &labels)?;
            draft.rows = parts(&head, &body, column, &labels)?;
        }
        (false, None) => {
            let partial = over.iter().find(|column| !column.is_whole());
            let said = partial
                .map_or(String::new(), |column| format!("{:?}", column.whens().map(|when| when.written).collect::<Vec<_>>()));
            let strange = strange(&body);
            return Err(format!(
                "some columns name a part of a year only {said}, and nothing beside the rows says which year{strange}"
            ));
        }
    }
    columns(&head, &values, &mut draft)?;
    draft.measure = over.iter().flat_map(|column| column.whens()).find_map(|when| when.measure).unwrap_or_default().to_string();
    draft.confirm.push(format!("periods over {}", span(&values)));
    let body = Body::new(sheet, head.below, rows, &values);
    Ok(finish(sheet, &head, &body, draft))
}

/// The first label that is no period, in a column where others are.
fn strange(body: &Body<'_>) -> String {
    let labels = body.labels();
    let says = |cell: &&crate::normalize::outline::Text| when(&cell.folded, cell.raw.is_some()).is_some();
    let mixed = labels.values().find(|cells| cells.iter().flatten().filter(|cell| says(cell)).count() > 1);
    let found =
        mixed.and_then(|cells| cells.iter().zip(&body.data).find(|(cell, _)| cell.as_ref().is_none_or(|cell| !says(cell))));
    found
        .map_or(String::new(), |(cell, line)| format!(" in row {}: {}", line.number, quoted(cell.map_or("", |cell| &cell.shown))))
}

/// Columns of whole years beside their parts, where the rows say the year.
fn annual(head: &Head, labels: &[When]) -> BTreeSet<u32> {
    let years = all_whole(labels);
    let over = head.columns.iter().filter(|column| !column.is_when() && !column.levels.is_empty());
    let says_year = |column: &&Column| column.texts().all(|text| WHOLE_YEAR.contains(&&**text));
    over.filter(|_| years).filter(says_year).map(|column| column.number).collect()
}

/// Whether the heading speaks of growth or shares and names no unit: beside figures of another unit it would be taken for one.
fn is_foreign(column: &Column) -> bool {
    let speaks = column.texts().any(|text| FOREIGN.iter().any(|word| text.contains(word)));
    speaks && unit(column).is_ok_and(|unit| unit.is_none())
}

/// Rows and columns must name one period together, in every cell.
fn together(over: &[&Column], labels: &[When]) -> Result<(), String> {
    for column in over {
        for label in labels {
            let fields = pooled(column.whens().chain([label]));
            if !fields.as_ref().is_some_and(whole) {
                let head: Vec<&str> = column.whens().map(|when| when.written).collect();
                return Err(format!("a column of {head:?} and a row of {:?} name no period together", label.written));
            }
        }
    }
    Ok(())
}

/// Rows that are parts of the period.
fn parts(head: &Head, body: &Body<'_>, column: u32, labels: &[When]) -> Result<Vec<RowDraft>, String> {
    let written: Vec<&str> = super::ways(labels);
    let first = body.labels().into_keys().next() == Some(column);
    let heading = items::heading(head, column).filter(|_| !first);
    if !first && heading.is_none() {
        return Err("the periods before the rows are not their first label, and stand under no heading".into());
    }
    Ok(written.into_iter().map(|pattern| items::row(heading.as_deref(), pattern)).collect())
}

/// The value columns as rules, and those that are left out.
fn columns(head: &Head, values: &BTreeSet<u32>, draft: &mut Draft) -> Result<(), String> {
    let over = || head.columns.iter().filter(|column| values.contains(&column.number));
    let groups: BTreeSet<Vec<String>> = over().map(said).collect();
    let annual = over().any(|column| !column.is_when());
    let several = groups.len() > 1 && !(annual && groups.len() == 2 && groups.contains(&Vec::new()));
    let mut ids = Distinct::default();
    let named: Vec<(Vec<String>, String)> =
        groups.iter().map(|group| (group.clone(), ids.of(&slug_or(&group.join(" "), "total")))).collect();
    let mut rules: Vec<ColumnDraft> = Vec::new();
    for column in over() {
        let mut rule = ColumnDraft { head: patterns(column), ..ColumnDraft::default() };
        rule.base = column.whens().find_map(|when| when.base);
        rule.unit = unit(column)?;
        if let Some((_, id)) = named.iter().find(|(group, _)| several && *group == said(column)) {
            rule.set.push(("column".into(), id.clone()));
        }
        add(&mut rules, rule)?;
    }
    // a single January also reads as a run, so that runs are tried after months
    rules.sort_by_key(|rule| rule.head.iter().any(|level| level.contains("ytd")));
    let grammars: BTreeSet<&String> = rules.iter().flat_map(|rule| &rule.head).filter(|level| level.contains("-vs-")).collect();
    if grammars.len() > 1 {
        return Err("its columns compare with several kinds of periods".into());
    }
    if several {
        draft.item.push("{column}".into());
        draft.confirm.push(format!("{} groups of columns: does each mean what its column is called?", groups.len()));
    }
    draft.columns = rules;
    let first = values.first().copied().unwrap_or_default();
    for column in head.columns.iter().filter(|column| column.number > first && !values.contains(&column.number)) {
        let why = if column.is_when() { "nothing says the unit of its figures" } else { "its heading names no period" };
        let ignored = (patterns(column), why.to_string());
        if draft.columns.iter().any(|rule| rule.head == ignored.0) {
            return Err(format!("column {} contradicts itself", crate::parse::column_name(column.number)));
        }
        if !draft.ignored_columns.contains(&ignored) {
            draft.confirm.push(format!(
                "column {} is left out: {}",
                crate::parse::column_name(column.number),
                quoted(&ignored.0.join(" / "))
            ));
            draft.ignored_columns.push(ignored);
        }
    }
    Ok(())
}

/// Headings of one form are one rule: where some of them leave the unit out, it is that of the others.
fn add(rules: &mut Vec<ColumnDraft>, rule: ColumnDraft) -> Result<(), String> {
    let Some(known) = rules.iter_mut().find(|known| known.head == rule.head) else {
        rules.push(rule);
        return Ok(());
    };
    let unit = known.unit.clone().or(rule.unit.clone());
    if known.set != rule.set || rule.unit.is_some_and(|unit| known.unit.as_ref().is_some_and(|known| *known != unit)) {
        return Err(format!("columns headed {:?} name different units or groups", known.head));
    }
    known.unit = unit;
    Ok(())
}

/// The headings that are no period: what tells groups of columns apart.
fn said(column: &Column) -> Vec<String> {
    let annual = |text: &&std::rc::Rc<str>| !column.is_when() && WHOLE_YEAR.contains(&&***text);
    column.texts().filter(|text| !annual(text)).map(|text| text.to_string()).collect()
}

fn patterns(column: &Column) -> Vec<String> {
    let pattern = |level: &Level| match level {
        Level::When(when) => when.written.to_string(),
        Level::Text(text) => literal(text),
    };
    column.levels.iter().map(pattern).collect()
}

/// The unit that the headings of a column name.
pub fn unit(column: &Column) -> Result<Option<String>, String> {
    let named: BTreeSet<&str> = column.texts().flat_map(|text| units(text)).collect();
    let ratio = column.whens().any(|when| when.percent) || percent(column.texts());
    match (named.len(), ratio) {
        (0, true) => Ok(Some("percent".to_string())),
        (0, false) => Ok(None),
        (1, _) => Ok(named.first().map(|unit| unit.to_string())),
        _ => Err(format!("column {} names several units", crate::parse::column_name(column.number))),
    }
}
