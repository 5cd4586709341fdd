//! Golden feeds: one small file of each format, and what it gives.

use expect_test::{Expect, expect};
use renkei_formats::{DetectError, Limits, Mapping, detect};

use crate::read::{OPTIONS, read, read_with, shown};

fn check(name: &str, text: &str, expected: Expect) {
    expected.assert_eq(&shown(&read(name, text.as_bytes())));
}

fn check_mapped(mapping: &str, text: &str, expected: Expect) {
    expected.assert_eq(&shown(&read_with("x.csv", text.as_bytes(), Some(mapping), OPTIONS, Limits::default())));
}

#[test]
fn sinkhole_events_with_each_fault_of_the_field() {
    check(
        "2026-11-20-event4_sinkhole-jp.csv",
        "\"timestamp\",\"protocol\",\"src_ip\",\"src_port\",\"src_asn\",\"dst_ip\",\"dst_port\",\"family\",\"new_column\"\r\n\
         \"2026-11-20 00:00:01\",\"TCP\",\"198.18.0.1\",17409,64496,\"198.19.0.1\",443,\"vawtrak\",\"b \"\"q\"\"\"\r\n\
         2026-11-20 00:00:02,tcp,::ffff:198.18.0.2,0,x,198.19.0.1.2,70000,vawtrak,\r\n\
         2026-02-30 00:00:02,tcp,2001:db8::1,,,,,\"two\r\nlines\",\r\n\
         \r\n\
         2026-11-20 00:00:03,tcp,,1,,,,,\r\n\
         2026-11-20 00:00:03,tcp,198.18.0.300,1,,,,,\r\n\
         2026-11-20 00:00:03,tcp,198.18.0.3,1\r\n\
         \"2026-11-20 00:00:03,tcp,198.18.0.3,1,,,,,",
        expect![[r#"
            shadowserver/event4_sinkhole: lines 7 stored 3 quarantined 4 blank 1
            observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=2 src_ip=198.18.0.1 src_port=17409 protocol=tcp src_asn=64496 dst_ip=198.19.0.1 dst_port=443 family=vawtrak device_key=ip:198.18.0.1 class=identification-by-ip has_port=true has_time=true extra={"new_column":"b \"q\""}
            observed_at=2026-11-20T00:00:02Z observed_on=2026-11-20 zone_basis=format line_no=3 src_ip=198.18.0.2 protocol=tcp family=vawtrak device_key=ip:198.18.0.2 class=identification-by-ip has_port=false has_time=true
            observed_on=2026-11-20 zone_basis=missing line_no=4 src_ip=2001:db8::1 protocol=tcp family=two\r\nlines device_key=ip:2001:db8::1 class=identification-by-ip has_port=false has_time=false
            quarantined 7 R010 identification-by-ip 2026-11-20 00:00:03,tcp,,1,,,,,\r\n
            quarantined 8 R011 identification-by-ip 2026-11-20 00:00:03,tcp,198.18.0.300,1,,,,,\r\n
            quarantined 9 R013 identification-by-ip 2026-11-20 00:00:03,tcp,198.18.0.3,1\r\n
            quarantined 10 R014 identification-by-ip \"2026-11-20 00:00:03,tcp,198.18.0.3,1,,,,,
            finding 3@187 src_ip R030
            finding 3@187 src_port R021
            finding 3@187 src_asn R022
            finding 3@187 dst_ip R020
            finding 3@187 dst_port R021
            finding 4@262 timestamp R023
            finding 7@319 - R010
            finding 8@352 - R011
            finding 9@397 - R013
            finding 10@435 - R014
        "#]],
    );
}

#[test]
fn scans_keep_the_port_of_the_service_and_unknown_columns() {
    check(
        "2026-11-20-scan_never_seen-jp.csv",
        "timestamp,ip,port,protocol,zeta,alpha,asn,geo\n2026-11-20 00:00:01,198.18.0.1,5555,tcp,z,a,64496,JP\n",
        expect![[r#"
            shadowserver/scan_never_seen: lines 1 stored 1 quarantined 0 blank 0
            observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=2 src_ip=198.18.0.1 src_port=5555 protocol=tcp src_asn=64496 src_cc=JP device_key=svc:198.18.0.1 5555 class=identification-by-ip has_port=false has_time=true extra={"alpha":"a","zeta":"z"}
        "#]],
    );
}

#[test]
fn the_header_decides_where_the_name_says_nothing() {
    let kind = |header: &str, row: &str| {
        let text = format!("{header}\n{row}\n");
        detect("report.csv", text.as_bytes(), None).map(|source| source.kind)
    };
    assert_eq!(
        kind("timestamp,src_ip,infection", "2026-11-20 00:00:01,198.18.0.1,x").unwrap(),
        "shadowserver/event4_sinkhole"
    );
    assert_eq!(
        kind("timestamp,src_ip,infection", "2026-11-20 00:00:01,2001:db8::1,x").unwrap(),
        "shadowserver/event6_sinkhole"
    );
    assert_eq!(kind("timestamp,src_ip,odd", "").unwrap(), "shadowserver/event");
    assert_eq!(kind("timestamp,ip,port", "").unwrap(), "shadowserver/scan");
    assert_eq!(kind("when,who", "").unwrap_err(), DetectError::Unknown);
    assert_eq!(detect("x.csv", b"", None).unwrap_err(), DetectError::Empty);
    assert_eq!(detect("x.csv.gz", b"\x1f\x8b\x08", None).unwrap_err(), DetectError::Damaged);
    assert_eq!(detect("x.csv", b"\xff\xfea\0", None).unwrap_err(), DetectError::Utf16);
}

#[test]
fn plain_csv_by_a_mapping() {
    let mapping = "name = \"partner-x\"\ndelimiter = \";\"\n\
                   [time]\ncolumn = \"Seen\"\nformat = \"%d.%m.%Y %H:%M:%S\"\nzone = \"Asia/Tokyo\"\n\
                   [columns]\n\"Src IP\" = \"src_ip\"\nport = \"src_port\"\nnote = \"drop\"\nbot = \"bot_id\"\n\
                   [constants]\nfamily = \"vawtrak\"\ntlp = \"TLP:AMBER\"\n";
    check_mapped(
        mapping,
        "Seen;src ip;Port;Note;Bot;More\n20.11.2026 09:00:01;198.18.0.1;1024;secret of ours;7f;x\n31.11.2026 09:00:01;198.18.0.1;;;;\n",
        expect![[r#"
            csv/partner-x: lines 2 stored 2 quarantined 0 blank 0
            observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=2 src_ip=198.18.0.1 src_port=1024 family=vawtrak device_key=bot:vawtrak/7f tlp=AMBER class=identification-by-ip has_port=true has_time=true extra={"more":"x"}
            observed_on=2024-10-04 zone_basis=missing line_no=3 src_ip=198.18.0.1 family=vawtrak device_key=ip:198.18.0.1 tlp=AMBER class=identification-by-ip has_port=false has_time=false
            finding 3@87 seen R023
        "#]],
    );
    let mapping = mapping.parse::<Mapping>().unwrap();
    assert_eq!(detect("x.csv", b"a;b\n", Some(&mapping)).unwrap_err(), DetectError::Mapping);
}

#[test]
fn a_zone_that_is_a_guess_or_an_hour_that_is_twice() {
    let mapping = |zone: &str| {
        format!(
            "name = \"partner-x\"\nheader = false\n[time]\ncolumn = \"#1\"\n{zone}\n[columns]\n\"#2\" = \"src_ip\"\n"
        )
    };
    let text = "2026-10-25 02:30:00,198.18.0.1\n2026-11-25T02:30:00+09:00,198.18.0.2\n";
    check_mapped(
        &mapping("zone = \"Europe/Berlin\""),
        text,
        expect![[r#"
        csv/partner-x: lines 2 stored 2 quarantined 0 blank 0
        observed_at=2026-10-25T00:30:00Z observed_on=2026-10-25 zone_basis=assumed line_no=1 src_ip=198.18.0.1 device_key=ip:198.18.0.1 class=identification-by-ip has_port=false has_time=false
        observed_at=2026-11-24T17:30:00Z observed_on=2026-11-24 zone_basis=stated line_no=2 src_ip=198.18.0.2 device_key=ip:198.18.0.2 class=identification-by-ip has_port=false has_time=true
        finding 1@0 #1 R027
    "#]],
    );
    check_mapped(
        &mapping("zone = \"stated\""),
        text,
        expect![[r#"
        csv/partner-x: lines 2 stored 2 quarantined 0 blank 0
        observed_at=2026-10-25T02:30:00Z observed_on=2026-10-25 zone_basis=assumed line_no=1 src_ip=198.18.0.1 device_key=ip:198.18.0.1 class=identification-by-ip has_port=false has_time=false
        observed_at=2026-11-24T17:30:00Z observed_on=2026-11-24 zone_basis=stated line_no=2 src_ip=198.18.0.2 device_key=ip:198.18.0.2 class=identification-by-ip has_port=false has_time=true
    "#]],
    );
}

#[test]
fn intelmq_events() {
    check(
        "events.json",
        "{\"time.source\":\"2026-11-20T00:00:01+00:00\",\"source.ip\":\"198.18.0.1\",\"source.port\":43865,\"source.asn\":64496,\
         \"classification.type\":\"infected-system\",\"malware.name\":\"vawtrak\",\"destination.ip\":\"198.19.0.1\",\"extra.zeta\":[1,{\"b\":1,\"a\":2}],\
         \"extra.alpha\":true,\"raw\":\"AAAA\",\"tlp\":\"white\"}\n\
         {\"source.ip\":\"198.18.0.2\",\"source.port\":23,\"classification.type\":\"vulnerable-system\",\"time.source\":\"2026-11-20T00:00:01\"}\n\
         [1]\n{\"source.ip\":\n\n{\"source.ip\":\"198.18.0.2\",\"comment\":\"\\u0000\",\"tlp\":\"PINK\"}\n",
        expect![[r#"
            intelmq: lines 5 stored 3 quarantined 2 blank 1
            observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=stated line_no=1 src_ip=198.18.0.1 src_port=43865 src_asn=64496 dst_ip=198.19.0.1 family=vawtrak device_key=ip:198.18.0.1 tlp=CLEAR class=identification-by-ip has_port=true has_time=true extra={"classification.type":"infected-system","extra.alpha":true,"extra.zeta":[1,{"a":2,"b":1}]}
            observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=2 src_ip=198.18.0.2 src_port=23 device_key=svc:198.18.0.2 23 class=identification-by-ip has_port=false has_time=true extra={"classification.type":"vulnerable-system"}
            observed_on=2024-10-04 zone_basis=missing line_no=6 src_ip=198.18.0.2 device_key=ip:198.18.0.2 class=identification-by-ip has_port=false has_time=false
            quarantined 3 R016 identification-by-ip [1]\n
            quarantined 4 R016 identification-by-ip {\"source.ip\":\n
            finding 1@0 raw R032
            finding 3@402 - R016
            finding 4@406 - R016
            finding 6@421 comment R025
            finding 6@421 tlp R026
        "#]],
    );
}

#[test]
fn sinkhole_logs() {
    check(
        "sinkhole.jsonl",
        "{\"ts\":1795132801.25,\"src\":\"198.18.0.1\",\"sport\":1025,\"dst\":\"198.19.0.1\",\"dport\":80,\"proto\":\"tcp\",\"host\":\"c2.example\",\"path\":\"/gate\",\"family\":\"vawtrak\",\"bot_id\":\"7f00\"}\n\
         {\"ts\":\"2026-11-20T09:00:01+09:00\",\"src\":\"2001:db8::1\"}\n\
         {\"ts\":\"2026-11-20T09:00:01\",\"src\":\"2001:db8::1\",\"sport\":true}\n",
        expect![[r#"
            sinkhole-log: lines 3 stored 3 quarantined 0 blank 0
            observed_at=2026-11-20T00:00:01.250000Z observed_on=2026-11-20 zone_basis=format line_no=1 src_ip=198.18.0.1 src_port=1025 protocol=tcp dst_ip=198.19.0.1 dst_port=80 dst_hostname=c2.example family=vawtrak device_key=bot:vawtrak/7f00 class=identification-by-ip has_port=true has_time=true extra={"path":"/gate"}
            observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=stated line_no=2 src_ip=2001:db8::1 device_key=ip:2001:db8::1 class=identification-by-ip has_port=false has_time=true
            observed_at=2026-11-20T09:00:01Z observed_on=2026-11-20 zone_basis=assumed line_no=3 src_ip=2001:db8::1 device_key=ip:2001:db8::1 class=identification-by-ip has_port=false has_time=false
            finding 3@222 sport R021
        "#]],
    );
}

#[test]
fn reserved_sources_are_kept_out_unless_an_office_says_otherwise() {
    let text = "timestamp,ip\n2026-11-20 00:00:01,198.18.0.1\n2026-11-20 00:00:01,100.64.0.1\n";
    let options = renkei_formats::Options { accept_reserved: false, ..OPTIONS };
    let feed = read_with("scan_x.csv", text.as_bytes(), None, options, Limits::default());
    expect![[r#"
        shadowserver/scan_x: lines 2 stored 0 quarantined 2 blank 0
        quarantined 2 R012 identification-by-ip 2026-11-20 00:00:01,198.18.0.1\n
        quarantined 3 R012 identification-by-ip 2026-11-20 00:00:01,100.64.0.1\n
        finding 2@13 - R012
        finding 3@44 - R012
    "#]]
    .assert_eq(&shown(&feed));
}

#[test]
fn lines_of_the_house_s_own_sinkhole() {
    check(
        "1-1.jsonl",
        "{\"ts\":\"2026-11-22T10:00:00.000001Z\",\"src\":\"198.18.9.9\",\"sport\":4711,\"dst\":\"198.18.0.1\",\"dport\":443,\"event\":\"1-2-0\",\"proto\":\"tcp\",\"app\":\"https\",\"ntp\":\"unknown\",\"sni\":\"c2.bots.example\",\"cipher\":\"TLS13_AES_256_GCM_SHA384\",\"ja4\":\"t13d1516h2_8daaf6152771_e5627efa2ab1\",\"host\":\"c2.bots.example\",\"method\":\"POST\",\"path\":\"/collection/00000038/01/2B9A17D6\",\"agent\":\"x\",\"length\":3,\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"family\":\"vawtrak-like\",\"confidence\":\"high\",\"bot_id\":\"2B9A17D6\"}\n\
         {\"ts\":\"2026-11-22T10:00:01.000000Z\",\"src\":\"2001:db8::9\",\"sport\":53,\"dst\":\"198.18.0.1\",\"dport\":53,\"event\":\"1-1-0\",\"proto\":\"udp\",\"app\":\"dns\",\"host\":\"bots.example\",\"qtype\":\"A\",\"tag\":\"resolver\",\"called\":\"vawtrak-like\"}\n",
        expect![[r#"
            sinkhole-log: lines 2 stored 2 quarantined 0 blank 0
            observed_at=2026-11-22T10:00:00.000001Z observed_on=2026-11-22 zone_basis=stated line_no=1 src_ip=198.18.9.9 src_port=4711 protocol=tcp dst_ip=198.18.0.1 dst_port=443 dst_hostname=c2.bots.example family=vawtrak-like application=https event_id=1-2-0 ssl_cipher=TLS13_AES_256_GCM_SHA384 ssl_servername=c2.bots.example device_key=bot:vawtrak-like/2B9A17D6 class=identification-by-ip has_port=true has_time=true extra={"agent":"x","confidence":"high","ja4":"t13d1516h2_8daaf6152771_e5627efa2ab1","length":3,"method":"POST","ntp":"unknown","path":"/collection/00000038/01/2B9A17D6","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
            observed_at=2026-11-22T10:00:01Z observed_on=2026-11-22 zone_basis=stated line_no=2 src_ip=2001:db8::9 src_port=53 protocol=udp dst_ip=198.18.0.1 dst_port=53 dst_hostname=bots.example tag=resolver application=dns event_id=1-1-0 device_key=ip:2001:db8::9 class=identification-by-ip has_port=true has_time=true extra={"called":"vawtrak-like","qtype":"A"}
        "#]],
    );
}
