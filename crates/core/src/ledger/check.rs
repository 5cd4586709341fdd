//! The check: any change, gap, reorder or removal, and a cut tail against the newest outside checkpoint.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::confirm::{Confirmations, Unconfirmed};
use super::entry::{Approval, Entry, EntryKind};
use super::key::{KeyName, PublicKey};
use super::note::{Origin, SignedCheckpoint};
use super::{chain, genesis};
use crate::id::Digest;
use crate::text::Bilingual;

/// The public keys that the one who checks trusts, got from outside the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keyring(Vec<PublicKey>);

impl Keyring {
    /// A ring of keys.
    pub const fn new(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }

    /// Reads a key file: one verifier key a line; empty lines and lines beginning with `#` are passed over.
    ///
    /// # Errors
    /// The number of the first line (from 1) that is not a key, and why.
    pub fn parse(text: &str) -> Result<Self, (usize, super::KeyTextError)> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        lines.map(|(number, line)| line.parse().map_err(|error| (number, error))).collect::<Result<_, _>>().map(Self)
    }

    /// The keys.
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The entry's bytes do not give its hash: a byte of it, its hash, or the entry before was changed.
    Changed {
        /// Which entry.
        seq: u64,
    },
    /// The entry's bytes cannot be read as an entry.
    Unreadable {
        /// Which entry, as the container numbered it.
        seq: u64,
    },
    /// The container's number is not the one inside the entry.
    Renumbered {
        /// What the container says.
        outside: u64,
        /// What the entry says.
        inside: u64,
    },
    /// Entries are missing.
    Gap {
        /// First missing entry.
        from: u64,
        /// Last missing entry.
        to: u64,
    },
    /// An entry stands after one that came later, or stands twice.
    Order {
        /// What should have come.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// The ledger is shorter than a checkpoint says: its tail was cut off.
    TailCut {
        /// Entries the checkpoint saw.
        size: u64,
        /// Entries there are.
        entries: u64,
    },
    /// The chain's hash at a checkpoint is another than the one signed.
    OtherHistory {
        /// Size the checkpoint was taken at.
        size: u64,
    },
    /// A checkpoint names another ledger.
    OtherOrigin {
        /// What it names.
        origin: String,
    },
    /// A checkpoint carries no good signature of a trusted key.
    CheckpointUnsigned {
        /// Size the checkpoint claims.
        size: u64,
    },
    /// A text that was given as a checkpoint is none.
    CheckpointUnreadable,
    /// An approval's signature does not belong to what it approves.
    ApprovalWrong {
        /// Which entry.
        seq: u64,
    },
    /// An approval is signed with a key that is neither trusted nor in the ledger before it.
    ApprovalKeyUnknown {
        /// Which entry.
        seq: u64,
        /// The key it names.
        key: String,
    },
    /// An approval is signed with a key after that key was rotated out or revoked.
    ApprovalKeyRetired {
        /// Which entry.
        seq: u64,
        /// The key it names.
        key: String,
    },
    /// A passkey's confirmation is not for the approvals that rest on it, or an approval has none.
    ConfirmationWrong {
        /// Which entry.
        seq: u64,
    },
    /// A confirmation is by a passkey that the ledger did not introduce for that seat and site, or that had ended.
    PasskeyUnknown {
        /// Which entry.
        seq: u64,
        /// SHA-256 of the credential id.
        passkey: Digest,
    },
    /// A line of an export that is none, or a file that does not end with its `end` line.
    Line {
        /// Line number from 1.
        number: u64,
    },
}

impl From<Unconfirmed> for Fault {
    fn from(unconfirmed: Unconfirmed) -> Self {
        match unconfirmed {
            Unconfirmed::Wrong { seq } => Self::ConfirmationWrong { seq },
            Unconfirmed::Passkey { seq, passkey } => Self::PasskeyUnknown { seq, passkey },
        }
    }
}

