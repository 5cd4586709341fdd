//! The directory: parties, what they can act on, how they are reached.

use axum::response::Response;
use maud::html;
use renkei_app::party::PartyShown;
use renkei_core::id::PartyId;
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use serde::Deserialize;

use crate::form::{Path, Query};
use crate::layout::{Page, page};
use crate::part::nothing;
use crate::problem::Problem;
use crate::visit::Visit;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// The list.
pub async fn list(visit: Visit, Query(search): Query<Search>) -> Result<Response, Problem> {
    let wanted = Some(search.q.trim()).filter(|text| !text.is_empty());
    let parties = visit.office()?.parties(wanted).await?.0;
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
                    td { (party.mail.clone().unwrap_or_else(|| visit.say("none"))) }
                    td.n { (party.competences.len()) }
                    td { (party.agreements.join(", ")) }
                } } }
            } }
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
            dt { (visit.say("party-channel")) } dd { (party.mail.clone().unwrap_or_else(|| none.clone())) " " @if let Some(seal) = party.seal { (seal) } }
            dt { (visit.say("party-shared")) } dd { (visit.say(if party.shared_addresses { "yes" } else { "no" })) }
            dt { (visit.say("party-repeat")) } dd { (days(party.repeat_days)) }
            dt { (visit.say("party-answer")) } dd { (days(party.answer_days)) }
            dt { (visit.say("party-agreements")) } dd { (party.agreements.join(", ")) }
        }
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

fn name(visit: &Visit, party: &PartyShown) -> String {
    match visit.language {
        Language::Ja => party.name_ja.clone(),
        Language::En => party.name_en.clone(),
    }
}
