//! How series hang together: pairs that differ in their variant alone, and subjects that bear the same label.

use super::{Store, StoreError};
use crate::model::Way;
use rusqlite::{Transaction, params};

/// Two groups of series that hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// `publisher.indicator` of both, which then differ in the variant or in the form alone; `None` if `from` and `to` are subjects.
    pub family: Option<String>,
    /// Variant, form or subject of the one.
    pub from: String,
    /// Variant, form or subject of the other.
    pub to: String,
    /// How they hang together.
    pub kind: String,
    /// Why.
    pub note: String,
}

/// Pairs that differ in the variant alone.
const BY_VARIANT: &str = "INSERT INTO series_link (\"from\", \"to\", kind, note)
    SELECT a.id, b.id, ?4, ?5 FROM series AS a JOIN series AS b
      ON b.publisher = a.publisher AND b.indicator = a.indicator AND b.item = a.item AND b.entity IS a.entity
      AND b.detail IS a.detail AND b.flow IS a.flow AND b.counterpart IS a.counterpart
      AND b.measure = a.measure AND b.frequency = a.frequency
    WHERE a.indicator = substr(?1, instr(?1, '.') + 1) AND a.publisher = substr(?1, 1, instr(?1, '.') - 1)
      AND a.variant = ?2 AND b.variant = ?3
    ON CONFLICT DO UPDATE SET note = excluded.note WHERE note <> excluded.note";

/// Pairs of two subjects that can speak of one period. A subject's codes lie between it with a point and with what follows a
/// point, so that the codes' own index finds them.
const BY_SUBJECT: &str = "INSERT INTO series_link (\"from\", \"to\", kind, note)
    SELECT a.id, b.id, ?3, ?4 FROM series AS a JOIN series AS b
      ON a.frequency = b.frequency OR (a.frequency IN ('a', 'ytd') AND b.frequency IN ('a', 'ytd'))
    WHERE a.code > ?1 || '.' AND a.code < ?1 || '/' AND b.code > ?2 || '.' AND b.code < ?2 || '/' AND a.id <> b.id
    ON CONFLICT DO UPDATE SET note = excluded.note WHERE note <> excluded.note";

/// A rule as [`LinkRow`] has it: family, from, to, kind, note.
type FormRow<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// Rules that are not in the list any more.
const DROP_FORMS: &str = "DELETE FROM series_form WHERE NOT EXISTS (SELECT 1 FROM json_each(?1) AS j
    WHERE j.value ->> 0 = family AND j.value ->> 1 = \"from\" AND j.value ->> 2 = \"to\" AND j.value ->> 3 = kind)";
/// One rule; what stands there already is left as it is.
const ADD_FORM: &str = "INSERT INTO series_form (family, \"from\", \"to\", kind, note, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET note = excluded.note, place = excluded.place
    WHERE note <> excluded.note OR place <> excluded.place";

/// The rule that a link states; `None` for links of another kind.
fn form(link: &LinkRow) -> Option<FormRow<'_>> {
    Way::of_kind(&link.kind)?;
    Some((link.family.as_deref()?, &link.from, &link.to, &link.kind, &link.note))
}

impl Store {
    /// Makes the rules by which figures are had from other forms equal to those of `links`; a second call changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sync_forms(&mut self, links: &[LinkRow]) -> Result<(), StoreError> {
        let wanted: Vec<FormRow<'_>> = links.iter().filter_map(form).collect();
        let tx = self.db.transaction()?;
        let listed = serde_json::json!(wanted).to_string();
        tx.prepare_cached(DROP_FORMS)?.execute([&listed])?;
        for (place, (family, from, to, kind, note)) in (0_i64..).zip(&wanted) {
            tx.prepare_cached(ADD_FORM)?.execute(params![family, from, to, kind, note, place])?;
        }
        Ok(tx.commit()?)
    }

    /// Links every pair of series that both exist and are meant by one of `links`; a second call changes nothing. Gives how
    /// many links are new or say something new. Subjects are linked both ways, since neither comes first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn link_series(&mut self, links: &[LinkRow]) -> Result<usize, StoreError> {
        let tx = self.db.transaction()?;
        let mut linked = 0;
        for link in links {
            linked += match &link.family {
                Some(family) => {
                    tx.prepare_cached(BY_VARIANT)?.execute(params![family, link.from, link.to, link.kind, link.note])?
                }
                None => subjects(&tx, link, &link.from, &link.to)? + subjects(&tx, link, &link.to, &link.from)?,
            };
        }
        tx.commit()?;
        Ok(linked)
    }
}

fn subjects(tx: &Transaction<'_>, link: &LinkRow, from: &str, to: &str) -> Result<usize, StoreError> {
    Ok(tx.prepare_cached(BY_SUBJECT)?.execute(params![from, to, link.kind, link.note])?)
}
