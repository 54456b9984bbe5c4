//! Documents told piece by piece.

use super::{Cell, Flow, MAX_NESTING, Vertical};
use crate::parse::{Event, ParseError};

/// Events as lines: `table 1`, `1: 0=a 1=b<1,0`, `paragraph 1: text`.
pub fn lines(events: &[Event]) -> Vec<String> {
    let line = |event: &Event| match event {
        Event::Table(table) => format!("table {}", table.number),
        Event::Paragraph { text, locator } => format!("{locator}: {text}"),
        Event::Row(row) => {
            let copy = |origin: Option<(u32, u32)>| origin.map(|(row, column)| format!("<{row},{column}")).unwrap_or_default();
            let cells = row.cells.iter().map(|cell| format!(" {}={}{}", cell.column, cell.text, copy(cell.copy_of)));
            format!("{}:{}", row.number, cells.collect::<String>())
        }
    };
    events.iter().map(line).collect()
}

fn told(tell: impl FnOnce(&mut Flow<'_>) -> Result<(), ParseError>) -> Result<Vec<String>, ParseError> {
    let mut events = Vec::new();
    let mut sink = |event| events.push(event);
    let mut flow = Flow::new(&mut sink);
    tell(&mut flow)?;
    flow.finish()?;
    Ok(lines(&events))
}

/// A row of the outermost table: texts, and edges.
fn row(flow: &mut Flow<'_>, texts: &[&str], edges: &[i32]) -> Result<(), ParseError> {
    let pairs = edges.windows(2).map(|pair| Cell { edges: (pair[0], pair[1]), ..Cell::default() });
    let cells: Vec<Cell> = pairs.collect();
    merged(flow, texts, &cells)
}

fn merged(flow: &mut Flow<'_>, texts: &[&str], cells: &[Cell]) -> Result<(), ParseError> {
    for text in texts {
        flow.text(text, false)?;
        flow.end_cell(1)?;
    }
    flow.end_row(1, cells)
}

#[test]
fn wide_cells_repeat_over_the_columns_below() {
    let found = told(|flow| {
        row(flow, &["", "2017", "2018"], &[-108, 1000, 3000, 4000])?;
        row(flow, &["", "I", "II", "I"], &[-100, 1010, 2000, 2990, 4005])?;
        row(flow, &["Итого"], &[0, 3900])?;
        row(flow, &["a", "1", "2", "3"], &[-108, 1000, 2000, 3000, 4000])
    });
    let wanted = [
        "table 1",
        "1: 1=2017 2=2017<1,1 3=2018",
        "2: 1=I 2=II 3=I",
        "3: 0=Итого 1=Итого<3,0 2=Итого<3,0 3=Итого<3,0",
        "4: 0=a 1=1 2=2 3=3",
    ];
    assert_eq!(found.unwrap(), wanted);
}

#[test]
fn other_columns_under_another_head_are_counted_anew() {
    let found = told(|flow| {
        row(flow, &["", "I", "II", "III"], &[0, 1000, 2000, 3000, 4000])?;
        row(flow, &["a", "1,5", "2", "3"], &[0, 1300, 2300, 3300, 4000])?;
        row(flow, &["", "A", "B"], &[0, 1400, 2600, 4000])?;
        row(flow, &["b", "1,5", "2,5"], &[0, 1400, 2600, 4000])
    });
    assert_eq!(found.unwrap(), ["table 1", "1: 1=I 2=II 3=III", "2: 0=a 1=1,5 2=2 3=3", "3: 1=A 2=B", "4: 0=b 1=1,5 2=2,5"]);
}

#[test]
fn figures_that_fit_under_no_heading_stand_apart() {
    let found = told(|flow| {
        row(flow, &["", "2017", "2018"], &[0, 1000, 2000, 3000])?;
        row(flow, &["a", "1,5", "2,5"], &[0, 1000, 2000, 3000])?;
        row(flow, &["b", "1,5", "9,9", "2,5"], &[0, 1000, 1500, 2000, 3000])?;
        row(flow, &["c", "4,5", "5,5"], &[0, 1000, 2000, 3000])
    });
    let wanted = ["table 1", "1: 1=2017 2=2018", "2: 0=a 1=1,5 2=2,5", "3: 3=b 4=1,5 5=9,9 6=2,5", "4: 0=c 1=4,5 2=5,5"];
    assert_eq!(found.unwrap(), wanted);
}

#[test]
fn merges_downwards_and_sidewards() {
    let cell = |edges, vertical, joined| Cell { edges, vertical, joined };
    let found = told(|flow| {
        merged(
            flow,
            &["a", "b", "lost", "c"],
            &[
                cell((0, 1000), Vertical::Top, false),
                cell((1000, 2000), Vertical::Alone, false),
                cell((2000, 3000), Vertical::Alone, true),
                cell((3000, 4000), Vertical::Below, false),
            ],
        )?;
        merged(
            flow,
            &["", "d", "e", "f"],
            &[
                cell((0, 1000), Vertical::Below, false),
                cell((1000, 2000), Vertical::Alone, false),
                cell((2000, 3000), Vertical::Alone, false),
                cell((3000, 4000), Vertical::Alone, false),
            ],
        )
    });
    assert_eq!(found.unwrap(), ["table 1", "1: 0=a 1=b 2=b<1,1 3=c", "2: 0=a<1,0 1=d 2=e 3=f"]);
}

#[test]
fn inner_tables_follow_the_outer_one_and_a_paragraph_parts_tables() {
    let found = told(|flow| {
        flow.text("before", false)?;
        flow.end_paragraph(0)?;
        flow.text("inner", false)?;
        flow.end_cell(2)?;
        flow.end_row(2, &[])?;
        flow.text("outer", false)?;
        flow.end_cell(1)?;
        flow.end_row(1, &[])?;
        flow.end_paragraph(0)?;
        flow.text("unfinished", false)?;
        flow.end_cell(1)
    });
    let wanted = ["paragraph 1: before", "table 1", "1: 0=outer", "table 2", "1: 0=inner", "table 3", "1: 0=unfinished"];
    assert_eq!(found.unwrap(), wanted);
}

#[test]
fn a_number_raised_as_a_whole_stays_a_number() {
    for (level, raised, wanted) in [("106,2", "1)", "106,2¹⁾"), ("", "106,2", "106,2"), ("", "1)", "¹⁾"), ("", "2", "²")] {
        let found = told(|flow| {
            flow.text(level, false)?;
            flow.text(raised, true)?;
            flow.end_cell(1)?;
            flow.end_row(1, &[])
        });
        assert_eq!(found.unwrap()[1], format!("1: 0={wanted}"));
    }
}

#[test]
fn limits_hold() {
    assert!(matches!(told(|flow| flow.within(MAX_NESTING + 1)), Err(ParseError::TooLarge { .. })));
    let wide: Vec<i32> = (0..=60).map(|edge| edge * 1000).collect();
    let long = "x".repeat(1 << 20);
    let copies = told(|flow| {
        row(flow, &["a"; 60], &wide)?;
        for _ in 0..8 {
            row(flow, &[&long], &[0, 60_000])?;
        }
        Ok(())
    });
    assert!(matches!(copies, Err(ParseError::TooLarge { .. })));
}
