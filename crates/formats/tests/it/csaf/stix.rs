//! Bundles to advisories.

use crate::csaf::sample::whole;
use renkei_formats::csaf::*;
use renkei_formats::stix::Bundle;
use renkei_formats::stix::marking::Tlp;

fn empty() -> Advisory {
    Advisory { products: vec![], vulnerabilities: vec![], ..whole() }
}

fn converted(objects: &str) -> Converted {
    let text =
        format!(r#"{{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[{objects}]}}"#);
    let text = text.replace("ID", "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    of_stix(&Bundle::read(text.as_bytes(), 1 << 20).unwrap(), empty())
}

fn left(converted: &Converted) -> Vec<(usize, &str, &'static str)> {
    let one = |left: &'_ LeftOut| (left.object, left.reason.word());
    converted
        .left_out
        .iter()
        .map(|left| (one(left).0, left.property.as_deref().unwrap_or_default(), one(left).1))
        .collect()
}

const VULNERABILITY: &str = r#"{"type":"vulnerability","spec_version":"2.1","id":"vulnerability--ID","created":"2026-11-20T00:00:00Z",
    "modified":"2026-11-20T00:00:00Z","name":"Router","description":"Bad.","labels":["x"],
    "object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
    "external_references":[{"source_name":"cve","external_id":"CVE-2026-0001","url":"https://cve.example/1"},
    {"source_name":"cwe","external_id":"CWE-79"},{"source_name":"jvn","external_id":"JVN#1"}]}"#;
const SOFTWARE: &str = r#"{"type":"software","spec_version":"2.1","id":"software--ID","name":"X","vendor":"Example","version":"1.0",
    "cpe":"cpe:2.3:a:example:x:1.0:*:*:*:*:*:*:*","languages":["ja"]}"#;
const ACTION: &str = r#"{"type":"course-of-action","spec_version":"2.1","id":"course-of-action--ID","created":"2026-11-20T00:00:00Z",
    "modified":"2026-11-20T00:00:00Z","name":"Update","description":"To 1.1."}"#;

fn link(number: u8, way: &str, source: &str, target: &str) -> String {
    format!(
        r#"{{"type":"relationship","spec_version":"2.1","id":"relationship--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd{number:02}","created":"2026-11-20T00:00:00Z",
        "modified":"2026-11-20T00:00:00Z","relationship_type":"{way}","source_ref":"{source}--ID","target_ref":"{target}--ID"}}"#
    )
}

#[test]
fn what_stix_says_is_taken_and_the_rest_is_told() {
    let links = [
        link(1, "remediates", "course-of-action", "vulnerability"),
        link(2, "has", "software", "vulnerability"),
        link(3, "targets", "malware", "vulnerability"),
    ];
    let converted = converted(
        &[VULNERABILITY, SOFTWARE, ACTION, &links.join(","), r#"{"type":"malware","id":"malware--ID"}"#].join(","),
    );
    let document = converted.advisory.document().unwrap();
    assert_eq!(document.check(), []);
    let one = &converted.advisory.vulnerabilities[0];
    assert_eq!((one.cve.as_deref(), one.title.as_deref()), (Some("CVE-2026-0001"), Some("Router")));
    assert_eq!(one.ids, [("jvn".to_owned(), "JVN#1".to_owned())]);
    let product = "software--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".to_owned();
    assert_eq!(one.status, [(ProductStatus::KnownAffected, product.clone())]);
    assert_eq!(
        (one.remediations[0].details.as_str(), &one.remediations[0].products),
        ("Update\n\nTo 1.1.", &vec![product])
    );
    assert_eq!(converted.advisory.tlp, Some(Tlp::Amber));
    assert_eq!(
        left(&converted),
        [
            (0, "external_references", "no-place"),
            (0, "labels", "no-place"),
            (1, "languages", "no-place"),
            (3, "relationship_type", "inexact"),
            (5, "", "no-place"),
            (6, "", "no-place"),
        ]
    );
}

#[test]
fn what_leads_nowhere_is_told() {
    let revoked = VULNERABILITY.replace("\"labels\"", "\"revoked\":true,\"labels\"");
    let found = converted(&[&revoked, SOFTWARE, ACTION, &link(1, "has", "software", "vulnerability")].join(","));
    assert_eq!(left(&found), [(0, "", "revoked"), (1, "languages", "no-place"), (2, "", "no-end"), (3, "", "no-end")]);
    let found =
        converted(&[VULNERABILITY, ACTION, &link(1, "mitigates", "course-of-action", "vulnerability")].join(","));
    let one = &found.advisory.vulnerabilities[0];
    assert_eq!(
        (one.remediations.len(), one.notes[1].title.as_deref()),
        (0, Some("Update")),
        "no product, so no remediation"
    );
    let newer =
        VULNERABILITY.replace("\"modified\":\"2026-11-20", "\"modified\":\"2026-11-21").replace("Router", "Router 2");
    let found = converted(&[VULNERABILITY, &newer].join(","));
    assert_eq!(
        (found.advisory.vulnerabilities.len(), found.advisory.vulnerabilities[0].title.as_deref()),
        (1, Some("Router 2"))
    );
    assert_eq!(left(&found)[0], (0, "", "older"));
    let strict = VULNERABILITY.replace("f88d31f6-486f-44da-b317-01333bde0b82", "939a9414-2ddd-4d32-a0cd-375ea402b003");
    assert_eq!(converted(&strict).advisory.document(), Err(Refusal::AmberStrict));
}
