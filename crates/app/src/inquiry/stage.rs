//! The stages of an organisation's approval: 係長, 課長, 所属長, as it sets them (S4.13).

use renkei_core::act::Act;
use renkei_core::id::SeatId;
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_store::inquiry::Stage;
use serde::Deserialize;

use super::{InquiryError, StageList, StageShown};
use crate::office::Office;

/// A stage as it was typed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageTyped {
    /// What it is called, in Japanese.
    pub ja: String,
    /// What it is called, in English.
    pub en: String,
    /// The seat that signs it.
    pub seat: String,
}

/// Most stages of a chain.
const MOST: usize = 8;

impl Office {
    /// The stages of the acting seat's organisation, in order; none: its approver alone.
    pub async fn approval_stages(&self) -> Result<StageList, InquiryError> {
        let seat = self.seat(Duty::Keeper).await?;
        let stages = self.store.stages(&seat.party).await?;
        Ok(StageList(stages.into_iter().map(|stage| StageShown::of(stage, false, false)).collect()))
    }

    /// Sets them. Each is a seat of the organisation, the last one an approver's.
    pub async fn set_approval_stages(&self, typed: &[StageTyped], at: Moment) -> Result<StageList, InquiryError> {
        let acting = self.seat(Duty::Keeper).await?;
        let party = acting.party.clone();
        let known = self.store.party(&party).await?.ok_or_else(|| InquiryError::UnknownParty(party.clone()))?;
        let seats = self.store.seats().await?;
        let mut stages: Vec<Stage> = Vec::new();
        for (place, StageTyped { ja, en, seat }) in typed.iter().enumerate() {
            let bad = || InquiryError::BadStage(seat.clone());
            let id: SeatId = seat.trim().parse().map_err(|_| bad())?;
            let holder = seats.iter().find(|known| known.id == id && known.party == party).ok_or_else(bad)?;
            let is_last = place + 1 == typed.len();
            let once = stages.iter().all(|stage| stage.seat != id);
            let named = !ja.trim().is_empty() && !en.trim().is_empty();
            if !named || !once || place >= MOST || is_last && !holder.can_approve() {
                return Err(bad());
            }
            stages.push(Stage { name: Bilingual { ja: ja.trim().to_owned(), en: en.trim().to_owned() }, seat: id });
        }
        let object = Object::new(ObjectKind::Party, &party, known.version);
        let question = self.question(Act::SetChain, acting, at).on(object).to(Recipient::of(&known, at, true));
        let permit = self.ask(question).await?;
        self.store.set_stages(permit, &party, &stages).await?;
        Ok(StageList(stages.into_iter().map(|stage| StageShown::of(stage, false, false)).collect()))
    }
}
