//! Tests of the sheet: what is written comes back, and no cell is a formula.

use std::net::IpAddr;

use proptest::prelude::*;
use renkei_core::time::Moment;

use super::super::line::{DeviceKeyBasis, Line, LineKey, ZoneBasis};
use super::*;

fn zone() -> PartyZone {
    "Asia/Tokyo".parse().unwrap()
}

pub(in super::super) fn sample(number: u32) -> Line {
    Line {
        key: LineKey { hi: 7, lo: i64::from(number) },
        observed_at: Moment(1_795_309_748_123_000 + i64::from(number) * SECOND),
        zone_basis: ZoneBasis::Format,
        src_ip: IpAddr::from((0xC612_0000u32 + number).to_be_bytes()),
        src_port: Some(40_000),
        protocol: Some("tcp".into()),
        dst_ip: Some("198.19.255.1".parse().unwrap()),
        dst_port: Some(443),
        dst_hostname: Some("sinkhole.example".into()),
        family: Some("vawtrak".into()),
        infection: Some("vawtrak".into()),
        tag: Some("vawtrak;trojan".into()),
        severity: Some("high".into()),
        device_key: format!("ip:198.18.{}.{}", number / 256, number % 256),
        device_key_basis: DeviceKeyBasis::Address,
        kind: "shadowserver/event4_sinkhole".into(),
        site: None,
    }
}

#[test]
fn a_sheet_is_these_bytes() {
    let mut second = sample(2);
    second.src_ip = "2001:db8::2".parse().unwrap();
    (second.src_port, second.dst_hostname, second.observed_at) = (None, None, Moment(1_795_309_748_000_000));
    let text = String::from_utf8(write(&[sample(1), second], &zone())).unwrap();
    expect_test::expect![[r#"
        line,observed_at_utc,observed_at_local,zone_basis,src_ip,src_port,protocol,dst_ip,dst_port,dst_hostname,family,infection,tag,severity,device_key,device_key_basis,kind,status
        00000000000000070000000000000001,2026-11-22T01:09:09.123000Z,2026-11-22 10:09:09.123 +09:00,format,198.18.0.1,40000,tcp,198.19.255.1,443,sinkhole.example,vawtrak,vawtrak,"vawtrak;trojan",high,ip:198.18.0.1,address,shadowserver/event4_sinkhole,
        00000000000000070000000000000002,2026-11-22T01:09:08Z,2026-11-22 10:09:08 +09:00,format,2001:db8::2,,tcp,198.19.255.1,443,,vawtrak,vawtrak,"vawtrak;trojan",high,ip:198.18.0.2,address,shadowserver/event4_sinkhole,
    "#]]
    .assert_eq(&text.replace("\r\n", "\n"));
    assert_eq!(text.matches("\r\n").count(), 3);
    assert_eq!(HEADER.split(',').count(), WIDTH);
}

#[test]
fn cells_that_could_be_formulas_are_made_text() {
    for (text, cell) in [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\"'\t=1\""),
        ("\r\n=1", "\"'\r\n=1\""),
        ("＝１", "'＝１"),
        ("'quoted", "''quoted"),
        ("say \"a,b\"", "\"say \"\"a,b\"\"\""),
        (" padded", "\" padded\""),
        ("plain", "plain"),
        ("", ""),
    ] {
        let mut out = String::new();
        write_field(&mut out, text);
        assert_eq!(out, cell, "{text:?}");
    }
}

#[test]
fn what_is_not_a_sheet_is_refused_and_says_where() {
    assert_eq!(read(b"\xff"), Err(SheetError::Encoding(0)));
    assert_eq!(read(b"a,b\r\n"), Err(SheetError::Header));
    assert_eq!(read(b""), Err(SheetError::Header));
    let good = String::from_utf8(write(&[sample(1)], &zone())).unwrap();
    assert_eq!(
        read(good.replace("198.18.0.1,", "198.18.0.1.5,").as_bytes()),
        Err(SheetError::Field { row: 1, column: "src_ip" })
    );
    assert_eq!(
        read(good.replace("01:09:09", "25:09:09").as_bytes()),
        Err(SheetError::Field { row: 1, column: "observed_at_utc" })
    );
    assert_eq!(read(good.replace("high,", "high,,").as_bytes()), Err(SheetError::Shape { row: 1 }));
    assert_eq!(read(good.replace("high,", "\"high,").as_bytes()), Err(SheetError::Shape { row: 1 }));
}

prop_compose! {
    fn any_line()(
        bits: (i64, i64), micros in -62_000_000_000_000_000i64..250_000_000_000_000_000, basis in 0usize..4,
        addresses: (u128, bool, Option<u32>), ports: (Option<u16>, Option<u16>),
        texts in prop::collection::vec(prop::option::of("[\u{0}-\u{7f}あ＝\"',;=+\r\n\t-]{1,12}"), 6),
        device in "[ -~\r\n]{0,10}", device_basis in 0usize..3, kind in ".{0,8}",
    ) -> Line {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().flatten();
        Line {
            key: LineKey { hi: bits.0, lo: bits.1 },
            observed_at: Moment(micros),
            zone_basis: [ZoneBasis::Stated, ZoneBasis::Format, ZoneBasis::Assumed, ZoneBasis::Missing][basis],
            src_ip: if addresses.1 { IpAddr::from(addresses.0.to_be_bytes()) } else { IpAddr::from((addresses.0 as u32).to_be_bytes()) },
            src_port: ports.0,
            protocol: text(),
            dst_ip: addresses.2.map(|bits| IpAddr::from(bits.to_be_bytes())),
            dst_port: ports.1,
            dst_hostname: text(),
            family: text(),
            infection: text(),
            tag: text(),
            severity: text(),
            device_key: device,
            device_key_basis: DeviceKeyBasis::ALL[device_basis],
            kind,
            site: None,
        }
    }
}

proptest! {
    #[test]
    fn sites_come_back_too(lines in prop::collection::vec(
        (any_line(), "[ -~あ]{0,12}", "[ -~あ\r\n]{0,12}", "[ -~=,;\"]{0,12}"), 1..5
    )) {
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|(line, host, url, evidence)| Line { site: Some(Site { host, url, evidence }), ..line })
            .collect();
        let sheet = write(&lines, &zone());
        prop_assert!(sheet.starts_with(SITES_HEADER.as_bytes()));
        prop_assert_eq!(read(&sheet).unwrap(), lines);
    }

    #[test]
    fn what_is_written_comes_back(lines in prop::collection::vec(any_line(), 0..6)) {
        let sheet = write(&lines, &zone());
        prop_assert_eq!(&write(&lines, &zone()), &sheet);
        prop_assert_eq!(read(&sheet).unwrap(), lines);
    }

    #[test]
    fn no_cell_begins_as_a_formula(text in "[=+@\t\r\n'a\"＝-]{0,6}") {
        let mut cell = String::new();
        write_field(&mut cell, &text);
        prop_assert!(!cell.trim_start_matches('"').starts_with(|c: char| "=+-@\t\r\n＝＋－＠".contains(c)) || text.starts_with('"'));
    }
}
