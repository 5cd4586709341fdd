//! kill -9 at random moments of ingest, plan and send, then resume: nothing lost, nothing doubled.
//!
//! `RENKEI_KILLS` says how often (4 here, 100 under `./prove kill`). The one thing that may repeat
//! is a letter whose process died between the server's 250 and our commit: with the same
//! Message-ID, and a note in the ledger.

use std::time::Duration;

use renkei_testkit::smtp::{SmtpOptions, SmtpServer};

use crate::desk::{Desk, PLAN, text};
use crate::feed::log;
use crate::mail::{taken, use_server};

const LINES: u32 = 6_000;

#[test]
fn killed_at_any_moment_it_resumes_and_nothing_is_lost_or_doubled() {
    let times: u32 = std::env::var("RENKEI_KILLS").ok().and_then(|times| times.parse().ok()).unwrap_or(4);
    let seed: u64 = std::env::var("RENKEI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_160_004);
    let mut random = seed;
    let mut kills = (0, 0, 0);
    let mut repeated = 0;
    for round in 0..times {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let server =
            SmtpServer::start(&SmtpOptions { stall_before: Duration::from_millis(20), ..SmtpOptions::default() })
                .unwrap();
        let desk = Desk::new(None);
        desk.open();
        use_server(&desk, &server);
        let feed = desk.write("2026-06-01-sinkhole.jsonl", &log(LINES, "2026-06-01"));
        let stage = round % 3;
        let wait =
            |stage_here: u32, span: u64| (stage == stage_here).then(|| Duration::from_millis((random >> 33) % span));

        kills.0 += run(&desk, &["ingest", text(&feed)], wait(0, 900));
        let counted = desk.ok(&["observations", "--count"]);
        assert_eq!(counted["rows"][0]["lines"], LINES, "round {round}");
        let read = desk.ok(&["ingest", text(&feed)]);
        assert_eq!(read["feeds"][0]["stored"], LINES, "round {round}");

        kills.1 += run(&desk, &PLAN, wait(1, 900));
        // A person looks before planning again.
        let list = desk.ok(&["campaign", "list"]);
        let campaign = match list.as_array().unwrap().as_slice() {
            [] => desk.plan(),
            [one] => one["campaign"].as_str().unwrap().to_owned(),
            more => panic!("round {round}: {} campaigns", more.len()),
        };
        desk.ok(&["campaign", "approve", &campaign]);

        kills.2 += run(&desk, &["campaign", "send", &campaign], wait(2, 700));
        desk.ok(&["campaign", "send"]);
        let shown = desk.ok(&["campaign", "show", &campaign]);
        assert!(shown["list"].as_array().unwrap().iter().all(|row| row["state"] == "sent"), "round {round}: {shown}");
        let ids = taken(&server);
        assert_eq!(ids.len(), 3, "round {round}: one letter a party");
        let doubled: u32 = ids.values().map(|times| times - 1).sum();
        repeated += doubled;
        let entries = desk.ok(&["audit", "show", "--limit", "10000"]);
        let noted = entries.as_array().unwrap().iter().filter(|entry| entry["detail"]["may-repeat"] == "yes").count();
        assert!(doubled as usize <= noted, "round {round}: {doubled} letters came twice, the ledger notes {noted}");
        let verified = desk.ok(&["audit", "verify"]);
        assert_eq!(verified["intact"], true, "round {round}: {verified}");
        assert_eq!(desk.ok(&["doctor"])["well"], true, "round {round}");
    }
    println!(
        "kill: {times} rounds, killed in ingest {}, plan {}, send {} times; letters that came twice: {repeated}",
        kills.0, kills.1, kills.2
    );
}

/// Runs a command, kills it after a while if one is given, runs it again; says whether it was killed.
fn run(desk: &Desk, args: &[&str], wait: Option<Duration>) -> u32 {
    let mut killed = 0;
    if let Some(wait) = wait {
        let mut child = desk.spawn(args);
        std::thread::sleep(wait);
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed = 1;
        }
        child.wait().unwrap();
        if args == PLAN {
            return killed;
        }
    } else if args == PLAN {
        return 0;
    }
    let output = desk.run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    killed
}
