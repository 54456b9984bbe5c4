//! Documents built from characters and formatting.

use super::fixture::{Doc, file, read, row_end, sprm};
use crate::parse::ParseError;
use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

const RAISED: [u8; 3] = [0x48, 0x2A, 1];
const HIDDEN: [u8; 3] = [0x3C, 0x08, 1];

#[test]
fn tables_and_paragraphs_in_order() {
    let doc = Doc::new()
        .text("Доходы", &[])
        .mark('\r', &[])
        .row(&["", "2017", ""], &[0, 1000, 2000, 3000], &[0x60, 1, 2])
        .row(&["", "I", "II"], &[0, 1000, 2000, 3000], &[0x20])
        .row(&["Уголь", "1,5", "2"], &[0, 1000, 2000, 3000], &[])
        .text("конец", &[])
        .mark('\r', &[])
        .row(&["другая"], &[0, 1000], &[]);
    let wanted = [
        "paragraph 1: Доходы",
        "table 1",
        "1: 1=2017 2=2017<1,1",
        "2: 1=I 2=II",
        "3: 0=Уголь 1=1,5 2=2",
        "paragraph 2: конец",
        "table 2",
        "1: 0=другая",
    ];
    assert_eq!(doc.read().unwrap(), wanted);
}

#[test]
fn characters_that_are_something_else() {
    let doc = Doc::new()
        .text("106,2", &[])
        .text("1)", &RAISED)
        .text(" a\u{1}b\u{1E}c\u{1F}d\u{B}e", &[])
        .text("hidden", &HIDDEN)
        .text("\u{13} PAGE \u{13} x \u{14}y\u{15}\u{14}7\u{15}", &[])
        .text("(", &sprm(0x6A09, &[0, 0, 0xB0, 0xF0]))
        .text("\u{1F600}", &[])
        .mark('\r', &[])
        .text("\u{13} open", &[])
        .mark('\r', &[])
        .text("next", &[])
        .mark('\r', &[]);
    assert_eq!(doc.read().unwrap(), ["paragraph 1: 106,2¹⁾ ab-cd\ne7°\u{1F600}", "paragraph 2: next"]);
}

#[test]
fn tables_within_tables_and_notes() {
    let depth = |depth: u32, more: &[u8]| [sprm(0x2416, &[1]), sprm(0x6649, &depth.to_le_bytes()), more.to_vec()].concat();
    let mut doc = Doc::new()
        .text("inner", &[])
        .mark('\r', &depth(2, &sprm(0x244B, &[1])))
        .mark('\r', &depth(2, &sprm(0x244C, &[1])))
        .text("outer\u{2}", &[])
        .mark('\u{7}', &depth(1, &[]))
        .mark('\u{7}', &[depth(1, &[]), row_end(&[0, 500], &[])].concat());
    doc.notes = "\u{2} a note\r".to_owned();
    let wanted = ["table 1", "1: 0=outer¹", "table 2", "1: 0=inner", "paragraph 1: ¹ a note"];
    assert_eq!(doc.read().unwrap(), wanted);
}

#[test]
fn compressed_text_is_western_unless_the_language_says_otherwise() {
    for (encoding, language, text) in
        [(WINDOWS_1252, 0x0419, "naïve – café"), (WINDOWS_1251, 0x0419, "Добыча угля"), (WINDOWS_1252, 0x0409, "çàé")]
    {
        let mut doc = Doc::new().text(text, &[]).mark('\r', &[]);
        (doc.compressed, doc.language) = (Some(encoding), language);
        assert_eq!(doc.read().unwrap(), [format!("paragraph 1: {text}")]);
    }
}

#[test]
fn what_is_no_document_of_word_97_is_refused_by_name() {
    let mut encrypted = Doc::new().text("x", &[]);
    encrypted.flags |= 0x0100;
    assert!(matches!(encrypted.read(), Err(ParseError::Encrypted)));
    let mut old = Doc::new();
    old.version = 104;
    let cases: [(Vec<u8>, &str); 5] = [
        (old.file(), "a document of Word 6 or 95 (version 104)"),
        (file(&[("/WordDocument", &[0xDC, 0xA5, 0x68, 0])]), "Word 6, 95 or older"),
        (file(&[("/Workbook", b"x")]), "an Excel workbook"),
        (file(&[("/WordDocument", &Doc::new().streams().0)]), "a stream `1Table`"),
        (b"<html>".to_vec(), "an HTML page"),
    ];
    for (bytes, wanted) in cases {
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

fn sample() -> Doc {
    let doc = Doc::new().text("a", &[]).mark('\r', &[]).row(&["", "2017"], &[0, 1000, 2000], &[0x60]);
    doc.text("1)", &RAISED).text("\u{13}x\u{14}y\u{15}", &[]).row(&["b", "1"], &[0, 1000, 2000], &[0x20, 1])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_documents_never_panic(places in prop::collection::vec((0usize..6144, any::<u8>()), 1..24), table in any::<bool>()) {
        let (mut main, mut tables) = sample().streams();
        let damaged = if table { &mut tables } else { &mut main };
        for (place, byte) in places {
            let length = damaged.len();
            damaged[place % length] = byte;
        }
        let _ = read(&file(&[("/WordDocument", &main), ("/1Table", &tables)]));
    }

    #[test]
    fn random_bytes_never_panic(head in any::<bool>(), bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        let (mut main, tables) = sample().streams();
        main.truncate(if head { 1024 } else { 0 });
        main.extend(&bytes);
        let _ = read(&file(&[("/WordDocument", &main), ("/1Table", &tables)]));
        let _ = read(&bytes);
    }
}
