//! Taking a message: what is wrong with it, whether it came before, what it asks, and the answer.

use renkei_core::dossier::Side as Stands;
use renkei_core::id::{Digest, PartyId};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::hi1::build::{self, Answer, Envelope, Form, Query, Record};
use renkei_formats::hi1::check::Side;
use renkei_formats::hi1::engine::{self, Decision, Effect, Line as Ends};
use renkei_formats::hi1::word::ObjectType;
use renkei_formats::hi1::{Code, Encoding, Failure, Finding, Kind, Message, TransactionId, profile};
use renkei_store::line::{Line, LineObject};

use super::LineError;
use super::arrive::Stop;
use super::snapshot::Snapshot;
use crate::inquiry::wire::{self, COUNTRY, OWNER};
use crate::office::Office;

/// Most records of one LIST.
const MOST: u64 = 1000;

/// What is answered.
#[derive(Debug)]
pub struct Reply {
    /// In the encoding in which it was asked.
    pub encoding: Encoding,
    /// The message.
    pub body: String,
    /// What this office signs of what it was asked: that it carried it out, or why not.
    pub receipt: String,
}

/// A message that is being taken.
pub(super) struct Taking<'a> {
    /// Over which line it came.
    pub line: &'a Line,
    /// Which of our parties it is for.
    pub own: &'a PartyId,
    /// The message.
    pub message: &'a Message,
    /// What was known when it came.
    pub snapshot: &'a Snapshot,
    /// When it came.
    pub at: Moment,
}

impl Office {
    /// The offices that may call: the organisation, and who may issue its certificate (PEM).
    pub async fn line_authorities(&self) -> Result<Vec<(PartyId, String)>, LineError> {
        Ok(self.store.lines().await?.into_iter().map(|line| (line.party, line.authority)).collect())
    }

    /// Takes a message of an organisation whose certificate was checked, and answers it.
    pub async fn take_message(&self, peer: &PartyId, bytes: &[u8], at: Moment) -> Result<Reply, LineError> {
        let line = self.store.line(peer).await?.ok_or_else(|| LineError::NoLine(peer.clone()))?;
        let (message, encoding) = match Message::read(bytes) {
            Ok(read) => read,
            Err(flaw) => {
                let envelope = self.envelope(None, &self.settings.party, peer, at);
                let refusal = build::refusal(&envelope, &Failure::from(&Finding::of_flaw(&flaw)));
                let receipt = self.receipt_for((peer, &self.settings.party), (bytes, ""), &refusal, at).await?;
                return Ok(Reply { encoding: Encoding::Json, body: refusal.to_json(), receipt });
            }
        };
        let own = self.addressed(&message).await?;
        let ids: Vec<String> = message.named().iter().map(ToString::to_string).collect();
        let ticket = message.header().map(|header| header.transaction.to_string()).unwrap_or_default();
        let before = self.store.carried_out(peer, &ticket).await?;
        let snapshot = Snapshot::of(self.store.line_objects(&ids).await?, before.as_ref().map(|it| it.digest));
        let side = self.side(peer).await?;
        let ends = Ends { own: wire::end(&own), peer: wire::end(peer), peer_side: side };
        let envelope = self.envelope(Some(&message), &own, peer, at);
        let taking = Taking { line: &line, own: &own, message: &message, snapshot: &snapshot, at };
        let answer = match engine::decide(&message, &ends, &snapshot) {
            Decision::Replayed => {
                let text = before.map(|it| it.answer).unwrap_or_default();
                Message::read(text.as_bytes()).map(|(answer, _)| answer).ok()
            }
            Decision::Refused(findings) => Some(build::refused(&envelope, &message, &findings)),
            Decision::Accepted(effects) => {
                let findings = profile::check(&message, side, at, &snapshot);
                match findings.is_empty() {
                    true => Some(self.carry_out(&taking, &effects, &envelope).await?),
                    false => Some(build::refused(&envelope, &message, &findings)),
                }
            }
        };
        let answer = answer.unwrap_or_else(|| build::refusal(&envelope, &Failure::from(Code::NotNow)));
        let body = answer.write(encoding).unwrap_or_else(|_| answer.to_json());
        let receipt = self.receipt_for((peer, &own), (bytes, &ticket), &answer, at).await?;
        Ok(Reply { encoding, body, receipt })
    }

    /// Takes a message that came by another way than the line: which, from whom and how large is kept before it is
    /// looked at.
    pub async fn take_carried(&self, peer: &PartyId, bytes: &[u8], at: Moment) -> Result<Reply, LineError> {
        let seat = self.seat(Duty::Answerer).await;
        let seat = match seat {
            Ok(seat) => seat,
            Err(_) => self.seat(Duty::Drafter).await?,
        };
        self.store.note_carried(&seat.id, peer, (Digest::of(bytes), bytes.len() as u64), at).await?;
        self.take_message(peer, bytes, at).await
    }

