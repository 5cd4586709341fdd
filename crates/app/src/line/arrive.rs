//! What a message says of an inquiry: its dossier is checked, the message is made anew from it and compared, the gate is
//! asked for every step, and then all of it is written.

use renkei_core::act::Act;
use renkei_core::dossier::{Dossier, Rift, Side, Taken, check};
use renkei_core::id::{Digest, PartyId, SeatId};
use renkei_core::inquiry::item::Outcome;
use renkei_core::inquiry::{Instrument, State, Step};
use renkei_core::ledger::{Keyring, PublicKey, keylist};
use renkei_core::question::{Approval, Object as Thing, ObjectKind, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::{DAY, Moment};
use renkei_formats::hi1::build::{self, Envelope};
use renkei_formats::hi1::part::{Content, Delivery, Document, Notice, Part as _};
use renkei_formats::hi1::tree::Object;
use renkei_formats::hi1::{Action, Code, Kind, Message, Verb, engine};
use renkei_gate::Permit;
use renkei_store::inquiry::{Happened, Inquiry, NewFile};
use renkei_store::line::{Arrival, CarriedOut, Followed};
use renkei_store::{DbError, WriteError};

use super::LineError;
use super::asks::{self, DOSSIER, KEYS, Tale};
use super::taking::{Taking, stands};
use crate::inquiry::InquiryError;
use crate::office::{AskError, Office};

/// Why a message is not carried out.
pub(super) enum Stop {
    /// Something is wrong with it.
    Found(Code),
    /// Something is wrong here.
    Line(Box<LineError>),
}

impl From<Code> for Stop {
    fn from(code: Code) -> Self {
        Self::Found(code)
    }
}

impl From<LineError> for Stop {
    fn from(error: LineError) -> Self {
        Self::Line(Box::new(error))
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        LineError::Db(error).into()
    }
}

impl From<AskError> for Stop {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Refused(_) => Self::Found(Code::GateRefused),
            error => LineError::Ask(error).into(),
        }
    }
}

impl From<InquiryError> for Stop {
    fn from(error: InquiryError) -> Self {
        match error {
            InquiryError::Ask(error) => error.into(),
            error => LineError::Inquiry(error).into(),
        }
    }
}

impl From<WriteError> for Stop {
    fn from(error: WriteError) -> Self {
        match error {
            // Somebody else wrote in between: the same message is taken when it comes again.
            WriteError::Stale(_) => Self::Found(Code::NotNow),
            error => LineError::Write(error).into(),
        }
    }
}

/// A dossier that holds, with the keys for which its office vouches.
struct Proved {
    dossier: Dossier,
    text: Digest,
    keys: String,
}