impl Fault {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "L001",
            Self::Unreadable { .. } => "L002",
            Self::Renumbered { .. } => "L003",
            Self::Gap { .. } => "L004",
            Self::Order { .. } => "L005",
            Self::TailCut { .. } => "L006",
            Self::OtherHistory { .. } => "L007",
            Self::OtherOrigin { .. } => "L008",
            Self::CheckpointUnsigned { .. } => "L009",
            Self::CheckpointUnreadable => "L010",
            Self::ApprovalWrong { .. } => "L011",
            Self::ApprovalKeyUnknown { .. } => "L012",
            Self::ApprovalKeyRetired { .. } => "L013",
            Self::Line { .. } => "L014",
            Self::ConfirmationWrong { .. } => "L015",
            Self::PasskeyUnknown { .. } => "L016",
        }
    }

    /// What is wrong, for a person.
    pub fn text(&self) -> Bilingual {
        let (en, ja) = match self {
            Self::Changed { seq } => (
                alloc::format!("entry {seq} was changed, or the entry before it"),
                alloc::format!("記録{seq}（またはその直前）が書き換えられています"),
            ),
            Self::Unreadable { seq } => {
                (alloc::format!("entry {seq} cannot be read"), alloc::format!("記録{seq}を読み取れません"))
            }
            Self::Renumbered { outside, inside } => (
                alloc::format!("entry {inside} stands under the number {outside}"),
                alloc::format!("記録{inside}が番号{outside}の位置にあります"),
            ),
            Self::Gap { from, to } => (
                alloc::format!("entries {from} to {to} are missing"),
                alloc::format!("記録{from}から{to}が欠けています"),
            ),
            Self::Order { expected, found } => (
                alloc::format!("entry {found} stands where {expected} should"),
                alloc::format!("記録{expected}の位置に記録{found}があります"),
            ),
            Self::TailCut { size, entries } => (
                alloc::format!("the tail was cut: a checkpoint saw {size} entries, there are {entries}"),
                alloc::format!("末尾が切られています（検証点では{size}件、現在{entries}件）"),
            ),
            Self::OtherHistory { size } => (
                alloc::format!("the first {size} entries are not those that the checkpoint signed"),
                alloc::format!("先頭{size}件が署名済み検証点と一致しません"),
            ),
            Self::OtherOrigin { origin } => (
                alloc::format!("a checkpoint belongs to the ledger `{origin}`"),
                alloc::format!("別の台帳「{origin}」の検証点です"),
            ),
            Self::CheckpointUnsigned { size } => (
                alloc::format!("the checkpoint at {size} has no good signature of a trusted key"),
                alloc::format!("{size}件時点の検証点に、信頼する鍵の正しい署名がありません"),
            ),
            Self::CheckpointUnreadable => {
                ("a checkpoint cannot be read".to_string(), "検証点を読み取れません".to_string())
            }
            Self::ApprovalWrong { seq } => (
                alloc::format!("the approval in entry {seq} is not signed for what it approves"),
                alloc::format!("記録{seq}の承認の署名が承認対象と一致しません"),
            ),
            Self::ApprovalKeyUnknown { seq, key } => (
                alloc::format!("the approval in entry {seq} is signed with the unknown key `{key}`"),
                alloc::format!("記録{seq}の承認は未知の鍵「{key}」で署名されています"),
            ),
            Self::ApprovalKeyRetired { seq, key } => (
                alloc::format!("the approval in entry {seq} is signed with the key `{key}` after its end"),
                alloc::format!("記録{seq}の承認は失効後の鍵「{key}」で署名されています"),
            ),
            Self::ConfirmationWrong { seq } => (
                alloc::format!("the passkey's confirmation of entry {seq} is not for what was approved"),
                alloc::format!("記録{seq}のパスキーによる確認が、承認された内容と一致しません"),
            ),
            Self::PasskeyUnknown { seq, passkey } => (
                alloc::format!("the confirmation in entry {seq} is by a passkey that was not the seat's: {passkey}"),
                alloc::format!("記録{seq}の確認は、その席のものではないパスキー（{passkey}）によります"),
            ),
            Self::Line { number } => (
                alloc::format!("line {number} of the export is missing or no line of an export"),
                alloc::format!("書き出しファイルの{number}行目が不正または欠落しています"),
            ),
        };
        Bilingual { ja, en }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.text().en)
    }
}

