//! A chart as SVG: scales with round ticks, lines, steps, bands and marks. Colours are the style sheet's, so that it is light or
//! dark as the page is. Positions are floating, for drawing only; every number beside it is a text that was exact before.

use chrono::{Datelike, Days, Months, NaiveDate};
use maud::{Markup, html as markup};

/// Width and height of the picture in its own units.
const SIZE: (f64, f64) = (760.0, 320.0);
/// Room beside the plot: left, right, top, bottom.
const ROOM: (f64, f64, f64, f64) = (64.0, 18.0, 26.0, 34.0);
/// About so many ticks on an axis.
const TICKS: f64 = 5.0;
/// A part of the range that stays free above and below.
const AIR: f64 = 0.08;
/// Months between ticks, the first that gives few enough.
const MONTHS: [u32; 11] = [1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600];
/// A band that would be thinner is drawn so high.
const THINNEST: f64 = 2.5;

/// What a chart shows.
#[derive(Debug, Clone, Default)]
pub struct Plot {
    /// What it is, for those who do not see it.
    pub title: String,
    /// What is to be seen, for them.
    pub desc: String,
    /// Areas, drawn first.
    pub bands: Vec<Band>,
    /// Lines, drawn over them.
    pub lines: Vec<Line>,
    /// Days that are marked.
    pub marks: Vec<Mark>,
    /// The values span so much at least, so that a small difference does not fill the picture.
    pub least: f64,
    /// Days that must have room, whether anything stands there or not.
    pub span: Option<(NaiveDate, NaiveDate)>,
}

/// A rectangle: days across, values up.
#[derive(Debug, Clone)]
pub struct Band {
    /// Its class in the style sheet.
    pub class: &'static str,
    /// First day; `None`: from the left edge.
    pub from: Option<NaiveDate>,
    /// Last day; `None`: to the right edge.
    pub to: Option<NaiveDate>,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// What it is, shown by a browser when it is pointed at.
    pub label: String,
}

/// Points that are joined; a point without a value breaks the line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its class in the style sheet.
    pub class: &'static str,
    /// Days and values, by day.
    pub points: Vec<(NaiveDate, Option<f64>)>,
    /// Whether a value stands until the next one, rather than moving towards it.
    pub steps: bool,
    /// Whether each point has a dot.
    pub dots: bool,
}

/// A marked day.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Which.
    pub day: NaiveDate,
    /// What it is.
    pub label: String,
}

/// From days and values to places in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    days: (NaiveDate, NaiveDate),
    values: (f64, f64),
}

impl Scale {
    /// Room for everything in a plot; `None` if it has no value at all.
    pub fn of(plot: &Plot) -> Option<Scale> {
        let points = plot.lines.iter().flat_map(|line| &line.points);
        let values: Vec<f64> =
            points.clone().filter_map(|point| point.1).chain(plot.bands.iter().flat_map(|b| [b.lo, b.hi])).collect();
        let days = points.map(|point| point.0).chain(plot.bands.iter().flat_map(|b| [b.from, b.to]).flatten());
        let days = days.chain(plot.marks.iter().map(|mark| mark.day)).chain(plot.span.iter().flat_map(|(a, b)| [*a, *b]));
        let (first, last) = days.fold(None, |seen: Option<(NaiveDate, NaiveDate)>, day| match seen {
            None => Some((day, day)),
            Some((first, last)) => Some((first.min(day), last.max(day))),
        })?;
        let lo = values.iter().copied().filter(|v| v.is_finite()).reduce(f64::min)?;
        let hi = values.iter().copied().filter(|v| v.is_finite()).reduce(f64::max)?;
        let air = if hi > lo { (hi - lo) * AIR } else { hi.abs().max(1.0) * AIR };
        let air = air.max((plot.least - (hi - lo)) / 2.0);
        let last = if first == last { last.checked_add_days(Days::new(1)).unwrap_or(last) } else { last };
        Some(Scale { days: (first, last), values: (lo - air, hi + air) })
    }

    /// From the left.
    pub fn x(&self, day: NaiveDate) -> f64 {
        let days = |a: NaiveDate, b: NaiveDate| (b - a).num_days() as f64;
        let part = days(self.days.0, day) / days(self.days.0, self.days.1).max(1.0);
        ROOM.0 + part * (SIZE.0 - ROOM.0 - ROOM.1)
    }

    /// From the top.
    pub fn y(&self, value: f64) -> f64 {
        let part = (value - self.values.0) / (self.values.1 - self.values.0);
        SIZE.1 - ROOM.3 - part * (SIZE.1 - ROOM.2 - ROOM.3)
    }

