//! The tables, one after the other.

use super::Kind::{Amount, Day, Figure, Flag, Instant, Small, Text, Whole};
use super::{Column, Rows, Table};
use crate::store::Stream;

/// All tables of the dataset.
pub const TABLES: &[Table] =
    &[SOURCE, DOCUMENT, SERIES, OBSERVATION, PAPER, CLAIM, FINDING, CUSTOMS_ROW, CUSTOMS_NAME, COMMODITY_GROUP];

const SOURCE: Table = Table {
    name: "source",
    says: "a publication that appears again and again, or an evidence file",
    rows: Rows::Store(Stream::Source),
    folders: &[],
    columns: &[
        Column::must("source", Text, "its id, such as `cbr-trade`"),
        Column::may("publisher", Text, "who publishes it"),
        Column::may("publisher_title", Text, "the publisher's full name"),
        Column::must("title", Text, "what it is"),
        Column::must("page", Text, "the page a person would open"),
        Column::must("format", Text, "`xlsx`, `html`, `csv` …"),
        Column::must("schedule", Text, "when it is looked at"),
        Column::must("state", Text, "the state it is declared to be in"),
        Column::may("max_age_days", Whole, "older than this, its newest document is stale"),
    ],
};

const DOCUMENT: Table = Table {
    name: "document",
    says: "a document as it was obtained; its bytes stay in the archive",
    rows: Rows::Store(Stream::Document),
    folders: &[],
    columns: &[
        Column::must("document_id", Whole, "local to the store that was exported"),
        Column::must("source", Text, "the publication it is an issue of"),
        Column::may("sha256", Text, "of its bytes; empty: a person read a publication, no bytes are known"),
        Column::may("bytes", Whole, "size"),
        Column::must("as_of", Day, "the day it was fetched or published"),
        Column::must("as_of_basis", Text, "`stated`, `recorded`, `estimated`"),
        Column::may("fetched_at", Instant, "when it was received"),
        Column::must("known_from", Day, "the day its figures became known"),
        Column::must("known_from_basis", Text, "as `as_of_basis`"),
        Column::must("url", Text, "the address it was published at"),
        Column::must("obtained_from", Text, "who it came from"),
        Column::must("content_type", Text, "as the server said or the bytes show"),
        Column::must("class", Text, "`parsed`, `exported`, `transcribed`, `quoted`"),
        Column::must("held", Flag, "whether its bytes are in the archive"),
        Column::must("parser", Text, "which parser and version read it"),
        Column::must("recorded_from", Instant, "when the store learned of it"),
    ],
};

const SERIES: Table = Table {
    name: "series",
    says: "what is measured; everything that must agree before two figures may be compared",
    rows: Rows::Store(Stream::Series),
    folders: &[],
    columns: &[
        Column::must("series", Text, "its code, stable over stores and versions"),
        Column::must("publisher", Text, "who publishes it"),
        Column::must("indicator", Text, "what it is about"),
        Column::must("item", Text, "which row: an activity, a good, a currency"),
        Column::may("entity", Text, "whose"),
        Column::may("detail", Text, "further dimensions"),
        Column::may("flow", Text, "`export`, `import`, `total`, `balance` …"),
        Column::may("counterpart", Text, "the other side of the flow"),
        Column::must("measure", Text, "`level`, `yoy`, `mom` …"),
        Column::must("frequency", Text, "`a`, `h`, `q`, `m`, `w`, `d`, `ytd`"),
        Column::may("variant", Text, "what is left of the code after the frequency"),
        Column::may("base", Text, "price base or index base year"),
        Column::may("adjustment", Text, "`sa` or `nsa`"),
        Column::may("methodology", Text, "`customs` or `bop`"),
        Column::may("classifier", Text, "classifier and its version"),
        Column::must("unit", Text, "of the figure that was stored first; each figure's own unit rules"),
        Column::must("title", Text, "a label for people"),
    ],
};

