//! What a number looks like under a spreadsheet's number format. Shared by XLSX and XLS.

/// A number format, reduced to what decides the displayed text of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberFormat {
    /// `General`: the shortest text of the number at 15 significant digits.
    General,
    /// A fixed number of decimals, after scaling by 10⁻³ for each trailing comma; `percent` multiplies by 100 and appends `%`.
    Fixed {
        /// Decimals shown.
        decimals: u32,
        /// Shown as a percentage.
        percent: bool,
        /// Trailing commas: thousands cut off.
        thousands: u32,
    },
    /// A date or time: shown as `2020-04-25`, or `2020-04-25 12:30:00` where the number has a fraction.
    Date,
    /// Text (`@`) and everything that shows no number of its own: as General.
    Text,
}
