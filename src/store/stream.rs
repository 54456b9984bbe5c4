//! Whole tables row by row, for whoever writes them in another form: nothing is held, and all of it is one moment of the file.

mod selects;

use super::{Store, StoreError};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Row, Transaction};

/// What can be streamed; its columns are named in `selects`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Sources with their publishers.
    Source,
    /// Documents.
    Document,
    /// Series.
    Series,
    /// Figures with all of their vintages; a portion is a frequency.
    Observation,
    /// Papers.
    Paper,
    /// Claims with the cut-off that is in force.
    Claim,
    /// Verdicts, those of older reconciliations included.
    Finding,
    /// Lines of customs dumps with how long they stood; a portion is a year.
    CustomsLine,
    /// Names of the codes in customs lines.
    CustomsName,
}

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    /// NULL.
    Nothing,
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(&'a str),
}

/// The store as of one moment, however long it is looked at; whoever writes goes on.
pub struct Moment<'a>(Transaction<'a>);

impl Store {
    /// Holds the store as it is now.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn moment(&self) -> Result<Moment<'_>, StoreError> {
        let moment = self.db.unchecked_transaction()?;
        // a transaction that only reads begins with what it reads first
        moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(Moment(moment))
    }
}

impl Moment<'_> {
    /// Names of a stream's columns.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn columns(&self, stream: Stream) -> Result<Vec<String>, StoreError> {
        let query = self.0.prepare(selects::rows(stream))?;
        Ok(query.column_names().map(str::to_string).collect())
    }

    /// The portions in which a stream comes; none, if it is empty.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn portions(&self, stream: Stream) -> Result<Vec<String>, StoreError> {
        let mut query = self.0.prepare(selects::portions(stream))?;
        let portions = query.query_map([], |row| row.get(0))?;
        Ok(portions.collect::<Result<_, _>>()?)
    }

    /// Every row of a portion, in the order in which the file has them.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], and what `each` fails with.
    pub fn rows<E: From<StoreError>>(
        &self,
        stream: Stream,
        portion: &str,
        mut each: impl FnMut(&[Field<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut query = self.0.prepare(selects::rows(stream)).map_err(StoreError::from)?;
        let width = query.column_count();
        let mut rows = query.query([portion]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let fields: Result<Vec<Field<'_>>, StoreError> = (0..width).map(|at| field(row, at)).collect();
            each(&fields?)?;
        }
        Ok(())
    }
}

fn field<'a>(row: &'a Row<'_>, at: usize) -> Result<Field<'a>, StoreError> {
    let wrong = |found: Type| rusqlite::Error::InvalidColumnType(at, format!("column {at}"), found);
    match row.get_ref(at)? {
        ValueRef::Null => Ok(Field::Nothing),
        ValueRef::Integer(number) => Ok(Field::Whole(number)),
        ValueRef::Text(text) => std::str::from_utf8(text).map(Field::Text).map_err(|_| wrong(Type::Text).into()),
        // nothing that is exact is one of these
        other @ (ValueRef::Real(_) | ValueRef::Blob(_)) => Err(wrong(other.data_type()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store of any size is read along its indexes: nothing is sorted, and no large table is looked through once a row.
    #[test]
    fn large_tables_are_walked_in_their_own_order() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("s.db")).unwrap();
        for (stream, index) in [(Stream::Observation, "observation_lookup"), (Stream::CustomsLine, "customs_segment_by_period")] {
            let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {}", selects::rows(stream))).unwrap();
            let steps = query.query_map(["2016"], |row| row.get::<_, String>(3)).unwrap();
            let plan = steps.map(Result::unwrap).collect::<Vec<_>>().join("\n");
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{stream:?}\n{plan}");
            let scans = plan.lines().filter(|step| step.starts_with("SCAN")).collect::<Vec<_>>();
            assert!(scans.iter().all(|step| *step == "SCAN s"), "{stream:?}\n{plan}");
        }
    }

    #[test]
    fn a_moment_does_not_see_what_is_written_after_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("s.db");
        let writer = Store::open(&file).unwrap();
        let reader = Store::open_read_only(&file).unwrap();
        let moment = reader.moment().unwrap();
        writer.db.execute("INSERT INTO source (id) VALUES ('late')", []).unwrap();
        let count = |moment: &Moment<'_>| {
            let mut rows = 0;
            let count = |_: &[Field<'_>]| {
                rows += 1;
                Ok::<(), StoreError>(())
            };
            moment.rows(Stream::Source, "", count).unwrap();
            rows
        };
        assert_eq!((count(&moment), moment.portions(Stream::Source).unwrap()), (0, Vec::<String>::new()));
        drop(moment);
        assert_eq!(count(&reader.moment().unwrap()), 1);
    }
}
