//! Makes captures of a made-up Internet background, and says what is in them; it writes bytes only.
//!
//! The mix is that of the measurements in docs/sensing.md: Mirai, ZMap-like and masscan probes,
//! probes of operating systems, SYN-ACK, RST and ICMP errors of victims, echo requests, UDP.
//! Destinations are of 198.18.0.0/21, sources are drawn at random.

mod frame;
mod random;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::net::Ipv4Addr;

use serde::Serialize;

use frame::{Frame, icmp_unreachable};
use random::Random;
pub use truth::{Comparison, Score, compare};

/// What is to be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Packets.
    pub packets: u64,
    /// Seconds over which they are spread evenly.
    pub seconds: u32,
    /// First second, in seconds since 1970.
    pub start: u32,
    /// The same number gives the same bytes.
    pub seed: u64,
    /// How many of everything: 1.0 is 40,000 bots, 371 victims and so on.
    pub scale: f64,
    /// Whether sources are of the sample range 198.19.0.0/16 only, instead of anywhere on the Internet.
    pub samples: bool,
}

impl Plan {
    /// The measured file: 8 million packets in 30 minutes.
    pub const FULL: Self =
        Self { packets: 8_000_000, seconds: 1_800, start: 1_700_000_000, seed: 1, scale: 1.0, samples: false };
    /// A hundredth of it, with the same packets for each source.
    pub const HUNDREDTH: Self = Self { packets: 80_000, scale: 0.01, ..Self::FULL };
}

/// Dark addresses, from 198.18.0.0.
pub const DARK: u32 = 2_048;
const FIRST_DARK: u32 = 0xc612_0000;

/// What is in a capture: who did what. Addresses are as written in detections.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Truth {
    /// Packets written.
    pub packets: u64,
    /// Packets by what they are.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Bots of the Mirai kind, with packets.
    pub mirai: BTreeMap<Ipv4Addr, Sent>,
    /// Scanners with ZMap's old mark.
    pub zmap: BTreeMap<Ipv4Addr, Sent>,
    /// Scanners with masscan's mark.
    pub masscan: BTreeMap<Ipv4Addr, Sent>,
    /// Victims, with packets that they answered.
    pub victims: BTreeMap<Ipv4Addr, Sent>,
    /// Hosts that probe one port now and then, from their operating system.
    pub others: BTreeSet<Ipv4Addr>,
}

/// What an address sent: packets, dark addresses, first and last second.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sent {
    /// Packets.
    pub packets: u64,
    /// Different dark addresses for each port.
    #[serde(skip)]
    pub places: BTreeMap<u16, BTreeSet<u32>>,
    /// Seconds of each packet.
    #[serde(skip)]
    pub seconds: Vec<u32>,
}

/// Shares of a thousand packets, in order.
const MIX: [(&str, u64); 9] = [
    ("mirai", 300),
    ("zmap", 200),
    ("masscan", 30),
    ("system", 120),
    ("syn-ack", 100),
    ("rst", 40),
    ("unreachable", 20),
    ("echo", 70),
    ("udp", 120),
];

struct Maker {
    random: Random,
    truth: Truth,
    detailed: bool,
    second: u32,
    bots: Vec<u32>,
    zmap: Vec<u32>,
    masscan: Vec<u32>,
    others: Vec<u32>,
    victims: Vec<u32>,
}

/// Writes a capture (pcap, microseconds, Ethernet) and gives its truth; without `detailed` only the
/// counts, which is all that fits the memory for millions of packets.
///
/// # Errors
/// Those of the writer.
pub fn write(plan: &Plan, detailed: bool, out: &mut impl Write) -> io::Result<Truth> {
    let mut random = Random::new(plan.seed);
    let mut hosts = |count: f64| -> Vec<u32> {
        let count = (count * plan.scale).ceil() as usize;
        (0..count).map(|_| if plan.samples { random.sample() } else { random.source() }).collect()
    };
    let (bots, zmap, masscan) = (hosts(40_000.0), hosts(256.0), hosts(64.0));
    let (others, victims) = (hosts(100_000.0), hosts(371.0));
    let truth = Truth::default();
    let mut maker = Maker { random, truth, detailed, second: plan.start, bots, zmap, masscan, others, victims };
    out.write_all(&frame::file_header())?;
    let mut bytes = Vec::with_capacity(256);
    for number in 0..plan.packets {
        let micros = u128::from(number) * u128::from(plan.seconds) * 1_000_000 / u128::from(plan.packets.max(1));
        let micros = u64::try_from(micros).unwrap_or(0);
        maker.second = plan.start + u32::try_from(micros / 1_000_000).unwrap_or(0);
        let frame = maker.packet();
        bytes.clear();
        frame.write(maker.second, (micros % 1_000_000) as u32, &mut bytes);
        out.write_all(&bytes)?;
    }
    maker.truth.packets = plan.packets;
    Ok(maker.truth)
}

