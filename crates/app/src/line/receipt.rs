//! Receipts of messages: signed by the office that puts one on its way, and by the one that takes it or does not.

use renkei_core::id::{Digest, InquiryId, PartyId};
use renkei_core::ledger::{PublicKey, keylist};
use renkei_core::receipt::{Evidence, Receipt};
use renkei_core::time::Moment;
use renkei_formats::hi1::{Message, Outcome, Payload};
use renkei_store::line::{KeptReceipt, Line, OnItsWay};
use schemars::JsonSchema;
use serde::Serialize;

use super::LineError;
use crate::office::Office;
use crate::words::{Show, Words};

/// The receipts of an inquiry's messages.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Receipts(pub Vec<ReceiptShown>);

/// A receipt as shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReceiptShown {
    /// What happened, in the standard's word.
    pub evidence: &'static str,
    /// When it came to this office.
    pub at: String,
    /// The key that signed it.
    pub signed_by: String,
    /// Who sent the message.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Its transaction.
    pub transaction: String,
    /// With a rejection: why.
    pub code: Option<String>,
    /// The signed text, as `verify` checks it with public keys alone.
    pub text: String,
}

impl Show for Receipts {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("receipts-none");
        }
        let lines = self.0.iter().map(|receipt| {
            let ReceiptShown { evidence, at, signed_by, from, to, code, .. } = receipt;
            let code = code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
            format!("{at}  {evidence}{code}  {from} → {to}  {signed_by}")
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Office {
    /// The receipts of an inquiry's messages, for either side.
    pub async fn receipts(&self, id: InquiryId) -> Result<Receipts, LineError> {
        self.knows_inquiry(id).await?;
        let mut keys = self.public_keys().await?;
        for line in self.store.lines().await? {
            let Ok(office) = line.office_key.parse::<PublicKey>() else { continue };
            // What its office signed before it changed its key stays proved.
            keys.extend(keylist::open(&line.keys, &office).unwrap_or_default());
            keys.push(office);
        }
        let shown = self.store.receipts(id).await?.into_iter().map(|kept| {
            let (receipt, key) = Receipt::open(&kept.text, &keys).ok()?;
            Some(ReceiptShown {
                evidence: receipt.evidence.word(),
                at: kept.at.to_string(),
                signed_by: key.name().to_string(),
                from: receipt.from.to_string(),
                to: receipt.to.to_string(),
                transaction: receipt.transaction,
                code: receipt.code,
                text: kept.text,
            })
        });
        Ok(Receipts(shown.flatten().collect()))
    }

    /// What this office signs of a message that it answers.
    pub(super) async fn receipt_for(
        &self,
        (peer, own): (&PartyId, &PartyId),
        (bytes, ticket): (&[u8], &str),
        answer: &Message,
        at: Moment,
    ) -> Result<String, LineError> {
        let code = rejected(answer);
        let receipt = Receipt {
            evidence: if code.is_some() { Evidence::RelayRejection } else { Evidence::Delivery },
            at: at.to_string(),
            from: peer.clone(),
            to: own.clone(),
            // What could not be read has none.
            transaction: if ticket.is_empty() { "-".to_owned() } else { ticket.to_owned() },
            message: Digest::of(bytes),
            bytes: bytes.len() as u64,
            code,
        };
        Ok(receipt.sign(&self.ledger_signer().await?))
    }

    /// What this office signs of a message that it puts on its way.
    pub(super) async fn submitted(
        &self,
        (own, peer): (&PartyId, &PartyId),
        carried: &OnItsWay,
        at: Moment,
    ) -> Result<KeptReceipt, LineError> {
        let receipt = Receipt {
            evidence: Evidence::SubmissionAcceptance,
            at: at.to_string(),
            from: own.clone(),
            to: peer.clone(),
            transaction: carried.ticket.clone(),
            message: Digest::of(carried.message.as_bytes()),
            bytes: carried.message.len() as u64,
            code: None,
        };
        let text = receipt.sign(&self.ledger_signer().await?);
        Ok(KeptReceipt { evidence: receipt.evidence, at, text })
    }

    /// Keeps the other office's receipt of a message; what it signed has to be about this very message.
    pub(super) async fn keep_their_receipt(
        &self,
        id: InquiryId,
        line: &Line,
        carried: &OnItsWay,
        (text, at): (&str, Moment),
    ) -> Result<(), LineError> {
        let bad = |why: String| LineError::Receipt(line.party.clone(), why);
        let key: PublicKey = line.office_key.parse().map_err(|_| bad("its key cannot be read".to_owned()))?;
        let keys = [key];
        let (receipt, _) = Receipt::open(text, &keys).map_err(|error| bad(error.to_string()))?;
        let is_it = receipt.transaction == carried.ticket
            && receipt.message == Digest::of(carried.message.as_bytes())
            && receipt.evidence != Evidence::SubmissionAcceptance;
        if !is_it {
            return Err(bad("it is about another message".to_owned()));
        }
        let kept = KeptReceipt { evidence: receipt.evidence, at, text: text.to_owned() };
        Ok(self.store.keep_receipt(id, &carried.ticket, &kept).await?)
    }
}

/// Why an answer says no, as a code; `None`: it was carried out.
fn rejected(answer: &Message) -> Option<String> {
    match answer.payload()? {
        Payload::Refused(failure) => Some(failure.code.to_string()),
        Payload::Response(replies) => replies.iter().find_map(|reply| match &reply.outcome {
            Outcome::Refused(failure) => Some(failure.code.to_string()),
            Outcome::Done { .. } => None,
        }),
        Payload::Request(_) => None,
    }
}
