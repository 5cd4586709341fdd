//! What an office asks for its inquiries: each that left is entered at the register and looked up once; when it is
//! answered, sent back or taken back, its tokens go.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::hint::{Desk, Epoch, Hint, Pending, Randomness, Subject, Token};
use renkei_core::id::{InquiryId, PartyId};
use renkei_core::question::{Inquiry as Facts, Object, ObjectKind};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::{DAY, Moment, SECOND};
use renkei_formats::hint::{Call, Entering, MOST, Refused, Reply};
use renkei_gate::Permit;
use renkei_post::line::Caller;
use renkei_store::hint::Due;
use renkei_store::inquiry::Inquiry;

use super::{HintError, HintsTold};
use crate::office::{AskError, Office};
use crate::settings::HintAsks;

/// How long an evaluator or register that could not be asked is left alone.
const PAUSE: i64 = 5 * 60 * SECOND;
/// How often the evaluator is asked which epoch runs.
const EPOCH: i64 = 10 * 60 * SECOND;

/// What one round leaves for the next.
#[derive(Debug, Default)]
pub struct Rounds {
    epoch: Option<(Epoch, Moment)>,
    quiet_until: Option<Moment>,
}

impl Office {
    /// Tells the register of inquiries that left or ended, and hears who else asks. Without `[hints.asks]` nothing.
    pub async fn tell_hints(&self, rounds: &mut Rounds, at: Moment) -> Result<HintsTold, HintError> {
        let mut told = HintsTold::default();
        if self.settings.hints.registers.is_some() {
            told.dropped = self.store.care_for_hints(at).await?;
        }
        let Some(asks) = &self.settings.hints.asks else { return Ok(told) };
        if rounds.quiet_until.is_some_and(|until| at < until) {
            return Ok(told);
        }
        rounds.quiet_until = None;
        let epoch = match self.running_epoch(rounds, asks, at).await {
            Ok(epoch) => epoch,
            Err(error) => {
                rounds.quiet_until = Some(Moment(at.0 + PAUSE));
                return Err(error);
            }
        };
        let askers: Vec<&str> = asks.desks.keys().map(PartyId::as_str).collect();
        for due in self.store.hints_due(&askers, epoch, at).await? {
            let (id, done) = match due {
                Due::Enter(id) => (id, self.enter_inquiry(asks, id, epoch, at).await),
                Due::Close(id) => (id, self.end_inquiry(asks, id, at).await),
            };
            match done {
                Ok(others) => {
                    told.told += 1;
                    told.others += others;
                }
                Err(error @ (HintError::Write(_) | HintError::Db(_))) => return Err(error),
                Err(error) => {
                    told.waiting += 1;
                    self.store.trouble_hints(id, &error.to_string(), next_try(&error, at)).await?;
                    if matches!(error, HintError::Silent(..)) {
                        rounds.quiet_until = Some(Moment(at.0 + PAUSE));
                        break;
                    }
                    if matches!(error, HintError::Refused { code: "epoch", .. }) {
                        rounds.epoch = None;
                    }
                }
            }
        }
        Ok(told)
    }

    /// Looks once more who else asks about what an open inquiry is about.
    pub async fn look_for_hints(&self, id: InquiryId, at: Moment) -> Result<(), HintError> {
        // Whoever may not know of it is not told whether hints are on.
        self.knows_inquiry(id).await?;
        let asks = self.settings.hints.asks.as_ref().ok_or(HintError::Off("asks"))?;
        let seat = self.seat(Duty::Drafter).await?;
        let inquiry = self
            .store
            .inquiry(id)
            .await?
            .ok_or(renkei_store::WriteError::Missing { kind: "inquiry", id: id.to_string() })?;
        let permit = self.asker_permit(&inquiry, seat, at).await?;
        let known = self.store.hints_of(id).await?.ok_or(HintError::NotThere(id))?;
        let tokens: Vec<(u32, Token)> =
            known.items.iter().filter_map(|heard| Some((heard.number, heard.token?))).collect();
        let epoch = tokens.first().map(|(_, token)| token.epoch()).ok_or(HintError::NotThere(id))?;
        let heard = self.hear(asks, &inquiry, &tokens, at).await?;
        Ok(self.store.keep_hints(permit, id, epoch, &heard).await?)
    }

