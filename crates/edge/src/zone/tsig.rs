//! Signed messages: TSIG (RFC 8945) with HMAC over SHA-256 and SHA-512.
//!
//! A signature covers the one before it, so that the messages of a transfer can be neither left out nor moved. Only
//! full signatures are given and taken.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hickory_proto::rr::rdata::TSIG;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;
use hmac::Hmac;
use serde::Deserialize;
use sha2::{Sha256, Sha512};

use super::name::FullName;

/// Seconds by which two clocks may differ (RFC 8945 section 10).
pub const FUDGE: u16 = 300;

/// The fewest bytes of a secret: half of SHA-256, which RFC 2104 section 3 calls too weak below.
const SHORTEST: usize = 16;
/// The most bytes of a secret.
const LONGEST: usize = 1024;
/// The type of the record.
const TYPE: u16 = 250;

/// How it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// HMAC over SHA-256.
    #[serde(rename = "hmac-sha256")]
    Sha256,
    /// HMAC over SHA-512.
    #[serde(rename = "hmac-sha512")]
    Sha512,
}

impl Algorithm {
    const fn wire(self) -> &'static [u8] {
        match self {
            Self::Sha256 => b"\x0bhmac-sha256\0",
            Self::Sha512 => b"\x0bhmac-sha512\0",
        }
    }

    const fn mac_length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// Whether a record says this algorithm.
    pub fn is(self, said: &TsigAlgorithm) -> bool {
        matches!((self, said), (Self::Sha256, TsigAlgorithm::HmacSha256) | (Self::Sha512, TsigAlgorithm::HmacSha512))
    }
}

/// A shared secret. What prints it prints its name alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a text is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Not base64.
    #[error("a secret is one line of base64, as `tsig-keygen` writes it behind `secret`")]
    Form,
    /// Too short to be one, or longer than any.
    #[error("a secret has {SHORTEST} to {LONGEST} bytes")]
    Length,
}

impl FromStr for Secret {
    type Err = SecretError;
    fn from_str(text: &str) -> Result<Self, SecretError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SecretError::Form)?;
        if (SHORTEST..=LONGEST).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(SecretError::Length) }
    }
}

/// A key with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name, on both sides the same.
    pub name: FullName,
    /// How it signs.
    pub algorithm: Algorithm,
    /// What both sides know.
    pub secret: Secret,
}

impl Key {
    /// The signature over some parts; `None` cannot be: HMAC takes keys of any length.
    fn mac(&self, parts: &[&[u8]]) -> Option<Vec<u8>> {
        fn all<M: hmac::Mac + hmac::digest::KeyInit>(secret: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
            let mut mac = <M as hmac::Mac>::new_from_slice(secret).ok()?;
            parts.iter().for_each(|part| mac.update(part));
            Some(mac.finalize().into_bytes().to_vec())
        }
        match self.algorithm {
            Algorithm::Sha256 => all::<Hmac<Sha256>>(&self.secret.0, parts),
            Algorithm::Sha512 => all::<Hmac<Sha512>>(&self.secret.0, parts),
        }
    }

    /// Compares in constant time.
    fn is_mac(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        fn all<M: hmac::Mac + hmac::digest::KeyInit>(secret: &[u8], parts: &[&[u8]], mac: &[u8]) -> bool {
            let Ok(mut known) = <M as hmac::Mac>::new_from_slice(secret) else { return false };
            parts.iter().for_each(|part| known.update(part));
            // A shorter one is enough for its error: whoever knows the key cut it.
            known.verify_truncated_left(mac).is_ok()
        }
        match self.algorithm {
            Algorithm::Sha256 => all::<Hmac<Sha256>>(&self.secret.0, parts, mac),
            Algorithm::Sha512 => all::<Hmac<Sha512>>(&self.secret.0, parts, mac),
        }
    }
}

/// What a signature says besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Seconds of Unix time.
    pub time: u64,
    /// Seconds by which clocks may differ.
    pub fudge: u16,
    /// The error, 0 for none.
    pub error: u16,
    /// The server's time, when the error is that clocks differ.
    pub other: Option<u64>,
}

impl Said {
    /// Without an error, now.
    pub const fn at(time: u64) -> Self {
        Self { time, fudge: FUDGE, error: 0, other: None }
    }

    fn timers(self) -> [u8; 8] {
        let [_, _, a, b, c, d, e, f] = self.time.to_be_bytes();
        let [g, h] = self.fudge.to_be_bytes();
        [a, b, c, d, e, f, g, h]
    }

    fn other(self) -> Vec<u8> {
        self.other.map(|time| time.to_be_bytes().into_iter().skip(2).collect()).unwrap_or_default()
    }

    /// RFC 8945 section 4.3.3.
    fn variables(self, key: &FullName, algorithm: &[u8]) -> Vec<u8> {
        let other = self.other();
        let length = if other.is_empty() { [0, 0] } else { [0, 6] };
        let class_and_ttl = [0, 255, 0, 0, 0, 0];
        [key.wire(), &class_and_ttl, algorithm, &self.timers(), &self.error.to_be_bytes(), &length, &other].concat()
    }
}

