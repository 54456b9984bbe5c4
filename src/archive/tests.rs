use super::*;

/// SHA-256 of `abc`, from FIPS 180-4's examples.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

struct FailsAfter(usize);

impl Read for FailsAfter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let read = self.0.min(buffer.len());
        self.0 -= read;
        Ok(read)
    }
}

fn files_in(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten() {
        if entry.path().is_dir() {
            names.extend(files_in(&entry.path()));
        } else {
            names.push(entry.path().display().to_string());
        }
    }
    names
}

#[test]
fn bytes_are_named_by_their_hash_and_stored_once() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open(dir.path().join("archive")).unwrap();
    let first = archive.store(&b"abc"[..]).unwrap();
    assert_eq!(first, Stored { sha256: ABC.into(), bytes: 3, new: true });
    assert!(!archive.store(&b"abc"[..]).unwrap().new);
    assert_eq!(files_in(dir.path()), [archive.path_of(ABC).unwrap().display().to_string()]);
    assert!(archive.path_of(ABC).unwrap().ends_with(format!("ba/{ABC}")));
    assert_eq!(archive.verify(ABC).unwrap(), 3);
    let mut text = String::new();
    archive.open_document(ABC).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "abc");
    assert!(fs::metadata(archive.path_of(ABC).unwrap()).unwrap().permissions().readonly());
}

#[test]
fn what_a_crash_left_is_removed_and_what_a_living_writer_holds_stays() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    archive.store(&b"abc"[..]).unwrap();
    let left = dir.path().join(format!("{TEMP_PREFIX}killed"));
    fs::write(&left, b"half a docu").unwrap();
    let living = archive.temp_file().unwrap();
    Archive::open(dir.path()).unwrap();
    assert!(!left.exists());
    assert!(living.path().exists());
    assert_eq!(archive.verify(ABC).unwrap(), 3);
}

#[test]
fn a_document_that_breaks_off_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    let failure = archive.store(FailsAfter(200_000)).unwrap_err();
    assert!(matches!(failure, ArchiveError::Input(_)), "{failure}");
    assert_eq!(files_in(dir.path()), Vec::<String>::new());
}

#[test]
fn damage_is_found_and_the_right_bytes_mend_it() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    archive.store(&b"abc"[..]).unwrap();
    let path = archive.path_of(ABC).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, b"abd").unwrap();
    assert!(matches!(archive.verify(ABC), Err(ArchiveError::Damaged { .. })));
    assert!(archive.store(&b"abc"[..]).unwrap().new);
    assert_eq!(archive.verify(ABC).unwrap(), 3);
}

#[test]
fn only_names_of_ours_become_paths() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open(dir.path()).unwrap();
    let upper = ABC.to_uppercase();
    let dots = format!("{}{}", "../".repeat(21), "a");
    let cyrillic = "а".repeat(32);
    for name in ["", "ab", "../../etc/passwd", upper.as_str(), dots.as_str(), cyrillic.as_str(), &ABC[1..]] {
        assert!(matches!(archive.path_of(name), Err(ArchiveError::Name(_))), "{name}");
    }
    let missing = "0".repeat(64);
    assert!(matches!(archive.open_document(&missing), Err(ArchiveError::Missing(_))));
}

#[test]
fn many_writers_of_the_same_bytes_agree() {
    let dir = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..300_000u32).map(|n| n as u8).collect();
    let stored: Vec<Stored> = std::thread::scope(|scope| {
        let store = || Archive::open(dir.path()).unwrap().store(&bytes[..]).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(store)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(stored.iter().all(|one| one.sha256 == stored[0].sha256 && one.bytes == 300_000));
    assert_eq!(files_in(dir.path()).len(), 1);
}

#[test]
fn what_is_there_is_listed_and_what_is_none_of_ours_apart() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::at(dir.path().join("archive"));
    assert_eq!(archive.list().unwrap(), Listing::default());
    let archive = Archive::open(dir.path().join("archive")).unwrap();
    let mut names = [&b"one"[..], b"two"].map(|bytes| archive.store(bytes).unwrap().sha256);
    names.sort();
    let strays = [archive.dir.join("note.txt"), archive.dir.join("zz").join(&names[0])];
    fs::create_dir(archive.dir.join("zz")).unwrap();
    strays.iter().for_each(|path| fs::write(path, "x").unwrap());
    fs::write(archive.dir.join(".unfinished-x"), "x").unwrap();
    let listing = archive.list().unwrap();
    assert_eq!((listing.documents, listing.strays), (names.to_vec(), strays.to_vec()));
}
