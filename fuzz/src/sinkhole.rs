//! Any bytes through the sinkhole's machines: nothing may fall, and what is told must be whole lines.

use renkei_core::ledger::key::Signer;
use renkei_core::time::Moment;
use renkei_edge::sinkhole::dns::{Answers, Transport, answer};
use renkei_edge::sinkhole::hello::hear;
use renkei_edge::sinkhole::hit::{Events, Out, Scene};
use renkei_edge::sinkhole::profile::{Marks, Profile};
use renkei_edge::sinkhole::proxy::{Proxied, read};
use renkei_edge::sinkhole::spool::sound;
use renkei_edge::sinkhole::table::Table;
use renkei_edge::sinkhole::talk::{Talk, Turn};
use renkei_formats::order::{Authority, FORM, NameServer, Order, SignedOrder, Soa, Zone};

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 7] = [
    ("sink_dns", sink_dns),
    ("sink_http", sink_http),
    ("sink_profile", sink_profile),
    ("sink_spool", sink_spool),
    ("sink_proxy", sink_proxy),
    ("sink_order", sink_order),
    ("sink_hello", sink_hello),
];

const OPEN: Moment = Moment(1_800_000_000_000_000);

/// A table with one open zone; `None` cannot be.
fn table() -> Option<Table> {
    let zone = Zone {
        name: "bots.example".parse().ok()?,
        family: "f".to_owned(),
        authority: Some("a".to_owned()),
        a: vec![[198, 18, 0, 1].into()],
        aaaa: vec![],
        wildcard: true,
        ttl: 300,
        ns: vec![NameServer {
            name: "ns.deep.bots.example".parse().ok()?,
            a: vec![[198, 18, 0, 53].into()],
            aaaa: vec![],
        }],
        soa: Soa { rname: "x.example".parse().ok()?, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 60 },
    };
    let authority = Authority {
        id: "a".to_owned(),
        basis: "S2.16".to_owned(),
        not_before: OPEN,
        not_after: OPEN.plus_days(1),
        keep: vec![],
    };
    let order = Order {
        form: FORM.to_owned(),
        operation: "op".to_owned(),
        serial: 1,
        issued: OPEN,
        embargo_until: None,
        authorities: vec![authority],
        zones: vec![zone],
        profiles: vec![],
    };
    let signer = signer()?;
    let note = order.sign(&signer).ok()?;
    Table::new(SignedOrder::read(note.as_bytes(), &signer.public()).ok()?, vec![], Marks::default()).ok()
}

fn signer() -> Option<Signer> {
    Some(Signer::from_seed("office.example/1".parse().ok()?, &[7; 32]))
}

/// Queries: a kept answer is the answer.
pub fn sink_dns(data: &[u8]) {
    let Some(table) = table() else { return };
    let mut answers = Answers::default();
    let (mut kept, mut fresh) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let one = answers.answer(&table, OPEN, data, &mut kept);
        assert_eq!(one, answer(&table, OPEN, data, Transport::Udp, &mut fresh));
        assert_eq!(kept, fresh);
    }
    assert!(kept.len() <= 1232);
    let _ = answer(&table, OPEN, data, Transport::Tcp, &mut fresh);
}

/// Connections, whole and cut in two.
pub fn sink_http(data: &[u8]) {
    let Some(table) = table() else { return };
    for is_proxied in [false, true] {
        let whole = talked(&table, &[data], is_proxied);
        for line in whole.split_inclusive(|byte| *byte == b'\n') {
            assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok());
        }
        let (one, rest) = data.split_at(data.len() / 2);
        talked(&table, &[one, rest], is_proxied);
    }
}

fn talked(table: &Table, pieces: &[&[u8]], is_proxied: bool) -> Vec<u8> {
    let (source, destination) = (([198, 18, 9, 9], 4711).into(), ([198, 18, 0, 1], 80).into());
    let scene = Scene { table, at: OPEN, is_synchronised: true, source, destination, hello: None };
    let (mut talk, mut events, mut out) =
        (Talk::new(source, destination, is_proxied), Events::new(1, 1), Out::default());
    for piece in pieces {
        if out.closes || talk.feed(piece, &scene, &mut events, &mut out) != Turn::Stay {
            return out.lines;
        }
    }
    talk.end(&scene, &mut events, &mut out);
    out.lines
}

/// Profiles and marks.
pub fn sink_profile(data: &[u8]) {
    if let Ok(profile) = Profile::read(data) {
        assert!(matches!(profile.answer.parts().0, 200 | 204 | 404));
        assert!(profile.answer.parts().2.len() <= 4096);
    }
    let _ = Marks::read(data);
}

/// What a crash left.
pub fn sink_spool(data: &[u8]) {
    let whole = sound(data);
    assert!(whole.length <= data.len());
    // What is sound stays sound, and nothing more is found in it.
    assert_eq!(sound(data.get(..whole.length).unwrap_or_default()), whole);
}

/// A balancer's header.
pub fn sink_proxy(data: &[u8]) {
    if let Proxied::Local(used) | Proxied::For { used, .. } = read(data) {
        assert!(used <= data.len());
    }
}

/// Orders: whatever stands in them, none is signed by this key.
pub fn sink_order(data: &[u8]) {
    let Some(signer) = signer() else { return };
    let _ = SignedOrder::read(data, &signer.public());
    if let Ok(order) = serde_json::from_slice::<Order>(data)
        && let Ok(note) = order.sign(&signer)
    {
        assert!(SignedOrder::read(note.as_bytes(), &signer.public()).is_ok_and(|read| *read == order));
    }
}

/// The first message of a TLS client.
pub fn sink_hello(data: &[u8]) {
    let _ = hear(data);
    let length = (data.len().min(16_000) as u16).to_be_bytes();
    let _ = hear(&[&[22, 3, 1], &length[..], data].concat());
}
