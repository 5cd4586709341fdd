//! Whether the process lives, and whether it can work: for whatever watches it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::site::Site;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The registry answers too.
pub async fn ready(State(site): State<Arc<Site>>) -> (StatusCode, &'static str) {
    match site.office.ledger_size().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the registry does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the registry does not answer\n")
        }
    }
}
