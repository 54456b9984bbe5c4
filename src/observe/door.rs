//! Who is let in: nobody under a foreign name, and nobody without the token where one was set.
//!
//! A page in a browser of this machine may ask for anything at the names of its own server, and whoever owns that name may point it to
//! 127.0.0.1. Such a request still carries the foreign name as its host, which no request of ours does.

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderValue, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::Arc;

/// The question that needs no token, for it tells nothing.
const OPEN: &str = "/healthz";
/// How a token is shown.
const SCHEME: &str = "Bearer ";

/// Who may ask.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// Only who names this machine as the host: right where only this machine is listened to.
    pub own_names: bool,
    /// The token that must be shown, as a digest, so that comparing tells nothing of it.
    token: Option<[u8; 32]>,
}

impl Door {
    /// A door that opens to this token; to everybody where there is none.
    pub fn new(own_names: bool, token: Option<&str>) -> Door {
        Door { own_names, token: token.map(digest) }
    }

    /// Why somebody is not let in.
    fn refuses(&self, uri: &Uri, headers: &HeaderMap) -> Option<StatusCode> {
        // the second version of HTTP has no such field: there, and where somebody takes us for a proxy, the address has the name
        let named = headers.get_all(HOST).iter().map(|host| host.to_str().ok()?.parse::<Authority>().ok());
        let mut named = named.chain(uri.authority().map(|authority| Some(authority.clone())));
        if self.own_names && !named.all(|name| name.is_some_and(|name| is_own(&name))) {
            return Some(StatusCode::MISDIRECTED_REQUEST);
        }
        let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix(SCHEME));
        let good = self.token.is_none_or(|token| uri.path() == OPEN || shown.map(digest) == Some(token));
        (!good).then_some(StatusCode::UNAUTHORIZED)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.trim()).into()
}

/// Whether a host is this machine.
fn is_own(host: &Authority) -> bool {
    if host.as_str().contains('@') {
        return false;
    }
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Asks the door before anything else, and says of every answer that it is text for no page.
pub(super) async fn watched(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut answer = match door.refuses(request.uri(), request.headers()) {
        Some(status) => (status, [(WWW_AUTHENTICATE, "Bearer")], format!("{status}\n")).into_response(),
        None => next.run(request).await,
    };
    let said =
        [(X_CONTENT_TYPE_OPTIONS, "nosniff"), (CONTENT_SECURITY_POLICY, "default-src 'none'"), (CACHE_CONTROL, "no-store")];
    for (name, value) in said {
        // a page says more exactly what it is
        answer.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(door: &Door, uri: &str, fields: &[(&'static str, &str)]) -> u16 {
        let field = |(name, value): &(&'static str, &str)| {
            (axum::http::HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in fields.iter().map(field) {
            headers.append(name, value);
        }
        door.refuses(&uri.parse().unwrap(), &headers).map_or(200, |status| status.as_u16())
    }

    #[test]
    fn foreign_names_are_turned_away() {
        let door = Door::new(true, None);
        for (host, status) in [
            ("127.0.0.1:9847", 200),
            ("127.8.9.10", 200),
            ("localhost", 200),
            ("LocalHost:9847", 200),
            ("[::1]:9847", 200),
            ("evil.example:9847", 421),
            ("127.0.0.1.evil.example", 421),
            ("localhost.evil.example:80", 421),
            ("10.0.0.1:9847", 421),
            ("[::ffff:127.0.0.1]", 421),
            ("127.0.0.1@evil.example", 421),
            ("evil.example@127.0.0.1", 421),
            ("2130706433", 421),
            ("", 421),
            ("a b", 421),
            ("\u{ff}", 421),
        ] {
            assert_eq!(refuses(&door, "/metrics", &[("host", host)]), status, "{host:?}");
        }
        assert_eq!(refuses(&door, "/metrics", &[]), 200, "no browser leaves it out");
        assert_eq!(refuses(&door, "/metrics", &[("host", "localhost"), ("host", "evil.example")]), 421);
        assert_eq!(refuses(&door, "http://evil.example/metrics", &[]), 421, "as the second version of HTTP has it");
        assert_eq!(refuses(&door, "http://localhost:1/metrics", &[]), 200);
        assert_eq!(refuses(&Door::new(false, None), "/metrics", &[("host", "sverka.example")]), 200);
    }

    #[test]
    fn a_token_is_asked_for_where_one_was_set() {
        let door = Door::new(false, Some("secret\n"));
        for (path, shown, status) in [
            ("/metrics", "Bearer secret", 200),
            ("/metrics", "Bearer secret2", 401),
            ("/metrics", "Bearer ", 401),
            ("/metrics", "secret", 401),
            ("/metrics", "Basic c2VjcmV0", 401),
            ("/readyz", "", 401),
            ("/nothing", "", 401),
            ("/healthz", "", 200),
            ("/healthz/../metrics", "", 401),
        ] {
            assert_eq!(refuses(&door, path, &[("authorization", shown)]), status, "{path} {shown}");
        }
        assert_eq!(refuses(&door, "/metrics", &[]), 401);
    }
}
