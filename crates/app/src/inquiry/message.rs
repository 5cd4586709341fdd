//! An inquiry as another system reads it: a request of ETSI TS 103 120 (HI-1), by the proposed Japan profile.
//!
//! It is made from what was signed and sent, and checked by the same rules by which a receiver would take it.

use renkei_core::act::Act;
use renkei_core::id::{Digest, InquiryId, PartyId};
use renkei_core::inquiry::item::Item;
use renkei_core::inquiry::paper::Paper;
use renkei_core::inquiry::{Instrument, State, Step};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::hi1::build::{self, Envelope};
use renkei_formats::hi1::check::Side;
use renkei_formats::hi1::engine::{Known, Register};
use renkei_formats::hi1::part::{Approval, Authorisation, Disclosure, Identifier, Preservation, Role};
use renkei_formats::hi1::part::{Base, Window};
use renkei_formats::hi1::word::{
    AuthorisationDesiredStatus, AuthorisationPriority, LDTaskDesiredStatus, LPTaskDesiredStatus, RequestType,
};
use renkei_formats::hi1::{Encoding, Endpoint, Message, ObjectId, TransactionId, check, profile};
use renkei_store::inquiry::{Happened, Inquiry};

use super::InquiryError;
use crate::office::Office;

/// The country of both ends: the profile is Japan's.
const COUNTRY: &str = "JP";
/// Who defined the forms in which subjects are given, and the words of fields.
const OWNER: &str = "JP";

impl Office {
    /// The message that carries an inquiry which has left. The view is in the ledger before it is given.
    pub async fn inquiry_message(&self, id: InquiryId, encoding: Encoding, at: Moment) -> Result<String, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        if inquiry.state == State::Closed {
            return Err(InquiryError::Closed(id));
        }
        let sent = inquiry.sent_at.ok_or(InquiryError::Unsent(id))?;
        let class = Act::ReadInquiry.usual_class();
        let question = self.inquiry_question(Act::ReadInquiry, seat, &inquiry, class, at).await?;
        let permit = self.ask(question).await?;
        let steps = self.store.inquiry_steps(id).await?;
        let deputies: Vec<_> = self.store.seats().await?.into_iter().filter(|seat| !seat.has(Duty::Approver)).collect();
        let is_deputy = |happened: &Happened| deputies.iter().any(|seat| seat.id == happened.taken.seat);
        let authorisation = authorisation(&inquiry, &steps, sent, is_deputy);
        let paper = &inquiry.paper;
        let envelope = Envelope {
            sender: end(&paper.asker),
            receiver: end(&paper.recipient),
            transaction: TransactionId::from_bits(bits(id, "transaction")),
            at: sent,
        };
        let message = match paper.instrument {
            Instrument::Inquiry => {
                let tasks: Vec<_> = paper.items.iter().map(|item| disclosure(&inquiry, item)).collect();
                build::inquiry(&envelope, &authorisation, &tasks)
            }
            Instrument::Preservation => {
                let tasks: Vec<_> = paper.items.iter().map(|item| preservation(id, paper, item, sent)).collect();
                build::preservation(&envelope, &authorisation, &tasks)
            }
            // The proposed profile has no emergency route, and nothing is asked by warrant (G3, G4).
            Instrument::Necessity | Instrument::Warrant => return Err(InquiryError::NoMessage(paper.instrument)),
        };
        follows(&message, sent)?;
        self.store.record_view(permit, paper.items.len() as u64, renkei_core::ledger::Detail::new()).await?;
        message.write(encoding).map_err(|error| InquiryError::Message(error.to_string()))
    }
}

/// What goes out is what we would take.
fn follows(message: &Message, at: Moment) -> Result<(), InquiryError> {
    let mut findings = check::check(message, Side::Requester);
    findings.extend(profile::check(message, Side::Requester, at, &Nothing));
    match findings.first() {
        None => Ok(()),
        Some(finding) => Err(InquiryError::Message(format!("{:?} at {}", finding.code, finding.path))),
    }
}

/// A receiver that knows of nothing yet.
struct Nothing;

impl Register for Nothing {
    fn known(&self, _: ObjectId) -> Option<Known> {
        None
    }

    fn carried_out(&self, _: &Endpoint, _: TransactionId) -> Option<Digest> {
        None
    }
}