/// What can be said of the ledger's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// No good checkpoint from outside was given: whether entries were cut off cannot be known.
    Unknown,
    /// Nothing up to the newest outside checkpoint was cut; later entries rest on the database alone.
    Held {
        /// Size of the newest outside checkpoint.
        size: u64,
        /// Entries after it.
        later: u64,
    },
    /// It was cut: see the fault.
    Cut,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries read.
    pub entries: u64,
    /// Hash that the last entry carries (the genesis hash of an empty ledger).
    pub head: Digest,
    /// Everything that is wrong; empty: intact as far as can be known.
    pub faults: Vec<Fault>,
    /// What can be said of the end.
    pub tail: Tail,
    /// Good checkpoints from outside.
    pub outside_checkpoints: u64,
    /// Good checkpoints that the ledger keeps itself.
    pub inside_checkpoints: u64,
    /// Approvals whose signature is good.
    pub approvals: u64,
    /// Of these, signed with a key known only from the ledger itself, not from the trusted keys.
    pub approvals_by_ledger_keys: u64,
    /// Approvals that a passkey confirmed over their very bytes, and whose confirmation holds.
    pub confirmed_by_passkey: u64,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub const fn is_intact(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks entries one after another, so that a ledger of any length needs little memory.
#[derive(Debug)]
pub struct Checker<'k> {
    origin: Origin,
    trusted: &'k Keyring,
    outside: Vec<SignedCheckpoint>,
    inside: Vec<SignedCheckpoint>,
    /// Hash after so many entries, kept for every size: 40 bytes an entry would be too much, so only
    /// those that a checkpoint names.
    heads: BTreeMap<u64, Option<Digest>>,
    expected: u64,
    entries: u64,
    previous: Option<Digest>,
    head: Digest,
    introduced: BTreeMap<KeyName, (PublicKey, bool)>,
    faults: Vec<Fault>,
    approvals: u64,
    approvals_by_ledger_keys: u64,
    confirmations: Confirmations,
}

impl<'k> Checker<'k> {
    /// Begins a check. `outside`: checkpoints kept outside the database (a checkpoint file, a mail
    /// footer); `inside`: those the ledger keeps itself, which prove less.
    pub fn new(
        origin: Origin,
        trusted: &'k Keyring,
        outside: Vec<SignedCheckpoint>,
        inside: Vec<SignedCheckpoint>,
    ) -> Self {
        let start = genesis(&origin);
        let sizes = outside.iter().chain(&inside).map(|note| (note.unverified().size, None));
        let mut heads: BTreeMap<u64, Option<Digest>> = sizes.collect();
        heads.entry(0).and_modify(|head| *head = Some(start));
        Self {
            origin,
            trusted,
            outside,
            inside,
            heads,
            expected: 1,
            entries: 0,
            previous: Some(start),
            head: start,
            introduced: BTreeMap::new(),
            faults: Vec::new(),
            approvals: 0,
            approvals_by_ledger_keys: 0,
            confirmations: Confirmations::default(),
        }
    }

    /// Notes a fault that the container of the entries has (a line that is none).
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Checks the next entry: its number and hash as the container keeps them, and its canonical bytes.
    pub fn entry(&mut self, seq: u64, hash: Digest, canonical: &[u8]) {
        self.place(seq);
        if self.previous.is_some_and(|previous| chain(previous, canonical) != hash) {
            self.faults.push(Fault::Changed { seq });
        }
        match Entry::from_canonical(canonical) {
            Ok(entry) => {
                if entry.seq != seq {
                    self.faults.push(Fault::Renumbered { outside: seq, inside: entry.seq });
                }
                self.keys(&entry);
                self.faults.extend(self.confirmations.entry(seq, &entry).map(Fault::from));
                if let Some(approval) = &entry.approval {
                    self.approval(seq, &entry, approval);
                }
            }
            Err(_) => self.faults.push(Fault::Unreadable { seq }),
        }
        // The check goes on from the hash that stands there, so that one change is one fault.
        self.previous = Some(hash);
        self.head = hash;
        self.entries += 1;
        if let Some(head) = self.heads.get_mut(&seq) {
            *head = Some(hash);
        }
    }

