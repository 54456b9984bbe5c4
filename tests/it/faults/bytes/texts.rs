//! Pages, texts in columns, JSON, messages and dBASE tables that grow, nest or claim without an end.

use super::super::table;
use super::{Case, Then, case};
use Then::{Refused, Rows};
use sverka::parse::Format::{Csv, Dbf, Html, Json, Sdmx, Xml};

fn page(inside: &str) -> Vec<u8> {
    format!("<!DOCTYPE html><html><body>{inside}</body></html>").into_bytes()
}

fn in_table(inside: &str) -> Vec<u8> {
    page(&format!("<table><tr><td>a</td><td>1</td></tr>{inside}</table>"))
}

pub fn cases() -> Vec<Case> {
    [pages(), columns(), values(), tables()].into_iter().flatten().collect()
}

fn pages() -> Vec<Case> {
    vec![
        case("the page itself", Html, Rows(3), || table::html("")),
        case("elements a million deep", Html, Refused("limit"), || page(&"<div>".repeat(1_000_000))),
        case("tables a hundred thousand deep", Html, Refused("limit"), || page(&"<table><tr><td>".repeat(100_000))),
        case("bold and slanted without an end", Html, Refused("limit"), || page(&"<b><i>".repeat(500_000))),
        case("bold that ends in slanted", Html, Rows(0), || page(&"<b><i><p></b></i>".repeat(100_000))),
        case("links in links", Html, Refused("limit"), || page(&"<a><div>".repeat(100_000))),
        case("templates a hundred thousand deep", Html, Refused("limit"), || page(&"<template>".repeat(100_000))),
        case("drawings in drawings", Html, Refused("limit"), || page(&"<svg><math>".repeat(100_000))),
        case("a cell over a milliard of columns", Html, Rows(1), || in_table("<tr><td colspan=1000000000>x</td></tr>")),
        case("a cell over a milliard of rows", Html, Rows(1), || in_table("<tr><td rowspan=1000000000>x</td></tr>")),
        case("a cell over fewer than no columns", Html, Rows(1), || in_table("<tr><td colspan=-5 rowspan=-5>x</td></tr>")),
        case("cells over all rows and columns", Html, Refused("limit"), || {
            in_table(&"<tr><td colspan=1000 rowspan=65534>x</td></tr>".repeat(5000))
        }),
        case("a row of a hundred thousand cells", Html, Refused("limit"), || {
            in_table(&format!("<tr>{}</tr>", "<td>1".repeat(100_000)))
        }),
        case("ten million cells", Html, Refused("limit"), || {
            in_table(&"<tr><td>1<td>2<td>3<td>4<td>5<td>6<td>7<td>8<td>9<td>0".repeat(1_000_000))
        })
        .heavy(),
        case("a million attributes", Html, Refused("limit"), || {
            page(&format!("<p {}>", (0..1_000_000).fold(String::new(), |all, n| all + &format!("a{n} "))))
        }),
        case("an attribute of 20 MB", Html, Rows(0), || page(&format!("<p title=\"{}\">x</p>", "x".repeat(20_000_000)))),
        case("a remark that does not end", Html, Rows(0), || page(&format!("<p>x</p><!--{}", "-".repeat(1_000_000)))),
        case("a program that does not end", Html, Rows(0), || {
            page(&format!("<p>x</p><script>{}", "<!--<script>".repeat(100_000)))
        }),
        case("a million pictures", Html, Refused("limit"), || page(&"<img src=x>".repeat(1_100_000))),
        case("a million signs that are none", Html, Rows(0), || {
            page(&format!("<p>{}</p>", "&ampx&#xFFFFFFFFF;&CounterClockwiseContourIntegral;".repeat(100_000)))
        }),
        case("a million zeros", Html, Rows(0), || page(&format!("<p>{}</p>", "\0".repeat(1_000_000)))),
        case("ends of what never began", Html, Rows(0), || page(&"</p></br></table></td>".repeat(20_000))),
        case("choices in choices", Html, Rows(0), || page(&"<select><option><select>".repeat(10_000))),
    ]
}

fn columns() -> Vec<Case> {
    vec![
        case("the text itself", Csv, Rows(3), || table::csv("")),
        case("a line of 20 MB", Csv, Refused("limit"), || [table::csv(""), vec![b'x'; 20_000_000]].concat()),
        case("a quote that does not end", Csv, Rows(200_003), || {
            [&table::csv("")[..], b"\"", &b"x;1\n".repeat(200_000)].concat()
        }),
        case("a hundred thousand columns", Csv, Refused("limit"), || [b"1;".repeat(100_000), b"\n".to_vec()].concat().repeat(3)),
        case("nothing but separators", Csv, Rows(0), || b";;;;;;;;\n".repeat(10_000)),
        case("nothing but ends of lines", Csv, Rows(0), || b"\r\n".repeat(1_000_000)),
        case("zeros among the figures", Csv, Rows(3), || [table::csv(""), b"In\0dustry;8\x003.2;1\n".to_vec()].concat()),
        case("two hundred thousand rows", Csv, Rows(200_000), || [table::csv(""), b"x;1;2\n".repeat(200_000)].concat()),
        case("a million rows", Csv, Rows(1_000_000), || [table::csv(""), b"x;1\n".repeat(1_000_000)].concat()).heavy(),
    ]
}

