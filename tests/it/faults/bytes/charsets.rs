//! Texts that lie about their charset: what is declared, the mark at the beginning, what the source says and the bytes may all
//! differ. The right text, or a word about it; and no name or key with characters that are none.

use super::super::super::support::{column, count};
use super::super::folder::{Fed, Folder};
use super::super::oracle::{assert_left_alone, assert_whole};
use super::super::table;
use super::pack;
use encoding_rs::Encoding;

/// Charsets in which the bytes are, by the names that documents declare. Two more are written by hand: UTF-16 in both orders.
const BYTES: [&str; 8] = ["utf-8", "windows-1251", "koi8-r", "ibm866", "gb18030", "iso-8859-5", "utf-16le", "utf-16be"];
/// What is declared: nothing, or a charset, which is a lie but for one.
const DECLARED: [&str; 5] = ["", "utf-8", "windows-1251", "koi8-r", "gb18030"];
const FIGURES: &str =
    "p.ipi.b.ru.yoy.a 2019 97.6, p.ipi.b.ru.yoy.a 2020 98.4, p.ipi.bcde.ru.yoy.a 2019 83.2, p.ipi.bcde.ru.yoy.a 2020 99.1";
const LABELS: [&str; 3] = ["Вид деятельности", "Промышленное производство", "Добыча полезных ископаемых"];

fn encoded(text: &str, charset: &str) -> Vec<u8> {
    match charset {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => Encoding::for_label(charset.as_bytes()).unwrap().encode(text).0.into_owned(),
    }
}

fn marked(mut bytes: Vec<u8>, mark: &[u8]) -> Vec<u8> {
    bytes.splice(..0, mark.iter().copied());
    bytes
}

/// The table in Russian.
fn rows(between: &str) -> Vec<String> {
    table::TABLE.iter().zip(LABELS).map(|(row, label)| [label, row[1], row[2]].join(between)).collect()
}

fn csv() -> String {
    rows(";").join("\n") + "\n"
}

fn html(declared: &str) -> String {
    let meta = if declared.is_empty() { String::new() } else { format!("<meta charset=\"{declared}\">") };
    let rows = rows("</td><td>").iter().map(|row| format!("<tr><td>{row}</td></tr>")).collect::<String>();
    format!("<!DOCTYPE html><html><head>{meta}<title>Индексы</title></head><body><table>{rows}</table></body></html>")
}

fn xml(declared: &str) -> String {
    let says = if declared.is_empty() { String::new() } else { format!("<?xml version=\"1.0\" encoding=\"{declared}\"?>") };
    let [_, industry, mining] = LABELS;
    let record = |label: &str, row: [&str; 3]| {
        format!("<i><Activity>{label}</Activity><Y2019>{}</Y2019><Y2020>{}</Y2020></i>", row[1], row[2])
    };
    format!("{says}<r>{}{}</r>", record(industry, table::TABLE[1]), record(mining, table::TABLE[2]))
}

fn dbf(bytes: &str, language: u8) -> Vec<u8> {
    let short = ["Промышленность", "Добыча"];
    let rows: Vec<Vec<&str>> = short.iter().zip(&table::TABLE[1..]).map(|(label, row)| vec![*label, row[1], row[2]]).collect();
    pack::dbf(language, &table::TABLE[0], &rows, |text| encoded(text, bytes))
}

/// A document: name, format, bytes, what its source says of charsets, and whether it must be read right.
struct Lie {
    name: String,
    format: &'static str,
    bytes: Vec<u8>,
    keys: String,
    right: bool,
}

