//! A disk that is full under a whole office: a clear error, nothing half-written, and it goes on.

use std::path::Path;
use std::process::Command;

use crate::desk::{Desk, text};
use crate::feed::log;

const SMALL: u32 = 300;
const LARGE: u32 = 60_000;

/// Where a small file system can be mounted; elsewhere the lake's own test limits the size of files.
#[test]
fn an_office_on_a_full_disk_stays_whole_and_goes_on() {
    let desk = Desk::new(None);
    let office = desk.office();
    std::fs::create_dir(&office).unwrap();
    let Some(disk) = Tmpfs::mount(&office) else {
        println!("not run: no tmpfs can be mounted here");
        return;
    };
    desk.open();
    let small = desk.write("2026-06-01-sinkhole.jsonl", &log(SMALL, "2026-06-01"));
    let large = desk.write("2026-06-02-sinkhole.jsonl", &log(LARGE, "2026-06-02"));
    desk.ok(&["ingest", text(&small)]);
    let before = files(&office.join("lake/observations"));
    disk.leave(256 << 10);
    let (code, error) = desk.fails(&["ingest", text(&large)]);
    println!("full: exit {code}, {error}");
    assert_eq!(code, 1);
    assert!(error.to_string().contains("no space") || error.to_string().contains("No space"), "{error}");
    let counted = desk.ok(&["observations", "--count"]);
    assert_eq!(counted["rows"][0]["lines"], SMALL, "the lake is as it was");
    assert_eq!(files(&office.join("lake/observations")), before, "no file of it stays behind");
    disk.free();
    let read = desk.ok(&["ingest", text(&large)]);
    assert_eq!(read["feeds"][0]["stored"], LARGE);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
    assert_eq!(desk.ok(&["doctor"])["well"], true);
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A file system of 64 MiB in memory.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    fn mount(folder: &'a Path) -> Option<Self> {
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(folder).output();
        done.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    /// Makes it so small that only so many bytes are free.
    fn leave(&self, free: u64) {
        let used = Command::new("df").args(["--output=used", "-B1"]).arg(self.0).output().unwrap();
        let used: u64 = String::from_utf8(used.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap();
        self.size(&format!("size={}", used + free));
    }

    fn free(&self) {
        self.size("size=64m");
    }

    fn size(&self, size: &str) {
        let done = Command::new("mount").arg("-o").arg(format!("remount,{size}")).arg(self.0).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}
