//! My work: what waits for a seat, most urgent first.

use std::collections::HashMap;

use renkei_core::id::CampaignId;
use renkei_core::request::State;
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::remark::RemarkKind;
use renkei_store::request::{Request, RequestFilter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::campaign::read::RequestListed;
use crate::inquiry::InquiryListed;
use crate::offer::OfferListed;
use crate::office::Office;
use crate::share::{ItemListed, OnwardListed};
use crate::signin::BilingualShown;

/// What waits for a seat.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Work {
    /// Campaigns whose drafts wait for this seat's approval.
    pub to_approve: Vec<CampaignWaits>,
    /// Campaigns whose drafts were given back to be mended.
    pub to_mend: Vec<CampaignWaits>,
    /// Requests addressed to this seat's party that wait for an answer, first due first.
    pub to_answer: Vec<RequestListed>,
    /// Requests of the office whose term has passed without an answer.
    pub overdue: Vec<RequestListed>,
    /// Requests that were answered and whose party heard nothing back yet (S4.20).
    pub to_thank: Vec<RequestListed>,
    /// Offers of parties that wait for the office's word (S4.25).
    pub to_review: Vec<OfferListed>,
    /// Offers of this seat's party on which the office said something that nobody acknowledged yet (S4.25).
    pub offers_answered: Vec<OfferListed>,
    /// Items of this seat's organisation that wait to be shared (S4.13).
    pub to_post: Vec<ItemListed>,
    /// Questions of others whether items of this seat's organisation may go on (S3.14).
    pub onward: Vec<OnwardListed>,
    /// Inquiries that wait for this seat: to sign, to send, to answer, to clarify, to take along.
    /// The first of them, first due first.
    pub inquiries: Vec<InquiryListed>,
    /// How many inquiries wait besides.
    pub more_inquiries: u64,
}

/// A campaign that waits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignWaits {
    /// Its id.
    pub campaign: String,
    /// Its title.
    pub title: BilingualShown,
    /// Requests that wait in it.
    pub requests: u64,
    /// Devices they are about.
    pub devices: u64,
    /// The last remark on them, where there is one.
    pub remark: Option<String>,
}

impl Work {
    /// How many things wait.
    pub fn count(&self) -> usize {
        let Self { to_approve, to_mend, to_answer, overdue, to_thank, .. } = self;
        let Self { to_review, offers_answered, to_post, onward, inquiries, .. } = self;
        let campaigns = to_approve.len() + to_mend.len();
        let requests = to_answer.len() + overdue.len() + to_thank.len();
        let shared = to_post.len() + onward.len();
        campaigns + requests + shared + to_review.len() + offers_answered.len() + inquiries.len()
    }
}

impl Office {
    /// What waits for a seat. It shows titles and counts of what the seat may act on, nothing else.
    pub async fn work(&self, seat: &Seat, at: Moment) -> Result<Work, DbError> {
        let mut work = Work::default();
        let titles = self.titles().await?;
        let house = seat.party == self.settings.party;
        if house {
            self.house_work(seat, at, &titles, &mut work).await?;
        } else if seat.has(Duty::Answerer) || seat.has(Duty::Legal) || seat.has(Duty::Auditor) {
            let filter = RequestFilter { party: Some(seat.party.clone()), ..RequestFilter::default() };
            for request in self.store.requests(&filter).await? {
                if matches!(request.state, State::Sent | State::Acknowledged) {
                    work.to_answer.push(waits(&titles, &request, at));
                }
            }
            work.to_answer.sort_by(|a, b| (a.due_at.is_none(), &a.due_at).cmp(&(b.due_at.is_none(), &b.due_at)));
        }
        self.offer_work(seat, house, &mut work).await?;
        (work.to_post, work.onward) = self.items_waiting(seat, at).await?;
        (work.inquiries, work.more_inquiries) = self.inquiries_waiting(seat, at).await?;
        Ok(work)
    }

    async fn house_work(&self, seat: &Seat, at: Moment, titles: &Titles, work: &mut Work) -> Result<(), DbError> {
        let drafts = RequestFilter { state: Some(State::Draft), ..RequestFilter::default() };
        let drafts = self.store.requests(&drafts).await?;
        let mut campaigns: Vec<CampaignId> = drafts.iter().map(|request| request.campaign).collect();
        campaigns.sort_unstable();
        campaigns.dedup();
        for id in campaigns {
            let Some(campaign) = self.store.campaign(id).await? else { continue };
            let last = self.store.remarks(id).await?.pop();
            let returned = last.as_ref().is_some_and(|remark| remark.kind == RemarkKind::Returned);
            let of: Vec<&Request> = drafts.iter().filter(|request| request.campaign == id).collect();
            let waits = CampaignWaits {
                campaign: id.to_string(),
                title: campaign.plan.title.into(),
                requests: of.len() as u64,
                devices: of.iter().map(|request| request.devices).sum(),
                remark: last.map(|remark| remark.text),
            };
            if returned && seat.has(Duty::Drafter) {
                work.to_mend.push(waits);
            } else if !returned && seat.can_approve() {
                work.to_approve.push(waits);
            }
        }
        if seat.has(Duty::Drafter) || seat.has(Duty::Sender) || seat.can_approve() {
            let late = RequestFilter { overdue_at: Some(at), ..RequestFilter::default() };
            for request in self.store.requests(&late).await? {
                work.overdue.push(waits(titles, &request, at));
            }
        }
        if seat.has(Duty::Drafter) || seat.has(Duty::Sender) {
            let answered = RequestFilter { state: Some(State::Answered), ..RequestFilter::default() };
            for request in self.store.requests(&answered).await? {
                work.to_thank.push(waits(titles, &request, at));
            }
        }
        Ok(())
    }

    async fn offer_work(&self, seat: &Seat, house: bool, work: &mut Work) -> Result<(), DbError> {
        let desk = if house { Duty::Drafter } else { Duty::Answerer };
        if !(seat.has(desk) || seat.has(Duty::Legal) || seat.can_approve()) {
            return Ok(());
        }
        let offers = self.store.offers(Some(&seat.party).filter(|_| !house)).await?;
        let offers = offers.iter().map(OfferListed::of);
        if house {
            work.to_review = offers.filter(|offer| offer.to_review).collect();
        } else {
            work.offers_answered = offers.filter(|offer| offer.to_acknowledge).collect();
        }
        Ok(())
    }

    async fn titles(&self) -> Result<Titles, DbError> {
        let campaigns = self.store.campaigns().await?.into_iter();
        Ok(campaigns.map(|campaign| (campaign.plan.id, campaign.plan.title)).collect())
    }
}

/// What campaigns are called.
type Titles = HashMap<CampaignId, Bilingual>;

fn waits(titles: &Titles, request: &Request, at: Moment) -> RequestListed {
    RequestListed::of(request, titles.get(&request.campaign).cloned().unwrap_or_default(), at)
}
