//! Addresses of crypto assets, with the checksums that they carry.

use sha3::{Digest, Keccak256};

use super::misfit::Misfit;

/// A Bitcoin address of the main network: Base58Check of 20 bytes with version 0 or 5, or a witness program in
/// Bech32 (version 0, BIP 173) or Bech32m (versions 1 to 16, BIP 350), which is lower case.
pub(super) fn bitcoin(text: &str) -> Result<String, Misfit> {
    if text.len() > 90 {
        return Err(Misfit::TooLong);
    }
    if text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("bc1")) {
        return segwit(text);
    }
    match bs58::decode(text).with_check(None).into_vec() {
        Ok(bytes) if bytes.len() == 21 && matches!(bytes.first(), Some(0 | 5)) => Ok(text.to_owned()),
        Ok(_) => Err(Misfit::Form),
        Err(bs58::decode::Error::InvalidChecksum { .. }) if (26..=35).contains(&text.len()) => Err(Misfit::Checksum),
        Err(_) => Err(Misfit::Form),
    }
}

fn segwit(text: &str) -> Result<String, Misfit> {
    use bech32::primitives::decode::SegwitHrpstring;
    use bech32::primitives::decode::SegwitHrpstringError;
    match SegwitHrpstring::new(text) {
        Ok(_) => Ok(text.to_ascii_lowercase()),
        Err(SegwitHrpstringError::Checksum(_)) => Err(Misfit::Checksum),
        Err(_) => Err(Misfit::Form),
    }
}

/// An Ethereum address with the capitals of EIP-55. Written in one case it has no checksum and is taken; in
/// two, the checksum must fit.
pub(super) fn ethereum(text: &str) -> Result<String, Misfit> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).ok_or(Misfit::Form)?;
    if digits.len() != 40 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Misfit::Form);
    }
    let lower = digits.to_ascii_lowercase();
    let hash = Keccak256::digest(lower.as_bytes());
    let nibble = |place: usize| {
        hash.get(place / 2).map_or(0, |byte| if place.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
    };
    let checked: String = (0..)
        .zip(lower.chars())
        .map(|(place, digit)| if nibble(place) >= 8 { digit.to_ascii_uppercase() } else { digit })
        .collect();
    let is_one_case = digits == lower || digits == digits.to_ascii_uppercase();
    match is_one_case || digits == checked {
        true => Ok(format!("0x{checked}")),
        false => Err(Misfit::Checksum),
    }
}
