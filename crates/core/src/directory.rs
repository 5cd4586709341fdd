//! The directory: who can act on an address at the moment it was observed (S2.14).
//!
//! Built once from the parties' competences and a route table (address range → AS), then asked for
//! every observation. Both families are flattened into disjoint intervals, so that a look-up is one
//! search; the answers are worked out beforehand, one for each time between two dates that count.
//!
//! The rule: among the claims that hold at the moment, the longest prefix wins; where no operator
//! claims a prefix, the operator that claims the AS of the route table does. Operators are internet
//! providers, hosts and partners abroad; sector centres and the like are named beside them, never
//! instead of them.

mod blocks;
mod intervals;
pub mod sites;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::id::PartyId;
use crate::net::{Asn, Prefix};
use crate::party::{CompetenceKey, Party, Role};
use crate::time::{Moment, Validity};

use blocks::Blocks;
use intervals::{Intervals, Span, flatten};

/// A range of addresses and the AS that announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// First address.
    pub first: IpAddr,
    /// Last address, included; of the same family.
    pub last: IpAddr,
    /// The autonomous system.
    pub asn: Asn,
}

/// A party's place in the directory; stands for its id in hot loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub u32);

/// What an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A prefix that the operator gave.
    Prefix,
    /// The AS of the route table, claimed by the operator.
    Asn,
    /// Nobody claims it.
    Nobody,
}

/// Who can act on an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// AS of the route table, if the table has the address.
    pub asn: Option<Asn>,
    /// The operator that can act.
    pub operator: Option<Place>,
    /// Others that are competent: sector centres, and further operators with an equal claim.
    pub also: Vec<Place>,
    /// What the operator was found by.
    pub basis: Basis,
}

/// A claim of one party on one prefix or AS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    length: u8,
    place: Place,
    operator: bool,
    from: Option<Moment>,
    until: Option<Moment>,
}

impl Claim {
    fn holds(&self, at: Moment) -> bool {
        Validity { from: self.from, until: self.until }.holds(at)
    }
}

/// What is known of one interval of addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    asn: Option<Asn>,
    /// Prefix claims, longest first.
    claims: Vec<Claim>,
}

/// What a cell says: always the same, or another thing from each of some moments on.
#[derive(Debug)]
enum Said {
    Always(Attribution),
    /// The first stands for all time before the second.
    Dated(Vec<(Moment, Attribution)>),
}

/// The directory. Plain data: share it between threads behind a reference.
#[derive(Debug)]
pub struct Directory {
    parties: Vec<(PartyId, Role)>,
    /// By number of a cell; the first is what is said where nothing is known.
    said: Vec<Said>,
    v4: Blocks,
    v6: Intervals,
    nobody: Attribution,
}

impl Directory {
    /// Builds the directory of some parties over a route table.
    pub fn new<'a>(parties: impl IntoIterator<Item = &'a Party>, routes: &[Route]) -> Self {
        let mut known = Vec::new();
        let mut by_asn: BTreeMap<Asn, Vec<Claim>> = BTreeMap::new();
        let mut prefixes = Vec::new();
        for party in parties {
            let place = Place(known.len() as u32);
            known.push((party.id.clone(), party.role));
            for competence in &party.competences {
                let Validity { from, until } = competence.validity;
                let operator = is_operator(party.role);
                match &competence.key {
                    CompetenceKey::Prefix(prefix) => {
                        prefixes.push((*prefix, Claim { length: prefix.length(), place, operator, from, until }));
                    }
                    CompetenceKey::Asn(asn) => {
                        by_asn.entry(*asn).or_default().push(Claim { length: 0, place, operator, from, until });
                    }
                    CompetenceKey::DomainSuffix(_) | CompetenceKey::BankCode(_) | CompetenceKey::CardBin(_) => {}
                }
            }
        }
        let mut cells = Cells::default();
        let v4 = Blocks::new(&flatten(spans_v4(&prefixes, routes), |claims, asn| cells.place(claims, asn)));
        let v6 = Intervals::new(flatten(spans_v6(&prefixes, routes), |claims, asn| cells.place(claims, asn)));
        let nobody = Attribution { asn: None, operator: None, also: Vec::new(), basis: Basis::Nobody };
        let known_cells = cells.list.into_iter().map(|cell| say(cell, &by_asn));
        let said = core::iter::once(Said::Always(nobody.clone())).chain(known_cells).collect();
        Self { parties: known, said, v4, v6, nobody }
    }

    /// Who can act on the address at the moment.
    pub fn look_up(&self, address: IpAddr, at: Moment) -> &Attribution {
        match self.said.get(self.cell(address) as usize) {
            None => &self.nobody,
            Some(Said::Always(attribution)) => attribution,
            Some(Said::Dated(times)) => {
                let begun = times.partition_point(|(from, _)| *from <= at);
                times.get(begun.saturating_sub(1)).map_or(&self.nobody, |(_, attribution)| attribution)
            }
        }
    }

    /// The number of what is known of an address; 0: nothing.
    fn cell(&self, address: IpAddr) -> u32 {
        match address {
            IpAddr::V4(v4) => self.v4.find(v4.to_bits()),
            IpAddr::V6(v6) => self.v6.find(v6.to_bits()),
        }
    }

    /// The party at a place.
    pub fn party(&self, place: Place) -> Option<&PartyId> {
        self.parties.get(place.0 as usize).map(|(id, _)| id)
    }

    /// How many intervals the two families have, for `doctor` and benchmarks.
    pub fn intervals(&self) -> (usize, usize) {
        (self.v4.len(), self.v6.len())
    }
}

