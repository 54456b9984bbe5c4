//! Commodity groups as ranges of chapters: data, in `groups.csv`, with where each grouping comes from.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// The table, compiled in.
const TABLE: &str = include_str!("groups.csv");

/// A group of chapters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The grouping it is of: `customs`, `section`.
    pub kind: &'static str,
    /// The item it is in series codes.
    pub item: &'static str,
    /// Its chapters.
    pub chapters: Vec<RangeInclusive<u8>>,
    /// In words.
    pub title: String,
}

/// All groups of all groupings, in the order of the table.
pub static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(group).collect()
});

/// The group of a chapter in a grouping: its place in [`GROUPS`].
pub fn of_chapter(kind: &str, chapter: u8) -> Option<usize> {
    GROUPS.iter().position(|group| group.kind == kind && group.chapters.iter().any(|chapters| chapters.contains(&chapter)))
}

fn group(line: &'static str) -> Option<Group> {
    let mut fields = line.splitn(4, ',');
    let (kind, item, chapters, title) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let range = |text: &str| {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        Some(from.parse().ok()?..=to.parse().ok()?)
    };
    let chapters = chapters.split(' ').map(range).collect::<Option<Vec<_>>>()?;
    Some(Group { kind, item, chapters, title: title.trim_matches('"').to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every chapter but the free one is in one group of each grouping, and in one only.
    #[test]
    fn every_chapter_has_its_group() {
        assert_eq!(GROUPS.len(), TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1);
        for kind in ["customs", "section"] {
            for chapter in (1..=97).filter(|chapter| *chapter != 77 || kind == "section") {
                let has = |group: &&Group| group.kind == kind && group.chapters.iter().any(|range| range.contains(&chapter));
                assert_eq!(GROUPS.iter().filter(has).count(), 1, "{kind} {chapter}");
            }
        }
        let item = |chapter| GROUPS[of_chapter("customs", chapter).unwrap()].item;
        assert_eq!([27, 71, 92].map(item), ["hs-25-27", "hs-71", "hs-68-70-91-97"]);
        assert_eq!(of_chapter("customs", 98), None);
    }
}
