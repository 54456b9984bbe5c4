//! Secrets stand in no file of ours: the service manager or the environment has them.

use super::NotSent;
use crate::fetch::CREDENTIALS;
use std::path::Path;

/// A secret by its name: a credential of the service, else an environment variable. Asked for at each try, so it may be replaced
/// while the daemon runs.
pub(super) fn find(name: &str) -> Result<String, NotSent> {
    let folder = std::env::var_os(CREDENTIALS);
    let file = folder.and_then(|folder| std::fs::read_to_string(Path::new(&folder).join(name)).ok());
    let secret = file.or_else(|| std::env::var(name).ok()).map(|text| text.trim().to_string());
    secret
        .filter(|text| !text.is_empty())
        .ok_or_else(|| NotSent(format!("the secret {name} is neither a file in ${CREDENTIALS} nor an environment variable")))
}
