//! The same by hand: every verb once, in the order a desk uses them.

use serde_json::Value;

use crate::desk::{Desk, PLAN, text};
use crate::feed::log;

fn requests(desk: &Desk, campaign: &str) -> Vec<Value> {
    desk.ok(&["campaign", "show", campaign])["list"].as_array().unwrap().clone()
}

/// The same observations as files, which other programs read.
fn taken_along(desk: &Desk) {
    let file = |name: &str| desk.folder.path().join(name);
    let (csv, parquet) = (file("taken.csv"), file("taken.parquet"));
    let saved = desk.ok(&["observations", "--save", text(&csv)]);
    assert_eq!((&saved["rows"], &saved["left_out"]), (&900.into(), &0.into()));
    let sheet = std::fs::read_to_string(&csv).unwrap();
    let moments: Vec<&str> = sheet.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(moments.len(), 900);
    assert!(moments.is_sorted() && moments[0].starts_with("2026-06-01T00:00:00"), "{}", moments[0]);
    desk.ok(&["observations", "--save", text(&parquet), "--party", "isp-b"]);
    let python = std::env::var("RENKEI_PYTHON").unwrap_or_else(|_| "python3".into());
    let count = "import duckdb, sys; print(duckdb.sql(f\"select count(*), count(distinct party) from '{sys.argv[1]}'\").fetchall()[0])";
    let counted = std::process::Command::new(python).args(["-c", count, text(&parquet)]).output().unwrap();
    let told = String::from_utf8_lossy(&counted.stdout).into_owned();
    let of_b = desk.ok(&["observations", "--count", "--party", "isp-b"])["rows"][0]["lines"].as_u64().unwrap();
    assert_eq!(told.trim(), format!("({of_b}, 1)"), "{}", String::from_utf8_lossy(&counted.stderr));
    let (_, refused) = desk.fails(&["observations", "--save", "taken.xlsx"]);
    assert!(refused.to_string().contains(".csv or .parquet"), "{refused}");
}

