//! Secrets: from the environment or from a file that systemd lays down for the service, and from nowhere else.

use std::path::Path;

/// The variable by which systemd tells where credentials are (`LoadCredential=`, `SetCredential=`), a file each.
pub const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// Bytes of a credential; keys have some dozens.
const LONGEST: u64 = 4096;

/// The credential of a name in a folder.
pub(super) fn credential(folder: &Path, name: &str) -> Option<String> {
    // a name is checked where the configuration is read, and must not lead elsewhere whoever asks
    if name.contains(['/', '\\', '.']) {
        return None;
    }
    let path = folder.join(name);
    let size = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?.len();
    if size > LONGEST {
        return None;
    }
    std::fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_a_small_file_of_that_name() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("KEY"), "abc\n").unwrap();
        std::fs::write(dir.path().join("LONG"), vec![b'x'; 5000]).unwrap();
        std::fs::create_dir(dir.path().join("DIR")).unwrap();
        assert_eq!(credential(dir.path(), "KEY").as_deref(), Some("abc\n"));
        for name in ["LONG", "DIR", "NONE", "../KEY", "./KEY", ""] {
            assert_eq!(credential(dir.path(), name), None, "{name}");
        }
    }
}