    /// Ends the check: compares with the checkpoints.
    pub fn finish(mut self) -> Verdict {
        self.faults.extend(self.confirmations.finish().map(Fault::from));
        let last = self.expected - 1;
        let outside = core::mem::take(&mut self.outside);
        let inside = core::mem::take(&mut self.inside);
        let newest = outside.iter().filter_map(|note| self.checkpoint(note, last)).collect::<Vec<_>>();
        let inside_checkpoints = inside.iter().filter_map(|note| self.checkpoint(note, last)).count();
        let cut = self.faults.iter().any(|fault| matches!(fault, Fault::TailCut { .. }));
        let tail = match newest.iter().max() {
            _ if cut => Tail::Cut,
            Some(&size) => Tail::Held { size, later: last.saturating_sub(size) },
            None => Tail::Unknown,
        };
        Verdict {
            entries: self.entries,
            head: self.head,
            faults: self.faults,
            tail,
            outside_checkpoints: newest.len() as u64,
            inside_checkpoints: inside_checkpoints as u64,
            approvals: self.approvals,
            approvals_by_ledger_keys: self.approvals_by_ledger_keys,
            confirmed_by_passkey: self.confirmations.good,
        }
    }

    fn place(&mut self, seq: u64) {
        if seq > self.expected {
            self.faults.push(Fault::Gap { from: self.expected, to: seq - 1 });
            self.previous = None;
        } else if seq < self.expected {
            self.faults.push(Fault::Order { expected: self.expected, found: seq });
            self.previous = None;
        }
        self.expected = self.expected.max(seq.saturating_add(1));
    }

    /// The size of a good checkpoint; what is wrong with any other becomes a fault.
    fn checkpoint(&mut self, note: &SignedCheckpoint, last: u64) -> Option<u64> {
        let claimed = note.unverified();
        let fault = if note.verified_by(self.trusted.keys()).is_none() {
            Fault::CheckpointUnsigned { size: claimed.size }
        } else if claimed.origin != self.origin {
            Fault::OtherOrigin { origin: claimed.origin.to_string() }
        } else if claimed.size > last {
            Fault::TailCut { size: claimed.size, entries: last }
        } else if self.heads.get(&claimed.size).copied().flatten() != Some(claimed.head) {
            Fault::OtherHistory { size: claimed.size }
        } else {
            return Some(claimed.size);
        };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        None
    }

    /// Follows the keys that the ledger itself introduces and ends: detail `key` and `state`.
    fn keys(&mut self, entry: &Entry) {
        if entry.kind != EntryKind::Key {
            return;
        }
        let active = entry.detail.get("state") == Some("active");
        if let Some(Ok(key)) = entry.detail.get("public").map(str::parse::<PublicKey>) {
            self.introduced.entry(key.name().clone()).or_insert((key, active));
        }
        let name = entry.detail.get("key").and_then(|name| name.parse::<KeyName>().ok());
        if let Some((_, still)) = name.and_then(|name| self.introduced.get_mut(&name)) {
            *still = active;
        }
    }

    fn approval(&mut self, seq: u64, entry: &Entry, approval: &Approval) {
        let name = &approval.key;
        let trusted = self.trusted.keys().iter().find(|key| key.name() == name);
        let introduced = self.introduced.get(name);
        let fault = match trusted.or(introduced.map(|(key, _)| key)) {
            None => Fault::ApprovalKeyUnknown { seq, key: name.to_string() },
            Some(_) if introduced.is_some_and(|(_, active)| !active) => {
                Fault::ApprovalKeyRetired { seq, key: name.to_string() }
            }
            Some(key) if approval.is_by(key) && entry.objects.iter().any(|object| object.id == approval.subject) => {
                self.approvals += 1;
                self.approvals_by_ledger_keys += u64::from(trusted.is_none());
                return;
            }
            Some(_) => Fault::ApprovalWrong { seq },
        };
        self.faults.push(fault);
    }
}
