//! Lists for machines: what reaches a seat as a plain list, a sheet, and a zone by which a resolver of others blocks.

use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::served::Served;
use crate::sharing::{draft, open, refused};

const MD5: &str = "0123456789abcdef0123456789abcdef";

/// What isp-a shares with isp-b: an item that may be acted on, and one that may only be looked for.
fn share(desk: &Desk) -> String {
    let given = |pap, title, values: &[&str]| {
        let mut args = vec!["--title", title, "--tlp", "amber", "--pap", pap, "--to-party", "isp-b"];
        values.iter().for_each(|value| args.extend(["--value", value]));
        let item = draft(desk, "isp-a-desk", &args);
        desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
        item
    };
    given("amber", "=quiet", &["quiet.example", "evil.example"]);
    let values = [
        "evil.example",
        "resolver.example",
        "198.18.7.7",
        "198.19.0.0/24",
        "2001:db8:7::7",
        "https://pay.evil.example/x",
        MD5,
    ];
    given("green", "C2", &values)
}

fn warn(desk: &Desk) {
    let folder = desk.office().join("warninglists");
    std::fs::create_dir_all(&folder).unwrap();
    let list = json!({ "name": "Known resolvers", "type": "hostname", "list": ["resolver.example"], "matching_attributes": ["domain"] });
    std::fs::write(folder.join("resolvers.json"), list.to_string()).unwrap();
}

fn export(desk: &Desk, seat: &str, more: &[&str]) -> String {
    let output = desk.run(&[&["--seat", seat, "item", "export"], more].concat());
    assert!(output.status.success(), "{more:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_list_has_what_its_reader_may_act_on() {
    let desk = open(None);
    let item = share(&desk);
    warn(&desk);
    assert_eq!(export(&desk, "isp-b-desk", &["plain", "--kind", "domain"]), "evil.example\n");
    assert_eq!(
        export(&desk, "isp-b-desk", &["plain", "--kind", "domain", "--warned"]),
        "evil.example\nresolver.example\n"
    );
    assert_eq!(
        export(&desk, "isp-b-desk", &["plain", "--kind", "address", "--kind", "block"]),
        "198.18.7.7\n2001:db8:7::7\n198.19.0.0/24\n"
    );
    assert_eq!(export(&desk, "isp-b-desk", &["plain", "--kind", "md5"]), format!("{MD5}\n"));
    // Whom nothing reaches gets an empty list; its own organisation has what it posted.
    assert_eq!(export(&desk, "isp-c-desk", &["plain", "--kind", "domain"]), "");
    assert_eq!(export(&desk, "isp-a-desk", &["plain", "--kind", "domain"]), "evil.example\n");
    // The sheet leaves nothing out, says why one should think twice, and is no formula.
    let sheet = export(&desk, "isp-b-desk", &["csv", "--kind", "domain"]);
    let rows: Vec<&str> = sheet.lines().collect();
    assert_eq!((rows.len(), rows[0]), (5, "value,kind,item,title,from,tlp,pap,posted_at,ends,warnings"));
    assert!(sheet.contains("quiet.example,domain,") && sheet.contains(",'=quiet,isp-a,amber,amber,"), "{sheet}");
    assert!(
        rows.iter().any(|row| row.starts_with("resolver.example,") && row.ends_with(",Known resolvers")),
        "{sheet}"
    );
    // To a file, with what was left out told.
    let file = desk.folder.path().join("list.txt");
    let told =
        desk.ok(&["--seat", "isp-b-desk", "item", "export", "plain", "--kind", "domain", "--output", text(&file)]);
    assert_eq!(told["left_out"], json!({ "warned": 1, "reserved": 0, "passive": 1, "unsaid": 0 }));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "evil.example\n");
    // Its originator sees that it was taken, and the warning beside its own value; so does who looks it up.
    let shown = desk.ok(&["--seat", "isp-a-desk", "item", "show", &item]);
    assert_eq!((&shown["taken"][0]["seat"], &shown["taken"][0]["door"]), (&json!("isp-b-desk"), &json!("shell")));
    let warned: Vec<&Value> =
        shown["values"].as_array().unwrap().iter().filter(|value| value["warnings"] != json!([])).collect();
    assert_eq!((warned.len(), &warned[0]["value"]), (1, &json!("resolver.example")));
    let looked = desk.ok(&["--seat", "isp-c-desk", "item", "lookup", "a.resolver.example"]);
    assert_eq!((&looked["items"], &looked["warnings"]), (&json!([]), &json!(["Known resolvers"])));
    // What cannot be made is told; a file that is no list is a finding of the doctor's, and the others are used.
    for (args, why) in [
        (&["plain"][..], "of which kind"),
        (&["rpz", "--zone", "x"], "no domain"),
        (&["csv", "--kind", "odd"], "no such kind"),
    ] {
        assert!(
            refused(&desk, &[&["--seat", "isp-b-desk", "item", "export"], args].concat()).1.contains(why),
            "{args:?}"
        );
    }
    let healthy = |desk: &Desk| -> bool {
        let output = desk.run(&["doctor"]);
        let health: Value = serde_json::from_slice(&output.stdout).unwrap();
        health["checks"].as_array().unwrap().iter().find(|check| check["code"] == "warning-lists").unwrap()["well"]
            == true
    };
    assert!(healthy(&desk));
    std::fs::write(desk.office().join("warninglists/broken.json"), "{").unwrap();
    assert!(!healthy(&desk));
    assert_eq!(export(&desk, "isp-b-desk", &["plain", "--kind", "domain"]), "evil.example\n");
}

