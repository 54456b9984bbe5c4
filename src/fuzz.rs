//! What is thrown at every reader of foreign bytes and every parser of text, a target a function, and what must hold of each answer: not
//! only that there is one. Built for tests and for the package in `fuzz/`; no part of the program.

mod documents;
mod files;
#[cfg(test)]
mod mutated;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod tests;
mod words;

/// A target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Bytes of the longest input that is worth trying: longer ones only take longer.
    pub longest: usize,
    /// Throws an input; panics if something does not hold.
    pub throw: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 37] = [
    target("csv", 8_192, documents::csv),
    target("dbf", 8_192, documents::dbf),
    target("doc", 65_536, documents::doc),
    target("docx", 16_384, documents::docx),
    target("html", 8_192, documents::html),
    target("json", 8_192, documents::json),
    target("pdf", 16_384, documents::pdf),
    target("sdmx", 8_192, documents::sdmx),
    target("sdmx_json", 8_192, documents::sdmx_json),
    target("xls", 65_536, documents::xls),
    target("xlsx", 16_384, documents::xlsx),
    target("xml", 8_192, documents::xml),
    target("office", 16_384, documents::office),
    target("container", 16_384, documents::container),
    target("warc", 8_192, documents::warc),
    target("http_record", 8_192, documents::http_record),
    target("charset", 4_096, documents::charset),
    target("wire", 4_096, crate::guard::fuzz::wire),
    target("number", 64, words::number),
    target("period", 64, words::period),
    target("label", 256, words::label),
    target("unit", 64, words::unit),
    target("pattern", 256, words::pattern),
    target("locator", 64, crate::pipeline::fuzz::locator),
    target("schedule", 64, words::schedule),
    target("dated", 128, words::dated),
    target("config", 8_192, files::config),
    target("alerts", 2_048, files::alerts),
    target("paper", 8_192, files::paper),
    target("evidence", 4_096, crate::pipeline::fuzz::evidence),
    target("manifest", 4_096, crate::pipeline::fuzz::manifest),
    target("reading", 4_096, files::reading),
    target("retry_after", 128, crate::fetch::fuzz::retry_after),
    target("address", 256, crate::fetch::fuzz::address),
    target("robots", 2_048, crate::fetch::fuzz::robots),
    target("guide", 4_096, crate::fetch::fuzz::guide),
    target("observe", 4_096, crate::observe::fuzz::request),
];

const fn target(name: &'static str, longest: usize, throw: fn(&[u8])) -> Target {
    Target { name, longest, throw }
}

/// The first byte, which chooses among ways to read, and the rest as text.
pub(crate) fn choice(bytes: &[u8]) -> (u8, String) {
    match bytes.split_first() {
        Some((choice, rest)) => (*choice, String::from_utf8_lossy(rest).into_owned()),
        None => (0, String::new()),
    }
}
