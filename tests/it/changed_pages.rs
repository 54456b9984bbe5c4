//! Real pages whose layout the publisher might change tomorrow: the same figures, or fewer and something said, or a
//! refusal; never a figure in a wrong place.

use std::collections::BTreeMap;
use std::path::PathBuf;
use sverka::config::Config;
use sverka::pipeline::read_document;

/// What becomes of a page: its figures and the number of its issues; `None` if it is refused.
type Read = Option<(BTreeMap<String, String>, usize)>;

/// What may come of a change.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// Every figure as before.
    Same,
    /// No figure.
    Refused,
    /// Figures may lack, if something is said.
    Told,
}

/// A change: what is written where, what stands there instead, and what may come of it.
type Change = (&'static str, &'static str, &'static str, Then);

const PAGES: &[(&str, &str, &[Change])] = &[
    (
        "cbr/reserves/2020-12-08/reserves.html",
        "cbr-reserves",
        &[
            ("a column before all", "<tr>", "<tr><td></td>", Then::Same),
            ("blank columns between", "<td class", "<td></td><td class", Then::Refused),
            ("no rows merged", "rowspan=", "x=", Then::Refused),
            ("no columns merged", "colspan=", "x=", Then::Refused),
            ("nothing merged", "span=", "x=", Then::Refused),
            ("another unit", "млн долл. США", "млрд долл. США", Then::Refused),
            ("another title", "Ежемесячные значения", "Еженедельные значения", Then::Refused),
            ("two heads exchanged", "монетарное золото", "валютные резервы", Then::Refused),
            ("a head renamed", "счет в СДР", "СДР", Then::Told),
            ("a new column", "<th class=\"right\" rowspan=\"3\">", "<th rowspan=3>ЗВР</th><th rowspan=\"3\">", Then::Told),
            ("dates the other way", "01.12.2020", "2020-12-01", Then::Same),
            ("cells as paragraphs", "</td>", "</p></td>", Then::Same),
            ("unclosed cells", "</td>", "", Then::Same),
            ("heads as cells", "th", "td", Then::Same),
        ],
    ),
    (
        "gacc/2026-04-08/release_section4_by_country_mar2026_cny.html",
        "gacc-by-country",
        &[
            ("another unit", "Unit: CNY 100 Million", "Unit: USD 1 Million", Then::Refused),
            ("another currency", "(in CNY)", "(in USD)", Then::Refused),
            ("another year", "Mar 2026 (in CNY)", "Mar (in CNY)", Then::Refused),
            ("no columns merged", "colspan=", "x=", Then::Same),
            ("run and month alike", "1- to-3", "3", Then::Refused),
            ("another run in the heads", "1- to-3", "2- to-3", Then::Refused),
            ("exports and imports alike", "<b>Import</b>", "<b>Export</b>", Then::Refused),
            ("figures moved", "<td align=\"right\"", "<td></td><td align=\"right\"", Then::Told),
            ("a column before all", "<tr>", "<tr><td></td>", Then::Same),
            ("the partner twice", "India", "Russian Federation", Then::Told),
        ],
    ),
    (
        "rosstat/press-release-2018/2018-09-02/57.htm",
        "gks-press-release",
        &[
            ("no rows merged", "rowspan=", "x=", Then::Refused),
            ("no columns merged", "colspan=", "x=", Then::Refused),
            ("another age", "15 лет и старше", "16 лет и старше", Then::Refused),
            ("another adjustment", "корректировки", "выравнивания", Then::Refused),
            ("another unit", "Тыс.человек", "Млн.человек", Then::Told),
            ("months alike", "январь", "февраль", Then::Refused),
            ("closing tags gone", "</td>", "", Then::Same),
            ("a rule of style", "<tr", "<tr class=x", Then::Same),
        ],
    ),
];

fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("SVERKA_SAMPLES").map(PathBuf::from);
    assert!(folder.is_some() || std::env::var_os("CI").is_none(), "CI needs SVERKA_SAMPLES");
    if folder.is_none() {
        println!("skipped: no samples");
    }
    folder
}

fn read(config: &Config, source: &str, page: &str) -> Read {
    let source = config.source(source).unwrap();
    let reading = read_document(source, page.as_bytes(), "2026-04-08".parse().unwrap()).ok()?;
    let valued = reading
        .observations
        .iter()
        .filter_map(|o| Some((format!("{} {}", o.series, o.period), format!("{} {}", o.value?, o.unit))));
    Some((valued.collect(), reading.issues.len()))
}

#[test]
fn no_change_of_layout_moves_a_figure() {
    let Some(folder) = samples() else { return };
    let config = Config::builtin().unwrap();
    let mut wrong = Vec::new();
    for (path, source, changes) in PAGES {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let page =
            String::from_utf8(bytes).unwrap_or_else(|error| encoding_rs::WINDOWS_1251.decode(error.as_bytes()).0.into_owned());
        let (truth, told) = read(&config, source, &page).unwrap();
        for (what, from, to, then) in *changes {
            assert!(page.contains(from), "{path}: {what}");
            let got = read(&config, source, &page.replace(from, to));
            let (figures, issues) = got.clone().unwrap_or_default();
            let moved = figures.iter().filter(|(key, value)| truth.get(*key) != Some(value)).count();
            let fits = match then {
                Then::Same => figures == truth,
                Then::Refused => got.is_none(),
                Then::Told => got.is_none() || figures == truth || issues > told,
            };
            if moved > 0 || !fits {
                let lost = truth.len() - figures.len().min(truth.len());
                wrong.push(format!("{path}: {what}: {moved} moved, {lost} of {} lost, {issues} issues", truth.len()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
