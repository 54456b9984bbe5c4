//! One integration binary: the program as a person, a scheduler and a server meet it.

/// What is kept out until a person accepts it.
mod accept;
/// What a person who adds a source calls.
mod add_source;
/// Ways to find a document.
mod addresses;
/// What may know what.
mod architecture;
/// Customs dumps in bulk.
mod bulk_lines;
/// A claim's evidence as a folder.
mod bundles;
/// Real pages with a changed layout.
mod changed_pages;
/// Sources of cited pages over pages written in the publishers' sentences.
mod cited_pages;
/// Crawls as documents.
mod crawls;
/// A publisher on this machine, and the daemon that watches it.
mod daemon;
/// Commands and options, and the pages that name them.
mod documented;
/// Figures that travel without their documents.
mod evidence;
/// Figures as files for people.
mod exports;
/// Faults, and what must hold after each.
mod faults;
/// Files made from others and kept beside them.
mod generated;
/// Verdicts that change, and what is told of them.
mod history;
/// Documents that harm whoever reads them.
mod hostile;
/// Backups, damage, a database made anew, what may be deleted.
mod keeping;
/// Rows that are kept as they are, and sentences of press releases, as their source blocks read them.
mod kept_rows;
/// Sources that are kept and not read.
mod kept_sources;
/// What the program does while nobody looks.
mod left_alone;
/// What commands tell programs.
mod machine;
/// Pauses, `robots.txt`, doubtful documents and secrets.
mod manners;
/// Claims × vintages of real documents, read by hand.
mod matrices;
/// The two sides of a trade.
mod mirrors;
/// Real documents spoilt in the ways publishers spoil them.
mod mutations;
/// What the Debian package brings.
mod packaged;
/// Pages over HTTP, in a folder and in a browser.
mod pages;
/// A paper as a folder: written, checked, judged by its own figures.
mod papers;
/// The store as Parquet files.
mod parquet_export;
/// Sources of PDF documents, over pages drawn as the publishers lay them out.
mod pdf_blocks;
/// Real documents turned into PDF.
mod pdf_converted;
/// Blocks proposed from real documents.
mod proposals;
/// What was not let in.
mod quarantine;
/// Questions asked with tools of others.
mod questions;
/// Documents of the archive, read again.
mod reparse;
/// Triangles and sums of revisions, from the shipped evidence and from real documents.
mod revisions;
/// `run` and `check`, and everything a server may answer.
mod run;
/// The real documents, replayed once.
mod samples;
/// Completions and manual pages.
mod shell;
/// Figures that people read, and searches that ended with nothing.
mod statements;
/// What is suggested beside a deviation.
mod suggestions;
/// A room for one test: folders, the program, a server.
mod support;
/// Who is told, and what becomes of messages.
mod told;
/// How the daemon says how it is.
mod watched;
/// Workbooks out of readable text.
mod workbook;
/// Figures read by hand from real documents.
mod worked_blocks;
/// Built-in sources over documents written in the publishers' layouts.
mod written_blocks;
/// Indicators and releases over documents written in the publishers' layouts.
mod written_indicators;