fn end(party: &PartyId) -> Endpoint {
    Endpoint::new(COUNTRY, party.as_str())
}

/// Bits of a name-based UUID (RFC 9562, version 8): the same thing of the same inquiry has the same ones.
fn bits(id: InquiryId, what: &str) -> u128 {
    let Digest(digest) = Digest::of(format!("renkei hi1 {id} {what}").as_bytes());
    let bits = digest.iter().take(16).fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let version = (bits & !(0xf << 76)) | 0x8 << 76;
    (version & !(0x3 << 62)) | 0x2 << 62
}

fn authorisation(
    inquiry: &Inquiry,
    steps: &[Happened],
    sent: Moment,
    is_deputy: impl Fn(&Happened) -> bool,
) -> Authorisation {
    let paper = &inquiry.paper;
    let changed = |happened: &Happened| matches!(happened.taken.step, Step::Mend | Step::Return);
    let since = steps.iter().rposition(changed).map_or(0, |at| at + 1);
    let signed: Vec<_> = steps.iter().skip(since).filter(|it| it.taken.signed.is_some()).collect();
    let stages = signed.iter().filter(|it| it.taken.step == Step::Countersign).count();
    let mut stage = 0;
    let mut approvals = Vec::new();
    for happened in signed {
        let role = match happened.taken.step {
            Step::Submit => Role::Drafter,
            Step::Approve => Role::SectionHead,
            Step::Countersign => {
                stage += 1;
                if stage == stages && stages > 1 { Role::DivisionChief } else { Role::UnitChief }
            }
            _ => continue,
        };
        approvals.push(Approval {
            role: Some(role),
            name: happened.taken.seat.to_string(),
            at: happened.taken.at,
            is_deputy: role == Role::SectionHead && is_deputy(happened),
            reference: Some(renkei_core::dossier::subject(inquiry.id, happened.taken.number, happened.taken.step)),
        });
    }
    Authorisation {
        base: Base::new(ObjectId::from_bits(bits(inquiry.id, "authorisation")), end(&paper.asker), Vec::new()),
        document_number: paper.number.clone(),
        form_serial: paper.number.clone(),
        priority: Some(AuthorisationPriority::Routine),
        status: None,
        desired: Some(AuthorisationDesiredStatus::SubmittedToCSP),
        valid: None,
        providers: vec![end(&paper.recipient)],
        created: Some(sent),
        approvals,
        is_test: false,
        words: None,
        case: None,
        section: Some(paper.section.clone()),
    }
}

fn task(id: InquiryId, paper: &Paper, item: &Item) -> Base {
    let own = ObjectId::from_bits(bits(id, &format!("item {}", item.number)));
    Base::new(own, end(&paper.asker), vec![ObjectId::from_bits(bits(id, "authorisation"))])
}

fn window(item: &Item) -> Option<Window> {
    let window = item.window.as_ref()?;
    Some(Window { from: window.from, until: window.until })
}

fn subject(item: &Item) -> Identifier {
    Identifier { owner: OWNER.to_owned(), form: item.kind.word().to_owned(), value: item.value.clone() }
}

fn disclosure(inquiry: &Inquiry, item: &Item) -> Disclosure {
    let paper = &inquiry.paper;
    Disclosure {
        base: task(inquiry.id, paper, item),
        reference: format!("{COUNTRY}-{}-{}-{}", paper.asker, inquiry.id, item.number),
        status: None,
        reason: None,
        desired: Some(LDTaskDesiredStatus::AwaitingDisclosure),
        class: Some(RequestType::SubscriberData),
        window: window(item),
        values: vec![subject(item)],
        fields: vec![item.field.clone()],
        provider: end(&paper.recipient),
        deadline: inquiry.due_at,
        words: None,
    }
}

fn preservation(id: InquiryId, paper: &Paper, item: &Item, sent: Moment) -> Preservation {
    Preservation {
        base: task(id, paper, item),
        status: None,
        reason: None,
        desired: Some(LPTaskDesiredStatus::Preserved),
        class: Some(RequestType::TrafficData),
        window: window(item),
        values: vec![subject(item)],
        until: sent.plus_days(i64::from(paper.days)),
        granted: None,
        provider: end(&paper.recipient),
    }
}