    async fn running_epoch(&self, rounds: &mut Rounds, asks: &HintAsks, at: Moment) -> Result<Epoch, HintError> {
        if let Some((epoch, known)) = rounds.epoch
            && (0..EPOCH).contains(&(at.0 - known.0))
        {
            return Ok(epoch);
        }
        match self.call_for_hints(&asks.evaluator, &self.settings.party, Call::Epoch, at).await? {
            Reply::Epoch(epoch) => {
                rounds.epoch = Some((epoch, at));
                Ok(epoch)
            }
            reply => Err(other(&asks.evaluator, reply)),
        }
    }

    /// Enters an open inquiry and looks once; how many others there are.
    async fn enter_inquiry(&self, asks: &HintAsks, id: InquiryId, epoch: Epoch, at: Moment) -> Result<u64, HintError> {
        let inquiry = self.store.inquiry(id).await?.ok_or(HintError::NotThere(id))?;
        let drafter = self.store.seat(&inquiry.drafted_by).await?.ok_or(AskError::NoSeat(Duty::Drafter))?;
        // The gate before anything leaves.
        let permit = self.asker_permit(&inquiry, drafter, at).await?;
        let paper = &inquiry.paper;
        let desk = asks.desks.get(&paper.asker).ok_or_else(|| HintError::NoDesk(paper.asker.clone()))?;
        let subjects: BTreeMap<u32, Subject> =
            paper.items.iter().filter_map(|item| Some((item.number, Subject::of(paper, item).ok()?))).collect();
        let tokens = self.hint_tokens(asks, subjects, epoch, at).await?;
        self.enter_tokens(asks, &inquiry, desk, &tokens, at).await?;
        let heard = self.hear(asks, &inquiry, &tokens, at).await?;
        let others = heard.iter().map(|(_, _, hint)| u64::from(hint.others)).sum();
        self.store.keep_hints(permit, id, epoch, &heard).await?;
        Ok(others)
    }

    /// An inquiry is open no more.
    async fn end_inquiry(&self, asks: &HintAsks, id: InquiryId, at: Moment) -> Result<u64, HintError> {
        let inquiry = self.store.inquiry(id).await?.ok_or(HintError::NotThere(id))?;
        let drafter = self.store.seat(&inquiry.drafted_by).await?.ok_or(AskError::NoSeat(Duty::Drafter))?;
        let permit = self.asker_permit(&inquiry, drafter, at).await?;
        match self.call_for_hints(&asks.register, &inquiry.paper.asker, Call::Close(id), at).await? {
            Reply::Closed(_) => Ok(self.store.end_hints(permit, id).await.map(|()| 0)?),
            reply => Err(other(&asks.register, reply)),
        }
    }

    /// Subjects become tokens by way of the evaluator, which sees neither.
    async fn hint_tokens(
        &self,
        asks: &HintAsks,
        subjects: BTreeMap<u32, Subject>,
        epoch: Epoch,
        at: Moment,
    ) -> Result<Vec<(u32, Token)>, HintError> {
        let mut tokens = Vec::with_capacity(subjects.len());
        let mut rest: Vec<(u32, Subject)> = subjects.into_iter().collect();
        while !rest.is_empty() {
            let some = rest.split_off(rest.len().saturating_sub(MOST));
            let (mut pending, mut blinded): (Vec<(u32, Pending)>, Vec<_>) = (Vec::new(), Vec::new());
            for (number, subject) in some {
                let randomness = Randomness::new(rand::random());
                let Ok((stays, goes)) = subject.blind(epoch, randomness) else { continue };
                pending.push((number, stays));
                blinded.push(goes);
            }
            let asked = blinded.len();
            let call = Call::Evaluate(blinded);
            let evaluated = match self.call_for_hints(&asks.evaluator, &self.settings.party, call, at).await? {
                Reply::Evaluated(evaluated) if evaluated.len() == asked => evaluated,
                reply => return Err(other(&asks.evaluator, reply)),
            };
            for ((number, stays), evaluated) in pending.into_iter().zip(&evaluated) {
                let token = stays.finalise(evaluated);
                let token = token.map_err(|error| HintError::Silent(asks.evaluator.clone(), error.to_string()))?;
                tokens.push((number, token));
            }
        }
        tokens.sort_unstable_by_key(|(number, _)| *number);
        Ok(tokens)
    }

