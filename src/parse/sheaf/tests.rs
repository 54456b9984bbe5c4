use super::*;
use proptest::prelude::*;

/// Rows as they were bound, and as they are told again.
fn round(rows: &[(u32, Vec<(u32, String)>)]) -> Vec<(u32, Vec<(u32, String)>)> {
    let mut sheaves = Vec::new();
    let mut sink = |sheaf| sheaves.push(sheaf);
    let mut binder = Binder::new(&mut sink);
    binder.table(Table { number: 1, ..Table::default() });
    for (number, cells) in rows {
        let mut cells = cells.iter().map(|(column, text)| (*column, text.as_bytes()));
        binder.row(*number, &mut cells, |bytes| String::from_utf8_lossy(bytes).into_owned());
    }
    binder.end(false);
    let (mut book, mut last, mut told, mut cells) = (Book::default(), 0, Vec::new(), Vec::new());
    for sheaf in &sheaves {
        book.take(sheaf.texts.clone()).unwrap();
        let mut walk = sheaf.rows.rows(&book, last);
        while let Some(number) = walk.next_into(&mut cells).unwrap() {
            told.push((number, cells.iter().map(|(column, held)| (*column, book.show(*held))).collect()));
        }
        last = walk.last();
    }
    told
}

#[test]
fn a_number_is_told_as_one_only_if_it_stands_so() {
    for text in ["0", "7", "-7", "0,5", "12,50", "2207200000", "123456789012345678", "-0.001"] {
        assert_eq!(Plain::of(text.as_bytes()).map(Plain::show).as_deref(), Some(text), "{text}");
    }
    for text in ["", "-", "007", "00", ",5", "5,", "1,2,3", "1 234", "1e5", "+5", "1234567890123456789", "−5", "SSSSSSSSSS"] {
        assert_eq!(Plain::of(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn texts_beyond_the_limit_are_told_each_time() {
    let long = "ж".repeat(LONGEST_TEXT);
    let rows: Vec<(u32, Vec<(u32, String)>)> =
        (1..=MOST_TEXTS as u32 + 50).map(|row| (row, vec![(0, format!("text {row}")), (3, long.clone())])).collect();
    assert_eq!(round(&rows), rows);
}

#[test]
fn what_was_not_told_is_not_believed() {
    let walk = |bytes: &[u8]| {
        let (book, packed) = (Book::default(), Packed(bytes.to_vec()));
        let mut cells = Vec::new();
        packed.rows(&book, 0).next_into(&mut cells).map(drop)
    };
    for bytes in [&[1, 1][..], &[1, 0x0B, b'x'], &[0xFF; 12], &[1], &[1, 7], &[1, 0x82, 1, 9, 4]] {
        assert!(walk(bytes).is_err(), "{bytes:?}");
    }
    assert!(Book::default().take(vec![String::new(); MOST_TEXTS + 1]).is_err());
}

proptest! {
    #[test]
    fn rows_are_told_as_they_stand(
        rows in prop::collection::vec(prop::collection::btree_map(0u32..30, "[0-9,.-]{0,12}|[а-яA-Z ]{1,9}", 0..6), 0..40)
    ) {
        let rows: Vec<(u32, Vec<(u32, String)>)> =
            (1..).zip(rows).map(|(number, cells)| (number * 3, cells.into_iter().collect())).collect();
        prop_assert_eq!(round(&rows), rows);
    }

    #[test]
    fn any_bytes_are_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut book = Book::default();
        book.take(vec!["a".into(), "b".into()]).unwrap();
        let packed = Packed(bytes);
        let (mut walk, mut cells) = (packed.rows(&book, 0), Vec::new());
        while let Ok(Some(_)) = walk.next_into(&mut cells) {
            let _ = book.row(1, &cells);
        }
    }
}
