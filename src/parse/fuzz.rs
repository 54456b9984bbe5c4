//! The charset's target.

use super::charset::{decode, settle, sniff};
use std::io::Cursor;

/// Bytes that may be text.
pub fn charset(bytes: &[u8]) {
    let stated = encoding_rs::Encoding::for_bom(bytes);
    let text = decode(bytes, Some("windows-1251"), None);
    if let (Ok(utf8), None) = (std::str::from_utf8(bytes), stated) {
        assert_eq!(text, utf8, "what is UTF-8 is read so, whatever is declared");
    }
    // a guess may differ, since it is made of another part
    let configured = Some("koi8-r");
    let found = sniff(&mut Cursor::new(bytes), None, configured).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        found,
        stated.map_or_else(|| settle(bytes, None, configured), |(encoding, _)| encoding),
        "told by a part as by the whole"
    );
}
