//! A short name for how a source's documents are read, so that rows tell which mapping made them.

use super::tree::Section;
use sha2::{Digest, Sha256};

/// So many hex digits tell two mappings of one source apart.
const DIGITS: usize = 12;
/// Keys of a source that say where and when, and nothing of how its documents are read.
const NOT_READ: [&str; 23] = [
    "id",
    "publisher",
    "title",
    "page",
    "address",
    "hosts",
    "ca",
    "ca_hosts",
    "proxy",
    "proxy_login",
    "robots",
    "any_size",
    "must_contain",
    "language",
    "max_bytes",
    "schedule",
    "zone",
    "expected",
    "licence",
    "state",
    "since",
    "note",
    "freshness",
];

/// The digest of a source's block as far as it says how documents are read, and of the shared lists `[names.LIST]` it speaks of.
/// Comments, spaces and the layout of the file do not count.
pub(super) fn digest(section: &Section<'_>, shared: &[(String, String)]) -> String {
    let mut text = section.canonical(|key| !NOT_READ.contains(&key));
    let own = text.clone();
    for (_, list) in shared.iter().filter(|(name, _)| own.contains(&format!(":{name}}}"))) {
        text.push_str(list);
    }
    let mut digest = hex::encode(Sha256::digest(text.as_bytes()));
    digest.truncate(DIGITS);
    digest
}

/// The shared lists of the file, each as text.
pub(super) fn shared(root: &Section<'_>) -> Vec<(String, String)> {
    let lists = root.map("names").into_iter();
    lists.map(|(key, node)| (key.text.to_string(), format!("{}={}", key.text, node.canonical()))).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const FILE: &str = include_str!("../../tests/fixtures/sources.toml");

    fn digest(text: &str) -> String {
        Config::parse(&text.replace("{ADDRESS}", "https://publisher.example/s.xlsx"), "x").unwrap().sources[0].digest.clone()
    }

    #[test]
    fn a_digest_changes_with_the_reading_and_with_nothing_else() {
        let before = digest(FILE);
        assert_eq!(before.len(), super::DIGITS);
        let same = [
            FILE.replace("[[source.read]]", "# a comment\n\n[[source.read]]"),
            FILE.replace(
                "licence = \"none\"",
                "licence = \"some\"\nfreshness = 40\nexpected = \"0 19 * * 3\"\nstate = \"moved\"",
            ),
            FILE.replace("name = \"mom\"", "name   =   'mom'"),
            FILE.replace("*/2 * * * * *", "0 0 1 1 *"),
            format!("[names.unused]\n\"A\" = \"a\"\n{FILE}"),
        ];
        for text in same {
            assert_eq!(digest(&text), before, "{text}");
        }
        let other = [
            FILE.replace("\"Mining\" = \"b\"", "\"Mining*\" = \"b\""),
            FILE.replace("unit = \"percent\"", "unit = \"percent\"\nblank = \"skip\""),
            FILE.replace("format = [\"xlsx\"]", "format = [\"xlsx\", \"xls\"]"),
            format!("[names.activity]\n\"A\" = \"a\"\n{FILE}"),
        ];
        for text in other {
            assert_ne!(digest(&text), before, "{text}");
        }
    }
}
