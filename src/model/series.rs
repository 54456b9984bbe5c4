//! The readable and stable code of a series, and what it says of the series' identity.

use super::Frequency;
use rust_decimal::Decimal;
use std::fmt;
use std::str::FromStr;

/// Words for what a figure measures; the part of a code before the frequency.
const MEASURES: [&str; 13] =
    ["level", "yoy", "mom", "qoq", "wow", "dec", "pop", "share", "growth", "index", "ytd-yoy", "rank", "increase"];
/// Measures that are printed as an index of growth: 100 means that nothing changed.
pub const INDEX_MEASURES: [&str; 7] = ["yoy", "mom", "qoq", "wow", "dec", "pop", "ytd-yoy"];
/// Measures that are printed as a growth: 0 means that nothing changed.
pub const GROWTH_MEASURES: [&str; 2] = ["growth", "increase"];
/// Words for the direction of trade.
const FLOWS: [&str; 6] = ["export", "import", "total", "balance", "re-export", "re-import"];

/// Words in an indicator's name that make of it a thing to come.
const FORECAST_WORDS: [&str; 6] = ["forecast", "outlook", "plan", "goal", "target", "scenario"];

/// `publisher.indicator.item[.entity][.flow][.counterpart].measure.frequency[.variant…]`, lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesCode(String);

/// A text that does not read as a series code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected publisher.indicator.item[.entity][.flow][.counterpart].measure.frequency[.variant], found {0:?}")]
pub struct SeriesError(pub String);

/// The parts of series identity that a code spells out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity<'a> {
    /// Who publishes it.
    pub publisher: &'a str,
    /// What it is about.
    pub indicator: &'a str,
    /// Which row: an activity, a good, a currency.
    pub item: &'a str,
    /// Whose: a country or region.
    pub entity: Option<&'a str>,
    /// Direction of trade.
    pub flow: Option<&'a str>,
    /// The other side.
    pub counterpart: Option<&'a str>,
    /// Further dimensions between the item and the entity.
    pub detail: Option<&'a str>,
    /// What is measured.
    pub measure: &'a str,
    /// How often; never `None` in a code that parsed.
    pub frequency: Option<Frequency>,
    /// What is left: base year, methodology, currency.
    pub variant: Option<&'a str>,
}

