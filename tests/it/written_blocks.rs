//! Built-in sources over documents written here in the publishers' layouts, for want of real ones.

use sverka::config::Config;
use sverka::pipeline::read_document;

/// Fields of an answer of the API that are of no consequence here, in the publisher's spelling and order.
const BEFORE: &str = r#""typeCode":"C","freqCode":"A","refPeriodId":20140101,"refMonth":52,"period":"2014","reporterCode":643,"reporterISO":"RUS",
"reporterDesc":"Russian Federation","flowDesc":"Export","partnerCode":156,"partnerISO":"CHN","partnerDesc":"China","partner2ISO":"W00",
"partner2Desc":"World","classificationCode":"HS","classificationSearchCode":"HS","isOriginalClassification":false,"cmdCode":"TOTAL",
"cmdDesc":"All Commodities","aggrLevel":0,"isLeaf":false,"customsDesc":"TOTAL CPC","mosCode":"0","motDesc":"TOTAL MOT","qtyUnitCode":-1,
"qtyUnitAbbr":"N/A","qty":0.0,"isQtyEstimated":false,"altQtyUnitCode":-1,"altQtyUnitAbbr":"N/A","altQty":0.0,"isAltQtyEstimated":false,
"netWgt":0.0,"isNetWgtEstimated":false,"grossWgt":0.0,"isGrossWgtEstimated":false,"cifvalue":null,"#;
const AFTER: &str = r#""legacyEstimationFlag":0,"isReported":false,"isAggregate":true"#;

/// Russia's trade with China: year, exports, imports.
const TOTALS: [(u32, &str, &str); 8] = [
    (2014, "37414604118", "50853009519"),
    (2015, "28334954570", "35199263948"),
    (2016, "29953376571.07", "46332240945.26"),
    (2017, "41671349422.86", "56950375658.87"),
    (2018, "56019903783.57", "52217637368.77"),
    (2019, "57321295775.97", "54142184765.05"),
    (2020, "49146337025.37", "54913416585.56"),
    (2021, "68679248077.44", "72693024875.22"),
];

/// Rates of one currency, whose nominal changes.
const RATES: &str = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><ValCurs ID=\"R01820\" DateRange1=\"31.12.2025\" DateRange2=\"06.01.2026\" \
        name=\"Foreign Currency Market Dynamic\"><Record Date=\"31.12.2025\" Id=\"R01820\"><Nominal>100</Nominal><Value>50,1234</Value>\
        <VunitRate>0,501234</VunitRate></Record><Record Date=\"06.01.2026\" Id=\"R01820\"><Nominal>10</Nominal><Value>5,0200</Value>\
        <VunitRate>0,502</VunitRate></Record></ValCurs>";

/// The documents of this file, with their sources.
pub fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let lists = CODE_LISTS.map(|(source, text)| (source, text.into()));
    let former = former_interface().map(|text| ("comtrade-old-api", text.into_bytes()));
    [("comtrade-api", comtrade().into_bytes()), ("comtrade-bulk", bulk().into_bytes()), ("cbr-rates-dynamic", RATES.into())]
        .into_iter()
        .chain(lists)
        .chain(former)
        .collect()
}

/// The figures of a document as a built-in source reads them, and its issues.
fn read(source: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let config = Config::builtin().unwrap();
    let source = config.source(source).unwrap();
    let reading = read_document(source, text.as_bytes(), "2026-01-15".parse().unwrap()).unwrap();
    let shown = |o: &sverka::model::Observation| format!("{} {} {} {}", o.series, o.period, o.value.unwrap(), o.locator);
    (reading.observations.iter().map(shown).collect(), reading.issues.iter().map(ToString::to_string).collect())
}

