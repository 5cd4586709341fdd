//! Sharing: topic groups of named people, items under their originator's conditions, and who reaches what (S3.2, S4.1).
//!
//! One way to an item for every door: what a reader may not know of is told as what does not exist, and asking for it is
//! in the ledger.

mod group;
mod item;
mod listing;
mod lookup;
mod mandate;
mod onward;
mod returned;
mod shown;
mod warning;

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::id::{GroupId, ItemId, MandateId, OnwardId, SeatId};
use renkei_core::party::Party;
use renkei_core::question::{Object, ObjectKind, Question, Recipient, Release, Sharing, Topic};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::{ConditionError, MandateError, NotNarrower, Presence, Reach, Reader, State, Tlp, presence};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_store::item::{Item, OnwardFilter};
use renkei_store::{DbError, WriteError};

use crate::office::{AskError, Office};

pub(crate) use item::{DEFINITION, stricter};
pub use item::{ItemTyped, ItemsAsked, Narrowing};
pub use listing::{Form, LeftOut, ListAsked, Listing};
pub use mandate::{MandateChanged, MandateList, MandateListed};
pub use onward::{OnwardChanged, OnwardList, OnwardListed};
pub use returned::{ReturnList, ReturnListed, ReturnsOf};
pub(crate) use warning::Lists;

pub use shown::{
    GroupChanged, GroupList, GroupListed, ItemChanged, ItemList, ItemListed, ItemRead, Looked, LookedItem,
    MemberListed, ReachListed, WhyListed,
};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 200;
/// Longest text, in characters.
pub const LONGEST_TEXT: usize = 100_000;
/// Most values of one item.
pub const MOST_VALUES: usize = 10_000;
/// Most STIX objects of one item.
pub const MOST_OBJECTS: usize = 10_000;
/// Most drafts that are told to wait.
const WAITING: u64 = 200;
/// Longest purpose, answer or note, in characters.
pub const LONGEST_WORD: usize = 2_000;
/// Most bytes of a STIX bundle.
pub const MOST_BYTES: usize = 16 << 20;

