//! The objects of one collection in the order in which they were added, with what finds them.
//!
//! Entries stand in one list by the moment at which they were added, which rises with each. Beside it stand the places of each
//! type, STIX and version, and for each object the places of its versions, lowest first. So a page begins with a binary
//! search and ends when it is full; which version is the latest is known since it came. Nothing is moved when an entry goes:
//! its place stays empty.

mod choose;
mod index;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use renkei_core::time::Moment;

use super::cursor::Search;
use super::filter::Filter;
use super::version::{Spec, Version};
use crate::tree;
use choose::{Choice, Group};
use index::Index;

/// One version of an object in a collection.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was added (section 5.3.1, `date_added`): unique in its collection.
    pub added: Moment,
    /// The id of the object.
    pub id: Arc<str>,
    /// Its type.
    pub kind: Arc<str>,
    /// Which version of the object it is.
    pub version: Version,
    /// In which STIX it is written.
    pub spec: Spec,
    /// The object in JSON, as it is handed out.
    pub body: Arc<[u8]>,
}

impl Entry {
    /// By what versions of one object are told apart and ordered.
    const fn key(&self) -> (&Version, Spec) {
        (&self.version, self.spec)
    }
}

/// The body is not shown: what is shared may be secret to some.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of {}, {} bytes", self.id, self.version, self.added, self.body.len())
    }
}

/// The place of an entry, from 0, in the order in which they were put here; it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(u32);

impl Place {
    /// The place as an index into what the caller keeps beside the shelf.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What became of an entry that was put here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is new.
    New(Place),
    /// The same object is there in this version: nothing was done, and that is no failure (section 5.5).
    Same(Place),
    /// Another content is there under this id and version: nothing was done.
    Other(Place),
}

/// Why nothing can be put here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The moment is not later than that of every entry before.
    #[error("the entry is not later than the last one, of `{0}`")]
    Order(Moment),
    /// There are 4,294,967,295 places.
    #[error("the collection is full")]
    Full,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'a> {
    /// The entries in the order in which they were added.
    pub entries: Vec<&'a Entry>,
    /// The place of each of them.
    pub places: Vec<Place>,
    /// The cursor of the next page; `None`: there is none.
    pub next: Option<String>,
}

/// Mark of a place whose entry went.
const GONE: u32 = u32::MAX;

/// The objects of one collection.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    entries: Vec<Entry>,
    /// The group of each place, or [`GONE`].
    group_of: Vec<u32>,
    /// The versions of each object.
    groups: Vec<Group>,
    objects: HashMap<Arc<str>, u32>,
    index: Index,
    last: Option<Moment>,
    gone: usize,
}

