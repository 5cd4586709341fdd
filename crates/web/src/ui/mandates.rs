//! Mandates: what seats share by themselves, given and ended by their approver (S3.2, S4.13).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::share::{GroupListed, MandateListed};
use renkei_core::id::SeatId;
use renkei_core::share::{Pap, Terms, Tlp};
use renkei_core::time::Validity;
use serde::Deserialize;

use super::items::{POSTING, WRITING, inside, until};
use crate::api::mandates::id;
use crate::form::{Nothing, Path, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, choice, field, moment, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// A mandate as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Give {
    seat: String,
    group: String,
    tlp: String,
    pap: String,
    unnamed: Option<String>,
    days: String,
    until: String,
}

/// The mandates of the visitor's organisation, and the form of a new one.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let office = visit.office()?;
    let list = office.mandates(visit.at).await?.0;
    let seat = visit.seat()?;
    let groups: Vec<GroupListed> = office.groups(visit.at).await?.0;
    let groups: Vec<&GroupListed> = groups.iter().filter(|group| inside(group, seat.id.as_str())).collect();
    let body = html! {
        p { (visit.say("mandates-what")) }
        @if list.is_empty() { (nothing(&visit, "mandates-none-yet")) } @else {
            ul.cards { @for one in &list { (card(&visit, one)) } }
        }
        @if visit.has(POSTING) {
            h2 { (visit.say("mandate-give")) }
            @if groups.is_empty() { (nothing(&visit, "mandate-no-group")) } @else { (form(&visit, &groups)) }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("mandates"), here: "/items" }, &body))
}

fn card(visit: &Visit, one: &MandateListed) -> Markup {
    html! { li.card {
        p { strong { (one.seat) } " → " (one.group_name.as_ref().unwrap_or(&one.group)) }
        p {
            "TLP:" (one.tlp.to_uppercase()) " PAP:" (one.pap.to_uppercase())
            @if one.unnamed { " · " (visit.say("item-be-unnamed")) }
            @if let Some(days) = one.days { " · " (visit.words().say("mandate-days-each", &[("days", days.to_string())])) }
        }
        p.quiet {
            @if let Some(until) = &one.until { (visit.say("mandate-until")) " " (moment(visit, until)) " · " }
            (visit.say("mandate-by")) " " (one.given_by) " · " (moment(visit, &one.given_at))
        }
        p { span class={ "state " (one.state) } { (visit.say(&format!("mandate-state-{}", one.state))) } }
        @if one.state != "ended" && visit.has(WRITING) {
            form method="post" action={ "/mandates/" (one.mandate) "/end" } {
                (token(visit))
                button.danger type="submit" { (visit.say("mandate-end")) }
            }
        }
    } }
}

fn form(visit: &Visit, groups: &[&GroupListed]) -> Markup {
    let named: Vec<_> = groups.iter().map(|group| (group.group.clone(), group.name.clone())).collect();
    let label = |word: &str| (word.to_owned(), word.to_uppercase());
    let tlp: Vec<_> = Tlp::ALL.iter().filter(|tlp| **tlp != Tlp::Red).map(|tlp| label(tlp.word())).collect();
    let pap: Vec<_> = Pap::ALL.iter().map(|pap| label(pap.word())).collect();
    html! {
        p { (visit.say("mandate-how")) }
        form.sheet method="post" action="/items/mandates" {
            (token(visit))
            (field(visit, &Field { name: "seat", label: "mandate-seat", hint: "mandate-seat-hint", required: true, ..Field::default() }))
            (choice(visit, "group", "mandate-group", &named, ""))
            (choice(visit, "tlp", "tlp", &tlp, Tlp::Amber.word()))
            (choice(visit, "pap", "pap", &pap, Pap::Amber.word()))
            p.check { label { input type="checkbox" name="unnamed" value="on"; " " (visit.say("item-be-unnamed")) } }
            (field(visit, &Field { name: "days", label: "mandate-days", hint: "mandate-days-hint", kind: "number", ..Field::default() }))
            (field(visit, &Field { name: "until", label: "mandate-last-day", kind: "date", required: true, ..Field::default() }))
            button type="submit" { (visit.say("mandate-give-do")) }
        }
    }
}

/// Gives a mandate.
pub async fn give(visit: Visit, Sent(typed): Sent<Give>) -> Result<Response, Problem> {
    let days = match typed.days.trim() {
        "" => None,
        days => Some(days.parse().map_err(|_| Problem::form())?),
    };
    let terms = Terms {
        group: typed.group.parse().map_err(|_| Problem::form())?,
        tlp: Tlp::from_word(&typed.tlp).ok_or_else(Problem::form)?,
        pap: Pap::from_word(&typed.pap).ok_or_else(Problem::form)?,
        unnamed: typed.unnamed.is_some(),
        days,
        within: Validity { from: None, until: until(&typed.until)? },
    };
    let seat: SeatId = typed.seat.trim().parse().map_err(|_| Problem::form())?;
    visit.office()?.give_mandate(seat, terms, visit.at).await?;
    Ok(Redirect::to("/items/mandates").into_response())
}

/// Ends one; what was shared by it stays.
pub async fn end(visit: Visit, Path(mandate): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    visit.office()?.end_mandate(id(&mandate)?, visit.at).await?;
    Ok(Redirect::to("/items/mandates").into_response())
}
