//! An inquiry as another system reads it: a request of ETSI TS 103 120 (HI-1), by the proposed Japan profile.
//!
//! It is made from what was signed and sent, and checked by the same rules by which a receiver would take it.

use renkei_core::act::Act;
use renkei_core::dossier::Taken;
use renkei_core::id::{Digest, InquiryId, SeatId};
use renkei_core::inquiry::{Instrument, State};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::hi1::build::{self, Envelope};
use renkei_formats::hi1::check::Side;
use renkei_formats::hi1::engine::{Known, Register};
use renkei_formats::hi1::{Encoding, Endpoint, Message, ObjectId, TransactionId, check, profile};

use super::{InquiryError, wire};
use crate::office::Office;

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
        let deputies = self.deputies().await?;
        let is_deputy = |taken: &Taken| deputies.contains(&taken.seat);
        let taken: Vec<_> = steps.into_iter().map(|happened| happened.taken).collect();
        let paper = &inquiry.paper;
        let authorisation = wire::authorisation((id, paper), &taken, sent, &is_deputy);
        let envelope = Envelope {
            sender: wire::end(&paper.asker),
            receiver: wire::end(&paper.recipient),
            transaction: TransactionId::from_bits(wire::bits(id, "transaction")),
            at: sent,
        };
        let message = match paper.instrument {
            Instrument::Inquiry => {
                let due = inquiry.due_at;
                let tasks: Vec<_> = paper.items.iter().map(|item| wire::disclosure((id, paper), item, due)).collect();
                build::inquiry(&envelope, &authorisation, &tasks)
            }
            Instrument::Preservation => {
                let tasks: Vec<_> =
                    paper.items.iter().map(|item| wire::preservation((id, paper), item, sent)).collect();
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

impl Office {
    /// The seats that sign in an approver's place only (代決).
    pub(crate) async fn deputies(&self) -> Result<Vec<SeatId>, InquiryError> {
        let seats = self.store.seats().await?.into_iter();
        Ok(seats.filter(|seat| !seat.has(Duty::Approver)).map(|seat| seat.id).collect())
    }
}

/// What goes out is what we would take.
pub(crate) fn follows(message: &Message, at: Moment) -> Result<(), InquiryError> {
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
