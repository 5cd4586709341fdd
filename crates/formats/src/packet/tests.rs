//! Packets by hand and, by the thousand, as etherparse builds and reads them.

use etherparse::{PacketBuilder, SlicedPacket, TransportSlice};
use proptest::prelude::*;

use super::*;

/// A TCP packet of IPv4, bare.
fn syn(source: [u8; 4], destination: [u8; 4]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4(source, destination, 64).tcp(40_000, 23, 7, 1024).syn();
    let mut out = Vec::new();
    builder.write(&mut out, b"").unwrap();
    out
}

fn ethernet(kind: u16, inner: &[u8]) -> Vec<u8> {
    [&[0; 12][..], &kind.to_be_bytes(), inner].concat()
}

#[test]
fn every_link_type_leads_to_the_same_packet() {
    let bare = syn([198, 18, 0, 1], [198, 18, 0, 2]);
    let expected = Packet::read(101, &bare).unwrap();
    assert_eq!((expected.destination_port, expected.tcp.flags, expected.tcp.window), (23, flag::SYN, 1024));
    let tagged = |kind: u16, inner: &[u8]| [&[0, 5][..], &kind.to_be_bytes(), inner].concat();
    let frames = [
        (1, ethernet(0x0800, &bare)),
        (1, ethernet(0x8100, &tagged(0x0800, &bare))),
        (1, ethernet(0x88a8, &tagged(0x8100, &tagged(0x0800, &bare)))),
        (113, [&[0; 14][..], &[8, 0], &bare].concat()),
        (276, [&[8, 0][..], &[0; 18], &bare].concat()),
        (0, [&[2, 0, 0, 0][..], &bare].concat()),
        (108, [&[0, 0, 0, 2][..], &bare].concat()),
        (228, bare.clone()),
        (12, bare.clone()),
    ];
    for (link, frame) in &frames {
        assert_eq!(Packet::read(*link, frame), Ok(expected), "link type {link}");
    }
}

#[test]
fn what_is_not_read_has_its_code() {
    let bare = syn([198, 18, 0, 1], [198, 18, 0, 2]);
    let deep = (0..5).fold(bare.clone(), |inner, _| [&[0x81, 0, 0, 1][..], &inner].concat());
    for (link, frame, code) in [
        (147, bare.clone(), Code::FrameLink),
        (1, ethernet(0x0806, &[0; 28]), Code::FrameNotIp),
        (1, vec![0; 13], Code::FrameShort),
        (101, bare[..19].to_vec(), Code::FrameShort),
        (101, vec![], Code::FrameShort),
        (101, [&[0x44][..], &bare[1..]].concat(), Code::FrameHeader),
        (101, [&[0x55][..], &bare[1..]].concat(), Code::FrameHeader),
        (1, [&[0; 12][..], &deep].concat(), Code::FrameDeep),
    ] {
        assert_eq!(Packet::read(link, &frame), Err(code));
    }
    let cut = Packet::read(101, &bare[..30]).unwrap();
    assert!(cut.cut && cut.destination_port == 0);
}

#[test]
fn mirrors_and_tunnels_are_opened() {
    let bare = syn([198, 18, 0, 1], [198, 18, 0, 2]);
    let frame = ethernet(0x0800, &bare);
    let inner = Packet::read(101, &bare).unwrap();
    for gre in [
        [&[0, 0, 0x08, 0][..], &bare].concat(),
        [&[0xb0, 0, 0x08, 0][..], &[0; 12], &bare].concat(),
        [&[0, 0, 0x65, 0x58][..], &frame].concat(),
        [&[0, 0, 0x88, 0xbe][..], &frame].concat(),
        [&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1][..], &[0; 8], &frame].concat(),
        [&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1][..], &[0; 12], &frame].concat(),
        [&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1][..], &[0; 11], &[1], &[0; 8], &frame].concat(),
    ] {
        let mut outer = Vec::new();
        let header = PacketBuilder::ipv4([198, 18, 9, 9], [198, 18, 9, 8], 64);
        header.write(&mut outer, etherparse::IpNumber::GRE, &gre).unwrap();
        let (link, bytes) = Packet::read(101, &outer).unwrap().tunnelled().expect("a tunnel");
        assert_eq!(Packet::read(link, bytes), Ok(inner));
    }
    assert_eq!(inner.tunnelled(), None);
}

#[test]
fn an_icmp_error_tells_of_the_quoted_packet() {
    let quoted = syn([198, 18, 0, 2], [198, 19, 0, 7]);
    let mut error = Vec::new();
    let header = PacketBuilder::ipv4([198, 19, 0, 1], [198, 18, 0, 2], 64).icmpv4_raw(3, 1, [0; 4]);
    header.write(&mut error, &quoted[..28]).unwrap();
    let packet = Packet::read(101, &error).unwrap();
    assert_eq!((packet.icmp_type(), packet.destination_port), (Some(3), 0x0301));
    let told = packet.quoted().expect("a quote");
    assert_eq!(told.destination, IpAddr::from([198, 19, 0, 7]));
    assert_eq!((told.protocol, told.source_port, told.destination_port), (protocol::TCP, 40_000, 23));
    assert_eq!(Packet::read(101, &quoted).unwrap().quoted(), None);
}

