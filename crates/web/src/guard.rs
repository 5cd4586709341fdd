//! The guard: runs before every handler, finds out who asks and whether the route is for them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HOST, ORIGIN, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use renkei_app::seats::Scope;
use renkei_core::text::Language;

use crate::answer::answer;
use crate::door::{Door, Route, Who};
use crate::problem::Problem;
use crate::replay;
use crate::site::{Site, network, origin};
use crate::visit::Visit;
use crate::watch::AnsweredFor;

/// Says that a page looks for news by itself, and nobody is known to sit before it.
const LIVE: &str = "x-renkei-live";

/// What a route's guard is given.
#[derive(Clone)]
pub struct Guarded {
    pub(crate) site: Arc<Site>,
    pub(crate) route: &'static Route,
}

/// Lets a request through to its handler, or answers in its place.
pub async fn guard(
    State(Guarded { site, route }): State<Guarded>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    // A body cannot be shared between threads, so that only these parts are held while waiting.
    let (headers, path) = (request.headers().clone(), request.uri().path_and_query().map(ToString::to_string));
    let from = origin(peer.ip(), &headers, &site.settings.proxies);
    let visit = match visit(&site, route, from, &headers, path.unwrap_or_default()).await {
        Ok(visit) => visit,
        Err(problem) => return safe(answer(&problem, route.door, None), route.door),
    };
    if let Err(problem) = pace(&visit, route).and_then(|()| enter(&visit, route, &headers)) {
        return safe(answer(&problem, route.door, Some(&visit)), route.door);
    }
    request.extensions_mut().insert(visit.clone());
    let answered = match replay::ask(&visit, route, request).await {
        Ok(Ok(asked)) => {
            let (request, place) = asked.into_parts();
            let answered = told(next.run(request).await, route, &visit);
            replay::keep(&visit, place, answered).await
        }
        Ok(Err(known)) => known,
        Err(problem) => answer(&problem, route.door, Some(&visit)),
    };
    let mut answered = safe(told(answered, route, &visit), route.door);
    if let Some(visitor) = &visit.visitor {
        answered.extensions_mut().insert(AnsweredFor(visitor.seat.id.to_string()));
    }
    answered
}

/// The answer, or the problem it stands for in the form that fits the door.
fn told(answered: Response, route: &Route, visit: &Visit) -> Response {
    match answered.extensions().get::<Problem>().cloned() {
        Some(problem) => answer(&problem, route.door, Some(visit)),
        None => answered,
    }
}

/// Whether the visitor may ask now: a seat at the pace that is set, strangers of one network at a fifth of it.
fn pace(visit: &Visit, route: &Route) -> Result<(), Problem> {
    let pace = visit.site.settings.pace;
    let (who, pace) = match &visit.visitor {
        _ if route.door == Door::Asset => return Ok(()),
        Some(visitor) => (format!("seat {}", visitor.seat.id), pace),
        None => (format!("net {}", network(visit.peer)), pace.of_strangers()),
    };
    visit.site.rate.count(&who, pace, visit.at).map_err(Problem::too_many)
}

async fn visit(
    site: &Arc<Site>,
    route: &Route,
    peer: IpAddr,
    headers: &HeaderMap,
    path: String,
) -> Result<Visit, Problem> {
    let jar = CookieJar::from_headers(headers);
    let cookie = |name: &str| jar.get(name).map(|cookie| cookie.value().to_owned());
    let at = site.now();
    let (mut visitor, mut session) = (None, None);
    match route.door {
        // Programs bring a token; a browser's cookie opens no door of the API.
        Door::Api => {
            let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
            if let Some(token) = token.and_then(|value| value.strip_prefix("Bearer ")) {
                visitor = site.office.bearer(token.trim(), at).await?;
            }
        }
        Door::Page => {
            if let Some(secret) = cookie(site.session_cookie()) {
                visitor =
                    site.office.visitor(&secret, !(headers.contains_key(LIVE) || route.is_background()), at).await?;
                session = visitor.is_some().then_some(secret);
            }
        }
        Door::Asset => {}
    }
    Ok(Visit {
        visitor,
        session,
        language: language(cookie("renkei-language").as_deref(), headers, site),
        at,
        peer,
        path,
        agent: headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned(),
        device: cookie(site.device_cookie()),
        site: Arc::clone(site),
    })
}

fn enter(visit: &Visit, route: &Route, headers: &HeaderMap) -> Result<(), Problem> {
    if route.method == Method::POST && route.door == Door::Page && !same_site(headers) {
        return Err(Problem::forged());
    }
    if matches!(route.who, Who::Anyone) {
        return Ok(());
    }
    let visitor = visit.visitor()?;
    if !visit.may_use(route) {
        // A page that is not for this seat is told as one that is not there.
        return Err(Problem::missing());
    }
    let needed = route.scope;
    if visitor.scope.is_some_and(|scope: Scope| !scope.opens(needed)) {
        return Err(Problem::scope(needed));
    }
    Ok(())
}

/// Whether a form was sent from a page of this very site. Browsers send `Origin` with every POST.
fn same_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(ORIGIN), text(HOST)) else { return false };
    origin.split_once("://").is_some_and(|(_, from)| from == host)
}

fn language(chosen: Option<&str>, headers: &HeaderMap, site: &Site) -> Language {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = accepted.and_then(|list| list.split([',', ';', '-']).next()).map(str::trim);
    match chosen.or(first) {
        Some("ja") => Language::Ja,
        Some("en") => Language::En,
        _ => site.office.settings().language,
    }
}

/// Headers every answer has: nothing from elsewhere is loaded, framed, sniffed, cached or told on.
fn safe(mut answer: Response, door: Door) -> Response {
    let headers = answer.headers_mut();
    // What everybody reads, and a preview of it, has a policy of its own.
    let own_policy = headers.get(header::CONTENT_SECURITY_POLICY).cloned();
    let mut set = |name, value| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    if door != Door::Asset {
        set(header::CACHE_CONTROL, "no-store");
    }
    if let Some(policy) = own_policy.filter(|_| door != Door::Api) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer.into_response()
}
