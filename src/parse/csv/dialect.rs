//! What separates the fields, and whether quotes mean anything, told by the first lines.

use super::reader;
use ::csv::StringRecord;

/// Separators that are tried; of equally good ones the first counts, for a comma is also a decimal sign.
const SEPARATORS: [u8; 4] = [b'\t', b';', b'|', b','];
/// The separator of a text that none of them separates: no text has it.
const NONE: u8 = 0x1F;
/// How a first line declares the separator, as Excel writes and reads it.
const DECLARATION: &str = "sep=";

/// How a text is split into fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Stands between fields.
    pub separator: u8,
    /// A field that begins with a quote ends with one.
    pub quoting: bool,
    /// The first line says so, and is no record.
    pub declared: bool,
}

impl Dialect {
    /// The dialect whose records have the most even number of fields.
    pub fn of(sample: &str) -> Dialect {
        let declared = declared(sample);
        let separators = declared.map_or(SEPARATORS.to_vec(), |separator| vec![separator]);
        let tried = separators.into_iter().map(|separator| {
            let dialect = Dialect { separator, quoting: quoting(sample, separator), declared: declared.is_some() };
            (evenness(sample, dialect), dialect)
        });
        // `max_by_key` takes the last of equals.
        let best = tried.rev().max_by_key(|(evenness, _)| *evenness);
        let none = Dialect { separator: NONE, quoting: quoting(sample, NONE), declared: false };
        best.filter(|(evenness, dialect)| dialect.declared || *evenness > (0, 0)).map_or(none, |(_, dialect)| dialect)
    }
}

fn declared(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?;
    match line.strip_prefix(DECLARATION)?.as_bytes() {
        &[separator] if separator.is_ascii() && separator != b'"' => Some(separator),
        _ => None,
    }
}

/// How many of a thousand neighbouring records have as many fields as each other, and how many of a thousand have several.
fn evenness(sample: &str, dialect: Dialect) -> (usize, usize) {
    let (mut reader, mut record) = (reader(dialect, sample.as_bytes()), StringRecord::new());
    let (mut records, mut several, mut even, mut before) = (0, 0, 0, 0);
    while reader.read_record(&mut record).unwrap_or(false) {
        let fields = record.len();
        records += 1;
        several += usize::from(fields > 1);
        even += usize::from(fields > 1 && fields == before);
        before = fields;
    }
    (even * 1000 / records.max(1), several * 1000 / records.max(1))
}

/// Whether most fields that begin with a quote also end with one: texts that are written without quoting hold stray quotes,
/// and one of them would swallow the lines up to the next.
fn quoting(sample: &str, separator: u8) -> bool {
    let (mut closed, mut stray) = (0, 0);
    let mut rest = sample.as_bytes();
    while !rest.is_empty() {
        let quoted = if let [b'"', inside @ ..] = rest { Some(behind_quotes(inside)) } else { None };
        let after = quoted.flatten().unwrap_or(rest);
        let end = memchr::memchr2(separator, b'\n', after).unwrap_or(after.len());
        if let Some(found) = quoted {
            let clean = found.is_some() && after.get(..end).is_some_and(|between| between.trim_ascii().is_empty());
            if clean { closed += 1 } else { stray += 1 }
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    closed >= stray
}

/// What follows the closing quote; two quotes in a row are one of the text.
fn behind_quotes(mut inside: &[u8]) -> Option<&[u8]> {
    loop {
        let at = memchr::memchr(b'"', inside)?;
        let after = inside.get(at + 1..)?;
        match after {
            [b'"', more @ ..] => inside = more,
            _ => return Some(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sample: &str) -> String {
        let Dialect { separator, quoting, declared } = Dialect::of(sample);
        format!("{:?}{}{}", separator as char, if quoting { "" } else { " unquoted" }, if declared { " declared" } else { "" })
    }

    #[test]
    fn the_most_even_separator_counts() {
        for (sample, wanted) in [
            ("a,b,c\n1,2,3\n", "','"),
            ("Год;Янв;Фев\n2019;1,5;2,5\n2020;1,7;2,9\n", "';'"),
            ("1,5;2,5\n1,7;2,9\n", "';'"),
            ("\tГод\tI, II\n1999\t4823,1\t901\n2000\t7306,5\t1527,3\n", "'\\t'"),
            ("....................\nKOD,NAME\n006,МЕТР; М\n055,\"КВАДРАТНЫЙ, МЕТР\"\n", "','"),
            ("a|b\n1|2\n", "'|'"),
            ("a,b\n", "','"),
            ("a;b,c\n1;2\n3;4,5,6\n", "';'"),
            ("одна колонка\nтекста\n", "'\\u{1f}'"),
            ("", "'\\u{1f}'"),
            ("sep=,\na;b,c\n", "',' declared"),
            ("name\tvalue\n\"Газпром\" ПАО\t1\n\"Роснефть\t2\n", "'\\t' unquoted"),
            ("name\tvalue\n\"ПАО \"\"Газпром\"\"\"\t1\n\"a\nb\" \t2\n", "'\\t'"),
        ] {
            assert_eq!(shown(sample), wanted, "{sample}");
        }
    }
}
