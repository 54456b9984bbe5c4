//! The structure message (SDMX-ML 3.0): code lists, concepts, and for each dataflow what its columns are.

use super::components::{AGENCY, Component, Dataflow, Kind, PERIOD, VALUE, VERSION};
use crate::model::instant;
use chrono::{DateTime, Utc};
use std::fmt::Write;

/// A code list: id, name, codes with their names.
type List = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The lists. Frequencies and statuses are those codes of the standard's own lists that are used.
const LISTS: [List; 4] = [
    (
        "CL_FREQ",
        "Frequency",
        &[("A", "Annual"), ("S", "Half-yearly"), ("Q", "Quarterly"), ("M", "Monthly"), ("W", "Weekly"), ("D", "Daily")],
    ),
    ("CL_CUMULATION", "Cumulation", &[("N", "Of the period itself"), ("Y", "Cumulated from January")]),
    (
        "CL_OBS_STATUS",
        "Observation status",
        &[
            ("A", "Normal value"),
            ("P", "Provisional value"),
            ("Q", "Missing value; suppressed"),
            ("M", "Missing value; data cannot exist"),
            ("L", "Missing value; data exist but were not collected"),
            ("O", "Missing value"),
        ],
    ),
    (
        "CL_CLASS",
        "How a figure came to the database",
        &[
            ("parsed", "Read by the program from a document that is held"),
            ("exported", "Read by the program elsewhere"),
            ("transcribed", "Read by a person in the publisher's text"),
            ("quoted", "Read by a person in a text that quotes the publisher"),
        ],
    ),
];
const SCHEMAS: &str = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0";

/// Both dataflows with everything they name. `prepared` is when the message is made.
pub fn structure(prepared: DateTime<Utc>) -> String {
    let lists: String = LISTS.iter().map(list).collect();
    let flows = [Dataflow::Figures, Dataflow::Vintages];
    let (dataflows, structures): (String, String) = flows.into_iter().map(|flow| (dataflow(flow), definition(flow))).unzip();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<mes:Structure xmlns:mes="{SCHEMAS}/message" xmlns:str="{SCHEMAS}/structure" xmlns:com="{SCHEMAS}/common">
<mes:Header><mes:ID>{AGENCY}</mes:ID><mes:Test>false</mes:Test><mes:Prepared>{}</mes:Prepared><mes:Sender id="{AGENCY}"/></mes:Header>
<mes:Structures>
<str:Codelists>
{lists}</str:Codelists>
<str:ConceptSchemes>
<str:ConceptScheme {}>{}
{}</str:ConceptScheme>
</str:ConceptSchemes>
<str:Dataflows>
{dataflows}</str:Dataflows>
<str:DataStructures>
{structures}</str:DataStructures>
</mes:Structures>
</mes:Structure>
"#,
        instant(prepared),
        identified("CS_FIGURES"),
        named("Concepts of official figures"),
        concepts()
    )
}

fn identified(id: &str) -> String {
    format!(r#"id="{id}" agencyID="{AGENCY}" version="{VERSION}""#)
}

fn named(name: &str) -> String {
    format!(r#"<com:Name xml:lang="en">{name}</com:Name>"#)
}

fn list((id, name, codes): &List) -> String {
    let codes: String =
        codes.iter().map(|(code, name)| format!("<str:Code id=\"{code}\">{}</str:Code>\n", named(name))).collect();
    format!("<str:Codelist {}>{}\n{codes}</str:Codelist>\n", identified(id), named(name))
}

/// Every component of either dataflow has a concept of its own.
fn concepts() -> String {
    Dataflow::Figures
        .columns()
        .iter()
        .map(|one| format!("<str:Concept id=\"{}\">{}</str:Concept>\n", one.id, named(one.name)))
        .collect()
}

fn dataflow(flow: Dataflow) -> String {
    let structure = format!("urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={}", flow.reference());
    format!(
        "<str:Dataflow {}>{}<str:Structure>{structure}</str:Structure></str:Dataflow>\n",
        identified(flow.id()),
        named(flow.name())
    )
}

fn definition(flow: Dataflow) -> String {
    let mut text =
        format!("<str:DataStructure {}>{}\n<str:DataStructureComponents>\n", identified(flow.id()), named(flow.name()));
    text += "<str:DimensionList id=\"DimensionDescriptor\">\n";
    for (place, one) in (1..).zip(flow.dimensions()) {
        let _ = writeln!(text, "<str:Dimension id=\"{}\" position=\"{place}\">{}</str:Dimension>", one.id, described(&one));
    }
    let _ = writeln!(
        text,
        "<str:TimeDimension id=\"{}\">{}</str:TimeDimension>\n</str:DimensionList>",
        PERIOD.id,
        described(&PERIOD)
    );
    text += "<str:AttributeList id=\"AttributeDescriptor\">\n";
    for one in flow.attributes() {
        let related = "<str:AttributeRelationship><str:Observation/></str:AttributeRelationship>";
        let _ =
            writeln!(text, "<str:Attribute id=\"{}\" usage=\"optional\">{}{related}</str:Attribute>", one.id, described(&one));
    }
    text += "</str:AttributeList>\n<str:MeasureList id=\"MeasureDescriptor\">\n";
    let _ = writeln!(
        text,
        "<str:Measure id=\"{}\" usage=\"optional\">{}</str:Measure>\n</str:MeasureList>",
        VALUE.id,
        described(&VALUE)
    );
    text + "</str:DataStructureComponents>\n</str:DataStructure>\n"
}

/// Its concept, and what may stand in it.
fn described(one: &Component) -> String {
    let concept = format!("urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CS_FIGURES({VERSION}).{}", one.id);
    let values = match one.kind {
        Kind::Coded(list) => {
            format!("<str:Enumeration>urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:{list}({VERSION})</str:Enumeration>")
        }
        Kind::Typed(kind) => format!("<str:TextFormat textType=\"{kind}\"/>"),
    };
    format!("<str:ConceptIdentity>{concept}</str:ConceptIdentity><str:LocalRepresentation>{values}</str:LocalRepresentation>")
}
