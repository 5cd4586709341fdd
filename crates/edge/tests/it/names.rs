//! The name server with dig and kdig.

use crate::bed::{Bed, order, port, run, text};

fn dig(args: &[&str]) -> String {
    text(&run("dig", "bind9-dnsutils", args))
}

#[test]
fn an_open_zone_is_answered_with_authority() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let port = port(running.addresses[1]);
    let ask = |args: &[&str]| {
        dig(&[&["@127.0.0.1", "-p", &port, "+noall", "+comments", "+answer", "+authority", "+additional"], args]
            .concat())
    };
    for transport in ["+notcp", "+tcp"] {
        let got = ask(&[transport, "BOTS.example", "A"]);
        assert!(got.contains("NOERROR") && got.contains("flags: qr aa rd;") && got.contains("198.18.0.1"), "{got}");
    }
    assert!(ask(&["a.b.bots.example", "AAAA"]).contains("2001:db8::1"));
    let servers = ask(&["bots.example", "NS"]);
    for part in ["ns1.bots.example.", "ns2.office.example.", "198.18.0.53", "2001:db8::53"] {
        assert!(servers.contains(part), "{servers}");
    }
    assert!(
        ask(&["bots.example", "SOA"])
            .contains("ns1.bots.example. hostmaster.office.example. 2026112201 3600 600 86400 60")
    );
    let none = ask(&["bots.example", "MX"]);
    assert!(none.contains("NOERROR") && none.contains("ANSWER: 0") && none.contains("AUTHORITY: 1"), "{none}");
    let any = ask(&["bots.example", "ANY"]);
    assert!(any.contains("198.18.0.1") && any.contains("ANSWER: 1"), "{any}");
    assert!(ask(&["ns1.bots.example", "A"]).contains("198.18.0.53"));
    running.stop();
}

#[test]
fn edns_is_spoken_and_what_is_not_done_is_refused() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let port = port(running.addresses[1]);
    let kdig = |args: &[&str]| text(&run("kdig", "knot-dnsutils", &[&["@127.0.0.1", "-p", &port], args].concat()));
    let got = kdig(&["+edns=0", "+bufsize=4096", "bots.example", "A"]);
    assert!(got.contains("EDNS PSEUDOSECTION") && got.contains("1232 B") && got.contains("NOERROR"), "{got}");
    assert!(kdig(&["+edns=1", "bots.example", "A"]).contains("BADVERS"));
    assert!(dig(&["@127.0.0.1", "-p", &port, "bots.example", "AXFR"]).contains("Transfer failed"));
    assert_eq!(running.counters().dns_refused.get(), 1);
    assert!(kdig(&["-c", "CH", "version.bind", "TXT"]).contains("REFUSED"));
    assert!(dig(&["@127.0.0.1", "-p", &port, "+opcode=status", "bots.example", "SOA"]).contains("NOTIMP"));
    running.stop();
}

#[test]
fn other_names_and_names_without_authority_are_refused_alike() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let port = port(running.addresses[1]);
    for name in ["example", "www.other.example", "nobody.example", "x.nobody.example", "later.example", "xbots.example"]
    {
        let got = dig(&["@127.0.0.1", "-p", &port, name, "A"]);
        assert!(got.contains("REFUSED") && got.contains("ANSWER: 0, AUTHORITY: 0"), "{name}: {got}");
    }
    let counters = running.counters();
    assert_eq!((counters.dns_refused.get(), counters.dns_answered.get()), (6, 0));
    running.stop();
    assert!(bed.lines().is_empty());
}

#[test]
fn a_network_gets_so_much_and_no_more() {
    let bed = Bed::new(&order()).listening().with("[dns]\nanswers_a_second = 5\nrecord = true");
    let running = bed.start();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_millis(300))).unwrap();
    let query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04bots\x07example\x00\x00\x01\x00\x01";
    for _ in 0..1000 {
        socket.send_to(query, running.addresses[1]).unwrap();
    }
    let (mut whole, mut cut, mut space) = (0, 0, [0; 1500]);
    while let Ok(length) = socket.recv(&mut space) {
        assert_eq!(&space[..2], &query[..2]);
        if space[2] & 2 == 0 {
            whole += 1;
        } else {
            // No larger than what was asked: nobody is hit harder than the asker hits us.
            assert_eq!(length, query.len());
            cut += 1;
        }
    }
    let sent = running.counters().dns_limited.get();
    running.stop();
    // The thousand may have lain on the border of two seconds or three.
    assert!((5..=15).contains(&whole) && cut <= 500, "{whole} {cut}");
    assert!(sent >= 985, "{sent}");
    let lines = bed.lines();
    assert_eq!(lines.len(), whole);
    assert!(lines.iter().all(|line| line.get("family").is_none() && line["tag"] == "resolver" && line["qtype"] == "A"));
}
