use super::*;
use std::io::{Cursor, Write};

fn packed(members: &[(&str, usize)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, size) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&vec![b'x'; *size]).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(bytes: &[u8], limits: Limits, name: &str) -> Result<usize, UnpackError> {
    let mut zip = Zip::open(Cursor::new(bytes), limits)?;
    let mut member = zip.member(name)?.ok_or_else(|| damaged(name, "no such member"))?;
    let mut out = Vec::new();
    member.read_to_end(&mut out).map_err(|error| read_error(name, &error))
}

#[test]
fn members_are_read_within_limits() {
    let bytes = packed(&[("a/B.xml", 1000), ("bomb", 20 << 20)]);
    let limits = Limits::DEFAULT;
    let refusal = |limits, name| read(&bytes, limits, name).map_err(|error| error.to_string()).unwrap_err();
    assert_eq!(read(&bytes, limits, "A\u{2f}b.XML").unwrap(), 1000);
    assert_eq!(refusal(limits, "bomb"), "bomb: the ratio of unpacked to packed size exceeds the limit of 300");
    let narrow = Limits { member_bytes: 999, ..limits };
    assert_eq!(refusal(narrow, "a/B.xml"), "a/B.xml: the unpacked size in bytes exceeds the limit of 999");
    let total = Limits { total_bytes: 999, ..limits };
    assert!(refusal(total, "a/B.xml").contains("of all members"));
    let few = Limits { members: 1, ..limits };
    assert_eq!(refusal(few, "a/B.xml"), "ZIP container: 2 members exceeds the limit of 1");
    assert_eq!(refusal(limits, "none"), "none: no such member");
}

#[test]
fn damage_is_named() {
    let bytes = packed(&[("a", 100_000)]);
    let cut = read(&bytes[..bytes.len() - 30], Limits::DEFAULT, "a").unwrap_err();
    assert!(cut.to_string().starts_with("ZIP container: "), "{cut}");
    let mut flipped = bytes.clone();
    flipped[60] ^= 0xff;
    let flipped = read(&flipped, Limits::DEFAULT, "a").unwrap_err();
    assert!(matches!(&flipped, UnpackError::Damaged { place, .. } if place == "a"), "{flipped:?}");
}

#[test]
fn a_claimed_million_of_members_is_refused_before_it_is_listed() {
    let mut record = b"PK\x06\x06".to_vec();
    record.resize(56, 0);
    record[32..40].copy_from_slice(&1_000_000u64.to_le_bytes());
    record.extend_from_slice(b"PK\x05\x06");
    record.resize(78, 0);
    let refused = read(&record, Limits::DEFAULT, "a").unwrap_err();
    assert_eq!(refused.to_string(), "ZIP container: 1000000 members exceeds the limit of 10000");
}
