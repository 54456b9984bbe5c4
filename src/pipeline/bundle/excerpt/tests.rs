use super::*;
use proptest::prelude::*;

fn events(sheet: &str, rows: u32, columns: u32) -> Vec<Event> {
    let table = Table { sheet: sheet.into(), number: 1, ..Table::default() };
    let cell = |row, column| Cell { column, text: format!("{row}/{column}"), ..Cell::default() };
    let row = |number| Event::Row(Row { number, cells: (0..columns).map(|column| cell(number, column)).collect() });
    [Event::Table(table)].into_iter().chain((1..=rows).map(row)).collect()
}

fn sought(locator: &str, events: &[Event]) -> Result<Passage, String> {
    let mut search = Search::new(locator.into());
    events.iter().for_each(|event| search.event(event));
    search.found()
}

fn paragraphs(count: usize) -> Vec<Event> {
    (1..=count).map(|n| Event::Paragraph { text: format!("text {n}"), locator: format!("paragraph {n}") }).collect()
}

#[test]
fn a_cell_is_found_with_its_head_and_what_is_around() {
    let Ok(Passage::Table { title, columns, rows }) = sought("It's! 1!CV300", &events("It's! 1", 1000, 200)) else { panic!() };
    assert_eq!(title, "table 1, sheet \"It's! 1\"");
    assert_eq!((columns.len(), columns[5].as_str(), columns[6].as_str(), columns[66].as_str()), (67, "F", "BR", "DZ"));
    assert_eq!((rows.len(), rows[19].number, rows[20].number, rows[100].number), (101, 20, 260, 340));
    assert!(rows.iter().all(|row| row.cells.len() == columns.len()));
    let marked: Vec<_> = rows.iter().filter(|row| row.marked.is_some()).collect();
    assert_eq!((marked.len(), marked[0].cells[marked[0].marked.unwrap()].as_str()), (1, "300/99"));
}

#[test]
fn a_sheet_may_be_called_anything() {
    for name in ["a!B2, row 3, column 4", "!", "row 1, column 2", "a!A1", " "] {
        let passage = sought(&format!("{name}!B3"), &events(name, 5, 3)).unwrap();
        assert!(passage.marked().is_some(), "{name}");
    }
}

#[test]
fn the_first_table_that_has_the_place_is_taken() {
    let twice = [events("A", 2, 2), events("A", 5, 3), events("B", 9, 9)].concat();
    assert_eq!(sought("A!C4", &twice).unwrap().marked(), Some("4/2"));
    for nothing in ["A!D4", "C!A1", "A!A", "A!1", "", "paragraph 1", "table 1, row 1, column 0", "A!ZZZZZZZZ1"] {
        assert!(sought(nothing, &twice).is_err(), "{nothing}");
    }
    let html = events("", 3, 3);
    assert_eq!(sought("table 1, row 2, column 3", &html).unwrap().marked(), Some("2/2"));
    assert!(sought("table 2, row 2, column 3", &html).is_err());
}

#[test]
fn a_paragraph_is_found_with_its_neighbours() {
    let Ok(Passage::Paragraphs(texts)) = sought("paragraph 8", &paragraphs(50)) else { panic!() };
    let places: Vec<&str> = texts.iter().map(|text| text.locator.as_str()).collect();
    assert_eq!((places.len(), places[0], places[10]), (11, "paragraph 3", "paragraph 13"));
    assert_eq!(texts.iter().filter(|text| text.marked).map(|text| text.text.as_str()).collect::<Vec<_>>(), ["text 8"]);
    let Ok(Passage::Paragraphs(last)) = sought("paragraph 50", &paragraphs(50)) else { panic!() };
    assert_eq!(last.len(), 6);
}

#[test]
fn texts_beside_the_place_are_cut_and_the_place_is_not() {
    let long = "ж".repeat(MOST_TEXT + 1);
    let cell = |column| Cell { column, text: long.as_str().into(), ..Cell::default() };
    let row = Event::Row(Row { number: 1, cells: vec![cell(0), cell(1)] });
    let Ok(Passage::Table { rows, .. }) = sought("A!A1", &[events("A", 0, 0), vec![row]].concat()) else { panic!() };
    assert_eq!(rows[0].cells[0], long);
    assert_eq!(rows[0].cells[1].chars().count(), MOST_TEXT + 1);
    assert!(rows[0].cells[1].ends_with('…'));
}

proptest! {
    #[test]
    fn every_cell_is_found_by_its_locator(sheet in "[A-Z!, 0-9a-z]{0,12}", row in 1u32..300, column in 0u32..120) {
        let events = events(&sheet, 300, 120);
        let Event::Table(table) = &events[0] else { panic!() };
        let found = sought(&locator(table, row, column), &events).unwrap();
        prop_assert_eq!(found.marked().unwrap(), format!("{row}/{column}"));
    }

    #[test]
    fn any_locator_is_a_place_or_none(text in ".{0,40}") {
        let _ = sought(&text, &events("A", 2, 2));
    }
}
