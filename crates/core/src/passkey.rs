//! Passkeys (WebAuthn level 2): what an authenticator says, and whether it holds for what it was asked (S4.13).
//!
//! Pure, and written so that who only has an exported ledger can check a confirmation again: bytes and a
//! public key go in, a verdict comes out. The relying party's part that needs a memory (which ceremony is
//! open, what the counter was) is the registry's.
//!
//! Attestation is not asked for and not looked at: an office does not choose its seats' authenticators.

mod cbor;
mod authenticator;
mod client;
mod public;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use authenticator::AuthenticatorData;
use client::ClientData;
pub use public::{Algorithm, PasskeyKey};

use crate::base64;
use crate::id::Digest;

/// The longest credential id (WebAuthn section 4, *credential ID*).
const LONGEST_ID: usize = 1023;

/// Why what an authenticator said does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The client data are not JSON with type, challenge and origin.
    #[error("the client data cannot be read")]
    ClientData,
    /// They are of another ceremony (making instead of using, or the other way).
    #[error("the client data are of another ceremony")]
    Ceremony,
    /// They are for another challenge: other bytes, or an older question.
    #[error("the passkey answered another challenge")]
    Challenge,
    /// They come from another site, or from a frame within one.
    #[error("the passkey was used at another site")]
    Origin,
    /// The authenticator data are malformed.
    #[error("the authenticator data cannot be read")]
    AuthenticatorData,
    /// They are for another site.
    #[error("the passkey is for another site")]
    Site,
    /// Nobody touched the authenticator.
    #[error("the authenticator saw nobody")]
    Absent,
    /// The authenticator did not verify its user (PIN, finger, face).
    #[error("the authenticator did not verify its user")]
    Unverified,
    /// The public key is malformed, too weak or of a kind that is not used.
    #[error("the passkey's public key cannot be used: ES256, EdDSA and RS256 can")]
    Key,
    /// The signature is not by the passkey.
    #[error("the signature is not by the passkey")]
    Signature,
}

/// The site that a passkey is for: its name and the exact origin of its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origin: String,
}

/// A text is no address that passkeys can be for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address for passkeys: write https://NAME or https://NAME:PORT (or http://localhost:PORT to try)")]
pub struct AddressError(String);

impl RelyingParty {
    /// The name that passkeys are bound to (`office.example`).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Scheme, name and port of the pages (`https://office.example`), as browsers write it.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl FromStr for RelyingParty {
    type Err = AddressError;

    /// Reads an address; `https` only, but for this very machine by the name `localhost`.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let error = || AddressError(text.to_string());
        let origin = text.strip_suffix('/').unwrap_or(text);
        let (scheme, rest) = origin.split_once("://").ok_or_else(error)?;
        let (name, port) = rest.split_once(':').map_or((rest, None), |(name, port)| (name, Some(port)));
        let port = port.map(str::parse::<u16>).transpose().map_err(|_| error())?;
        // A passkey is for a name, never for an address in numbers.
        let named = name.split('.').all(is_label) && !name.split('.').all(|label| label.parse::<u32>().is_ok());
        let usual = if scheme == "https" { 443 } else { 80 };
        match scheme {
            "https" if named => {}
            "http" if name == "localhost" => {}
            _ => return Err(error()),
        }
        let port = port.filter(|port| *port != usual);
        let origin =
            port.map_or_else(|| alloc::format!("{scheme}://{name}"), |port| alloc::format!("{scheme}://{name}:{port}"));
        Ok(Self { id: name.to_string(), origin })
    }
}

impl fmt::Display for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

/// What the authenticator told beside its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Counts up with each use; 0: it does not count.
    pub counter: u32,
    /// Whether the passkey can be copied to other devices by its maker's service; never changes.
    pub backup_eligible: bool,
    /// Whether it is copied now.
    pub backed_up: bool,
}

/// The challenge that client data carry, before anything is believed: to look for the ceremony it is of.
pub fn challenge_of(client_data: &[u8]) -> Result<Vec<u8>, PasskeyError> {
    base64::decode_url(&ClientData::read(client_data)?.challenge).ok_or(PasskeyError::ClientData)
}

/// Bytes as WebAuthn writes them in texts (base 64 for addresses, without padding).
pub fn to_text(bytes: &[u8]) -> String {
    base64::encode_url(bytes)
}

/// Bytes of a text of [`to_text`].
pub fn from_text(text: &str) -> Option<Vec<u8>> {
    base64::decode_url(text)
}

// ------------------------------------------------------------------------------------------ making

/// What a browser sends when a passkey was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `attestationObject`.
    pub attestation: Vec<u8>,
}

/// A passkey that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The credential id, by which the authenticator finds its private half.
    pub credential: Vec<u8>,
    /// The public half.
    pub key: PasskeyKey,
    /// What else the authenticator told.
    pub told: Told,
}

impl Registration {
    /// The passkey that was made at this site for this challenge (WebAuthn section 7.1, steps 5 to 19).
    pub fn made(&self, site: &RelyingParty, challenge: &[u8]) -> Result<Made, PasskeyError> {
        ClientData::read(&self.client_data)?.is_for("webauthn.create", challenge, site)?;
        let bytes = authenticator::of_attestation(&self.attestation).ok_or(PasskeyError::AuthenticatorData)?;
        let data = AuthenticatorData::read(bytes)?;
        let told = data.of_verified_user(site)?;
        let (credential, cose) = data.credential.ok_or(PasskeyError::AuthenticatorData)?;
        if credential.is_empty() || credential.len() > LONGEST_ID {
            return Err(PasskeyError::AuthenticatorData);
        }
        Ok(Made { credential: credential.to_vec(), key: PasskeyKey::from_cose(cose)?, told })
    }
}

// ------------------------------------------------------------------------------------------- using

/// What a browser sends when a passkey was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// `authenticatorData`: for which site, who was there, the counter.
    pub authenticator_data: Vec<u8>,
    /// `clientDataJSON`: what was asked, and where.
    pub client_data: Vec<u8>,
    /// Over both.
    pub signature: Vec<u8>,
}

impl Assertion {
    /// Whether the key's passkey answered this challenge at this site, with its user verified
    /// (WebAuthn section 7.2, steps 11 to 20). The counter is for the caller to compare.
    pub fn holds(&self, key: &PasskeyKey, site: &RelyingParty, challenge: &[u8]) -> Result<Told, PasskeyError> {
        ClientData::read(&self.client_data)?.is_for("webauthn.get", challenge, site)?;
        let told = AuthenticatorData::read(&self.authenticator_data)?.of_verified_user(site)?;
        let signed = [self.authenticator_data.as_slice(), &Digest::of(&self.client_data).0].concat();
        if key.verifies(&signed, &self.signature) { Ok(told) } else { Err(PasskeyError::Signature) }
    }
}

#[cfg(test)]
pub(crate) mod tests;
