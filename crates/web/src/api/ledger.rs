//! The ledger.

use axum::Json;
use renkei_app::audit::{EntryList, Verified};
use serde::Deserialize;

use crate::form::Query;
use crate::problem::Problem;
use crate::visit::Visit;

/// Which entries.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Span {
    from: Option<u64>,
    until: Option<u64>,
    limit: Option<u64>,
    q: Option<String>,
}

/// Entries in order; with `q`, those that it stands in, newest first.
pub async fn entries(visit: Visit, Query(span): Query<Span>) -> Result<Json<EntryList>, Problem> {
    let (from, limit) = (span.from.unwrap_or(1).max(1), span.limit.unwrap_or(100).clamp(1, 1000));
    if let Some(text) = span.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let until = span.until.unwrap_or(u64::MAX);
        let found = visit.office()?.search_ledger(text, until, usize::try_from(limit).unwrap_or(1000), visit.at).await;
        return Ok(Json(found.map_err(Problem::failed)?.entries));
    }
    Ok(Json(visit.office()?.read_ledger(from, limit, visit.at).await.map_err(Problem::failed)?))
}

/// Whether the ledger is whole.
pub async fn verify(visit: Visit) -> Result<Json<Verified>, Problem> {
    Ok(Json(visit.office()?.verify_ledger(&[]).await.map_err(Problem::failed)?))
}
