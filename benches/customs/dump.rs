//! A dump like the Russian ones: windows-1251, `;`, decimal comma, in the order of its months. Made of nothing but a seed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// How many countries, commodities and regions lines are of.
const COUNTRIES: u64 = 230;
const COMMODITIES: u64 = 12_000;
const REGIONS: u64 = 85;
/// Months from January 2016 on.
const MONTHS: u64 = 60;
const UNITS: [&str; 6] = [
    "НЕТ ДОП. ЕДИНИЦЫ",
    "796 - ШТУКА",
    "113 - КУБИЧЕСКИЙ МЕТР",
    "168 - ТОННА, МЕТРИЧЕСКАЯ ТОННА (1000 КГ)",
    "112 - ЛИТР",
    "715 - ПАРА (2 ШТ.)",
];
const NAMES: [&str; 5] = ["АМУРСКАЯ", "ИРКУТСКАЯ", "ХАБАРОВСКАЯ", "НОВОСИБИРСКАЯ", "СВЕРДЛОВСКАЯ"];
const DISTRICTS: [&str; 4] = ["ЦЕНТРАЛЬНЫЙ", "СЕВЕРО-ЗАПАДНЫЙ", "ПРИВОЛЖСКИЙ", "ДАЛЬНЕВОСТОЧНЫЙ"];

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    /// Small ones more often.
    fn low(&mut self, limit: u64) -> u64 {
        self.below(limit) * self.below(limit) / limit
    }

    /// Of any size up to so many bits.
    fn sized(&mut self, bits: u64) -> u64 {
        let bits = self.below(bits);
        self.below(1 << bits)
    }
}

/// Writes a dump of so many lines.
pub fn write(file: &Path, lines: u64) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).unwrap());
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let encoded = |text: &str| encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let flows = ["ИМ", "ЭК"].map(encoded);
    let codes: Vec<String> =
        (0..COMMODITIES).map(|_| format!("{:02}{:08}", 1 + dice.below(97), dice.below(100_000_000))).collect();
    let units = UNITS.map(encoded);
    let regions: Vec<Vec<u8>> =
        (0..REGIONS).map(|at| encoded(&format!("{:02}000 - {} ОБЛАСТЬ \"\"{at}\"\"", at + 1, NAMES[at as usize % 5]))).collect();
    let districts: Vec<Vec<u8>> =
        (1..).zip(DISTRICTS).map(|(at, name)| encoded(&format!("{at:02} - {name} ФЕДЕРАЛЬНЫЙ ОКРУГ"))).collect();
    out.write_all(b"NAPR;PERIOD;STRANA;TNVED;EDIZM;STOIM;NETTO;KOL;REGION;REGION_S\r\n").unwrap();
    let mut line = Vec::new();
    for at in 0..lines {
        line.clear();
        let month = at * MONTHS / lines;
        let (country, code) = (dice.low(COUNTRIES) as u8, dice.low(COMMODITIES) as usize);
        let quoted = |line: &mut Vec<u8>, text: &[u8]| line.extend([b"\"", text, b"\";"].concat());
        quoted(&mut line, &flows[dice.below(2) as usize]);
        write!(line, "{:02}/{};", month % 12 + 1, 2016 + month / 12).unwrap();
        quoted(&mut line, &[b'A' + country / 26, b'A' + country % 26]);
        quoted(&mut line, codes[code].as_bytes());
        quoted(&mut line, &units[code % 6]);
        write!(line, "{},{:02};{},{:03};", dice.sized(28), dice.below(100), dice.sized(24), dice.below(1000)).unwrap();
        match code % 6 {
            0 => line.extend(b"0;"),
            _ => write!(line, "{},{};", dice.sized(20), dice.below(10)).unwrap(),
        }
        let region = dice.below(REGIONS) as usize;
        quoted(&mut line, &regions[region]);
        line.extend([b"\"", districts[region % 4].as_slice(), b"\"\r\n"].concat());
        out.write_all(&line).unwrap();
    }
    out.flush().unwrap();
}
