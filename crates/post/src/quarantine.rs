//! The office's own age key: seals what nobody should read in passing, and opens it again.
//!
//! Quarantined raw lines of class credential, card or account are sealed with it before they touch
//! a disk; only who holds the identity file (mode 0600 in the office's `keys/`) can open them.

use std::fmt;
use std::io::Read;

use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::seal::{AgeKey, SealError};

/// The office's age identity; never shown.
pub struct OfficeIdentity(age::x25519::Identity);

/// Why something sealed for the office does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The identity file holds no age identity.
    #[error("the identity file holds no line that begins with AGE-SECRET-KEY-1")]
    Identity,
    /// Sealed for another key, or changed.
    #[error("it does not open with this identity: {0}")]
    Sealed(String),
}

impl OfficeIdentity {
    /// A new identity from the system's random numbers.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads the text of an identity file: comment lines with `#`, one `AGE-SECRET-KEY-1…` line.
    pub fn read(text: &str) -> Result<Self, OpenError> {
        let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-1"));
        line.and_then(|line| line.parse().ok()).map(Self).ok_or(OpenError::Identity)
    }

    /// The text of the identity file, as `age-keygen` writes it; wiped when dropped.
    pub fn file_text(&self) -> Zeroizing<String> {
        let secret = self.0.to_string();
        Zeroizing::new(format!("# public key: {}\n{}\n", self.0.to_public(), secret.expose_secret()))
    }

    /// The recipient to seal to.
    pub fn recipient(&self) -> AgeKey {
        AgeKey::of(self.0.to_public())
    }

    /// Opens a stream that was sealed to [`Self::recipient`], as it is read; armored or not.
    pub fn opener<R: Read>(&self, sealed: R) -> Result<impl Read + use<R>, OpenError> {
        let refused = |error: age::DecryptError| OpenError::Sealed(error.to_string());
        let identity = std::iter::once(&self.0 as &dyn age::Identity);
        age::Decryptor::new_buffered(age::armor::ArmoredReader::new(sealed))
            .and_then(|decryptor| decryptor.decrypt(identity))
            .map_err(refused)
    }

    /// Opens what was sealed to [`Self::recipient`]; the plain bytes are wiped when dropped.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        age::decrypt(&self.0, sealed).map(Zeroizing::new).map_err(|error| OpenError::Sealed(error.to_string()))
    }
}

/// Seals quarantined lines.
pub fn seal(office: &AgeKey, raw: &[u8]) -> Result<Vec<u8>, SealError> {
    office.seal(raw)
}

impl fmt::Debug for OfficeIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfficeIdentity")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_is_sealed_for_the_office_opens_with_its_file_and_with_no_other() {
        let office = OfficeIdentity::generate();
        let sealed = seal(&office.recipient(), "壊れた行,secret".as_bytes()).unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
        let mut sealer = office.recipient().sealer(Vec::new()).unwrap();
        sealer.write_all(&[b'x'; 100_000]).unwrap();
        let stream = sealer.finish().unwrap();
        let mut plain = Vec::new();
        office.opener(stream.as_slice()).unwrap().read_to_end(&mut plain).unwrap();
        assert_eq!(plain, [b'x'; 100_000]);
        assert!(OfficeIdentity::generate().opener(stream.as_slice()).is_err());
        let again = OfficeIdentity::read(&office.file_text()).unwrap();
        assert_eq!(again.open(&sealed).unwrap().as_slice(), "壊れた行,secret".as_bytes());
        assert!(matches!(OfficeIdentity::generate().open(&sealed), Err(OpenError::Sealed(_))));
        assert_eq!(OfficeIdentity::read("# nothing\n").unwrap_err(), OpenError::Identity);
        assert_eq!(format!("{office:?}"), "OfficeIdentity");
    }
}
