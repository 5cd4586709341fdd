//! A zone: what it blocks now, and how it came to that from what it blocked before.

use std::collections::VecDeque;
use std::sync::Arc;

use super::name::FullName;
use super::serial::Serial;
use super::set::Set;

/// The most differences that are kept.
pub const KEPT: usize = 1000;

/// The most names in all kept differences together, however small the zone is.
pub const KEPT_NAMES: usize = 20_000;

/// How one version became the next.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// The version before.
    pub from: Serial,
    /// The version after.
    pub to: Serial,
    /// What is no longer blocked.
    pub removed: Set,
    /// What is blocked now.
    pub added: Set,
}

impl Difference {
    fn names(&self) -> usize {
        self.removed.len() + self.added.len()
    }
}

/// What a secondary of some version needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// Nothing: it has this version, or claims a later one.
    Current,
    /// These, one after the other.
    Differences(Vec<Arc<Difference>>),
    /// Everything: how it got there is not known, or not shorter.
    Whole,
}

/// A zone with its latest version and the last differences.
#[derive(Debug, Clone)]
pub struct Zone {
    apex: FullName,
    serial: Serial,
    set: Arc<Set>,
    differences: VecDeque<Arc<Difference>>,
    names: usize,
}

impl Zone {
    /// The first version of a zone, made at this second of Unix time.
    pub fn new(apex: FullName, set: Set, unix_seconds: u64) -> Self {
        let serial = Serial::at(unix_seconds);
        Self { apex, serial, set: Arc::new(set), differences: VecDeque::new(), names: 0 }
    }

    /// Its name.
    pub fn apex(&self) -> &FullName {
        &self.apex
    }

    /// The number of its latest version.
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// What it blocks.
    pub fn set(&self) -> &Arc<Set> {
        &self.set
    }

    /// The differences that are kept: how many, and of how many names together.
    pub fn kept(&self) -> (usize, usize) {
        (self.differences.len(), self.names)
    }

    /// Takes a new set at this second of Unix time. `None`: it is the same, and no new version is made.
    pub fn follow(&mut self, set: Set, unix_seconds: u64) -> Option<Arc<Difference>> {
        let (removed, added) = self.set.towards(&set);
        if removed.is_empty() && added.is_empty() {
            return None;
        }
        let (from, to) = (self.serial, self.serial.next(unix_seconds));
        let difference = Arc::new(Difference { from, to, removed, added });
        self.serial = to;
        self.set = Arc::new(set);
        self.names += difference.names();
        self.differences.push_back(difference.clone());
        // More than the zone itself nobody would be sent.
        while self.differences.len() > KEPT || self.names > self.set.len().max(KEPT_NAMES) {
            let Some(oldest) = self.differences.pop_front() else { break };
            self.names -= oldest.names();
        }
        Some(difference)
    }

    /// What a secondary of this version needs.
    pub fn since(&self, serial: Serial) -> Since {
        if serial == self.serial || serial.is_after(self.serial) {
            return Since::Current;
        }
        let Some(first) = self.differences.iter().position(|difference| difference.from == serial) else {
            return Since::Whole;
        };
        let differences: Vec<_> = self.differences.iter().skip(first).cloned().collect();
        let names: usize = differences.iter().map(|difference| difference.names()).sum();
        // RFC 1995 section 4: when they are longer than the zone, the zone is sent. Two SOAs a difference count too.
        if names + 2 * differences.len() > self.set.len().max(64) {
            Since::Whole
        } else {
            Since::Differences(differences)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: std::ops::Range<u32>) -> Set {
        Set::of(&"rpz.example".parse().unwrap(), numbers.map(|number| format!("n{number}.test"))).unwrap().0
    }

    #[test]
    fn a_secondary_gets_what_it_lacks() {
        let mut zone = Zone::new("rpz.example".parse().unwrap(), set(0..100), 1000);
        assert!(zone.follow(set(0..100), 1001).is_none());
        assert_eq!(zone.serial(), Serial(1000));
        let one = zone.follow(set(0..101), 1001).unwrap();
        let two = zone.follow(set(1..101), 1001).unwrap();
        assert_eq!((one.to, two.from, two.to), (Serial(1001), Serial(1001), Serial(1002)));
        assert_eq!((two.removed.len(), two.added.len()), (1, 0));
        assert_eq!(zone.since(Serial(1000)), Since::Differences(vec![one, two.clone()]));
        assert_eq!(zone.since(Serial(1001)), Since::Differences(vec![two]));
        for current in [1002, 1003] {
            assert_eq!(zone.since(Serial(current)), Since::Current);
        }
        for unknown in [999, 1] {
            assert_eq!(zone.since(Serial(unknown)), Since::Whole);
        }
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let mut zone = Zone::new("rpz.example".parse().unwrap(), set(0..10), 1);
        for _ in 0..1200 {
            assert!(zone.follow(set(1..10), 1).is_some() && zone.follow(set(0..11), 1).is_some());
        }
        assert_eq!(zone.kept(), (KEPT, 2 * KEPT));
        // No more than the zone itself.
        zone.follow(set(0..KEPT_NAMES as u32 + 500), 1);
        assert_eq!(zone.kept(), (6, KEPT_NAMES + 499));
        zone.follow(set(0..1), 1);
        assert_eq!(zone.kept(), (0, 0));
        assert_eq!(zone.since(Serial(1)), Since::Whole);
    }
}
