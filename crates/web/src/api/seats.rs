//! Seats: listed, suspended, their tokens ended. A token makes no way in: no invitation, no other token.

use axum::Json;
use axum::body::Bytes;
use renkei_app::seats::SeatShown;
use renkei_core::id::{Digest, SeatId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::read;
use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// Which token to end: its mark, as the list of seats has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    token: String,
}

/// What was changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {
    seat: String,
    done: &'static str,
}

/// The seats.
pub async fn list(visit: Visit) -> Result<Json<Vec<SeatShown>>, Problem> {
    Ok(Json(visit.office()?.seats(visit.at).await?.0))
}

/// Lets a seat sign in no more.
pub async fn suspend(visit: Visit, Path(seat): Path) -> Result<Json<Done>, Problem> {
    visit.office()?.suspend_seat(&id(&seat)?, true, visit.at).await?;
    Ok(Json(Done { seat, done: "suspended" }))
}

/// Lets it in again.
pub async fn resume(visit: Visit, Path(seat): Path) -> Result<Json<Done>, Problem> {
    visit.office()?.suspend_seat(&id(&seat)?, false, visit.at).await?;
    Ok(Json(Done { seat, done: "resumed" }))
}

/// Ends a token.
pub async fn end_token(visit: Visit, Path(seat): Path, body: Bytes) -> Result<Json<Done>, Problem> {
    let mark: Digest = read::<Ending>(&body)?.token.parse().map_err(|_| Problem::form())?;
    visit.office()?.end_token(&id(&seat)?, mark, visit.at).await?;
    Ok(Json(Done { seat, done: "token-ended" }))
}

fn id(text: &str) -> Result<SeatId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}
