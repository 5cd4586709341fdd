//! Requests: reading, acknowledging, answering, feedback.

use std::collections::BTreeMap;
use std::path::Path as FilePath;

use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_app::campaign::answer::Answered;
use renkei_app::campaign::cost::{CostShown, Spent};
use renkei_app::campaign::feedback::Told;
use renkei_app::campaign::read::{RequestListed, RequestRead, RequestsOf, RequestsPage};
use renkei_app::campaign::report::Report;
use renkei_core::answer::{Counts, Status};
use renkei_core::id::RequestId;
use renkei_core::request::State;
use renkei_core::text::Bilingual;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::ui::answer::outcome;
use crate::ui::requests::{Which, file};
use crate::visit::Visit;

/// What a list is narrowed to, and where it goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Narrowed {
    state: Option<String>,
    party: Option<String>,
    campaign: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct PageOf<T> {
    items: Vec<T>,
    /// What `after` takes for the next page; `null`: this is the last.
    next: Option<String>,
}

impl<T> PageOf<T> {
    /// The page after an id.
    pub fn cut(
        mut items: Vec<T>,
        id: impl Fn(&T) -> &str,
        after: Option<&str>,
        limit: Option<usize>,
    ) -> Result<Self, Problem> {
        if let Some(after) = after {
            let place = items.iter().position(|item| id(item) == after).ok_or_else(Problem::form)?;
            items.drain(..=place);
        }
        let limit = limit.unwrap_or(100).clamp(1, 1000);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|item| id(item).to_owned());
        Ok(Self { items, next })
    }
}

/// An answer as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    outcome: String,
    #[serde(default)]
    counts: BTreeMap<String, u64>,
    reason: Option<String>,
}

/// Feedback as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    ja: String,
    #[serde(default)]
    en: String,
    #[serde(default)]
    effect: bool,
}

/// A cost as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    #[serde(default)]
    minutes: u64,
    #[serde(default)]
    amount: u64,
    #[serde(default = "yen")]
    currency: String,
    what: String,
}

fn yen() -> String {
    "JPY".to_owned()
}

/// The requests the token's seat may read, newest first.
pub async fn list(visit: Visit, narrowed: Query<Narrowed>) -> Result<Json<PageOf<RequestListed>>, Problem> {
    let Query(Narrowed { state, party, campaign, after, limit }) = narrowed;
    let of = RequestsOf {
        state: state.map(|word| State::from_word(&word).ok_or_else(Problem::form)).transpose()?,
        party: party.map(|id| id.parse().map_err(|_| Problem::form())).transpose()?,
        campaign: campaign.map(|id| id.parse().map_err(|_| Problem::form())).transpose()?,
        after: after.map(|id| id.parse().map_err(|_| Problem::form())).transpose()?,
        most: limit.map(|limit| limit.clamp(1, 1000) as u64),
    };
    let RequestsPage { items, next } = visit.office()?.requests_for(visit.seat()?, &of, visit.at).await?;
    Ok(Json(PageOf { items, next }))
}

/// One request; its version is the `ETag`.
pub async fn show(visit: Visit, Path(request): Path) -> Result<Response, Problem> {
    let read = visit.office()?.read_request(id(&request)?, visit.at).await?;
    Ok(tagged(read))
}

fn tagged(read: RequestRead) -> Response {
    ([(header::ETAG, format!("\"{}\"", read.version))], Json(read)).into_response()
}

/// The rows as CSV, or a sealed sheet; the view is in the ledger.
pub async fn rows(visit: Visit, Path(request): Path, Query(which): Query<Which>) -> Result<Response, Problem> {
    Ok(file(visit.office()?.read_rows(id(&request)?, which.sheet, visit.at).await?))
}

/// Says that the request was received.
pub async fn acknowledge(visit: Visit, Path(request): Path, headers: HeaderMap) -> Result<Response, Problem> {
    let id = id(&request)?;
    let office = visit.office()?;
    unchanged(&office.read_request(id, visit.at).await?, &headers)?;
    office.acknowledge(id, visit.at).await?;
    Ok(tagged(office.read_request(id, visit.at).await?))
}

/// Answers: counts as JSON, or a sheet of line and status as CSV, which is counted and dropped (G20).
pub async fn answer(
    visit: Visit,
    Path(request): Path,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Answered>, Problem> {
    let id = id(&request)?;
    let office = visit.office()?;
    unchanged(&office.read_request(id, visit.at).await?, &headers)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if kind.starts_with("text/csv") {
        return Ok(Json(office.take_answer(id, &body, FilePath::new("body"), visit.at).await?));
    }
    if !kind.starts_with("application/json") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"));
    }
    let Answer { outcome: word, counts: sent, reason } =
        serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    let mut counts = Counts::default();
    for (status, count) in sent {
        counts.add(Status::from_word(&status).ok_or_else(|| Problem::form().detailed(status))?, count);
    }
    let outcome = outcome(&word, reason.as_deref().unwrap_or(""), counts)?;
    Ok(Json(office.record_answer(id, outcome, visit.at).await?))
}

/// Sends a request that came back once more, to the next address.
pub async fn again(visit: Visit, Path(request): Path) -> Result<Response, Problem> {
    let id = id(&request)?;
    let office = visit.office()?;
    office.send_again(id, visit.at).await?;
    Ok(tagged(office.read_request(id, visit.at).await?))
}

/// Tells the party what came of its help.
pub async fn feedback(visit: Visit, Path(request): Path, body: Bytes) -> Result<Response, Problem> {
    let id = id(&request)?;
    let Feedback { ja, en, effect } = serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    let office = visit.office()?;
    office.give_feedback(id, Told { text: Bilingual { ja, en }, effect, estimate: None }, visit.at).await?;
    Ok(tagged(office.read_request(id, visit.at).await?))
}

/// Enters what acting on the request cost.
pub async fn cost(visit: Visit, Path(request): Path, body: Bytes) -> Result<Json<CostShown>, Problem> {
    let id = id(&request)?;
    let office = visit.office()?;
    // What is not the seat's is not there, whatever is sent to it.
    office.read_request(id, visit.at).await?;
    let Costs { minutes, amount, currency, what } =
        serde_json::from_slice(&body).map_err(|error| Problem::form().detailed(error))?;
    Ok(Json(office.record_cost(id, &Spent { minutes, amount, currency, what }, visit.at).await?))
}

/// The report for the management of the party asked.
pub async fn report(visit: Visit, Path(request): Path) -> Result<Json<Report>, Problem> {
    Ok(Json(visit.office()?.report(id(&request)?, visit.at).await?))
}

fn id(text: &str) -> Result<RequestId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

/// `If-Match` names the version that was looked at; another version is a conflict, not overwritten.
fn unchanged(read: &RequestRead, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else { return Ok(()) };
    if wanted.to_str().is_ok_and(|tag| tag == "*" || tag == format!("\"{}\"", read.version)) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed"))
}
