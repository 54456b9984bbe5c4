//! Intervals under each other on one scale: whether they share a point is seen at once, and said beside it.

use super::page::View;
use crate::report::view;
use maud::{Markup, html as markup};
use rust_decimal::Decimal;

/// Width of a strip, in its own units; it is stretched to the room there is.
const WIDTH: f64 = 1000.0;
/// Height of a strip.
const HEIGHT: f64 = 18.0;
/// A bar is at least so wide.
const THINNEST: f64 = 4.0;
/// Digits after the point that a label shows.
const DIGITS: u32 = 4;
/// Room at both ends.
const AIR: f64 = 30.0;

/// A named interval, its ends as exact texts.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Its class in the style sheet.
    pub class: &'static str,
    /// What it is.
    pub name: String,
    /// Lower end.
    pub lo: String,
    /// Upper end.
    pub hi: String,
}

/// A strip a bar, its words beside it; nothing where an end is no number.
pub fn draw(view: &View<'_>, bars: &[Bar]) -> Markup {
    let ends = |bar: &Bar| Some((bar.lo.parse::<f64>().ok()?, bar.hi.parse::<f64>().ok()?));
    let Some(placed) = bars.iter().map(ends).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()) else { return markup! {} };
    let lo = placed.iter().map(|(lo, _)| *lo).fold(f64::INFINITY, f64::min);
    let hi = placed.iter().map(|(_, hi)| *hi).fold(f64::NEG_INFINITY, f64::max);
    let span = if hi > lo { hi - lo } else { 1.0 };
    let x = |value: f64| AIR + (value - lo) / span * (WIDTH - 2.0 * AIR);
    markup! {
        dl.bars {
            @for (bar, (from, to)) in bars.iter().zip(&placed) {
                dt { (bar.name) " " span.ends { (short(&bar.lo)) " " (view.t("to")) " " (short(&bar.hi)) } }
                dd { svg.strip viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                    line.rail x1="0" x2=(WIDTH) y1="9" y2="9" {}
                    rect class={ "band " (bar.class) } x=(format!("{:.1}", x(*from))) y="2" height="14" width=(format!("{:.1}", (x(*to) - x(*from)).max(THINNEST))) {}
                } }
            }
        }
    }
}

/// An end with as many digits as are read; the sentence and the arithmetic have all.
fn short(end: &str) -> String {
    let shown = end.parse::<Decimal>().map(|end| end.round_dp(DIGITS).normalize().to_string());
    view::minus(&shown.unwrap_or_else(|_| end.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words::Lang;

    fn bar(lo: &str, hi: &str) -> Bar {
        Bar { class: "claim", name: "a".into(), lo: lo.into(), hi: hi.into() }
    }

    #[test]
    fn bars_share_a_scale() {
        let view = View { lang: Lang::En, chosen: false, at: None, kept: None, now: "2026-04-01T10:20:30Z".parse().unwrap() };
        let text = draw(&view, &[bar("-1", "0"), bar("3.123456789", "3.123456789")]).into_string();
        for part in ["x=\"30.0\"", "x=\"970.0\"", "width=\"4.0\"", "−1 to 0", "3.1235 to 3.1235"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(draw(&view, &[bar("x", "1")]).into_string(), "");
    }
}
