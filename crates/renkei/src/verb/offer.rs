//! `offer`: lists, shows, reviews, names the request that came of it, tells what came of that.

use anyhow::Context as _;
use renkei_core::class::DataClass;

use crate::cli::OfferVerb;
use crate::desk::Desk;

/// Does what was asked with an offer.
pub async fn run(desk: &Desk<'_>, verb: &OfferVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        OfferVerb::List => desk.tell(&office.offers().await?),
        OfferVerb::Show { offer } => desk.tell(&office.read_offer(*offer, desk.at).await?),
        OfferVerb::Review { offer, verdict, reason, class } => {
            let class = class.as_deref().map(class_of).transpose()?;
            desk.tell(&office.review_offer(*offer, (*verdict).into(), class, reason, desk.at).await?)
        }
        OfferVerb::Provide { offer, request, text } => {
            desk.tell(&office.provide_offer(*offer, *request, text, desk.at).await?)
        }
        OfferVerb::Feedback { offer, text } => desk.tell(&office.feed_back_offer(*offer, text, desk.at).await?),
    }
}

fn class_of(word: &str) -> anyhow::Result<DataClass> {
    let words = || DataClass::ALL.iter().map(|class| class.word()).collect::<Vec<_>>().join(", ");
    DataClass::from_word(word).with_context(|| format!("`{word}` is none of {}", words()))
}
