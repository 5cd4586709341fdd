//! Firewall logs in the manner of DShield: one line for each event, fields divided by tabs.
//!
//! Time with zone, author, count, source address and port, target address and port, protocol, flags.
//! The author may stand before the time, as some clients write it; it is not kept.

use std::io::{self, Read};
use std::net::IpAddr;

use jiff::Timestamp;
use renkei_core::time::Moment;

use super::{FlowRecord, Given};
use crate::compression::{Compression, Decoder, Piece};
use crate::finding::Code;
use crate::packet::{flag, protocol};

/// Bytes of a line at most.
const LINE: usize = 4_096;
/// Bytes that are read at once.
const PIECE: usize = 1 << 16;

/// A log that is being read, plain, gz or zst.
pub struct Log<R: Read> {
    decoder: Decoder<io::Chain<io::Cursor<Vec<u8>>, R>>,
    piece: Vec<u8>,
    line: Vec<u8>,
    long: bool,
}

impl<R: Read> Log<R> {
    /// Opens a log.
    ///
    /// # Errors
    /// Those of the file.
    pub fn open(mut source: R) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(4).read_to_end(&mut head)?;
        let compression = Compression::of(&head);
        let decoder = Decoder::new(compression, io::Cursor::new(head).chain(source))?;
        Ok(Self { decoder, piece: vec![0; PIECE], line: Vec::new(), long: false })
    }

    /// Hands out some more lines; whether there may be further ones. Empty lines and those that begin
    /// with `#` are none.
    ///
    /// # Errors
    /// Those of the file itself; damage is a record under its code and ends the log.
    pub fn next(&mut self, each: &mut dyn FnMut(Given)) -> io::Result<bool> {
        let got = self.decoder.piece(&mut self.piece)?;
        let count = match got {
            Piece::Bytes(count) => count,
            Piece::Damaged => 0,
        };
        let Self { piece, line, long, .. } = self;
        for byte in piece.get(..count).unwrap_or_default() {
            match byte {
                b'\n' => end(line, long, each),
                _ if line.len() < LINE => line.push(*byte),
                _ => *long = true,
            }
        }
        if count == 0 {
            end(line, long, each);
        }
        if matches!(got, Piece::Damaged) {
            each(Err(Code::Damaged));
        }
        Ok(count > 0)
    }
}

fn end(line: &mut Vec<u8>, long: &mut bool, each: &mut dyn FnMut(Given)) {
    if std::mem::take(long) {
        each(Err(Code::LogLine));
    } else if let Some(given) = read(line) {
        each(given);
    }
    line.clear();
}

/// One line; `None`: it is empty or a remark.
pub fn read(line: &[u8]) -> Option<Given> {
    let line = line.trim_ascii_end();
    if line.is_empty() || line.starts_with(b"#") {
        return None;
    }
    let text = std::str::from_utf8(line).ok();
    Some(text.and_then(fields).ok_or(Code::LogLine))
}

fn fields(line: &str) -> Option<FlowRecord> {
    let fields: Vec<&str> = line.split('\t').map(str::trim).take(10).collect();
    let [first, second, count, source, source_port, target, target_port, kind, more @ ..] = fields.as_slice() else {
        return None;
    };
    let time = time(first).or_else(|| time(second))?;
    let (source, destination): (IpAddr, IpAddr) = (source.parse().ok()?, target.parse().ok()?);
    let protocol = protocol_of(kind)?;
    let (from, to) = (port(source_port)?, port(target_port)?);
    let icmp = matches!(protocol, protocol::ICMP | protocol::ICMP6);
    // For ICMP, type and code stand where the ports are.
    let destination_port = if icmp { from << 8 | to & 0xff } else { to };
    let flags = more.first().and_then(|letters| flags(letters));
    if source.is_ipv4() != destination.is_ipv4() {
        return None;
    }
    Some(FlowRecord {
        start: time,
        end: time,
        source,
        destination,
        source_port: if icmp { 0 } else { from },
        destination_port,
        protocol,
        flags,
        ttl: 0,
        packets: count.parse().ok().filter(|packets| *packets > 0)?,
        bytes: 0,
    })
}

/// `2026-11-20 01:02:03 +09:00`; the zone must be there.
fn time(text: &str) -> Option<Moment> {
    let mut parts = text.split_ascii_whitespace();
    let (date, clock, zone) = (parts.next()?, parts.next()?, parts.next()?);
    let stamp: Timestamp = format!("{date}T{clock}{zone}").parse().ok()?;
    parts.next().is_none().then(|| Moment(stamp.as_microsecond()))
}

/// A port; firewalls that do not know it leave it empty or write `???`.
fn port(text: &str) -> Option<u16> {
    match text {
        "" | "?" | "???" | "-" => Some(0),
        number => number.parse().ok(),
    }
}

fn protocol_of(text: &str) -> Option<u8> {
    match text.to_ascii_uppercase().as_str() {
        "TCP" => Some(protocol::TCP),
        "UDP" => Some(protocol::UDP),
        "ICMP" => Some(protocol::ICMP),
        "ICMPV6" | "IPV6-ICMP" => Some(protocol::ICMP6),
        number => number.parse().ok(),
    }
}

/// Letters of flags; `None`: there are none, or they are no flags.
fn flags(text: &str) -> Option<u8> {
    let bit = |letter: char| match letter.to_ascii_uppercase() {
        'F' => Some(flag::FIN),
        'S' => Some(flag::SYN),
        'R' => Some(flag::RST),
        'P' => Some(flag::PSH),
        'A' => Some(flag::ACK),
        'U' => Some(0x20),
        'E' | '1' => Some(0x40),
        'C' | '2' => Some(0x80),
        _ => None,
    };
    if text.is_empty() {
        return None;
    }
    text.chars().try_fold(0, |flags, letter| Some(flags | bit(letter)?))
}