/// Why something is not shared, read or found.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// Conditions that cannot be kept.
    #[error("{0}")]
    Conditions(#[from] ConditionError),
    /// There is none, or the seat may not know of it.
    #[error("there is no item `{0}`: `renkei item list` shows them")]
    Unknown(ItemId),
    /// It was there, and was taken back or ended.
    #[error("the item `{0}` was taken back by its originator, or its time ended")]
    Gone(ItemId),
    /// There is no such group, or the seat is not in it.
    #[error("there is no group `{0}`: `renkei group list` shows them")]
    Group(GroupId),
    /// There is no such seat.
    #[error("there is no seat `{0}`: `renkei config` lists them")]
    Seat(SeatId),
    /// There is no such party.
    #[error("there is no party `{0}`: `renkei party list` shows them")]
    Party(String),
    /// Words are missing, or too many.
    #[error("{what} is needed, in 1 to {most} characters")]
    Words {
        /// Which.
        what: &'static str,
        /// Most characters.
        most: usize,
    },
    /// A value that is of no kind known.
    #[error(
        "value {place} is none that can be looked for: give an address, block, domain, URL, mail, digest, account …"
    )]
    Value {
        /// From 1.
        place: usize,
    },
    /// Too many values or objects.
    #[error("an item has at most {most} {what}: write a second one")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most.
        most: usize,
    },
    /// The STIX text cannot be taken.
    #[error("the STIX text cannot be taken: {0}")]
    Stix(String),
    /// Conditions that are to be narrowed and are not.
    #[error("{0}")]
    NotNarrower(#[from] NotNarrower),
    /// A mandate that cannot be given.
    #[error("{0}")]
    Mandate(#[from] MandateError),
    /// There is no such mandate, or it is no business of the seat's.
    #[error("there is no mandate `{0}`: `renkei mandate list` shows them")]
    NoMandate(MandateId),
    /// Another item has taken its place.
    #[error("the item `{0}` was corrected by its originator: `renkei item show {1}` is what it says now")]
    Replaced(ItemId, ItemId),
    /// What is to be replaced is not there to be.
    #[error("the item `{0}` cannot be replaced: it is not your organisation's, or is not shared now")]
    NotReplaced(ItemId),
    /// An object is marked more strictly than the item it is to stand in.
    #[error(
        "`{object}` is marked {marked}, and the item is to be {label}: choose a label that is as strict, or mend the object"
    )]
    Marked {
        /// The object.
        object: String,
        /// Its marking.
        marked: String,
        /// The item's label.
        label: String,
    },
    /// It is the asking organisation's own.
    #[error("the item `{0}` is your organisation's own: an approver widens it (`renkei item widen`)")]
    Own(ItemId),
    /// It reaches them already.
    #[error("the item `{0}` reaches them already")]
    Reached(ItemId),
    /// There is no such question, or it is no business of the seat's.
    #[error("there is no question `{0}`: `renkei item onward` lists them")]
    NoOnward(OnwardId),
    /// Its originator answered it.
    #[error("the question `{0}` is answered already")]
    Answered(OnwardId),
    /// An object was taken from another organisation's item, whose label does not let it go on.
    #[error(
        "`{object}` is of the item `{item}`, which another organisation shared under TLP:{}: ask it whether it may go \
         on (`renkei item ask {item}`)", .tlp.word().to_uppercase()
    )]
    Anothers {
        /// The object.
        object: String,
        /// Whose item it stands in.
        item: ItemId,
        /// Its label.
        tlp: Tlp,
    },
    /// A list that cannot be made.
    #[error("{0}")]
    List(&'static str),
    /// The office's warning lists cannot be read.
    #[error("the folder `warninglists` of the office cannot be read: {0}")]
    Warnings(#[from] std::io::Error),
    /// Unnamed, and an object names who made it.
    #[error("`{0}` says who made it (`created_by_ref`), and the item is to be unnamed: take that out, or be named")]
    NamesItself(String),
}

/// Another organisation's item that reaches a seat: what lets the seat read it, and whether it took it before.
pub(crate) struct Reached {
    pub(crate) permit: Permit,
    pub(crate) took: bool,
}

impl Office {
    /// A seat as conditions ask about it.
    pub(crate) async fn reader(&self, seat: &Seat, at: Moment) -> Result<Reader, DbError> {
        let groups = self.store.groups().await?;
        Ok(Reader::of(seat, groups.iter().map(|group| &group.group), at))
    }

    /// What the gate is asked about an item: its facts for this very reader, a seat with its party. Who stands in no
    /// register has signed nothing.
    pub(crate) fn item_question(
        &self,
        act: Act,
        (seat, party): (&Seat, Option<&Party>),
        item: &Item,
        reach: Reach,
        at: Moment,
    ) -> Question {
        let own = reach == Reach::Own;
        let in_force = item.state == State::Posted && item.conditions.hold(at);
        let question = self
            .question(act, seat.clone(), at)
            .on(Object::new(ObjectKind::Item, item.id, item.version))
            .with_class(item.kind.class())
            .of_item(Sharing { own, tlp: item.conditions.tlp, in_force, mandated: false });
        let Some(party) = party else { return question };
        let mut recipient = Recipient::of(party, at, reach.allows());
        recipient.topic = match reach {
            Reach::Group => Topic::Member,
            Reach::Outside => Topic::Stranger,
            Reach::Own | Reach::Named | Reach::None => Topic::None,
        };
        // Who posts an item releases just what stands in it, to just those it names (S4.4).
        if reach.allows() {
            recipient.release = Release::Methods;
        }
        question.to(recipient)
    }

    /// The item, if the seat may see it, with how it reaches the seat where it is another organisation's. What the seat
    /// may not know of is told as what does not exist.
    pub(crate) async fn item_for(
        &self,
        seat: &Seat,
        id: ItemId,
        at: Moment,
    ) -> Result<(Item, Option<Reached>), ShareError> {
        let item = self.store.item(id).await?.ok_or(ShareError::Unknown(id))?;
        self.item_seen(seat, item, at).await
    }

    /// [`Office::item_for`] of an item that was read already.
    pub(crate) async fn item_seen(
        &self,
        seat: &Seat,
        item: Item,
        at: Moment,
    ) -> Result<(Item, Option<Reached>), ShareError> {
        let id = item.id;
        let reader = self.reader(seat, at).await?;
        let reach = item.conditions.reach(&item.party, &reader);
        let party = self.store.party(&seat.party).await?;
        let who = (seat, party.as_ref());
        if reach == Reach::Own {
            let question = self.item_question(Act::KeepItem, who, &item, reach, at);
            self.must_allow(&question).await?;
            return Ok((item, None));
        }
        let took = self.store.has_taken(id, &seat.id).await?;
        let question = self.item_question(Act::ReadItem, who, &item, reach, at);
        // That it is gone is told to whom it was there: who took it, or could have.
        let in_force = Sharing { own: false, tlp: item.conditions.tlp, in_force: true, mandated: false };
        let was_there = took || self.gate.rule(&question.clone().of_item(in_force)).is_allowed();
        match (presence(item.state, &item.conditions, reach, took, at), self.ask(question).await) {
            (Presence::Here, Ok(permit)) => Ok((item, Some(Reached { permit, took }))),
            // Also where it reaches the seat still, and the gate says no to it now: its contract ended.
            (Presence::Gone, _) | (Presence::Here, Err(AskError::Refused(_))) if was_there => {
                Err(self.gone(seat, id, at).await?)
            }
            (_, Ok(_) | Err(AskError::Refused(_))) => Err(ShareError::Unknown(id)),
            (_, Err(error)) => Err(error.into()),
        }
    }

    /// What is told of an item that is gone: what took its place, where that reaches the seat too.
    async fn gone(&self, seat: &Seat, id: ItemId, at: Moment) -> Result<ShareError, ShareError> {
        // A correction may have been corrected too; each is younger than what it corrects.
        let Some(mut new) = self.store.replacement_of(id).await? else { return Ok(ShareError::Gone(id)) };
        while let Some(next) = self.store.replacement_of(new.id).await? {
            new = next;
        }
        let (reader, party) = (self.reader(seat, at).await?, self.store.party(&seat.party).await?);
        let reach = new.conditions.reach(&new.party, &reader);
        let seen = self.may_read((seat, party.as_ref()), &new, reach, at);
        Ok(if seen { ShareError::Replaced(id, new.id) } else { ShareError::Gone(id) })
    }

    /// Keeps for the originators of some items that a seat took them by a door, once for each.
    pub(crate) async fn note_taken<E>(
        &self,
        who: (&Seat, Option<&Party>),
        items: &[(&Item, Reach)],
        door: &str,
        at: Moment,
    ) -> Result<(), E>
    where
        E: From<AskError> + From<DbError> + From<WriteError>,
    {
        let ids: Vec<ItemId> = items.iter().map(|(item, _)| item.id).collect();
        let new: BTreeSet<ItemId> = self.store.not_taken(&ids, &who.0.id).await?.into_iter().collect();
        let mut taken = Vec::new();
        for (item, reach) in items.iter().filter(|(item, _)| new.contains(&item.id)) {
            let permit = self.ask(self.item_question(Act::ReadItem, who, item, *reach, at)).await?;
            taken.push((permit, item.id));
        }
        if !taken.is_empty() {
            self.store.take_items(taken, door).await?;
        }
        Ok(())
    }

    /// Whether the acting seat may know of an item at all; what it may not know of is told as what does not exist.
    pub async fn know_item(&self, id: ItemId, at: Moment) -> Result<(), ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        self.item_for(&seat, id, at).await.map(drop)
    }

    /// What a reader says to the originator of an item that reaches it: the item, and the permit to say it.
    pub(crate) async fn item_heard(&self, seat: &Seat, id: ItemId, at: Moment) -> Result<(Item, Permit), ShareError> {
        let (item, found) = self.item_for(seat, id, at).await?;
        if found.is_none() {
            return Err(ShareError::Own(id));
        }
        let reach = item.conditions.reach(&item.party, &self.reader(seat, at).await?);
        let party = self.store.party(&seat.party).await?;
        let question = self.item_question(Act::RespondItem, (seat, party.as_ref()), &item, reach, at);
        let permit = self.ask(question).await?;
        Ok((item, permit))
    }

    /// What of its organisation's sharing waits for a seat that lets things out: drafts that others wrote, and
    /// questions about onward release.
    pub(crate) async fn items_waiting(
        &self,
        seat: &Seat,
        at: Moment,
    ) -> Result<(Vec<ItemListed>, Vec<OnwardListed>), DbError> {
        if !seat.can_approve() {
            return Ok(Default::default());
        }
        let party = self.store.party(&seat.party).await?;
        let both = self.settings.one_seat_may_hold_both;
        let mut drafts = self.store.item_drafts(&seat.party, WAITING).await?;
        drafts.retain(|item| {
            (both || item.made_by != seat.id) && self.may_read((seat, party.as_ref()), item, Reach::Own, at)
        });
        let onward = self.onwards_of(seat, OnwardFilter::Waiting(&seat.party), at).await?;
        Ok((drafts.iter().map(|item| ItemListed::of(item, Reach::Own)).collect(), onward))
    }

    /// Whether a seat may read an item now; nothing is written of the asking, as for lists and counts.
    pub(crate) fn may_read(&self, who: (&Seat, Option<&Party>), item: &Item, reach: Reach, at: Moment) -> bool {
        let act = if reach == Reach::Own { Act::KeepItem } else { Act::ReadItem };
        let here = presence(item.state, &item.conditions, reach, false, at) == Presence::Here;
        here && self.gate.rule(&self.item_question(act, who, item, reach, at)).is_allowed()
    }
}