fn lies() -> Vec<Lie> {
    let mut lies = Vec::new();
    let mut lie =
        |name: String, format, bytes, keys: &str, right| lies.push(Lie { name, format, bytes, keys: keys.into(), right });
    for bytes in BYTES {
        let wide = bytes.starts_with("utf-16");
        for declared in DECLARED {
            let keys = if declared.is_empty() { String::new() } else { format!("charset = \"{declared}\"") };
            let right = bytes == "utf-8" || bytes == declared;
            let name = |format| format!("{format} in {bytes}, said to be {declared:?}");
            lie(name("csv"), "csv", encoded(&csv(), bytes), &keys, right);
            lie(name("html"), "html", encoded(&html(declared), bytes), "", right);
            if !wide {
                lie(name("xml"), "xml", encoded(&xml(declared), bytes), "", right);
            }
        }
    }
    for (language, bytes, right) in [
        (0xC9, "windows-1251", true),
        (0x65, "ibm866", true),
        (0xC9, "ibm866", false),
        (0x65, "windows-1251", false),
        (0, "koi8-r", false),
        (0xC9, "utf-8", false),
    ] {
        lie(format!("dbf in {bytes}, said to be {language:#x}"), "dbf", dbf(bytes, language), "", right);
    }
    let marks: [(&str, &[u8], &str, bool); 6] = [
        ("utf-8", b"\xEF\xBB\xBF", "charset = \"windows-1251\"", true),
        ("utf-16le", b"\xFF\xFE", "charset = \"utf-8\"", true),
        ("utf-16be", b"\xFE\xFF", "", true),
        ("windows-1251", b"\xEF\xBB\xBF", "", false),
        ("utf-8", b"\xFF\xFE", "", false),
        ("utf-16be", b"\xFF\xFE", "", false),
    ];
    for (bytes, mark, keys, right) in marks {
        lie(format!("csv in {bytes} behind {mark:X?}, {keys}"), "csv", marked(encoded(&csv(), bytes), mark), keys, right);
        lie(format!("html in {bytes} behind {mark:X?}"), "html", marked(encoded(&html("koi8-r"), bytes), mark), "", right);
    }
    let broken = |text: String| {
        let mut bytes = text.into_bytes();
        let at = bytes.len() - 30;
        bytes.insert(at, 0xFF);
        bytes
    };
    lie("csv in UTF-8 with a byte that is none".into(), "csv", broken(csv()), "charset = \"utf-8\"", false);
    lie("html in UTF-8 with a byte that is none".into(), "html", broken(html("utf-8")), "", false);
    let twice = |charset: &str| {
        encoded(
            &String::from_utf8_lossy(&encoded(&csv(), "utf-8")).chars().map(|c| char::from(c as u8)).collect::<String>(),
            charset,
        )
    };
    lie("csv that was UTF-8 twice".into(), "csv", twice("utf-8"), "", false);
    lies
}

fn source(id: &str, lie: &Lie) -> String {
    let [_, industry, mining] = LABELS;
    let names = format!("\"{industry}\" = \"bcde\"\n\"Промышленность\" = \"bcde\"\n\"{mining}\" = \"b\"\n\"Добыча\" = \"b\"");
    table::source(id, lie.format, "http://127.0.0.1:9/x", &lie.keys)
        .replace("\"Industry\" = \"bcde\"\n\"Mining\" = \"b\"", &names)
}

/// Nothing that is kept for good has a character that stands for none.
fn assert_no_holes(fed: &Fed) {
    for (table, text) in [
        ("series", "code"),
        ("customs_partner", "code"),
        ("customs_partner", "name"),
        ("customs_unit", "name"),
        ("customs_unit", "code"),
        ("customs_region", "name"),
        ("observation", "printed"),
    ] {
        let holes = format!("SELECT count(*) FROM {table} WHERE instr({text}, char(65533)) > 0 OR instr({text}, char(0)) > 0");
        assert_eq!(count(&fed.room.db(), &holes), 0, "{table}.{text}");
    }
}

#[test]
fn the_right_text_or_a_word_about_it() {
    let lies = lies();
    let mut folder = Folder::default();
    for (at, lie) in lies.iter().enumerate() {
        folder.source(&source(&format!("s{at}"), lie));
        folder.document(&format!("s{at}"), "2021-01-01", lie.bytes.clone());
    }
    let fed = folder.feed();
    let (mut wrong, mut read) = (Vec::new(), 0);
    for (at, lie) in lies.iter().enumerate() {
        let (came, figures) = (fed.outcomes(&format!("s{at}")), fed.figures(&format!("s{at}")));
        let stored = came.len() == 1 && came[0].0 == "stored" && figures == FIGURES;
        let told = came.len() == 1 && came[0].0 != "stored" && figures.is_empty();
        read += usize::from(stored);
        if !stored && (lie.right || !told) {
            wrong.push(format!("{}: {came:?} {figures} {:?}", lie.name, fed.issues(&format!("s{at}"))));
        }
    }
    println!("F19: {} lies, {read} seen through", lies.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), lies.len(), wrong.join("\n"));
    assert_no_holes(&fed);
    assert_whole(&fed.room.path("data"));
    assert_left_alone(&fed.room);
}

