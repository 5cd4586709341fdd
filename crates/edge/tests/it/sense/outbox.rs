//! The outbox: files are whole or not there, minute by minute where a wire is watched, and an office has each once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use renkei_core::id::Digest;
use renkei_edge::handover::{Carrier, Verdict};
use renkei_edge::sense::generate::{Plan, write};
use renkei_edge::sense::{Baseline, Outbox, Report, Rules, Sense, Settings, deliver};
use renkei_formats::{Limits, minutes};

use super::settings;

const DARK: &str = "198.18.0.0/21";

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Watches made packets into a folder.
fn watched(folder: &Path, by_minute: bool) -> Report {
    let mut capture = Vec::new();
    write(&Plan { packets: 20_000, ..Plan::HUNDREDTH }, false, &mut capture).unwrap();
    let outbox = Outbox::open(folder, "sensors", Rules::shipped().unwrap(), by_minute).unwrap();
    let settings = Settings { hours: true, ..settings(DARK, 2) };
    let mut sense = Sense::new(settings, Baseline::default());
    sense.read(capture.as_slice(), &outbox).unwrap();
    let (report, _) = sense.finish(&outbox).unwrap();
    outbox.leave().unwrap();
    outbox.leave_hours(report.hours.as_ref().unwrap()).unwrap();
    assert_eq!(outbox.left().len(), if by_minute { 0 } else { names(folder).len() });
    report
}

/// Packets in the files of minutes.
fn packets(folder: &Path) -> u64 {
    let mut sum = 0;
    for name in names(folder).iter().filter(|name| name.contains("-minutes-")) {
        let bytes = fs::read(folder.join(name)).unwrap();
        assert!(minutes::is(&bytes), "{name}");
        let mut chunks = minutes::chunks(&bytes, bytes.as_slice(), Limits::default()).unwrap();
        while let Some(chunk) = chunks.next_chunk().unwrap() {
            let parsed = minutes::parse(&chunk).unwrap();
            assert_eq!((parsed.findings.len(), parsed.quarantined.len()), (0, 0), "{name}");
            for batch in parsed.batches {
                use arrow::array::AsArray as _;
                let column = batch.column_by_name("packets").unwrap().clone();
                sum += column.as_primitive::<arrow::datatypes::Int64Type>().values().iter().sum::<i64>() as u64;
            }
        }
    }
    sum
}

#[test]
fn what_was_seen_lies_there_whole_at_once_or_minute_by_minute() {
    let folder = tempfile::tempdir().unwrap();
    let (at_once, by_minute) = (folder.path().join("once"), folder.path().join("minutes"));
    let report = watched(&at_once, false);
    assert_eq!(names(&at_once).iter().filter(|name| name.contains("-minutes-")).count(), 1);
    assert_eq!(packets(&at_once), report.handed.packets);
    let report = watched(&by_minute, true);
    // A capture is read a chunk at a time, which may end more minutes than one.
    assert!(names(&by_minute).iter().filter(|name| name.contains("-minutes-")).count() > 5);
    assert_eq!(packets(&by_minute), report.handed.packets);
    // The same lines of devices, in one file or in many.
    let lines = |folder: &Path| {
        let mut lines: Vec<String> = names(folder)
            .iter()
            .filter(|name| name.ends_with(".csv"))
            .flat_map(|name| {
                fs::read_to_string(folder.join(name)).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
            })
            .filter(|line| !line.starts_with("timestamp"))
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&at_once), lines(&by_minute));
    assert!(lines(&at_once).len() > 3);
}

#[test]
fn what_a_killed_sensor_left_half_written_is_gone_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("2026-11-23-minutes-sense-000000.csv.zst.part"), "half").unwrap();
    fs::write(folder.path().join("2026-11-23-minutes-sense-000000.csv.zst"), "whole").unwrap();
    Outbox::open(folder.path(), "sensors", Rules::shipped().unwrap(), true).unwrap();
    assert_eq!(names(folder.path()), ["2026-11-23-minutes-sense-000000.csv.zst"]);
}

/// An office that counts what it gets, and does not answer the first time.
#[derive(Default)]
struct Counting(RefCell<(u32, BTreeMap<Digest, String>)>);

impl Carrier for Counting {
    fn carry(&self, name: &str, bytes: &[u8], digest: Digest) -> Verdict {
        let (calls, files) = &mut *self.0.borrow_mut();
        *calls += 1;
        if *calls == 1 {
            return Verdict::Later("503".into());
        }
        assert_eq!(Digest::of(bytes), digest);
        assert!(files.insert(digest, name.to_owned()).is_none(), "{name} came twice");
        Verdict::Acknowledged
    }
}

#[test]
fn the_office_gets_each_file_once_and_alerts_stay() {
    let folder = tempfile::tempdir().unwrap();
    watched(folder.path(), true);
    let before = names(folder.path());
    let office = Counting::default();
    assert_eq!(deliver(folder.path(), &office).unwrap().later.as_deref(), Some("503"));
    assert_eq!(names(folder.path()), before, "nothing is removed before the office has it");
    let delivered = deliver(folder.path(), &office).unwrap();
    let left = names(folder.path());
    assert_eq!(delivered.sent as usize, before.len() - left.len());
    assert!(left.iter().all(|name| name.contains("-alerts-")), "{left:?}");
    assert_eq!(office.0.borrow().1.len(), delivered.sent as usize);
}
