//! Feedback: what came of a request goes back to the party that helped (S4.20, S4.21).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::RequestId;
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_store::request::Request;
use renkei_store::thread::NewFeedback;

use super::effect::{EffectError, GroupEffect};
use super::send::Sent;
use super::withdraw::{ChangeError, Changed};
use crate::office::Office;

/// What the names of figures begin with that are estimates.
pub(crate) const ESTIMATE: &str = "estimate-";

/// Feedback as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// In words.
    pub text: Bilingual,
    /// Whether the party's own figures of the effect are told too.
    pub effect: bool,
    /// Damage that is taken to be spared by each device that is gone, and what that rests on.
    pub estimate: Option<Estimate>,
}

/// An assumption about damage spared. No source gives a figure (S4.21): who tells one says what it rests on.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// Yen a device.
    pub yen_per_device: u64,
    /// What that rests on.
    pub basis: Bilingual,
}

/// Why no feedback is given.
#[derive(Debug, thiserror::Error)]
pub enum FeedbackError {
    /// The request.
    #[error("{0}")]
    Change(#[from] ChangeError),
    /// The effect.
    #[error("{0}")]
    Effect(#[from] EffectError),
    /// An estimate without what it rests on.
    #[error("an estimate is told with what it rests on, and with the figures of the effect")]
    Baseless,
}

impl Office {
    /// Records what was told to a party about what came of its help, in words and figures.
    pub async fn give_feedback(&self, id: RequestId, told: Told, at: Moment) -> Result<Changed, FeedbackError> {
        let Told { mut text, effect, estimate } = told;
        let request = self.store.request(id).await.map_err(ChangeError::from)?.ok_or(ChangeError::Unknown(id))?;
        let mut figures = BTreeMap::new();
        if effect {
            let measured = self.effect(request.campaign, at).await?;
            let party = request.party.as_str();
            if let Some(of) = measured.parties.into_iter().find(|of| of.party == party) {
                figures = figures_of(of.devices);
            }
        }
        if let Some(Estimate { yen_per_device, basis }) = estimate {
            let gone = figures.get("effect-gone").copied().ok_or(FeedbackError::Baseless)?;
            if basis.ja.trim().is_empty() && basis.en.trim().is_empty() {
                return Err(FeedbackError::Baseless);
            }
            figures.insert(format!("{ESTIMATE}yen-per-device"), yen_per_device);
            figures.insert(format!("{ESTIMATE}yen"), gone.saturating_mul(yen_per_device));
            let said = |text: &str, lead: &str, basis: &str, other: &str| {
                let basis = if basis.trim().is_empty() { other } else { basis };
                format!("{text}\n{lead}{}", basis.trim()).trim().to_owned()
            };
            // Words in one language alone are better read in that one than missing beside the estimate.
            let either =
                |text: &str, other: &str| if text.trim().is_empty() { other.to_owned() } else { text.to_owned() };
            text = Bilingual {
                ja: said(&either(&text.ja, &text.en), "推計の前提：", &basis.ja, &basis.en),
                en: said(&either(&text.en, &text.ja), "What the estimate rests on: ", &basis.en, &basis.ja),
            };
        }
        self.tell(&request, text, figures, at).await
    }

    /// Enters feedback whose figures are known.
    pub(crate) async fn tell(
        &self,
        request: &Request,
        text: Bilingual,
        figures: BTreeMap<String, u64>,
        at: Moment,
    ) -> Result<Changed, FeedbackError> {
        let parties = self.store.parties().await.map_err(ChangeError::from)?;
        let seat = self.seat(Duty::Drafter).await.map_err(ChangeError::from)?;
        let question =
            self.about(Act::GiveFeedback, seat, request, &parties, at).with_class(DataClass::Counts).nothing_leaves();
        let permit = self.ask(question).await.map_err(ChangeError::from)?;
        let told = NewFeedback { text, figures };
        self.store.give_feedback(permit, request.id, &told, &[]).await.map_err(ChangeError::from)?;
        Ok(Changed { done: "fed-back", requests: 1, lines_removed: 0, sent: Sent::default() })
    }
}

/// What became of a party's devices, by the names that feedback gives them.
pub(crate) fn figures_of(devices: GroupEffect) -> BTreeMap<String, u64> {
    let GroupEffect { devices, gone, still_seen, unknown } = devices;
    let named = [
        ("effect-devices", devices),
        ("effect-gone", gone),
        ("effect-still-seen", still_seen),
        ("effect-unknown", unknown),
    ];
    named.into_iter().map(|(name, figure)| (name.to_owned(), figure)).collect()
}
