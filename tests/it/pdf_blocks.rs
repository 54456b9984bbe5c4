//! Built-in sources whose documents are PDF, over pages drawn here as the publishers lay them out, with figures on record.

#[path = "../../src/parse/pdf/write.rs"]
#[allow(dead_code)] // the writer draws more than these pages need
pub mod write;

use sverka::config::Config;
use sverka::pipeline::read_document;
use write::{Sheet, pdf};

/// Height of the text.
const SIZE: f64 = 8.0;
/// From line to line.
const LEADING: f64 = 9.0;

/// Edges of the columns of the table of main indicators.
const XS: [f64; 9] = [50.0, 230.0, 278.0, 326.0, 374.0, 422.0, 470.0, 518.0, 566.0];
/// Edges of the rows of its head.
const YS: [f64; 4] = [100.0, 112.0, 124.0, 190.0];

/// Its head: columns, rows, and what the cell says; `/` begins a line.
const HEAD: &str = "\
0-1 0-3 :
1-2 0-3 : Октябрь/2017г.
2-4 0-1 : В % к
2-3 1-3 : октябрю/2016г.
3-4 1-3 : сентябрю/2017г.
4-5 0-3 : Январь-/октябрь/2017г./в % к/январю-/октябрю/2016г.
5-8 0-1 : Справочно
5-7 1-2 : октябрь 2016г. в % к
5-6 2-3 : октябрю/2015г.
6-7 2-3 : сентябрю/2016г.
7-8 1-3 : январь-/октябрь/2016г./в % к/январю-/октябрю/2015г.";

/// Its rows, as published in November 2017.
const ROWS: &str = "\
Индекс промышленного/производства | | 100,0 | 105,7 | 101,6 | 101,6 | 106,6 | 101,2
Продукция сельского хозяйства,/млрд.рублей | 733,8 | 97,5 | 64,7 | 102,9 | 104,3 | 72,0 | 104,6
Грузооборот транспорта, млрд.т-км | 486,9 | 106,4 | 107,5 | 106,7 | 99,5 | 104,1 | 101,5
Оборот розничной торговли,/млрд.рублей | 2585,4 | 103,0 | 100,2 | 100,8 | 95,7 | 100,3 | 95,5
Объем платных услуг населению,/млрд.рублей | 751,3 | 100,3 | 100,7 | 100,2 | 99,2 | 100,5 | 99,5
Индекс потребительских цен | | 102,7 | 100,2 | 103,9 | 106,1 | 100,4 | 107,4
Индекс цен производителей/промышленных товаров | | 107,6 | 101,2 | 107,5 | 102,8 | 100,4 | 104,0
Среднемесячная начисленная/заработная плата работников/организаций:/номинальная, рублей | 38275 | 107,1 | 100,5 | 107,0 | 106,5 | 99,8 | 107,7
реальная | | 104,3 | 100,3 | 103,0 | 100,4 | 99,4 | 100,3";

/// A closed cell with its lines.
fn cell(sheet: Sheet, (left, right): (f64, f64), (top, bottom): (f64, f64), text: &str) -> Sheet {
    let lines = text.split('/').zip(1..);
    let sheet = sheet.grid(&[left, right], &[top, bottom]);
    lines.fold(sheet, |sheet, (line, at)| sheet.text(left + 4.0, top + LEADING * f64::from(at), SIZE, line))
}

fn ends(span: &str, edges: &[f64]) -> (f64, f64) {
    let (first, last) = span.split_once('-').unwrap();
    (edges[first.parse::<usize>().unwrap()], edges[last.parse::<usize>().unwrap()])
}

/// A row that begins at `top`: its label, and figures beside the last line of it.
fn row(sheet: Sheet, top: f64, text: &str) -> (Sheet, f64) {
    let cells: Vec<&str> = text.split('|').map(str::trim).collect();
    let bottom = top + LEADING * cells[0].split('/').count() as f64 + 4.0;
    let mut sheet = cell(sheet.grid(&XS, &[top, bottom]), (XS[0], XS[1]), (top, bottom), cells[0]);
    for (figure, edge) in cells[1..].iter().zip(&XS[2..]) {
        sheet = sheet.figure(edge - 4.0, bottom - 4.0, SIZE, figure);
    }
    (sheet, bottom)
}

/// The page with the table of main indicators.
fn main_indicators(rows: &str) -> Sheet {
    let head = HEAD.lines().fold(Sheet::default(), |sheet, line| {
        let (place, text) = line.split_once(" :").unwrap();
        let (columns, rows) = place.split_once(' ').unwrap();
        cell(sheet, ends(columns, &XS), ends(rows, &YS), text.trim())
    });
    let title = head.text(150.0, 80.0, 12.0, "ОСНОВНЫЕ ПОКАЗАТЕЛИ");
    rows.lines().fold((title, YS[3]), |(sheet, top), line| row(sheet, top, line)).0
}

