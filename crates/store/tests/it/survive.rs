//! kill -9 in the middle of writing: what was reported as written is there, and the ledger is whole.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use renkei_core::ledger::Detail;
use renkei_core::time::Moment;
use renkei_store::Store;

use crate::desk::Desk;
use crate::suite::on_both;

on_both!(a_killed_writer_leaves_whole_entries);

const URL: &str = "RENKEI_TEST_STORE_URL";

async fn a_killed_writer_leaves_whole_entries(desk: Desk) {
    for round in 1..=3u64 {
        let before = desk.store.head().await.unwrap().size;
        let reported = write_and_kill(&desk.url, 10 * round);
        let store = desk.again().await;
        let verdict = store.check(&crate::desk::trusted(), vec![]).await.unwrap();
        assert_eq!(verdict.faults, []);
        assert!(verdict.entries >= before + reported, "{} < {before} + {reported}", verdict.entries);
        // Whoever comes next goes on where the chain ends.
        store.record_note(desk.now(), "after", Detail::new()).await.unwrap();
    }
    assert!(desk.check(vec![]).await.is_intact());
}

/// Starts this very program as the writer, kills it after so many reports.
fn write_and_kill(url: &str, after: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "survive::child_writes_until_killed", "--ignored", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reported = lines.map_while(Result::ok).filter(|line| line == "written").take(after as usize).count();
    child.kill().unwrap();
    child.wait().unwrap();
    reported as u64
}

#[tokio::test]
#[ignore = "the part of the child that is killed"]
async fn child_writes_until_killed() {
    let Ok(url) = std::env::var(URL) else { return };
    let store = Store::open(&url, Moment(0)).await.unwrap();
    loop {
        store.record_note(Moment(0), "child", Detail::new().put("filler", "x".repeat(500))).await.unwrap();
        let mut out = std::io::stdout();
        writeln!(out, "written").unwrap();
        out.flush().unwrap();
    }
}
