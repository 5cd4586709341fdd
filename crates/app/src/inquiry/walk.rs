//! The steps of an inquiry: submitted, signed stage by stage, sent, received, asked back, clarified, withdrawn.

use renkei_core::dossier::{Signed, subject};
use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::check::Weight;
use renkei_core::inquiry::{Instrument, Step};
use renkei_core::ledger::confirm::{self, Confirmation};
use renkei_core::passkey::RelyingParty;
use renkei_core::question::{Approval, Object, ObjectKind, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::{DAY, Moment};
use renkei_formats::notice::PartyZone;
use renkei_store::inquiry::{Inquiry, NewStep, Number};
use renkei_store::passkey::Used;

use super::{InquiryChanged, InquiryError, optional, said};
use crate::campaign::approve::Confirmed;
use crate::office::{AskError, Office};
use crate::signin::Visitor;
use crate::signin::passkey::{Answered, Asking};

/// How many times a number is asked for anew where others submit at the same moment.
const TRIES: u32 = 5;

impl Office {
    /// Signs a draft and gives it to the first stage; it gets its number from the issue book (S4.13).
    pub async fn submit_inquiry(&self, id: InquiryId, at: Moment) -> Result<InquiryChanged, InquiryError> {
        let mut tries = 0;
        loop {
            let (inquiry, seat) = self.inquiry_for(id).await?;
            let stops: Vec<_> = self.findings(&inquiry, at).await?;
            let stops: Vec<_> = stops.into_iter().filter(|finding| finding.weight == Weight::Stops).collect();
            if !stops.is_empty() {
                return Err(InquiryError::Stops(stops));
            }
            let number = self.number_for(&inquiry, at).await?;
            let mut numbered = inquiry;
            numbered.paper.number.clone_from(&number.text);
            let (signed, place) = self.signed(&seat, id, Step::Submit, numbered.paper.digest()).await?;
            let permit = self.inquiry_permit(Step::Submit, &seat, &numbered, at, |question| question.on(place.clone()));
            let new = NewStep { step: Step::Submit, text: String::new(), signed: Some(signed) };
            match self.store.submit_inquiry(permit.await?, id, &number, &new).await {
                Ok(()) => {
                    return Ok(InquiryChanged::new(id, Step::Submit.word(), &number.text));
                }
                // Somebody else took the number in the meantime: the next one is signed.
                Err(renkei_store::WriteError::Exists { kind: "number", .. }) if tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Signs the stage that is due; the last one approves (S4.13, G7). `confirmed` says how the person showed that
    /// it is the seat's.
    pub async fn sign_inquiry(
        &self,
        id: InquiryId,
        confirmed: Confirmed,
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        self.sign_stage(id, confirmed, None, at).await
    }

    /// Begins signing the stage that is due by a passkey: what it is asked to sign is the digest of the statement
    /// that the seat's key signs.
    pub async fn begin_signing(
        &self,
        id: InquiryId,
        visitor: &Visitor,
        site: &RelyingParty,
        at: Moment,
    ) -> Result<Asking, InquiryError> {
        let (inquiry, _) = self.inquiry_for(id).await?;
        let challenge = self.challenge_of(&inquiry).await?;
        Ok(self.ask_passkey(visitor, site, challenge, at).await?)
    }

    /// Signs the stage that is due by one touch of a passkey; its word is kept in the ledger, where it can be checked
    /// without the office (S4.13).
    pub async fn sign_by_passkey(
        &self,
        id: InquiryId,
        visitor: &Visitor,
        site: &RelyingParty,
        said: (&Answered<'_>, &str),
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, _) = self.inquiry_for(id).await?;
        let challenge = self.challenge_of(&inquiry).await?;
        let (confirmation, used) = self.passkey_word(visitor, site, said, (challenge, 1), at).await?;
        self.sign_stage(id, Confirmed::Passkey, Some((&confirmation, &used)), at).await
    }

    /// What a passkey is asked to sign for the stage that is due.
    async fn challenge_of(&self, inquiry: &Inquiry) -> Result<Digest, InquiryError> {
        let stages = self.store.stages(&inquiry.paper.asker).await?;
        let step = if inquiry.signed + 1 >= stages.len() as u64 { Step::Approve } else { Step::Countersign };
        let number = self.store.inquiry_steps(inquiry.id).await?.len() as u64 + 1;
        let subject = subject(inquiry.id, number, step);
        Ok(confirm::challenge([(subject.as_str(), inquiry.paper.digest())]))
    }

    async fn sign_stage(
        &self,
        id: InquiryId,
        confirmed: Confirmed,
        passkey: Option<(&Confirmation, &Used)>,
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        let stages = self.store.stages(&inquiry.paper.asker).await?;
        let is_last = inquiry.signed + 1 >= stages.len() as u64;
        let step = if is_last { Step::Approve } else { Step::Countersign };
        inquiry.state.after(step).map_err(renkei_store::WriteError::from)?;
        let due = usize::try_from(inquiry.signed).ok().and_then(|place| stages.get(place));
        if let Some(stage) = due.filter(|stage| stage.seat != seat.id && !(is_last && seat.has(Duty::Deputy))) {
            return Err(InquiryError::Stage(stage.seat.clone()));
        }
        let (signed, place) = self.signed(&seat, id, step, inquiry.paper.digest()).await?;
        let approval = Approval::about_to_be_given(&seat, &inquiry.drafted_by);
        let shape = |question: Question| match is_last {
            true => question.on(place.clone()).approved(approval.clone()),
            false => question.on(place.clone()),
        };
        let permit = self.inquiry_permit(step, &seat, &inquiry, at, shape).await?;
        let text = confirmed.word().to_owned();
        self.store.sign_inquiry(permit, id, &NewStep { step, text, signed: Some(signed) }, passkey).await?;
        Ok(changed(id, step, &inquiry))
    }

    /// Lets an approved inquiry leave. The acting seat sends it if that is its duty, else the organisation's own
    /// sending seat does.
    pub async fn send_inquiry(&self, id: InquiryId, at: Moment) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, acting) = self.inquiry_for(id).await?;
        let seat = match acting.has(Duty::Sender) {
            true => acting,
            false => {
                let seats = self.store.seats().await?;
                let sends = |seat: &Seat| seat.party == inquiry.paper.asker && seat.has(Duty::Sender);
                let found = seats.into_iter().filter(sends).max_by_key(|seat| seat.machine);
                found.ok_or(AskError::NoSeat(Duty::Sender))?
            }
        };
        let approval = self.inquiry_approval(&inquiry).await?;
        let shape = |question: Question| match approval.clone() {
            Some(approval) => question.approved(approval),
            None => question,
        };
        let carried = matches!(inquiry.paper.instrument, Instrument::Inquiry | Instrument::Preservation);
        if !carried && self.store.line(&inquiry.paper.recipient).await?.is_some() {
            return Err(InquiryError::NoMessage(inquiry.paper.instrument));
        }
        let permit = self.inquiry_permit(Step::Send, &seat, &inquiry, at, shape).await?;
        let provider = self.store.party(&inquiry.paper.recipient).await?;
        let days = provider.and_then(|party| party.terms.answer_days);
        let due_at = days.map(|days| Moment(at.0 + i64::from(days) * DAY));
        let new = NewStep { step: Step::Send, text: String::new(), signed: None };
        self.store.step_inquiry(permit, id, &new, due_at).await?;
        Ok(changed(id, Step::Send, &inquiry))
    }

    /// Takes a step that is said in words: gives it back, receives it, asks about it, clarifies it, sends it back.
    pub async fn step_inquiry(
        &self,
        id: InquiryId,
        step: Step,
        text: &str,
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        let text = match step {
            Step::Receive => String::new(),
            Step::Withdraw => optional(text).ok_or(InquiryError::Words("fewer words"))?,
            Step::Return | Step::AskBack | Step::Clarify | Step::SendBack => {
                said(text, "words that say what it is about")?
            }
            _ => return Err(InquiryError::Words("another step than this one")),
        };
        // What was not sent leaves nothing when it is taken back; what was, is taken back on its own approval.
        let approval = self.inquiry_approval(&inquiry).await?;
        let left = inquiry.state.has_left();
        let shape = |question: Question| match (step, left, approval.clone()) {
            (Step::Withdraw, true, Some(approval)) => question.approved(approval),
            (Step::Withdraw, false, _) => question.nothing_leaves(),
            _ => question,
        };
        let permit = self.inquiry_permit(step, &seat, &inquiry, at, shape).await?;
        if self.is_elsewhere(&inquiry, step).await? {
            self.store.propose_step(permit, id, step, &text).await?;
            return Ok(InquiryChanged::new(id, "proposed", &inquiry.paper.number));
        }
        self.store.step_inquiry(permit, id, &NewStep { step, text, signed: None }, None).await?;
        Ok(changed(id, step, &inquiry))
    }

    /// Closes an answered inquiry, once its dossier was taken: what identifies anybody leaves the registry (G5).
    pub async fn close_inquiry(&self, id: InquiryId, at: Moment) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        if inquiry.filed_at.is_none_or(|filed| inquiry.ended_at.is_some_and(|ended| filed < ended)) {
            return Err(InquiryError::NotFiled(id));
        }
        let permit = self.inquiry_permit(Step::Close, &seat, &inquiry, at, |question| question).await?;
        if self.is_elsewhere(&inquiry, Step::Close).await? {
            self.store.propose_step(permit, id, Step::Close, "").await?;
            return Ok(InquiryChanged::new(id, "proposed", &inquiry.paper.number));
        }
        self.store.close_inquiry(permit, id).await?;
        Ok(changed(id, Step::Close, &inquiry))
    }

    /// Whether a step has to be taken by the provider's office first: the inquiry is there, and the step is the
    /// asking side's. What never reached that office is taken back here alone.
    async fn is_elsewhere(&self, inquiry: &Inquiry, step: Step) -> Result<bool, InquiryError> {
        if step.is_the_providers() || !inquiry.state.has_left() {
            return Ok(false);
        }
        let telling = self.store.telling(inquiry.id).await?;
        Ok(telling.is_some_and(|telling| telling.told > 0 || telling.carried.is_some()))
    }

    /// The approval that an inquiry rests on: given since it was last changed or given back.
    async fn inquiry_approval(&self, inquiry: &Inquiry) -> Result<Option<Approval>, InquiryError> {
        let steps = self.store.inquiry_steps(inquiry.id).await?;
        let ended = |step: Step| matches!(step, Step::Mend | Step::Return);
        let since = steps.iter().rev().take_while(|happened| !ended(happened.taken.step));
        let Some(given) = since.map(|happened| &happened.taken).find(|taken| taken.step == Step::Approve) else {
            return Ok(None);
        };
        let seat = self.store.seat(&given.seat).await?;
        Ok(Some(Approval {
            by: given.seat.clone(),
            approver_is_set: seat.as_ref().is_some_and(Seat::can_approve),
            by_deputy: seat.is_some_and(|seat| !seat.has(Duty::Approver)),
            same_seat_as_drafter: given.seat == inquiry.drafted_by,
            bytes_match: given.signed.as_ref().is_some_and(|signed| signed.digest == inquiry.paper.digest()),
        }))
    }

    /// The seat's signature at the next step, and the object that names that place.
    pub(super) async fn signed(
        &self,
        seat: &Seat,
        id: InquiryId,
        step: Step,
        digest: Digest,
    ) -> Result<(Signed, Object), InquiryError> {
        let number = self.store.inquiry_steps(id).await?.len() as u64 + 1;
        let signer = self.signer(seat).await?;
        let signed = Signed::make(id, number, step, digest, &signer);
        Ok((signed, Object::new(ObjectKind::InquiryStep, subject(id, number, step), 0)))
    }

    /// The number it has, or the next one of its book: by kind and calendar year in Japan.
    async fn number_for(&self, inquiry: &Inquiry, at: Moment) -> Result<Number, InquiryError> {
        let paper = &inquiry.paper;
        let zone: PartyZone = self.settings.zone.parse().map_err(|_| InquiryError::Time(self.settings.zone.clone()))?;
        let local = Moment(at.0 + i64::from(zone.offset_seconds(at)) * 1_000_000);
        let (year, _, _) = local.day().civil();
        let number = self.store.next_number(&paper.asker, paper.instrument, year).await?;
        let text = match paper.number.is_empty() {
            true => format!("{}{}第{number}号", era_year(year), kind(paper.instrument)),
            false => paper.number.clone(),
        };
        Ok(Number { year, number, text })
    }
}

/// A calendar year as official papers write it (令和 began in 2019).
fn era_year(year: i32) -> String {
    match year - 2018 {
        1 => "令和元年".to_owned(),
        era if era > 1 => format!("令和{era}年"),
        _ => format!("{year}年"),
    }
}

/// What a kind of paper is called in its number.
const fn kind(instrument: Instrument) -> &'static str {
    match instrument {
        Instrument::Inquiry => "照会",
        Instrument::Warrant => "令状",
        Instrument::Necessity => "緊急",
        Instrument::Preservation => "保全",
    }
}

fn changed(id: InquiryId, step: Step, inquiry: &Inquiry) -> InquiryChanged {
    InquiryChanged::new(id, step.word(), &inquiry.paper.number)
}