impl Maker {
    fn packet(&mut self) -> Frame {
        let mut draw = self.random.below(1_000);
        let kind = MIX.into_iter().find(|(_, share)| {
            let here = draw < *share;
            draw = draw.saturating_sub(*share);
            here
        });
        let kind = kind.map_or("udp", |(kind, _)| kind);
        *self.truth.kinds.entry(kind).or_default() += 1;
        let place = self.random.below(u64::from(DARK)) as u32;
        let mut frame = Frame {
            destination: FIRST_DARK + place,
            identification: self.random.next() as u16,
            ttl: 40 + self.random.below(24) as u8,
            source_port: 1_024 + self.random.below(60_000) as u16,
            sequence: self.random.next() as u32,
            window: 14_600,
            options: true,
            ..Frame::default()
        };
        match kind {
            "mirai" => self.mirai(&mut frame),
            "zmap" => self.zmap(&mut frame),
            "masscan" => self.masscan(&mut frame),
            "system" => self.system(&mut frame),
            "syn-ack" | "rst" => self.answer(&mut frame, kind),
            "unreachable" => self.unreachable(&mut frame),
            "echo" => self.echo(&mut frame),
            _ => self.udp(&mut frame),
        }
        let truth = &mut self.truth;
        let list = match kind {
            "mirai" => &mut truth.mirai,
            "zmap" => &mut truth.zmap,
            "masscan" => &mut truth.masscan,
            "syn-ack" | "rst" | "unreachable" => &mut truth.victims,
            _ => {
                if self.detailed {
                    truth.others.insert(Ipv4Addr::from_bits(frame.source));
                }
                return frame;
            }
        };
        if self.detailed {
            let actor = frame.quoted.map_or(frame.source, |(victim, _)| victim);
            let sent = list.entry(Ipv4Addr::from_bits(actor)).or_default();
            sent.packets += 1;
            sent.seconds.push(self.second);
            sent.places.entry(frame.port).or_default().insert(place);
        }
        frame
    }

    fn mirai(&mut self, frame: &mut Frame) {
        frame.source = self.random.of(&self.bots);
        frame.sequence = frame.destination;
        // Nine of ten to 23, as the first Mirai did; the others to the ports of its kin.
        frame.port =
            *[23, 23, 23, 23, 23, 23, 23, 2323, 5555, 37_215].get(self.random.below(10) as usize).unwrap_or(&23);
        frame.options = false;
        frame.syn();
    }

    fn zmap(&mut self, frame: &mut Frame) {
        frame.source = self.random.of(&self.zmap);
        frame.identification = 54_321;
        frame.port = self.random.next() as u16;
        (frame.window, frame.ttl, frame.options) = (65_535, 240, false);
        frame.syn();
    }

    fn masscan(&mut self, frame: &mut Frame) {
        frame.source = self.random.of(&self.masscan);
        frame.port = self.random.next() as u16;
        (frame.window, frame.ttl, frame.options) = (1_024, 240, false);
        frame.identification = (frame.destination ^ u32::from(frame.port) ^ frame.sequence) as u16;
        frame.syn();
    }

    fn system(&mut self, frame: &mut Frame) {
        frame.source = self.random.of(&self.others);
        frame.port = *[445, 22, 80, 443, 3389, 8080].get(self.random.below(6) as usize).unwrap_or(&80);
        frame.syn();
    }

    fn answer(&mut self, frame: &mut Frame, kind: &str) {
        frame.source = self.random.of(&self.victims);
        (frame.source_port, frame.port) = (if frame.source & 1 == 0 { 80 } else { 443 }, frame.source_port);
        frame.flags = if kind == "rst" { 0x14 } else { 0x12 };
        frame.protocol = 6;
    }

    fn unreachable(&mut self, frame: &mut Frame) {
        let victim = self.random.of(&self.victims);
        frame.source = self.random.source();
        icmp_unreachable(frame, victim);
    }

    fn echo(&mut self, frame: &mut Frame) {
        frame.source = self.random.of(&self.others);
        frame.protocol = 1;
        frame.port = 0x0800;
    }

    fn udp(&mut self, frame: &mut Frame) {
        frame.source = self.random.of(&self.others);
        frame.protocol = 17;
        frame.port = *[5060, 53, 123, 1900, 1434, 6881].get(self.random.below(6) as usize).unwrap_or(&53);
        frame.payload = 20 + self.random.below(60) as u8;
    }
}
