//! Onward release (S3.14): a reader asks whether an item may go on to somebody, the originator answers, and its yes is
//! what widens the item's conditions. Nobody else widens them.

use std::collections::HashMap;

use renkei_core::act::Act;
use renkei_core::id::{ItemId, OnwardId};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::{OnwardState, Reach, Target};
use renkei_core::time::Moment;
use renkei_store::DbError;
use renkei_store::item::{Item, NewOnward, Onward, OnwardFilter};
use schemars::JsonSchema;
use serde::Serialize;

use super::item::words;
use super::{LONGEST_WORD, ShareError};
use crate::campaign::fresh;
use crate::office::Office;
use crate::words::{Show, Words};

/// Most questions in one list.
const MOST: u64 = 500;

/// Questions about onward release, newest first.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct OnwardList {
    /// Asked by others about items of the seat's organisation.
    pub of_ours: Vec<OnwardListed>,
    /// Asked by the seat's organisation, where the seat sees the item or asked itself.
    pub by_us: Vec<OnwardListed>,
}

/// A question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OnwardListed {
    /// Its id.
    pub onward: String,
    /// The item.
    pub item: String,
    /// Its title; none: the item does not reach the seat any more.
    pub title: Option<String>,
    /// To whom: `group:…`, `party:…`, `seat:…`, `outside:…`.
    pub target: String,
    /// What for.
    pub purpose: String,
    /// The seat that asked.
    pub seat: String,
    /// Its organisation.
    pub party: String,
    /// When.
    pub asked_at: String,
    /// `asked`, `granted`, `declined`.
    pub state: &'static str,
    /// What the originator said.
    pub words: Option<String>,
    /// When.
    pub answered_at: Option<String>,
}

/// What was done with a question.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OnwardChanged {
    /// Its id.
    pub onward: String,
    /// The item.
    pub item: String,
    /// `asked`, `granted`, `declined`.
    pub done: &'static str,
}

impl OnwardListed {
    fn of(onward: Onward, title: Option<String>) -> Self {
        let Onward { new: NewOnward { id, item, target, purpose }, seat, party, asked_at, state, .. } = onward;
        Self {
            onward: id.to_string(),
            item: item.to_string(),
            title,
            target: target.to_string(),
            purpose,
            seat: seat.to_string(),
            party: party.to_string(),
            asked_at: asked_at.to_string(),
            state: state.word(),
            words: onward.words.filter(|words| !words.is_empty()),
            answered_at: onward.answered_at.map(|at| at.to_string()),
        }
    }
}

impl Office {
    /// Asks the originator of an item that reaches the acting seat whether it may go on.
    pub async fn ask_onward(
        &self,
        id: ItemId,
        target: Target,
        purpose: &str,
        at: Moment,
    ) -> Result<OnwardChanged, ShareError> {
        let purpose = words(purpose, "a purpose", LONGEST_WORD)?;
        let seat = self.seat(Duty::Analyst).await?;
        let (item, permit) = self.item_heard(&seat, id, at).await?;
        self.check_target(&target, &seat, at).await?;
        // What can never be is said at once; whom it reaches already is the originator's to know.
        item.conditions.widened(&target)?;
        let new = NewOnward { id: OnwardId::from_bits(fresh(at)), item: id, target, purpose };
        self.store.ask_onward(permit, &new).await?;
        Ok(changed(&new, OnwardState::Asked))
    }

