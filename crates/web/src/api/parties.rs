//! The directory.

use axum::Json;
use axum::body::Bytes;
use renkei_app::party::compare::Compared;
use renkei_app::party::{PartiesImported, PartyList, PartyShown, TrialError, TrialShown};
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

/// Which address is tried.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tried {
    mail: Option<String>,
}

/// Sends a letter without any observation to an address of a party.
pub async fn test(visit: Visit, Path(party): Path, body: Bytes) -> Result<Json<TrialShown>, Problem> {
    let id = party.parse().map_err(|_| Problem::missing())?;
    let Tried { mail } = serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    Ok(Json(visit.office()?.test_channel(&id, mail.as_deref(), visit.at).await?))
}

/// What the import of a party file (TOML) would change.
pub async fn compare(visit: Visit, body: Bytes) -> Result<Json<Compared>, Problem> {
    Ok(Json(visit.office()?.compare_parties(text(&body)?, visit.at).await?))
}

/// Imports a party file (TOML): all of it, or, where something in it is wrong, nothing.
pub async fn import(visit: Visit, body: Bytes) -> Result<Json<PartiesImported>, Problem> {
    Ok(Json(visit.office()?.import_party_text(text(&body)?, visit.at).await?))
}

fn text(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body).map_err(|error| Problem::form().detailed(error))
}

impl From<TrialError> for Problem {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Party(error) => error.into(),
            TrialError::Send(error) => error.into(),
            TrialError::NoAddress(_) => Self::form().detailed(error),
        }
    }
}
