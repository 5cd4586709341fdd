//! Publications at the office's desk: reports and urgent alerts, written, looked at, let be read by everybody by
//! another seat, corrected, taken back (S1.27, S3.8).

use axum::extract::Path as Places;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::publication::{AlertTyped, PublicationError, PublicationListed, PublicationRead};
use renkei_app::signin::BilingualShown;
use renkei_core::id::PublicationId;
use renkei_core::seat::Duty;
use serde::Deserialize;

use crate::form::{Nothing, Path, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, field, moment, nothing, opt_moment, token, words};
use crate::problem::Problem;
use crate::public::POLICY;
use crate::visit::Visit;

const HERE: &str = "/publications";

/// A fresh time code.
#[derive(Debug, Deserialize)]
pub struct Code {
    code: String,
}

/// Why something is taken back.
#[derive(Debug, Deserialize)]
pub struct Reason {
    ja: String,
    en: String,
}

/// The list.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let mut all = visit.office()?.publications().await?.0;
    all.reverse();
    let body = html! {
        p { (visit.say("publications-what")) " " a href="/public/" { (visit.say("publications-public")) } }
        @if writes(&visit) {
            p { a.button href="/publications/new" { (visit.say("alert-new")) } }
            form method="post" action="/publications/report" {
                (token(&visit))
                p { button.second type="submit" { (visit.say("report-draw")) } }
            }
        }
        @if all.is_empty() { (nothing(&visit, "publications-empty")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-publications")) { table {
                thead { tr {
                    th scope="col" { (visit.say("publication-head-publication")) }
                    th scope="col" { (visit.say("publication-head-kind")) }
                    th scope="col" { (visit.say("publication-head-state")) }
                    th scope="col" { (visit.say("publication-head-written")) }
                } }
                tbody { @for one in &all { tr {
                    td { a href={ (HERE) "/" (one.publication) } { code { (one.publication) } } }
                    td { (visit.say(&format!("publication-kind-{}", one.kind))) }
                    td { (state(&visit, one)) }
                    td { (opt_moment(&visit, one.written_at.as_ref())) }
                } } }
            } }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-publications"), here: HERE }, &body))
}

fn writes(visit: &Visit) -> bool {
    visit.has(&[Duty::Drafter, Duty::Analyst])
}

fn state(visit: &Visit, one: &PublicationListed) -> Markup {
    html! { span class={ "state publication-" (one.state) } { (visit.say(&format!("publication-state-{}", one.state))) } }
}

/// A new alert.
pub async fn new(visit: Visit) -> Result<Response, Problem> {
    let body = html! {
        p { (visit.say("alert-how")) }
        (form(&visit, HERE, None))
    };
    Ok(page(&visit, &Page { title: &visit.say("alert-new"), here: HERE }, &body))
}

fn form(visit: &Visit, action: &str, now: Option<(&PublicationRead, bool)>) -> Markup {
    let read = now.map(|(read, _)| read);
    let of = |both: Option<&BilingualShown>| both.map_or_else(Default::default, |it| (it.ja.clone(), it.en.clone()));
    let (title, text) = (of(read.and_then(|read| read.title.as_ref())), of(read.and_then(|read| read.text.as_ref())));
    let row = |name, label, kind, value: &str| {
        field(visit, &Field { name, label, kind, value, required: true, ..Field::default() })
    };
    html! {
        form.sheet method="post" action=(action) {
            (token(visit))
            (row("title_ja", "alert-title-ja", "text", &title.0))
            (row("title_en", "alert-title-en", "text", &title.1))
            (row("text_ja", "alert-text-ja", "area", &text.0))
            (row("text_en", "alert-text-en", "area", &text.1))
            @if now.is_some_and(|(_, corrects)| corrects) {
                (row("correction_ja", "alert-correction-ja", "area", ""))
                (row("correction_en", "alert-correction-en", "area", ""))
            }
            button type="submit" { (visit.say("alert-keep")) }
        }
    }
}

/// Writes it.
pub async fn write(visit: Visit, Sent(typed): Sent<AlertTyped>) -> Result<Response, Problem> {
    let made = visit.office()?.type_alert(&typed, None, visit.at).await?;
    Ok(Redirect::to(&format!("{HERE}/{}", made.publication.unwrap_or_default())).into_response())
}

/// Draws the open report anew as a draft.
pub async fn draw(visit: Visit, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let made = visit.office()?.draw_report(visit.at).await?;
    Ok(Redirect::to(&format!("{HERE}/{}", made.publication.unwrap_or_default())).into_response())
}

