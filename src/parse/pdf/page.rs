//! One page as drawn: characters with their boxes, rules, and how many pictures there are.
//!
//! Lengths are twentieths of a point from the upper left corner of the page as a reader sees it.

use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::page::Page as Source;
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::kurbo::{Affine, BezPath, PathSeg, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings,
    InterpreterWarning, SoftMask, TransformExt, interpret_page,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Characters on one page. A page of a handbook has 8,000.
const MAX_GLYPHS: usize = 400_000;
/// Rules on one page, before those that touch are put together. A page of a spreadsheet with borders has 2,000.
const MAX_RULES: usize = 40_000;
/// Units of the page in a point.
const TWENTIETHS: f64 = 20.0;
/// A filled area no thicker than this is a rule: 3 points.
const RULE: i32 = 60;

/// Which way a text runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Turn {
    /// From left to right.
    #[default]
    Level,
    /// From the foot of the page to its head.
    Up,
    /// From the head of the page to its foot.
    Down,
}

/// A character where it stands. For turned text, lengths are those of the page turned until the text is level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph {
    /// What it stands for; U+FFFD where the font does not say.
    pub text: String,
    /// Where it begins.
    pub left: i32,
    /// Where the next one may begin.
    pub right: i32,
    /// The line it stands on.
    pub base: i32,
    /// Height of the font.
    pub size: i32,
    /// Which way it runs.
    pub turn: Turn,
}

/// A straight rule. It lies at `at` and goes from `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The height of a level rule, the distance from the left of an upright one.
    pub at: i32,
    /// Where it begins.
    pub from: i32,
    /// Where it ends.
    pub to: i32,
}

/// What is drawn on a page.
#[derive(Debug, Default)]
pub struct Page {
    /// Characters, in the order of drawing.
    pub glyphs: Vec<Glyph>,
    /// Level rules.
    pub levels: Vec<Rule>,
    /// Upright rules.
    pub uprights: Vec<Rule>,
    /// Pictures of any size.
    pub pictures: usize,
    /// Characters that are not shown: the text layer under the picture of a scanned page.
    pub invisible: usize,
    /// Characters beyond the edge of the page.
    beyond: Vec<Glyph>,
    /// A limit that was met; what came after it is missing.
    pub excess: Option<(&'static str, usize)>,
    /// A font could not be loaded: texts are missing.
    pub unreadable_font: bool,
    width: i32,
    height: i32,
}

/// Draws a page.
pub fn draw(source: &Source<'_>, xref: &XRef) -> Page {
    let (width, height) = source.render_dimensions();
    let unreadable = Arc::new(AtomicBool::new(false));
    let noted = unreadable.clone();
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::UnsupportedFont) {
                noted.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let cache = InterpreterCache::new();
    let whole = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(source.initial_transform(true).to_kurbo(), whole, &cache, xref, settings);
    let mut page = Page { width: twentieths(f64::from(width)), height: twentieths(f64::from(height)), ..Page::default() };
    interpret_page(source, &mut context, &mut page);
    page.unreadable_font = unreadable.load(Ordering::Relaxed);
    page.complete_lines();
    page
}

fn twentieths(points: f64) -> i32 {
    (points * TWENTIETHS).round() as i32
}

impl Page {
    fn note(&mut self, glyph: &Drawn<'_>, place: Affine) {
        let advance = match glyph {
            Drawn::Outline(outline) => outline.advance_width(),
            Drawn::Type3(drawn) => drawn.advance_width(),
        };
        let at = |x: f64, y: f64| place * Point::new(x, y);
        let (start, end, top) = (at(0.0, 0.0), at(f64::from(advance.unwrap_or(500.0)), 0.0), at(0.0, 1000.0));
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(text)) => text,
            None => char::REPLACEMENT_CHARACTER.to_string(),
        };
        let Some((turn, left, right, base)) = level(start, end, top) else { return };
        let size = twentieths((top - start).hypot());
        let glyphs = if self.shows(start) { &mut self.glyphs } else { &mut self.beyond };
        glyphs.extend(Some(Glyph { text, left, right, base, size, turn }).filter(|_| size > 0));
    }

    /// A line that runs over the edge is read to its end: half a number would be another one.
    fn complete_lines(&mut self) {
        let order = |glyph: &Glyph| (glyph.turn, glyph.base, glyph.left);
        let shown = std::mem::take(&mut self.glyphs).into_iter().map(|glyph| (glyph, true));
        let mut all: Vec<(Glyph, bool)> =
            shown.chain(std::mem::take(&mut self.beyond).into_iter().map(|glyph| (glyph, false))).collect();
        if all.iter().any(|(_, shown)| !shown) {
            all.sort_by_key(|(glyph, _)| order(glyph));
            for at in (1..all.len()).chain((1..all.len()).rev()) {
                if let Some([(before, left), (next, right)]) =
                    all.get_mut(at - 1..=at).and_then(|pair| <&mut [_; 2]>::try_from(pair).ok())
                    && (before.turn, before.base) == (next.turn, next.base)
                    && next.left - before.right < before.size
                {
                    let either = *left || *right;
                    (*left, *right) = (either, either);
                }
            }
        }
        self.glyphs.extend(all.into_iter().filter(|(_, shown)| *shown).map(|(glyph, _)| glyph));
    }

    /// Whether a point lies on the page.
    fn shows(&self, point: Point) -> bool {
        (-RULE..=self.width + RULE).contains(&twentieths(point.x)) && (-RULE..=self.height + RULE).contains(&twentieths(point.y))
    }

    fn rule(&mut self, a: Point, b: Point) {
        let (x, y) = ((twentieths(a.x), twentieths(b.x)), (twentieths(a.y), twentieths(b.y)));
        let (width, height) = ((x.0 - x.1).abs(), (y.0 - y.1).abs());
        if self.levels.len() + self.uprights.len() >= MAX_RULES {
            self.excess = Some(("the number of rules on the page", MAX_RULES));
        } else if height <= RULE && width > RULE {
            self.levels.push(Rule { at: (y.0 + y.1) / 2, from: x.0.min(x.1), to: x.0.max(x.1) });
        } else if width <= RULE && height > RULE {
            self.uprights.push(Rule { at: (x.0 + x.1) / 2, from: y.0.min(y.1), to: y.0.max(y.1) });
        }
    }
}

