//! What happens in the thread of a request that left: sent again, correction, withdrawal, feedback (S4.20).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{Digest, RequestId, SeatId};
use renkei_core::ledger::{Approval, Detail, EntryKind};
use renkei_core::request::Step;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::key::check_approval;
use crate::letter::{LetterKind, LetterState, NewLetter, cancel_queued, insert_letter, of_request};
use crate::open::Store;
use crate::request::{Draft, advance, named, revise, set_approval};

/// What came of a request, as told to the party (S4.20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// From 1.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// Who told it.
    pub seat: SeatId,
    /// What was told.
    pub told: NewFeedback,
}

/// Feedback about to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeedback {
    /// In words.
    pub text: Bilingual,
    /// In figures, by name.
    pub figures: BTreeMap<String, u64>,
}

impl Store {
    /// Lets a request that came back leave once more, by letters to another address; its state stays.
    pub async fn queue_again(&self, permit: Permit, id: RequestId, letters: &[NewLetter]) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Send]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        let mut waiting = of_request(id);
        waiting
            .and_where(Expr::col("state").is_in([LetterState::Queued, LetterState::InFlight].map(LetterState::word)));
        if letters.is_empty() || write.tx.row(&waiting).await?.is_some() {
            return Err(WriteError::Queued(id.to_string()));
        }
        advance(&mut write.tx, &request, Step::SendAgain, |_| ()).await?;
        for letter in letters {
            insert_letter(&mut write.tx, &granted, (id, request.revision), LetterKind::Again, letter).await?;
        }
        let detail = Detail::new().put("step", Step::SendAgain.word()).put("letters", letters.len());
        write.append(granted.entry(EntryKind::Act, detail.put("manifest", request.digest))).await?;
        Ok(write.commit().await?)
    }

    /// Corrects a request that was sent: a new manifest, approved by a seat with a key, and letters in the
    /// same thread. The state stays; the manifest before is kept.
    pub async fn correct(
        &self,
        permit: Permit,
        id: RequestId,
        draft: &Draft,
        approved: (&SeatId, &Approval),
        letters: &[NewLetter],
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Correct]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        let (approver, approval) = approved;
        let digest = Digest::of(&draft.manifest);
        check_approval(&mut write.tx, approver, &id.to_string(), digest, approval).await?;
        cancel_queued(&mut write.tx, id).await?;
        let revision = revise(&mut write, &request, Step::Correct, draft).await?;
        set_approval(&mut write.tx, (id, revision), (approver, granted.at()), approval).await?;
        for letter in letters {
            insert_letter(&mut write.tx, &granted, (id, revision), LetterKind::Correction, letter).await?;
        }
        let detail = Detail::new()
            .put("manifest", digest)
            .put("replaces", request.digest)
            .put("approver", approver)
            .put("letters", letters.len());
        write.append(granted.approved(detail, approval.clone())).await?;
        Ok(write.commit().await?)
    }

    /// Takes a request back. Letters that did not leave are dropped; if some left, `letters` tell the party.
    pub async fn withdraw(&self, permit: Permit, id: RequestId, letters: &[NewLetter]) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Withdraw]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        let at = granted.at();
        advance(&mut write.tx, &request, Step::Withdraw, |update| {
            update.value("ended_at", at.0);
        })
        .await?;
        cancel_queued(&mut write.tx, id).await?;
        for letter in letters {
            insert_letter(&mut write.tx, &granted, (id, request.revision), LetterKind::Withdrawal, letter).await?;
        }
        let detail = Detail::new().put("was", request.state.word()).put("letters", letters.len());
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Gives feedback, with letters or (none) by another way. The words stay out of the ledger, their
    /// digest is in it (S4.27: who was given what can be traced).
    pub async fn give_feedback(
        &self,
        permit: Permit,
        id: RequestId,
        feedback: &NewFeedback,
        letters: &[NewLetter],
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::GiveFeedback]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        advance(&mut write.tx, &request, Step::FeedBack, |_| ()).await?;
        let number = feedbacks_of(id);
        let number = write.tx.rows(&number).await?.len() as u64 + 1;
        let NewFeedback { text, figures } = feedback;
        let row = [
            ("request", id.to_string().into()),
            ("number", int(number).into()),
            ("at", granted.at().0.into()),
            ("seat", granted.seat().id.as_str().into()),
            ("text_ja", text.ja.as_str().into()),
            ("text_en", text.en.as_str().into()),
            ("figures", serde_json::json!(figures).to_string().into()),
        ];
        write.tx.run(&insert("feedbacks", row)).await?;
        for letter in letters {
            insert_letter(&mut write.tx, &granted, (id, request.revision), LetterKind::Feedback, letter).await?;
        }
        let words = Digest::of(format!("{}\n{}\n", text.ja, text.en).as_bytes());
        let mut detail = Detail::new().put("words", words).put("letters", letters.len());
        for (name, figure) in figures {
            detail = detail.put(&format!("figure.{name}"), figure);
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Feedback given for a request, oldest first.
    pub async fn feedbacks(&self, request: RequestId) -> Result<Vec<Feedback>, DbError> {
        self.db.rows(&feedbacks_of(request)).await?.into_iter().map(read).collect()
    }
}

fn feedbacks_of(request: RequestId) -> sea_query::SelectStatement {
    Query::select()
        .columns(["number", "at", "seat", "text_ja", "text_en", "figures"])
        .from("feedbacks")
        .and_where(Expr::col("request").eq(request.to_string()))
        .order_by("number", Order::Asc)
        .to_owned()
}

fn read(mut row: Row) -> Result<Feedback, DbError> {
    Ok(Feedback {
        number: row.count("number")?,
        at: row.moment("at")?,
        seat: row.parsed("seat")?,
        told: NewFeedback {
            text: Bilingual { ja: row.text("text_ja")?, en: row.text("text_en")? },
            figures: row.json("figures")?,
        },
    })
}
