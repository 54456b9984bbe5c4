//! Two countries' statistics of one trade: what the one sends is what the other receives, and the figures differ all the same. The size of
//! the difference is computed from what both figures can have been before rounding; it is a difference, never a deviation.

use super::interval::{Figure, Interval, brief, text};
use super::{OtherFigure, units};
use num_rational::BigRational;
use num_traits::{One, Signed};

/// The code of such a difference.
pub const MIRROR_DIFFERENCE: &str = "MIRROR_DIFFERENCE";
/// The kind of a [`SeriesLink`](super::SeriesLink) between what the two sides of a trade report.
pub const MIRROR: &str = "mirror";
/// Significant digits of a computed number that is shown.
const SHOWN: u32 = 4;

/// By how much the two sides differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorDifference {
    /// The figure that the difference is told from.
    pub ours: OtherFigure,
    /// The figure of the other side.
    pub theirs: OtherFigure,
    /// Theirs less ours as printed, in the unit of ours.
    pub size: BigRational,
    /// All that it can be before rounding.
    pub range: Interval,
    /// The same in per cent of ours; `None` if ours can be nothing.
    pub percent: Option<(BigRational, Interval)>,
    /// What was said of the two in `sources.toml`.
    pub note: String,
}

/// Holds the two sides against each other; `None` if they count different things or speak of different periods.
pub fn mirror(ours: OtherFigure, theirs: OtherFigure, note: String) -> Option<MirrorDifference> {
    let exponent = units::exponent(&theirs.unit, &ours.unit).filter(|_| ours.period == theirs.period)?;
    let a = Figure::printed(ours.value, ours.decimals);
    let b = Figure::printed(theirs.value, theirs.decimals).scaled(exponent);
    let (of, with) = (a.preimage(), b.preimage());
    let hundred = |ratio: BigRational| (ratio - BigRational::one()) * BigRational::from_integer(100.into());
    // each figure is used once, so that the interval is no wider than it must be
    let percent =
        with.over(&of).map(|ratio| (hundred(&b.value / &a.value), Interval { lo: hundred(ratio.lo), hi: hundred(ratio.hi) }));
    Some(MirrorDifference { size: &b.value - &a.value, range: with.minus(&of), percent, ours, theirs, note })
}

impl MirrorDifference {
    /// The size with what it can be, as text: `3.729 (3.724 to 3.734)`.
    pub fn sized(&self) -> String {
        spread(&self.size, &self.range)
    }

    /// The same in per cent of the first figure.
    pub fn in_percent(&self) -> Option<String> {
        self.percent.as_ref().map(|(point, range)| spread(point, range))
    }

    /// The exact numbers for programs: size, least and greatest.
    pub fn exact(&self) -> [String; 3] {
        [text(&self.size), text(&self.range.lo), text(&self.range.hi)]
    }

    /// Who shows what, and by how much they differ.
    pub fn sentence(&self) -> String {
        let shows = |one: &OtherFigure| format!("{} shows {} {}", one.publisher, minus(&one.value.to_string()), one.unit);
        let size = self.range.lo.is_positive() || self.range.hi.is_negative();
        let percent = self.in_percent().map(|percent| format!(", {percent} %")).unwrap_or_default();
        let differ = match size {
            true => format!("{MIRROR_DIFFERENCE} of {} {}{percent}", self.sized(), self.ours.unit),
            false => format!("no difference that rounding could not make ({} {})", self.sized(), self.ours.unit),
        };
        format!("For {}, {}, and of the same trade {}: {differ}.", self.ours.period, shows(&self.ours), shows(&self.theirs))
    }

    /// Why the two sides differ, as far as the statistics' own rules say.
    pub fn reasons(&self) -> Vec<&'static str> {
        let identity = self.ours.code.identity();
        let explained = match identity.flow {
            // theirs is an import and should be more, or an export and should be less
            Some("export") => !self.range.hi.is_negative(),
            Some("import") => !self.range.lo.is_positive(),
            _ => return vec![BOTH_WAYS, OTHERS, secret(identity.item)],
        };
        vec![if explained { FREIGHT } else { AGAINST_FREIGHT }, OTHERS, secret(identity.item)]
    }
}

const FREIGHT: &str = "The exporter values goods at its border (FOB), the importer with freight and insurance (CIF): the importer's figure is \
    the larger one as a rule, by a few per cent.";
const AGAINST_FREIGHT: &str = "The exporter values goods at its border (FOB), the importer with freight and insurance (CIF): the importer's \
    figure should be the larger one. Here it is the smaller one, so valuation does not explain the difference; it hides a part of it.";