/// Operators act on addresses themselves; the others stand beside them.
const fn is_operator(role: Role) -> bool {
    matches!(role, Role::Isp | Role::HostingProvider | Role::ForeignCert)
}

/// The distinct cells met while building.
#[derive(Default)]
struct Cells {
    numbers: BTreeMap<Cell, u32>,
    /// Those without a prefix claim, most of all, by their AS.
    plain: BTreeMap<Asn, u32>,
    list: Vec<Cell>,
}

impl Cells {
    /// The number of a cell, from 1; 0 is for nothing known.
    fn place(&mut self, claims: &[Claim], asn: Option<Asn>) -> u32 {
        if claims.is_empty() && asn.is_none() {
            return 0;
        }
        let next = self.list.len() as u32 + 1;
        if let ([], Some(asn)) = (claims, asn) {
            let list = &mut self.list;
            return *self.plain.entry(asn).or_insert_with(|| {
                list.push(Cell { asn: Some(asn), claims: Vec::new() });
                next
            });
        }
        let mut claims = claims.to_vec();
        claims.sort_by(|a, b| b.length.cmp(&a.length).then(a.cmp(b)));
        let cell = Cell { asn, claims };
        let list = &mut self.list;
        *self.numbers.entry(cell).or_insert_with_key(|cell| {
            list.push(cell.clone());
            next
        })
    }
}

fn say(cell: Cell, by_asn: &BTreeMap<Asn, Vec<Claim>>) -> Said {
    let of_asn = cell.asn.and_then(|asn| by_asn.get(&asn));
    let claims = cell.claims.iter().chain(of_asn.into_iter().flatten());
    let mut turns: Vec<Moment> = claims.flat_map(|claim| claim.from.into_iter().chain(claim.until)).collect();
    if turns.is_empty() {
        return Said::Always(attribute(&cell, by_asn, |_| true));
    }
    turns.push(Moment(i64::MIN));
    turns.sort_unstable();
    turns.dedup();
    Said::Dated(turns.into_iter().map(|turn| (turn, attribute(&cell, by_asn, |claim| claim.holds(turn)))).collect())
}

fn attribute(cell: &Cell, by_asn: &BTreeMap<Asn, Vec<Claim>>, holds: impl Fn(&Claim) -> bool) -> Attribution {
    let of_asn = cell.asn.and_then(|asn| by_asn.get(&asn)).map_or(&[][..], Vec::as_slice);
    let prefix = cell.claims.iter().filter(|claim| claim.operator && holds(claim));
    let longest = prefix.clone().map(|claim| claim.length).max();
    let (mut operators, basis): (Vec<Place>, Basis) = match longest {
        Some(longest) => (prefix.filter(|c| c.length == longest).map(|c| c.place).collect(), Basis::Prefix),
        None => (of_asn.iter().filter(|c| c.operator && holds(c)).map(|c| c.place).collect(), Basis::Asn),
    };
    operators.sort_unstable();
    operators.dedup();
    let mut rest = operators.iter().copied();
    let operator = rest.next();
    let beside = cell.claims.iter().chain(of_asn).filter(|c| !c.operator && holds(c)).map(|c| c.place);
    let mut also: Vec<Place> = rest.chain(beside).collect();
    also.sort_unstable();
    also.dedup();
    Attribution { asn: cell.asn, operator, also, basis: if operator.is_some() { basis } else { Basis::Nobody } }
}

fn spans_v4(prefixes: &[(Prefix, Claim)], routes: &[Route]) -> Vec<Span<u32>> {
    let of_prefixes = prefixes.iter().filter_map(|(prefix, claim)| match (prefix.address(), prefix.last()) {
        (IpAddr::V4(first), IpAddr::V4(last)) => Some(Span::claim(first.to_bits(), last.to_bits(), *claim)),
        _ => None,
    });
    let of_routes = routes.iter().filter_map(|route| match (route.first, route.last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => Some(Span::route(first.to_bits(), last.to_bits(), route.asn)),
        _ => None,
    });
    of_prefixes.chain(of_routes).collect()
}

fn spans_v6(prefixes: &[(Prefix, Claim)], routes: &[Route]) -> Vec<Span<u128>> {
    let of_prefixes = prefixes.iter().filter_map(|(prefix, claim)| match (prefix.address(), prefix.last()) {
        (IpAddr::V6(first), IpAddr::V6(last)) => Some(Span::claim(first.to_bits(), last.to_bits(), *claim)),
        _ => None,
    });
    let of_routes = routes.iter().filter_map(|route| match (route.first, route.last) {
        (IpAddr::V6(first), IpAddr::V6(last)) => Some(Span::route(first.to_bits(), last.to_bits(), route.asn)),
        _ => None,
    });
    of_prefixes.chain(of_routes).collect()
}

#[cfg(test)]
mod tests;
