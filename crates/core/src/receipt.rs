//! Receipts: what an office signs about a message of the line that left it, or that it took (S4.13, S4.14).
//!
//! The words are those of ETSI EN 319 522-1 (registered electronic mail and delivery), as far as a line between two
//! offices has such an event. Where a message is carried out, taking it over from the other office and delivering it
//! to the desk are one transaction; the receipt then says `DELIVERY`.
//!
//! ```text
//! renkei receipt v1
//! evidence DELIVERY
//! at 2026-10-01T03:04:05Z
//! from aoba-police
//! to mail-provider
//! transaction 8d8ac610-566d-4ef0-9c22-186b2a5ed793
//! message <SHA-256 of its bytes, 64 digits>
//! bytes 12345
//! code -
//!
//! — office.example/ledger-1 <base 64 of the signature over all bytes before the empty line>
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use crate::base64;
use crate::id::{Digest, PartyId};
use crate::ledger::{PublicKey, Signer};

/// The first line.
pub const HEAD: &str = "renkei receipt v1\n";

/// What happened to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The office of who sends has put it on its way, and keeps it until it is taken.
    SubmissionAcceptance,
    /// The other office did not take it; the code says why.
    RelayRejection,
    /// The other office carried it out: its desk has it.
    Delivery,
}

impl Evidence {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::SubmissionAcceptance, Self::RelayRejection, Self::Delivery];

    /// The standard's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SubmissionAcceptance => "SUBMISSION_ACCEPTANCE",
            Self::RelayRejection => "RELAY_REMMD_REJECTION",
            Self::Delivery => "DELIVERY",
        }
    }

    /// What a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What happened.
    pub evidence: Evidence,
    /// When, as the signing office's clock says (RFC 3339 in UTC).
    pub at: String,
    /// Who sent the message.
    pub from: PartyId,
    /// To whom.
    pub to: PartyId,
    /// Its transaction, as the message has it.
    pub transaction: String,
    /// SHA-256 of its bytes.
    pub message: Digest,
    /// How many there are.
    pub bytes: u64,
    /// With a rejection: the code of the first finding.
    pub code: Option<String>,
}

/// Why a text is no receipt that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It has not its one form.
    #[error("this is no receipt")]
    Form,
    /// The key that signed is not among those that are trusted.
    #[error("it is signed with a key that is not known")]
    Key,
    /// The signature is not over these bytes.
    #[error("its signature does not hold")]
    Signature,
}

impl Receipt {
    /// The text, signed.
    pub fn sign(&self, office: &Signer) -> String {
        let body = self.to_string();
        let signature = base64::encode(&office.sign(body.as_bytes()));
        format!("{body}\n— {} {signature}\n", office.public().name())
    }

    /// What a receipt says, if one of these keys signed it; the key's name besides.
    pub fn open<'k>(text: &str, keys: &'k [PublicKey]) -> Result<(Self, &'k PublicKey), ReceiptError> {
        let (body, line) = text.rsplit_once("\n\n— ").ok_or(ReceiptError::Form)?;
        let signed = text.get(..=body.len()).ok_or(ReceiptError::Form)?;
        let (name, signature) =
            line.strip_suffix('\n').and_then(|line| line.split_once(' ')).ok_or(ReceiptError::Form)?;
        let receipt = Self::parse(signed).ok_or(ReceiptError::Form)?;
        let signature: [u8; 64] =
            base64::decode(signature).and_then(|bytes| bytes.try_into().ok()).ok_or(ReceiptError::Form)?;
        let mut named = keys.iter().filter(|key| key.name().as_str() == name).peekable();
        named.peek().ok_or(ReceiptError::Key)?;
        let key = named.find(|key| key.verifies(signed.as_bytes(), &signature)).ok_or(ReceiptError::Signature)?;
        Ok((receipt, key))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(HEAD)?.lines();
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let receipt = Self {
            evidence: Evidence::from_word(value("evidence")?)?,
            at: value("at")?.to_string(),
            from: value("from")?.parse().ok()?,
            to: value("to")?.parse().ok()?,
            transaction: value("transaction")?.to_string(),
            message: value("message")?.parse().ok()?,
            bytes: value("bytes")?.parse().ok()?,
            code: Some(value("code")?).filter(|code| *code != "-").map(ToString::to_string),
        };
        // There is one form of each.
        (receipt.to_string() == text).then_some(receipt)
    }
}

/// The bytes that are signed.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { evidence, at, from, to, transaction, message, bytes, code } = self;
        let code = code.as_deref().unwrap_or("-");
        write!(f, "{HEAD}evidence {}\nat {at}\nfrom {from}\nto {to}\n", evidence.word())?;
        write!(f, "transaction {transaction}\nmessage {message}\nbytes {bytes}\ncode {code}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            evidence: Evidence::Delivery,
            at: "2026-10-01T03:04:05Z".to_string(),
            from: "aoba-police".parse().unwrap(),
            to: "mail-provider".parse().unwrap(),
            transaction: "8d8ac610-566d-4ef0-9c22-186b2a5ed793".to_string(),
            message: Digest::of(b"message"),
            bytes: 7,
            code: None,
        }
    }

    fn signer(seed: u8) -> Signer {
        Signer::from_seed("office.example/ledger-1".parse().unwrap(), &[seed; 32])
    }

    #[test]
    fn what_is_signed_holds_and_every_changed_byte_is_found() {
        for code in [None, Some("H105".to_string())] {
            let receipt = Receipt { code, ..receipt() };
            let text = receipt.sign(&signer(1));
            let keys = [signer(1).public()];
            assert_eq!(Receipt::open(&text, &keys), Ok((receipt, &keys[0])));
            for at in 0..text.len() {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1;
                if let Ok(changed) = String::from_utf8(bytes) {
                    assert!(Receipt::open(&changed, &keys).is_err(), "byte {at}");
                }
            }
        }
    }

    #[test]
    fn another_key_is_no_proof() {
        let text = receipt().sign(&signer(1));
        assert_eq!(Receipt::open(&text, &[signer(2).public()]), Err(ReceiptError::Signature));
        assert_eq!(Receipt::open(&text, &[]), Err(ReceiptError::Key));
        assert_eq!(Receipt::open("", &[signer(1).public()]), Err(ReceiptError::Form));
    }
}