/// What a message carries besides: words, and sealed files put together of their parts.
#[derive(Default)]
struct Load {
    words: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Office {
    /// Carries out what a message says of an inquiry.
    pub(super) async fn arrive(&self, taking: &Taking<'_>, answer: &Message) -> Result<(), Stop> {
        let actions = taking.message.actions();
        let proved = self.proved(taking, &actions).await?;
        let dossier = &proved.dossier;
        let (asker, recipient) = (&dossier.paper.asker, &dossier.paper.recipient);
        let peer = &taking.line.party;
        let side = stands(self.side(peer).await?);
        let is_between = match side {
            Side::Asks => (asker, recipient) == (peer, taking.own),
            Side::IsAsked => (recipient, asker) == (peer, taking.own),
        };
        // A clock that goes before the other's: it comes again.
        if dossier.steps.iter().any(|taken| taken.at > taking.at) {
            return Err(Code::NotNow.into());
        }
        let load = load(&actions)?;
        if !is_between {
            return Err(Code::DossierDiffers.into());
        }
        agree(taking, &actions, dossier, &load)?;
        let carried = CarriedOut {
            sender: peer.clone(),
            ticket: taking.message.header().map(|header| header.transaction.to_string()).unwrap_or_default(),
            digest: engine::digest(taking.message),
            answer: answer.to_json(),
        };
        match self.store.inquiry(dossier.inquiry).await? {
            None => self.new_inquiry(taking, &proved, &actions, &carried).await,
            Some(inquiry) => self.further(taking, (&inquiry, side), &proved, (&actions, load, &carried)).await,
        }
    }

    /// The dossier of a message, checked with the keys of the office that sent it and, where it holds steps of ours,
    /// with our own.
    async fn proved(&self, taking: &Taking<'_>, actions: &[Action<'_>]) -> Result<Proved, Stop> {
        let document = |name: &str| {
            let mut found = actions.iter().filter(|action| action.kind() == Some(Kind::Document));
            found.find_map(|action| {
                let document = Document::from_object(action.object()?).ok()?;
                (document.name == name).then(|| String::from_utf8(document.bytes).ok()).flatten()
            })
        };
        let (text, keys) = (document(DOSSIER).ok_or(Code::NoDossier)?, document(KEYS).ok_or(Code::NoDossier)?);
        let office: PublicKey = taking.line.office_key.parse().map_err(|_| Code::BadDossier)?;
        let theirs = keylist::open(&keys, &office).ok_or(Code::BadDossier)?;
        let ours = self.public_keys().await?;
        // Nobody vouches for a key of ours but we, and the dossier is the sender's.
        let foreign = theirs.iter().filter(|key| !ours.iter().any(|own| own.name() == key.name()));
        let ring: Vec<PublicKey> = foreign.chain(&ours).cloned().collect();
        let is_theirs = text
            .rsplit_once("\n— ")
            .is_some_and(|(_, line)| line.split_once(' ').is_some_and(|(name, _)| name == office.name().as_str()));
        let verdict = check(&text, &Keyring::new(ring));
        let dossier = verdict.dossier.filter(|_| verdict.faults.is_empty() && is_theirs).ok_or(Code::BadDossier)?;
        // What one side signed is signed by a key of that side.
        let peer = &taking.line.party;
        let is_peers = |taken: &Taken| match taken.step.side() {
            Side::Asks => dossier.paper.asker == *peer,
            Side::IsAsked => dossier.paper.recipient == *peer,
        };
        let is_right = |taken: &Taken| {
            let Some(signed) = &taken.signed else { return true };
            let ring = if is_peers(taken) { &theirs } else { &ours };
            ring.iter().any(|key| *key.name() == signed.key)
        };
        if !dossier.steps.iter().all(is_right) {
            return Err(Code::BadDossier.into());
        }
        Ok(Proved { dossier, text: Digest::of(text.as_bytes()), keys })
    }

