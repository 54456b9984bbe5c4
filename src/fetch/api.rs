//! JSON interfaces that answer a query with a list of rows, cut at a limit, and that may want a key.
//!
//! The key comes from the operator's environment, is added when a request is sent and stands in no address that is kept
//! or told. An answer that repeats it is not kept either.

use super::Headers;
use super::body::Body;
use super::failure::{Failure, FetchError, Refused};
use super::place::{Document, Fetched, fetch_url};
use super::transfer::Transfer;
use super::with::{Key, With};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use url::Url;

/// Answers that are put together at most.
const MOST_PAGES: u64 = 200;
/// The parameter that says how many rows to leave out.
const OFFSET: &str = "offset";
/// The member that says how many rows an answer has.
const COUNT: &str = "count";

/// A JSON interface and what it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// Its address.
    pub url: Url,
    /// Parameters in their order; a name may stand several times.
    pub query: Vec<(String, String)>,
    /// The key it wants.
    pub key: Option<KeyName>,
    /// The address that needs no key, asked when there is none.
    pub preview: Option<Url>,
    /// What to do about an answer that is cut.
    pub paging: Paging,
    /// Rows of an answer at most: one that has as many is cut.
    pub max: u64,
    /// The member with the rows.
    pub rows: String,
}

/// Where a key is, and how it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName {
    /// The environment variable that has it.
    pub variable: String,
    /// The parameter it is sent in.
    pub parameter: String,
}

/// What to do about an answer that is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// It is a failure.
    None,
    /// The rest is asked for with `offset`, and all rows are put into one document.
    Offset,
}

/// An answer: its members, as text.
type Members = BTreeMap<String, Box<RawValue>>;

/// The rows that the query gives.
pub(super) async fn fetch(transfer: &Transfer<'_>, api: &Api) -> Result<Fetched, FetchError> {
    let key = api.key.as_ref().and_then(|key| Some((key, transfer.options.variable(&key.variable)?)));
    let url = match (&api.key, &key, &api.preview) {
        (None, _, _) | (_, Some(_), _) => &api.url,
        (Some(_), None, Some(preview)) => preview,
        (Some(name), None, None) => return Err(FetchError::new(api.url.as_str(), Failure::NoKey(name.variable.clone()))),
    };
    let key = key.map(|(name, value)| Key { origin: url.origin(), parameter: &name.parameter, value });
    let with = With { key: key.as_ref(), ..transfer.with };
    let known = transfer.known.filter(|_| api.paging == Paging::None);
    ask(&Transfer { with, known, ..*transfer }, api, url).await
}

async fn ask(transfer: &Transfer<'_>, api: &Api, url: &Url) -> Result<Fetched, FetchError> {
    let mut rows = Rows::default();
    for _ in 0..MOST_PAGES {
        let mut document = match fetch_url(transfer, &api.address(url, rows.count), None).await? {
            Fetched::Document(document) => *document,
            unchanged @ Fetched::NotModified { .. } => return Ok(unchanged),
        };
        let count = match take_page(api, &mut document, &mut rows, transfer.limit) {
            Ok(count) => count,
            Err(failure) => return Err(refused(document, failure)),
        };
        match (count >= api.max, api.paging) {
            (true, Paging::Offset) => {}
            (true, Paging::None) => return Err(refused(document, Failure::TooManyRows(api.max))),
            (false, Paging::Offset) if rows.count > count => return rows.document(document, api, url, transfer),
            (false, Paging::Offset | Paging::None) => return Ok(Fetched::Document(Box::new(document))),
        }
    }
    Err(FetchError::new(url.as_str(), Failure::TooManyRows(api.max.saturating_mul(MOST_PAGES))))
}

/// Reads an answer, and keeps its rows if there may be more; gives how many it has.
fn take_page(api: &Api, document: &mut Document, rows: &mut Rows, limit: u64) -> Result<u64, Failure> {
    let bytes = document.body.read_all().map_err(|error| Failure::Io(error.to_string()))?;
    let page = Page::read(&bytes, &api.rows)?;
    if api.paging == Paging::Offset {
        rows.push(page.members, &page.rows, page.count);
        if rows.text.len() as u64 > limit {
            return Err(Failure::TooLarge { limit });
        }
    }
    Ok(page.count)
}

fn refused(document: Document, failure: Failure) -> FetchError {
    let Document { url, status, headers, body, .. } = document;
    let refused = Refused { status, content_type: headers.content_type, body };
    FetchError { refused: Some(Box::new(refused)), ..FetchError::new(url.as_str(), failure) }
}

