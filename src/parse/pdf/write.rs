//! Writes PDFs for tests from what stands where on their pages, in points from the upper left corner of an A4 page.

use std::fmt::Write;

const HEIGHT: f64 = 842.0;
/// Width of every character, as a share of the font's height.
pub const ADVANCE: f64 = 0.5;

/// One page.
#[derive(Debug, Default, Clone)]
pub struct Sheet {
    drawing: String,
}

impl Sheet {
    /// A text whose first character begins at `x` and stands on `y`.
    #[must_use]
    pub fn text(mut self, x: f64, y: f64, size: f64, text: &str) -> Sheet {
        let codes: String = text.encode_utf16().fold(String::new(), |mut codes, unit| {
            let _ = write!(codes, "{unit:04X}");
            codes
        });
        let _ = writeln!(self.drawing, "BT /F1 {size} Tf {x} {:.2} Td <{codes}> Tj ET", HEIGHT - y);
        self
    }

    /// A text that ends at `x`, as figures do.
    #[must_use]
    pub fn figure(self, x: f64, y: f64, size: f64, text: &str) -> Sheet {
        let width = text.chars().count() as f64 * size * ADVANCE;
        self.text(x - width, y, size, text)
    }

    /// A text that runs upwards from `y`.
    #[must_use]
    pub fn upright(mut self, x: f64, y: f64, size: f64, text: &str) -> Sheet {
        let codes: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        let _ = writeln!(self.drawing, "BT /F1 {size} Tf 0 1 -1 0 {x} {:.2} Tm <{codes}> Tj ET", HEIGHT - y);
        self
    }

    /// A thin straight rule.
    #[must_use]
    pub fn rule(mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> Sheet {
        let _ = writeln!(self.drawing, "0.5 w {x0} {:.2} m {x1} {:.2} l S", HEIGHT - y0, HEIGHT - y1);
        self
    }

    /// The rules of a table: every edge in full.
    #[must_use]
    pub fn grid(mut self, xs: &[f64], ys: &[f64]) -> Sheet {
        let ends = |edges: &[f64]| (edges.first().copied().unwrap_or(0.0), edges.last().copied().unwrap_or(0.0));
        let ((left, right), (top, bottom)) = (ends(xs), ends(ys));
        for y in ys {
            self = self.rule((left, *y), (right, *y));
        }
        for x in xs {
            self = self.rule((*x, top), (*x, bottom));
        }
        self
    }

    /// Drawing operators as they are.
    #[must_use]
    pub fn raw(mut self, operators: &str) -> Sheet {
        self.drawing.push_str(operators);
        self.drawing.push('\n');
        self
    }
}

/// A document of these pages. Its font is not embedded; a table says which character each code stands for.
pub fn pdf(pages: &[Sheet]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Fixture /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
            .into(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Fixture /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
         /Supplement 0 >> /DW 500 /FontDescriptor 6 0 R >>"
            .into(),
        stream("", &meanings()),
        "<< /Type /FontDescriptor /FontName /Fixture /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 \
         /Descent -200 /CapHeight 700 /StemV 80 >>"
            .into(),
    ];
    let mut kids = String::new();
    for page in pages {
        let _ = write!(kids, "{} 0 R ", objects.len() + 1);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {HEIGHT}] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            objects.len() + 2
        ));
        objects.push(stream("", &page.drawing));
    }
    if let Some(tree) = objects.get_mut(1) {
        *tree = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
    }
    file(&objects)
}

fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len() + 1)
}

/// Codes are those of Unicode, in blocks of 256.
fn meanings() -> String {
    let mut ranges = String::new();
    let blocks = [0x00u16, 0x04, 0x20, 0x21, 0x22];
    for block in blocks {
        let _ = writeln!(ranges, "<{block:02X}00> <{block:02X}FF> <{block:02X}00>");
    }
    format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> \
         endcodespacerange\n{} beginbfrange\n{ranges}endbfrange\nendcmap end end",
        blocks.len()
    )
}

fn file(objects: &[String]) -> Vec<u8> {
    let mut text = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(text.len());
        let _ = writeln!(text, "{number} 0 obj\n{object}\nendobj");
    }
    let start = text.len();
    let _ = writeln!(text, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(text, "{offset:010} 00000 n ");
    }
    let _ = write!(text, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    text.into_bytes()
}
