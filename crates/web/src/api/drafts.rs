//! Drafts of campaigns: rehearsed, drafted, given back, mended. Nothing is approved with a token.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use renkei_app::Filter;
use renkei_app::campaign::Purpose;
use renkei_app::campaign::mend::Mending;
use renkei_app::campaign::plan::{Changed as Other, Planned};
use renkei_app::campaign::withdraw::Changed;
use renkei_core::id::CampaignId;
use renkei_core::material::Material;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use serde::Deserialize;

use super::read;
use crate::form::Path;
use crate::problem::Problem;
use crate::visit::Visit;

/// Words in both languages; English may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    ja: String,
    #[serde(default)]
    en: String,
}

/// A plan as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    title: Words,
    purpose: Words,
    material: Option<String>,
    family: Option<String>,
    from: Option<String>,
    until: Option<String>,
    leaflet: Option<String>,
    #[serde(default)]
    arrangements: Arrangements,
}

/// What was arranged with others (S4.19).
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arrangements {
    consultation: Option<String>,
    roles: Option<String>,
    publicity: Option<String>,
}

/// Mended words as they are sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mend {
    title: Words,
    purpose: Words,
    leaflet: Option<String>,
    said: String,
}

/// Why drafts are given back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivingBack {
    remark: String,
}

/// Shows who would get what; writes nothing.
pub async fn rehearse(visit: Visit, body: Bytes) -> Result<Json<Planned>, Problem> {
    let purpose = read::<Plan>(&body)?.purpose()?;
    Ok(Json(visit.office()?.rehearse(&purpose, &Filter::default(), &Other::default(), visit.at).await?))
}

/// Drafts a campaign: one request for each party that can act.
pub async fn plan(visit: Visit, body: Bytes) -> Result<Json<Planned>, Problem> {
    let purpose = read::<Plan>(&body)?.purpose()?;
    Ok(Json(visit.office()?.plan(&purpose, &Filter::default(), visit.at).await?))
}

/// Gives the drafts back to who drafted them.
pub async fn give_back(visit: Visit, Path(campaign): Path, body: Bytes) -> Result<Json<Changed>, Problem> {
    let remark = filled(Some(read::<GivingBack>(&body)?.remark)).ok_or_else(Problem::form)?;
    Ok(Json(visit.office()?.return_drafts(id(&campaign)?, &remark, visit.at).await?))
}

/// Writes the drafts anew, in other words.
pub async fn mend(visit: Visit, Path(campaign): Path, body: Bytes) -> Result<Json<Changed>, Problem> {
    let Mend { title, purpose, leaflet, said } = read(&body)?;
    let mending = Mending {
        title: title.both()?,
        purpose: purpose.both()?,
        leaflet: filled(leaflet),
        said: filled(Some(said)).ok_or_else(Problem::form)?,
    };
    Ok(Json(visit.office()?.mend(id(&campaign)?, &mending, visit.at).await?))
}

impl Plan {
    fn purpose(self) -> Result<Purpose, Problem> {
        let Self { title, purpose, material, family, from, until, leaflet, arrangements } = self;
        let Arrangements { consultation, roles, publicity } = arrangements;
        let notes = [("consultation", consultation), ("roles", roles), ("publicity", publicity)];
        let notes = notes.into_iter().filter_map(|(name, text)| Some((name.to_owned(), filled(text)?)));
        let material = material.map(|word| Material::from_word(&word).ok_or_else(Problem::form)).transpose()?;
        Ok(Purpose {
            material: material.unwrap_or_default(),
            title: title.both()?,
            purpose: purpose.both()?,
            family: filled(family),
            from: day(from)?,
            until: day(until)?,
            leaflet: filled(leaflet),
            notes: notes.collect::<BTreeMap<_, _>>(),
        })
    }
}

impl Words {
    fn both(self) -> Result<Bilingual, Problem> {
        Ok(Bilingual { ja: filled(Some(self.ja)).ok_or_else(Problem::form)?, en: self.en.trim().to_owned() })
    }
}

fn day(text: Option<String>) -> Result<Option<Moment>, Problem> {
    filled(text).map(|text| renkei_app::parse_day(&text).map(|day| day.start()).ok_or_else(Problem::form)).transpose()
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn id(text: &str) -> Result<CampaignId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}
