//! A publisher of many documents on this machine, in five formats and as many editions as are asked for; what it is asked and how it
//! answered is kept.

use super::super::workbook::xlsx;
use super::bytes::pack;
use super::server::{FaultServer, Step, raw, whole};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Rows of every table.
const NAMES: [&str; 6] = ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir"];
/// Columns of every table.
const MONTHS: [&str; 4] = ["January 2020", "February 2020", "March 2020", "April 2020"];
/// An edition that lacks the last rows.
pub const SHORTER: usize = 900;
/// Bytes that make a page more than one piece for whoever copies it.
const PADDING: usize = 150_000;
/// The second half of a body comes so much later, so that it is a piece of its own.
const HALF: Duration = Duration::from_millis(8);

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Xlsx,
    Html,
    Csv,
    Json,
    Docx,
}

impl Look {
    pub const ALL: [Look; 5] = [Look::Xlsx, Look::Html, Look::Csv, Look::Json, Look::Docx];

    /// As it stands in `sources.toml` and at the end of an address.
    pub fn name(self) -> &'static str {
        match self {
            Look::Xlsx => "xlsx",
            Look::Html => "html",
            Look::Csv => "csv",
            Look::Json => "json",
            Look::Docx => "docx",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Look::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Look::Html => "text/html; charset=utf-8",
            Look::Csv => "text/csv; charset=utf-8",
            Look::Json => "application/json",
            Look::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// A document with this title and table.
    fn document(self, title: &str, rows: &[Vec<String>]) -> Vec<u8> {
        match self {
            Look::Xlsx => xlsx(&format!("# Output\n{title}\n{}\n", joined(rows, "|"))),
            Look::Csv => format!("{title}\n{}\n", joined(rows, ";")).into_bytes(),
            Look::Html => page(title, rows).into_bytes(),
            Look::Json => {
                let all: Vec<Vec<String>> = std::iter::once(vec![title.to_string()]).chain(rows.iter().cloned()).collect();
                serde_json::json!(all).to_string().into_bytes()
            }
            Look::Docx => docx(title, rows),
        }
    }
}

fn joined(rows: &[Vec<String>], by: &str) -> String {
    rows.iter().map(|row| row.join(by)).collect::<Vec<_>>().join("\n")
}

fn page(title: &str, rows: &[Vec<String>]) -> String {
    let row = |row: &Vec<String>| format!("<tr>{}</tr>\n", row.iter().map(|text| format!("<td>{text}</td>")).collect::<String>());
    let (rows, padding) = (rows.iter().map(row).collect::<String>(), "x".repeat(PADDING));
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title><!--{padding}--></head><body><h2>{title}</h2><table>{rows}</table></body></html>"
    )
}

fn docx(title: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let cell = |text: &String| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = |row: &Vec<String>| format!("<w:tr>{}</w:tr>", row.iter().map(cell).collect::<String>());
    let (rows, title) = (rows.iter().map(row).collect::<String>(), paragraph(title));
    pack::docx(&format!("{title}<w:tbl>{rows}</w:tbl>"))
}

/// One publication: its number and its look.
#[derive(Debug, Clone, Copy)]
pub struct Publication(pub usize, pub Look);

impl Publication {
    pub fn id(self) -> String {
        format!("o{:02}", self.0)
    }

    /// The end of its address.
    fn file(self) -> String {
        format!("{}.{}", self.id(), self.1.name())
    }

    /// The figure of a row and month. Each edition revises one row, and brings back what an earlier one said.
    fn figure(self, row: usize, month: usize, edition: usize) -> String {
        let revised = if edition % NAMES.len() == row { edition % 90 } else { 0 };
        format!("{}.{}", 100 + self.0 + 10 * row + revised, month)
    }

    /// The document of an edition, from 1.
    pub fn bytes(self, edition: usize) -> Vec<u8> {
        let head = std::iter::once("Item".to_string()).chain(MONTHS.map(str::to_string)).collect();
        let row = |row: usize| -> Vec<String> {
            let figures = (0..MONTHS.len()).map(|month| self.figure(row, month, edition));
            std::iter::once(NAMES[row].to_string()).chain(figures).collect()
        };
        let count = if edition == SHORTER { NAMES.len() - 2 } else { NAMES.len() };
        let rows: Vec<Vec<String>> = std::iter::once(head).chain((0..count).map(row)).collect();
        self.1.document(&format!("Output of publisher {}, million tonnes", self.0), &rows)
    }

