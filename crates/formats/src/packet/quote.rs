//! The packet that an ICMP error quotes: of whom it tells (RFC 792, RFC 4443).

use std::net::IpAddr;

use super::{Packet, ip, protocol};

/// What a quoted header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// Who sent the quoted packet, or was made to seem so: for backscatter, an address of the sensor.
    pub source: IpAddr,
    /// Where it was going: for backscatter, the victim.
    pub destination: IpAddr,
    /// Its protocol.
    pub protocol: u8,
    /// Its source port; 0 if it has none.
    pub source_port: u16,
    /// Its destination port; 0 if it has none.
    pub destination_port: u16,
}

/// Errors of ICMP: unreachable, source quench, redirect, time exceeded, parameter problem.
const ERRORS: [u8; 5] = [3, 4, 5, 11, 12];
/// Errors of ICMPv6: unreachable, too big, time exceeded, parameter problem.
const ERRORS6: [u8; 4] = [1, 2, 3, 4];

pub(super) fn of(packet: &Packet<'_>) -> Option<Quoted> {
    let kind = packet.icmp_type()?;
    let errors: &[u8] = if packet.protocol == protocol::ICMP { &ERRORS } else { &ERRORS6 };
    if !errors.contains(&kind) {
        return None;
    }
    let quoted = ip::read(packet.payload).ok()?;
    // Eight bytes of transport are all that must be quoted: too few for the flags of TCP, enough for ports.
    let ports = match (quoted.protocol, quoted.cut) {
        (protocol::TCP, true) => ports(quoted.payload),
        (protocol::TCP | protocol::UDP, _) => (quoted.source_port, quoted.destination_port),
        _ => (0, 0),
    };
    Some(Quoted {
        source: quoted.source,
        destination: quoted.destination,
        protocol: quoted.protocol,
        source_port: ports.0,
        destination_port: ports.1,
    })
}

fn ports(bytes: &[u8]) -> (u16, u16) {
    match bytes.first_chunk() {
        Some(&[s0, s1, d0, d1]) => (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1])),
        None => (0, 0),
    }
}
