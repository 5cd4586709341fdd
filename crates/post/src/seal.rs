//! Seals: bytes that only one party can open, or in the clear where its channel record says so.

mod openpgp;

use std::fmt;
use std::io::{self, Write};

use renkei_core::party::Seal;
use renkei_core::time::Moment;

pub use openpgp::OpenPgpKey;

/// To whom attachments are sealed; made only from a key that was checked.
#[derive(Debug, Clone)]
pub enum Recipient {
    /// An OpenPGP key (RFC 9580).
    OpenPgp(Box<OpenPgpKey>),
    /// An age recipient.
    Age(AgeKey),
    /// In the clear.
    Clear,
}

/// A checked age recipient (`age1…`, X25519).
#[derive(Clone)]
pub struct AgeKey(age::x25519::Recipient);

/// Why a key cannot be used to seal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not an ASCII-armored OpenPGP public key.
    #[error("not an ascii-armored openpgp public key: {0}")]
    NotOpenPgp(String),
    /// A private key was given; it is not kept and should be taken for known to others.
    #[error("this is a private key: give the public key, and replace this one, for it has been shown")]
    Private,
    /// No signature of the key's own binds its parts.
    #[error("the openpgp key `{fingerprint}` is not bound by a signature of its own")]
    Unbound {
        /// Fingerprint of the primary key.
        fingerprint: String,
    },
    /// The key was revoked.
    #[error("the openpgp key `{fingerprint}` was revoked by its owner")]
    Revoked {
        /// Fingerprint of the primary key.
        fingerprint: String,
    },
    /// The key has expired.
    #[error("the openpgp key `{fingerprint}` expired at {expired}")]
    Expired {
        /// Fingerprint of the primary key.
        fingerprint: String,
        /// When.
        expired: Moment,
    },
    /// The key is younger than the moment for which it was asked.
    #[error("the openpgp key `{fingerprint}` is valid only from {from}")]
    NotYet {
        /// Fingerprint of the primary key.
        fingerprint: String,
        /// From when.
        from: Moment,
    },
    /// No part of it is for encryption and in force.
    #[error("the openpgp key `{fingerprint}` has no encryption key that is in force and strong enough")]
    NoEncryptionKey {
        /// Fingerprint of the primary key.
        fingerprint: String,
    },
    /// Not an age recipient.
    #[error("`{0}` is not an age recipient: expected age1 and 58 characters")]
    NotAge(String),
}

/// Encryption failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("encryption failed: {0}")]
pub struct SealError(pub(crate) String);

impl Recipient {
    /// Checks the key of a channel at a moment: when it is imported, and again before each letter.
    pub fn check(seal: &Seal, at: Moment) -> Result<Self, KeyError> {
        match seal {
            Seal::OpenPgp(armored) => Ok(Self::OpenPgp(Box::new(OpenPgpKey::check(armored, at)?))),
            Seal::Age(recipient) => Ok(Self::Age(AgeKey::check(recipient)?)),
            Seal::Clear { reason: _ } => Ok(Self::Clear),
        }
    }

    /// Seals bytes; the same bytes sealed twice differ, except in the clear.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        match self {
            Self::OpenPgp(key) => key.seal(plain),
            Self::Age(key) => key.seal(plain),
            Self::Clear => Ok(plain.to_vec()),
        }
    }

    /// What is put behind the name of a sealed file.
    pub const fn suffix(&self) -> &'static str {
        match self {
            Self::OpenPgp(_) => ".pgp",
            Self::Age(_) => ".age",
            Self::Clear => "",
        }
    }

    /// The media type of a sealed gzip file.
    pub const fn media_type(&self) -> &'static str {
        match self {
            Self::OpenPgp(_) | Self::Age(_) => "application/octet-stream",
            Self::Clear => "application/gzip",
        }
    }
}

/// As a manifest names it: `openpgp FINGERPRINT`, `age RECIPIENT` or `clear`.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenPgp(key) => write!(f, "openpgp {}", key.fingerprint()),
            Self::Age(key) => write!(f, "age {key}"),
            Self::Clear => f.write_str("clear"),
        }
    }
}

impl AgeKey {
    /// Checks the text of a recipient.
    pub fn check(recipient: &str) -> Result<Self, KeyError> {
        let recipient = recipient.trim();
        if recipient.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            return Err(KeyError::Private);
        }
        recipient.parse().map(Self).map_err(|_| KeyError::NotAge(recipient.chars().take(80).collect()))
    }

    /// Seals bytes (age-encryption.org/v1, binary).
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        age::encrypt(&self.0, plain).map_err(|error| SealError(error.to_string()))
    }

    /// Seals what is written to it as it comes; call [`Sealer::finish`] at the end, or nothing opens it.
    pub fn sealer<W: Write>(&self, out: W) -> Result<Sealer<W>, SealError> {
        let lost = |error: &dyn fmt::Display| SealError(error.to_string());
        let recipients = std::iter::once(&self.0 as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(|error| lost(&error))?;
        encryptor.wrap_output(out).map(Sealer).map_err(|error| lost(&error))
    }

    pub(crate) const fn of(recipient: age::x25519::Recipient) -> Self {
        Self(recipient)
    }
}

/// A stream that is being sealed.
pub struct Sealer<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Sealer<W> {
    /// Writes the end and gives the place back that was written to.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, plain: &[u8]) -> io::Result<usize> {
        self.0.write(plain)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl fmt::Display for AgeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for AgeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgeKey({})", self.0)
    }
}
