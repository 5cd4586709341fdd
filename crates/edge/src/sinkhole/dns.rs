//! The name server as a machine: a query in, an authoritative answer of the order's zones out.
//!
//! Other names are refused (RFC 8906 §3), as are zones without authority: nobody is told that they stand in
//! an order. Nothing is looked up elsewhere; no zone is transferred; answers are small, so that nobody
//! is hit through them.

mod records;
mod store;

use hickory_proto::op::{Edns, Message, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, RecordType};
use hickory_proto::serialize::binary::BinEncodable as _;
use renkei_core::time::Moment;

use super::hit::{Events, Out, Scene, Worth};
use super::table::{Served, Table};

pub use store::Answers;

/// The most bytes of an answer over UDP (RFC 9715: what passes every path unfragmented).
pub const MOST_UDP: u16 = 1232;

/// The most bytes of a query that is looked at.
pub const MOST_QUERY: usize = 4096;

/// How a query came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// One datagram.
    Udp,
    /// Behind two bytes of length.
    Tcp,
}

/// What became of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Answered for the zone of this number ([`Table::numbered`]).
    Answered(usize),
    /// Refused: not a zone of the order, or locked.
    Refused,
    /// Answered with an error: not understood, or not done here.
    Error,
    /// No query at all: nothing is sent.
    Dropped,
}

/// Answers a query; `reply` gets the bytes to send, without the length of TCP.
pub fn answer(table: &Table, at: Moment, query: &[u8], transport: Transport, reply: &mut Vec<u8>) -> Verdict {
    // A response, or not even a header.
    let (Some([id_high, id_low]), Some(flags)) = (query.first_chunk::<2>(), query.get(2)) else {
        return Verdict::Dropped;
    };
    if flags & 0x80 != 0 || query.len() < 12 || query.len() > MOST_QUERY {
        return Verdict::Dropped;
    }
    let Ok(asked) = Message::from_vec(query) else {
        let id = u16::from_be_bytes([*id_high, *id_low]);
        let response = Message::error_msg(id, OpCode::Query, ResponseCode::FormErr);
        return send(response, reply, usize::from(MOST_UDP), Verdict::Error);
    };
    let (response, verdict) = respond(table, at, &asked);
    let most = match transport {
        Transport::Tcp => usize::from(u16::MAX),
        Transport::Udp => usize::from(asked.edns.as_ref().map_or(512, Edns::max_payload).clamp(512, MOST_UDP)),
    };
    send(response, reply, most, verdict)
}

fn respond(table: &Table, at: Moment, asked: &Message) -> (Message, Verdict) {
    let mut response = Message::response(asked.metadata.id, asked.metadata.op_code);
    response.metadata.recursion_desired = asked.metadata.recursion_desired;
    response.add_queries(asked.queries.iter().cloned());
    if let Some(edns) = &asked.edns {
        let mut ours = Edns::new();
        ours.set_max_payload(MOST_UDP).set_version(0);
        if edns.version() > 0 {
            ours.set_rcode_high(ResponseCode::BADVERS.high());
            response.set_edns(ours);
            response.metadata.response_code = ResponseCode::BADVERS;
            return (response, Verdict::Error);
        }
        response.set_edns(ours);
    }
    let (code, verdict) = match (asked.metadata.op_code, asked.queries.as_slice()) {
        (OpCode::Query, [query]) => zone(table, at, query, &mut response),
        (OpCode::Query, _) => (ResponseCode::FormErr, Verdict::Error),
        _ => (ResponseCode::NotImp, Verdict::Error),
    };
    response.metadata.response_code = code;
    (response, verdict)
}

fn zone(table: &Table, at: Moment, query: &Query, response: &mut Message) -> (ResponseCode, Verdict) {
    const REFUSED: (ResponseCode, Verdict) = (ResponseCode::Refused, Verdict::Refused);
    let class = matches!(query.query_class(), DNSClass::IN | DNSClass::ANY);
    if !class || matches!(query.query_type(), RecordType::AXFR | RecordType::IXFR) {
        return REFUSED;
    }
    let Some(name) = name_of(query) else { return REFUSED };
    match table.zone_of(&name) {
        Some((number, served)) if served.is_open(at) => {
            (records::fill(served, &name, query, response), Verdict::Answered(number))
        }
        _ => REFUSED,
    }
}

/// The name asked for, lower case without the last dot.
fn name_of(query: &Query) -> Option<String> {
    let mut name = String::with_capacity(query.name().len());
    for label in query.name().iter() {
        if !name.is_empty() {
            name.push('.');
        }
        // Bytes outside ASCII and dots inside labels stand in no zone's name.
        let text = std::str::from_utf8(label).ok().filter(|text| text.is_ascii() && !text.contains('.'));
        name.push_str(text.unwrap_or("\u{fffd}"));
    }
    name.make_ascii_lowercase();
    Some(name)
}

fn send(response: Message, reply: &mut Vec<u8>, most: usize, verdict: Verdict) -> Verdict {
    reply.clear();
    match response.to_bytes() {
        Ok(bytes) if bytes.len() <= most => reply.extend_from_slice(&bytes),
        Ok(_) => match response.truncate().to_bytes() {
            Ok(bytes) => reply.extend_from_slice(&bytes),
            Err(_) => return Verdict::Dropped,
        },
        Err(_) => return Verdict::Dropped,
    }
    verdict
}

/// Writes the line of a query that was answered. It has no family: who asks is a resolver.
pub fn tell(
    query: &[u8],
    served: &Served,
    transport: Transport,
    scene: &Scene<'_>,
    events: &mut Events,
    out: &mut Out,
) {
    let Ok(asked) = Message::from_vec(query) else { return };
    let Some(question) = asked.queries.first() else { return };
    let protocol = if transport == Transport::Udp { "udp" } else { "tcp" };
    let mut line = out.line(scene, events, protocol, "dns");
    line.some("host", name_of(question).as_deref());
    line.text("qtype", &question.query_type().to_string());
    line.text("tag", "resolver");
    line.text("called", &served.zone.family);
    line.end(Worth::Question);
}

#[cfg(test)]
mod tests;
