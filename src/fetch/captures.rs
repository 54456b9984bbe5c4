//! What a web archive kept of an address that is dead: its list of captures (CDX), then one capture as it was received.
//!
//! One capture a fetch: the newest that was never asked for; when all were, the one that failed the longest ago. A capture
//! never changes, so what is held or of another kind is not asked for again.

use super::failure::{Failure, FetchError};
use super::magic::Kind;
use super::place::{Asking, Ended, Fetched, fetch_guide, fetch_url, read_guide};
use super::transfer::Transfer;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use url::Url;

/// How archives write instants, in UTC.
const STAMP: &str = "%Y%m%d%H%M%S";
/// Digits of such an instant.
const STAMP_DIGITS: usize = 14;
/// The column of the list that has them.
const COLUMN: &str = "timestamp";

/// Where the captures of a dead address are, and of which time they are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Captures {
    /// The address as the publisher had it.
    pub original: Url,
    /// The web archive's.
    pub server: Url,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

/// Whose copy a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The address as the publisher had it.
    pub original: Url,
    /// When the archive received it.
    pub at: DateTime<Utc>,
}

/// One capture.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Capture {
    at: DateTime<Utc>,
    url: Url,
}

impl Captures {
    /// The address of the list.
    fn index(&self) -> Option<Url> {
        let mut url = self.below("cdx/search/cdx")?;
        let day = |day: Option<NaiveDate>| day.map(|day| day.format("%Y%m%d").to_string());
        let fixed = [("url", self.original.as_str()), ("output", "json"), ("filter", "statuscode:200"), ("collapse", "digest")];
        url.query_pairs_mut().extend_pairs(fixed);
        for (name, value) in [("from", day(self.from)), ("to", day(self.until))] {
            value.map(|value| url.query_pairs_mut().append_pair(name, &value).finish());
        }
        Some(url)
    }

    fn below(&self, path: &str) -> Option<Url> {
        Url::parse(&format!("{}/{path}", self.server.as_str().trim_end_matches('/'))).ok()
    }

    /// The captures that a list names, newest first.
    fn read(&self, list: &str) -> Result<Vec<Capture>, Failure> {
        let rows: Vec<Vec<String>> = serde_json::from_str(list).map_err(|error| Failure::BadIndex(error.to_string()))?;
        let Some((head, rows)) = rows.split_first() else { return Err(self.none()) };
        let column = head.iter().position(|name| name == COLUMN);
        let column = column.ok_or_else(|| Failure::BadIndex(format!("no column {COLUMN:?}, but {}", head.join(", "))))?;
        let mut captures = Vec::with_capacity(rows.len());
        for row in rows {
            let stamp = row.get(column).map(String::as_str).unwrap_or_default();
            captures.push(self.capture(stamp).ok_or_else(|| Failure::BadIndex(format!("the {COLUMN} {stamp:?}")))?);
        }
        captures.retain(|capture| self.is_wanted(capture.at.date_naive()));
        captures.sort_by_key(|capture| std::cmp::Reverse(capture.at));
        captures.dedup();
        if captures.is_empty() { Err(self.none()) } else { Ok(captures) }
    }

    fn capture(&self, stamp: &str) -> Option<Capture> {
        Some(Capture { at: instant(stamp)?, url: self.below(&format!("web/{stamp}id_/{}", self.original))? })
    }

    fn is_wanted(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day <= until)
    }

    /// Any list: its captures come newest first, each at the archive and with the instant in its address.
    #[cfg(any(test, feature = "fuzz"))]
    pub(super) fn fuzzed(&self, list: &str) {
        let Ok(captures) = self.read(list) else { return };
        assert!(!captures.is_empty() && captures.is_sorted_by(|a, b| a.at >= b.at));
        assert!(captures.iter().all(|one| one.url.host() == self.server.host() && stamp_of(&one.url) == Some(one.at)));
    }

    fn none(&self) -> Failure {
        Failure::NoCapture(self.original.to_string())
    }
}

