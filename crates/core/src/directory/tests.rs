//! The directory against a naive model, and the cases that people ask about.

use super::*;
use crate::party::{Competence, Terms};
use crate::text::Bilingual;
use crate::time::DAY;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use core::net::{Ipv4Addr, Ipv6Addr};
use proptest::prelude::*;

fn party(id: &str, role: Role, competences: Vec<Competence>) -> Party {
    Party {
        id: id.parse().unwrap(),
        version: 1,
        name: Bilingual::default(),
        role,
        country: "JP".into(),
        zone: "Asia/Tokyo".into(),
        competences,
        agreements: vec![],
        channel: None,
        terms: Terms::default(),
    }
}

fn on(key: &str, from: Option<i64>, until: Option<i64>) -> Competence {
    let key = match key.parse() {
        Ok(prefix) => CompetenceKey::Prefix(prefix),
        Err(_) => CompetenceKey::Asn(key.parse().unwrap()),
    };
    let day = |day: i64| Moment(day * DAY);
    Competence { key, validity: Validity { from: from.map(day), until: until.map(day) } }
}

fn route(first: &str, last: &str, asn: u32) -> Route {
    Route { first: first.parse().unwrap(), last: last.parse().unwrap(), asn: Asn(asn) }
}

fn said(directory: &Directory, address: &str, day: i64) -> String {
    let found = directory.look_up(address.parse().unwrap(), Moment(day * DAY));
    let name = |place: &Place| directory.party(*place).unwrap().as_str();
    let also: Vec<_> = found.also.iter().map(name).collect();
    format!(
        "{:?} {} {:?} {}",
        found.asn.map(|a| a.0),
        found.operator.as_ref().map_or("-", name),
        found.basis,
        also.join(",")
    )
}

#[test]
fn the_longest_prefix_wins_then_the_as_and_the_centre_stands_beside() {
    let parties = [
        party("isp-wide", Role::Isp, vec![on("198.18.0.0/15", None, None)]),
        party("isp-narrow", Role::Isp, vec![on("198.19.0.0/16", None, None)]),
        party("isp-as", Role::Isp, vec![on("AS64500", None, None)]),
        party("centre", Role::SectorCentre, vec![on("198.18.0.0/15", None, None), on("AS64500", None, None)]),
    ];
    let routes = [route("198.18.0.0", "198.18.0.255", 64_500), route("2001:db8::", "2001:db8::ffff", 64_500)];
    let directory = Directory::new(&parties, &routes);
    assert_eq!(said(&directory, "198.18.0.1", 0), "Some(64500) isp-wide Prefix centre");
    assert_eq!(said(&directory, "198.19.7.7", 0), "None isp-narrow Prefix centre");
    assert_eq!(said(&directory, "2001:db8::1", 0), "Some(64500) isp-as Asn centre");
    assert_eq!(said(&directory, "2001:db8:1::1", 0), "None - Nobody ");
    assert_eq!(said(&directory, "203.0.113.1", 0), "None - Nobody ");
}

#[test]
fn a_prefix_that_changes_hands_belongs_to_whoever_had_it_then() {
    let parties = [
        party("isp-old", Role::Isp, vec![on("198.18.0.0/16", None, Some(10))]),
        party("isp-new", Role::Isp, vec![on("198.18.0.0/16", Some(10), None)]),
    ];
    let directory = Directory::new(&parties, &[]);
    assert_eq!(said(&directory, "198.18.5.5", 9), "None isp-old Prefix ");
    assert_eq!(said(&directory, "198.18.5.5", 10), "None isp-new Prefix ");
}

#[test]
fn the_ends_of_the_address_space_are_found() {
    let parties = [party("isp-all", Role::Isp, vec![on("0.0.0.0/0", None, None), on("::/0", None, None)])];
    let directory = Directory::new(&parties, &[]);
    for address in ["0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] {
        assert_eq!(said(&directory, address, 0), "None isp-all Prefix ");
    }
}

