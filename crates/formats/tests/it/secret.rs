//! Secrets: never in a table, never in a finding, and the class of the line says that there was one.

use expect_test::expect;

use crate::read::{read, shown};

#[test]
fn passwords_of_a_honeypot_are_withheld() {
    let text = "timestamp,src_ip,username,password,http_postdata\n\
                2026-11-20 00:00:01,198.18.0.1,root,hunter2,\n\
                2026-11-20 00:00:01,198.18.0.2,,,\n\
                2026-11-20 00:00:01,x,root,hunter2,\n";
    let feed = read("event4_honeypot_brute_force.csv", text.as_bytes());
    expect![[r#"
        shadowserver/event4_honeypot_brute_force: lines 3 stored 2 quarantined 1 blank 0
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=2 src_ip=198.18.0.1 device_key=ip:198.18.0.1 class=credential has_port=false has_time=true
        observed_at=2026-11-20T00:00:01Z observed_on=2026-11-20 zone_basis=format line_no=3 src_ip=198.18.0.2 device_key=ip:198.18.0.2 class=identification-by-ip has_port=false has_time=true
        quarantined 4 R011 credential 2026-11-20 00:00:01,x,root,hunter2,\n
        finding 2@49 username R031
        finding 2@49 password R031
        finding 4@128 username R031
        finding 4@128 password R031
        finding 4@128 - R011
    "#]].assert_eq(&shown(&feed));
    for parsed in &feed.parsed {
        let findings = format!("{:?} {:?}", parsed.findings, parsed.quarantined);
        let batch = format!("{:?}", parsed.batch);
        assert!(!findings.contains("hunter2") && !batch.contains("hunter2") && !batch.contains("root"));
    }
}

#[test]
fn secrets_in_json_are_withheld_at_every_depth() {
    let text = "{\"ts\":1,\"src\":\"198.18.0.1\",\"body\":\"x\",\"form\":{\"password\":\"hunter2\",\"z\":1}}\n\
                {\"ts\":1,\"src\":\"198.18.0.1\",\"user\":\"u\",\"password\":\"hunter2\"}\n\
                {\"ts\":1,\"src\":\"198.18.0.1\",\"password\":\"hunter2\"";
    let feed = read("a.jsonl", text.as_bytes());
    let batches: String = feed.parsed.iter().map(|parsed| format!("{:?}", parsed.batch)).collect();
    assert!(!batches.contains("hunter2"));
    expect![[r#"
        sinkhole-log: lines 3 stored 2 quarantined 1 blank 0
        observed_at=1970-01-01T00:00:01Z observed_on=1970-01-01 zone_basis=format line_no=1 src_ip=198.18.0.1 device_key=ip:198.18.0.1 class=identification-by-ip has_port=false has_time=true extra={"form":{"z":1}}
        observed_at=1970-01-01T00:00:01Z observed_on=1970-01-01 zone_basis=format line_no=2 src_ip=198.18.0.1 device_key=ip:198.18.0.1 class=credential has_port=false has_time=true
        quarantined 3 R016 credential {\"ts\":1,\"src\":\"198.18.0.1\",\"password\":\"hunter2\"
        finding 1@0 body R031
        finding 2@75 password R031
        finding 2@75 user R031
        finding 3@135 - R016
    "#]].assert_eq(&shown(&feed));
}
