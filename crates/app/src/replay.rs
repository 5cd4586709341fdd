//! Answers to programs, kept for a while: the registry has them, and no permit is needed to repeat oneself.

use renkei_core::id::Digest;
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::replay::{Kept, Replay};

use crate::office::Office;

impl Office {
    /// Takes a key for a question until a moment, or says what became of it.
    pub async fn begin_replay(
        &self,
        mark: Digest,
        question: Digest,
        at: Moment,
        ends_at: Moment,
    ) -> Result<Replay, DbError> {
        self.store.begin_replay(mark, question, at, ends_at).await
    }

    /// Keeps what was answered until a moment.
    pub async fn keep_replay(&self, mark: Digest, kept: &Kept, ends_at: Moment) -> Result<(), DbError> {
        self.store.keep_replay(mark, kept, ends_at).await
    }

    /// Gives a key back.
    pub async fn forget_replay(&self, mark: Digest) -> Result<(), DbError> {
        self.store.forget_replay(mark).await
    }
}
