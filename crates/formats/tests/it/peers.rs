//! Other implementations: stix2-validator, stix2-patterns and python-stix2 (OASIS) judge what is written here.

use std::io::Write;
use std::process::{Command, Stdio};

use renkei_formats::stix::marking::{Pap, Tlp};
use renkei_formats::stix::{Bundle, pattern};
use renkei_formats::{misp, tree};

/// The answers to questions, one a line; `None` where no Python with these packages is asked for.
fn ask(questions: &[String]) -> Option<Vec<serde_json::Value>> {
    let Some(python) = std::env::var_os("RENKEI_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "RENKEI_PYTHON: run ./test, it prepares the Python packages");
        println!("not run: no RENKEI_PYTHON and not in CI");
        return None;
    };
    let mut child = Command::new(python)
        .args(["-c", include_str!("peers.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = questions.join("\n");
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the packages of tests/requirements.txt are needed: run ./test");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn patterns_are_judged_alike() {
    let all = [
        "[ipv4-addr:value = '198.18.0.1']",
        "[ipv4-addr:value='198.18.0.1' OR domain-name:value IN ('a.example', 'b.example')]",
        "[file:hashes.'SHA-256' != 'd41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e' AND file:name NOT LIKE '%.exe']",
        "[network-traffic:dst_ref.value ISSUBSET '198.18.0.0/15'] FOLLOWEDBY ([url:value MATCHES '^a\\\\.b'] OR [mutex:name != 'x'])",
        "([a:b = 1] AND [a:b = 2.5]) WITHIN 5 SECONDS",
        "[a:b[*].c > t'2026-11-20T00:00:00Z'] REPEATS 2 TIMES",
        "[a:b = h'00ff' OR a:b = b'aGk=' OR a:b = true]",
        "[a:b = 1] START t'2026-11-20T00:00:00Z' STOP t'2026-11-21T00:00:00Z'",
        "[EXISTS a:b]",
        "[a:b = '𠮷']",
        "[a:b = 'it\\'s']",
        "[(a:b = 1 OR a:c = 2) AND a:d = 3]",
        "[a:b NOT = 1]",
        "[a:b = 1 /* x */] // y",
        "[a:b = 1",
        "a:b = 1",
        "[a:b = 'x]",
        "[a:b = '\\d']",
        "[a = 1]",
        "[a:b-c = 1]",
        "[a:b LIKE 1]",
        "[a:b IN 1]",
        "[a:b = 1] [a:b = 2]",
        "[a:b = 1] AND",
        "[a:b = 01]",
        "[a:b = h'0']",
        "[a:b = t'2026-11-20']",
        "",
    ];
    // Ours are printed too: others must take what we write.
    let printed: Vec<_> = all.iter().filter_map(|text| Some(pattern::read(text).ok()?.to_string())).collect();
    let texts: Vec<&str> = all.iter().copied().chain(printed.iter().map(String::as_str)).collect();
    let question = |text: &&str| serde_json::json!({ "pattern": text }).to_string();
    let Some(verdicts) = ask(&texts.iter().map(question).collect::<Vec<_>>()) else { return };
    assert_eq!(verdicts.len(), texts.len());
    for (text, verdict) in texts.iter().zip(verdicts) {
        assert_eq!(verdict.as_bool().unwrap(), pattern::read(text).is_ok(), "{text}");
    }
}

#[test]
fn what_is_written_is_valid_to_others() {
    let of = |place: usize, kind: &str, value: &str, is_sought: bool| {
        serde_json::json!({"uuid": format!("8e2e2d2b-17d4-4cbf-938f-{place:012}"), "type": kind, "category": "Other",
            "to_ids": is_sought, "timestamp": "1700000000", "value": value, "comment": "𠮷",
            "Sighting": [{"uuid": format!("8e2e2d2b-17d4-4cbf-938f-{:012}", place + 500), "type": "0", "date_sighting": "1700000001"}]})
    };
    let zeros = "0".repeat(64);
    let values = [
        ("ip-dst", "198.18.0.1"),
        ("ip-src", "2001:db8::1"),
        ("ip-dst|port", "198.18.0.1|443"),
        ("domain", "a.example"),
        ("domain|ip", "a.example|198.18.0.1"),
        ("url", "https://a.example/?q='"),
        ("sha256", &zeros),
        ("filename|sha256", &format!("x|{zeros}")),
        ("email-src", "a@b.example"),
        ("email-subject", "件名"),
        ("mac-address", "02:00:00:00:00:01"),
        ("AS", "AS64496"),
        ("mutex", "m"),
        ("regkey", "HKLM\\Software\\x"),
        ("regkey|value", "HKLM\\Software\\x|y"),
        ("user-agent", "x/1.0"),
        ("vulnerability", "CVE-2026-0001"),
        ("btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ];
    let sought = (1..).zip(values).map(|(place, (kind, value))| of(place, kind, value, true));
    let seen = (100..).zip(values).map(|(place, (kind, value))| of(place, kind, value, false));
    let tags = Tlp::ALL.map(Tlp::tag).into_iter().chain(Pap::ALL.map(Pap::tag));
    let event = serde_json::json!({"Event": {"uuid": "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "info": "例", "date": "2026-11-20",
        "timestamp": "1700000000", "distribution": "1", "Attribute": sought.chain(seen).collect::<Vec<_>>(),
        "Orgc": {"name": "CSIRT", "uuid": "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"},
        "Tag": tags.map(|tag| serde_json::json!({"name": tag})).collect::<Vec<_>>()}});
    let file = misp::File::read(event.to_string().as_bytes(), 1 << 20).unwrap();
    let converted = misp::to_stix(file.events().next().unwrap()).unwrap();
    let id = "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".parse().unwrap();
    let bundle = Bundle::new(&id, converted.objects);
    assert!(bundle.len() > 50);
    let question = format!("{{\"bundle\":{}}}", tree::write(&bundle.tree().clone().into()));
    let Some(verdicts) = ask(&[question]) else { return };
    assert_eq!(verdicts, [serde_json::json!([])]);
}
