//! One digest of several texts, for "is this what was read last time?".

use super::Sha256;
use sha2::{Digest, Sha256 as Hasher};

/// The SHA-256 of named texts, in their order. Names and lengths go in, so that no text can pass for the end of another.
pub fn digest<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Sha256 {
    let mut hasher = Hasher::new();
    for (name, text) in texts {
        for part in [name, text] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_do_not_run_into_each_other() {
        let one = digest([("a", "bc"), ("d", "")]);
        assert_eq!(one.len(), 64);
        assert_eq!(one, digest([("a", "bc"), ("d", "")]));
        for other in [vec![("ab", "c"), ("d", "")], vec![("a", "bcd"), ("", "")], vec![("d", ""), ("a", "bc")], vec![("a", "bc")]]
        {
            assert_ne!(one, digest(other.iter().copied()), "{other:?}");
        }
    }
}
