//! The evaluator: has the key of an epoch, sees points, learns no subject (RFC 9497 §3.3.1, BlindEvaluate).

use alloc::format;
use core::fmt;
use core::str::FromStr;

use voprf::{EvaluationElement, OprfServer, Ristretto255};

use super::blind::Blinded;
use super::epoch::{Epoch, WireError, WrongEpoch, read, write};

/// The key of one epoch, in use. Whoever holds it is apart from the forces that ask and from the register.
pub struct Evaluator {
    epoch: Epoch,
    server: OprfServer<Ristretto255>,
}

/// No key comes of a seed: its bytes are all zero, or none was found in 256 tries (RFC 9497 §3.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no key comes of this seed")]
pub struct KeyError;

impl Evaluator {
    /// The key of an epoch (RFC 9497 §3.2.1, DeriveKeyPair) from 32 random bytes of the caller's.
    ///
    /// Each epoch should get new ones, and the old ones be destroyed: with them tokens can be tried out.
    /// The same bytes in another epoch give another key all the same.
    pub fn derive(seed: &[u8; 32], epoch: Epoch) -> Result<Self, KeyError> {
        if *seed == [0; 32] {
            return Err(KeyError);
        }
        Self::derive_as(seed, format!("renkei hint v1 epoch {epoch}").as_bytes(), epoch)
    }

    /// With any key information, as the test vectors of RFC 9497 have it.
    pub(super) fn derive_as(seed: &[u8], information: &[u8], epoch: Epoch) -> Result<Self, KeyError> {
        let server = OprfServer::new_from_seed(seed, information).map_err(|_| KeyError)?;
        Ok(Self { epoch, server })
    }

    /// Of which epoch its key is.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Evaluates one blinded subject. What a force may have evaluated in a day is counted by its
    /// [`super::Pace`] before.
    pub fn evaluate(&self, blinded: &Blinded) -> Result<Evaluated, WrongEpoch> {
        if blinded.epoch != self.epoch {
            return Err(WrongEpoch { due: self.epoch, found: blinded.epoch });
        }
        Ok(Evaluated { epoch: self.epoch, element: self.server.blind_evaluate(&blinded.element) })
    }

    /// The private key, for the test vectors alone.
    #[cfg(test)]
    pub(super) fn private_key(&self) -> [u8; 32] {
        self.server.serialize().into()
    }
}

/// Says the epoch, never the key.
impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Evaluator({})", self.epoch)
    }
}

/// An evaluated subject, still blinded: `hint-evaluated-<epoch>-<64 digits>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Evaluated {
    pub(super) epoch: Epoch,
    pub(super) element: EvaluationElement<Ristretto255>,
}

impl Evaluated {
    const LETTERS: &'static str = "hint-evaluated";

    /// With which key.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The element's bytes (RFC 9496 §4.3.2).
    pub fn bytes(&self) -> [u8; 32] {
        self.element.serialize().into()
    }

    /// From an epoch and the bytes of an element, which are checked.
    pub fn of(epoch: Epoch, bytes: &[u8; 32]) -> Result<Self, WireError> {
        let element = EvaluationElement::deserialize(bytes).map_err(|_| WireError::Element)?;
        Ok(Self { epoch, element })
    }
}

impl FromStr for Evaluated {
    type Err = WireError;
    fn from_str(text: &str) -> Result<Self, WireError> {
        let (epoch, bytes) = read::<32>(Self::LETTERS, text)?;
        Self::of(epoch, &bytes)
    }
}

impl fmt::Display for Evaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, Self::LETTERS, self.epoch, &self.bytes())
    }
}

impl fmt::Debug for Evaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
