//! Telling the other office: what it lacks follows from the steps of an inquiry and how many of them it has.

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::dossier::{Dossier, Side, Taken};
use renkei_core::id::{Digest, InquiryId, PartyId};
use renkei_core::inquiry::Step;
use renkei_core::ledger::{PublicKey, keylist};
use renkei_core::seat::Duty;
use renkei_core::time::{Moment, SECOND};
use renkei_formats::hi1::build::{self, Envelope};
use renkei_formats::hi1::{Encoding, ErrorCode, Failure, Message, Outcome, Payload, TransactionId};
use renkei_post::line::{Caller, Shown};
use renkei_store::inquiry::{Happened, Inquiry};
use renkei_store::key::KeyMaterial;
use renkei_store::line::{Line, OnItsWay, Telling};

use super::asks::{self, Tale};
use super::snapshot::Snapshot;
use super::{LineError, LinesTold};
use crate::inquiry::{InquiryError, wire};
use crate::office::Office;

/// How often a proposal that the other office refuses is tried: an answer of it may be on its way here.
const TRIES: u64 = 6;
/// The longest pause between two tries.
const LONGEST: i64 = 5 * 60 * SECOND;

/// Callers of other offices, opened once a version of their line.
#[derive(Debug, Default)]
pub struct Callers(BTreeMap<PartyId, (u64, Caller)>);

impl Callers {
    fn of(&mut self, line: &Line, shown: &Shown) -> Result<Caller, LineError> {
        if let Some((version, caller)) = self.0.get(&line.party)
            && *version == line.version
        {
            return Ok(caller.clone());
        }
        let caller = Caller::open(&line.url, &line.authority, shown)?;
        self.0.insert(line.party.clone(), (line.version, caller.clone()));
        Ok(caller)
    }
}

/// What is to be told next.
enum Next {
    /// This.
    Message(OnItsWay),
    /// Of so many steps, nothing: the other side has all that is its to know.
    Nothing {
        /// How many there were.
        seen: u64,
    },
}

/// What came of a message.
enum Came {
    /// The other office carried it out, or had done so before; the digest of its answer.
    Taken(Digest),
    /// It refuses.
    Refused(Failure),
    /// It could not be reached, or cannot say.
    Trouble(String),
}

impl Office {
    /// Tells other offices what they lack, each inquiry one step further.
    pub async fn tell_lines(&self, callers: &mut Callers, at: Moment) -> Result<LinesTold, LineError> {
        let mut told = LinesTold::default();
        // Whose office does not answer is not asked for every inquiry in turn.
        let mut silent: BTreeSet<PartyId> = BTreeSet::new();
        for telling in self.store.tellings_due(at).await? {
            if silent.contains(&telling.party) {
                told.waiting += 1;
                continue;
            }
            let Some(line) = self.store.line(&telling.party).await? else {
                let trouble = format!("there is no line to `{}`", telling.party);
                self.store.trouble_telling(telling.inquiry, &trouble, Moment(at.0 + LONGEST)).await?;
                told.waiting += 1;
                continue;
            };
            let carried = match self.on_its_way(&telling, at).await? {
                Next::Message(carried) => carried,
                Next::Nothing { seen } => {
                    self.store.rest_telling(telling.inquiry, seen).await?;
                    continue;
                }
            };
            let caller = callers.of(&line, &self.shown_certificate()?)?;
            let message = carried.message.clone();
            let media_type = Encoding::Json.media_type();
            let called = tokio::task::spawn_blocking(move || caller.post(media_type, &message)).await;
            let mut came = match &called {
                Ok(Ok(answer)) => read_answer(answer.status, &answer.body, &carried),
                Ok(Err(error)) => Came::Trouble(error.to_string()),
                Err(error) => Came::Trouble(error.to_string()),
            };
            // A program that signs no receipts gives none; what does not hold is asked for again.
            if let Ok(Ok(answer)) = &called
                && let Some(receipt) = &answer.receipt
                && let Err(error) = self.keep_their_receipt(telling.inquiry, &line, &carried, (receipt, at)).await
            {
                came = Came::Trouble(error.to_string());
            }
            if matches!(came, Came::Trouble(_)) {
                silent.insert(telling.party.clone());
            }
            self.note(&telling, &carried, came, at, &mut told).await?;
        }
        Ok(told)
    }

    /// The message that tells the other office of an inquiry, to be carried by another way; that it was given out is
    /// kept first. Over the line the same message goes again, and is answered the same.
    pub async fn carry_message(&self, id: InquiryId, at: Moment) -> Result<String, LineError> {
        self.knows_inquiry(id).await?;
        let telling = self.store.telling(id).await?.ok_or(LineError::NothingToTell(id))?;
        let Next::Message(carried) = self.on_its_way(&telling, at).await? else {
            return Err(LineError::NothingToTell(id));
        };
        let seat = self.seat(Duty::Drafter).await?;
        let message = Digest::of(carried.message.as_bytes());
        self.store.note_carried(&seat.id, &telling.party, (message, carried.message.len() as u64), at).await?;
        Ok(carried.message)
    }

