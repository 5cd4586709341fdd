//! Who reaches what, against a model of ten lines.

use alloc::format;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

const SEATS: usize = 8;
const GROUPS: usize = 3;

fn seat(number: usize) -> SeatId {
    format!("seat-{number}").parse().unwrap()
}

/// Two seats an organisation.
fn party(number: usize) -> PartyId {
    format!("party-{}", number / 2).parse().unwrap()
}

fn group_id(number: usize) -> GroupId {
    GroupId::from_bits(number as u128 + 1)
}

/// What is done in a walk.
#[derive(Debug, Clone)]
enum Deed {
    Draft { by: usize, groups: Vec<usize>, parties: Vec<usize>, seats: Vec<usize>, ends: Option<i64> },
    Step { item: usize, step: Step },
    Narrow { item: usize, seat: usize },
    Widen { item: usize, seat: usize },
    Join { group: usize, seat: usize, until: Option<i64> },
    Leave { group: usize, seat: usize },
    End { group: usize },
    Wait { micros: i64 },
}

fn deeds() -> impl Strategy<Value = Deed> {
    let some = |most: usize| prop::collection::vec(0..most, 0..3);
    prop_oneof![
        3 => (0..SEATS, some(GROUPS), some(SEATS), some(SEATS), prop::option::of(0i64..100))
            .prop_map(|(by, groups, parties, seats, ends)| Deed::Draft { by, groups, parties, seats, ends }),
        5 => (0usize..40, prop::sample::select(Step::ALL)).prop_map(|(item, step)| Deed::Step { item, step }),
        2 => (0usize..40, 0..SEATS).prop_map(|(item, seat)| Deed::Narrow { item, seat }),
        2 => (0usize..40, 0..SEATS).prop_map(|(item, seat)| Deed::Widen { item, seat }),
        4 => (0..GROUPS, 0..SEATS, prop::option::of(0i64..100))
            .prop_map(|(group, seat, until)| Deed::Join { group, seat, until }),
        1 => (0..GROUPS, 0..SEATS).prop_map(|(group, seat)| Deed::Leave { group, seat }),
        1 => (0..GROUPS).prop_map(|group| Deed::End { group }),
        2 => (1i64..20).prop_map(|micros| Deed::Wait { micros }),
    ]
}

struct Item {
    originator: PartyId,
    conditions: Conditions,
    state: State,
}

/// The model: read off the deeds themselves, without anything of the module.
fn naive(deeds: &[Deed], item: usize, reader: usize) -> bool {
    let (mut now, mut place) = (0, 0);
    let (mut inside, mut drafted, mut posted) = (Vec::<(usize, usize, Option<i64>)>::new(), None, false);
    // Whether the reader's own seat was named later, and whether it was taken out.
    let (mut added, mut taken) = (false, false);
    for deed in deeds {
        match deed {
            Deed::Wait { micros } => now += micros,
            Deed::Join { group, seat, until } => {
                inside.retain(|(g, s, _)| (g, s) != (group, seat));
                inside.push((*group, *seat, *until));
            }
            Deed::Leave { group, seat } => inside.retain(|(g, s, _)| (g, s) != (group, seat)),
            Deed::End { group } => inside.retain(|(g, _, _)| g != group),
            Deed::Draft { .. } => {
                if place == item {
                    drafted = Some(deed);
                }
                place += 1;
            }
            Deed::Step { item: of, step } if *of == item && drafted.is_some() => match step {
                Step::Post if !posted => posted = true,
                Step::Withdraw if posted => return drafted.is_some_and(|d| own(d, reader)),
                Step::Drop if !posted => return false,
                _ => {}
            },
            Deed::Narrow { item: of, seat } if *of == item && posted && *seat == reader => {
                (added, taken) = (false, true)
            }
            Deed::Widen { item: of, seat } if *of == item && posted && *seat == reader => added = true,
            Deed::Step { .. } | Deed::Narrow { .. } | Deed::Widen { .. } => {}
        }
    }
    let Some(draft) = drafted else { return false };
    let Deed::Draft { groups, parties, seats, ends, .. } = draft else { return false };
    let member = |(g, s, until): &(usize, usize, Option<i64>)| {
        groups.contains(g) && *s == reader && until.is_none_or(|until| now < until)
    };
    let by_seat = added || !taken && seats.contains(&reader);
    let named = parties.iter().any(|p| p / 2 == reader / 2) || by_seat || inside.iter().any(member);
    own(draft, reader) || posted && ends.is_none_or(|ends| now < ends) && named
}

