//! Addresses, prefixes and AS numbers as the directory and the gate see them.

use alloc::string::{String, ToString};
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// An autonomous system number (RFC 6793: four octets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asn(pub u32);

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

/// A text is not an AS number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an AS number: write 64496 or AS64496")]
pub struct AsnError(String);

impl FromStr for Asn {
    type Err = AsnError;
    fn from_str(text: &str) -> Result<Self, AsnError> {
        let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
        digits.parse().map(Self).map_err(|_| AsnError(text.to_string()))
    }
}

/// An address block: the host bits are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

/// Why a text is not an address block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// Not `address/length`, or the length is too large.
    #[error("`{0}` is not an address block: write 198.18.0.0/15 or 2001:db8::/32")]
    Form(String),
    /// Bits after the length are set, so one of the two numbers is wrong.
    #[error("`{0}` has bits set after its length: did you mean `{1}`?")]
    HostBits(String, Prefix),
}

impl Prefix {
    /// The block of a length that holds an address; host bits are cleared.
    pub fn holding(address: IpAddr, length: u8) -> Option<Self> {
        let address = match address {
            IpAddr::V4(v4) if length <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
            }
            IpAddr::V6(v6) if length <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
            }
            _ => return None,
        };
        Some(Self { address, length })
    }

    /// The first address of the block.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// The last address of the block.
    pub fn last(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(v4) => {
                let host = u32::MAX.checked_shr(u32::from(self.length)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() | host))
            }
            IpAddr::V6(v6) => {
                let host = u128::MAX.checked_shr(u32::from(self.length)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() | host))
            }
        }
    }

    /// Number of leading bits that are fixed.
    pub const fn length(&self) -> u8 {
        self.length
    }

    /// Whether the address lies in the block (families never mix).
    pub fn contains(&self, address: IpAddr) -> bool {
        Self::holding(address, self.length) == Some(*self)
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;
    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let form = || PrefixError::Form(text.to_string());
        let (address, length) = text.split_once('/').ok_or_else(form)?;
        let address: IpAddr = address.parse().map_err(|_| form())?;
        let length: u8 = length.parse().map_err(|_| form())?;
        let prefix = Self::holding(address, length).ok_or_else(form)?;
        if prefix.address != address {
            return Err(PrefixError::HostBits(text.to_string(), prefix));
        }
        Ok(prefix)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

/// Why an address cannot be that of a device on the Internet (IANA special-purpose registries,
/// RFC 6890 and its updates).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reserved {
    /// "This network", unspecified.
    Unspecified,
    /// RFC 1918 or unique local.
    Private,
    /// RFC 6598: between a carrier and its customers.
    SharedCarrier,
    /// The machine itself.
    Loopback,
    /// One link only.
    LinkLocal,
    /// RFC 5737, RFC 3849, RFC 9637.
    Documentation,
    /// RFC 2544, RFC 5180.
    Benchmarking,
    /// To many at once.
    Multicast,
    /// Kept for later, or broadcast.
    Future,
}

/// The special-purpose block an address lies in, if any.
pub fn reserved(address: IpAddr) -> Option<Reserved> {
    match address {
        IpAddr::V4(v4) => reserved_v4(v4),
        IpAddr::V6(v6) => reserved_v6(v6),
    }
}

fn reserved_v4(address: Ipv4Addr) -> Option<Reserved> {
    let [a, b, c, _] = address.octets();
    Some(match (a, b, c) {
        (0, ..) => Reserved::Unspecified,
        (10, ..) | (192, 168, _) => Reserved::Private,
        (172, 16..=31, _) => Reserved::Private,
        (100, 64..=127, _) => Reserved::SharedCarrier,
        (127, ..) => Reserved::Loopback,
        (169, 254, _) => Reserved::LinkLocal,
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => Reserved::Documentation,
        (198, 18..=19, _) => Reserved::Benchmarking,
        (224..=239, ..) => Reserved::Multicast,
        (240..=255, ..) => Reserved::Future,
        _ => return None,
    })
}

fn reserved_v6(address: Ipv6Addr) -> Option<Reserved> {
    let [a, b, c, ..] = address.segments();
    Some(match (a, b) {
        _ if address.is_unspecified() => Reserved::Unspecified,
        _ if address.is_loopback() => Reserved::Loopback,
        (0x2001, 0x0db8) | (0x3fff, 0..=0x0fff) => Reserved::Documentation,
        (0x2001, 2) if c == 0 => Reserved::Benchmarking,
        (0xfc00..=0xfdff, _) => Reserved::Private,
        (0xfe80..=0xfebf, _) => Reserved::LinkLocal,
        (0xff00..=0xffff, _) => Reserved::Multicast,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blocks_refuse_host_bits_and_say_what_was_meant() {
        let error = "198.18.1.1/15".parse::<Prefix>().unwrap_err();
        assert_eq!(error.to_string(), "`198.18.1.1/15` has bits set after its length: did you mean `198.18.0.0/15`?");
        assert!("198.18.0.0/33".parse::<Prefix>().is_err());
        assert_eq!(
            "2001:db8::/32".parse::<Prefix>().unwrap().last().to_string(),
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"
        );
        assert_eq!("0.0.0.0/0".parse::<Prefix>().unwrap().last().to_string(), "255.255.255.255");
    }

    #[test]
    fn sample_networks_are_known_as_reserved() {
        for (text, kind) in [
            ("198.19.255.255", Reserved::Benchmarking),
            ("3fff:fff::1", Reserved::Documentation),
            ("2001:db8::1", Reserved::Documentation),
            ("100.64.0.1", Reserved::SharedCarrier),
        ] {
            assert_eq!(reserved(text.parse().unwrap()), Some(kind), "{text}");
        }
        assert_eq!(reserved("8.8.8.8".parse().unwrap()), None);
    }

    proptest! {
        #[test]
        fn a_block_holds_its_ends_and_comes_back(bits: u32, length in 0u8..=32) {
            let prefix = Prefix::holding(IpAddr::V4(Ipv4Addr::from_bits(bits)), length).unwrap();
            prop_assert!(prefix.contains(prefix.address()) && prefix.contains(prefix.last()));
            prop_assert_eq!(prefix.to_string().parse::<Prefix>().unwrap(), prefix);
        }
    }
}
