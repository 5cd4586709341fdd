//! The asking force's first half: a subject becomes a point that tells nothing of it (RFC 9497 §3.3.1, Blind).

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use sha2::Sha512;
use voprf::{BlindedElement, Group, OprfClient, Ristretto255};

use super::epoch::{Epoch, WireError, read, write};
use super::subject::Subject;

/// Keeps the making of a blind apart from every other use of the hash.
const DOMAIN: &[u8] = b"renkei hint blind v1";

/// 64 random bytes, from outside and used once. With the bytes known a blinded subject can be tried out.
pub struct Randomness([u8; 64]);

impl Randomness {
    /// From a secure source of the caller's.
    pub const fn new(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }
}

/// Why nothing was blinded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlindError {
    /// The bytes that should be random are all zero.
    #[error("the randomness is missing")]
    Randomness,
    /// The function does not take the subject (RFC 9497 §3.3.1: InvalidInputError).
    #[error("the subject cannot be blinded")]
    Subject,
}

/// What the force keeps until the evaluation comes back. It does not leave the force.
pub struct Pending {
    pub(super) epoch: Epoch,
    pub(super) input: Vec<u8>,
    pub(super) client: OprfClient<Ristretto255>,
}

/// Says the epoch and nothing that identifies anybody.
impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.epoch)
    }
}

impl Subject {
    /// Blinds the subject for the key of an epoch: what stays, and what goes to the evaluator.
    pub fn blind(&self, epoch: Epoch, randomness: Randomness) -> Result<(Pending, Blinded), BlindError> {
        if randomness.0 == [0; 64] {
            return Err(BlindError::Randomness);
        }
        let scalar = Ristretto255::hash_to_scalar::<Sha512>(&[randomness.0.as_slice()], &[DOMAIN])
            .map(Ristretto255::serialize_scalar)
            .map_err(|_| BlindError::Randomness)?;
        blind_input(self.bytes(), epoch, &scalar)
    }
}

/// Blinds any input with a given scalar, as the test vectors of RFC 9497 have it.
pub(super) fn blind_input(input: &[u8], epoch: Epoch, scalar: &[u8]) -> Result<(Pending, Blinded), BlindError> {
    // Reading the scalar refuses zero, with which nothing would be blinded.
    let scalar = Ristretto255::deserialize_scalar(scalar).map_err(|_| BlindError::Randomness)?;
    let blinded = OprfClient::deterministic_blind_unchecked(input, scalar).map_err(|_| BlindError::Subject)?;
    let pending = Pending { epoch, input: input.to_vec(), client: blinded.state };
    Ok((pending, Blinded { epoch, element: blinded.message }))
}

/// A blinded subject, as it goes to the evaluator: `hint-blinded-<epoch>-<64 digits>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Blinded {
    pub(super) epoch: Epoch,
    pub(super) element: BlindedElement<Ristretto255>,
}

impl Blinded {
    const LETTERS: &'static str = "hint-blinded";

    /// For which key.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The element's bytes (RFC 9496 §4.3.2).
    pub fn bytes(&self) -> [u8; 32] {
        self.element.serialize().into()
    }

    /// From an epoch and the bytes of an element, which are checked.
    pub fn of(epoch: Epoch, bytes: &[u8; 32]) -> Result<Self, WireError> {
        let element = BlindedElement::deserialize(bytes).map_err(|_| WireError::Element)?;
        Ok(Self { epoch, element })
    }
}

impl FromStr for Blinded {
    type Err = WireError;
    fn from_str(text: &str) -> Result<Self, WireError> {
        let (epoch, bytes) = read::<32>(Self::LETTERS, text)?;
        Self::of(epoch, &bytes)
    }
}

impl fmt::Display for Blinded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, Self::LETTERS, self.epoch, &self.bytes())
    }
}

impl fmt::Debug for Blinded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