fn own(draft: &Deed, reader: usize) -> bool {
    matches!(draft, Deed::Draft { by, .. } if by / 2 == reader / 2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// S3.2, S4.1: whatever is drafted, posted, taken back, joined and left, what each reader sees is what the
    /// model says. 400 walks of up to 250 deeds: 50,000 and more, each looked at by every seat.
    #[test]
    fn nothing_reaches_whom_it_is_not_for(deeds in prop::collection::vec(deeds(), 1..250)) {
        let mut now = Moment(0);
        let mut groups: Vec<Group> = (0..GROUPS)
            .map(|number| Group { id: group_id(number), members: BTreeMap::new(), ended: false })
            .collect();
        let mut items: Vec<Item> = Vec::new();
        for deed in &deeds {
            match deed {
                Deed::Draft { by, groups, parties, seats, ends } => {
                    let mut conditions = Conditions::closed(Tlp::Amber, Pap::Amber);
                    conditions.groups = groups.iter().copied().map(group_id).collect();
                    conditions.parties = parties.iter().copied().map(party).collect();
                    conditions.seats = seats.iter().copied().map(seat).collect();
                    conditions.ends = ends.map(Moment);
                    items.push(Item { originator: party(*by), conditions, state: State::Draft });
                }
                Deed::Step { item, step } => {
                    if let Some(item) = items.get_mut(*item) {
                        item.state = item.state.after(*step).unwrap_or(item.state);
                    }
                }
                Deed::Narrow { item, seat: who } => {
                    if let Some(item) = items.get_mut(*item)
                        && item.state.after(Step::Narrow).is_ok()
                    {
                        let mut closer = item.conditions.clone();
                        let named = closer.seats.remove(&seat(*who));
                        prop_assert_eq!(closer.narrows(&item.conditions).is_ok(), named);
                        item.conditions = closer;
                    }
                }
                Deed::Widen { item, seat: who } => {
                    if let Some(item) = items.get_mut(*item)
                        && item.state.after(Step::Widen).is_ok()
                    {
                        let wider = item.conditions.widened(&Target::Seat(seat(*who))).unwrap();
                        prop_assert!(wider.name(&Target::Seat(seat(*who))));
                        prop_assert!(wider == item.conditions || wider.narrows(&item.conditions).is_err());
                        item.conditions = wider;
                    }
                }
                Deed::Join { group, seat: who, until } => {
                    let within = Validity { from: None, until: until.map(Moment) };
                    // A group that ended shares nothing, whoever is still written down in it.
                    if groups[*group].ended {
                        groups[*group] = Group { id: group_id(*group), members: BTreeMap::new(), ended: false };
                    }
                    groups[*group].members.insert(seat(*who), within);
                }
                Deed::Leave { group, seat: who } => drop(groups[*group].members.remove(&seat(*who))),
                Deed::End { group } => groups[*group].ended = true,
                Deed::Wait { micros } => now = Moment(now.0 + micros),
            }
        }
        for reader in 0..SEATS {
            let inside = groups.iter().filter(|group| group.holds(&seat(reader), now)).map(|group| group.id);
            let who = Reader { seat: seat(reader), party: party(reader), groups: inside.collect() };
            for (number, item) in items.iter().enumerate() {
                let reach = item.conditions.reach(&item.originator, &who);
                let here = presence(item.state, &item.conditions, reach, false, now) == Presence::Here;
                prop_assert_eq!(here, naive(&deeds, number, reader), "item {} for seat {}", number, reader);
            }
        }
    }

    /// What ended stays as it ended, and nothing is taken back that was not out.
    #[test]
    fn no_walk_leaves_the_states(steps in prop::collection::vec(prop::sample::select(Step::ALL), 0..20)) {
        let mut state = State::Draft;
        let mut posted = false;
        for step in steps {
            let Ok(next) = state.after(step) else { continue };
            prop_assert!(!matches!(state, State::Withdrawn | State::Dropped));
            posted |= step == Step::Post;
            prop_assert!(step != Step::Withdraw || posted);
            state = next;
        }
    }
}

#[test]
fn who_took_it_is_told_that_it_is_gone() {
    let conditions = Conditions::closed(Tlp::Green, Pap::Green);
    let told = |state, reach, took| presence(state, &conditions, reach, took, Moment(0));
    assert_eq!(told(State::Withdrawn, Reach::Group, false), Presence::Gone);
    assert_eq!(told(State::Withdrawn, Reach::Outside, true), Presence::Gone);
    assert_eq!(told(State::Posted, Reach::Outside, true), Presence::Gone);
    assert_eq!(told(State::Withdrawn, Reach::Outside, false), Presence::Absent);
    assert_eq!(told(State::Draft, Reach::Group, false), Presence::Absent);
    assert_eq!(told(State::Dropped, Reach::Own, false), Presence::Absent);
}

#[test]
fn conditions_that_cannot_be_kept_are_refused() {
    let mut red = Conditions::closed(Tlp::Red, Pap::Red);
    assert_eq!(red.check(), Ok(()));
    red.parties.insert(party(0));
    assert_eq!(red.check(), Err(ConditionError::RedToParties));
    let hint = Conditions { unnamed: true, hinted: true, ..Conditions::closed(Tlp::Green, Pap::Green) };
    assert_eq!(hint.check(), Err(ConditionError::UnnamedHint));
}
