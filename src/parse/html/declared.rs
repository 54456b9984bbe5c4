//! The charset a page declares of itself, in its first kilobyte.

/// A declaration further down is not looked for, as browsers do not either.
const HEAD: usize = 1024;

/// What `<meta charset=…>`, `<meta http-equiv … content="…; charset=…">` or an XML declaration says.
pub fn charset(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let xml = tags(&head, "<?xml").find_map(|tag| value(tag, "encoding"));
    xml.or_else(|| tags(&head, "<meta").find_map(|tag| value(tag, "charset")))
}

/// The tags of a name, from behind their name to their end.
fn tags<'h>(head: &'h str, name: &'h str) -> impl Iterator<Item = &'h str> {
    head.split(name).skip(1).map(|rest| rest.split('>').next().unwrap_or_default())
}

/// What stands behind `key =`, with or without quotes.
fn value(tag: &str, key: &str) -> Option<String> {
    let (_, rest) = tag.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::charset;

    #[test]
    fn declarations() {
        for (page, declared) in [
            ("<meta charset=\"UTF-8\">", Some("utf-8")),
            ("\r\n<META CHARSET=windows-1251>", Some("windows-1251")),
            ("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">", Some("windows-1251")),
            ("<meta content='text/html;charset = koi8-r' http-equiv='Content-Type'/>", Some("koi8-r")),
            ("<?xml version=\"1.0\" encoding=\"cp1251\"?><html>", Some("cp1251")),
            ("<meta name=viewport content=\"width=1\"><meta charset='ibm866'>", Some("ibm866")),
            ("<html><p>charset=utf-8</p>", None),
            ("<meta charset=>", None),
            ("", None),
        ] {
            assert_eq!(charset(page.as_bytes()).as_deref(), declared, "{page}");
        }
        let late = format!("{}<meta charset=koi8-r>", " ".repeat(2000));
        assert_eq!(charset(late.as_bytes()), None);
    }
}
