//! What XML can do to whoever reads it, in every kind of document that is XML: messages, workbooks, Word documents, pages.

use super::super::table;
use super::pack::{part, with_part};
use super::{Case, Then, case};
use Then::{Refused, Rows};
use sverka::parse::Format;

/// A document with a place for what stands before its root, in its root's tag, and inside.
#[derive(Clone, Copy)]
struct Host {
    name: &'static str,
    format: Format,
    /// The document with these three in it, and the text of a cell.
    write: fn(Parts) -> Vec<u8>,
}

#[derive(Clone)]
struct Parts {
    before: String,
    attributes: String,
    inside: String,
    text: String,
}

fn parts() -> Parts {
    Parts { before: String::new(), attributes: String::new(), inside: String::new(), text: "Industry".into() }
}

/// The XML with the parts in their places: the root is the first element of this name.
fn put(xml: &str, root: &str, parts: &Parts) -> String {
    let xml = xml.strip_prefix("<?xml version=\"1.0\"?>\n").unwrap_or(xml);
    let at = xml.find(&format!("<{root}")).unwrap() + root.len() + 1;
    let close = at + xml[at..].find('>').unwrap();
    let (start, rest) = (&xml[..at], xml[close + 1..].replacen("Industry", &parts.text, 1));
    let (own, inside) = (&xml[at..close], &parts.inside);
    format!("{}{start}{own} {}>{inside}{rest}", parts.before, parts.attributes)
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const WORD: &str = "word/document.xml";

const HOSTS: [Host; 6] = [
    Host {
        name: "sdmx",
        format: Format::Sdmx,
        write: |parts| put(&text(table::sdmx("")), "m:StructureSpecificData", &parts).into(),
    },
    Host { name: "xml", format: Format::Xml, write: |parts| put(&text(table::xml("")), "r", &parts).into() },
    Host {
        name: "sheet",
        format: Format::Xlsx,
        write: |parts| {
            let book = table::xlsx("");
            with_part(&book, SHEET, put(&part(&book, SHEET), "worksheet", &parts).as_bytes())
        },
    },
    Host {
        name: "book",
        format: Format::Xlsx,
        write: |parts| {
            let book = table::xlsx("");
            let xml = part(&book, "xl/workbook.xml").replace("Years", "Industry");
            with_part(&book, "xl/workbook.xml", put(&xml, "workbook", &parts).as_bytes())
        },
    },
    Host {
        name: "docx",
        format: Format::Docx,
        write: |parts| {
            let document = table::docx("");
            with_part(&document, WORD, put(&part(&document, WORD), "w:document", &parts).as_bytes())
        },
    },
    Host {
        name: "xhtml",
        format: Format::Html,
        write: |parts| put(&text(table::html("")).replace("<!DOCTYPE html>", ""), "html", &parts).into(),
    },
];

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A name, what a page makes of it (another document is refused, or `also_read`), and the parts.
struct Attack {
    name: &'static str,
    /// Strict documents may be read, too: there is nothing in it to be expanded.
    also_read: bool,
    heavy: bool,
    parts: Box<dyn Fn() -> Parts + Send + Sync>,
}

fn attack(name: &'static str, also_read: bool, parts: impl Fn() -> Parts + Send + Sync + 'static) -> Attack {
    Attack { name, also_read, heavy: false, parts: Box::new(parts) }
}

fn doctype(inside: &str, text: &str) -> Parts {
    Parts { before: format!("<!DOCTYPE r [{inside}]>"), text: text.into(), ..parts() }
}

fn attacks(address: &str) -> Vec<Attack> {
    fn called(address: &str, make: fn(&str) -> Parts) -> impl Fn() -> Parts + Send + Sync + use<> {
        let address = address.to_string();
        move || make(&address)
    }
    let at = |make: fn(&str) -> Parts| called(address, make);
    let laughs = || {
        let level = |n: usize| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
        doctype(&format!("<!ENTITY l0 \"ha\">{}", (1..10).map(level).collect::<String>()), "&l9;")
    };
    let mut all = vec![
        attack("a milliard of laughs", false, laughs),
        attack("one long entity many times", false, || {
            doctype(&format!("<!ENTITY a \"{}\">", "a".repeat(200_000)), &"&a;".repeat(50_000))
        }),
        attack("an entity of itself", false, || doctype("<!ENTITY a \"&a;\">", "&a;")),
        attack("an entity that is a file", false, || doctype("<!ENTITY a SYSTEM \"file:///etc/passwd\">", "&a;")),
        attack("an entity on the network", false, at(|address| doctype(&format!("<!ENTITY a SYSTEM \"{address}\">"), "&a;"))),
        attack("a parameter entity that is a file", false, || doctype("<!ENTITY % a SYSTEM \"file:///etc/passwd\"> %a;", "x")),
        attack(
            "a parameter entity on the network",
            false,
            at(|address| doctype(&format!("<!ENTITY % a SYSTEM \"{address}\"> %a;"), "x")),
        ),
        attack(
            "a definition on the network",
            false,
            at(|address| Parts { before: format!("<!DOCTYPE r SYSTEM \"{address}\">"), ..parts() }),
        ),
        attack("a definition of its own", false, || doctype("<!ELEMENT r ANY>", "Industry")),
        attack("an attribute by default", false, || doctype("<!ATTLIST r a CDATA \"1\">", "Industry")),
        attack("an inclusion of a file", true, || Parts {
            attributes: "xmlns:xi=\"http://www.w3.org/2001/XInclude\"".into(),
            text: "<xi:include href=\"file:///etc/passwd\" parse=\"text\"/>".into(),
            ..parts()
        }),
        attack(
            "an inclusion from the network",
            true,
            at(|address| Parts {
                attributes: "xmlns:xi=\"http://www.w3.org/2001/XInclude\"".into(),
                text: format!("<xi:include href=\"{address}\"/>"),
                ..parts()
            }),
        ),
        attack(
            "a style sheet on the network",
            true,
            at(|address| Parts { before: format!("<?xml-stylesheet href=\"{address}\" type=\"text/xsl\"?>"), ..parts() }),
        ),
        attack(
            "a schema on the network",
            true,
            at(|address| Parts {
                attributes: format!(
                    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:noNamespaceSchemaLocation=\"{address}\""
                ),
                ..parts()
            }),
        ),
        attack("an entity of nobody", true, || Parts { text: "&nobody;".into(), ..parts() }),
        attack("the character of the number 0", true, || Parts { text: "&#0;".into(), ..parts() }),
        attack("a character beyond the last", true, || Parts { text: "&#x110000;".into(), ..parts() }),
        attack("half a pair", true, || Parts { text: "&#xD800;".into(), ..parts() }),
        attack("zeros", true, || Parts { text: "Indus\0try".into(), ..parts() }),
        attack("a million deep", true, || Parts { inside: "<a>".repeat(1_000_000), ..parts() }),
        attack("a million attributes", true, || Parts {
            attributes: (0..1_000_000).map(|n| format!("a{n}=\"\" ")).collect(),
            ..parts()
        }),
        attack("an attribute of 4 MB", true, || Parts { attributes: format!("a=\"{}\"", "x".repeat(4_000_000)), ..parts() }),
        attack("a name of 4 MB", true, || Parts { inside: format!("<{0}></{0}>", "x".repeat(4_000_000)), ..parts() }),
        attack("a comment of 4 MB that does not end", true, || Parts {
            inside: format!("<!--{}", "x".repeat(4_000_000)),
            ..parts()
        }),
        attack("character data without an end", true, || Parts { inside: "<![CDATA[".into(), ..parts() }),
        attack("one attribute twice", true, || Parts { attributes: "a=\"1\" a=\"2\"".into(), ..parts() }),
        attack("a prefix of nobody", true, || Parts { inside: "<no:body no:a=\"1\"/>".into(), ..parts() }),
        attack("ends of what never began", true, || Parts { inside: "</x>".repeat(10_000), ..parts() }),
    ];
    let huge = |name, parts: fn() -> Parts| Attack { heavy: true, ..attack(name, true, parts) };
    all.push(huge("an attribute of 100 MB", || Parts { attributes: format!("a=\"{}\"", "x".repeat(100_000_000)), ..parts() }));
    all.push(huge("a million elements", || Parts { inside: "<a/>".repeat(1_000_000), ..parts() }));
    all
}

/// What each attack does to each kind of document, where it is another thing than that all but pages refuse it.
fn outcome(host: &Host, attack: &Attack) -> Then {
    let html = host.format == Format::Html;
    if !html && !attack.also_read {
        return Refused("DOCTYPE");
    }
    let by_host = PINNED.iter().find(|(name, _)| *name == attack.name).map_or("------", |(_, by_host)| *by_host);
    let at = HOSTS.iter().position(|other| other.name == host.name).unwrap();
    match by_host.as_bytes()[at] {
        b'r' => Refused(""),
        b'0' => Rows(0),
        _ => Rows(if html { 1 } else { 2 }),
    }
}

/// What a kind of document does with an attack without a definition, in the order of the kinds: `r` refused, `-` read, `0` read as nothing.
const PINNED: &[(&str, &str)] = &[
    ("an inclusion of a file", "r-----"),
    ("an inclusion from the network", "r-----"),
    ("an entity of nobody", "rrr-r-"),
    ("the character of the number 0", "rrr-r-"),
    ("a character beyond the last", "rrr-r-"),
    ("half a pair", "rrr-r-"),
    ("a million deep", "rrrrrr"),
    ("a million attributes", "rrrrrr"),
    ("an attribute of 4 MB", "-rrrr-"),
    ("an attribute of 100 MB", "-rrrr-"),
    ("a name of 4 MB", "--rrr-"),
    ("a comment of 4 MB that does not end", "rrrrr0"),
    ("character data without an end", "rrrrr-"),
    ("one attribute twice", "rr----"),
    ("ends of what never began", "rrrrr-"),
    ("a million elements", "-----r"),
];

/// Lies about the charset of the XML itself: declared, byte order mark, how it is written.
fn charsets() -> Vec<Case> {
    let declared = |charset: &str| format!("<?xml version=\"1.0\" encoding=\"{charset}\"?>");
    let plain = move |charset: &str| put(&text(table::xml("")), "r", &Parts { before: declared(charset), ..parts() });
    let wide = |text: &str, swap: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let bom = |bytes: Vec<u8>, mark: &[u8]| [mark, &bytes].concat();
    vec![
        case("UTF-8 that is said to be UTF-16", Format::Xml, Rows(2), move || plain("UTF-16").into()),
        case("UTF-16 that is said to be UTF-8, with its mark", Format::Xml, Rows(2), move || {
            bom(wide(&plain("UTF-8"), false), b"\xFF\xFE")
        }),
        case("UTF-16 without a mark", Format::Xml, Refused(""), move || wide(&plain("UTF-16"), true)),
        case("UTF-8 behind the mark of UTF-16", Format::Xml, Refused(""), move || bom(plain("UTF-8").into(), b"\xFF\xFE")),
        case("UTF-16 behind the mark of UTF-8", Format::Xml, Refused(""), move || {
            bom(wide(&plain("UTF-8"), false), b"\xEF\xBB\xBF")
        }),
        case("a charset of nobody", Format::Xml, Rows(2), move || plain("x-nobody").into()),
        case("UTF-7", Format::Xml, Rows(2), move || plain("UTF-7").into()),
        case("the mark of UTF-32", Format::Xml, Refused(""), move || bom(wide(&plain("UTF-32"), false), b"\xFF\xFE\0\0")),
        case("bytes of no charset", Format::Xml, Rows(2), move || {
            plain("UTF-8").replace("Industry", "Indus~try").bytes().map(|byte| if byte == b'~' { 0xC0 } else { byte }).collect()
        }),
    ]
}

pub fn cases(address: &str) -> Vec<Case> {
    let mut cases = charsets();
    for host in HOSTS {
        for attack in attacks(address) {
            let (name, then, heavy) = (format!("{}: {}", host.name, attack.name), outcome(&host, &attack), attack.heavy);
            // what is XML alone comes as a file of its own size: there is a limit to what is fetched, and none to what is made here
            let make = move || (host.write)((attack.parts)());
            cases.push(Case { heavy, ..case(&name, host.format, then, make) });
        }
    }
    cases
}
