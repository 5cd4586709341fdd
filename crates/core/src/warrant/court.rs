//! Courts of the register: who they are, and with which keys they sign.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::id::{CourtId, Digest};
use crate::ledger::PublicKey;
use crate::text::Bilingual;
use crate::time::Day;

/// A court that has given its public keys. It is no party: it has no seats, and nothing is sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Court {
    /// Its identifier in this office, which its statements name.
    pub id: CourtId,
    /// Its name.
    pub name: Bilingual,
    /// Its keys, those that ended too: what was signed with them is still looked at.
    pub keys: Vec<CourtKey>,
}

/// A key of a court.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourtKey {
    /// Its public half.
    pub key: PublicKey,
    /// The first day whose warrants it may sign; `None`: it always could.
    pub from: Option<Day>,
    /// The first day whose warrants it may no longer sign; `None`: until further notice.
    pub until: Option<Day>,
    /// The day on which the court took it back. Nothing that it ever signed is taken as the court's any more: whoever
    /// stole it could write any day of issue.
    pub revoked: Option<Day>,
}

impl Court {
    /// Its key of a name and a C2SP key hash.
    pub fn key(&self, name: &crate::ledger::KeyName, hash: [u8; 4]) -> Option<&CourtKey> {
        self.keys.iter().find(|key| key.key.name() == name && key.key.hash() == hash)
    }
}

impl CourtKey {
    /// Whether it may sign warrants of a day.
    pub fn is_in_force(&self, issued: Day) -> bool {
        self.from.is_none_or(|from| from <= issued) && self.until.is_none_or(|until| issued < until)
    }

    /// What both sides read to each other by telephone: the digest of the key's text, in groups of four.
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(self.key.to_string().as_bytes()).to_string();
        let groups = digest.as_bytes().chunks(4).take(8).filter_map(|four| core::str::from_utf8(four).ok());
        groups.collect::<Vec<_>>().join(" ")
    }
}
