//! Frames as they are written: Ethernet, IPv4, TCP, UDP, ICMP. Nothing here can send.

/// A frame to be written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    pub source: u32,
    pub destination: u32,
    pub identification: u16,
    pub ttl: u8,
    pub protocol: u8,
    pub source_port: u16,
    /// Destination port; type and code of ICMP.
    pub port: u16,
    pub sequence: u32,
    pub flags: u8,
    pub window: u16,
    /// Whether TCP has the options of an operating system.
    pub options: bool,
    /// Bytes of payload of UDP.
    pub payload: u8,
    /// Destination and its port of the TCP packet that an error quotes.
    pub quoted: Option<(u32, u16)>,
}

/// Header of a pcap file: microseconds, Ethernet.
pub(super) fn file_header() -> Vec<u8> {
    let mut out = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    out.extend([0; 8]);
    out.extend(65_535_u32.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    out
}

/// Makes it an error about a packet to a victim.
pub(super) fn icmp_unreachable(frame: &mut Frame, victim: u32) {
    frame.protocol = 1;
    frame.port = 0x0301;
    frame.quoted = Some((victim, 80));
}

impl Frame {
    pub(super) fn syn(&mut self) {
        self.protocol = 6;
        self.flags = 2;
    }

    /// Appends a record of pcap.
    pub(super) fn write(&self, second: u32, micros: u32, out: &mut Vec<u8>) {
        let inner = self.inner();
        let length = inner + 14;
        for word in [second, micros, length as u32, length as u32] {
            out.extend(word.to_le_bytes());
        }
        out.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]);
        self.ip(inner, out);
        match self.protocol {
            6 => self.tcp(out),
            17 => self.udp(out),
            _ => self.icmp(out),
        }
    }

    /// Length of the IP packet.
    fn inner(&self) -> usize {
        20 + match self.protocol {
            6 if self.options => 40,
            6 => 20,
            17 => 8 + usize::from(self.payload),
            _ if self.quoted.is_some() => 8 + 28,
            _ => 64,
        }
    }

    fn ip(&self, length: usize, out: &mut Vec<u8>) {
        header(self.source, self.destination, self.identification, self.ttl, self.protocol, length, out);
    }

    fn tcp(&self, out: &mut Vec<u8>) {
        out.extend([self.source_port.to_be_bytes(), self.port.to_be_bytes()].concat());
        out.extend(self.sequence.to_be_bytes());
        out.extend([0; 4]);
        out.extend([if self.options { 0xa0 } else { 0x50 }, self.flags]);
        out.extend(self.window.to_be_bytes());
        out.extend([0; 4]);
        if self.options {
            out.extend([2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]);
        }
    }

    fn udp(&self, out: &mut Vec<u8>) {
        out.extend([self.source_port.to_be_bytes(), self.port.to_be_bytes()].concat());
        out.extend((8 + u16::from(self.payload)).to_be_bytes());
        out.extend([0; 2]);
        out.resize(out.len() + usize::from(self.payload), 0);
    }

    fn icmp(&self, out: &mut Vec<u8>) {
        out.extend(self.port.to_be_bytes());
        out.extend([0; 6]);
        match self.quoted {
            Some((victim, port)) => {
                header(self.destination, victim, 0, 64, 6, 40, out);
                out.extend([self.source_port.to_be_bytes(), port.to_be_bytes()].concat());
                out.extend(self.sequence.to_be_bytes());
            }
            None => out.resize(out.len() + 56, 0),
        }
    }
}

fn header(source: u32, destination: u32, id: u16, ttl: u8, protocol: u8, length: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend([0x45, 0]);
    out.extend((length as u16).to_be_bytes());
    out.extend(id.to_be_bytes());
    out.extend([0, 0, ttl, protocol, 0, 0]);
    out.extend(source.to_be_bytes());
    out.extend(destination.to_be_bytes());
    let words = out.get(start..).unwrap_or_default().chunks_exact(2);
    let sum: u32 = words.filter_map(|word| word.first_chunk()).map(|word| u32::from(u16::from_be_bytes(*word))).sum();
    let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
    if let Some(place) = out.get_mut(start + 10..start + 12) {
        place.copy_from_slice(&sum.to_be_bytes());
    }
}
