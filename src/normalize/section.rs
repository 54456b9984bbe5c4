//! Headings between rows: their fields hold for the rows below.

use super::desk::Desk;
use super::pattern::Fields;
use super::spec::Read;
use std::rc::Rc;

/// The headings that hold at a row, outermost first.
#[derive(Debug, Default)]
pub struct Sections {
    open: Vec<(u32, Fields)>,
}

impl Sections {
    /// Takes a heading: a match clears fields of its level and deeper and sets its own. Whether it matched.
    pub fn heading<'a>(&mut self, text: &Rc<str>, read: &'a Read, desk: &mut Desk<'a>) -> bool {
        for rule in &read.sections {
            let Some(caught) = desk.matches(&rule.text, text) else { continue };
            let mut fields = (*caught).clone();
            for (name, value) in &rule.set {
                // The configuration refused texts that are no value of the field.
                let _ = fields.set(name, value);
            }
            self.open.retain(|(level, _)| *level < rule.level);
            self.open.push((rule.level, fields));
            return true;
        }
        false
    }

    /// A heading that matches nothing clears everything.
    pub fn clear(&mut self) {
        self.open.clear();
    }

    /// The fields that hold now, the innermost winning.
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        for (_, section) in self.open.iter().rev() {
            fields.merge_under(section);
        }
        fields
    }
}
