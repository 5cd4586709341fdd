//! The public half of a passkey as authenticators write it (COSE key, RFC 9053), and its signatures.

use alloc::vec::Vec;
use core::fmt;

use ed25519_dalek::VerifyingKey as Ed25519;
use p256::EncodedPoint;
use p256::ecdsa::VerifyingKey as P256;
use p256::ecdsa::signature::Verifier as _;
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, RsaPublicKey, pkcs1v15};

use super::PasskeyError;
use super::cbor::{Item, Reader};

/// The shortest RSA key that is taken, in bytes (2,048 bits).
const SHORTEST_RSA: usize = 256;

/// How passkeys sign here; the numbers are those of the COSE registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256 (−7).
    Es256,
    /// Ed25519 (−8).
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (−257): some machines' own authenticators have nothing else.
    Rs256,
}

impl Algorithm {
    /// Every one, in the order in which they are wanted.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Its number in COSE.
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Es256 => "es256",
            Self::EdDsa => "eddsa",
            Self::Rs256 => "rs256",
        }
    }
}

/// The public half of a passkey.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyKey {
    cose: Vec<u8>,
    half: Half,
}

#[derive(Clone, PartialEq, Eq)]
enum Half {
    P256(P256),
    Ed25519(Ed25519),
    Rsa(RsaPublicKey),
}

/// The parameters of a COSE key that are looked at.
#[derive(Default)]
struct Parameters<'a> {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    first: Option<&'a [u8]>,
    second: Option<&'a [u8]>,
    third: Option<&'a [u8]>,
}

impl PasskeyKey {
    /// Reads the bytes of a COSE key.
    pub fn from_cose(cose: &[u8]) -> Result<Self, PasskeyError> {
        let half = parameters(cose).and_then(|parameters| half(&parameters)).ok_or(PasskeyError::Key)?;
        Ok(Self { cose: cose.to_vec(), half })
    }

    /// The bytes, as the authenticator wrote them.
    pub fn cose(&self) -> &[u8] {
        &self.cose
    }

    /// How it signs.
    pub const fn algorithm(&self) -> Algorithm {
        match self.half {
            Half::P256(_) => Algorithm::Es256,
            Half::Ed25519(_) => Algorithm::EdDsa,
            Half::Rsa(_) => Algorithm::Rs256,
        }
    }

    /// Whether its passkey made this signature over this message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.half {
            Half::P256(key) => {
                p256::ecdsa::Signature::from_der(signature).is_ok_and(|it| key.verify(message, &it).is_ok())
            }
            Half::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Half::Rsa(key) => pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| {
                pkcs1v15::VerifyingKey::<Sha256>::new(key.clone()).verify(message, &signature).is_ok()
            }),
        }
    }
}

impl fmt::Debug for PasskeyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasskeyKey({})", self.algorithm().word())
    }
}

fn parameters(cose: &[u8]) -> Option<Parameters<'_>> {
    let mut reader = Reader::new(cose);
    let mut found = Parameters::default();
    for _ in 0..reader.map()? {
        let earlier = match (reader.item()?, reader.item()?) {
            (Item::Int(1), Item::Int(kind)) => found.kind.replace(kind).is_some(),
            (Item::Int(3), Item::Int(algorithm)) => found.algorithm.replace(algorithm).is_some(),
            (Item::Int(-1), Item::Int(curve)) => found.curve.replace(curve).is_some(),
            (Item::Int(-1), Item::Bytes(bytes)) => found.first.replace(bytes).is_some(),
            (Item::Int(-2), Item::Bytes(bytes)) => found.second.replace(bytes).is_some(),
            (Item::Int(-3), Item::Bytes(bytes)) => found.third.replace(bytes).is_some(),
            _ => false,
        };
        if earlier {
            return None;
        }
    }
    reader.rest().is_empty().then_some(found)
}

fn half(parameters: &Parameters<'_>) -> Option<Half> {
    let Parameters { kind, algorithm, curve, first, second, third } = *parameters;
    match (kind?, algorithm?) {
        (2, -7) if curve == Some(1) => {
            let (x, y): ([u8; 32], [u8; 32]) = (second?.try_into().ok()?, third?.try_into().ok()?);
            let point = EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
            P256::from_encoded_point(&point).ok().map(Half::P256)
        }
        (1, -8) if curve == Some(6) => Ed25519::from_bytes(second?.try_into().ok()?).ok().map(Half::Ed25519),
        (3, -257) => {
            let key = RsaPublicKey::new(BigUint::from_bytes_be(first?), BigUint::from_bytes_be(second?)).ok()?;
            (key.size() >= SHORTEST_RSA).then_some(Half::Rsa(key))
        }
        _ => None,
    }
}
