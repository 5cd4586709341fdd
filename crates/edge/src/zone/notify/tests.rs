//! News, sent and acknowledged.

use super::*;
use crate::zone::tsig::Algorithm;

const NOW: u64 = 1_800_000_000;

fn notifier() -> (Notifier, Arc<Key>) {
    let secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQh".parse().unwrap();
    let key = Arc::new(Key { name: "isp-b.example".parse().unwrap(), algorithm: Algorithm::Sha256, secret });
    let target = |address: &str, key: Option<&Arc<Key>>, zone: &str| Target {
        address: address.parse().unwrap(),
        key: key.cloned(),
        zone: zone.parse().unwrap(),
    };
    let targets = vec![
        target("198.18.0.53:53", Some(&key), "rpz.example"),
        target("198.18.0.54:53", None, "rpz.example"),
        target("198.18.0.54:53", None, "other.example"),
    ];
    (Notifier::new(targets), key)
}

/// The answer of a secondary.
fn answer(message: &[u8], key: Option<&Arc<Key>>) -> Vec<u8> {
    let Came::Asked(asked) = read(message) else { panic!("{message:02x?}") };
    let mut bytes = [&message[..12], &asked.question, &[0, 6, 0, 1]].concat();
    bytes[2] |= 0x80;
    bytes[6..12].fill(0);
    if let Some(key) = key {
        Signer::new(key.clone(), &asked.signature.unwrap().record.mac).sign(&mut bytes, Said::at(NOW));
    }
    bytes
}

#[test]
fn secondaries_of_the_zone_are_told_until_they_acknowledge() {
    let (mut notifier, key) = notifier();
    assert_eq!((notifier.next(), notifier.due(0, NOW, || 1)), (None, Due::default()));
    notifier.changed(&"rpz.example".parse().unwrap(), Serial(7), 1000);
    assert_eq!(notifier.next(), Some(1000));
    let mut number = 0;
    let mut count = || {
        number += 1;
        number
    };
    let sent = notifier.due(1000, NOW, &mut count).send;
    let addresses: Vec<_> = sent.iter().map(|(address, _)| address.to_string()).collect();
    assert_eq!(addresses, ["198.18.0.53:53", "198.18.0.54:53"]);
    let Came::Asked(first) = read(&sent[0].1) else { panic!() };
    assert!(first.code == OpCode::Notify && first.flags == [0x24, 0] && first.id == 1);
    assert_eq!(first.signature.unwrap().check(&key, &[], NOW), Ok(()));
    // Not signed, signed by a key for something else, from somewhere else, refused: no acknowledgement.
    let good = answer(&sent[0].1, Some(&key));
    let mut refused = answer(&sent[1].1, None);
    refused[3] |= 5;
    for (bytes, from) in [
        (answer(&sent[0].1, None), sent[0].0),
        (good.clone(), sent[1].0),
        (sent[0].1.clone(), sent[0].0),
        (refused, sent[1].0),
        (vec![], sent[0].0),
    ] {
        assert!(!notifier.heard(&bytes, from, NOW), "{bytes:02x?}");
    }
    assert!(notifier.heard(&good, sent[0].0, NOW) && !notifier.heard(&good, sent[0].0, NOW));
    assert_eq!(notifier.next(), Some(2000));
    assert_eq!(notifier.due(1999, NOW, &mut count), Due::default());
    let again = notifier.due(2000, NOW, &mut count).send;
    assert_eq!((again.len(), again[0].0), (1, sent[1].0));
    // The last number counts.
    assert!(!notifier.heard(&answer(&sent[1].1, None), sent[1].0, NOW));
    assert!(notifier.heard(&answer(&again[0].1, None), sent[1].0, NOW));
    assert_eq!(notifier.next(), None);
}

#[test]
fn who_never_acknowledges_is_given_up_until_the_next_change() {
    let (mut notifier, _) = notifier();
    notifier.changed(&"other.example".parse().unwrap(), Serial(7), 0);
    let mut times = Vec::new();
    let given_up = loop {
        let Some(next) = notifier.next() else { panic!("{times:?}") };
        let due = notifier.due(next, NOW, || 1);
        if !due.given_up.is_empty() {
            break due.given_up;
        }
        times.push(next);
    };
    assert_eq!(times, [0, 1000, 4000, 14_000, 44_000, 104_000, 164_000, 224_000]);
    assert_eq!(given_up, [("198.18.0.54:53".parse().unwrap(), "other.example".parse().unwrap())]);
    assert_eq!(notifier.next(), None);
    // A later version takes the place of one that was not told.
    notifier.changed(&"other.example".parse().unwrap(), Serial(8), 0);
    notifier.changed(&"other.example".parse().unwrap(), Serial(9), 0);
    assert_eq!(notifier.due(0, NOW, || 1).send.len(), 1);
}