    /// Round values across the range, and how many digits they need.
    pub fn value_ticks(&self) -> (Vec<f64>, usize) {
        let rough = (self.values.1 - self.values.0) / TICKS;
        let ten = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * ten).into_iter().find(|step| *step >= rough).unwrap_or(rough);
        let first = (self.values.0 / step).ceil();
        let count = ((self.values.1 / step).floor() - first).clamp(0.0, 20.0) as usize;
        let digits = if step < 1.0 { (-step.log10().floor()).clamp(0.0, 12.0) as usize } else { 0 };
        ((0..=count).map(|n| (first + n as f64) * step).collect(), digits)
    }

    /// First days of months or years across the range; of a short one some days.
    pub fn day_ticks(&self) -> Vec<(NaiveDate, String)> {
        let (first, last) = self.days;
        let months = (last.year() - first.year()) * 12 + last.month() as i32 - first.month() as i32;
        if months < 2 {
            return few_days(first, last);
        }
        let step = MONTHS.into_iter().find(|step| months as u32 / step <= 8).unwrap_or(1200);
        let start = if step >= 12 {
            (first.year().rem_euclid((step / 12) as i32), 1)
        } else {
            (0, first.month() - (first.month() - 1) % step)
        };
        let begin = NaiveDate::from_ymd_opt(first.year() - start.0, start.1, 1);
        let ticks = std::iter::successors(begin, |day| day.checked_add_months(Months::new(step)));
        let label = |day: NaiveDate| if step >= 12 { day.format("%Y") } else { day.format("%Y-%m") }.to_string();
        ticks.take_while(|day| *day <= last).filter(|day| *day >= first).map(|day| (day, label(day))).collect()
    }
}

fn few_days(first: NaiveDate, last: NaiveDate) -> Vec<(NaiveDate, String)> {
    let step = ((last - first).num_days() / 4).max(1) as usize;
    first.iter_days().step_by(step).take_while(|day| *day <= last).map(|day| (day, day.to_string())).collect()
}

/// The picture; nothing where there is no value to show. `id` is its own on the page.
pub fn draw(plot: &Plot, id: &str) -> Markup {
    let Some(scale) = Scale::of(plot) else { return markup! {} };
    let (values, digits) = scale.value_ticks();
    let (right, bottom) = (SIZE.0 - ROOM.1, SIZE.1 - ROOM.3);
    let (title, desc) = (format!("{id}-title"), format!("{id}-desc"));
    markup! {
        svg.chart viewBox={ "0 0 " (SIZE.0) " " (SIZE.1) } role="img" aria-labelledby={ (title) " " (desc) } {
            title id=(title) { (plot.title) }
            desc id=(desc) { (plot.desc) }
            g.grid { @for value in &values {
                line x1=(at(ROOM.0)) x2=(at(right)) y1=(at(scale.y(*value))) y2=(at(scale.y(*value))) {}
                text x=(at(ROOM.0 - 8.0)) y=(at(scale.y(*value) + 4.0)) text-anchor="end" { (number(*value, digits)) }
            } }
            g.axis {
                line x1=(at(ROOM.0)) x2=(at(right)) y1=(at(bottom)) y2=(at(bottom)) {}
                @for (day, label) in scale.day_ticks() {
                    line x1=(at(scale.x(day))) x2=(at(scale.x(day))) y1=(at(bottom)) y2=(at(bottom + 5.0)) {}
                    text x=(at(scale.x(day))) y=(at(bottom + 20.0)) text-anchor="middle" { (label) }
                }
            }
            @for band in &plot.bands { (rectangle(&scale, band)) }
            @for line in &plot.lines { (drawn(&scale, line)) }
            @for mark in &plot.marks { (marked(&scale, mark, bottom)) }
        }
    }
}

fn rectangle(scale: &Scale, band: &Band) -> Markup {
    let left = band.from.map_or(ROOM.0, |day| scale.x(day));
    let right = band.to.map_or(SIZE.0 - ROOM.1, |day| scale.x(day));
    let (top, bottom) = (scale.y(band.hi), scale.y(band.lo));
    let high = (bottom - top).max(THINNEST);
    let top = (top + bottom - high) / 2.0;
    markup! {
        rect class={ "band " (band.class) } x=(at(left)) y=(at(top)) width=(at((right - left).max(THINNEST))) height=(at(high)) { title { (band.label) } }
    }
}