impl Shelf {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries are here.
    pub fn len(&self) -> usize {
        self.entries.len() - self.gone
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many places are empty because their entries went; when they are many, put the rest on a new shelf.
    pub const fn gone(&self) -> usize {
        self.gone
    }

    /// When an entry is added that comes now: now, or a microsecond after the last one, so that each has a moment of its own and
    /// clients that page by it lose nothing.
    pub fn moment(&self, now: Moment) -> Moment {
        self.last.map_or(now, |last| now.max(Moment(last.0.saturating_add(1))))
    }

    /// Puts an entry at the end.
    ///
    /// # Errors
    /// When it is not later than the last one, or the shelf is full.
    pub fn push(&mut self, mut entry: Entry) -> Result<Pushed, PushError> {
        if let Some(last) = self.last.filter(|last| entry.added <= *last) {
            return Err(PushError::Order(last));
        }
        let place = u32::try_from(self.entries.len()).ok().filter(|place| *place < GONE).ok_or(PushError::Full)?;
        let known = self.objects.get(&entry.id).copied();
        let number = match known.and_then(|number| Some((number, self.groups.get_mut(number as usize)?))) {
            Some((number, group)) => {
                let of = |place: u32| self.entries.get(place as usize);
                let before = |place: u32| of(place).is_some_and(|other| other.key() < entry.key());
                let at = group.places().partition_point(|place| before(*place));
                if let Some(place) = group.places().get(at)
                    && let Some(other) = of(*place).filter(|other| other.key() == entry.key())
                {
                    let (is_same, place) = (is_same(&other.body, &entry.body), Place(*place));
                    return Ok(if is_same { Pushed::Same(place) } else { Pushed::Other(place) });
                }
                group.insert(at, place);
                number
            }
            None => {
                let number = u32::try_from(self.groups.len()).map_err(|_| PushError::Full)?;
                self.groups.push(Group::One(place));
                self.objects.insert(Arc::clone(&entry.id), number);
                number
            }
        };
        if let Some((id, _)) = self.objects.get_key_value(&entry.id) {
            entry.id = Arc::clone(id);
        }
        self.index.add(place, &mut entry);
        self.last = Some(entry.added);
        self.group_of.push(number);
        self.entries.push(entry);
        Ok(Pushed::New(Place(place)))
    }

    /// The places of the versions of one object that a deletion names (section 5.7) among those that are visible, in every
    /// version of STIX unless the filter names one; in their order.
    pub fn named(&self, filter: &Filter, visible: impl Fn(Place) -> bool) -> Vec<Place> {
        let mut places: Vec<u32> = Vec::new();
        for number in filter.ids.iter().filter_map(|id| self.objects.get(&**id)) {
            if let Some(group) = self.groups.get(*number as usize) {
                let choice = Choice { entries: &self.entries, filter, latest_spec: false, visible: &visible };
                places.extend(choice.of(group));
            }
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(Place).collect()
    }

    /// Takes versions of one object away (section 5.7). The places that are empty now come back in their order.
    pub fn remove(&mut self, filter: &Filter, visible: impl Fn(Place) -> bool) -> Vec<Place> {
        let places = self.named(filter, visible);
        places.iter().for_each(|place| self.take(place.0));
        places
    }

    /// What stands under the id and version of an entry, and whether it is the same object.
    pub fn find(&self, entry: &Entry) -> Option<(Place, bool)> {
        let group = self.groups.get(*self.objects.get(&entry.id)? as usize)?;
        let known = |place: &&u32| self.entries.get(**place as usize).is_some_and(|known| known.key() == entry.key());
        let place = Place(*group.places().iter().find(known)?);
        Some((place, is_same(&self.entry(place)?.body, &entry.body)))
    }

    /// Takes away what stands at a place.
    pub fn forget(&mut self, place: Place) {
        self.take(place.0);
    }

    fn take(&mut self, place: u32) {
        let number = self.group_of.get_mut(place as usize).map(|number| std::mem::replace(number, GONE));
        let Some(number) = number.filter(|number| *number != GONE) else { return };
        let is_empty = self.groups.get_mut(number as usize).is_some_and(|group| group.remove(place));
        if let Some(entry) = self.entries.get_mut(place as usize) {
            entry.body = Arc::default();
            if is_empty {
                self.objects.remove(&entry.id);
            }
        }
        self.gone += 1;
    }

    /// The place of the last entry that was put here.
    pub fn last(&self) -> Option<Place> {
        u32::try_from(self.entries.len()).ok()?.checked_sub(1).map(Place)
    }

    /// The entry at a place; `None`: it went.
    pub fn entry(&self, place: Place) -> Option<&Entry> {
        let is_here = self.group_of.get(place.index()).is_some_and(|number| *number != GONE);
        self.entries.get(place.index()).filter(|_| is_here)
    }

    /// Whether the object of a search for one is here: in any visible version, or, if the filter names moments alone, in one of
    /// those. If not, the answer is 404 (sections 5.6 to 5.8), and else at least an empty page.
    pub fn holds(&self, filter: &Filter, visible: impl Fn(Place) -> bool) -> bool {
        let mut groups = filter.ids.iter().filter_map(|id| self.groups.get(*self.objects.get(&**id)? as usize));
        groups.any(|group| {
            if filter.versions.is_exact() {
                let choice = Choice { entries: &self.entries, filter, latest_spec: false, visible: &visible };
                return !choice.of(group).is_empty();
            }
            group.places().iter().any(|place| visible(Place(*place)))
        })
    }

    /// Cuts a page: the oldest entries first (section 3.4), filters before the limit. What is not visible is as if it were not here:
    /// the latest version is the latest visible one.
    pub fn page(&self, search: &Search, visible: impl Fn(Place) -> bool) -> Page<'_> {
        let start = self.entries.partition_point(|entry| entry.added <= search.after());
        let start = u32::try_from(start).unwrap_or(GONE);
        let filter = &search.filter;
        let mut scan = Scan { shelf: self, search, visible: &visible, found: Vec::new(), chosen: HashMap::new() };
        let is_wanted = |place: &u32| self.entries.get(*place as usize).is_some_and(|entry| is_of(filter, entry));
        if !filter.ids.is_empty() {
            let groups = filter.ids.iter().filter_map(|id| self.groups.get(*self.objects.get(&**id)? as usize));
            let mut places: Vec<u32> = groups.flat_map(|group| group.places().iter().copied()).collect();
            places.retain(|place| *place >= start);
            places.sort_unstable();
            places.dedup();
            scan.through(places.into_iter().filter(is_wanted));
        } else if let Some(mut lists) = self.index.narrowest(filter, start) {
            let merged = std::iter::from_fn(|| {
                let least =
                    lists.iter_mut().filter(|list| !list.is_empty()).min_by_key(|list| list.first().copied())?;
                let (first, rest) = least.split_first()?;
                *least = rest;
                Some(*first)
            });
            scan.through(merged.filter(is_wanted));
        } else {
            scan.through(start..u32::try_from(self.entries.len()).unwrap_or(GONE));
        }
        scan.page()
    }
}

/// A walk through places until the page is full.
struct Scan<'a, 'b, V> {
    shelf: &'a Shelf,
    search: &'b Search,
    visible: &'b V,
    found: Vec<(&'a Entry, Place)>,
    /// Of objects with several versions: the places that the filter chooses.
    chosen: HashMap<u32, Vec<u32>>,
}

impl<'a, V: Fn(Place) -> bool> Scan<'a, '_, V> {
    fn through(&mut self, places: impl Iterator<Item = u32>) {
        // One more than the page holds, to know whether there is more.
        for place in places {
            if self.found.len() > self.search.limit {
                return;
            }
            if self.is_wanted(place)
                && let Some(entry) = self.shelf.entries.get(place as usize)
            {
                self.found.push((entry, Place(place)));
            }
        }
    }

