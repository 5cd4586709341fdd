//! Backup while the office works, restore elsewhere; what was changed or cut short is refused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::desk::{Desk, text};
use crate::feed::log;

const LINES: u64 = 3_000;
const FEEDS: u64 = 8;
const NOT_INTACT: i32 = 5;
const REFUSED: i32 = 3;

fn database() -> String {
    renkei_testkit::postgres::shared().unwrap().fresh_database().unwrap()
}

/// An office with one feed and an approved campaign, and more feed files to read.
fn working(registry: Option<String>) -> (Desk, String, Vec<PathBuf>) {
    let desk = Desk::new(registry);
    desk.open();
    let day = |day: u64| format!("2026-06-{day:02}");
    let feed = |number: u64| {
        let day = day(number + 1);
        desk.write(&format!("{day}-sinkhole.jsonl"), &log(u32::try_from(LINES).unwrap(), &day))
    };
    let files: Vec<PathBuf> = (0..FEEDS).map(feed).collect();
    desk.ok(&["ingest", text(&files[0])]);
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    (desk, campaign, files)
}

fn lines(desk: &Desk) -> u64 {
    desk.ok(&["observations", "--count"])["rows"][0]["lines"].as_u64().unwrap()
}

#[test]
fn an_embedded_office_is_backed_up_at_work_and_restored() {
    at_work_and_back(None, None);
}

#[test]
fn an_office_in_a_server_is_backed_up_at_work_and_restored() {
    at_work_and_back(Some(database()), Some(database()));
}

/// The copy of either is the same, so an office may change its engine.
#[test]
fn an_office_moves_from_the_embedded_registry_to_a_server() {
    at_work_and_back(None, Some(database()));
}

fn at_work_and_back(registry: Option<String>, other: Option<String>) {
    let (desk, campaign, files) = working(registry);
    let names: Vec<&str> = files.iter().map(|file| text(file)).collect();
    let mut reading = desk.spawn(&[&["ingest"][..], &names].concat());
    let mut sending = desk.spawn(&["campaign", "send", &campaign]);
    // Compaction and removal want the same files; they wait.
    let caring = desk.spawn(&["lake", "care"]);
    std::thread::sleep(Duration::from_millis(300));
    let folder = desk.folder.path().join("backup");
    let made = desk.ok(&["backup", text(&folder)]);
    println!("backup: still reading {}, sending {}", at_work(&mut reading), at_work(&mut sending));
    for (what, child) in [("ingest", reading), ("send", sending), ("care", caring)] {
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{what}: {:?} {told}", ended.status.code());
    }
    let checked = desk.ok(&["backup", "verify", text(&folder)]);
    assert_eq!(checked["whole"], true, "{checked}");
    assert_eq!(checked["manifest"], made["manifest"]);
    let entries = desk.ok(&["audit", "show", "--limit", "10000"]);
    let ended = of_act(&entries, "completion", "back-up");
    assert_eq!(ended["detail"]["manifest"], made["manifest"], "the ledger knows the very backup");

    let back = Desk::new(other);
    let restored = back.ok(&["restore", text(&folder), "--to", text(&back.office())]);
    assert_eq!(restored["intact"], true, "{restored}");
    assert_eq!(restored["entries"], made["entries"]);
    // All that the ledger says was read is there, whole feeds alone, and at most one that was under way.
    let there = lines(&back);
    let feeds = restored["feeds"].as_u64().unwrap();
    assert_eq!(there, restored["rows"][0][1].as_u64().unwrap());
    assert!(
        there.is_multiple_of(LINES) && (feeds..=feeds + 1).contains(&(there / LINES)),
        "{there} lines of {feeds} feeds"
    );
    println!(
        "backup: {feeds} of {FEEDS} feeds, {} acts under way, {} letters wait",
        restored["settled"], restored["letters_waiting"]
    );
    let entries = back.ok(&["audit", "show", "--limit", "10000"]);
    assert_eq!(of_act(&entries, "note", "office-restored")["detail"]["manifest"], made["manifest"]);

    // It goes on where it was: what was not read is read, what was not sent is sent, nothing twice.
    back.ok(&[&["ingest"][..], &names].concat());
    assert_eq!(lines(&back), FEEDS * LINES);
    keys_from(&desk, &back);
    back.ok(&["campaign", "send", &campaign]);
    let shown = back.ok(&["campaign", "show", &campaign]);
    assert!(shown["list"].as_array().unwrap().iter().all(|row| row["state"] == "sent"), "{shown}");
    assert_eq!(back.ok(&["audit", "verify"])["intact"], true);
    assert_eq!(back.ok(&["doctor"])["well"], true, "{}", back.ok(&["doctor"]));
    assert_eq!(lines(&desk), FEEDS * LINES, "the office itself lost nothing");
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

fn at_work(child: &mut std::process::Child) -> bool {
    child.try_wait().unwrap().is_none()
}

fn of_act<'a>(entries: &'a Value, kind: &str, act: &str) -> &'a Value {
    let is = |entry: &&Value| entry["kind"] == kind && entry["act"] == act;
    entries.as_array().unwrap().iter().find(is).unwrap_or_else(|| panic!("no {kind} of {act} in {entries}"))
}

/// Private keys are kept apart from backups; here they are carried over by hand.
fn keys_from(desk: &Desk, back: &Desk) {
    for key in std::fs::read_dir(desk.office().join("keys")).unwrap() {
        let key = key.unwrap();
        std::fs::copy(key.path(), back.office().join("keys").join(key.file_name())).unwrap();
    }
}