    /// Carries out what was found right: questions are answered, and what changes an inquiry is written with its
    /// answer in one transaction.
    async fn carry_out(
        &self,
        taking: &Taking<'_>,
        effects: &[Effect<'_>],
        envelope: &Envelope,
    ) -> Result<Message, LineError> {
        let mut answers = Vec::with_capacity(effects.len());
        for effect in effects {
            answers.push(match build::applied(effect) {
                Some(answer) => answer,
                None => self.tell_of(taking, effect).await?,
            });
        }
        let answer = build::response(envelope, answers);
        if effects.iter().all(|effect| effect.written().is_none()) {
            let count = effects.len() as u64;
            self.store.note_given(&taking.line.party, count, taking.at).await?;
            return Ok(answer);
        }
        match self.arrive(taking, &answer).await {
            Ok(()) => Ok(answer),
            Err(Stop::Found(code)) => {
                let found = Finding { action: None, path: String::new(), code };
                Ok(build::refused(envelope, taking.message, &[found]))
            }
            Err(Stop::Line(error)) => Err(*error),
        }
    }

    async fn tell_of(&self, taking: &Taking<'_>, effect: &Effect<'_>) -> Result<(u64, Answer), LineError> {
        let refused = |number: u64, code: Code| (number, Answer::Refused(Failure::from(code)));
        Ok(match effect {
            Effect::Get(number, id) => match taking.snapshot.body(*id) {
                Some(object) => (*number, Answer::Object(object)),
                None => refused(*number, Code::NotFound),
            },
            Effect::List(number, query) => (*number, Answer::Records(self.records(taking, query).await?)),
            Effect::Config(number) => {
                let form = self.inquiry_form(taking.own, None).await?;
                let one = |kind: &&'static str| Form {
                    owner: OWNER.to_owned(),
                    name: (*kind).to_owned(),
                    guidance: Some(form.note_ja.clone()).filter(|note| !note.is_empty()),
                };
                (*number, Answer::Config(form.kinds.iter().map(one).collect(), taking.at))
            }
            Effect::Create(number, ..) | Effect::Update(number, ..) | Effect::Deliver(number, ..) => {
                refused(*number, Code::NotCarriedOut)
            }
        })
    }

    async fn records(&self, taking: &Taking<'_>, query: &Query) -> Result<Vec<Record>, LineError> {
        let kind = query.kind.and_then(kind_of).map(Kind::type_name);
        let between = (taking.own, &taking.line.party);
        let most = query.most.unwrap_or(MOST).min(MOST);
        let objects = self.store.objects_between(between, kind.as_deref(), query.since, most).await?;
        Ok(objects.iter().filter_map(record).collect())
    }

    /// Which of our parties a message is for: one that has a seat here, else the office's own.
    async fn addressed(&self, message: &Message) -> Result<PartyId, LineError> {
        let own = &self.settings.party;
        let receiver = message.header().map(|header| header.receiver).filter(|end| end.country == COUNTRY);
        let Some(party) = receiver.and_then(|end| end.name.parse::<PartyId>().ok()) else { return Ok(own.clone()) };
        let has_seat = self.store.seats().await?.iter().any(|seat| seat.party == party);
        Ok(if has_seat { party } else { own.clone() })
    }

    /// On which side an organisation stands: police ask, others are asked.
    pub(super) async fn side(&self, peer: &PartyId) -> Result<Side, LineError> {
        let party = self.store.party(peer).await?.ok_or_else(|| LineError::UnknownParty(peer.clone()))?;
        Ok(if party.role.is_police() { Side::Requester } else { Side::Provider })
    }

    fn envelope(&self, message: Option<&Message>, own: &PartyId, peer: &PartyId, at: Moment) -> Envelope {
        let transaction = message.and_then(Message::header).map(|header| header.transaction);
        let transaction = transaction.unwrap_or(TransactionId::from_bits(0));
        Envelope { sender: wire::end(own), receiver: wire::end(peer), transaction, at }
    }
}

/// On which side of an inquiry who writes a message stands.
pub(super) const fn stands(side: Side) -> Stands {
    match side {
        Side::Requester => Stands::Asks,
        Side::Provider => Stands::IsAsked,
    }
}

fn record(object: &LineObject) -> Option<Record> {
    Some(Record {
        kind: type_of(Kind::from_type_name(&object.kind)?)?,
        id: object.id.parse().ok()?,
        owner: wire::end(&object.owner),
        generation: object.generation,
        changed: Some(object.changed_at),
    })
}

const fn type_of(kind: Kind) -> Option<ObjectType> {
    Some(match kind {
        Kind::Authorisation => ObjectType::Authorisation,
        Kind::Document => ObjectType::Document,
        Kind::Notification => ObjectType::Notification,
        Kind::Disclosure => ObjectType::LDTask,
        Kind::Preservation => ObjectType::LPTask,
        Kind::Delivery => ObjectType::Delivery,
        Kind::Takedown => return None,
    })
}

const fn kind_of(kind: ObjectType) -> Option<Kind> {
    Some(match kind {
        ObjectType::Authorisation => Kind::Authorisation,
        ObjectType::Document => Kind::Document,
        ObjectType::Notification => Kind::Notification,
        ObjectType::LDTask => Kind::Disclosure,
        ObjectType::LPTask => Kind::Preservation,
        ObjectType::Delivery => Kind::Delivery,
        ObjectType::Task => return None,
    })
}
