//! What a row of SDMX-CSV is made of: one list, from which the header, the rows and the structure are made.

/// Who maintains the structures.
pub const AGENCY: &str = "SVERKA";
/// Their version.
pub const VERSION: &str = "1.0.0";
/// Every row is told for information: whoever loads it appends.
pub const ACTION: &str = "I";

/// A part of a series' identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// How often it speaks.
    Frequency,
    /// Whether it is cumulated from January.
    Cumulation,
    /// Who publishes it.
    Publisher,
    /// What it is about.
    Indicator,
    /// Which row.
    Item,
    /// Whose.
    Area,
    /// What is left between item and area.
    Detail,
    /// Direction of trade.
    Flow,
    /// The other side.
    Counterpart,
    /// What is measured.
    Measure,
    /// Base year, currency, methodology.
    Variant,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A dimension of the series.
    Key(Dimension),
    /// The source.
    Source,
    /// How the figure came to us.
    Class,
    /// The day it became known.
    Vintage,
    /// The period.
    Period,
    /// The value.
    Value,
    /// The letter of its status.
    Status,
    /// The unit without its power of ten.
    Unit,
    /// That power.
    Multiplier,
    /// Digits after the separator, as displayed.
    Decimals,
    /// First day it stood no more.
    ValidTo,
    /// The code of the series.
    Series,
    /// Its title.
    Title,
    /// The document's digest.
    Document,
    /// The place in it.
    Locator,
    /// Its address.
    Address,
}

/// What may stand in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A code of this list.
    Coded(&'static str),
    /// A type of the standard.
    Typed(&'static str),
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// Its id.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// What does.
    pub part: Part,
}

const TEXT: Kind = Kind::Typed("String");
const DAY: Kind = Kind::Typed("GregorianDay");
const WHOLE: Kind = Kind::Typed("Integer");

const fn component(id: &'static str, name: &'static str, kind: Kind, part: Part) -> Component {
    Component { id, name, kind, part }
}

/// The dimensions of every series.
const SERIES: [Component; 11] = [
    component("FREQ", "Frequency", Kind::Coded("CL_FREQ"), Part::Key(Dimension::Frequency)),
    component(
        "CUMULATION",
        "Whether it is cumulated from January",
        Kind::Coded("CL_CUMULATION"),
        Part::Key(Dimension::Cumulation),
    ),
    component("PUBLISHER", "Who publishes it", TEXT, Part::Key(Dimension::Publisher)),
    component("INDICATOR", "What it is about", TEXT, Part::Key(Dimension::Indicator)),
    component("ITEM", "Which row: an activity, a good, a currency", TEXT, Part::Key(Dimension::Item)),
    component("REF_AREA", "Whose: a country or region", TEXT, Part::Key(Dimension::Area)),
    component("DETAIL", "A further breakdown", TEXT, Part::Key(Dimension::Detail)),
    component("FLOW", "Direction of trade", TEXT, Part::Key(Dimension::Flow)),
    component("COUNTERPART", "The other side of the trade, or a further breakdown", TEXT, Part::Key(Dimension::Counterpart)),
    component("MEASURE", "What is measured: a level, a change against a year before", TEXT, Part::Key(Dimension::Measure)),
    component("VARIANT", "Base year, adjustment, currency, methodology", TEXT, Part::Key(Dimension::Variant)),
];
/// What tells the vintages of one figure apart.
const EDITION: [Component; 3] = [
    component("SOURCE", "The publication that states it", TEXT, Part::Source),
    component("CLASS", "How it came to the database", Kind::Coded("CL_CLASS"), Part::Class),
    component("VINTAGE", "The day it became known", DAY, Part::Vintage),
];
/// When.
pub const PERIOD: Component =
    component("TIME_PERIOD", "The period it speaks of", Kind::Typed("ObservationalTimePeriod"), Part::Period);
/// How much. The standard's Decimal has no way to say that a value is missing.
pub const VALUE: Component =
    component("OBS_VALUE", "The exact value at the digits that were displayed", Kind::Typed("Double"), Part::Value);
/// What else is said of it.
const ATTRIBUTES: [Component; 10] = [
    component("OBS_STATUS", "What the publisher says of it", Kind::Coded("CL_OBS_STATUS"), Part::Status),
    component("UNIT_MEASURE", "The unit, without its power of ten", TEXT, Part::Unit),
    component("UNIT_MULT", "The power of ten of the unit", WHOLE, Part::Multiplier),
    component("DECIMALS", "Digits after the separator, as displayed", WHOLE, Part::Decimals),
    component("VALID_TO", "First day it stood no more; empty: it stands", DAY, Part::ValidTo),
    component("SERIES_CODE", "The code of the series", TEXT, Part::Series),
    component("TITLE", "What the series is called", TEXT, Part::Title),
    component("DOCUMENT", "SHA-256 of the document that states it", TEXT, Part::Document),
    component("LOCATOR", "Its place in the document", TEXT, Part::Locator),
    component("ADDRESS", "Where the document was published", TEXT, Part::Address),
];

/// The two structures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dataflow {
    /// One figure a series and period: its vintage is an attribute, so that a series is one time series.
    Figures,
    /// Every vintage: source, class and day are dimensions, for nothing else tells two vintages apart.
    Vintages,
}

impl Dataflow {
    /// Its id, and that of its structure.
    pub fn id(self) -> &'static str {
        match self {
            Dataflow::Figures => "FIGURES",
            Dataflow::Vintages => "VINTAGES",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Dataflow::Figures => "Official figures, one a series and period",
            Dataflow::Vintages => "Official figures with every vintage",
        }
    }

    /// As a row names it.
    pub fn reference(self) -> String {
        format!("{AGENCY}:{}({VERSION})", self.id())
    }

    /// The dimensions, without time.
    pub fn dimensions(self) -> Vec<Component> {
        match self {
            Dataflow::Figures => SERIES.to_vec(),
            Dataflow::Vintages => [&SERIES[..], &EDITION].concat(),
        }
    }

    /// The attributes.
    pub fn attributes(self) -> Vec<Component> {
        match self {
            Dataflow::Figures => [&EDITION[..], &ATTRIBUTES].concat(),
            Dataflow::Vintages => ATTRIBUTES.to_vec(),
        }
    }

    /// The columns after the first three, in the order of the standard: dimensions, measure, attributes.
    pub fn columns(self) -> Vec<Component> {
        [self.dimensions(), vec![PERIOD, VALUE], self.attributes()].concat()
    }
}
