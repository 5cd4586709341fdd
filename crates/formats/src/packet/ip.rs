//! IPv4 and IPv6 headers (RFC 791, RFC 8200), then TCP, UDP and ICMP.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Fragment, Packet, Tcp, protocol};
use crate::finding::Code;

/// More extension headers than this are not read.
const EXTENSIONS: usize = 8;

#[inline]
pub(super) fn read(bytes: &[u8]) -> Result<Packet<'_>, Code> {
    match bytes.first().map(|first| first >> 4) {
        Some(4) => version4(bytes),
        Some(6) => version6(bytes),
        Some(_) => Err(Code::FrameHeader),
        None => Err(Code::FrameShort),
    }
}

#[inline]
fn version4(bytes: &[u8]) -> Result<Packet<'_>, Code> {
    let &[first, _, len0, len1, id0, id1, frag0, frag1, ttl, protocol, _, _, ref addresses @ ..] =
        bytes.first_chunk::<20>().ok_or(Code::FrameShort)?;
    let &[s0, s1, s2, s3, d0, d1, d2, d3] = addresses;
    let header = usize::from(first & 0x0f) * 4;
    let said = usize::from(u16::from_be_bytes([len0, len1]));
    // Network cards that segment write a length of 0; what was kept is then the best that is known.
    let length = if said == 0 { bytes.len() } else { said };
    if header < 20 || length < header {
        return Err(Code::FrameHeader);
    }
    let rest = bytes.get(header..bytes.len().min(length)).ok_or(Code::FrameShort)?;
    let fragment = match u16::from_be_bytes([frag0, frag1]) & 0x3fff {
        0 => Fragment::Whole,
        0x2000 => Fragment::First,
        _ => Fragment::Later,
    };
    let packet = Packet {
        source: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)),
        destination: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)),
        protocol,
        ttl,
        identification: u16::from_be_bytes([id0, id1]),
        length: u32::try_from(length).unwrap_or(u32::MAX),
        fragment,
        cut: false,
        source_port: 0,
        destination_port: 0,
        tcp: Tcp::default(),
        payload: rest,
    };
    Ok(transport(packet))
}

fn version6(bytes: &[u8]) -> Result<Packet<'_>, Code> {
    let head: &[u8; 40] = bytes.first_chunk().ok_or(Code::FrameShort)?;
    let &[_, _, _, _, len0, len1, next, ttl, ref addresses @ ..] = head;
    let (source, destination) = addresses.split_at(16);
    let address = |bytes: &[u8]| bytes.first_chunk::<16>().map(|bytes| IpAddr::V6(Ipv6Addr::from(*bytes)));
    let (Some(source), Some(destination)) = (address(source), address(destination)) else {
        return Err(Code::FrameShort);
    };
    let said = usize::from(u16::from_be_bytes([len0, len1]));
    let length = if said == 0 { bytes.len() } else { said + 40 };
    let rest = bytes.get(40..bytes.len().min(length)).unwrap_or_default();
    let (protocol, fragment, identification, payload) = extensions(next, rest);
    let packet = Packet {
        source,
        destination,
        protocol,
        ttl,
        identification,
        length: u32::try_from(length).unwrap_or(u32::MAX),
        fragment,
        cut: false,
        source_port: 0,
        destination_port: 0,
        tcp: Tcp::default(),
        payload,
    };
    Ok(transport(packet))
}

/// Walks the extension headers of IPv6: protocol, fragment, identification (always 0), what follows.
fn extensions(mut next: u8, mut rest: &[u8]) -> (u8, Fragment, u16, &[u8]) {
    let mut fragment = Fragment::Whole;
    for _ in 0..EXTENSIONS {
        let Some(&[after, size, hi, lo, ..]) = rest.first_chunk::<8>() else { break };
        let length = match next {
            0 | 43 | 60 => usize::from(size) * 8 + 8,
            44 => 8,
            51 => usize::from(size) * 4 + 8,
            _ => break,
        };
        if next == 44 {
            fragment = match u16::from_be_bytes([hi, lo]) & 0xfff9 {
                0 => Fragment::Whole,
                1 => Fragment::First,
                _ => Fragment::Later,
            };
        }
        next = after;
        rest = rest.get(length..).unwrap_or_default();
        if fragment == Fragment::Later {
            break;
        }
    }
    (next, fragment, 0, rest)
}

/// Reads the transport header, which a later fragment does not have.
#[inline]
fn transport(mut packet: Packet<'_>) -> Packet<'_> {
    if packet.fragment == Fragment::Later {
        return packet;
    }
    let read = match packet.protocol {
        protocol::TCP => tcp(&mut packet),
        protocol::UDP => udp(&mut packet),
        protocol::ICMP | protocol::ICMP6 => icmp(&mut packet),
        _ => Some(()),
    };
    packet.cut = read.is_none();
    packet
}

#[inline]
fn tcp(packet: &mut Packet<'_>) -> Option<()> {
    let &[s0, s1, d0, d1, q0, q1, q2, q3, _, _, _, _, offset, flags, w0, w1, ..] =
        packet.payload.first_chunk::<16>()?;
    let words = offset >> 4;
    packet.source_port = u16::from_be_bytes([s0, s1]);
    packet.destination_port = u16::from_be_bytes([d0, d1]);
    packet.tcp =
        Tcp { sequence: u32::from_be_bytes([q0, q1, q2, q3]), flags, words, window: u16::from_be_bytes([w0, w1]) };
    packet.payload = packet.payload.get(usize::from(words.max(5)) * 4..).unwrap_or_default();
    Some(())
}

#[inline]
fn udp(packet: &mut Packet<'_>) -> Option<()> {
    let &[s0, s1, d0, d1, ..] = packet.payload.first_chunk::<8>()?;
    packet.source_port = u16::from_be_bytes([s0, s1]);
    packet.destination_port = u16::from_be_bytes([d0, d1]);
    packet.payload = packet.payload.get(8..).unwrap_or_default();
    Some(())
}

#[inline]
fn icmp(packet: &mut Packet<'_>) -> Option<()> {
    let kind = *packet.payload.first_chunk()?;
    packet.destination_port = u16::from_be_bytes(kind);
    packet.payload = packet.payload.get(8..).unwrap_or_default();
    Some(())
}
