//! Knot DNS as secondary: the same zone, with the other algorithm.

use std::fs;

use super::{KEY, Primary, SECRET, Server, ZONE, free};
use crate::bed::until;

#[test]
fn knot_serves_the_same_zone() {
    let address = free();
    let primary = Primary::signed("hmac-sha512", &[address], &["first.example", "*.first.example", "second.example"]);
    let folder = primary.folder.path();
    let at = folder.display();
    let conf = format!(
        "server:\n    listen: 127.0.0.1@{port}\n    rundir: {at}\n    user: root\n\
         log:\n  - target: stderr\n    any: debug\n\
         database:\n    storage: {at}/db\n\
         key:\n  - id: {KEY}\n    algorithm: hmac-sha512\n    secret: {SECRET}\n\
         remote:\n  - id: office\n    address: 127.0.0.1@{primary}\n    key: {KEY}\n\
         acl:\n  - id: office\n    key: {KEY}\n    action: notify\n\
         zone:\n  - domain: {ZONE}\n    storage: {at}\n    master: office\n    acl: office\n",
        port = address.port(),
        primary = primary.port(),
    );
    // Without it Knot cannot keep differences and fetches the whole zone again.
    fs::create_dir_all(folder.join("db")).unwrap();
    fs::write(folder.join("knot.conf"), conf).unwrap();
    let conf = folder.join("knot.conf");
    let knot = Server::start("knotd", "knot", &["-c", conf.to_str().unwrap()], address, folder);
    let has = |name: &str| knot.status(&format!("{name}.{ZONE}"), "CNAME");
    knot.until(&format!("first.example.{ZONE}"), "CNAME", "NOERROR");
    let wildcard = knot.ask(&format!("sub.first.example.{ZONE}"), "CNAME");
    assert!(
        wildcard.split_whitespace().collect::<Vec<_>>().windows(2).any(|pair| pair == ["CNAME", "."]),
        "{wildcard}"
    );
    assert_eq!((has("second.example"), has("third.example")), ("NOERROR".to_owned(), "NXDOMAIN".to_owned()));
    primary.share(&["first.example", "*.first.example", "third.example"]);
    knot.until(&format!("third.example.{ZONE}"), "CNAME", "NOERROR");
    assert_eq!(has("second.example"), "NXDOMAIN");
    let soa = knot.ask(ZONE, "SOA").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(soa.contains(&format!("localhost. hostmaster.{ZONE}. {} 300 60", primary.serial())), "{soa}");
    assert_eq!(primary.count(|counters| &counters.whole), 1, "{}", knot.log());
    assert_eq!(primary.count(|counters| &counters.differences), 1, "{}", knot.log());
    until(|| primary.count(|counters| &counters.told) >= 1);
    drop(knot);
    primary.stop();
}
