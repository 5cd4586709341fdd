//! Flows as exporters and firewalls tell them: what is written comes back, cuts and changes are findings, all is counted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::write::{Form, capture, message};
use super::*;

const EXPORT: Moment = Moment(1_700_000_000_000_000);

fn flow() -> FlowRecord {
    FlowRecord {
        start: Moment(EXPORT.0 - 20_000_000),
        end: Moment(EXPORT.0 - 10_000_000),
        source: "3fff::9".parse().unwrap(),
        destination: "2001:db8::1".parse().unwrap(),
        source_port: 50_000,
        destination_port: 23,
        protocol: 6,
        flags: Some(2),
        ttl: 0,
        packets: 3,
        bytes: 132,
    }
}

fn four() -> FlowRecord {
    FlowRecord { source: "198.19.0.9".parse().unwrap(), destination: "198.18.0.1".parse().unwrap(), ..flow() }
}

fn read(file: &[u8]) -> (Vec<Given>, Remarks) {
    let (mut collector, mut given) = (Collector::default(), Vec::new());
    let mut exports = Exports::open(file).unwrap();
    while exports.next(&Ports::default(), &mut collector, &mut |one| given.push(one)).unwrap() {}
    (given, collector.remarks())
}

fn any_flow() -> impl Strategy<Value = FlowRecord> {
    let ports = (any::<u16>(), any::<u16>(), prop::sample::select(vec![6_u8, 17, 47]), any::<u8>());
    let counts = (1_u32.., any::<u32>(), 0_i64..1_000_000, 0_i64..1_000_000);
    (any::<u128>(), any::<u128>(), any::<bool>(), ports, counts).prop_map(|(from, to, six, ports, counts)| {
        let ip = |bits: u128| match six {
            true => IpAddr::V6(Ipv6Addr::from_bits(bits)),
            false => IpAddr::V4(Ipv4Addr::from_bits(bits as u32)),
        };
        let start = EXPORT.0 - (counts.2 + counts.3) * 1_000;
        FlowRecord {
            start: Moment(start),
            end: Moment(start + counts.3 * 1_000),
            source: ip(from),
            destination: ip(to),
            source_port: ports.0,
            destination_port: ports.1,
            protocol: ports.2,
            flags: Some(ports.3),
            ttl: 0,
            packets: u64::from(counts.0),
            bytes: u64::from(counts.1),
        }
    })
}

