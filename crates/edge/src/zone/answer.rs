//! The primary as a machine: a query and a moment in, an answer out. Whoever is not configured is refused.
//!
//! Who asks is known by the key that signed, or, where the settings say so, by address. What such a recipient may have
//! is its zones' SOA, AXFR and IXFR; all else is refused, names inside the zones included: this is no resolver.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use hickory_proto::op::OpCode;
use hickory_proto::rr::{DNSClass, RecordType};
use renkei_core::net::Prefix;

use super::name::FullName;
use super::query::{Asked, Came, read};
use super::transfer::{Head, Transfer};
use super::tsig::{Broken, Key, Said, Signer, append_unsigned, error};
use super::version::{Since, Zone};
use super::write::{Code, Draft};

/// How much longer than the query an answer without a zone may be: a full signature for a cut one, and our time.
const MORE: usize = 64;

/// How a query came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// One datagram.
    Udp,
    /// Behind two bytes of length.
    Tcp,
}

/// Who may have zones.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The key that signs its queries; without one its address is believed.
    pub key: Option<Arc<Key>>,
    /// From where it asks; with a key, none is everywhere.
    pub from: Vec<Prefix>,
    /// What it may have.
    pub zones: Vec<FullName>,
}

/// The zones, and who may have them.
#[derive(Debug, Default)]
pub struct Book {
    /// By name; one that is configured and not here yet has no contents.
    pub zones: HashMap<FullName, Zone>,
    /// Who may have them.
    pub recipients: Vec<Recipient>,
}

/// What is sent.
#[derive(Debug)]
pub enum Reply {
    /// Nothing.
    Nothing,
    /// A message.
    Message(Vec<u8>),
    /// Messages, over TCP.
    Transfer(Box<Transfer>),
}

/// What became of a query, to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The SOA alone.
    Soa,
    /// The whole zone.
    Whole,
    /// Differences.
    Differences,
    /// Not for this asker, or not done here.
    Refused,
    /// The signature does not hold.
    NotAuth,
    /// The zone has no contents yet.
    NotReady,
    /// Not understood.
    Odd,
    /// No query: nothing is sent.
    Dropped,
}

/// Answers a query from an address at this second of Unix time.
pub fn answer(book: &Book, query: &[u8], from: IpAddr, transport: Transport, now: u64) -> (Reply, Verdict) {
    match read(query) {
        Came::Nothing => (Reply::Nothing, Verdict::Dropped),
        Came::Odd(id, flags) => {
            let draft = Draft::answer(u16::from_be_bytes(id), flags, &[], Code::Form);
            (Reply::Message(draft.finish()), Verdict::Odd)
        }
        Came::Asked(asked) if asked.is_answer => (Reply::Nothing, Verdict::Dropped),
        Came::Asked(asked) => match known(book, &asked, from.to_canonical(), transport, now) {
            // Names that are short on the wire and long in the answer would make us a weapon.
            (Reply::Message(message), verdict) if verdict != Verdict::Soa && message.len() > query.len() + MORE => {
                (Reply::Nothing, Verdict::Dropped)
            }
            other => other,
        },
    }
}

fn known(book: &Book, asked: &Asked, from: IpAddr, transport: Transport, now: u64) -> (Reply, Verdict) {
    let by_address = |recipient: &&Recipient| recipient.from.iter().any(|prefix| prefix.contains(from));
    let Some(signature) = &asked.signature else {
        let zones = book.recipients.iter().filter(|recipient| recipient.key.is_none()).filter(by_address);
        return serve(book, asked, zones.flat_map(|recipient| &recipient.zones), None, transport);
    };
    let is_key = |key: &&Arc<Key>| key.name == signature.key && key.algorithm.is(&signature.record.algorithm);
    let Some(key) = book.recipients.iter().filter_map(|recipient| recipient.key.as_ref()).find(is_key) else {
        return (not_auth(asked, |message| append_unsigned(message, signature, error::BAD_KEY)), Verdict::NotAuth);
    };
    let mac = &signature.record.mac;
    let mut signer = Signer::new(key.clone(), mac);
    let reply = match signature.check(key, &[], now) {
        Ok(()) => {
            let at_home = |recipient: &&Recipient| recipient.from.is_empty() || by_address(recipient);
            let ours = |recipient: &&Recipient| recipient.key.as_ref() == Some(key);
            let zones = book.recipients.iter().filter(ours).filter(at_home).flat_map(|recipient| &recipient.zones);
            return signed(serve(book, asked, zones, Some(signer), transport), key, mac, now);
        }
        Err(Broken::Form) => {
            let draft = Draft::answer(asked.id, asked.flags, &question(asked), Code::Form);
            return (Reply::Message(draft.finish()), Verdict::Odd);
        }
        Err(Broken::Signature) => not_auth(asked, |message| append_unsigned(message, signature, error::BAD_SIG)),
        Err(Broken::Time) => {
            // RFC 8945 section 5.2.3: the asker's time, and ours beside it.
            let said = Said {
                time: signature.record.time,
                fudge: signature.record.fudge,
                error: error::BAD_TIME,
                other: Some(now),
            };
            not_auth(asked, |message| signer.sign(message, said))
        }
        Err(Broken::Cut) => {
            let said = Said { error: error::BAD_TRUNC, ..Said::at(now) };
            not_auth(asked, |message| signer.sign(message, said))
        }
    };
    (reply, Verdict::NotAuth)
}

