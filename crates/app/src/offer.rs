//! Offers (申し出): with this we could act. A party writes what it would need and do; the office reviews it,
//! names the request that came of it, and tells what came of that (S4.25).

mod shown;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{OfferId, PartyId, RequestId};
use renkei_core::offer::Step;
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_store::offer::{NewOffer, NewStep, Offer};
use renkei_store::{DbError, WriteError};

use crate::campaign::fresh;
use crate::office::{AskError, Office};

pub use shown::{OfferChanged, OfferEvent, OfferList, OfferListed, OfferRead};

/// Longest text of an offer or of what is said about it, in characters.
pub const LONGEST: usize = 4000;

/// Why an offer is not written, read or reviewed.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// There is none, or it is another party's.
    #[error("there is no offer `{0}`: `renkei offer list` shows them")]
    Unknown(OfferId),
    /// Words are missing, or too many.
    #[error("an offer needs {0}, in 1 to {LONGEST} characters")]
    Words(&'static str),
    /// The request is not of the party that offered.
    #[error("`{0}` is no request to the party that made the offer: `renkei campaign show` lists them")]
    Request(RequestId),
}

/// An offer as it was typed.
#[derive(Debug, Clone, Default)]
pub struct OfferTyped {
    /// The kind of data it would need, where a class fits.
    pub class: Option<DataClass>,
    /// What data it would need.
    pub needs: String,
    /// What it would do on its own with it.
    pub does: String,
}

/// What the office answers to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All that is needed is to be given.
    Whole,
    /// A part of it is.
    Part,
    /// Nothing is.
    Declined,
}

impl Verdict {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Part, Self::Declined];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
            Self::Declined => "declined",
        }
    }

    /// What a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    const fn step(self) -> Step {
        match self {
            Self::Whole => Step::Accept,
            Self::Part => Step::AcceptInPart,
            Self::Declined => Step::Decline,
        }
    }
}

impl Office {
    /// Writes an offer of the acting seat's party.
    pub async fn make_offer(&self, typed: &OfferTyped, at: Moment) -> Result<OfferChanged, OfferError> {
        let needs = said(&typed.needs).ok_or(OfferError::Words("what data is needed"))?;
        let does = said(&typed.does).ok_or(OfferError::Words("what you would do with it"))?;
        let seat = self.seat(Duty::Answerer).await?;
        let id = OfferId::from_bits(fresh(at));
        let new = NewOffer { id, party: seat.party.clone(), class: typed.class, needs, does };
        let permit = self.offer_permit(Act::MakeOffer, seat, (&new.party, id, 0), None, at).await?;
        self.store.make_offer(permit, &new).await?;
        Ok(OfferChanged { offer: id.to_string(), done: "made" })
    }

    /// The offers that the acting seat sees, newest first: all for the house, its own party's for others.
    pub async fn offers(&self) -> Result<OfferList, OfferError> {
        let seat = self.seat(Duty::Drafter).await?;
        let house = seat.party == self.settings.party;
        let offers = self.store.offers(Some(&seat.party).filter(|_| !house)).await?;
        Ok(OfferList(offers.iter().map(OfferListed::of).collect()))
    }

    /// An offer with what was said about it. To a seat that may not know of it, it does not exist.
    pub async fn read_offer(&self, id: OfferId, at: Moment) -> Result<OfferRead, OfferError> {
        let seat = self.seat(Duty::Drafter).await?;
        let (offer, _looked) = self.offer_for(Act::ReadOffer, &seat, id, None, at).await?;
        let house = seat.party == self.settings.party;
        let mut read = OfferRead::of(&offer, house);
        for taken in self.store.offer_steps(id).await? {
            let named = match taken.new.request {
                Some(request) => self.store.request(request).await?,
                None => None,
            };
            // To the party a request that has not left does not exist.
            let named = named.filter(|request| house || request.sent_at.is_some());
            read.push(taken, named.map(|request| request.id), house);
        }
        Ok(read)
    }

    /// Answers an offer. `class` is the kind of data that is agreed to; `None`: the kind that was asked for.
    /// The gate is asked whether the party could have it at all: methods, for one, cannot simply be given.
    pub async fn review_offer(
        &self,
        id: OfferId,
        verdict: Verdict,
        class: Option<DataClass>,
        reason: &str,
        at: Moment,
    ) -> Result<OfferChanged, OfferError> {
        let text = said(reason).ok_or(OfferError::Words("the reason for the answer"))?;
        let seat = self.seat(Duty::Drafter).await?;
        let asked = self.store.offer(id).await?.and_then(|offer| offer.new.class);
        let class = match verdict {
            Verdict::Whole => asked,
            Verdict::Part => class.or(asked),
            Verdict::Declined => None,
        };
        let (_, permit) = self.offer_for(Act::ReviewOffer, &seat, id, class, at).await?;
        self.step(permit, id, NewStep { step: verdict.step(), text, class, request: None }).await
    }

