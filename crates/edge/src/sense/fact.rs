//! Facts: what is needed of a packet, small and of one size; what sort of traffic it is.

use renkei_formats::flow::FlowRecord;
use renkei_formats::packet::{Fragment, Packet, Tcp, flag, protocol};

use super::address::Address;

/// What a packet to a dark address is a sign of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Somebody looks for something: SYN, request over UDP, echo request.
    #[default]
    Probe,
    /// An answer to spoofed packets: the source is a victim.
    Backscatter,
    /// An answer of a service that amplifies: the source is a reflector.
    Reflection,
    /// Neither.
    Other,
}

impl Sort {
    /// Every sort, in order.
    pub const ALL: [Self; 4] = [Self::Probe, Self::Backscatter, Self::Reflection, Self::Other];
}

/// Marks that tools leave on their probes, as bits.
pub(super) mod mark {
    pub(in crate::sense) const MIRAI: u8 = 1;
    pub(in crate::sense) const ZMAP: u8 = 2;
    pub(in crate::sense) const MASSCAN: u8 = 4;
    pub(in crate::sense) const STATELESS: u8 = 8;
    /// In the order of their counters.
    pub(in crate::sense) const ALL: [u8; 4] = [MIRAI, ZMAP, MASSCAN, STATELESS];
}

/// What a shard is to do with a fact, as bits.
pub(super) mod role {
    pub(in crate::sense) const COUNT: u8 = 1;
    pub(in crate::sense) const WATCH: u8 = 2;
}

/// What is needed of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fact<A> {
    pub source: A,
    /// Whom the detections follow: the source, or the victim that an ICMP error tells of.
    pub actor: A,
    /// Place among the dark addresses.
    pub place: u32,
    /// Seconds since 1970.
    pub second: u32,
    pub length: u32,
    /// Destination port; type and code of ICMP.
    pub port: u16,
    /// The other port: of a victim, the one that is attacked.
    pub source_port: u16,
    pub window: u16,
    pub protocol: u8,
    pub flags: u8,
    pub ttl: u8,
    pub marks: u8,
    pub sort: Sort,
    pub roles: u8,
    /// Protocol of the attack, for backscatter: that of the quoted packet if there is one.
    pub attack: u8,
    /// Whether what is quoted was not sent by the dark address that got it.
    pub mismatch: bool,
}

impl<A: Address> Fact<A> {
    /// Of a packet sent to the dark address at this place, seen at this second.
    #[inline]
    pub(super) fn of(packet: &Packet<'_>, place: u32, second: u32) -> Option<Self> {
        let source = A::of(packet.source)?;
        let mut fact = Self {
            source,
            actor: source,
            place,
            second,
            length: packet.length,
            port: packet.destination_port,
            source_port: packet.source_port,
            window: packet.tcp.window,
            protocol: packet.protocol,
            flags: packet.tcp.flags,
            ttl: packet.ttl,
            marks: 0,
            sort: sort(packet),
            roles: role::COUNT | role::WATCH,
            attack: packet.protocol,
            mismatch: false,
        };
        match (packet.protocol, fact.sort) {
            (protocol::TCP, Sort::Probe) => fact.marks = marks(packet),
            (protocol::ICMP | protocol::ICMP6, Sort::Backscatter) => fact.quote(packet),
            _ => {}
        }
        Some(fact)
    }

