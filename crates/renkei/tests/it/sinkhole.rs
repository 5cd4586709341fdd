//! From an operation to the providers, nothing by hand between: the gate unlocks a domain, a real sinkhole
//! serves it, simulated bots on this machine check in over real sockets and are given blank data, the office
//! takes what was seen by itself, once, and asks those who can tell the users. Then the bots fall silent.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use renkei_edge::sinkhole::bots::{Bots, Family};
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::served::Served;

const SOON: Duration = Duration::from_secs(60);

/// An operation whose record holds now: these processes ask the machine's clock.
pub fn record() -> String {
    r#"
[operation]
id = "op-lantern"
name = { ja = "灯籠作戦", en = "Operation Lantern" }
purpose = { ja = "感染端末を無害化し、利用者に知らせる", en = "Make infected devices harmless, and tell their users" }

[server]
own = true
ns = [{ name = "ns1.sinkhole.example" }]
rname = "desk.sinkhole.example"

[[authority]]
id = "record-1"
basis = { ja = "失効したドメインの取得（S2.16）", en = "registration of a lapsed domain (S2.16)" }
from = "2020-01-01T00:00:00Z"
until = "2100-01-01T00:00:00Z"

[[domain]]
name = "lantern.example"
family = "vawtrak-like"
route = "lapsed-domain"
state = "held"
authority = "record-1"
a = ["127.0.0.1"]
wildcard = true

[[domain]]
name = "locked.example"
family = "vawtrak-like"
route = "registry-criminal"
a = ["127.0.0.1"]
"#
    .to_owned()
}

/// Records the operation and signs its order; the key it is signed with.
pub fn ordered(desk: &Desk) -> String {
    let file = desk.write("lantern.toml", &record());
    desk.ok(&["operation", "record", text(&file)]);
    let out = desk.folder.path().join("order.note");
    let profiles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles");
    let ordered = desk.ok(&["operation", "order", "op-lantern", "--profiles", profiles, "--out", text(&out)]);
    assert_eq!(ordered["unlocked"], json!(["lantern.example"]));
    ordered["key"].as_str().unwrap().to_owned()
}

/// A sinkhole as its users run it.
pub struct Sinkhole {
    process: Child,
    pub address: SocketAddr,
    settings: PathBuf,
}

impl Sinkhole {
    pub fn settings(desk: &Desk, site: &str, token: &str, key: &str) -> PathBuf {
        let profiles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles");
        std::fs::write(desk.folder.path().join("token"), token).unwrap();
        let settings = format!(
            "order = \"order.note\"\noffice_key = \"{key}\"\nprofiles = \"{profiles}\"\nspool = \"spool\"\nworkers = 1\n\
             [limits]\nsegment_seconds = 1\n\
             [[listen]]\nkind = \"tcp\"\naddress = \"127.0.0.1:0\"\nproxy_from = [\"127.0.0.1/32\"]\n\
             [office]\nurl = \"{site}\"\ntoken = \"token\"\n"
        );
        desk.write("sinkhole.toml", &settings)
    }

    pub fn start(settings: PathBuf) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_renkei"))
            .args(["sinkhole", "run", text(&settings)])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, address: line.trim().parse().unwrap_or_else(|_| panic!("{line}")), settings }
    }

    /// Killed without a word, and started again.
    pub fn killed_and_started(mut self) -> Self {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let settings = self.settings.clone();
        Self::start(settings)
    }
}

