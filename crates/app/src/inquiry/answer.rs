//! The provider's desk: what is borderline is decided, every item gets its outcome, what is disclosed is sealed.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::InquiryId;
use renkei_core::inquiry::Step;
use renkei_core::inquiry::answer::{Answer, Answered, Sealed};
use renkei_core::inquiry::item::{Ground, Outcome};
use renkei_core::party::Seal;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::time::{DAY, Moment};
use renkei_post::seal::Recipient as SealedTo;
use renkei_store::inquiry::{Inquiry, ItemState, NewFile, NewStep};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{InquiryChanged, InquiryError, optional, said};
use crate::office::Office;

/// An answer as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answering {
    /// One for each item.
    pub items: Vec<ItemAnswer>,
    /// After how many days the sealed answer is deleted here; `None`: when the inquiry is closed.
    pub delete_days: Option<u32>,
}

/// What came of an item, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemAnswer {
    /// Which item.
    pub number: u32,
    /// `disclosed`, `no-data` or `refused`.
    pub outcome: String,
    /// Why it is refused.
    pub ground: String,
    /// What is said besides; never the data.
    pub remark: String,
    /// The data, where it is disclosed. It is sealed and kept nowhere.
    pub data: String,
    /// The moment of the data, where it has one (RFC 3339): outside the span asked for it is not handed over.
    pub at: String,
}

impl Office {
    /// Keeps what the provider's legal desk decides on a borderline item, or on necessity (S4.6, G2, G3).
    pub async fn judge_item(
        &self,
        id: InquiryId,
        (item, allowed): (u32, bool),
        reason: &str,
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        let reason = said(reason, "the reason of the legal desk")?;
        let permit = self.inquiry_permit(Step::Judge, &seat, &inquiry, at, |question| question).await?;
        self.store.judge_item(permit, id, (item, allowed), &reason).await?;
        Ok(InquiryChanged::new(id, Step::Judge.word(), &inquiry.paper.number))
    }

    /// Answers an inquiry. What is disclosed is sealed to the organisation that asked before anything is written;
    /// the registry gets sealed bytes, outcomes and digests.
    pub async fn answer_inquiry(
        &self,
        id: InquiryId,
        typed: &Answering,
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        let states = self.store.inquiry_items(id).await?;
        let mut items = Vec::with_capacity(states.len());
        let mut disclosures = Vec::new();
        for state in &states {
            let number = state.item.number;
            let typed = typed.items.iter().find(|typed| typed.number == number);
            let typed = typed.ok_or(InquiryError::Answer(number))?;
            let answered = outcome(number, typed)?;
            if answered.outcome == Outcome::Disclosed {
                let question =
                    self.inquiry_question(Act::Disclose, seat.clone(), &inquiry, state.item.class, at).await?;
                let question = disclosing(question, state, typed)?;
                disclosures.push((number, self.ask(question).await?));
            }
            items.push(answered);
        }
        let files = self.sealed_files(&inquiry, &states, typed, at).await?;
        let answer = Answer {
            inquiry: id,
            paper: inquiry.paper.digest(),
            items,
            files: files.iter().map(|file| Sealed::of(&file.name, &file.sealed)).collect(),
        };
        let (signed, place) = self.signed(&seat, id, Step::Answer, answer.digest()).await?;
        let permit = self.inquiry_permit(Step::Answer, &seat, &inquiry, at, |question| question.on(place.clone()));
        let permit = permit.await?;
        let new = NewStep { step: Step::Answer, text: String::new(), signed: Some(signed) };
        self.store.answer_inquiry(permit, disclosures, &answer, &files, &new).await?;
        Ok(InquiryChanged::new(id, Step::Answer.word(), &inquiry.paper.number))
    }

    /// The data of what is disclosed as one sheet, sealed to the organisation that asked.
    async fn sealed_files(
        &self,
        inquiry: &Inquiry,
        states: &[ItemState],
        typed: &Answering,
        at: Moment,
    ) -> Result<Vec<NewFile>, InquiryError> {
        let data: BTreeMap<u32, &str> = typed
            .items
            .iter()
            .filter(|item| item.outcome == Outcome::Disclosed.word())
            .map(|item| (item.number, item.data.trim()))
            .collect();
        if data.is_empty() {
            return Ok(Vec::new());
        }
        let asker = &inquiry.paper.asker;
        let channel = self.store.party(asker).await?.and_then(|party| party.channel);
        let seal = channel.map(|channel| channel.seal).filter(|seal| !matches!(seal, Seal::Clear { .. }));
        let seal = seal.ok_or_else(|| InquiryError::NoKey(asker.clone()))?;
        let to = SealedTo::check(&seal, at).map_err(|_| InquiryError::NoKey(asker.clone()))?;
        let extension = match to {
            SealedTo::Age(_) => "age",
            SealedTo::OpenPgp(_) => "pgp",
            SealedTo::Clear => return Err(InquiryError::NoKey(asker.clone())),
        };
        let sheet = sheet(states, &data);
        let delete_at = typed.delete_days.map(|days| Moment(at.0 + i64::from(days) * DAY));
        let name = format!("{}.csv.{extension}", inquiry.id);
        Ok(vec![NewFile { name, sealed: to.seal(sheet.as_bytes())?, delete_at }])
    }
}

/// The question of one disclosure: whether it is borderline and decided, and inside what was asked.
fn disclosing(
    question: renkei_core::question::Question,
    state: &ItemState,
    typed: &ItemAnswer,
) -> Result<renkei_core::question::Question, InquiryError> {
    let at = match typed.at.trim() {
        "" => None,
        text => Some(moment(text).ok_or_else(|| InquiryError::Time(text.to_owned()))?),
    };
    let inside = match (&state.item.window, at) {
        (Some(window), Some(at)) => window.holds(at),
        _ => true,
    };
    let mut question = question.once_sent(true);
    if let Some(facts) = &mut question.inquiry {
        facts.borderline = state.item.borderline;
        facts.judged = state.judged == Some(true);
        facts.in_window = inside;
    }
    Ok(question.on(Object::new(ObjectKind::InquiryStep, format!("item {}", state.item.number), 0)))
}

fn outcome(number: u32, typed: &ItemAnswer) -> Result<Answered, InquiryError> {
    let bad = || InquiryError::Answer(number);
    let outcome = Outcome::from_word(&typed.outcome).ok_or_else(bad)?;
    let ground = match outcome {
        Outcome::Refused => Some(Ground::from_word(&typed.ground).ok_or_else(bad)?),
        _ => None,
    };
    if (outcome == Outcome::Disclosed) == typed.data.trim().is_empty() {
        return Err(bad());
    }
    let remark = optional(&typed.remark).ok_or(InquiryError::Words("fewer words"))?;
    Ok(Answered { number, outcome, ground, remark })
}

/// The sheet of what is disclosed: CSV (RFC 4180) in UTF-8, one line an item.
fn sheet(states: &[ItemState], data: &BTreeMap<u32, &str>) -> Zeroizing<String> {
    let mut sheet = Zeroizing::new(String::from("item,kind,subject,field,answer\r\n"));
    for ItemState { item, .. } in states {
        if let Some(data) = data.get(&item.number) {
            let cells = [item.number.to_string(), item.kind.to_string(), item.value.clone(), item.field.clone()];
            for cell in cells {
                sheet.push_str(&quoted(&cell));
                sheet.push(',');
            }
            sheet.push_str(&quoted(data));
            sheet.push_str("\r\n");
        }
    }
    sheet
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A moment as RFC 3339 writes it.
fn moment(text: &str) -> Option<Moment> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Moment(at.as_microsecond()))
}
