//! Webhooks of the seat's party.

use axum::Json;
use axum::body::Bytes;
use renkei_app::webhook::{CallShown, WebhookError, WebhookList, WebhookMade};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// A webhook as it is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    url: String,
}

/// What was ended.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ended {
    webhook: String,
}

/// The webhooks, and the calls that nobody took.
pub async fn list(visit: Visit) -> Result<Json<WebhookList>, Problem> {
    Ok(Json(visit.office()?.webhooks().await?))
}

/// Makes one; its secret is told once.
pub async fn make(visit: Visit, body: Bytes) -> Result<Json<WebhookMade>, Problem> {
    let Wanted { url } = serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    Ok(Json(visit.office()?.make_webhook(&url, visit.at).await?))
}

/// Ends one.
pub async fn end(visit: Visit, Path(webhook): Path) -> Result<Json<Ended>, Problem> {
    let id = webhook.parse().map_err(|_| Problem::missing())?;
    visit.office()?.end_webhook(id, visit.at).await?;
    Ok(Json(Ended { webhook }))
}

/// Calls one with an event that says nothing.
pub async fn test(visit: Visit, Path(webhook): Path) -> Result<Json<CallShown>, Problem> {
    let id = webhook.parse().map_err(|_| Problem::missing())?;
    Ok(Json(visit.office()?.test_webhook(id, visit.at).await?))
}

/// Has a dead call tried again.
pub async fn again(visit: Visit, Path(call): Path) -> Result<Json<CallShown>, Problem> {
    let id = call.parse().map_err(|_| Problem::missing())?;
    Ok(Json(visit.office()?.call_again(id, visit.at).await?))
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Ask(error) => error.into(),
            WebhookError::Write(error) => error.into(),
            WebhookError::Db(error) => error.into(),
            WebhookError::Address(error) => Self::form().detailed(error),
            WebhookError::Unknown => Self::missing(),
            WebhookError::Key(_) | WebhookError::Open(_) => Self::failed(error),
        }
    }
}