    /// Its block of `sources.toml`.
    fn block(self, root: &str) -> String {
        let (id, look, file) = (self.id(), self.1.name(), self.file());
        format!(
            "\n[[source]]\nid = \"{id}\"\npublisher = \"p\"\ntitle = \"Output {id}\"\npage = \"https://publisher.example/{id}\"\n\
             address = [{{ url = \"{root}/{file}\" }}]\nschedule = \"0 0 1 1 *\"\nformat = [\"{look}\"]\nlicence = \"none\"\n\n\
             [[source.read]]\nname = \"output\"\ntitle = [\"Output*\"]\ncolumns = [{{ head = [\"{{month}} {{year}}\"] }}]\n\
             rows = [{{ stub = \"{{item:item}}\" }}]\nseries = \"p.{id}.{{item}}.ru.level.{{freq}}\"\nunit = \"million tonnes\"\n"
        )
    }
}

/// The publisher.
pub struct Site {
    pub publications: Vec<Publication>,
    root: String,
    state: Arc<Mutex<State>>,
}

struct State {
    edition: usize,
    /// How many documents were given.
    gave: usize,
    /// How long the second half of a body is held back.
    half: Duration,
}

impl Site {
    /// Starts to listen; the first edition stands there. The thread ends with the test program.
    pub fn start(looks: &[Look]) -> Site {
        let publications: Vec<Publication> = looks.iter().enumerate().map(|(number, look)| Publication(number, *look)).collect();
        let server = FaultServer::start();
        let root = format!("http://127.0.0.1:{}", server.port);
        let state = Arc::new(Mutex::new(State { edition: 1, gave: 0, half: HALF }));
        for one in publications.iter().copied() {
            let state = state.clone();
            server.script(&format!("/{}", one.file()), Arc::new(move |head, _| given(one, head, &state)));
        }
        Site { publications, root, state }
    }

    /// Another edition of everything.
    pub fn publish(&self, edition: usize) {
        self.state.lock().unwrap().edition = edition;
    }

    /// Bodies come in two pieces with so much time between them.
    pub fn hold(&self, half: Duration) {
        self.state.lock().unwrap().half = half;
    }

    /// How many documents it gave since it was last asked that.
    pub fn gave(&self) -> usize {
        std::mem::take(&mut self.state.lock().unwrap().gave)
    }

    /// `sources.toml` of all that is published here.
    pub fn sources(&self) -> String {
        let mut text = "[fetch]\nallow_loopback = true\ngap = 0\n\n[[publisher]]\nid = \"p\"\nname = \"Publisher of tests\"\n\
             country = \"ru\"\nurl = \"https://publisher.example/\"\n\n[names.item]\n"
            .to_string();
        NAMES.iter().for_each(|name| text += &format!("\"{name}\" = \"{}\"\n", name[..1].to_lowercase()));
        self.publications.iter().for_each(|one| text += &one.block(&self.root));
        text
    }

    /// `claims.csv` of a paper that prints, of every publication, a figure of the first edition that the second one revises.
    pub fn claims(&self) -> String {
        let mut text =
            "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,series,\
             period,measure,base,footnote,cutoff,restated\n"
                .to_string();
        for one in &self.publications {
            let (id, printed) = (one.id(), one.figure(2, 0, 1));
            text += &format!(
                "{id},1,1,1,{printed},{printed},1,million tonnes,,,ru,,,output,p.{id}.c.ru.level.m,2020-01,level,,,,Output\n"
            );
        }
        text
    }
}

/// The document of today, unless whoever asks has it.
fn given(one: Publication, head: &str, state: &Mutex<State>) -> Vec<Step> {
    let (edition, half) = {
        let state = state.lock().unwrap();
        (state.edition, state.half)
    };
    let tag = format!("ETag: \"{edition}\"");
    if head.to_ascii_lowercase().contains(&format!("\r\nif-none-match: \"{edition}\"\r\n")) {
        return vec![Step::Send(raw("304 Not Modified", &[&tag], b""))];
    }
    state.lock().unwrap().gave += 1;
    let body = one.bytes(edition);
    let answer = whole("200 OK", &[&tag, &format!("Content-Type: {}", one.1.kind())], &body);
    let (first, rest) = answer.split_at(answer.len() - body.len() / 2);
    vec![Step::Send(first.to_vec()), Step::Wait(half), Step::Send(rest.to_vec())]
}
