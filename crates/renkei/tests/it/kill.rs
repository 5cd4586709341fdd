//! kill -9 at random moments of ingest, plan and send, then resume: nothing lost, nothing doubled.
//!
//! `RENKEI_KILLS` says how often (4 here, 100 under `./prove kill`). The one thing that may repeat
//! is a letter whose process died between the server's 250 and our commit: with the same
//! Message-ID, and a note in the ledger.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use renkei_testkit::smtp::{SmtpOptions, SmtpServer};

use crate::desk::{Desk, PLAN, text};
use crate::feed::log;
use crate::mail::{taken, use_server};

const LINES: u32 = 3_000;
const FEED: &str = "2026-06-01-sinkhole.jsonl";

#[test]
fn killed_at_any_moment_it_resumes_and_nothing_is_lost_or_doubled() {
    let times: u32 = std::env::var("RENKEI_KILLS").ok().and_then(|times| times.parse().ok()).unwrap_or(4);
    let seed: u64 = std::env::var("RENKEI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_160_004);
    let options = SmtpOptions { stall_before: Duration::from_millis(20), ..SmtpOptions::default() };
    let server = SmtpServer::start(&options).unwrap();
    let stages = Stages::prepare(&server);
    let begun = Instant::now();
    let mut random = seed;
    let (mut tries, mut kills) = ([0u32; 3], [0u32; 3]);
    let (mut repeated, mut notes) = (0, 0);
    for round in 0..times {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let stage = round as usize % 3;
        let wait = stages.spans[stage].mul_f64((random >> 33) as f64 / f64::from(1u32 << 31));
        tries[stage] += 1;
        let before = taken(&server);
        let desk = stages.offices[stage].copy();
        kills[stage] += u32::from(match stage {
            0 => kill(&desk, &["ingest", text(&desk.folder.path().join(FEED))], wait),
            1 => kill(&desk, &PLAN, wait),
            _ => kill(&desk, &["campaign", "send"], wait),
        });
        let mut letters = BTreeMap::new();
        let noted = resume(&desk, round, || {
            letters = taken(&server);
            letters.retain(|id, _| !before.contains_key(id));
        });
        assert_eq!(letters.len(), 3, "round {round}: one letter a party");
        let doubled: u32 = letters.values().map(|times| times - 1).sum();
        assert!(doubled <= noted, "round {round}: {doubled} letters came twice, the ledger notes {noted}");
        repeated += doubled;
        notes += noted;
    }
    println!(
        "kill: {times} rounds in {:.0} s, seed {seed}; killed inside: ingest {} of {}, plan {} of {}, send {} of {}; \
         letters that came twice: {repeated}, letters that the ledger notes as perhaps repeated: {notes}",
        begun.elapsed().as_secs_f64(),
        kills[0],
        tries[0],
        kills[1],
        tries[1],
        kills[2],
        tries[2],
    );
}

/// An office as it is before each of ingest, plan and send, made once and copied for each round;
/// and how long each takes when nobody kills it, so that the kills fall inside.
struct Stages {
    offices: [Desk; 3],
    spans: [Duration; 3],
}

impl Stages {
    fn prepare(server: &SmtpServer) -> Self {
        let fresh = Desk::new(None);
        fresh.open();
        use_server(&fresh, server);
        let read = fresh.write(FEED, &log(LINES, "2026-06-01"));
        let timed = |desk: &Desk, args: &[&str]| {
            let begun = Instant::now();
            desk.ok(args);
            begun.elapsed()
        };
        let filled = fresh.copy();
        let ingest = timed(&filled, &["ingest", text(&read)]);
        let approved = filled.copy();
        let plan = timed(&approved, &PLAN);
        approved.ok(&["campaign", "approve", &only_campaign(&approved).unwrap()]);
        let sent = approved.copy();
        let send = timed(&sent, &["campaign", "send"]);
        Self { offices: [fresh, filled, approved], spans: [ingest, plan, send] }
    }
}

/// Does again whatever was interrupted, goes on to the end, and checks that nothing is lost or
/// doubled; gives how many letters the ledger notes as perhaps repeated.
fn resume(desk: &Desk, round: u32, sent: impl FnOnce()) -> u32 {
    let feed = desk.folder.path().join(FEED);
    desk.ok(&["ingest", text(&feed)]);
    let counted = desk.ok(&["observations", "--count"]);
    assert_eq!(counted["rows"][0]["lines"], LINES, "round {round}");
    let read = desk.ok(&["ingest", text(&feed)]);
    assert_eq!(read["feeds"][0]["stored"], LINES, "round {round}");
    // A person looks before planning again, and before approving again.
    let campaign = only_campaign(desk).unwrap_or_else(|| desk.plan());
    let shown = desk.ok(&["campaign", "show", &campaign]);
    if shown["list"].as_array().unwrap().iter().any(|row| row["state"] == "draft") {
        desk.ok(&["campaign", "approve", &campaign]);
    }
    desk.ok(&["campaign", "send", &campaign]);
    let shown = desk.ok(&["campaign", "show", &campaign]);
    let list = shown["list"].as_array().unwrap();
    assert_eq!(list.len(), 3, "round {round}: one request a party");
    assert!(list.iter().all(|row| row["state"] == "sent"), "round {round}: {shown}");
    let asked: u64 = list.iter().map(|row| row["lines"].as_u64().unwrap()).sum();
    assert_eq!(asked, u64::from(LINES), "round {round}: each line is told once");
    sent();
    let entries = desk.ok(&["audit", "show", "--limit", "10000"]);
    let noted = entries.as_array().unwrap().iter().filter(|entry| entry["detail"]["may-repeat"] == "yes").count();
    let verified = desk.ok(&["audit", "verify"]);
    assert_eq!(verified["intact"], true, "round {round}: {verified}");
    assert_eq!(desk.ok(&["doctor"])["well"], true, "round {round}");
    u32::try_from(noted).unwrap()
}

/// The campaign of the office, if it has one; never two.
fn only_campaign(desk: &Desk) -> Option<String> {
    let list = desk.ok(&["campaign", "list"]);
    match list.as_array().unwrap().as_slice() {
        [] => None,
        [one] => Some(one["campaign"].as_str().unwrap().to_owned()),
        more => panic!("{} campaigns", more.len()),
    }
}

/// Starts a command and kills it after a while; whether it was still at work.
fn kill(desk: &Desk, args: &[&str], wait: Duration) -> bool {
    let mut child = desk.spawn(args);
    std::thread::sleep(wait);
    let at_work = child.try_wait().unwrap().is_none();
    if at_work {
        child.kill().unwrap();
    }
    child.wait().unwrap();
    at_work
}