/// Errors of signatures (RFC 8945 section 3).
pub mod error {
    /// The signature is another.
    pub const BAD_SIG: u16 = 16;
    /// The key is not known.
    pub const BAD_KEY: u16 = 17;
    /// The clocks differ.
    pub const BAD_TIME: u16 = 18;
    /// The signature was cut.
    pub const BAD_TRUNC: u16 = 22;
}

/// The signature of a message that came, and what it covers.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Name of the key.
    pub key: FullName,
    /// The record.
    pub record: TSIG,
    /// The message as it was before it was signed.
    pub covered: Vec<u8>,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Longer than any of its algorithm, or so short that it is none (RFC 8945 section 5.2.2.1).
    Form,
    /// Not by this key.
    Signature,
    /// At another time.
    Time,
    /// Cut.
    Cut,
}

impl Signature {
    /// Whether a key made it, over the signature before it (of an answer: that of its query), near this second.
    ///
    /// # Errors
    /// Whatever is found first, in the order of RFC 8945 section 5.2.
    pub fn check(&self, key: &Key, before: &[u8], now: u64) -> Result<(), Broken> {
        let TSIG { time, fudge, mac, error, other, .. } = &self.record;
        let full = key.algorithm.mac_length();
        if mac.len() > full || mac.len() < (full / 2).max(10) {
            return Err(Broken::Form);
        }
        let said = Said { time: *time, fudge: *fudge, error: error.map_or(0, u16::from), other: None };
        let mut variables = said.variables(&key.name, key.algorithm.wire());
        // Other data stand as they came.
        variables.truncate(variables.len() - 2);
        variables.extend(u16::try_from(other.len()).unwrap_or(u16::MAX).to_be_bytes());
        variables.extend(other);
        if !key.is_mac(&[&prefixed(before), &self.covered, &variables], mac) {
            return Err(Broken::Signature);
        }
        if now.abs_diff(*time) > u64::from(*fudge) {
            return Err(Broken::Time);
        }
        if mac.len() < full { Err(Broken::Cut) } else { Ok(()) }
    }
}

/// Signs the messages of one answer, or one query.
#[derive(Debug, Clone)]
pub struct Signer {
    key: Arc<Key>,
    before: Vec<u8>,
    is_first: bool,
}

impl Signer {
    /// Signs what follows the signature `before`: that of the query, for an answer; none for a query.
    pub fn new(key: Arc<Key>, before: &[u8]) -> Self {
        Self { key, before: before.to_vec(), is_first: true }
    }

    /// How many bytes a signature takes, with the server's time in it.
    pub fn room(&self) -> usize {
        self.key.name.wire().len() + 10 + self.key.algorithm.wire().len() + 16 + self.key.algorithm.mac_length() + 6
    }

    /// The last signature.
    pub fn last(&self) -> &[u8] {
        &self.before
    }

    /// Signs a message: the first with all variables, further ones with their time (RFC 8945 section 5.3.1).
    pub fn sign(&mut self, message: &mut Vec<u8>, said: Said) {
        let algorithm = self.key.algorithm.wire();
        let variables = if self.is_first { said.variables(&self.key.name, algorithm) } else { said.timers().to_vec() };
        let mac = self.key.mac(&[&prefixed(&self.before), message, &variables]).unwrap_or_default();
        append(message, &self.key.name, algorithm, said, &mac);
        self.before = mac;
        self.is_first = false;
    }
}

/// Appends a record without a signature: the key is not known, or did not make what came (RFC 8945 section 5.3.2).
pub fn append_unsigned(message: &mut Vec<u8>, came: &Signature, error: u16) {
    let said = Said { time: came.record.time, fudge: came.record.fudge, error, other: None };
    let algorithm = FullName::of(&came.record.algorithm.to_name());
    append(message, &came.key, algorithm.wire(), said, &[]);
}

fn append(message: &mut Vec<u8>, key: &FullName, algorithm: &[u8], said: Said, mac: &[u8]) {
    let id = message.first_chunk::<2>().copied().unwrap_or_default();
    let other = said.other();
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap_or(0).to_be_bytes();
    let data = [algorithm, &said.timers(), &length(mac), mac, &id, &said.error.to_be_bytes(), &length(&other), &other]
        .concat();
    let head = [&TYPE.to_be_bytes()[..], &[0, 255, 0, 0, 0, 0]].concat();
    for part in [key.wire(), &head, &length(&data), &data] {
        message.extend_from_slice(part);
    }
    if let Some(count) = message.get_mut(10..12).and_then(|count| count.first_chunk_mut::<2>()) {
        *count = u16::from_be_bytes(*count).saturating_add(1).to_be_bytes();
    }
}

/// A signature before another stands with its length; none is not there at all.
fn prefixed(mac: &[u8]) -> Vec<u8> {
    if mac.is_empty() {
        return Vec::new();
    }
    [&u16::try_from(mac.len()).unwrap_or(0).to_be_bytes()[..], mac].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_shown() {
        let secret: Secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQh\n".parse().unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!("c2VjcmV0".parse::<Secret>(), Err(SecretError::Length));
        assert_eq!("no base64 ".parse::<Secret>(), Err(SecretError::Form));
    }
}
