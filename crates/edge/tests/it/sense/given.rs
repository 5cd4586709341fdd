//! The given captures: packets in = packets accounted for; counts as tshark counts; negatives stay negative.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use renkei_edge::sense::{Detection, Phase, RuleName, Sort};

use super::{Ran, run, settings};

/// Every address is dark: the given captures are of networks in use.
const ALL: &str = "0.0.0.0/0,::/0";

fn given() -> Option<PathBuf> {
    let found = std::env::var_os("RENKEI_TESTDATA").map(PathBuf::from);
    if found.is_none() {
        println!("not run: no RENKEI_TESTDATA");
    }
    found.map(|data| data.join("sensor"))
}

/// Every capture given, in order.
fn captures() -> Vec<PathBuf> {
    let Some(given) = given() else { return Vec::new() };
    let folders = ["backscatter_ddos", "c2", "protocol", "scan"].map(|folder| given.join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 20, "the given captures are there");
    files
}

fn read(name: &str) -> Option<Ran> {
    let path = given()?.join(name);
    Some(run(settings(ALL, 1), &fs::read(path).unwrap()))
}

/// Packets of a capture by kind as tshark sees them: all, SYN, answers, UDP, ICMP. What an ICMP error
/// quotes is not counted for itself.
fn tshark(path: &PathBuf) -> [u64; 5] {
    let fields = ["frame.number", "tcp.flags", "udp.srcport", "icmp.type", "icmpv6.type"];
    let out = Command::new("tshark")
        .args(["-n", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-T", "fields", "-E", "occurrence=f"])
        .args(fields.iter().flat_map(|field| ["-e", field]))
        .arg("-r")
        .arg(path)
        .output()
        .expect("tshark can be started (Debian: apt-get install tshark)");
    let mut counts = [0; 5];
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, flags, udp, icmp, icmp6] = cells.as_slice() else { panic!("{path:?}: {line}") };
        counts[0] += 1;
        let flags = u16::from_str_radix(flags.trim_start_matches("0x"), 16).ok();
        match (icmp.is_empty() && icmp6.is_empty(), flags, udp.is_empty()) {
            (false, _, _) => counts[4] += 1,
            (true, Some(flags), _) if flags & 0x16 == 0x02 => counts[1] += 1,
            (true, Some(flags), _) if flags & 0x04 != 0 || flags & 0x12 == 0x12 => counts[2] += 1,
            (true, None, false) => counts[3] += 1,
            _ => {}
        }
    }
    counts
}

#[test]
fn every_packet_is_accounted_for_and_counts_are_those_of_tshark() {
    for path in captures() {
        let ran = run(settings(ALL, 1), &fs::read(&path).unwrap());
        let theirs = tshark(&path);
        assert_eq!(ran.accounts.records, theirs[0], "{path:?}: records");
        assert_eq!(ran.sum("packets"), ran.accounts.taken, "{path:?}: the minutes hold every packet taken");
        let mut ours: BTreeMap<&str, u64> = BTreeMap::new();
        for batch in &ran.batches {
            use arrow::array::AsArray;
            use arrow::datatypes::{Int32Type, Int64Type};
            let int = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Int32Type>().values().to_vec();
            let packets = batch.column_by_name("packets").unwrap().as_primitive::<Int64Type>().values().to_vec();
            for ((protocol, flags), packets) in int("protocol").into_iter().zip(int("tcp_flags")).zip(packets) {
                let kind = match (protocol, flags & 0x16) {
                    (6, 0x02) => "syn",
                    (6, flags) if flags & 0x04 != 0 || flags & 0x12 == 0x12 => "answer",
                    (17, _) => "udp",
                    (1 | 58, _) => "icmp",
                    _ => "other",
                };
                *ours.entry(kind).or_default() += packets as u64;
            }
        }
        let count = |kind: &str| ours.get(kind).copied().unwrap_or(0);
        assert_eq!([count("syn"), count("answer")], [theirs[1], theirs[2]], "{path:?}: SYN and answers");
        assert_eq!(count("icmp"), theirs[4], "{path:?}: ICMP");
        // tshark does not see UDP in a later fragment; our minutes count it under its protocol.
        assert!(count("udp") >= theirs[3], "{path:?}: UDP {} {}", count("udp"), theirs[3]);
    }
}

#[test]
fn two_threads_say_the_same() {
    for path in captures() {
        let bytes = fs::read(&path).unwrap();
        let (one, two) = (run(settings(ALL, 1), &bytes), run(settings(ALL, 2), &bytes));
        assert_eq!(one.detections, two.detections, "{path:?}");
        assert_eq!(one.accounts, two.accounts, "{path:?}");
        assert_eq!(one.sum("packets"), two.sum("packets"));
    }
}

#[test]
fn a_device_that_scans_with_its_own_stack_is_no_mirai() {
    let Some(ran) = read("scan/slips_test7_iot_telnet_scan.pcap") else { return };
    assert!(ran.opened(RuleName::MiraiLike).is_empty());
    assert_eq!(ran.report.marked[&RuleName::MiraiLike], 0);
    assert_eq!(ran.opened(RuleName::DosVictim).len(), 0);
    // It is seen for what it is, a sweep of telnet, and too slow for the rule of scans: all 2³² addresses
    // are dark here, so that its rate is its own, below ten packets a second.
    assert_eq!(ran.report.top_ports[0], (6, 23, 255, 1));
    assert!(ran.opened(RuleName::ScanHorizontal).is_empty());
}

/// The capture goes on for 818 s: one host answers more than 30 times in its busiest minute, which is an
/// attack by the published rule; the other answers less and is none, nor is any part below 60 s.
#[test]
fn a_reflection_is_an_attack_only_if_it_lasts() {
    let name = "backscatter_ddos/amp.TCP.syn.optionallyACK.optionallysamePort.pcapng";
    let Some(ran) = read(name) else { return };
    assert_eq!(ran.report.sorts[&Sort::Backscatter], 542);
    let attacks = ran.opened(RuleName::DosVictim);
    assert_eq!(attacks.len(), 1);
    let closed = |one: &&Detection| one.rule == RuleName::DosVictim && one.phase == Phase::Closed;
    let whole = &ran.detections.iter().find(closed).unwrap().evidence;
    assert_eq!((whole.packets, whole.peak), (396, Some(30)), "all answers and those of the busiest minute, by tshark");
    let bytes = fs::read(given().unwrap().join(name)).unwrap();
    let minute = run(settings(ALL, 1), &bytes[..bytes.len() / 15]);
    assert!(minute.accounts.taken > 50 && minute.report.sorts[&Sort::Backscatter] > 25);
    assert!(minute.opened(RuleName::DosVictim).is_empty(), "less than a minute of it is no attack");
}

#[test]
fn a_scan_of_ports_is_vertical() {
    let Some(ran) = read("scan/synscan.pcapng") else { return };
    assert_eq!(ran.opened(RuleName::ScanVertical).len(), 1);
    assert!(ran.opened(RuleName::MiraiLike).is_empty());
}

#[test]
fn zmap_among_the_background() {
    let Some(ran) = read("backscatter_ddos/amp.dns.RRSIG.fragmented.pcap") else { return };
    assert_eq!(ran.report.marked[&RuleName::Zmap], 13, "{}", ran.report);
}
