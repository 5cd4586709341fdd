//! Writes of an inquiry: the draft, each step, the answer. One transaction each, with its ledger entry.

use renkei_core::act::Act;
use renkei_core::dossier::subject;
use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::answer::Answer;
use renkei_core::inquiry::item::{Ground, Outcome, Window};
use renkei_core::inquiry::paper::Paper;
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::confirm::{CONFIRMED, Confirmation};
use renkei_core::ledger::{Detail, Entry, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Query, UpdateStatement};

use super::read::{load, load_items, micros};
use super::{Inquiry, NewFile, NewStep, desk, file};
use crate::chain::{Granted, Write};
use crate::db::{Tx, insert, int};
use crate::error::{ApprovalError, WriteError};
use crate::key::check_approval;
use crate::line;
use crate::open::{Store, program};
use crate::passkey::{Used, note_use};

impl Store {
    /// Writes a draft. The permit names the inquiry in version 0; the paper has no number yet.
    pub async fn draft_inquiry(
        &self,
        permit: Permit,
        id: InquiryId,
        paper: &Paper,
        occurred: Option<&Window>,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        granted.names(ObjectKind::Inquiry, &id)?;
        let row = [
            ("id", id.to_string().into()),
            ("version", 1i64.into()),
            ("asker", paper.asker.as_str().into()),
            ("recipient", paper.recipient.as_str().into()),
            ("instrument", paper.instrument.word().into()),
            ("number", "".into()),
            ("salt", paper.salt.map(|salt| salt.to_string()).into()),
            ("section", paper.section.as_str().into()),
            ("officer", paper.officer.as_str().into()),
            ("form", int(paper.form).into()),
            ("basis", paper.basis.as_str().into()),
            ("subject", paper.case.as_str().into()),
            ("purpose", paper.purpose.as_str().into()),
            ("days", i64::from(paper.days).into()),
            ("occurred_from", occurred.map(|it| it.from.0).into()),
            ("occurred_until", occurred.map(|it| it.until.0).into()),
            ("occurred_zone", occurred.map(|it| it.zone.clone()).into()),
            ("state", State::Draft.word().into()),
            ("signed", 0i64.into()),
            ("drafted_by", granted.seat().id.as_str().into()),
            ("drafted_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("inquiries", row)).await?;
        insert_items(&mut write.tx, id, paper).await?;
        let detail = Detail::new()
            .put("step", "draft")
            .put("instrument", paper.instrument)
            .put("items", paper.items.len())
            .put("asker", &paper.asker)
            .put("recipient", &paper.recipient);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Changes a draft.
    pub async fn mend_inquiry(
        &self,
        permit: Permit,
        id: InquiryId,
        paper: &Paper,
        occurred: Option<&Window>,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        let inquiry = named(&mut write.tx, &granted, id).await?;
        let mut update = advanced(&inquiry, Step::Mend)?;
        update
            .value("section", paper.section.as_str())
            .value("form", int(paper.form))
            .value("basis", paper.basis.as_str())
            .value("subject", paper.case.as_str())
            .value("purpose", paper.purpose.as_str())
            .value("days", i64::from(paper.days))
            .value("occurred_from", occurred.map(|it| it.from.0))
            .value("occurred_until", occurred.map(|it| it.until.0))
            .value("occurred_zone", occurred.map(|it| it.zone.clone()));
        write.tx.run(&update).await?;
        let mut delete = Query::delete();
        delete.from_table("inquiry_items").and_where(Expr::col("inquiry").eq(id.to_string()));
        write.tx.run(&delete).await?;
        insert_items(&mut write.tx, id, paper).await?;
        let new = NewStep { step: Step::Mend, text: String::new(), signed: None };
        happen(&mut write, &granted, &inquiry, &new).await?;
        let detail = Detail::new().put("step", Step::Mend).put("items", paper.items.len());
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Gives a draft to the first stage, under the number that its paper was signed with. A number that
    /// somebody else took meanwhile is refused, and nothing is written.
    pub async fn submit_inquiry(
        &self,
        permit: Permit,
        id: InquiryId,
        number: &desk::Number,
        new: &NewStep,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        let mut inquiry = named(&mut write.tx, &granted, id).await?;
        if inquiry.paper.number.is_empty() {
            desk::take_number(&mut write.tx, &inquiry.paper, number).await?;
        } else if inquiry.paper.number != number.text {
            return Err(ApprovalError::OtherBytes.into());
        }
        inquiry.paper.number.clone_from(&number.text);
        let digest = inquiry.paper.digest();
        let mut update = advanced(&inquiry, Step::Submit)?;
        update.value("number", number.text.as_str()).value("signed", 0i64).value("digest", digest.0.to_vec());
        write.tx.run(&update).await?;
        let detail = Detail::new().put("step", Step::Submit).put("number", &number.text).put("paper", digest);
        signed_entry(&mut write, &granted, &inquiry, (new, digest), detail).await?;
        Ok(write.commit().await?)
    }

    /// The stage that is due signs; the last one approves. Where a passkey confirmed it, its word is entered right before.
    pub async fn sign_inquiry(
        &self,
        permit: Permit,
        id: InquiryId,
        new: &NewStep,
        passkey: Option<(&Confirmation, &Used)>,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Countersign, Act::Approve]).await?;
        let inquiry = named(&mut write.tx, &granted, id).await?;
        let stages = desk::load_stages(&mut write.tx, &inquiry.paper.asker).await?;
        let is_last = inquiry.signed + 1 >= stages.len() as u64;
        // The gate was asked for the very stage that is due, and the seat is the one set for it.
        let due = stages.get(usize::try_from(inquiry.signed).unwrap_or(usize::MAX));
        let for_it = due.is_none_or(|stage| stage.seat == granted.seat().id) || granted.act() == Act::Approve;
        if is_last != (granted.act() == Act::Approve) || (new.step == Step::Approve) != is_last || !for_it {
            return Err(WriteError::NotNamed { kind: "stage", id: (inquiry.signed + 1).to_string() });
        }
        let digest = inquiry.paper.digest();
        if inquiry.digest != Some(digest) {
            return Err(ApprovalError::OtherBytes.into());
        }
        let mut update = advanced(&inquiry, new.step)?;
        update.value("signed", int(inquiry.signed + 1));
        write.tx.run(&update).await?;
        let mut detail = Detail::new().put("step", new.step).put("stage", inquiry.signed + 1).put("paper", digest);
        detail = detail.put("confirmed", &new.text);
        if let Some((confirmation, used)) = passkey {
            note_use(&mut write.tx, used).await?;
            let entry = program(granted.at(), EntryKind::Note, CONFIRMED, confirmation.detail());
            let entry = Entry { seat: Some(granted.seat().id.clone()), ..entry };
            detail = detail.put("confirmation", write.append(entry).await?);
        }
        signed_entry(&mut write, &granted, &inquiry, (new, digest), detail).await?;
        Ok(write.commit().await?)
    }

    /// Takes a step that is not signed: returned, sent, received, asked back, clarified, sent back, withdrawn.
    /// `due_at` is for the step `send`.
    pub async fn step_inquiry(
        &self,
        permit: Permit,
        id: InquiryId,
        new: &NewStep,
        due_at: Option<Moment>,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[new.step.act()]).await?;
        let inquiry = named(&mut write.tx, &granted, id).await?;
        if new.step.is_signed() {
            return Err(WriteError::OtherAct { given: granted.act(), needed: Act::Countersign });
        }
        let at = granted.at();
        let mut update = advanced(&inquiry, new.step)?;
        follows(&mut update, &inquiry, new.step, at);
        match new.step {
            Step::Return => {
                update.value("signed", 0i64).value("digest", None::<Vec<u8>>);
            }
            Step::Send => {
                update.value("sent_at", at.0).value("due_at", micros(due_at));
            }
            _ => {}
        }
        write.tx.run(&update).await?;
        happen(&mut write, &granted, &inquiry, new).await?;
        if new.step == Step::Send {
            line::begin(&mut write.tx, &inquiry).await?;
        }
        if new.step == Step::Withdraw && !inquiry.state.has_left() {
            // Nobody else ever had it: nothing is kept of what was about to be asked (G5).
            empty(&mut write.tx, id).await?;
        }
        let mut detail = Detail::new().put("step", new.step);
        if !new.text.is_empty() {
            detail = detail.put("said", Digest::of(new.text.as_bytes()));
        }
        if let (Step::Send, Some(digest)) = (new.step, inquiry.digest) {
            detail = detail.put("paper", digest);
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Keeps what the provider's legal desk decided on an item (S4.6).
    pub async fn judge_item(
        &self,
        permit: Permit,
        id: InquiryId,
        (item, allowed): (u32, bool),
        reason: &str,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::JudgeItem]).await?;
        let inquiry = named(&mut write.tx, &granted, id).await?;
        let update = advanced(&inquiry, Step::Judge)?;
        write.tx.run(&update).await?;
        let mut judged = Query::update();
        judged
            .table("inquiry_items")
            .value("judged", if allowed { "allowed" } else { "refused" })
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .and_where(Expr::col("number").eq(i64::from(item)));
        if write.tx.run(&judged).await? == 0 {
            return Err(WriteError::Missing { kind: "item", id: item.to_string() });
        }
        let new = NewStep { step: Step::Judge, text: format!("{item}: {reason}"), signed: None };
        happen(&mut write, &granted, &inquiry, &new).await?;
        let detail = Detail::new()
            .put("step", Step::Judge)
            .put("item", item)
            .put("allowed", u8::from(allowed))
            .put("said", Digest::of(reason.as_bytes()));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Answers an inquiry: every item has its outcome, and each that is disclosed has its own permit.
    pub async fn answer_inquiry(
        &self,
        permit: Permit,
        disclosures: Vec<(u32, Permit)>,
        answer: &Answer,
        files: &[NewFile],
        new: &NewStep,
    ) -> Result<(), WriteError> {
        let id = answer.inquiry;
        let (mut write, granted) = self.permitted(permit, &[Act::AnswerInquiry]).await?;
        let inquiry = named(&mut write.tx, &granted, id).await?;
        let permitted: Vec<u32> = disclosures.iter().map(|(number, _)| *number).collect();
        let disclosed = answer.items.iter().filter(|item| item.outcome == Outcome::Disclosed);
        let sealed = files.iter().map(|file| Digest::of(&file.sealed));
        let fits = answer.fits(&inquiry.paper).is_ok()
            && disclosed.map(|item| item.number).eq(permitted)
            && answer.files.iter().map(|file| file.digest).eq(sealed);
        if !fits {
            return Err(ApprovalError::OtherBytes.into());
        }
        let items = load_items(&mut write.tx, id).await?;
        for (number, permit) in disclosures {
            let one = Granted::take(&mut write, permit, &[Act::Disclose]).await?;
            one.names(ObjectKind::Inquiry, &id)?;
            // What the permit is for is what is handed over: the class of this very item.
            let class = items.iter().find(|state| state.item.number == number).map(|state| state.item.class);
            if class != Some(one.class()) {
                return Err(WriteError::NotNamed { kind: "item", id: number.to_string() });
            }
            write
                .append(one.entry(EntryKind::Act, Detail::new().put("item", number).put("class", one.class())))
                .await?;
        }
        let mut update = advanced(&inquiry, Step::Answer)?;
        follows(&mut update, &inquiry, Step::Answer, granted.at());
        write.tx.run(&update).await?;
        keep_outcomes(&mut write.tx, answer).await?;
        file::insert_files(&mut write.tx, id, files, granted.at()).await?;
        let signed = (new, answer.digest());
        signed_entry(&mut write, &granted, &inquiry, signed, counted(Detail::new(), answer)).await?;
        Ok(write.commit().await?)
    }

    /// Closes an inquiry: what says of whom it was, and what was handed over, leaves the registry.
    pub async fn close_inquiry(&self, permit: Permit, id: InquiryId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Close]).await?;
        let inquiry = named(&mut write.tx, &granted, id).await?;
        let mut update = advanced(&inquiry, Step::Close)?;
        follows(&mut update, &inquiry, Step::Close, granted.at());
        write.tx.run(&update).await?;
        empty(&mut write.tx, id).await?;
        let new = NewStep { step: Step::Close, text: String::new(), signed: None };
        happen(&mut write, &granted, &inquiry, &new).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", Step::Close))).await?;
        Ok(write.commit().await?)
    }
}

