//! Ed25519 keys of seats and of the ledger: their names, their public text form, and signing.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::base64;
use crate::id::Digest;

/// The name of a key: C2SP signed-note "key name" (no space, no `+`), at most 200 bytes.
///
/// Names are never used twice, so that a rotated key keeps its own: `office.example/seat/approver/2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// Why a text is not a key or a key name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Empty, too long, or with a space, a control character or `+`.
    #[error("`{0}` is not a key name: use 1 to 200 bytes without spaces and without +")]
    Name(String),
    /// Not `name+hash+base64`.
    #[error("`{0}` is not a public key: expected name+hash+base64 (C2SP signed-note verifier key)")]
    Form(String),
    /// The four bytes between the two `+` belong to another name or key.
    #[error("the hash in the public key of `{0}` does not belong to it")]
    Hash(KeyName),
    /// The algorithm byte is not Ed25519 (1), or the 32 bytes are no point.
    #[error("the public key of `{0}` is not an Ed25519 key")]
    Algorithm(KeyName),
}

impl KeyName {
    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyTextError;
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.len() > 200 || text.contains(bad) {
            return Err(KeyTextError::Name(text.to_string()));
        }
        Ok(Self(text.to_string()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A named Ed25519 public key. Its text is the C2SP signed-note verifier key:
/// `name+hhhhhhhh+base64(0x01 ‖ key)` where `hhhhhhhh` are four bytes in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: KeyName,
    key: VerifyingKey,
}

/// The signature type of Ed25519 in C2SP signed-note.
const ED25519: u8 = 1;

impl PublicKey {
    /// A key from its name and 32 bytes; `None` if the bytes are no point of the curve.
    pub fn from_bytes(name: KeyName, bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().map(|key| Self { name, key })
    }

    /// Its name.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its 32 bytes.
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key), C2SP signed-note "key ID".
    pub fn hash(&self) -> [u8; 4] {
        let mut bytes = Vec::from(self.name.as_str().as_bytes());
        bytes.extend_from_slice(&[b'\n', ED25519]);
        bytes.extend_from_slice(self.key.as_bytes());
        let [a, b, c, d, ..] = Digest::of(&bytes).0;
        [a, b, c, d]
    }

    /// Whether the signature over the message is by this key (RFC 8032, strict).
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::from([ED25519]);
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.hash()), base64::encode(&bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyTextError;
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let form = || KeyTextError::Form(text.to_string());
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(form());
        };
        let name: KeyName = name.parse()?;
        if hash.len() != 8 {
            return Err(form());
        }
        let hash = u32::from_str_radix(hash, 16).map_err(|_| form())?;
        let bytes = base64::decode(key).ok_or_else(form)?;
        let key = match bytes.split_first() {
            Some((&ED25519, key)) => {
                <[u8; 32]>::try_from(key).ok().and_then(|key| Self::from_bytes(name.clone(), &key))
            }
            _ => None,
        };
        let key = key.ok_or_else(|| KeyTextError::Algorithm(name.clone()))?;
        if u32::from_be_bytes(key.hash()) != hash {
            return Err(KeyTextError::Hash(name));
        }
        Ok(key)
    }
}

/// A named Ed25519 private key. Its `Debug` says only the name.
pub struct Signer {
    name: KeyName,
    key: SigningKey,
}

impl Signer {
    /// A key from 32 secret bytes that the caller drew at random or read from its key file.
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        Self { name, key: SigningKey::from_bytes(seed) }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs a message (RFC 8032).
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example key of the Go package golang.org/x/mod/sumdb/note, which C2SP signed-note describes.
    #[test]
    fn a_verifier_key_of_another_program_is_read() {
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key: PublicKey = text.parse().unwrap();
        assert_eq!(key.name().as_str(), "PeterNeumann");
        assert_eq!(key.to_string(), text);
    }

    #[test]
    fn keys_refuse_what_does_not_belong_together() {
        let text = "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert!(matches!(text.parse::<PublicKey>(), Err(KeyTextError::Hash(_))));
        for bad in ["", "a", "a+b", "a+c74f20a3+", "a b+c74f20a3+AA==", "a+c74f20a3+AA=="] {
            assert!(bad.parse::<PublicKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_message_only() {
        let signer = Signer::from_seed("office.example/1".parse().unwrap(), &[7; 32]);
        let signature = signer.sign(b"one");
        assert!(signer.public().verifies(b"one", &signature));
        assert!(!signer.public().verifies(b"two", &signature));
        assert_eq!(alloc::format!("{signer:?}"), "Signer(office.example/1)");
    }
}
