//! The report for an operator's management: what was asked, what it did, what came of it, what it cost
//! (S4.20, S4.21, S4.22). Estimates are told as estimates, with what they rest on.

use std::collections::BTreeMap;

use renkei_core::id::RequestId;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;

use super::Purpose;
use super::cost::CostShown;
use super::feedback::ESTIMATE;
use super::read::{Event, RequestRead};
use super::withdraw::ChangeError;
use crate::office::Office;
use crate::signin::BilingualShown;

/// A report on one request.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The request with its thread.
    pub request: RequestRead,
    /// The party's name.
    pub party: BilingualShown,
    /// Who asked.
    pub office: BilingualShown,
    /// What for.
    pub purpose: BilingualShown,
    /// Lines by status, as the party last answered.
    pub answered: BTreeMap<String, u64>,
    /// Lines on which a user was reached or is safe.
    pub reached: u64,
    /// What was told to the party about what came of it, the newest last.
    pub results: Vec<Event>,
    /// The newest figures of effect that were told.
    pub effect: BTreeMap<String, u64>,
    /// Whether one of those figures is an estimate.
    pub estimated: bool,
    /// What it cost, as the party entered it.
    pub costs: Vec<CostShown>,
    /// Working time in all, in minutes.
    pub minutes: u64,
    /// Money in all, by currency.
    pub amounts: BTreeMap<String, u64>,
    /// When the report was made.
    pub at: String,
}

impl Office {
    /// The report on a request, for whoever may read it.
    pub async fn report(&self, id: RequestId, at: Moment) -> Result<Report, ChangeError> {
        let request = self.read_request(id, at).await?;
        let known = self.store.request(id).await?.ok_or(ChangeError::Unknown(id))?;
        let campaign = self.store.campaign(known.campaign).await?.ok_or(ChangeError::NoCampaign(known.campaign))?;
        let party = self.store.party(&known.party).await?;
        let answers = self.store.answers(id).await?;
        let counts = answers.last().map(|answer| answer.outcome.counts()).unwrap_or_default();
        let results: Vec<Event> = request.thread.iter().filter(|event| event.what == "fed-back").cloned().collect();
        let effect = results.last().map(|event| event.figures.clone()).unwrap_or_default();
        let costs = self.costs(id).await?;
        let mut amounts: BTreeMap<String, u64> = BTreeMap::new();
        for cost in costs.iter().filter(|cost| cost.amount > 0) {
            *amounts.entry(cost.currency.clone()).or_default() += cost.amount;
        }
        Ok(Report {
            party: party.map_or_else(Bilingual::default, |party| party.name).into(),
            office: self.settings.name.clone().into(),
            purpose: Purpose::of(campaign.plan).purpose.into(),
            answered: counts.iter().map(|(status, count)| (status.word().to_owned(), count)).collect(),
            reached: counts.iter().filter(|(status, _)| status.reached()).map(|(_, count)| count).sum(),
            estimated: effect.keys().any(|name| name.starts_with(ESTIMATE)),
            effect,
            results,
            minutes: costs.iter().map(|cost| cost.minutes).sum(),
            costs,
            amounts,
            request,
            at: at.to_string(),
        })
    }
}
