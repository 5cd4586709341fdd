//! What changes after an item was posted, what its readers ask, and what they tell of it (S3.14, S4.29).

use axum::Json;
use axum::body::Bytes;
use renkei_app::share::{ItemRead, ItemsAsked, Narrowing, OnwardChanged, OnwardList, ReturnList};
use renkei_core::id::{ItemId, OnwardId};
use renkei_core::share::{Pap, Return, Target, Tlp};
use serde::Deserialize;

use super::items::{Paged, all, id, read, sent};
use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::visit::Visit;

/// How conditions are drawn closer, as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Closer {
    tlp: Option<String>,
    pap: Option<String>,
    groups: Vec<String>,
    parties: Vec<String>,
    seats: Vec<String>,
    unhinted: bool,
    ends: Option<String>,
}

/// Whom an item is to reach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wider {
    target: String,
}

/// A question as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    target: String,
    purpose: String,
}

/// An answer as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    granted: bool,
    #[serde(default)]
    words: String,
}

/// What is told of an item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    what: String,
    count: Option<u64>,
    #[serde(default)]
    note: String,
}

/// Draws one's conditions closer.
pub async fn narrow(visit: Visit, Path(item): Path, body: Bytes) -> Result<Json<ItemRead>, Problem> {
    let (id, closer): (_, Closer) = (id(&item)?, sent(&body)?);
    let how = Narrowing {
        tlp: closer.tlp.as_deref().map(|word| Tlp::from_word(word).ok_or_else(Problem::form)).transpose()?,
        pap: closer.pap.as_deref().map(|word| Pap::from_word(word).ok_or_else(Problem::form)).transpose()?,
        groups: all(&closer.groups)?,
        parties: all(&closer.parties)?,
        seats: all(&closer.seats)?,
        unhinted: closer.unhinted,
        ends: closer
            .ends
            .as_deref()
            .map(|text| renkei_app::parse_moment(text).ok_or_else(Problem::form))
            .transpose()?,
    };
    visit.office()?.narrow_item(id, &how, visit.at).await?;
    read(&visit, id).await
}

/// Lets one reach somebody more.
pub async fn widen(visit: Visit, Path(item): Path, body: Bytes) -> Result<Json<ItemRead>, Problem> {
    let id = known(&visit, &item).await?;
    let Wider { target } = sent(&body)?;
    visit.office()?.widen_item(id, &aim(&target)?, visit.at).await?;
    read(&visit, id).await
}

/// Asks whether one may go on.
pub async fn ask(visit: Visit, Path(item): Path, body: Bytes) -> Result<Json<OnwardChanged>, Problem> {
    let id = known(&visit, &item).await?;
    let Asked { target, purpose } = sent(&body)?;
    Ok(Json(visit.office()?.ask_onward(id, aim(&target)?, &purpose, visit.at).await?))
}

/// The questions that concern the token's organisation.
pub async fn list(visit: Visit) -> Result<Json<OnwardList>, Problem> {
    Ok(Json(visit.office()?.onwards(visit.at).await?))
}

/// Answers one.
pub async fn answer(visit: Visit, Path(onward): Path, body: Bytes) -> Result<Json<OnwardChanged>, Problem> {
    let id = onward_id(&onward)?;
    visit.office()?.know_onward(id).await?;
    let Answer { granted, words } = sent(&body)?;
    Ok(Json(visit.office()?.answer_onward(id, granted, &words, visit.at).await?))
}

/// Tells what came of one.
pub async fn tell(visit: Visit, Path(item): Path, body: Bytes) -> Result<Json<ItemRead>, Problem> {
    let id = known(&visit, &item).await?;
    let Told { what, count, note } = sent(&body)?;
    let what = Return::from_word(&what).ok_or_else(Problem::form)?;
    visit.office()?.tell_return(id, what, count, &note, visit.at).await?;
    read(&visit, id).await
}

/// What became of the items of the token's organisation.
pub async fn returns(visit: Visit, Query(paged): Query<Paged>) -> Result<Json<ReturnList>, Problem> {
    let before = paged.before.map(|text| text.parse().map_err(|_| Problem::form())).transpose()?;
    let asked = ItemsAsked { before, limit: paged.limit.unwrap_or(100).clamp(1, 500) };
    Ok(Json(visit.office()?.returns(&asked, visit.at).await?))
}

/// An item that the visitor may know of; for others there is none, whatever they send.
async fn known(visit: &Visit, text: &str) -> Result<ItemId, Problem> {
    let id = id(text)?;
    visit.office()?.know_item(id, visit.at).await?;
    Ok(id)
}

/// A question's identifier from a path.
pub(crate) fn onward_id(text: &str) -> Result<OnwardId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

/// Whom an item is to reach, as it was written.
pub(crate) fn aim(text: &str) -> Result<Target, Problem> {
    text.parse().map_err(|error| Problem::form().detailed(error))
}
