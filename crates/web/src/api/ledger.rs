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
    limit: Option<u64>,
}

/// Entries in order.
pub async fn entries(visit: Visit, Query(span): Query<Span>) -> Result<Json<EntryList>, Problem> {
    let (from, limit) = (span.from.unwrap_or(1).max(1), span.limit.unwrap_or(100).clamp(1, 1000));
    Ok(Json(visit.office()?.read_ledger(from, limit, visit.at).await.map_err(Problem::failed)?))
}

/// Whether the ledger is whole.
pub async fn verify(visit: Visit) -> Result<Json<Verified>, Problem> {
    Ok(Json(visit.office()?.verify_ledger(&[]).await.map_err(Problem::failed)?))
}
