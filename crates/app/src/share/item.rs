//! Items: written and let out by their organisation, read by whom they reach, taken back.

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::id::{GroupId, ItemId, PartyId, SeatId};
use renkei_core::question::{Approval, Object, ObjectKind, Question, Sharing};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::{Conditions, Kind, Pap, Reach, State, Step, Target, Tlp};
use renkei_core::time::Moment;
use renkei_formats::indicator::Indicator;
use renkei_formats::stix::marking::Markings;
use renkei_formats::stix::{self, Bundle, pattern};
use renkei_formats::{indicator, tree};
use renkei_store::DbError;
use renkei_store::item::{Item, NewItem};

use super::{
    ItemChanged, ItemList, ItemListed, ItemRead, LONGEST_TEXT, LONGEST_TITLE, MOST_BYTES, MOST_OBJECTS, MOST_VALUES,
    Reached, ShareError,
};
use crate::campaign::fresh;
use crate::office::Office;

/// An item as it was typed.
#[derive(Debug, Clone)]
pub struct ItemTyped {
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Markdown; may be empty.
    pub text: String,
    /// Values to be found by, in any spelling, defanged or not.
    pub values: Vec<String>,
    /// A STIX 2.1 bundle, or one object.
    pub stix: Option<Vec<u8>>,
    /// Whom it is to reach.
    pub conditions: Conditions,
    /// The item whose place it is to take when it is posted.
    pub replaces: Option<ItemId>,
}

/// Objects looked up in one statement.
const OBJECTS: usize = 512;

/// How conditions are drawn closer. What is not named stays.
#[derive(Debug, Clone, Default)]
pub struct Narrowing {
    /// A narrower label.
    pub tlp: Option<Tlp>,
    /// A narrower label.
    pub pap: Option<Pap>,
    /// Groups that it is no longer to reach.
    pub groups: BTreeSet<GroupId>,
    /// Organisations that it is no longer to reach.
    pub parties: BTreeSet<PartyId>,
    /// People whom it is no longer to reach.
    pub seats: BTreeSet<SeatId>,
    /// Nobody is told any more whom to ask about a value of it.
    pub unhinted: bool,
    /// An earlier end.
    pub ends: Option<Moment>,
}

impl Narrowing {
    /// The conditions that come of it.
    fn of(&self, old: &Conditions) -> Conditions {
        Conditions {
            tlp: self.tlp.unwrap_or(old.tlp),
            pap: self.pap.unwrap_or(old.pap),
            groups: &old.groups - &self.groups,
            parties: &old.parties - &self.parties,
            seats: &old.seats - &self.seats,
            unnamed: old.unnamed,
            hinted: old.hinted && !self.unhinted,
            ends: self.ends.or(old.ends),
        }
    }
}

/// Which items are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct ItemsAsked {
    /// Those before this one.
    pub before: Option<ItemId>,
    /// At most so many; 0: fifty.
    pub limit: u64,
}

impl Office {
    /// Writes an item of the acting seat's organisation. It reaches nobody else before it is posted.
    pub async fn draft_item(&self, typed: ItemTyped, at: Moment) -> Result<ItemChanged, ShareError> {
        let ItemTyped { kind, title, text, values, stix, conditions, replaces } = typed;
        let title = words(&title, "a title", LONGEST_TITLE)?;
        let text = if text.trim().is_empty() { String::new() } else { words(&text, "a text", LONGEST_TEXT)? };
        conditions.check()?;
        let seat = self.seat(Duty::Analyst).await?;
        self.check_reach(&conditions, &seat, at).await?;
        let objects = stix.map(|bytes| objects_of(&bytes, &conditions)).transpose()?.unwrap_or_default();
        self.check_origin(&objects, &seat).await?;
        if let Some(old) = replaces {
            let there = self.store.item(old).await?.filter(|old| old.party == seat.party && old.state == State::Posted);
            there.ok_or(ShareError::NotReplaced(old))?;
        }
        let values = values_of(&values, &text, &objects)?;
        let id = ItemId::from_bits(fresh(at));
        let new = NewItem { id, party: seat.party.clone(), kind, title, text, conditions, values, objects, replaces };
        let question = self
            .question(Act::KeepItem, seat.clone(), at)
            .on(Object::new(ObjectKind::Item, id, 0))
            .with_class(kind.class())
            .of_item(Sharing { own: true, tlp: new.conditions.tlp, in_force: false, mandated: false })
            .to(self.sharer(&seat, at).await?);
        self.store.draft_item(self.ask(question).await?, &new).await?;
        Ok(ItemChanged { item: id.to_string(), done: "drafted" })
    }

