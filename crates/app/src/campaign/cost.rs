//! Costs: what acting on a request cost the party that was asked, as it says itself (S4.22).

use renkei_core::id::RequestId;
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_store::cost::NewCost;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::AnswerError;
use super::withdraw::ChangeError;
use crate::office::Office;
use crate::words::{Show, Words, number};

/// Longest text that says what a cost was for, in characters.
const WHAT: usize = 200;

/// A cost as it was typed.
#[derive(Debug, Clone)]
pub struct Spent {
    /// Working time, in minutes.
    pub minutes: u64,
    /// Money, in whole units of the currency.
    pub amount: u64,
    /// Three letters of ISO 4217 (`JPY`).
    pub currency: String,
    /// What for.
    pub what: String,
}

/// A cost that was entered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CostShown {
    /// From 1.
    pub number: u64,
    /// When it was entered.
    pub at: String,
    /// Working time, in minutes.
    pub minutes: u64,
    /// Money, in whole units of the currency.
    pub amount: u64,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// What for.
    pub what: String,
}

impl Show for CostShown {
    fn show(&self, words: &Words) -> String {
        let values =
            [("minutes", number(self.minutes)), ("amount", number(self.amount)), ("currency", self.currency.clone())];
        words.say("cost-done", &values)
    }
}

impl Office {
    /// Enters what acting on a request cost.
    pub async fn record_cost(&self, id: RequestId, spent: &Spent, at: Moment) -> Result<CostShown, AnswerError> {
        let Spent { minutes, amount, currency, what } = spent;
        let currency = currency.trim().to_ascii_uppercase();
        let what: String = what.trim().chars().filter(|c| !c.is_control()).take(WHAT).collect();
        if (*minutes == 0 && *amount == 0) || what.is_empty() {
            return Err(AnswerError::Cost("time or money, and what it was for"));
        }
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(AnswerError::Cost("three letters of ISO 4217, such as JPY"));
        }
        if *minutes > 10_000_000 || *amount > 1_000_000_000_000 {
            return Err(AnswerError::Cost("a figure that one request can have cost"));
        }
        let request = self.store.request(id).await.map_err(ChangeError::from)?.ok_or(ChangeError::Unknown(id))?;
        let parties = self.store.parties().await.map_err(ChangeError::from)?;
        let seat = self.seat(Duty::Answerer).await.map_err(ChangeError::from)?;
        let permit = self.ask(self.answering(seat, &request, &parties, at)).await.map_err(ChangeError::from)?;
        let cost = NewCost { minutes: *minutes, amount: *amount, currency, what };
        self.store.record_cost(permit, id, &cost).await.map_err(ChangeError::from)?;
        let last = self.costs(id).await?.pop();
        last.ok_or(AnswerError::Change(ChangeError::Unknown(id)))
    }

    /// The costs of a request, oldest first.
    pub(crate) async fn costs(&self, id: RequestId) -> Result<Vec<CostShown>, ChangeError> {
        let costs = self.store.costs(id).await?.into_iter().map(|cost| {
            let NewCost { minutes, amount, currency, what } = cost.entry;
            CostShown { number: cost.number, at: cost.at.to_string(), minutes, amount, currency, what }
        });
        Ok(costs.collect())
    }
}