    /// What the other office answered to a message that was carried by another way, with its receipt where it came too.
    pub async fn message_returned(
        &self,
        id: InquiryId,
        (reply, receipt): (&[u8], Option<&str>),
        at: Moment,
    ) -> Result<LinesTold, LineError> {
        self.knows_inquiry(id).await?;
        let telling = self.store.telling(id).await?.ok_or(LineError::NothingToTell(id))?;
        let carried = telling.carried.clone().ok_or(LineError::NothingToTell(id))?;
        if let (Some(text), Some(line)) = (receipt, self.store.line(&telling.party).await?) {
            self.keep_their_receipt(id, &line, &carried, (text, at)).await?;
        }
        let mut told = LinesTold::default();
        self.note(&telling, &carried, read_answer(200, reply, &carried), at, &mut told).await?;
        Ok(told)
    }

    async fn note(
        &self,
        telling: &Telling,
        carried: &OnItsWay,
        came: Came,
        at: Moment,
        told: &mut LinesTold,
    ) -> Result<(), LineError> {
        let id = telling.inquiry;
        let pause = Moment(at.0 + pause(telling.tries));
        match came {
            Came::Taken(answer) => {
                self.was_taken(telling, carried, (answer, at)).await?;
                told.told += 1;
            }
            Came::Trouble(why) => {
                self.store.trouble_telling(id, &why, pause).await?;
                told.waiting += 1;
            }
            // It may know more than we do: its message is on its way, and then ours is made anew.
            Came::Refused(Failure { code, words }) if code == ErrorCode::GENERAL || telling.tries < TRIES => {
                self.store.trouble_telling(id, &format!("{code} {words}"), pause).await?;
                told.waiting += 1;
            }
            Came::Refused(Failure { code, words }) => {
                self.store.note_refused(id, carried, &format!("{code} {words}"), (None, at)).await?;
                told.refused += 1;
            }
        }
        Ok(())
    }

    /// The other office has the step: what was proposed takes place, and the objects change here too.
    async fn was_taken(
        &self,
        telling: &Telling,
        carried: &OnItsWay,
        (answer, at): (Digest, Moment),
    ) -> Result<(), LineError> {
        let id = telling.inquiry;
        let inquiry = self.store.inquiry(id).await?.ok_or(InquiryError::Unknown(id))?;
        let message = Message::read(carried.message.as_bytes());
        let (message, _) = message.map_err(|flaw| LineError::Message(id, flaw.to_string()))?;
        let ids: Vec<String> = message.named().iter().map(ToString::to_string).collect();
        let snapshot = Snapshot::of(self.store.line_objects(&ids).await?, None);
        let ends = ends(&inquiry, &telling.party);
        let mut objects = snapshot.after(&message.actions(), (id, ends.0, ends.1), at);
        objects.made.clear();
        match &telling.proposed {
            Some(proposed) => {
                let taken = Taken { number: carried.step, ..proposed.taken.clone() };
                let happened = Happened { taken, text: proposed.text.clone() };
                self.store.take_proposed(id, carried, &happened, &objects, (answer, at)).await?;
            }
            None => self.store.note_told(id, carried, &objects, (answer, at)).await?,
        }
        Ok(())
    }

    /// The message that is on its way, or the next one.
    async fn on_its_way(&self, telling: &Telling, at: Moment) -> Result<Next, LineError> {
        if let Some(carried) = &telling.carried {
            return Ok(Next::Message(carried.clone()));
        }
        let id = telling.inquiry;
        let inquiry = self.store.inquiry(id).await?.ok_or(InquiryError::Unknown(id))?;
        let steps = self.store.inquiry_steps(id).await?;
        let seen = steps.len() as u64;
        let Some((steps, words)) = next(telling, &inquiry, steps) else { return Ok(Next::Nothing { seen }) };
        let is_answer = steps.last().is_some_and(|taken| taken.step == Step::Answer);
        let answered = steps.iter().any(|taken| taken.step == Step::Answer);
        let answer = if answered { Some(self.kept_answer(&inquiry).await?) } else { None };
        let files = if is_answer { self.store.sealed_files(id).await? } else { Vec::new() };
        let tale = Tale {
            id,
            paper: &inquiry.paper,
            steps: &steps,
            words: &words,
            answer: answer.as_ref(),
            files: &files,
            due_at: inquiry.due_at,
        };
        let message = self.message_of(&tale, telling).await?;
        let (own, peer) = ends(&inquiry, &telling.party);
        let snapshot = Snapshot::of(Vec::new(), None);
        let made = snapshot.after(&message.actions(), (id, own, peer), at).made;
        let ticket = message.header().map(|header| header.transaction.to_string()).unwrap_or_default();
        let carried = OnItsWay { step: steps.len() as u64, ticket, message: message.to_json() };
        let receipt = self.submitted((own, peer), &carried, at).await?;
        Ok(Next::Message(self.store.put_on_its_way(id, &carried, made, &receipt).await?))
    }

