//! Whether the process lives, and whether it can work: for whatever watches it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::site::Site;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The registry and the lake answer too. Why one does not is in the log, not for everybody.
pub async fn ready(State(site): State<Arc<Site>>) -> (StatusCode, &'static str) {
    match site.office.answers().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "registry or lake do not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "registry or lake do not answer\n")
        }
    }
}
