//! HTTP/1.1, h2c and TLS with curl, openssl and h2load: blank answers, and lines that say who called.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::bed::{Bed, order, run, text};

fn picked(line: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), line.get(*key).cloned().unwrap_or(Value::Null))).collect()
}

#[test]
fn a_bot_gets_a_blank_page_and_its_line_says_who_it_is() {
    let bed = Bed::new(&order()).with("sensor = \"sinkhole-1\"").listening();
    let running = bed.start();
    let address = running.addresses[0];
    let url = format!("http://c2.bots.example:{}/collection/00000038/01/2B9A17D6", address.port());
    let resolve = format!("c2.bots.example:{}:127.0.0.1", address.port());
    let got = run("curl", "curl", &["-si", "--resolve", &resolve, "-A", "Mozilla/4.0", "-d", "secret=C4nary", &url]);
    let got = text(&got);
    assert!(got.starts_with("HTTP/1.1 200 OK\r\n") && got.ends_with("Content-Length: 0\r\n\r\n"), "{got}");
    running.stop();
    let lines = bed.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        picked(
            &lines[0],
            &[
                "src",
                "dst",
                "dport",
                "proto",
                "app",
                "host",
                "method",
                "path",
                "family",
                "confidence",
                "bot_id",
                "length",
                "mark"
            ]
        ),
        json!({
            "src": "127.0.0.1", "dst": "127.0.0.1", "dport": address.port(), "proto": "tcp", "app": "http",
            "host": "c2.bots.example", "method": "POST", "path": "/collection/00000038/01/2B9A17D6",
            "family": "vawtrak-like", "confidence": "high", "bot_id": "2B9A17D6", "length": 13, "mark": null,
        })
    );
    let everything = format!("{lines:?}");
    assert!(!everything.contains("C4nary"), "a body was kept: {everything}");
    assert_eq!(lines[0]["sensor"], "sinkhole-1");
    assert_eq!(lines[0]["sha256"], "a7eec4f396df59d6d9d88ec20c1a7aced609282286f11b7503b8e3cceda9bf7d");
}

#[test]
fn cookies_and_credentials_are_not_in_the_log() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let url = format!("http://127.0.0.1:{}/x", running.addresses[0].port());
    let args = [
        "-s",
        "-H",
        "Host: bots.example",
        "-b",
        "sid=C4nary1",
        "-u",
        "user:C4nary2",
        "-F",
        "f=C4nary3",
        "-A",
        "Mozilla/4.0",
        &url,
    ];
    run("curl", "curl", &args);
    running.stop();
    let everything = format!("{:?}", bed.lines());
    assert!(everything.contains("vawtrak-like") && !everything.contains("C4nary"), "{everything}");
}

#[test]
fn researchers_and_browsers_are_no_infections() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let url = format!("http://127.0.0.1:{}/login.php", running.addresses[0].port());
    let call = |host: &str, agent: &str, referer: &str| {
        let host = format!("Host: {host}");
        run("curl", "curl", &["-s", "-H", &host, "-A", agent, "-e", referer, &url]);
    };
    call("bots.example", "Mozilla/5.0 zgrab/0.x", "");
    call("bots.example", "Mozilla/5.0", "http://search.example/");
    // Simda writes this Referer itself: its shape explains it.
    call("simda.example", "Mozilla/4.0 (compatible; MSIE 2.0; Windows NT 5.0)", "http://www.google.com");
    call("other.example", "Mozilla/5.0", "");
    running.stop();
    let seen: Vec<_> =
        bed.lines().iter().map(|line| picked(line, &["mark", "family", "called", "confidence"])).collect();
    assert_eq!(
        seen,
        [
            json!({"mark": "scanner", "family": null, "called": "vawtrak-like", "confidence": null}),
            json!({"mark": "browser", "family": null, "called": "vawtrak-like", "confidence": null}),
            json!({"mark": null, "family": "simda", "called": null, "confidence": "high"}),
            json!({"mark": null, "family": null, "called": null, "confidence": null}),
        ]
    );
}