#[test]
fn programs_fetch_a_list_when_it_changed() {
    let served = Served::open(None);
    let desk = &served.desk;
    for (seat, duty) in [("isp-a-desk", "answerer"), ("isp-a-head", "approver"), ("isp-b-desk", "answerer")] {
        served.invite(seat, duty, Some(&seat[..5]));
    }
    let item = share(desk);
    let token = served.token("isp-b-desk", "read");
    let bearer = format!("Bearer {token}");
    let fetch = |path: &str, tag: &str| {
        served.ask("GET", &format!("/api/v1/lists/{path}"), &[("authorization", &bearer), ("if-none-match", tag)], "")
    };
    let first = fetch("rpz", "");
    assert_eq!((first.status, first.kind.as_str()), (200, "text/dns; charset=utf-8"));
    let tag = |got: &crate::served::Got| got.headers.iter().find(|(name, _)| name == "etag").unwrap().1.clone();
    // Other acts count the ledger up, and so the serial; what stands in the zone is the same.
    desk.ok(&["group", "add", "x"]);
    assert_eq!(fetch("rpz", &tag(&first)).status, 304);
    assert_eq!(fetch("plain?kind=address,block", "").body, "198.18.7.7\n2001:db8:7::7\n198.19.0.0/24\n");
    assert_eq!((fetch("plain", "").status, fetch("odd", "").status, fetch("rpz?group=x", "").status), (422, 404, 422));
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &item]);
    let second = fetch("rpz", &tag(&first));
    assert_eq!(second.status, 200);
    assert!(!second.body.contains("evil.example"));
    let serial =
        |zone: &str| zone.split("SOA").nth(1).unwrap().split_whitespace().nth(2).unwrap().parse::<u64>().unwrap();
    assert!(serial(&second.body) > serial(&first.body));
    assert_eq!(served.ask("GET", "/api/v1/lists/rpz", &[], "").status, 401);
}

/// BIND with a zone of ours; stopped when dropped.
struct Resolver {
    child: Child,
    port: u16,
}

impl Drop for Resolver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(name: &str) -> String {
    let there = ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/"].map(|folder| format!("{folder}{name}"));
    there.into_iter().find(|path| Path::new(path).exists()).unwrap_or_else(|| name.to_owned())
}

