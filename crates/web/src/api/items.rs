//! Topic groups and items that are shared under their originator's conditions (S3.2, S4.1).

use std::collections::BTreeSet;
use std::str::FromStr;

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use renkei_app::share::{GroupListed, ItemList, ItemRead, ItemTyped, ItemsAsked, Looked, ShareError};
use renkei_core::id::ItemId;
use renkei_core::share::{Conditions, Kind, Pap, Step, Tlp};
use serde::{Deserialize, de::DeserializeOwned};

use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::visit::Visit;

/// Where a page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paged {
    pub(super) before: Option<String>,
    pub(super) limit: Option<u64>,
}

/// What is looked up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sought {
    value: String,
}

/// An item as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    kind: String,
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    values: Vec<String>,
    stix: Option<Box<serde_json::value::RawValue>>,
    tlp: String,
    #[serde(default = "amber")]
    pap: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    parties: Vec<String>,
    #[serde(default)]
    seats: Vec<String>,
    #[serde(default)]
    unnamed: bool,
    #[serde(default)]
    hinted: bool,
    ends: Option<String>,
    replaces: Option<String>,
}

fn amber() -> String {
    Pap::Amber.word().to_owned()
}

/// The groups that the token's seat knows of.
pub async fn groups(visit: Visit) -> Result<Json<Vec<GroupListed>>, Problem> {
    Ok(Json(visit.office()?.groups(visit.at).await?.0))
}

/// The items that the token's seat sees, newest first.
pub async fn list(visit: Visit, paged: Query<Paged>) -> Result<Json<ItemList>, Problem> {
    let Query(Paged { before, limit }) = paged;
    let before = before.map(|text| text.parse().map_err(|_| Problem::form())).transpose()?;
    let asked = ItemsAsked { before, limit: limit.unwrap_or(100).clamp(1, 500) };
    Ok(Json(visit.office()?.items(&asked, visit.at).await?))
}

/// Who else knows a value.
pub async fn look_up(visit: Visit, sought: Query<Sought>) -> Result<Json<Looked>, Problem> {
    Ok(Json(visit.office()?.look_up(&sought.0.value, visit.at).await?))
}

/// One item whole.
pub async fn show(visit: Visit, Path(item): Path) -> Result<Json<ItemRead>, Problem> {
    read(&visit, id(&item)?).await
}

/// Writes one.
pub async fn draft(visit: Visit, body: Bytes) -> Result<Json<ItemRead>, Problem> {
    let sent: Draft = sent(&body)?;
    let conditions = Conditions {
        groups: all(&sent.groups)?,
        parties: all(&sent.parties)?,
        seats: all(&sent.seats)?,
        unnamed: sent.unnamed,
        hinted: sent.hinted,
        ends: sent.ends.as_deref().map(|text| renkei_app::parse_moment(text).ok_or_else(Problem::form)).transpose()?,
        ..Conditions::closed(
            Tlp::from_word(&sent.tlp).ok_or_else(Problem::form)?,
            Pap::from_word(&sent.pap).ok_or_else(Problem::form)?,
        )
    };
    let typed = ItemTyped {
        kind: Kind::from_word(&sent.kind).ok_or_else(Problem::form)?,
        title: sent.title,
        text: sent.text,
        values: sent.values,
        stix: sent.stix.map(|raw| raw.get().as_bytes().to_vec()),
        conditions,
        replaces: sent.replaces.as_deref().map(|text| text.parse().map_err(|_| Problem::form())).transpose()?,
    };
    let made = visit.office()?.draft_item(typed, visit.at).await?;
    read(&visit, id(&made.item)?).await
}

/// Lets one out.
pub async fn post(visit: Visit, Path(item): Path) -> Result<Json<ItemRead>, Problem> {
    let id = id(&item)?;
    visit.office()?.post_item(id, visit.at).await?;
    read(&visit, id).await
}

/// Takes one back.
pub async fn withdraw(visit: Visit, Path(item): Path) -> Result<Json<ItemRead>, Problem> {
    let id = id(&item)?;
    visit.office()?.end_item(id, Step::Withdraw, visit.at).await?;
    read(&visit, id).await
}

/// One as it stands now.
pub(super) async fn read(visit: &Visit, id: ItemId) -> Result<Json<ItemRead>, Problem> {
    Ok(Json(visit.office()?.read_item(id, "api", visit.at).await?))
}

/// A body of JSON.
pub(super) fn sent<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::form().detailed(error))
}

/// Identifiers, each as its own type reads it.
pub(crate) fn all<T: FromStr + Ord>(texts: &[impl AsRef<str>]) -> Result<BTreeSet<T>, Problem> {
    texts.iter().map(|text| text.as_ref().parse().map_err(|_| Problem::form())).collect()
}

/// An item's identifier from a path.
pub(crate) fn id(text: &str) -> Result<ItemId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

impl From<ShareError> for Problem {
    fn from(error: ShareError) -> Self {
        match error {
            ShareError::Ask(error) => error.into(),
            ShareError::Write(error) => error.into(),
            ShareError::Db(error) => error.into(),
            ShareError::Unknown(_) | ShareError::NoOnward(_) | ShareError::NoMandate(_) => Self::missing(),
            error @ ShareError::Answered(_) => Self::new(StatusCode::CONFLICT, "changed").detailed(error),
            error @ ShareError::Warnings(_) => Self::failed(error),
            ShareError::Gone(_) => Self::new(StatusCode::GONE, "gone"),
            error @ ShareError::Replaced(..) => Self::new(StatusCode::GONE, "replaced").detailed(error),
            other => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "item").detailed(other),
        }
    }
}
