//! Tests of the reports: the vendored schemas take them, and our profile refuses what it must.

use std::fs;
use std::path::Path;

use jsonschema::{Draft, Resource, Validator};
use serde_json::{Value, json};

use super::super::csv::tests::sample;
use super::*;

fn office() -> Contact {
    Contact { org: "Office".into(), contact: "desk@office.example".into(), domain: "office.example".into() }
}

fn reports(lines: &[Line]) -> Vec<Value> {
    let office = office();
    let zone = "Asia/Tokyo".parse().unwrap();
    let context = Context {
        reporter: &office,
        sender: &office,
        request: RequestId::from_bits(1),
        campaign: CampaignId::from_bits(2),
        zone: &zone,
    };
    let file = String::from_utf8(write(lines, &context)).unwrap();
    assert_eq!(file.as_bytes(), write(lines, &context));
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The master schema; every reference is answered from the vendored folder.
fn schema() -> Validator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../third_party/xarf");
    let load = |path: &Path| -> Value { serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap() };
    let types = fs::read_dir(folder.join("types")).unwrap().map(|entry| entry.unwrap().path());
    let mut options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    for path in types.chain([folder.join("xarf-core.json")]) {
        let json = load(&path);
        let id = json["$id"].as_str().unwrap().to_string();
        // References go by file name, which in some files differs from the id.
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        let resource = Resource::from_contents(json).unwrap();
        options = options
            .with_resource(format!("https://xarf.org/schemas/v4/{name}"), resource.clone())
            .with_resource(id, resource);
    }
    options.build(&load(&folder.join("xarf-v4-master.json"))).unwrap()
}

fn taken(report: &Value) -> bool {
    read(report.to_string().as_bytes()).is_ok()
}

#[test]
fn the_schemas_take_every_report() {
    let schema = schema();
    let mut lines: Vec<Line> = (1..20).map(sample).collect();
    lines.extend((1..5).map(|number| {
        let mut again = sample(number);
        again.key.hi += 1;
        again.observed_at.0 += 60_000_000;
        again.src_port = if number % 2 == 0 { None } else { Some(50_000) };
        again
    }));
    let mut bare = sample(99);
    (bare.protocol, bare.family, bare.infection, bare.dst_ip) =
        (Some("gre".into()), Some("=Ünknown 家族".into()), None, None);
    bare.src_ip = "2001:db8::99".parse().unwrap();
    lines.push(bare);
    let site = |number, url: &str, evidence: &str| Line {
        device_key: format!("site:{number}.example"),
        site: Some(Site { host: format!("{number}.example"), url: url.into(), evidence: evidence.into() }),
        ..sample(number)
    };
    lines.push(site(101, "http://101.example/header.php", "redirect_target: http://kit.example/"));
    lines.push(site(102, "", "tool: uploader; logging: off"));
    let reports = reports(&lines);
    assert_eq!(reports.len(), 22);
    assert_eq!(reports[20]["type"], "remote_compromise");
    assert_eq!(reports[20]["compromise_type"], "malicious_redirect");
    assert_eq!(reports[21]["type"], "compromised_server");
    for report in &reports {
        let errors: Vec<String> =
            schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path)).collect();
        assert!(errors.is_empty(), "{errors:?}\n{report:#}");
        read(report.to_string().as_bytes()).unwrap();
    }
    assert_eq!(reports[19]["type"], "botnet");
    assert_eq!(reports[18]["type"], "infected_host");
}

#[test]
fn the_schema_itself_refuses_a_broken_report() {
    let schema = schema();
    let mut report = reports(&[sample(1)]).remove(0);
    assert!(schema.is_valid(&report));
    for (field, value) in [
        ("category", json!("botnets")),
        ("report_id", json!("x")),
        ("source_port", json!(0)),
        ("bot_type", Value::Null),
    ] {
        let kept = report[field].take();
        report[field] = value;
        assert!(!schema.is_valid(&report), "{field}");
        report[field] = kept;
    }
}