const DICTIONARY: &str = "\n[[source]]\nid = \"{ID}\"\npublisher = \"p\"\ntitle = \"Names\"\npage = \"https://publisher.example/\"\naddress = [{ url = \"http://127.0.0.1:9/x\" }]\nschedule = \"0 0 1 1 *\"\nformat = [\"csv\"]\nlicence = \"none\"\n{KEYS}\n\n[[source.lines]]\nname = \"countries\"\ndictionary = \"partner\"\ncolumns = { code = [\"KOD\"], name = [\"NAME\"] }\n";

/// Names are kept as they are: a name that cannot be read is none.
#[test]
fn no_name_has_holes() {
    let names = |code: &str, text: &str| format!("KOD;NAME\n{code};{text}\n");
    let cut = |bytes: Vec<u8>| [&bytes[..bytes.len() - 2], b"\n"].concat();
    let kazakhstan = || names("K1", "КАЗАХСТАН");
    // what is said, the bytes, the names that come of it, whether a row is refused
    let cases: Vec<(&str, Vec<u8>, &[&str], bool)> = vec![
        ("", kazakhstan().into_bytes(), &["K1 КАЗАХСТАН"], false),
        ("windows-1251", encoded(&names("K2", "КАЗАХСТАН"), "windows-1251"), &["K2 КАЗАХСТАН"], false),
        ("ibm866", encoded(&names("K3", "КАЗАХСТАН"), "ibm866"), &["K3 КАЗАХСТАН"], false),
        ("utf-8", marked(cut(names("K4", "КАЗАХСТАН").into_bytes()), b"\xEF\xBB\xBF"), &[], true),
        // every byte is a character of what the source says: nothing tells the lie but the language of all that is fetched
        ("gb18030", encoded(&names("K5", "КАЗАХСТАНЪ"), "windows-1251"), &[], false),
        ("", marked(encoded(&names("K6", "КАЗАХСТАН"), "windows-1251"), b"\xEF\xBB\xBF"), &[], true),
        ("", names("K\u{fffd}", "КАЗАХСТАН").into_bytes(), &[], true),
        ("", names("K8", "КАЗАХ\u{fffd}СТАН").into_bytes(), &[], true),
        ("", names("\u{41a}Z", "a code that looks like another").into_bytes(), &[], true),
        ("", names("KZ", "КАЗАХСТАН").into_bytes(), &["KZ КАЗАХСТАН"], false),
        ("", names("A\u{a0}B", "\u{2009}ЯПОНИЯ\u{a0}").into_bytes(), &[], false),
    ];
    let mut folder = Folder::default();
    for (at, (charset, bytes, ..)) in cases.iter().enumerate() {
        let keys = if charset.is_empty() { String::new() } else { format!("charset = \"{charset}\"") };
        folder.source(&DICTIONARY.replace("{ID}", &format!("d{at}")).replace("{KEYS}", &keys));
        folder.document(&format!("d{at}"), "2021-01-01", bytes.clone());
    }
    let fed = folder.feed();
    let stored: Vec<String> = column(&fed.room.db(), "SELECT code || ' ' || name FROM customs_partner", []);
    let refused = "SELECT source_id FROM quarantine WHERE rule = 'bad_line'";
    let refused: Vec<String> = column(&fed.room.db(), refused, []);
    let mut wrong = Vec::new();
    for (at, (charset, _, names, bad)) in cases.iter().enumerate() {
        let id = format!("d{at}");
        let lacks = names.iter().any(|name| !stored.iter().any(|have| have == name));
        let told = refused.contains(&id) || fed.outcomes(&id).iter().all(|(code, _)| code != "stored");
        if lacks || *bad != told {
            wrong.push(format!("{id} {charset:?}: {names:?}, refused: {told} ({:?})", fed.outcomes(&id)));
        }
    }
    println!("F19: {} dictionaries", cases.len());
    assert!(wrong.is_empty(), "{}\n{stored:?} {refused:?}", wrong.join("\n"));
    assert_no_holes(&fed);
}
