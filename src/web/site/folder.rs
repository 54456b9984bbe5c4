//! A folder of pages: what stands in it, what each file was made from, and files that come whole or not at all.

use crate::faultpoint;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The list of files with what each was made from.
const LIST: &str = ".made.json";
/// Made anew at every writing.
pub const ALWAYS: &str = "";

/// See the module.
#[derive(Debug)]
pub struct Folder {
    at: PathBuf,
    before: BTreeMap<String, String>,
    made: BTreeMap<String, String>,
}

impl Folder {
    /// Takes over what stands there. Until [`Folder::finish`] nothing on its list counts as made, so that whoever is ended meanwhile
    /// leaves a folder that is written anew.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn open(at: &Path) -> Result<Folder> {
        std::fs::create_dir_all(at).with_context(|| format!("making the folder {}", at.display()))?;
        let before: BTreeMap<String, String> =
            std::fs::read(at.join(LIST)).ok().and_then(|list| serde_json::from_slice(&list).ok()).unwrap_or_default();
        let folder = Folder { at: at.to_path_buf(), before, made: BTreeMap::new() };
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

    /// Whether a file stands there that was made from the same.
    pub fn stands(&mut self, file: &str, from: &str) -> bool {
        let same = from != ALWAYS && self.before.get(file).is_some_and(|before| before == from) && self.at.join(file).is_file();
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
    pub fn finish(self) -> Result<()> {
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
