//! Intervals under each other on one scale: whether they share a point is seen at once, and said beside it.

use super::page::View;
use crate::report::view;
use maud::{Markup, html as markup};
use rust_decimal::Decimal;

/// Width of the picture, and the room for its bars, in its own units.
const WIDTH: f64 = 760.0;
/// Height of a row.
const ROW: f64 = 44.0;
/// A bar is at least so wide.
const THINNEST: f64 = 3.0;
/// Digits after the point that a label shows.
const DIGITS: u32 = 4;
/// Room at both ends.
const AIR: f64 = 60.0;

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

/// The picture with its numbers; nothing where an end is no number.
pub fn draw(view: &View<'_>, bars: &[Bar]) -> Markup {
    let ends = |bar: &Bar| Some((bar.lo.parse::<f64>().ok()?, bar.hi.parse::<f64>().ok()?));
    let Some(placed) = bars.iter().map(ends).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()) else { return markup! {} };
    let lo = placed.iter().map(|(lo, _)| *lo).fold(f64::INFINITY, f64::min);
    let hi = placed.iter().map(|(_, hi)| *hi).fold(f64::NEG_INFINITY, f64::max);
    let span = if hi > lo { hi - lo } else { 1.0 };
    let x = |value: f64| AIR + (value - lo) / span * (WIDTH - 2.0 * AIR);
    let said: Vec<String> = bars.iter().map(|bar| format!("{} {} – {}", bar.name, short(&bar.lo), short(&bar.hi))).collect();
    markup! {
        figure.bars {
            svg.intervals viewBox={ "0 0 " (WIDTH) " " (ROW * bars.len() as f64) } role="img" aria-label={ (view.t("Intervals")) ": " (said.join("; ")) } {
                @for (at, (bar, (from, to))) in bars.iter().zip(&placed).enumerate() {
                    @let top = ROW * at as f64;
                    line.rail x1="0" x2=(WIDTH) y1=(top + 32.0) y2=(top + 32.0) {}
                    rect class={ "band " (bar.class) } x=(format!("{:.1}", x(*from))) y=(top + 25.0) height="14" width=(format!("{:.1}", (x(*to) - x(*from)).max(THINNEST))) {}
                    text x=(format!("{:.1}", x((from + to) / 2.0).clamp(180.0, WIDTH - 180.0))) y=(top + 17.0) text-anchor="middle" { (said.get(at).map(String::as_str).unwrap_or_default()) }
                }
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
        for part in ["x=\"60.0\" y=\"25\"", "x=\"700.0\" y=\"69\"", "width=\"3.0\"", "a −1 – 0; a 3.1235 – 3.1235"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(draw(&view, &[bar("x", "1")]).into_string(), "");
    }
}
