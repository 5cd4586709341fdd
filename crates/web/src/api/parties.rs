//! The directory.

use axum::Json;
use renkei_app::party::{PartyList, PartyShown};
use serde::Deserialize;

use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::visit::Visit;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    q: Option<String>,
}

/// Every party, or those that a text fits.
pub async fn list(visit: Visit, Query(search): Query<Search>) -> Result<Json<PartyList>, Problem> {
    Ok(Json(visit.office()?.parties(search.q.as_deref()).await?))
}

/// One party.
pub async fn show(visit: Visit, Path(party): Path) -> Result<Json<PartyShown>, Problem> {
    let id = party.parse().map_err(|_| Problem::missing())?;
    Ok(Json(visit.office()?.party(&id).await?))
}