impl Resolver {
    /// Answers for `example` itself, under the policy of a zone file.
    fn start(folder: &Path, policy: &Path) -> Self {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let hosts = "$TTL 60\n@ SOA localhost. h.example. 1 60 60 60 60\n@ NS localhost.\n\
            evil A 198.18.1.1\nsub.evil A 198.18.1.2\nok A 198.18.1.3\nother A 198.18.7.7\nblock A 198.19.0.9\nfree A 198.19.1.9\n\
            six AAAA 2001:db8:7::7\nfive AAAA 2001:db8:7::8\nquiet A 198.18.1.4\n";
        std::fs::write(folder.join("example.zone"), hosts).unwrap();
        let at = folder.display();
        let conf = format!(
            "options {{ directory \"{at}\"; pid-file none; session-keyfile \"{at}/session.key\"; \
             listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion yes; dnssec-validation no; \
             allow-query {{ 127.0.0.1; }}; response-policy {{ zone \"rpz.office.example\"; }} qname-wait-recurse no; }};\n\
             controls {{ }};\n\
             zone \"example\" {{ type primary; file \"example.zone\"; }};\n\
             zone \"rpz.office.example\" {{ type primary; file \"{}\"; allow-query {{ none; }}; }};\n",
            policy.display()
        );
        std::fs::write(folder.join("named.conf"), conf).unwrap();
        let child = Command::new(program("named"))
            .args(["-g", "-c", text(&folder.join("named.conf"))])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("named.log")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("named (Debian package bind9): {error}"));
        let resolver = Self { child, port };
        let begun = Instant::now();
        while resolver.status("ok.example", "A") != "NOERROR" {
            let log = || std::fs::read_to_string(folder.join("named.log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", log());
            std::thread::sleep(Duration::from_millis(100));
        }
        resolver
    }

    fn status(&self, name: &str, kind: &str) -> String {
        let dig = Command::new("dig")
            .args(["@127.0.0.1", "-p", &self.port.to_string(), "+tries=1", "+time=1", name, kind])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&dig.stdout).into_owned();
        told.split("status: ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or("none").to_owned()
    }
}

#[test]
fn bind_blocks_what_the_zone_names() {
    let desk = open(None);
    let item = share(&desk);
    warn(&desk);
    let zone = desk.folder.path().join("rpz.zone");
    let write = || desk.ok(&["--seat", "isp-b-desk", "item", "export", "rpz", "--output", text(&zone)]);
    let told = write();
    assert_eq!(
        (&told["values"], &told["left_out"]["unsaid"], &told["left_out"]["warned"]),
        (&json!(4), &json!(2), &json!(1))
    );
    let checked =
        Command::new(program("named-checkzone")).args(["-i", "none", "rpz.office.example", text(&zone)]).output();
    let checked = checked.unwrap_or_else(|error| panic!("named-checkzone (Debian package bind9-utils): {error}"));
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let folder = desk.folder.path().join("named");
    std::fs::create_dir(&folder).unwrap();
    let resolver = Resolver::start(&folder, &zone);
    let status = |resolver: &Resolver| {
        [
            ("evil", "A"),
            ("sub.evil", "A"),
            ("other", "A"),
            ("block", "A"),
            ("six", "AAAA"),
            ("ok", "A"),
            ("free", "A"),
            ("five", "AAAA"),
            ("quiet", "A"),
        ]
        .map(|(name, kind)| resolver.status(&format!("{name}.example"), kind))
    };
    let (no, yes) = ("NXDOMAIN", "NOERROR");
    assert_eq!(status(&resolver), [no, no, no, no, no, yes, yes, yes, yes]);
    let log = std::fs::read_to_string(folder.join("named.log")).unwrap();
    assert!(!log.contains("rpz-ip") || !log.contains("invalid"), "{log}");
    drop(resolver);
    // Taken back, it is blocked no longer.
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &item]);
    write();
    assert_eq!(status(&Resolver::start(&folder, &zone)), [yes; 9]);
}

/// Asks the primary as a resolver's secondary does, with a key.
fn transferred(port: u16, key: &str, kind: &str) -> String {
    let key = format!("hmac-sha256:isp-b.keys.office.example:{key}");
    let args = ["@127.0.0.1", "-p", &port.to_string(), "+tries=1", "-y", &key, "isp-b.rpz.office.example", kind];
    let output = Command::new("dig").args(args).output().expect("dig (Debian: apt-get install bind9-dnsutils)");
    String::from_utf8(output.stdout).unwrap()
}

