//! Feedback: what came of a request goes back to the party that helped (S4.20).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::RequestId;
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_store::thread::NewFeedback;

use super::send::Sent;
use super::withdraw::{ChangeError, Changed};
use crate::office::Office;

impl Office {
    /// Records what was told to a party about what came of its help, in words and figures.
    pub async fn give_feedback(
        &self,
        id: RequestId,
        text: Bilingual,
        figures: BTreeMap<String, u64>,
        at: Moment,
    ) -> Result<Changed, ChangeError> {
        let request = self.store.request(id).await?.ok_or(ChangeError::Unknown(id))?;
        let parties = self.store.parties().await?;
        let seat = self.seat(Duty::Drafter).await?;
        let question =
            self.about(Act::GiveFeedback, seat, &request, &parties, at).with_class(DataClass::Counts).nothing_leaves();
        let permit = self.ask(question).await?;
        self.store.give_feedback(permit, id, &NewFeedback { text, figures }, &[]).await?;
        Ok(Changed { done: "fed-back", requests: 1, lines_removed: 0, sent: Sent::default() })
    }
}