    /// Whether the acting seat may know of a question: it is about an item of its organisation, or it asked itself.
    pub async fn know_onward(&self, id: OnwardId) -> Result<(), ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let onward = self.store.onward(id).await?.ok_or(ShareError::NoOnward(id))?;
        let item = self.store.item(onward.new.item).await?;
        match onward.seat == seat.id || item.is_some_and(|item| item.party == seat.party) {
            true => Ok(()),
            false => Err(ShareError::NoOnward(id)),
        }
    }

    /// Answers a question about an item of the acting seat's organisation: the approver's or deputy's step. A yes lets
    /// the item reach whom the question names, and nobody else.
    pub async fn answer_onward(
        &self,
        id: OnwardId,
        granted: bool,
        said: &str,
        at: Moment,
    ) -> Result<OnwardChanged, ShareError> {
        let said = if said.trim().is_empty() { String::new() } else { words(said, "an answer", LONGEST_WORD)? };
        let seat = self.seat(Duty::Approver).await?;
        let onward = self.store.onward(id).await?.ok_or(ShareError::NoOnward(id))?;
        let item = match self.own_item(&seat, onward.new.item, at).await {
            Err(ShareError::Unknown(_) | ShareError::Gone(_)) => return Err(ShareError::NoOnward(id)),
            item => item?,
        };
        if onward.state != OnwardState::Asked {
            return Err(ShareError::Answered(id));
        }
        if granted {
            let wide = item.conditions.widened(&onward.new.target)?;
            let permit = self.ask(self.posting(&seat, &item, at).await?).await?;
            let wide = (wide != item.conditions).then_some(&wide);
            self.store.grant_onward(permit, &onward, wide, &said).await?;
            return Ok(changed(&onward.new, OnwardState::Granted));
        }
        let party = self.store.party(&seat.party).await?;
        let question = self.item_question(Act::KeepItem, (&seat, party.as_ref()), &item, Reach::Own, at);
        self.store.decline_onward(self.ask(question).await?, &onward, &said).await?;
        Ok(changed(&onward.new, OnwardState::Declined))
    }

    /// The questions that concern the acting seat's organisation.
    pub async fn onwards(&self, at: Moment) -> Result<OnwardList, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        Ok(OnwardList {
            of_ours: self.onwards_of(&seat, OnwardFilter::Of(&seat.party), at).await?,
            by_us: self.onwards_by(&seat, at).await?,
        })
    }

    /// The questions about items of a seat's organisation, if it may see these.
    pub(super) async fn onwards_of(
        &self,
        seat: &Seat,
        filter: OnwardFilter<'_>,
        at: Moment,
    ) -> Result<Vec<OnwardListed>, DbError> {
        let party = self.store.party(&seat.party).await?;
        let mut list = Vec::new();
        let onwards = self.store.onwards(filter, None, MOST).await?;
        let items = self.items_of(&onwards).await?;
        for onward in onwards {
            let Some(item) = items.get(&onward.new.item) else { continue };
            let question = self.item_question(Act::KeepItem, (seat, party.as_ref()), item, Reach::Own, at);
            if self.gate.rule(&question).is_allowed() {
                list.push(OnwardListed::of(onward, Some(item.title.clone())));
            }
        }
        Ok(list)
    }

    /// The questions of a seat's organisation: those it asked itself, and those about items that it sees.
    async fn onwards_by(&self, seat: &Seat, at: Moment) -> Result<Vec<OnwardListed>, DbError> {
        let (reader, party) = (self.reader(seat, at).await?, self.store.party(&seat.party).await?);
        let mut list = Vec::new();
        let onwards = self.store.onwards(OnwardFilter::By(&seat.party), None, MOST).await?;
        let items = self.items_of(&onwards).await?;
        for onward in onwards {
            let Some(item) = items.get(&onward.new.item) else { continue };
            let reach = item.conditions.reach(&item.party, &reader);
            let seen = self.may_read((seat, party.as_ref()), item, reach, at);
            if seen || onward.seat == seat.id {
                list.push(OnwardListed::of(onward, seen.then(|| item.title.clone())));
            }
        }
        Ok(list)
    }

    /// What questions are about.
    async fn items_of(&self, onwards: &[Onward]) -> Result<HashMap<ItemId, Item>, DbError> {
        let items = self.store.items_named(onwards.iter().map(|onward| onward.new.item)).await?;
        Ok(items.into_iter().map(|item| (item.id, item)).collect())
    }

    /// The questions about one item.
    pub(super) async fn onwards_about(&self, item: &Item) -> Result<Vec<OnwardListed>, DbError> {
        let onwards = self.store.onwards(OnwardFilter::Item(item.id), None, MOST).await?;
        Ok(onwards.into_iter().map(|onward| OnwardListed::of(onward, Some(item.title.clone()))).collect())
    }

    /// Whom a seat names must be there, and a group must be its own.
    pub(super) async fn check_target(&self, target: &Target, seat: &Seat, at: Moment) -> Result<(), ShareError> {
        match target {
            Target::Group(group) if !self.reader(seat, at).await?.groups.contains(group) => {
                Err(ShareError::Group(*group))
            }
            Target::Party(party) if self.store.party(party).await?.is_none() => {
                Err(ShareError::Party(party.to_string()))
            }
            Target::Seat(named) if self.store.seat(named).await?.is_none() => Err(ShareError::Seat(named.clone())),
            Target::Group(_) | Target::Party(_) | Target::Seat(_) | Target::Outside(_) => Ok(()),
        }
    }
}

fn changed(new: &NewOnward, state: OnwardState) -> OnwardChanged {
    OnwardChanged { onward: new.id.to_string(), item: new.item.to_string(), done: state.word() }
}

impl Show for OnwardChanged {
    fn show(&self, words: &Words) -> String {
        words
            .say(&format!("onward-done-{}", self.done), &[("onward", self.onward.clone()), ("item", self.item.clone())])
    }
}

impl Show for OnwardList {
    fn show(&self, words: &Words) -> String {
        if self.of_ours.is_empty() && self.by_us.is_empty() {
            return words.of("onward-none");
        }
        let some = |key: &str, list: &[OnwardListed]| {
            let head = (!list.is_empty()).then(|| words.of(key));
            head.into_iter().chain(list.iter().map(|onward| onward.show(words))).collect::<Vec<_>>()
        };
        [some("onward-of-ours", &self.of_ours), some("onward-by-us", &self.by_us)].concat().join("\n")
    }
}

impl Show for OnwardListed {
    fn show(&self, words: &Words) -> String {
        let Self { onward, item, title, target, purpose, seat, state, .. } = self;
        let title = title.clone().unwrap_or_else(|| item.clone());
        let mut lines = vec![format!("{onward} · {} · {title} → {target}", words.of(&format!("onward-{state}")))];
        lines.push(format!("  {seat}: {purpose}"));
        lines.extend(self.words.iter().map(|said| format!("  {}: {said}", words.of("onward-words"))));
        lines.join("\n")
    }
}
