//! Inquiries as a seat sees them: those its organisation asked, and those it was asked.

use renkei_core::act::Act;
use renkei_core::id::InquiryId;
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::Detail;
use renkei_core::party::{Party, Role};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::inquiry::{InquiryFilter, InquiryPage, Waits};

use super::{
    FileShown, FindingShown, InquiryError, InquiryEvent, InquiryList, InquiryListed, InquiryRead, ItemShown, StageShown,
};
use crate::hint::HintsShown;
use crate::line::LineState;
use crate::office::Office;

/// How many of those that wait are shown.
const FIRST: u64 = 30;

impl Office {
    /// The inquiries that the acting seat's organisation asked or was asked, newest first.
    pub async fn inquiries(&self, state: Option<State>, at: Moment) -> Result<InquiryList, InquiryError> {
        self.inquiries_among(state, None, at).await
    }

    /// At most so many of them, behind one; whether there are more.
    pub async fn inquiries_page(
        &self,
        state: Option<State>,
        after: Option<InquiryId>,
        most: u64,
        at: Moment,
    ) -> Result<(InquiryList, bool), InquiryError> {
        // One more says whether there is a next page.
        let page = InquiryPage { after, most: most.saturating_add(1) };
        let mut list = self.inquiries_among(state, Some(page), at).await?;
        let is_more = list.0.len() as u64 > most;
        list.0.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok((list, is_more))
    }

    async fn inquiries_among(
        &self,
        state: Option<State>,
        page: Option<InquiryPage>,
        at: Moment,
    ) -> Result<InquiryList, InquiryError> {
        let seat = self.seat(Duty::Drafter).await?;
        let filter = InquiryFilter { party: Some(seat.party.clone()), state, page };
        let inquiries = self.store.inquiries(&filter).await?;
        Ok(InquiryList(inquiries.iter().map(|inquiry| InquiryListed::of(inquiry, &seat, at)).collect()))
    }

    /// The parties of some roles, by name: whom inquiries can go to.
    pub async fn parties_of(&self, roles: &[Role]) -> Result<Vec<Party>, DbError> {
        let parties = self.store.parties().await?;
        Ok(parties.iter().filter(|party| roles.contains(&party.role)).cloned().collect())
    }

    /// One inquiry. That it is looked at is in the ledger before it is shown (S4.9).
    pub async fn read_inquiry(&self, id: InquiryId, at: Moment) -> Result<InquiryRead, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        let class = Act::ReadInquiry.usual_class();
        let question = self.inquiry_question(Act::ReadInquiry, seat.clone(), &inquiry, class, at).await?;
        let permit = self.ask(question).await?;
        self.store.record_view(permit, inquiry.paper.items.len() as u64, Detail::new()).await?;
        let form = self.inquiry_form(&inquiry.paper.recipient, Some(inquiry.paper.form)).await?;
        let asks = inquiry.paper.asker == seat.party;
        let mut read = InquiryRead::of(&inquiry, &seat, at);
        read.items = self.store.inquiry_items(id).await?.iter().map(|state| ItemShown::of(state, &form)).collect();
        if asks && inquiry.state == State::Draft {
            let findings = super::draft::findings(&inquiry, &form, at);
            read.findings = findings.into_iter().map(FindingShown::from).collect();
        }
        for happened in self.store.inquiry_steps(id).await? {
            // What happens inside an organisation before it leaves is its own.
            let providers = happened.taken.step.is_the_providers();
            let crosses = matches!(happened.taken.step, Step::Send | Step::AskBack | Step::Clarify | Step::Receive)
                || matches!(happened.taken.step, Step::Answer | Step::SendBack | Step::Withdraw);
            if crosses || providers != asks {
                read.thread.push(InquiryEvent::of(happened, providers != asks));
            }
        }
        if asks {
            let stages = self.store.stages(&inquiry.paper.asker).await?.into_iter().zip(0u64..);
            let signs = inquiry.state == State::InReview;
            read.stages = stages
                .map(|(stage, place)| StageShown::of(stage, place < inquiry.signed, signs && place == inquiry.signed))
                .collect();
        }
        if asks && self.settings.hints.asks.is_some() {
            read.hints = self.store.hints_of(id).await?.map(HintsShown::from);
        }
        read.line = self.store.telling(id).await?.as_ref().map(LineState::of);
        read.files = self.store.answer_files(id).await?.into_iter().map(FileShown::from).collect();
        Ok(read)
    }

    /// The first inquiries that wait for a seat, first due first, and how many wait besides.
    pub(crate) async fn inquiries_waiting(
        &self,
        seat: &Seat,
        at: Moment,
    ) -> Result<(Vec<InquiryListed>, u64), DbError> {
        let waits = Waits {
            party: seat.party.clone(),
            seat: seat.id.clone(),
            stages: self.store.stages(&seat.party).await?,
            approves: seat.can_approve(),
            answers: seat.has(Duty::Answerer) || seat.has(Duty::Legal),
        };
        let (first, number) = self.store.inquiries_that_wait(&waits, FIRST).await?;
        let listed: Vec<_> = first.iter().map(|inquiry| InquiryListed::of(inquiry, seat, at)).collect();
        let more = number.saturating_sub(listed.len() as u64);
        Ok((listed, more))
    }
}