const OBSERVATION: Table = Table {
    name: "observation",
    says: "a value of a series for a period as one document states it: a vintage. Read rows with `recorded_to` empty",
    rows: Rows::Store(Stream::Observation),
    folders: &[(Column::must("frequency", Text, "of its series"), "a")],
    columns: &[
        Column::must("observation_id", Whole, "local to the store that was exported"),
        Column::must("series", Text, "what is measured"),
        Column::must("source", Text, "where it was published"),
        Column::must("period", Text, "canonical: `2020`, `2020-Q1`, `2020-12`, `2020-01/2020-06`"),
        Column::must("period_start", Day, "first day"),
        Column::must("period_end", Day, "last day, inclusive"),
        Column::may("value", Text, "the exact decimal, as many digits as displayed; empty unless published or provisional"),
        Column::may(
            "value_decimal",
            Figure,
            "the same as a number; empty also where the digits do not fit, which the manifest counts",
        ),
        Column::may("decimals", Small, "digits after the separator as displayed"),
        Column::must("printed", Text, "the cell as displayed"),
        Column::may("raw", Text, "the stored number where it differs"),
        Column::must("unit", Text, "its unit"),
        Column::must("status", Text, "`published`, `provisional`, `withheld`, `absent`, `no_data`, `blank`, `withdrawn`"),
        Column::must("class", Text, "how it came to the store"),
        Column::must("class_rank", Small, "the larger, the better the class"),
        Column::must("known_from", Day, "first day it stood"),
        Column::may("known_to", Day, "first day it stood no more; empty: it stands"),
        Column::must("known_from_basis", Text, "where `known_from` comes from"),
        Column::must("recorded_from", Instant, "when the store began to believe it"),
        Column::may("recorded_to", Instant, "when it ceased to; empty: it does"),
        Column::must("parser", Text, "which parser and version read it"),
        Column::must("document_id", Whole, "the document that states it"),
        Column::must("locator", Text, "where in the document"),
        Column::must("notes", Text, "footnotes, a JSON list"),
        Column::must("inferred", Flag, "withdrawn because the document covers the period without it"),
        Column::may("evidence", Text, "the evidence file that holds it"),
    ],
};

const PAPER: Table = Table {
    name: "paper",
    says: "a document whose printed figures are checked",
    rows: Rows::Store(Stream::Paper),
    folders: &[],
    columns: &[
        Column::must("paper", Text, "its id"),
        Column::must("title", Text, "its title"),
        Column::must("authors", Text, "who wrote it"),
        Column::may("doi", Text, "its DOI"),
        Column::may("url", Text, "where it is"),
        Column::may("language", Text, "of its text"),
        Column::may("received", Day, "when the journal received it"),
        Column::may("accepted", Day, "when it was accepted"),
        Column::may("published", Day, "when it appeared"),
    ],
};

const CLAIM: Table = Table {
    name: "claim",
    says: "one figure as a paper prints it",
    rows: Rows::Store(Stream::Claim),
    folders: &[],
    columns: &[
        Column::must("claim_id", Whole, "local to the store that was exported"),
        Column::must("paper", Text, "where it is printed"),
        Column::must("claim", Text, "its id in the paper's `claims.csv`"),
        Column::must("section", Text, "heading it stands under"),
        Column::must("paragraph", Text, "which paragraph"),
        Column::must("sentence", Text, "the sentence, restated"),
        Column::must("printed", Text, "the figure as printed"),
        Column::may("value", Text, "its exact decimal, sign from the words; empty: unreadable"),
        Column::may("value_decimal", Figure, "the same as a number"),
        Column::may("decimals", Small, "digits after the separator as printed"),
        Column::must("unit", Text, "its unit"),
        Column::must("hedge", Text, "`over`, `nearly`, `about` …"),
        Column::must("wording", Text, "`times`, `fold`, `doubled` …"),
        Column::must("entity", Text, "whose"),
        Column::must("counterpart", Text, "the other side"),
        Column::must("flow", Text, "direction of trade"),
        Column::must("indicator", Text, "what it is about"),
        Column::must("series", Text, "the series it means; empty: unmapped"),
        Column::must("period", Text, "canonical period"),
        Column::must("measure", Text, "`level`, `growth` …"),
        Column::must("base", Text, "what it is compared with"),
        Column::must("footnote", Text, "the footnote that names the source"),
        Column::may("cutoff", Day, "the day by which a vintage must have been known: the one in force"),
        Column::must("restated", Text, "the claim in plain words"),
        Column::may("retired_at", Instant, "when it vanished from the paper's folder"),
    ],
};

