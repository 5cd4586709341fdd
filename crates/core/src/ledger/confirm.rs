//! Confirmations: a passkey's signature over everything that was approved in one go (S4.13, G7).
//!
//! The entry `confirmed` stands right before the approvals that it is for, and holds all that is needed to
//! check it with the ledger alone:
//!
//! ```text
//! passkey             SHA-256 of the credential id; the passkey was introduced by an entry of the kind `key`
//! origin              the pages it was used at (`https://office.example`)
//! approvals           how many approvals follow
//! authenticator-data  base 64 of what WebAuthn calls so
//! client-data         base 64 of the client data JSON
//! signature           base 64
//! ```
//!
//! The challenge that was answered is the SHA-256 of the statements ([`Approval::statement`]) of those
//! approvals, one after another. Each of them names the entry in its detail `confirmation`.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

use super::entry::{Approval, Detail, Entry, EntryKind};
use crate::base64;
use crate::id::{Digest, SeatId};
use crate::passkey::{Assertion, PasskeyKey, RelyingParty};

/// The word of the entry.
pub const CONFIRMED: &str = "confirmed";
/// The word in an approval's detail `confirmed`, where a passkey confirmed it.
pub const BY_PASSKEY: &str = "passkey";

/// A passkey's word for approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// SHA-256 of the credential id.
    pub passkey: Digest,
    /// Where it was used.
    pub site: RelyingParty,
    /// How many approvals it is for.
    pub approvals: u64,
    /// What the authenticator said.
    pub assertion: Assertion,
}

/// The challenge for approving these bytes: subject and digest of each approval, in their order.
pub fn challenge<'a>(approvals: impl IntoIterator<Item = (&'a str, Digest)>) -> Digest {
    let mut statements = Statements::default();
    approvals.into_iter().for_each(|(subject, digest)| statements.add(subject, digest));
    statements.digest()
}

impl Confirmation {
    /// The detail of its entry.
    pub fn detail(&self) -> Detail {
        let Self { passkey, site, approvals, assertion } = self;
        let Assertion { authenticator_data, client_data, signature } = assertion;
        Detail::new()
            .put("passkey", passkey)
            .put("origin", site)
            .put("approvals", approvals)
            .put("authenticator-data", base64::encode(authenticator_data))
            .put("client-data", base64::encode(client_data))
            .put("signature", base64::encode(signature))
    }

    /// Reads the detail of its entry.
    pub fn read(detail: &Detail) -> Option<Self> {
        let bytes = |key| detail.get(key).and_then(base64::decode);
        Some(Self {
            passkey: detail.get("passkey")?.parse().ok()?,
            site: detail.get("origin")?.parse().ok()?,
            approvals: detail.get("approvals")?.parse().ok()?,
            assertion: Assertion {
                authenticator_data: bytes("authenticator-data")?,
                client_data: bytes("client-data")?,
                signature: bytes("signature")?,
            },
        })
    }
}

/// The detail of the entry by which the ledger introduces a passkey.
pub fn introduction(passkey: Digest, site: &RelyingParty, key: &PasskeyKey) -> Detail {
    Detail::new()
        .put("passkey", passkey)
        .put("site", site.id())
        .put("algorithm", key.algorithm().word())
        .put("cose", base64::encode(key.cose()))
        .put("state", "active")
}

/// The detail of the entry by which a passkey ends.
pub fn ending(passkey: Digest) -> Detail {
    Detail::new().put("passkey", passkey).put("state", "ended")
}

/// The digest of statements, taken one after another.
#[derive(Debug, Clone, Default)]
struct Statements(sha2::Sha256);

impl Statements {
    fn add(&mut self, subject: &str, digest: Digest) {
        use sha2::Digest as _;
        self.0.update(Approval::statement(subject, digest));
    }

    fn digest(&self) -> Digest {
        use sha2::Digest as _;
        Digest(self.0.clone().finalize().into())
    }
}

/// Why a confirmation does not hold.
#[derive(Debug)]
pub(super) enum Unconfirmed {
    /// It is not for the approvals that rest on it, or an approval has none.
    Wrong {
        /// Which entry.
        seq: u64,
    },
    /// The passkey was not introduced for that seat and site, or had ended.
    Passkey {
        /// Which entry.
        seq: u64,
        /// SHA-256 of the credential id.
        passkey: Digest,
    },
}

