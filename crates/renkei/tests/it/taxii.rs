//! The TAXII door, asked by clients of others: a group's people find what was posted into it, and nobody else does.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::desk::text;
use crate::served::Served;

fn ask(served: &Served, seat: &str, token: &str) -> Value {
    let python = std::env::var("RENKEI_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/taxii.py");
    let asked = Command::new(python).args([script, &served.site, seat, token]).output().unwrap();
    let told = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert!(asked.status.success(), "{told}");
    serde_json::from_slice(&asked.stdout).unwrap()
}

#[test]
fn clients_of_others_find_what_was_posted_and_nobody_else_does() {
    let served = Served::open(None);
    let desk = &served.desk;
    for (seat, duty, party) in [
        ("isp-a-desk", "answerer", "isp-a"),
        ("isp-a-head", "approver", "isp-a"),
        ("isp-b-desk", "answerer", "isp-b"),
        ("isp-c-desk", "answerer", "isp-c"),
    ] {
        served.invite(seat, duty, Some(party));
    }
    let [a, b, c] = ["isp-a-desk", "isp-b-desk", "isp-c-desk"].map(|seat| served.token(seat, "read"));
    let group = desk.ok(&["group", "add", "不正送金"])["group"].as_str().unwrap().to_owned();
    for seat in ["isp-a-desk", "isp-a-head", "isp-b-desk"] {
        desk.ok(&["group", "join", &group, seat]);
    }
    let empty = ask(&served, "isp-b-desk", &b);
    assert_eq!(empty["collections"][0]["names"], json!([]));

    let stix = desk.write(
        "bundle.json",
        r#"{"type":"bundle","id":"bundle--0b0c2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[{"type":"malware","spec_version":"2.1","id":"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-06-01T00:00:00.000Z","modified":"2026-06-01T00:00:00.000Z","name":"VAWTRAK","is_family":true},{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-06-01T00:00:00.000Z","modified":"2026-06-01T00:00:00.000Z","name":"C2","indicator_types":["malicious-activity"],"pattern":"[domain-name:value = 'c2.evil.example']","pattern_type":"stix","valid_from":"2026-06-01T00:00:00Z"}]}"#,
    );
    let draft = |more: &[&str]| {
        let args =
            ["--seat", "isp-a-desk", "item", "draft", "--kind", "indicator", "--tlp", "amber", "--to-group", &group];
        let item = desk.ok(&[&args[..], more].concat())["item"].as_str().unwrap().to_owned();
        desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
        item
    };
    let given = draft(&["--title", "given", "--stix", text(&stix)]);
    let values = draft(&[
        "--title",
        "values",
        "--value",
        "198.18.7.7",
        "--value",
        "2001:db8::/48",
        "--value",
        "mule@evil.example",
    ]);

    let seen = ask(&served, "isp-b-desk", &b);
    assert_eq!(seen["collections"].as_array().unwrap().len(), 1);
    let one = &seen["collections"][0];
    assert_eq!((&one["title"], &one["can"]), (&json!("不正送金"), &json!([true, false])));
    assert_eq!(one["names"], json!(["VAWTRAK", "C2", "values", "values", "values"]));
    let patterns = [
        "[ipv4-addr:value = '198.18.7.7']",
        "[ipv6-addr:value ISSUBSET '2001:db8::/48']",
        "[email-addr:value = 'mule@evil.example']",
    ];
    assert_eq!(
        one["patterns"].as_array().unwrap().iter().filter(|it| patterns.iter().any(|pattern| *it == pattern)).count(),
        3
    );
    assert_eq!((&one["queried"], &one["more"], &one["rest"]), (&json!(4), &json!(true), &json!(4)));
    assert_eq!((&one["rising"], &one["by_id"], &one["post"]), (&json!(true), &json!(true), &json!(403)));
    assert_eq!(
        seen["unknown"],
        json!([401, "Basic realm=\"renkei\", charset=\"UTF-8\"", "application/taxii+json;version=2.1"])
    );
    assert_eq!((&seen["wrong"], &seen["none"]), (&json!(406), &json!(404)));
    // Its own organisation finds it too; who is in no group finds no collection.
    assert_eq!(ask(&served, "isp-a-desk", &a)["collections"][0]["names"].as_array().unwrap().len(), 5);
    assert_eq!(ask(&served, "isp-c-desk", &c)["listed"], 0);
    // Each item that was taken is told to its originator, once.
    let taken = desk.ok(&["--seat", "isp-a-desk", "item", "show", &given])["taken"].clone();
    assert_eq!(taken.as_array().unwrap().len(), 1);
    assert_eq!((&taken[0]["seat"], &taken[0]["door"]), (&json!("isp-b-desk"), &json!("taxii")));

    // A token for other things opens nothing; an item whose time ended hides no other.
    let feed = served.token("isp-b-desk", "feed");
    let refused = served.ask("GET", "/taxii2/", &[("authorization", &format!("Token {feed}"))], "");
    assert_eq!((refused.status, refused.kind.as_str()), (401, "application/taxii+json;version=2.1"));
    draft(&["--title", "ended", "--value", "198.18.9.9", "--ends", "2020-01-01"]);
    let names = ask(&served, "isp-b-desk", &b)["collections"][0]["names"].clone();
    assert_eq!(names, json!(["VAWTRAK", "C2", "values", "values", "values"]));

    let names = || ask(&served, "isp-b-desk", &b)["collections"][0]["names"].clone();
    followed(&served, &b, (&group, &values), &stix, &draft);
    // Taken back, it is gone for the next request; so is everything for whom the group lets go.
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &given]);
    assert_eq!(names(), json!(["values", "values", "values"]));
    desk.ok(&["group", "leave", &group, "isp-b-desk"]);
    assert_eq!(ask(&served, "isp-b-desk", &b)["listed"], 0);
}