/// What a step changes of an inquiry's clocks, whoever took it.
pub(crate) fn follows(update: &mut UpdateStatement, inquiry: &Inquiry, step: Step, at: Moment) {
    match step {
        Step::AskBack => {
            update.value("stopped_at", at.0);
        }
        Step::Clarify => {
            let stood = inquiry.stopped_at.map_or(0, |since| std::cmp::Ord::max(at.0 - since.0, 0));
            let due = inquiry.due_at.map(|due| due.0.saturating_add(stood));
            update.value("stopped_at", None::<i64>).value("due_at", due);
        }
        Step::Answer | Step::Close => {
            update.value("ended_at", at.0);
        }
        Step::SendBack | Step::Withdraw => {
            update.value("ended_at", at.0).value("stopped_at", None::<i64>);
        }
        _ => {}
    }
}

/// Keeps what came of each item.
pub(crate) async fn keep_outcomes(tx: &mut Tx, answer: &Answer) -> Result<(), WriteError> {
    for item in &answer.items {
        let mut outcome = Query::update();
        outcome
            .table("inquiry_items")
            .value("outcome", item.outcome.word())
            .value("ground", item.ground.map(|ground| ground.word()))
            .value("remark", item.remark.as_str())
            .and_where(Expr::col("inquiry").eq(answer.inquiry.to_string()))
            .and_where(Expr::col("number").eq(i64::from(item.number)));
        tx.run(&outcome).await?;
    }
    Ok(())
}

