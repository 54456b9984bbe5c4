//! A figure from document to document: revised, revised back, withdrawn, left out, rebased. Every version stays, and whoever asks
//! for a day is told what that day's document said. That a claim is judged by the version of its day is in `matrices` and `history`.

use super::super::super::support::column;
use super::{assert_good, folder, judged, own_issues, source, text, versions_of};

/// Documents by month of 2021, each with the figure of industry for 2020 (`!` before all of its rows: other years' too), in
/// the order they come; and the versions that stand at the end.
type Sequence = (&'static str, &'static [(u32, &'static str)], &'static [&'static str]);

const SEQUENCES: &[Sequence] = &[
    ("once", &[(1, "83.2"), (2, "83.7")], &["83.2 01..02", "83.7 02.."]),
    ("twice", &[(1, "83.2"), (2, "83.7"), (3, "83.8")], &["83.2 01..02", "83.7 02..03", "83.8 03.."]),
    ("back to the first", &[(1, "83.2"), (2, "83.7"), (3, "83.2")], &["83.2 01..02", "83.7 02..03", "83.2 03.."]),
    ("to and fro", &[(1, "1"), (2, "2"), (3, "1"), (4, "2")], &["1 01..02", "2 02..03", "1 03..04", "2 04.."]),
    ("never", &[(1, "83.2"), (2, "83.2 "), (3, "83.2  ")], &["83.2 01.."]),
    ("withdrawn to blank", &[(1, "83.2"), (2, "")], &["83.2 01..02", "withdrawn 02.."]),
    ("withdrawn and given again", &[(1, "83.2"), (2, ""), (3, "83.2")], &["83.2 01..02", "withdrawn 02..03", "83.2 03.."]),
    ("withdrawn twice", &[(1, "83.2"), (2, ""), (3, " ")], &["83.2 01..02", "withdrawn 02.."]),
    ("blank, then given", &[(1, ""), (2, "83.2")], &["blank 01..02", "83.2 02.."]),
    ("to a mark", &[(1, "83.2"), (2, "-")], &["83.2 01..02", "absent 02.."]),
    ("to no data", &[(1, "83.2"), (2, "…")], &["83.2 01..02", "no_data 02.."]),
    ("to more decimals", &[(1, "83.2"), (2, "83.20")], &["83.2 01..02", "83.20 02.."]),
    ("to another sign", &[(1, "83.2"), (2, "-83.2")], &["83.2 01..02", "-83.2 02.."]),
    ("by a thousand", &[(1, "83.2"), (2, "83200")], &["83.2 01..02", "83200 02.."]),
    ("an older document comes late", &[(2, "83.7"), (1, "83.2")], &["83.2 01..02", "83.7 02.."]),
    ("one between comes late", &[(1, "1"), (3, "1 "), (2, "2")], &["1 01..02", "2 02..03", "1 03.."]),
    ("a withdrawal comes late", &[(1, "1"), (3, "1 "), (2, "")], &["1 01..02", "withdrawn 02..03", "1 03.."]),
    ("all of it in the wrong order", &[(4, "4"), (3, "3"), (2, "2"), (1, "1")], &["1 01..02", "2 02..03", "3 03..04", "4 04.."]),
    // there is no figure in its place any more; the text that stands there is an issue
    ("unreadable", &[(1, "83.2"), (2, "8x3.2y")], &["83.2 01..02", "withdrawn 02.."]),
    ("rebased", &[(1, "!83.2"), (2, "!110.5")], &["83.2 01..02", "110.5 02.."]),
    ("of a year that is out of the window", &[(1, "83.2"), (2, "?"), (3, "83.7")], &["83.2 01..03", "83.7 03.."]),
    ("a year that is out of the window for good", &[(1, "83.2"), (2, "?"), (3, "? ")], &["83.2 01.."]),
];

fn document(cell: &str) -> Vec<u8> {
    if let Some(figure) = cell.strip_prefix('!') {
        return text(&[&format!("Industry;{figure};{figure}"), &format!("Mining;{figure};{figure}")]);
    }
    if let Some(rest) = cell.strip_prefix('?') {
        return format!("Activity;Y2019\nIndustry;90.0\nMining;97.6{rest}\n").into_bytes();
    }
    text(&[&format!("Industry;90.0;{cell}"), "Mining;97.6;98.4"])
}

#[test]
fn every_version_stays_and_a_day_has_its_own() {
    let mut folder = folder();
    for (at, (_, documents, _)) in SEQUENCES.iter().enumerate() {
        folder.source(&source(&format!("s{at}"), ""));
        documents
            .iter()
            .for_each(|(month, cell)| folder.document(&format!("s{at}"), &format!("2021-{month:02}-01"), document(cell)));
    }
    let fed = folder.feed_in_order();
    let mut wrong = Vec::new();
    for (at, (name, documents, wanted)) in SEQUENCES.iter().enumerate() {
        let id = format!("s{at}");
        let came = versions_of(&fed, &id, "2020");
        let short: Vec<String> = came.iter().map(|one| one.replace("2021-", "").replace("-01", "")).collect();
        if short != *wanted {
            wrong.push(format!("{name}: {wanted:?} expected, but {short:?}, {:?}", fed.outcomes(&id)));
            continue;
        }
        let unreadable =
            own_issues(&fed, &id).iter().any(|issue| issue.starts_with("unreadable_value") && issue.contains("8x3.2y"));
        if unreadable != (*name == "unreadable") {
            wrong.push(format!("{name}: {:?}", own_issues(&fed, &id)));
        }
        // whoever asks for a day gets what stood that day
        for (month, cell) in documents.iter().filter(|(_, cell)| cell.trim().parse::<f64>().is_ok()) {
            let day = format!("2021-{month:02}-15");
            let sql = "SELECT o.value FROM observation AS o JOIN series AS s ON s.id = o.series_id
                       WHERE o.source_id = ?1 AND s.code = 'p.ipi.bcde.ru.yoy.a' AND o.period = '2020' AND o.recorded_to IS NULL
                       AND o.known_from <= ?2 AND (o.known_to IS NULL OR o.known_to > ?2)";
            let seen: Vec<Option<String>> = column(&fed.room.db(), sql, [&id, &day]);
            if seen != [Some(cell.trim().to_string())] {
                wrong.push(format!("{name}: on {day} {cell:?} expected, but {seen:?}"));
            }
        }
    }
    judged("F23", SEQUENCES.len(), &wrong);
    assert_good(&fed);
}
