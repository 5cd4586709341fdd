//! The API: JSON for all that the pages can do, problem+json where it cannot.

pub mod campaigns;
pub mod document;
pub mod drafts;
pub mod feeds;
pub mod inquiries;
pub mod ledger;
pub mod lists;
pub mod metrics;
pub mod observations;
pub mod items;
pub mod offers;
pub mod mandates;
pub mod onward;
pub mod operations;
pub mod parties;
pub mod passkeys;
pub mod questions;
pub mod requests;
mod schema;
pub mod seats;
pub mod state;
pub mod warrants;
pub mod webhooks;

use axum::Json;
use axum::body::Bytes;
use renkei_app::rules::RuleShown;
use renkei_app::work::Work;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::visit::Visit;

/// Reads a body of JSON; what is wrong with it is told.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::form().detailed(error))
}

/// Who the token acts for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    seat: String,
    party: String,
    duties: Vec<&'static str>,
    scope: Option<&'static str>,
}

/// Who the token acts for.
pub async fn me(visit: Visit) -> Result<Json<Me>, Problem> {
    let visitor = visit.visitor()?;
    Ok(Json(Me {
        seat: visitor.seat.id.to_string(),
        party: visitor.seat.party.to_string(),
        duties: visitor.seat.duties.iter().map(|duty| duty.word()).collect(),
        scope: visitor.scope.map(|scope| scope.word()),
    }))
}

/// What waits.
pub async fn work(visit: Visit) -> Result<Json<Work>, Problem> {
    Ok(Json(visit.site.office.work(visit.seat()?, visit.at).await?))
}

/// The rules in force.
pub async fn rules(visit: Visit) -> Result<Json<Vec<RuleShown>>, Problem> {
    Ok(Json(visit.office()?.rules()))
}
