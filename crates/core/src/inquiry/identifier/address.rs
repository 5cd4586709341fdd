//! An IP address with the port from which it spoke: behind a carrier's translation the address alone finds nobody.

use alloc::string::{String, ToString};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::reason::Reason;
use super::typed::plain;

/// No address with its port is longer, in characters.
const LONGEST: usize = 64;

/// `198.18.0.1:50000` or `[2001:db8::1]:50000`, compressed as RFC 5952 says; an IPv4-mapped address is
/// the IPv4 address that it maps (RFC 4291 §2.5.5.2).
pub(super) fn with_port(text: &str) -> Result<String, Reason> {
    let typed = plain(text)?;
    if typed.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    let (address, port) = match typed.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']').ok_or(Reason::Address)?;
            (IpAddr::V6(v6(address)?), rest)
        }
        // Without brackets, where an IPv6 address ends and its port begins cannot be told.
        None if v6(&typed).is_ok() => return Err(Reason::NoPort),
        None => {
            let end = typed.find(':').unwrap_or(typed.len());
            let (address, rest) = typed.split_at_checked(end).ok_or(Reason::Address)?;
            (IpAddr::V4(address.parse::<Ipv4Addr>().map_err(|_| Reason::Address)?), rest)
        }
    };
    Ok(SocketAddr::new(address.to_canonical(), self::port(port)?).to_string())
}

fn v6(text: &str) -> Result<Ipv6Addr, Reason> {
    text.parse().map_err(|_| Reason::Address)
}

/// The port behind an address: `:` and a number from 1 to 65535 without zeros in front.
fn port(text: &str) -> Result<u16, Reason> {
    if matches!(text, "" | ":") {
        return Err(Reason::NoPort);
    }
    let digits = text.strip_prefix(':').ok_or(Reason::Address)?;
    // `parse` alone would take a sign.
    if !digits.starts_with(|first: char| matches!(first, '1'..='9')) {
        return Err(Reason::Port);
    }
    digits.parse().map_err(|_| Reason::Port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_in_one_form() {
        for (text, normal) in [
            ("198.18.0.1:50000", "198.18.0.1:50000"),
            (" １９８．１８．０．１：５００００ ", "198.18.0.1:50000"),
            ("[2001:DB8:0:0:0:0:0:1]:1", "[2001:db8::1]:1"),
            ("[2001:db8:0:1:0:0:0:1]:65535", "[2001:db8:0:1::1]:65535"),
            ("[2001:db8:0:1:1:1:1:1]:443", "[2001:db8:0:1:1:1:1:1]:443"),
            ("[::ffff:198.18.0.1]:50000", "198.18.0.1:50000"),
            ("[::ffff:c612:1]:50000", "198.18.0.1:50000"),
        ] {
            assert_eq!(with_port(text).as_deref(), Ok(normal), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_with_port_is_told_why() {
        for (text, reason) in [
            ("198.18.0.1", Reason::NoPort),
            ("198.18.0.1:", Reason::NoPort),
            ("2001:db8::1", Reason::NoPort),
            ("[2001:db8::1]", Reason::NoPort),
            ("[2001:db8::1]:", Reason::NoPort),
            ("198.18.0.1:0", Reason::Port),
            ("198.18.0.1:65536", Reason::Port),
            ("198.18.0.1:+80", Reason::Port),
            ("198.18.0.1:080", Reason::Port),
            ("198.18.0.1:80/tcp", Reason::Port),
            ("198.18.0.1:1:2", Reason::Port),
            ("198.18.0.256:1", Reason::Address),
            ("198.18.00.1:1", Reason::Address),
            ("198.18.1:1", Reason::Address),
            ("[2001:db8::1::2]:1", Reason::Address),
            ("[2001:db8::1:1", Reason::Address),
            ("[fe80::1%eth0]:1", Reason::Address),
            ("[198.18.0.1]:1", Reason::Address),
            ("[2001:db8::1]1", Reason::Address),
            ("host.example:1", Reason::Address),
        ] {
            assert_eq!(with_port(text), Err(reason), "{text}");
        }
    }
}
