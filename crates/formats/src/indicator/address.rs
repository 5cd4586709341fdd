//! Addresses, blocks of them, AS numbers.

use std::net::IpAddr;

use renkei_core::net::{Prefix, PrefixError};

use super::misfit::Misfit;
use super::plain::refang;

/// An address as RFC 5952 writes it; zones and brackets are not taken, leading zeros neither (some read them
/// as octal). An IPv4-mapped address is the IPv4 address that it maps.
pub(super) fn address(text: &str) -> Result<String, Misfit> {
    let address: IpAddr = refang(text).text.parse().map_err(|_| Misfit::Form)?;
    Ok(address.to_canonical().to_string())
}

/// A block of addresses whose bits after its length are zero.
pub(super) fn block(text: &str) -> Result<String, Misfit> {
    match refang(text).text.parse::<Prefix>() {
        Ok(prefix) => Ok(prefix.to_string()),
        Err(PrefixError::Form(_)) => Err(Misfit::Form),
        Err(PrefixError::HostBits(..)) => Err(Misfit::HostBits),
    }
}

/// `AS` and the number in decimal digits (RFC 5396 asplain).
pub(super) fn asn(text: &str) -> Result<String, Misfit> {
    let plain = refang(text).text;
    let digits = match plain.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("as") => plain.get(2..).unwrap_or_default().trim_start(),
        _ => plain.as_str(),
    };
    match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.parse::<u32>().map(|number| format!("AS{number}")).map_err(|_| Misfit::Form),
        false => Err(Misfit::Form),
    }
}
