//! What the bytes of compressed pieces mean. By the format they are windows-1252, and all else is written in two bytes a
//! character. Programs other than Word write the code page of the language instead.

use super::pieces::Pieces;
use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252};

/// Languages that are written in windows-1251: Russian, Ukrainian, Belarusian, Bulgarian, Macedonian, Kazakh, Kyrgyz, Tatar,
/// Mongolian, and Serbian, Azerbaijani and Uzbek in Cyrillic letters.
const CYRILLIC: [u16; 12] = [0x0419, 0x0422, 0x0423, 0x0402, 0x042F, 0x043F, 0x0440, 0x0444, 0x0450, 0x0C1A, 0x082C, 0x0843];
/// The first byte that is a letter in windows-1251.
const LETTER: u8 = 0xC0;
/// So many letters beyond ASCII in a row, and none of ASCII beside them, are no word of a western language.
const WORD: usize = 3;

/// The charset of compressed pieces.
#[derive(Debug, Clone, Copy)]
pub struct Charset(&'static Encoding);

impl Charset {
    /// By the language of the document and by what its compressed pieces bear out.
    pub fn of(language: u16, pieces: &Pieces, main: &[u8]) -> Charset {
        let mut evidence = 0;
        if CYRILLIC.contains(&language) {
            for piece in pieces.iter().filter(|piece| !piece.wide) {
                let (from, to) = piece.characters;
                let bytes = main.get(piece.place as usize..).unwrap_or_default();
                evidence += cyrillic(bytes.get(..(to - from) as usize).unwrap_or(bytes));
            }
        }
        Charset(if evidence > 0 { WINDOWS_1251 } else { WINDOWS_1252 })
    }

    /// Bytes → text.
    pub fn decode(self, bytes: &[u8]) -> String {
        self.0.decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// Words that are Cyrillic, less those that are western: with letters of ASCII and others.
fn cyrillic(bytes: &[u8]) -> i64 {
    let words = bytes.split(|byte| !byte.is_ascii_alphabetic() && *byte < LETTER);
    let votes = words.map(|word| match word.iter().filter(|byte| **byte >= LETTER).count() {
        0 => 0,
        high if high == word.len() => i64::from(high >= WORD),
        _ => -1,
    });
    votes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_page_of_the_language_only_where_words_are_written_in_it() {
        for (text, wanted) in [("Доход, млн", true), ("А Б", false), ("caf\u{e9}", false)] {
            let bytes = WINDOWS_1251.encode(text).0;
            let bytes = if text == "caf\u{e9}" { b"caf\xE9".to_vec() } else { bytes.into_owned() };
            assert_eq!(cyrillic(&bytes) > 0, wanted, "{text}");
        }
        assert!(cyrillic(b"Gr\xF6\xDFe na\xEFve \xE0 l'\xE9t\xE9") <= 0);
    }
}