const FINDING: Table = Table {
    name: "finding",
    says: "the verdict on a claim from one reconciliation on. The current ones have `until_id` empty",
    rows: Rows::Store(Stream::Finding),
    folders: &[],
    columns: &[
        Column::must("finding_id", Whole, "local to the store that was exported"),
        Column::must("paper", Text, "whose claim"),
        Column::must("claim", Text, "its id in the paper's `claims.csv`"),
        Column::must("claim_id", Whole, "which claim"),
        Column::must("side", Text, "`external`: against the store; `internal`: against the paper itself"),
        Column::must("status", Text, "the verdict"),
        Column::may("grade", Text, "how well it matches"),
        Column::may("vintage_result", Text, "which vintage matches"),
        Column::may("severity", Text, "how bad"),
        Column::must("reasons", Text, "codes, a JSON list"),
        Column::may("lo", Text, "least value the source allows, exact"),
        Column::may("hi", Text, "greatest value the source allows, exact"),
        Column::may("distance_ulp", Text, "distance in units of the claim's last digit, exact"),
        Column::must("sentence", Text, "the verdict in words"),
        Column::may("observation_id", Whole, "the row that decided"),
        Column::must("vintages", Text, "claim × vintage, JSON"),
        Column::must("relations", Text, "relations that speak of it, JSON"),
        Column::must("stale", Flag, "kept from before, because a fetch or parse failed"),
        Column::must("reconciliation_id", Whole, "the first reconciliation with it"),
        Column::may("until_id", Whole, "the first one without it; empty: it stands"),
        Column::may("as_of", Day, "the day whose state was asked; empty: the current one"),
        Column::may("finished_at", Instant, "when that reconciliation ended"),
    ],
};

const CUSTOMS_ROW: Table = Table {
    name: "customs_row",
    says: "a line of a customs dump, those of replaced documents included. The lines that stand have `known_to` empty",
    rows: Rows::Store(Stream::CustomsLine),
    folders: &[
        (Column::must("flow", Text, "`export` or `import`, as the reporter sees it"), "export"),
        (Column::must("year", Small, "year of the period"), "1970"),
    ],
    columns: &[
        Column::must("month", Small, "month of the period; 0: the whole year"),
        Column::must("source", Text, "whose lines"),
        Column::must("scope", Text, "what the document was asked for; empty: everything"),
        Column::must("document_id", Whole, "the document"),
        Column::must("line", Whole, "data line in it, from 1"),
        Column::may("reporter", Text, "the country that reports; empty: the publisher's own"),
        Column::may("partner", Text, "partner country"),
        Column::must("code", Text, "digits of the commodity nomenclature, leading zeros kept"),
        Column::may("unit", Text, "unit of the quantity"),
        Column::may("region", Text, "region of the declarant"),
        Column::may("district", Text, "federal district"),
        Column::may("value", Amount, "statistical value, in the file's currency unit"),
        Column::may("weight", Amount, "net weight, in the file's weight unit"),
        Column::may("quantity", Amount, "quantity, in its unit"),
        Column::may("known_from", Day, "the day the document's word on the period became known"),
        Column::may("known_to", Day, "the day another document took its place; empty: it stands"),
    ],
};

const CUSTOMS_NAME: Table = Table {
    name: "customs_name",
    says: "what a code of a customs line means",
    rows: Rows::Store(Stream::CustomsName),
    folders: &[],
    columns: &[
        Column::must("dictionary", Text, "`code`, `partner`, `unit`, `region` (districts too), `field`"),
        Column::must("code", Text, "as in `customs_row`"),
        Column::must("name", Text, "in words; empty: nobody said"),
    ],
};

const COMMODITY_GROUP: Table = Table {
    name: "commodity_group",
    says: "a chapter of the Harmonized System in one of the groupings by which trade is published",
    rows: Rows::Groups,
    folders: &[],
    columns: &[
        Column::must("kind", Text, "`customs`: the customs service's; `section`: sections of the Harmonized System"),
        Column::must("item", Text, "the group, as in series codes"),
        Column::must("chapter", Text, "a chapter, `01` to `97`: the first two digits of a code"),
        Column::must("title", Text, "the group in words"),
    ],
};
