//! Returns (還元): each contributor is shown what became of what it shared, and nobody is shown another's (S4.29).

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::id::ItemId;
use renkei_core::seat::Duty;
use renkei_core::share::{Reach, Return, State};
use renkei_core::time::Moment;
use renkei_store::item::{NewReturn, Returned};
use schemars::JsonSchema;
use serde::Serialize;

use super::item::words;
use super::{ItemChanged, ItemListed, ItemsAsked, LONGEST_WORD, ShareError};
use crate::office::Office;
use crate::words::{Show, Words, number, table};

/// What became of the items of an organisation, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReturnList {
    /// The items that were posted.
    pub items: Vec<ReturnsOf>,
    /// Where the next page begins: give it as `before`; none: this is the last page.
    pub next: Option<String>,
}

/// What became of one item.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReturnsOf {
    /// The item.
    #[serde(flatten)]
    pub item: ItemListed,
    /// Seats of other organisations that took it.
    pub taken_by: usize,
    /// Organisations by each word that was told: `seen`, `not-seen`, `used`, `led-on`, `wrong`.
    pub told: BTreeMap<&'static str, usize>,
    /// Sightings that were counted, over all who told a number.
    pub sightings: u64,
    /// Questions about onward release that wait for an answer.
    pub asked: usize,
}

/// Something that was told of an item.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReturnListed {
    /// The seat that told it.
    pub seat: String,
    /// Its organisation.
    pub party: String,
    /// `seen`, `not-seen`, `used`, `led-on`, `wrong`.
    pub what: &'static str,
    /// How often, where it was counted.
    pub count: Option<u64>,
    /// In words; may be empty.
    pub note: String,
    /// When, last.
    pub at: String,
}

impl ReturnListed {
    pub(super) fn of(returned: Returned) -> Self {
        let Returned { new: NewReturn { kind, count, note, .. }, seat, party, at } = returned;
        Self { seat: seat.to_string(), party: party.to_string(), what: kind.word(), count, note, at: at.to_string() }
    }
}

impl Office {
    /// Tells the originator of an item that reaches the acting seat what came of it here.
    pub async fn tell_return(
        &self,
        id: ItemId,
        kind: Return,
        count: Option<u64>,
        note: &str,
        at: Moment,
    ) -> Result<ItemChanged, ShareError> {
        let note = if note.trim().is_empty() { String::new() } else { words(note, "a note", LONGEST_WORD)? };
        let seat = self.seat(Duty::Analyst).await?;
        let (_, permit) = self.item_heard(&seat, id, at).await?;
        self.store.tell_return(permit, &NewReturn { item: id, kind, count, note }).await?;
        Ok(ItemChanged { item: id.to_string(), done: "returned" })
    }

    /// What became of the items of the acting seat's organisation, newest first.
    pub async fn returns(&self, asked: &ItemsAsked, at: Moment) -> Result<ReturnList, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let limit = if asked.limit == 0 { 50 } else { asked.limit.min(500) } as usize;
        let party = self.store.party(&seat.party).await?;
        let mut own = self.store.items_of(&seat.party, asked.before, limit as u64 + 1).await?;
        let more = own.len() > limit;
        own.truncate(limit);
        let next = own.last().filter(|_| more).map(|last| last.id.to_string());
        own.retain(|item| {
            let out = matches!(item.state, State::Posted | State::Withdrawn);
            out && self.may_read((&seat, party.as_ref()), item, Reach::Own, at)
        });
        let ids: Vec<ItemId> = own.iter().map(|item| item.id).collect();
        let mut told: BTreeMap<ItemId, Vec<Returned>> = BTreeMap::new();
        for returned in self.store.returns(&ids, None).await? {
            told.entry(returned.new.item).or_default().push(returned);
        }
        let (taken, asked) = (self.store.times_taken(&ids).await?, self.store.times_asked(&ids).await?);
        let items = own.iter().map(|item| {
            let told = told.remove(&item.id).unwrap_or_default();
            let parties = |kind: Return| {
                let of_kind = told.iter().filter(|returned| returned.new.kind == kind);
                of_kind.map(|returned| &returned.party).collect::<BTreeSet<_>>().len()
            };
            ReturnsOf {
                item: ItemListed::of(item, Reach::Own),
                taken_by: taken.get(&item.id).copied().unwrap_or(0),
                told: Return::ALL.iter().map(|kind| (kind.word(), parties(*kind))).filter(|(_, n)| *n > 0).collect(),
                sightings: told.iter().filter(|one| one.new.kind == Return::Seen).filter_map(|one| one.new.count).sum(),
                asked: asked.get(&item.id).copied().unwrap_or(0),
            }
        });
        Ok(ReturnList { items: items.collect(), next })
    }
}

impl Show for ReturnList {
    fn show(&self, words: &Words) -> String {
        if self.items.is_empty() {
            return words.of("returns-none");
        }
        let head = ["item", "item-title", "returns-taken", "returns-told", "returns-sightings", "returns-asked"];
        let row = |of: &ReturnsOf| {
            let told = of.told.iter().map(|(word, count)| format!("{} {count}", words.of(&format!("return-{word}"))));
            vec![
                of.item.item.clone(),
                of.item.title.chars().take(40).collect(),
                number(of.taken_by as u64),
                told.collect::<Vec<_>>().join(", "),
                number(of.sightings),
                number(of.asked as u64),
            ]
        };
        let rows: Vec<_> = self.items.iter().map(row).collect();
        let more = self.next.iter().map(|next| words.say("items-more", &[("next", next.clone())]));
        std::iter::once(table(&head.map(|key| words.of(key)), &rows)).chain(more).collect::<Vec<_>>().join("\n")
    }
}
