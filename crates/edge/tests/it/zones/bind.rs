//! BIND as secondary and resolver: it blocks what a NOTIFY and differences brought, and stops when it is taken back.

use std::fs;

use super::{KEY, Primary, SECRET, Server, ZONE, free};
use crate::bed::until;

#[test]
fn bind_blocks_by_notify_and_differences_and_unblocks() {
    let address = free();
    let primary = Primary::signed("hmac-sha256", &[address], &["first.example", "*.first.example"]);
    let folder = primary.folder.path();
    let at = folder.display();
    let hosts = "$TTL 60\n@ SOA localhost. h.example. 1 60 60 60 60\n@ NS localhost.\n\
        first A 198.18.1.1\nevil A 198.18.1.2\nsub.evil A 198.18.1.3\nok A 198.18.1.4\nother A 198.18.7.7\n";
    fs::write(folder.join("example.zone"), hosts).unwrap();
    let conf = format!(
        "key \"{KEY}\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n\
         options {{ directory \"{at}\"; pid-file none; session-keyfile \"{at}/session.key\"; \
         listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion yes; dnssec-validation no; \
         allow-query {{ 127.0.0.1; }}; \
         response-policy {{ zone \"{ZONE}\" min-update-interval 1; }} qname-wait-recurse no; }};\n\
         controls {{ }};\n\
         zone \"example\" {{ type primary; file \"example.zone\"; }};\n\
         zone \"{ZONE}\" {{ type secondary; file \"rpz.zone\"; primaries {{ 127.0.0.1 port {primary} key \"{KEY}\"; }}; \
         allow-query {{ none; }}; }};\n",
        port = address.port(),
        primary = primary.port(),
    );
    fs::write(folder.join("named.conf"), conf).unwrap();
    let conf = folder.join("named.conf");
    let bind = Server::start("named", "bind9", &["-g", "-c", conf.to_str().unwrap()], address, folder);
    bind.until("first.example", "A", "NXDOMAIN");
    assert_eq!(bind.status("evil.example", "A"), "NOERROR");
    // It refreshes by itself no sooner than after five minutes: what comes now comes by NOTIFY.
    primary.share(&["first.example", "*.first.example", "evil.example", "*.evil.example", "32.7.7.18.198.rpz-ip"]);
    for name in ["evil.example", "sub.evil.example", "other.example", "first.example"] {
        bind.until(name, "A", "NXDOMAIN");
    }
    assert_eq!(bind.status("ok.example", "A"), "NOERROR");
    primary.share(&["evil.example"]);
    for name in ["first.example", "sub.evil.example", "other.example"] {
        bind.until(name, "A", "NOERROR");
    }
    assert_eq!(bind.status("evil.example", "A"), "NXDOMAIN");
    // The first was whole, the rest were differences, and BIND acknowledged the news.
    assert_eq!(primary.count(|counters| &counters.whole), 1, "{}", bind.log());
    assert_eq!(primary.count(|counters| &counters.differences), 2, "{}", bind.log());
    until(|| primary.count(|counters| &counters.told) >= 2);
    assert_eq!(primary.count(|counters| &counters.not_auth), 0);
    drop(bind);
    primary.stop();
}

#[test]
fn bind_with_another_secret_gets_nothing() {
    let address = free();
    let primary = Primary::signed("hmac-sha256", &[address], &["first.example"]);
    let folder = primary.folder.path();
    let at = folder.display();
    let conf = format!(
        "key \"{KEY}\" {{ algorithm hmac-sha256; secret \"b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI=\"; }};\n\
         options {{ directory \"{at}\"; pid-file none; session-keyfile \"{at}/session.key\"; \
         listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; }};\n\
         controls {{ }};\n\
         zone \"{ZONE}\" {{ type secondary; file \"rpz.zone\"; primaries {{ 127.0.0.1 port {primary} key \"{KEY}\"; }}; }};\n",
        port = address.port(),
        primary = primary.port(),
    );
    fs::write(folder.join("named.conf"), conf).unwrap();
    let conf = folder.join("named.conf");
    let bind = Server::start("named", "bind9", &["-g", "-c", conf.to_str().unwrap()], address, folder);
    until(|| primary.count(|counters| &counters.not_auth) > 0);
    bind.until(&format!("first.example.{ZONE}"), "CNAME", "SERVFAIL");
    assert_eq!(primary.count(|counters| &counters.whole), 0);
    // Nor does news that it cannot prove count as told.
    assert_eq!(primary.count(|counters| &counters.told), 0);
    drop(bind);
    primary.stop();
}