#[test]
fn http2_without_tls_gets_the_same() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let url = format!("http://127.0.0.1:{}/collection/00000038/01/2B9A17D6", running.addresses[0].port());
    let got = run(
        "curl",
        "curl",
        &["-si", "--http2-prior-knowledge", "-H", "Host: bots.example", "-A", "x", "-d", "abc", &url],
    );
    assert!(text(&got).starts_with("HTTP/2 200"), "{}", text(&got));
    let loaded =
        run("h2load", "nghttp2-client", &["-n", "200", "-c", "4", "-m", "10", "-H", ":authority: bots.example", &url]);
    assert!(text(&loaded).contains("200 succeeded"), "{}", text(&loaded));
    let loaded = run("h2load", "nghttp2-client", &["--h1", "-n", "200", "-c", "4", "-H", "host: bots.example", &url]);
    assert!(text(&loaded).contains("200 succeeded"), "{}", text(&loaded));
    running.stop();
    let lines = bed.lines();
    assert_eq!(lines.len(), 401);
    assert!(lines.iter().all(|line| line["bot_id"] == "2B9A17D6"));
    assert_eq!((&lines[0]["length"], &lines[0]["method"]), (&json!(3), &json!("POST")));
}

#[test]
fn tls_is_answered_and_its_client_facts_are_kept() {
    let bed = Bed::new(&order()).listening().with("[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"");
    let at = |name: &str| bed.folder.path().join(name).display().to_string();
    let (cert, key) = (at("cert.pem"), at("key.pem"));
    let made = run(
        "openssl",
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &cert,
            "-subj",
            "/CN=bots.example",
            "-addext",
            "subjectAltName=DNS:bots.example",
            "-days",
            "2",
        ],
    );
    assert!(made.status.success());
    let running = bed.start();
    let port = running.addresses[0].port();
    let (url, resolve) = (format!("https://bots.example:{port}/x"), format!("bots.example:{port}:127.0.0.1"));
    for version in ["--http1.1", "--http2"] {
        let got = run("curl", "curl", &["-si", version, "--cacert", &cert, "--resolve", &resolve, "-A", "x", &url]);
        assert!(text(&got).contains(" 200"), "{got:?}");
    }
    let connect = format!("127.0.0.1:{port}");
    let got = run(
        "openssl",
        "openssl",
        &["s_client", "-connect", &connect, "-servername", "simda.example", "-CAfile", &cert],
    );
    assert!(text(&got).contains("TLSv1.3"), "{got:?}");
    running.stop();
    let lines = bed.lines();
    let ja4 = |line: &Value| line["ja4"].as_str().unwrap().to_owned();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for line in &lines[..2] {
        assert_eq!(
            picked(line, &["sni", "app", "family"]),
            json!({"sni": "bots.example", "app": "https", "family": "vawtrak-like"})
        );
        assert!(line["cipher"].as_str().unwrap().starts_with("TLS13_"), "{line}");
    }
    assert!(ja4(&lines[0]).starts_with("t13d") && ja4(&lines[0]).contains("h1_"), "{}", ja4(&lines[0]));
    assert!(ja4(&lines[1]).contains("h2_"), "{}", ja4(&lines[1]));
    assert_eq!(lines[2]["sni"], "simda.example");
}