/// Follows confirmations through a ledger: which passkeys there are, and which approvals are still to come.
#[derive(Debug, Default)]
pub(super) struct Confirmations {
    passkeys: BTreeMap<Digest, Introduced>,
    open: Option<Open>,
    /// Approvals that a passkey confirmed and whose confirmation holds.
    pub(super) good: u64,
}

#[derive(Debug)]
struct Introduced {
    key: PasskeyKey,
    site: String,
    seat: Option<SeatId>,
    active: bool,
}

/// A confirmation whose approvals have not all come.
#[derive(Debug)]
struct Open {
    seq: u64,
    seat: Option<SeatId>,
    confirmation: Confirmation,
    left: u64,
    statements: Statements,
}

impl Confirmations {
    /// Takes the next entry.
    pub(super) fn entry(&mut self, seq: u64, entry: &Entry) -> Option<Unconfirmed> {
        match (entry.kind, &entry.approval) {
            (EntryKind::Key, _) => self.key(entry),
            (EntryKind::Note, _) if entry.act == CONFIRMED => return self.begin(seq, entry),
            (_, Some(approval)) => return self.approval(seq, entry, approval),
            _ => {}
        }
        None
    }

    /// What is open at the end was never used for what it says.
    pub(super) fn finish(&mut self) -> Option<Unconfirmed> {
        self.open.take().map(|open| Unconfirmed::Wrong { seq: open.seq })
    }

    fn key(&mut self, entry: &Entry) {
        let detail = &entry.detail;
        let Some(Ok(passkey)) = detail.get("passkey").map(str::parse::<Digest>) else { return };
        let active = detail.get("state") == Some("active");
        if let Some(known) = self.passkeys.get_mut(&passkey) {
            // A passkey that ended does not come back.
            known.active &= active;
            return;
        }
        let key = detail.get("cose").and_then(base64::decode).and_then(|cose| PasskeyKey::from_cose(&cose).ok());
        if let (Some(key), Some(site)) = (key, detail.get("site")) {
            let introduced = Introduced { key, site: site.to_string(), seat: entry.seat.clone(), active };
            self.passkeys.insert(passkey, introduced);
        }
    }

    fn begin(&mut self, seq: u64, entry: &Entry) -> Option<Unconfirmed> {
        let never_used = self.finish();
        let Some(confirmation) = Confirmation::read(&entry.detail).filter(|read| read.approvals > 0) else {
            return Some(Unconfirmed::Wrong { seq });
        };
        let left = confirmation.approvals;
        let seat = entry.seat.clone();
        self.open = Some(Open { seq, seat, confirmation, left, statements: Statements::default() });
        never_used
    }

    fn approval(&mut self, seq: u64, entry: &Entry, approval: &Approval) -> Option<Unconfirmed> {
        let named = entry.detail.get("confirmation");
        if named.is_none() && entry.detail.get("confirmed") != Some(BY_PASSKEY) {
            return None;
        }
        let wrong = Some(Unconfirmed::Wrong { seq });
        let Some(open) = self.open.as_mut() else { return wrong };
        if named != Some(open.seq.to_string().as_str()) || entry.seat != open.seat {
            return wrong;
        }
        open.statements.add(&approval.subject, approval.digest);
        open.left -= 1;
        if open.left > 0 {
            return None;
        }
        let open = self.open.take()?;
        self.holds(&open).err().or_else(|| {
            self.good += open.confirmation.approvals;
            None
        })
    }

    fn holds(&self, open: &Open) -> Result<(), Unconfirmed> {
        let Confirmation { passkey, site, assertion, .. } = &open.confirmation;
        let known = self
            .passkeys
            .get(passkey)
            .filter(|known| known.active && known.seat.is_some() && known.seat == open.seat && known.site == site.id());
        let known = known.ok_or(Unconfirmed::Passkey { seq: open.seq, passkey: *passkey })?;
        let held = assertion.holds(&known.key, site, &open.statements.digest().0);
        held.map(drop).map_err(|_| Unconfirmed::Wrong { seq: open.seq })
    }
}

#[cfg(test)]
mod tests;
