//! Kept answers are the answers; other names are refused; nothing amplifies.

use hickory_proto::rr::Name;
use proptest::prelude::*;

use super::*;
use crate::sinkhole::table::tests::{OPEN, table};

const NAMES: [&str; 9] = [
    "bots.example.",
    "a.b.Bots.EXAMPLE.",
    "plain.example.",
    "www.plain.example.",
    "ns.deep.plain.example.",
    "deep.plain.example.",
    "locked.bots.example.",
    "other.example.",
    ".",
];
const TYPES: [RecordType; 8] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::NS,
    RecordType::SOA,
    RecordType::MX,
    RecordType::ANY,
    RecordType::AXFR,
    RecordType::Unknown(999),
];

fn query(name: &str, kind: RecordType, id: u16, payload: Option<u16>, rd: bool) -> Vec<u8> {
    let mut query = Query::query(Name::from_ascii(name).unwrap(), kind);
    query.set_query_class(DNSClass::IN);
    let mut message = Message::new(id, hickory_proto::op::MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = rd;
    message.add_query(query);
    if let Some(payload) = payload {
        let mut edns = Edns::new();
        edns.set_max_payload(payload);
        message.set_edns(edns);
    }
    message.to_vec().unwrap()
}

fn code(name: &str, kind: RecordType) -> String {
    let mut reply = Vec::new();
    answer(&table(), OPEN, &query(name, kind, 1, None, true), Transport::Udp, &mut reply);
    let message = Message::from_vec(&reply).unwrap();
    let sections = [message.answers.len(), message.authorities.len(), message.additionals.len()];
    format!("{:?} {} {sections:?}", message.metadata.response_code, message.metadata.authoritative)
}

#[test]
fn each_kind_of_name_gets_its_code() {
    for (name, kind, expected) in [
        ("bots.example.", RecordType::A, "NoError true [1, 0, 0]"),
        ("any.bots.example.", RecordType::AAAA, "NoError true [1, 0, 0]"),
        ("bots.example.", RecordType::NS, "NoError true [1, 0, 1]"),
        ("bots.example.", RecordType::SOA, "NoError true [1, 0, 0]"),
        ("bots.example.", RecordType::MX, "NoError true [0, 1, 0]"),
        ("any.bots.example.", RecordType::NS, "NoError true [0, 1, 0]"),
        ("www.plain.example.", RecordType::A, "NXDomain true [0, 1, 0]"),
        ("deep.plain.example.", RecordType::A, "NoError true [0, 1, 0]"),
        ("ns.deep.plain.example.", RecordType::A, "NoError true [1, 0, 0]"),
        ("locked.bots.example.", RecordType::A, "Refused false [0, 0, 0]"),
        ("other.example.", RecordType::A, "Refused false [0, 0, 0]"),
        ("bots.example.", RecordType::AXFR, "Refused false [0, 0, 0]"),
    ] {
        assert_eq!(code(name, kind), expected, "{name} {kind}");
    }
}

#[test]
fn a_response_is_never_answered() {
    let mut bytes = query("bots.example.", RecordType::A, 1, None, true);
    bytes[2] |= 0x80;
    let mut reply = Vec::new();
    assert_eq!(answer(&table(), OPEN, &bytes, Transport::Udp, &mut reply), Verdict::Dropped);
    assert!(reply.is_empty());
}

proptest! {
    #[test]
    fn kept_answers_are_the_answers(asked in prop::collection::vec((0..NAMES.len(), 0..TYPES.len(), any::<u16>(), prop::option::of(any::<u16>()), any::<bool>()), 1..30)) {
        let table = table();
        let mut answers = Answers::default();
        for (name, kind, id, payload, rd) in asked {
            let query = query(NAMES[name], TYPES[kind], id, payload, rd);
            let (mut kept, mut fresh) = (Vec::new(), Vec::new());
            let verdict = answers.answer(&table, OPEN, &query, &mut kept);
            prop_assert_eq!(verdict, answer(&table, OPEN, &query, Transport::Udp, &mut fresh));
            prop_assert_eq!(&kept, &fresh);
            // The largest answer is a few times its question: nobody is worth hitting through it.
            prop_assert!(kept.len() <= 4 * query.len() + 64, "{} of {}", kept.len(), query.len());
        }
    }

    #[test]
    fn a_closed_hour_is_not_kept_open(seconds in 1i64..100_000) {
        let table = table();
        let mut answers = Answers::default();
        let query = query("bots.example.", RecordType::A, 1, None, true);
        let mut reply = Vec::new();
        let open = matches!(answers.answer(&table, OPEN, &query, &mut reply), Verdict::Answered(_));
        prop_assert!(open);
        let later = Moment(OPEN.0 + seconds * 1_000_000);
        let expected = answer(&table, later, &query, Transport::Udp, &mut Vec::new());
        prop_assert_eq!(answers.answer(&table, later, &query, &mut reply), expected);
        // And a clock that stepped back is before the hour.
        prop_assert_eq!(answers.answer(&table, Moment(OPEN.0 - 1), &query, &mut reply), Verdict::Refused);
    }

    #[test]
    fn any_bytes_are_taken_without_a_fall(bytes: Vec<u8>, at in 0usize..40, byte: u8) {
        let table = table();
        let mut mutated = query("bots.example.", RecordType::A, 1, Some(4096), true);
        if let Some(place) = mutated.get_mut(at) {
            *place = byte;
        }
        for bytes in [&bytes, &mutated] {
            let (mut kept, mut fresh) = (Vec::new(), Vec::new());
            let one = Answers::default().answer(&table, OPEN, bytes, &mut kept);
            prop_assert_eq!(one, answer(&table, OPEN, bytes, Transport::Udp, &mut fresh));
            prop_assert!(kept.len() <= usize::from(MOST_UDP));
        }
    }
}
