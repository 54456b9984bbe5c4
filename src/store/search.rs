//! Words looked for in what things are called, through the index that triggers keep (`label`, `label_fts`).

use super::query::Asked;
use super::{Store, StoreError};
use rusqlite::{Row, params};
use std::collections::BTreeSet;

/// Words of a question that count; more make it no clearer.
const MOST_WORDS: usize = 12;
/// A word is cut to its stem only if so many letters stay.
const LEAST_STEM: usize = 4;
/// Series that are named of a row.
const SERIES_NAMED: usize = 6;
/// Endings of Russian nouns and adjectives, the longer before the shorter, and of English plurals.
const ENDINGS: [&str; 46] = [
    "иями", "ого", "его", "ому", "ему", "ыми", "ими", "ами", "ями", "иях", "ией", "иям", "ой", "ей", "ый", "ий", "ая", "яя",
    "ое", "ее", "ые", "ие", "ых", "их", "ым", "им", "ом", "ем", "ам", "ям", "ах", "ях", "ов", "ев", "ию", "ия", "ии", "а", "я",
    "о", "е", "ы", "и", "у", "ь", "s",
];
/// Parts of a row's meaning that are no part of a series' code.
const NO_PART: [&str; 4] = ["unit", "measure", "sheet_no", "chapter"];

/// What can be called something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// A series.
    Series,
    /// A row or column of published tables.
    Row,
    /// A source.
    Source,
    /// A paper.
    Paper,
    /// A claim.
    Claim,
    /// A chapter, heading or subheading of the commodity nomenclature.
    Commodity,
}

impl LabelKind {
    /// All of them by the words of `label.kind`.
    pub const ALL: [(&'static str, LabelKind); 6] = [
        ("series", LabelKind::Series),
        ("row", LabelKind::Row),
        ("source", LabelKind::Source),
        ("paper", LabelKind::Paper),
        ("claim", LabelKind::Claim),
        ("commodity", LabelKind::Commodity),
    ];

    /// The word of `label.kind`.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    fn of(word: &str) -> Result<LabelKind, StoreError> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
        found.ok_or_else(|| StoreError::Corrupt { column: "label.kind", wanted: "a kind of label", found: word.to_string() })
    }
}

/// Something that is called as was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelHit {
    /// What it is.
    pub kind: LabelKind,
    /// The paper of a claim, the source of a row.
    pub owner: String,
    /// Code, id, or the meaning of a row.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Of a row the series it stands in, the first few of them.
    pub series: Vec<String>,
    /// How many further ones there are.
    pub more: usize,
}

impl Asked for LabelHit {
    fn read(row: &Row<'_>) -> Result<LabelHit, StoreError> {
        let kind = LabelKind::of(&row.get::<_, String>(0)?)?;
        let (owner, name, title) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(LabelHit { kind, owner, name, title, series: Vec::new(), more: 0 })
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelSought {
    /// Words that must all stand there, in any order and with any ending.
    pub text: String,
    /// Only this kind.
    pub kind: Option<LabelKind>,
    /// So many are passed over.
    pub skip: u32,
    /// So many are given at most.
    pub most: u32,
}

impl Store {
    /// What is called by all of these words, the best match first; nothing if there is no word in the question.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn search(&self, sought: &LabelSought) -> Result<Vec<LabelHit>, StoreError> {
        let Some(asked) = question(&sought.text) else { return Ok(Vec::new()) };
        let sql = "SELECT l.kind, l.owner, l.name, l.title FROM label_fts AS f JOIN label AS l ON l.id = f.rowid
            WHERE label_fts MATCH ?1 AND (?2 = '' OR l.kind = ?2)
            ORDER BY bm25(label_fts, 1.0, 4.0), l.kind, l.owner, l.name LIMIT ?3 OFFSET ?4";
        let kind = sought.kind.map_or("", LabelKind::as_str);
        let mut hits: Vec<LabelHit> = self.listed(sql, params![asked, kind, sought.most, sought.skip])?;
        for hit in hits.iter_mut().filter(|hit| hit.kind == LabelKind::Row) {
            self.series_of_row(hit)?;
        }
        Ok(hits)
    }

    /// The series of a row: those of its source whose codes have every part of its meaning.
    fn series_of_row(&self, hit: &mut LabelHit) -> Result<(), StoreError> {
        let all = || hit.name.split(',').filter_map(|part| part.split_once('='));
        let named = |wanted: &str| all().find(|(key, _)| *key == wanted).map(|(_, value)| value);
        let parts: BTreeSet<&str> = all().filter(|(key, _)| !NO_PART.contains(key)).map(|(_, value)| value).collect();
        if parts.is_empty() {
            return Ok(());
        }
        // an item is not a part of another one: 05 is not 05.1
        let sql = "SELECT s.code FROM series AS s
            WHERE NOT EXISTS (SELECT 1 FROM json_each(?1) AS p WHERE instr('.' || s.code || '.', '.' || p.value || '.') = 0)
              AND (?3 IS NULL OR s.item = ?3) AND (?4 IS NULL OR s.entity = ?4)
              AND EXISTS (SELECT 1 FROM series_source AS k WHERE k.series_id = s.id AND k.source_id = ?2)
            ORDER BY s.code";
        let mut query = self.db.prepare_cached(sql)?;
        let parts = serde_json::json!(parts).to_string();
        let codes = query.query_map(params![parts, hit.owner, named("item"), named("entity")], |row| row.get(0))?;
        hit.series = codes.collect::<Result<_, _>>()?;
        hit.more = hit.series.len().saturating_sub(SERIES_NAMED);
        hit.series.truncate(SERIES_NAMED);
        Ok(())
    }
}

/// The question as the index understands it: every word or its stem as the beginning of a word. What the words are made of is letters
/// and digits, and they stand between quotes, so that nothing in them is an operator. `None` without a word.
fn question(text: &str) -> Option<String> {
    let text = text.to_lowercase().replace('ё', "е");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST_WORDS);
    let asked: Vec<String> = words.map(|word| format!("\"{}\"*", stem(word))).collect();
    (!asked.is_empty()).then(|| asked.join(" AND "))
}

