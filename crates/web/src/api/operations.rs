//! Operations: those the seat may see, and a new version of one.

use axum::Json;
use renkei_app::operation::{OperationList, OperationRecorded, OperationShown};

use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// Those the seat may see.
pub async fn list(visit: Visit) -> Result<Json<OperationList>, Problem> {
    Ok(Json(visit.office()?.operations(visit.at).await?))
}

/// One, with the gate's answer for each domain; the view is in the ledger.
pub async fn show(visit: Visit, Path(operation): Path) -> Result<Json<OperationShown>, Problem> {
    let id = operation.parse().map_err(|_| Problem::missing())?;
    Ok(Json(visit.office()?.operation(&id, visit.at).await?))
}

/// Records one, or a new version of it; the body is the record (TOML).
pub async fn record(visit: Visit, text: String) -> Result<Json<OperationRecorded>, Problem> {
    Ok(Json(visit.office()?.record_operation(&text, visit.at).await?))
}
