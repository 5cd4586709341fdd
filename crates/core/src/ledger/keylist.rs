//! A list of keys for which an office vouches: verifier keys, one a line, and the office's signature under them.
//!
//! ```text
//! renkei keys v1
//! office.example/ledger-1+0a1b2c3d+AQ…
//! office.example/head-1+…
//! — office.example/ledger-1 <base 64 of the signature over all bytes before this line>
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::key::{PublicKey, Signer};
use crate::base64;

const HEAD: &str = "renkei keys v1";

/// The list, signed.
pub fn sign(keys: &[PublicKey], office: &Signer) -> String {
    let lines: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let text = format!("{HEAD}\n{lines}");
    let signature = base64::encode(&office.sign(text.as_bytes()));
    format!("{text}— {} {signature}\n", office.public().name())
}

/// The keys of a list, if the office's key that is trusted signed it.
pub fn open(text: &str, trusted: &PublicKey) -> Option<Vec<PublicKey>> {
    let (before, line) = text.rsplit_once("\n— ")?;
    let signed = text.get(..=before.len())?;
    let (name, signature) = line.strip_suffix('\n')?.split_once(' ')?;
    let signature: [u8; 64] = base64::decode(signature)?.try_into().ok()?;
    if name != trusted.name().as_str() || !trusted.verifies(signed.as_bytes(), &signature) {
        return None;
    }
    let lines = signed.strip_prefix(HEAD)?.strip_prefix('\n')?;
    lines.lines().map(|line| line.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_trusted_key_vouches_and_for_these_keys_alone() {
        let office = Signer::from_seed("a.example/ledger-1".parse().unwrap(), &[1; 32]);
        let other = Signer::from_seed("a.example/ledger-1".parse().unwrap(), &[2; 32]);
        let keys = [office.public(), Signer::from_seed("a.example/head-1".parse().unwrap(), &[3; 32]).public()];
        let text = sign(&keys, &office);
        assert_eq!(open(&text, &office.public()).as_deref(), Some(&keys[..]));
        assert_eq!(open(&text, &other.public()), None);
        assert_eq!(open(&sign(&keys, &other), &office.public()), None);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert_eq!(open(&changed, &office.public()), None, "byte {at}");
            }
        }
    }
}
