//! Webhooks: which programs of one's organisation are called, and the calls that nobody took.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::webhook::{CallShown, WebhookList, WebhookShown};
use serde::Deserialize;

use crate::form::Sent;
use crate::layout::{Page, page};
use crate::part::{Field, field, moment, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// What was typed to make one.
#[derive(Debug, Deserialize)]
pub struct Make {
    url: String,
}

/// Which webhook.
#[derive(Debug, Deserialize)]
pub struct Which {
    webhook: String,
}

/// Which call.
#[derive(Debug, Deserialize)]
pub struct Again {
    call: String,
}

/// The page.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    listed(&visit, None).await
}

/// Makes one; the secret is shown once.
pub async fn make(visit: Visit, Sent(typed): Sent<Make>) -> Result<Response, Problem> {
    let made = visit.office()?.make_webhook(&typed.url, visit.at).await?;
    let said = html! { div.notice role="status" {
        p { (visit.say("webhook-made")) }
        p { code { (made.secret) } }
    } };
    listed(&visit, Some(said)).await
}

/// Ends one.
pub async fn end(visit: Visit, Sent(typed): Sent<Which>) -> Result<Response, Problem> {
    let id = typed.webhook.parse().map_err(|_| Problem::form())?;
    visit.office()?.end_webhook(id, visit.at).await?;
    Ok(Redirect::to("/webhooks").into_response())
}

/// Calls one with an event that says nothing.
pub async fn test(visit: Visit, Sent(typed): Sent<Which>) -> Result<Response, Problem> {
    let id = typed.webhook.parse().map_err(|_| Problem::form())?;
    visit.office()?.test_webhook(id, visit.at).await?;
    Ok(Redirect::to("/webhooks").into_response())
}

/// Has a dead call tried again.
pub async fn again(visit: Visit, Sent(typed): Sent<Again>) -> Result<Response, Problem> {
    let id = typed.call.parse().map_err(|_| Problem::form())?;
    visit.office()?.call_again(id, visit.at).await?;
    Ok(Redirect::to("/webhooks").into_response())
}

async fn listed(visit: &Visit, said: Option<Markup>) -> Result<Response, Problem> {
    let WebhookList { webhooks, hosts } = visit.office()?.webhooks().await?;
    let body = html! {
        @if let Some(said) = said { (said) }
        p { (visit.say("webhooks-what")) }
        div data-live="" {
            @if webhooks.is_empty() { (nothing(visit, "webhooks-none")) }
            @for webhook in &webhooks { (one(visit, webhook)) }
        }
        (form(visit, &hosts))
    };
    Ok(page(visit, &Page { title: &visit.say("menu-webhooks"), here: "/webhooks" }, &body))
}

fn one(visit: &Visit, webhook: &WebhookShown) -> Markup {
    let button = |action: &str, key: &str| {
        html! { form method="post" action=(action) {
            (token(visit))
            input type="hidden" name="webhook" value=(webhook.webhook);
            button.plain type="submit" { (visit.say(key)) }
        } }
    };
    html! { section.card aria-label=(webhook.url) {
        h2 { code { (webhook.url) } }
        p.quiet { (visit.say("webhook-made-by")) ": " (webhook.made_by) " · " (moment(visit, &webhook.made_at)) }
        @match &webhook.ended_at {
            Some(at) => p { span.state.bad { (visit.say("webhook-ended")) } " " (moment(visit, at)) },
            None => div.cards { (button("/webhooks/test", "webhook-test")) (button("/webhooks/end", "webhook-end")) },
        }
        @if webhook.calls.is_empty() { (nothing(visit, "calls-none")) } @else { (calls(visit, webhook)) }
    } }
}

fn calls(visit: &Visit, webhook: &WebhookShown) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(visit.say("calls")) { table {
        caption { (visit.say("calls")) }
        thead { tr {
            th scope="col" { (visit.say("call-event")) }
            th scope="col" { (visit.say("call-at")) }
            th scope="col" { (visit.say("call-state")) }
            th scope="col" { (visit.say("call-tries")) }
            th scope="col" { (visit.say("call-last")) }
        } }
        tbody { @for call in &webhook.calls { (row(visit, call, webhook.ended_at.is_none())) } }
    } } }
}

fn row(visit: &Visit, call: &CallShown, open: bool) -> Markup {
    html! { tr {
        td { code { (call.event) } }
        td { (moment(visit, &call.made_at)) }
        td {
            span class={ "state " (call.state) } { (visit.say(&format!("call-{}", call.state))) }
            @if let Some(at) = &call.next_at { br; (visit.say("call-next")) ": " (moment(visit, at)) }
        }
        td.number { (call.tries) }
        td {
            @if let Some(error) = &call.error { (error) } @else if let Some(status) = call.status { "HTTP " (status) }
            @if open && call.state == "dead" {
                form method="post" action="/webhooks/again" {
                    (token(visit))
                    input type="hidden" name="call" value=(call.call);
                    button.plain type="submit" { (visit.say("call-again")) }
                }
            }
        }
    } }
}

fn form(visit: &Visit, hosts: &[String]) -> Markup {
    html! {
        h2 { (visit.say("webhook-new")) }
        @if hosts.is_empty() {
            p { (visit.say("webhook-no-hosts")) }
        } @else {
            p { (visit.say("webhook-hosts")) ": " @for host in hosts { code { (host) } " " } }
            form.sheet method="post" action="/webhooks" {
                (token(visit))
                (field(visit, &Field { name: "url", label: "webhook-url", hint: "webhook-url-hint", kind: "url", required: true, ..Field::default() }))
                button type="submit" { (visit.say("webhook-make")) }
            }
        }
    }
}
