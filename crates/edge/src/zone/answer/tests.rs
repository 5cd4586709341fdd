//! The primary, packet by packet, and a model of a secondary that must always have what the zone has.

use std::collections::BTreeSet;

use hickory_proto::op::Message;
use hickory_proto::rr::RData;
use proptest::prelude::*;

use super::*;
use crate::zone::serial::Serial;
use crate::zone::set::Set;
use crate::zone::tsig::Algorithm;

const NOW: u64 = 1_800_000_000;
const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 18, 0, 53));
const APEX: &str = "rpz.office.example";

fn key(name: &str, algorithm: Algorithm, secret: &str) -> Arc<Key> {
    Arc::new(Key { name: name.parse().unwrap(), algorithm, secret: secret.parse().unwrap() })
}

fn good() -> Arc<Key> {
    key("isp-b.example", Algorithm::Sha256, "c2VjcmV0IHNlY3JldCBzZWNyZXQh")
}

fn set(names: &[&str]) -> Set {
    Set::of(&APEX.parse().unwrap(), names).unwrap().0
}

fn book() -> Book {
    let zones = vec![APEX.parse().unwrap(), "later.example".parse().unwrap()];
    let mut book = Book::default();
    book.recipients.push(Recipient { key: Some(good()), from: vec![], zones: zones.clone() });
    let home = vec!["198.18.9.0/24".parse().unwrap()];
    let other = key("home.example", Algorithm::Sha512, "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI=");
    book.recipients.push(Recipient { key: Some(other), from: home.clone(), zones: zones.clone() });
    book.recipients.push(Recipient { key: None, from: home, zones });
    let zone = Zone::new(APEX.parse().unwrap(), set(&["a.test", "*.a.test"]), NOW);
    book.zones.insert(zone.apex().clone(), zone);
    book
}

/// A query; with a version, its SOA stands in the authority section.
fn query(zone: &str, kind: u16, has: Option<u32>) -> Vec<u8> {
    let name: FullName = zone.parse().unwrap();
    let mut bytes = vec![0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, u8::from(has.is_some()), 0, 0];
    bytes.extend([name.wire(), &kind.to_be_bytes(), &[0, 1]].concat());
    if let Some(serial) = has {
        bytes.extend(b"\xc0\x0c\0\x06\0\x01\0\0\0\0\0\x16\0\0");
        bytes.extend(serial.to_be_bytes());
        bytes.extend([0; 16]);
    }
    bytes
}

const SOA: u16 = 6;
const AXFR: u16 = 252;
const IXFR: u16 = 251;

/// Asks with a key, and proves every message of the answer.
fn ask(book: &Book, key: &Arc<Key>, query: &[u8], transport: Transport) -> (Vec<Message>, Verdict) {
    let mut bytes = query.to_vec();
    let mut signer = Signer::new(key.clone(), &[]);
    signer.sign(&mut bytes, Said::at(NOW));
    let (reply, verdict) = answer(book, &bytes, PEER, transport, NOW + 10);
    let mut messages = Vec::new();
    match reply {
        Reply::Nothing => {}
        Reply::Message(message) => messages.push(message),
        Reply::Transfer(mut transfer) => {
            while let Some(message) = transfer.next(NOW + 10) {
                messages.push(message);
            }
        }
    }
    // What the primary signs is what this signer would sign: the chain of signatures is the same.
    let mut proof = Signer::new(key.clone(), signer.last());
    for message in &messages {
        assert!(message.len() <= 65_535);
        let mut again = message[..message.len() - (proof.room() - 6)].to_vec();
        again[11] -= 1;
        proof.sign(&mut again, Said::at(NOW + 10));
        assert_eq!(&again, message);
    }
    (messages.iter().map(|message| Message::from_vec(message).unwrap()).collect(), verdict)
}

fn code_of(message: &[u8]) -> u8 {
    message[3] & 15
}

