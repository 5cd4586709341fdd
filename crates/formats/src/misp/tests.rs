//! Events: kept whole, turned into STIX and back.

use super::condition::{Distribution, conditions};
use super::{Code, Event, File, from_stix, to_stix};
use crate::stix::marking::{Pap, Tlp};
use crate::stix::{Bundle, Weight, check};
use crate::tree::{Object, Value, read};

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

fn attribute(place: usize, kind: &str, value: &str, is_sought: bool) -> String {
    let value = crate::tree::write(&value.into());
    format!(
        r#"{{"uuid":"8e2e2d2b-17d4-4cbf-938f-{place:012}","type":"{kind}","category":"Other","to_ids":{is_sought},
        "timestamp":"1700000000","comment":"𠮷","value":{value},"odd":1.0}}"#
    )
}

fn event(attributes: &[String], rest: &str) -> Object {
    let text = format!(
        r#"{{"info":"例","uuid":"{UUID}","timestamp":"1700000000","distribution":"1","threat_level_id":2.0,
        "Orgc":{{"name":"CSIRT","uuid":"{UUID}"}},"Attribute":[{}]{rest}}}"#,
        attributes.join(",")
    );
    let Ok(Value::Object(tree)) = read(text.as_bytes(), 1 << 20) else { panic!("{text}") };
    tree
}

fn bundle(objects: Vec<Object>) -> Bundle {
    Bundle::new(&format!("bundle--{UUID}").parse().unwrap(), objects)
}

/// The event through STIX and back must be the same, and the STIX must be sound. Gives the bundle and codes.
fn there_and_back(event: &Object) -> (Bundle, Vec<(String, Code)>) {
    let converted = to_stix(Event::of(event)).unwrap();
    let bundle = bundle(converted.objects);
    let bad: Vec<_> = check(&bundle).into_iter().filter(|finding| finding.code.weight() != Weight::Note).collect();
    assert_eq!(bad, []);
    let read = Bundle::read(bundle.write().as_bytes(), 1 << 20).unwrap();
    let (back, lost) = from_stix(&read).unwrap();
    assert!(
        back == *event && lost.is_empty(),
        "{}\n{}",
        crate::tree::write_object(&back),
        crate::tree::write_object(event)
    );
    (bundle, converted.findings.into_iter().map(|finding| (finding.path, finding.code)).collect())
}

#[test]
fn each_type_has_its_counterpart() {
    let zeros = "0".repeat(64);
    for (kind, value, pattern) in [
        ("ip-dst", "198.18.0.1", "[ipv4-addr:value = '198.18.0.1']"),
        ("ip-src", "2001:db8::/32", "[ipv6-addr:value ISSUBSET '2001:db8::/32']"),
        (
            "ip-dst|port",
            "198.18.0.1|443",
            "[network-traffic:dst_ref.value = '198.18.0.1' AND network-traffic:dst_port = 443]",
        ),
        ("domain", "例え.example", "[domain-name:value = '例え.example']"),
        (
            "domain|ip",
            "a.example|198.18.0.1",
            "[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '198.18.0.1']",
        ),
        ("url", "https://a.example/?q='", "[url:value = 'https://a.example/?q=\\'']"),
        (
            "filename|sha256",
            &format!("a|b.exe|{zeros}"),
            &format!("[file:name = 'a|b.exe' AND file:hashes.'SHA-256' = '{zeros}']"),
        ),
        ("AS", "AS64496", "[autonomous-system:number = 64496]"),
        ("regkey", "HKLM\\Software\\x", "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\x']"),
        ("yara", "rule x { condition: true }", "rule x { condition: true }"),
    ] {
        let (bundle, findings) = there_and_back(&event(&[attribute(1, kind, value, true)], ""));
        let indicator = bundle.objects().find(|object| object.kind_name() == Some("indicator")).unwrap();
        assert_eq!((indicator.text("pattern"), findings.len()), (Some(pattern), 0), "{kind}");
        assert_eq!(indicator.id().unwrap().uuid().to_string(), "8e2e2d2b-17d4-4cbf-938f-000000000001");
    }
}

