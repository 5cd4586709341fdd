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
    expect![[""]].assert_eq(&shown(&feed));
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
    expect![[""]].assert_eq(&shown(&feed));
}
