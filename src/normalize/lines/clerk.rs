//! Lines of a document that comes in bulk: a cell that was met before is looked up and not read again. What is strange about a row is
//! left to who reads rows one by one, so that both mean the same by a line.

use super::head::{Head, Search, wants};
use super::mixer::MixedMap;
use super::record::{self, Pool};
use super::tally::{Tally, Verdict};
use super::{MOST_REFUSED, is_blank, raw, refused_issue};
use crate::model::{Batch, CustomsLine, Drift, Flow, Issue, Lines, Part, Reading, RefusedLine, Roll, TypedLine, Weight};
use crate::normalize::NormalizeError;
use crate::normalize::desk::Desk;
use crate::normalize::spec::{LineField, LineKind, Mapping, NumberStyle};
use crate::parse::sheaf::{BadSheaf, Book, Held, Mark, Plain, Sheaf};
use crate::parse::{Table, locator};
use chrono::NaiveDate;

/// Lines that go to the store at once.
pub const BATCH: usize = 100_000;
/// Numbers of a column that are remembered: more different ones are no codes.
const MOST_NUMBERS: usize = 1 << 16;

/// Takes batches of lines: the names so far, and the batch. `false`: enough.
pub type Taker<'t> = &'t mut dyn FnMut(&Roll, &Batch) -> bool;

/// Reads a document's rows in bulk.
#[derive(Debug)]
pub struct Clerk<'a> {
    search: Search<'a>,
    as_of: NaiveDate,
    desk: Desk<'a>,
    book: Book,
    pool: Pool,
    roll: Roll,
    tally: Tally<'a>,
    table: Table,
    state: State<'a>,
    last_row: u32,
    batch: Batch,
    /// What rows that are read one by one leave.
    lines: Lines,
    first_refused: Option<RefusedLine>,
    refused: usize,
    cut: bool,
}

#[derive(Debug)]
enum State<'a> {
    Seeking,
    Reading(Head<'a>, Columns),
    Done,
}

/// What is remembered of a table's columns.
#[derive(Debug)]
struct Columns {
    /// Those that hold a field; none if a row must be read as a whole.
    fields: Vec<Column>,
    /// Those that say whether a row is ours.
    filter: Vec<Column>,
}