/// One of them, and what can be done with it.
pub async fn show(visit: Visit, Path(publication): Path) -> Result<Response, Problem> {
    let read = visit.office()?.read_publication(id(&publication)?).await?;
    let one = &read.listed;
    let (drafted, retracted) = (one.state == "drafted", one.state == "retracted");
    let waits = drafted || one.state == "correcting";
    let decides = visit.has(&[Duty::Approver, Duty::Deputy]);
    let body = html! {
        dl.facts {
            dt { (visit.say("publication-head-kind")) } dd { (visit.say(&format!("publication-kind-{}", one.kind))) }
            dt { (visit.say("publication-head-state")) } dd { (state(&visit, one)) }
            @if let Some(by) = &one.written_by {
                dt { (visit.say("publication-head-written")) } dd { (by) " · " (opt_moment(&visit, one.written_at.as_ref())) }
            }
            @if let Some(at) = &read.published_at { dt { (visit.say("publication-state-published")) } dd { (moment(&visit, at)) } }
            @if let Some(at) = &read.retracted_at { dt { (visit.say("publication-state-retracted")) } dd { (moment(&visit, at)) } }
        }
        @if let Some(reason) = &read.reason { p.remark { (words(&visit, reason)) } }
        (alert(&read))
        @if !retracted { p { a.button.second href={ (HERE) "/" (one.publication) "/site/index.html" } { (visit.say("publication-preview")) } } }
        @if waits && decides {
            h2 { (visit.say("publication-publish")) }
            p { (visit.say("publication-publish-how")) }
            form.sheet method="post" action={ (HERE) "/" (one.publication) "/publish" } {
                (token(&visit))
                (field(&visit, &Field { name: "code", label: "sign-in-code", hint: "approve-code-hint", required: true, autocomplete: "one-time-code", ..Field::default() }))
                button type="submit" { (visit.say("publication-publish")) }
            }
        }
        @if one.kind == "alert" && !retracted && writes(&visit) {
            details {
                summary { (visit.say(if drafted { "alert-mend" } else { "alert-correct" })) }
                (form(&visit, &format!("{HERE}/{}/text", one.publication), Some((&read, !drafted))))
            }
        }
        @if !drafted && !retracted && decides { (take_back(&visit, one)) }
    };
    let title = read.title.as_ref().map_or_else(|| visit.say("publication-kind-report"), |title| words(&visit, title));
    Ok(page(&visit, &Page { title: &title, here: HERE }, &body))
}

/// Both languages of an alert: who decides reads both.
fn alert(read: &PublicationRead) -> Markup {
    let both = |title: &BilingualShown, text: &BilingualShown| {
        [("ja", &title.ja, &text.ja), ("en", &title.en, &text.en)]
            .map(|(tag, title, text)| (tag, title.clone(), text.clone()))
    };
    html! {
        @if let (Some(title), Some(text)) = (&read.title, &read.text) {
            @for (tag, title, text) in both(title, text) {
                section lang=(tag) {
                    h2 { (title) }
                    @for part in text.split("\n\n") { p { (part) } }
                }
            }
        }
        @if let Some(correction) = &read.correction {
            p.remark lang="ja" { (correction.ja) }
            p.remark lang="en" { (correction.en) }
        }
    }
}

fn take_back(visit: &Visit, one: &PublicationListed) -> Markup {
    html! {
        details {
            summary { (visit.say("publication-retract")) }
            form.sheet method="post" action={ (HERE) "/" (one.publication) "/retraction" } {
                (token(visit))
                p { (visit.say("publication-retract-how")) }
                (field(visit, &Field { name: "ja", label: "publication-reason-ja", kind: "area", required: true, ..Field::default() }))
                (field(visit, &Field { name: "en", label: "publication-reason-en", kind: "area", required: true, ..Field::default() }))
                button.danger type="submit" { (visit.say("publication-retract-now")) }
            }
        }
    }
}

/// A further text of an alert.
pub async fn rewrite(
    visit: Visit,
    Path(publication): Path,
    Sent(typed): Sent<AlertTyped>,
) -> Result<Response, Problem> {
    let id = id(&publication)?;
    visit.office()?.type_alert(&typed, Some(id), visit.at).await?;
    Ok(back(id))
}

/// Lets everybody read it, with a fresh code.
pub async fn publish(visit: Visit, Path(publication): Path, Sent(typed): Sent<Code>) -> Result<Response, Problem> {
    let id = id(&publication)?;
    let seat = visit.seat()?;
    let source = format!("approve {}", visit.site.source(seat.id.as_str(), visit.device.as_deref(), visit.peer));
    let office = visit.office()?;
    office.confirm(&seat.id, &typed.code, &source, visit.at).await?;
    office.publish(id, visit.at).await?;
    Ok(back(id))
}

/// Takes it back.
pub async fn retract(visit: Visit, Path(publication): Path, Sent(typed): Sent<Reason>) -> Result<Response, Problem> {
    let id = id(&publication)?;
    visit.office()?.retract_publication(id, &typed.ja, &typed.en, visit.at).await?;
    Ok(back(id))
}

/// The first page of the site as it would be.
pub async fn preview(visit: Visit, Places((publication, file)): Places<(String, String)>) -> Result<Response, Problem> {
    preview_of(&visit, &publication, &file).await
}

/// A page in a folder of it.
pub async fn preview_in(
    visit: Visit,
    Places((publication, name, file)): Places<(String, String, String)>,
) -> Result<Response, Problem> {
    preview_of(&visit, &publication, &format!("{name}/{file}")).await
}

async fn preview_of(visit: &Visit, publication: &str, path: &str) -> Result<Response, Problem> {
    let file = visit.office()?.preview_publication(id(publication)?, path, visit.at).await?;
    let file = file.ok_or_else(Problem::missing)?;
    Ok(([(CONTENT_TYPE, file.kind), (CONTENT_SECURITY_POLICY, POLICY)], file.bytes).into_response())
}

fn id(text: &str) -> Result<PublicationId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

fn back(id: PublicationId) -> Response {
    Redirect::to(&format!("{HERE}/{id}")).into_response()
}

impl From<PublicationError> for Problem {
    fn from(error: PublicationError) -> Self {
        match error {
            PublicationError::Ask(error) => error.into(),
            PublicationError::Write(error) => error.into(),
            PublicationError::Db(error) => error.into(),
            PublicationError::Unknown(_) => Self::missing(),
            PublicationError::Alert(_) => Self::form().detailed(error),
            PublicationError::Nothing | PublicationError::Report(_) => {
                Self::new(StatusCode::CONFLICT, "conflict").detailed(error)
            }
            error => Self::failed(error),
        }
    }
}