/// What the ledger has of an answer: its digest, and how many items had which outcome.
pub(crate) fn counted(detail: Detail, answer: &Answer) -> Detail {
    let detail = detail
        .put("step", Step::Answer)
        .put("answer", answer.digest())
        .put("disclosed", answer.count(Outcome::Disclosed))
        .put("no-data", answer.count(Outcome::NoData))
        .put("refused", answer.count(Outcome::Refused));
    Ground::ALL.iter().fold(detail, |detail, ground| match answer.count_of(*ground) {
        0 => detail,
        count => detail.put(&format!("refused-{ground}"), count),
    })
}

/// Removes what says of whom an inquiry was, what was said about it and what was handed over (S4.15, G5). The salt
/// goes too, so that the digests which stay cannot be tried.
pub(crate) async fn empty(tx: &mut Tx, id: InquiryId) -> Result<(), WriteError> {
    let mut head = Query::update();
    head.table("inquiries")
        .value("subject", "")
        .value("purpose", "")
        .value("salt", None::<String>)
        .value("occurred_from", None::<i64>)
        .value("occurred_until", None::<i64>)
        .and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&head).await?;
    for (table, column) in [("inquiry_items", "value"), ("inquiry_items", "remark"), ("inquiry_steps", "text")] {
        let mut empty = Query::update();
        empty.table(table).value(column, "").and_where(Expr::col("inquiry").eq(id.to_string()));
        tx.run(&empty).await?;
    }
    line::empty(tx, id).await?;
    file::remove_bytes(tx, id).await
}

