//! Notes stand below the data: what a mark means is known when the table ends.

use super::desk::Desk;
use super::label;
use super::spec::Read;
use super::text::folded;
use std::rc::Rc;

/// A note: its mark, the block it stands below, and its text.
#[derive(Debug)]
struct Note {
    mark: String,
    block: usize,
    text: Rc<str>,
    folded: Rc<str>,
}

/// The notes of one table.
#[derive(Debug, Default)]
pub struct Notes {
    all: Vec<Note>,
}

/// What the notes say of a marked cell.
#[derive(Debug, Default)]
pub struct Said {
    /// Their texts.
    pub texts: Vec<String>,
    /// One says that the figure is withheld.
    pub withheld: bool,
    /// One says that the figure is preliminary.
    pub provisional: bool,
}

impl Notes {
    /// Takes a row or paragraph below the data; whether it is a note.
    pub fn take(&mut self, text: &str, block: usize) -> bool {
        let notes = label::notes(text);
        let found = !notes.is_empty();
        for (mark, text) in notes {
            let folded = folded(&text).0;
            self.all.push(Note { mark, block, text: Rc::from(text.trim()), folded });
        }
        found
    }

    /// The notes with a mark: those right below the block, or else the next ones further down.
    fn of(&self, mark: &str, block: usize) -> impl Iterator<Item = &Note> {
        let nearest = self.all.iter().filter(|note| note.mark == mark && note.block >= block).map(|note| note.block).min();
        self.all.iter().filter(move |note| note.mark == mark && Some(note.block) == nearest)
    }

    /// What the marks of row, cell and heading mean.
    pub fn say<'a, 'm>(
        &self,
        marks: impl Iterator<Item = &'m String>,
        block: usize,
        read: &'a Read,
        desk: &mut Desk<'a>,
    ) -> Said {
        let mut said = Said::default();
        for note in marks.flat_map(|mark| self.of(mark, block)) {
            said.withheld |= desk.any(&read.withheld, &note.folded);
            said.provisional |= desk.any(&read.provisional, &note.folded);
            if !said.texts.iter().any(|text| **text == *note.text) {
                said.texts.push(note.text.to_string());
            }
        }
        said
    }

    /// The slots of a marked cell's note, where the reading lets notes override fields.
    pub fn fields<'a>(
        &self,
        marks: &[String],
        block: usize,
        read: &'a Read,
        desk: &mut Desk<'a>,
    ) -> Option<Rc<super::pattern::Fields>> {
        let mut notes = marks.iter().flat_map(|mark| self.of(mark, block));
        notes.find_map(|note| read.footnotes.iter().find_map(|pattern| desk.matches(pattern, &note.folded)))
    }
}
