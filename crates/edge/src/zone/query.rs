//! Messages that come: one question, the version that a secondary has, and the signature.

use hickory_proto::op::{Edns, Header, MessageType, OpCode, Query};
use hickory_proto::rr::{DNSClass, RData, Record, RecordType};
use hickory_proto::serialize::binary::{BinDecodable as _, BinDecoder};

use super::name::FullName;
use super::serial::Serial;
use super::tsig::Signature;

/// The most bytes of a message that is looked at.
pub const MOST: usize = 4096;

/// The most records of a message that is looked at.
const RECORDS: u16 = 16;

/// A message that was understood.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its number.
    pub id: u16,
    /// The second and third pair of its bytes, of which an answer repeats some.
    pub flags: [u8; 2],
    /// Whether it is an answer.
    pub is_answer: bool,
    /// What is to be done.
    pub code: OpCode,
    /// The question's name as it was written.
    pub question: Vec<u8>,
    /// The question's name.
    pub name: FullName,
    /// The question's type.
    pub kind: RecordType,
    /// The question's class.
    pub class: DNSClass,
    /// The version that the asker has (RFC 1995 section 3).
    pub has: Option<Serial>,
    /// The version of EDNS that is spoken.
    pub edns: Option<u8>,
    /// The signature.
    pub signature: Option<Signature>,
}

/// What came.
#[derive(Debug, Clone)]
pub enum Came {
    /// Not a message, or one that nothing is said to.
    Nothing,
    /// A query that is not understood: its number and flags.
    Odd([u8; 2], [u8; 2]),
    /// A message.
    Asked(Box<Asked>),
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Came {
    let Some([id_high, id_low, flags_high, flags_low]) = bytes.first_chunk::<4>() else { return Came::Nothing };
    let is_answer = flags_high & 0x80 != 0;
    if bytes.len() < 12 || bytes.len() > MOST {
        return Came::Nothing;
    }
    match asked(bytes) {
        Some(asked) => Came::Asked(Box::new(asked)),
        None if is_answer => Came::Nothing,
        None => Came::Odd([*id_high, *id_low], [*flags_high, *flags_low]),
    }
}

fn asked(bytes: &[u8]) -> Option<Asked> {
    let mut decoder = BinDecoder::new(bytes);
    let Header { metadata, counts } = Header::read(&mut decoder).ok()?;
    let records = [counts.answers, counts.authorities, counts.additionals];
    if counts.queries != 1 || records.into_iter().any(|count| count > RECORDS) {
        return None;
    }
    let query = Query::read(&mut decoder).ok()?;
    let mut has = None;
    for at in 0..counts.answers + counts.authorities {
        let record = Record::read(&mut decoder).ok()?;
        match record.data {
            // In the authority section.
            RData::SOA(soa) if at >= counts.answers => has = Some(Serial(soa.serial)),
            RData::TSIG(_) => return None,
            _ => {}
        }
    }
    let (mut edns, mut signature) = (None, None);
    for left in (0..counts.additionals).rev() {
        let begun = decoder.index();
        let record: Record = Record::read(&mut decoder).ok()?;
        match (record.record_type(), left) {
            // One, of the root (RFC 6891 section 6.1.1).
            (RecordType::OPT, _) if edns.is_none() => edns = Some(Edns::from(&record).version()),
            (RecordType::TSIG, 0) => signature = Some(signed(bytes, begun, record)?),
            (RecordType::OPT | RecordType::TSIG, _) => return None,
            _ => {}
        }
    }
    // Nothing stands behind it.
    if !decoder.is_empty() {
        return None;
    }
    let mut question = Vec::with_capacity(query.name().len() + 1);
    for label in query.name().iter() {
        question.push(u8::try_from(label.len()).ok()?);
        question.extend_from_slice(label);
    }
    question.push(0);
    Some(Asked {
        id: metadata.id,
        flags: [*bytes.get(2)?, *bytes.get(3)?],
        is_answer: metadata.message_type == MessageType::Response,
        code: metadata.op_code,
        question,
        name: FullName::of(query.name()),
        kind: query.query_type(),
        class: query.query_class(),
        has,
        edns,
        signature,
    })
}

/// Takes the signature off: the number is the one it was made with, the record is not counted.
fn signed(bytes: &[u8], begun: usize, record: Record) -> Option<Signature> {
    if record.dns_class != DNSClass::ANY || record.ttl != 0 {
        return None;
    }
    let key = FullName::of(&record.name);
    let RData::TSIG(record) = record.data else { return None };
    let mut covered = bytes.get(..begun)?.to_vec();
    let [id_high, id_low, _, _, _, _, _, _, _, _, count_high, count_low] = covered.first_chunk_mut::<12>()?;
    [*id_high, *id_low] = record.oid.to_be_bytes();
    [*count_high, *count_low] = u16::from_be_bytes([*count_high, *count_low]).checked_sub(1)?.to_be_bytes();
    Some(Signature { key, record, covered })
}
