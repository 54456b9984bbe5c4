//! One instance a data folder, by a lock that the system releases when its holder dies in whatever way.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file in the data folder that is locked. It stays: whether it exists says nothing.
const FILE: &str = "sverka.lock";
/// Bytes of another holder's note that are quoted.
const LONGEST_NOTE: u64 = 200;

/// The right to write to a data folder, until dropped or dead.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the data folder is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it (exit code 75).
    #[error("{path}: another instance holds the data ({holder})", path = path.display())]
    Held {
        /// The lock file.
        path: PathBuf,
        /// The note it left there.
        holder: String,
    },
    /// The file system refused.
    #[error("locking {path}: {error}", path = path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Lock {
    /// Takes the lock of `data_dir`, which must exist, or says at once who has it.
    ///
    /// # Errors
    /// [`LockError::Held`] while another process lives that took it, and [`LockError::Io`].
    pub fn acquire(data_dir: &Path) -> Result<Lock, LockError> {
        let path = data_dir.join(FILE);
        let failed = |error| LockError::Io { path: path.clone(), error };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => leave_note(&mut file).map_err(failed)?,
            Err(TryLockError::WouldBlock) => return Err(LockError::Held { holder: read_note(&mut file), path }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Lock { _file: file })
    }
}

/// For the person who finds the folder held; never read by us for anything else, so a reused process id does no harm.
fn leave_note(file: &mut File) -> io::Result<()> {
    let command = std::env::args().nth(1).unwrap_or_default();
    let since = crate::model::instant(chrono::Utc::now());
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "process {}, {command:?}, since {since}", std::process::id())
}

fn read_note(file: &mut File) -> String {
    let mut note = Vec::new();
    match file.take(LONGEST_NOTE).read_to_end(&mut note) {
        Ok(_) if !note.is_empty() => String::from_utf8_lossy(&note).trim_end().to_owned(),
        _ => "it left no note".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_instance_is_told_who_holds_the_data_and_a_dead_one_holds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "process 1, \"daemon\", since long ago, and then killed").unwrap();
        let first = Lock::acquire(dir.path()).unwrap();
        let second = Lock::acquire(dir.path()).unwrap_err();
        let pid = std::process::id().to_string();
        assert!(matches!(&second, LockError::Held { holder, .. } if holder.contains(&pid)), "{second}");
        drop(first);
        // a process that another test is just starting holds our files until it is replaced
        let free = (0..200).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            Lock::acquire(dir.path()).is_ok()
        });
        assert!(free);
        let missing = Lock::acquire(&dir.path().join("missing")).unwrap_err();
        assert!(matches!(missing, LockError::Io { .. }), "{missing}");
    }
}
