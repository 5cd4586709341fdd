//! What this office answers as evaluator, or as keeper of the register.

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::hint::{AskError as Unanswered, EnterError, Epoch, Offered};
use renkei_core::id::{InquiryId, PartyId, SeatId};
use renkei_core::inquiry::Instrument;
use renkei_core::question::{Inquiry as Facts, Object, ObjectKind};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_formats::hint::{Call, Entering, Refused, Reply};
use renkei_gate::Permit;

use super::HintError;
use crate::line::LineError;
use crate::office::{AskError, Office};
use crate::settings::HintRegisters;

impl Office {
    /// Answers a call of an organisation whose certificate was checked.
    ///
    /// # Errors
    /// Only where this office itself cannot do its work; whatever is wrong with the call is a reply.
    pub async fn take_hint_call(&self, peer: &PartyId, bytes: &[u8], at: Moment) -> Result<Reply, HintError> {
        match Call::read(bytes) {
            Ok(call) => self.answer_hint(peer, call, at).await,
            Err(error) => Ok(Reply::refused(Refused::Form, error)),
        }
    }

    /// Answers a call of an organisation, over a line or from this office itself.
    pub(super) async fn answer_hint(&self, asker: &PartyId, call: Call, at: Moment) -> Result<Reply, HintError> {
        let answered = match (call, &self.settings.hints.evaluates, &self.settings.hints.registers) {
            (Call::Epoch, Some(_), _) => Ok(Reply::Epoch(self.evaluator()?.epoch())),
            (Call::Evaluate(blinded), Some(per_day), _) => self.evaluate_hints(asker, &blinded, *per_day, at).await,
            (Call::Enter(entering), _, Some(register)) => self.enter_hints(asker, entering, register, at).await,
            (Call::Look { inquiry, tokens }, _, Some(register)) => {
                let permit = self.hint_permit(asker, at).await;
                match permit {
                    Ok(permit) => {
                        let whose = (inquiry, asker);
                        let heard = self.store.look_hints(permit, register.terms, whose, &tokens).await?;
                        Ok(heard.map_or_else(unanswered, Reply::Hints))
                    }
                    Err(error) => Err(error),
                }
            }
            (Call::Close(inquiry), _, Some(_)) => self.close_hints(asker, inquiry, at).await,
            (Call::Epoch | Call::Evaluate(_), None, _) => {
                Ok(Reply::refused(Refused::NotHere, "this office evaluates nothing"))
            }
            (Call::Enter(_) | Call::Look { .. } | Call::Close(_), _, None) => {
                Ok(Reply::refused(Refused::NotHere, "this office keeps no register"))
            }
        };
        match answered {
            Err(HintError::Ask(AskError::Refused(ruling))) => {
                let gates: Vec<String> = ruling.grounds.iter().map(|ground| ground.gate.to_string()).collect();
                Ok(Reply::refused(Refused::NotHere, format!("the gate does not allow it: {}", gates.join(", "))))
            }
            answered => answered,
        }
    }

    async fn evaluate_hints(
        &self,
        asker: &PartyId,
        blinded: &[renkei_core::hint::Blinded],
        per_day: u32,
        at: Moment,
    ) -> Result<Reply, HintError> {
        let evaluator = self.evaluator()?;
        let permit = self.hint_permit(asker, at).await?;
        // Counted before anything is evaluated, and whatever comes of it.
        let counted = self.store.count_evaluations(permit, asker, blinded.len() as u64, per_day).await?;
        if let Err(error) = counted {
            return Ok(Reply::refused(Refused::Pace, error));
        }
        let evaluated: Result<Vec<_>, _> = blinded.iter().map(|point| evaluator.evaluate(point)).collect();
        Ok(evaluated.map_or_else(|error| Reply::refused(Refused::Epoch, error), Reply::Evaluated))
    }

    async fn enter_hints(
        &self,
        asker: &PartyId,
        entering: Entering,
        register: &HintRegisters,
        at: Moment,
    ) -> Result<Reply, HintError> {
        let Entering { inquiry, sent, desk, tokens } = entering;
        let permit = self.hint_permit(asker, at).await?;
        if let Some(epoch) = tokens.iter().map(|token| token.epoch()).max() {
            self.follow_epoch(epoch, register, at).await?;
        }
        let offered = tokens.into_iter().map(|token| Offered {
            token,
            inquiry,
            asker: asker.clone(),
            desk: desk.clone(),
            // A call has no word for anything else: what may take part was settled where the subject was made.
            instrument: Instrument::Inquiry,
            class: DataClass::Registration,
            sent,
        });
        let entered = self.store.enter_hints(permit, register.terms, offered.collect()).await?;
        Ok(entered.map_or_else(not_entered, Reply::Entered))
    }

    async fn close_hints(&self, asker: &PartyId, inquiry: InquiryId, at: Moment) -> Result<Reply, HintError> {
        let permit = self.hint_permit(asker, at).await?;
        Ok(Reply::Closed(self.store.close_hints(permit, inquiry, asker).await?))
    }

    /// Where a token is of a later epoch than the one that runs here, the evaluator is asked which one runs: a force
    /// alone cannot make the register forget what it has.
    async fn follow_epoch(&self, offered: Epoch, register: &HintRegisters, at: Moment) -> Result<(), HintError> {
        if self.store.hint_epoch().await?.is_some_and(|runs| offered <= runs) {
            return Ok(());
        }
        let call = Call::Epoch;
        match self.call_for_hints(&register.evaluator, &self.settings.party, call, at).await? {
            Reply::Epoch(epoch) => {
                self.store.turn_hints(register.terms, epoch, at).await?;
                Ok(())
            }
            reply => Err(HintError::Silent(register.evaluator.clone(), format!("it answers {}", reply.to_json()))),
        }
    }

    /// What the gate says to a call: that a drafter is behind it is the calling office's word.
    async fn hint_permit(&self, asker: &PartyId, at: Moment) -> Result<Permit, HintError> {
        let known = self.store.party(asker).await?.ok_or_else(|| LineError::UnknownParty(asker.clone()))?;
        let id: SeatId = SEAT.parse().map_err(|_| AskError::NoSeat(Duty::Drafter))?;
        let seat = Seat {
            id,
            party: asker.clone(),
            party_role: known.role,
            title: Bilingual { ja: SEAT.to_owned(), en: SEAT.to_owned() },
            duties: vec![Duty::Drafter],
            machine: true,
        };
        let mut facts = Facts::of(asker.clone(), Instrument::Inquiry);
        facts.hints = true;
        let object = Object::new(ObjectKind::Party, asker, known.version);
        let question = self.question(Act::HintDuplicates, seat, at).on(object);
        Ok(self.ask(question.with_class(DataClass::Registration).of_inquiry(facts)).await?)
    }
}

/// The seat under which calls of other offices stand in the ledger.
const SEAT: &str = "line";

fn unanswered(error: Unanswered) -> Reply {
    let why = match error {
        Unanswered::TooMany(_) => Refused::Pace,
        Unanswered::NotOpen => Refused::NotOpen,
    };
    Reply::refused(why, error)
}

fn not_entered(error: EnterError) -> Reply {
    let why = match error {
        EnterError::Epoch(_) => Refused::Epoch,
        _ => Refused::NotTaken,
    };
    Reply::refused(why, error)
}
