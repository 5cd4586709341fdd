//! Warrants for programs: recorded and checked for authenticity, never executed here (S4.16, G4).

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_app::warrant::{CourtList, WarrantError, WarrantList, WarrantRead, WarrantsAsked};
use renkei_core::id::WarrantId;
use renkei_core::warrant::Outcome;
use serde::Deserialize;

use super::read;
use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::visit::Visit;

/// Which are asked for, and where a page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paged {
    outcome: Option<String>,
    q: String,
    after: Option<String>,
    limit: Option<u64>,
}

/// A warrant as it is sent: what its court signed, and the document in base 64.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    statement: String,
    document: String,
}

/// The courts of the register, with their keys.
pub async fn courts(visit: Visit) -> Result<Json<CourtList>, Problem> {
    Ok(Json(visit.office()?.courts().await?))
}

/// The warrants that the token's organisation recorded, newest first.
pub async fn list(visit: Visit, Query(paged): Query<Paged>) -> Result<Json<WarrantList>, Problem> {
    let Paged { outcome, q: sought, after, limit } = paged;
    let asked = WarrantsAsked {
        outcome: outcome.map(|word| Outcome::from_word(&word).ok_or_else(Problem::form)).transpose()?,
        sought,
        after: after.map(|text| text.parse().map_err(|_| Problem::form())).transpose()?,
        most: limit.unwrap_or(100).max(1),
    };
    Ok(Json(visit.office()?.warrants(&asked, visit.at).await?))
}

/// Records one and checks it; one that was recorded before is checked again.
pub async fn check(visit: Visit, body: Bytes) -> Result<Json<WarrantRead>, Problem> {
    let Given { statement, document } = read(&body)?;
    let document = STANDARD.decode(document).map_err(|error| Problem::form().detailed(error))?;
    Ok(Json(visit.office()?.check_warrant(&statement, &document, visit.at).await?))
}

/// One with every check; that it was looked at is in the ledger.
pub async fn show(visit: Visit, Path(warrant): Path) -> Result<Json<WarrantRead>, Problem> {
    Ok(Json(visit.office()?.read_warrant(id(&warrant)?, visit.at).await?))
}

/// Checks one once more.
pub async fn again(visit: Visit, Path(warrant): Path) -> Result<Json<WarrantRead>, Problem> {
    Ok(Json(visit.office()?.check_warrant_again(id(&warrant)?, visit.at).await?))
}

/// The id in a path; what is none is not there.
pub fn id(text: &str) -> Result<WarrantId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

impl From<WarrantError> for Problem {
    fn from(error: WarrantError) -> Self {
        match error {
            WarrantError::Ask(error) => error.into(),
            WarrantError::Write(error) => error.into(),
            WarrantError::Db(error) => error.into(),
            WarrantError::Unknown(_) => Self::missing(),
            WarrantError::Statement(_)
            | WarrantError::File(_)
            | WarrantError::Value { .. }
            | WarrantError::Revoked(..) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "warrant").detailed(error),
        }
    }
}