#[test]
fn a_report_is_this_text() {
    let report = reports(&[sample(1)]).remove(0);
    expect_test::expect![[r#"
        {
          "xarf_version": "4.2.0",
          "report_id": "REPORT-ID",
          "timestamp": "2026-11-22T01:09:09.123000Z",
          "reporter": {
            "org": "Office",
            "contact": "desk@office.example",
            "domain": "office.example"
          },
          "sender": {
            "org": "Office",
            "contact": "desk@office.example",
            "domain": "office.example"
          },
          "source_identifier": "198.18.0.1",
          "source_port": 40000,
          "category": "connection",
          "type": "infected_host",
          "evidence_source": "shadowserver/event4_sinkhole",
          "destination_ip": "198.19.255.1",
          "destination_port": 443,
          "protocol": "tcp",
          "bot_type": "malicious",
          "bot_name": "vawtrak",
          "first_seen": "2026-11-22T01:09:09.123000Z",
          "last_seen": "2026-11-22T01:09:09.123000Z",
          "tags": [
            "line:00000000000000070000000000000001",
            "request:req-00000000000000000000000001",
            "campaign:cmp-00000000000000000000000002",
            "malware:vawtrak"
          ]
        }"#]]
    .assert_eq(&format!("{report:#}").replace(report["report_id"].as_str().unwrap(), "REPORT-ID"));
}

#[test]
fn one_device_is_one_report_with_all_its_lines() {
    let (first, mut later, mut last) = (sample(1), sample(1), sample(1));
    later.key.lo = 900;
    later.observed_at.0 += 60_000_000;
    last.key.lo = 901;
    last.observed_at.0 += 90_000_000;
    last.src_port = None;
    let lines = [first, last, later.clone()];
    let reports = reports(&lines);
    assert_eq!(reports.len(), 1);
    let report = read(reports[0].to_string().as_bytes()).unwrap();
    assert_eq!(report.line, later.key, "the latest line with a source port is told");
    assert_eq!(report.source_port, Some(40_000));
    assert_eq!(reports[0]["first_seen"], "2026-11-22T01:09:09.123000Z");
    assert_eq!(reports[0]["last_seen"], "2026-11-22T01:10:39.123000Z");
    assert_eq!(csv::read(&report.sheet.unwrap()).unwrap(), lines);
}

#[test]
fn ids_are_those_of_request_and_line() {
    let id = |request, lo| report_id(RequestId::from_bits(request), LineKey { hi: 0, lo });
    assert_eq!(id(1, 1), id(1, 1));
    assert_ne!(id(1, 1), id(2, 1));
    assert_ne!(id(1, 1), id(1, 2));
    assert_eq!(id(1, 1).get_version_num(), 5);
}

#[test]
fn the_profile_refuses_what_the_schemas_let_pass() {
    let schema = schema();
    let mut lines = [sample(1), sample(1)];
    lines[1].key.lo = 900;
    let good = reports(&lines).remove(0);
    assert!(taken(&good));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut report = good.clone();
        change(&mut report);
        report
    };
    let image = with(&|report| report["evidence"][0]["content_type"] = json!("image/jpeg"));
    let unknown = with(&|report| report["subscriber_name"] = json!("x"));
    let internal = with(&|report| report["_internal"] = json!({"ticket": "1"}));
    let random_id = with(&|report| report["report_id"] = json!("550e8400-e29b-41d4-a716-446655440000"));
    let swapped = with(&|report| report["evidence"][0]["payload"] = json!("YWJj"));
    let no_line = with(&|report| report["tags"] = json!(["campaign:x"]));
    for (name, report) in [
        ("image", image),
        ("unknown", unknown),
        ("internal", internal),
        ("random id", random_id),
        ("payload", swapped),
        ("line", no_line),
    ] {
        assert!(schema.is_valid(&report), "the schemas let pass: {name}");
        assert!(!taken(&report), "the profile lets pass: {name}");
    }
    let error =
        read(with(&|report| report["evidence"][0]["content_type"] = json!("image/jpeg")).to_string().as_bytes());
    assert_eq!(
        error.unwrap_err().to_string(),
        "the report carries evidence of type `image/jpeg`: only text/csv is taken"
    );
}

/// Prints how fast files of a campaign are written; nothing is asserted of the time.
#[test]
fn a_hundred_thousand_lines_to_fifty_parties() {
    let lines: Vec<Line> = (0..100_000).map(|number| sample(number % 65_536)).collect();
    let zone = "Asia/Tokyo".parse().unwrap();
    let office = office();
    let begin = std::time::Instant::now();
    let (mut sheets, mut files) = (0, 0);
    for (party, lines) in lines.chunks(2_000).enumerate() {
        let request = RequestId::from_bits(party as u128);
        let context =
            Context { reporter: &office, sender: &office, request, campaign: CampaignId::from_bits(2), zone: &zone };
        sheets += csv::write(lines, &zone).len();
        files += write(lines, &context).len();
    }
    let took = begin.elapsed().as_millis();
    println!("100,000 lines to 50 parties: {sheets} bytes of sheets and {files} bytes of reports in {took} ms");
}