fn values() -> Vec<Case> {
    let rows = |row: &str| format!("{{\"data\": [{row}]}}").into_bytes();
    vec![
        case("the list itself", Json, Rows(3), || table::json("")),
        case("lists a million deep", Json, Refused("EOF while parsing"), || b"[".repeat(1_000_000)),
        case("objects a million deep", Json, Refused("EOF while parsing"), || b"{\"a\":".repeat(1_000_000)),
        case("a number with an exponent of ten digits", Json, Refused("a number of a size that figures have"), move || {
            rows("{\"a\": 1e9999999999, \"b\": -1e-9999999999}")
        }),
        case("a number of a million digits", Json, Rows(0), move || {
            rows(&format!("{{\"a\": {}, \"b\": 1}}", "9".repeat(1_000_000)))
        }),
        case("a text of 20 MB", Json, Refused("limit"), move || {
            rows(&format!("{{\"a\": \"{}\", \"b\": 1}}", "x".repeat(20_000_000)))
        }),
        case("half a pair", Json, Refused("hex escape"), move || rows("{\"a\": \"\\uD800\", \"b\": \"\\uDC00\\uD800\"}")),
        case("a member twice", Json, Rows(0), move || rows("{\"a\": 1, \"a\": 2}")),
        case("a hundred thousand members", Json, Refused("limit"), move || {
            rows(&format!("{{{}\"x\": 1}}", (0..100_000).fold(String::new(), |all, n| all + &format!("\"a{n}\": {n},"))))
        }),
        case("another object in every row", Json, Refused("limit"), move || {
            rows(&(0..20_000).fold(String::from("{\"x\": 1}"), |all, n| all + &format!(",{{\"a{n}\": {n}}}")))
        }),
        case(
            "a hundred thousand lists of their own",
            Json,
            Refused("the number of lists of records exceeds the limit of 64"),
            || {
                format!("{{{}\"x\": 1}}", (0..100_000).fold(String::new(), |all, n| all + &format!("\"a{n}\": [{{\"b\": 1}}],")))
                    .into_bytes()
            },
        ),
        case("a value that does not end", Json, Refused(""), || b"{\"data\": [{\"a\": 1}, ".to_vec()),
        case("a value behind the last", Json, Refused(""), || [table::json(""), table::json("")].concat()),
    ]
}

fn tables() -> Vec<Case> {
    let patched = |at: usize, bytes: &'static [u8]| {
        move || {
            let mut file = table::dbf("");
            file[at..at + bytes.len()].copy_from_slice(bytes);
            file
        }
    };
    let series = |count: usize, one: fn(usize) -> String| {
        let all: String = (0..count).map(one).collect();
        let message = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message";
        format!("<m:StructureSpecificData xmlns:m=\"{message}\"><m:DataSet>{all}</m:DataSet></m:StructureSpecificData>")
            .into_bytes()
    };
    vec![
        case("the table of dBASE itself", Dbf, Rows(3), || table::dbf("")),
        case("four milliards of records", Dbf, Refused(""), patched(4, &[0xFF; 4])),
        case("a head of no bytes", Dbf, Refused(""), patched(8, &[0, 0])),
        case("a head of 65 535 bytes", Dbf, Refused(""), patched(8, &[0xFF, 0xFF])),
        case("records of no bytes", Dbf, Refused(""), patched(10, &[0, 0])),
        case("records of 65 535 bytes", Dbf, Refused(""), patched(10, &[0xFF, 0xFF])),
        case("a field of another length", Dbf, Refused(""), patched(32 + 16, &[0xFF])),
        case("a field of no length", Dbf, Refused(""), patched(32 + 16, &[0])),
        case("a field of no kind", Dbf, Refused(""), patched(32 + 11, &[0])),
        case("an end before the first record", Dbf, Refused("found byte 1A"), patched(32 * 4 + 1, &[0x1A])),
        case("a concept of its own in every series", Sdmx, Refused("limit"), move || {
            series(10_000, |n| format!("<Series A{n}=\"1\"><Obs OBS_VALUE=\"1\"/></Series>"))
        }),
        case("a thousand concepts in a series", Sdmx, Refused(""), move || {
            series(1, |_| {
                format!(
                    "<Series {}><Obs OBS_VALUE=\"1\"/></Series>",
                    (0..1000).fold(String::new(), |all, n| all + &format!("A{n}=\"1\" "))
                )
            })
        }),
        case("series in series", Sdmx, Refused(""), move || series(1, |_| "<Series>".repeat(100_000))),
        case("two hundred thousand figures", Sdmx, Rows(200_000), move || {
            series(200_000, |_| "<Series A=\"1\"><Obs OBS_VALUE=\"1\"/></Series>".into())
        })
        .heavy(),
        case("a hundred thousand names of elements", Xml, Refused("limit"), || {
            format!("<r>{}</r>", (0..100_000).fold(String::new(), |all, n| all + &format!("<a{n}><b/></a{n}>"))).into_bytes()
        }),
        case("a record within a record within a record", Xml, Rows(0), || {
            format!("<r>{0}</r>", "<a><b>1</b><a><b>1</b><a><b>1</b></a></a></a>".repeat(1000)).into_bytes()
        }),
    ]
}
