//! Documents described by what stands where on their pages.

use super::write::{Sheet, pdf};
use crate::parse::{Format, ParseError, seen};
use proptest::prelude::*;
use std::io::Cursor;

/// Height of the text, and so of a blank half of it.
const SIZE: f64 = 10.0;

fn says(pages: &[Sheet], wanted: &[&str]) {
    assert_eq!(seen::lines(Format::Pdf, &pdf(pages)).unwrap(), wanted);
}

fn refuses(bytes: &[u8]) -> ParseError {
    super::parse(&mut Cursor::new(bytes), &mut |_| ()).unwrap_err()
}

/// A row: its label at the left, figures that end at the given places.
fn row(sheet: Sheet, y: f64, label: &str, figures: &[(f64, &str)]) -> Sheet {
    figures.iter().fold(sheet.text(52.0, y, SIZE, label), |sheet, (x, figure)| sheet.figure(*x, y, SIZE, figure))
}

const XS: [f64; 4] = [50.0, 250.0, 330.0, 410.0];

#[test]
fn rules_close_cells_and_merge_where_they_are_missing() {
    let sheet = Sheet::default()
        .grid(&XS, &[100.0, 140.0, 160.0, 190.0])
        .rule((50.0, 90.0), (410.0, 90.0))
        .rule((50.0, 90.0), (50.0, 100.0))
        .rule((250.0, 90.0), (250.0, 100.0))
        .rule((410.0, 90.0), (410.0, 100.0))
        .text(300.0, 98.0, SIZE, "В % к")
        .text(270.0, 115.0, SIZE, "июлю")
        .text(265.0, 130.0, SIZE, "2019 г.")
        .text(350.0, 115.0, SIZE, "июню")
        .text(52.0, 155.0, SIZE, "Добыча угля")
        .figure(325.0, 155.0, SIZE, "92,9")
        .text(325.0, 151.0, 6.0, "1)")
        .figure(405.0, 155.0, SIZE, "−3,1")
        .text(52.0, 173.0, SIZE, "Обрабатывающие")
        .text(52.0, 185.0, SIZE, "производства")
        .figure(325.0, 185.0, SIZE, "1 096,7")
        .figure(405.0, 185.0, SIZE, "…");
    let wanted = [
        "# ",
        "1: 1=В % к | 2=В % к",
        "2: 1=июлю\n2019 г. | 2=июню",
        "3: 0=Добыча угля | 1=92,9¹⁾ | 2=−3,1",
        "4: 0=Обрабатывающие\nпроизводства | 1=1 096,7 | 2=…",
    ];
    says(&[sheet], &wanted);
}

#[test]
fn cells_of_several_rows_keep_their_columns() {
    let heads = Sheet::default()
        .grid(&[50.0, 150.0], &[100.0, 140.0])
        .grid(&[150.0, 330.0], &[100.0, 120.0])
        .grid(&[150.0, 240.0, 330.0], &[120.0, 140.0])
        .grid(&[330.0, 410.0], &[100.0, 140.0])
        .text(220.0, 115.0, SIZE, "В % к")
        .text(160.0, 135.0, SIZE, "июлю")
        .text(250.0, 135.0, SIZE, "июню")
        .text(340.0, 115.0, SIZE, "Год");
    let sheet =
        row(heads.grid(&[50.0, 150.0, 240.0, 330.0, 410.0], &[140.0, 160.0]), 155.0, "уголь", &[(235.0, "441"), (325.0, "402")]);
    let wanted = ["# ", "1: 1=В % к | 2=В % к | 3=Год", "2: 1=июлю | 2=июню | 3=Год", "3: 0=уголь | 1=441 | 2=402"];
    says(&[sheet.figure(405.0, 155.0, SIZE, "5")], &[&wanted[..3], &["3: 0=уголь | 1=441 | 2=402 | 3=5"]].concat());
}

#[test]
fn notes_in_a_cell_are_paragraphs_and_cut_words_are_whole() {
    let sheet = Sheet::default()
        .grid(&[50.0, 92.0, 410.0], &[90.0, 150.0])
        .text(51.5, 105.0, SIZE, "зарубежь")
        .text(51.5, 117.0, SIZE, "я")
        .text(95.0, 105.0, SIZE, "1) Предварительные данные.")
        .text(95.0, 117.0, SIZE, "2) В процентах к соответствующему периоду, в действовавших")
        .text(95.0, 129.0, SIZE, "ценах.");
    let wanted =
        "1: 0=зарубежья | 1=1) Предварительные данные.\n2) В процентах к соответствующему периоду, в действовавших ценах.";
    says(&[sheet], &["# ", wanted]);
}

