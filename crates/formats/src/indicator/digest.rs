//! Digests of files: exact ones, and those by which similar files are found.

use super::kind::Kind;
use super::misfit::Misfit;

/// Hexadecimal digits in lower case, as many as the algorithm gives.
pub(super) fn hexadecimal(text: &str, kind: Kind) -> Result<String, Misfit> {
    let digits = match kind {
        Kind::Md5 => 32,
        Kind::Sha1 => 40,
        Kind::Sha256 => 64,
        _ => 128,
    };
    match text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(Misfit::Form),
    }
}

/// `block size:hash:hash`, with the file name behind a comma left out. The block size is 3 times a power of
/// two, the hashes have at most 64 and 32 characters of base 64, though longer second ones are written too.
pub(super) fn ssdeep(text: &str) -> Result<String, Misfit> {
    let bare = text.split_once(',').map_or(text, |(bare, _)| bare);
    let mut parts = bare.split(':');
    let (Some(size), Some(one), Some(two), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(Misfit::Form);
    };
    let size: u64 = match size.starts_with(|first: char| first.is_ascii_digit()) {
        true => size.parse().map_err(|_| Misfit::Form)?,
        false => return Err(Misfit::Form),
    };
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let fits = |hash: &str| hash.len() <= 64 && hash.bytes().all(is_base64);
    let is_size = size.is_multiple_of(3) && (size / 3).is_power_of_two();
    match is_size && fits(one) && fits(two) && !(one.is_empty() && two.is_empty()) {
        true => Ok(format!("{size}:{one}:{two}")),
        false => Err(Misfit::Form),
    }
}

/// `T1` and 70 hexadecimal digits in capitals; the older form lacks the `T1`.
pub(super) fn tlsh(text: &str) -> Result<String, Misfit> {
    let digits = match text.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("t1") && text.len() == 72 => text.get(2..).unwrap_or_default(),
        _ => text,
    };
    match digits.len() == 70 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(format!("T1{}", digits.to_ascii_uppercase())),
        false => Err(Misfit::Form),
    }
}
