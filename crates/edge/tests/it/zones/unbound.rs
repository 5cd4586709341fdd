//! Unbound, which cannot sign for a policy zone: its address is believed, where the settings say so.

use std::fs;

use super::{Primary, Server, ZONE, free};

#[test]
fn unbound_blocks_from_an_address_that_is_believed() {
    let address = free();
    let settings = format!(
        "listen = [\"127.0.0.1:0\"]\n[[unsigned]]\nfrom = [\"127.0.0.1/32\"]\nzones = [\"{ZONE}\"]\nnotify = [\"{address}\"]\n"
    );
    let primary = Primary::of(&settings, &["first.example", "*.first.example"]);
    let folder = primary.folder.path();
    let at = folder.display();
    let conf = format!(
        "server:\n  interface: 127.0.0.1\n  port: {port}\n  do-daemonize: no\n  use-syslog: no\n  verbosity: 2\n\
         \x20 chroot: \"\"\n  username: \"\"\n  directory: \"{at}\"\n  pidfile: \"\"\n  num-threads: 1\n\
         \x20 access-control: 127.0.0.0/8 allow\n  do-not-query-localhost: no\n  module-config: \"respip iterator\"\n\
         remote-control:\n  control-enable: no\n\
         rpz:\n  name: {ZONE}\n  primary: 127.0.0.1@{primary}\n  allow-notify: 127.0.0.1\n  zonefile: \"rpz.zone\"\n\
         auth-zone:\n  name: example\n  zonefile: \"example.zone\"\n  for-downstream: no\n  fallback-enabled: no\n",
        port = address.port(),
        primary = primary.port(),
    );
    // Names that it resolves: what it has as local data would go before every policy.
    let hosts = "$ORIGIN example.\n@ 60 SOA localhost. h.example. 1 60 60 60 60\n@ 60 NS localhost.\n\
        first 60 A 198.18.1.1\nsub.evil 60 A 198.18.1.3\nok 60 A 198.18.1.4\n";
    fs::write(folder.join("example.zone"), hosts).unwrap();
    fs::write(folder.join("unbound.conf"), conf).unwrap();
    let conf = folder.join("unbound.conf");
    let unbound = Server::start("unbound", "unbound", &["-d", "-c", conf.to_str().unwrap()], address, folder);
    unbound.until("ok.example", "A", "NOERROR");
    unbound.until("first.example", "A", "NXDOMAIN");
    assert_eq!(unbound.status("sub.evil.example", "A"), "NOERROR");
    primary.share(&["evil.example", "*.evil.example"]);
    unbound.until("sub.evil.example", "A", "NXDOMAIN");
    unbound.until("first.example", "A", "NOERROR");
    assert!(primary.count(|counters| &counters.whole) >= 1, "{}", unbound.log());
    drop(unbound);
    primary.stop();
}