    /// Lets an item out to whom its conditions name: its organisation's approver or deputy does (S4.13, G7).
    pub async fn post_item(&self, id: ItemId, at: Moment) -> Result<ItemChanged, ShareError> {
        let seat = self.seat(Duty::Approver).await?;
        let item = self.own_item(&seat, id, at).await?;
        let mut question = self.posting(&seat, &item, at).await?;
        if let Some(replaces) = item.replaces
            && let Some(old) = self.store.item(replaces).await?
        {
            question = question.on(Object::new(ObjectKind::Item, old.id, old.version));
        }
        let permit = self.ask(question).await?;
        self.store.step_item(permit, id, Step::Post).await?;
        Ok(ItemChanged { item: id.to_string(), done: Step::Post.word() })
    }

    /// Takes a posted item back, or gives a draft up.
    pub async fn end_item(&self, id: ItemId, step: Step, at: Moment) -> Result<ItemChanged, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let item = self.own_item(&seat, id, at).await?;
        let party = self.store.party(&seat.party).await?;
        let question = self.item_question(Act::KeepItem, (&seat, party.as_ref()), &item, Reach::Own, at);
        self.store.step_item(self.ask(question).await?, id, step).await?;
        Ok(ItemChanged { item: id.to_string(), done: step.word() })
    }

    /// Draws the conditions of a posted item closer. Whom it no longer reaches is told that it is gone, if it took it.
    pub async fn narrow_item(&self, id: ItemId, how: &Narrowing, at: Moment) -> Result<ItemChanged, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let item = self.own_item(&seat, id, at).await?;
        let closer = how.of(&item.conditions);
        closer.check()?;
        closer.narrows(&item.conditions)?;
        let party = self.store.party(&seat.party).await?;
        let question = self.item_question(Act::KeepItem, (&seat, party.as_ref()), &item, Reach::Own, at);
        self.store.change_item(self.ask(question).await?, id, Step::Narrow, &closer).await?;
        Ok(ItemChanged { item: id.to_string(), done: Step::Narrow.word() })
    }

    /// Lets a posted item reach somebody more, by its originator's own will: the approver's or deputy's step.
    pub async fn widen_item(&self, id: ItemId, target: &Target, at: Moment) -> Result<ItemChanged, ShareError> {
        let seat = self.seat(Duty::Approver).await?;
        let item = self.own_item(&seat, id, at).await?;
        self.check_target(target, &seat, at).await?;
        let wide = item.conditions.widened(target)?;
        if wide == item.conditions {
            return Err(ShareError::Reached(id));
        }
        let permit = self.ask(self.posting(&seat, &item, at).await?).await?;
        self.store.change_item(permit, id, Step::Widen, &wide).await?;
        Ok(ItemChanged { item: id.to_string(), done: Step::Widen.word() })
    }

    /// What the gate is asked where an approver lets an item out, or further.
    pub(super) async fn posting(&self, seat: &Seat, item: &Item, at: Moment) -> Result<Question, ShareError> {
        let party = self.store.party(&seat.party).await?;
        let question = self.item_question(Act::PostItem, (seat, party.as_ref()), item, Reach::Own, at);
        Ok(question.approved(Approval::about_to_be_given(seat, &item.made_by)))
    }

    /// The items that the acting seat sees, newest first.
    pub async fn items(&self, asked: &ItemsAsked, at: Moment) -> Result<ItemList, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let limit = if asked.limit == 0 { 50 } else { asked.limit.min(500) } as usize;
        let (reader, party) = (self.reader(&seat, at).await?, self.store.party(&seat.party).await?);
        let (mut before, mut list) = (asked.before, Vec::new());
        loop {
            let found = self.store.items_for(&reader, before, limit as u64 + 1).await?;
            let all = found.len() <= limit;
            for item in found {
                let reach = item.conditions.reach(&item.party, &reader);
                before = Some(item.id);
                if self.may_read((&seat, party.as_ref()), &item, reach, at) {
                    list.push(ItemListed::of(&item, reach));
                }
                if list.len() > limit {
                    list.truncate(limit);
                    let next = list.last().map(|last| last.item.clone());
                    return Ok(ItemList { items: list, next });
                }
            }
            if all {
                return Ok(ItemList { items: list, next: None });
            }
        }
    }

    /// An item whole. That a seat of another organisation took it, by which door, is kept for its originator.
    pub async fn read_item(&self, id: ItemId, door: &str, at: Moment) -> Result<ItemRead, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let (item, found) = self.item_for(&seat, id, at).await?;
        let (values, objects) = (self.store.item_values(id).await?, self.store.item_objects(id).await?);
        match found {
            None => {
                let (groups, receipts) = (self.store.groups().await?, self.store.item_receipts(id).await?);
                let (returns, onwards) = (self.store.returns(&[id], None).await?, self.onwards_about(&item).await?);
                let read = ItemRead::of(&item, Reach::Own, values, objects).known_to(&item, &groups, receipts);
                Ok(read.heard(returns, onwards).warned(&*self.warnings()?))
            }
            Some(Reached { permit, took }) => {
                if !took {
                    self.store.take_items(vec![(permit, id)], door).await?;
                }
                // A reader sees what its own organisation told and asked.
                let returns = self.store.returns(&[id], Some(&seat.party)).await?;
                let mut onwards = self.onwards_about(&item).await?;
                onwards.retain(|onward| onward.seat == seat.id.as_str());
                Ok(ItemRead::of(&item, Reach::Named, values, objects).heard(returns, onwards))
            }
        }
    }

    /// An item of the seat's own organisation. Another's is told as what does not exist, unless the seat sees it.
    pub(super) async fn own_item(&self, seat: &Seat, id: ItemId, at: Moment) -> Result<Item, ShareError> {
        let item = self.store.item(id).await?.ok_or(ShareError::Unknown(id))?;
        if item.party != seat.party {
            // The refusal to whom the item is no secret is the gate's.
            let (item, _) = self.item_seen(seat, item, at).await?;
            let question = self.item_question(Act::KeepItem, (seat, None), &item, Reach::Named, at);
            self.must_allow(&question).await?;
            return Ok(item);
        }
        Ok(item)
    }

    /// Objects that the seat took from another organisation under a label that keeps them do not go on in an item of its
    /// own (S3.1, S3.2): the originator is asked.
    async fn check_origin(&self, objects: &[(String, String)], seat: &Seat) -> Result<(), ShareError> {
        let ids: Vec<&str> = objects.iter().map(|(id, _)| id.as_str()).collect();
        match self.anothers(&ids, seat).await?.into_iter().next() {
            Some((object, item)) => Err(ShareError::Anothers { object, item: item.id, tlp: item.conditions.tlp }),
            None => Ok(()),
        }
    }

    /// Those of some objects that the seat took from another organisation under a label that keeps them, each with its
    /// item. What a colleague took may be unknown to the seat, so it is not told of.
    pub(crate) async fn anothers(&self, objects: &[&str], seat: &Seat) -> Result<Vec<(String, Item)>, DbError> {
        let mut kept = Vec::new();
        for objects in objects.chunks(OBJECTS) {
            kept.extend(self.store.objects_taken(objects, &seat.id).await?);
        }
        kept.retain(|(_, item)| !matches!(item.conditions.tlp, Tlp::Clear | Tlp::Green));
        Ok(kept)
    }

    /// Whom the conditions name must be there, and a group only its own people can share into.
    async fn check_reach(&self, conditions: &Conditions, seat: &Seat, at: Moment) -> Result<(), ShareError> {
        let reader = self.reader(seat, at).await?;
        if let Some(group) = conditions.groups.difference(&reader.groups).next() {
            return Err(ShareError::Group(*group));
        }
        let parties: BTreeSet<PartyId> = self.store.parties().await?.iter().map(|party| party.id.clone()).collect();
        if let Some(party) = conditions.parties.difference(&parties).next() {
            return Err(ShareError::Party(party.to_string()));
        }
        let seats: BTreeSet<_> = self.store.seats().await?.into_iter().map(|seat| seat.id).collect();
        match conditions.seats.difference(&seats).next() {
            Some(seat) => Err(ShareError::Seat(seat.clone())),
            None => Ok(()),
        }
    }
}

