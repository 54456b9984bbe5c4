//! A folder of pages: what stands in it, what each file was made from, and files that come whole or not at all.

use crate::faultpoint;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Component, Path, PathBuf};

/// The list of files with what each was made from.
const LIST: &str = ".made.json";
/// Held by whoever writes; a second one waits.
const LOCK: &str = ".lock";
/// Made anew at every writing.
pub const ALWAYS: &str = "";

/// See the module.
#[derive(Debug)]
pub struct Folder {
    at: PathBuf,
    before: BTreeMap<String, String>,
    made: BTreeMap<String, String>,
    /// What is not made this time stays.
    spares: bool,
    _lock: File,
}

impl Folder {
    /// Takes over what stands there. Until [`Folder::finish`] nothing on its list counts as made, so that whoever is ended meanwhile
    /// leaves a folder that is written anew.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn open(at: &Path) -> Result<Folder> {
        std::fs::create_dir_all(at).with_context(|| format!("making the folder {}", at.display()))?;
        let lock = File::create(at.join(LOCK)).with_context(|| format!("writing into {}", at.display()))?;
        lock.lock().with_context(|| format!("waiting for whoever writes into {}", at.display()))?;
        let before: BTreeMap<String, String> = match std::fs::read(at.join(LIST)) {
            Ok(list) => serde_json::from_slice(&list).unwrap_or_else(|error| {
                tracing::warn!(
                    "{}: {error}: pages that stand there and are none any more are not known",
                    at.join(LIST).display()
                );
                BTreeMap::new()
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("reading {}", at.join(LIST).display())),
        };
        let folder = Folder { at: at.to_path_buf(), before, made: BTreeMap::new(), spares: false, _lock: lock };
        if !folder.before.is_empty() {
            let open: BTreeMap<&String, &str> = folder.before.keys().map(|file| (file, ALWAYS)).collect();
            folder.list(&open)?;
        }
        Ok(folder)
    }

    /// Forgets what files were made from: all are made anew.
    pub fn forget(&mut self) {
        self.before.values_mut().for_each(|from| from.clear());
    }

    /// Keeps what stands there and is not made: only some of the pages are.
    pub fn spare(&mut self) {
        self.spares = true;
    }

    /// Whether a file stands there that was made from the same; one that a power cut left empty is none.
    pub fn stands(&mut self, file: &str, from: &str) -> bool {
        let whole = || std::fs::metadata(self.at.join(file)).is_ok_and(|about| about.is_file() && about.len() > 0);
        let same = from != ALWAYS && self.before.get(file).is_some_and(|before| before == from) && whole();
        if same {
            self.made.insert(file.to_string(), from.to_string());
        }
        same
    }

    /// Writes a file: it is the old one or the new one, whoever reads it and whatever ends the program meanwhile.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn put(&mut self, file: &str, from: &str, bytes: &[u8]) -> Result<()> {
        self.whole(file, bytes)?;
        self.made.insert(file.to_string(), from.to_string());
        Ok(())
    }

    fn whole(&self, file: &str, bytes: &[u8]) -> Result<()> {
        let path = self.at.join(file);
        let name = path.file_name().context("a file without a name")?.to_string_lossy().into_owned();
        let unfinished = path.with_file_name(format!(".unfinished-{name}"));
        let parent = path.parent().context("a file without a folder")?;
        std::fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
        std::fs::write(&unfinished, bytes).with_context(|| format!("writing {}", unfinished.display()))?;
        faultpoint::point("report.file");
        std::fs::rename(&unfinished, &path).with_context(|| format!("naming {}", path.display()))
    }

    /// Takes away what was written once and is no page any more, and keeps the list.
    ///
    /// # Errors
    /// A list that cannot be written.
    pub fn finish(mut self) -> Result<()> {
        if self.spares {
            let others = std::mem::take(&mut self.before);
            for file in others.into_keys() {
                self.made.entry(file).or_default();
            }
        }
        for gone in self.before.keys().filter(|file| !self.made.contains_key(*file) && is_inside(file)) {
            // one that is gone already, or cannot be taken away, harms nobody: no page leads to it
            let _ = std::fs::remove_file(self.at.join(gone));
        }
        self.list(&self.made)?;
        faultpoint::point("report.written");
        Ok(())
    }

    fn list<K: serde::Serialize + Ord, V: serde::Serialize>(&self, files: &BTreeMap<K, V>) -> Result<()> {
        self.whole(LIST, &serde_json::to_vec(files)?)
    }
}

/// Whether a name of the list leads to nothing outside of the folder.
fn is_inside(file: &str) -> bool {
    Path::new(file).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_from_the_same_stands_and_what_is_gone_goes() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("site");
        let write = |files: &[(&str, &str)]| {
            let mut folder = Folder::open(&at).unwrap();
            let written: Vec<String> =
                files.iter().filter(|(file, from)| !folder.stands(file, from)).map(|(file, _)| file.to_string()).collect();
            for (file, from) in files {
                if written.contains(&file.to_string()) {
                    folder.put(file, from, from.as_bytes()).unwrap();
                }
            }
            folder.finish().unwrap();
            written
        };
        assert_eq!(write(&[("a/x", "1"), ("b", "1"), ("c", ALWAYS)]), ["a/x", "b", "c"]);
        assert_eq!(write(&[("a/x", "1"), ("b", "2"), ("c", ALWAYS)]), ["b", "c"]);
        std::fs::remove_file(at.join("b")).unwrap();
        assert_eq!(write(&[("b", "2")]), ["b"]);
        assert!(!at.join("a/x").exists() && !at.join("c").exists());
        // whoever is ended before the end leaves nothing that counts
        drop(Folder::open(&at).unwrap());
        assert_eq!(write(&[("b", "2")]), ["b"]);
        std::fs::write(dir.path().join("d"), "").unwrap();
        std::fs::write(at.join(LIST), br#"{"../d": "1"}"#).unwrap();
        assert_eq!(write(&[("b", "2")]), ["b"]);
        assert!(dir.path().join("d").exists());
    }
}
