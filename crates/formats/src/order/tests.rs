//! An order comes back as it was signed, and any change of it is refused.

use proptest::prelude::*;

use super::*;

fn signer() -> Signer {
    Signer::from_seed("office.example/sinkhole/1".parse().unwrap(), &[7; 32])
}

fn order() -> Order {
    Order {
        form: FORM.to_owned(),
        operation: "op-hinode".to_owned(),
        serial: 3,
        issued: Moment(1_763_769_600_000_000),
        embargo_until: Some(Moment(1_763_773_200_000_000)),
        authorities: vec![Authority {
            id: "auth-1".to_owned(),
            basis: "S2.16: lapsed domain, registered by the office".to_owned(),
            not_before: Moment(1_763_769_600_000_000),
            not_after: Moment(1_795_305_600_000_000),
            keep: vec![],
        }],
        zones: vec![Zone {
            name: "bots.example".parse().unwrap(),
            family: "vawtrak-like".to_owned(),
            authority: Some("auth-1".to_owned()),
            a: vec!["198.18.0.1".parse().unwrap()],
            aaaa: vec!["2001:db8::1".parse().unwrap()],
            wildcard: true,
            ttl: 300,
            ns: vec![NameServer { name: "ns1.bots.example".parse().unwrap(), a: vec![], aaaa: vec![] }],
            soa: Soa {
                rname: "hostmaster.office.example".parse().unwrap(),
                serial: 1,
                refresh: 3600,
                retry: 600,
                expire: 86400,
                minimum: 60,
            },
        }],
        profiles: vec![],
    }
}

#[test]
fn an_order_comes_back_as_it_was_signed() {
    let note = order().sign(&signer()).unwrap();
    let read = SignedOrder::read(note.as_bytes(), &signer().public()).unwrap();
    assert_eq!(*read, order());
    assert_eq!(note.lines().count(), 3);
}

#[test]
fn the_hour_of_the_operation_and_the_authority_bound_what_is_open() {
    let mut order = order();
    let zone = order.zones[0].clone();
    assert_eq!(order.open(&zone), Some((order.embargo_until.unwrap(), order.authorities[0].not_after)));
    order.embargo_until = None;
    assert_eq!(order.open(&zone).unwrap().0, order.authorities[0].not_before);
    assert_eq!(order.open(&Zone { authority: None, ..zone.clone() }), None);
    order.embargo_until = Some(order.authorities[0].not_after);
    assert_eq!(order.open(&zone), None);
}

#[test]
fn another_key_an_unsigned_order_and_other_bytes_are_refused() {
    let note = order().sign(&signer()).unwrap();
    let other = Signer::from_seed("office.example/sinkhole/1".parse().unwrap(), &[8; 32]).public();
    assert!(matches!(SignedOrder::read(note.as_bytes(), &other), Err(OrderError::Signature(_))));
    let unsigned = note.split_once("\n\n").unwrap().0;
    assert!(SignedOrder::read(unsigned.as_bytes(), &signer().public()).is_err());
    // Signed, but written otherwise than the office writes.
    let spaced = note::signed(&format!("{} \n", order().canonical().unwrap().trim_end()), &signer());
    assert_eq!(SignedOrder::read(spaced.as_bytes(), &signer().public()), Err(OrderError::NotCanonical));
    let more = order().canonical().unwrap().replace("\"serial\":3", "\"serial\":3,\"script\":\"x\"");
    let more = note::signed(&more, &signer());
    assert!(matches!(SignedOrder::read(more.as_bytes(), &signer().public()), Err(OrderError::Json(_))));
}

#[test]
fn contradictions_are_not_signed() {
    let cases: [fn(&mut Order); 6] = [
        |order| order.zones[0].authority = Some("gone".to_owned()),
        |order| order.zones.push(order.zones[0].clone()),
        |order| order.zones[0].a = vec!["198.18.0.1".parse().unwrap(); 9],
        |order| order.authorities[0].not_after = order.authorities[0].not_before,
        |order| order.form = "other/1".to_owned(),
        |order| order.zones[0].ns.clear(),
    ];
    for change in cases {
        let mut order = order();
        change(&mut order);
        assert!(matches!(order.sign(&signer()), Err(OrderError::Fault(_))), "{order:?}");
    }
}

proptest! {
    #[test]
    fn any_changed_byte_is_refused(at in 0usize..4096, byte: u8) {
        let note = order().sign(&signer()).unwrap();
        let mut bytes = note.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(SignedOrder::read(&bytes, &signer().public()).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_a_fall(bytes: Vec<u8>) {
        let _ = SignedOrder::read(&bytes, &signer().public());
    }
}