pub(super) fn words(text: &str, what: &'static str, most: usize) -> Result<String, ShareError> {
    let text: String = text.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    match !text.is_empty() && text.chars().count() <= most {
        true => Ok(text),
        false => Err(ShareError::Words { what, most }),
    }
}

/// The objects of a STIX text, each as it was given.
fn objects_of(bytes: &[u8], conditions: &Conditions) -> Result<Vec<(String, String)>, ShareError> {
    let bundle = Bundle::read(bytes, MOST_BYTES).map_err(|error| ShareError::Stix(error.to_string()))?;
    if bundle.len() > MOST_OBJECTS {
        return Err(ShareError::TooMany { what: "STIX objects", most: MOST_OBJECTS });
    }
    let definitions: Vec<_> = bundle.objects().filter(|object| object.kind_name() == Some(DEFINITION)).collect();
    let mut objects = Vec::new();
    for (place, object) in bundle.entries() {
        let known = object.and_then(|object| Some((object.id()?, object)));
        let (id, object) = known.ok_or_else(|| ShareError::Stix(format!("entry {} has no sound id", place + 1)))?;
        if conditions.unnamed && object.created_by().is_some() {
            return Err(ShareError::NamesItself(id.as_str().to_owned()));
        }
        let labels = (conditions.tlp, conditions.pap);
        if let Some((marked, label)) = stricter(object, &definitions, labels) {
            let object = id.as_str().to_owned();
            return Err(ShareError::Marked { object, marked, label });
        }
        objects.push((id.as_str().to_owned(), tree::write_object(object.tree())));
    }
    Ok(objects)
}

