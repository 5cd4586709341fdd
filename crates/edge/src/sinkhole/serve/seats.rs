//! Seats for connections: as many as the settings give; when they are full, the cheapest is shed.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;

use tokio::task::AbortHandle;

/// How many seats are looked at for one to clear.
const LOOKED_AT: usize = 64;

/// What closing a connection would lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Price {
    /// It was answered and waits for the next request: nothing.
    Idle,
    /// It has sent nothing: that it was there.
    #[default]
    Silent,
    /// It is in the middle of a request.
    Busy,
}

/// The seat of a connection.
#[derive(Debug, Default)]
pub(super) struct Seat {
    pub(super) price: Cell<Price>,
    task: RefCell<Option<AbortHandle>>,
}

impl Seat {
    /// The task to end when the seat is cleared.
    pub(super) fn hold(&self, task: AbortHandle) {
        *self.task.borrow_mut() = Some(task);
    }
}

/// All seats of a worker.
#[derive(Debug)]
pub(super) struct Seats {
    room: usize,
    per_address: u32,
    seats: Vec<Option<(Rc<Seat>, IpAddr)>>,
    free: Vec<usize>,
    by_address: HashMap<IpAddr, u32>,
    hand: usize,
}

/// What became of a newcomer.
#[derive(Debug)]
pub(super) enum Seated {
    /// It has the seat of this number.
    At(usize, Rc<Seat>),
    /// It has it, and another connection was closed for it.
    Instead(usize, Rc<Seat>),
    /// There is no room for it.
    Refused,
}

impl Seats {
    pub(super) fn new(room: usize, per_address: usize) -> Self {
        let per_address = u32::try_from(per_address).unwrap_or(u32::MAX);
        Self { room, per_address, seats: Vec::new(), free: Vec::new(), by_address: HashMap::new(), hand: 0 }
    }

    /// Seats a connection from an address.
    pub(super) fn take(&mut self, from: IpAddr) -> Seated {
        let from = network(from);
        if self.by_address.get(&from).is_some_and(|count| *count >= self.per_address) {
            return Seated::Refused;
        }
        if let Some(at) = self.free.pop().or_else(|| self.grow()) {
            return Seated::At(at, self.seat(at, from));
        }
        match self.cheapest() {
            Some(at) => {
                self.clear(at);
                Seated::Instead(at, self.seat(at, from))
            }
            None => Seated::Refused,
        }
    }

    /// The connection of this number is over. `seat` is its own, so that one whose seat was given away
    /// does not free another's.
    pub(super) fn leave(&mut self, at: usize, seat: &Rc<Seat>) {
        let Some(place) = self.seats.get_mut(at) else { return };
        if !place.as_ref().is_some_and(|(here, _)| Rc::ptr_eq(here, seat)) {
            return;
        }
        if let Some((_, from)) = place.take() {
            self.uncount(from);
            self.free.push(at);
        }
    }

    fn grow(&mut self) -> Option<usize> {
        (self.seats.len() < self.room).then(|| {
            self.seats.push(None);
            self.seats.len() - 1
        })
    }

    fn seat(&mut self, at: usize, from: IpAddr) -> Rc<Seat> {
        let seat = Rc::new(Seat::default());
        if let Some(place) = self.seats.get_mut(at) {
            *place = Some((seat.clone(), from));
        }
        *self.by_address.entry(from).or_default() += 1;
        seat
    }

    fn uncount(&mut self, from: IpAddr) {
        if let Some(count) = self.by_address.get_mut(&from) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&from);
            }
        }
    }

    /// The cheapest of the next seats after the hand, if it is not busy.
    fn cheapest(&mut self) -> Option<usize> {
        let all = self.seats.len();
        let mut best: Option<(Price, usize)> = None;
        for step in 0..all.min(LOOKED_AT) {
            let at = (self.hand + step) % all;
            let Some(Some((seat, _))) = self.seats.get(at) else { continue };
            let price = seat.price.get();
            if price < Price::Busy && best.is_none_or(|(least, _)| price < least) {
                best = Some((price, at));
            }
            if price == Price::Idle {
                break;
            }
        }
        self.hand = best.map_or(self.hand + LOOKED_AT, |(_, at)| at + 1) % all.max(1);
        best.map(|(_, at)| at)
    }

    fn clear(&mut self, at: usize) {
        if let Some((seat, from)) = self.seats.get_mut(at).and_then(Option::take) {
            if let Some(task) = seat.task.borrow_mut().take() {
                task.abort();
            }
            self.uncount(from);
        }
    }
}

/// Addresses of one household count as one: /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_idle_one_goes_before_a_silent_one_and_a_busy_one_never() {
        let mut seats = Seats::new(3, 10);
        let mut taken = Vec::new();
        for price in [Price::Busy, Price::Silent, Price::Idle] {
            let Seated::At(at, seat) = seats.take([198, 18, 0, 1].into()) else { panic!() };
            seat.price.set(price);
            taken.push((at, seat));
        }
        for expected in [2, 1] {
            let Seated::Instead(at, seat) = seats.take([198, 18, 0, 1].into()) else { panic!() };
            assert_eq!(at, expected);
            seat.price.set(Price::Busy);
        }
        assert!(matches!(seats.take([198, 18, 0, 1].into()), Seated::Refused));
        // Whose seat was given away frees nothing when it ends.
        let (at, seat) = &taken[2];
        seats.leave(*at, seat);
        assert!(matches!(seats.take([198, 18, 0, 1].into()), Seated::Refused));
    }

    proptest! {
        #[test]
        fn counts_by_address_are_those_of_the_seats(acts in prop::collection::vec((any::<bool>(), 0u8..4, 0u8..3), 0..200)) {
            let mut seats = Seats::new(8, 4);
            let mut held: Vec<(usize, Rc<Seat>)> = Vec::new();
            for (takes, low, price) in acts {
                if takes {
                    match seats.take([198, 18, 0, low].into()) {
                        Seated::At(at, seat) | Seated::Instead(at, seat) => {
                            seat.price.set([Price::Idle, Price::Silent, Price::Busy][usize::from(price)]);
                            held.push((at, seat));
                        }
                        Seated::Refused => {}
                    }
                } else if !held.is_empty() {
                    let (at, seat) = held.remove(usize::from(low) % held.len());
                    seats.leave(at, &seat);
                }
                let seated = seats.seats.iter().flatten().count();
                prop_assert!(seated <= 8);
                prop_assert_eq!(seats.by_address.values().sum::<u32>() as usize, seated);
                prop_assert!(seats.by_address.values().all(|count| (1..=4).contains(count)));
            }
        }
    }
}
