//! Authenticator data (WebAuthn section 6.1): for which site, who was there, the counter, a new key.
//!
//! ```text
//! SHA-256 of the site's name   32 bytes
//! flags                         1 byte: 0 present, 2 verified, 3 can be backed up, 4 is, 6 credential, 7 extensions
//! counter                       4 bytes
//! credential (flag 6)          16 bytes model, 2 bytes length, id, public key (COSE)
//! extensions (flag 7)          one CBOR map
//! ```

use super::cbor::{Item, Reader};
use super::{PasskeyError, RelyingParty, Told};
use crate::id::Digest;

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const CREDENTIAL: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;
/// Bytes of the model's identifier (AAGUID), which is not looked at.
const MODEL: usize = 16;

/// Authenticator data that were read.
#[derive(Debug, Clone, Copy)]
pub struct AuthenticatorData<'a> {
    site: [u8; 32],
    flags: u8,
    counter: u32,
    /// The credential's id and its public key's bytes, where one was made.
    pub credential: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads all of it; nothing may be left.
    pub fn read(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        Self::parse(bytes).ok_or(PasskeyError::AuthenticatorData)
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (site, rest) = bytes.split_first_chunk::<32>()?;
        let (&[flags], rest) = rest.split_first_chunk::<1>()?;
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let credential = if flags & CREDENTIAL == 0 {
            None
        } else {
            let (_, after) = rest.split_at_checked(MODEL)?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let (id, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            let mut reader = Reader::new(after);
            reader.item()?;
            let (key, after) = after.split_at_checked(after.len() - reader.rest().len())?;
            rest = after;
            Some((id, key))
        };
        if flags & EXTENSIONS != 0 {
            let mut reader = Reader::new(rest);
            reader.item()?;
            rest = reader.rest();
        }
        // What says that it is backed up although it cannot be contradicts itself (section 6.1.3).
        let consistent = flags & BACKED_UP == 0 || flags & ELIGIBLE != 0;
        (rest.is_empty() && consistent).then_some(Self {
            site: *site,
            flags,
            counter: u32::from_be_bytes(*counter),
            credential,
        })
    }

    /// What it told, if it is for this site and its user was there and was verified.
    pub fn of_verified_user(&self, site: &RelyingParty) -> Result<Told, PasskeyError> {
        let has = |flag: u8| self.flags & flag != 0;
        if self.site != Digest::of(site.id().as_bytes()).0 {
            return Err(PasskeyError::Site);
        }
        if !has(PRESENT) {
            return Err(PasskeyError::Absent);
        }
        if !has(VERIFIED) {
            return Err(PasskeyError::Unverified);
        }
        Ok(Told { counter: self.counter, backup_eligible: has(ELIGIBLE), backed_up: has(BACKED_UP) })
    }
}

/// The authenticator data of an attestation object (section 6.5.4). The statement is not looked at.
pub fn of_attestation(object: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(object);
    let mut found = None;
    for _ in 0..reader.map()? {
        let (key, value) = (reader.item()?, reader.item()?);
        if let (Item::Text("authData"), Item::Bytes(bytes)) = (key, value)
            && found.replace(bytes).is_some()
        {
            return None;
        }
    }
    found.filter(|_| reader.rest().is_empty())
}