    /// Of one packet of a flow. What only packets have (sequence number, identification, window, what an
    /// error quotes) is not judged: it has no marks, and an ICMP error tells of nobody.
    pub(super) fn of_flow(flow: &FlowRecord, place: u32, second: u32, length: u32) -> Option<Self> {
        let flags = flow.flags.unwrap_or(0);
        let packet = Packet {
            source: flow.source,
            destination: flow.destination,
            protocol: flow.protocol,
            ttl: flow.ttl,
            identification: 0,
            length,
            fragment: Fragment::Whole,
            cut: false,
            source_port: flow.source_port,
            destination_port: flow.destination_port,
            tcp: Tcp { flags, ..Tcp::default() },
            payload: &[],
        };
        let mut fact = Self { marks: 0, ..Self::of(&packet, place, second)? };
        // The union of a probe and of the RST that its sender's system sent after it.
        if flow.protocol == protocol::TCP && flags & (flag::SYN | flag::RST | flag::ACK) == flag::SYN | flag::RST {
            fact.sort = Sort::Probe;
        }
        if icmp_error(flow.protocol, flow.destination_port) {
            fact.sort = Sort::Other;
        }
        Some(fact)
    }

    /// An error of ICMP tells of whoever the quoted packet was sent to.
    fn quote(&mut self, packet: &Packet<'_>) {
        let Some(quoted) = packet.quoted() else { return };
        let Some(victim) = A::of(quoted.destination) else { return };
        self.actor = victim;
        self.attack = quoted.protocol;
        self.source_port = quoted.destination_port;
        self.mismatch = quoted.source != packet.destination;
    }

    /// Protocol and port as one number.
    pub(super) const fn service(&self) -> u32 {
        (self.protocol as u32) << 16 | self.port as u32
    }
}

/// Source ports of services that amplify, besides 53, which is backscatter (docs/sensing.md).
const AMPLIFIERS: [u16; 9] = [17, 19, 123, 161, 389, 1900, 3702, 5353, 11_211];

/// Whether ICMP of this type and code quotes the packet that it is about.
pub(super) const fn icmp_error(number: u8, port: u16) -> bool {
    match number {
        protocol::ICMP => matches!(port >> 8, 3 | 4 | 5 | 11 | 12),
        protocol::ICMP6 => matches!(port >> 8, 1..=4),
        _ => false,
    }
}

#[inline]
fn sort(packet: &Packet<'_>) -> Sort {
    if packet.cut || packet.fragment == Fragment::Later {
        return Sort::Other;
    }
    match packet.protocol {
        protocol::TCP => {
            let flags = packet.tcp.flags;
            let answer = flags & flag::RST != 0 || flags & (flag::SYN | flag::ACK) == flag::SYN | flag::ACK;
            match (answer, flags & flag::SYN != 0) {
                (true, _) => Sort::Backscatter,
                (false, true) => Sort::Probe,
                (false, false) => Sort::Other,
            }
        }
        protocol::UDP if packet.source_port == 53 => Sort::Backscatter,
        protocol::UDP if AMPLIFIERS.contains(&packet.source_port) => Sort::Reflection,
        protocol::UDP => Sort::Probe,
        protocol::ICMP => match packet.icmp_type() {
            Some(8) => Sort::Probe,
            Some(0 | 3 | 4 | 5 | 11 | 12 | 14 | 16 | 18) => Sort::Backscatter,
            _ => Sort::Other,
        },
        protocol::ICMP6 => match packet.icmp_type() {
            Some(128) => Sort::Probe,
            Some(1..=4 | 129) => Sort::Backscatter,
            _ => Sort::Other,
        },
        _ => Sort::Other,
    }
}

/// The marks of a SYN; they compare with the destination, which is an IPv4 one.
#[inline]
fn marks(packet: &Packet<'_>) -> u8 {
    let tcp = packet.tcp;
    let mut marks = 0;
    if let Some(destination) = u32::of(packet.destination) {
        if tcp.sequence == destination {
            marks |= mark::MIRAI;
        }
        let mixed = destination ^ u32::from(packet.destination_port) ^ tcp.sequence;
        if packet.identification == mixed as u16 {
            marks |= mark::MASSCAN;
        }
    }
    if packet.identification == 54_321 {
        marks |= mark::ZMAP;
    }
    if tcp.words == 5 && tcp.window == 1024 && packet.ttl >= 200 {
        marks |= mark::STATELESS;
    }
    marks
}
