//! Line-level data: rows of customs dumps and of their dictionaries, typed and otherwise as they stand.

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rows of one document that are kept as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// Lines of a customs dump that is small enough to be held.
    pub customs: Vec<CustomsLine>,
    /// Entries of dictionaries.
    pub entries: Vec<Entry>,
    /// Rows that do not fit.
    pub refused: Vec<RefusedLine>,
    /// Lines of a dump that came in batches before: their load in the store, and what they were asked for.
    pub loaded: Option<Loaded>,
    /// What the lines were asked for, as far as they show it: a single country, region, commodity …
    pub scope: String,
    /// Year × 100 + month of every period (month 0: the whole year), with its first line and the number of its lines.
    pub periods: BTreeMap<i32, (u32, u64)>,
}

impl Lines {
    /// Whether there is nothing, not even a row that does not fit.
    pub fn is_empty(&self) -> bool {
        self.customs.is_empty() && self.entries.is_empty() && self.refused.is_empty() && self.loaded.is_none()
    }

    /// Lines and entries that fit, and rows that do not.
    pub fn counts(&self) -> (usize, usize) {
        let loaded =
            |count: fn(&Loaded) -> u64| self.loaded.as_ref().map_or(0, |one| usize::try_from(count(one)).unwrap_or(usize::MAX));
        let kept = self.customs.len() + self.entries.len() + loaded(|one| one.lines);
        (kept, self.refused.len() + loaded(|one| one.refused))
    }
}

/// A load of the store that waits for its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Its row.
    pub load: i64,
    /// Lines it keeps.
    pub lines: u64,
    /// Lines that did not fit.
    pub refused: u64,
}

/// One line of a customs dump. Texts that many lines share are held once.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomsLine {
    /// Its number in the document, from 1; headings and empty rows do not count.
    pub line: u32,
    /// Export or import.
    pub flow: Flow,
    /// The same, as the file says it.
    pub direction: Arc<str>,
    /// Year.
    pub year: i32,
    /// Month; `None`: the whole year.
    pub month: Option<u32>,
    /// The country that reports; `None`: the publisher's own.
    pub reporter: Option<Arc<Named>>,
    /// Partner country; `NNN` is one too.
    pub partner: Option<Arc<Named>>,
    /// Commodity, leading zeros kept; `SSSSSSSSSS` is one too.
    pub code: Arc<str>,
    /// Unit of the quantity.
    pub unit: Option<Arc<Named>>,
    /// Statistical value.
    pub value: Option<Decimal>,
    /// Net weight.
    pub weight: Option<Decimal>,
    /// Quantity.
    pub quantity: Option<Decimal>,
    /// Region of the declarant.
    pub region: Option<Arc<Named>>,
    /// Federal district.
    pub district: Option<Arc<Named>>,
}

impl CustomsLine {
    /// Decimals an amount may have: thousandths are kept.
    pub const DECIMALS: u32 = 3;

    /// An amount in thousandths; `None` if it has no whole ones, or more than can be kept.
    pub fn milli(amount: Decimal) -> Option<i64> {
        let amount = amount.normalize();
        let missing = CustomsLine::DECIMALS.checked_sub(amount.scale())?;
        let milli = i64::try_from(amount.mantissa().checked_mul(10i128.checked_pow(missing)?)?).ok()?;
        (milli != i64::MIN).then_some(milli)
    }

    /// The period as `2014` or `2014-02`.
    pub fn period(&self) -> String {
        self.month.map_or_else(|| self.year.to_string(), |month| format!("{}-{month:02}", self.year))
    }
}

/// A code, and the whole text it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Named {
    /// What a dictionary calls it: `45000`.
    pub code: String,
    /// As it stands: `45000 - ...`; the code itself where there is nothing more.
    pub text: String,
}

/// Direction of trade in a customs dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flow {
    /// Out of the country.
    Export,
    /// Into the country.
    Import,
}

impl Flow {
    /// The word of series codes.
    pub fn as_str(self) -> &'static str {
        match self {
            Flow::Export => "export",
            Flow::Import => "import",
        }
    }

    /// The number it has in the store.
    pub fn number(self) -> u8 {
        match self {
            Flow::Export => 1,
            Flow::Import => 2,
        }
    }

    /// The inverse of [`Flow::number`]; the store takes no third one.
    pub fn numbered(number: u8) -> Flow {
        if number == Flow::Export.number() { Flow::Export } else { Flow::Import }
    }

    /// The inverse of [`Flow::as_str`].
    pub fn parse(text: &str) -> Option<Flow> {
        [Flow::Export, Flow::Import].into_iter().find(|flow| flow.as_str() == text)
    }
}

/// Which dictionary of customs lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dictionary {
    /// Countries, as partners and as reporters.
    Partner,
    /// Units of quantity.
    Unit,
    /// Regions and federal districts.
    Region,
    /// Commodity codes.
    Code,
    /// Names of the columns in an interface's answers.
    Field,
}

impl Dictionary {
    /// Every dictionary with its name in `sources.toml`.
    pub const ALL: [(&'static str, Dictionary); 5] = [
        ("partner", Dictionary::Partner),
        ("unit", Dictionary::Unit),
        ("region", Dictionary::Region),
        ("code", Dictionary::Code),
        ("field", Dictionary::Field),
    ];

    /// The name that stands in `sources.toml` and in the store.
    pub fn as_str(self) -> &'static str {
        Dictionary::ALL.iter().find(|(_, dictionary)| *dictionary == self).map_or("", |(name, _)| name)
    }
}

/// One entry of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which dictionary.
    pub dictionary: Dictionary,
    /// Its number in the document, from 1.
    pub line: u32,
    /// The code, leading zeros kept.
    pub code: String,
    /// What it means.
    pub name: String,
}

/// A row that does not fit: kept with the reason, never dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefusedLine {
    /// Its number in the document, from 1.
    pub line: u32,
    /// Where it stands.
    pub locator: String,
    /// What was seen and what was wanted.
    pub reason: String,
    /// Its cells as they stand, between tabs.
    pub raw: String,
}
