//! Offers: with this we could act (S4.25).

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use renkei_app::offer::{OfferError, OfferListed, OfferRead, OfferTyped, Verdict};
use renkei_core::class::DataClass;
use renkei_core::id::OfferId;
use serde::{Deserialize, de::DeserializeOwned};

use super::requests::PageOf;
use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::visit::Visit;

/// Where a page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paged {
    state: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

/// An offer as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Make {
    class: Option<String>,
    needs: String,
    does: String,
}

/// The office's answer as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    verdict: String,
    reason: String,
    class: Option<String>,
}

/// The request that came of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provide {
    request: String,
    #[serde(default)]
    text: String,
}

/// What is said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    #[serde(default)]
    text: String,
}

/// The offers that the token's seat sees, newest first.
pub async fn list(visit: Visit, paged: Query<Paged>) -> Result<Json<PageOf<OfferListed>>, Problem> {
    let Query(Paged { state, after, limit }) = paged;
    let state = state
        .map(|word| renkei_core::offer::State::from_word(&word).ok_or_else(Problem::form))
        .transpose()?
        .map(|state| state.word());
    let mut items = visit.office()?.offers().await?.0;
    items.retain(|offer| state.is_none_or(|state| offer.state == state));
    PageOf::cut(items, |item| &item.offer, after.as_deref(), limit).map(Json)
}

/// One offer with what was said about it.
pub async fn show(visit: Visit, Path(offer): Path) -> Result<Json<OfferRead>, Problem> {
    read(&visit, id(&offer)?).await
}

/// Writes one.
pub async fn make(visit: Visit, body: Bytes) -> Result<Json<OfferRead>, Problem> {
    let Make { class, needs, does } = sent(&body)?;
    let typed = OfferTyped { class: class_of(class.as_deref())?, needs, does };
    let made = visit.office()?.make_offer(&typed, visit.at).await?;
    read(&visit, id(&made.offer)?).await
}

/// Takes one back.
pub async fn withdraw(visit: Visit, Path(offer): Path, body: Bytes) -> Result<Json<OfferRead>, Problem> {
    let (id, Said { text }) = (id(&offer)?, sent(&body)?);
    visit.office()?.withdraw_offer(id, &text, visit.at).await?;
    read(&visit, id).await
}

/// Says that what the office said was seen.
pub async fn acknowledge(visit: Visit, Path(offer): Path) -> Result<Json<OfferRead>, Problem> {
    let id = id(&offer)?;
    visit.office()?.acknowledge_offer(id, visit.at).await?;
    read(&visit, id).await
}

/// Answers one.
pub async fn review(visit: Visit, Path(offer): Path, body: Bytes) -> Result<Json<OfferRead>, Problem> {
    let (id, Review { verdict, reason, class }) = (id(&offer)?, sent(&body)?);
    let verdict = Verdict::from_word(&verdict).ok_or_else(Problem::form)?;
    visit.office()?.review_offer(id, verdict, class_of(class.as_deref())?, &reason, visit.at).await?;
    read(&visit, id).await
}

/// Names the request that came of one.
pub async fn provide(visit: Visit, Path(offer): Path, body: Bytes) -> Result<Json<OfferRead>, Problem> {
    let (id, Provide { request, text }) = (id(&offer)?, sent(&body)?);
    let request = request.parse().map_err(|_| Problem::form())?;
    visit.office()?.provide_offer(id, request, &text, visit.at).await?;
    read(&visit, id).await
}

/// Tells what came of one.
pub async fn feedback(visit: Visit, Path(offer): Path, body: Bytes) -> Result<Json<OfferRead>, Problem> {
    let (id, Said { text }) = (id(&offer)?, sent(&body)?);
    visit.office()?.feed_back_offer(id, &text, visit.at).await?;
    read(&visit, id).await
}

async fn read(visit: &Visit, id: OfferId) -> Result<Json<OfferRead>, Problem> {
    Ok(Json(visit.office()?.read_offer(id, visit.at).await?))
}

fn sent<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::form().detailed(error))
}

fn id(text: &str) -> Result<OfferId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

/// A class by its word; none where nothing is named.
pub fn class_of(word: Option<&str>) -> Result<Option<DataClass>, Problem> {
    match word.filter(|word| !word.is_empty()) {
        Some(word) => Ok(Some(DataClass::from_word(word).ok_or_else(Problem::form)?)),
        None => Ok(None),
    }
}

impl From<OfferError> for Problem {
    fn from(error: OfferError) -> Self {
        match error {
            OfferError::Ask(error) => error.into(),
            OfferError::Write(error) => error.into(),
            OfferError::Db(error) => error.into(),
            OfferError::Unknown(_) => Self::missing(),
            OfferError::Words(_) | OfferError::Request(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "offer").detailed(error)
            }
        }
    }
}