    async fn enter_tokens(
        &self,
        asks: &HintAsks,
        inquiry: &Inquiry,
        desk: &Desk,
        tokens: &[(u32, Token)],
        at: Moment,
    ) -> Result<(), HintError> {
        for some in tokens.chunks(MOST) {
            let entering = Entering {
                inquiry: inquiry.id,
                sent: inquiry.sent_at.unwrap_or(at),
                desk: desk.clone(),
                tokens: some.iter().map(|(_, token)| *token).collect(),
            };
            match self.call_for_hints(&asks.register, &inquiry.paper.asker, Call::Enter(entering), at).await? {
                Reply::Entered(_) => {}
                reply => return Err(other(&asks.register, reply)),
            }
        }
        Ok(())
    }

    async fn hear(
        &self,
        asks: &HintAsks,
        inquiry: &Inquiry,
        tokens: &[(u32, Token)],
        at: Moment,
    ) -> Result<Vec<(u32, Token, Hint)>, HintError> {
        let mut heard = Vec::with_capacity(tokens.len());
        for some in tokens.chunks(MOST) {
            let call = Call::Look { inquiry: inquiry.id, tokens: some.iter().map(|(_, token)| *token).collect() };
            match self.call_for_hints(&asks.register, &inquiry.paper.asker, call, at).await? {
                Reply::Hints(hints) if hints.len() == some.len() => {
                    heard.extend(some.iter().zip(hints).map(|((number, token), hint)| (*number, *token, hint)));
                }
                reply => return Err(other(&asks.register, reply)),
            }
        }
        Ok(heard)
    }

    /// Asks an organisation's office, this one included. Over a line who asks is this office; here it is `asker`.
    pub(super) async fn call_for_hints(
        &self,
        party: &PartyId,
        asker: &PartyId,
        call: Call,
        at: Moment,
    ) -> Result<Reply, HintError> {
        if *party == self.settings.party {
            return Box::pin(self.answer_hint(asker, call, at)).await;
        }
        let silent = |why: String| HintError::Silent(party.clone(), why);
        let line = self.store.line(party).await?;
        let line =
            line.ok_or_else(|| silent(format!("there is no line to `{party}`: `renkei line add` enters one")))?;
        let caller = Caller::open(&line.url, &line.authority, &self.shown_certificate()?);
        let caller = caller.map_err(crate::line::LineError::from)?;
        let body = call.to_json();
        let called = tokio::task::spawn_blocking(move || caller.post_under("hint", "application/json", &body)).await;
        match called {
            Ok(Ok(answer)) if answer.status == 200 => {
                Reply::read(&answer.body).map_err(|error| silent(error.to_string()))
            }
            Ok(Ok(answer)) => Err(silent(format!("it answers {}", answer.status))),
            Ok(Err(error)) => Err(silent(error.to_string())),
            Err(error) => Err(silent(error.to_string())),
        }
    }

    /// What the gate says to asking for an inquiry: only registration data of plain inquiries, and only where the
    /// office has switched it on (G6).
    async fn asker_permit(&self, inquiry: &Inquiry, seat: Seat, at: Moment) -> Result<Permit, HintError> {
        let mut facts = Facts::of(inquiry.paper.asker.clone(), inquiry.paper.instrument);
        facts.hints = self.settings.hints.asks.is_some();
        let object = Object::new(ObjectKind::Inquiry, inquiry.id, inquiry.version);
        let question = self.question(Act::HintDuplicates, seat, at).on(object);
        Ok(self.ask(question.with_class(DataClass::Registration).of_inquiry(facts)).await?)
    }
}

fn other(party: &PartyId, reply: Reply) -> HintError {
    match reply {
        Reply::Refused { why, text } => HintError::Refused { party: party.clone(), code: why.word(), text },
        reply => HintError::Silent(party.clone(), format!("it answers something else: {}", reply.to_json())),
    }
}

/// The day's tries come back the next day; what is over stays so.
fn next_try(error: &HintError, at: Moment) -> Moment {
    let pace = Refused::Pace.word();
    match error {
        HintError::Refused { code, .. } if *code == pace => Moment((at.0 / DAY + 1) * DAY),
        HintError::Refused { .. } | HintError::NoDesk(_) | HintError::Ask(_) => Moment(at.0 + DAY),
        _ => Moment(at.0 + PAUSE),
    }
}
