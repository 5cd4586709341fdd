//! Watch: every request is counted, and told in one line of the log.
//!
//! The line says which route (its pattern), how it was answered, how long that took and for which
//! seat. Never in it: what stood in the path, the query, a header, a cookie or a body.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::metrics::method_name;
use crate::site::Site;

/// The header by which an answer is found again in the log.
const ID: HeaderName = HeaderName::from_static("x-request-id");

/// The seat that a request was answered for; the guard leaves it on the answer.
#[derive(Debug, Clone)]
pub struct AnsweredFor(pub String);

/// Lets a request through, counts it and tells it.
pub async fn watch(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let began = site.now();
    // What matches no route has no pattern; its path is its sender's and stays out.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = method_name(request.method());
    let id = format!("{:016x}", rand::random::<u64>());
    let span = tracing::info_span!("request", request = %id);
    let mut answer = next.run(request).instrument(span).await;
    // The site's clock is a wall clock; where it is set back meanwhile, a request took no time.
    let micros = u64::try_from(site.now().0.saturating_sub(began.0)).unwrap_or(0);
    let status = answer.status().as_u16();
    site.metrics.answered(&route, method, status, std::time::Duration::from_micros(micros).as_secs_f64());
    let seat = answer.extensions_mut().remove::<AnsweredFor>().map(|AnsweredFor(seat)| seat);
    let seat = seat.as_deref().unwrap_or("-");
    let duration_ms = micros / 1000;
    tracing::info!(
        request = id,
        route,
        method,
        status,
        duration_ms,
        seat,
        "{method} {route} {status} in {duration_ms} ms for {seat}"
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(ID, value);
    }
    answer
}