#[test]
fn later_fragments_have_no_ports() {
    let mut bare = syn([198, 18, 0, 1], [198, 18, 0, 2]);
    bare[6] = 0x20;
    assert_eq!(Packet::read(101, &bare).unwrap().fragment, Fragment::First);
    bare[7] = 0x10;
    let later = Packet::read(101, &bare).unwrap();
    assert_eq!((later.fragment, later.destination_port, later.cut), (Fragment::Later, 0, false));
}

#[derive(Debug, Clone)]
enum Kind {
    Tcp { sequence: u32, window: u16, flags: u8 },
    Udp,
    Icmp { kind: u8, code: u8 },
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        (any::<u32>(), any::<u16>(), 0_u8..32).prop_map(|(sequence, window, flags)| Kind::Tcp {
            sequence,
            window,
            flags
        }),
        Just(Kind::Udp),
        (any::<u8>(), any::<u8>()).prop_map(|(kind, code)| Kind::Icmp { kind, code }),
    ]
}

fn built(kind: &Kind, six: bool, vlan: bool, ports: (u16, u16), payload: &[u8]) -> Vec<u8> {
    let ethernet = PacketBuilder::ethernet2([1; 6], [2; 6]);
    let (source, destination) = ([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [9; 16]);
    let ip = match (vlan, six) {
        (false, false) => ethernet.ipv4([198, 18, 0, 1], [198, 18, 0, 2], 61),
        (false, true) => ethernet.ipv6(source, destination, 61),
        (true, false) => ethernet.single_vlan(5.try_into().unwrap()).ipv4([198, 18, 0, 1], [198, 18, 0, 2], 61),
        (true, true) => ethernet.single_vlan(5.try_into().unwrap()).ipv6(source, destination, 61),
    };
    let mut out = Vec::new();
    match kind {
        Kind::Udp => ip.udp(ports.0, ports.1).write(&mut out, payload).unwrap(),
        Kind::Icmp { kind, code } if six => ip.icmpv6_raw(*kind, *code, [0; 4]).write(&mut out, payload).unwrap(),
        Kind::Icmp { kind, code } => ip.icmpv4_raw(*kind, *code, [0; 4]).write(&mut out, payload).unwrap(),
        Kind::Tcp { sequence, window, flags } => {
            let mut tcp = ip.tcp(ports.0, ports.1, *sequence, *window);
            for (bit, set) in [
                (flag::FIN, etherparse::PacketBuilderStep::<etherparse::TcpHeader>::fin as fn(_) -> _),
                (flag::SYN, etherparse::PacketBuilderStep::<etherparse::TcpHeader>::syn),
                (flag::RST, etherparse::PacketBuilderStep::<etherparse::TcpHeader>::rst),
                (flag::PSH, etherparse::PacketBuilderStep::<etherparse::TcpHeader>::psh),
            ] {
                tcp = if flags & bit == 0 { tcp } else { set(tcp) };
            }
            tcp = if flags & flag::ACK == 0 { tcp } else { tcp.ack(1) };
            tcp.write(&mut out, payload).unwrap();
        }
    }
    out
}

proptest! {
    /// Both readers see the same in what etherparse builds.
    #[test]
    fn etherparse_sees_the_same(
        kind in kind(),
        six in any::<bool>(),
        vlan in any::<bool>(),
        ports in any::<(u16, u16)>(),
        payload in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let frame = built(&kind, six, vlan, ports, &payload);
        let ours = Packet::read(1, &frame).unwrap();
        let theirs = SlicedPacket::from_ethernet(&frame).unwrap();
        match theirs.transport.as_ref().unwrap() {
            TransportSlice::Tcp(tcp) => {
                prop_assert_eq!((ours.source_port, ours.destination_port), (tcp.source_port(), tcp.destination_port()));
                prop_assert_eq!((ours.tcp.sequence, ours.tcp.window), (tcp.sequence_number(), tcp.window_size()));
                let bits = [tcp.fin(), tcp.syn(), tcp.rst(), tcp.psh(), tcp.ack()];
                let flags = bits.iter().enumerate().fold(0, |flags, (at, set)| flags | u8::from(*set) << at);
                prop_assert_eq!(ours.tcp.flags & 0x1f, flags);
                prop_assert_eq!(ours.payload, tcp.payload());
            }
            TransportSlice::Udp(udp) => {
                prop_assert_eq!((ours.source_port, ours.destination_port), (udp.source_port(), udp.destination_port()));
                prop_assert_eq!(ours.payload, udp.payload());
            }
            TransportSlice::Icmpv4(icmp) => {
                prop_assert_eq!(ours.destination_port.to_be_bytes(), [icmp.type_u8(), icmp.code_u8()]);
            }
            TransportSlice::Icmpv6(icmp) => {
                prop_assert_eq!(ours.destination_port.to_be_bytes(), [icmp.type_u8(), icmp.code_u8()]);
            }
            other => prop_assert!(false, "not built: {:?}", other),
        }
        prop_assert!(!ours.cut && ours.ttl == 61);
    }

    /// Any bytes: nothing falls, and what etherparse can read whole is read the same.
    #[test]
    fn any_bytes(frame in prop::collection::vec(any::<u8>(), 0..120), link in 0_u32..300) {
        if let Ok(packet) = Packet::read(link, &frame) {
            let _ = (packet.quoted(), packet.tunnelled());
        }
    }
}
