//! Requests: the list, one request with its letter and thread, its rows.

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::campaign::read::{Event, RequestRead, RequestsOf, RequestsPage, Rows};
use renkei_core::id::RequestId;
use renkei_core::request::State;
use renkei_core::seat::Duty;
use serde::Deserialize;

use super::answer;
use crate::form::{Nothing, Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{choice, count, moment, nothing, opt_moment, ruling, state, token, words};
use crate::problem::Problem;
use crate::turn::{link, pages};
use crate::visit::Visit;

/// What the list is narrowed to.
#[derive(Debug, Default, Deserialize)]
pub struct Narrowed {
    #[serde(default)]
    state: String,
    #[serde(default)]
    party: String,
    #[serde(default)]
    after: String,
}

/// The list.
pub async fn list(visit: Visit, Query(narrowed): Query<Narrowed>) -> Result<Response, Problem> {
    let of = RequestsOf {
        state: State::from_word(&narrowed.state),
        party: narrowed.party.parse().ok(),
        after: narrowed.after.parse().ok(),
        ..RequestsOf::default()
    };
    let RequestsPage { items: list, next } = visit.office()?.requests_for(visit.seat()?, &of, visit.at).await?;
    let further = next
        .map(|after| link("/requests", &[("state", &narrowed.state), ("party", &narrowed.party), ("after", &after)]));
    let mut states = vec![(String::new(), visit.say("all"))];
    states.extend(
        State::ALL.iter().map(|state| (state.word().to_owned(), visit.say(&format!("state-{}", state.word())))),
    );
    let body = html! {
        form method="get" action="/requests" { div.row {
            (choice(&visit, "state", "effect-state", &states, &narrowed.state))
            @if visit.is_house() {
                div.field {
                    label for="field-party" { (visit.say("party-id")) }
                    input id="field-party" name="party" value=(narrowed.party);
                }
            }
            div.field { button.second type="submit" { (visit.say("narrow")) } }
        } }
        div data-live="" { @if list.is_empty() { (nothing(&visit, "requests-none")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-requests")) { table {
                thead { tr {
                    th scope="col" { (visit.say("campaign-title")) }
                    th scope="col" { (visit.say("party-id")) }
                    th scope="col" { (visit.say("plan-measure")) }
                    th scope="col" { (visit.say("effect-state")) }
                    th.n scope="col" { (visit.say("plan-lines")) }
                    th scope="col" { (visit.say("event-sent")) }
                    th scope="col" { (visit.say("request-due")) }
                } }
                tbody { @for row in &list { tr {
                    td { a href={ "/requests/" (row.request) } { (words(&visit, &row.title)) } }
                    td { (row.party) }
                    td { (visit.say(row.measure)) }
                    td { (state(&visit, row.state, row.overdue)) }
                    td.n { (count(row.lines)) }
                    td { (opt_moment(&visit, row.sent_at.as_ref())) }
                    td { (row.due_at.clone().unwrap_or_else(|| visit.say("none"))) }
                } } }
            } } }
            (pages(&visit, !narrowed.after.is_empty(), "/requests", further.as_deref()))
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-requests"), here: "/requests" }, &body))
}

/// One request.
pub async fn show(visit: Visit, Path(request): Path) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    let read = visit.office()?.read_request(id, visit.at).await?;
    let waits = matches!(read.state, "sent" | "acknowledged" | "answered");
    let title = words(&visit, &read.title);
    let body = html! {
        (facts(&visit, &read))
        @if read.undelivered { (came_back(&visit, &read)) }
        @if visit.has(&[Duty::Answerer]) && waits { (answer::form(&visit, &read)) }
        h2 { (visit.say("letter")) }
        pre.letter { (read.letter) }
        @if !read.sealed.is_empty() { (sealed(&visit, &read)) }
        @else if visit.has(&[Duty::Answerer, Duty::Analyst, Duty::Drafter, Duty::Approver, Duty::Deputy]) && read.lines > 0 {
            p { a.button.second href={ "/requests/" (read.request) "/rows" } { (visit.say("rows-download")) } " " span.quiet { (visit.say("rows-noted")) } }
        }
        h2 { (visit.say("why-lawful")) }
        (ruling(&visit, &read.ruling))
        h2 { (visit.say("thread")) }
        (thread(&visit, &read.thread))
        @if read.thread.iter().any(|event| event.what == "sent") {
            p { a.button.second href={ "/requests/" (read.request) "/report" } { (visit.say("report-title")) } }
        }
        @if read.state == "answered" && visit.is_house() && visit.has(&[Duty::Drafter, Duty::Sender]) {
            (answer::feedback_form(&visit, &read))
        }
    };
    Ok(page(&visit, &Page { title: &title, here: "/requests" }, &body))
}

/// Its letters came back: the sender sends it once more.
fn came_back(visit: &Visit, read: &RequestRead) -> Markup {
    html! { div.error role="status" {
        p { strong { (visit.say("undelivered")) } }
        p { (visit.say("undelivered-do")) }
        @if visit.has(&[Duty::Sender]) {
            form method="post" action={ "/requests/" (read.request) "/again" } {
                (token(visit))
                button.second type="submit" { (visit.say("send-again")) }
            }
        }
    } }
}

/// Sends a request that came back once more, to the next address.
pub async fn again(visit: Visit, Path(request): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    visit.office()?.send_again(id, visit.at).await?;
    Ok(Redirect::to(&format!("/requests/{id}")).into_response())
}

/// Sheets that only the party asked can open, and fetch.
fn sealed(visit: &Visit, read: &RequestRead) -> Markup {
    let fetches = !visit.is_house() && visit.has(&[Duty::Answerer]);
    html! {
        h2 { (visit.say("sealed-title")) }
        p { (visit.say(if fetches { "sealed-yours" } else { "sealed-theirs" })) }
        @if let Some(day) = &read.delete_on { p { (visit.words().say("credentials-delete-on", &[("day", day.clone())])) } }
        ul.cards { @for (place, sheet) in read.sealed.iter().enumerate() { li.card {
            p {
                @if fetches && sheet.kept { a.button.second href={ "/requests/" (read.request) "/rows?sheet=" (place) } { (sheet.name) } }
                @else { code { (sheet.name) } }
                " " (count(sheet.bytes)) " B"
                @if !sheet.kept { " · " (visit.say("credentials-gone")) }
            }
            p.quiet { "SHA-256 " code { (sheet.digest) } }
        } } }
        @if fetches { p.quiet { (visit.say("rows-noted")) " " (visit.say("sealed-how")) } }
    }
}

fn facts(visit: &Visit, read: &RequestRead) -> Markup {
    html! {
        dl.facts {
            dt { (visit.say("effect-state")) } dd { (state(visit, read.state, read.overdue)) }
            dt { (visit.say("plan-measure")) } dd { (visit.say(read.measure)) }
            dt { (visit.say("party-id")) } dd { (read.party) }
            dt { (visit.say("plan-devices")) } dd { (count(read.devices)) }
            dt { (visit.say("plan-lines")) } dd { (count(read.lines)) }
            @for (reason, lines) in &read.not_actionable {
                dt { (visit.say("plan-left")) } dd { (count(*lines)) " · " (visit.say(&format!("reason-{reason}"))) }
            }
            dt { (visit.say("request-due")) } dd { (read.due_at.clone().unwrap_or_else(|| visit.say("none"))) }
            dt { (visit.say("request-id")) } dd { code { (read.request) } }
            dt { (visit.say("request-digest")) } dd { code { (read.digest) } }
        }
    }
}

fn thread(visit: &Visit, events: &[Event]) -> Markup {
    html! {
        ol.cards { @for event in events { li.card {
            p {
                strong { (visit.say(&format!("event-{}", event.what))) } " " (moment(visit, &event.at))
                @if let Some(seat) = &event.seat { " " span.quiet { (seat) } }
                @if let Some(outcome) = event.outcome { " · " (visit.say(&format!("outcome-{outcome}"))) }
            }
            @if let Some(text) = &event.text { p { (words(visit, text)) } }
            @for (name, value) in &event.figures {
                p { (figure(visit, name)) ": " (count(*value)) }
            }
        } } }
    }
}

/// The name of a figure: a status, or what feedback tells.
pub fn figure(visit: &Visit, name: &str) -> String {
    let known = ["status", "figure"].map(|kind| format!("{kind}-{name}"));
    known.iter().find(|key| visit.words().has(key)).map_or_else(|| name.to_owned(), |key| visit.say(key))
}

/// The rows, as the sheet that was sent; the view is in the ledger.
pub async fn rows(visit: Visit, Path(request): Path, Query(which): Query<Which>) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    Ok(file(visit.office()?.read_rows(id, which.sheet, visit.at).await?))
}

/// Which sheet.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Which {
    /// Its place among the sealed sheets, counted from 0.
    pub sheet: usize,
}

/// Rows as a file to keep.
pub fn file(rows: Rows) -> Response {
    let Rows { name, media_type, bytes } = rows;
    let name = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}