    /// An inquiry that was not known here.
    async fn new_inquiry(
        &self,
        taking: &Taking<'_>,
        proved: &Proved,
        actions: &[Action<'_>],
        carried: &CarriedOut,
    ) -> Result<(), Stop> {
        let dossier = &proved.dossier;
        let paper = &dossier.paper;
        let last = dossier.steps.last().filter(|taken| taken.step == Step::Send).ok_or(Code::DossierDiffers)?;
        let drafted = dossier.steps.iter().find(|taken| taken.step == Step::Submit).ok_or(Code::BadDossier)?;
        if !matches!(paper.instrument, Instrument::Inquiry | Instrument::Preservation) {
            return Err(Code::EmergencyNotHere.into());
        }
        self.fits_form(paper).await?;
        let terms = self.store.party(&paper.recipient).await?.and_then(|party| party.terms.answer_days);
        let mut inquiry = Inquiry {
            id: dossier.inquiry,
            version: 0,
            paper: paper.clone(),
            occurred: None,
            state: State::Approved,
            signed: dossier.steps.iter().filter(|taken| taken.step == Step::Countersign).count() as u64 + 1,
            digest: Some(paper.digest()),
            drafted_by: drafted.seat.clone(),
            drafted_at: drafted.at,
            sent_at: Some(last.at),
            due_at: terms.map(|days| Moment(taking.at.0 + i64::from(days) * DAY)),
            stopped_at: None,
            ended_at: None,
            filed_at: None,
        };
        let approval = approval(dossier, &inquiry.drafted_by);
        let shape = |question: Question| match approval.clone() {
            Some(approval) => question.approved(approval),
            None => question,
        };
        let seat = self.foreign(&paper.asker, last).await?;
        let permit = self.inquiry_permit(Step::Send, &seat, &inquiry, taking.at, shape).await?;
        inquiry.state = State::Sent;
        let steps: Vec<Happened> =
            dossier.steps.iter().map(|taken| Happened { taken: taken.clone(), text: String::new() }).collect();
        let objects = taking.snapshot.after(actions, (inquiry.id, &paper.asker, taking.own), taking.at);
        let arrival = Arrival { inquiry: &inquiry, steps: &steps, objects: &objects, carried, dossier: proved.text };
        Ok(self.store.arrive_inquiry(permit, &arrival, &proved.keys).await?)
    }

    /// Every field that is asked for is one of the provider's form, with the class that it has there.
    async fn fits_form(&self, paper: &renkei_core::inquiry::paper::Paper) -> Result<(), Stop> {
        // By the version to which the force agreed; without one, by the newest.
        let form = self.inquiry_form(&paper.recipient, Some(paper.form).filter(|version| *version > 0)).await?;
        let fits = |item: &renkei_core::inquiry::item::Item| {
            let field = form.field(&item.field);
            let is_same =
                field.is_some_and(|field| field.class == item.class.word() && field.borderline == item.borderline);
            is_same && form.kinds.contains(&item.kind.word())
        };
        if paper.items.iter().all(fits) { Ok(()) } else { Err(Code::OtherForm.into()) }
    }

    /// Steps of an inquiry that is known here.
    async fn further(
        &self,
        taking: &Taking<'_>,
        (inquiry, side): (&Inquiry, Side),
        proved: &Proved,
        (actions, load, carried): (&[Action<'_>], Load, &CarriedOut),
    ) -> Result<(), Stop> {
        let dossier = &proved.dossier;
        let known: Vec<Taken> =
            self.store.inquiry_steps(inquiry.id).await?.into_iter().map(|happened| happened.taken).collect();
        let telling = self.store.telling(inquiry.id).await?.ok_or(Code::Parted)?;
        let number = known.len() as u64 + 1;
        let proposed = telling.proposed.map(|proposed| (Taken { number, ..proposed.taken }, proposed.text));
        let own = proposed.as_ref().map(|(taken, _)| taken);
        let new = dossier.follow((&inquiry.paper, &known), own, side).map_err(|rift| match rift {
            Rift::OtherPaper | Rift::Parted(_) | Rift::NotTheirs(_) => Code::Parted,
        })?;
        let last = new.last().map_or(0, |taken| taken.number);
        let said = |taken: &Taken| match &proposed {
            _ if taken.number == last => load.words.clone(),
            Some((own, text)) if own == taken => text.clone(),
            _ => String::new(),
        };
        let steps: Vec<Happened> =
            new.iter().map(|taken| Happened { text: said(taken), taken: taken.clone() }).collect();
        if new.iter().try_fold(inquiry.state, |state, taken| state.after(taken.step)).is_err() {
            return Err(Code::Parted.into());
        }
        let (permits, disclosures) = self.permits(taking, inquiry, dossier, &new).await?;
        let owner = &taking.line.party;
        let objects = taking.snapshot.after(actions, (inquiry.id, owner, taking.own), taking.at);
        let files: Vec<NewFile> =
            load.files.into_iter().map(|(name, sealed)| NewFile { name, sealed, delete_at: None }).collect();
        let answers = new.iter().any(|taken| taken.step == Step::Answer);
        let answer = dossier.answer.as_ref().filter(|_| answers).map(|answer| (answer, files.as_slice()));
        let followed =
            Followed { inquiry: inquiry.id, steps: &steps, answer, objects: &objects, carried, dossier: proved.text };
        Ok(self.store.follow_inquiry(permits, disclosures, &followed, &proved.keys).await?)
    }

    /// The gate is asked for every step as if the seat that took it sat here, and for every item that is disclosed.
    async fn permits(
        &self,
        taking: &Taking<'_>,
        inquiry: &Inquiry,
        dossier: &Dossier,
        new: &[Taken],
    ) -> Result<(Vec<Permit>, Vec<Permit>), Stop> {
        let approval = approval(dossier, &inquiry.drafted_by);
        let (mut permits, mut disclosures) = (Vec::new(), Vec::new());
        for taken in new {
            let party = if taken.step.is_the_providers() { &inquiry.paper.recipient } else { &inquiry.paper.asker };
            let seat = self.foreign(party, taken).await?;
            let shape = |question: Question| match (taken.step, approval.clone()) {
                (Step::Withdraw, Some(approval)) => question.approved(approval),
                _ => question,
            };
            permits.push(self.inquiry_permit(taken.step, &seat, inquiry, taking.at, shape).await?);
            let Some(answer) = dossier.answer.as_ref().filter(|_| taken.step == Step::Answer) else { continue };
            let is_judged = dossier.steps.iter().any(|taken| taken.step == Step::Judge);
            for item in answer.items.iter().filter(|item| item.outcome == Outcome::Disclosed) {
                let asked = inquiry.paper.items.iter().find(|asked| asked.number == item.number);
                let asked = asked.ok_or(Code::DossierDiffers)?;
                let question =
                    self.inquiry_question(Act::Disclose, seat.clone(), inquiry, asked.class, taking.at).await?;
                let mut question = question.once_sent(true);
                if let Some(facts) = &mut question.inquiry {
                    facts.borderline = asked.borderline;
                    facts.judged = is_judged;
                    facts.in_window = true;
                }
                let place = Thing::new(ObjectKind::InquiryStep, format!("item {}", item.number), 0);
                disclosures.push(self.ask(question.on(place)).await?);
            }
        }
        Ok((permits, disclosures))
    }

    /// A seat of another office, as far as the gate asks: the duty that its step needs is that office's word.
    async fn foreign(&self, party: &PartyId, taken: &Taken) -> Result<Seat, Stop> {
        let known = self.store.party(party).await?.ok_or_else(|| LineError::UnknownParty(party.clone()))?;
        let duty = match taken.step {
            Step::Mend | Step::Submit => Duty::Drafter,
            Step::Countersign | Step::Approve | Step::Return | Step::Clarify => Duty::Approver,
            Step::Send | Step::Withdraw | Step::Close => Duty::Sender,
            Step::Receive | Step::AskBack | Step::Answer | Step::SendBack => Duty::Answerer,
            Step::Judge => Duty::Legal,
        };
        Ok(Seat {
            id: taken.seat.clone(),
            party: party.clone(),
            party_role: known.role,
            title: Bilingual { ja: taken.seat.to_string(), en: taken.seat.to_string() },
            duties: vec![duty],
            machine: false,
        })
    }
}

/// The approval on which an inquiry left, as its dossier proves it.
fn approval(dossier: &Dossier, drafted_by: &SeatId) -> Option<Approval> {
    let given = dossier.steps.iter().rev().find(|taken| taken.step == Step::Approve)?;
    Some(Approval {
        by: given.seat.clone(),
        approver_is_set: true,
        by_deputy: false,
        same_seat_as_drafter: given.seat == *drafted_by,
        bytes_match: given.signed.as_ref().is_some_and(|signed| signed.digest == dossier.paper.digest()),
    })
}

/// Words and files that stand in the actions.
fn load(actions: &[Action<'_>]) -> Result<Load, Code> {
    let mut load = Load::default();
    let mut parts: Vec<Delivery> = Vec::new();
    for action in actions {
        let Some(object) = action.object() else { continue };
        match action.kind() {
            Some(Kind::Notification) => load.words = Notice::from_object(object)?.words,
            Some(Kind::Delivery) => parts.push(Delivery::from_object(object)?),
            _ => {}
        }
    }
    let mut open: Option<(String, Vec<u8>)> = None;
    for part in parts {
        let Content::File { name, bytes, .. } = part.content else { continue };
        match (&mut open, part.sequence) {
            (None, 1) => open = Some((name, bytes)),
            (Some((_, whole)), sequence) if sequence > 1 => whole.extend_from_slice(&bytes),
            _ => return Err(Code::DossierDiffers),
        }
        if part.is_last {
            load.files.extend(open.take());
        }
    }
    if open.is_some() { Err(Code::DossierDiffers) } else { Ok(load) }
}

/// The message says what its dossier says: made anew from the dossier, it has the same actions. What a dossier cannot
/// know is taken from the message: who signed in another's place, and until when an answer is wished for.
fn agree(taking: &Taking<'_>, actions: &[Action<'_>], dossier: &Dossier, load: &Load) -> Result<(), Code> {
    let of_kind = |kind: Kind| actions.iter().filter(move |action| action.kind() == Some(kind));
    let answers = dossier.steps.last().is_some_and(|taken| taken.step == Step::Answer);
    let said = dossier.answer.iter().filter(|_| answers).flat_map(|answer| &answer.files);
    let said = said.map(|file| (file.name.as_str(), file.digest));
    if !load.files.iter().map(|(name, bytes)| (name.as_str(), Digest::of(bytes))).eq(said) {
        return Err(Code::DossierDiffers);
    }
    let deputies = of_kind(Kind::Authorisation).find_map(|action| {
        let read = renkei_formats::hi1::part::Authorisation::from_object(action.object()?).ok()?;
        let deputies = read.approvals.into_iter().filter(|approval| approval.is_deputy);
        Some(deputies.map(|approval| approval.name).collect::<Vec<_>>())
    });
    let deputies = deputies.unwrap_or_default();
    let due_at = of_kind(Kind::Disclosure)
        .find_map(|action| renkei_formats::hi1::part::Disclosure::from_object(action.object()?).ok()?.deadline);
    let tale = Tale {
        id: dossier.inquiry,
        paper: &dossier.paper,
        steps: &dossier.steps,
        words: &load.words,
        answer: dossier.answer.as_ref(),
        files: &load.files,
        due_at,
    };
    let is_deputy = |taken: &Taken| deputies.iter().any(|name| *name == taken.seat.as_str());
    let mut expected = asks::asks(&tale, &is_deputy, &|id| taking.snapshot.generation(id));
    // What stands in the two documents was read before; that there is nothing else is compared.
    expected.extend(asks::documents(&tale, "", ""));
    let header = taking.message.header().ok_or(Code::DossierDiffers)?;
    let envelope =
        Envelope { sender: header.sender, receiver: header.receiver, transaction: header.transaction, at: header.at };
    let expected = build::request(&envelope, expected);
    let expected = expected.actions();
    let same = |(one, other): (&Action<'_>, &Action<'_>)| {
        one.verb == other.verb && bare(one) == bare(other) && one.number == other.number
    };
    match expected.len() == actions.len() && expected.iter().zip(actions).all(same) {
        true => Ok(()),
        false => Err(Code::DossierDiffers),
    }
}

/// An action's body; of a document what it says is left out.
fn bare(action: &Action<'_>) -> Object {
    let mut body = action.body().clone();
    if action.kind() == Some(Kind::Document)
        && action.verb == Verb::Create
        && let Some(mut object) = action.object().cloned()
    {
        object.set("doc:DocumentBody", Object::new());
        body.set("HI1Object", object);
    }
    body
}
