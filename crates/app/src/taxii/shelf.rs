//! A collection in memory: the objects of what was posted into a group, and to which item each belongs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use renkei_core::class::DataClass;
use renkei_core::id::ItemId;
use renkei_core::seat::Seat;
use renkei_core::share::{State, Tlp};
use renkei_core::time::Moment;
use renkei_formats::taxii::{Entry, Limits, Place, Pushed, Shelf, posting};
use renkei_store::item::Item;

use super::made;

/// What the gate's answer rests on, for one reader: items that are alike in this are ruled alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    /// Whether it is the reader's own organisation's.
    pub own: bool,
    /// The kind of material.
    pub class: DataClass,
    /// How far it may go.
    pub tlp: Tlp,
}

/// One collection.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// Up to which place of the ledger it was followed.
    pub seq: u64,
    /// Its objects.
    pub shelf: Shelf,
    /// The items; none: it went, by being taken back or by reaching the group no longer.
    items: Vec<Option<Arc<Item>>>,
    /// Where an item stands among the items.
    numbers: HashMap<ItemId, u32>,
    /// The item that brought what stands at each place of the shelf.
    of: Vec<u32>,
    /// Of objects that several items hold: the others.
    also: HashMap<Place, Vec<u32>>,
    /// Items whose objects hide others of the same id and version.
    hiding: HashSet<u32>,
    /// Whether what was hidden is to be seen again, for which the collection is read anew.
    stale: bool,
}

impl Kept {
    /// Whether it cannot be followed, and is to be read anew.
    pub const fn is_stale(&self) -> bool {
        self.stale
    }

    /// Takes in what an item has become: posted, drawn closer, widened, taken back. `inside`: its conditions name the
    /// group.
    pub fn follow(&mut self, item: Item, inside: bool, objects: &[(String, String)], values: &[(String, String)]) {
        // Followed already: it was posted between two questions to the registry, and found by both.
        let known = self.numbers.get(&item.id).and_then(|number| self.items.get(*number as usize)?.as_ref());
        if known.is_some_and(|known| known.version == item.version) {
            return;
        }
        let here = (inside && item.state == State::Posted).then(|| Arc::new(item.clone()));
        // What went stays on the shelf and is seen by nobody any more: places never move. An item that comes anew, perhaps
        // without some of its objects, has another number than before.
        if let Some(old) = self.numbers.remove(&item.id) {
            self.stale |= self.hiding.contains(&old);
            if let Some(slot) = self.items.get_mut(old as usize) {
                *slot = None;
            }
        }
        if here.is_none() {
            return;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.numbers.insert(item.id, number);
        self.items.push(here);
        let Some(mut added) = item.added_at else { return };
        let made = if objects.is_empty() { made::indicators(&item, values) } else { made::given(objects) };
        for object in made.iter().filter_map(|body| posting::one(body, &Limits::default())) {
            self.put(number, object.entry(added));
            added = Moment(added.0 + 1);
        }
    }

    /// An object that other items hold too is put where the last of them came, so that who asks for what is new finds it.
    fn put(&mut self, number: u32, entry: Entry) {
        let mut others = Vec::new();
        let elder = match self.shelf.push(entry.clone()) {
            Ok(Pushed::New(_)) => None,
            Ok(Pushed::Same(place)) => {
                others.extend(self.of.get(place.index()));
                others.extend(self.also.remove(&place).unwrap_or_default());
                others.retain(|other| *other != number && self.items.get(*other as usize).is_some_and(Option::is_some));
                Some(place)
            }
            Ok(Pushed::Other(place)) => {
                self.hiding.insert(number);
                Some(place)
            }
            // The shelf is full, or the item is followed a second time.
            Err(_) => return,
        };
        if let Some(place) = elder {
            self.shelf.forget(place);
            if self.shelf.push(entry).is_err() {
                return;
            }
        }
        if !others.is_empty()
            && let Some(place) = self.shelf.last()
        {
            self.also.insert(place, others);
        }
        self.of.push(number);
    }

    /// The items in force for a reader that hold the object at a place, and how each stands to the reader.
    pub fn in_force(&self, place: Place, seat: &Seat, at: Moment) -> impl Iterator<Item = (Standing, &Arc<Item>)> {
        let others = self.also.get(&place).into_iter().flatten();
        let numbers = self.of.get(place.index()).into_iter().chain(others);
        let items = numbers.filter_map(|number| self.items.get(*number as usize)?.as_ref());
        items.filter_map(move |item| {
            let own = item.party == seat.party;
            let standing = Standing { own, class: item.kind.class(), tlp: item.conditions.tlp };
            (own || item.conditions.hold(at)).then_some((standing, item))
        })
    }
}