#[test]
fn a_head_between_two_rules_is_one_row() {
    let head = Sheet::default()
        .rule((50.0, 90.0), (410.0, 90.0))
        .figure(325.0, 105.0, SIZE, "Янв-")
        .figure(405.0, 105.0, SIZE, "Год")
        .figure(325.0, 115.0, SIZE, "июль")
        .figure(405.0, 115.0, SIZE, "Year")
        .rule((50.0, 120.0), (410.0, 120.0));
    let sheet = row(head, 140.0, "1999", &[(325.0, "441,0"), (405.0, "1 402,0")]);
    let sheet = row(sheet, 155.0, "2000", &[(325.0, "560,1"), (405.0, "1 512,7")]);
    says(&[sheet], &["# ", "1: 1=Янв-июль | 2=Год Year", "2: 0=1999 | 1=441,0 | 2=1 402,0", "3: 0=2000 | 1=560,1 | 2=1 512,7"]);
}

#[test]
fn headings_and_notes_may_stand_between_a_head_and_its_figures() {
    let head = Sheet::default()
        .rule((50.0, 90.0), (410.0, 90.0))
        .figure(325.0, 105.0, SIZE, "2019")
        .figure(405.0, 105.0, SIZE, "2020")
        .rule((50.0, 110.0), (410.0, 110.0))
        .text(52.0, 125.0, SIZE, "______________")
        .text(52.0, 150.0, SIZE, "1) Начиная с первого квартала данные приведены с учетом сведений всех")
        .text(52.0, 160.0, SIZE, "организаций.")
        .text(52.0, 200.0, SIZE, "Добыча, млн тонн");
    let sheet = row(head, 220.0, "уголь", &[(325.0, "441,0"), (405.0, "1 402,0")]);
    let sheet = row(sheet, 235.0, "нефть", &[(325.0, "560,1"), (405.0, "1 512,7")]);
    // the next page goes on without a head; its figures are narrower
    let next = row(Sheet::default(), 60.0, "газ", &[(325.0, "7"), (405.0, "8")]);
    let next = row(next, 75.0, "торф", &[(325.0, "1"), (405.0, "2")]);
    let note = "1) Начиная с первого квартала данные приведены с учетом сведений всех организаций.";
    let note = format!("2: 0={note} | 1={note} | 2={note}");
    let wanted = [
        "# ",
        "1: 1=2019 | 2=2020",
        &note,
        "3: 0=Добыча, млн тонн",
        "4: 0=уголь | 1=441,0 | 2=1 402,0",
        "5: 0=нефть | 1=560,1 | 2=1 512,7",
        "6: 0=газ | 1=7 | 2=8",
        "7: 0=торф | 1=1 | 2=2",
    ];
    says(&[sheet, next], &wanted);
}

#[test]
fn rows_below_a_ruled_head_keep_to_its_columns() {
    let sheet = Sheet::default().grid(&XS, &[100.0, 120.0]).text(270.0, 115.0, SIZE, "2019").text(350.0, 115.0, SIZE, "2020");
    let sheet = row(sheet, 140.0, "Всего", &[(325.0, "103,3"), (405.0, "97,9")]);
    let sheet = sheet.text(165.0, 155.0, SIZE, "Добыча полезных ископаемых");
    // the second word of the label does not fit behind the first line, which ends near the edge
    let sheet = sheet.text(52.0, 170.0, SIZE, "Добыча сырой нефти и природного газа,");
    let sheet = row(sheet, 182.0, "млн тонн", &[(325.0, "560"), (405.0, "512")]);
    let sheet = row(sheet, 197.0, "уголь", &[(325.0, "441"), (405.0, "402")]);
    let sheet = sheet.text(52.0, 225.0, SIZE, "Источник: сведения организаций, которые отвечают на вопросы этой формы.");
    let wanted = [
        "# ",
        "1: 1=2019 | 2=2020",
        "2: 0=Всего | 1=103,3 | 2=97,9",
        "3: 0=Добыча полезных ископаемых | 1=Добыча полезных ископаемых | 2=Добыча полезных ископаемых",
        "4: 0=Добыча сырой нефти и природного газа, млн тонн | 1=560 | 2=512",
        "5: 0=уголь | 1=441 | 2=402",
        "> Источник: сведения организаций, которые отвечают на вопросы этой формы.",
    ];
    says(&[sheet], &wanted);
}