/// The inquiry that a permit names.
async fn named(tx: &mut Tx, granted: &Granted, id: InquiryId) -> Result<Inquiry, WriteError> {
    granted.names(ObjectKind::Inquiry, &id)?;
    load(tx, id).await
}

/// The update of an inquiry that takes a step.
pub(crate) fn advanced(inquiry: &Inquiry, step: Step) -> Result<UpdateStatement, WriteError> {
    let state = inquiry.state.after(step)?;
    let mut update = Query::update();
    update
        .table("inquiries")
        .value("version", int(inquiry.version + 1))
        .value("state", state.word())
        .and_where(Expr::col("id").eq(inquiry.id.to_string()));
    Ok(update)
}

/// The place that the next step has.
pub(crate) async fn place(tx: &mut Tx, id: InquiryId) -> Result<u64, WriteError> {
    let mut query = Query::select();
    query
        .expr_as(Expr::col("number").max(), "number")
        .from("inquiry_steps")
        .and_where(Expr::col("inquiry").eq(id.to_string()));
    let last = match tx.row(&query).await? {
        Some(mut row) => row.opt_int("number")?.unwrap_or(0),
        None => 0,
    };
    Ok(u64::try_from(last).unwrap_or(0) + 1)
}

/// Keeps a step in its place.
async fn happen(write: &mut Write, granted: &Granted, inquiry: &Inquiry, new: &NewStep) -> Result<u64, WriteError> {
    let number = place(&mut write.tx, inquiry.id).await?;
    let NewStep { step, text, signed } = new;
    let row = [
        ("inquiry", inquiry.id.to_string().into()),
        ("number", int(number).into()),
        ("at", granted.at().0.into()),
        ("seat", granted.seat().id.as_str().into()),
        ("step", step.word().into()),
        ("text", text.as_str().into()),
        ("policy_set", granted.policy_set().0.to_vec().into()),
        ("digest", signed.as_ref().map(|signed| signed.digest.0.to_vec()).into()),
        ("key_name", signed.as_ref().map(|signed| signed.key.to_string()).into()),
        ("signature", signed.as_ref().map(|signed| signed.signature.to_vec()).into()),
    ];
    write.tx.run(&insert("inquiry_steps", row)).await?;
    line::wake(&mut write.tx, inquiry.id).await?;
    Ok(number)
}