fn not_auth(asked: &Asked, sign: impl FnOnce(&mut Vec<u8>)) -> Reply {
    let mut message = Draft::answer(asked.id, asked.flags, &question(asked), Code::NotAuth).finish();
    sign(&mut message);
    Reply::Message(message)
}

/// Signs a single message; a transfer signs its own.
fn signed((reply, verdict): (Reply, Verdict), key: &Arc<Key>, mac: &[u8], now: u64) -> (Reply, Verdict) {
    let Reply::Message(mut message) = reply else { return (reply, verdict) };
    Signer::new(key.clone(), mac).sign(&mut message, Said::at(now));
    (Reply::Message(message), verdict)
}

fn serve<'b>(
    book: &Book,
    asked: &Asked,
    mut allowed: impl Iterator<Item = &'b FullName>,
    signer: Option<Signer>,
    transport: Transport,
) -> (Reply, Verdict) {
    let say = |code, verdict| {
        let mut draft = Draft::answer(asked.id, asked.flags, &question(asked), code);
        if asked.edns.is_some() {
            draft.edns(code);
        }
        (Reply::Message(draft.finish()), verdict)
    };
    if asked.edns.is_some_and(|version| version > 0) {
        return say(Code::BadVersion, Verdict::Odd);
    }
    let is_query = asked.code == OpCode::Query && asked.class == DNSClass::IN;
    if !is_query || !allowed.any(|zone| *zone == asked.name) {
        return say(Code::Refused, Verdict::Refused);
    }
    let since = match (asked.kind, transport, asked.has) {
        (RecordType::SOA, ..) => Since::Current,
        (RecordType::AXFR, Transport::Tcp, _) => Since::Whole,
        (RecordType::IXFR, _, None) => return say(Code::Form, Verdict::Odd),
        // RFC 1995 section 2: what does not fit is asked for again over TCP. Nothing but the SOA goes by UDP.
        (RecordType::IXFR, Transport::Udp, _) => Since::Current,
        (RecordType::IXFR, Transport::Tcp, Some(has)) => match book.zones.get(&asked.name) {
            Some(zone) => zone.since(has),
            None => Since::Whole,
        },
        _ => return say(Code::Refused, Verdict::Refused),
    };
    let Some(zone) = book.zones.get(&asked.name) else { return say(Code::Fail, Verdict::NotReady) };
    let head = || Head {
        id: asked.id,
        flags: asked.flags,
        question: question(asked),
        speaks_edns: asked.edns.is_some(),
        signer,
    };
    match since {
        Since::Current => {
            let mut draft = Draft::answer(asked.id, asked.flags, &question(asked), Code::Done);
            draft.soa(zone.serial());
            if asked.edns.is_some() {
                draft.edns(Code::Done);
            }
            (Reply::Message(draft.finish()), Verdict::Soa)
        }
        Since::Whole => (Reply::Transfer(Box::new(Transfer::whole(head(), zone))), Verdict::Whole),
        Since::Differences(differences) => {
            let transfer = Transfer::differences(head(), zone, differences);
            (Reply::Transfer(Box::new(transfer)), Verdict::Differences)
        }
    }
}

/// The question as it is repeated.
fn question(asked: &Asked) -> Vec<u8> {
    let [kind, class] = [u16::from(asked.kind), u16::from(asked.class)].map(u16::to_be_bytes);
    [&asked.question[..], &kind, &class].concat()
}

#[cfg(test)]
mod tests;