    fn is_wanted(&mut self, place: u32) -> bool {
        let Some(number) = self.shelf.group_of.get(place as usize).filter(|number| **number != GONE) else {
            return false;
        };
        let Some(group) = self.shelf.groups.get(*number as usize) else { return false };
        let choice = Choice {
            entries: &self.shelf.entries,
            filter: &self.search.filter,
            latest_spec: true,
            visible: self.visible,
        };
        if let Some(is_wanted) = choice.at_once(group, place) {
            return is_wanted;
        }
        self.chosen.entry(*number).or_insert_with(|| choice.of(group)).contains(&place)
    }

    fn page(mut self) -> Page<'a> {
        let has_more = self.found.len() > self.search.limit;
        self.found.truncate(self.search.limit);
        let (entries, places): (Vec<&Entry>, Vec<Place>) = self.found.into_iter().unzip();
        let last = entries.last().filter(|_| has_more);
        Page { next: last.map(|last| self.search.next(last.added)), entries, places }
    }
}

fn is_of(filter: &Filter, entry: &Entry) -> bool {
    filter.types.is_empty() || filter.types.iter().any(|kind| **kind == *entry.kind)
}

/// Whether two bodies are the same object: byte by byte, or by their canonical form (RFC 8785).
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let canonical = |bytes: &[u8]| tree::canonical(&tree::read(bytes, usize::MAX).ok()?).ok();
    one == other || canonical(one).is_some_and(|one| canonical(other) == Some(one))
}
