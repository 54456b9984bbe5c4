use crate::parse::{Format, seen};
use proptest::prelude::*;

/// The layout of version 1.0: one structure beside the data sets, observations within series.
const SERIES: &str = r#"{"header":{"id":"x","prepared":"2026-01-15T10:00:00","sender":{"id":"ECB"}},
"dataSets":[{"action":"Information","attributes":[0],"series":{
 "0:0":{"attributes":[0,null],"observations":{"0":[105.60,0],"1":[null,1]}},
 "0:1":{"attributes":[0],"observations":{"1":[98.7]}}}}],
"structure":{"name":"Industrial production","dimensions":{"dataSet":[{"id":"ADJ","values":[{"id":"N","name":"Neither"}]}],
 "series":[{"id":"FREQ","keyPosition":0,"values":[{"id":"M","name":"Monthly"}]},
  {"id":"AREA","values":[{"id":"RU","name":"Russia"},{"id":"CN"}]}],
 "observation":[{"id":"TIME_PERIOD","values":[{"id":"2010-01"},{"id":"2010-02"}]}]},
 "attributes":{"dataSet":[{"id":"UNIT","values":[{"id":"PC"}]}],"series":[{"id":"TITLE","values":[{"name":"Total"}]},{"id":"NOTE","values":[]}],
 "observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"M"}]}]}}}"#;

/// The layout of version 2.0: several structures, measures named, flat observations, values that stand for themselves.
const FLAT: &str = r#"{"meta":{"prepared":"2026-01-15"},"data":{"dataSets":[{"structure":0,"dimensionGroupAttributes":{"1:":["tonnes"]},
 "observations":{"0:0":["12345678901.10",0],"1:0":[3,"E"]}}],
"structures":[{"dimensions":{"observation":[{"id":"ITEM","values":[{"id":"oil"},{"id":"coal"}]},{"id":"TIME_PERIOD","values":[{"value":"2020"}]}]},
 "attributes":{"dimensionGroup":[{"id":"UNIT"}],"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]},
 "measures":{"observation":[{"id":"OBS_VALUE"}]}}]}}"#;

/// Documents to begin with for whoever throws spoilt ones.
pub fn seeds() -> Vec<Vec<u8>> {
    [SERIES, FLAT].map(|text| text.as_bytes().to_vec()).to_vec()
}

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    seen::lines(Format::SdmxJson, bytes)
}

#[test]
fn observations_of_series() {
    let wanted = [
        "> id: x",
        "> prepared: 2026-01-15T10:00:00",
        "> name: Industrial production",
        "# DataSet",
        "1: 0=ADJ | 1=ADJ name | 2=FREQ | 3=FREQ name | 4=AREA | 5=AREA name | 6=TIME_PERIOD | 7=UNIT | 8=TITLE | 9=NOTE | \
         10=OBS_STATUS | 11=ObsValue",
        "2: 0=N | 1=Neither | 2=M | 3=Monthly | 4=RU | 5=Russia | 6=2010-01 | 7=PC | 8=Total | 10=A | 11=105.60",
        "3: 0=N | 1=Neither | 2=M | 3=Monthly | 4=RU | 5=Russia | 6=2010-02 | 7=PC | 8=Total | 10=M",
        "4: 0=N | 1=Neither | 2=M | 3=Monthly | 4=CN | 6=2010-02 | 7=PC | 8=Total | 11=98.7",
    ];
    assert_eq!(read(SERIES.as_bytes()).unwrap(), wanted);
}

#[test]
fn flat_observations_with_groups_and_measures() {
    let wanted = [
        "> prepared: 2026-01-15",
        "# DataSet",
        "1: 0=ITEM | 1=TIME_PERIOD | 2=UNIT | 3=OBS_STATUS | 4=OBS_VALUE",
        "2: 0=oil | 1=2020 | 3=A | 4=12345678901.10",
        "3: 0=coal | 1=2020 | 2=tonnes | 3=E | 4=3",
    ];
    assert_eq!(read(FLAT.as_bytes()).unwrap(), wanted);
}

#[test]
fn what_is_no_data_message_is_refused() {
    for (text, wanted) in [
        ("[]", "the document: expected an object"),
        ("{}", "the document: expected a data message of SDMX-JSON, found no dataSets"),
        (r#"{"dataSets":[{}]}"#, "dataSets: expected a structure of the message, found structure 0"),
        (&SERIES.replace("\"0:1\":", "\"0\":"), "dataSets: expected 2 numbers with colons between, found key \"0\""),
        (&SERIES.replace("\"0:1\":", "\"0:7\":"), "AREA: expected a number below 2, the number of its values"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.starts_with(wanted), "{error}");
    }
}

proptest! {
    #[test]
    fn a_damaged_message_gives_events_or_an_error(text in 0..2usize, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = [SERIES, FLAT][text].as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(&bytes);
        let _ = read(&bytes[..at]);
    }
}
