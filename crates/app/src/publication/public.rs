//! What is public: made from the publications as they stand, the same wherever it is shown.

use std::collections::BTreeMap;

use renkei_core::publication::{Kind, State};
use renkei_core::time::Moment;
use renkei_formats::publication::{Alert, File, Report, Site, files};
use renkei_store::publication::{Public, PublicFile, Publication};

use super::PublicationError;
use super::alert::{AlertText, Said};
use crate::settings::Settings;

/// The files of everything that is public, once a step is taken; `before`: as it is in the registry.
pub(super) fn public(
    settings: &Settings,
    before: &[Publication],
    after: &[Publication],
) -> Result<Public, PublicationError> {
    let seen: BTreeMap<_, _> = before.iter().map(|one| (one.id, one.version)).collect();
    let kept = |file: File| PublicFile { path: file.path, kind: file.kind.to_owned(), bytes: file.bytes };
    let files = files(&site(settings, after)?)?.into_iter().map(kept).collect();
    Ok(Public { seen, files })
}

/// The site as the publications stand.
pub(super) fn site(settings: &Settings, publications: &[Publication]) -> Result<Site, PublicationError> {
    let shown = |one: &&Publication| one.shown.is_some();
    let mut site = Site {
        office: settings.name.clone(),
        domain: settings.domain.clone(),
        report: None,
        report_at: Moment(0),
        report_retracted: None,
        alerts: Vec::new(),
        changed: Moment(0),
    };
    let mut newest = Moment(i64::MIN);
    for one in publications.iter().filter(shown) {
        let Some(text) = one.texts.iter().find(|text| Some(text.revision) == one.shown) else { continue };
        let Some((_, at)) = text.published.clone() else { continue };
        let retracted = match &one.retracted {
            Some((at, words)) => Some((*at, serde_json::from_str::<Said>(words)?.bilingual())),
            None => None,
        };
        site.changed = site.changed.max(at).max(retracted.as_ref().map_or(at, |(at, _)| *at));
        match one.kind {
            // The report that was published last counts, also where it was taken back.
            Kind::Report if at >= newest => {
                newest = at;
                site.report_at = at;
                site.report = match one.state {
                    State::Retracted => None,
                    _ => Some(serde_json::from_str::<Report>(&text.text)?),
                };
                site.report_retracted = retracted;
            }
            Kind::Report => {}
            Kind::Alert => site.alerts.push(alert(one, &text.text, retracted)?),
        }
    }
    site.alerts.sort_by_key(|alert| (std::cmp::Reverse(alert.published), alert.bits));
    Ok(site)
}

fn alert(
    one: &Publication,
    shown: &str,
    retracted: Option<(Moment, renkei_core::text::Bilingual)>,
) -> Result<Alert, PublicationError> {
    let now: AlertText = serde_json::from_str(shown)?;
    let mut published = None;
    let mut corrections = Vec::new();
    for text in &one.texts {
        let Some((_, at)) = &text.published else { continue };
        match published {
            None => published = Some(*at),
            Some(_) => {
                corrections.extend(serde_json::from_str::<AlertText>(&text.text)?.correction().map(|what| (*at, what)))
            }
        }
    }
    Ok(Alert {
        id: one.id.to_string(),
        bits: one.id.bits(),
        title: now.title(),
        text: now.text(),
        published: published.unwrap_or(Moment(0)),
        corrections,
        retracted,
    })
}