#[test]
fn found_attributed_told_answered_measured() {
    let desk = Desk::new(None);
    desk.open();
    let feed = desk.write("2026-06-01-sinkhole.jsonl", &log(900, "2026-06-01"));
    let read = desk.ok(&["--at", "2026-06-02", "ingest", text(&feed)]);
    let one = &read["feeds"][0];
    assert_eq!(
        (one["lines"].as_u64(), one["stored"].as_u64(), one["quarantined"].as_u64()),
        (Some(903), Some(900), Some(3))
    );
    let again = desk.ok(&["--at", "2026-06-02", "ingest", text(&feed)]);
    assert_eq!(again["feeds"][0]["known"], true);
    let by_party = desk.ok(&["observations", "--by", "party"]);
    assert_eq!(by_party["rows"].as_array().unwrap().iter().map(|row| row["lines"].as_u64().unwrap()).sum::<u64>(), 900);
    let rows = desk.ok(&["observations", "--limit", "5"]);
    assert_eq!(rows["rows"].as_array().unwrap().len(), 5);
    taken_along(&desk);
    let rehearsed = desk.ok(&[&["--at", "2026-06-02", "campaign", "rehearse"], &PLAN[2..]].concat());
    assert_eq!(rehearsed["campaign"], Value::Null);
    let planned = desk.ok(&[&["--at", "2026-06-02"], &PLAN[..]].concat());
    let campaign = planned["campaign"].as_str().unwrap().to_owned();
    assert_eq!(planned["told"], rehearsed["told"]);

    // Nothing leaves before the approver approved.
    let nothing = desk.ok(&["--at", "2026-06-02", "campaign", "send", &campaign]);
    assert_eq!(nothing["letters"], 0);
    // The desk drafted; it may not approve.
    let (code, _) = desk.fails(&["--at", "2026-06-02", "--seat", "desk", "campaign", "approve", &campaign]);
    assert_ne!(code, 0);
    desk.ok(&["--at", "2026-06-02", "campaign", "approve", &campaign]);
    let sent = desk.ok(&["--at", "2026-06-02", "campaign", "send", &campaign]);
    assert_eq!(sent["letters"], 3);
    let again = desk.ok(&["--at", "2026-06-02", "campaign", "send", &campaign]);
    assert_eq!(again["letters"], 0);

    let list = requests(&desk, &campaign);
    let of = |party: &str| {
        let row = list.iter().find(|row| row["party"] == party).unwrap();
        (row["request"].as_str().unwrap().to_owned(), row["lines"].as_u64().unwrap())
    };
    let (a, lines) = of("isp-a");
    desk.ok(&["--at", "2026-06-03", "answer", "acknowledge", &a]);
    let answered =
        desk.ok(&["--at", "2026-06-04", "answer", "record", &a, "--count", &format!("customer-told={lines}")]);
    assert_eq!(answered["outcome"], "full");
    let (b, _) = of("isp-b");
    let withdrawn =
        desk.ok(&["--at", "2026-06-04", "campaign", "withdraw", &b, "--reason-ja", "誤り", "--reason-en", "a mistake"]);
    assert_eq!(withdrawn["sent"]["letters"], 1, "the party is told in the same thread");
    let (c, _) = of("isp-c");
    let drop = desk.ok(&["observations", "--party", "isp-c", "--limit", "1"]);
    let row = &drop["rows"][0];
    let key = format!("{:016x}{:016x}", row["line_hi"].as_i64().unwrap(), row["line_lo"].as_i64().unwrap());
    let keys = desk.write("drop.txt", &key);
    let corrected = desk.ok(&[
        "--at",
        "2026-06-04",
        "campaign",
        "correct",
        &c,
        "--drop",
        text(&keys),
        "--reason-ja",
        "誤り",
        "--reason-en",
        "a mistake",
    ]);
    assert_eq!((corrected["lines_removed"].as_u64(), corrected["sent"]["letters"].as_u64()), (Some(1), Some(1)));
    desk.ok(&["--at", "2026-06-05", "campaign", "feedback", &a, "--text-ja", "感謝します", "--text-en", "thank you"]);

    // Seen again two days later: told before, so nobody is told again; then the quiet time.
    let later = desk.write("2026-06-04-sinkhole.jsonl", &log(90, "2026-06-04"));
    desk.ok(&["--at", "2026-06-05", "ingest", text(&later)]);
    let repeat = desk.ok(&[&["--at", "2026-06-05", "campaign", "rehearse"], &PLAN[2..]].concat());
    assert!(repeat["left"]["told-before"].as_u64().unwrap() > 0, "{repeat}");
    let chart = desk.folder.path().join("effect.svg");
    let effect = desk.ok(&["--at", "2026-06-30", "effect", &campaign, "--chart", text(&chart)]);
    assert!(effect["told"]["devices"].as_u64().unwrap() > 0 && chart.exists());
    desk.ok(&["--at", "2026-06-30", "campaign", "close", &campaign]);

    desk.ok(&["key", "rotate", "office.example/head-1"]);
    assert!(desk.ok(&["key", "list"]).as_array().unwrap().iter().any(|key| key["name"] == "office.example/head-2"));
    desk.ok(&["lake", "care"]);
    let export = desk.folder.path().join("ledger.txt");
    desk.ok(&["audit", "export", text(&export)]);
    assert_eq!(desk.ok(&["audit", "verify"])["tail"], "held");
    assert!(!desk.ok(&["audit", "show", "--limit", "10"]).as_array().unwrap().is_empty());
    assert_eq!(desk.ok(&["doctor"])["well"], true);
    desk.ok(&["config"]);
}

#[test]
fn an_answer_with_names_is_counted_and_the_names_are_dropped() {
    let desk = Desk::new(None);
    desk.open();
    let feed = desk.write("2026-06-01-sinkhole.jsonl", &log(60, "2026-06-01"));
    desk.ok(&["ingest", text(&feed)]);
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    desk.ok(&["campaign", "send", &campaign]);
    let rows = desk.ok(&["observations", "--party", "isp-a", "--limit", "2"]);
    let list = requests(&desk, &campaign);
    let request = list.iter().find(|row| row["party"] == "isp-a").unwrap()["request"].as_str().unwrap().to_owned();
    let mut sheet = String::from("line,status,name\n");
    for row in rows["rows"].as_array().unwrap() {
        let key = format!("{:016x}{:016x}", row["line_hi"].as_i64().unwrap(), row["line_lo"].as_i64().unwrap());
        sheet.push_str(&format!("{key},customer-told,SECRET SUBSCRIBER\n"));
    }
    let path = desk.write("answer.csv", &sheet);
    let answered = desk.ok(&["answer", "import", &request, text(&path)]);
    assert_eq!((answered["outcome"].as_str(), answered["columns_dropped"].as_u64()), (Some("part"), Some(1)));
    // G20: the name is nowhere in the office.
    let grep =
        std::process::Command::new("grep").args(["-ra", "SECRET SUBSCRIBER"]).arg(desk.office()).output().unwrap();
    assert!(grep.stdout.is_empty());
}
