//! Small pages: what a reader of the page sees is what comes out.

use super::super::{Event, Options, ParseError, Row};
use super::parse;
use std::io::Cursor;

/// The events of a page as lines: paragraphs with `¶`, tables with `#`, rows with their number, a copy as `<row,column>`.
pub(super) fn lines(page: &[u8]) -> Result<Vec<String>, ParseError> {
    let mut lines = Vec::new();
    parse(&mut Cursor::new(page), &Options::default(), &mut |event| {
        lines.push(match event {
            Event::Paragraph { text, .. } => format!("¶ {text}"),
            Event::Table(table) => format!("#{} {}", table.number, table.caption.unwrap_or_default()).trim_end().to_owned(),
            Event::Row(row) => shown(&row),
        });
    })?;
    Ok(lines)
}

fn shown(row: &Row) -> String {
    let cells = row.cells.iter().map(|cell| match cell.copy_of {
        Some((of, column)) => format!("{}<{of},{column}>", cell.column),
        None => format!("{}={}", cell.column, cell.text),
    });
    format!("{}: {}", row.number, cells.collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn says(page: &str, wanted: &[&str]) {
    assert_eq!(lines(page.as_bytes()).unwrap(), wanted, "{page}");
}

#[test]
fn spans_are_expanded() {
    says(
        "<table><tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tr><td>1<td>2<td>3</table>",
        &["#1", "1: 0=a 1=b 2<1,1>", "2: 0<1,0> 1=c 2=d", "3: 0=1 1=2 2=3"],
    );
    says("<table><tr><td rowspan=0>a<td>b<tr><td>c</table>", &["#1", "1: 0=a 1=b", "2: 0<1,0> 1=c"]);
    says("<table><tr><td rowspan='9'>a<td colspan=-1>b<tr><td>c</table>", &["#1", "1: 0=a 1=b", "2: 0<1,0> 1=c"]);
}

#[test]
fn columns_that_nobody_sees_do_not_count() {
    says(
        "<table><tr><td colspan=9>title<tr><td colspan=2>a<td colspan=3>b<tr><td colspan=2>1<td colspan=2>2<td></table>",
        &["#1", "1: 0=title 1<1,0>", "2: 0=a 1=b", "3: 0=1 1=2"],
    );
}

#[test]
fn parts_come_as_they_are_shown() {
    says(
        "<table><caption>Title</caption><tfoot><tr><td>note<td>n</tfoot><tbody><tr><td>a<td>1</tbody><thead><tr><th>h<th>i</thead></table>",
        &["#1 Title", "1: 0=h 1=i", "2: 0=a 1=1", "3: 0=note 1=n"],
    );
}

#[test]
fn cells_say_what_is_shown() {
    let cases = [
        ("<p>Декабрь</p><p>2017г.</p>", "Декабрь\n2017г."),
        ("к<br>декабрю<br/>2016", "к\nдекабрю\n2016"),
        ("<span>99</span><span>,9</span><span>9</span>", "99,99"),
        ("582&nbsp;676", "582\u{a0}676"),
        ("&nbsp; 5,1 \r\n &nbsp;", "5,1"),
        ("цен<sup>2)</sup>, м<sup>3</sup>", "цен²⁾, м³"),
        ("цен<span style='vertical-align: super; x: y'>2</span>", "цен²"),
        ("H<sub>2</sub>O", "H2O"),
        ("a &amp; b &lt; &#1103;&mdash;", "a & b < я—"),
        ("a<!-- b --><script>c</script><style>d</style><noscript>e</noscript>", "a"),
        ("a<span style=\"DISPLAY : none\">b</span><b hidden>c</b><i style='visibility:hidden'>d</i>", "a"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>7</table>", "7"),
        ("<select><option>1</select>8", "8"),
        ("a\n  b\t c", "a b c"),
    ];
    for (cell, text) in cases {
        let page = format!("<table><tr><td>label</td><td>{cell}</td></tr></table>");
        let wanted = format!("1: 0=label 1={text}");
        assert_eq!(lines(page.as_bytes()).unwrap(), ["#1", wanted.as_str()], "{cell}");
    }
}

#[test]
fn hidden_cells_rows_and_tables_take_no_place() {
    says(
        "<table style='display:none'><tr><td>x<td>y</table><table><tr hidden><td>x<td>y<tr><td>a<td style=display:none>x<td>1</table>",
        &["#1", "1: 0=a 1=1"],
    );
    says("<table><tr><td>a<td style='visibility:hidden'>x<td>1</table>", &["#1", "1: 0=a 1=1"]);
}

#[test]
fn layout_is_no_table() {
    let inner = "<table><tr><td>a<td>1</table>";
    says(
        &format!("<table><tr><td>Menu<td><p>Title</p><p>Unit</p>{inner}<p>Note</p></td></tr><tr><td>Foot<td>er</table>"),
        &["¶ Menu", "¶ Title", "¶ Unit", "#1", "1: 0=a 1=1", "¶ Note", "¶ Foot", "¶ er"],
    );
    says(
        &format!("<table><tr><td>One</td></tr><tr><td>{inner}{inner}</table>"),
        &["¶ One", "#1", "1: 0=a 1=1", "#2", "1: 0=a 1=1"],
    );
    says("<table><tr><td>Only<tr><td>text</table>", &["¶ Only", "¶ text"]);
    let long = "слово ".repeat(100);
    let found = lines(format!("<table><tr><td>News<td>{long}</table>").as_bytes()).unwrap();
    assert_eq!(found, ["¶ News".to_owned(), format!("¶ {}", long.trim())]);
}

#[test]
fn a_long_note_makes_no_layout() {
    let note = "слово ".repeat(200);
    let found = lines(format!("<table><tr><td>a<td>1<tr><td>b<td>2<tr><td colspan=2>{note}</table>").as_bytes()).unwrap();
    assert_eq!(found[..3], ["#1", "1: 0=a 1=1", "2: 0=b 1=2"]);
}

#[test]
fn prose_is_paragraphs() {
    says(
        "\r\n\n<html><title>no</title><body>Loose <b>te</b>xt<h1>Head</h1><div>In<p>side</div><ul><li>one<li>two</ul>a<br>b<br><br>c",
        &["¶ Loose text", "¶ Head", "¶ In", "¶ side", "¶ one", "¶ two", "¶ a\nb", "¶ c"],
    );
    says("<pre>a  b\nc</pre><p>&nbsp;</p><p></p>", &["¶ a  b\nc"]);
}

#[test]
fn what_is_left_open_is_closed_as_browsers_do() {
    says(
        "<P>Title<TABLE BORDER=1><TR><TD ALIGN=right>a<P>b<TD>1<TR><TD>c<TD>2</TABLE>after",
        &["¶ Title", "#1", "1: 0=a\nb 1=1", "2: 0=c 1=2", "¶ after"],
    );
    says("<table><p>before</p><form><tr><td>a<td>1", &["¶ before", "#1", "1: 0=a 1=1"]);
}

#[test]
fn charsets() {
    let page = "<p>Добыча полезных ископаемых в январе выросла";
    let encoded = |text: &str| encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let declared = format!("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">{page}");
    for bytes in [page.as_bytes().to_vec(), encoded(page), encoded(&declared), declared.into_bytes()] {
        assert_eq!(lines(&bytes).unwrap(), ["¶ Добыча полезных ископаемых в январе выросла"]);
    }
}

/// Pages and the picture that stands for their table.
#[test]
fn a_picture_in_place_of_the_table_is_told() {
    for (page, image) in [
        ("<h1>Trade, Jan. 2018</h1><div><div>03/08/2018</div><div><img src='4.png'></div></div>", Some("4.png")),
        ("<h1>Trade</h1><table><tr><td><img src=t.gif></td></tr></table>", Some("t.gif")),
        ("<img src=t.gif>", Some("t.gif")),
        ("<table><tr><td>Home<td>About</table><h1>Trade</h1><p><img src=t.gif></p>", Some("t.gif")),
        ("<h1>Trade</h1><p><img src=t.gif></p><table><tr><td>a<td>1</table>", None),
        ("<a href=/><img src=t.gif></a><p>5,1 %", None),
        ("<div><img src=logo.png> Trade</div><p>5,1 %", None),
        ("<div><img src=t.gif alt=''></div><p>5,1 %", None),
        ("<div><img src=t.gif><span>Office</span></div><p>5,1 %", None),
        ("<nav><img src=t.gif></nav><p>5,1 %", None),
        ("<p style='display:none'><img src=t.gif></p><p>5,1 %", None),
        ("<p>5,1 %", None),
    ] {
        let found = match lines(page.as_bytes()) {
            Err(ParseError::ImageOnly { source_name }) => Some(source_name),
            other => other.map(|_| None).unwrap(),
        };
        assert_eq!(found.as_deref(), image, "{page}");
    }
    let prose = format!("<div><img src=chart.png></div><p>{}", "слово ".repeat(50));
    assert!(lines(prose.as_bytes()).is_ok());
}
