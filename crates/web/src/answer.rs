//! How a problem is told: a page for people, problem+json (RFC 9457) for programs.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde_json::json;

use crate::door::Door;
use crate::layout::{Page, page};
use crate::part::ruling;
use crate::problem::Problem;
use crate::visit::Visit;

/// The answer for a door: a page for people, problem+json for programs.
pub fn answer(problem: &Problem, door: Door, visit: Option<&Visit>) -> Response {
    let mut answer = match (door, visit) {
        (Door::Page, Some(visit)) if problem.code == "sign-in" => {
            let back = serde_urlencoded::to_string([("back", &visit.path)]).unwrap_or_default();
            return Redirect::to(&format!("/sign-in?{back}")).into_response();
        }
        (Door::Page, Some(visit)) => as_page(problem, visit),
        _ => as_json(problem, visit),
    };
    if let Some(wait) = problem.wait.and_then(|wait| HeaderValue::from_str(&wait.to_string()).ok()) {
        answer.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    if problem.status == StatusCode::UNAUTHORIZED && door == Door::Api {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

fn as_page(problem: &Problem, visit: &Visit) -> Response {
    let title = visit.say(&format!("problem-{}", problem.code));
    let body = html! {
        @if let Some(detail) = &problem.detail { p { (detail) } }
        @if let Some(shown) = &problem.ruling { (ruling(visit, shown)) }
        p { (visit.say(&format!("problem-{}-do", problem.code))) }
        p.quiet { (visit.say("problem-stable-code")) " " code { (problem.code) } }
        p { a href="/" { (visit.say("menu-work")) } }
    };
    (problem.status, page(visit, &Page { title: &title, here: "" }, &body)).into_response()
}

fn as_json(problem: &Problem, visit: Option<&Visit>) -> Response {
    let title = visit.map(|visit| visit.say(&format!("problem-{}", problem.code)));
    let body = json!({
        "type": format!("urn:renkei:problem:{}", problem.code),
        "title": title.unwrap_or_else(|| problem.code.to_owned()),
        "status": problem.status.as_u16(),
        "code": problem.code,
        "detail": problem.detail,
        "ruling": problem.ruling,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (problem.status, kind, body.to_string()).into_response()
}
