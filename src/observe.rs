//! What a service manager and Prometheus ask: `/healthz`, `/readyz`, `/metrics`. Tells what `status` tells, and decides nothing.

mod door;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod metrics;

pub use door::Door;
pub use metrics::metrics;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::Listener;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Questions that are answered at once; each asks the store.
const AT_ONCE: usize = 4;
/// Prometheus' text format.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Everything else.
const PLAIN: &str = "text/plain; charset=utf-8";

/// Who knows. Asked on a thread that may block.
pub trait Pulse: Send + Sync + 'static {
    /// The text of the metrics.
    ///
    /// # Errors
    /// The store failing.
    fn metrics(&self) -> anyhow::Result<String>;

    /// Whether work can be done: the database opens and is of this version, and the loop has gone round lately.
    ///
    /// # Errors
    /// Why not.
    fn ready(&self) -> anyhow::Result<()>;
}

struct Shared<P> {
    pulse: P,
    turns: Arc<Semaphore>,
}

/// Answers until the task is dropped; `pages` answer what is asked besides.
///
/// # Errors
/// The listener failing.
pub async fn serve<L: Listener<Addr: std::fmt::Debug>>(
    listener: L,
    pulse: impl Pulse,
    pages: Router,
    door: Door,
) -> std::io::Result<()> {
    let shared = Arc::new(Shared { pulse, turns: Arc::new(Semaphore::new(AT_ONCE)) });
    let router = Router::new()
        .route("/healthz", get(|| async { said(StatusCode::OK, PLAIN, "ok\n".to_string()) }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .with_state(shared)
        .merge(pages)
        .layer(middleware::from_fn_with_state(Arc::new(door), door::watched));
    axum::serve(listener, router).await
}

type Said = (StatusCode, [(HeaderName, &'static str); 1], String);

fn said(status: StatusCode, kind: &'static str, text: String) -> Said {
    (status, [(CONTENT_TYPE, kind)], text)
}

async fn ready<P: Pulse>(State(shared): State<Arc<Shared<P>>>) -> impl IntoResponse {
    match ask(shared, |pulse| pulse.ready()).await {
        Ok(()) => said(StatusCode::OK, PLAIN, "ready\n".to_string()),
        Err(error) => said(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("not ready: {error:#}\n")),
    }
}

async fn measured<P: Pulse>(State(shared): State<Arc<Shared<P>>>) -> impl IntoResponse {
    match ask(shared, |pulse| pulse.metrics()).await {
        Ok(text) => said(StatusCode::OK, METRICS, text),
        Err(error) => said(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{error:#}\n")),
    }
}

async fn ask<P: Pulse, T: Send + 'static>(
    shared: Arc<Shared<P>>,
    question: impl FnOnce(&P) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let turn = shared.turns.clone().acquire_owned().await?;
    let answering = move || {
        // whoever hangs up meanwhile gives no turn back before the store has answered
        let _turn = turn;
        question(&shared.pulse)
    };
    tokio::task::spawn_blocking(answering).await?
}