#[test]
fn a_megabyte_of_headers_and_endless_heads_do_no_harm() {
    let bed = Bed::new(&order())
        .listening()
        .with("[limits]\nhead_seconds = 1\nfirst_seconds = 1\nconnections = 8\nper_address = 8");
    let running = bed.start();
    let address = running.addresses[0];
    let mut large = TcpStream::connect(address).unwrap();
    let head = format!("GET / HTTP/1.1\r\nHost: bots.example\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    let _ = large.write_all(head.as_bytes());
    let mut got = String::new();
    large.read_to_string(&mut got).unwrap();
    assert!(got.starts_with("HTTP/1.1 431 "), "{got}");
    // Slow ones, a byte at a time, until each was thrown out.
    let mut slow: Vec<_> = (0..6).map(|_| TcpStream::connect(address).unwrap()).collect();
    for byte in b"GET / HTTP/1.1\r\nHost: b" {
        for stream in &mut slow {
            let _ = stream.write_all(&[*byte]);
        }
        let got = run(
            "curl",
            "curl",
            &["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: bots.example", &format!("http://{address}/")],
        );
        assert_eq!(text(&got), "200");
        std::thread::sleep(std::time::Duration::from_millis(60));
    }
    for stream in &mut slow {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(rest.is_empty());
    }
    assert!(running.counters().timed_out.get() >= 6);
    running.stop();
    assert_eq!(bed.lines().iter().filter(|line| line["broken"] == "cut").count(), 6);
}

#[test]
fn more_idle_connections_than_seats_shed_the_idle_and_serve_the_rest() {
    let bed = Bed::new(&order()).listening().with("[limits]\nconnections = 16\nper_address = 100");
    let running = bed.start();
    let address = running.addresses[0];
    let idle: Vec<_> = (0..64).map(|_| TcpStream::connect(address).unwrap()).collect();
    crate::bed::until(|| running.counters().connections.get() == 64);
    assert_eq!(running.counters().connections_shed.get(), 48);
    let got = run(
        "curl",
        "curl",
        &["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: bots.example", &format!("http://{address}/")],
    );
    assert_eq!(text(&got), "200");
    drop(idle);
    running.stop();
}

#[test]
fn plain_tcp_and_udp_leave_their_first_bytes() {
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let mut tcp = TcpStream::connect(running.addresses[2]).unwrap();
    tcp.write_all(b"\x01\x02bot").unwrap();
    let mut rest = Vec::new();
    let _ = tcp.read_to_end(&mut rest);
    assert!(rest.is_empty());
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.send_to(&[7; 100], running.addresses[3]).unwrap();
    crate::bed::until(|| running.counters().kept.iter().map(|count| count.get()).sum::<u64>() == 2);
    running.stop();
    let mut seen: Vec<_> = bed.lines().iter().map(|line| picked(line, &["proto", "src", "length", "first"])).collect();
    seen.sort_by_key(|line| line["proto"].to_string());
    assert_eq!(
        seen,
        [
            json!({"proto": "tcp", "src": "::1", "length": 5, "first": "0102626f74"}),
            json!({"proto": "udp", "src": "127.0.0.1", "length": 100, "first": "07".repeat(32)}),
        ]
    );
}

#[test]
fn a_balancer_says_who_called_and_nobody_else_may() {
    let from = "[[listen]]\nkind = \"tcp\"\naddress = \"127.0.0.1:0\"\nproxy_from = [\"127.0.0.0/8\"]";
    let bed = Bed::new(&order()).with(from);
    let running = bed.start();
    let url = format!("http://{}/", running.addresses[0]);
    let got = run(
        "curl",
        "curl",
        &[
            "-s",
            "--haproxy-protocol",
            "-H",
            "Host: bots.example",
            "-A",
            "x",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            &url,
        ],
    );
    assert_eq!(text(&got), "200");
    let mut device = TcpStream::connect(running.addresses[0]).unwrap();
    let head = b"PROXY TCP4 198.18.7.7 198.19.0.1 4711 80\r\nGET / HTTP/1.1\r\nHost: bots.example\r\nConnection: close\r\n\r\n";
    device.write_all(head).unwrap();
    let mut got = String::new();
    device.read_to_string(&mut got).unwrap();
    assert!(got.starts_with("HTTP/1.1 200"), "{got}");
    running.stop();
    let lines = bed.lines();
    assert_eq!(
        picked(&lines[1], &["src", "sport", "dst", "dport"]),
        json!({"src": "198.18.7.7", "sport": 4711, "dst": "198.19.0.1", "dport": 80})
    );
    let bed = Bed::new(&order()).listening();
    let running = bed.start();
    let mut device = TcpStream::connect(running.addresses[0]).unwrap();
    device.write_all(head).unwrap();
    let mut got = Vec::new();
    let _ = device.read_to_end(&mut got);
    running.stop();
    assert!(!format!("{:?}", bed.lines()).contains("198.18.7.7"));
}
