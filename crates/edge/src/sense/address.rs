//! Addresses as keys: IPv4 in four bytes, IPv6 in sixteen, so that tables of either stay small.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address that a table can be keyed by.
pub(super) trait Address: Copy + Eq + Ord + Default + Debug + Send {
    /// How long it is.
    const BITS: u32;
    /// The address of a packet, if it is of this family.
    fn of(address: IpAddr) -> Option<Self>;
    /// As others write it.
    fn ip(self) -> IpAddr;
    /// Folded to 64 bits; different addresses of IPv4 stay different.
    fn fold(self) -> u64;
}

impl Address for u32 {
    const BITS: u32 = 32;
    fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Some(address.to_bits()),
            IpAddr::V6(_) => None,
        }
    }
    fn ip(self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(self))
    }
    fn fold(self) -> u64 {
        u64::from(self)
    }
}

impl Address for u128 {
    const BITS: u32 = 128;
    fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V6(address) => Some(address.to_bits()),
            IpAddr::V4(_) => None,
        }
    }
    fn ip(self) -> IpAddr {
        IpAddr::V6(Ipv6Addr::from_bits(self))
    }
    fn fold(self) -> u64 {
        mix(self as u64, (self >> 64) as u64)
    }
}

/// Mixes a value with a secret: whoever sends packets must not be able to choose where they lie.
#[inline]
pub(super) fn mix(value: u64, secret: u64) -> u64 {
    let product = u128::from(value ^ secret) * u128::from(0x9e37_79b9_7f4a_7c15 ^ secret.rotate_left(32) | 1);
    (product as u64 ^ (product >> 64) as u64).wrapping_mul(0xd6e8_feb8_6659_fd93)
}
