//! What comes over a line: an inquiry that arrives, steps that the other side took, a proposal that it took.
//!
//! The gate was asked for every step as if the seat that took it sat here; each permit is used up by its step.

use renkei_core::act::Act;
use renkei_core::dossier::Taken;
use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait};

use super::{Arrival, Followed, Objects, OnItsWay, object, setting, telling};
use crate::chain::{Granted, Write};
use crate::db::{insert, int};
use crate::error::{ApprovalError, WriteError};
use crate::inquiry::{self, Happened, Inquiry};
use crate::open::Store;

/// The acts of the steps that come over a line.
const ACTS: [Act; 7] =
    [Act::AnswerInquiry, Act::JudgeItem, Act::Clarify, Act::Withdraw, Act::Close, Act::Send, Act::Disclose];

impl Store {
    /// Keeps an inquiry that arrives. The permit is for its sending, by the seat of the other organisation that sent
    /// it, and names it in version 0.
    pub async fn arrive_inquiry(&self, permit: Permit, arrival: &Arrival<'_>, keys: &str) -> Result<(), WriteError> {
        let Arrival { inquiry, steps, objects, carried, dossier } = arrival;
        let (mut write, granted) = self.permitted(permit, &[Act::Send]).await?;
        granted.names(ObjectKind::Inquiry, &inquiry.id)?;
        let paper = &inquiry.paper;
        let row = [
            ("id", inquiry.id.to_string().into()),
            ("version", 1i64.into()),
            ("asker", paper.asker.as_str().into()),
            ("recipient", paper.recipient.as_str().into()),
            ("instrument", paper.instrument.word().into()),
            ("number", paper.number.as_str().into()),
            ("salt", paper.salt.map(|salt| salt.to_string()).into()),
            ("section", paper.section.as_str().into()),
            ("officer", paper.officer.as_str().into()),
            ("form", int(paper.form).into()),
            ("basis", paper.basis.as_str().into()),
            ("subject", paper.case.as_str().into()),
            ("purpose", paper.purpose.as_str().into()),
            ("days", i64::from(paper.days).into()),
            ("state", State::Sent.word().into()),
            ("signed", int(inquiry.signed).into()),
            ("digest", paper.digest().0.to_vec().into()),
            ("drafted_by", inquiry.drafted_by.as_str().into()),
            ("drafted_at", inquiry.drafted_at.0.into()),
            ("sent_at", inquiry.sent_at.map(|at| at.0).into()),
            ("due_at", inquiry.due_at.map(|at| at.0).into()),
        ];
        write.tx.run(&insert("inquiries", row)).await?;
        inquiry::insert_items(&mut write.tx, inquiry.id, paper).await?;
        for happened in *steps {
            keep_step(&mut write, inquiry.id, happened).await?;
        }
        telling::has(&mut write.tx, inquiry, paper.asker.as_str(), steps.len() as u64).await?;
        object::keep(&mut write.tx, objects).await?;
        object::carry_out(&mut write.tx, carried, inquiry.id, granted.at()).await?;
        setting::keep_keys(&mut write, &paper.asker, keys, granted.at()).await?;
        let detail = Detail::new()
            .put("step", "arrive")
            .put("instrument", paper.instrument)
            .put("items", paper.items.len())
            .put("asker", &paper.asker)
            .put("recipient", &paper.recipient)
            .put("paper", paper.digest())
            .put("ticket", &carried.ticket)
            .put("dossier", dossier);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Keeps steps that the other side took: one permit a step, in their order, and one for each item that an answer
    /// discloses.
    pub async fn follow_inquiry(
        &self,
        permits: Vec<Permit>,
        disclosures: Vec<Permit>,
        followed: &Followed<'_>,
        keys: &str,
    ) -> Result<(), WriteError> {
        let id = followed.inquiry;
        let mut write = Write::begin(&self.db).await?;
        let mut granted = Vec::with_capacity(permits.len());
        for permit in permits {
            let one = Granted::take(&mut write, permit, &ACTS).await?;
            one.names(ObjectKind::Inquiry, &id)?;
            granted.push(one);
        }
        if granted.len() != followed.steps.len() {
            return Err(WriteError::Missing { kind: "permit", id: id.to_string() });
        }
        for permit in disclosures {
            let one = Granted::take(&mut write, permit, &[Act::Disclose]).await?;
            one.names(ObjectKind::Inquiry, &id)?;
            write.append(one.entry(EntryKind::Act, Detail::new().put("class", one.class()))).await?;
        }
        let mut inquiry = inquiry::load(&mut write.tx, id).await?;
        let at = granted.first().map(Granted::at);
        for (happened, granted) in followed.steps.iter().zip(&granted) {
            take(&mut write, &mut inquiry, happened, granted, followed).await?;
        }
        telling::unpropose(&mut write.tx, id).await?;
        let last = followed.steps.last().map_or(0, |happened| happened.taken.number);
        telling::has(&mut write.tx, &inquiry, inquiry.paper.asker.as_str(), last).await?;
        object::keep(&mut write.tx, followed.objects).await?;
        let at = at.unwrap_or(Moment(0));
        object::carry_out(&mut write.tx, followed.carried, id, at).await?;
        setting::keep_keys(&mut write, &followed.carried.sender, keys, at).await?;
        if inquiry.state == State::Closed {
            inquiry::empty(&mut write.tx, id).await?;
        }
        Ok(write.commit().await?)
    }

    /// A proposed step takes place: the other side took it.
    pub async fn take_proposed(
        &self,
        id: InquiryId,
        carried: &OnItsWay,
        happened: &Happened,
        objects: &Objects,
        (answer, at): (Digest, Moment),
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        if !telling::told(&mut write, id, carried, (answer, at)).await? {
            // It came back with steps of the other side meanwhile.
            return Ok(write.commit().await?);
        }
        let mut inquiry = inquiry::load(&mut write.tx, id).await?;
        advance(&mut write, &mut inquiry, &happened.taken).await?;
        keep_step(&mut write, id, happened).await?;
        telling::unpropose(&mut write.tx, id).await?;
        object::keep(&mut write.tx, objects).await?;
        if inquiry.state == State::Closed {
            inquiry::empty(&mut write.tx, id).await?;
        }
        let detail = entry_of(&happened.taken).put("inquiry", id);
        let mut entry = crate::open::program(at, EntryKind::Act, happened.taken.step.act().word(), detail);
        entry.seat = Some(happened.taken.seat.clone());
        let object = renkei_core::question::Object::new(ObjectKind::Inquiry, id, inquiry.version);
        entry.objects.push(crate::chain::object_note(&object));
        write.append(entry).await?;
        Ok(write.commit().await?)
    }
}

/// One step of the other side.
async fn take(
    write: &mut Write,
    inquiry: &mut Inquiry,
    happened: &Happened,
    granted: &Granted,
    followed: &Followed<'_>,
) -> Result<(), WriteError> {
    let taken = &happened.taken;
    let mut detail = entry_of(taken).put("dossier", followed.dossier);
    if taken.step == Step::Answer {
        let (answer, files) = followed.answer.ok_or(ApprovalError::OtherBytes)?;
        let sealed = files.iter().map(|file| Digest::of(&file.sealed));
        let fits = answer.inquiry == inquiry.id
            && answer.fits(&inquiry.paper).is_ok()
            && answer.files.iter().map(|file| file.digest).eq(sealed);
        if !fits {
            return Err(ApprovalError::OtherBytes.into());
        }
        inquiry::keep_outcomes(&mut write.tx, answer).await?;
        inquiry::insert_files(&mut write.tx, inquiry.id, files, granted.at()).await?;
        detail = inquiry::counted(detail, answer);
    }
    advance(write, inquiry, taken).await?;
    keep_step(write, inquiry.id, happened).await?;
    write.append(granted.entry(EntryKind::Act, detail)).await?;
    Ok(())
}

/// What the ledger has of a step that came over a line.
fn entry_of(taken: &Taken) -> Detail {
    let detail = Detail::new().put("step", taken.step).put("place", taken.number).put("seat", &taken.seat);
    match &taken.signed {
        Some(signed) => detail.put("key", &signed.key),
        None => detail,
    }
}

async fn advance(write: &mut Write, inquiry: &mut Inquiry, taken: &Taken) -> Result<(), WriteError> {
    let mut update = inquiry::advanced(inquiry, taken.step)?;
    inquiry::follows(&mut update, inquiry, taken.step, taken.at);
    update.and_where(Expr::col("version").eq(int(inquiry.version)));
    write.tx.run(&update).await?;
    inquiry.state = inquiry.state.after(taken.step)?;
    inquiry.version += 1;
    match taken.step {
        Step::AskBack => inquiry.stopped_at = Some(taken.at),
        Step::Clarify => {
            let stood = inquiry.stopped_at.take().map_or(0, |since| std::cmp::Ord::max(taken.at.0 - since.0, 0));
            inquiry.due_at = inquiry.due_at.map(|due| Moment(due.0.saturating_add(stood)));
        }
        _ => {}
    }
    Ok(())
}

/// Keeps a step as the other side has it.
async fn keep_step(write: &mut Write, id: InquiryId, happened: &Happened) -> Result<(), WriteError> {
    let Happened { taken, text } = happened;
    let row = [
        ("inquiry", id.to_string().into()),
        ("number", int(taken.number).into()),
        ("at", taken.at.0.into()),
        ("seat", taken.seat.as_str().into()),
        ("step", taken.step.word().into()),
        ("text", text.as_str().into()),
        ("policy_set", taken.policy_set.0.to_vec().into()),
        ("digest", taken.signed.as_ref().map(|signed| signed.digest.0.to_vec()).into()),
        ("key_name", taken.signed.as_ref().map(|signed| signed.key.to_string()).into()),
        ("signature", taken.signed.as_ref().map(|signed| signed.signature.to_vec()).into()),
    ];
    write.tx.run(&insert("inquiry_steps", row)).await?;
    Ok(())
}
