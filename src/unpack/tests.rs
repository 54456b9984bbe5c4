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

fn gzipped(name: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let builder = name.map_or(flate2::GzBuilder::new(), |name| flate2::GzBuilder::new().filename(name));
    let mut writer = builder.write(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[test]
fn the_one_member_wanted_is_read_whole() {
    let csv = |name: &str| name.ends_with(".csv");
    let single = |container: &[u8], limits| -> Result<String, SingleError> {
        let listing = list(Cursor::new(container), limits)?;
        let index = choose(&listing, csv)?;
        let bytes = whole(Cursor::new(container), limits, index)?;
        Ok(format!("{} of {} bytes", listing.names[index], bytes.len()))
    };
    let shown = |container: &[u8], limits| single(container, limits).unwrap_or_else(|error| error.to_string());
    let (limits, narrow) = (Limits::DEFAULT, Limits { member_bytes: 9, ..Limits::DEFAULT });
    let dump = packed(&[("dump/", 0), ("dump/DATTSVT.csv", 10), ("readme.txt", 5), ("__MACOSX/dump/._DATTSVT.csv", 3)]);
    assert_eq!(shown(&dump, limits), "dump/DATTSVT.csv of 10 bytes");
    assert_eq!(shown(&dump, narrow), "dump/DATTSVT.csv: the unpacked size in bytes exceeds the limit of 9");
    let two = packed(&[("a.csv", 1), ("b.csv", 1), ("c.txt", 1)]);
    assert_eq!(shown(&two, limits), "several members of the container are what is wanted: a.csv, b.csv");
    let none = packed(&[("a.txt", 1), ("b.txt", 1), ("x/", 0)]);
    assert_eq!(shown(&none, limits), "no member of the container is the one wanted; it has a.txt, b.txt");
    assert_eq!(shown(&packed(&[]), limits), "no member of the container is the one wanted; it has no file");
    assert_eq!(shown(b"PK\x03\x04", limits).split(':').next(), Some("ZIP container"));
    assert_eq!(shown(&gzipped(Some("a.csv"), b"0123456789"), limits), "a.csv of 10 bytes");
    assert_eq!(shown(&gzipped(None, b"0123456789"), limits), " of 10 bytes");
    assert_eq!(shown(&gzipped(None, b"0123456789"), narrow), "GZIP file: the unpacked size in bytes exceeds the limit of 9");
    let other = gzipped(Some("a.txt"), b"0123456789");
    assert_eq!(shown(&other, limits), "no member of the container is the one wanted; it has a.txt");
    assert!(shown(&gzipped(None, b"0123456789")[..20], limits).starts_with("GZIP file: "));
    let bomb = gzipped(None, &vec![0; 40 << 20]);
    assert_eq!(shown(&bomb, limits), "GZIP file: the unpacked size in bytes exceeds the limit of 16777216");
}

#[test]
fn a_member_may_be_left_before_its_end() {
    let limits = Limits { member_bytes: 9, ..Limits::DEFAULT };
    for container in [packed(&[("a.csv", 1), ("b.csv", 10)]), gzipped(None, b"0123456789")] {
        let (mut head, index) = ([0; 5], usize::from(container.starts_with(b"PK")));
        member(Cursor::new(&container), limits, index, |member| member.read_exact(&mut head)).unwrap();
        let beyond = member(Cursor::new(&container), limits, 9, |_| Ok(()));
        assert_eq!(beyond.is_err(), container.starts_with(b"PK"));
    }
    let package = list(Cursor::new(packed(&[("[Content_Types].xml", 1), ("a", 1)])), Limits::DEFAULT).unwrap();
    assert!(package.package && !package.gzip);
}

#[test]
fn names_of_dos_are_read() {
    let name: String = "таблица.csv".into();
    assert_eq!(single::name(&encoding_rs::IBM866.encode(&name).0), name);
    assert_eq!(single::name(name.as_bytes()), name);
}
