//! Observations: counts, and rows a page at a time (each view is in the ledger).

use axum::Json;
use renkei_app::observations::{Counts, Rows};
use serde::Deserialize;

use crate::form::Query;
use crate::problem::Problem;
use crate::ui::observations::Asked;
use crate::visit::Visit;

/// Where a page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Paged {
    after: Option<String>,
    limit: Option<usize>,
}

/// Counts by one column.
pub async fn counts(visit: Visit, Query(asked): Query<Asked>) -> Result<Json<Counts>, Problem> {
    Ok(Json(visit.office()?.count(&asked.filter()?, &[asked.by()], visit.at).await?))
}

/// Rows.
pub async fn rows(visit: Visit, Query(asked): Query<Asked>, Query(paged): Query<Paged>) -> Result<Json<Rows>, Problem> {
    let limit = paged.limit.unwrap_or(100).clamp(1, 1000);
    Ok(Json(visit.office()?.look(&asked.filter()?, paged.after.as_deref(), limit, visit.at).await?))
}
