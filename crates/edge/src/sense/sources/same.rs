//! What is told is what would be told if each probe were counted at once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use renkei_formats::packet::protocol;

use super::heavy::Heavy;
use super::*;

/// A source whose probes are counted as they come.
#[derive(Default)]
struct Plain {
    first: u32,
    last: u32,
    told: u8,
    stirred: bool,
    household: bool,
    marked: [u8; 4],
    probes: Vec<(u32, u32)>,
    heavy: Option<Heavy>,
}

struct Naive {
    all: BTreeMap<u32, Plain>,
    limits: Limits,
    bounds: Bounds,
    space: u64,
}

impl Naive {
    fn add(&mut self, fact: &Fact<u32>) -> News {
        let source = !self.all.contains_key(&fact.actor);
        let one = self.all.entry(fact.actor).or_insert_with(|| Plain { first: fact.second, ..Plain::default() });
        (one.first, one.last) = (one.first.min(fact.second), one.last.max(fact.second));
        let household = !one.household && self.limits.is_household(fact);
        one.household |= household;
        if one.heavy.is_none() && one.probes.len() < LIGHT {
            let known = one.probes.iter().any(|probe| probe.1 == fact.service());
            one.probes.push((fact.place, fact.service()));
            one.stirred = true;
            for (count, mark) in one.marked.iter_mut().zip(mark::ALL) {
                *count += u8::from(fact.marks & mark != 0);
            }
            return News { source, service: !known, household };
        }
        let heavy = one.heavy.get_or_insert_with(|| {
            let mut heavy = Heavy::default();
            for (place, service) in &one.probes {
                heavy.add(*place, *service, 0, one.first, self.space, &self.bounds);
            }
            heavy.marked = one.marked.map(u32::from);
            one.stirred = true;
            heavy
        });
        let added = heavy.add(fact.place, fact.service(), fact.marks, fact.second, self.space, &self.bounds);
        one.stirred |= added.stirred;
        News { source, service: added.new, household }
    }

    fn close(&mut self, end: u32, told: &mut Vec<Detection>) {
        let limits = &self.limits;
        self.all.retain(|source, one| {
            let over = one.last.saturating_add(limits.expires) < end;
            if !std::mem::take(&mut one.stirred) && !over {
                return true;
            }
            let (first, last, address) = (one.first, one.last, source.ip());
            let mut seen = Seen { address, first, last, end, over, told: one.told };
            match &mut one.heavy {
                Some(heavy) => seen.heavy(heavy, limits, told),
                None => {
                    let mut probes = [(0, 0); LIGHT];
                    probes.iter_mut().zip(&one.probes).for_each(|(place, probe)| *place = *probe);
                    seen.light(one.probes.len() as u8, one.marked, probes, limits, told);
                }
            }
            one.told = seen.told;
            !over
        });
    }
}

/// Source, place, port, protocol, marks, seconds since the probe before.
type Step = (u32, u32, u16, u8, u8, u32);

fn step() -> impl Strategy<Value = Step> {
    let port = prop_oneof![
        6 => prop::sample::select(vec![23_u16, 80, 2323, 1900, 53, 11_211]),
        1 => 1_000_u16..1_060,
    ];
    let gap = prop_oneof![60 => 0_u32..4, 4 => 10_u32..90, 1 => 400_u32..700, 1 => Just(66_000_u32)];
    let marks = prop_oneof![8 => Just(0_u8), 1 => 0_u8..16];
    (0_u32..4, 0_u32..48, port, prop::sample::select(vec![protocol::TCP, protocol::UDP]), marks, gap)
}

proptest! {
    #[test]
    fn late_is_as_at_once(
        steps in prop::collection::vec(step(), 1..900),
        addresses in prop::sample::select(vec![48_u64, 600, 2_048]),
        expires in prop::sample::select(vec![480_u32, 1 << 30]),
        late in any::<bool>(),
    ) {
        let mut rules = Rules::shipped().unwrap();
        rules.scan_horizontal.thresholds.expires = expires;
        let limits = Limits::new(&rules, addresses);
        let mut naive = Naive { all: BTreeMap::new(), bounds: limits.bounds(), limits, space: addresses };
        let mut sources = Sources::<u32>::new(&rules, addresses, addresses, 1 << 10, 5);
        let (mut now, mut minute) = (1_700_000_000_u32, 1_700_000_000 / 60);
        for (at, (source, place, port, protocol, marks, gap)) in steps.into_iter().enumerate() {
            now += gap;
            // A packet may come late, but not by more than the grace.
            let second = now - if late && at % 7 == 3 { 9 } else { 0 };
            while now / 60 > minute {
                minute = if now / 60 > minute + 40 { now / 60 - 1 } else { minute } + 1;
                let (mut one, mut other) = (Vec::new(), Vec::new());
                naive.close(minute * 60, &mut one);
                sources.close(minute * 60, &mut other);
                one.sort_by_key(|told| format!("{told:?}"));
                other.sort_by_key(|told| format!("{told:?}"));
                prop_assert_eq!(one, other);
                prop_assert_eq!(naive.all.len(), sources.len());
            }
            let marks = if protocol == protocol::TCP { marks } else { 0 };
            let fact = Fact { source, actor: source, place, second, port, protocol, marks, length: 40, ..Fact::default() };
            prop_assert_eq!(naive.add(&fact), sources.add(&fact));
        }
        for minute in (minute + 1..minute + 20).chain([u32::MAX / 60]) {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            naive.close(minute * 60, &mut one);
            sources.close(minute * 60, &mut other);
            one.sort_by_key(|told| format!("{told:?}"));
            other.sort_by_key(|told| format!("{told:?}"));
            prop_assert_eq!(one, other);
        }
        prop_assert_eq!(sources.len(), 0);
    }
}
