//! The PROXY protocol (versions 1 and 2): who really called, as a balancer in front says it.
//!
//! It is read only from the balancers that the settings name: from anybody else it would be a way to
//! put words into the log.

use std::net::{IpAddr, SocketAddr};

/// What the beginning of a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxied {
    /// Not whole yet.
    More,
    /// No header, or a broken one: the connection is closed.
    Broken,
    /// The balancer speaks for itself (health checks); the header has so many bytes.
    Local(usize),
    /// It speaks for a device.
    For {
        /// The device.
        source: SocketAddr,
        /// The address that it called.
        destination: SocketAddr,
        /// Bytes of the header.
        used: usize,
    },
}

const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// The longest header of version 1, and the most of version 2 that is waited for.
const MOST: usize = 107;
const MOST_TWO: usize = 16 + 1024;

/// Reads the header.
pub fn read(bytes: &[u8]) -> Proxied {
    let common = bytes.len().min(SIGNATURE.len());
    if bytes.get(..common) == SIGNATURE.get(..common) {
        return two(bytes);
    }
    let common = bytes.len().min(6);
    if bytes.get(..common) == b"PROXY ".get(..common) {
        return one(bytes);
    }
    Proxied::Broken
}

fn one(bytes: &[u8]) -> Proxied {
    let Some(end) = bytes.windows(2).take(MOST).position(|pair| pair == b"\r\n") else {
        return if bytes.len() < MOST { Proxied::More } else { Proxied::Broken };
    };
    let used = end + 2;
    let Some(line) = bytes.get(..end).and_then(|line| std::str::from_utf8(line).ok()) else { return Proxied::Broken };
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["PROXY", "UNKNOWN", ..] => Proxied::Local(used),
        ["PROXY", kind @ ("TCP4" | "TCP6"), from, to, from_port, to_port] => {
            let address = |ip: &str, port: &str| {
                let ip: IpAddr = ip.parse().ok()?;
                (ip.is_ipv4() == (*kind == "TCP4")).then_some(SocketAddr::new(ip, port.parse().ok()?))
            };
            match (address(from, from_port), address(to, to_port)) {
                (Some(source), Some(destination)) => Proxied::For { source, destination, used },
                _ => Proxied::Broken,
            }
        }
        _ => Proxied::Broken,
    }
}

fn two(bytes: &[u8]) -> Proxied {
    let Some(&[version, family, high, low]) = bytes.get(12..16).and_then(|head| head.first_chunk()) else {
        return Proxied::More;
    };
    let used = 16 + usize::from(u16::from_be_bytes([high, low]));
    if version >> 4 != 2 || used > MOST_TWO {
        return Proxied::Broken;
    }
    let Some(block) = bytes.get(16..used) else { return Proxied::More };
    match (version & 15, family) {
        (0, _) | (1, 0) => Proxied::Local(used),
        (1, 0x11) => {
            four(block).map_or(Proxied::Broken, |(source, destination)| Proxied::For { source, destination, used })
        }
        (1, 0x21) => {
            six(block).map_or(Proxied::Broken, |(source, destination)| Proxied::For { source, destination, used })
        }
        _ => Proxied::Broken,
    }
}

fn four(block: &[u8]) -> Option<(SocketAddr, SocketAddr)> {
    let (from, rest) = block.split_first_chunk::<4>()?;
    let (to, rest) = rest.split_first_chunk::<4>()?;
    ports(IpAddr::from(*from), IpAddr::from(*to), rest)
}

fn six(block: &[u8]) -> Option<(SocketAddr, SocketAddr)> {
    let (from, rest) = block.split_first_chunk::<16>()?;
    let (to, rest) = rest.split_first_chunk::<16>()?;
    ports(IpAddr::from(*from), IpAddr::from(*to), rest)
}

fn ports(from: IpAddr, to: IpAddr, rest: &[u8]) -> Option<(SocketAddr, SocketAddr)> {
    let [a, b, c, d] = *rest.first_chunk::<4>()?;
    let port = |high, low| u16::from_be_bytes([high, low]);
    Some((SocketAddr::new(from, port(a, b)), SocketAddr::new(to, port(c, d))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_versions_name_the_device() {
        let source = "198.18.0.7:4711".parse().unwrap();
        let destination = "198.19.0.1:80".parse().unwrap();
        let line = b"PROXY TCP4 198.18.0.7 198.19.0.1 4711 80\r\nGET /";
        assert_eq!(read(line), Proxied::For { source, destination, used: line.len() - 5 });
        let mut two = SIGNATURE.to_vec();
        two.extend_from_slice(&[0x21, 0x11, 0, 12, 198, 18, 0, 7, 198, 19, 0, 1, 0x12, 0x67, 0, 80]);
        assert_eq!(read(&two), Proxied::For { source, destination, used: 28 });
        for cut in 0..two.len() {
            assert_eq!(read(&two[..cut]), Proxied::More, "{cut}");
        }
        let line = b"PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n";
        assert!(matches!(read(line), Proxied::For { used: 40, .. }));
        assert_eq!(read(b"PROXY UNKNOWN\r\n"), Proxied::Local(15));
    }

    #[test]
    fn what_is_no_header_is_broken() {
        for bytes in [
            "GET / HTTP/1.1\r\n",
            "PROXY TCP4 2001:db8::7 198.19.0.1 1 2\r\n",
            "PROXY TCP4 1 2 3\r\n",
            "PROXY TCP4 a b c d e f\r\n",
        ] {
            assert_eq!(read(bytes.as_bytes()), Proxied::Broken, "{bytes}");
        }
        assert_eq!(read(&[b"PROXY ".as_slice(), &[b'x'; 200]].concat()), Proxied::Broken);
    }

    proptest! {
        #[test]
        fn never_more_is_used_than_there_is(bytes: Vec<u8>, starts in 0usize..3) {
            let start: &[u8] = [b"".as_slice(), b"PROXY TCP4 ", SIGNATURE][starts];
            let bytes = [start, &bytes].concat();
            match read(&bytes) {
                Proxied::Local(used) | Proxied::For { used, .. } => prop_assert!(used <= bytes.len()),
                Proxied::More => prop_assert!(bytes.len() < MOST_TWO),
                Proxied::Broken => {}
            }
        }
    }
}