#[test]
fn what_is_not_looked_for_is_observed() {
    let (bundle, findings) = there_and_back(&event(
        &[
            attribute(1, "ip-src", "198.18.0.1", false),
            attribute(2, "ip-dst", "198.18.0.1", false),
            attribute(3, "filename|md5", &format!("x|{}", "0".repeat(32)), false),
            attribute(4, "vulnerability", "CVE-2026-0001", false),
        ],
        "",
    ));
    assert_eq!(findings, []);
    let count = |kind: &str| bundle.objects().filter(|object| object.kind_name() == Some(kind)).count();
    assert_eq!((count("ipv4-addr"), count("file"), count("observed-data"), count("vulnerability")), (1, 1, 3, 1));
}

#[test]
fn what_has_no_counterpart_stays_and_is_said() {
    let mut twice = attribute(5, "md5", &"0".repeat(32), true);
    twice = twice.replace("000000000005", "000000000004");
    let attributes = [
        attribute(1, "btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true),
        attribute(2, "ip-dst", "not an address", true),
        attribute(3, "domain|ip", "a.example|198.18.0.1", false),
        attribute(4, "md5", &"0".repeat(32), true),
        twice,
        r#"{"type":"domain","value":"a.example"}"#.to_owned(),
        r#"{"uuid":"8e2e2d2b-17d4-4cbf-938f-98ee46b3cd30","type":"domain","value":"a.example","deleted":true}"#
            .to_owned(),
        "7".to_owned(),
        attribute(8, "email-subject", "件名", false),
    ];
    let (_, findings) =
        there_and_back(&event(&attributes, r#","Galaxy":[{"name":"x"}],"ShadowAttribute":[{"type":"md5"}]"#));
    let want = [
        ("Attribute.[0]", Code::NoCounterpart),
        ("Attribute.[1]", Code::BadValue),
        ("Attribute.[2]", Code::NotSought),
        ("Attribute.[4]", Code::BadUuid),
        ("Attribute.[5]", Code::BadUuid),
        ("Attribute.[6]", Code::Deleted),
        ("Attribute.[8]", Code::NotSought),
        ("Galaxy", Code::Galaxy),
        ("ShadowAttribute", Code::Proposal),
    ];
    assert_eq!(findings, want.map(|(path, code)| (path.to_owned(), code)));
}

#[test]
fn objects_stay_whole_and_are_looked_for() {
    let object =
        format!(r#","Object":[{{"name":"file","Attribute":[{}]}}]"#, attribute(9, "md5", &"0".repeat(32), true));
    let (bundle, findings) = there_and_back(&event(&[], &object));
    assert_eq!(
        (bundle.objects().filter(|object| object.kind_name() == Some("indicator")).count(), findings.len()),
        (1, 0)
    );
    there_and_back(&event(&[], ""));
}

#[test]
fn conditions_are_read_and_marked() {
    let tags = r#","Tag":[{"name":"tlp:amber"},{"name":"TLP:RED"},{"name":"PAP:GREEN"},{"name":"type:OSINT"}]"#;
    let tree = event(&[attribute(1, "ip-dst", "198.18.0.1", true)], tags);
    let found = conditions(Event::of(&tree));
    assert_eq!(
        (found.tlp, found.pap, found.distribution),
        (Some(Tlp::Red), Some(Pap::Green), Some(Distribution::Community))
    );
    assert_eq!(found.findings[0].code, Code::TwoLevels);
    let (bundle, _) = there_and_back(&tree);
    let indicator = bundle.objects().find(|object| object.kind_name() == Some("indicator")).unwrap();
    let refs: Vec<_> = indicator.marking_refs().map(|id| id.to_string()).collect();
    assert_eq!(refs, [Tlp::Red.id(), Pap::Green.id()]);
    for (distribution, code) in
        [("2", Code::Hops), ("4", Code::Group), ("5", Code::NoDistribution), ("9", Code::NoDistribution)]
    {
        let tree = tree.clone().with("distribution", distribution).with("Tag", Value::List(vec![]));
        assert_eq!(conditions(Event::of(&tree)).findings.iter().map(|found| found.code).collect::<Vec<_>>(), [code]);
    }
    let group = Object::new().with("uuid", UUID).with("name", "G");
    let tree = tree.with("distribution", 4).with("SharingGroup", group);
    let Some(Distribution::Group(group)) = conditions(Event::of(&tree)).distribution else { panic!() };
    assert_eq!((group.name, group.organisations.len()), (Some("G"), 0));
    assert_eq!(Distribution::Group(group).tlp(), None);
}

#[test]
fn a_withdrawn_attribute_is_missed() {
    let tree = event(&[attribute(1, "ip-dst", "198.18.0.1", true), attribute(2, "md5", &"0".repeat(32), true)], "");
    let mut objects = to_stix(Event::of(&tree)).unwrap().objects;
    objects.retain(|object| object.text("id") != Some("indicator--8e2e2d2b-17d4-4cbf-938f-000000000001"));
    let (back, lost) = from_stix(&bundle(objects)).unwrap();
    assert_eq!((back.list("Attribute").len(), lost[0].code), (1, Code::Withdrawn));
}

#[test]
fn foreign_bundles_give_what_misp_can_say() {
    let common = r#""spec_version":"2.1","created":"2026-11-20T00:00:00Z","modified":"2026-11-20T00:00:00Z""#;
    let thing = |kind: &str, rest: &str| format!(r#"{{"type":"{kind}","id":"{kind}--{UUID}",{common},{rest}}}"#);
    let objects = [
        thing(
            "indicator",
            r#""pattern":"[ipv4-addr:value = '198.18.0.1']","pattern_type":"stix","valid_from":"2026-11-20T00:00:00Z""#,
        ),
        thing("malware", r#""is_family":true,"name":"x""#),
        thing(
            "vulnerability",
            r#""name":"x","external_references":[{"source_name":"cve","external_id":"CVE-2026-0001"}]"#,
        ),
        thing("file", r#""name":"x","hashes":{"SHA-256":"00"}"#),
        thing(
            "report",
            r#""name":"R","object_refs":["malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"],
            "object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]"#,
        ),
    ];
    let text = format!(r#"{{"objects":[{}]}}"#, objects.join(","));
    let (event, findings) = from_stix(&Bundle::read(text.as_bytes(), 1 << 20).unwrap()).unwrap();
    let of: Vec<_> = Event::of(&event).attributes().map(|one| (one.kind().unwrap(), one.value().unwrap())).collect();
    assert_eq!(of, [("ip-dst", "198.18.0.1"), ("vulnerability", "CVE-2026-0001"), ("sha256", "00"), ("filename", "x")]);
    assert_eq!((event.text("info"), Event::of(&event).tags().next()), (Some("R"), Some("tlp:red")));
    assert_eq!(
        findings.iter().map(|found| (found.path.as_str(), found.code)).collect::<Vec<_>>(),
        [("objects.[1]", Code::NoEventForm)]
    );
}

#[test]
fn events_come_under_several_covers() {
    for (text, count) in [
        (r#"{"Event":{"info":"x"}}"#, 1),
        (r#"{"response":[{"Event":{"info":"x"}},{"Event":{"info":"y"}}]}"#, 2),
        (r#"[{"info":"x","date":"2026-11-20"}]"#, 1),
    ] {
        let file = File::read(text.as_bytes(), 1 << 16).unwrap();
        assert_eq!((file.events().count(), file.write().as_str()), (count, text));
    }
    assert!(File::read(b"{}", 9).is_err());
}