const BOTH_WAYS: &str = "Each side adds its exports at its border (FOB) to its imports with freight and insurance (CIF), so that valuation \
    differs in both directions and partly cancels out.";
const OTHERS: &str = "The exporter names the last destination that it knows, the importer the origin: trade through a third country is the \
    one's and not the other's. What leaves in December can arrive in January.";

/// What secrecy does to totals, and to single goods.
fn secret(item: &str) -> &'static str {
    match item {
        "total" => {
            "Goods under confidential codes stand in the totals, where a side counts them at all: each decides that for itself, and neither \
             tells of which partner they are in full."
        }
        _ => {
            "What one side reports under confidential codes is missing from its figure of the good and stands in its total: the other side may \
             show it under its own code."
        }
    }
}

/// A number and what it can be before rounding.
fn spread(point: &BigRational, range: &Interval) -> String {
    let [point, lo, hi] = [point, &range.lo, &range.hi].map(|number| minus(&brief(number, SHOWN)));
    if lo == hi { point } else { format!("{point} ({lo} to {hi})") }
}

/// A number with a real minus sign.
fn minus(number: &str) -> String {
    number.replacen('-', "−", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(code: &str, publisher: &str, value: &str, unit: &str) -> OtherFigure {
        let value: rust_decimal::Decimal = value.parse().unwrap();
        OtherFigure {
            code: code.parse().unwrap(),
            publisher: publisher.into(),
            period: "2019".parse().unwrap(),
            value,
            decimals: value.scale(),
            unit: unit.into(),
            known_from: "2020-02-01".parse().unwrap(),
            current: true,
            link: None,
        }
    }

    fn sides(flows: (&str, &str), ours: (&str, &str), theirs: (&str, &str)) -> Option<MirrorDifference> {
        let code = |of: &str, flow: &str, with: &str| format!("p.trade.total.{of}.{flow}.{with}.level.a");
        let ours = figure(&code("ru", flows.0, "cn"), "Russia", ours.0, ours.1);
        mirror(ours, figure(&code("cn", flows.1, "ru"), "China", theirs.0, theirs.1), "n".into())
    }

    #[test]
    fn the_size_is_an_interval_in_the_unit_of_the_first() {
        let found = sides(("export", "import"), ("57321295775.97", "USD"), ("61.05", "USD billion")).unwrap();
        assert_eq!(found.exact(), ["3728704224.03", "3723704224.025", "3733704224.035"]);
        assert_eq!(found.in_percent().unwrap(), "6.505 (6.496 to 6.514)");
        let found = sides(("total", "total"), ("104", "USD billion"), ("107.76", "USD billion")).unwrap();
        assert_eq!(
            (found.sized().as_str(), found.in_percent().as_deref()),
            ("3.76 (3.255 to 4.265)", Some("3.615 (3.115 to 4.121)"))
        );
        assert_eq!(
            found.sentence(),
            "For 2019, Russia shows 104 USD billion, and of the same trade China shows 107.76 USD billion: MIRROR_DIFFERENCE of \
             3.76 (3.255 to 4.265) USD billion, 3.615 (3.115 to 4.121) %."
        );
        let alike = sides(("total", "total"), ("107.8", "USD billion"), ("107.76", "USD billion")).unwrap();
        assert!(alike.sentence().contains("no difference that rounding could not make (−0.04 (−0.095 to 0.015) USD billion)"));
        assert_eq!(sides(("export", "import"), ("1", "USD billion"), ("1", "CNY billion")), None);
        assert_eq!(sides(("export", "import"), ("0.0", "USD"), ("1", "USD")).unwrap().percent, None);
    }

    /// Freight and insurance make the importer's figure larger; where it is smaller, they explain nothing.
    #[test]
    fn valuation_explains_one_direction_only() {
        let usd = |value| (value, "USD billion");
        for (flows, ours, theirs, wanted) in [
            (("export", "import"), "42.3", "48.193", FREIGHT),
            (("export", "import"), "48.193", "42.3", AGAINST_FREIGHT),
            (("import", "export"), "43.5", "40.804", FREIGHT),
            (("import", "export"), "40.804", "43.5", AGAINST_FREIGHT),
            (("total", "total"), "98.9", "102.5", BOTH_WAYS),
        ] {
            assert_eq!(sides(flows, usd(ours), usd(theirs)).unwrap().reasons()[0], wanted, "{flows:?} {ours} {theirs}");
        }
    }
}