/// Keeps a signed step, and enters it with its signature: it has to be the acting seat's, over these bytes, in
/// this very place.
async fn signed_entry(
    write: &mut Write,
    granted: &Granted,
    inquiry: &Inquiry,
    (new, digest): (&NewStep, Digest),
    detail: Detail,
) -> Result<(), WriteError> {
    let number = happen(write, granted, inquiry, new).await?;
    let signed = new.signed.as_ref().ok_or(ApprovalError::OtherBytes)?;
    let approval = signed.approval(inquiry.id, number, new.step);
    let place = subject(inquiry.id, number, new.step);
    granted.names(ObjectKind::InquiryStep, &place)?;
    check_approval(&mut write.tx, &granted.seat().id, &place, digest, &approval).await?;
    let entry: Entry = granted.approved(detail, approval);
    write.append(entry).await?;
    Ok(())
}

pub(crate) async fn insert_items(tx: &mut Tx, id: InquiryId, paper: &Paper) -> Result<(), WriteError> {
    for item in &paper.items {
        let window = item.window.as_ref();
        let row = [
            ("inquiry", id.to_string().into()),
            ("number", i64::from(item.number).into()),
            ("kind", item.kind.word().into()),
            ("value", item.value.as_str().into()),
            ("field", item.field.as_str().into()),
            ("class", item.class.word().into()),
            ("borderline", i64::from(item.borderline).into()),
            ("from_at", window.map(|window| window.from.0).into()),
            ("until_at", window.map(|window| window.until.0).into()),
            ("zone", window.map(|window| window.zone.clone()).into()),
            ("remark", "".into()),
        ];
        tx.run(&insert("inquiry_items", row)).await?;
    }
    Ok(())
}
