//! C2SP signed notes around one line of JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::ledger::key::{PublicKey, Signer};

use super::{MOST_BYTES, OrderError};

/// The note: text, empty line, one signature line.
pub(super) fn signed(text: &str, signer: &Signer) -> String {
    let public = signer.public();
    let mut bytes = Vec::from(public.hash());
    bytes.extend_from_slice(&signer.sign(text.as_bytes()));
    format!("{text}\n— {} {}\n", public.name(), STANDARD.encode(&bytes))
}

/// The text of a note that the key signed. Signatures of unknown keys are passed over, a wrong one of
/// this key spoils the note, as C2SP asks.
pub(super) fn opened<'a>(note: &'a str, key: &PublicKey) -> Result<&'a str, OrderError> {
    if note.len() > MOST_BYTES {
        return Err(OrderError::Form);
    }
    let at = note.find("\n\n").ok_or(OrderError::Form)?;
    let (text, below) = note.split_at(at + 1);
    let unsigned = || OrderError::Signature(key.name().to_string());
    let mut good = false;
    for line in below.trim_start_matches('\n').lines() {
        let (name, signature) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(OrderError::Form)?;
        let bytes = STANDARD.decode(signature).map_err(|_| OrderError::Form)?;
        let (hash, signature) = bytes.split_first_chunk::<4>().ok_or(OrderError::Form)?;
        if name != key.name().as_str() || *hash != key.hash() {
            continue;
        }
        let signature: &[u8; 64] = signature.try_into().map_err(|_| unsigned())?;
        if !key.verifies(text.as_bytes(), signature) {
            return Err(unsigned());
        }
        good = true;
    }
    if good { Ok(text) } else { Err(unsigned()) }
}
