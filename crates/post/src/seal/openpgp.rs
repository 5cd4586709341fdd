//! OpenPGP public keys: which part of one may be used to encrypt at a moment (RFC 9580 §10.1, §5.2.3).
//!
//! The library verifies signatures and leaves their meaning to us. The rules here: a self-signature
//! must bind the key, the newest one counts; revocations by the owner end it; expiry is counted from
//! the creation of the part it stands on; of the encryption subkeys in force the newest is taken.

use std::fmt;

use pgp::composed::{Deserializable, MessageBuilder, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::ser::Serialize;
use pgp::types::{EncryptionKey, KeyDetails, PublicParams, Tag};
use rand_core::OsRng;
use renkei_core::time::{Moment, SECOND};
use zeroize::Zeroizing;

use super::{KeyError, SealError};

/// A checked OpenPGP public key and the part of it that encrypts.
#[derive(Clone)]
pub struct OpenPgpKey {
    key: SignedPublicKey,
    subkey: Option<SignedPublicSubKey>,
    takes_aead: bool,
}

impl OpenPgpKey {
    /// Checks an ASCII-armored public key at a moment.
    pub fn check(armored: &str, at: Moment) -> Result<Self, KeyError> {
        if armored.contains("PRIVATE KEY BLOCK") {
            return Err(KeyError::Private);
        }
        let (key, _) = SignedPublicKey::from_armor_single(armored.as_bytes())
            .map_err(|error| KeyError::NotOpenPgp(error.to_string().chars().take(200).collect()))?;
        let fingerprint = key.fingerprint().to_string();
        let revoked =
            key.details.revocation_signatures.iter().any(|signature| signature.verify_key(&key.primary_key).is_ok());
        if revoked {
            return Err(KeyError::Revoked { fingerprint });
        }
        let own = self_signature(&key).ok_or_else(|| KeyError::Unbound { fingerprint: fingerprint.clone() })?;
        let (from, until) = life(seconds(key.created_at().as_secs()), own);
        if at < from {
            return Err(KeyError::NotYet { fingerprint, from });
        }
        if let Some(expired) = until.filter(|until| *until <= at) {
            return Err(KeyError::Expired { fingerprint, expired });
        }
        let takes_aead = own.features().is_some_and(|features| features.seipd_v2());
        let flags = own.key_flags();
        let primary_encrypts = (flags.encrypt_comms() || flags.encrypt_storage()) && is_strong(&key.primary_key);
        let subkey = encryption_subkey(&key, at).cloned();
        if subkey.is_none() && !primary_encrypts {
            return Err(KeyError::NoEncryptionKey { fingerprint });
        }
        Ok(Self { key, subkey, takes_aead })
    }

    /// Fingerprint of the primary key, in hexadecimal.
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint().to_string()
    }

    /// Seals bytes: AEAD (SEIPD version 2) if the key says that its owner's program takes it, else
    /// version 1, which every program takes.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        match &self.subkey {
            Some(subkey) => seal_to(subkey, self.takes_aead, plain),
            None => seal_to(&self.key, self.takes_aead, plain),
        }
        .map_err(|error| SealError(error.to_string()))
    }
}

impl fmt::Debug for OpenPgpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenPgpKey({})", self.fingerprint())
    }
}

fn seal_to(key: &impl EncryptionKey, takes_aead: bool, plain: &[u8]) -> pgp::errors::Result<Vec<u8>> {
    let plain = Zeroizing::new(plain.to_vec());
    let builder = MessageBuilder::from_reader("", plain.as_slice());
    if takes_aead {
        let mut sealed =
            builder.seipd_v2(OsRng, SymmetricKeyAlgorithm::AES256, AeadAlgorithm::Ocb, ChunkSize::default());
        sealed.encrypt_to_key(OsRng, key)?;
        sealed.to_vec(OsRng)
    } else {
        let mut sealed = builder.seipd_v1(OsRng, SymmetricKeyAlgorithm::AES256);
        sealed.encrypt_to_key(OsRng, key)?;
        sealed.to_vec(OsRng)
    }
}

/// The newest valid self-signature over the key or one of its user ids.
fn self_signature(key: &SignedPublicKey) -> Option<&Signature> {
    let primary = &key.primary_key;
    let direct = key.details.direct_signatures.iter().filter(|signature| signature.verify_key(primary).is_ok());
    let over_users = key.details.users.iter().flat_map(|user| {
        let own = |signature: &&Signature| signature.verify_certification(primary, Tag::UserId, &user.id).is_ok();
        let is_revocation = |signature: &&Signature| signature.typ() == Some(SignatureType::CertRevocation);
        let revoked = user.signatures.iter().filter(is_revocation).any(|signature| own(&signature));
        user.signatures.iter().filter(move |signature| !revoked && !is_revocation(signature) && own(signature))
    });
    direct.chain(over_users).max_by_key(|signature| signature.created().map(|created| created.as_secs()))
}

/// The newest subkey that is bound, in force at the moment, strong, and meant for encryption.
fn encryption_subkey(key: &SignedPublicKey, at: Moment) -> Option<&SignedPublicSubKey> {
    let usable = key.public_subkeys.iter().filter(|subkey| {
        let own = |signature: &&Signature| signature.verify_subkey_binding(&key.primary_key, &subkey.key).is_ok();
        let valid = || subkey.signatures.iter().filter(own);
        if valid().any(|signature| signature.typ() == Some(SignatureType::SubkeyRevocation)) {
            return false;
        }
        let newest = valid().max_by_key(|signature| signature.created().map(|created| created.as_secs()));
        newest.is_some_and(|binding| {
            let flags = binding.key_flags();
            let (from, until) = life(seconds(subkey.key.created_at().as_secs()), binding);
            let in_force = from <= at && until.is_none_or(|until| at < until);
            in_force && (flags.encrypt_comms() || flags.encrypt_storage()) && is_strong(&subkey.key)
        })
    });
    usable.max_by_key(|subkey| subkey.key.created_at().as_secs())
}

/// From when until when a part is in force, by the signature that binds it.
fn life(created: Moment, binding: &Signature) -> (Moment, Option<Moment>) {
    let lasts = binding.key_expiration_time().map(|lasts| lasts.as_secs()).filter(|lasts| *lasts > 0);
    let until = lasts.map(|lasts| Moment(created.0.saturating_add(i64::from(lasts) * SECOND)));
    (created, until)
}

const fn seconds(since_1970: u32) -> Moment {
    Moment(since_1970 as i64 * SECOND)
}

/// RSA of 2048 bits or more, ECDH, X25519, X448 (RFC 9580 §12.4 rules out smaller RSA and Elgamal).
fn is_strong(key: &impl KeyDetails) -> bool {
    match key.public_params() {
        // Modulus and exponent, each with two octets of length: a 2048-bit modulus has 256 octets.
        PublicParams::RSA(params) => params.write_len() > 2 + 256 + 2,
        PublicParams::ECDH(_) | PublicParams::X25519(_) | PublicParams::X448(_) => true,
        _ => false,
    }
}
