//! How much there is of what: numbers for whoever watches an office, and no row of it.

use renkei_core::act::Act;
use renkei_core::time::Moment;
use sea_query::{Expr, ExprTrait, Query};

use crate::error::DbError;
use crate::intent::IntentResult;
use crate::letter::LetterState;
use crate::open::Store;

/// Numbers of the registry at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Entries of the ledger.
    pub entries: u64,
    /// Sessions that have not ended.
    pub sessions: u64,
    /// Letters in each state; states without any are left out.
    pub letters: Vec<(LetterState, u64)>,
    /// Acts that were announced and not ended.
    pub open_intents: u64,
    /// When the last backup was finished.
    pub backed_up_at: Option<Moment>,
}

impl Store {
    /// Counts, in as many queries as there are numbers.
    pub async fn figures(&self, at: Moment) -> Result<Figures, DbError> {
        let mut sessions = Query::select();
        sessions.expr_as(Expr::col("seat").count(), "found").from("sessions").and_where(Expr::col("ends_at").gt(at.0));
        let mut open = Query::select();
        open.expr_as(Expr::col("id").count(), "found").from("intents").and_where(Expr::col("closed_at").is_null());
        let mut backups = Query::select();
        backups
            .expr_as(Expr::col("closed_at").max(), "last")
            .from("intents")
            .and_where(Expr::col("act").eq(Act::BackUp.word()))
            .and_where(Expr::col("result").eq(IntentResult::Done.word()));
        let backed_up = self.db.rows(&backups).await?.into_iter().next();
        Ok(Figures {
            entries: self.head().await?.size,
            sessions: self.found(&sessions).await?,
            letters: self.letters_by_state().await?,
            open_intents: self.found(&open).await?,
            backed_up_at: backed_up.map(|mut row| row.opt_moment("last")).transpose()?.flatten(),
        })
    }

    async fn letters_by_state(&self) -> Result<Vec<(LetterState, u64)>, DbError> {
        let mut query = Query::select();
        query.columns(["state"]).expr_as(Expr::col("id").count(), "found").from("letters").group_by_columns(["state"]);
        let rows = self.db.rows(&query).await?;
        rows.into_iter().map(|mut row| Ok((row.word("state", LetterState::from_word)?, row.count("found")?))).collect()
    }

    async fn found(&self, query: &sea_query::SelectStatement) -> Result<u64, DbError> {
        self.db.rows(query).await?.into_iter().next().map_or(Ok(0), |mut row| row.count("found"))
    }
}
