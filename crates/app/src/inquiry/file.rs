//! What the organisation that asked takes along: the sealed answer, and the dossier that can be checked for years.

use renkei_core::act::Act;
use renkei_core::dossier::Dossier;
use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::answer::{Answer, Answered, Sealed};
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::Signer;
use renkei_core::time::Moment;
use renkei_store::inquiry::Inquiry;
use renkei_store::key::KeyPurpose;

use super::InquiryError;
use crate::office::Office;
use crate::secret;

impl Office {
    /// The sealed bytes of an answer's file, with its name. The view is in the ledger before they are given.
    pub async fn answer_file(&self, id: InquiryId, number: u64, at: Moment) -> Result<(String, Vec<u8>), InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        if inquiry.paper.asker != seat.party {
            return Err(InquiryError::Unknown(id));
        }
        let files = self.store.answer_files(id).await?;
        let name = files.into_iter().find(|file| file.number == number).map(|file| file.name);
        let class = Act::ReadInquiry.usual_class();
        let permit = self.ask(self.inquiry_question(Act::ReadInquiry, seat, &inquiry, class, at).await?).await?;
        let bytes = self.store.take_answer_file(permit, id, number).await?;
        Ok((name.unwrap_or_else(|| format!("{id}.{number}")), bytes))
    }

    /// The dossier of an inquiry, signed by the office; taking it is in the ledger, with its digest.
    pub async fn dossier(&self, id: InquiryId, at: Moment) -> Result<String, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        if inquiry.state == State::Closed {
            return Err(InquiryError::Closed(id));
        }
        let class = Act::ReadInquiry.usual_class();
        let question = self.inquiry_question(Act::ReadInquiry, seat.clone(), &inquiry, class, at).await?;
        let permit = self.ask(question).await?;
        let steps: Vec<_> = self.store.inquiry_steps(id).await?.into_iter().map(|happened| happened.taken).collect();
        let answered = steps.iter().any(|taken| taken.step == Step::Answer);
        let answer = if answered { Some(self.kept_answer(&inquiry).await?) } else { None };
        let dossier = Dossier { inquiry: id, paper: inquiry.paper.clone(), steps, answer };
        let text = dossier.sign(&self.ledger_signer().await?);
        if inquiry.paper.asker == seat.party {
            self.store.note_dossier(permit, id, Digest::of(text.as_bytes())).await?;
        } else {
            self.store.record_view(permit, 1, renkei_core::ledger::Detail::new().put("dossier", id)).await?;
        }
        Ok(text)
    }

    /// The answer, put together from what the registry keeps of it.
    pub(crate) async fn kept_answer(&self, inquiry: &Inquiry) -> Result<Answer, InquiryError> {
        let items = self.store.inquiry_items(inquiry.id).await?.into_iter().filter_map(|state| {
            let (number, ground, remark) = (state.item.number, state.ground, state.remark);
            state.outcome.map(|outcome| Answered { number, outcome, ground, remark })
        });
        let files = self.store.answer_files(inquiry.id).await?.into_iter();
        Ok(Answer {
            inquiry: inquiry.id,
            paper: inquiry.paper.digest(),
            items: items.collect(),
            files: files.map(|file| Sealed { name: file.name, bytes: file.size, digest: file.digest }).collect(),
        })
    }

    pub(crate) async fn ledger_signer(&self) -> Result<Signer, InquiryError> {
        let name = self.active_key(None, KeyPurpose::Ledger).await?.ok_or(InquiryError::NoLedgerKey)?;
        let file = self.key_file(name.as_str());
        secret::read_signer(&file, name).map_err(|error| InquiryError::Sign(Box::new(error.into())))
    }
}