fn alone(reply: Reply) -> Vec<u8> {
    match reply {
        Reply::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

/// A secondary that does what RFC 5936 and RFC 1995 say.
#[derive(Debug, Default)]
struct Secondary {
    serial: Option<u32>,
    names: BTreeSet<String>,
}

impl Secondary {
    fn take(&mut self, messages: &[Message]) {
        let records: Vec<_> = messages.iter().flat_map(|message| &message.answers).collect();
        let serial = |at: usize| match &records[at].data {
            RData::SOA(soa) => Some(soa.serial),
            _ => None,
        };
        let last = serial(0);
        if records.len() == 1 {
            assert!(last == self.serial, "up to date");
            return;
        }
        assert_eq!(serial(records.len() - 1), last);
        let inner = &records[1..records.len() - 1];
        if serial(1).is_none() {
            // A whole zone.
            self.names = inner.iter().filter(|record| matches!(record.data, RData::CNAME(_))).map(name).collect();
            assert_eq!(self.names.len() + 1, inner.len(), "each once, and the name server");
            self.serial = last;
            return;
        }
        let mut is_adding = true;
        for record in inner {
            match &record.data {
                RData::SOA(soa) if is_adding => {
                    assert_eq!(Some(soa.serial), self.serial);
                    is_adding = false;
                }
                RData::SOA(soa) => {
                    self.serial = Some(soa.serial);
                    is_adding = true;
                }
                _ if is_adding => assert!(self.names.insert(name(record)), "added twice"),
                _ => assert!(self.names.remove(&name(record)), "removed what was not there"),
            }
        }
        assert_eq!(self.serial, last);
    }
}

fn name(record: &&hickory_proto::rr::Record) -> String {
    let text = record.name.to_ascii();
    text.strip_suffix(&format!(".{APEX}.")).unwrap().to_owned()
}

#[test]
fn a_whole_zone_is_sent_to_who_has_the_key() {
    let book = book();
    let (messages, verdict) = ask(&book, &good(), &query(APEX, AXFR, None), Transport::Tcp);
    assert_eq!((messages.len(), verdict), (1, Verdict::Whole));
    let mut secondary = Secondary::default();
    secondary.take(&messages);
    assert_eq!(secondary.serial, Some(NOW as u32));
    assert_eq!(secondary.names, ["*.a.test", "a.test"].map(str::to_owned).into());
    let policy = &messages[0].answers[2];
    assert_eq!((policy.data.to_string(), policy.ttl), (".".to_owned(), 300));
    let soa = messages[0].answers[0].data.to_string();
    assert_eq!(soa, format!("localhost. hostmaster.{APEX}. {NOW} 300 60 604800 60"));
}

#[test]
fn a_large_zone_is_many_messages() {
    let mut book = book();
    let names: Vec<String> = (0..20_000).map(|number| format!("name-{number}.test")).collect();
    let apex: FullName = APEX.parse().unwrap();
    book.zones.get_mut(&apex).unwrap().follow(Set::of(&apex, &names).unwrap().0, NOW);
    let (messages, _) = ask(&book, &good(), &query(APEX, AXFR, None), Transport::Tcp);
    assert!(messages.len() > 8, "{}", messages.len());
    let mut secondary = Secondary::default();
    secondary.take(&messages);
    assert_eq!(secondary.names, names.into_iter().collect());
}

#[test]
fn only_the_serial_goes_by_udp() {
    let mut book = book();
    book.zones.get_mut(&APEX.parse().unwrap()).unwrap().follow(set(&["b.test"]), NOW + 1);
    for asked in [query(APEX, SOA, None), query(APEX, IXFR, Some(NOW as u32)), query(APEX, IXFR, Some(1))] {
        let (messages, verdict) = ask(&book, &good(), &asked, Transport::Udp);
        assert_eq!((messages[0].answers.len(), verdict), (1, Verdict::Soa));
        assert!(messages[0].answers[0].data.to_string().contains(&format!(" {} ", NOW + 1)));
    }
    let (messages, verdict) = ask(&book, &good(), &query(APEX, AXFR, None), Transport::Udp);
    assert_eq!((messages[0].answers.len(), verdict), (0, Verdict::Refused));
    // Who is up to date hears so over TCP too.
    let (messages, verdict) = ask(&book, &good(), &query(APEX, IXFR, Some(NOW as u32 + 1)), Transport::Tcp);
    assert_eq!((messages[0].answers.len(), verdict), (1, Verdict::Soa));
}

#[test]
fn whoever_is_not_configured_is_refused() {
    let book = book();
    for (zone, kind) in
        [(APEX, SOA), (APEX, AXFR), (APEX, 1), ("other.example", AXFR), ("a.test.rpz.office.example", 5)]
    {
        let (reply, verdict) = answer(&book, &query(zone, kind, None), PEER, Transport::Tcp, NOW);
        let message = alone(reply);
        assert_eq!((code_of(&message), verdict), (5, Verdict::Refused), "{zone}");
        assert_eq!(message.len(), query(zone, kind, None).len(), "no more than was asked");
    }
    // With the key, what is no zone of it or no transfer.
    for (zone, kind) in [("other.example", AXFR), (APEX, 1), (APEX, 255), ("a.test.rpz.office.example", 5)] {
        let (messages, verdict) = ask(&book, &good(), &query(zone, kind, None), Transport::Tcp);
        assert_eq!((u16::from(messages[0].metadata.response_code), verdict), (5, Verdict::Refused));
    }
    // An update and a notify, and another class.
    for (at, byte) in [(2, 0x28), (2, 0x20), (query(APEX, SOA, None).len() - 1, 3)] {
        let mut odd = query(APEX, SOA, None);
        odd[at] = byte;
        assert_eq!(ask(&book, &good(), &odd, Transport::Udp).1, Verdict::Refused);
    }
    assert_eq!(ask(&book, &good(), &query("later.example", AXFR, None), Transport::Tcp).1, Verdict::NotReady);
}

#[test]
fn an_address_is_believed_where_the_settings_say_so() {
    let book = book();
    let home: IpAddr = "198.18.9.7".parse().unwrap();
    let (reply, verdict) = answer(&book, &query(APEX, AXFR, None), home, Transport::Tcp, NOW);
    assert!(matches!(reply, Reply::Transfer(_)) && verdict == Verdict::Whole);
    let mapped: IpAddr = "::ffff:198.18.9.7".parse().unwrap();
    assert_eq!(answer(&book, &query(APEX, SOA, None), mapped, Transport::Udp, NOW).1, Verdict::Soa);
    // A key that is bound to addresses is of no use elsewhere.
    let bound = book.recipients[1].key.clone().unwrap();
    assert_eq!(ask(&book, &bound, &query(APEX, SOA, None), Transport::Udp).1, Verdict::Refused);
    let mut signed = query(APEX, SOA, None);
    Signer::new(bound, &[]).sign(&mut signed, Said::at(NOW));
    assert_eq!(answer(&book, &signed, home, Transport::Udp, NOW).1, Verdict::Soa);
}

#[test]
fn what_is_wrong_with_a_signature_is_said_as_the_standard_says() {
    let book = book();
    let signed = |key: &Arc<Key>, at: u64| {
        let mut bytes = query(APEX, AXFR, None);
        Signer::new(key.clone(), &[]).sign(&mut bytes, Said::at(at));
        bytes
    };
    let told = |bytes: &[u8]| {
        let (reply, verdict) = answer(&book, bytes, PEER, Transport::Tcp, NOW);
        let message = alone(reply);
        let Came::Asked(read) = read(&message) else { panic!("{message:02x?}") };
        let signature = read.signature.unwrap();
        let error = signature.record.error.map_or(0, u16::from);
        (verdict, code_of(&message), error, signature)
    };
    // Not known, of another algorithm, of another secret: without a signature.
    let unknown = key("isp-c.example", Algorithm::Sha256, "c2VjcmV0IHNlY3JldCBzZWNyZXQh");
    let algorithm = key("isp-b.example", Algorithm::Sha512, "c2VjcmV0IHNlY3JldCBzZWNyZXQh");
    let secret = key("isp-b.example", Algorithm::Sha256, "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI=");
    for (key, error) in [(&unknown, 17), (&algorithm, 17), (&secret, 16)] {
        let (verdict, code, said, signature) = told(&signed(key, NOW));
        assert_eq!((verdict, code, said), (Verdict::NotAuth, 9, error));
        assert!(signature.record.mac.is_empty() && signature.key == key.name);
    }
    // A bit that is another.
    let mut bent = signed(&good(), NOW);
    bent[3] ^= 1;
    assert_eq!(told(&bent).2, 16);
    // Another time: signed, with ours beside theirs.
    for at in [NOW - 301, NOW + 301] {
        let bytes = signed(&good(), at);
        let Came::Asked(asked) = read(&bytes) else { panic!() };
        let (verdict, code, said, signature) = told(&bytes);
        assert_eq!((verdict, code, said), (Verdict::NotAuth, 9, 18));
        assert_eq!((signature.record.time, signature.record.other.len()), (at, 6));
        assert_eq!(signature.record.other, NOW.to_be_bytes()[2..]);
        assert_eq!(signature.check(&good(), &asked.signature.unwrap().record.mac, at), Ok(()));
    }
    assert_eq!(answer(&book, &signed(&good(), NOW - 300), PEER, Transport::Tcp, NOW).1, Verdict::Whole);
    // A signature that was cut: half is told, less is none.
    for (left, verdict, code) in [(16, Verdict::NotAuth, 9), (15, Verdict::Odd, 1)] {
        let bytes = signed(&good(), NOW);
        // From the end: other 2, error 2, number 2, signature 32, its length 2.
        let mac = bytes.len() - 38;
        let mut cut = [&bytes[..mac + left], &bytes[bytes.len() - 6..]].concat();
        cut[mac - 1] = left as u8;
        let data = mac - 2 - 8 - 13 - 2;
        cut[data + 1] -= 32 - left as u8;
        let (reply, said) = answer(&book, &cut, PEER, Transport::Tcp, NOW);
        assert_eq!((said, code_of(&alone(reply))), (verdict, code), "{left}");
    }
    // A record that is no last one, or counted twice, is not understood.
    let mut twice = signed(&good(), NOW);
    let record = twice[query(APEX, AXFR, None).len()..].to_vec();
    twice.extend(record);
    twice[11] = 2;
    assert_eq!(answer(&book, &twice, PEER, Transport::Tcp, NOW).1, Verdict::Odd);
}

#[test]
fn edns_is_answered_and_no_later_version_is() {
    let book = book();
    let with = |version: u8| {
        let mut bytes = query(APEX, SOA, None);
        bytes.extend([0, 0, 41, 4, 208, 0, version, 0, 0, 0, 0]);
        bytes[11] = 1;
        bytes
    };
    let (messages, verdict) = ask(&book, &good(), &with(0), Transport::Udp);
    assert!(messages[0].edns.is_some() && verdict == Verdict::Soa);
    let (messages, _) = ask(&book, &good(), &with(1), Transport::Udp);
    assert_eq!(u16::from(messages[0].metadata.response_code), 16);
}

#[test]
fn what_is_no_query_is_dropped() {
    let book = book();
    let mut response = query(APEX, SOA, None);
    response[2] |= 0x80;
    for bytes in [&[][..], &[0; 11], &response, &vec![0; 5000]] {
        assert_eq!(answer(&book, bytes, PEER, Transport::Udp, NOW).1, Verdict::Dropped);
    }
    for bytes in [vec![0; 12], query(APEX, SOA, None)[..20].to_vec(), [query(APEX, SOA, None), vec![0]].concat()] {
        let (reply, verdict) = answer(&book, &bytes, PEER, Transport::Udp, NOW);
        assert_eq!((verdict, alone(reply).len()), (Verdict::Odd, 12));
    }
    // A question for differences says what it has.
    assert_eq!(ask(&book, &good(), &query(APEX, IXFR, None), Transport::Tcp).1, Verdict::Odd);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Secondaries that ask now and then, by differences or for all, have what the zone has.
    #[test]
    fn a_secondary_always_has_what_the_zone_has(
        start in prop_oneof![Just(NOW), Just((1 << 32) - 3)],
        sets in prop::collection::vec(prop::collection::btree_set(0u8..200, 0..150), 1..12),
        asks in prop::collection::vec(prop::collection::vec(any::<bool>(), 3), 12),
    ) {
        let apex: FullName = APEX.parse().unwrap();
        let mut book = book();
        book.zones.insert(apex.clone(), Zone::new(apex.clone(), Set::default(), start));
        let mut secondaries = [Secondary::default(), Secondary::default(), Secondary::default()];
        for (turn, numbers) in sets.iter().enumerate() {
            let names: BTreeSet<String> = numbers.iter().map(|number| format!("n{number}.test")).collect();
            let zone = book.zones.get_mut(&apex).unwrap();
            let before = zone.serial();
            let is_new = zone.follow(Set::of(&apex, &names).unwrap().0, start + turn as u64 / 2).is_some();
            prop_assert_eq!(is_new, zone.serial().is_after(before));
            let serial = zone.serial();
            for (secondary, asks) in secondaries.iter_mut().zip(&asks[turn]) {
                if !*asks {
                    continue;
                }
                let asked = match secondary.serial {
                    Some(serial) => query(APEX, IXFR, Some(serial)),
                    None => query(APEX, AXFR, None),
                };
                secondary.take(&ask(&book, &good(), &asked, Transport::Tcp).0);
                prop_assert_eq!(secondary.serial.map(Serial), Some(serial));
                prop_assert_eq!(&secondary.names, &names);
            }
        }
    }
}