impl Api {
    /// The address of the rows after `offset`, without the key.
    fn address(&self, url: &Url, offset: u64) -> Url {
        let mut url = url.clone();
        url.query_pairs_mut().extend_pairs(&self.query);
        if offset > 0 {
            url.query_pairs_mut().append_pair(OFFSET, &offset.to_string());
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        url
    }
}

/// One answer.
struct Page {
    members: Members,
    rows: String,
    count: u64,
}

impl Page {
    fn read(bytes: &[u8], name: &str) -> Result<Page, Failure> {
        let wrong = |seen: String| Failure::NoRows { wanted: name.to_owned(), seen };
        let mut members: Members = serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        let Some(rows) = members.remove(name) else {
            return Err(wrong(format!("the members {:?}", members.keys().take(5).collect::<Vec<_>>())));
        };
        let list: Vec<IgnoredAny> = serde_json::from_str(rows.get()).map_err(|error| wrong(error.to_string()))?;
        let inside = rows.get().trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
        let rows = inside.trim().to_owned();
        Ok(Page { members, rows, count: list.len() as u64 })
    }
}

/// The rows of several answers, as the texts they came in.
#[derive(Default)]
struct Rows {
    members: Members,
    text: String,
    count: u64,
}

impl Rows {
    fn push(&mut self, members: Members, rows: &str, count: u64) {
        if self.members.is_empty() {
            self.members = members;
        }
        if !self.text.is_empty() && !rows.is_empty() {
            self.text.push_str(",\n");
        }
        self.text.push_str(rows);
        self.count += count;
    }

    /// One document of all rows, with the other members of the first answer; its count is that of all rows, its address
    /// that of the first answer, and nothing that a server said of a part is said of the whole.
    fn document(mut self, last: Document, api: &Api, url: &Url, transfer: &Transfer<'_>) -> Result<Fetched, FetchError> {
        let address = api.address(url, 0);
        let failed = |problem: String| FetchError::new(address.as_str(), Failure::Io(problem));
        let raw = |text: String| RawValue::from_string(text).map_err(|error| failed(error.to_string()));
        if self.members.contains_key(COUNT) {
            self.members.insert(COUNT.to_owned(), raw(self.count.to_string())?);
        }
        self.members.insert(api.rows.clone(), raw(format!("[{}]", self.text))?);
        let text = serde_json::to_string(&self.members).map_err(|error| failed(error.to_string()))?;
        let mut body = Body::new(transfer.options.temp_dir.as_deref());
        body.push(text.as_bytes()).map_err(|error| failed(error.to_string()))?;
        let headers = Headers { etag: None, last_modified: None, ..last.headers };
        let (requested, url) = (address.clone(), address);
        Ok(Fetched::Document(Box::new(Document { requested, url, headers, body, ..last })))
    }
}

/// Any answer: its rows are as many as are counted, and stay rows when they are put together.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn fuzzed(bytes: &[u8]) {
    let Ok(page) = Page::read(bytes, "data") else { return };
    let mut rows = Rows::default();
    rows.push(page.members, &page.rows, page.count);
    rows.push(Members::default(), &page.rows, page.count);
    let list: Result<Vec<IgnoredAny>, _> = serde_json::from_str(&format!("[{}]", rows.text));
    assert_eq!(list.ok().map(|list| list.len() as u64), Some(rows.count), "{}", rows.text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn answers_keep_their_figures_as_written() {
        let mut rows = Rows::default();
        for text in
            [r#"{"count":2,"data":[{"v":1.10},{"v":[2]}],"note":"x"}"#, r#"{"count":1,"data":[ {"v":3.0} ]}"#, r#"{"data":[]}"#]
        {
            let page = Page::read(text.as_bytes(), "data").unwrap();
            rows.push(page.members, &page.rows, page.count);
        }
        assert_eq!((rows.count, rows.text.as_str()), (3, "{\"v\":1.10},{\"v\":[2]},\n{\"v\":3.0}"));
    }

    #[test]
    fn answers_that_have_no_rows() {
        for text in ["[]", "{}", "{\"data\":1}", "{\"data\":[1}", "x", "{\"error\":\"quota\"}"] {
            assert_eq!(
                Page::read(text.as_bytes(), "data").map(|page| page.count).map_err(|f| f.code()),
                Err("no_rows"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_answer_is_too_odd(text in "[\\[\\]\",:0-9data{}é ]{0,60}") {
            let _ = Page::read(text.as_bytes(), "data");
        }
    }
}