/// A word without its ending.
fn stem(word: &str) -> &str {
    let long = |rest: &&str| rest.chars().count() >= LEAST_STEM && rest.chars().all(char::is_alphabetic);
    ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(long)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_beginnings_and_nothing_is_an_operator() {
        let cases = [
            ("Промышленного производства", "\"промышленн\"* AND \"производств\"*"),
            ("ЁЛКА", "\"елка\"*"),
            ("уголь", "\"угол\"*"),
            ("rosstat.ipi.05", "\"rosstat\"* AND \"ipi\"* AND \"05\"*"),
            ("minerals OR NOT (x\" : NEAR", "\"mineral\"* AND \"or\"* AND \"not\"* AND \"x\"* AND \"near\"*"),
        ];
        for (said, wanted) in cases {
            assert_eq!(question(said).as_deref(), Some(wanted), "{said}");
        }
        assert_eq!(question(" \"-* ()"), None);
        assert_eq!(question(&"a ".repeat(99)).unwrap().matches("AND").count(), MOST_WORDS - 1);
    }

    /// What every trigger should have kept, as one question.
    const WANTED: &str = "SELECT 'series', '', code, title FROM series UNION SELECT 'source', '', id, title FROM source
        UNION SELECT 'paper', '', id, title FROM paper
        UNION SELECT 'claim', paper_id, claim, restated FROM claim WHERE retired_at IS NULL
        UNION SELECT 'commodity', '', code, name FROM customs_code WHERE name <> '' AND length(code) <= 6
        UNION SELECT 'row', n.source_id, p.value ->> 1, p.value ->> 2
          FROM layout AS l JOIN snapshot AS n ON n.id = l.snapshot_id JOIN json_each(l.places) AS p
          WHERE p.value ->> 2 <> '' AND p.value ->> 1 NOT GLOB '*year=*' AND p.value ->> 1 NOT GLOB '*quarter=*'
            AND p.value ->> 1 NOT GLOB '*month=*' AND p.value ->> 1 NOT GLOB '*date=*'";

    fn in_step(store: &Store) {
        let differ = format!(
            "SELECT count(*) FROM (SELECT * FROM ({WANTED}) EXCEPT SELECT kind, owner, name, title FROM label
               UNION ALL SELECT * FROM (SELECT kind, owner, name, title FROM label EXCEPT SELECT * FROM ({WANTED})))"
        );
        assert_eq!(store.db.query_row(&differ, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
        store.db.execute("INSERT INTO label_fts (label_fts, rank) VALUES ('integrity-check', 1)", []).unwrap();
    }

    #[test]
    fn labels_follow_what_they_are_of() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("a.db")).unwrap();
        let steps = [
            "INSERT INTO source (id, title) VALUES ('s', 'Выпуск ёлок'), ('t', '')",
            "INSERT INTO series (code, publisher, indicator, item, entity, measure, frequency) VALUES
               ('p.ipi.05.ru.yoy.m', 'p', 'ipi', '05', 'ru', 'yoy', 'm')",
            "INSERT INTO series_source VALUES (1, 's', 'parsed')",
            "INSERT INTO paper (id, title, loaded_at) VALUES ('a', 'A paper', 'x')",
            "INSERT INTO claim (paper_id, claim, printed, restated) VALUES ('a', 'c1', '5', 'Coal output fell'), ('a', 'c2', '6', 'Growth')",
            "INSERT INTO customs_code (code) VALUES ('2701'), ('2701110000')",
            "UPDATE customs_code SET name = 'УГОЛЬ КАМЕННЫЙ'",
            "INSERT INTO snapshot (id, source_id, sha256, as_of, as_of_basis, known_from, known_from_basis, class, held, recorded_from)
               VALUES (1, 's', printf('%064d', 1), '2020-01-01', 'recorded', '2020-01-01', 'recorded', 'parsed', 1, 'x'),
                 (2, 's', printf('%064d', 2), '2020-02-01', 'recorded', '2020-02-01', 'recorded', 'parsed', 1, 'x')",
            "INSERT INTO layout VALUES (1, 't', '[[\"row\",\"entity=ru,item=05\",\"добыча угля\",\"4\"],[\"column\",\"month=1\",\"январь\",\"B\"]]')",
            "INSERT INTO layout VALUES (2, 't', '[[\"row\",\"entity=ru,item=05\",\"добыча угля\",\"5\"]]')",
            "DELETE FROM layout WHERE snapshot_id = 1",
            "UPDATE series SET title = 'Mining of coal'",
            "UPDATE claim SET retired_at = 'x' WHERE claim = 'c2'",
            "UPDATE source SET title = 'Выпуск ёлок и угля' WHERE id = 's'",
        ];
        for step in steps {
            store.db.execute_batch(step).unwrap();
            in_step(&store);
        }
        let found = |text: &str| {
            let sought = LabelSought { text: text.into(), most: 9, ..LabelSought::default() };
            let told = |hit: LabelHit| format!("{} {} {} {}", hit.kind.as_str(), hit.owner, hit.name, hit.series.join(" "));
            store
                .search(&sought)
                .unwrap()
                .into_iter()
                .map(told)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(found("угля добычей"), "row s entity=ru,item=05 p.ipi.05.ru.yoy.m");
        assert_eq!(found("елок выпуска"), "source  s ");
        assert_eq!(found("COAL"), "claim a c1 |series  p.ipi.05.ru.yoy.m ");
        assert_eq!(found("уголь каменного"), "commodity  2701 ");
        assert_eq!(found("growth"), "");
        store.db.execute("DELETE FROM layout", []).unwrap();
        in_step(&store);
        assert_eq!(found("добыча"), "");
    }

    /// A file of version 5 gets the labels of what it holds.
    #[test]
    fn a_file_of_version_5_is_searched_as_a_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old.db");
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch(include_str!("../../tests/fixtures/schema-v5.sql")).unwrap();
        let rows = "INSERT INTO source (id, title) VALUES ('s', 'Coal');
            INSERT INTO series (code, publisher, indicator, item, measure, frequency) VALUES ('p.i.05.a', 'p', 'i', '05', 'level', 'a');
            INSERT INTO paper (id, title, loaded_at) VALUES ('a', 'A', 'x');
            INSERT INTO claim (paper_id, claim, printed, restated, retired_at) VALUES ('a', 'c', '5', 'Coal', NULL), ('a', 'd', '5', 'x', 'x');
            INSERT INTO customs_code (code, name) VALUES ('27', 'coal'), ('2701110000', 'coal');
            INSERT INTO snapshot (source_id, sha256, as_of, as_of_basis, known_from, known_from_basis, class, held, recorded_from)
              VALUES ('s', printf('%064d', 1), '2020-01-01', 'recorded', '2020-01-01', 'recorded', 'parsed', 1, 'x');
            INSERT INTO layout VALUES (1, 't', '[[\"row\",\"item=05\",\"coal\",\"4\"],[\"row\",\"year=1\",\"1\",\"4\"]]'),
              (1, 'u', '[[\"row\",\"item=05\",\"coal\",\"4\"]]');";
        db.execute_batch(rows).unwrap();
        drop(db);
        let store = Store::open(&path).unwrap();
        in_step(&store);
        let sought = LabelSought { text: "coal".into(), most: 9, ..LabelSought::default() };
        assert_eq!(store.search(&sought).unwrap().len(), 4);
        let shape = |store: &Store| super::super::shape::shape(&store.db).unwrap();
        assert_eq!(shape(&store), shape(&Store::open(&dir.path().join("new.db")).unwrap()));
    }
}
