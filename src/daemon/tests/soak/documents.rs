//! What the publishers publish, and what the program is told of them.

use super::workbook::xlsx;
use super::world::{FRESHNESS, ITEMS, Kind, Month, Publisher, Table};
use std::fmt::Write;

/// What the rows are called; the series have the first letters.
const NAMES: [&str; ITEMS] =
    ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper", "Kapok", "Larch"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
/// A page that excuses itself.
pub const PAGE: &str = "<!DOCTYPE html><html><head><title>Ведутся технические работы</title></head><body><h1>Ведутся технические работы</h1>\
     <p>Приносим извинения.</p></body></html>";

/// The series of a row.
pub fn series(number: usize, item: usize) -> String {
    format!("p.o{number:02}.{}.ru.level.m", NAMES[item][..1].to_lowercase())
}

/// A period as the store writes it.
pub fn period((year, month): Month) -> String {
    format!("{year}-{month:02}")
}

/// A table as a document.
pub fn document(kind: Kind, number: usize, table: &Table, usual_unit: bool) -> Vec<u8> {
    let months: std::collections::BTreeSet<Month> = table.keys().map(|(_, month)| *month).collect();
    let unit = if usual_unit { "млн тонн" } else { "млн штук" };
    let title = format!("Output of publisher {number}, {unit}");
    let head = months.iter().map(|(year, month)| format!("{} {year}", MONTHS[*month as usize - 1]));
    let mut rows: Vec<Vec<String>> = vec![std::iter::once("Item".to_string()).chain(head).collect()];
    for (item, name) in NAMES.iter().enumerate().filter(|(item, _)| table.range((*item, (0, 0))..(*item + 1, (0, 0))).count() > 0)
    {
        let figures = months.iter().map(|month| table.get(&(item, *month)).cloned().unwrap_or_default());
        rows.push(std::iter::once((*name).to_string()).chain(figures).collect());
    }
    match kind {
        Kind::Xlsx => xlsx(&format!("# Output\n{title}\n{}\n", joined(&rows, "|"))),
        Kind::Csv => format!("{title}\n{}\n", joined(&rows, ";")).into_bytes(),
        Kind::Html => page(&title, &rows).into_bytes(),
    }
}

fn joined(rows: &[Vec<String>], by: &str) -> String {
    rows.iter().map(|row| row.join(by)).collect::<Vec<_>>().join("\n")
}

fn page(title: &str, rows: &[Vec<String>]) -> String {
    let cell = |text: &String| format!("<td>{text}</td>");
    let row = |row: &Vec<String>| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h2>{title}</h2><table>{rows}</table></body></html>"
    )
}

/// `sources.toml`: a source a publisher, at the address it has on this machine.
pub fn sources(publishers: &[(&Publisher, String)]) -> String {
    let mut text =
        "[fetch]\nallow_loopback = true\n\n[[publisher]]\nid = \"p\"\nname = \"Publisher of tests\"\ncountry = \"ru\"\n\
         url = \"https://publisher.example/\"\n\n[names.item]\n"
            .to_string();
    NAMES.iter().for_each(|name| writeln!(text, "\"{name}\" = \"{}\"", name[..1].to_lowercase()).unwrap());
    for (number, (publisher, root)) in publishers.iter().enumerate() {
        text += &source(number, publisher, root);
    }
    text
}

fn source(number: usize, publisher: &Publisher, root: &str) -> String {
    let (id, minutes) = (&publisher.id, publisher.look.num_minutes());
    let kind = extension(publisher.kind);
    let listed =
        if publisher.listed { format!(", {{ page = \"{root}/list\", link = \"{id}*.{kind}\" }}") } else { String::new() };
    format!(
        "\n[[source]]\nid = \"{id}\"\npublisher = \"p\"\ntitle = \"Output {number}\"\npage = \"https://publisher.example/{id}\"\n\
         address = [{{ url = \"{root}/{id}.{kind}\" }}{listed}]\nschedule = \"{} {} * * *\"\nfreshness = {FRESHNESS}\nformat = [\"{kind}\"]\n\
         licence = \"none\"\n\n[[source.read]]\nname = \"output\"\ntitle = [\"Output*, {{unit}}\"]\n\
         columns = [{{ head = [\"{{month}} {{year}}\"] }}]\nrows = [{{ stub = \"{{item:item}}\" }}]\n\
         series = \"p.o{number:02}.{{item}}.ru.level.{{freq}}\"\n",
        minutes % 60,
        minutes / 60,
    )
}

/// The end of a file's name.
pub fn extension(kind: Kind) -> &'static str {
    match kind {
        Kind::Xlsx => "xlsx",
        Kind::Html => "html",
        Kind::Csv => "csv",
    }
}

/// `paper.toml` of a paper that prints the first figure of some publishers.
pub const PAPER: &str = "id = \"soak\"\ntitle = \"A paper of tests\"\nauthors = [\"A. Author\"]\naccepted = 2026-02-20\n";

/// Its `claims.csv`.
pub fn claims(publishers: impl Iterator<Item = usize>, month: Month) -> String {
    let mut text =
        "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,series,\
         period,measure,base,footnote,cutoff,restated\n"
            .to_string();
    for number in publishers {
        let (series, period, printed) = (series(number, 0), period(month), super::world::PRINTED);
        writeln!(
            text,
            "c{number},1,1,{number},{printed},{printed},1,million tonnes,,,ru,,,output,{series},{period},level,,,,Output"
        )
        .unwrap();
    }
    text
}
