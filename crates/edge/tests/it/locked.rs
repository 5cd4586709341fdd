//! What the sinkhole does not do: nothing without authority, nothing unsigned, nothing but static bytes.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use renkei_edge::sinkhole::serve::{LoadError, RunError};
use renkei_edge::sinkhole::table::TableError;
use renkei_formats::order::{Order, OrderError};

use crate::bed::{Bed, order, port, profiles, run, signer, text, until};

fn ask(address: std::net::SocketAddr, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let _ = write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut got = String::new();
    let _ = stream.read_to_string(&mut got);
    got
}

#[test]
fn an_operation_without_authority_serves_nothing() {
    let locks: [fn(&mut Order); 4] = [
        |order| order.zones.iter_mut().for_each(|zone| zone.authority = None),
        |order| order.embargo_until = Some(order.issued.plus_days(1)),
        |order| order.authorities.iter_mut().for_each(|authority| authority.not_before = order.issued.plus_days(1)),
        |order| {
            for authority in &mut order.authorities {
                authority.not_before = order.issued.plus_days(-2);
                authority.not_after = order.issued.plus_days(-1);
            }
        },
    ];
    for lock in locks {
        let mut order = order();
        lock(&mut order);
        let bed = Bed::new(&order).listening().with("[dns]\nrecord = true");
        let running = bed.start();
        assert_eq!(ask(running.addresses[0], "bots.example"), "");
        let port = port(running.addresses[1]);
        let got = text(&run("dig", "bind9-dnsutils", &["@127.0.0.1", "-p", &port, "bots.example", "A"]));
        assert!(got.contains("REFUSED"), "{got}");
        std::net::UdpSocket::bind("127.0.0.1:0").unwrap().send_to(b"x", running.addresses[3]).unwrap();
        until(|| running.counters().locked.get() == 2);
        running.stop();
        assert!(bed.lines().is_empty(), "kept without authority: {:?}", bed.lines());
    }
}

#[test]
fn a_zone_without_authority_is_silent_beside_one_that_is_served() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    assert!(ask(running.addresses[0], "bots.example").starts_with("HTTP/1.1 200"));
    for host in ["nobody.example", "www.nobody.example", "later.example", "LATER.example.:80"] {
        assert_eq!(ask(running.addresses[0], host), "", "{host}");
    }
    running.stop();
    assert_eq!(bed.lines().len(), 1);
}

#[test]
fn a_changed_signature_or_order_is_refused() {
    let bed = Bed::new(&order()).listening();
    let path = bed.folder.path().join("order.note");
    let note = fs::read_to_string(&path).unwrap();
    let refused = |text: String| {
        fs::write(&path, text).unwrap();
        matches!(bed.try_start(), Err(RunError::Load(LoadError::Order(_))))
    };
    assert!(refused(note.replace("bots.example", "bank.example")));
    let last = note.trim_end().len() - 10;
    let other = if note.as_bytes()[last] == b'A' { "B" } else { "A" };
    assert!(refused(format!("{}{other}{}", &note[..last], &note[last + 1..])));
    assert!(refused(note.split_once("\n\n").unwrap().0.to_owned() + "\n\n"));
    let stranger = renkei_core::ledger::key::Signer::from_seed(signer().public().name().clone(), &[9; 32]);
    assert!(refused(order().sign(&stranger).unwrap()));
    assert!(!refused(note));
}

#[test]
fn a_newer_order_takes_effect_and_a_forged_or_older_one_does_not() {
    let bed = Bed::new(&order()).listening();
    let path = bed.folder.path().join("order.note");
    let running = bed.start();
    let counters = running.counters();
    let mut next = order();
    next.serial = 2;
    next.zones[0].authority = None;
    fs::write(&path, next.sign(&signer()).unwrap().replace("\"serial\":2", "\"serial\":3")).unwrap();
    until(|| counters.orders_refused.get() == 1);
    assert!(ask(running.addresses[0], "bots.example").starts_with("HTTP/1.1 200"));
    fs::write(&path, next.sign(&signer()).unwrap()).unwrap();
    until(|| counters.order_serial.get() == 2);
    until(|| ask(running.addresses[0], "bots.example").is_empty());
    fs::write(&path, order().sign(&signer()).unwrap()).unwrap();
    until(|| counters.orders_refused.get() == 2);
    assert_eq!(ask(running.addresses[0], "bots.example"), "");
    running.stop();
}

#[test]
fn a_profile_that_answers_more_than_static_bytes_does_not_load() {
    let good = fs::read_to_string(profiles().join("vawtrak-like.toml")).unwrap();
    let more = [
        "[answer]\nscript = \"run.sh\"",
        "[answer]\nfile = \"payload.bin\"",
        "[answer]\nlocation = \"http://198.18.0.9/\"",
        "[answer]\nstatus = 302",
        "[answer]\nbody_hex = \"4d5a90000300\"",
        "[answer]\nbody = \"<script>alert(1)</script>\"",
        "[answer]\nheaders = { Set-Cookie = \"a=b\" }",
        "[answer]\nbody_template = \"{{bot_id}}\"",
    ];
    for answer in more {
        let folder = tempfile::tempdir().unwrap();
        let typed = good.replace("[answer]", answer);
        fs::write(folder.path().join("vawtrak-like.toml"), typed).unwrap();
        let mut bed = Bed::new(&order()).listening();
        bed.settings = bed.settings.replace(&profiles().display().to_string(), &folder.path().display().to_string());
        let error = bed.try_start().unwrap_err();
        assert!(matches!(error, RunError::Load(LoadError::Profile { .. })), "{answer}: {error}");
    }
}

#[test]
fn a_profile_that_the_office_did_not_look_at_is_refused() {
    let mut changed = order();
    changed.profiles.iter_mut().find(|profile| profile.name == "simda").unwrap().sha256 = "0".repeat(64);
    let error = Bed::new(&changed).listening().try_start().unwrap_err();
    assert!(matches!(error, RunError::Load(LoadError::Table(TableError::Changed(_)))), "{error}");
    let mut keeps = order();
    keeps.authorities[0].keep.push("bodies".to_owned());
    let error = Bed::new(&keeps).listening().try_start().unwrap_err();
    assert!(matches!(error, RunError::Load(LoadError::Table(TableError::Keeps(_)))), "{error}");
    assert!(!matches!(error, RunError::Load(LoadError::Order(OrderError::Form))));
}