/// A page of lines.
fn lines(lines: &[&str]) -> Sheet {
    lines.iter().zip(1..).fold(Sheet::default(), |sheet, (line, at)| sheet.text(60.0, 60.0 + 24.0 * f64::from(at), 14.0, line))
}

/// A page of one paragraph, broken into lines of this many characters.
fn paragraph(text: &str, width: usize) -> Sheet {
    let mut set = vec![String::new()];
    for word in text.split(' ') {
        let line = set.last_mut().unwrap();
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            set.push(word.to_string());
        } else {
            line.extend((!line.is_empty()).then_some(' '));
            line.push_str(word);
        }
    }
    let lines = set.iter().zip(1..);
    lines.fold(Sheet::default(), |sheet, (line, at)| sheet.text(60.0, 60.0 + 12.0 * f64::from(at), 10.0, line))
}

/// Figures as `series period value unit`, and issues, of a document as a built-in source reads it.
fn read(source: &str, pages: &[Sheet]) -> Result<(Vec<String>, Vec<String>), String> {
    let config = Config::builtin().unwrap();
    let source = config.source(source).unwrap();
    let reading = read_document(source, &pdf(pages), "2026-01-15".parse().unwrap()).map_err(|error| error.to_string())?;
    let shown = |o: &sverka::model::Observation| format!("{} {} {} {}", o.series, o.period, o.value.unwrap(), o.unit);
    let mut figures: Vec<String> = reading.observations.iter().map(shown).collect();
    figures.sort();
    Ok((figures, reading.issues.iter().map(ToString::to_string).collect()))
}

/// The sentence on prices of producers in the report of July 2026.
const PRICES: &str = "Индекс цен производителей промышленных товаров в июле 2026 г. относительно предыдущего месяца, по \
                      предварительным данным, составил 97,5%.";

/// Cover and contents of a review.
fn review() -> [Sheet; 2] {
    let cover =
        ["Индексы ИПЕМ", "Мониторинг состояния промышленности", "МАЙ 2020", "ИПЕМ-производство -9,7%", "ИПЕМ-спрос -9,5%"];
    let contents = ["Основные выводы", "ИПЕМ-спрос", "- Добывающие отрасли", "- Низкотехнологичные отрасли", "Методология"];
    [lines(&cover), lines(&contents)]
}

/// Documents in the layouts of sources, by source.
pub fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let report = [main_indicators(ROWS), paragraph(PRICES, 60)];
    vec![("rosstat-osn-pdf", pdf(&report)), ("ipem-review-2020-05", pdf(&review()))]
}

#[test]
fn main_indicators_of_the_monthly_report() {
    let (figures, issues) = read("rosstat-osn-pdf", &[main_indicators(ROWS), paragraph(PRICES, 60)]).unwrap();
    assert!(issues.is_empty(), "{issues:#?}");
    for wanted in [
        "rosstat.osn.ipi.ru.yoy.ytd 2017-01/2017-10 101.6 percent",
        "rosstat.osn.ipi.ru.yoy.m 2016-10 101.6 percent",
        "rosstat.osn.ipi.ru.mom.m 2016-10 106.6 percent",
        "rosstat.osn.ipi.ru.yoy.ytd 2016-01/2016-10 101.2 percent",
        "rosstat.osn.agriculture.ru.level.m 2017-10 733.8 RUB billion",
        "rosstat.osn.freight.ru.yoy.ytd 2017-01/2017-10 106.7 percent",
        "rosstat.osn.ppi.ru.mom.m 2026-07 97.5 percent",
    ] {
        assert!(figures.iter().any(|figure| figure == wanted), "{wanted}: {figures:#?}");
    }
    assert_eq!(figures.len(), 7 * 4 + 4 + 1, "{figures:#?}");
    assert!(!figures.iter().any(|figure| figure.contains(".wage.")), "wages are of another month");
}

#[test]
fn a_report_without_the_table_is_refused() {
    let error = read("rosstat-osn-pdf", &[paragraph(PRICES, 60)]).unwrap_err();
    assert!(error.contains("growth"), "{error}");
}

#[test]
fn the_first_page_of_a_review_of_industry() {
    let (figures, issues) = read("ipem-review-2020-05", &review()).unwrap();
    let wanted = ["ipem.demand.total.ru.growth.m 2020-05 -9.5 percent", "ipem.production.total.ru.growth.m 2020-05 -9.7 percent"];
    assert_eq!(figures, wanted);
    assert!(issues.is_empty(), "{issues:?}");
}

#[test]
fn every_pdf_that_a_paper_cites_has_a_source() {
    let lines: Vec<&str> = include_str!("../../papers/an-2023/paper.toml").lines().collect();
    let cited: Vec<_> = lines.windows(2).filter(|pair| pair[0].starts_with("url = ") && pair[0].ends_with(".pdf\"")).collect();
    assert_eq!(cited.len(), 10);
    for pair in cited {
        assert!(pair[1].starts_with("source = "), "{}", pair[0]);
    }
}
