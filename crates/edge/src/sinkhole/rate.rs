//! Response rate limiting: so many answers a second to a network, whoever claims to be in it.
//!
//! A name server answers whoever is written as the sender. Who forges a victim's address gets as much
//! thrown at the victim as this allows. Of what is over it, every second query gets a truncated answer,
//! so that a real resolver comes back by TCP, where senders cannot be forged.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;

/// How many networks are counted at the same time; two that fall on one place share its allowance.
const PLACES: usize = 1 << 16;

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It is sent.
    Send,
    /// Its truncated form is sent.
    Truncate,
    /// Nothing is sent.
    Drop,
}

/// Counts answers by network: /24 of IPv4, /56 of IPv6.
#[derive(Debug)]
pub struct Rate {
    /// Answers a second; 0 is no limit.
    per_second: u32,
    places: Vec<Place>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    second: u32,
    count: u32,
}

impl Rate {
    /// So many answers a second and network; 0 is no limit.
    pub fn new(per_second: u32) -> Self {
        let places = if per_second == 0 { Vec::new() } else { vec![Place::default(); PLACES] };
        Self { per_second, places, hasher: RandomState::new() }
    }

    /// What becomes of an answer to this address in this second (of any steady count).
    pub fn ask(&mut self, to: IpAddr, second: u32) -> Allowance {
        if self.per_second == 0 {
            return Allowance::Send;
        }
        let at = self.hasher.hash_one(network(to)) as usize % PLACES;
        let Some(place) = self.places.get_mut(at) else { return Allowance::Send };
        if place.second != second {
            *place = Place { second, count: 0 };
        }
        place.count = place.count.saturating_add(1);
        match place.count.checked_sub(self.per_second) {
            None | Some(0) => Allowance::Send,
            Some(over) if over % 2 == 0 => Allowance::Truncate,
            Some(_) => Allowance::Drop,
        }
    }
}

fn network(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits() >> 8),
        IpAddr::V6(address) => (address.to_bits() >> 72) as u64 | 1 << 63,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nobody_gets_more_than_the_limit_in_a_second(limit in 1u32..50, asked in 0u32..200, low: u8) {
            let mut rate = Rate::new(limit);
            let to = IpAddr::from([198, 18, 0, low]);
            let answers: Vec<_> = (0..asked).map(|_| rate.ask(to, 7)).collect();
            let sent = answers.iter().filter(|answer| **answer == Allowance::Send).count();
            prop_assert_eq!(sent, asked.min(limit) as usize);
            let cut = answers.iter().filter(|answer| **answer == Allowance::Truncate).count();
            prop_assert_eq!(cut, asked.saturating_sub(limit) as usize / 2);
            prop_assert_eq!(rate.ask(to, 8), Allowance::Send);
        }
    }

    #[test]
    fn a_network_shares_its_allowance_and_others_have_their_own() {
        let mut rate = Rate::new(1);
        assert_eq!(rate.ask([198, 18, 0, 1].into(), 1), Allowance::Send);
        assert_eq!(rate.ask([198, 18, 0, 2].into(), 1), Allowance::Drop);
        assert_eq!(rate.ask([198, 18, 1, 1].into(), 1), Allowance::Send);
        assert_eq!(Rate::new(0).ask([198, 18, 0, 1].into(), 1), Allowance::Send);
    }
}
