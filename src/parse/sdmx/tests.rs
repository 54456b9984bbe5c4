use crate::parse::{Format, seen};
use proptest::prelude::*;

/// Version 1.0: every observation is a series of its own, and the rest of the period an attribute.
const FIRST: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<GenericData xmlns="http://www.SDMX.org/resources/SDMXML/schemas/v1_0/message" xmlns:generic="g" xmlns:structure="s">
<Header Id="h"><Prepared>2026-09-19T05:43:12</Prepared><Sender id="UIS"><Contact><Name>Somebody</Name></Contact></Sender></Header>
<CodeLists><structure:CodeList id="s_OKATO"><structure:Name>Regions</structure:Name>
 <structure:Code value="643"><structure:Description xml:lang="ru">Россия</structure:Description><structure:Description xml:lang="en">Russia</structure:Description></structure:Code>
</structure:CodeList></CodeLists>
<Description><Indicator id="1" name="Rate"><Responsible><Name>Somebody</Name></Responsible></Indicator></Description>
<DataSet>
 <generic:Series><generic:SeriesKey><generic:Value concept="s_OKATO" value="643"/></generic:SeriesKey>
  <generic:Attributes><generic:Value concept="EI" value="процент"/><generic:Value concept="PERIOD" value="I квартал"/></generic:Attributes>
  <generic:Obs><generic:Time>2017</generic:Time><generic:ObsValue value="5,5"/></generic:Obs></generic:Series>
 <generic:Series><generic:SeriesKey><generic:Value concept="s_OKATO" value="030"/><generic:Value concept="s_more" value="x"/></generic:SeriesKey>
  <generic:Obs><generic:Time>2017</generic:Time><generic:ObsValue value="6"/></generic:Obs></generic:Series>
</DataSet></GenericData>"#;

/// Version 2.1, generic: observations within series, a group, attributes at every level.
const GENERIC: &str = r#"<m:GenericData xmlns:m="m" xmlns:g="g"><m:Header><m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"/></m:Header>
<m:DataSet action="Replace" structureRef="S"><g:Attributes><g:Value id="SOURCE" value="X"/></g:Attributes>
 <g:Group type="Sibling"><g:GroupKey><g:Value id="AREA" value="RU"/></g:GroupKey><g:Attributes><g:Value id="UNIT" value="PC"/></g:Attributes></g:Group>
 <g:Series><g:SeriesKey><g:Value id="FREQ" value="M"/><g:Value id="AREA" value="RU"/></g:SeriesKey>
  <g:Attributes><g:Value id="ADJ" value="N"/></g:Attributes>
  <g:Obs><g:ObsDimension value="2010-08"/><g:ObsValue value="105.60"/><g:Attributes><g:Value id="OBS_STATUS" value="A"/></g:Attributes></g:Obs>
  <g:Obs><g:ObsDimension value="2010-09"/><g:ObsValue value="NaN"/></g:Obs></g:Series>
</m:DataSet>
<m:DataSet><g:Obs><g:ObsKey><g:Value id="FREQ" value="A"/><g:Value id="TIME_PERIOD" value="2010"/></g:ObsKey><g:ObsValue value="1"/></g:Obs></m:DataSet>
</m:GenericData>"#;

/// Version 2.1, structure-specific: the same as attributes.
const SPECIFIC: &str = r#"<m:StructureSpecificData xmlns:m="m" xmlns:ss="ss" xmlns:xsi="x"><m:Structures><Codelists><Codelist id="CL_AREA"><Code id="RU"><Name>Russia</Name></Code></Codelist></Codelists></m:Structures>
<m:DataSet ss:dataScope="DataStructure" ss:structureRef="S" xsi:type="ns:DataSetType" SOURCE="X">
 <Group xsi:type="ns:Sibling" AREA="RU" UNIT="PC"/><ns:SiblingGroup xmlns:ns="n" AREA="CN" UNIT="T"/>
 <Series FREQ="M" AREA="RU" ADJ="N"><Obs TIME_PERIOD="2010-08" OBS_VALUE="105.60" OBS_STATUS="A"/><Obs TIME_PERIOD="2010-09"/></Series>
 <Series FREQ="M" AREA="CN"><Obs TIME_PERIOD="2010-08" OBS_VALUE="7"/></Series>
</m:DataSet></m:StructureSpecificData>"#;

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    seen::lines(Format::Sdmx, bytes)
}

