//! The shared table of strings, its CONTINUE records, rich runs.

use super::{Book, mixed, record, wide, words};
use crate::parse::xls::record::kind;

/// A workbook whose cells A1, A2 … show the shared strings in turn.
fn shared(count: u32, style: u16, parts: &[Vec<u8>]) -> Book {
    let mut book = Book::new();
    for (index, part) in parts.iter().enumerate() {
        let head = if index == 0 { [count.to_le_bytes(), count.to_le_bytes()].concat() } else { Vec::new() };
        let kind = if index == 0 { kind::SST } else { kind::CONTINUE };
        book = book.global(record(kind, &[head, part.clone()].concat()));
    }
    let cell = |index: u32| mixed(kind::LABELSST, &[index as u16, 0, style], &index.to_le_bytes());
    book.sheet("a", 0, (0..count).map(cell).collect())
}

fn narrow(text: &[u8]) -> Vec<u8> {
    [words(&[text.len() as u16]), vec![0], text.to_vec()].concat()
}

/// A rich string: flags, number of runs, characters, runs.
fn rich(text: &str, runs: &[(u16, u16)]) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let runs: Vec<u16> = runs.iter().flat_map(|&(first, font)| [first, font]).collect();
    let count = (runs.len() / 2) as u16;
    [words(&[units.len() as u16]), vec![9], words(&[count]), words(&units), words(&runs)].concat()
}

fn texts(book: &Book) -> Vec<String> {
    book.rows().into_iter().flat_map(|row| row.cells).map(|cell| cell.text).collect()
}

#[test]
fn strings_go_on_in_continue_records() {
    let (wide_a, next) = (wide("январь"), wide("июль "));
    let cut = |at: usize, flags: &[u8]| {
        let (front, back) = wide_a.split_at(at);
        vec![front.to_vec(), [flags, back, &next].concat()]
    };
    // In the middle of characters, before the first, and between two strings (where no flags are repeated).
    for (at, flags) in [(7, &[1u8][..]), (3, &[1]), (wide_a.len(), &[])] {
        assert_eq!(texts(&shared(2, 0, &cut(at, flags))), ["январь", "июль "], "cut at {at}");
    }
    let eight_bit = narrow(b"January");
    let parts = vec![eight_bit[..6].to_vec(), [&[0], &eight_bit[6..], &next[..]].concat()];
    assert_eq!(texts(&shared(2, 0, &parts)), ["January", "июль "]);
    // A string may change its width, and be cut several times.
    let parts = vec![[words(&[5]), b"\0ab".to_vec()].concat(), [vec![1], words(&[0x0431])].concat(), b"\0de".to_vec()];
    assert_eq!(texts(&shared(1, 0, &parts)), ["abбde"]);
}

#[test]
fn eight_bit_characters_are_latin_1() {
    assert_eq!(texts(&shared(1, 0, &[narrow(&[b'm', 0xB3, 0xA0, 0xE9])])), ["m³\u{a0}é"]);
}

#[test]
fn superscript_runs_are_raised() {
    // Font 5 is superscript: it stands fifth, as there is no font 4.
    let cases = [
        (rich("год2", &[(3, 5)]), 0, "год²"),
        (rich("производства1,2", &[(12, 5)]), 0, "производства¹ʼ²"),
        (rich("млн м3 всего1)", &[(5, 5), (6, 0), (12, 5)]), 0, "млн м³ всего¹⁾"),
        (rich("год2", &[(3, 4)]), 0, "год2"),
        (rich("год2", &[(3, 3)]), 0, "год2"),
        (rich("год2", &[(3, 99)]), 0, "год2"),
        (rich("год2", &[(0, 5), (3, 0)]), 0, "год2"),
        (rich("12", &[(0, 5), (1, 0)]), 0, "¹2"),
        (rich("12", &[(9, 5)]), 0, "12"),
        (wide("12"), 2, "¹²"),
        (rich("12", &[(1, 0)]), 2, "¹2"),
    ];
    for (string, style, wanted) in cases {
        assert_eq!(texts(&shared(1, style, &[string])), [wanted]);
    }
}

#[test]
fn runs_and_phonetic_data_may_be_cut_anywhere() {
    let mut string = rich("год2", &[(3, 5)]);
    string[2] |= 4;
    string.splice(5..5, 6u32.to_le_bytes());
    string.extend([0xAA; 6]);
    let all = [string.clone(), narrow(b"next")].concat();
    for at in 17..string.len() {
        let parts = [all[..at].to_vec(), all[at..].to_vec()];
        assert_eq!(texts(&shared(2, 0, &parts)), ["год²", "next"], "cut at {at}");
    }
}

#[test]
fn labels_with_runs_of_their_own() {
    let string = [wide("год2"), words(&[1, 3, 5])].concat();
    let book = Book::new().sheet("a", 0, vec![mixed(kind::RSTRING, &[0, 0, 0], &string)]);
    assert_eq!(texts(&book), ["год²"]);
}

#[test]
fn results_of_formulas_go_on_in_continue_records() {
    let text = wide("январь");
    let result = [0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    let cells = vec![
        mixed(kind::FORMULA, &[0, 0, 0], &[&result[..], &[0; 8]].concat()),
        record(kind::STRING, &text[..7]),
        record(kind::CONTINUE, &[&[1], &text[7..]].concat()),
    ];
    assert_eq!(texts(&Book::new().sheet("a", 0, cells)), ["январь"]);
}
