//! Who is told that a zone changed (RFC 1996): sent again until it is acknowledged, ever more slowly, then given up.
//!
//! A secondary that was never reached asks by itself after the refresh of the SOA.

use std::net::SocketAddr;
use std::sync::Arc;

use hickory_proto::op::OpCode;

use super::name::FullName;
use super::query::{Came, read};
use super::serial::Serial;
use super::tsig::{Key, Said, Signer};
use super::write::Draft;

/// Milliseconds to wait after each time it was sent; after the last, it is given up (RFC 1996 section 3.6 says 60 s).
const WAITS: [u64; 8] = [1000, 3000, 10_000, 30_000, 60_000, 60_000, 60_000, 60_000];

/// A secondary that is told of a zone.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// The key that signs.
    pub key: Option<Arc<Key>>,
    /// Of which zone.
    pub zone: FullName,
}

#[derive(Debug)]
struct Open {
    target: usize,
    serial: Serial,
    sent: usize,
    due: u64,
    /// Number and signature of what was sent last.
    last: Option<(u16, Vec<u8>)>,
}

/// What is to be told.
#[derive(Debug, Default)]
pub struct Notifier {
    targets: Vec<Target>,
    open: Vec<Open>,
}

/// What one look brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Where to send what.
    pub send: Vec<(SocketAddr, Vec<u8>)>,
    /// Who was given up, and of which zone it was not told.
    pub given_up: Vec<(SocketAddr, FullName)>,
}

impl Notifier {
    /// Nothing to tell yet.
    pub fn new(targets: Vec<Target>) -> Self {
        Self { targets, open: Vec::new() }
    }

    /// A zone has a new version: its secondaries are told now. `steady` are milliseconds that never step back.
    pub fn changed(&mut self, zone: &FullName, serial: Serial, steady: u64) {
        for (target, _) in self.targets.iter().enumerate().filter(|(_, target)| target.zone == *zone) {
            self.open.retain(|open| open.target != target);
            self.open.push(Open { target, serial, sent: 0, due: steady, last: None });
        }
    }

    /// What is to be sent now, signed at this second of Unix time; each message has a number of its own from `number`.
    pub fn due(&mut self, steady: u64, unix_seconds: u64, mut number: impl FnMut() -> u16) -> Due {
        let mut due = Due::default();
        let targets = &self.targets;
        self.open.retain_mut(|open| {
            if open.due > steady {
                return true;
            }
            let Some(target) = targets.get(open.target) else { return false };
            let Some(wait) = WAITS.get(open.sent) else {
                due.given_up.push((target.address, target.zone.clone()));
                return false;
            };
            let id = number();
            let mut draft = Draft::notify(id, &[target.zone.wire(), &[0, 6, 0, 1]].concat());
            draft.soa(open.serial);
            let mut bytes = draft.finish();
            let mut mac = Vec::new();
            if let Some(key) = &target.key {
                let mut signer = Signer::new(key.clone(), &[]);
                signer.sign(&mut bytes, Said::at(unix_seconds));
                mac = signer.last().to_vec();
            }
            due.send.push((target.address, bytes));
            open.last = Some((id, mac));
            open.sent += 1;
            open.due = steady.saturating_add(*wait);
            true
        });
        due
    }

    /// When to look again; `None`: when something changed.
    pub fn next(&self) -> Option<u64> {
        self.open.iter().map(|open| open.due).min()
    }

    /// An answer came: whether it acknowledges something. One that should be signed and is not well signed does not.
    pub fn heard(&mut self, bytes: &[u8], from: SocketAddr, unix_seconds: u64) -> bool {
        let Came::Asked(asked) = read(bytes) else { return false };
        // An error is no acknowledgement: a secondary may not know the zone yet.
        let [_, low] = asked.flags;
        if !asked.is_answer || asked.code != OpCode::Notify || low & 0x0f != 0 {
            return false;
        }
        let targets = &self.targets;
        let is_it = |open: &Open| {
            let (Some(target), Some((id, mac))) = (targets.get(open.target), &open.last) else { return false };
            let is_signed = match (&target.key, &asked.signature) {
                (None, _) => true,
                (Some(key), Some(signature)) => {
                    signature.key == key.name
                        && key.algorithm.is(&signature.record.algorithm)
                        && signature.record.error.is_none()
                        && signature.check(key, mac, unix_seconds).is_ok()
                }
                (Some(_), None) => false,
            };
            target.address == from && *id == asked.id && target.zone == asked.name && is_signed
        };
        let Some(place) = self.open.iter().position(is_it) else { return false };
        self.open.swap_remove(place);
        true
    }
}

#[cfg(test)]
mod tests;
