//! How the rows of an evidence file as stored differ from the file.

use super::{Place, Said, stored, wanted};
use crate::store::rows::series_code;
use crate::store::{ExportedRow, Fault, Store, StoreError};
use rusqlite::{Connection, TransactionBehavior};

/// So many differences of a file are told; one more says that there are others.
const MOST_TOLD: usize = 100;

impl Store {
    /// What [`Store::sync_exported`] would change, row by row; everything is taken back.
    ///
    /// # Errors
    /// As [`Store::sync_exported`].
    pub fn compare_exported(&mut self, file: &str, rows: &[ExportedRow]) -> Result<Vec<Fault>, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (wanted, _) = wanted(&tx, file, rows, "")?;
        let mut stored = stored(&tx, file)?;
        let mut faults = Vec::new();
        for (place, said) in &wanted {
            let old = stored.remove(place).map(|(_, old)| old);
            if old.as_ref() != Some(said) {
                faults.push(fault(&tx, file, place, old.as_ref(), Some(said))?);
            }
        }
        for (place, (_, old)) in &stored {
            faults.push(fault(&tx, file, place, Some(old), None)?);
        }
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        let more = faults.len().saturating_sub(MOST_TOLD);
        faults.truncate(MOST_TOLD);
        if more > 0 {
            faults.push(Fault::new(
                "evidence",
                format!("evidence/{file}"),
                format!("{more} more rows otherwise"),
                "what the file says",
            ));
        }
        Ok(faults)
    }
}

fn fault(db: &Connection, file: &str, place: &Place, old: Option<&Said>, new: Option<&Said>) -> Result<Fault, StoreError> {
    let ((key, source, class), from, _) = place;
    let code = series_code(db, key.0)?;
    let place = format!("evidence/{file}: {code} {} of {source}, {}, known from {from}", key.1, class.as_str());
    Ok(Fault::new("evidence", place, says(old, new), says(new, old)))
}

/// What a row says; all of it only where its value is the same as the other's.
fn says(one: Option<&Said>, other: Option<&Said>) -> String {
    let Some(said) = one else { return "no row".to_string() };
    let short = |said: &Said| said.cell.value.clone().unwrap_or_else(|| said.cell.status.to_string());
    match other {
        Some(other) if short(other) == short(said) => format!("{said:?}"),
        _ => short(said),
    }
}
