//! Findings: one wrong thing, its code, its test, its place.

use crate::csaf::sample::whole;
use renkei_formats::csaf::*;

/// Codes, tests and places of the sample in which a text was replaced.
fn of(before: &str, after: &str) -> Vec<(&'static str, &'static str, String)> {
    let text = renkei_formats::tree::write_object(whole().document().unwrap().tree());
    assert!(text.contains(before), "{before} is not in {text}");
    read(&text.replacen(before, after, 1))
}

fn read(text: &str) -> Vec<(&'static str, &'static str, String)> {
    let document = Document::read(text.as_bytes(), 1 << 20).unwrap();
    let written = renkei_formats::tree::read(document.write().as_bytes(), 1 << 20).unwrap();
    assert_eq!(written, renkei_formats::tree::read(text.as_bytes(), 1 << 20).unwrap(), "nothing is removed");
    document.check().into_iter().map(|one| (one.code.as_str(), one.test.unwrap_or_default(), one.place)).collect()
}

fn one(code: &'static str, test: &'static str, place: &str) -> Vec<(&'static str, &'static str, String)> {
    vec![(code, test, place.to_owned())]
}

#[test]
fn what_is_no_document_is_an_error() {
    let read = |text: &str| Document::read(text.as_bytes(), 99).unwrap_err();
    assert!(matches!(read("{"), ReadError::Fault(_)));
    assert_eq!(read("[]"), ReadError::Root);
    assert_eq!(read(r#"{"type":"bundle"}"#), ReadError::NoDocument);
    assert_eq!(read(r#"{"document":[]}"#), ReadError::NoDocument);
}

#[test]
fn the_schema() {
    let tracking = "/document/tracking";
    assert_eq!(of(r#""csaf_version":"2.0""#, r#""csaf_version":"2.1""#), one("R110", "", "/document/csaf_version"));
    assert_eq!(of(r#""csaf_version":"2.0","#, ""), one("R111", "", "/document/csaf_version"));
    assert_eq!(of(r#""id":"RENKEI-2026:0001""#, r#""id":7"#), one("R112", "", &format!("{tracking}/id")));
    assert_eq!(of(r#""aliases":["R1"]"#, r#""aliases":[]"#), one("R113", "", &format!("{tracking}/aliases")));
    assert_eq!(of(r#""id":"RENKEI-2026:0001""#, r#""id":" x""#), one("R114", "", &format!("{tracking}/id")));
    assert_eq!(of(r#""status":"final""#, r#""status":"done""#), one("R115", "", &format!("{tracking}/status")));
    assert_eq!(
        of(r#""aliases":["R1"]"#, r#""aliases":["R1","R1"]"#),
        one("R116", "", &format!("{tracking}/aliases/1"))
    );
    assert_eq!(of(r#""aliases":"#, r#""x y":1,"aliases":"#), one("R117", "", &format!("{tracking}/?")));
    assert_eq!(Code::Unknown.weight(), Weight::Note);
    let ids = r#""ids":[{"system_name":"a","text":"b"},{"text":"b","system_name":"a"}]"#;
    let found = of(r#""ids":[{"system_name":"Example Works","text":"EW-1"}]"#, ids);
    assert_eq!(found, one("R116", "", "/vulnerabilities/0/ids/1"));
    let branch = "/product_tree/branches/0/branches/0/branches/0";
    let found = of(
        r#""category":"product_version","name":"1.0.0""#,
        r#""category":"product_version","name":"1.0.0","branches":[]"#,
    );
    assert_eq!(found, [("R112", "", branch.to_owned()), ("R113", "", format!("{branch}/branches"))]);
}

#[test]
fn products_and_groups() {
    let id = "/product_tree/branches/0/branches/0/branches/1/product";
    assert_eq!(
        of(r#""product_id":"P4""#, r#""product_id":"P5""#),
        one("R118", "6.1.1", "/vulnerabilities/0/product_status/under_investigation/0")
    );
    let found = of(r#""product_id":"P2""#, r#""product_id":"P1""#);
    assert!(found.contains(&("R119", "6.1.2", format!("{id}/product_id"))), "{found:?}");
    let circle = r#""product_tree":{"relationships":[{"category":"installed_on","product_reference":"C","relates_to_product_reference":"P1","full_product_name":{"name":"c","product_id":"C"}}],"#;
    assert_eq!(
        of(r#""product_tree":{"#, circle),
        one("R120", "6.1.3", "/product_tree/relationships/0/product_reference")
    );
    let threat = r#""threats":[{"group_ids":["G"],"#;
    assert_eq!(of(r#""threats":[{"#, threat), one("R121", "6.1.4", "/vulnerabilities/0/threats/0/group_ids/0"));
    let groups = r#""product_tree":{"product_groups":[{"group_id":"G","product_ids":["P1","P2"]},{"group_id":"G","product_ids":["P1"]}],"#;
    let found = of(r#""product_tree":{"#, groups);
    let second = "/product_tree/product_groups/1";
    assert_eq!(found, [("R113", "", format!("{second}/product_ids")), ("R122", "6.1.5", format!("{second}/group_id"))]);
    assert_eq!(of(r#""fixed":["P3"]"#, r#""fixed":["P1"]"#), one("R123", "6.1.6", "/vulnerabilities/0/product_status"));
    let found = of("pkg:generic/router-x@1.0", "pkg:generic/@1.0");
    assert_eq!(
        found,
        one(
            "R128",
            "6.1.13",
            "/product_tree/branches/0/branches/0/branches/0/product/product_identification_helper/purl"
        )
    );
    let found = of(r#""name":"1.0.0""#, r#""name":"prior to 1.0.0""#);
    assert_eq!(found, one("R138", "6.1.31", "/product_tree/branches/0/branches/0/branches/0/name"));
}

#[test]
fn scores() {
    let score = "/vulnerabilities/0/scores/0";
    assert_eq!(
        of(
            r#""products":["P1","P2"]"#,
            r#""cvss_v2":{"version":"2.0","vectorString":"AV:N","baseScore":1},"products":["P1","P2"]"#
        ),
        []
    );
    let twice = r#"{"cvss_v3":{"version":"3.1","vectorString":"CVSS:3.1/AV:N","baseScore":1,"baseSeverity":"LOW"},"products":["P1"]}"#;
    let found = of(r#""scores":["#, &format!(r#""scores":[{twice},"#));
    assert_eq!(found, one("R124", "6.1.7", "/vulnerabilities/0/scores/1/products/0"));
    assert_eq!(
        of(r#""baseSeverity":"MEDIUM""#, r#""baseSeverity":"SOME""#)[0],
        ("R125", "6.1.8", format!("{score}/cvss_v3/baseSeverity"))
    );
    assert_eq!(
        of(r#""version":"3.1""#, r#""version":"4.0""#),
        one("R125", "6.1.8", &format!("{score}/cvss_v3/version"))
    );
    assert_eq!(
        of(r#""baseScore":6.1"#, r#""baseScore":6.2"#),
        one("R126", "6.1.9", &format!("{score}/cvss_v3/baseScore"))
    );
    let found = of(r#""baseScore":6.1"#, r#""scope":"UNCHANGED","baseScore":6.1"#);
    assert_eq!(found, one("R127", "6.1.10", &format!("{score}/cvss_v3/scope")));
}

#[test]
fn versions() {
    let history = "/document/tracking/revision_history";
    assert_eq!(
        of(r#""date":"2026-11-20T00:00:00Z","number":"1""#, r#""date":"2026-11-22T00:00:00Z","number":"1""#),
        [
            ("R129", "6.1.14", history.to_owned()),
            ("R130", "6.1.21", history.to_owned()),
            ("R131", "6.1.16", "/document/tracking/version".to_owned())
        ]
    );
    let found = of(r#""number":"1""#, r#""number":"2""#);
    assert_eq!(found[0], ("R130", "6.1.22", format!("{history}/1/number")));
    assert_eq!(found[1], ("R130", "6.1.21", history.to_owned()));
    assert_eq!(of(r#""version":"2""#, r#""version":"3""#), one("R131", "6.1.16", "/document/tracking/version"));
    assert!(of(r#""version":"2""#, r#""version":"2.0.0""#).contains(&(
        "R131",
        "6.1.30",
        "/document/tracking/version".to_owned()
    )));
    assert_eq!(of(r#""number":"1""#, r#""number":"0""#)[0], ("R132", "6.1.18", "/document/tracking/status".to_owned()));
}

#[test]
fn the_rest() {
    assert_eq!(of(r#""source_lang":"en""#, r#""source_lang":"ja""#), one("R133", "6.1.28", "/document/source_lang"));
    let vulnerability = r#""vulnerabilities":[{"cve":"CVE-2026-0001","notes":[{"category":"other","text":"x"}],"product_status":{"fixed":["P1"]}},"#;
    assert_eq!(of(r#""vulnerabilities":["#, vulnerability), one("R134", "6.1.23", "/vulnerabilities/1/cve"));
    for category in ["csaf_other", "CSAF_BASE", "Security Advisory", "v_e-x", "csaf-vex"] {
        assert_eq!(of("csaf_security_advisory", category), one("R135", "6.1.26", "/document/category"), "{category}");
    }
    assert_eq!(of("csaf_security_advisory", "Example Advisory"), []);
    let found = of("csaf_security_advisory", "csaf_vex");
    assert_eq!(found, []);
    let found = of(r#""product_ids":["P1","P2"]"#, r#""entitlements":["x"]"#);
    assert_eq!(found, one("R137", "6.1.29", "/vulnerabilities/0/remediations/0"));
    let flag = r#"{"label":"component_not_present","product_ids":["P4"]}"#;
    let found = of(
        r#""ids":["#,
        &format!(r#""flags":[{flag},{{"label":"vulnerable_code_not_present","product_ids":["P4"]}}],"ids":["#),
    );
    assert_eq!(found, one("R137", "6.1.33", "/vulnerabilities/0/flags/1"));
}

#[test]
fn findings_are_bounded() {
    let many = vec![r#"{"category":"x","text":""}"#; 9_000].join(",");
    let found = read(&format!(r#"{{"document":{{"notes":[{many}]}}}}"#));
    assert_eq!((found.len(), found.last().unwrap().0), (MOST_FINDINGS, "R139"));
}

/// Groups that are opened for every vulnerability cost more than the document is long.
#[test]
fn the_work_is_bounded() {
    let products: Vec<_> = (0..5_000).map(|place| format!("\"P{place}\"")).collect();
    let flags = vec![r#"{"flags":[{"label":"x","group_ids":["G"]}]}"#; 5_000].join(",");
    let text = format!(
        r#"{{"document":{{}},"product_tree":{{"product_groups":[{{"group_id":"G","product_ids":[{}]}}]}},"vulnerabilities":[{flags}]}}"#,
        products.join(",")
    );
    assert!(Document::read(text.as_bytes(), 1 << 20).unwrap().check().len() <= MOST_FINDINGS);
}
