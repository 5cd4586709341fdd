//! Answers that were given before: the same question within a moment gets the same bytes.
//!
//! Bots ask the same few names again and again through many resolvers, so building and compressing the
//! same answer anew is most of the cost. Kept are the finished bytes by question; id, flags and the
//! case of the name are the query's own (draft-vixie-dnsext-dns0x20).

use std::collections::HashMap;

use renkei_core::time::{Moment, SECOND};

use super::{MOST_UDP, Transport, Verdict, answer};
use crate::sinkhole::table::Table;

/// How many answers are kept: with names of 40 bytes about 2 MiB.
const MOST: usize = 8192;

/// For how long, so that a zone that closes at its hour closes within a second.
const FOR: i64 = SECOND;

/// Answers given before.
#[derive(Debug, Default)]
pub struct Answers {
    kept: HashMap<Vec<u8>, (Vec<u8>, Verdict)>,
    key: Vec<u8>,
    /// When the kept answers were begun, in microseconds.
    since: i64,
}

impl Answers {
    /// Answers a query over UDP.
    pub fn answer(&mut self, table: &Table, at: Moment, query: &[u8], reply: &mut Vec<u8>) -> Verdict {
        // A clock that steps back is older than what was kept: begin again.
        if !(0..FOR).contains(&(at.0.saturating_sub(self.since))) {
            self.kept.clear();
            self.since = at.0;
        }
        let Some(end) = plain(query, &mut self.key) else {
            return answer(table, at, query, Transport::Udp, reply);
        };
        if let Some((bytes, verdict)) = self.kept.get(&self.key) {
            reply.clear();
            reply.extend_from_slice(bytes);
            restore(query, end, reply);
            return *verdict;
        }
        let verdict = answer(table, at, query, Transport::Udp, reply);
        // Names that are not ours would push out those that are.
        if matches!(verdict, Verdict::Answered(_)) && self.kept.len() < MOST {
            self.kept.insert(self.key.clone(), (reply.clone(), verdict));
        }
        verdict
    }
}

/// Where the question ends, if the query is a plain one: opcode 0, one question, nothing else but
/// perhaps an OPT record of version 0 without options. `key` gets what the answer depends on.
fn plain(query: &[u8], key: &mut Vec<u8>) -> Option<usize> {
    let [_, _, flags, _, 0, 1, 0, 0, 0, 0, 0, more] = *query.first_chunk::<12>()? else { return None };
    if flags & 0b1111_1000 != 0 {
        return None;
    }
    let mut at = 12;
    loop {
        let length = usize::from(*query.get(at)?);
        if length == 0 {
            break;
        }
        if length > 63 || at > 255 {
            return None;
        }
        at += length + 1;
    }
    let end = at + 5;
    key.clear();
    key.extend_from_slice(query.get(12..end)?);
    key.make_ascii_lowercase();
    // Room for the answer: 512, or what OPT says, in classes, so that few keys come of one name.
    let room = match (more, query.get(end..)?) {
        (0, []) => 0,
        // Root name, type 41, payload, extended code and version 0, flags (DO is echoed by nobody), no data.
        (1, [0, 0, 41, high, low, 0, 0, _, _, 0, 0]) => u16::from_be_bytes([*high, *low]).clamp(512, MOST_UDP),
        _ => return None,
    };
    key.extend_from_slice(&room.to_be_bytes());
    Some(end)
}

/// Gives the answer the query's id, its RD bit, and its question as it was written.
fn restore(query: &[u8], end: usize, reply: &mut [u8]) {
    let (Some(from), Some(to)) = (query.get(..end), reply.get_mut(..end)) else { return };
    for (at, (to, from)) in to.iter_mut().zip(from).enumerate() {
        match at {
            0 | 1 => *to = *from,
            2 => *to = *to & !1 | *from & 1,
            12.. => *to = *from,
            _ => {}
        }
    }
}
