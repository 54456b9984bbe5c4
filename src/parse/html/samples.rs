//! Real pages: counts, and chosen cells read by hand.

use super::super::{Cell, Event, Options, ParseError};
use super::parse;
use crate::parse::samples::samples;
use std::fs::File;
use std::path::PathBuf;

/// File; paragraphs, tables, rows, cells of their own, copies; some cells.
type Page = (&'static str, [usize; 5], &'static [Chosen]);
/// Table, row, column, text.
type Chosen = (u32, u32, u32, &'static str);

const PAGES: &[Page] = &[
    (
        "rosstat/press-release-2018/2018-09-02/13.htm",
        [22, 2, 109, 732, 15],
        &[(1, 1, 1, "IV квартал 2017г."), (1, 5, 6, "-318"), (2, 3, 1, "76313,7"), (2, 98, 6, "1,7")],
    ),
    ("rosstat/press-release-2018/2018-09-02/57.htm", [14, 2, 109, 726, 13], &[(1, 4, 1, "75846"), (1, 2, 5, "январю\n2018г.")]),
    ("rosstat/press-release-2018/2018-09-02/122.htm", [14, 2, 109, 732, 15], &[(1, 4, 1, "75901"), (2, 98, 6, "4,3")]),
    (
        "rosstat/press-release-2026/2026-09-02/weekly_cpi_excerpt.html",
        [1, 1, 4, 13, 8],
        &[(1, 4, 1, "99,99"), (1, 4, 5, "-0,013")],
    ),
    ("cbr/reserves/2020-12-08/reserves.html", [45, 1, 16, 100, 12], &[(1, 4, 1, "582 676"), (1, 16, 6, "105 896")]),
    (
        "gacc/2026-04-08/release_section4_by_country_mar2026_cny.html",
        [59, 1, 35, 321, 29],
        &[(1, 24, 9, "6.5"), (1, 4, 2, "1- to-3")],
    ),
    ("gacc/2026-04-08/seed_2026.html", [67, 1, 15, 30, 0], &[(1, 1, 1, "Month")]),
];

fn events(file: PathBuf) -> Result<Vec<Event>, ParseError> {
    let mut events = Vec::new();
    parse(&mut File::open(file)?, &Options::default(), &mut |event| events.push(event))?;
    Ok(events)
}

#[test]
fn counts_and_chosen_cells() {
    let Some(folder) = samples() else { return };
    for (file, wanted, chosen) in PAGES {
        let mut cells: Vec<(u32, u32, Cell)> = Vec::new();
        let mut found = [0; 5];
        for event in events(folder.join(file)).unwrap() {
            match event {
                Event::Paragraph { .. } => found[0] += 1,
                Event::Table(_) => found[1] += 1,
                Event::Row(row) => {
                    found[2] += 1;
                    cells.extend(row.cells.into_iter().map(|cell| (found[1] as u32, row.number, cell)));
                }
            }
        }
        found[4] = cells.iter().filter(|(.., cell)| cell.copy_of.is_some()).count();
        found[3] = cells.len() - found[4];
        for (table, row, column, text) in *chosen {
            let cell = cells.iter().find(|(t, r, cell)| (t, r, &cell.column) == (table, row, column));
            assert_eq!(cell.map(|(.., cell)| cell.text.as_str()), Some(*text), "{file}");
        }
        assert_eq!(found, *wanted, "{file}");
    }
}

#[test]
fn a_table_that_is_a_picture() {
    let Some(folder) = samples() else { return };
    let error = events(folder.join("gacc/2018-02-08/release_section4_by_country_jan2018_cny.html")).unwrap_err();
    assert_eq!(error.to_string(), r#"the table is an image ("\\Excel\\4-RMB.png"): it holds no figures that could be read"#);
}
