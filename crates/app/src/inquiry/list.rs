//! Inquiries as a seat sees them: those its organisation asked, and those it was asked.

use renkei_core::act::Act;
use renkei_core::id::InquiryId;
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::Detail;
use renkei_core::party::{Party, Role};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::inquiry::{Inquiry, InquiryFilter};

use super::{
    FileShown, FindingShown, InquiryError, InquiryEvent, InquiryList, InquiryListed, InquiryRead, ItemShown, StageShown,
};
use crate::line::LineState;
use crate::office::Office;

impl Office {
    /// The inquiries that the acting seat's organisation asked or was asked, newest first.
    pub async fn inquiries(&self, state: Option<State>, at: Moment) -> Result<InquiryList, InquiryError> {
        let seat = self.seat(Duty::Drafter).await?;
        let filter = InquiryFilter { party: Some(seat.party.clone()), state };
        let inquiries = self.store.inquiries(&filter).await?;
        let known = inquiries.iter().filter(|inquiry| knows(&seat, inquiry));
        Ok(InquiryList(known.map(|inquiry| InquiryListed::of(inquiry, &seat, at)).collect()))
    }

    /// The parties of some roles, by name: whom inquiries can go to.
    pub async fn parties_of(&self, roles: &[Role]) -> Result<Vec<Party>, DbError> {
        let parties = self.store.parties().await?.into_iter();
        Ok(parties.filter(|party| roles.contains(&party.role)).collect())
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
        read.line = self.store.telling(id).await?.as_ref().map(LineState::of);
        read.files = self.store.answer_files(id).await?.into_iter().map(FileShown::from).collect();
        Ok(read)
    }

    /// The inquiries that wait for a seat, first due first.
    pub(crate) async fn inquiries_waiting(&self, seat: &Seat, at: Moment) -> Result<Vec<InquiryListed>, DbError> {
        let filter = InquiryFilter { party: Some(seat.party.clone()), state: None };
        let stages = self.store.stages(&seat.party).await?;
        let mut waiting = Vec::new();
        for inquiry in self.store.inquiries(&filter).await? {
            let asks = inquiry.paper.asker == seat.party;
            let due = usize::try_from(inquiry.signed).ok().and_then(|place| stages.get(place));
            let waits = match (asks, inquiry.state) {
                (true, State::Draft | State::Approved) => inquiry.drafted_by == seat.id,
                (true, State::InReview) => match due {
                    Some(stage) => stage.seat == seat.id,
                    None => seat.can_approve(),
                },
                (true, State::Unclear) => seat.can_approve(),
                (true, State::Answered | State::SentBack) => inquiry.drafted_by == seat.id,
                (false, State::Sent | State::Received) => seat.has(Duty::Answerer) || seat.has(Duty::Legal),
                _ => false,
            };
            if waits {
                waiting.push(InquiryListed::of(&inquiry, seat, at));
            }
        }
        waiting.sort_by(|a, b| {
            (a.due_at.is_none(), &a.due_at, &a.inquiry).cmp(&(b.due_at.is_none(), &b.due_at, &b.inquiry))
        });
        Ok(waiting)
    }
}

/// Whether the seat's organisation may know of an inquiry: its own, or one that was sent to it.
fn knows(seat: &Seat, inquiry: &Inquiry) -> bool {
    inquiry.paper.asker == seat.party || inquiry.paper.recipient == seat.party && inquiry.state.has_left()
}