/// A column and what its cells were found to say.
#[derive(Debug)]
struct Column {
    number: u32,
    field: LineField,
    /// Its position among the columns, or the filters, of the head.
    at: usize,
    texts: Vec<Slot>,
    numbers: MixedMap<Plain, Slot>,
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
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
    /// At the beginning of a document of this date.
    pub fn new(mapping: &'a Mapping, as_of: NaiveDate) -> Clerk<'a> {
        Clerk {
            search: Search::new(&mapping.lines),
            as_of,
            desk: Desk::new(mapping),
            book: Book::default(),
            pool: Pool::default(),
            roll: Roll::default(),
            tally: Tally::default(),
            table: Table::default(),
            state: State::Done,
            last_row: 0,
            // never moved while it grows
            batch: Batch { lines: Vec::with_capacity(BATCH), ..Batch::default() },
            lines: Lines::default(),
            first_refused: None,
            refused: 0,
            cut: false,
        }
    }

    /// Data lines so far.
    pub fn line(&self) -> u32 {
        self.batch.upto
    }

    /// Takes the next rows. Whether more are wanted.
    ///
    /// # Errors
    /// Rows that are none.
    pub fn take(&mut self, sheaf: Sheaf, to: Taker<'_>) -> Result<bool, BadSheaf> {
        let Sheaf { table, texts, rows, cut } = sheaf;
        if let Some(table) = table {
            self.state = if table.hidden { State::Done } else { State::Seeking };
            (self.last_row, self.table) = (0, table);
            self.search.begin();
        }
        self.cut |= cut;
        self.book.take(texts)?;
        let mut cells = Vec::new();
        let mut walk = rows.rows(&self.book, self.last_row);
        while let Some(number) = walk.next_into(&mut cells)? {
            self.row(number, &cells);
            if self.refused > MOST_REFUSED || (self.batch.lines.len() + self.batch.refused.len() >= BATCH && !self.hand(to)) {
                return Ok(false);
            }
        }
        self.last_row = walk.last();
        Ok(true)
    }

    fn hand(&mut self, to: Taker<'_>) -> bool {
        let more = to(&self.roll, &self.batch);
        self.batch.lines.clear();
        self.batch.refused.clear();
        more
    }

    fn row(&mut self, number: u32, cells: &[(u32, Held<'_>)]) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => {}
            State::Seeking => self.seek(number, cells),
            State::Reading(head, mut columns) => {
                self.keep((&head, &mut columns), number, cells);
                self.state = State::Reading(head, columns);
            }
        }
    }

    /// Whether the row is a header.
    fn seek(&mut self, number: u32, cells: &[(u32, Held<'_>)]) {
        let row = self.book.row(number, cells);
        self.state = match self.search.row(&row, &self.table, &mut self.desk) {
            Some(head) => {
                self.tally.begin(head.read.sums.as_ref());
                let columns = columns(&head);
                State::Reading(head, columns)
            }
            None if self.search.is_over() => State::Done,
            None => State::Seeking,
        };
    }

    fn keep(&mut self, (head, columns): (&Head<'a>, &mut Columns), number: u32, cells: &[(u32, Held<'_>)]) {
        let ours = self.is_ours(head, columns, cells);
        if ours && let Some(line) = self.fast((head, &mut columns.fields), cells) {
            self.batch.upto = self.batch.upto.saturating_add(1);
            let line = TypedLine { line: self.batch.upto, ..line };
            return self.add(line, number, cells);
        }
        let row = self.book.row(number, cells);
        if head.stands_in(&row) || is_blank(&row) {
            return;
        }
        self.batch.upto = self.batch.upto.saturating_add(1);
        if !ours {
            return;
        }
        let read = record::read(head, &row, self.batch.upto, &mut self.pool, &mut self.lines, &mut self.desk);
        match (read, self.lines.customs.pop()) {
            (Ok(()), Some(line)) => match record::typed(&line, self.as_of, &mut self.roll) {
                Ok(line) => self.add(line, number, cells),
                Err((column, reason)) => self.refuse(number, column, reason, cells),
            },
            // an entry of a dictionary
            (Ok(()), None) => {}
            (Err((column, reason)), _) => self.refuse(number, column, reason, cells),
        }
    }

    fn is_ours(&mut self, head: &Head<'a>, columns: &mut Columns, cells: &[(u32, Held<'_>)]) -> bool {
        columns.filter.iter_mut().all(|column| {
            let cell = cells.iter().find(|(number, _)| *number == column.number);
            cell.is_some_and(|(_, held)| self.slot(head, column, *held) == Slot::Ours(true))
        })
    }

    fn add(&mut self, line: TypedLine, number: u32, cells: &[(u32, Held<'_>)]) {
        match self.tally.line(&line, &self.roll) {
            Verdict::New => self.batch.lines.push(line),
            Verdict::Repeat => {}
            Verdict::Conflict(reason) => self.refuse(number, 0, reason, cells),
        }
    }

    fn refuse(&mut self, number: u32, column: u32, reason: String, cells: &[(u32, Held<'_>)]) {
        self.refused += 1;
        let row = self.book.row(number, cells);
        let locator = locator(&self.table, number, column);
        let line = RefusedLine { line: self.batch.upto, locator, reason, raw: raw(&row) };
        self.first_refused.get_or_insert_with(|| line.clone());
        self.batch.refused.push(line);
    }

    /// A row whose cells all say what was met before, or plain numbers.
    fn fast(&mut self, (head, columns): (&Head<'a>, &mut [Column]), cells: &[(u32, Held<'_>)]) -> Option<TypedLine> {
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

    fn slot(&mut self, head: &Head<'a>, column: &mut Column, held: Held<'_>) -> Slot {
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

    /// All the document said; the last batch goes to `to`.
    ///
    /// # Errors
    /// [`NormalizeError`]: it has no lines, or is laid out otherwise.
    pub fn finish(mut self, to: Taker<'_>) -> Result<Reading, NormalizeError> {
        let first = self.first_refused.take();
        if self.refused > MOST_REFUSED {
            let first = first.map_or(String::new(), |line| format!("{}: {}: {:?}", line.locator, line.reason, line.raw));
            let seen = format!("more than {MOST_REFUSED} of {} rows do not fit; the first: {first}", self.batch.upto);
            return Err(NormalizeError::NothingRead(seen));
        }
        let upto = self.batch.upto;
        if self.tally.is_empty() && self.lines.entries.is_empty() {
            let head = "a head was found, but no row under it could be read";
            let why = match first {
                Some(line) => format!("{head}: {}: {}", line.locator, line.reason),
                None if self.search.any_found() => head.to_string(),
                None => self.search.nearest().unwrap_or("no table has the headings of lines").to_string(),
            };
            return Err(NormalizeError::NothingRead(why));
        }
        self.hand(to);
        let mut reading = Reading { issues: std::mem::take(&mut self.desk.issues), ..Reading::default() };
        reading.issues.extend(first.map(|line| refused_issue(&line, self.refused, upto)));
        if self.cut {
            let place = format!("line {upto}");
            let wanted = "a line of as many fields as the others, and its end";
            reading.issues.push(Issue::warning("cut_short", &place, "the end of the document inside a line", wanted));
            reading.drift.push(Drift::new(Weight::Holds, "cut_short", place, "whole lines", "the last one is cut"));
        }
        reading.lines = self.lines;
        self.tally.close(&self.roll, &mut reading);
        reading.issues.sort();
        reading.issues.dedup();
        reading.drift.extend(reading.issues.iter().filter_map(Drift::of));
        Ok(reading)
    }
}

/// The columns of a head.
fn columns(head: &Head<'_>) -> Columns {
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
