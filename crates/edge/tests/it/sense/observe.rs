//! Detections as feed files: the office's own reader reads every line, and finds no address of the sensor.

use renkei_core::id::Digest;
use renkei_core::time::Day;
use renkei_edge::sense::generate::{DARK as ADDRESSES, Plan, compare, write};
use renkei_edge::sense::observe::{Feed, alerts, feed};
use renkei_edge::sense::{Phase, RuleName, Rules};
use renkei_formats::{Chunks, Limits, Options, Reader, detect};

use super::{run, settings};

const DARK: &str = "198.18.0.0/21";

/// Rows, quarantined lines, findings of a feed file, and its kind.
fn read(name: &str, text: &str) -> (usize, usize, usize, String) {
    let source = detect(name, text.as_bytes(), None).unwrap();
    let reader = Reader::new(&source, Digest::of(text.as_bytes()), Options { accept_reserved: false, day: Day(0) });
    let mut sum = (0, 0, 0, source.kind.clone());
    for chunk in Chunks::new(&source, text.as_bytes(), Limits { max_line: 1 << 16, chunk: 1 << 20 }).unwrap() {
        let parsed = reader.parse(&chunk.unwrap()).unwrap();
        sum.0 += parsed.batch.num_rows();
        sum.1 += parsed.quarantined.len();
        sum.2 += parsed.findings.len();
    }
    sum
}

#[test]
fn the_office_reads_every_line() {
    let mut capture = Vec::new();
    let truth = write(&Plan::HUNDREDTH, true, &mut capture).unwrap();
    let ran = run(settings(DARK, 1), &capture);
    for which in [Feed::Darknet, Feed::Victims] {
        let text = feed(which, &ran.detections, "sensor network of example");
        let name = which.file_name(Day(19_675), 1);
        assert_eq!(name, format!("2023-11-14-{}-sense-000001.csv", which.word()));
        let (rows, quarantined, findings, kind) = read(&name, &text);
        assert_eq!(kind, format!("shadowserver/{}", which.word()));
        let told = ran.detections.iter().filter(|one| one.phase == Phase::Opened && Feed::of(one.rule) == Some(which));
        assert_eq!((rows, quarantined, findings), (told.count(), 0, 0));
        assert!(rows > 3 && !text.contains("198.18."), "no address of the sensor");
    }
    let infected =
        feed(Feed::Darknet, &ran.detections, "x").lines().filter(|line| line.contains(",mirai,mirai,")).count();
    assert_eq!(infected, truth.mirai.len());
    let scores = compare(&truth, &ran.detections, &Rules::shipped().unwrap(), u64::from(ADDRESSES));
    let rules = Rules::shipped().unwrap();
    let alerts = alerts(&ran.detections, &rules);
    assert_eq!(alerts.len() as u64, scores[&RuleName::DosVictim].found);
    assert!(serde_json::to_string(&alerts).unwrap().contains("\"rule_source\":\"RSDoS"));
    assert!(feed(Feed::Darknet, &[], "x").is_empty());
}
