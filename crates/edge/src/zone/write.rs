//! Messages that go: header, the question as it came, records of one zone, EDNS.
//!
//! The question stands at byte 12 of every message, so that a name of the zone ends with a pointer there.

use super::serial::Serial;

/// A pointer to the question's name.
const ZONE: [u8; 2] = [0xc0, 12];
/// Seconds that an answer may be kept.
const TTL: u32 = 300;
/// Seconds: a secondary asks for the serial, again after a failure, forgets the zone, keeps that there is nothing.
const TIMERS: [u32; 4] = [300, 60, 604_800, 60];
/// The most bytes of an answer over UDP that we say to take.
const UDP: u16 = 1232;

/// Codes of answers (RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 6891 section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Done.
    Done = 0,
    /// Not understood.
    Form = 1,
    /// The zone is not there yet.
    Fail = 2,
    /// Not for this asker, or not done here.
    Refused = 5,
    /// The signature does not hold.
    NotAuth = 9,
    /// A version of EDNS that is not spoken.
    BadVersion = 16,
}

/// A message being written.
#[derive(Debug)]
pub struct Draft {
    /// Its bytes so far.
    pub bytes: Vec<u8>,
    answers: u16,
}

impl Draft {
    /// Begins an answer. `flags` are the query's; `question` is its name, type and class, or nothing.
    pub fn answer(id: u16, flags: [u8; 2], question: &[u8], code: Code) -> Self {
        let [high, _] = flags;
        let authoritative = if code == Code::Done { 0x04 } else { 0 };
        // The operation and whether recursion was wanted are repeated.
        let flags = [0x80 | (high & 0x79) | authoritative, code as u8 & 0x0f];
        Self::begin(id, flags, question)
    }

    /// Begins a NOTIFY (RFC 1996 section 3.6).
    pub fn notify(id: u16, question: &[u8]) -> Self {
        Self::begin(id, [0x24, 0], question)
    }

    fn begin(id: u16, flags: [u8; 2], question: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(512);
        bytes.extend(id.to_be_bytes());
        bytes.extend(flags);
        bytes.extend([0, u8::from(!question.is_empty()), 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(question);
        Self { bytes, answers: 0 }
    }

    /// The zone's SOA.
    pub fn soa(&mut self, serial: Serial) {
        let mut data = b"\x09localhost\0\x0ahostmaster".to_vec();
        data.extend(ZONE);
        data.extend(serial.0.to_be_bytes());
        TIMERS.iter().for_each(|seconds| data.extend(seconds.to_be_bytes()));
        self.record(&[], 6, &data);
    }

    /// The zone's name server, which a zone must have and nobody asks.
    pub fn name_server(&mut self) {
        self.record(&[], 2, b"\x09localhost\0");
    }

    /// The policy of a name below the zone: as if it were not there.
    pub fn policy(&mut self, owner: &[u8]) {
        self.record(owner, 5, &[0]);
    }

    /// How many bytes a policy takes.
    pub const fn policy_room(owner: &[u8]) -> usize {
        owner.len() + 13
    }

    fn record(&mut self, owner: &[u8], kind: u16, data: &[u8]) {
        self.bytes.extend_from_slice(owner);
        self.bytes.extend(ZONE);
        self.bytes.extend(kind.to_be_bytes());
        self.bytes.extend([0, 1]);
        self.bytes.extend(TTL.to_be_bytes());
        self.bytes.extend(u16::try_from(data.len()).unwrap_or(0).to_be_bytes());
        self.bytes.extend_from_slice(data);
        self.answers = self.answers.saturating_add(1);
    }

    /// The record of EDNS, version 0, with the upper part of the code.
    pub fn edns(&mut self, code: Code) {
        self.bytes.extend([0, 0, 41]);
        self.bytes.extend(UDP.to_be_bytes());
        self.bytes.extend([code as u8 >> 4, 0, 0, 0, 0, 0]);
        if let Some(count) = self.bytes.get_mut(11) {
            *count = count.saturating_add(1);
        }
    }

    /// The message, to be signed or sent.
    pub fn finish(mut self) -> Vec<u8> {
        if let Some(count) = self.bytes.get_mut(6..8) {
            count.copy_from_slice(&self.answers.to_be_bytes());
        }
        self.bytes
    }
}