    /// Names the request by which an accepted offer is met.
    pub async fn provide_offer(
        &self,
        id: OfferId,
        request: RequestId,
        text: &str,
        at: Moment,
    ) -> Result<OfferChanged, OfferError> {
        let seat = self.seat(Duty::Drafter).await?;
        let (offer, permit) = self.offer_for(Act::ReviewOffer, &seat, id, None, at).await?;
        let named = self.store.request(request).await?.filter(|named| named.party == offer.new.party);
        let request = Some(named.ok_or(OfferError::Request(request))?.id);
        let text = optional(text)?;
        self.step(permit, id, NewStep { step: Step::Provide, text, class: None, request }).await
    }

    /// Tells what came of an offer (S4.20).
    pub async fn feed_back_offer(&self, id: OfferId, text: &str, at: Moment) -> Result<OfferChanged, OfferError> {
        let text = said(text).ok_or(OfferError::Words("what came of it"))?;
        let seat = self.seat(Duty::Drafter).await?;
        let (_, permit) = self.offer_for(Act::GiveFeedback, &seat, id, None, at).await?;
        self.step(permit, id, NewStep { step: Step::FeedBack, text, class: None, request: None }).await
    }

    /// Takes an offer of the acting seat's party back.
    pub async fn withdraw_offer(&self, id: OfferId, text: &str, at: Moment) -> Result<OfferChanged, OfferError> {
        let text = optional(text)?;
        self.of_the_party(id, NewStep { step: Step::Withdraw, text, class: None, request: None }, at).await
    }

    /// Says that the acting seat's party saw what the office said.
    pub async fn acknowledge_offer(&self, id: OfferId, at: Moment) -> Result<OfferChanged, OfferError> {
        let new = NewStep { step: Step::Acknowledge, text: String::new(), class: None, request: None };
        self.of_the_party(id, new, at).await
    }

    async fn of_the_party(&self, id: OfferId, new: NewStep, at: Moment) -> Result<OfferChanged, OfferError> {
        let seat = self.seat(Duty::Answerer).await?;
        let (_, permit) = self.offer_for(Act::MakeOffer, &seat, id, None, at).await?;
        self.step(permit, id, new).await
    }

    async fn step(&self, permit: Permit, id: OfferId, new: NewStep) -> Result<OfferChanged, OfferError> {
        self.store.step_offer(permit, id, &new).await?;
        Ok(OfferChanged { offer: id.to_string(), done: new.step.word() })
    }

    /// The offer and the permit, if the seat may do this with it. One that it may not know of is told as one
    /// that does not exist, and the refusal is in the ledger.
    async fn offer_for(
        &self,
        act: Act,
        seat: &Seat,
        id: OfferId,
        class: Option<DataClass>,
        at: Moment,
    ) -> Result<(Offer, Permit), OfferError> {
        let offer = self.store.offer(id).await?.ok_or(OfferError::Unknown(id))?;
        let party = offer.new.party.clone();
        let known = seat.party == self.settings.party || seat.party == party;
        match self.offer_permit(act, seat.clone(), (&party, id, offer.version), class, at).await {
            Ok(permit) => Ok((offer, permit)),
            Err(AskError::Refused(_)) if !known => Err(OfferError::Unknown(id)),
            Err(error) => Err(error.into()),
        }
    }

    /// The offering party is the one that whatever is agreed to would go to.
    async fn offer_permit(
        &self,
        act: Act,
        seat: Seat,
        (party, id, version): (&PartyId, OfferId, u64),
        class: Option<DataClass>,
        at: Moment,
    ) -> Result<Permit, AskError> {
        let question = self.question(act, seat, at).on(Object::new(ObjectKind::Offer, id, version)).nothing_leaves();
        let question = question.with_class(class.unwrap_or_else(|| act.usual_class()));
        let question = match self.store.party(party).await? {
            Some(party) => question.to(Recipient::of(&party, at, true)),
            None => question,
        };
        self.ask(question).await
    }
}

/// What was said, if something was and not too much.
fn said(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
    (!text.is_empty() && text.chars().count() <= LONGEST).then_some(text)
}

/// What was said, or nothing.
fn optional(text: &str) -> Result<String, OfferError> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    said(text).ok_or(OfferError::Words("fewer words"))
}
