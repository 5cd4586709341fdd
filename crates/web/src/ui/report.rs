//! The report for an operator's management, made to be printed; and the costs it enters (S4.20–S4.22).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::campaign::cost::Spent;
use renkei_app::campaign::report::Report;
use renkei_core::id::RequestId;
use renkei_core::seat::Duty;
use serde::Deserialize;

use super::requests::figure;
use crate::form::{Path, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, count, field, moment, nothing, token, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// A cost as it was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    amount: String,
    currency: String,
    what: String,
}

/// The page.
pub async fn show(visit: Visit, Path(request): Path) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    let report = visit.office()?.report(id, visit.at).await?;
    let body = html! {
        p { strong { (words(&visit, &report.party)) } }
        p { (words(&visit, &report.request.title)) " · " (words(&visit, &report.office)) " · " (moment(&visit, &report.at)) }
        (asked(&visit, &report))
        (did(&visit, &report))
        (came(&visit, &report))
        (cost(&visit, &report))
        p.quiet.unprinted { (visit.say("report-print")) }
    };
    Ok(page(&visit, &Page { title: &visit.say("report-title"), here: "/requests" }, &body))
}

fn asked(visit: &Visit, report: &Report) -> Markup {
    let request = &report.request;
    let at = |what: &str| request.thread.iter().rfind(|event| event.what == what).map(|event| event.at.clone());
    html! {
        h2 { (visit.say("report-asked")) }
        p { (words(visit, &report.purpose)) }
        dl.facts {
            dt { (visit.say("plan-measure")) } dd { (visit.say(request.measure)) }
            dt { (visit.say("plan-devices")) } dd { (count(request.devices)) }
            dt { (visit.say("plan-lines")) } dd { (count(request.lines)) }
            @for what in ["sent", "acknowledged", "answered"] {
                @if let Some(at) = at(what) { dt { (visit.say(&format!("event-{what}"))) } dd { (moment(visit, &at)) } }
            }
            dt { (visit.say("request-id")) } dd { code { (request.request) } }
        }
    }
}

fn did(visit: &Visit, report: &Report) -> Markup {
    html! {
        h2 { (visit.say("report-did")) }
        @if report.answered.is_empty() { (nothing(visit, "report-no-answer")) } @else {
            dl.facts {
                @for (status, lines) in &report.answered { dt { (figure(visit, status)) } dd { (count(*lines)) } }
                dt { (visit.say("report-reached")) } dd { (count(report.reached)) " / " (count(report.request.lines)) }
            }
        }
    }
}

fn came(visit: &Visit, report: &Report) -> Markup {
    let (estimates, measured): (Vec<_>, Vec<_>) =
        report.effect.iter().partition(|(name, _)| name.starts_with("estimate-"));
    html! {
        h2 { (visit.say("report-came")) }
        @if report.results.is_empty() { (nothing(visit, "report-no-result")) }
        @for result in &report.results {
            @if let Some(text) = &result.text { p.letter { (words(visit, text)) } }
        }
        @if !measured.is_empty() {
            dl.facts { @for (name, value) in measured { dt { (figure(visit, name)) } dd { (count(*value)) } } }
            p.quiet { (visit.say("report-measured")) }
        }
        @if !estimates.is_empty() {
            h3 { (visit.say("report-estimate")) }
            dl.facts { @for (name, value) in estimates { dt { (figure(visit, name)) } dd { (count(*value)) } } }
            p.quiet { (visit.say("report-estimate-rests")) }
        }
    }
}

fn cost(visit: &Visit, report: &Report) -> Markup {
    html! {
        h2 { (visit.say("report-cost")) }
        @if report.costs.is_empty() { (nothing(visit, "report-no-cost")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(visit.say("report-cost")) { table {
                thead { tr {
                    th scope="col" { (visit.say("cost-what")) }
                    th scope="col" { (visit.say("cost-when")) }
                    th.n scope="col" { (visit.say("cost-minutes")) }
                    th.n scope="col" { (visit.say("cost-amount")) }
                } }
                tbody {
                    @for cost in &report.costs { tr {
                        td { (cost.what) }
                        td { (moment(visit, &cost.at)) }
                        td.n { (count(cost.minutes)) }
                        td.n { @if cost.amount > 0 { (count(cost.amount)) " " (cost.currency) } }
                    } }
                    tr {
                        td { strong { (visit.say("total")) } }
                        td {}
                        td.n { strong { (count(report.minutes)) } }
                        td.n { @for (currency, amount) in &report.amounts { strong { (count(*amount)) " " (currency) } " " } }
                    }
                }
            } }
        }
        @if visit.has(&[Duty::Answerer]) {
            form.sheet.unprinted method="post" action={ "/requests/" (report.request.request) "/costs" } {
                (token(visit))
                (field(visit, &Field { name: "what", label: "cost-what", required: true, ..Field::default() }))
                div.row {
                    (field(visit, &Field { name: "minutes", label: "cost-minutes", kind: "number", value: "0", ..Field::default() }))
                    (field(visit, &Field { name: "amount", label: "cost-amount", kind: "number", value: "0", ..Field::default() }))
                    (field(visit, &Field { name: "currency", label: "cost-currency", value: "JPY", required: true, ..Field::default() }))
                }
                button type="submit" { (visit.say("cost-enter")) }
            }
        }
    }
}

/// Enters a cost.
pub async fn enter(visit: Visit, Path(request): Path, Sent(typed): Sent<Typed>) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    let figure = |text: &str| match text.trim() {
        "" => Ok(0),
        text => text.parse().map_err(|_| Problem::form()),
    };
    let (minutes, amount) = (figure(&typed.minutes)?, figure(&typed.amount)?);
    let spent = Spent { minutes, amount, currency: typed.currency, what: typed.what };
    visit.office()?.record_cost(id, &spent, visit.at).await?;
    Ok(Redirect::to(&format!("/requests/{id}/report")).into_response())
}
