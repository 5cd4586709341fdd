//! A sinkhole on loopback with an order of its own, and the programs that call it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant, SystemTime};

use renkei_core::id::Digest;
use renkei_core::ledger::key::Signer;
use renkei_core::time::Moment;
use renkei_edge::sinkhole::serve::{Clock, RunError, Running, start};
use renkei_edge::sinkhole::settings::Settings;
use renkei_formats::order::{Authority, FORM, NameServer, Order, ProfileDigest, Soa, Zone};
use serde_json::Value;

pub fn signer() -> Signer {
    Signer::from_seed("office.example/sinkhole/1".parse().unwrap(), &[7; 32])
}

pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Moment(since.as_micros() as i64)
}

pub fn profiles() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles")
}

pub fn zone(name: &str, family: &str, authority: Option<&str>) -> Zone {
    Zone {
        name: name.parse().unwrap(),
        family: family.to_owned(),
        authority: authority.map(str::to_owned),
        a: vec!["198.18.0.1".parse().unwrap()],
        aaaa: vec!["2001:db8::1".parse().unwrap()],
        wildcard: true,
        ttl: 300,
        ns: vec![
            NameServer {
                name: format!("ns1.{name}").parse().unwrap(),
                a: vec!["198.18.0.53".parse().unwrap()],
                aaaa: vec!["2001:db8::53".parse().unwrap()],
            },
            NameServer { name: "ns2.office.example".parse().unwrap(), a: vec![], aaaa: vec![] },
        ],
        soa: Soa {
            rname: "hostmaster.office.example".parse().unwrap(),
            serial: 2026112201,
            refresh: 3600,
            retry: 600,
            expire: 86400,
            minimum: 60,
        },
    }
}

/// An order of an operation against two families, open now.
pub fn order() -> Order {
    let digest = |name: &str| ProfileDigest {
        name: name.to_owned(),
        sha256: Digest::of(&fs::read(profiles().join(format!("{name}.toml"))).unwrap()).to_string(),
    };
    let mut locked = zone("later.example", "gozi", Some("auth-later"));
    locked.a = vec!["198.18.0.2".parse().unwrap()];
    let bounds = |id: &str, from: i64, until: i64| Authority {
        id: id.to_owned(),
        basis: "S2.16".to_owned(),
        not_before: now().plus_days(from),
        not_after: now().plus_days(until),
        keep: vec![],
    };
    Order {
        form: FORM.to_owned(),
        operation: "op-test".to_owned(),
        serial: 1,
        issued: now(),
        embargo_until: None,
        authorities: vec![bounds("auth-1", -1, 30), bounds("auth-later", 1, 30)],
        zones: vec![
            zone("bots.example", "vawtrak-like", Some("auth-1")),
            zone("simda.example", "simda", Some("auth-1")),
            zone("nobody.example", "kovter", None),
            locked,
        ],
        profiles: ["gozi", "kovter", "marks", "simda", "vawtrak-like"].map(digest).to_vec(),
    }
}

/// A folder with order, settings and what else is put there.
pub struct Bed {
    pub folder: tempfile::TempDir,
    pub settings: String,
}

impl Bed {
    pub fn new(order: &Order) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("order.note"), order.sign(&signer()).unwrap()).unwrap();
        let settings = format!(
            "order = \"order.note\"\noffice_key = \"{}\"\nprofiles = \"{}\"\nspool = \"spool\"\nntp_file = \"/dev/null\"\n",
            signer().public(),
            profiles().display()
        );
        Self { folder, settings }
    }

    pub fn with(mut self, more: &str) -> Self {
        self.settings.push_str(more);
        self.settings.push('\n');
        self
    }

    pub fn listening(self) -> Self {
        self.with(
            "[[listen]]\nkind = \"tcp\"\naddress = \"127.0.0.1:0\"\n[[listen]]\nkind = \"dns\"\naddress = \"127.0.0.1:0\"\n\
             [[listen]]\nkind = \"tcp\"\naddress = \"[::1]:0\"\n[[listen]]\nkind = \"udp\"\naddress = \"127.0.0.1:0\"",
        )
    }

    pub fn try_start(&self) -> Result<Running, RunError> {
        let settings = Settings::read(&self.settings, self.folder.path()).unwrap();
        let begun = Instant::now();
        let clock = Clock::new(move || (now(), begun.elapsed().as_micros() as u64));
        start(settings, clock, |told| eprintln!("{told}"))
    }

    pub fn start(&self) -> Running {
        self.try_start().unwrap()
    }

    /// What lies in the spool, after the sinkhole stopped.
    pub fn lines(&self) -> Vec<Value> {
        lines_in(&self.folder.path().join("spool"))
    }
}

pub fn lines_in(spool: &Path) -> Vec<Value> {
    let mut lines = Vec::new();
    for path in renkei_edge::sinkhole::spool::closed(spool).unwrap() {
        for line in fs::read_to_string(path).unwrap().lines() {
            lines.push(serde_json::from_str(line).unwrap());
        }
    }
    lines
}

/// Runs a program that must be there.
pub fn run(program: &str, package: &str, args: &[&str]) -> Output {
    Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|error| panic!("`{program}`: {error}; install it: apt-get install {package}"))
}

pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits until something holds; it is not measured how long.
pub fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never came to be");
}

pub fn port(address: SocketAddr) -> String {
    address.port().to_string()
}