    async fn message_of(&self, tale: &Tale<'_>, telling: &Telling) -> Result<Message, LineError> {
        let deputies = self.deputies().await?;
        let objects = Snapshot::of(self.store.objects_of(tale.id).await?, None);
        let is_deputy = |taken: &Taken| deputies.contains(&taken.seat);
        let mut asks = asks::asks(tale, &is_deputy, &|id| objects.generation(id));
        let signer = self.ledger_signer().await?;
        let dossier = Dossier {
            inquiry: tale.id,
            paper: tale.paper.clone(),
            steps: tale.steps.to_vec(),
            answer: tale.answer.cloned(),
        };
        let keys = keylist::sign(&self.public_keys().await?, &signer);
        asks.extend(asks::documents(tale, &dossier.sign(&signer), &keys));
        let place = format!("step {} {}", tale.steps.len(), signer.public().name());
        let envelope = Envelope {
            sender: tale.teller(),
            receiver: wire::end(&telling.party),
            transaction: TransactionId::from_bits(wire::bits(tale.id, &place)),
            at: tale.last().map_or(Moment(0), |taken| taken.at),
        };
        Ok(build::request(&envelope, asks))
    }

    /// The signing keys of the office and its seats, in force or not: what was signed long ago is checked too.
    pub(super) async fn public_keys(&self) -> Result<Vec<PublicKey>, LineError> {
        let keys = self.store.keys().await?.into_iter();
        let signing = keys.filter_map(|key| match key.public {
            KeyMaterial::Ed25519(public) => Some(public),
            KeyMaterial::Age(_) | KeyMaterial::OpenPgp(_) => None,
        });
        Ok(signing.collect())
    }
}

/// Whose side we are on, and the other one's party.
fn ends<'i>(inquiry: &'i Inquiry, peer: &PartyId) -> (&'i PartyId, &'i PartyId) {
    let (asker, recipient) = (&inquiry.paper.asker, &inquiry.paper.recipient);
    if recipient == peer { (asker, recipient) } else { (recipient, asker) }
}

/// The steps up to the next one that is to be told, and what was said at it.
fn next(telling: &Telling, inquiry: &Inquiry, steps: Vec<Happened>) -> Option<(Vec<Taken>, String)> {
    let own = if inquiry.paper.recipient == telling.party { Side::Asks } else { Side::IsAsked };
    let told = usize::try_from(telling.told).ok()?;
    let untold = |(place, happened): (usize, &Happened)| {
        (place >= told && happened.taken.step.crosses() && happened.taken.step.side() == own).then_some(place)
    };
    if let Some(place) = steps.iter().enumerate().find_map(untold) {
        let words = steps.get(place)?.text.clone();
        return Some((steps.into_iter().take(place + 1).map(|happened| happened.taken).collect(), words));
    }
    let proposed = telling.proposed.as_ref()?;
    let mut taken: Vec<Taken> = steps.into_iter().map(|happened| happened.taken).collect();
    taken.push(Taken { number: taken.len() as u64 + 1, ..proposed.taken.clone() });
    Some((taken, proposed.text.clone()))
}

/// 1 s, 2 s, 4 s … up to the longest.
fn pause(tries: u64) -> i64 {
    let doubled = SECOND.checked_shl(u32::try_from(tries.min(20)).unwrap_or(20)).unwrap_or(LONGEST);
    doubled.min(LONGEST)
}

fn read_answer(status: u16, body: &[u8], carried: &OnItsWay) -> Came {
    if status != 200 {
        return Came::Trouble(format!("the other office answers {status}"));
    }
    let Ok((answer, _)) = Message::read(body) else {
        return Came::Trouble("the other office answers with what is no message".to_owned());
    };
    let is_to_it = answer.header().is_some_and(|header| header.transaction.to_string() == carried.ticket);
    match answer.payload() {
        Some(Payload::Refused(failure)) => Came::Refused(failure),
        Some(Payload::Response(_)) if !is_to_it => {
            Came::Trouble("the other office answers another transaction".to_owned())
        }
        Some(Payload::Response(replies)) => {
            let refused = replies.iter().filter_map(|reply| match &reply.outcome {
                Outcome::Refused(failure) => Some(failure.clone()),
                Outcome::Done { .. } => None,
            });
            // Those that were not carried out for another one's sake say less than that one.
            let refused: Vec<Failure> = refused.collect();
            let why = refused.iter().find(|failure| failure.code != ErrorCode::GENERAL).or_else(|| refused.first());
            match why {
                Some(failure) => Came::Refused(failure.clone()),
                None => Came::Taken(Digest::of(body)),
            }
        }
        _ => Came::Trouble("the other office answers with what is no answer".to_owned()),
    }
}
