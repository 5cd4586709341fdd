//! Blind tokens: what the office remembers of a credential instead of it.
//!
//! HMAC-SHA-256 under a key of the office's own, so that nobody who has the tokens alone can try passwords
//! on them. The same credential gives the same token, in whatever file it comes.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use renkei_formats::credentials::Credential;
use renkei_table::LineKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::{self, SecretError};

/// Makes tokens.
pub(super) struct Blind(Hmac<Sha256>);

impl Blind {
    /// With the office's key, made when it is first needed.
    pub(super) fn open(path: &Path) -> Result<Self, SecretError> {
        if !path.exists() {
            let fresh = Zeroizing::new(rand::random::<[u8; 32]>());
            secret::write(path, &Zeroizing::new(STANDARD.encode(fresh.as_slice())))?;
        }
        let form = || SecretError::Form(path.to_path_buf());
        let key = Zeroizing::new(STANDARD.decode(secret::read(path)?.trim()).map_err(|_| form())?);
        Hmac::new_from_slice(&key).map(Self).map_err(|_| form())
    }

    /// The token of a credential: by it an operator answers, and it is known again.
    pub(super) fn line(&self, host: &str, credential: &Credential<'_>) -> LineKey {
        let bits = self.token("line", &[host, credential.id, credential.secret]);
        LineKey { hi: (bits >> 64) as i64, lo: bits as i64 }
    }

    /// The token of an account, whatever its password.
    pub(super) fn account(&self, host: &str, credential: &Credential<'_>) -> u128 {
        self.token("account", &[host, credential.id])
    }

    fn token(&self, what: &str, parts: &[&str]) -> u128 {
        let mut mac = self.0.clone();
        mac.update(what.as_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        let (first, _) = tag.split_at(16);
        first.iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_same_again_and_tells_nothing_without_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blind.key");
        let credential = |id, secret| Credential { site: "shop.example", id, secret, seen: "" };
        let blind = Blind::open(&path).unwrap();
        let token = blind.line("shop.example", &credential("taro", "p"));
        assert_eq!(Blind::open(&path).unwrap().line("shop.example", &credential("taro", "p")), token);
        assert_ne!(blind.line("shop.example", &credential("tar", "op")), token);
        assert_eq!(
            blind.account("a.example", &credential("t", "1")),
            blind.account("a.example", &credential("t", "2"))
        );
        let other = Blind::open(&folder.path().join("other.key")).unwrap();
        assert_ne!(other.line("shop.example", &credential("taro", "p")), token);
    }
}