/// Direction, begin, end and height of a character in the frame in which it is level; `None` for slanted ones, such as
/// watermarks.
fn level(start: Point, end: Point, top: Point) -> Option<(Turn, i32, i32, i32)> {
    let along = end - start;
    let along = if along.hypot() > 1e-6 { along } else { hayro_interpret::kurbo::Vec2::new(start.y - top.y, top.x - start.x) };
    let straight = |main: f64, other: f64| main > 0.0 && other.abs() < 0.05 * main;
    match () {
        () if straight(along.x, along.y) => Some((Turn::Level, twentieths(start.x), twentieths(end.x), twentieths(start.y))),
        () if straight(-along.y, along.x) => Some((Turn::Up, twentieths(-start.y), twentieths(-end.y), twentieths(start.x))),
        () if straight(along.y, along.x) => Some((Turn::Down, twentieths(start.y), twentieths(end.y), twentieths(-start.x))),
        () => None,
    }
}

impl<'a> Device<'a> for Page {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let path = props.transform * path.clone();
        let bounds = path.bounding_box();
        match draw_mode {
            DrawMode::Invisible => {}
            DrawMode::Fill(_) => {
                let thin = |size: f64| size * TWENTIETHS <= f64::from(RULE);
                if thin(bounds.width()) || thin(bounds.height()) {
                    self.rule(Point::new(bounds.x0, bounds.y0), Point::new(bounds.x1, bounds.y1));
                }
            }
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => {
                for segment in path.segments() {
                    if let PathSeg::Line(line) = segment {
                        self.rule(line.p0, line.p1);
                    }
                }
            }
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, draw_mode: &DrawMode) {
        for glyph in run.glyphs() {
            if matches!(draw_mode, DrawMode::Invisible) {
                self.invisible += 1;
            } else if self.glyphs.len() + self.beyond.len() >= MAX_GLYPHS {
                self.excess = Some(("the number of characters on the page", MAX_GLYPHS));
            } else {
                self.note(glyph, props.transform * glyph.transform());
            }
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.pictures += 1;
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
