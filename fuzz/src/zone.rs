//! Any bytes through the primary of policy zones: strangers get nothing, and whoever is known gets whole messages.

use std::net::IpAddr;
use std::sync::Arc;

use renkei_edge::zone::answer::{Book, Recipient, Reply, Transport, Verdict, answer};
use renkei_edge::zone::set::Set;
use renkei_edge::zone::tsig::{Algorithm, Key};
use renkei_edge::zone::version::Zone;

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 1] = [("zone_query", zone_query)];

const NOW: u64 = 1_800_000_000;

/// A zone with two versions; `None` cannot be.
fn book() -> Option<Book> {
    let apex = "rpz.office.example".parse().ok()?;
    let key = Key {
        name: "isp-b.example".parse().ok()?,
        algorithm: Algorithm::Sha256,
        secret: "c2VjcmV0IHNlY3JldCBzZWNyZXQh".parse().ok()?,
    };
    let mut book = Book::default();
    let home = vec!["198.18.9.0/24".parse().ok()?];
    let zones = vec![apex];
    book.recipients.push(Recipient { key: Some(Arc::new(key)), from: vec![], zones: zones.clone() });
    book.recipients.push(Recipient { key: None, from: home, zones: zones.clone() });
    let apex = zones.into_iter().next()?;
    let names: Vec<String> = (0..5000).map(|number| format!("name-{number}.test")).collect();
    let mut zone = Zone::new(apex.clone(), Set::of(&apex, &names).ok()?.0, NOW);
    zone.follow(Set::of(&apex, names.iter().skip(1)).ok()?.0, NOW + 1);
    book.zones.insert(apex, zone);
    Some(book)
}

/// Queries, from a stranger and from an address that is believed.
pub fn zone_query(data: &[u8]) {
    let Some(book) = book() else { return };
    let [stranger, home] = [[198, 18, 0, 1], [198, 18, 9, 1]].map(IpAddr::from);
    for transport in [Transport::Udp, Transport::Tcp] {
        let (reply, verdict) = answer(&book, data, stranger, transport, NOW);
        if let (Reply::Message(message), false) = (&reply, verdict == Verdict::Soa) {
            assert!(message.len() <= data.len() + 64, "nobody is hit through it");
        }
        all(reply, transport);
        all(answer(&book, data, home, transport, NOW).0, transport);
    }
}

fn all(reply: Reply, transport: Transport) {
    match reply {
        Reply::Nothing => {}
        Reply::Message(message) => assert!((12..=1232).contains(&message.len())),
        Reply::Transfer(mut transfer) => {
            assert!(transport == Transport::Tcp);
            while let Some(message) = transfer.next(NOW) {
                assert!((12..=65_535).contains(&message.len()));
            }
        }
    }
}
