//! Give back and mend: what an approver does not approve goes back to the drafter with a remark (S4.13).

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::CampaignId;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::request::State;
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_formats::notice::letter::Turn;
use renkei_store::DbError;
use renkei_store::campaign::Campaign;
use renkei_store::request::{Request, RequestFilter};

use schemars::JsonSchema;
use serde::Serialize;

use super::Purpose;
use super::draft::{Handed, SealedSheets};
use super::withdraw::{ChangeError, Changed};
use crate::campaign::send::Sent;
use crate::office::Office;

/// The words of a campaign's letters, put right.
#[derive(Debug, Clone)]
pub struct Mending {
    /// Its title.
    pub title: Bilingual,
    /// What for.
    pub purpose: Bilingual,
    /// Where the leaflet for users is.
    pub leaflet: Option<String>,
    /// What was mended, for the approver.
    pub said: String,
}

/// What was said about a campaign's drafts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RemarkShown {
    /// When.
    pub at: String,
    /// Who.
    pub seat: String,
    /// `returned` or `mended`.
    pub kind: &'static str,
    /// What was said.
    pub text: String,
}

impl Office {
    /// What was said about a campaign's drafts, oldest first.
    pub async fn remarks(&self, id: CampaignId) -> Result<Vec<RemarkShown>, DbError> {
        let remarks = self.store.remarks(id).await?.into_iter().map(|remark| RemarkShown {
            at: remark.at.to_string(),
            seat: remark.seat.to_string(),
            kind: remark.kind.word(),
            text: remark.text,
        });
        Ok(remarks.collect())
    }

    /// The words of a campaign's letters as they stand.
    pub async fn campaign_words(&self, id: CampaignId) -> Result<Purpose, ChangeError> {
        Ok(Purpose::of(self.running(id).await?.plan))
    }

    /// Gives the drafts of a campaign back to who drafted them.
    pub async fn return_drafts(&self, id: CampaignId, text: &str, at: Moment) -> Result<Changed, ChangeError> {
        let campaign = self.running(id).await?;
        let drafts = self.store.requests(&drafts_of(id)).await?;
        if drafts.is_empty() {
            return Err(super::approve::ApproveError::Nothing(id).into());
        }
        let object = Object::new(ObjectKind::Campaign, id, campaign.version);
        let class = drafts.first().map_or(DataClass::IdentificationByIp, |request| request.class);
        let question = self.question(Act::ReturnDraft, self.seat(Duty::Approver).await?, at).with_class(class);
        let permit = self.ask(question.on(object)).await?;
        self.store.return_drafts(permit, id, text).await?;
        Ok(Changed { done: "returned", requests: drafts.len() as u64, lines_removed: 0, sent: Sent::default() })
    }

    /// Writes the letters of a campaign's drafts anew, in other words; they wait for approval again.
    pub async fn mend(&self, id: CampaignId, mending: &Mending, at: Moment) -> Result<Changed, ChangeError> {
        let campaign = self.running(id).await?;
        let drafts = self.store.requests(&drafts_of(id)).await?;
        if drafts.is_empty() {
            return Err(super::approve::ApproveError::Nothing(id).into());
        }
        let mut plan = campaign.plan;
        plan.title = mending.title.clone();
        plan.purpose = mending.purpose.ja.clone();
        plan.fields.insert("purpose.en".into(), mending.purpose.en.clone());
        match &mending.leaflet {
            Some(leaflet) => plan.fields.insert("leaflet".into(), leaflet.clone()),
            None => plan.fields.remove("leaflet"),
        };
        let purpose = Purpose::of(plan.clone());
        let mut objects = vec![Object::new(ObjectKind::Campaign, id, campaign.version)];
        let mut anew = Vec::new();
        for request in &drafts {
            let (lines, sheets);
            let handed = match crate::credentials::deletion(&plan.fields) {
                Some(delete_on) => {
                    let payloads = self.manifest_of(request).await?.payloads;
                    let payloads = crate::credentials::sealed(&payloads).cloned().collect();
                    let Request { lines, devices, .. } = *request;
                    sheets = SealedSheets { payloads, lines, devices, delete_on };
                    Handed::Sealed(&sheets)
                }
                None => {
                    lines = self.lines_of(request).await?;
                    Handed::Lines(&lines)
                }
            };
            anew.push((request.id, self.drafted_anew(request, &purpose, Turn::Notice, handed, at).await?));
            objects.push(Object::new(ObjectKind::Request, request.id, request.version));
        }
        let class = drafts.first().map_or(DataClass::IdentificationByIp, |request| request.class);
        let question = self.question(Act::Plan, self.seat(Duty::Drafter).await?, at).with_class(class);
        let permit = self.ask(question.on_all(objects)).await?;
        self.store.mend(permit, &plan, &anew, &mending.said).await?;
        Ok(Changed { done: "mended", requests: anew.len() as u64, lines_removed: 0, sent: Sent::default() })
    }

    async fn running(&self, id: CampaignId) -> Result<Campaign, ChangeError> {
        self.store.campaign(id).await?.ok_or(ChangeError::NoCampaign(id))
    }
}

fn drafts_of(id: CampaignId) -> RequestFilter {
    RequestFilter { campaign: Some(id), state: Some(State::Draft), ..RequestFilter::default() }
}
