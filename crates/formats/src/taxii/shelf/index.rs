//! What finds entries without a walk through all of them: the places of each type, of each STIX, of each moment of version.

use std::collections::HashMap;
use std::sync::Arc;

use renkei_core::time::Moment;

use super::super::filter::{Filter, VersionMatch};
use super::super::version::Spec;
use super::Entry;
use super::choose::Group;

/// The places of entries, by what filters name; each list rises. Entries that went stay in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    kinds: HashMap<Arc<str>, Vec<u32>>,
    specs: HashMap<Spec, Vec<u32>>,
    /// By the moment of the version; nearly always one or two of each.
    moments: HashMap<Moment, Group>,
}

impl Index {
    /// Adds an entry at a place behind all others. The text of its type is shared.
    pub(super) fn add(&mut self, place: u32, entry: &mut Entry) {
        if let Some((kind, _)) = self.kinds.get_key_value(&entry.kind) {
            entry.kind = Arc::clone(kind);
        }
        self.kinds.entry(Arc::clone(&entry.kind)).or_default().push(place);
        self.specs.entry(entry.spec).or_default().push(place);
        let at = entry.version.moment();
        match self.moments.get_mut(&at) {
            Some(group) => group.insert(group.places().len(), place),
            None => _ = self.moments.insert(at, Group::One(place)),
        }
    }

    /// The shortest lists that hold all that a filter lets through from a place on; `None`: it names none of these.
    pub(super) fn narrowest(&self, filter: &Filter, start: u32) -> Option<Vec<&[u32]>> {
        let lists = [self.of_kinds(filter), self.of_specs(filter), self.of_moments(filter)];
        let from = |list: &'_ mut &[u32]| {
            let places = *list;
            *list = places.get(places.partition_point(|place| *place < start)..).unwrap_or_default();
        };
        let lists = lists.into_iter().flatten().map(|mut lists| {
            lists.iter_mut().for_each(from);
            lists
        });
        lists.min_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>())
    }

    fn of_kinds(&self, filter: &Filter) -> Option<Vec<&[u32]>> {
        let mut kinds: Vec<&str> = filter.types.iter().map(|kind| &**kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let lists = kinds.iter().filter_map(|kind| self.kinds.get(*kind)).map(Vec::as_slice).collect();
        (!kinds.is_empty()).then_some(lists)
    }

    fn of_specs(&self, filter: &Filter) -> Option<Vec<&[u32]>> {
        let mut specs = filter.specs.clone();
        specs.sort_unstable();
        specs.dedup();
        let lists = specs.iter().filter_map(|spec| self.specs.get(spec)).map(Vec::as_slice).collect();
        (!specs.is_empty()).then_some(lists)
    }

    fn of_moments(&self, filter: &Filter) -> Option<Vec<&[u32]>> {
        let VersionMatch::Some(versions) = &filter.versions else { return None };
        let mut moments: Vec<Moment> = versions.exact.iter().map(|version| version.moment()).collect();
        moments.sort_unstable();
        moments.dedup();
        let lists = moments.iter().filter_map(|moment| self.moments.get(moment)).map(Group::places).collect();
        filter.versions.is_exact().then_some(lists)
    }
}
