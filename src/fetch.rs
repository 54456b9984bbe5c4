//! One HTTP client: timeouts, retry, Retry-After, size limits, conditional GET, a CA per host, magic bytes.

use std::path::PathBuf;

/// Where a source's documents are.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// An address that stays.
    Direct(url::Url),
    /// A page that links to the newest file, because names change with every release.
    Listing {
        /// The page.
        page: url::Url,
        /// The file name of the link, with `*` for what changes; compared without regard to case.
        link: String,
    },
}

/// How one source is fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchSpec {
    /// Addresses in the order they are tried; the first that answers well wins.
    pub places: Vec<Place>,
    /// Host names that may be spoken to, redirects included.
    pub hosts: Vec<String>,
    /// A CA bundle (PEM) that the operator supplies for these hosts only.
    pub ca: Option<PathBuf>,
    /// Decoded bytes at most.
    pub max_bytes: u64,
}