impl SeriesCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the code says of the series. The flow is recognised by the closed list of flows.
    pub fn identity(&self) -> Identity<'_> {
        let parts: Vec<&str> = self.0.split('.').collect();
        let at = measure_at(&parts).unwrap_or(parts.len() - 2);
        let offset = |i: usize| parts[..i].iter().map(|p| p.len() + 1).sum::<usize>();
        let span = |from: usize, to: usize| (from < to).then(|| &self.0[offset(from)..offset(to) - 1]);
        let entity_at = (3..at).find(|&i| is_entity(parts[i]));
        let item_end = entity_at.map_or(at, |i| item_end(&parts[2..i]) + 2);
        let after = entity_at.map_or(at, |i| i + 1);
        let flow = parts[after..at].iter().copied().find(|p| FLOWS.contains(p));
        Identity {
            publisher: parts[0],
            indicator: parts[1],
            item: span(2, item_end).unwrap_or_default(),
            entity: entity_at.map(|i| parts[i]),
            flow,
            counterpart: parts[after..at].iter().copied().rfind(|p| !FLOWS.contains(p)),
            detail: entity_at.and_then(|i| span(item_end, i)),
            measure: parts[at],
            frequency: Frequency::parse(parts[at + 1]),
            variant: (at + 2 < parts.len()).then(|| &self.0[offset(at + 2)..]),
        }
    }

    /// The same subject and variant by another measure and frequency, such as `mom.m`; `None` if that is no form of a series.
    pub fn with_form(&self, form: &str) -> Option<SeriesCode> {
        let (own, variant) = (self.form(), self.identity().variant);
        let end = self.0.len() - variant.map_or(0, |variant| variant.len() + 1);
        let subject = &self.0[..end - own.len()];
        let variant = variant.map(|variant| format!(".{variant}")).unwrap_or_default();
        let code: SeriesCode = format!("{subject}{form}{variant}").parse().ok()?;
        (code.form() == form).then_some(code)
    }

    /// The same series of another variant, such as `base2010`; `None` if that is no part of a code.
    pub fn with_variant(&self, variant: &str) -> Option<SeriesCode> {
        let end = self.0.len() - self.identity().variant.map_or(0, |own| own.len() + 1);
        format!("{}.{variant}", &self.0[..end]).parse().ok()
    }

    /// Measure and frequency as the code spells them: `yoy.ytd`.
    pub fn form(&self) -> &str {
        let end = self.0.len() - self.identity().variant.map_or(0, |variant| variant.len() + 1);
        let before = |at: usize| self.0[..at].rfind('.');
        before(end).and_then(before).map_or(&self.0[..end], |at| &self.0[at + 1..end])
    }

    /// Publisher and indicator, with which the codes of one family begin: `rosstat.ipi`.
    pub fn family(&self) -> &str {
        let second = self.0.match_indices('.').nth(1);
        second.map_or(self.as_str(), |(at, _)| &self.0[..at])
    }

    /// Whether the code says that the figures are expected or wished for, not measured.
    pub fn is_forecast(&self) -> bool {
        self.identity().indicator.split(['-', '_']).any(|word| FORECAST_WORDS.contains(&word))
    }

    /// The figure at which nothing grows or falls: 100 for an index of growth, 0 for a growth; a level has none.
    pub fn neutral(&self) -> Option<Decimal> {
        match self.identity().measure {
            measure if INDEX_MEASURES.contains(&measure) => Some(Decimal::ONE_HUNDRED),
            measure if GROWTH_MEASURES.contains(&measure) => Some(Decimal::ZERO),
            _ => None,
        }
    }

    /// The frequency the code states.
    pub fn frequency(&self) -> Option<Frequency> {
        self.identity().frequency
    }
}

/// A classifier code such as 05.1 spans several parts: digits after digits belong together.
fn item_end(parts: &[&str]) -> usize {
    let digits = |p: &&str| p.chars().all(|c| c.is_ascii_digit());
    if !parts.first().is_some_and(digits) {
        return 1;
    }
    1 + parts[1..].iter().take_while(|p| digits(p)).count()
}

/// Entities are names that do not start with a digit (`ru`, `moscow`, `world`), and never a flow.
fn is_entity(part: &str) -> bool {
    !part.starts_with(|c: char| c.is_ascii_digit()) && !FLOWS.contains(&part)
}

/// Where the measure stands: a word of the list, or any word, followed by a frequency.
fn measure_at(parts: &[&str]) -> Option<usize> {
    let followed = |i: &usize| parts.get(i + 1).is_some_and(|p| Frequency::parse(p).is_some());
    let listed = (3..parts.len()).rev().find(|i| MEASURES.contains(&parts[*i]) && followed(i));
    listed.or_else(|| (3..parts.len()).rev().find(followed))
}

impl fmt::Display for SeriesCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SeriesCode {
    type Err = SeriesError;