/// What a collection shows of items that hold the same, and of an item whose conditions change.
fn followed(served: &Served, b: &str, (group, values): (&str, &str), stix: &Path, draft: &dyn Fn(&[&str]) -> String) {
    let desk = &served.desk;
    // The same objects in a second item: they are there once, where they came last, and stay while either has them.
    let again = draft(&["--title", "again", "--stix", text(stix)]);
    let names = || ask(served, "isp-b-desk", b)["collections"][0]["names"].clone();
    assert_eq!(names(), json!(["values", "values", "values", "VAWTRAK", "C2"]));
    // Another content under the same id and version hides the elder, until it is taken back.
    let content = std::fs::read_to_string(stix).unwrap().replace("VAWTRAK", "NEVERQUEST");
    let other = desk.write("other.json", &content);
    let other = draft(&["--title", "other", "--stix", text(&other)]);
    assert_eq!(names(), json!(["values", "values", "values", "NEVERQUEST", "C2"]));
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &other]);
    assert_eq!(names(), json!(["values", "values", "values", "VAWTRAK", "C2"]));
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &again]);
    assert_eq!(names(), json!(["values", "values", "values", "VAWTRAK", "C2"]));

    // Drawn closer, it comes anew under its label; out of the group it is gone, and back in it when its originator wants.
    let labels = || ask(served, "isp-b-desk", b)["collections"][0]["labels"].clone();
    let before = labels();
    desk.ok(&["--seat", "isp-a-desk", "item", "narrow", values, "--tlp", "amber+strict"]);
    assert_eq!(names(), json!(["VAWTRAK", "C2", "values", "values", "values"]));
    assert_ne!(before, labels());
    desk.ok(&["--seat", "isp-a-head", "item", "widen", values, "--to-party", "isp-c"]);
    desk.ok(&["--seat", "isp-a-desk", "item", "narrow", values, "--not-group", group]);
    assert_eq!(names(), json!(["VAWTRAK", "C2"]));
    desk.ok(&["--seat", "isp-a-head", "item", "widen", values, "--to-group", group]);
    assert_eq!(names(), json!(["VAWTRAK", "C2", "values", "values", "values"]));
}