/// An answer of the API: totals, and parts that must not double them.
fn comtrade() -> String {
    let row = |year, flow: &str, mode: u32, value: &str| {
        format!(
            r#"{{"refYear":{year},"flowCode":"{flow}",{BEFORE}"partner2Code":0,"customsCode":"C00","motCode":{mode},"fobvalue":{value},"primaryValue":{value},{AFTER}}}"#
        )
    };
    let rows = TOTALS.iter().flat_map(|(year, export, import)| {
        [row(*year, "X", 0, export), row(*year, "X", 2100, "1.5"), row(*year, "M", 0, import)]
    });
    let rows: Vec<String> = rows.collect();
    format!(r#"{{"elapsedTime":"0.42 secs","count":{},"data":[{}],"error":""}}"#, rows.len(), rows.join(",\n"))
}

/// The same totals as lines of a file in bulk, and a part of each that is left out.
fn bulk() -> String {
    let head = "typeCode,freqCode,refYear,refMonth,period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,\
        customsCode,mosCode,motCode,qtyUnitCode,qty,netWgt,cifvalue,fobvalue,primaryValue\n";
    let row = |year, flow: &str, mode: u32, value: &str| {
        format!("C,A,{year},52,{year},643,{flow},156,0,H5,TOTAL,C00,0,{mode},-1,0,0,0,{value},{value}\n")
    };
    let rows = TOTALS.iter().flat_map(|(year, export, import)| {
        [row(*year, "X", 0, export), row(*year, "X", 2100, "1.5"), row(*year, "M", 0, import)]
    });
    head.to_string() + &rows.collect::<String>()
}

#[test]
fn lines_of_comtrade_without_parts_that_double_them() {
    let config = Config::builtin().unwrap();
    let source = config.source("comtrade-bulk").unwrap();
    let reading = read_document(source, bulk().as_bytes(), "2026-01-15".parse().unwrap()).unwrap();
    assert_eq!(reading.lines.customs.len(), TOTALS.len() * 2, "{:?}", reading.issues);
}

#[test]
fn comtrade_totals_without_parts_that_double_them() {
    let (figures, issues) = read("comtrade-api", &comtrade());
    let wanted = |flow, value: fn(&(u32, &'static str, &'static str)) -> &'static str| {
        TOTALS.iter().map(move |total| format!("comtrade.trade.total.ru.{flow}.cn.level.a {} {}", total.0, value(total)))
    };
    let wanted: Vec<String> = wanted("export", |total| total.1).chain(wanted("import", |total| total.2)).collect();
    let found: Vec<&str> = figures.iter().map(|figure| figure.rsplit_once(' ').unwrap().0).collect();
    assert_eq!(found, wanted);
    assert!(issues.is_empty(), "{issues:?}");
    assert!(figures[0].ends_with(" /data!AU2"), "{}", figures[0]);
}

#[test]
fn rates_of_days_change_their_nominal() {
    let (figures, issues) = read("cbr-rates-dynamic", RATES);
    let wanted = [
        "cbr.rate.jpy.rub.level.d 2025-12-31 0.501234 /ValCurs/Record!H2",
        "cbr.rate.jpy.rub.level.d 2026-01-06 0.50200 /ValCurs/Record!H3",
    ];
    assert_eq!(figures, wanted);
    assert!(issues.is_empty(), "{issues:?}");
}

