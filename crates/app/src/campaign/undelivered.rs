//! Undelivered: requests whose last letters came back, so that nobody was told of their lines.

use std::collections::HashSet;

use renkei_core::id::RequestId;
use renkei_core::mail::Action;
use renkei_store::DbError;
use renkei_store::letter::{Letter, LetterKind, LetterState};

use crate::office::Office;

impl Office {
    /// The requests that were sent and did not arrive, as servers reported. One that was answered did
    /// arrive in the end. If one part of several came back, all of it counts as undelivered: which
    /// lines were in that part is no longer known.
    pub(crate) async fn undelivered(&self) -> Result<HashSet<RequestId>, DbError> {
        let mut undelivered = HashSet::new();
        let suspects: HashSet<RequestId> =
            self.store.bounced_letters().await?.iter().map(|letter| letter.request).collect();
        for request in suspects {
            let letters = self.store.letters(request).await?;
            if came_back(&letters) && self.store.answers(request).await?.is_empty() {
                undelivered.insert(request);
            }
        }
        Ok(undelivered)
    }
}

/// Whether one of the letters that were sent last with the request's lines came back.
fn came_back(letters: &[Letter]) -> bool {
    let carried = |letter: &&Letter| {
        let kinds = [LetterKind::Notice, LetterKind::Again, LetterKind::Correction];
        letter.state == LetterState::Sent && kinds.contains(&letter.kind)
    };
    let last = letters.iter().filter(carried).map(|letter| letter.queued_at).max();
    let of_last = letters.iter().filter(carried).filter(|letter| Some(letter.queued_at) == last);
    let failed = |letter: &Letter| letter.delivery.as_ref().is_some_and(|known| known.action == Action::Failed);
    of_last.into_iter().any(failed)
}
