//! Planning a campaign: rehearse first, then draft.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::Filter;
use renkei_app::campaign::Purpose;
use renkei_app::campaign::plan::{Changed, Planned};
use renkei_core::material::Material;
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::form::Sent;
use crate::layout::{Page, page};
use crate::part::{Field, choice, count, field, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
pub struct Plan {
    title_ja: String,
    title_en: String,
    purpose_ja: String,
    purpose_en: String,
    #[serde(default)]
    material: String,
    family: String,
    from: String,
    until: String,
    leaflet: String,
    consultation: String,
    roles: String,
    publicity: String,
    step: String,
}

/// The form.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    Ok(form(&visit, &Plan::default(), None))
}

/// Rehearses, or drafts.
pub async fn send(visit: Visit, Sent(typed): Sent<Plan>) -> Result<Response, Problem> {
    let purpose = purpose(&typed)?;
    let filter = Filter::default();
    let office = visit.office()?;
    if typed.step != "plan" {
        let planned = office.rehearse(&purpose, &filter, &Changed::default(), visit.at).await?;
        return Ok(form(&visit, &typed, Some(&planned)));
    }
    let planned = office.plan(&purpose, &filter, visit.at).await?;
    let campaign = planned.campaign.unwrap_or_default();
    Ok(Redirect::to(&format!("/campaigns/{campaign}")).into_response())
}

fn purpose(typed: &Plan) -> Result<Purpose, Problem> {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let day = |text: &str| match filled(text) {
        Some(text) => renkei_app::parse_day(&text).map(|day| Some(day.start())).ok_or_else(Problem::form),
        None => Ok(None),
    };
    let notes = [("consultation", &typed.consultation), ("roles", &typed.roles), ("publicity", &typed.publicity)];
    let notes = notes.into_iter().filter_map(|(name, text)| Some((name.to_owned(), filled(text)?)));
    let material = match typed.material.as_str() {
        "" => Material::default(),
        word => Material::from_word(word).ok_or_else(Problem::form)?,
    };
    Ok(Purpose {
        material,
        title: Bilingual { ja: filled(&typed.title_ja).ok_or_else(Problem::form)?, en: typed.title_en.trim().into() },
        purpose: Bilingual {
            ja: filled(&typed.purpose_ja).ok_or_else(Problem::form)?,
            en: typed.purpose_en.trim().into(),
        },
        family: filled(&typed.family),
        from: day(&typed.from)?,
        until: day(&typed.until)?,
        leaflet: filled(&typed.leaflet),
        notes: notes.collect(),
    })
}

fn form(visit: &Visit, typed: &Plan, planned: Option<&Planned>) -> Response {
    let one =
        |name, label, value: &str, required| field(visit, &Field { name, label, value, required, ..Field::default() });
    let area = |name, label, value: &str, required, hint| {
        field(visit, &Field { name, label, value, required, hint, kind: "area", ..Field::default() })
    };
    let date = |name, label, value: &str| field(visit, &Field { name, label, value, kind: "date", ..Field::default() });
    let materials = Material::ALL.iter().map(|of| (of.word().to_owned(), visit.say(&format!("material-{of}"))));
    let materials: Vec<_> = materials.collect();
    let body = html! {
        @if let Some(planned) = planned { (preview(visit, planned)) }
        form.sheet method="post" action="/campaigns/new" {
            (token(visit))
            fieldset { legend { (visit.say("plan-purpose")) }
                (one("title_ja", "plan-title-ja", &typed.title_ja, true))
                (one("title_en", "plan-title-en", &typed.title_en, false))
                (area("purpose_ja", "plan-purpose-ja", &typed.purpose_ja, true, "plan-purpose-hint"))
                (area("purpose_en", "plan-purpose-en", &typed.purpose_en, false, ""))
            }
            fieldset { legend { (visit.say("plan-batch")) }
                (choice(visit, "material", "plan-material", &materials, &typed.material))
                (one("family", "by-family", &typed.family, false))
                div.row { (date("from", "plan-from", &typed.from)) (date("until", "plan-until", &typed.until)) }
            }
            fieldset { legend { (visit.say("plan-arrangements")) }
                (area("consultation", "plan-consultation", &typed.consultation, false, ""))
                (area("roles", "plan-roles", &typed.roles, false, ""))
                (area("publicity", "plan-publicity", &typed.publicity, false, ""))
                (one("leaflet", "plan-leaflet", &typed.leaflet, false))
            }
            button.second type="submit" name="step" value="rehearse" { (visit.say("plan-rehearse")) }
            " "
            @if planned.is_some() { button type="submit" name="step" value="plan" { (visit.say("plan-draft")) } }
        }
    };
    page(visit, &Page { title: &visit.say("plan-new"), here: "/campaigns" }, &body)
}

fn preview(visit: &Visit, planned: &Planned) -> Markup {
    html! {
        p.notice role="status" { (visit.say("plan-preview")) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say("plan-preview")) { table {
            thead { tr {
                th scope="col" { (visit.say("party-id")) }
                th scope="col" { (visit.say("plan-measure")) }
                th.n scope="col" { (visit.say("plan-devices")) }
                th.n scope="col" { (visit.say("plan-lines")) }
                th.n scope="col" { (visit.say("plan-left")) }
                th scope="col" { (visit.say("ruling")) }
            } }
            tbody { @for party in &planned.parties { tr {
                td { (party.party) }
                td { (visit.say(party.measure)) }
                td.n { (count(party.devices)) }
                td.n { (count(party.lines)) }
                td.n { (count(party.left.values().sum())) }
                td { (party.ruling) }
            } } }
            tfoot { tr {
                td colspan="3" { (visit.say("total")) }
                td.n { (count(planned.told)) }
                td.n { (count(planned.left.values().sum())) }
                td {}
            } }
        } }
        @if !planned.left.is_empty() {
            ul { @for (reason, lines) in &planned.left { li { (visit.say(&format!("reason-{reason}"))) ": " (count(*lines)) } } }
        }
    }
}