impl Drop for Sinkhole {
    fn drop(&mut self) {
        // Whether it had ended already does not matter here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The lines in the lake, once they are so many.
fn lines(desk: &Desk, wanted: u64) -> Value {
    let began = Instant::now();
    loop {
        let counted = desk.ok(&["observations", "--family", "vawtrak-like", "--by", "party"]);
        let sum: u64 = counted["rows"].as_array().unwrap().iter().map(|row| row["lines"].as_u64().unwrap()).sum();
        if sum >= wanted || began.elapsed() > SOON {
            assert_eq!(sum, wanted, "{counted}");
            return counted;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn check_in(sinkhole: &Sinkhole, host: &str, devices: std::ops::Range<u32>) {
    let bots = Bots::new(sinkhole.address, Family::VawtrakLike, host).unwrap();
    for device in devices {
        // Half of them at isp-a, half at isp-b.
        let third = if device % 2 == 0 { 0 } else { 64 };
        let from = SocketAddr::new([198, 18, third, (device % 250) as u8].into(), 40_000);
        assert!(bots.check_in(device, Some(from)).unwrap().is_blank(), "{device}");
    }
}

#[test]
fn bots_of_an_operation_become_requests_without_a_hand_between() {
    let desk = Desk::new(None);
    desk.open();
    let key = ordered(&desk);
    let served = Served::over(desk);
    let desk = &served.desk;
    served.invite("sinkhole-1", "drafter", None);
    let token = served.token("sinkhole-1", "feed");
    let settings = Sinkhole::settings(desk, &served.site, &token, &key);
    let sinkhole = Sinkhole::start(settings);
    check_in(&sinkhole, "c2.lantern.example", 0..40);
    // What the gate did not unlock is not served, although it leads here: whoever asks is nobody's bot.
    let locked = Bots::new(sinkhole.address, Family::VawtrakLike, "c2.locked.example").unwrap();
    let told = locked.check_in(7, Some("198.18.0.7:4000".parse().unwrap()));
    assert!(told.is_err() || !told.as_ref().unwrap().is_blank(), "{told:?}");
    lines(desk, 40);
    // It dies, comes back, and goes on; what the office has is there once.
    let sinkhole = sinkhole.killed_and_started();
    check_in(&sinkhole, "c2.lantern.example", 40..60);
    lines(desk, 60);

    let planned = desk.ok(&[
        "campaign",
        "plan",
        "--family",
        "vawtrak-like",
        "--title-ja",
        "灯籠",
        "--title-en",
        "Lantern",
        "--purpose-ja",
        "利用者に知らせる",
        "--purpose-en",
        "tell users",
    ]);
    let campaign = planned["campaign"].as_str().unwrap();
    desk.ok(&["campaign", "approve", campaign]);
    desk.ok(&["campaign", "send", campaign]);
    let shown = desk.ok(&["campaign", "show", campaign]);
    let mut told: Vec<_> =
        shown["list"].as_array().unwrap().iter().map(|row| (row["party"].clone(), row["devices"].clone())).collect();
    // Requests of one moment stand in any order.
    told.sort_by_key(|(party, _)| party.to_string());
    assert_eq!(told, [(json!("isp-a"), json!(30)), (json!("isp-b"), json!(30))], "{shown}");
    // While they call, the domain is not let go.
    let released = desk.write("lantern.toml", &record().replace("state = \"held\"", "state = \"released\""));
    let (_, refused) = desk.fails(&["operation", "record", text(&released)]);
    assert!(refused["error"].as_str().unwrap().contains("not released"), "{refused}");
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn what_is_not_the_offices_own_order_is_not_served() {
    let desk = Desk::new(None);
    desk.open();
    let file = desk.write("lantern.toml", &record());
    desk.ok(&["operation", "record", text(&file)]);
    let out = desk.folder.path().join("order.note");
    let profiles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles");
    let ordered = desk.ok(&["operation", "order", "op-lantern", "--profiles", profiles, "--out", text(&out)]);
    let settings = Sinkhole::settings(&desk, "http://127.0.0.1:9", "none", ordered["key"].as_str().unwrap());
    let check = || {
        let run =
            Command::new(env!("CARGO_BIN_EXE_renkei")).args(["sinkhole", "check", text(&settings)]).output().unwrap();
        (
            run.status.success(),
            format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr)),
        )
    };
    let (good, told) = check();
    assert!(good && told.contains("lantern.example"), "{told}");
    let note = std::fs::read_to_string(&out).unwrap();
    desk.write("order.note", &note.replace("lantern.example", "another.example"));
    let (good, told) = check();
    assert!(!good && told.contains("not signed"), "{told}");
    // Signed by another office.
    let other = Desk::new(None);
    other.open();
    let file = other.write("lantern.toml", &record());
    other.ok(&["operation", "record", text(&file)]);
    other.ok(&["operation", "order", "op-lantern", "--profiles", profiles, "--out", text(&out)]);
    let (good, told) = check();
    assert!(!good && told.contains("not signed"), "{told}");
}
