//! A provider's form as both sides sign it: its text, its version, and the provider's signature; the force that agrees
//! signs the same bytes (S4.5, S4.11).
//!
//! ```text
//! renkei form v1
//! party mail-provider
//! version 3
//! key mail.example/mail-admin-1
//! signature <base 64>
//!
//! <the form, as it was written>
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use crate::base64;
use crate::id::{Digest, PartyId};
use crate::ledger::{Approval, KeyName, PublicKey};

const HEAD: &str = "renkei form v1\n";

/// A version of a provider's form, signed by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedForm {
    /// Whose.
    pub party: PartyId,
    /// From 1.
    pub version: u64,
    /// As it was written.
    pub text: String,
    /// The key that signed it.
    pub key: KeyName,
    /// Ed25519 over [`Approval::statement`] of [`SignedForm::subject`] and the digest of the text.
    pub signature: [u8; 64],
}

/// A text is no signed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no signed form: `renkei inquiry form --of PARTY --to FILE` writes one")]
pub struct FormError;

impl SignedForm {
    /// What is signed, besides the digest of the text.
    pub fn subject(party: &PartyId, version: u64) -> String {
        format!("form {party} {version}")
    }

    /// Whether one of these keys signed it.
    pub fn is_by<'k>(&self, keys: impl IntoIterator<Item = &'k PublicKey>) -> bool {
        let approval = Approval {
            subject: Self::subject(&self.party, self.version),
            digest: Digest::of(self.text.as_bytes()),
            key: self.key.clone(),
            signature: self.signature,
        };
        keys.into_iter().any(|key| approval.is_by(key))
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, FormError> {
        Self::read(text).ok_or(FormError)
    }

    fn read(text: &str) -> Option<Self> {
        let (head, body) = text.strip_prefix(HEAD)?.split_once("\n\n")?;
        let mut lines = head.lines();
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let form = Self {
            party: value("party")?.parse().ok()?,
            version: value("version")?.parse().ok()?,
            key: value("key")?.parse().ok()?,
            signature: base64::decode(value("signature")?)?.try_into().ok()?,
            text: body.to_string(),
        };
        // There is one form of each.
        (form.to_string() == text).then_some(form)
    }
}

impl fmt::Display for SignedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { party, version, text, key, signature } = self;
        let signature = base64::encode(signature);
        write!(f, "{HEAD}party {party}\nversion {version}\nkey {}\nsignature {signature}\n\n{text}", key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Signer;

    #[test]
    fn what_is_signed_is_read_again_and_every_changed_byte_is_found() {
        let signer = Signer::from_seed("mail.example/mail-admin-1".parse().unwrap(), &[3; 32]);
        let (party, text) = ("mail-provider".parse().unwrap(), "fields = [\"holder-name\"]\n\nzone = \"Asia/Tokyo\"\n");
        let approval = Approval::sign(&SignedForm::subject(&party, 3), Digest::of(text.as_bytes()), &signer);
        let form = SignedForm {
            party,
            version: 3,
            text: text.to_string(),
            key: approval.key.clone(),
            signature: approval.signature,
        };
        let whole = form.to_string();
        assert_eq!(SignedForm::parse(&whole), Ok(form.clone()));
        assert!(form.is_by([&signer.public()]) && !form.is_by([]));
        for at in 0..whole.len() {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes)
                && let Ok(read) = SignedForm::parse(&changed)
            {
                assert!(!read.is_by([&signer.public()]), "byte {at}");
            }
        }
    }
}
