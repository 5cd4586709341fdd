//! Transfers by hand, with dig and kdig, which prove each signature.

use super::{KEY, Primary, SECRET, ZONE};
use crate::bed::{run, text, until};

fn dig(port: u16, args: &[&str]) -> String {
    text(&run("dig", "bind9-dnsutils", &[&["@127.0.0.1", "-p", &port.to_string(), "+tries=1"], args].concat()))
}

fn kdig(port: u16, args: &[&str]) -> String {
    let output = run("kdig", "knot-dnsutils", &[&["@127.0.0.1", "-p", &port.to_string()], args].concat());
    text(&output) + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_large_zone_is_transferred_with_every_message_signed() {
    let names: Vec<String> = (0..30_000).map(|number| format!("name-{number}.bots.test")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for algorithm in ["hmac-sha256", "hmac-sha512"] {
        let primary = Primary::signed(algorithm, &[], &names);
        let key = format!("{algorithm}:{KEY}:{SECRET}");
        let whole = dig(primary.port(), &["-y", &key, ZONE, "AXFR"]);
        assert!(whole.contains("XFR size: 30003 records") && !whole.contains("verify"), "{}", tail(&whole));
        let whole = kdig(primary.port(), &["-y", &key, ZONE, "AXFR"]);
        assert!(whole.contains("30003 records") && !whole.contains("WARNING"), "{}", tail(&whole));
        // Ten changes are ten changes.
        let before = primary.serial();
        primary.share(&names[10..]);
        until(|| primary.serial() != before);
        let changes = kdig(primary.port(), &["-y", &key, ZONE, &format!("IXFR={before}")]);
        assert!(changes.contains("14 records") && changes.contains("name-3.bots.test"), "{}", tail(&changes));
        assert!(!changes.contains("WARNING"), "{changes}");
        let changes = dig(primary.port(), &["-y", &key, ZONE, &format!("IXFR={before}")]);
        assert!(changes.contains("XFR size: 14 records"), "{}", tail(&changes));
        // Who is up to date gets one record, and whose version is not known gets all.
        let current = format!("IXFR={}", primary.serial());
        assert!(dig(primary.port(), &["-y", &key, ZONE, &current]).contains("XFR size: 1 records"));
        assert!(dig(primary.port(), &["-y", &key, ZONE, "IXFR=1"]).contains("XFR size: 29993 records"));
        let soa = kdig(primary.port(), &["-y", &key, "+edns", ZONE, "SOA"]);
        assert!(soa.contains("NOERROR") && soa.contains("lags: qr aa") && !soa.contains("WARNING"), "{soa}");
        primary.stop();
    }
}

#[test]
fn without_the_right_key_there_is_nothing() {
    let primary = Primary::signed("hmac-sha256", &[], &["evil.example"]);
    let port = primary.port();
    let ask = |key: &str, kind: &str| dig(port, &["-y", key, ZONE, kind]);
    for (key, told) in [
        (format!("hmac-sha256:{KEY}:b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="), "BADSIG"),
        (format!("hmac-sha256:other.example:{SECRET}"), "BADKEY"),
        (format!("hmac-sha512:{KEY}:{SECRET}"), "BADKEY"),
    ] {
        let soa = ask(&key, "SOA");
        assert!(soa.contains("NOTAUTH") && soa.contains(told) && soa.contains("ANSWER: 0"), "{soa}");
        let whole = ask(&key, "AXFR");
        assert!(whole.contains("Transfer failed") && !whole.contains("evil.example.rpz"), "{whole}");
    }
    let whole = dig(port, &[ZONE, "AXFR"]);
    assert!(whole.contains("Transfer failed") && !whole.contains("evil.example.rpz"), "{whole}");
    for args in [&[ZONE, "SOA"][..], &["evil.example.rpz.office.example", "CNAME"], &["version.bind", "TXT", "CH"]] {
        assert!(dig(port, args).contains("REFUSED"), "{args:?}");
    }
    let key = format!("hmac-sha256:{KEY}:{SECRET}");
    assert!(dig(port, &["-y", &key, "evil.example.rpz.office.example", "CNAME"]).contains("REFUSED"));
    assert_eq!(primary.count(|counters| &counters.whole), 0);
    assert!(primary.count(|counters| &counters.not_auth) >= 6);
    primary.stop();
}

fn tail(text: &str) -> String {
    text.lines().rev().take(8).collect::<Vec<_>>().join("\n")
}
