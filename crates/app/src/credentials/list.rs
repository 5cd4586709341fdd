//! The batches that were split: how far each operator is, and when the sheets go.

use renkei_core::answer::Status;
use renkei_core::request::State;
use renkei_core::time::Moment;
use renkei_store::request::RequestFilter;
use schemars::JsonSchema;
use serde::Serialize;

use super::{RECORDS, SplitError, deletion};
use crate::office::Office;
use crate::signin::BilingualShown;

/// Batches, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct BatchList(pub Vec<Batch>);

/// A batch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Batch {
    /// The campaign.
    pub campaign: String,
    /// Its title.
    pub title: BilingualShown,
    /// Records read.
    pub records: u64,
    /// Records sealed to operators.
    pub sealed: u64,
    /// Operators asked.
    pub operators: u64,
    /// Operators that received theirs and said so: one receipt each.
    pub receipts: u64,
    /// Accounts reset or locked, as the operators answered.
    pub reset: u64,
    /// When the sealed sheets are deleted.
    pub delete_on: Option<String>,
    /// Sealed files that are still there.
    pub files: u64,
    /// Whether records are left over that nobody was given.
    pub rest: bool,
    /// Whether the day of deletion has come and files are still there.
    pub overdue: bool,
}

impl Office {
    /// Every batch of credentials.
    pub async fn credential_batches(&self, at: Moment) -> Result<BatchList, SplitError> {
        let mut list = Vec::new();
        for campaign in self.store.campaigns().await? {
            let fields = &campaign.plan.fields;
            let Some(records) = fields.get(RECORDS) else { continue };
            let id = campaign.plan.id;
            let filter = RequestFilter { campaign: Some(id), ..RequestFilter::default() };
            let requests = self.store.requests(&filter).await?;
            let answers = self.store.latest_answers(id, None).await?;
            let files = self.still_kept(&campaign).await?;
            let received = |state: State| matches!(state, State::Acknowledged | State::Answered | State::FedBack);
            let day = deletion(fields);
            list.push(Batch {
                campaign: id.to_string(),
                title: campaign.plan.title.clone().into(),
                records: records.parse().unwrap_or(0),
                sealed: requests.iter().map(|request| request.lines).sum(),
                operators: requests.len() as u64,
                receipts: requests
                    .iter()
                    .filter(|request| received(request.state) || request.acknowledged_at.is_some())
                    .count() as u64,
                reset: answers.values().map(|answer| answer.outcome.counts().of(Status::CredentialsReset)).sum(),
                delete_on: day.map(|day| day.to_string()),
                rest: fields.contains_key(super::REST),
                overdue: files > 0 && day.is_some_and(|day| day <= at.day()),
                files,
            });
        }
        list.reverse();
        Ok(BatchList(list))
    }
}