/// The zone once it has a name or has it no more, and how long that took.
fn until_it(port: u16, has: bool) -> (String, Duration) {
    let began = Instant::now();
    loop {
        let zone = transferred(port, SECRET, "AXFR");
        if zone.contains("XFR size") && zone.contains("evil.example") == has {
            return (zone, began.elapsed());
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{zone}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

const SECRET: &str = "c2FtcGxlIHNlY3JldCBvZiB0aGUgdGVzdHM=";

#[test]
fn a_resolver_follows_by_transfer_what_reaches_its_seat() {
    let desk = open(None);
    desk.write("isp-b.key", &format!("{SECRET}\n"));
    let zones = desk.write(
        "zones.toml",
        "listen = [\"127.0.0.1:0\"]\n[[zone]]\nname = \"isp-b.rpz.office.example\"\nseat = \"isp-b-desk\"\n\
         [[secondary]]\nkey = \"isp-b.keys.office.example\"\nalgorithm = \"hmac-sha256\"\nkey_file = \"isp-b.key\"\n\
         zones = [\"isp-b.rpz.office.example\"]\n",
    );
    let log = std::fs::File::create(desk.folder.path().join("served.log")).unwrap();
    let (served, port) = Served::with_zones(desk, &zones, log.into());
    let desk = &served.desk;
    let (empty, _) = until_it(port, false);
    assert!(empty.contains("XFR size: 3 records"), "{empty}");
    let item = share(desk);
    let (zone, after) = until_it(port, true);
    println!("from post to the zone: {} ms", after.as_millis());
    for name in ["*.evil.example.isp-b", "32.7.7.18.198.rpz-ip.isp-b", "24.0.0.19.198.rpz-ip.isp-b"] {
        assert!(zone.contains(name), "{name}: {zone}");
    }
    assert!(!zone.contains("quiet.example"), "what may only be looked for is no filter's business: {zone}");
    let shown = desk.ok(&["--seat", "isp-a-desk", "item", "show", &item]);
    assert_eq!((&shown["taken"][0]["seat"], &shown["taken"][0]["door"]), (&json!("isp-b-desk"), &json!("transfer")));
    // Another's key, and no key at all, get nothing.
    assert!(!transferred(port, "YW5vdGhlciBzZWNyZXQgb2YgdGVzdHM=", "AXFR").contains("XFR size"));
    // A seat that is suspended has nothing here either, and all of it again afterwards.
    served.seat("isp-b-desk", "answerer", Some("isp-b"));
    desk.ok(&["seat", "suspend", "isp-b-desk"]);
    until_it(port, false);
    desk.ok(&["seat", "resume", "isp-b-desk"]);
    until_it(port, true);
    // What is taken back is gone.
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &item]);
    let (_, after) = until_it(port, false);
    println!("from withdrawal to the zone: {} ms", after.as_millis());
}

#[test]
fn settings_of_zones_that_contradict_themselves_are_refused() {
    let desk = open(None);
    desk.write("isp-b.key", &format!("{SECRET}\n"));
    let secondary = "[[secondary]]\nkey = \"k.example\"\nalgorithm = \"hmac-sha256\"\nkey_file = \"isp-b.key\"\nzones = [\"a.example\"]\n";
    let zone = "[[zone]]\nname = \"a.example\"\nseat = \"isp-b-desk\"\n";
    for (text, why) in [
        (format!("listen = [\"127.0.0.1:0\"]\n{secondary}"), "nobody's list stands behind"),
        (
            format!("listen = [\"127.0.0.1:0\"]\n{zone}{}{secondary}", zone.replace("a.example", "b.example")),
            "nobody may have the zone",
        ),
        (format!("listen = [\"127.0.0.1:0\"]\n{zone}{zone}{secondary}"), "named twice"),
        (format!("listen = [\"127.0.0.1:0\"]\nodd = 1\n{zone}{secondary}"), "unknown field"),
        (format!("listen = []\n{zone}{secondary}"), "`listen` is empty"),
    ] {
        let file = desk.write("zones.toml", &text);
        let (_, told) = desk.fails(&["serve", "--listen", "127.0.0.1:0", "--zones", crate::desk::text(&file)]);
        assert!(told.to_string().contains(why), "{why}: {told}");
    }
}