proptest! {
    /// What was written is read, in each form, from a capture and from a file of IPFIX.
    #[test]
    fn flows_come_back(mut flows in prop::collection::vec(any_flow(), 1..20)) {
        flows.sort_by_key(|flow| flow.source.is_ipv6());
        for form in [Form::Five, Form::Nine, Form::Ipfix] {
            let written = message(form, &flows, EXPORT, true);
            let wanted = flows.iter().filter(|flow| form != Form::Five || flow.source.is_ipv4());
            let wanted: Vec<Given> = wanted.copied().map(Ok).collect();
            prop_assert_eq!(&read(&capture(std::slice::from_ref(&written), 2_055)).0, &wanted);
            if form == Form::Ipfix {
                prop_assert_eq!(read(&[written.clone(), written].concat()).0.len(), 2 * wanted.len());
            }
        }
    }

    /// Cut and changed bytes never fell the reader; what it gives is sound.
    #[test]
    fn any_bytes_are_read(
        flows in prop::collection::vec(any_flow(), 1..20),
        form in prop::sample::select(vec![Form::Five, Form::Nine, Form::Ipfix]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = message(form, &flows, EXPORT, true);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let mut given = Vec::new();
        let mut collector = Collector::default();
        for _ in 0..2 {
            collector.message(collector::NOBODY, &bytes, &mut |one| given.push(one));
        }
        prop_assert!(given.iter().flatten().all(|flow| flow.packets > 0 && flow.start <= flow.end));
        if let Ok(mut exports) = Exports::open(bytes.as_slice()) {
            while exports.next(&Ports::default(), &mut collector, &mut |_| {}).unwrap() {}
        }
        let _ = dshield::read(&bytes);
    }
}

#[test]
fn data_before_its_template_is_counted() {
    let late = [message(Form::Nine, &[four()], EXPORT, false), message(Form::Nine, &[four()], EXPORT, true)];
    assert_eq!(read(&capture(&late, 9_995)).0, [Err(Code::ExportTemplate), Ok(four())]);
}

#[test]
fn templates_belong_to_their_exporter() {
    let mut collector = Collector::default();
    let mut given = Vec::new();
    let (one, other) = (("198.18.0.1".parse().unwrap(), 1), ("198.18.0.2".parse().unwrap(), 1));
    collector.message(one, &message(Form::Ipfix, &[flow()], EXPORT, true), &mut |flow| given.push(flow));
    for exporter in [one, other] {
        collector.message(exporter, &message(Form::Ipfix, &[flow()], EXPORT, false), &mut |flow| given.push(flow));
    }
    assert_eq!(given, [Ok(flow()), Ok(flow()), Err(Code::ExportTemplate)]);
}

#[test]
fn templates_are_bounded() {
    let mut collector = Collector::default();
    for exporter in 0..20_000_u32 {
        let exporter = (IpAddr::V4(Ipv4Addr::from_bits(exporter)), 1);
        collector.message(exporter, &message(Form::Ipfix, &[flow()], EXPORT, true), &mut |_| {});
    }
    assert!(collector.remarks().notes[&Code::ExportFull] > 10_000);
}

#[test]
fn other_packets_are_counted_apart() {
    let written = capture(&[message(Form::Five, &[four()], EXPORT, true)], 53);
    assert_eq!(read(&written).0, [Err(Code::ExportOther)]);
    let written = capture(&[vec![0, 7, 0, 0], vec![]], 2_055);
    assert_eq!(read(&written).0, [Err(Code::ExportMessage); 2]);
}

#[test]
fn a_cut_file_of_messages_says_so() {
    let written = message(Form::Ipfix, &[flow()], EXPORT, true);
    let cut = [written.clone(), written[..40].to_vec()].concat();
    assert_eq!(read(&cut).0, [Ok(flow()), Err(Code::RecordCut)]);
    let wrong = [written, vec![0, 10, 0, 3, 0]].concat();
    assert_eq!(read(&wrong).0, [Ok(flow()), Err(Code::RecordLength)]);
}

/// Options with the interval of sampling, a field of an enterprise and one of variable length.
#[test]
fn options_tell_of_sampling() {
    let words = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let body = words(&[3, 26, 300, 3, 1, 149, 4, 0x8001, 0xffff, 0, 9, 305, 4]);
    let data = [words(&[300, 16]), vec![0, 0, 0, 7], vec![3, 1, 2, 3], vec![0, 0, 0, 100]].concat();
    let sets = [body, data].concat();
    let message = [words(&[10, 16 + sets.len() as u16]), vec![0; 12], sets].concat();
    let (given, remarks) = read(&message);
    assert_eq!(given, []);
    assert_eq!(remarks.sampling, BTreeSet::from([100]));
}

fn log(text: &str) -> Vec<Given> {
    let (mut log, mut given) = (dshield::Log::open(text.as_bytes()).unwrap(), Vec::new());
    while log.next(&mut |one| given.push(one)).unwrap() {}
    given
}

#[test]
fn lines_of_firewalls_are_read() {
    let line = "2023-11-14 22:13:20 +00:00\t0\t3\t198.19.0.9\t50000\t198.18.0.1\t23\tTCP\tS";
    let wanted = FlowRecord { start: EXPORT, end: EXPORT, bytes: 0, ..four() };
    assert_eq!(log(&format!("# remark\n\n{line}\r\n{line}")), [Ok(wanted), Ok(wanted)]);
    let author_first = "0\t2023-11-15 07:13:20 +09:00\t3\t198.19.0.9\t50000\t198.18.0.1\t23\t6\tS";
    assert_eq!(log(author_first), [Ok(wanted)]);
    let echo = "2023-11-14 22:13:20 +0000\t0\t1\t198.19.0.9\t8\t198.18.0.1\t0\tICMP\t";
    assert_eq!(log(echo)[0].map(|flow| (flow.destination_port, flow.flags)), Ok((0x0800, None)));
    let without_zone = line.replace(" +00:00", "");
    let (short, long) = (line.replace("\tTCP\tS", ""), "x".repeat(10_000));
    assert_eq!(log(&format!("{without_zone}\n{short}\n{long}\n")), [Err(Code::LogLine); 3]);
}

proptest! {
    #[test]
    fn every_line_is_accounted_for(lines in prop::collection::vec("[0-9A-Z:.\t+ -]{1,90}", 0..20)) {
        let told = lines.iter().filter(|line| !line.trim_end().is_empty()).count();
        prop_assert_eq!(log(&lines.join("\n")).len(), told);
    }
}
