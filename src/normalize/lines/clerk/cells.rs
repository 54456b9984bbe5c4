//! What the cells of a row say, each looked up where it was met before.

use super::super::head::{Head, wants};
use super::super::mixer::MixedMap;
use super::super::record;
use super::Clerk;
use crate::model::{CustomsLine, Flow, Part, TypedLine};
use crate::normalize::spec::{LineField, LineKind, NumberStyle};
use crate::parse::sheaf::{Held, Mark, Plain};

/// Numbers of a column that are remembered: more different ones are no codes.
const MOST_NUMBERS: usize = 1 << 16;

/// What is remembered of a table's columns.
#[derive(Debug)]
pub(super) struct Columns {
    /// Those that hold a field; none if a row must be read as a whole.
    pub(super) fields: Vec<Column>,
    /// Those that say whether a row is ours.
    pub(super) filter: Vec<Column>,
}

/// A column and what its cells were found to say.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) number: u32,
    field: LineField,
    /// Its position among the columns, or the filters, of the head.
    at: usize,
    texts: Vec<Slot>,
    numbers: MixedMap<Plain, Slot>,
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nobody looked yet.
    Unread,
    /// Nothing.
    Empty,
    /// Something that whoever reads rows one by one should see.
    Strange,
    /// The row is ours, or is not.
    Ours(bool),
    Flow(Flow),
    Period(i32),
    Name(u32),
    Amount(i64),
}

impl<'a> Clerk<'a> {
    /// A row whose cells all say what was met before, or plain numbers.
    pub(super) fn fast(&mut self, (head, columns): (&Head<'a>, &mut [Column]), cells: &[(u32, Held<'_>)]) -> Option<TypedLine> {
        if head.read.kind != LineKind::Customs || cells.last().is_none_or(|(column, _)| *column > head.last) {
            return None;
        }
        let (mut flow, mut period) = (None, None);
        let (mut names, mut amounts) = ([0; Part::COUNT], [TypedLine::NOTHING; 3]);
        let mut columns = columns.iter_mut().peekable();
        for (number, held) in cells {
            while columns.next_if(|column| column.number < *number).is_some() {}
            let Some(column) = columns.next_if(|column| column.number == *number) else { continue };
            match (self.slot(head, column, *held), column.field) {
                (Slot::Empty, _) => {}
                (Slot::Flow(said), _) => flow = Some(said),
                (Slot::Period(said), _) => period = Some(said),
                (Slot::Name(name), field) => *names.get_mut(part(field)? as usize)? = name,
                (Slot::Amount(amount), field) => *amounts.get_mut(place(field)?)? = amount,
                (Slot::Unread | Slot::Strange | Slot::Ours(_), _) => return None,
            }
        }
        let line = TypedLine { line: 0, period: period?, flow: flow?, names, amounts };
        (line.name(Part::Code) != 0).then_some(line)
    }

    pub(super) fn slot(&mut self, head: &Head<'a>, column: &mut Column, held: Held<'_>) -> Slot {
        match held {
            Held::Number(plain) if column.field.is_number() => self.amount(plain),
            Held::Number(plain) => match column.numbers.get(&plain) {
                Some(slot) => *slot,
                None => {
                    let slot = self.read(head, column, &plain.show());
                    if column.numbers.len() < MOST_NUMBERS {
                        column.numbers.insert(plain, slot);
                    }
                    slot
                }
            },
            Held::Text(number) => {
                let at = number as usize;
                if let Some(slot) = column.texts.get(at).filter(|slot| **slot != Slot::Unread) {
                    return *slot;
                }
                let slot = self.read(head, column, &self.book.show(held));
                if column.texts.len() <= at {
                    column.texts.resize(self.book.len(), Slot::Unread);
                }
                if let Some(place) = column.texts.get_mut(at) {
                    *place = slot;
                }
                slot
            }
            Held::Once(text) => self.read(head, column, text),
        }
    }

    /// A plain number in thousandths.
    fn amount(&mut self, plain: Plain) -> Slot {
        let groups = self.desk.mapping.number == NumberStyle::En && plain.sign == Mark::Comma;
        if plain.negative || groups || !self.pool.same_mark(plain.sign.char()) {
            return Slot::Strange;
        }
        let (mut digits, mut decimals) = (plain.digits, u32::from(plain.decimals));
        while decimals > CustomsLine::DECIMALS && digits.is_multiple_of(10) {
            (digits, decimals) = (digits / 10, decimals - 1);
        }
        let milli = CustomsLine::DECIMALS.checked_sub(decimals).and_then(|more| digits.checked_mul(10u64.pow(more)));
        milli.and_then(|milli| i64::try_from(milli).ok()).map_or(Slot::Strange, Slot::Amount)
    }

    /// Reads a cell as whoever reads rows one by one does.
    fn read(&mut self, head: &Head<'a>, column: &Column, text: &str) -> Slot {
        if column.field == LineField::Name {
            let wanted = head.filter.get(column.at).map(|(_, wanted)| *wanted).unwrap_or_default();
            return Slot::Ours(wants(wanted, text, &mut self.desk));
        }
        let Some((_, of)) = head.columns.get(column.at) else { return Slot::Strange };
        let Ok(said) = record::cell(of, column.number, text, &mut self.pool, &mut self.desk) else { return Slot::Strange };
        let Some(said) = said else { return Slot::Empty };
        match column.field {
            LineField::Direction => said.flow().map_or(Slot::Strange, Slot::Flow),
            LineField::Period => match said.period() {
                Some((year, month)) if record::in_time(year, month, self.as_of).is_ok() => {
                    Slot::Period(year * 100 + month.map_or(0, |month| month as i32))
                }
                _ => Slot::Strange,
            },
            LineField::Code => match said.code() {
                Some(code) => Slot::Name(self.roll.number(Part::Code.dictionary(), &code)),
                None => Slot::Strange,
            },
            field => match part(field) {
                Some(part) => Slot::Name(self.roll.number(part.dictionary(), &said.named(field, &mut self.pool))),
                None => said.milli().map_or(Slot::Strange, Slot::Amount),
            },
        }
    }
}

