//! FlowTuples, read back by Apache's own reader for C: the values, and a file of many blocks.

use std::process::Command;

use renkei_core::time::{Moment, SECOND};
use renkei_table::{Minute, Minutes};

use super::*;

fn row(source: &str) -> Minute {
    Minute {
        src_ip: source.parse().unwrap(),
        dst_port: 23,
        protocol: 6,
        tcp_flags: 2,
        ttl_class: 64,
        packets: 3,
        bytes: 120,
        min_size: 40,
        max_size: 40,
        destinations: 2,
        first_syn_length: 40,
        first_window: 14_600,
        mirai_packets: 3,
        zmap_packets: 0,
        masscan_packets: 0,
    }
}

fn batch(rows: &[Minute]) -> RecordBatch {
    let mut minutes = Minutes::default();
    rows.iter().for_each(|row| minutes.push(row));
    minutes.finish(Moment(1_700_000_040 * SECOND), 0, "sensor-1").unwrap()
}

/// The records as JSON, by `avrocat`.
fn read(codec: Codec, batches: &[RecordBatch]) -> (Written, Vec<serde_json::Value>) {
    let mut file = Vec::new();
    let mut tuples = FlowTuples::begin(codec, *b"between the rows", &mut file);
    let mut sum = Written::default();
    for rows in batches {
        let Written { records, left } = tuples.minutes(rows, &mut file).unwrap();
        sum.records += records;
        sum.left += left;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flows.avro");
    std::fs::write(&path, file).unwrap();
    let said = Command::new("avrocat").arg(&path).output().expect("avrocat is missing: install the package avro-bin");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = String::from_utf8(said.stdout).unwrap();
    (sum, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn apaches_reader_reads_what_was_written() {
    let mixed = Minute { protocol: 17, tcp_flags: 0, dst_port: 53, max_size: 90, ..row("203.0.113.255") };
    let rows = batch(&[row("192.0.2.1"), mixed, row("2001:db8::1")]);
    for codec in [Codec::Null, Codec::Deflate] {
        let (written, records) = read(codec, std::slice::from_ref(&rows));
        assert_eq!(written, Written { records: 2, left: 1 });
        let expected = serde_json::json!({
            "time": 1_700_000_040, "src_ip": 0xc000_0201_u32, "dst_net": 0, "dst_port": 23, "protocol": 6,
            "packet_cnt": 3, "uniq_dst_ips": 2, "uniq_pkt_sizes": 1, "uniq_ttls": 0, "uniq_src_ports": 0,
            "uniq_tcp_flags": 1, "first_syn_length": 40, "first_tcp_rwin": 14_600,
            "common_pktsizes": [40], "common_pktsize_freqs": [3], "common_ttls": [], "common_ttl_freqs": [],
            "common_srcports": [], "common_srcport_freqs": [], "common_tcpflags": [2], "common_tcpflag_freqs": [3],
            "maxmind_continent": "", "maxmind_country": "", "netacq_continent": "", "netacq_country": "",
            "prefix2asn": 0,
        });
        assert_eq!(records[0], expected);
        assert_eq!(
            (&records[1]["uniq_pkt_sizes"], &records[1]["common_tcpflags"]),
            (&0.into(), &serde_json::json!([]))
        );
        assert_eq!(records[1]["src_ip"], 0xcb00_71ff_u32);
        assert_eq!(records.len(), 2);
    }
}

#[test]
fn a_file_has_many_blocks_and_no_address_of_the_sensor() {
    let rows: Vec<Minute> = (0..40_000_u32)
        .map(|at| Minute { packets: u64::from(at) + 1, ..row(&Ipv4Addr::from_bits(0xcb00_7100 + at).to_string()) })
        .collect();
    let (written, records) = read(Codec::Deflate, &[batch(&rows), batch(&rows)]);
    assert_eq!((written.records, records.len()), (80_000, 80_000));
    let sum: u64 = records.iter().map(|record| record["packet_cnt"].as_u64().unwrap()).sum();
    assert_eq!(sum, 2 * 40_000 * 40_001 / 2);
    assert!(records.iter().all(|record| record["dst_net"] == 0));
}

#[test]
fn other_rows_are_refused() {
    let rows = batch(&[row("192.0.2.1")]);
    let fewer = rows.project(&[0, 1, 2, 3]).unwrap();
    let mut tuples = FlowTuples::begin(Codec::Null, [1; MARKER], &mut Vec::new());
    let error = tuples.minutes(&fewer, &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "the rows have no column `dst_port` as minutes have it");
}
