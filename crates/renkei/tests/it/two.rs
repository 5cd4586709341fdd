//! Two processes at once on one office: one waits or is told `busy`; nothing is lost or doubled.

use std::process::ExitStatus;

use crate::desk::{Desk, text};
use crate::feed::log;

const LINES: u32 = 3_000;
const BUSY: i32 = 6;

#[test]
fn two_processes_at_once_lose_and_double_nothing() {
    let desk = Desk::new(None);
    desk.open();
    let feed = desk.write("2026-06-01-sinkhole.jsonl", &log(LINES, "2026-06-01"));
    // The same lines as another file: its digest differs, its lines do not.
    let other = desk.write("2026-06-01-again.jsonl", &format!("{}\n", log(LINES, "2026-06-01")));
    for files in [[&feed, &feed], [&feed, &other]] {
        let ends = both(&desk, files.map(|file| vec!["ingest", text(file)]));
        assert!(ends.iter().all(ExitStatus::success), "{ends:?}");
        let counted = desk.ok(&["observations", "--count"]);
        assert_eq!(counted["rows"][0]["lines"], LINES);
    }
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    let ends = both(&desk, [(); 2].map(|()| vec!["campaign", "send", &campaign]));
    assert!(ends.iter().any(ExitStatus::success), "{ends:?}");
    assert!(ends.iter().all(|end| end.success() || end.code() == Some(BUSY)), "{ends:?}");
    let letters = std::fs::read_dir(desk.office().join("outbox")).unwrap().count();
    assert_eq!(letters, 3, "one letter a party");
    let sent = desk.ok(&["campaign", "send", &campaign]);
    assert_eq!((sent["letters"].as_u64(), sent["waiting"].as_u64()), (Some(0), Some(0)), "{sent}");
    let entries = desk.ok(&["audit", "show", "--limit", "1000"]);
    let repeats = entries.as_array().unwrap().iter().filter(|entry| entry["detail"]["may-repeat"] == "yes").count();
    assert_eq!(repeats, 0, "no letter was taken over from a process that lives");
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
    assert_eq!(desk.ok(&["doctor"])["well"], true);
}

/// Starts both before it waits for either.
fn both(desk: &Desk, commands: [Vec<&str>; 2]) -> [ExitStatus; 2] {
    commands.map(|args| desk.spawn(&args)).map(|mut child| child.wait().unwrap())
}
