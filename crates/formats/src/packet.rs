//! Frames to packets: link, tags, IPv4 and IPv6, TCP, UDP and ICMP; nothing is copied.
//!
//! Parsed by hand, because it is the hottest loop of the sensors; a property test compares it with
//! etherparse. Payloads are looked at where they lie and never kept.

mod link;
mod ip;
mod quote;
mod tunnel;

use std::net::IpAddr;

use crate::finding::Code;

pub use quote::Quoted;

/// Protocol numbers of IP (registry of assigned internet protocol numbers).
pub mod protocol {
    /// ICMP for IPv4 (RFC 792).
    pub const ICMP: u8 = 1;
    /// TCP (RFC 9293).
    pub const TCP: u8 = 6;
    /// UDP (RFC 768).
    pub const UDP: u8 = 17;
    /// GRE (RFC 2784).
    pub const GRE: u8 = 47;
    /// ICMP for IPv6 (RFC 4443).
    pub const ICMP6: u8 = 58;
}

/// Flags of TCP (RFC 9293 section 3.1).
pub mod flag {
    /// No more data from the sender.
    pub const FIN: u8 = 0x01;
    /// Synchronise sequence numbers.
    pub const SYN: u8 = 0x02;
    /// Reset the connection.
    pub const RST: u8 = 0x04;
    /// Push.
    pub const PSH: u8 = 0x08;
    /// The acknowledgment counts.
    pub const ACK: u8 = 0x10;
}

/// Where a packet stands among the fragments of its datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fragment {
    /// It is not one.
    #[default]
    Whole,
    /// The first: it has the transport header.
    First,
    /// A later one: it has no transport header.
    Later,
}

/// What a TCP header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tcp {
    /// Sequence number.
    pub sequence: u32,
    /// Flags, the lower eight.
    pub flags: u8,
    /// Length of the header in words of 32 bits.
    pub words: u8,
    /// Window as it stands, unscaled.
    pub window: u16,
}

/// One packet of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// Protocol number, behind the extension headers of IPv6.
    pub protocol: u8,
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// Identification of IPv4; 0 for IPv6.
    pub identification: u16,
    /// Length of the packet as its header says, in bytes, IP header included.
    pub length: u32,
    /// Which fragment it is.
    pub fragment: Fragment,
    /// Whether the transport header is cut, so that ports are 0 ([`Code::PacketCut`]).
    pub cut: bool,
    /// Source port of TCP and UDP; 0 for others.
    pub source_port: u16,
    /// Destination port of TCP and UDP; type and code of ICMP, the type in the upper byte.
    pub destination_port: u16,
    /// What TCP says; zeros where it is not TCP.
    pub tcp: Tcp,
    /// What stands behind the transport header, as far as it was kept; it is never stored.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a frame of a link type.
    ///
    /// # Errors
    /// The code under which the frame is counted: [`Code::FrameLink`], [`Code::FrameNotIp`],
    /// [`Code::FrameShort`], [`Code::FrameHeader`] or [`Code::FrameDeep`].
    #[inline]
    pub fn read(link: u32, frame: &'a [u8]) -> Result<Self, Code> {
        ip::read(link::network(link, frame)?)
    }

    /// Type of an ICMP message.
    pub const fn icmp_type(&self) -> Option<u8> {
        match self.protocol {
            protocol::ICMP | protocol::ICMP6 if !self.cut => Some((self.destination_port >> 8) as u8),
            _ => None,
        }
    }

    /// The packet that an ICMP error quotes.
    pub fn quoted(&self) -> Option<Quoted> {
        quote::of(self)
    }

    /// The frame that a tunnel carries (GRE, ERSPAN I to III, IP in IP), with its link type.
    pub fn tunnelled(&self) -> Option<(u32, &'a [u8])> {
        tunnel::of(self)
    }
}

#[cfg(test)]
mod tests;
