//! Seats: inviting, suspending, tokens; an administrator sees its own organisation's only.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::seats::{NewSeat, Scope, SeatShown};
use renkei_core::id::{Digest, SeatId};
use renkei_core::seat::Duty;
use renkei_core::text::{Bilingual, Language};
use serde::Deserialize;

use crate::form::Sent;
use crate::layout::{Page, page};
use crate::part::{Field, choice, field, moment, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// What was typed to invite.
#[derive(Debug, Deserialize)]
pub struct Invite {
    seat: String,
    #[serde(default)]
    party: String,
    title_ja: String,
    title_en: String,
    #[serde(default)]
    duty: String,
}

/// Which seat to suspend or let in again.
#[derive(Debug, Deserialize)]
pub struct Suspend {
    seat: String,
    step: String,
}

/// What was typed to make a token.
#[derive(Debug, Deserialize)]
pub struct MakeToken {
    seat: String,
    name: String,
    scope: String,
    days: u32,
}

/// Which token to end.
#[derive(Debug, Deserialize)]
pub struct EndToken {
    seat: String,
    token: String,
}

/// The page.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    listed(&visit, None).await
}

async fn listed(visit: &Visit, said: Option<Markup>) -> Result<Response, Problem> {
    let seats = visit.office()?.seats(visit.at).await?.0;
    let body = html! {
        @if let Some(said) = said { (said) }
        (table(visit, &seats))
        (invite_form(visit))
        (token_form(visit, &seats))
    };
    Ok(page(visit, &Page { title: &visit.say("menu-seats"), here: "/seats" }, &body))
}

fn table(visit: &Visit, seats: &[SeatShown]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-seats")) { table {
            thead { tr {
                th scope="col" { (visit.say("seat-name")) }
                th scope="col" { (visit.say("party-id")) }
                th scope="col" { (visit.say("seat-duties")) }
                th scope="col" { (visit.say("seat-state")) }
                th scope="col" { (visit.say("tokens")) }
                th scope="col" { (visit.say("seat-change")) }
            } }
            tbody { @for seat in seats { tr {
                td { code { (seat.seat) } br; @match visit.language { Language::Ja => (seat.title_ja), Language::En => (seat.title_en) } }
                td { (seat.party) }
                td { (seat.duties.iter().map(|duty| visit.say(&format!("duty-{duty}"))).collect::<Vec<_>>().join("・")) }
                td { span class={ "state " (seat.state) } { (visit.say(&format!("seat-state-{}", seat.state))) } }
                td { @for held in &seat.tokens {
                    div {
                        (held.name) " · " (visit.say(&format!("scope-{}", held.scope))) " · " (moment(visit, &held.ends_at))
                        form method="post" action="/seats/token/end" {
                            (token(visit))
                            input type="hidden" name="seat" value=(seat.seat);
                            input type="hidden" name="token" value=(held.id);
                            button.plain type="submit" { (visit.say("token-end")) }
                        }
                    }
                } }
                td { @if seat.state == "active" || seat.state == "suspended" {
                    form method="post" action="/seats/suspend" {
                        (token(visit))
                        input type="hidden" name="seat" value=(seat.seat);
                        @let step = if seat.state == "active" { "suspend" } else { "resume" };
                        button.plain type="submit" name="step" value=(step) { (visit.say(&format!("seat-{step}"))) }
                    }
                } }
            } } }
        } }
    }
}

fn invite_form(visit: &Visit) -> Markup {
    let house = visit.is_house();
    let foreign = [Duty::Answerer, Duty::Legal, Duty::Auditor, Duty::Administrator];
    let duties: Vec<Duty> = Duty::ALL.into_iter().filter(|duty| house || foreign.contains(duty)).collect();
    html! {
        h2 { (visit.say("invite-title")) }
        p { (visit.say("invite-how")) }
        form.sheet method="post" action="/seats/invite" {
            (token(visit))
            (field(visit, &Field { name: "seat", label: "seat-name", hint: "invite-seat-hint", required: true, ..Field::default() }))
            @if house { (field(visit, &Field { name: "party", label: "party-id", hint: "invite-party-hint", ..Field::default() })) }
            (field(visit, &Field { name: "title_ja", label: "seat-title-ja", hint: "invite-title-hint", required: true, ..Field::default() }))
            (field(visit, &Field { name: "title_en", label: "seat-title-en", required: true, ..Field::default() }))
            fieldset { legend { (visit.say("seat-duties")) } div.checks {
                @for duty in &duties {
                    label { input type="checkbox" name="duty" value=(duty.word()); " " (visit.say(&format!("duty-{}", duty.word()))) }
                }
            } }
            button type="submit" { (visit.say("invite-send")) }
        }
    }
}

