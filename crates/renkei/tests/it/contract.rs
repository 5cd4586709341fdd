//! The API as strangers use it: the lines of its page, and a tester that reads only its document.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::desk::{Desk, text};
use crate::feed::log;
use crate::served::{Served, between};

/// A provider's part, as docs/api.md shows it, run as it stands there.
#[test]
fn the_twenty_lines_of_the_page_do_a_providers_part() {
    let served = Served::open(None);
    let campaign = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    served.invite("isp-a-bot", "answerer", Some("isp-a"));
    let token = served.token("isp-a-bot", "answer");
    let page = include_str!("../../../../docs/api.md");
    let script = between(page, "```sh\n", "```");
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder.path())
        .env("RENKEI_SITE", &served.site)
        .env("RENKEI_TOKEN", &token)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told} {}", String::from_utf8_lossy(&run.stdout));
    let list = served.desk.ok(&["campaign", "show", &campaign]);
    let row = list["list"].as_array().unwrap().iter().find(|row| row["party"] == "isp-a").unwrap();
    assert_eq!((row["state"].as_str(), &row["answered"]), (Some("answered"), &row["lines"]));
}

/// Schemathesis asks what the document allows, and much that it does not: nothing fails, and every
/// answer is one that the document has. It asks twice: for things that it makes up, and for things that
/// are there.
#[test]
fn a_tester_that_reads_only_the_document_finds_nothing() {
    let desk = Desk::new(None);
    desk.open();
    let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
    desk.ok(&["ingest", text(&feed)]);
    // What is tested is the answers, not how often one may ask.
    let served = Served::serve(desk, &["--rate", "100000"], Stdio::inherit());
    let campaign = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    let shown = served.desk.ok(&["campaign", "show", &campaign]);
    let request = shown["list"][0]["request"].as_str().unwrap();
    served.invite("all-desk", "drafter,analyst,answerer,auditor,keeper", None);
    let token = served.token("all-desk", "work");
    served.invite("isp-a-desk", "answerer", Some("isp-a"));
    let typed = serde_json::json!({ "needs": "x", "does": "y" });
    let offer = served.api("POST", "/api/v1/offers", &served.token("isp-a-desk", "work"), Some(&typed)).body;
    let offer = between(&offer, "\"offer\":\"", "\"");
    let folder = tempfile::tempdir().unwrap();
    let there = format!(
        "[parameters]\n\"path.request\" = \"{request}\"\n\"path.campaign\" = \"{campaign}\"\n\"path.party\" = \"isp-a\"\n\"path.offer\" = \"{offer}\"\n"
    );
    std::fs::write(folder.path().join("there.toml"), there).unwrap();
    test(&served, &token, folder.path(), &[], &["--max-examples", "15"]);
    let told = test(
        &served,
        &token,
        folder.path(),
        &["--config-file", "there.toml"],
        &["--max-examples", "15", "--include-path-regex", "(request|campaign|party|offer)\\}"],
    );
    // What it asked for was there: it was shown, not only refused.
    let metrics = served.api("GET", "/metrics", &token, None).body;
    for route in
        ["requests/{request}", "requests/{request}/rows", "campaigns/{campaign}", "parties/{party}", "offers/{offer}"]
    {
        let line = format!("renkei_http_requests_total{{route=\"/api/v1/{route}\",method=\"GET\",status=\"200\"}}");
        assert!(metrics.contains(&line), "{route}: {metrics} {told}");
    }
}

fn test(served: &Served, token: &str, folder: &std::path::Path, before: &[&str], more: &[&str]) -> String {
    let python = std::env::var("RENKEI_PYTHON").expect("RENKEI_PYTHON: run ./test, it prepares the Python packages");
    let tester = std::path::Path::new(&python).with_file_name("schemathesis");
    let run = Command::new(tester)
        .current_dir(folder)
        .args(before)
        .args(["run", &format!("{}/api/v1/openapi.json", served.site)])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ])
        .args(["--phases", "examples,coverage,fuzzing", "--seed", "20261122", "--workers", "1"])
        .args(more)
        .output()
        .unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{told}");
    told
}

/// The document is kept: a change of the API is seen as what it is.
#[test]
fn the_document_is_the_one_that_is_kept() {
    let served = Served::open(None);
    let document: Value = serde_json::from_str(&served.get("/api/v1/openapi.json", "").body).unwrap();
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    expect_test::expect_file!["../../../../docs/openapi.json"].assert_eq(&text);
}
