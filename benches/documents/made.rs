//! Documents in the shape of a statistical office's, of any size, the same each time: workbooks, pages in windows-1251, SDMX-ML.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MESSAGE: &str = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1";
/// Indicators of a sheet, beside the name of the region.
const INDICATORS: usize = 40;
/// Regions of a page's table, and months.
const PAGE: (usize, usize) = (42, 12);
/// Months of a series of the message.
const MONTHS: usize = 120;

/// Numbers that look like any, the same each time (xorshift, Marsaglia 2003).
pub struct Dice(u64);

impl Dice {
    /// Begins anew.
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A workbook of sheets, one a month from `first` (months since January 2000), each with as many regions below each other.
pub fn workbook(file: &Path, sheets: usize, regions: usize, first: usize) {
    let mut zip = zip::ZipWriter::new(File::create(file).unwrap());
    let mut dice = Dice::new(first as u64 + 1);
    let (mut listed, mut related) = (String::new(), relation(0, "sharedStrings", "sharedStrings.xml"));
    for sheet in 1..=sheets {
        let (year, month) = month(first + sheet - 1);
        write!(listed, r#"<sheet name="{month:02}.{year}" sheetId="{sheet}" r:id="rId{sheet}"/>"#).unwrap();
        related += &relation(sheet, "worksheet", &format!("worksheets/sheet{sheet}.xml"));
        zip.start_file(format!("xl/worksheets/sheet{sheet}.xml"), SimpleFileOptions::default()).unwrap();
        worksheet(&mut BufWriter::new(&mut zip), regions, &mut dice);
    }
    let book = format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>"#);
    for (name, text) in [
        ("xl/sharedStrings.xml", strings(regions)),
        ("_rels/.rels", relations(&relation(1, "officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations(&related)),
        ("[Content_Types].xml", types(sheets)),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// The month so many after January 2000: year and month.
fn month(number: usize) -> (usize, usize) {
    (2000 + number / 12, number % 12 + 1)
}

fn worksheet(to: &mut impl Write, regions: usize, dice: &mut Dice) {
    write!(to, r#"<worksheet xmlns="{MAIN}"><sheetData><row r="1">"#).unwrap();
    for column in 0..=INDICATORS {
        write!(to, r#"<c r="{}1" t="s"><v>{column}</v></c>"#, letters(column)).unwrap();
    }
    for row in 0..regions {
        write!(to, r#"</row><row r="{0}"><c r="A{0}" t="s"><v>{1}</v></c>"#, row + 2, INDICATORS + 1 + row).unwrap();
        for column in 1..=INDICATORS {
            let figure = dice.below(100_000_000);
            write!(to, r#"<c r="{}{}"><v>{}.{:02}</v></c>"#, letters(column), row + 2, figure / 100, figure % 100).unwrap();
        }
    }
    write!(to, "</row></sheetData></worksheet>").unwrap();
}

/// The texts of a sheet: the head of the first column, indicators, regions.
fn strings(regions: usize) -> String {
    let mut texts = vec!["Регион".to_string()];
    texts.extend((1..=INDICATORS).map(|number| format!("Показатель {number}, млн руб.")));
    texts.extend((1..=regions).map(|number| format!("Область {number} «Образцовая»")));
    let inside: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    format!(r#"<sst xmlns="{MAIN}">{inside}</sst>"#)
}

/// Name of a column by its number from 0; up to ZZ.
fn letters(column: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap());
    match column / 26 {
        0 => letter(column).to_string(),
        more => [letter(more - 1), letter(column)].iter().collect(),
    }
}

fn relation(number: usize, kind: &str, target: &str) -> String {
    format!(r#"<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
}

fn relations(inside: &str) -> String {
    format!(r#"<Relationships xmlns="{PACKAGE}">{inside}</Relationships>"#)
}

/// What each part is: without it other programs refuse the file.
fn types(sheets: usize) -> String {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut inside =
        r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#.to_string();
    let mut part = |name: &str, what: &str| {
        write!(inside, r#"<Override PartName="/xl/{name}.xml" ContentType="{kind}.{what}+xml"/>"#).unwrap()
    };
    part("workbook", "sheet.main");
    part("sharedStrings", "sharedStrings");
    (1..=sheets).for_each(|number| part(&format!("worksheets/sheet{number}"), "worksheet"));
    format!(r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{inside}</Types>"#)
}

/// A page of a site: links, and three tables of regions by month, a year each, in windows-1251.
pub fn page(file: &Path, number: usize) {
    let mut dice = Dice::new(number as u64 + 7);
    let mut text = format!(
        "<!DOCTYPE html><html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\"><title>Выпуск {number}</title>\
         <style>td {{ border: 1px solid }}</style></head><body><div class=\"menu\"><ul>"
    );
    (0..60).for_each(|link| write!(text, "<li><a href='/s/{link}?a=1&amp;b=2'>Раздел {link}</a>").unwrap());
    text += "</ul></div>\n";
    for table in 0..3 {
        write!(text, "<h2>Таблица {}. Объём производства</h2><p>тысяч рублей</p>", table + 1).unwrap();
        write!(text, "<table border=1 cellspacing=0><tr><th rowspan=2>Регион</th><th colspan=12>{}</th></tr><tr>", 2010 + table)
            .unwrap();
        (1..=PAGE.1).for_each(|month| write!(text, "<th>{month}</th>").unwrap());
        text += "</tr>\n";
        for region in 1..=PAGE.0 {
            write!(text, "<tr><td class=\"xl65\">Область {region} «Образцовая»</td>").unwrap();
            for _ in 0..PAGE.1 {
                let [thousands, rest, tenth] = [dice.below(999) + 1, dice.below(1000), dice.below(10)];
                write!(text, "<td class=\"xl66\" align=right>{thousands}&nbsp;{rest:03},{tenth}</td>").unwrap();
            }
            text += "</tr>\n";
        }
        text += "</table>\n";
    }
    text += "</body></html>";
    std::fs::write(file, encoding_rs::WINDOWS_1251.encode(&text).0).unwrap();
}

/// A generic SDMX-ML 2.1 message of at least so many bytes; how many observations it has.
pub fn message(file: &Path, bytes: u64) -> u64 {
    let mut to = BufWriter::new(File::create(file).unwrap());
    let mut dice = Dice::new(3);
    write!(
        to,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mes:GenericData xmlns:mes=\"{MESSAGE}/message\" xmlns:gen=\"{MESSAGE}/data/generic\" \
         xmlns:com=\"{MESSAGE}/common\"><mes:Header><mes:ID>M</mes:ID><mes:Test>true</mes:Test><mes:Prepared>2024-01-01T00:00:00</mes:Prepared>\
         <mes:Sender id=\"S\"/><mes:Structure structureID=\"D\" dimensionAtObservation=\"TIME_PERIOD\"><com:Structure><Ref agencyID=\"S\" id=\"D\" \
         version=\"1.0\"/></com:Structure></mes:Structure></mes:Header><mes:DataSet structureRef=\"D\" action=\"Replace\">\n"
    )
    .unwrap();
    let (mut written, mut series) = (0u64, 0usize);
    while written < bytes {
        let text = one_series(series, &mut dice);
        to.write_all(text.as_bytes()).unwrap();
        written += text.len() as u64;
        series += 1;
    }
    to.write_all(b"</mes:DataSet></mes:GenericData>\n").unwrap();
    (series * MONTHS) as u64
}

fn one_series(number: usize, dice: &mut Dice) -> String {
    let mut text = format!(
        "<gen:Series><gen:SeriesKey><gen:Value id=\"FREQ\" value=\"M\"/><gen:Value id=\"REF_AREA\" value=\"RU{:02}\"/>\
         <gen:Value id=\"INDICATOR\" value=\"I{:05}\"/><gen:Value id=\"UNIT\" value=\"PC\"/></gen:SeriesKey>\n",
        number % 85,
        number / 85
    );
    for at in 0..MONTHS {
        let ((year, month), figure) = (month(120 + at), dice.below(100_000) + 50_000);
        writeln!(
            text,
            "<gen:Obs><gen:ObsDimension value=\"{year}-{month:02}\"/><gen:ObsValue value=\"{}.{:03}\"/></gen:Obs>",
            figure / 1000,
            figure % 1000
        )
        .unwrap();
    }
    text + "</gen:Series>\n"
}
