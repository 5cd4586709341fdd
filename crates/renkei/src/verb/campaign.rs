//! `campaign` and `effect`.

use std::collections::HashSet;

use anyhow::Context as _;
use renkei_app::campaign::Purpose;
use renkei_app::campaign::approve::Confirmed;
use renkei_app::campaign::feedback::{Estimate, Told};
use renkei_app::campaign::plan::Changed;
use renkei_app::words::Words;
use renkei_core::text::Bilingual;

use super::filter::filter;
use crate::cli::{CampaignVerb, EffectArgs, PurposeArgs, ReasonArgs, WordsArgs};
use crate::desk::Desk;

/// Plans, rehearses, lists, shows, approves, sends, corrects, withdraws, closes.
pub async fn run(desk: &Desk<'_>, verb: &CampaignVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    let at = desk.at;
    match verb {
        CampaignVerb::Plan(args) => desk.tell(&office.plan(&purpose(args), &filter(&args.filter)?, at).await?),
        CampaignVerb::Rehearse { purpose: args, policies, parties } => {
            let changed = Changed { policies: policies.clone(), parties: parties.clone() };
            desk.tell(&office.rehearse(&purpose(args), &filter(&args.filter)?, &changed, at).await?)
        }
        CampaignVerb::List => desk.tell(&office.campaigns(at).await?),
        CampaignVerb::Show { campaign } => desk.tell(&office.campaign(*campaign, at).await?),
        CampaignVerb::Approve { campaign } => desk.tell(&office.approve(*campaign, Confirmed::KeyFile, at).await?),
        CampaignVerb::Send { campaign } => desk.tell(&office.send(*campaign, at).await?),
        CampaignVerb::Again { request } => desk.tell(&office.send_again(*request, at).await?),
        CampaignVerb::Correct { request, drop, reason } => {
            let lines = match drop {
                Some(path) => {
                    let text =
                        std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
                    text.split_whitespace().map(str::parse).collect::<Result<HashSet<_>, _>>()?
                }
                None => HashSet::new(),
            };
            desk.tell(&office.correct(*request, &lines, &words(reason), at).await?)
        }
        CampaignVerb::Withdraw { request, reason } => desk.tell(&office.withdraw(*request, &words(reason), at).await?),
        CampaignVerb::Feedback { request, text_ja, text_en, with_effect, yen_per_device, basis_ja, basis_en } => {
            let words = |ja: &String, en: &String| Bilingual { ja: ja.clone(), en: en.clone() };
            let basis = words(basis_ja, basis_en);
            let estimate = yen_per_device.map(|yen_per_device| Estimate { yen_per_device, basis });
            let told = Told { text: words(text_ja, text_en), effect: *with_effect, estimate };
            desk.tell(&office.give_feedback(*request, told, at).await?)
        }
        CampaignVerb::Close { campaign } => desk.tell(&office.close(*campaign, at).await?),
    }
}

/// Measures the effect and draws the chart.
pub async fn effect(desk: &Desk<'_>, args: &EffectArgs) -> anyhow::Result<()> {
    let effect = desk.office().await?.effect(args.campaign, desk.at).await?;
    if let Some(path) = &args.chart {
        let svg = effect.chart(&Words::new(desk.arguments.language()));
        std::fs::write(path, svg).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    desk.tell(&effect)
}

fn purpose(args: &PurposeArgs) -> Purpose {
    let PurposeArgs { of, words, filter } = args;
    Purpose { material: *of, family: filter.family.clone(), from: filter.from, until: filter.until, ..said(words) }
}

/// What a campaign says, without which observations it takes.
pub fn said(words: &WordsArgs) -> Purpose {
    let WordsArgs { title_ja, title_en, purpose_ja, purpose_en, leaflet } = words;
    Purpose {
        title: Bilingual { ja: title_ja.clone(), en: title_en.clone() },
        purpose: Bilingual { ja: purpose_ja.clone(), en: purpose_en.clone() },
        leaflet: leaflet.clone(),
        ..Purpose::default()
    }
}

fn words(reason: &ReasonArgs) -> Bilingual {
    Bilingual { ja: reason.reason_ja.clone(), en: reason.reason_en.clone() }
}
