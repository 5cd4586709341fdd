//! Seats: people and machines with duties inside a party.

use alloc::vec::Vec;

use crate::id::{PartyId, SeatId};
use crate::party::Role;
use crate::text::Bilingual;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its identifier in this office.
    pub id: SeatId,
    /// The party it acts for.
    pub party: PartyId,
    /// What that party is.
    pub party_role: Role,
    /// What it is called on pages and in letters: a desk, never a person's name.
    pub title: Bilingual,
    /// What it may be asked to do.
    pub duties: Vec<Duty>,
    /// Whether a program sits there.
    pub machine: bool,
}

impl Seat {
    /// Whether the seat may approve, in its own right or in the approver's place (代決).
    pub fn can_approve(&self) -> bool {
        self.has(Duty::Approver) || self.has(Duty::Deputy)
    }

    /// Whether the seat signs anything: what it approves, drafts or answers (S4.13).
    pub fn signs(&self) -> bool {
        self.can_approve() || self.has(Duty::Drafter) || self.has(Duty::Answerer) || self.has(Duty::Legal)
    }

    /// Whether the seat has a duty.
    pub fn has(&self, duty: Duty) -> bool {
        self.duties.contains(&duty)
    }
}

/// What a seat may be asked to do (S4.13: draft → approve → issue).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// Reads feeds in, plans, drafts.
    Drafter,
    /// 所属長: approves what leaves.
    Approver,
    /// 代決: approves where the approver is away; every ruling on it says so.
    Deputy,
    /// Sends what is approved, repeats nothing (a machine or a person).
    Sender,
    /// Reads and counts observations.
    Analyst,
    /// Answers requests for its own party.
    Answerer,
    /// Legal desk: reads requests, reviews offers, and asks the gate what would be; it sends nothing.
    Legal,
    /// Reads all of its organisation and the ledger, and changes nothing.
    Auditor,
    /// Keeps parties, keys, settings, retention.
    Keeper,
    /// Manages the seats of its own organisation and sees no case.
    Administrator,
}

impl Duty {
    /// Every duty.
    pub const ALL: [Self; 10] = [
        Self::Drafter,
        Self::Approver,
        Self::Deputy,
        Self::Sender,
        Self::Analyst,
        Self::Answerer,
        Self::Legal,
        Self::Auditor,
        Self::Keeper,
        Self::Administrator,
    ];

    /// The stable word in files, policies and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drafter => "drafter",
            Self::Approver => "approver",
            Self::Deputy => "deputy",
            Self::Sender => "sender",
            Self::Analyst => "analyst",
            Self::Answerer => "answerer",
            Self::Legal => "legal",
            Self::Auditor => "auditor",
            Self::Keeper => "keeper",
            Self::Administrator => "administrator",
        }
    }

    /// The duty a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.word() == word)
    }
}
