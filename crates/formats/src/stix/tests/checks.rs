//! Findings: one wrong thing, one code, one place.

use crate::stix::{Bundle, Code, Weight, check};

const ID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const COMMON: &str = r#""spec_version":"2.1","created":"2026-11-20T00:00:00Z","modified":"2026-11-20T00:00:00Z""#;

/// Codes and places of a bundle of these objects.
fn of(objects: &str) -> Vec<(&'static str, String)> {
    let text = format!(r#"{{"type":"bundle","id":"bundle--{ID}","objects":[{objects}]}}"#).replace("ID", ID);
    let bundle = Bundle::read(text.as_bytes(), 1 << 20).unwrap();
    assert_eq!(bundle.write(), crate::tree::write(&crate::tree::read(text.as_bytes(), 1 << 20).unwrap()));
    check(&bundle).into_iter().map(|finding| (finding.code.as_str(), finding.path)).collect()
}

/// The same of one domain object.
fn thing(kind: &str, rest: &str) -> Vec<(&'static str, String)> {
    of(&format!(r#"{{"type":"{kind}","id":"{kind}--ID",{COMMON},{rest}}}"#))
}

/// The same of one observable.
fn seen(kind: &str, rest: &str) -> Vec<(&'static str, String)> {
    of(&format!(r#"{{"type":"{kind}","id":"{kind}--ID",{rest}}}"#))
}

fn one(code: &'static str, path: &str) -> Vec<(&'static str, String)> {
    vec![(code, path.to_owned())]
}

#[test]
fn sound_objects_have_no_findings() {
    for (kind, rest) in [
        ("attack-pattern", r#""name":"x","kill_chain_phases":[{"kill_chain_name":"a","phase_name":"b"}]"#),
        ("malware", r#""is_family":false"#),
        ("location", r#""country":"JP""#),
        ("relationship", r#""relationship_type":"uses","source_ref":"malware--ID","target_ref":"x-own--ID""#),
        ("sighting", r#""sighting_of_ref":"indicator--ID","count":3"#),
        ("opinion", r#""opinion":"agree","object_refs":["note--ID"]"#),
        ("indicator", r#""pattern":"rule x","pattern_type":"yara","valid_from":"2026-11-20T00:00:00Z","lang":"ja""#),
    ] {
        assert_eq!(thing(kind, rest), [], "{kind}");
    }
    for (kind, rest) in [
        ("ipv4-addr", r#""value":"198.18.0.1","defanged":true"#),
        ("file", r#""hashes":{"MD5":"00000000000000000000000000000000"}"#),
        ("file", r#""name":"x","extensions":{"ntfs-ext":{"sid":"1"}}"#),
        ("process", r#""pid":1"#),
        ("network-traffic", r#""src_ref":"ipv4-addr--ID","protocols":["tcp"],"dst_port":65535"#),
    ] {
        assert_eq!(seen(kind, rest), [], "{kind}");
    }
}

#[test]
fn who_an_object_is_must_be_sound() {
    assert_eq!(of("1"), one("X001", ""));
    assert_eq!(of(r#"{"id":"malware--ID"}"#), one("X002", "type"));
    assert_eq!(of(r#"{"type":"Mal","id":"malware--ID"}"#), one("X002", "type"));
    assert_eq!(of(r#"{"type":"malware"}"#), one("X003", "id"));
    assert_eq!(of(r#"{"type":"malware","id":"malware--1"}"#), one("X003", "id"));
    assert_eq!(of(r#"{"type":"malware","id":"tool--ID"}"#), one("X004", "id"));
    let odd = r#"{"type":"mutex","id":"mutex--aaabbbcc-cddd-eeef-fff6-be2d65defabc","name":"x"}"#;
    assert_eq!(of(odd), one("X007", "id"));
    for code in [Code::NoObject, Code::NoType, Code::BadId, Code::OtherType] {
        assert_eq!(code.weight(), Weight::Refused);
    }
    let bundle = Bundle::read(br#"{"type":"bundle","id":"x","objects":[]}"#, 99).unwrap();
    assert_eq!(check(&bundle)[0].code, Code::BadId);
}

#[test]
fn versions_are_told_apart() {
    let older = r#"{"type":"indicator","id":"indicator--ID","created":"2026-11-20T00:00:00Z",
        "modified":"2026-11-20T00:00:00Z","labels":["x"],"pattern":"[a:b = 1]","valid_from":"2026-11-20T00:00:00Z"}"#;
    assert_eq!(of(older), one("X011", "spec_version"));
    let newer = older.replace("\"type\"", "\"spec_version\":\"2.2\",\"type\"");
    assert_eq!(of(&newer), [("X010", "spec_version".to_owned()), ("X020", "pattern_type".to_owned())]);
    assert_eq!(of(&format!(r#"{{"type":"x-own","id":"x-own--ID",{COMMON}}}"#)), one("X012", "type"));
}

#[test]
fn the_same_version_twice_is_told() {
    let tool = |name: &str| format!(r#"{{"type":"tool","id":"tool--ID",{COMMON},"name":"{name}"}}"#);
    assert_eq!(of(&[tool("a"), tool("a")].join(",")), one("X006", ""));
    assert_eq!(of(&[tool("a"), tool("b")].join(",")), one("X005", ""));
    let precise =
        tool("b").replace("\"modified\":\"2026-11-20T00:00:00Z\"", "\"modified\":\"2026-11-20T00:00:00.000Z\"");
    assert_eq!(of(&[tool("a"), precise].join(",")), one("X005", ""));
    let later = tool("b").replace("\"modified\":\"2026-11-20T00:00:00Z\"", "\"modified\":\"2026-11-20T00:00:00.1Z\"");
    assert_eq!(of(&[tool("a"), later].join(",")), []);
}

#[test]
fn each_property_has_its_shape() {
    for (rest, code, path) in [
        (r#""x":1"#, "X020", "name"),
        (r#""name":1"#, "X021", "name"),
        (r#""name":null"#, "X021", "name"),
        (r#""name":"x","aliases":"x""#, "X021", "aliases"),
        (r#""name":"x","aliases":[]"#, "X022", "aliases"),
        (r#""name":"x","aliases":["x",{}]"#, "X021", "aliases.[1]"),
        (r#""name":"x","first_seen":"yesterday""#, "X023", "first_seen"),
        (r#""name":"x","first_seen":"2026-11-20T00:00:00+09:00""#, "X024", "first_seen"),
        (r#""name":"x","confidence":101"#, "X027", "confidence"),
        (r#""name":"x","confidence":1.0"#, "X021", "confidence"),
        (r#""name":"x","Name":1"#, "X029", "Name"),
        (r#""name":"x","山":1"#, "X029", "?"),
        (r#""name":"x","primary_motivation":"hunger""#, "X031", "primary_motivation"),
        (r#""name":"x","created_by_ref":"who""#, "X032", "created_by_ref"),
        (r#""name":"x","created_by_ref":"tool--ID""#, "X033", "created_by_ref"),
        (r#""name":"x","external_references":[{"source_name":"a"}]"#, "X042", "external_references.[0]"),
        (r#""name":"x","external_references":[{"url":"a"}]"#, "X020", "external_references.[0].source_name"),
        (
            r#""name":"x","granular_markings":[{"lang":"ja","selectors":["name","goals.[0]"]}]"#,
            "X034",
            "granular_markings.[0].selectors.[1]",
        ),
        (r#""name":"x","extensions":{"a":1}"#, "X035", "extensions.a"),
        (r#""name":"x","extensions":{"a":{"b":1}}"#, "X036", "extensions.a"),
        (r#""name":"x","first_seen":"2026-11-20T00:00:01Z","last_seen":"2026-11-20T00:00:00Z""#, "X040", "last_seen"),
    ] {
        assert_eq!(thing("threat-actor", rest), one(code, path), "{rest}");
    }
}

#[test]
fn observables_have_theirs() {
    for (kind, rest, code, path) in [
        ("file", r#""name":"x","magic_number_hex":"abc""#, "X025", "magic_number_hex"),
        ("artifact", r#""payload_bin":"a""#, "X026", "payload_bin"),
        ("artifact", r#""url":"https://host.example/""#, "X044", "url"),
        ("artifact", r#""mime_type":"a/b""#, "X042", ""),
        ("file", r#""hashes":{"SHA-256":"00"}"#, "X028", "hashes.SHA-256"),
        ("file", r#""hashes":{"CRC":"00"}"#, "X031", "hashes.CRC"),
        ("file", r#""size":1"#, "X042", ""),
        (
            "file",
            r#""name":"x","extensions":{"archive-ext":{"comment":"x"}}"#,
            "X020",
            "extensions.archive-ext.contains_refs",
        ),
        ("email-message", r#""is_multipart":true,"body":"x""#, "X043", "body"),
        ("process", r#""defanged":true"#, "X042", ""),
        ("artifact", r#""payload_bin":"aGk=","encryption_algorithm":"rot13""#, "X030", "encryption_algorithm"),
        ("ipv4-addr", r#""value":"198.18.0.1","resolves_to_refs":["url--ID"]"#, "X033", "resolves_to_refs.[0]"),
        ("network-traffic", r#""src_ref":"ipv4-addr--ID","protocols":["tcp"],"dst_port":65536"#, "X027", "dst_port"),
    ] {
        assert_eq!(seen(kind, rest), one(code, path), "{kind} {rest}");
    }
    let other = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.18.0.1"}"#;
    assert_eq!(of(other), one("X050", "id"));
}

#[test]
fn properties_fit_each_other() {
    for (kind, rest, code, path) in [
        ("malware", r#""is_family":true"#, "X044", "is_family"),
        ("location", r#""latitude":1.5,"longitude":2,"precision":3"#, "", ""),
        ("location", r#""latitude":1.5"#, "X044", "latitude"),
        ("location", r#""name":"x""#, "X042", ""),
        ("malware-analysis", r#""product":"x""#, "X042", ""),
        (
            "indicator",
            r#""pattern":"[a:b","pattern_type":"stix","valid_from":"2026-11-20T00:00:00Z""#,
            "X060",
            "pattern",
        ),
        (
            "indicator",
            r#""pattern":"x","pattern_type":"yara","valid_from":"2026-11-20T00:00:00Z","valid_until":"2026-11-20T00:00:00.0Z""#,
            "X040",
            "valid_until",
        ),
        (
            "relationship",
            r#""relationship_type":"uses","source_ref":"relationship--ID","target_ref":"malware--ID""#,
            "X033",
            "source_ref",
        ),
        ("opinion", r#""opinion":"perhaps","object_refs":["note--ID"]"#, "X030", "opinion"),
        ("sighting", r#""sighting_of_ref":"ipv4-addr--ID""#, "X033", "sighting_of_ref"),
    ] {
        let want = if code.is_empty() { vec![] } else { one(code, path) };
        assert_eq!(thing(kind, rest), want, "{kind} {rest}");
    }
    let older = format!(r#"{{"type":"tool","id":"tool--ID",{COMMON},"name":"x"}}"#)
        .replace("\"created\":\"2026-11-20T00:00:00Z\"", "\"created\":\"2026-11-21T00:00:00Z\"");
    assert_eq!(of(&older), one("X041", "modified"));
}

#[test]
fn findings_are_bounded() {
    let many = vec!["1"; 20_000].join(",");
    let found = of(&many);
    assert_eq!(found.len(), crate::stix::check::MOST_FINDINGS);
    assert_eq!(found.last().unwrap().0, "X099");
}