/// The rule in its plainest form, asked of every claim in turn.
fn naive(parties: &[Party], routes: &[Route], address: IpAddr, at: Moment) -> Option<usize> {
    let asn = routes
        .iter()
        .filter(|r| r.first <= address && address <= r.last && r.first.is_ipv4() == address.is_ipv4())
        .min_by_key(|r| match (r.first, r.last) {
            (IpAddr::V4(a), IpAddr::V4(b)) => u128::from(b.to_bits() - a.to_bits()),
            (IpAddr::V6(a), IpAddr::V6(b)) => b.to_bits() - a.to_bits(),
            _ => u128::MAX,
        })
        .map(|r| r.asn);
    let claims = |test: &dyn Fn(&CompetenceKey) -> Option<u8>| {
        let mut best: Option<(u8, usize)> = None;
        for (place, party) in parties.iter().enumerate() {
            for competence in party.competences.iter().filter(|c| c.validity.holds(at)) {
                if let Some(length) = test(&competence.key)
                    && best.is_none_or(|(known, _)| length > known)
                {
                    best = Some((length, place));
                }
            }
        }
        best.map(|(_, place)| place)
    };
    claims(&|key| match key {
        CompetenceKey::Prefix(p) if p.contains(address) => Some(p.length()),
        _ => None,
    })
    .or_else(|| {
        claims(&|key| match key {
            CompetenceKey::Asn(a) if Some(*a) == asn => Some(0),
            _ => None,
        })
    })
}

fn any_competence() -> impl Strategy<Value = Competence> {
    let prefix4 = (0u32..64, 20u8..=32).prop_map(|(low, length)| {
        CompetenceKey::Prefix(Prefix::holding(IpAddr::V4(Ipv4Addr::from_bits(0xC612_0000 | low << 6)), length).unwrap())
    });
    let prefix6 = (0u128..64, 100u8..=128).prop_map(|(low, length)| {
        let bits = 0x2001_0db8 << 96 | low << 6;
        CompetenceKey::Prefix(Prefix::holding(IpAddr::V6(Ipv6Addr::from_bits(bits)), length).unwrap())
    });
    let asn = (64_496u32..64_500).prop_map(|asn| CompetenceKey::Asn(Asn(asn)));
    let dates = (prop::option::of(0i64..5), prop::option::of(5i64..10));
    (prop_oneof![prefix4, prefix6, asn], dates).prop_map(|(key, (from, until))| Competence {
        key,
        validity: Validity { from: from.map(Moment), until: until.map(Moment) },
    })
}

proptest! {
    /// Attribution equals asking every claim in turn.
    #[test]
    fn look_ups_equal_the_naive_model(
        claims in prop::collection::vec(prop::collection::vec(any_competence(), 0..6), 1..6),
        ranges in prop::collection::btree_map(0u32..128, (1u32..32, 64_496u32..64_500), 0..12),
        asked in prop::collection::vec((0u32..8192, any::<bool>(), 0i64..12), 1..40),
    ) {
        let parties: Vec<Party> = claims.into_iter().enumerate()
            .map(|(i, c)| party(&format!("isp-{i}"), Role::Isp, c)).collect();
        // Route tables are disjoint ranges: cut each where the next begins.
        let firsts: Vec<u32> = ranges.keys().copied().collect();
        let routes: Vec<Route> = ranges.iter().enumerate().map(|(i, (first, (width, asn)))| {
            let end = firsts.get(i + 1).map_or(first + width, |next| (first + width).min(*next));
            let base = 0xC612_0000u32;
            Route {
                first: IpAddr::V4(Ipv4Addr::from_bits(base + first * 32)),
                last: IpAddr::V4(Ipv4Addr::from_bits(base + end * 32 - 1)),
                asn: Asn(*asn),
            }
        }).collect();
        let directory = Directory::new(&parties, &routes);
        for (low, six, at) in asked {
            let address = if six {
                IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8u128 << 96 | u128::from(low)))
            } else {
                IpAddr::V4(Ipv4Addr::from_bits(0xC612_0000 | low))
            };
            let found = directory.look_up(address, Moment(at));
            prop_assert_eq!(found.operator.map(|p| p.0 as usize), naive(&parties, &routes, address, Moment(at)));
        }
    }
}
