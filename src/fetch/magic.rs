//! What a file is, by its first bytes: publishers send error pages with status 200 under the names of workbooks.

use super::failure::Failure;
use std::fmt;

/// Bytes that are looked at.
pub(super) const HEAD: u64 = 4096;
/// Characters of a page's title that are quoted.
const TITLE_CHARS: usize = 80;
/// Lower-case words of pages that deny access; `403` counts only in the title.
const DENIALS: [&str; 6] = ["доступ запрещ", "доступ ограничен", "доступ закрыт", "нет доступа", "access denied", "forbidden"];
/// Lower-case words in the titles of pages that stand for one that is not there.
const ABSENCES: [&str; 4] = ["404", "не найден", "not found", "не существует"];
/// A page of so many bytes has no table beside what it apologizes for.
const SHORT_PAGE: usize = 4096;

/// The kinds of file that first bytes tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A zip archive, and so an xlsx, docx or odt.
    Zip,
    /// An OLE2 compound file: xls, doc.
    Ole,
    /// A PDF.
    Pdf,
    /// An HTML page.
    Html,
    /// Any other XML.
    Xml,
    /// Gzip.
    Gzip,
    /// RAR.
    Rar,
    /// Text without control characters: CSV, JSON.
    Text,
    /// Anything else.
    Binary,
    /// Nothing, or white space only.
    Empty,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Zip => "a zip file",
            Kind::Ole => "an OLE2 file",
            Kind::Pdf => "a PDF",
            Kind::Html => "an HTML page",
            Kind::Xml => "an XML file",
            Kind::Gzip => "a gzip file",
            Kind::Rar => "a RAR archive",
            Kind::Text => "a text",
            Kind::Binary => "unknown binary data",
            Kind::Empty => "nothing",
        })
    }
}

/// What the first bytes (up to some thousands) of a file say it is; stray bytes further on are the parsers' business.
pub fn sniff(bytes: &[u8]) -> Kind {
    let bytes = bytes.get(..HEAD as usize).unwrap_or(bytes);
    let signatures: [(&[u8], Kind); 6] = [
        (b"PK\x03\x04", Kind::Zip),
        (b"PK\x05\x06", Kind::Zip),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Ole),
        (b"%PDF-", Kind::Pdf),
        (b"\x1F\x8B", Kind::Gzip),
        (b"Rar!\x1A\x07", Kind::Rar),
    ];
    let signed = signatures.iter().find(|(signature, _)| bytes.starts_with(signature));
    signed.map_or_else(|| sniff_text(bytes), |(_, kind)| *kind)
}

/// The kinds that a document of a format (by its lower-case name or file extension) may begin as; `None` for names that
/// say nothing of their bytes.
pub fn expected_kinds(format: &str) -> Option<&'static [Kind]> {
    match format {
        "xlsx" | "xlsm" | "docx" | "ods" | "odt" | "zip" => Some(&[Kind::Zip]),
        "xls" | "doc" => Some(&[Kind::Ole]),
        "pdf" => Some(&[Kind::Pdf]),
        "html" | "htm" => Some(&[Kind::Html]),
        "xml" | "sdmx" => Some(&[Kind::Xml]),
        "gz" => Some(&[Kind::Gzip]),
        "rar" => Some(&[Kind::Rar]),
        "csv" | "tsv" | "txt" | "json" | "sdmx-json" => Some(&[Kind::Text]),
        "dbf" => Some(&[Kind::Binary]),
        _ => None,
    }
}

/// Compares the start of a document with the kinds that are wanted; none wanted means any but nothing.
///
/// # Errors
/// `soft_404`, `forbidden_page` or `not_expected_type`.
pub fn check_kind(head: &[u8], accept: &[Kind]) -> Result<(), Failure> {
    let seen = sniff(head);
    if seen != Kind::Empty && (accept.is_empty() || accept.contains(&seen)) {
        return Ok(());
    }
    let wanted = accept.iter().map(Kind::to_string).collect::<Vec<_>>().join(" or ");
    let wanted = if wanted.is_empty() { "a document".to_owned() } else { wanted };
    Err(match seen {
        Kind::Html => html_instead(wanted, &decode(head)),
        _ => Failure::NotExpectedType { wanted, seen },
    })
}

fn html_instead(wanted: String, page: &str) -> Failure {
    let title = title_of(page);
    let lower = page.to_lowercase();
    if title.contains("403") || DENIALS.iter().any(|denial| lower.contains(denial)) {
        Failure::ForbiddenPage { wanted, title }
    } else {
        Failure::Soft404 { wanted, title }
    }
}

/// What a page without figures says of itself where a page was wanted: that access is denied, or that nothing is there.
pub fn error_page(bytes: &[u8]) -> Option<Failure> {
    let page = decode(bytes);
    let title = title_of(&page);
    let searched = if page.len() < SHORT_PAGE { page.to_lowercase() } else { title.to_lowercase() };
    let wanted = "a page with figures".to_owned();
    if title.contains("403") || DENIALS.iter().any(|denial| searched.contains(denial)) {
        return Some(Failure::ForbiddenPage { wanted, title });
    }
    let absent = ABSENCES.iter().any(|absence| title.to_lowercase().contains(absence));
    absent.then_some(Failure::Soft404 { wanted, title })
}

/// The page's title; without one, its first words.
fn title_of(page: &str) -> String {
    let html = scraper::Html::parse_document(page);
    let text_of = |name: &str| {
        let selector = scraper::Selector::parse(name).ok()?;
        let text: String = html.select(&selector).next()?.text().collect();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then(|| words.chars().take(TITLE_CHARS).collect())
    };
    text_of("title").or_else(|| text_of("body")).unwrap_or_default()
}

