//! Damage: cut streams, broken quotes, NUL, bytes that are no text, lines without end.

use std::io::Write as _;

use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;
use renkei_formats::{Code, Limits};

use crate::read::{OPTIONS, read, read_with, shown};

const HEADER: &str = "timestamp,src_ip,src_port,family\n";

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn rows(count: u32) -> String {
    let row = |number: u32| format!("2026-11-20 00:00:01,198.18.{}.{},1024,vawtrak\n", number / 250, number % 250);
    std::iter::once(HEADER.to_owned()).chain((0..count).map(row)).collect()
}

#[test]
fn gz_of_several_members_and_zst_give_the_same_lines() {
    let text = rows(500);
    let (first, second) = text.as_bytes().split_at(10_000);
    let members = [gz(first), gz(second)].concat();
    let plain = read("a.csv", text.as_bytes());
    assert_eq!((plain.lines(), plain.stored()), (500, 500));
    for packed in [gz(text.as_bytes()), members, zstd::encode_all(text.as_bytes(), 1).unwrap()] {
        let feed = read("a.csv", &packed);
        assert_eq!((feed.keys(), feed.findings().len()), (plain.keys(), 0));
    }
    let bom = ["\u{feff}", &text.replace('\n', "\r\n")].concat();
    assert_eq!(read("a.csv", bom.as_bytes()).keys(), plain.keys());
}

#[test]
fn a_cut_stream_gives_what_came_before_and_says_so() {
    let text = rows(20_000);
    for packed in [gz(text.as_bytes()), zstd::encode_all(text.as_bytes(), 1).unwrap()] {
        for cut in [packed.len() - 1, packed.len() / 2, packed.len() / 3] {
            let feed = read("a.csv", &packed[..cut]);
            let codes: Vec<_> = feed.findings().iter().map(|finding| finding.code).collect();
            assert!(codes.ends_with(&[Code::Damaged]), "{codes:?}");
            assert!(feed.stored() <= 20_000 && feed.quarantined().len() <= 1);
            let whole = read("a.csv", text.as_bytes()).keys();
            assert!(feed.keys().keys().all(|key| whole.contains_key(key)), "no line that was not there");
        }
    }
}

#[test]
fn a_broken_quote_costs_one_line() {
    let text = format!(
        "{HEADER}2026-11-20 00:00:01,198.18.0.1,1,\"open\n2026-11-20 00:00:01,198.18.0.2,1,\"fine\"\n\
         2026-11-20 00:00:01,198.18.0.3,1,5\" disk\n\"2026-11-20 00:00:01,198.18.0.4,1,\n2026-11-20 00:00:01,198.18.0.5,1,b\n"
    );
    expect![[r#"
        shadowserver/event4_sinkhole: lines 5 stored 3 quarantined 2 blank 0
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=3 src_ip=198.18.0.2 src_port=1 family=fine device_key=ip:198.18.0.2 class=identification-by-ip has_port=true has_time=true
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=4 src_ip=198.18.0.3 src_port=1 family=5" disk device_key=ip:198.18.0.3 class=identification-by-ip has_port=true has_time=true
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=6 src_ip=198.18.0.5 src_port=1 family=b device_key=ip:198.18.0.5 class=identification-by-ip has_port=true has_time=true
        quarantined 2 R014 identification-by-ip 2026-11-20 00:00:01,198.18.0.1,1,\"open\n
        quarantined 5 R014 identification-by-ip \"2026-11-20 00:00:01,198.18.0.4,1,\n
        finding 2@33 - R014
        finding 5@153 - R014
    "#]].assert_eq(&shown(&read("a.csv", text.as_bytes())));
}

#[test]
fn nul_and_bytes_that_are_no_text() {
    let text = [
        HEADER.as_bytes(),
        b"2026-11-20 00:00:01,198.18.0.1,1,va\0wtrak\n",
        b"2026-11-20 00:00:01,198.18.0.2,1,va\xffwtrak\n",
        b"2026-11-20 00:00:01,198.18.0.\xff,1,x\n",
        b"\0\0\0\n",
    ]
    .concat();
    expect![[r#"
        shadowserver/event4_sinkhole: lines 4 stored 2 quarantined 2 blank 0
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=2 src_ip=198.18.0.1 src_port=1 device_key=ip:198.18.0.1 class=identification-by-ip has_port=true has_time=true
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=3 src_ip=198.18.0.2 src_port=1 device_key=ip:198.18.0.2 class=identification-by-ip has_port=true has_time=true
        quarantined 4 R011 identification-by-ip 2026-11-20 00:00:01,198.18.0.\xff,1,x\n
        quarantined 5 R013 identification-by-ip \x00\x00\x00\n
        finding 2@33 family R025
        finding 3@75 family R024
        finding 4@117 - R011
        finding 5@152 - R013
    "#]].assert_eq(&shown(&read("a.csv", &text)));
}

#[test]
fn long_lines_are_stored_below_the_limit_and_cut_above_it() {
    let long = "x".repeat(10 << 20);
    let text = format!("{HEADER}2026-11-20 00:00:01,198.18.0.1,1,{long}\n2026-11-20 00:00:01,198.18.0.2,1,b\n");
    let feed = read("a.csv", text.as_bytes());
    assert_eq!((feed.stored(), feed.column("family")[0].len()), (2, 10 << 20));
    for chunk in [1 << 12, 1 << 20, 32 << 20] {
        let limits = Limits { max_line: 1 << 20, chunk };
        let feed = read_with("a.csv", text.as_bytes(), None, OPTIONS, limits);
        let held = feed.quarantined();
        assert_eq!((feed.lines(), feed.stored(), held.len()), (2, 1, 1));
        assert_eq!((held[0].code, held[0].bytes.len(), held[0].line), (Code::TooLong, 1 << 20, 2));
        assert_eq!(feed.column("line_no"), ["3"]);
        let endless = &text.as_bytes()[..text.len() - 45];
        assert_eq!(read_with("a.csv", endless, None, OPTIONS, limits).lines(), 1);
    }
}

#[test]
fn a_header_alone_is_no_line() {
    for text in [HEADER, HEADER.trim_end(), "timestamp,src_ip\n\n\r\n"] {
        let feed = read("a.csv", text.as_bytes());
        assert_eq!((feed.lines(), feed.findings().len()), (0, 0));
    }
}