fn token_form(visit: &Visit, seats: &[SeatShown]) -> Markup {
    let options: Vec<_> =
        seats.iter().filter(|seat| !seat.machine).map(|seat| (seat.seat.clone(), seat.seat.clone())).collect();
    let scopes: Vec<_> =
        Scope::ALL.iter().map(|it| (it.word().to_owned(), visit.say(&format!("scope-{}", it.word())))).collect();
    html! {
        h2 { (visit.say("token-title")) }
        p { (visit.say("token-how")) }
        form.sheet method="post" action="/seats/token" {
            (token(visit))
            (choice(visit, "seat", "seat-name", &options, ""))
            (field(visit, &Field { name: "name", label: "token-name", required: true, ..Field::default() }))
            (choice(visit, "scope", "token-scope", &scopes, "read"))
            (field(visit, &Field { name: "days", label: "token-days", kind: "number", value: "90", required: true, ..Field::default() }))
            button type="submit" { (visit.say("token-make")) }
        }
    }
}

/// Invites; the link is shown once.
pub async fn invite(visit: Visit, Sent(typed): Sent<Invite>) -> Result<Response, Problem> {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let duties: Option<Vec<Duty>> = typed.duty.split_whitespace().map(Duty::from_word).collect();
    let party = match filled(&typed.party) {
        Some(party) => Some(party.parse().map_err(|_| Problem::form())?),
        None if visit.is_house() => None,
        None => Some(visit.seat()?.party.clone()),
    };
    let new = NewSeat {
        seat: typed.seat.trim().parse().map_err(|_| Problem::form())?,
        party,
        title: Bilingual { ja: typed.title_ja.trim().into(), en: typed.title_en.trim().into() },
        duties: duties.ok_or_else(Problem::form)?,
    };
    let invited = visit.office()?.invite(&new, visit.at).await?;
    let said = html! { div.notice role="status" {
        p { (visit.words().say("invited", &[("seat", invited.seat.clone())])) }
        p { code { (invited.path) } }
        p { (visit.say("seat-until")) ": " (moment(&visit, &invited.ends_at)) }
    } };
    listed(&visit, Some(said)).await
}

/// Suspends a seat, or lets it in again.
pub async fn suspend(visit: Visit, Sent(typed): Sent<Suspend>) -> Result<Response, Problem> {
    let seat: SeatId = typed.seat.parse().map_err(|_| Problem::form())?;
    visit.office()?.suspend_seat(&seat, typed.step == "suspend", visit.at).await?;
    Ok(Redirect::to("/seats").into_response())
}

/// Makes a token; it is shown once.
pub async fn make_token(visit: Visit, Sent(typed): Sent<MakeToken>) -> Result<Response, Problem> {
    let seat: SeatId = typed.seat.parse().map_err(|_| Problem::form())?;
    let scope = Scope::from_word(&typed.scope).ok_or_else(Problem::form)?;
    if !(1..=366).contains(&typed.days) || typed.name.trim().is_empty() {
        return Err(Problem::form());
    }
    let made = visit.office()?.make_token(&seat, typed.name.trim(), scope, typed.days, visit.at).await?;
    let said = html! { div.notice role="status" {
        p { (visit.words().say("token-shown", &[("seat", made.seat.clone())])) }
        p { code { (made.token) } }
    } };
    listed(&visit, Some(said)).await
}

/// Ends a token.
pub async fn end_token(visit: Visit, Sent(typed): Sent<EndToken>) -> Result<Response, Problem> {
    let seat: SeatId = typed.seat.parse().map_err(|_| Problem::form())?;
    let mark: Digest = typed.token.parse().map_err(|_| Problem::form())?;
    visit.office()?.end_token(&seat, mark, visit.at).await?;
    Ok(Redirect::to("/seats").into_response())
}
