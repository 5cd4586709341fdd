//! Mending drafts that were given back.

use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use renkei_app::campaign::mend::Mending;
use renkei_core::id::CampaignId;
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::form::{Path, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, field, moment, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Mend {
    title_ja: String,
    title_en: String,
    purpose_ja: String,
    purpose_en: String,
    leaflet: String,
    said: String,
}

/// The form, with what the approver said.
pub async fn show(visit: Visit, Path(campaign): Path) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    let office = visit.office()?;
    let words = office.campaign_words(id).await?;
    let remarks = office.remarks(id).await?;
    let one =
        |name, label, value: &str, required| field(&visit, &Field { name, label, value, required, ..Field::default() });
    let area = |name, label, value: &str, required| {
        field(&visit, &Field { name, label, value, required, kind: "area", ..Field::default() })
    };
    let body = html! {
        @for remark in &remarks {
            div.card {
                p { strong { (visit.say(&format!("remark-{}", remark.kind))) } " " (remark.seat) " " (moment(&visit, &remark.at)) }
                p { (remark.text) }
            }
        }
        form.sheet method="post" action={ "/campaigns/" (id) "/mend" } {
            (token(&visit))
            (one("title_ja", "plan-title-ja", &words.title.ja, true))
            (one("title_en", "plan-title-en", &words.title.en, false))
            (area("purpose_ja", "plan-purpose-ja", &words.purpose.ja, true))
            (area("purpose_en", "plan-purpose-en", &words.purpose.en, false))
            (one("leaflet", "plan-leaflet", words.leaflet.as_deref().unwrap_or(""), false))
            (area("said", "mend-said", "", true))
            button type="submit" { (visit.say("mend-send")) }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("mend-title"), here: "/campaigns" }, &body))
}

/// Writes the drafts anew.
pub async fn send(visit: Visit, Path(campaign): Path, Sent(typed): Sent<Mend>) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mending = Mending {
        title: Bilingual { ja: filled(&typed.title_ja).ok_or_else(Problem::form)?, en: typed.title_en.trim().into() },
        purpose: Bilingual {
            ja: filled(&typed.purpose_ja).ok_or_else(Problem::form)?,
            en: typed.purpose_en.trim().into(),
        },
        leaflet: filled(&typed.leaflet),
        said: filled(&typed.said).ok_or_else(Problem::form)?,
    };
    visit.office()?.mend(id, &mending, visit.at).await?;
    Ok(Redirect::to(&format!("/campaigns/{id}")).into_response())
}