#[test]
fn without_rules_columns_are_where_figures_stand_below_each_other() {
    let sheet =
        Sheet::default().text(52.0, 80.0, SIZE, "Производство важнейших видов продукции").figure(325.0, 100.0, SIZE, "2019");
    let sheet = row(sheet.figure(405.0, 100.0, SIZE, "2020"), 115.0, "Уголь, млн тонн", &[(325.0, "1 441"), (405.0, "402,0")]);
    let sheet = row(sheet, 130.0, "Нефть", &[(325.0, "560"), (405.0, "512,7")]);
    let wanted = [
        "> Производство важнейших видов продукции",
        "# ",
        "1: 1=2019 | 2=2020",
        "2: 0=Уголь, млн тонн | 1=1 441 | 2=402,0",
        "3: 0=Нефть | 1=560 | 2=512,7",
    ];
    says(&[sheet], &wanted);
}

#[test]
fn numbers_a_blank_apart_are_one_only_if_the_blank_is_drawn() {
    // the label and the first figure are as far apart as a drawn blank would be
    let line = |sheet: Sheet, y: f64, date: &str, figures: [&str; 2]| {
        sheet.text(52.0, y, SIZE, date).text(104.5, y, SIZE, figures[0]).figure(250.0, y, SIZE, figures[1])
    };
    let sheet = line(Sheet::default(), 100.0, "01.12.2020", ["582 676", "449 006"]);
    let sheet = line(sheet, 115.0, "01.11.2020", ["582 845", "444 188"]);
    says(&[sheet], &["# ", "1: 0=01.12.2020 | 1=582 676 | 2=449 006", "2: 0=01.11.2020 | 1=582 845 | 2=444 188"]);
    // in one cell they stay two
    let sheet = Sheet::default()
        .grid(&[50.0, 150.0, 300.0], &[90.0, 110.0])
        .text(52.0, 105.0, SIZE, "уголь")
        .text(155.0, 105.0, SIZE, "123");
    says(&[sheet.text(185.0, 105.0, SIZE, "456")], &["# ", "1: 0=уголь | 1=123 | 456"]);
}

#[test]
fn a_table_goes_on_over_pages() {
    let page = |number: u32, label: &str, figure: &str| {
        let sheet = Sheet::default().text(290.0, 30.0, SIZE, &number.to_string()).grid(&XS, &[60.0, 80.0, 100.0]);
        row(
            sheet.text(270.0, 75.0, SIZE, "2019").text(350.0, 75.0, SIZE, "2020"),
            95.0,
            label,
            &[(325.0, figure), (405.0, "1,0")],
        )
    };
    let wanted = ["> 15", "# ", "1: 1=2019 | 2=2020", "2: 0=уголь | 1=441 | 2=1,0", "3: 0=нефть | 1=560 | 2=1,0"];
    says(&[page(15, "уголь", "441"), page(16, "нефть", "560")], &wanted);
    // other columns are another table
    let other = Sheet::default()
        .grid(&[50.0, 200.0, 300.0, 410.0], &[60.0, 80.0])
        .text(60.0, 75.0, SIZE, "газ")
        .text(210.0, 75.0, SIZE, "7");
    let wanted = ["> 15", "# ", "1: 1=2019 | 2=2020", "2: 0=уголь | 1=441 | 2=1,0", "# ", "1: 0=газ | 1=7"];
    says(&[page(15, "уголь", "441"), other], &wanted);
}

#[test]
fn pages_are_named() {
    let sheet = |y: f64| {
        Sheet::default().text(52.0, y, SIZE, "Сведения за год").grid(&XS, &[100.0, 120.0]).text(60.0, 115.0, SIZE, "уголь")
    };
    let mut places = Vec::new();
    super::parse(&mut Cursor::new(pdf(&[sheet(80.0), sheet(60.0)])), &mut |event| match event {
        crate::parse::Event::Table(table) => places.push(crate::parse::locator(&table, 1, 0)),
        crate::parse::Event::Paragraph { locator, .. } => places.push(locator),
        crate::parse::Event::Row(_) => {}
    })
    .unwrap();
    let wanted =
        ["page 1, paragraph 1", "page 1, table 1, row 1, column 1", "page 2, paragraph 2", "page 2, table 2, row 1, column 1"];
    assert_eq!(places, wanted);
}

