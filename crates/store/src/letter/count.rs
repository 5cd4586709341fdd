//! How many letters a campaign's requests have, in which state.

use renkei_core::id::{CampaignId, RequestId};
use renkei_core::mail::Action;
use sea_query::{Expr, ExprTrait, JoinType, Query};

use super::LetterState;
use crate::db::Row;
use crate::error::DbError;
use crate::open::Store;

/// How many letters of a request are in a state, and what servers did with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterCount {
    /// The request.
    pub request: RequestId,
    /// The state.
    pub state: LetterState,
    /// What a server reported.
    pub delivery: Option<Action>,
    /// How many.
    pub count: u64,
}

impl Store {
    /// The letters of a campaign's requests, counted.
    pub async fn letter_counts(&self, campaign: CampaignId) -> Result<Vec<LetterCount>, DbError> {
        let mut query = Query::select();
        query
            .columns([("letters", "request"), ("letters", "state"), ("letters", "delivery")])
            .expr_as(Expr::col(("letters", "id")).count(), "letters")
            .from("letters")
            .join(JoinType::InnerJoin, "requests", Expr::col(("requests", "id")).equals(("letters", "request")))
            .and_where(Expr::col(("requests", "campaign")).eq(campaign.to_string()))
            .group_by_columns([("letters", "request"), ("letters", "state"), ("letters", "delivery")]);
        let count = |mut row: Row| {
            let delivery = row.opt_text("delivery")?;
            Ok(LetterCount {
                request: row.parsed("request")?,
                state: row.word("state", LetterState::from_word)?,
                delivery: delivery
                    .map(|word| Action::from_word(&word).ok_or_else(|| row.unreadable("delivery")))
                    .transpose()?,
                count: row.count("letters")?,
            })
        };
        self.db.rows(&query).await?.into_iter().map(count).collect()
    }
}
