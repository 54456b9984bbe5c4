//! Bytes that are not what they should be: an error with its place, or a reading, and never a panic.

use super::{Book, container, mixed, read, record, wide, words};
use crate::parse::ParseError;
use crate::parse::xls::record::kind;
use std::time::{Duration, Instant};

/// Rounds of the mutation test.
const ROUNDS: u64 = 2_000;

/// No mutated file may take longer.
const PATIENCE: Duration = Duration::from_secs(2);

fn tiny() -> Book {
    let strings = [wide("Индекс"), wide("январь")].concat();
    let table = [&[2, 0, 0, 0, 2, 0, 0, 0][..], &strings].concat();
    let label = |row, index: u32| mixed(kind::LABELSST, &[row, 0, 0], &index.to_le_bytes());
    let cells = vec![
        label(0, 0),
        label(1, 1),
        mixed(kind::RK, &[1, 1, 1], &(8260u32 << 2 | 3).to_le_bytes()),
        mixed(kind::NUMBER, &[2, 1, 0], &1.5f64.to_le_bytes()),
        mixed(kind::MERGEDCELLS, &[1, 0, 0, 0, 1], &[]),
    ];
    Book::new().global(record(kind::SST, &table)).sheet("f.trade", 0, cells)
}

fn error(result: Result<Vec<(crate::parse::Table, Vec<crate::parse::Row>)>, ParseError>) -> String {
    result.expect_err("an error").to_string()
}

#[test]
fn the_tiny_workbook_is_read() {
    let wanted = ["A1 Индекс", "B1 Индекс < A1", "A2 январь", "B2 82.6 (82.6)", "B3 1.5 (1.5)"];
    assert_eq!(tiny().cells(), wanted);
}

#[test]
fn other_files_are_named() {
    let bof5 = [mixed(kind::BOF, &[0x0500, 5], &[0; 4]), record(kind::EOF, &[])].concat();
    let cases = [
        (b"\n <!DOCTYPE html><html>".to_vec(), "an HTML page"),
        (b"\xEF\xBB\xBF<HTML>".to_vec(), "an HTML page"),
        (b"PK\x03\x04rest".to_vec(), "a ZIP archive"),
        (Vec::new(), "an empty file"),
        (b"12345678".to_vec(), "bytes 3132333435363738"),
        (container("/Book", &bof5), "BIFF5"),
        (container("/Workbook", &bof5), "BIFF5"),
        (container("/WordDocument", b"x"), "a Word document"),
        (tiny().file()[..700].to_vec(), "OLE2 container"),
    ];
    for (bytes, wanted) in cases {
        let text = error(read(&bytes));
        assert!(text.contains(wanted), "{text}");
    }
}

#[test]
fn encrypted_workbooks_are_named() {
    let book = tiny().global(record(kind::FILEPASS, &[1, 0, 1, 0]));
    assert!(matches!(book.read(), Err(ParseError::Encrypted)));
    assert!(matches!(read(&container("/EncryptedPackage", b"x")), Err(ParseError::Encrypted)));
}

#[test]
fn broken_records_are_named() {
    let text_result = [&words(&[0, 0, 0])[..], &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF], &[0; 8]].concat();
    let cases = [
        (record(kind::NUMBER, &[0; 13]), "record NUMBER (0x0203)", "found the end after 13 bytes"),
        (mixed(kind::LABELSST, &[0, 0, 0], &[9, 0, 0, 0]), "record LABELSST", "found string 9"),
        (mixed(kind::RK, &[0, 0, 77], &[0; 4]), "record RK", "found style 77"),
        (mixed(kind::LABEL, &[0, 0, 0], &wide("abc")[..8]), "record LABEL", "cut in two after 2 of 3"),
        (mixed(kind::MULRK, &[0, 3, 0, 0, 0, 4], &[]), "record MULRK", "found 1 cells"),
        (mixed(kind::BOOLERR, &[0, 0, 0], &[9, 1]), "record BOOLERR", "found error 0x09"),
        (mixed(kind::NUMBER, &[0, 0, 0], &f64::NAN.to_le_bytes()), "record NUMBER", "found NaN"),
        (mixed(kind::MERGEDCELLS, &[1, 5, 4, 0, 0], &[]), "record MERGEDCELLS", "rows 5 to 4"),
        (mixed(kind::MERGEDCELLS, &[2, 0, 1, 0, 0], &[]), "record MERGEDCELLS", "expected 2 more"),
        (record(kind::STRING, &wide("x")), "record STRING", "expected a formula before it"),
        (record(kind::FORMULA, &text_result), "record EOF", "the text of the formula before it"),
        (vec![3, 2, 255, 255], "record NUMBER", "expected 65535 bytes"),
    ];
    for (cell, place, what) in cases {
        let text = error(Book::new().sheet("2020", 0, vec![cell]).read());
        assert!(text.starts_with("sheet \"2020\", ") && text.contains(place) && text.contains(what), "{text}");
    }
}

#[test]
fn sheets_have_records_of_their_own() {
    let mut stream = tiny().sheet("second", 0, Vec::new()).stream();
    let entries: Vec<usize> = (0..stream.len()).filter(|&at| stream[at..].starts_with(&[0x85, 0])).collect();
    let first = stream[entries[0] + 4..entries[0] + 8].to_vec();
    stream[entries[1] + 4..entries[1] + 8].copy_from_slice(&first);
    assert!(error(read(&container("/Workbook", &stream))).contains("found records of another sheet"));
    stream[entries[1] + 4..entries[1] + 8].copy_from_slice(&[0xFF; 4]);
    assert!(error(read(&container("/Workbook", &stream))).contains("offset 0xFFFFFFFF"));
    stream[entries[1] + 4..entries[1] + 8].copy_from_slice(&[0; 4]);
    assert!(error(read(&container("/Workbook", &stream))).contains("expected a worksheet"));
}

#[test]
fn a_truncated_stream_is_an_error_wherever_it_ends() {
    let stream = tiny().stream();
    for length in 0..stream.len() {
        let text = error(read(&container("/Workbook", &stream[..length])));
        assert!(text.contains("expected"), "{length}: {text}");
    }
}

#[test]
fn overlapping_merges_are_bounded() {
    let label = |row, column| mixed(kind::LABEL, &[row, column, 0], &wide("x"));
    let one = [0, 65535, 0, 255];
    let merges: Vec<u16> = std::iter::once(1000).chain(one.iter().copied().cycle().take(4000)).collect();
    let cells = vec![label(0, 0), label(65535, 255), mixed(kind::MERGEDCELLS, &merges, &[])];
    let text = error(Book::new().sheet("a", 0, cells).read());
    assert!(text.contains("the area of its merges exceeds the limit"), "{text}");
}

/// Random numbers for the mutations (splitmix64).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[test]
fn mutated_files_give_a_reading_or_an_error() {
    let (file, stream) = (tiny().file(), tiny().stream());
    let mut state = 20_261_123;
    for round in 0..ROUNDS {
        let mut bytes = if round % 2 == 0 { file.clone() } else { stream.clone() };
        for _ in 0..=random(&mut state) % 8 {
            let at = random(&mut state) as usize % bytes.len();
            bytes[at] = random(&mut state) as u8;
        }
        if random(&mut state).is_multiple_of(4) {
            bytes.truncate(random(&mut state) as usize % bytes.len());
        }
        let bytes = if round % 2 == 0 { bytes } else { container("/Workbook", &bytes) };
        let start = Instant::now();
        let _either = read(&bytes);
        assert!(start.elapsed() < PATIENCE, "round {round} took {:?}", start.elapsed());
    }
}
