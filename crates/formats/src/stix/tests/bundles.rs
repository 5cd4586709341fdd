//! Bundles and views.

use crate::stix::bundle::ReadError;
use crate::stix::{Bundle, Form, SpecVersion, build, view};
use crate::tree::Fault;
use renkei_core::time::Moment;

const ID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

fn read(text: &str) -> Result<Bundle, ReadError> {
    Bundle::read(text.as_bytes(), 1 << 20)
}

#[test]
fn every_cover_is_known() {
    for (text, form, count) in [
        (r#"{"type":"bundle","id":"bundle--x","objects":[{},1]}"#, Form::Bundle, 2),
        (r#"{"type":"bundle","id":"bundle--x"}"#, Form::Bundle, 0),
        (r#"{"more":true,"objects":[{}]}"#, Form::Envelope, 1),
        ("{}", Form::Envelope, 0),
        (r#"{"type":"observed-data","objects":{"0":{}}}"#, Form::Single, 1),
        (r#"{"type":"x-new","objects":[1,2]}"#, Form::Single, 1),
    ] {
        let bundle = read(text).unwrap();
        assert_eq!((bundle.form(), bundle.len()), (form, count), "{text}");
        assert_eq!(bundle.write(), text);
        assert_eq!(bundle.objects().count(), bundle.clone().into_objects().len());
    }
    assert_eq!(read("[]"), Err(ReadError::Root));
    assert_eq!(read(r#"{"objects":{}}"#), Err(ReadError::NoObjects));
    assert_eq!(read(r#"{"type":"bundle","objects":"x"}"#), Err(ReadError::NoObjects));
    assert_eq!(read("{"), Err(ReadError::Fault(Fault::IllFormed(1))));
}

#[test]
fn views_show_what_the_hub_uses() {
    let text = format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{ID}","created":"2026-11-20T00:00:00.000Z",
        "modified":"2026-11-21T00:00:00.000Z","revoked":true,"confidence":85,"labels":["a","𠮷"],
        "created_by_ref":"identity--{ID}","object_marking_refs":["marking-definition--{ID}"],
        "external_references":[{{"source_name":"cve","external_id":"CVE-2026-0001"}}],
        "kill_chain_phases":[{{"kill_chain_name":"lockheed","phase_name":"delivery"}}],
        "pattern":"[ipv4-addr:value = '198.18.0.1']","pattern_type":"stix","valid_from":"2026-11-20T00:00:00Z",
        "extensions":{{"x":{{"deep_ref":"file--{ID}"}}}}}}"#
    );
    let bundle = read(&text).unwrap();
    let object = bundle.objects().next().unwrap();
    assert_eq!(
        (object.spec_version(), object.is_revoked(), object.confidence()),
        (Some(SpecVersion::V21), true, Some(85))
    );
    assert_eq!(object.version().unwrap().as_str(), "2026-11-21T00:00:00.000Z");
    assert_eq!(object.labels().collect::<Vec<_>>(), ["a", "𠮷"]);
    assert_eq!(object.external_references().next().unwrap().id, Some("CVE-2026-0001"));
    assert_eq!(object.kill_chain_phases().next().unwrap().phase, "delivery");
    let kinds: Vec<_> = object.all_references().iter().map(|id| id.kind().to_owned()).collect();
    assert_eq!(kinds, ["identity", "marking-definition", "file"]);
    let indicator = view::Indicator::of(object).unwrap();
    assert_eq!((indicator.language, indicator.valid_until), ("stix", None));
    assert_eq!(view::Malware::of(object), None);
}

#[test]
fn what_is_built_has_no_findings() {
    let at = Moment(1_795_000_000_123_000);
    assert_eq!(build::timestamp(at), "2026-11-18T11:06:40.123Z");
    assert_eq!(build::timestamp(Moment(1)), "1970-01-01T00:00:00.000001Z");
    let seen = build::observable("ipv4-addr", &crate::tree::Object::new().with("value", "198.18.0.1")).unwrap();
    let indicator = build::thing(&format!("indicator--{ID}").parse().unwrap(), at, at)
        .with("pattern", "[ipv4-addr:value = '198.18.0.1']")
        .with("pattern_type", "stix")
        .with("valid_from", build::timestamp(at));
    let bound = build::relationship(
        &format!("relationship--{ID}").parse().unwrap(),
        at,
        &format!("indicator--{ID}").parse().unwrap(),
        "based-on",
        &seen.text("id").unwrap().parse().unwrap(),
    );
    let definition = crate::stix::marking::Tlp::Amber.definition();
    let bundle = Bundle::new(&format!("bundle--{ID}").parse().unwrap(), vec![seen, indicator, bound, definition]);
    assert_eq!(crate::stix::check(&bundle), []);
    assert_eq!(read(&bundle.write()).unwrap(), bundle);
}
