//! Which versions of one object a filter chooses (section 3.4.1).

use super::super::filter::{Filter, VersionMatch};
use super::{Entry, Place};

/// The places of the versions of one object, lowest version first, and among equal ones lowest STIX first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    /// There is one, as nearly always.
    One(u32),
    /// There are several, or none any more.
    Many(Vec<u32>),
}

impl Group {
    pub(super) fn places(&self) -> &[u32] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::Many(places) => places,
        }
    }

    /// Puts a place among the others.
    pub(super) fn insert(&mut self, at: usize, place: u32) {
        let mut places = match self {
            Self::One(only) => vec![*only],
            Self::Many(places) => std::mem::take(places),
        };
        places.insert(at, place);
        *self = Self::Many(places);
    }

    /// Takes a place out; whether none is left.
    pub(super) fn remove(&mut self, place: u32) -> bool {
        let mut places = self.places().to_vec();
        places.retain(|other| *other != place);
        let is_empty = places.is_empty();
        *self = match places.as_slice() {
            [only] => Self::One(*only),
            _ => Self::Many(places),
        };
        is_empty
    }
}

/// A filter at work on the versions of one object.
pub(super) struct Choice<'a, V> {
    pub(super) entries: &'a [Entry],
    pub(super) filter: &'a Filter,
    /// Whether, without `match[spec_version]`, only the latest STIX counts.
    pub(super) latest_spec: bool,
    pub(super) visible: &'a V,
}

impl<'a, V: Fn(Place) -> bool> Choice<'a, V> {
    /// Whether a place is chosen, if that needs no look at all versions: when there is one alone, or when the latest is wanted.
    pub(super) fn at_once(&self, group: &Group, place: u32) -> Option<bool> {
        match (group, &self.filter.versions) {
            (Group::One(_), versions) => {
                let entry = self.candidate(place);
                Some(entry.is_some_and(|entry| match versions {
                    VersionMatch::All => true,
                    VersionMatch::Some(versions) => {
                        versions.first || versions.last || versions.exact.contains(&entry.version)
                    }
                }))
            }
            (Group::Many(places), VersionMatch::Some(versions))
                if versions.last && !versions.first && versions.exact.is_empty() && self.filter.specs.is_empty() =>
            {
                // The highest visible one is of the latest STIX among its equals.
                Some(places.iter().rev().find(|place| (self.visible)(Place(**place))) == Some(&place))
            }
            _ => None,
        }
    }

    /// The places that are chosen.
    pub(super) fn of(&self, group: &Group) -> Vec<u32> {
        let pool: Vec<(u32, &Entry)> =
            group.places().iter().filter_map(|place| Some((*place, self.candidate(*place)?))).collect();
        let (first, last) =
            (pool.first().map(|(_, entry)| &entry.version), pool.last().map(|(_, entry)| &entry.version));
        let is_chosen = |entry: &Entry| match &self.filter.versions {
            VersionMatch::All => true,
            VersionMatch::Some(versions) => {
                (versions.first && first == Some(&entry.version))
                    || (versions.last && last == Some(&entry.version))
                    || versions.exact.contains(&entry.version)
            }
        };
        let chosen: Vec<_> = pool.iter().filter(|(_, entry)| is_chosen(entry)).collect();
        let latest = chosen.iter().map(|(_, entry)| entry.spec).max();
        let is_latest =
            |entry: &Entry| !self.latest_spec || !self.filter.specs.is_empty() || latest == Some(entry.spec);
        chosen.iter().filter(|(_, entry)| is_latest(entry)).map(|(place, _)| *place).collect()
    }

    /// The entry at a place, if it is visible and of a wanted STIX.
    fn candidate(&self, place: u32) -> Option<&'a Entry> {
        let entry = self.entries.get(place as usize)?;
        let is_of = self.filter.specs.is_empty() || self.filter.specs.contains(&entry.spec);
        (is_of && (self.visible)(Place(place))).then_some(entry)
    }
}
