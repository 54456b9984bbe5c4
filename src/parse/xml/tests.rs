use super::parse;
use crate::parse::{Format, Options, ParseError, seen};
use proptest::prelude::*;

const RATES: &str = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><ValCurs Date=\"25.04.2020\" name=\"Market\">\
<Valute ID=\"R01235\"><CharCode>USD</CharCode><Nominal>1</Nominal><Name>Доллар США</Name><Value>74,7163</Value></Valute>\
<Valute ID=\"R01820\"><CharCode>JPY</CharCode><Nominal>100</Nominal><Name>Японских иен</Name><Value>69,4035</Value></Valute></ValCurs>";

/// Documents to begin with for whoever throws spoilt ones.
pub fn seeds() -> Vec<Vec<u8>> {
    vec![RATES.as_bytes().to_vec(), encoding_rs::WINDOWS_1251.encode(RATES).0.into_owned()]
}

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    seen::lines(Format::Xml, bytes)
}

fn lines(text: &str) -> Vec<String> {
    read(text.as_bytes()).unwrap()
}

#[test]
fn element_attribute_and_ancestor_are_columns() {
    let wanted = [
        "# /ValCurs/Valute",
        "1: 0=ValCurs@Date | 1=ValCurs@name | 2=Valute@ID | 3=CharCode | 4=Nominal | 5=Name | 6=Value",
        "2: 0=25.04.2020 | 1=Market | 2=R01235 | 3=USD | 4=1 | 5=Доллар США | 6=74,7163",
        "3: 0=25.04.2020 | 1=Market | 2=R01820 | 3=JPY | 4=100 | 5=Японских иен | 6=69,4035",
    ];
    let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(RATES);
    let bom = [b"\xEF\xBB\xBF".as_slice(), RATES.as_bytes()].concat();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(RATES.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [&cp1251, RATES.as_bytes(), &bom, &utf16] {
        assert_eq!(read(bytes).unwrap(), wanted);
    }
}

#[test]
fn one_record_is_a_table_too_and_an_empty_range_has_none() {
    let one = "<ValCurs ID='R01235'><Record Date='02.03.2001'><Nominal>1</Nominal><Value>28,62</Value></Record></ValCurs>";
    let wanted = ["1: 0=ValCurs@ID | 1=Record@Date | 2=Nominal | 3=Value", "2: 0=R01235 | 1=02.03.2001 | 2=1 | 3=28,62"];
    assert_eq!(lines(one), [["# /ValCurs/Record"].as_slice(), &wanted].concat());
    assert_eq!(lines("<ValCurs ID='R01235'></ValCurs>"), ["# /ValCurs", "1: 0=ValCurs@ID", "2: 0=R01235"]);
}

#[test]
fn the_deepest_repetition_is_the_record() {
    for (text, wanted) in [
        (
            "<r><g n='A'><t>x</t><y v='1'>5</y><y v='2'>6</y></g><g n='B'><y v='1'>7</y></g></r>",
            vec![
                "# /r/g/y",
                "1: 0=g@n | 1=g/t | 2=y@v | 3=y",
                "2: 0=A | 1=x | 2=1 | 3=5",
                "3: 0=A | 1=x | 2=2 | 3=6",
                "4: 0=B | 2=1 | 3=7",
            ],
        ),
        (
            "<r><g n='A'><y v='1'>5</y></g><g n='B'><y v='1'>7</y></g></r>",
            vec!["# /r/g", "1: 0=g@n | 1=y | 2=y@v", "2: 0=A | 1=5 | 2=1", "3: 0=B | 1=7 | 2=1"],
        ),
        (
            "<r><a><n>1</n><n>2</n><p><q>3</q></p></a><a><n>4</n></a></r>",
            vec!["# /r/a", "1: 0=n | 1=n[2] | 2=p/q", "2: 0=1 | 1=2 | 2=3", "3: 0=4"],
        ),
        (
            "<r><h><d>1 &lt; &#50;</d></h><a x='1'/><a x='2'/><b x='3'/><b><![CDATA[<4>]]></b></r>",
            vec!["> h/d: 1 < 2", "# /r/a", "1: 0=a@x", "2: 0=1", "3: 0=2", "# /r/b", "1: 0=b@x | 1=b", "2: 0=3", "3: 1=<4>"],
        ),
        ("<i x='1'><i x='2'/><i x='3'/></i>", vec!["# /i/i", "1: 0=i@x | 1=/i/i@x", "2: 0=1 | 1=2", "3: 0=1 | 1=3"]),
        (
            "<s:r xmlns:s='u'><s:a xml:lang='ru' xsi:type='t'><s:n>1</s:n></s:a><s:a><s:n>2</s:n></s:a></s:r>",
            vec!["# /r/a", "1: 0=n", "2: 0=1", "3: 0=2"],
        ),
    ] {
        assert_eq!(lines(text), wanted, "{text}");
    }
}

#[test]
fn what_is_no_xml_is_refused_by_line() {
    let deep = "<a>".repeat(70);
    let wide = format!("<a>{}</a>", (0..3000).map(|n| format!("<b{n}>x</b{n}>")).collect::<String>());
    for (text, wanted) in [
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "line 1: expected XML without one, found a DOCTYPE"),
        ("<a>\n&b;</a>", "line 2: expected a predefined entity or a character, found a reference to \"b\""),
        ("<a x='&b;'/>", "line 1: expected a predefined entity"),
        ("<a>\n</b>", "line 2: expected well-formed XML"),
        ("<a><b></b>", "line 1: expected the end of its elements, found the end of the document"),
        ("<a/><b/>", "line 1: expected one root element, found a second root element"),
        ("<?xml version='1.0'?>", "line 1: expected an XML document, found no element"),
        ("<a x='1' x='2'/>", "line 1: expected an attribute"),
        ("{}", "first characters: expected an XML document, found \"{}\""),
        ("", "first characters: expected an XML document, found \"\""),
        (&deep, "line 1: the depth of elements exceeds the limit of 64"),
        (&wide, "column \"b2048\": the number of columns exceeds the limit of 2048"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.starts_with(wanted), "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn any_bytes_give_events_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn a_damaged_document_gives_events_or_an_error(at in 0..RATES.len(), byte in any::<u8>()) {
        let mut bytes = RATES.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = read(&bytes);
        let _ = read(&bytes[..at]);
    }
}

/// A disk that fails after its first bytes.
struct Failing(std::io::Cursor<Vec<u8>>);

impl std::io::Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.position() {
            0..100_000 => self.0.read(buffer),
            _ => Err(std::io::Error::other("no such sector")),
        }
    }
}

impl std::io::Seek for Failing {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_disk_that_fails_is_no_fault_of_the_document() {
    let text = format!("<a>{}</a>", "<b x='1'/>".repeat(50_000));
    let mut input = Failing(std::io::Cursor::new(text.into_bytes()));
    let error = parse(&mut input, &Options::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(&error, ParseError::Io(cause) if cause.to_string().contains("no such sector")), "{error}");
}
