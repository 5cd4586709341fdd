//! Questions about observations that the token's seat keeps.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use renkei_app::observations::question::{QuestionChanged, QuestionList};
use renkei_core::id::QuestionId;
use serde::Deserialize;

use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// A question as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    name: String,
    #[serde(default)]
    asked: BTreeMap<String, String>,
    #[serde(default)]
    shared: bool,
}

/// What is changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    name: Option<String>,
    shared: Option<bool>,
}

/// The seat's own, and those that others of the house share.
pub async fn list(visit: Visit) -> Result<Json<QuestionList>, Problem> {
    Ok(Json(visit.office()?.questions(visit.at).await?))
}

/// Keeps one.
pub async fn keep(visit: Visit, body: Bytes) -> Result<Json<QuestionChanged>, Problem> {
    let Keep { name, asked, shared } =
        serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    Ok(Json(visit.office()?.keep_question(&name, &asked, shared, visit.at).await?))
}

/// Renames one, shares it, or no longer.
pub async fn change(visit: Visit, Path(question): Path, body: Bytes) -> Result<Json<QuestionChanged>, Problem> {
    let id = id(&question)?;
    let Change { name, shared } = serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    Ok(Json(visit.office()?.change_question(id, name.as_deref(), shared, visit.at).await?))
}

/// Forgets one.
pub async fn forget(visit: Visit, Path(question): Path) -> Result<Json<QuestionChanged>, Problem> {
    Ok(Json(visit.office()?.forget_question(id(&question)?, visit.at).await?))
}

fn id(text: &str) -> Result<QuestionId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}