/// The columns of a head.
pub(super) fn columns(head: &Head<'_>) -> Columns {
    let column = |number: u32, field, at| Column { number, field, at, texts: Vec::new(), numbers: MixedMap::default() };
    let filter = head.filter.iter().enumerate().map(|(at, (number, _))| column(*number, LineField::Name, at)).collect();
    if !are_apart(head) {
        return Columns { fields: Vec::new(), filter };
    }
    let fields = head.columns.iter().enumerate();
    Columns { fields: fields.map(|(at, (number, of))| column(*number, of.field, at)).collect(), filter }
}

/// Whether each column says by itself what it says.
fn are_apart(head: &Head<'_>) -> bool {
    let mut slots: Vec<(String, LineField)> = Vec::new();
    for (_, column) in &head.columns {
        for (slot, _) in column.cells.iter().flat_map(|pattern| pattern.slots()) {
            let own = match slot.as_str() {
                "flow" => column.field == LineField::Direction,
                "year" | "month" => column.field == LineField::Period,
                other => !other.ends_with("_code") || other == format!("{}_code", column.field.as_str()),
            };
            if !own || slots.iter().any(|(known, field)| *known == slot && *field != column.field) {
                return false;
            }
            slots.push((slot, column.field));
        }
    }
    true
}

fn part(field: LineField) -> Option<Part> {
    Some(match field {
        LineField::Reporter => Part::Reporter,
        LineField::Partner => Part::Partner,
        LineField::Code => Part::Code,
        LineField::Unit => Part::Unit,
        LineField::Region => Part::Region,
        LineField::District => Part::District,
        LineField::Direction | LineField::Period | LineField::Name => return None,
        LineField::Value | LineField::Weight | LineField::Quantity => return None,
    })
}

fn place(field: LineField) -> Option<usize> {
    [LineField::Value, LineField::Weight, LineField::Quantity].iter().position(|amount| *amount == field)
}