/// UTF-8 where it is valid (a cut last character aside), else the charset that Russian publishers used before it.
pub(super) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => encoding_rs::WINDOWS_1251.decode(bytes).0.into_owned(),
    }
}

fn sniff_text(bytes: &[u8]) -> Kind {
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let plain: Vec<u8> = match utf16 {
        true => bytes.iter().skip(2).copied().filter(|byte| *byte != 0).collect(),
        false => bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).to_vec(),
    };
    let text = plain.trim_ascii_start().to_ascii_lowercase();
    if text.is_empty() {
        return Kind::Empty;
    }
    if !utf16 && text.iter().any(|byte| *byte < b' ' && !b"\t\n\r\x0C\x1A".contains(byte)) {
        return Kind::Binary;
    }
    if text.starts_with(b"<") { sniff_markup(&text) } else { Kind::Text }
}

fn sniff_markup(text: &[u8]) -> Kind {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    let tags: [&[u8]; 10] = [b"<head", b"<body", b"<title", b"<script", b"<meta", b"<div", b"<table", b"<center", b"<h1", b"<p>"];
    let page = has(b"<!doctype html") || has(b"<html") || tags.iter().any(|tag| text.starts_with(tag));
    if page { Kind::Html } else { Kind::Xml }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_what_a_file_is() {
        let cp866 = encoding_rs::IBM866.encode("янв;Добыча угля\r\n").0.into_owned();
        let table = [&b"\x03\x78\x04\x19\x01\0\0\0\x41\0\x0A\0"[..], &[0; 20], b"NAPR\0"].concat();
        let cases: [(&[u8], Kind); 24] = [
            (b"PK\x03\x04\x14\0\x06\0", Kind::Zip),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", Kind::Ole),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"\x1F\x8B\x08\0", Kind::Gzip),
            (b"Rar!\x1A\x07\x01\0", Kind::Rar),
            (b"", Kind::Empty),
            (b" \r\n\t", Kind::Empty),
            (b"\xEF\xBB\xBF", Kind::Empty),
            (b"<!DOCTYPE html><html>", Kind::Html),
            (b"\r\n\r\n  <HTML><HEAD>", Kind::Html),
            (b"\xEF\xBB\xBF<html lang=ru>", Kind::Html),
            (b"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html>", Kind::Html),
            (b"<!-- saved --><html>", Kind::Html),
            (b"<script>location='/captcha'</script>", Kind::Html),
            (b"\xFF\xFE<\0h\0t\0m\0l\0>\0", Kind::Html),
            (b"<?xml version='1.0' encoding=\"windows-1251\"?><ValCurs>", Kind::Xml),
            (b"<GenericData>", Kind::Xml),
            (b"{\"data\": [1]}", Kind::Text),
            ("январь;106,4\r\n".as_bytes(), Kind::Text),
            (b"\xFF\xED\xE2\xE0\xF0\xFC;1\n", Kind::Text),
            (b"\x03\x79\x04\x0f\0\0\0\0", Kind::Binary),
            (&cp866, Kind::Text),
            (&table, Kind::Binary),
            (b"PK", Kind::Text),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
        let stray = [b"<html>".as_slice(), &[b' '; 5000], b"\x03"].concat();
        assert_eq!(sniff(&stray), Kind::Html);
    }

    #[test]
    fn a_page_without_figures_says_whether_it_is_an_error_page() {
        for (page, code) in [
            ("<html><title>Ошибка 403</title>", "forbidden_page"),
            ("<html><title>Росстат</title><body>Доступ запрещён", "forbidden_page"),
            ("<html><title>Страница не найдена</title>", "soft_404"),
            ("<html><body><h1>404 Not Found</h1>", "soft_404"),
            ("<html><title>О рынке труда</title><p>без работы 404 тысячи", ""),
        ] {
            assert_eq!(error_page(page.as_bytes()).map_or("", |failure| failure.code()), code, "{page}");
        }
        let long = format!("<title>Новости</title>{}нет доступа", "слово ".repeat(1000));
        assert_eq!(error_page(long.as_bytes()), None);
    }

    #[test]
    fn a_page_in_place_of_a_workbook_says_what_it_is() {
        let windows_1251 = encoding_rs::WINDOWS_1251.encode("<html><body>Доступ запрещён</body></html>").0.into_owned();
        let cases: [(&[u8], &[Kind], &str); 9] = [
            (b"<html><head><title>403 Forbidden</title></head></html>", &[Kind::Zip], "forbidden_page"),
            (&windows_1251, &[Kind::Ole], "forbidden_page"),
            ("<html><title>Страница не найдена</title>".as_bytes(), &[Kind::Zip], "soft_404"),
            (b"<html><title>Index of /403</title>", &[Kind::Html], ""),
            (b"%PDF-1.4", &[Kind::Zip], "not_expected_type"),
            (b"", &[], "not_expected_type"),
            (b"1", &[Kind::Zip, Kind::Ole], "not_expected_type"),
            (b"%PDF-1.4", &[], ""),
            (b"PK\x03\x04", &[Kind::Zip], ""),
        ];
        for (bytes, accept, code) in cases {
            assert_eq!(check_kind(bytes, accept).err().map_or("", |failure| failure.code()), code);
        }
        let failure = check_kind("<html><title>\nСтраница  не\nнайдена</title>".as_bytes(), &[Kind::Zip]).unwrap_err();
        assert!(failure.to_string().contains("\"Страница не найдена\""), "{failure}");
    }
}
