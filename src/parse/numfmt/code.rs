//! The language of format codes (ECMA-376 part 1, 18.8.31), as far as it decides the digits shown.

use super::NumberFormat;

/// More decimals than this are not shown by any spreadsheet.
const MOST_DECIMALS: u32 = 30;

/// What the first section of a code contains.
#[derive(Debug, Default)]
struct Section {
    date: bool,
    general: bool,
    exponent_or_fraction: bool,
    percent: bool,
    digits: bool,
    after_point: bool,
    decimals: u32,
    optional: u32,
    thousands: u32,
    commas: u32,
}

/// Reads a code's first section.
pub fn read(code: &str) -> NumberFormat {
    if code.is_empty() {
        return NumberFormat::General;
    }
    let mut section = Section::default();
    let mut rest = code.chars();
    while let Some(c) = rest.next() {
        match c {
            ';' => break,
            '"' => drop(rest.find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(rest.next()),
            '[' => section.bracket(rest.by_ref().take_while(|c| *c != ']')),
            'G' | 'g' if is_general(rest.as_str()) => {
                section.general = true;
                rest = rest.as_str().get("eneral".len()..).unwrap_or("").chars();
            }
            _ => section.take(c),
        }
    }
    section.format()
}

fn is_general(rest: &str) -> bool {
    rest.get(.."eneral".len()).is_some_and(|rest| rest.eq_ignore_ascii_case("eneral"))
}

impl Section {
    fn take(&mut self, c: char) {
        match c {
            '0' | '#' | '?' => self.placeholder(c),
            '.' => {
                self.thousands += std::mem::take(&mut self.commas);
                self.after_point = true;
            }
            ',' if self.digits => self.commas += 1,
            '%' => self.percent = true,
            '/' | 'E' | 'e' => self.exponent_or_fraction = true,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => self.date = true,
            _ => {}
        }
    }

    fn placeholder(&mut self, c: char) {
        self.digits = true;
        self.commas = 0;
        match (self.after_point, c) {
            (false, _) => {}
            (true, '0') => self.decimals = self.decimals + std::mem::take(&mut self.optional) + 1,
            (true, _) => self.optional += 1,
        }
    }

    /// `[h]`, `[mm]`: elapsed time. Colours, locales and conditions are passed over.
    fn bracket(&mut self, content: impl Iterator<Item = char>) {
        let (mut any, mut time) = (false, true);
        for c in content {
            any = true;
            time &= matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's');
        }
        self.date |= any && time;
    }

    fn format(self) -> NumberFormat {
        if self.date {
            NumberFormat::Date
        } else if self.general || (self.digits && self.exponent_or_fraction) {
            NumberFormat::General
        } else if self.digits {
            let decimals = self.decimals.min(MOST_DECIMALS);
            NumberFormat::Fixed {
                decimals,
                optional: self.optional.min(MOST_DECIMALS - decimals),
                percent: self.percent,
                thousands: (self.thousands + self.commas).min(MOST_DECIMALS),
            }
        } else {
            NumberFormat::Text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(decimals: u32, optional: u32, percent: bool, thousands: u32) -> NumberFormat {
        NumberFormat::Fixed { decimals, optional, percent, thousands }
    }

    #[test]
    fn codes() {
        for (code, format) in [
            ("", NumberFormat::General),
            ("General", NumberFormat::General),
            ("GENERAL;[Red]-General", NumberFormat::General),
            ("@", NumberFormat::Text),
            ("\"dmy\"", NumberFormat::Text),
            ("0", fixed(0, 0, false, 0)),
            ("#,##0.0", fixed(1, 0, false, 0)),
            ("0.0\" тыс. дней\"", fixed(1, 0, false, 0)),
            ("0.0\\d", fixed(1, 0, false, 0)),
            ("#,##0.00_р_.;[Red]\\-#,##0.00_р_.", fixed(2, 0, false, 0)),
            ("_-* #,##0.0_-;\\-* #,##0.0_-;_-* \"-\"?_-;_-@_-", fixed(1, 0, false, 0)),
            ("[$-419]0.0", fixed(1, 0, false, 0)),
            ("[>=100]0;0.0", fixed(0, 0, false, 0)),
            ("0.0;\"y;m\"0.00", fixed(1, 0, false, 0)),
            ("\"a;b\"0.00", fixed(2, 0, false, 0)),
            ("0.0%", fixed(1, 0, true, 0)),
            ("0.0#?", fixed(1, 2, false, 0)),
            ("0.#0", fixed(2, 0, false, 0)),
            ("#,##0,", fixed(0, 0, false, 1)),
            ("0,,.0", fixed(1, 0, false, 2)),
            ("0.00E+00", NumberFormat::General),
            ("# ??/??", NumberFormat::General),
            ("dd.mm.yyyy", NumberFormat::Date),
            ("[$-419]mmmm\\ yyyy;@", NumberFormat::Date),
            ("[h]:mm:ss.0", NumberFormat::Date),
            ("0.0\"", fixed(1, 0, false, 0)),
            ("[", NumberFormat::Text),
        ] {
            assert_eq!(read(code), format, "{code}");
        }
    }
}