#[test]
fn lines_are_joined_where_the_next_word_would_not_have_fitted() {
    let lines = [
        "    Индекс промышленного производства в октябре составил в сравнении с",
        "соответствующим периодом предыдущего года 100,0%, в социально-",
        "экономическом положении существенных перемен нет.",
        "    Производство угля выросло.",
    ];
    let sheet = (0..).zip(lines).fold(Sheet::default(), |sheet, (n, line)| {
        let indent = if line.starts_with(' ') { 20.0 } else { 0.0 };
        sheet.text(50.0 + indent, 100.0 + 12.0 * f64::from(n), SIZE, line.trim())
    });
    let wanted = [
        "> Индекс промышленного производства в октябре составил в сравнении с соответствующим периодом предыдущего года 100,0%, в \
         социально-экономическом положении существенных перемен нет.",
        "> Производство угля выросло.",
    ];
    says(&[sheet], &wanted);
}

#[test]
fn a_line_over_the_edge_of_the_page_is_whole() {
    let sheet = Sheet::default().text(440.0, 100.0, SIZE, "Численность безработных снизилась на 0,4%, до 3,9 млн человек");
    let sheet = sheet.text(50.0, 100.0, SIZE, "За месяц").text(650.0, 200.0, SIZE, "скрыто");
    says(&[sheet], &["> За месяц Численность безработных снизилась на 0,4%, до 3,9 млн человек"]);
}

#[test]
fn turned_heads_and_doubled_letters_are_read_once() {
    let sheet = Sheet::default()
        .grid(&XS, &[50.0, 120.0, 140.0])
        .upright(280.0, 118.0, SIZE, "2019 год")
        .text(350.0, 110.0, SIZE, "2020");
    let sheet = sheet.text(350.3, 110.0, SIZE, "2020");
    let sheet = row(sheet, 135.0, "уголь", &[(325.0, "441"), (405.0, "402")]);
    says(&[sheet], &["# ", "1: 1=2019 год | 2=2020", "2: 0=уголь | 1=441 | 2=402"]);
}

#[test]
fn numbers_in_prose_make_no_table() {
    let sheet = Sheet::default()
        .text(50.0, 100.0, SIZE, "В     2019 году добыча нефти составила   560")
        .text(50.0, 112.0, SIZE, "млн тонн, в     2020 году ее было    512")
        .text(50.0, 124.0, SIZE, "млн тонн.");
    assert!(seen::lines(Format::Pdf, &pdf(&[sheet])).unwrap().iter().all(|line| line.starts_with("> ")));
}

#[test]
fn what_cannot_be_read_says_why() {
    let image = "q 500 0 0 500 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \u{7f} EI Q";
    let scanned = refuses(&pdf(&[Sheet::default().raw(image)]));
    assert!(matches!(&scanned, ParseError::ImageOnly { .. }), "{scanned}");
    let layer = refuses(&pdf(&[Sheet::default().raw(image).raw("3 Tr").text(50.0, 100.0, SIZE, "уголь 441")]));
    assert!(layer.to_string().contains("hidden text layer"), "{layer}");
    let blank = refuses(&pdf(&[Sheet::default()]));
    assert_eq!(blank.to_string(), "document: expected text, found pages without text and pictures");
    let none = refuses(b"%PDF-1.7 and nothing else");
    assert_eq!(none.to_string(), "document: expected a PDF, found bytes that are no PDF, or a damaged one");
    // a font without a table of meanings
    let text = String::from_utf8(pdf(&[Sheet::default().text(50.0, 100.0, SIZE, "уголь")])).unwrap();
    let mute = refuses(text.replace("/ToUnicode 5 0 R", "                ").as_bytes());
    assert!(mute.to_string().starts_with("document: expected fonts that say what"), "{mute}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Damaged documents give an error or a reading, and come to an end.
    #[test]
    fn damage_is_survived(places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let sheet = Sheet::default().grid(&XS, &[100.0, 120.0]).text(60.0, 115.0, SIZE, "уголь").figure(325.0, 115.0, SIZE, "441,0");
        let mut bytes = pdf(&[sheet.clone(), sheet]);
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = super::parse(&mut Cursor::new(bytes), &mut |_| ());
    }
}