    /// The code is folded to lower case; every part must be there and hold letters, digits, `-` and `_` only.
    fn from_str(text: &str) -> Result<SeriesCode, SeriesError> {
        let code = text.trim().to_lowercase();
        let parts: Vec<&str> = code.split('.').collect();
        let plain = |p: &&str| !p.is_empty() && p.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if parts.len() < 5 || !parts.iter().all(plain) || measure_at(&parts).is_none() {
            return Err(SeriesError(text.to_string()));
        }
        Ok(SeriesCode(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities() {
        let cases = [
            ("rosstat.ipi.bcde.ru.mom.m.base2018", "bcde", Some("ru"), None, None, None, "mom", "m", Some("base2018")),
            ("rosstat.ipi.05.1.ru.qoq.q.base2018", "05.1", Some("ru"), None, None, None, "qoq", "q", Some("base2018")),
            ("cbr.trade.total.ru.export.level.a.bop", "total", Some("ru"), Some("export"), None, None, "level", "a", Some("bop")),
            (
                "gacc.trade.total.cn.export.ru.level.ytd.cny",
                "total",
                Some("cn"),
                Some("export"),
                Some("ru"),
                None,
                "level",
                "ytd",
                Some("cny"),
            ),
            (
                "rosstat.labour.unemployed.15-72.ru.level.q",
                "unemployed",
                Some("ru"),
                None,
                None,
                Some("15-72"),
                "level",
                "q",
                None,
            ),
            ("cbr.rate.usd.rub.level.d", "usd", Some("rub"), None, None, None, "level", "d", None),
            ("cbr.reserves.fx.ru.level.m", "fx", Some("ru"), None, None, None, "level", "m", None),
        ];
        for (code, item, entity, flow, counterpart, detail, measure, frequency, variant) in cases {
            let parsed: SeriesCode = code.parse().unwrap();
            let got = parsed.identity();
            assert_eq!((got.item, got.entity, got.flow, got.counterpart), (item, entity, flow, counterpart), "{code}");
            assert_eq!((got.detail, got.measure, got.variant), (detail, measure, variant), "{code}");
            assert_eq!(got.frequency.map(Frequency::as_str), Some(frequency), "{code}");
        }
    }

    #[test]
    fn other_forms_of_a_subject() {
        let code: SeriesCode = "rosstat.ipi.05.1.ru.yoy.a.base2018".parse().unwrap();
        assert_eq!((code.family(), code.form()), ("rosstat.ipi", "yoy.a"));
        let text = |code: Option<SeriesCode>| code.map(|code| code.to_string());
        assert_eq!(text(code.with_form("yoy.ytd")).as_deref(), Some("rosstat.ipi.05.1.ru.yoy.ytd.base2018"));
        assert_eq!(text(code.with_variant("base2010")).as_deref(), Some("rosstat.ipi.05.1.ru.yoy.a.base2010"));
        let plain: SeriesCode = "rosstat.cpi.total.ru.dec.m".parse().unwrap();
        assert_eq!(text(plain.with_form("mom.m")).as_deref(), Some("rosstat.cpi.total.ru.mom.m"));
        assert_eq!(text(plain.with_variant("sa")).as_deref(), Some("rosstat.cpi.total.ru.dec.m.sa"));
        assert_eq!((plain.with_form("mom"), plain.with_form("mom.x"), plain.with_form("")), (None, None, None));
    }

    #[test]
    fn forecasts() {
        for (code, wanted) in [
            ("economy.ipi-forecast.bcde.ru.yoy.a", true),
            ("bp.outlook.production.ru.growth.a", true),
            ("rosstat.plant-openings.total.ru.level.a", false),
        ] {
            assert_eq!(code.parse::<SeriesCode>().unwrap().is_forecast(), wanted, "{code}");
        }
    }

    #[test]
    fn neutral_figures() {
        for (code, wanted) in [
            ("rosstat.ipi.bcde.ru.yoy.ytd.base2018", Some("100")),
            ("ipem.production.total.ru.growth.ytd", Some("0")),
            ("cbr.trade.total.ru.export.level.a.bop", None),
        ] {
            assert_eq!(code.parse::<SeriesCode>().unwrap().neutral(), wanted.map(|text| text.parse().unwrap()), "{code}");
        }
    }

    #[test]
    fn refused() {
        for text in ["", "a.b.c", "rosstat..bcde.ru.mom.m", "rosstat.ipi.bcde.ru.mom", "a b.c.d.e.level.m"] {
            assert!(text.parse::<SeriesCode>().is_err(), "{text}");
        }
    }
}
