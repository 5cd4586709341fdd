//! The shelf against a naive one: paging yields every matching entry exactly once and in order, whatever the filter, also when
//! entries come and go between pages, by `next` and by `added_after` alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use renkei_core::time::Moment;

use super::super::*;

/// What happens to a shelf.
#[derive(Debug, Clone)]
enum Step {
    Push { object: u8, version: u8, spec: bool, hidden: bool, gap: i64 },
    Remove { object: u8, versions: VersionMatch },
}

/// The shelf, and beside it everything that ever came, with whether it is hidden and whether it went.
#[derive(Default)]
struct Both {
    shelf: Shelf,
    all: Vec<(Entry, bool, bool)>,
}

fn id(object: u8) -> String {
    format!("{}--{object}", kind(object))
}

fn kind(object: u8) -> &'static str {
    ["indicator", "malware", "x-role"][usize::from(object % 3)]
}

fn moment(version: u8) -> Version {
    format!("2026-01-0{}T00:00:00.{}Z", 1 + version / 2, ["0", "5"][usize::from(version % 2)]).parse().unwrap()
}

impl Both {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Push { object, version, spec, hidden, gap } => {
                let added = self.shelf.moment(Moment(self.all.last().map_or(0, |(entry, ..)| entry.added.0 + gap)));
                let entry = Entry {
                    added,
                    id: id(*object).into(),
                    kind: kind(*object).into(),
                    version: moment(*version),
                    spec: if *spec { Spec::V21 } else { Spec::V20 },
                    body: Arc::from(b"{}".as_slice()),
                };
                let same = |(other, _, gone): &(Entry, bool, bool)| {
                    !gone && (&other.id, &other.version, other.spec) == (&entry.id, &entry.version, entry.spec)
                };
                let is_new = !self.all.iter().any(same);
                match self.shelf.push(entry.clone()).unwrap() {
                    Pushed::New(place) => {
                        assert!(is_new && place.index() == self.all.len());
                        self.all.push((entry, *hidden, false));
                    }
                    Pushed::Same(_) => assert!(!is_new),
                    Pushed::Other(_) => panic!(),
                }
            }
            Step::Remove { object, versions } => {
                let filter = Filter { ids: vec![id(*object).into()], versions: versions.clone(), ..Filter::default() };
                let any = Filter { specs: vec![Spec::V20, Spec::V21], ..filter.clone() };
                let want = self.matching(&any, Moment(i64::MIN));
                let visible = self.visible();
                let gone = self.shelf.remove(&filter, |place| visible[place.index()]);
                assert_eq!(gone.iter().map(|place| self.all[place.index()].0.added).collect::<Vec<_>>(), want);
                gone.iter().for_each(|place| self.all[place.index()].2 = true);
            }
        }
        assert_eq!(self.shelf.len(), self.all.iter().filter(|(_, _, gone)| !gone).count());
    }

    fn visible(&self) -> Vec<bool> {
        self.all.iter().map(|(_, hidden, _)| !hidden).collect()
    }

    /// When the entries were added that a filter lets through: section 3.4 word by word.
    fn matching(&self, filter: &Filter, after: Moment) -> Vec<Moment> {
        let seen: Vec<&Entry> = self
            .all
            .iter()
            .filter(|(entry, hidden, gone)| {
                !hidden && !gone && (filter.specs.is_empty() || filter.specs.contains(&entry.spec))
            })
            .map(|(entry, ..)| entry)
            .collect();
        let of_version = |entry: &Entry| match &filter.versions {
            VersionMatch::All => true,
            VersionMatch::Some(versions) => {
                let group = || seen.iter().filter(|other| other.id == entry.id).map(|other| &other.version);
                (versions.first && group().min() == Some(&entry.version))
                    || (versions.last && group().max() == Some(&entry.version))
                    || versions.exact.contains(&entry.version)
            }
        };
        let chosen: Vec<&Entry> = seen.iter().copied().filter(|entry| of_version(entry)).collect();
        let of_spec = |entry: &Entry| {
            let latest = chosen.iter().filter(|other| other.id == entry.id).map(|other| other.spec).max();
            !filter.specs.is_empty() || latest == Some(entry.spec)
        };
        let of_rest = |entry: &Entry| {
            (filter.ids.is_empty() || filter.ids.iter().any(|id| **id == *entry.id))
                && (filter.types.is_empty() || filter.types.iter().any(|kind| **kind == *entry.kind))
                && entry.added > after
        };
        chosen.iter().filter(|entry| of_spec(entry) && of_rest(entry)).map(|entry| entry.added).collect()
    }

    fn page(&self, search: &Search) -> (Vec<Moment>, Option<String>) {
        let visible = self.visible();
        let page = self.shelf.page(search, |place| visible[place.index()]);
        assert!(page.entries.len() <= search.limit);
        (page.entries.iter().map(|entry| entry.added).collect(), page.next)
    }
}

