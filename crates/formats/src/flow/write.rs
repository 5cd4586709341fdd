//! Writes what exporters send, for tests and made-up files; it writes bytes only and cannot send.

use std::net::IpAddr;

use renkei_core::time::Moment;

use super::FlowRecord;

/// The forms that exporters send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// NetFlow version 5, which knows no IPv6: such flows are left out.
    Five,
    /// NetFlow version 9.
    Nine,
    /// IPFIX.
    Ipfix,
}

/// Flows of a message: what fits a datagram.
pub const TOGETHER: usize = 24;
/// Milliseconds for which the made-up exporter has been running when it exports.
const UPTIME: u32 = 3_600_000;
/// Element and length of each field but the addresses, in order.
const FIELDS: [(u16, u16); 6] = [(7, 2), (11, 2), (4, 1), (6, 1), (2, 4), (1, 4)];

fn uptime(export: Moment, at: Moment) -> u32 {
    let back = export.0.saturating_sub(at.0) / 1_000;
    UPTIME.wrapping_sub(back as u32)
}

fn address(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(four) => four.octets().to_vec(),
        IpAddr::V6(six) => six.octets().to_vec(),
    }
}

/// A message with templates and flows; times of NetFlow are in milliseconds, within hours of `export`.
pub fn message(form: Form, flows: &[FlowRecord], export: Moment, templates: bool) -> Vec<u8> {
    let second = (export.0 / 1_000_000) as u32;
    if form == Form::Five {
        return five(flows, export);
    }
    let mut sets = Vec::new();
    if templates {
        sets.extend(template(form));
    }
    for (id, four) in [(256, true), (257, false)] {
        let mut body = Vec::new();
        for flow in flows.iter().filter(|flow| flow.source.is_ipv4() == four) {
            record(form, flow, export, &mut body);
        }
        if !body.is_empty() {
            sets.extend(set(id, body));
        }
    }
    let mut out = Vec::new();
    match form {
        Form::Nine | Form::Five => {
            out.extend([9_u16, flows.len() as u16].map(u16::to_be_bytes).concat());
            out.extend([UPTIME, second, 0, 7].map(u32::to_be_bytes).concat());
        }
        Form::Ipfix => {
            out.extend([10_u16, (16 + sets.len()) as u16].map(u16::to_be_bytes).concat());
            out.extend([second, 0, 7].map(u32::to_be_bytes).concat());
        }
    }
    out.extend(sets);
    out
}

fn set(id: u16, mut body: Vec<u8>) -> Vec<u8> {
    body.resize(body.len().next_multiple_of(4), 0);
    let mut out = [id, body.len() as u16 + 4].map(u16::to_be_bytes).concat();
    out.extend(body);
    out
}

fn times(form: Form) -> [(u16, u16); 2] {
    if form == Form::Nine { [(22, 4), (21, 4)] } else { [(152, 8), (153, 8)] }
}

fn template(form: Form) -> Vec<u8> {
    let mut body = Vec::new();
    for (id, addresses) in [(256_u16, [(8, 4), (12, 4)]), (257, [(27, 16), (28, 16)])] {
        let fields = addresses.into_iter().chain(FIELDS).chain(times(form));
        body.extend([id, 10].map(u16::to_be_bytes).concat());
        body.extend(fields.flat_map(|(element, length)| [element, length].map(u16::to_be_bytes).concat()));
    }
    set(if form == Form::Nine { 0 } else { 2 }, body)
}

fn record(form: Form, flow: &FlowRecord, export: Moment, out: &mut Vec<u8>) {
    out.extend(address(flow.source));
    out.extend(address(flow.destination));
    out.extend([flow.source_port, flow.destination_port].map(u16::to_be_bytes).concat());
    out.extend([flow.protocol, flow.flags.unwrap_or(0)]);
    out.extend([flow.packets as u32, flow.bytes as u32].map(u32::to_be_bytes).concat());
    for at in [flow.start, flow.end] {
        match form {
            Form::Nine | Form::Five => out.extend(uptime(export, at).to_be_bytes()),
            Form::Ipfix => out.extend((at.0 / 1_000).to_be_bytes()),
        }
    }
}

fn five(flows: &[FlowRecord], export: Moment) -> Vec<u8> {
    let flows: Vec<&FlowRecord> = flows.iter().filter(|flow| flow.source.is_ipv4()).collect();
    let mut out = [5_u16, flows.len() as u16].map(u16::to_be_bytes).concat();
    let (second, rest) = ((export.0 / 1_000_000) as u32, (export.0 % 1_000_000) as u32 * 1_000);
    out.extend([UPTIME, second, rest, 0, 0].map(u32::to_be_bytes).concat());
    for flow in flows {
        out.extend(address(flow.source));
        out.extend(address(flow.destination));
        out.extend([0; 8]);
        let (start, end) = (uptime(export, flow.start), uptime(export, flow.end));
        out.extend([flow.packets as u32, flow.bytes as u32, start, end].map(u32::to_be_bytes).concat());
        out.extend([flow.source_port, flow.destination_port].map(u16::to_be_bytes).concat());
        out.extend([0, flow.flags.unwrap_or(0), flow.protocol, 0]);
        out.extend([0; 8]);
    }
    out
}

/// A capture (pcap, raw IPv4) of messages to this port, one a datagram, from one exporter.
pub fn capture(messages: &[Vec<u8>], port: u16) -> Vec<u8> {
    let mut out = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    out.extend([0; 8]);
    out.extend([65_535_u32, 101].map(u32::to_le_bytes).concat());
    for message in messages {
        let length = message.len() + 28;
        out.extend([0, 0, length as u32, length as u32].map(u32::to_le_bytes).concat());
        out.extend([0x4500, length as u16, 0, 0, 0x4011, 0].map(u16::to_be_bytes).concat());
        out.extend([198, 19, 255, 1, 198, 19, 255, 2]);
        out.extend([50_000, port, length as u16 - 20, 0].map(u16::to_be_bytes).concat());
        out.extend(message);
    }
    out
}
