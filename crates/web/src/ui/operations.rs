//! Operations: those the seat may see, domain by domain with the gate's answer; recording a new version.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::operation::{OperationError, OperationShown};
use renkei_core::id::OperationId;
use renkei_core::seat::Duty;
use serde::Deserialize;

use super::door::error;
use crate::form::{Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, count, field, moment, nothing, opt_moment, ruling, token, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// Which operation's record is changed.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    operation: String,
}

/// A record as it was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    record: String,
}

/// The list.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let operations = visit.office()?.operations(visit.at).await?.operations;
    let body = html! {
        p { (visit.say("operations-what")) }
        @if writes(&visit) { p { a.button.second href="/operations/record" { (visit.say("operation-record")) } } }
        @if operations.is_empty() { (nothing(&visit, "operations-none")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-operations")) { table {
                thead { tr {
                    th scope="col" { (visit.say("operation")) }
                    th scope="col" { (visit.say("operation-hour")) }
                    th.n scope="col" { (visit.say("operation-domains")) }
                    th.n scope="col" { (visit.say("operation-orders")) }
                } }
                tbody { @for one in &operations { tr {
                    td { a href={ "/operations/" (one.operation) } { (words(&visit, &one.name)) } " " code { (one.operation) } }
                    td { (opt_moment(&visit, one.hour.as_ref())) }
                    td.n { (count(one.domains)) }
                    td.n { (count(one.serial)) }
                } } }
            } }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-operations"), here: "/operations" }, &body))
}

fn writes(visit: &Visit) -> bool {
    visit.has(&[Duty::Keeper, Duty::Drafter])
}

/// One operation; the view is in the ledger.
pub async fn show(visit: Visit, Path(operation): Path) -> Result<Response, Problem> {
    let id: OperationId = operation.parse().map_err(|_| Problem::missing())?;
    let shown = visit.office()?.operation(&id, visit.at).await?;
    let body = html! {
        p { (words(&visit, &shown.purpose)) }
        dl.facts {
            dt { (visit.say("operation")) } dd { code { (shown.listed.operation) } }
            dt { (visit.say("operation-version")) }
            dd { (shown.listed.version) " · " (shown.recorded_by) " · " (moment(&visit, &shown.recorded_at)) }
            dt { (visit.say("operation-hour")) } dd { (opt_moment(&visit, shown.listed.hour.as_ref())) }
            dt { (visit.say("operation-known-to")) }
            dd { @if shown.need_to_know.is_empty() { (visit.say("operation-known-to-all")) } @else { (shown.need_to_know.join("・")) } }
        }
        @if writes(&visit) {
            p { a.button.second href={ "/operations/record?operation=" (id) } { (visit.say("operation-change")) } }
        }
        h2 { (visit.say("operation-domains")) }
        (domains(&visit, &shown))
        h2 { (visit.say("operation-before")) }
        ul { @for (what, on) in &shown.prerequisites {
            li { (visit.say(&format!("prerequisite-{what}"))) ": " (on.clone().unwrap_or_else(|| visit.say("operation-not-yet"))) }
        } }
        (ways(&visit, &shown))
    };
    Ok(page(&visit, &Page { title: &words(&visit, &shown.listed.name), here: "/operations" }, &body))
}

fn domains(visit: &Visit, shown: &OperationShown) -> Markup {
    html! {
        @for domain in &shown.list {
            div.card {
                h3 { code { (domain.domain) } }
                dl.facts {
                    dt { (visit.say("by-family")) } dd { (domain.family) }
                    dt { (visit.say("operation-state")) } dd { (visit.say(&format!("domain-{}", domain.state))) }
                    dt { (visit.say("operation-route")) }
                    dd { (visit.say(&format!("route-{}", domain.route))) " · " (visit.say(&format!("grade-{}", domain.grade))) }
                    dt { (visit.say("operation-authority")) }
                    dd { (domain.authority.clone().unwrap_or_else(|| visit.say("operation-not-yet"))) }
                    dt { (visit.say("operation-registered")) }
                    dd { (domain.registered_until.clone().unwrap_or_else(|| visit.say("operation-unknown"))) }
                }
                (ruling(visit, &domain.ruling))
            }
        }
    }
}

fn ways(visit: &Visit, shown: &OperationShown) -> Markup {
    html! {
        @if !shown.channels.is_empty() {
            h2 { (visit.say("operation-channels")) }
            div.scroll tabindex="0" role="region" aria-label=(visit.say("operation-channels")) { table {
                thead { tr {
                    th scope="col" { (visit.say("by-family")) }
                    th scope="col" { (visit.say("operation-channel")) }
                    th.n scope="col" { (visit.say("operation-covered")) }
                    th scope="col" { (visit.say("operation-source")) }
                } }
                tbody { @for channel in &shown.channels { tr {
                    td { (channel.family) }
                    td { (channel.channel) }
                    td.n { (channel.covered_percent.map_or_else(|| visit.say("operation-unknown"), |share| format!("{share} %"))) }
                    td { (channel.source) }
                } } }
            } }
        }
        @if !shown.roles.is_empty() {
            h2 { (visit.say("operation-roles")) }
            ul { @for role in &shown.roles { li { strong { (role.party) } " " (words(visit, &role.does)) " " span.source { (role.basis) } } } }
        }
    }
}

/// The form of a record: empty, or its last version.
pub async fn form(visit: Visit, Query(which): Query<Which>) -> Result<Response, Problem> {
    let text = match which.operation.as_str() {
        "" => String::new(),
        id => {
            let id = id.parse().map_err(|_| Problem::missing())?;
            visit.office()?.operation_text(&id, visit.at).await?
        }
    };
    Ok(typed(&visit, &text, None))
}

fn typed(visit: &Visit, record: &str, problem: Option<&Problem>) -> Response {
    let body = html! {
        @if let Some(problem) = problem { (error(visit, problem)) }
        p { (visit.say("operation-record-how")) }
        form.sheet method="post" action="/operations/record" {
            (token(visit))
            (field(visit, &Field { name: "record", label: "operation-text", value: record, kind: "area", required: true, ..Field::default() }))
            button type="submit" { (visit.say("operation-record")) }
        }
    };
    let status = problem.map_or(axum::http::StatusCode::OK, |problem| problem.status);
    let shown = page(visit, &Page { title: &visit.say("operation-record"), here: "/operations" }, &body);
    (status, shown).into_response()
}

/// Records a version; what is wrong with it stands above what was typed.
pub async fn record(visit: Visit, Sent(sent): Sent<Typed>) -> Result<Response, Problem> {
    let text = sent.record.replace("\r\n", "\n");
    match visit.office()?.record_operation(&text, visit.at).await {
        Ok(recorded) => Ok(Redirect::to(&format!("/operations/{}", recorded.operation)).into_response()),
        Err(wrong @ (OperationError::Document(_) | OperationError::StillCalled { .. })) => {
            Ok(typed(&visit, &text, Some(&wrong.into())))
        }
        Err(other) => Err(other.into()),
    }
}
