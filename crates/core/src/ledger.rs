//! The ledger (台帳): entries, their bytes, the chain over them, signed checkpoints, and the check.
//!
//! Pure: `store` keeps the entries, `verify` and `renkei audit verify` call the same
//! [`export::check_export`]. The formats are described where they are written (`entry`, `note`,
//! `export`) and, for a person with a calculator, in `docs/ledger.md` (S4.13: verifiable later).

pub mod entry;
pub mod key;
pub mod keylist;
pub mod note;
pub mod confirm;
pub mod check;
pub mod export;

pub use check::{Checker, Fault, Keyring, Tail, Verdict};
pub use confirm::Confirmation;
pub use entry::{Approval, Detail, Entry, EntryBytesError, EntryKind, ObjectNote, RulingNote};
pub use key::{KeyName, KeyTextError, PublicKey, Signer};
pub use note::{Checkpoint, NoteError, Origin, SignedCheckpoint};

use crate::id::Digest;

/// The hash of a chain that has no entry yet: SHA-256 of `renkei-ledger/v1`, a newline, the origin
/// and a newline. A chain is thus bound to its office.
pub fn genesis(origin: &Origin) -> Digest {
    Digest::of(alloc::format!("renkei-ledger/v1\n{origin}\n").as_bytes())
}

/// The hash after one more entry: SHA-256 of the 32 bytes before it and the entry's canonical bytes.
pub fn chain(previous: Digest, canonical: &[u8]) -> Digest {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    hash.update(previous.0);
    hash.update(canonical);
    Digest(hash.finalize().into())
}

#[cfg(test)]
mod tests;
