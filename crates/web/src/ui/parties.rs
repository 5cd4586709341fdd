//! The directory: parties, what they can act on, how they are reached.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::party::{ChannelShown, PartyList, PartyShown, TrialShown};
use renkei_core::id::PartyId;
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use serde::Deserialize;

use crate::form::{Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{choice, moment, nothing, token};
use crate::problem::Problem;
use crate::turn::{link, pages};
use crate::visit::Visit;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

/// The list.
pub async fn list(visit: Visit, Query(search): Query<Search>) -> Result<Response, Problem> {
    let wanted = Some(search.q.trim()).filter(|text| !text.is_empty());
    let page_of = visit.office()?.parties_page(wanted, Some(search.after.as_str()).filter(|id| !id.is_empty())).await?;
    let (PartyList(parties), next) = page_of;
    let further = next.map(|after| link("/parties", &[("q", &search.q), ("after", &after)]));
    let body = html! {
        form method="get" action="/parties" { div.row {
            div.field {
                label for="field-q" { (visit.say("search")) }
                input id="field-q" name="q" type="search" value=(search.q);
            }
            div.field { button.second type="submit" { (visit.say("search")) } }
        } }
        @if visit.has(&[Duty::Keeper]) { p { a.button.second href="/parties/import" { (visit.say("import-title")) } } }
        @if parties.is_empty() { (nothing(&visit, "party-none")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-parties")) { table {
                thead { tr {
                    th scope="col" { (visit.say("party-name")) }
                    th scope="col" { (visit.say("party-role")) }
                    th scope="col" { (visit.say("party-channel")) }
                    th scope="col" { (visit.say("party-competences")) }
                    th scope="col" { (visit.say("party-agreements")) }
                } }
                tbody { @for party in &parties { tr {
                    td { a href={ "/parties/" (party.party) } { (name(&visit, party)) } " " code { (party.party) } }
                    td { (visit.say(&format!("role-{}", party.role))) }
                    td {
                        @if party.channels.is_empty() { (visit.say("none")) }
                        @for channel in party.channels.iter().filter(|channel| channel.in_use) { (address(&visit, channel)) }
                    }
                    td.n { (party.competences.len()) }
                    td { (party.agreements.join(", ")) }
                } } }
            } }
            (pages(&visit, !search.after.is_empty(), "/parties", further.as_deref()))
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-parties"), here: "/parties" }, &body))
}

/// One party.
pub async fn show(visit: Visit, Path(party): Path) -> Result<Response, Problem> {
    let id: PartyId = party.parse().map_err(|_| Problem::missing())?;
    let party = visit.office()?.party(&id).await?;
    let none = visit.say("none");
    let days = |days: Option<u32>| days.map_or_else(|| none.clone(), |days| days.to_string());
    let body = html! {
        dl.facts {
            dt { (visit.say("party-id")) } dd { code { (party.party) } }
            dt { (visit.say("party-role")) } dd { (visit.say(&format!("role-{}", party.role))) }
            dt { (visit.say("by-country")) } dd { (party.country) }
            dt { (visit.say("party-zone")) } dd { (party.zone) }
            dt { (visit.say("party-channel")) } dd {
                @if party.channels.is_empty() { (none) }
                @for channel in &party.channels { p { (address(&visit, channel)) } }
                @if let Some(seal) = party.seal { p.quiet { (seal) } }
            }
            dt { (visit.say("party-shared")) } dd { (visit.say(if party.shared_addresses { "yes" } else { "no" })) }
            dt { (visit.say("party-repeat")) } dd { (days(party.repeat_days)) }
            dt { (visit.say("party-answer")) } dd { (days(party.answer_days)) }
            dt { (visit.say("party-agreements")) } dd { (party.agreements.join(", ")) }
        }
        (trials(&visit, &party))
        h2 { (visit.say("party-competences")) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say("party-competences")) { table {
            thead { tr { th scope="col" { (visit.say("competence")) } th scope="col" { (visit.say("plan-from")) } th scope="col" { (visit.say("plan-until")) } } }
            tbody { @for competence in &party.competences { tr {
                td { code { (competence.key) } }
                td { (competence.from.clone().unwrap_or_else(|| none.clone())) }
                td { (competence.until.clone().unwrap_or_else(|| none.clone())) }
            } } }
        } }
    };
    Ok(page(&visit, &Page { title: &name(&visit, &party), here: "/parties" }, &body))
}

/// An address, and how it does.
fn address(visit: &Visit, channel: &ChannelShown) -> Markup {
    let failing = channel.health.as_ref().and_then(|health| Some((health.failing_since.as_ref()?, &health.status)));
    html! {
        code { (channel.mail) }
        @if channel.in_use { " " span.state.good { (visit.say("channel-in-use")) } }
        @if let Some((since, status)) = failing {
            " " span.state.bad { (visit.say("channel-failing")) } " " (moment(visit, since))
            @if let Some(status) = status { " " code { (status) } }
        }
    }
}

/// What became of letters that only tried an address, and the form to send one.
fn trials(visit: &Visit, party: &PartyShown) -> Markup {
    let addresses: Vec<_> = party.channels.iter().map(|one| (one.mail.clone(), one.mail.clone())).collect();
    let used = party.channels.iter().find(|one| one.in_use).map_or("", |one| one.mail.as_str());
    html! {
        @if visit.has(&[Duty::Keeper]) && !addresses.is_empty() {
            h2 { (visit.say("trial-title")) }
            p { (visit.say("trial-how")) }
            form method="post" action={ "/parties/" (party.party) "/test" } { div.row {
                (token(visit))
                (choice(visit, "mail", "party-channel", &addresses, used))
                div.field { button.second type="submit" { (visit.say("trial-send")) } }
            } }
        }
        @if !party.trials.is_empty() { div.scroll tabindex="0" role="region" aria-label=(visit.say("trials")) { table {
            caption { (visit.say("trials")) }
            thead { tr {
                th scope="col" { (visit.say("trial-when")) }
                th scope="col" { (visit.say("party-channel")) }
                th scope="col" { (visit.say("trial-outcome")) }
                th scope="col" { (visit.say("trial-said")) }
            } }
            tbody { @for trial in &party.trials { tr {
                td { (moment(visit, &trial.queued_at)) }
                td { code { (trial.mail) } }
                td { (outcome(visit, trial)) }
                td {
                    (trial.said.clone().unwrap_or_else(|| visit.say("none")))
                    @if let Some(status) = &trial.status { " " code { (status) } }
                }
            } } }
        } } }
    }
}

fn outcome(visit: &Visit, trial: &TrialShown) -> Markup {
    let mark = match trial.outcome {
        "delivered" | "relayed" | "expanded" => "good",
        "refused" | "failed" => "bad",
        "handed-over" => "sent",
        _ => "waiting",
    };
    html! { span class={ "state " (mark) } { (visit.say(&format!("trial-{}", trial.outcome))) } }
}

/// Which address is tried.
#[derive(Debug, Deserialize)]
pub struct Tried {
    mail: String,
}

/// Sends a letter without any observation.
pub async fn test(visit: Visit, Path(party): Path, Sent(typed): Sent<Tried>) -> Result<Response, Problem> {
    let id: PartyId = party.parse().map_err(|_| Problem::missing())?;
    visit.office()?.test_channel(&id, Some(&typed.mail), visit.at).await?;
    Ok(Redirect::to(&format!("/parties/{id}")).into_response())
}

fn name(visit: &Visit, party: &PartyShown) -> String {
    match visit.language {
        Language::Ja => party.name_ja.clone(),
        Language::En => party.name_en.clone(),
    }
}