fn drawn(scale: &Scale, line: &Line) -> Markup {
    markup! {
        path class={ "line " (line.class) } d=(path(scale, line)) {}
        @if line.dots { @for (day, value) in &line.points { @if let Some(value) = value {
            circle class={ "dot " (line.class) } cx=(at(scale.x(*day))) cy=(at(scale.y(*value))) r="2.4" {}
        } } }
    }
}

/// What a pen does.
fn path(scale: &Scale, line: &Line) -> String {
    let (mut d, mut down) = (String::new(), false);
    for (day, value) in &line.points {
        let Some(value) = value else {
            down = false;
            continue;
        };
        let (x, y) = (at(scale.x(*day)), at(scale.y(*value)));
        match (down, line.steps) {
            (false, _) => d.push_str(&format!("M{x} {y}")),
            (true, true) => d.push_str(&format!("H{x}V{y}")),
            (true, false) => d.push_str(&format!("L{x} {y}")),
        }
        down = true;
    }
    d
}

fn marked(scale: &Scale, mark: &Mark, bottom: f64) -> Markup {
    let x = scale.x(mark.day);
    let anchor = if x > SIZE.0 * 0.75 {
        "end"
    } else if x < SIZE.0 * 0.25 {
        "start"
    } else {
        "middle"
    };
    markup! {
        line.mark x1=(at(x)) x2=(at(x)) y1=(at(ROOM.2 - 6.0)) y2=(at(bottom)) {}
        text.mark x=(at(x)) y=(at(ROOM.2 - 11.0)) text-anchor=(anchor) { (mark.label) }
    }
}

/// A place with as many digits as can be seen.
fn at(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
}

fn number(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", if value == 0.0 { 0.0 } else { value });
    crate::report::view::minus(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn plot() -> Plot {
        let points = vec![(day("2020-01-01"), Some(0.0)), (day("2020-07-01"), None), (day("2020-12-31"), Some(10.0))];
        let line = Line { class: "series", points, steps: false, dots: true };
        let band = Band { class: "claim", from: None, to: None, lo: 4.0, hi: 6.0, label: "<b>".into() };
        let mark = Mark { day: day("2020-07-01"), label: "cut-off".into() };
        Plot { title: "T".into(), desc: "D".into(), bands: vec![band], lines: vec![line], marks: vec![mark], ..Plot::default() }
    }

    #[test]
    fn points_stand_where_they_belong() {
        let scale = Scale::of(&plot()).unwrap();
        assert_eq!((scale.x(day("2020-01-01")), scale.x(day("2020-12-31"))), (64.0, 742.0));
        // 8 % of air on both sides of 0 to 10, over 260 units
        let y = |value: f64| (scale.y(value) * 100.0).round() / 100.0;
        assert_eq!((y(5.0), y(0.0), y(10.0)), (156.0, 268.07, 43.93));
        assert_eq!(scale.value_ticks(), (vec![0.0, 5.0, 10.0], 0));
        let ticks: Vec<String> = scale.day_ticks().into_iter().map(|(_, label)| label).collect();
        assert_eq!(ticks, ["2020-01", "2020-03", "2020-05", "2020-07", "2020-09", "2020-11"]);
    }

    #[test]
    fn the_picture_has_words_and_no_foreign_markup() {
        let text = draw(&plot(), "c").into_string();
        for part in [
            "role=\"img\" aria-labelledby=\"c-title c-desc\"",
            "<title id=\"c-title\">T</title>",
            "<desc id=\"c-desc\">D</desc>",
            "&lt;b&gt;",
            "d=\"M64 268.1M742 43.9\"",
            "class=\"band claim\" x=\"64\" y=\"133.6\" width=\"678\" height=\"44.8\"",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("style=") && !text.contains("<b>"));
    }

    #[test]
    fn whatever_is_shown_is_a_picture() {
        assert_eq!(draw(&Plot::default(), "c").into_string(), "");
        for points in [
            vec![(day("2020-01-01"), Some(1.0))],
            vec![(day("2020-01-01"), Some(0.0)), (day("2020-01-03"), Some(0.0))],
            vec![(day("1900-01-01"), Some(1e15)), (day("2100-01-03"), Some(-1e-9))],
            vec![(day("2020-01-01"), Some(f64::MAX)), (day("2020-01-02"), Some(f64::MIN))],
        ] {
            let one = Plot { lines: vec![Line { class: "series", points, steps: true, dots: false }], ..Plot::default() };
            let scale = Scale::of(&one).unwrap();
            assert!(scale.value_ticks().0.len() <= 21 && scale.day_ticks().len() <= 12, "{scale:?}");
            assert!(draw(&one, "c").into_string().contains("<path"));
        }
    }
}
