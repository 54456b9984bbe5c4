//! One integration binary: the program as a person, a scheduler and a server meet it.

/// What a person who adds a source calls.
mod add_source;
/// What may know what.
mod architecture;
/// Real pages with a changed layout.
mod changed_pages;
/// A publisher on this machine, and the daemon that watches it.
mod daemon;
/// Figures that travel without their documents.
mod evidence;
/// Rows that are kept as they are, and sentences of press releases, as their source blocks read them.
mod kept_rows;
/// A paper as a folder: written, checked, judged by its own figures.
mod papers;
/// `run` and `check`, and everything a server may answer.
mod run;
/// The real documents, replayed once.
mod samples;
/// A room for one test: folders, the program, a server.
mod support;
/// Workbooks out of readable text.
mod workbook;
/// Figures read by hand from real documents.
mod worked_blocks;
/// Built-in sources over documents written in the publishers' layouts.
mod written_blocks;
