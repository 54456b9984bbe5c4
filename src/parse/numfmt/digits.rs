//! A number as its decimal digits, so that rounding happens on what a person reads and not on binary tails.

/// Significant digits a spreadsheet computes and shows with (Excel specifications and limits, "number precision").
const SPREADSHEET_DIGITS: usize = 15;

/// `0.d₁d₂d₃… × 10^point` with a sign; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    negative: bool,
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    /// The fewest digits that read back to the same double; `None` for NaN and infinities.
    pub fn of(value: f64) -> Option<Digits> {
        value.is_finite().then(|| Digits::from_exponential(&format!("{value:e}")))
    }

    /// Whether the digits are within what a spreadsheet shows.
    pub fn fits_15(&self) -> bool {
        self.digits.len() <= SPREADSHEET_DIGITS
    }

    /// The same number at 15 digits. At most 15 digits that read back to `value` are its 15 digits already.
    pub fn of_15(&self, value: f64) -> Digits {
        if self.fits_15() {
            return self.clone();
        }
        Digits::from_exponential(&format!("{value:.*e}", SPREADSHEET_DIGITS - 1))
    }

    /// Multiplies by 10^`places`.
    pub fn shift(&mut self, places: i32) {
        self.point = self.point.saturating_add(places);
    }

    /// Rounds half away from zero to so many decimals.
    pub fn round(&mut self, decimals: u32) {
        let keep = i64::from(self.point) + i64::from(decimals);
        let Ok(keep) = usize::try_from(keep) else {
            self.digits.clear();
            return;
        };
        let up = self.digits.get(keep).is_some_and(|digit| *digit >= b'5');
        self.digits.truncate(keep);
        if up {
            self.increment();
        }
        self.trim();
    }

    /// Plain notation with at least so many decimals.
    pub fn plain(&self, decimals: u32) -> String {
        let whole = usize::try_from(self.point).unwrap_or(0);
        let mut text = String::with_capacity(self.digits.len() + 4);
        if self.negative && !self.digits.is_empty() {
            text.push('-');
        }
        if whole == 0 || self.digits.is_empty() {
            text.push('0');
        } else {
            let zeros = std::iter::repeat_n(b'0', whole.saturating_sub(self.digits.len()));
            text.extend(self.digits.iter().copied().take(whole).chain(zeros).map(char::from));
        }
        self.push_decimals(&mut text, whole, decimals as usize);
        text
    }

    fn push_decimals(&self, text: &mut String, whole: usize, least: usize) {
        let rest = self.digits.get(whole..).unwrap_or(&[]);
        let leading = if rest.is_empty() { 0 } else { usize::try_from(-i64::from(self.point)).unwrap_or(0) };
        let padding = least.saturating_sub(leading + rest.len());
        if leading + rest.len() + padding == 0 {
            return;
        }
        text.push('.');
        text.extend(std::iter::repeat_n('0', leading));
        text.extend(rest.iter().copied().map(char::from));
        text.extend(std::iter::repeat_n('0', padding));
    }

    /// Reads what Rust writes for `{:e}`: `-9.4344e1`.
    fn from_exponential(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut number = Digits {
            negative: mantissa.starts_with('-'),
            digits: mantissa.bytes().filter(u8::is_ascii_digit).collect(),
            point: exponent.parse::<i32>().unwrap_or(0) + 1,
        };
        number.trim();
        number
    }

    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        self.digits.insert(0, b'1');
        self.point += 1;
    }

    /// Drops zeros at the end; a number without other digits is zero.
    fn trim(&mut self) {
        let kept = self.digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        self.digits.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    #[test]
    fn rounding_is_decimal() {
        for (value, decimals, text) in
            [(0.05, 1, "0.1"), (0.04, 1, "0.0"), (0.004, 1, "0.0"), (9.99, 1, "10.0"), (-1234.5, 0, "-1235"), (0.0, 2, "0.00")]
        {
            let mut digits = Digits::of(value).unwrap_or_else(|| unreachable!("finite"));
            digits.round(decimals);
            assert_eq!(digits.plain(decimals), text);
        }
    }
}
