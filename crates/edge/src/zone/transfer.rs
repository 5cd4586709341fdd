//! An answer of many messages: a whole zone (RFC 5936) or the differences to it (RFC 1995), made as it is sent.

use std::collections::VecDeque;
use std::sync::Arc;

use super::serial::Serial;
use super::set::Set;
use super::tsig::{Said, Signer};
use super::version::{Difference, Zone};
use super::write::{Code, Draft};

/// The most bytes of a message over TCP.
const MOST: usize = 65_535;
/// What is left free for an SOA, a name server, EDNS.
const SPARE: usize = 512;

/// The answer to a transfer: its messages are asked for one by one, so that no more than one is in memory.
#[derive(Debug)]
pub struct Transfer {
    id: u16,
    flags: [u8; 2],
    question: Vec<u8>,
    speaks_edns: bool,
    signer: Option<Signer>,
    pieces: VecDeque<Piece>,
    /// The next name of the first piece.
    place: usize,
    is_first: bool,
}

#[derive(Debug)]
enum Piece {
    Soa(Serial),
    NameServer,
    All(Arc<Set>),
    Removed(Arc<Difference>),
    Added(Arc<Difference>),
}

impl Piece {
    fn names(&self) -> Option<&Set> {
        match self {
            Self::Soa(_) | Self::NameServer => None,
            Self::All(set) => Some(set),
            Self::Removed(difference) => Some(&difference.removed),
            Self::Added(difference) => Some(&difference.added),
        }
    }
}

/// To whom a transfer goes: what its messages repeat of the query, and who signs.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) id: u16,
    pub(super) flags: [u8; 2],
    pub(super) question: Vec<u8>,
    pub(super) speaks_edns: bool,
    pub(super) signer: Option<Signer>,
}

impl Transfer {
    /// The whole zone (RFC 5936 section 2.2).
    pub(super) fn whole(head: Head, zone: &Zone) -> Self {
        let soa = || Piece::Soa(zone.serial());
        Self::new(head, [soa(), Piece::NameServer, Piece::All(zone.set().clone()), soa()].into())
    }

    /// The differences, the oldest first (RFC 1995 section 4).
    pub(super) fn differences(head: Head, zone: &Zone, differences: Vec<Arc<Difference>>) -> Self {
        let mut pieces = VecDeque::from([Piece::Soa(zone.serial())]);
        for difference in differences {
            pieces.push_back(Piece::Soa(difference.from));
            pieces.push_back(Piece::Removed(difference.clone()));
            pieces.push_back(Piece::Soa(difference.to));
            pieces.push_back(Piece::Added(difference));
        }
        pieces.push_back(Piece::Soa(zone.serial()));
        Self::new(head, pieces)
    }

    fn new(head: Head, pieces: VecDeque<Piece>) -> Self {
        let Head { id, flags, question, speaks_edns, signer } = head;
        Self { id, flags, question, speaks_edns, signer, pieces, place: 0, is_first: true }
    }

    /// The next message, signed at this second of Unix time; `None` after the last.
    pub fn next(&mut self, now: u64) -> Option<Vec<u8>> {
        self.pieces.front()?;
        let mut draft = Draft::answer(self.id, self.flags, &self.question, Code::Done);
        let most = MOST - SPARE - self.signer.as_ref().map_or(0, Signer::room);
        while draft.bytes.len() < most {
            let Some(piece) = self.pieces.front() else { break };
            match piece {
                Piece::Soa(serial) => draft.soa(*serial),
                Piece::NameServer => draft.name_server(),
                names => {
                    if fill(&mut draft, names.names()?, &mut self.place, most) {
                        break;
                    }
                }
            }
            self.pieces.pop_front();
            self.place = 0;
        }
        // RFC 5936 section 2.2.5: the first message has it.
        if self.speaks_edns && self.is_first {
            draft.edns(Code::Done);
        }
        self.is_first = false;
        let mut bytes = draft.finish();
        if let Some(signer) = &mut self.signer {
            signer.sign(&mut bytes, Said::at(now));
        }
        Some(bytes)
    }
}

/// Writes names from a place on until they are all there, or the message is full (`true`).
fn fill(draft: &mut Draft, names: &Set, place: &mut usize, most: usize) -> bool {
    while let Some(name) = names.get(*place) {
        if draft.bytes.len() + Draft::policy_room(name) > most {
            return true;
        }
        draft.policy(name);
        *place += 1;
    }
    false
}
