//! What an office tells whoever watches it: numbers for a token of their scope, and one line a request.

use serde_json::Value;

use crate::desk::{Desk, text};
use crate::feed::log;
use crate::served::{PASSWORD, Served};

fn served() -> (Served, std::path::PathBuf) {
    let desk = Desk::new(None);
    desk.open();
    let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
    desk.ok(&["ingest", text(&feed)]);
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    desk.ok(&["campaign", "send", &campaign]);
    let told = desk.folder.path().join("served.log");
    let file = std::fs::File::create(&told).unwrap();
    (Served::serve(desk, &["--log-format", "json"], file.into()), told)
}

/// The value of a line of metrics.
fn value(metrics: &str, line: &str) -> f64 {
    let found = metrics.lines().find_map(|row| row.strip_prefix(line)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("no `{line}` in {metrics}")).parse().unwrap()
}

#[test]
fn the_numbers_are_there_for_a_token_that_may_see_nothing_else() {
    let (served, _) = served();
    served.invite("watcher", "auditor", None);
    let token = served.token("watcher", "watch");
    assert_eq!(served.get("/metrics", "").status, 401);
    assert_eq!(served.get("/healthz", "").status, 200);
    assert_eq!(served.get("/readyz", "").body, "ready\n");
    assert_eq!(served.get("/no/such/path", "").status, 404);
    served.desk.ok(&["backup", text(&served.desk.folder.path().join("backup"))]);
    let entries = served.desk.ok(&["audit", "verify"])["entries"].as_f64().unwrap();
    let got = served.api("GET", "/metrics", &token, None);
    assert_eq!((got.status, got.kind.as_str()), (200, "application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let metrics = got.body;
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    let asked = "renkei_http_requests_total{route=\"/healthz\",method=\"GET\",status=\"200\"}";
    assert!((value(&metrics, asked) - 1.0).abs() < f64::EPSILON);
    assert!(value(&metrics, "renkei_http_requests_total{route=\"none\",method=\"GET\",status=\"404\"}") >= 1.0);
    assert!(value(&metrics, "renkei_http_request_duration_seconds_count{route=\"/readyz\"}") >= 1.0);
    assert!((value(&metrics, "renkei_ledger_entries") - entries).abs() < f64::EPSILON, "{metrics}");
    assert!((value(&metrics, "renkei_letters{state=\"sent\"}") - 3.0).abs() < f64::EPSILON);
    assert!((value(&metrics, "renkei_letters{state=\"queued\"}")).abs() < f64::EPSILON);
    assert!(value(&metrics, "renkei_lake_version{table=\"observations\"}") >= 1.0);
    assert!(value(&metrics, "renkei_last_backup_timestamp_seconds") > 1.7e9);
    assert!(value(&metrics, "renkei_sessions") >= 0.0);
    assert!(value(&metrics, "renkei_gate_rulings_total{outcome=\"forbidden\"}") >= 0.0);

    // The token opens this and no other door, and no other seat's token opens this one.
    assert_eq!(served.api("GET", "/api/v1/ledger", &token, None).status, 403);
    assert_eq!(served.api("GET", "/api/v1/me", &token, None).status, 403);
    served.invite("looker", "analyst", None);
    assert_eq!(served.api("GET", "/metrics", &served.token("looker", "work"), None).status, 404);
    served.invite("isp-a-audit", "auditor", Some("isp-a"));
    assert_eq!(served.api("GET", "/metrics", &served.token("isp-a-audit", "work"), None).status, 404);
}

#[test]
fn each_request_is_one_line_and_no_secret_is_in_it() {
    let (served, told) = served();
    let person = served.seat("night-desk", "auditor", None);
    let session = person.cookies.split("renkei=").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let token = served.token("night-desk", "read");
    let link = served.invite("day-desk", "auditor", None);
    served.get(&link, "");
    let got = served.api("GET", "/api/v1/ledger?from=1&limit=7", &token, None);
    assert_eq!(got.status, 200, "{}", got.body);
    let id = got.headers.iter().find(|(name, _)| name == "x-request-id").unwrap().1.clone();
    served.get("/campaigns/path-mark?from=query-mark", &person.cookies);
    served.get("/nowhere/path-mark", "");

    let lines = std::fs::read_to_string(&told).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["target"] == "renkei_web::watch").collect();
    let of = |route: &str| requests.iter().find(|line| line["route"] == route).unwrap_or_else(|| panic!("{route}"));
    let line = of("/api/v1/ledger");
    assert_eq!((&line["request"], &line["status"], &line["seat"]), (&id.into(), &200.into(), &"night-desk".into()));
    assert!(line["duration_ms"].is_u64() && line["method"] == "GET" && line["timestamp"].is_string(), "{line}");
    assert_eq!(of("/campaigns/{campaign}")["seat"], "night-desk");
    assert_eq!((&of("/invitation/{link}")["seat"], &of("none")["status"]), (&"-".into(), &404.into()));
    let all = lines.iter().map(ToString::to_string).collect::<String>();
    let secret = link.rsplit('/').next().unwrap();
    for kept_out in [PASSWORD, &session, &token, secret, &person.totp, "path-mark", "query-mark"] {
        assert!(!all.contains(kept_out), "`{kept_out}` is in the log");
    }
}
