//! Who sees what, read off what was done, without anything of the program.

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::id::{ItemId, OnwardId};
use renkei_core::share::{OnwardState, State};

/// Seats, each with the place of its organisation. Of each organisation one seat writes and one decides.
pub const SEATS: [(&str, usize); 10] = [
    ("isp-a-desk", 0),
    ("isp-a-head", 0),
    ("isp-b-desk", 1),
    ("isp-b-head", 1),
    ("isp-c-desk", 2),
    ("isp-c-head", 2),
    ("isp-d-desk", 3),
    ("isp-d-head", 3),
    ("desk", OFFICE),
    ("head", OFFICE),
];
/// Organisations that share. Who runs the office stands in no register, so nothing reaches it.
pub const PARTIES: [&str; 4] = ["isp-a", "isp-b", "isp-c", "isp-d"];
/// The place of who runs the office.
pub const OFFICE: usize = 4;
/// Objects that several items may hold.
pub const OBJECTS: usize = 5;
/// Values in their one form, and those of them that a look-up of the value leads to.
pub const VALUES: [(&str, &[&str]); 6] = [
    ("198.18.7.7", &["198.18.7.7", "198.18.7.0/24"]),
    ("198.18.7.0/24", &["198.18.7.0/24"]),
    ("evil.example", &["evil.example"]),
    ("c2.evil.example", &["c2.evil.example", "evil.example"]),
    ("https://c2.evil.example/a", &["https://c2.evil.example/a", "c2.evil.example", "evil.example"]),
    (DIGEST, &[DIGEST]),
];
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// The value that the pattern of an object looks for.
pub fn value_of(object: usize) -> String {
    format!("o{object}.evil.example")
}

/// An item as it was meant.
#[derive(Debug, Clone)]
pub struct Shared {
    pub id: ItemId,
    pub party: usize,
    pub state: State,
    /// Whether it may feed filters.
    pub acts: bool,
    /// Whether its label keeps what stands in it from going on in another's item.
    pub kept: bool,
    /// Whether it is for people alone, and no organisation can be named.
    pub red: bool,
    pub groups: BTreeSet<usize>,
    pub parties: BTreeSet<usize>,
    pub seats: BTreeSet<usize>,
    pub ends: Option<i64>,
    pub hinted: bool,
    pub values: BTreeSet<String>,
    pub object: Option<usize>,
    pub mandated: bool,
    pub replaces: Option<usize>,
}

/// A question about onward release.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: OnwardId,
    pub item: usize,
    pub seat: usize,
    pub target: To,
    pub state: OnwardState,
}

/// To whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    Group(usize),
    Party(usize),
    Seat(usize),
}

/// All that was done.
#[derive(Debug, Default)]
pub struct Model {
    pub now: i64,
    pub items: Vec<Shared>,
    /// Seats in groups, each until when.
    pub members: Vec<(usize, usize, i64)>,
    /// Until when each organisation's contract holds.
    pub signed: BTreeMap<usize, i64>,
    /// Who took what.
    pub took: BTreeSet<(usize, usize)>,
    pub asked: Vec<Asked>,
    /// Group, seat, until when.
    pub mandates: Vec<(usize, usize, i64)>,
}

impl Model {
    pub fn inside(&self, group: usize, seat: usize) -> bool {
        self.members.iter().any(|(g, s, until)| (*g, *s) == (group, seat) && self.now < *until)
    }

    fn named(&self, item: &Shared, seat: usize) -> bool {
        let party = SEATS[seat].1;
        let contract = self.signed.get(&party).is_some_and(|until| self.now < *until);
        let by_group = item.groups.iter().any(|group| self.inside(*group, seat));
        contract && (by_group || item.parties.contains(&party) || item.seats.contains(&seat))
    }

    pub fn out(&self, item: &Shared) -> bool {
        item.state == State::Posted && item.ends.is_none_or(|ends| self.now < ends)
    }

    /// Whether an item is there for a seat.
    pub fn here(&self, item: usize, seat: usize) -> bool {
        let it = &self.items[item];
        let own = it.party == SEATS[seat].1;
        it.state != State::Dropped && own || self.out(it) && self.named(it, seat)
    }

    /// Whether a seat that asks for an item by its id gets it: a draft that was given up is in no list any more, and its
    /// own organisation can look at it still.
    pub fn reads(&self, item: usize, seat: usize) -> bool {
        self.here(item, seat) || self.items[item].party == SEATS[seat].1
    }

    /// Whether a seat is told that it was there.
    pub fn gone(&self, item: usize, seat: usize) -> bool {
        let it = &self.items[item];
        let was_out = matches!(it.state, State::Posted | State::Withdrawn);
        !self.reads(item, seat) && was_out && (self.took.contains(&(item, seat)) || self.named(it, seat))
    }

    /// The items that a list for machines is made of, for a seat.
    pub fn listed(&self, seat: usize) -> impl Iterator<Item = usize> {
        (0..self.items.len()).filter(move |item| self.out(&self.items[*item]) && self.here(*item, seat))
    }

    /// What a value leads to: items, and organisations to ask.
    pub fn looked_up(&self, value: &str, near: &[&str], seat: usize) -> (BTreeSet<usize>, BTreeSet<&'static str>) {
        let leads = |item: &usize| near.iter().any(|near| self.items[*item].values.contains(*near));
        let found = (0..self.items.len()).filter(|item| self.here(*item, seat)).filter(leads).collect();
        let party = SEATS[seat].1;
        let contract = self.signed.get(&party).is_some_and(|until| self.now < *until);
        let hints = self.items.iter().filter(|it| it.party != party && contract && !self.named(it, seat));
        let hints = hints.filter(|it| self.out(it) && it.hinted && it.values.contains(value));
        (found, hints.map(|it| PARTIES[it.party]).collect())
    }

    /// The items of a group's collection, for a seat that reads it.
    pub fn shelved(&self, group: usize, seat: usize) -> impl Iterator<Item = usize> {
        let own = move |it: &Shared| it.party == SEATS[seat].1 && it.state == State::Posted;
        let held =
            move |item: &usize| self.out(&self.items[*item]) && self.here(*item, seat) || own(&self.items[*item]);
        (0..self.items.len()).filter(move |item| self.items[*item].groups.contains(&group)).filter(held)
    }

    /// Whether a seat may add to a group's collection: an approver of its organisation said so, and is in the group.
    pub fn mandated(&self, group: usize, seat: usize) -> bool {
        let given = |(g, s, until): &(usize, usize, i64)| (*g, *s) == (group, seat) && self.now < *until;
        self.mandates.iter().any(given) && self.inside(group, head_of(SEATS[seat].1))
    }
}

/// The seat that writes for an organisation.
pub const fn desk_of(party: usize) -> usize {
    party * 2
}

/// The seat that decides for it.
pub const fn head_of(party: usize) -> usize {
    party * 2 + 1
}
