//! Asking twice acts once: what a program asked with an `Idempotency-Key` is answered the same again for a day.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use renkei_app::{Kept, Replay};
use renkei_core::id::Digest;
use renkei_core::time::{DAY, Moment, SECOND};
use sha2::{Digest as _, Sha256};

use crate::door::{Door, Route};
use crate::problem::Problem;
use crate::route::LARGEST;
use crate::visit::Visit;

/// The header by which a program names one question of its own (draft-ietf-httpapi-idempotency-key-header).
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key.
const LONGEST: usize = 255;
/// So long a question counts as being answered; then its process is taken for dead.
const UNDER_WAY: i64 = 120 * SECOND;
/// So long an answer is kept.
const KEPT: i64 = DAY;
/// Larger answers are not kept.
const LARGEST_KEPT: usize = 1 << 20;

/// A request that is to be answered.
#[derive(Debug)]
pub struct Asked {
    /// The request, its body in hand where it has a key.
    pub request: Request,
    /// Where its answer is kept; `None`: it has no key.
    place: Option<Digest>,
}

/// Looks whether the question was asked before: it comes back to be answered, or with the answer it got.
pub async fn ask(visit: &Visit, route: &Route, request: Request) -> Result<Result<Asked, Response>, Problem> {
    let key = request.headers().get(KEY).filter(|_| route.door == Door::Api && route.method == Method::POST);
    let Some(key) = key.map(HeaderValue::as_bytes).map(<[u8]>::to_vec).filter(|_| !route.streams()) else {
        return Ok(Ok(Asked { request, place: None }));
    };
    if key.is_empty() || key.len() > LONGEST {
        return Err(Problem::form().detailed(format!("`{KEY}` has 1 to {LONGEST} bytes")));
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|_| Problem::too_large())?;
    let mut question = Sha256::new();
    for header in [CONTENT_TYPE, IF_MATCH] {
        let value = parts.headers.get(header).map(HeaderValue::as_bytes).unwrap_or_default();
        part(&mut question, value);
    }
    part(&mut question, visit.path.as_bytes());
    part(&mut question, &body);
    // A key is its seat's own: others may use the same.
    let mut mark = Sha256::new();
    part(&mut mark, visit.seat()?.id.as_str().as_bytes());
    part(&mut mark, &key);
    let (mark, question) = (Digest(mark.finalize().into()), Digest(question.finalize().into()));
    let office = &visit.site.office;
    match office.begin_replay(mark, question, visit.at, Moment(visit.at.0 + UNDER_WAY)).await? {
        Replay::New => {
            let request = Request::from_parts(parts, Body::from(body));
            Ok(Ok(Asked { request, place: Some(mark) }))
        }
        Replay::UnderWay => Err(Problem { wait: Some(1), ..Problem::new(StatusCode::CONFLICT, "under-way") }),
        Replay::OtherQuestion => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "other-question")),
        Replay::Answered(kept) => Ok(Err(again(kept))),
    }
}

/// Keeps the answer of a question that had a key. What may turn out otherwise next time is not kept.
pub async fn keep(visit: &Visit, place: Option<Digest>, answered: Response) -> Response {
    let Some(mark) = place else { return answered };
    let (parts, body) = answered.into_parts();
    let office = &visit.site.office;
    let body = match to_bytes(body, LARGEST_KEPT).await {
        Ok(body) => body,
        Err(error) => return Problem::failed(error).into_response(),
    };
    let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
    let done = match is_final(parts.status) {
        true => {
            let kept = Kept {
                status: parts.status.as_u16(),
                kind: text(CONTENT_TYPE).unwrap_or_default(),
                tag: text(ETAG),
                body: body.to_vec(),
            };
            office.keep_replay(mark, &kept, Moment(visit.at.0 + KEPT)).await
        }
        false => office.forget_replay(mark).await,
    };
    if let Err(error) = done {
        // The act is done and its answer goes out: only a repeat within the next minutes is told to wait.
        tracing::error!(%error, "an answer is not kept for its key");
    }
    Response::from_parts(parts, Body::from(body))
}

impl Asked {
    /// The request, and where its answer is kept.
    pub fn into_parts(self) -> (Request, Option<Digest>) {
        (self.request, self.place)
    }
}

/// Whether asking again would be answered the same: what was done, and what was wrong with the question itself.
fn is_final(status: StatusCode) -> bool {
    status.is_success() || status == StatusCode::UNPROCESSABLE_ENTITY
}

fn again(kept: Kept) -> Response {
    let Kept { status, kind, tag, body } = kept;
    let mut answer = (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), body).into_response();
    let headers = answer.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, value) in [(CONTENT_TYPE, Some(kind)), (ETAG, tag)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    answer
}

/// A part with its length before it, so that two parts never look like other two.
fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