fn versions() -> impl Strategy<Value = VersionMatch> {
    let exact = prop::collection::btree_set(0u8..6, 0..3);
    let some = (any::<bool>(), any::<bool>(), exact).prop_map(|(first, last, exact)| {
        VersionMatch::Some(Versions { first, last, exact: exact.into_iter().map(moment).collect() })
    });
    prop_oneof![2 => Just(VersionMatch::All), 3 => Just(VersionMatch::default()), 3 => some]
}

fn step() -> impl Strategy<Value = Step> {
    let push = (0u8..7, 0u8..6, any::<bool>(), prop::bool::weighted(0.2), 0i64..3)
        .prop_map(|(object, version, spec, hidden, gap)| Step::Push { object, version, spec, hidden, gap });
    let remove = (0u8..7, versions()).prop_map(|(object, versions)| Step::Remove { object, versions });
    prop_oneof![6 => push, 1 => remove]
}

fn filter() -> impl Strategy<Value = Filter> {
    let ids = prop::collection::vec((0u8..8).prop_map(|object| id(object).into()), 0..3);
    let types =
        prop::collection::vec((0u8..4).prop_map(|object| if object == 3 { "none" } else { kind(object) }.into()), 0..3);
    let specs = prop::sample::subsequence(vec![Spec::V20, Spec::V21], 0..=2);
    let added_after = prop::option::weighted(0.3, (0i64..40).prop_map(Moment));
    (added_after, prop_oneof![Just(vec![]), ids], types, versions(), specs)
        .prop_map(|(added_after, ids, types, versions, specs)| Filter { added_after, ids, types, versions, specs })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_entry_comes_once_and_in_order(
        steps in prop::collection::vec(step(), 0..60),
        between in prop::collection::vec(prop::collection::vec(step(), 0..4), 0..8),
        filter in filter(),
        limits in prop::collection::vec(1usize..6, 1..4),
        by_next: bool,
    ) {
        let mut both = Both::default();
        steps.iter().for_each(|step| both.step(step));
        let start = filter.added_after.unwrap_or(Moment(i64::MIN));
        // Everything that matched whenever it was looked at, from when it came.
        let mut always: BTreeSet<Moment> = BTreeSet::new();
        let mut never: BTreeSet<Moment> = BTreeSet::new();
        let (mut found, mut next, mut last, mut between) = (Vec::new(), None::<String>, None, between.iter());
        let mut sizes = limits.iter().cycle();
        loop {
            let matching: BTreeSet<Moment> = both.matching(&filter, start).into_iter().collect();
            for (entry, ..) in &both.all {
                if matching.contains(&entry.added) && !never.contains(&entry.added) {
                    always.insert(entry.added);
                } else {
                    always.remove(&entry.added);
                    never.insert(entry.added);
                }
            }
            let limit = *sizes.next().unwrap();
            let search = match (&next, by_next, last) {
                (Some(next), true, _) => Search::new("c", filter.clone(), limit).resume(next).unwrap(),
                (_, false, Some(last)) => Search::new("c", Filter { added_after: Some(last), ..filter.clone() }, limit),
                _ => Search::new("c", filter.clone(), limit),
            };
            let (page, more) = both.page(&search);
            // The same page again, for a cursor may be used twice.
            prop_assert_eq!(&both.page(&search).0, &page);
            prop_assert!(page.iter().all(|added| matching.contains(added)));
            prop_assert_eq!(page.is_empty() && more.is_some(), false);
            last = page.last().copied().or(last);
            found.extend(page);
            let Some(more) = more else { break };
            next = Some(more);
            if let Some(steps) = between.next() {
                steps.iter().for_each(|step| both.step(step));
            }
        }
        prop_assert!(found.is_sorted_by(|one, other| one < other), "{:?}", found);
        let found: BTreeSet<Moment> = found.into_iter().collect();
        prop_assert!(always.is_subset(&found), "{:?} {:?}", always, found);
    }

    #[test]
    fn what_is_held_is_what_is_found(steps in prop::collection::vec(step(), 0..40), object in 0u8..8, versions in versions()) {
        let mut both = Both::default();
        steps.iter().for_each(|step| both.step(step));
        let filter = Filter { ids: vec![id(object).into()], versions, ..Filter::default() };
        let visible = both.visible();
        let is_held = both.shelf.holds(&filter, |place| visible[place.index()]);
        let any = Filter { specs: vec![Spec::V20, Spec::V21], ..filter.clone() };
        let whole = Filter { versions: VersionMatch::All, ..any.clone() };
        let want = if filter.versions.is_exact() { &any } else { &whole };
        prop_assert_eq!(is_held, !both.matching(want, Moment(i64::MIN)).is_empty());
    }
}
