//! Sentences of real press releases. Their markup is taken off here in the simplest way: a paragraph ends where a block does.

use super::prose::{prose, read_texts, sentences};
use crate::parse::samples::samples;
use encoding_rs::{UTF_8, WINDOWS_1251};

/// The texts between tags; `</p>`, `</td>` and the like end one.
fn texts(html: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        if ["/p", "/td", "/tr", "/div", "/h"].iter().any(|end| tag.to_lowercase().starts_with(end)) {
            texts.push(String::new());
        }
        if let Some(last) = texts.last_mut() {
            last.push_str(&text.replace("&nbsp;", "\u{a0}"));
        }
    }
    texts.retain(|text| !text.trim().is_empty());
    texts
}

#[test]
fn press_releases() {
    let Some(folder) = samples() else { return };
    let week = "За период {days} индекс потребительских цен* составил {value}{unit}";
    let since = "За период {days} индекс потребительских цен*, с начала года - {value}{unit}";
    let rate = "Уровень безработицы*в {month} {year} составил {value}{unit}";
    let weekly =
        sentences(vec![prose("cpi-week", week, "rosstat.cpi.all.ru.wow.w"), prose("cpi-dec", since, "rosstat.cpi.all.ru.dec.w")]);
    let labour = sentences(vec![prose("rate", rate, "rosstat.labour.unemployment-rate-text.ru.level.m")]);
    let cases = [
        (
            "rosstat/press-release-2026/2026-09-02/weekly_cpi_excerpt.html",
            UTF_8,
            &weekly,
            vec!["rosstat.cpi.all.ru.dec.w 2026-08-25/2026-08-31 104.67", "rosstat.cpi.all.ru.wow.w 2026-08-25/2026-08-31 99.99"],
        ),
        (
            "rosstat/press-release-2018/2018-09-02/13.htm",
            WINDOWS_1251,
            &labour,
            vec!["rosstat.labour.unemployment-rate-text.ru.level.m 2017-12 5.1"],
        ),
        (
            "rosstat/press-release-2018/2018-09-02/57.htm",
            WINDOWS_1251,
            &labour,
            vec!["rosstat.labour.unemployment-rate-text.ru.level.m 2018-02 5.0"],
        ),
    ];
    for (path, charset, mapping, wanted) in cases {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let texts = texts(&charset.decode(&bytes).0);
        let reading = read_texts(mapping, &texts.iter().map(String::as_str).collect::<Vec<_>>())
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let said = |o: &crate::model::Observation| format!("{} {} {}", o.series, o.period, o.value.unwrap());
        assert_eq!(reading.observations.iter().map(said).collect::<Vec<_>>(), wanted, "{path}: {:?}", reading.issues);
    }
}
