//! Checkpoints: how long the ledger was and what its head was, signed, to be left outside.
//!
//! The text is a C2SP signed note (<https://c2sp.org/signed-note>) whose first three lines are those
//! of a C2SP tlog-checkpoint: origin, size in decimal, base 64 of 32 bytes. The 32 bytes are the head
//! of the hash chain, not the root of a Merkle tree. Then come an empty line and one line for each
//! signature: `— `, the key name, a space, and base 64 of the four-byte key hash and the signature.
//!
//! ```text
//! office.example/renkei
//! 42
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — office.example/ledger/1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::key::{KeyName, PublicKey, Signer};
use crate::base64;
use crate::id::Digest;

/// The name of a ledger: the first line of its checkpoints (`office.example/renkei`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// Why a text is not a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// An origin is 1 to 200 bytes without space, control character and `+`.
    #[error("`{0}` is not an origin: use 1 to 200 bytes without spaces, for example office.example/renkei")]
    Origin(String),
    /// No empty line between text and signatures, or not three lines of text.
    #[error("the text is not a signed checkpoint: expected three lines, an empty line and a signature")]
    Form,
    /// The second line is not a number, or has needless zeroes.
    #[error("`{0}` is not the size of a ledger")]
    Size(String),
    /// The third line is not base 64 of 32 bytes.
    #[error("`{0}` is not the base 64 of a hash")]
    Hash(String),
    /// A signature line is malformed.
    #[error("`{0}` is not a signature line")]
    Signature(String),
}

impl Origin {
    /// The text of the origin.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = NoteError;
    fn from_str(text: &str) -> Result<Self, NoteError> {
        match text.parse::<KeyName>() {
            Ok(_) => Ok(Self(text.to_string())),
            Err(_) => Err(NoteError::Origin(text.to_string())),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long a ledger was, and its head then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose ledger.
    pub origin: Origin,
    /// Number of entries.
    pub size: u64,
    /// The chain's hash after that many entries.
    pub head: Digest,
}

/// A checkpoint with the signatures that stood under it, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signatures: Vec<(KeyName, [u8; 4], Vec<u8>)>,
}

impl Checkpoint {
    /// The three lines that are signed.
    pub fn text(&self) -> String {
        alloc::format!("{}\n{}\n{}\n", self.origin, self.size, base64::encode(&self.head.0))
    }

    /// The signed note, one signature under it.
    pub fn sign(self, signer: &Signer) -> SignedCheckpoint {
        let signature = signer.sign(self.text().as_bytes()).to_vec();
        let public = signer.public();
        SignedCheckpoint {
            checkpoint: self,
            signatures: Vec::from([(public.name().clone(), public.hash(), signature)]),
        }
    }
}

impl SignedCheckpoint {
    /// What the note says, whoever signed it.
    pub const fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The names under the note.
    pub fn signers(&self) -> impl Iterator<Item = &KeyName> {
        self.signatures.iter().map(|(name, _, _)| name)
    }

    /// What the note says, if one of the keys signed it. As C2SP asks, signatures of unknown keys are
    /// passed over, and a wrong signature of a known key spoils the note.
    pub fn verified_by<'k>(&self, keys: impl IntoIterator<Item = &'k PublicKey> + Clone) -> Option<&Checkpoint> {
        let text = self.checkpoint.text();
        let mut good = false;
        for (name, hash, signature) in &self.signatures {
            for key in keys.clone().into_iter().filter(|key| key.name() == name && key.hash() == *hash) {
                let signature = signature.as_slice().try_into().ok()?;
                if !key.verifies(text.as_bytes(), signature) {
                    return None;
                }
                good = true;
            }
        }
        good.then_some(&self.checkpoint)
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.checkpoint.text())?;
        self.signatures
            .iter()
            .try_for_each(|(name, hash, signature)| f.write_str(&signature_line(name, *hash, signature)))
    }
}

impl FromStr for SignedCheckpoint {
    type Err = NoteError;
    fn from_str(note: &str) -> Result<Self, NoteError> {
        let (text, below) = note.split_once("\n\n").ok_or(NoteError::Form)?;
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(head), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(NoteError::Form);
        };
        let checkpoint = Checkpoint { origin: origin.parse()?, size: parse_size(size)?, head: parse_hash(head)? };
        let signatures = below.lines().map(parse_signature).collect::<Result<Vec<_>, _>>()?;
        if signatures.is_empty() || alloc::format!("{}\n", checkpoint.text()) != alloc::format!("{text}\n\n") {
            return Err(NoteError::Form);
        }
        Ok(Self { checkpoint, signatures })
    }
}

fn parse_size(text: &str) -> Result<u64, NoteError> {
    let size: u64 = text.parse().map_err(|_| NoteError::Size(text.to_string()))?;
    if size.to_string() == text { Ok(size) } else { Err(NoteError::Size(text.to_string())) }
}

fn parse_hash(text: &str) -> Result<Digest, NoteError> {
    let bytes = base64::decode(text).and_then(|bytes| bytes.try_into().ok());
    bytes.map(Digest).ok_or_else(|| NoteError::Hash(text.to_string()))
}

/// A signature as it stands under a note, with its line feed.
pub(crate) fn signature_line(name: &KeyName, hash: [u8; 4], signature: &[u8]) -> String {
    let mut bytes = Vec::from(hash);
    bytes.extend_from_slice(signature);
    alloc::format!("— {name} {}\n", base64::encode(&bytes))
}

/// Reads such a line, without its line feed.
pub(crate) fn parse_signature(line: &str) -> Result<(KeyName, [u8; 4], Vec<u8>), NoteError> {
    let error = || NoteError::Signature(line.to_string());
    let (name, text) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or_else(error)?;
    let bytes = base64::decode(text).ok_or_else(error)?;
    let (hash, signature) = bytes.split_first_chunk::<4>().ok_or_else(error)?;
    Ok((name.parse().map_err(|_| error())?, *hash, signature.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP signed-note: a note of another program, over text of its own.
    #[test]
    fn the_signature_line_of_another_program_is_read() {
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let key: PublicKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let (name, hash, signature) = parse_signature(line).unwrap();
        assert_eq!((name.as_str(), hash), ("PeterNeumann", key.hash()));
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        assert!(key.verifies(text.as_bytes(), signature.as_slice().try_into().unwrap()));
    }

    #[test]
    fn a_checkpoint_comes_back_from_its_text_and_only_its_signer_vouches() {
        let signer = Signer::from_seed("office.example/ledger/1".parse().unwrap(), &[1; 32]);
        let other = Signer::from_seed("office.example/ledger/1".parse().unwrap(), &[2; 32]);
        let checkpoint =
            Checkpoint { origin: "office.example/renkei".parse().unwrap(), size: 42, head: Digest::of(b"head") };
        let note = checkpoint.clone().sign(&signer);
        let read: SignedCheckpoint = note.to_string().parse().unwrap();
        assert_eq!(read, note);
        assert_eq!(read.verified_by(&[signer.public()]), Some(&checkpoint));
        assert_eq!(read.verified_by(&[other.public()]), None);
        let forged: SignedCheckpoint = note.to_string().replace("\n42\n", "\n41\n").parse().unwrap();
        assert_eq!(forged.verified_by(&[signer.public()]), None);
    }

    #[test]
    fn a_text_that_is_no_checkpoint_says_so() {
        for bad in ["", "a\n1\n", "a\n01\nAA==\n\n", "a\n1\nAA==\n\n— k AAAA\n", "a b\n1\nAA==\n\nx"] {
            assert!(bad.parse::<SignedCheckpoint>().is_err(), "{bad}");
        }
    }
}
