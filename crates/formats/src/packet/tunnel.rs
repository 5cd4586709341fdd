//! What mirrors and tunnels carry: GRE (RFC 2784, 2890), ERSPAN I to III, IP in IP (RFC 2003, 4213).

use super::{Fragment, Packet, link, protocol};

/// Link type and bytes of the frame inside.
pub(super) fn of<'a>(packet: &Packet<'a>) -> Option<(u32, &'a [u8])> {
    if packet.fragment == Fragment::Later {
        return None;
    }
    match packet.protocol {
        4 | 41 => Some((link::RAW, packet.payload)),
        protocol::GRE => gre(packet.payload),
        _ => None,
    }
}

fn gre(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let &[flags, version, k0, k1] = bytes.first_chunk()?;
    // Version 1 is PPTP; a routing part has been deprecated since RFC 2784.
    if version & 0x07 != 0 || flags & 0x40 != 0 {
        return None;
    }
    let part = |bit: u8| if flags & bit == 0 { 0 } else { 4 };
    let inner = bytes.get(4 + part(0x80) + part(0x20) + part(0x10)..)?;
    let numbered = flags & 0x10 != 0;
    match u16::from_be_bytes([k0, k1]) {
        0x0800 | 0x86dd => Some((link::RAW, inner)),
        0x6558 => Some((link::ETHERNET, inner)),
        // ERSPAN I has no header of its own and no sequence number, II has both.
        0x88be => Some((link::ETHERNET, inner.get(if numbered { 8 } else { 0 }..)?)),
        // ERSPAN III: twelve bytes, eight more if the last bit says so.
        0x22eb => {
            let more = inner.get(11)? & 0x01 != 0;
            Some((link::ETHERNET, inner.get(if more { 20 } else { 12 }..)?))
        }
        _ => None,
    }
}