/// The next capture; [`Fetched::NotModified`] if there is none that could bring anything.
pub(super) async fn fetch(transfer: &Transfer<'_>, captures: &Captures, asking: &Asking<'_>) -> Result<Fetched, FetchError> {
    let no_address = || FetchError::new(captures.server.as_str(), Failure::BlockedHost("not a web archive".to_owned()));
    let index = captures.index().ok_or_else(no_address)?;
    let (url, body) = fetch_guide(transfer, &index, &[Kind::Text]).await?;
    let kept = read_guide(&url, body, |list| captures.read(list))?;
    let Some(next) = next(&kept, asking) else { return Ok(Fetched::NotModified { url, status: 200 }) };
    let unconditional = Transfer { known: None, ..*transfer };
    // an archive may redirect to its nearest copy; the failure still belongs to the capture that was chosen
    let named = |error| FetchError { url: next.url.as_str().into(), ..error };
    let mut fetched = fetch_url(&unconditional, &next.url, None).await.map_err(named)?;
    if let Fetched::Document(document) = &mut fetched {
        let at = stamp_of(&document.url).unwrap_or(next.at);
        document.archived = Some(Archived { original: captures.original.clone(), at });
    }
    Ok(fetched)
}

fn next<'a>(kept: &'a [Capture], asking: &Asking<'_>) -> Option<&'a Capture> {
    let new = kept.iter().find(|capture| asking.ended(&capture.url).is_none());
    let failed = || asking.earlier.iter().filter(|earlier| earlier.ended == Ended::Failed);
    let address = |address: &str| kept.iter().find(|capture| capture.url.as_str() == address);
    new.or_else(|| failed().find_map(|earlier| address(&earlier.address)))
}

/// The instant in the address of a capture.
fn stamp_of(url: &Url) -> Option<DateTime<Utc>> {
    instant(url.path_segments()?.find_map(|part| part.strip_suffix("id_"))?)
}

fn instant(stamp: &str) -> Option<DateTime<Utc>> {
    let digits = stamp.len() == STAMP_DIGITS && stamp.bytes().all(|byte| byte.is_ascii_digit());
    NaiveDateTime::parse_from_str(stamp, STAMP).ok().filter(|_| digits).map(|at| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn captures() -> Captures {
        Captures {
            original: Url::parse("http://www.old.example/a/b.xls?c=1").unwrap(),
            server: Url::parse("https://archive.example/").unwrap(),
            from: "2019-01-01".parse().ok(),
            until: "2020-12-31".parse().ok(),
        }
    }

    #[test]
    fn the_list_and_the_captures_have_their_addresses() {
        let wanted = "https://archive.example/cdx/search/cdx?url=http%3A%2F%2Fwww.old.example%2Fa%2Fb.xls%3Fc%3D1&output=json\
                      &filter=statuscode%3A200&collapse=digest&from=20190101&to=20201231";
        assert_eq!(captures().index().unwrap().as_str(), wanted);
        let list = r#"[["urlkey","timestamp","digest"],["k","20190405060708","a"],["k","20201231235959","b"],["k","20210101000000","c"]]"#;
        let found = captures().read(list).unwrap();
        let urls: Vec<&str> = found.iter().map(|capture| capture.url.as_str()).collect();
        let wanted = ["20201231235959", "20190405060708"];
        assert_eq!(urls, wanted.map(|at| format!("https://archive.example/web/{at}id_/http://www.old.example/a/b.xls?c=1")));
        assert_eq!(stamp_of(&found[0].url), Some(found[0].at));
    }

    #[test]
    fn lists_that_say_nothing() {
        let cases = [
            ("[]", "no_capture"),
            (r#"[["timestamp"]]"#, "no_capture"),
            (r#"[["timestamp"],["20180101000000"]]"#, "no_capture"),
            (r#"[["urlkey"],["20190101000000"]]"#, "bad_index"),
            (r#"[["timestamp"],["2019"]]"#, "bad_index"),
            (r#"[["timestamp"],["20191301000000"]]"#, "bad_index"),
            (r#"[["timestamp"],[]]"#, "bad_index"),
            (r#"{"error":"overload"}"#, "bad_index"),
            ("Blocked", "bad_index"),
        ];
        for (list, code) in cases {
            assert_eq!(captures().read(list).map_err(|failure| failure.code()), Err(code), "{list}");
        }
    }

    proptest! {
        #[test]
        fn no_list_is_too_odd(list in "[\\[\\]\",0-9a-z{}é]{0,60}") {
            let _ = captures().read(&list);
        }
    }
}