/// The type of STIX objects that define a marking (section 7.2.1).
pub(crate) const DEFINITION: &str = "marking-definition";

/// What an object or a part of it is marked with, by definitions that came along too, where that is stricter than the labels
/// under which it is to go out (S3.2); beside it the label that falls short. Both as they are written: `TLP:AMBER`.
pub(crate) fn stricter(
    object: stix::Object<'_>,
    definitions: &[stix::Object<'_>],
    (tlp, pap): (Tlp, Pap),
) -> Option<(String, String)> {
    let definition = |id: &stix::Id| definitions.iter().copied().find(|object| object.id().as_ref() == Some(id));
    let marked = Markings::of(object, definition);
    let written = |scheme: &str, marked: &str, label: &str| {
        Some((format!("{scheme}:{}", marked.to_uppercase()), format!("{scheme}:{}", label.to_uppercase())))
    };
    match (marked.tlp.map(|tlp| tlp.word()), marked.pap.map(|pap| pap.word())) {
        (Some(word), _) if Tlp::from_word(word).is_some_and(|marked| marked > tlp) => written("TLP", word, tlp.word()),
        (_, Some(word)) if Pap::from_word(word).is_some_and(|marked| marked > pap) => written("PAP", word, pap.word()),
        _ => None,
    }
}

/// What an item is found by: what was typed, what its text defangs, and what its patterns look for.
pub(super) fn values_of(
    typed: &[String],
    text: &str,
    objects: &[(String, String)],
) -> Result<Vec<(String, String)>, ShareError> {
    let mut values = BTreeSet::new();
    for (place, value) in typed.iter().enumerate() {
        let found = Indicator::guess(value).ok_or(ShareError::Value { place: place + 1 })?;
        values.insert((found.kind().word().to_owned(), found.as_str().to_owned()));
    }
    // In a text, only what was made harmless on purpose (`hxxp`, `[.]`) is meant as a value.
    let defanged = |word: &&str| word.contains("[.]") || word.contains("hxxp") || word.contains("[:]");
    let trimmed = |word: &str| word.trim_matches(|c: char| ",;()<>\"'`。、".contains(c)).to_owned();
    let lifted = text.split_whitespace().filter(defanged).filter_map(|word| Indicator::guess(&trimmed(word)));
    values.extend(lifted.map(|found| (found.kind().word().to_owned(), found.as_str().to_owned())));
    for (_, body) in objects {
        let Ok(bundle) = Bundle::read(body.as_bytes(), MOST_BYTES) else { continue };
        for object in bundle.objects() {
            let Some(Ok(pattern)) = object.text("pattern").map(pattern::read) else { continue };
            for simple in pattern.simple() {
                let Some((kind, value)) = indicator::Kind::of_simple(&simple) else { continue };
                if let Ok(found) = Indicator::read(kind, &value) {
                    values.insert((found.kind().word().to_owned(), found.as_str().to_owned()));
                }
            }
        }
    }
    match values.len() > MOST_VALUES {
        true => Err(ShareError::TooMany { what: "values", most: MOST_VALUES }),
        false => Ok(values.into_iter().collect()),
    }
}
