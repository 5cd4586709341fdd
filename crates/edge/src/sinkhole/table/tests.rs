//! What names are at which moment; and a table for the tests of the machines.

use renkei_core::ledger::key::Signer;
use renkei_formats::order::{Authority, FORM, NameServer, Order, SignedOrder, Soa};

use super::*;

/// The moment at which the tests' order is open.
pub(crate) const OPEN: Moment = Moment(1_800_000_000_000_000);

pub(crate) fn zone(name: &str, family: &str, authority: Option<&str>, wildcard: bool, last: u8) -> Zone {
    Zone {
        name: name.parse().unwrap(),
        family: family.to_owned(),
        authority: authority.map(str::to_owned),
        a: vec![[198, 18, 0, last].into()],
        aaaa: vec!["2001:db8::1".parse().unwrap()],
        wildcard,
        ttl: 300,
        ns: vec![NameServer {
            name: format!("ns.deep.{name}").parse().unwrap(),
            a: vec![[198, 18, 0, 53].into()],
            aaaa: vec![],
        }],
        soa: Soa { rname: "x.example".parse().unwrap(), serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 60 },
    }
}

fn order() -> Order {
    Order {
        form: FORM.to_owned(),
        operation: "op".to_owned(),
        serial: 1,
        issued: OPEN,
        embargo_until: None,
        authorities: vec![Authority {
            id: "a".to_owned(),
            basis: "S2.16".to_owned(),
            not_before: OPEN,
            not_after: OPEN.plus_days(1),
            keep: vec![],
        }],
        zones: vec![
            zone("bots.example", "one", Some("a"), true, 1),
            zone("plain.example", "two", Some("a"), false, 2),
            zone("shared.example", "three", Some("a"), false, 2),
            zone("locked.bots.example", "one", None, true, 1),
        ],
        profiles: vec![],
    }
}

pub(crate) fn table() -> Table {
    let signer = Signer::from_seed("office.example/1".parse().unwrap(), &[7; 32]);
    let note = order().sign(&signer).unwrap();
    let order = SignedOrder::read(note.as_bytes(), &signer.public()).unwrap();
    let profile = "basis = \"likeness\"\nsource = \"test\"\n[answer]\nbody = \"blank\"\n[[shape]]\npath = '^/id/'\n\
                   [[device]]\nin = \"path\"\npattern = '^/id/(?<id>[0-9]+)$'\n";
    let mut profile = Profile::read(format!("family = \"one\"\n{profile}").as_bytes()).unwrap();
    // The order of these tests names no files.
    profile.digest = renkei_core::id::Digest([0; 32]);
    let mut table = Table::new(order, vec![], Marks::default()).unwrap();
    for served in table.served.iter_mut().filter(|served| served.zone.family == "one") {
        served.replies = Replies::of(&profile.answer);
        served.profile = profile.clone();
    }
    table
}

fn word(table: &Table, name: &str, at: Moment) -> String {
    match table.standing(name, at) {
        Standing::Open(served) => format!("open {}", served.zone.name),
        Standing::Locked => "locked".to_owned(),
        Standing::Foreign => "foreign".to_owned(),
    }
}

#[test]
fn a_name_is_open_only_in_its_hours_and_by_its_own_zone() {
    let table = table();
    let end = OPEN.plus_days(1);
    for (name, at, expected) in [
        ("bots.example", OPEN, "open bots.example"),
        ("a.b.bots.example", OPEN, "open bots.example"),
        ("bots.example", Moment(OPEN.0 - 1), "locked"),
        ("bots.example", Moment(end.0 - 1), "open bots.example"),
        ("bots.example", end, "locked"),
        ("x.locked.bots.example", OPEN, "locked"),
        ("plain.example", OPEN, "open plain.example"),
        ("www.plain.example", OPEN, "foreign"),
        ("xbots.example", OPEN, "foreign"),
        ("example", OPEN, "foreign"),
        ("", OPEN, "foreign"),
    ] {
        assert_eq!(word(&table, name, at), expected, "{name}");
    }
    assert!(table.serves_anything(OPEN) && !table.serves_anything(end));
}

#[test]
fn an_address_names_a_family_only_if_it_is_that_familys_alone() {
    let table = table();
    let family = |last, at| table.by_address([198, 18, 0, last].into(), at).map(|served| served.zone.family.as_str());
    assert_eq!(family(1, OPEN), Some("one"));
    assert_eq!(family(2, OPEN), None);
    assert_eq!(family(1, Moment(0)), None);
    assert_eq!(table.by_address("2001:db8::1".parse().unwrap(), OPEN).map(|served| served.zone.name.as_str()), None);
}

#[test]
fn a_profile_that_is_not_listed_is_refused() {
    let signer = Signer::from_seed("office.example/1".parse().unwrap(), &[7; 32]);
    let signed = |order: Order| SignedOrder::read(order.sign(&signer).unwrap().as_bytes(), &signer.public()).unwrap();
    let error = Table::new(signed(order()), vec![Profile::blank("one")], Marks::default()).unwrap_err();
    assert_eq!(error, TableError::Unlisted("one".to_owned()));
    let twice = Table::new(signed(order()), vec![Profile::blank("x"), Profile::blank("x")], Marks::default());
    assert_eq!(twice.unwrap_err(), TableError::Twice("x".to_owned()));
    let mut asks = order();
    let digest = "0".repeat(64);
    asks.profiles.push(renkei_formats::order::ProfileDigest { name: "one".to_owned(), sha256: digest });
    let error = Table::new(signed(asks), vec![], Marks::default()).unwrap_err();
    assert_eq!(error, TableError::Missing("one".to_owned()));
}