/// What the former interface said of a total, as both of its forms have it.
struct Former {
    year: u32,
    flow: (u32, &'static str),
    reporter: (u32, &'static str),
    code: &'static str,
    value: &'static str,
}

/// Two figures that are wanted, and rows of other flows, reporters and commodities.
const FORMER: [Former; 5] = [
    Former { year: 2014, flow: (2, "Export"), reporter: (643, "Russian Federation"), code: "TOTAL", value: "37414604118" },
    Former { year: 2014, flow: (1, "Import"), reporter: (643, "Russian Federation"), code: "TOTAL", value: "50853009519" },
    Former { year: 2014, flow: (3, "Re-Export"), reporter: (643, "Russian Federation"), code: "TOTAL", value: "1" },
    Former { year: 2014, flow: (2, "Export"), reporter: (398, "Kazakhstan"), code: "TOTAL", value: "2" },
    Former { year: 2014, flow: (2, "Export"), reporter: (643, "Russian Federation"), code: "27", value: "3" },
];

impl Former {
    fn line(&self) -> String {
        let Former { year, flow: (flow, way), reporter: (reporter, name), code, value } = self;
        format!(
            "H4,{year},{year},{year},0,0,{flow},{way},{reporter},{name},XXX,156,China,CHN,,,,,,,,{code},\"All, even so\",1,No \
             Quantity,,,,,0,,{value},,,0\r\n"
        )
    }

    fn object(&self) -> String {
        let Former { year, flow: (flow, way), reporter: (reporter, name), code, value } = self;
        format!(
            r#"{{"pfCode":"H4","yr":{year},"period":{year},"periodDesc":"{year}","aggrLevel":0,"IsLeaf":0,"rgCode":{flow},"rgDesc":"{way}",
            "rtCode":{reporter},"rtTitle":"{name}","rt3ISO":"XXX","ptCode":156,"ptTitle":"China","pt3ISO":"CHN","cmdCode":"{code}",
            "cmdDescE":"All","qtCode":1,"qtDesc":"No Quantity","TradeQuantity":null,"NetWeight":0,"TradeValue":{value},"estCode":0}}"#
        )
    }
}

/// The former interface's answer, as a table and as JSON.
fn former_interface() -> [String; 2] {
    let head = "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,Reporter,\
        Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,Customs Proc. Code,Customs,Mode of \
        Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,Alt Qty Unit Code,Alt Qty Unit,Alt Qty,\
        Netweight (kg),Gross weight (kg),Trade Value (US$),CIF Trade Value (US$),FOB Trade Value (US$),Flag\r\n";
    let table = FORMER.iter().fold(head.to_string(), |text, row| text + &row.line());
    let objects: Vec<String> = FORMER.iter().map(Former::object).collect();
    let json = format!(
        r#"{{"validation":{{"status":{{"name":"Ok","value":0}},"count":{{"value":5}}}},"dataset":[{}]}}"#,
        objects.join(",")
    );
    [table, json]
}

#[test]
fn the_former_interface_of_comtrade_in_both_of_its_forms() {
    for text in former_interface() {
        let (figures, issues) = read("comtrade-old-api", &text);
        let found: Vec<&str> =
            figures.iter().map(|figure| figure.split(" /").next().unwrap().split(" table").next().unwrap()).collect();
        let wanted = ["export.cn.level.a 2014 37414604118", "import.cn.level.a 2014 50853009519"];
        assert_eq!(found, wanted.map(|line| format!("comtrade.trade.total.ru.{line}")), "{issues:?}");
        assert!(issues.is_empty(), "{issues:?}");
    }
}

/// The lists of codes as the interface gives them, by source.
const CODE_LISTS: [(&str, &str); 2] = [
    (
        "comtrade-reporters",
        r#"{"results":[{"id":643,"text":"Russian Federation","reporterCode":643,"reporterDesc":"Russian Federation","reporterNote":"x",
            "reporterCodeIsoAlpha2":"RU","reporterCodeIsoAlpha3":"RUS","entryEffectiveDate":"1992-01-01T00:00:00","isGroup":false}]}"#,
    ),
    (
        "comtrade-partners",
        r#"{"results":[{"id":643,"text":"Russian Federation","PartnerCode":643,"PartnerDesc":"Russian Federation","partnerNote":"x",
            "PartnerCodeIsoAlpha2":"RU","PartnerCodeIsoAlpha3":"RUS","entryEffectiveDate":"1992-01-01T00:00:00","isGroup":false}]}"#,
    ),
];

#[test]
fn code_lists_of_comtrade_as_its_interface_gives_them() {
    let config = Config::builtin().unwrap();
    for (source, text) in CODE_LISTS {
        let reading = read_document(config.source(source).unwrap(), text.as_bytes(), "2026-01-15".parse().unwrap()).unwrap();
        let entries: Vec<(&str, &str)> = reading.lines.entries.iter().map(|one| (one.code.as_str(), one.name.as_str())).collect();
        assert_eq!((entries, reading.issues.len()), (vec![("643", "Russian Federation")], 0), "{:?}", reading.issues);
    }
}
