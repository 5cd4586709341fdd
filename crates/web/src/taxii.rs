//! The TAXII door: who asks is known by a token, as a bearer or as the password of HTTP Basic; the rest is `app`'s.
//!
//! It stands beside the table of routes, because its paths, methods and answers are the standard's (S4.2).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use renkei_app::seats::Scope;
use renkei_app::signin::Visitor;
use renkei_app::taxii::{self, Answer};

use crate::site::{Site, network, origin};

/// Answers whatever is asked under [`taxii::PATH`].
pub(crate) async fn answer(
    State(site): State<Arc<Site>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let at = site.now();
    let (parts, sent_body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let visitor = match token(&parts.headers) {
        Some(token) => site.office.bearer(&token, at).await,
        None => Ok(None),
    };
    let visitor = match visitor {
        Ok(visitor) => visitor,
        Err(error) => {
            tracing::error!(%error, "who asks taxii could not be found out");
            return sent(taxii::failed(), is_head);
        }
    };
    // A token for other things opens nothing here.
    let reads = |visitor: &Visitor| visitor.scope.is_none_or(|scope| scope.opens(Scope::Read));
    let visitor = visitor.filter(reads);
    let writes = visitor.as_ref().is_some_and(|visitor| visitor.scope.is_none_or(|scope| scope.opens(Scope::Work)));
    let seat = visitor.map(|visitor| visitor.seat);
    let (who, pace) = match &seat {
        Some(seat) => (format!("seat {}", seat.id), site.settings.pace),
        None => {
            let from = origin(peer.ip(), &parts.headers, &site.settings.proxies);
            (format!("net {}", network(from)), site.settings.pace.of_strangers())
        }
    };
    if let Err(wait) = site.rate.count(&who, pace, at) {
        let seconds = u32::try_from(wait.div_euclid(1_000_000) + 1).unwrap_or(u32::MAX);
        return sent(taxii::too_many(seconds), is_head);
    }
    let Some(seat) = seat else { return sent(taxii::unknown_client(), is_head) };
    let all = |name: HeaderName| -> Vec<&str> {
        parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    };
    let (accept, content_type) = (all(ACCEPT), all(CONTENT_TYPE));
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let asked = taxii::Request {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        accept: &accept,
        content_type: &content_type,
        length,
    };
    // Read where it is wanted alone, and counted while it is read (section 4.2.1).
    let most = usize::try_from(taxii::most_bytes()).unwrap_or(usize::MAX);
    let body = async { to_bytes(sent_body, most).await.map(Vec::from).map_err(|_| taxii::too_large()) };
    let office = site.office.clone().seated(Some(seat.id.clone()));
    let answer = match office.taxii(&site.hub, (&seat, writes), &asked, body, at).await {
        Ok(answer) => answer,
        Err(error) => error.answer().unwrap_or_else(|| {
            tracing::error!(%error, "a request of taxii failed");
            taxii::failed()
        }),
    };
    sent(answer, is_head)
}

/// The token of a client: `Bearer`, `Token` as some clients write it, or the password of `Basic` (RFC 7617).
fn token(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

fn sent(answer: Answer, is_head: bool) -> Response {
    let Answer { status, headers, body } = answer;
    let length = body.len();
    let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body) });
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
