//! Figures: numbers by which an office is watched from outside; never what stands in it.

use std::sync::atomic::{AtomicU64, Ordering};

use renkei_core::ruling::Outcome;
use renkei_core::time::Moment;
use renkei_store::letter::LetterState;

use crate::office::Office;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Log(#[from] renkei_lake::LogError),
}

/// Numbers at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Entries of the ledger.
    pub entries: u64,
    /// Sessions that have not ended.
    pub sessions: u64,
    /// Letters by state, every state named.
    pub letters: Vec<(&'static str, u64)>,
    /// Acts that were announced and not ended.
    pub open_intents: u64,
    /// When the last backup was finished.
    pub backed_up_at: Option<Moment>,
    /// Version of each table of the lake.
    pub lake: Vec<(&'static str, u64)>,
    /// What the gate ruled where this process asked to act, by outcome.
    pub rulings: Vec<(&'static str, u64)>,
}

impl Office {
    /// Counts what is there now. No permit is needed: nobody and nothing is named.
    ///
    /// # Errors
    /// When the registry or the lake does not answer.
    pub async fn figures(&self, at: Moment) -> Result<Figures, FiguresError> {
        let found = self.store.figures(at).await?;
        let of = |state| found.letters.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
        let lake = self.lake().await?.versions().await?;
        Ok(Figures {
            entries: found.entries,
            sessions: found.sessions,
            letters: LetterState::ALL.into_iter().map(|state| (state.word(), of(state))).collect(),
            open_intents: found.open_intents,
            backed_up_at: found.backed_up_at,
            lake: lake.into_iter().map(|(table, version)| (table.word(), version)).collect(),
            rulings: self.rulings.counted(),
        })
    }
}

impl Office {
    /// Whether the registry and the lake answer.
    ///
    /// # Errors
    /// When one of them does not.
    pub async fn answers(&self) -> Result<(), FiguresError> {
        self.store.head().await?;
        self.lake().await?.versions().await?;
        Ok(())
    }
}

/// How often the gate ruled what, since the process began.
#[derive(Debug, Default)]
pub(crate) struct Rulings([AtomicU64; Outcome::ALL.len()]);

impl Rulings {
    /// One more.
    pub(crate) fn count(&self, outcome: Outcome) {
        let counters = Outcome::ALL.iter().copied().zip(&self.0);
        for (_, counter) in counters.filter(|(known, _)| *known == outcome) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counted(&self) -> Vec<(&'static str, u64)> {
        let counters = Outcome::ALL.iter().copied().zip(&self.0);
        counters.map(|(outcome, counter)| (outcome.word(), counter.load(Ordering::Relaxed))).collect()
    }
}
