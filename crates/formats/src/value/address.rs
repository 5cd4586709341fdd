//! Addresses: exactly what the standard library accepts, faster for IPv4.

use std::net::{IpAddr, Ipv4Addr};

/// An address, and whether it was an IPv4-mapped one that was turned into IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub address: IpAddr,
    pub was_mapped: bool,
}

/// Reads an address; octets with leading zeros are refused, since some read them as octal.
pub(crate) fn read(text: &str) -> Option<Read> {
    let text = text.trim_ascii();
    if let Some(v4) = read_v4(text.as_bytes()) {
        return Some(Read { address: IpAddr::V4(v4), was_mapped: false });
    }
    match text.parse().ok()? {
        IpAddr::V6(v6) => Some(match v6.to_ipv4_mapped() {
            Some(v4) => Read { address: IpAddr::V4(v4), was_mapped: true },
            None => Read { address: IpAddr::V6(v6), was_mapped: false },
        }),
        v4 => Some(Read { address: v4, was_mapped: false }),
    }
}

fn read_v4(bytes: &[u8]) -> Option<Ipv4Addr> {
    let (mut bits, mut octet, mut digits, mut dots) = (0u32, 0u32, 0u8, 0u8);
    for byte in bytes {
        match byte {
            b'0'..=b'9' => {
                if digits > 0 && octet == 0 {
                    return None;
                }
                octet = octet * 10 + u32::from(byte - b'0');
                digits += 1;
                if octet > 255 {
                    return None;
                }
            }
            b'.' if digits > 0 && dots < 3 => {
                bits = (bits << 8) | octet;
                (octet, digits) = (0, 0);
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0).then(|| Ipv4Addr::from_bits((bits << 8) | octet))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn five_octets_and_octal_are_no_address() {
        for bad in ["198.18.0.1.2", "198.18.0", "198.18.00.1", "198.18.0.256", "", ".", "198.18..1", "::g"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let mapped = read("::ffff:198.18.0.1").unwrap();
        assert_eq!((mapped.address.to_string().as_str(), mapped.was_mapped), ("198.18.0.1", true));
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in "[0-9]{1,4}(\\.[0-9]{1,3}){2,4}|[0-9a-f:]{0,20}") {
            let model = text.parse::<IpAddr>().ok().map(|address| address.to_canonical());
            prop_assert_eq!(read(&text).map(|read| read.address), model);
        }
    }
}
