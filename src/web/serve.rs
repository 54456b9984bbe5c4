//! The pages over HTTP. Who may come in is decided by whoever listens; here every request is for reading.

use super::ask::Ask;
use super::gather::{Answer, STYLE, answer};
use super::page::View;
use super::problem::{self, Problem};
use super::route::Route;
use crate::pipeline::{Glance, House};
use crate::report::words::Lang;
use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Pages that are made at once, each with a connection of its own.
const AT_ONCE: usize = 4;
/// What a page may load: the style sheet, and pictures that stand in it.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Headers of every answer.
const ALWAYS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];
/// Pages.
const HTML: &str = "text/html; charset=utf-8";

/// Who makes pages: houses that are looked at, each lent to one request at a time.
#[derive(Debug, Clone)]
pub struct Desk {
    shelf: Arc<Mutex<Shelf>>,
    turns: Arc<Semaphore>,
    clock: fn() -> DateTime<Utc>,
}

#[derive(Debug)]
struct Shelf {
    mould: House,
    spare: Vec<Glance>,
    /// Grows with every house: what was lent from one before does not come back.
    generation: u64,
}

impl Desk {
    /// Looks at what `house` has.
    ///
    /// # Errors
    /// A store that cannot be opened once more.
    pub fn of(house: &House, clock: fn() -> DateTime<Utc>) -> Result<Desk> {
        let shelf = Shelf { mould: house.beside()?, spare: Vec::new(), generation: 0 };
        Ok(Desk { shelf: Arc::new(Mutex::new(shelf)), turns: Arc::new(Semaphore::new(AT_ONCE)), clock })
    }

    /// Looks at a house that was furnished anew.
    ///
    /// # Errors
    /// As [`Desk::of`].
    pub fn look_at(&self, house: &House) -> Result<()> {
        let mould = house.beside()?;
        let mut shelf = self.shelf();
        *shelf = Shelf { mould, spare: Vec::new(), generation: shelf.generation + 1 };
        Ok(())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes an answer with a glance that nobody else has meanwhile.
    fn lent<T>(&self, make: impl FnOnce(&mut Glance) -> Result<T, Problem>) -> Result<T, Problem> {
        let (mut glance, generation) = {
            let mut shelf = self.shelf();
            let glance = match shelf.spare.pop() {
                Some(spare) => spare,
                None => Glance::of(&shelf.mould)?,
            };
            (glance, shelf.generation)
        };
        let made = make(&mut glance);
        let mut shelf = self.shelf();
        // what a failure left behind is not used again
        if shelf.generation == generation && !matches!(made, Err(Problem::Failed(_))) {
            shelf.spare.push(glance);
        }
        made
    }
}

/// The pages, for a server that has other answers, too.
pub fn router(desk: Desk) -> Router {
    Router::new().fallback(asked).with_state(desk)
}

async fn asked(State(desk): State<Desk>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let allowed = [(ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return guarded((StatusCode::METHOD_NOT_ALLOWED, allowed, "for reading only\n").into_response());
    }
    let Ok(turn) = desk.turns.clone().acquire_owned().await else {
        return guarded(StatusCode::SERVICE_UNAVAILABLE.into_response());
    };
    let making = move || {
        // whoever hangs up meanwhile gives no turn back before the page is made
        let _turn = turn;
        made(&desk, &uri, &headers)
    };
    let made = tokio::task::spawn_blocking(making).await;
    guarded(made.unwrap_or_else(|error| {
        tracing::error!(%error, "making a page broke down");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }))
}

fn guarded(mut response: Response) -> Response {
    for (name, value) in ALWAYS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn made(desk: &Desk, uri: &Uri, headers: &HeaderMap) -> Response {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (route, ask) = (Route::parse(uri.path()), Ask::parse(uri.query().unwrap_or_default()));
    let said = ask.as_ref().map(|ask| ask.one_of("lang", &Lang::ALL.map(|lang| (lang.code(), lang))));
    let (chosen, wrong) = match said {
        Ok(Ok(chosen)) => (chosen, None),
        Ok(Err(problem)) => (None, Some(problem)),
        Err(_) => (None, None),
    };
    let at = route.as_ref().ok().cloned();
    let lang = chosen.unwrap_or_else(|| Lang::accepted(accepted));
    let view = View { lang, chosen: chosen.is_some(), at: at.as_ref(), kept: None, now: (desk.clock)() };
    let answered = match (route, ask, wrong) {
        (Err(problem), _, _) | (_, Err(problem), _) | (_, _, Some(problem)) => Err(problem),
        (Ok(route), Ok(ask), None) => desk.lent(|glance| answer(glance, &view, &route, &ask)),
    };
    told(&view, answered)
}

fn told(view: &View<'_>, answered: Result<Answer, Problem>) -> Response {
    let language = HeaderValue::from_static(view.lang.code());
    let page = |code: StatusCode, text: String| {
        let kind = [
            (CONTENT_TYPE, HeaderValue::from_static(HTML)),
            (CONTENT_LANGUAGE, language),
            (VARY, HeaderValue::from_static("accept-language")),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        (code, kind, text).into_response()
    };
    match answered {
        Ok(Answer::Page(text)) => page(StatusCode::OK, text),
        Ok(Answer::Style) => {
            let kind = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=600")];
            (kind, STYLE).into_response()
        }
        Ok(Answer::File(bytes, kind, name)) => {
            let plain: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect();
            let kind = [(CONTENT_TYPE, kind.to_string()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\""))];
            (kind, bytes).into_response()
        }
        Err(problem) => {
            if let Problem::Failed(error) = &problem {
                tracing::error!("making a page: {error:#}");
            }
            let code = StatusCode::from_u16(problem.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            page(code, problem::show(view, &problem).into_string())
        }
    }
}
