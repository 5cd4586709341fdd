//! The same traffic as flows: the same scans and victims, and what flows cannot know is said.

use std::collections::BTreeSet;

use renkei_core::time::Moment;
use renkei_edge::sense::{Baseline, ExportPorts, RuleName, Sense, Subject};
use renkei_formats::flow::FlowRecord;
use renkei_formats::flow::write::{Form, TOGETHER, capture, message};

use super::{Kept, Ran, settings};

const START: i64 = 1_700_000_000;

fn probe(second: i64, source: [u8; 4], place: u8, port: u16) -> FlowRecord {
    let at = Moment((START + second) * 1_000_000);
    FlowRecord {
        start: at,
        end: at,
        source: source.into(),
        destination: [198, 18, 0, place].into(),
        source_port: 50_000,
        destination_port: port,
        protocol: 6,
        flags: Some(2),
        ttl: 64,
        packets: 1,
        bytes: 44,
    }
}

/// A scan of addresses, a scan of ports, and a victim that answers for ten minutes.
fn traffic() -> Vec<FlowRecord> {
    let mut all = Vec::new();
    all.extend((0..200).map(|at| probe(i64::from(at) / 4, [3, 0, 0, 1], at, 23)));
    all.extend((0..40).map(|at| probe(at, [3, 0, 0, 2], 7, 1_000 + at as u16)));
    all.extend((0..60).map(|at| FlowRecord {
        end: Moment((START + 600) * 1_000_000),
        source_port: 80,
        flags: Some(0x12),
        packets: 10,
        bytes: 440,
        ..probe(0, [3, 0, 0, 3], at, 40_000)
    }));
    all
}

fn ran(file: &[u8], name: &str) -> Ran {
    let (kept, mut sense) = (Kept::default(), Sense::new(settings("198.18.0.0/24", 1), Baseline::default()));
    let accounts = match name {
        "dshield" => sense.read_dshield(file, &kept).unwrap(),
        _ => sense.read_flows(file, &ExportPorts::default(), &kept).unwrap(),
    };
    let (report, _) = sense.finish(&kept).unwrap();
    let (detections, batches) = (kept.detections.into_inner().unwrap(), kept.batches.into_inner().unwrap());
    Ran { report, detections, batches, accounts }
}

fn told(ran: &Ran) -> BTreeSet<(RuleName, Subject)> {
    ran.detections.iter().map(|one| (one.rule, one.subject)).collect()
}

#[test]
fn each_form_tells_the_same() {
    let export = Moment((START + 700) * 1_000_000);
    let mut seen = Vec::new();
    for form in [Form::Five, Form::Nine, Form::Ipfix] {
        let all = traffic();
        let messages: Vec<_> = all.chunks(TOGETHER).map(|flows| message(form, flows, export, true)).collect();
        let ran = ran(&capture(&messages, 2_055), "flows");
        assert!(ran.accounts.balance() && ran.report.accounts.balance());
        assert_eq!((ran.accounts.taken, ran.sum("packets"), ran.sum("bytes")), (300, 840, 840 * 44));
        let flows = ran.report.flows.clone().unwrap();
        assert_eq!((flows.flows, flows.packets, flows.beyond, flows.not_judged.len()), (300, 840, 0, 4));
        seen.push(told(&ran));
    }
    let rules: BTreeSet<RuleName> = seen[0].iter().map(|(rule, _)| *rule).collect();
    for rule in [RuleName::ScanHorizontal, RuleName::ScanVertical, RuleName::DosVictim] {
        assert!(rules.contains(&rule), "{rule:?} was not told");
    }
    assert!(!rules.contains(&RuleName::MiraiLike) && !rules.contains(&RuleName::Masscan));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
}

#[test]
fn a_firewall_log_tells_of_scans() {
    let line = |at: u16| {
        let second = at / 4;
        format!("2023-11-14 22:13:{second:02} +00:00\t0\t1\t3.0.0.1\t50000\t198.18.0.{at}\t23\tTCP\tS\n")
    };
    let log: String = (0..200).map(line).collect();
    let ran = ran(format!("{log}broken\n").as_bytes(), "dshield");
    assert!(ran.accounts.balance());
    assert_eq!((ran.accounts.records, ran.accounts.taken), (201, 200));
    assert_eq!(ran.opened(RuleName::ScanHorizontal).len(), 1);
}