/// Documents to begin with for whoever throws spoilt ones.
pub fn seeds() -> Vec<Vec<u8>> {
    [FIRST, GENERIC, SPECIFIC].map(|text| text.as_bytes().to_vec()).to_vec()
}

#[test]
fn generic_1_0() {
    let wanted = [
        "> Header@Id: h",
        "> Header/Prepared: 2026-09-19T05:43:12",
        "> Header/Sender@id: UIS",
        "> Description/Indicator@id: 1",
        "> Description/Indicator@name: Rate",
        "# DataSet",
        "1: 0=s_OKATO | 1=s_OKATO name | 2=EI | 3=PERIOD | 4=Time | 5=s_more | 6=ObsValue",
        "2: 0=643 | 1=Россия | 2=процент | 3=I квартал | 4=2017 | 6=5,5",
        "3: 0=030 | 4=2017 | 5=x | 6=6",
    ];
    assert_eq!(read(FIRST.as_bytes()).unwrap(), wanted);
}

#[test]
fn generic_2_1() {
    let wanted = [
        "> Header/Structure@structureID: S",
        "> Header/Structure@dimensionAtObservation: TIME_PERIOD",
        "# DataSet",
        "1: 0=SOURCE | 1=UNIT | 2=FREQ | 3=AREA | 4=ADJ | 5=TIME_PERIOD | 6=OBS_STATUS | 7=ObsValue",
        "2: 0=X | 1=PC | 2=M | 3=RU | 4=N | 5=2010-08 | 6=A | 7=105.60",
        "3: 0=X | 1=PC | 2=M | 3=RU | 4=N | 5=2010-09 | 7=NaN",
        "# DataSet",
        "1: 0=FREQ | 1=TIME_PERIOD | 2=ObsValue",
        "2: 0=A | 1=2010 | 2=1",
    ];
    assert_eq!(read(GENERIC.as_bytes()).unwrap(), wanted);
}

#[test]
fn structure_specific_2_1() {
    let wanted = [
        "# DataSet",
        "1: 0=SOURCE | 1=UNIT | 2=FREQ | 3=AREA | 4=AREA name | 5=ADJ | 6=TIME_PERIOD | 7=OBS_STATUS | 8=OBS_VALUE",
        "2: 0=X | 1=PC | 2=M | 3=RU | 4=Russia | 5=N | 6=2010-08 | 7=A | 8=105.60",
        "3: 0=X | 1=PC | 2=M | 3=RU | 4=Russia | 5=N | 6=2010-09",
        "4: 0=X | 1=T | 2=M | 3=CN | 6=2010-08 | 8=7",
    ];
    assert_eq!(read(SPECIFIC.as_bytes()).unwrap(), wanted);
}

#[test]
fn what_has_no_data_is_refused() {
    for (text, wanted) in [
        ("<Error><m/></Error>", "line 1: expected a data message of SDMX-ML, found no DataSet in <Error>"),
        ("<!DOCTYPE x><GenericData/>", "line 1: expected XML without one, found a DOCTYPE"),
        ("<GenericData><DataSet>", "line 1: expected the end of its elements"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.starts_with(wanted), "{error}");
    }
    let value = "<Value id='A' value='b'/>".repeat(3000);
    let pairs = format!("<GenericData><DataSet><Series><SeriesKey>{value}</SeriesKey></Series></DataSet></GenericData>");
    assert!(read(pairs.as_bytes()).unwrap_err().contains("the number of concepts exceeds the limit of 2048"));
    let many = format!("<GenericData>{}</GenericData>", "<DataSet/>".repeat(1001));
    assert!(read(many.as_bytes()).unwrap_err().contains("the number of data sets exceeds the limit of 1000"));
}

#[test]
fn a_long_message_streams() {
    let series = FIRST[FIRST.find(" <generic:Series>").unwrap()..FIRST.find("</DataSet>").unwrap()].repeat(2000);
    let text = FIRST.replace("<DataSet>", &format!("<DataSet>{series}"));
    assert_eq!(read(text.as_bytes()).unwrap().len(), 7 + 2 * 2001);
}

proptest! {
    #[test]
    fn a_damaged_message_gives_events_or_an_error(text in 0..3usize, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = [FIRST, GENERIC, SPECIFIC][text].as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(&bytes);
        let _ = read(&bytes[..at]);
    }
}
