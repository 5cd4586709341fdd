//! A collection in memory: the objects of what was posted into a group, and to which item each belongs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use renkei_core::class::DataClass;
use renkei_core::id::ItemId;
use renkei_core::seat::Seat;
use renkei_core::share::{State, Tlp};
use renkei_core::time::Moment;
use renkei_formats::taxii::{Limits, Page, Place, Pushed, Shelf, posting};
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
    /// The items, also those that went.
    items: Vec<Arc<Item>>,
    /// To which item each place of the shelf belongs.
    of: Vec<u32>,
    /// Where an item stands among the items.
    numbers: HashMap<ItemId, u32>,
    /// To which item the object belongs that was added at a moment.
    places: HashMap<Moment, u32>,
}

impl Kept {
    /// Takes in what an item has become: posted, or taken back.
    pub fn follow(&mut self, item: Item, objects: &[(String, String)], values: &[(String, String)]) {
        let number = match self.numbers.get(&item.id) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
                self.numbers.insert(item.id, number);
                self.items.push(Arc::new(item.clone()));
                number
            }
        };
        if let Some(slot) = self.items.get_mut(number as usize) {
            *slot = Arc::new(item.clone());
        }
        // What was taken back stays on the shelf and is seen by nobody any more: places never move.
        if item.state != State::Posted {
            return;
        }
        let Some(mut added) = item.added_at else { return };
        let made = if objects.is_empty() { made::indicators(&item, values) } else { made::given(objects) };
        for body in made {
            let envelope = [br#"{"objects":["#, body.as_slice(), b"]}"].concat();
            let Ok(read) = posting::read(&envelope, &Limits::default()) else { continue };
            for object in &read.items {
                if let Ok(Pushed::New(_)) = self.shelf.push(object.entry(added)) {
                    self.of.push(number);
                    self.places.insert(added, number);
                }
            }
            added = Moment(added.0 + 1);
        }
    }

    /// The item of the object at a place, and how it stands to a reader; `None`: it is out of force for that reader.
    pub fn in_force(&self, place: Place, seat: &Seat, at: Moment) -> Option<(Standing, &Item)> {
        let item = self.item(place)?;
        let own = item.party == seat.party;
        let standing = Standing { own, class: item.kind.class(), tlp: item.conditions.tlp };
        (item.state == State::Posted && (own || item.conditions.hold(at))).then_some((standing, item))
    }

    /// The items of others on a page, each once.
    pub fn items_of(&self, page: &Page<'_>, seat: &Seat) -> Vec<&Item> {
        let mut found: BTreeMap<ItemId, &Item> = BTreeMap::new();
        for entry in &page.entries {
            let place = self.places.get(&entry.added);
            let item = place.and_then(|number| self.items.get(*number as usize));
            found.extend(item.filter(|item| item.party != seat.party).map(|item| (item.id, &**item)));
        }
        found.into_values().collect()
    }

    fn item(&self, place: Place) -> Option<&Item> {
        let number = *self.of.get(place.index())?;
        self.items.get(number as usize).map(|item| &**item)
    }
}