#[test]
fn a_byte_that_was_changed_is_refused_and_nothing_is_left_of_it() {
    let (desk, _, _) = working(None);
    let folder = desk.folder.path().join("backup");
    desk.ok(&["backup", text(&folder)]);
    for path in ["registry.sqlite", "office.toml"].map(|name| folder.join(name)).into_iter().chain(data_file(&folder)) {
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        std::fs::write(&path, &bad).unwrap();
        let checked = desk.run(&["backup", "verify", text(&folder)]);
        assert_eq!(checked.status.code(), Some(NOT_INTACT));
        let told: Value = serde_json::from_slice(&checked.stdout).unwrap();
        assert_eq!(told["faults"][0]["code"], "changed", "{told}");
        let back = Desk::new(None);
        let (code, error) = back.fails(&["restore", text(&folder), "--to", text(&back.office())]);
        assert_eq!(code, NOT_INTACT, "{error}");
        assert!(!back.office().exists(), "nothing is left of it");
        std::fs::write(&path, &good).unwrap();
    }
    std::fs::write(folder.join("files").join("more"), "x").unwrap();
    let checked = desk.run(&["backup", "verify", text(&folder)]);
    let told: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(told["faults"][0]["code"], "unlisted", "{told}");
    std::fs::remove_file(folder.join("manifest.json")).unwrap();
    assert_eq!(desk.fails(&["backup", "verify", text(&folder)]).0, 1, "without its manifest it is no backup");
}

fn data_file(backup: &Path) -> Option<PathBuf> {
    let days = std::fs::read_dir(backup.join("lake/observations")).unwrap();
    let day = days.map(|day| day.unwrap().path()).find(|day| !day.ends_with("_delta_log"))?;
    Some(std::fs::read_dir(day).unwrap().next()?.unwrap().path())
}

#[test]
fn a_backup_that_was_killed_does_not_claim_to_be_one() {
    let (desk, _, _) = working(None);
    let folder = desk.folder.path().join("backup");
    let mut cut = 0;
    let begun = std::time::Instant::now();
    desk.ok(&["backup", text(&folder)]);
    let span = begun.elapsed();
    std::fs::remove_dir_all(&folder).unwrap();
    for eighth in 1..8 {
        let wait = span * eighth / 8;
        let mut child = desk.spawn(&["backup", text(&folder)]);
        std::thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
        if folder.exists() {
            assert_eq!(desk.ok(&["backup", "verify", text(&folder)])["whole"], true, "after {wait:?}");
            std::fs::remove_dir_all(&folder).unwrap();
        } else {
            cut += 1;
        }
    }
    println!("backup: {cut} of 7 were killed before they were whole");
    desk.ok(&["backup", text(&folder)]);
    assert!(!desk.folder.path().join("backup.part").exists(), "what a dead process began is cleared away");
    assert_eq!(desk.ok(&["backup", "verify", text(&folder)])["whole"], true);
    assert_eq!(desk.ok(&["doctor"])["well"], true);
}

#[test]
fn private_keys_go_along_only_when_asked_for_and_only_sealed() {
    let (desk, _, _) = working(None);
    let plain = desk.folder.path().join("plain");
    desk.ok(&["backup", text(&plain)]);
    assert!(!plain.join("keys").exists());
    let keys = desk.ok(&["key", "list"]);
    let of = |key: &&Value| key["purpose"] == "quarantine";
    let recipient = keys.as_array().unwrap().iter().find(of).unwrap()["public"].as_str().unwrap().to_owned();
    let sealed = desk.folder.path().join("sealed");
    desk.ok(&["backup", text(&sealed), "--with-keys", &recipient]);
    for key in std::fs::read_dir(desk.office().join("keys")).unwrap() {
        let secret = std::fs::read_to_string(key.unwrap().path()).unwrap();
        let line = secret.lines().find(|line| !line.starts_with('#')).unwrap();
        let found = std::process::Command::new("grep").args(["-ra", line]).args([&plain, &sealed]).output().unwrap();
        assert!(found.stdout.is_empty(), "no private key lies in a backup in the clear");
    }
    let identity = desk.office().join("keys/quarantine-1.key");
    let back = Desk::new(None);
    let to = back.office();
    let restored = back.ok(&["restore", text(&sealed), "--to", text(&to), "--identity", text(&identity)]);
    assert_eq!(restored["keys"], 4, "{restored}");
    for key in std::fs::read_dir(desk.office().join("keys")).unwrap() {
        let key = key.unwrap();
        let there = back.office().join("keys").join(key.file_name());
        assert_eq!(std::fs::read(&there).unwrap(), std::fs::read(key.path()).unwrap());
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(there.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    back.ok(&["audit", "checkpoint"]);
}

#[test]
fn only_the_keeper_backs_up_and_nothing_is_written_over() {
    let (desk, _, _) = working(None);
    let folder = desk.folder.path().join("backup");
    let (code, _) = desk.fails(&["--seat", "head", "backup", text(&folder)]);
    assert_eq!(code, REFUSED);
    assert!(!folder.exists());
    desk.ok(&["backup", text(&folder)]);
    assert_eq!(desk.fails(&["backup", text(&folder)]).0, 1, "a backup is never written over");
    let (code, error) = desk.fails(&["restore", text(&folder), "--to", text(&desk.office())]);
    assert!(code == 1 && error.to_string().contains("not empty"), "{error}");
    assert_eq!(desk.ok(&["doctor"])["well"], true, "the office that was there is untouched");
}
