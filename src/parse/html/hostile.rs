//! Pages that no publisher wrote: an error or some events, never a panic, a hang or a huge allocation.

use super::super::ParseError;
use super::tests::lines;
use proptest::prelude::*;

/// A page of usual parts, to be damaged.
const PAGE: &str = "<html><head><meta charset=windows-1251><title>t</title></head><body><p>Title<br>x</p><table><caption>c\
    </caption><thead><tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d</thead><tr><td>1<td>2<sup>3)</sup><td>&nbsp;4\
    <table><tr><td>5<td>6</table></table><div hidden>z</div><img src='\\x.png'><pre>k\nl</pre></body></html>";

fn limit(page: &str) -> String {
    match lines(page.as_bytes()) {
        Err(ParseError::TooLarge { what, .. }) => what,
        other => panic!("no limit: {:?}", other.map(|lines| lines.len())),
    }
}

#[test]
fn what_grows_without_bounds_is_refused() {
    for (piece, what) in [
        ("<div>", "the depth of its elements"),
        ("<table><tr><td>", "the depth of its elements"),
        ("<p><b><i><u>", "the number of unclosed formatting elements"),
        ("<div><span></body><!-- -->", "the depth of its elements"),
    ] {
        assert_eq!(limit(&piece.repeat(200_000)), what, "{piece}");
    }
    let spans = "<td rowspan=65534 colspan=1000>1".repeat(16) + "<tr>";
    assert_eq!(limit(&format!("<table><tr>{}", spans.repeat(20))), "the number of columns");
    let wide: String = (0..15_000).map(|_| "<td>1").collect();
    let tall = format!("<table><tr><td>a<td rowspan=65534 colspan=384>1{}", wide);
    assert!(lines(format!("{tall}{}", "<tr>".repeat(2)).as_bytes()).is_ok());
    let many = format!("<table><tr>{}{}", "<td rowspan=65534>1".repeat(8000), "<tr>".repeat(2000));
    assert_eq!(limit(&many), "the number of cells");
    let text = "слово".repeat(100_000);
    let long = format!("<table><tr><td>a<td rowspan=65534>{text}{}", "<tr><td>b".repeat(1000));
    assert_eq!(limit(&long), "the length of all texts");
}

#[test]
fn tables_within_tables_end_somewhere() {
    let inner = "<table><tr><td>a<td>";
    assert_eq!(limit(&inner.repeat(60)), "the depth of tables");
    assert!(lines(inner.repeat(20).as_bytes()).is_ok());
}

proptest! {
    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = lines(&bytes);
    }

    #[test]
    fn random_tags(tags in proptest::collection::vec(0usize..24, 0..200)) {
        const TAGS: [&str; 24] = [
            "<table>", "</table>", "<tr>", "</tr>", "<td rowspan=3>", "<td colspan=0>", "<td>", "</td>", "<p>", "</p>", "<b>",
            "</b>", "<sup>", "</sup>", "<br>", "x", " 1 ", "<thead>", "<tfoot>", "<caption>", "<template>", "<select>", "<svg>", "<img>",
        ];
        let page: String = tags.iter().map(|tag| TAGS[*tag]).collect();
        let _ = lines(page.as_bytes());
    }

    #[test]
    fn damaged_pages(at in 0..PAGE.len(), length in 0usize..20, byte in any::<u8>(), cut in 0..PAGE.len()) {
        let mut bytes = PAGE.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, [byte]);
        bytes.truncate(bytes.len() - cut / 4);
        let _ = lines(&bytes);
    }
}
