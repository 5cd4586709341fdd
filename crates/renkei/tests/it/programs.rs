//! Programs at the office: asking twice, asking too often, handing files in, being called, hearing of news.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use renkei_testkit::webhook::WebhookReceiver;
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::feed::log;
use crate::pages::{EN, see, sign_in};
use crate::served::{Got, Served, between};

const SOON: Duration = Duration::from_secs(30);

/// A campaign that was sent, and the request of a provider in it.
fn sent(served: &Served, party: &str) -> String {
    let campaign = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    let shown = served.desk.ok(&["campaign", "show", &campaign]);
    let row = shown["list"].as_array().unwrap().iter().find(|row| row["party"] == party).unwrap();
    row["request"].as_str().unwrap().to_owned()
}

fn keyed(served: &Served, path: &str, token: &str, key: &str, body: &Value) -> Got {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", key)];
    served.ask("POST", path, &headers, &body.to_string())
}

#[test]
fn asking_twice_with_one_key_acts_once() {
    let served = Served::open(None);
    let request = sent(&served, "isp-a");
    served.invite("isp-a-bot", "answerer", Some("isp-a"));
    let token = served.token("isp-a-bot", "answer");
    let path = format!("/api/v1/requests/{request}/costs");
    let cost = json!({ "what": "電話", "minutes": 5 });
    let first = keyed(&served, &path, &token, "k-1", &cost);
    assert_eq!((first.status, first.header("idempotency-replayed")), (200, ""), "{}", first.body);
    let again = keyed(&served, &path, &token, "k-1", &cost);
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, "true"));
    assert_eq!((&again.body, &again.kind), (&first.body, &first.kind));
    let other = keyed(&served, &path, &token, "k-1", &json!({ "what": "郵送", "minutes": 5 }));
    assert_eq!(other.status, 422, "{}", other.body);
    assert!(other.body.contains("other-question"), "{}", other.body);
    // Another seat's keys are its own, and another key is another question.
    served.invite("isp-a-second", "answerer", Some("isp-a"));
    let second = served.token("isp-a-second", "answer");
    assert_eq!(keyed(&served, &path, &second, "k-1", &cost).header("idempotency-replayed"), "");
    assert_eq!(keyed(&served, &path, &token, "k-2", &cost).status, 200);
    // What was wrong with the question is wrong again; what may turn out otherwise is asked anew.
    let wrong = json!({ "minutes": 5 });
    assert_eq!(keyed(&served, &path, &token, "k-3", &wrong).status, 422);
    assert_eq!(keyed(&served, &path, &token, "k-3", &wrong).header("idempotency-replayed"), "true");
    assert_eq!(keyed(&served, &path, &token, &"k".repeat(256), &cost).status, 422);
    let report: Value =
        serde_json::from_str(&served.api("GET", &format!("/api/v1/requests/{request}/report"), &token, None).body)
            .unwrap();
    assert_eq!(report["costs"].as_array().unwrap().len(), 3, "{report}");
    // The answer outlives the process.
    let site = Served::serve(served.desk.clone(), &[], Stdio::inherit());
    assert_eq!(keyed(&site, &path, &token, "k-1", &cost).header("idempotency-replayed"), "true");
}

#[test]
fn who_asks_too_often_waits_and_nobody_else_does() {
    let desk = Desk::new(None);
    desk.open();
    let served = Served::serve(desk, &["--rate", "2"], Stdio::inherit());
    served.invite("hasty", "auditor", None);
    served.invite("patient", "auditor", None);
    let (hasty, patient) = (served.token("hasty", "read"), served.token("patient", "read"));
    let asked: Vec<Got> = (0..40).map(|_| served.api("GET", "/api/v1/me", &hasty, None)).collect();
    let refused: Vec<&Got> = asked.iter().filter(|got| got.status == 429).collect();
    assert!(asked[0].status == 200 && refused.len() >= 10, "{} of 40 were refused", refused.len());
    assert!(refused[0].body.contains("\"rate\"") && refused[0].kind == "application/problem+json");
    assert!(refused[0].header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(served.api("GET", "/api/v1/me", &patient, None).status, 200);
    // Strangers have their own allowance, by network; health is always told.
    let strangers: Vec<u16> = (0..20).map(|_| served.get("/sign-in", "").status).collect();
    assert!(strangers.contains(&429) && strangers[0] == 200, "{strangers:?}");
    assert_eq!(served.get("/healthz", "").status, 200);
    assert_eq!(served.api("GET", "/api/v1/me", &patient, None).status, 200);
}

#[test]
fn a_proxy_that_is_believed_says_where_strangers_come_from() {
    let desk = Desk::new(None);
    desk.open();
    let ask = |served: &Served, from: &str| served.ask("GET", "/sign-in", &[("x-forwarded-for", from)], "").status;
    // Nobody is believed unless the keeper says so: changing the header helps no stranger.
    let plain = Served::serve(desk.clone(), &["--rate", "1"], Stdio::inherit());
    let spoofed: Vec<u16> = (0..12).map(|n| ask(&plain, &format!("198.18.{n}.1"))).collect();
    assert!(spoofed.contains(&429), "{spoofed:?}");
    let served = Served::serve(desk, &["--rate", "1", "--proxy", "127.0.0.1"], Stdio::inherit());
    let one: Vec<u16> = (0..12).map(|n| ask(&served, &format!("203.0.113.{n}, 198.18.7.1"))).collect();
    assert!(one.contains(&429), "what a stranger wrote before the proxy's own address counts: {one:?}");
    assert_eq!(ask(&served, "198.18.8.1"), 200);
    assert_eq!(ask(&served, "198.18.9.1, 127.0.0.1"), 200);
}

#[test]
fn a_feed_file_is_handed_in_once_by_curl() {
    let desk = Desk::new(None);
    desk.open();
    let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
    let served = Served::over(desk);
    served.invite("sensor-1", "drafter", None);
    let token = served.token("sensor-1", "feed");
    let hand_in = |file: &str| -> Value {
        let run = Command::new("curl")
            .args(["-sS", "--fail-with-body", "-H", &format!("Authorization: Bearer {token}")])
            .args(["--data-binary", &format!("@{file}")])
            .arg(format!("{}/api/v1/feeds/2026-11-01-sinkhole.jsonl", served.site))
            .output()
            .unwrap();
        serde_json::from_slice(&run.stdout).unwrap_or_else(|_| {
            panic!("{} {}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr))
        })
    };
    let read = hand_in(text(&feed));
    assert_eq!((&read["known"], &read["lines"], &read["stored"]), (&json!(false), &json!(303), &json!(300)), "{read}");
    let again = hand_in(text(&feed));
    assert_eq!((again["known"].as_bool(), &again["digest"]), (Some(true), &read["digest"]));
    // What is no feed is told as such, and the token opens no other door.
    let wrong = served.desk.write("wrong.bin", "\u{0}\u{1}\u{2}");
    assert_eq!(hand_in(text(&wrong))["status"], 422);
    assert_eq!(served.api("GET", "/api/v1/me", &token, None).status, 403);
    assert_eq!(served.api("GET", "/metrics", &token, None).status, 404);
    let left: Vec<_> = std::fs::read_dir(served.desk.office().join("incoming")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
}

/// An office that calls a receiver.
fn calling(receiver: &WebhookReceiver) -> Served {
    let desk = Desk::new(None);
    desk.open();
    let settings = desk.office().join("office.toml");
    let written = std::fs::read_to_string(&settings).unwrap();
    let hosts = format!("hosts = [\"{}\"]", receiver.host());
    assert!(written.contains("hosts = []"), "{written}");
    std::fs::write(&settings, written.replace("hosts = []", &hosts)).unwrap();
    let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
    desk.ok(&["ingest", text(&feed)]);
    Served::over(desk)
}

fn next(receiver: &WebhookReceiver) -> Value {
    serde_json::from_str(&receiver.next(SOON).expect("a call in time")).unwrap()
}

#[test]
fn a_party_is_called_when_something_changes_for_it() {
    let mut receiver = WebhookReceiver::start().unwrap();
    let served = calling(&receiver);
    let person = served.seat("isp-a-admin", "administrator", Some("isp-a"));
    served.invite("isp-b-admin", "administrator", Some("isp-b"));
    let admin = served.token("isp-a-admin", "work");
    let url = format!("http://{}/renkei", receiver.host());
    // An address that the office's keeper did not list is not called, whoever asks.
    for wrong in ["http://127.0.0.1:1/", "https://169.254.169.254/", "http://hooks.example/", "ftp://x"] {
        let got = served.api("POST", "/api/v1/webhooks", &admin, Some(&json!({ "url": wrong })));
        assert_eq!(got.status, 422, "{wrong}: {}", got.body);
    }
    let made = served.api("POST", "/api/v1/webhooks", &admin, Some(&json!({ "url": url })));
    assert_eq!(made.status, 200, "{}", made.body);
    let made: Value = serde_json::from_str(&made.body).unwrap();
    receiver.check_with(made["secret"].as_str().unwrap()).unwrap();
    let hook = made["webhook"].as_str().unwrap();

    let test = served.api("POST", &format!("/api/v1/webhooks/{hook}/test"), &admin, Some(&json!({})));
    assert_eq!(test.status, 200, "{}", test.body);
    let called = next(&receiver);
    assert_eq!((&called["verified"], &called["body"]["type"]), (&json!(true), &json!("test")), "{called}");

    let request = sent(&served, "isp-a");
    let called = next(&receiver);
    assert_eq!((&called["verified"], &called["body"]["type"]), (&json!(true), &json!("request.sent")), "{called}");
    assert_eq!(called["body"]["data"]["request"], request, "isp-b's and isp-c's requests are not told to isp-a");
    assert_eq!(called["path"], "/renkei");
    served.invite("isp-a-desk", "answerer", Some("isp-a"));
    let answerer = served.token("isp-a-desk", "answer");
    let path = format!("/api/v1/requests/{request}/acknowledgement");
    assert_eq!(served.api("POST", &path, &answerer, Some(&json!({}))).status, 200);
    assert_eq!(next(&receiver)["body"]["type"], "request.acknowledged");

    // While the receiver fails, the same call comes again under the same id.
    receiver.answer(500).unwrap();
    let path = format!("/api/v1/requests/{request}/answer");
    let answer = json!({ "outcome": "part", "counts": { "customer-told": 1 } });
    assert_eq!(served.api("POST", &path, &answerer, Some(&answer)).status, 200);
    let failed = next(&receiver);
    assert_eq!((&failed["status"], &failed["body"]["type"]), (&json!(500), &json!("request.answered")));
    receiver.answer(204).unwrap();
    let told = next(&receiver);
    assert_eq!((&told["id"], &told["verified"], &told["status"]), (&failed["id"], &json!(true), &json!(204)));

    // Others see nothing of it: neither the webhook nor its calls.
    let other = served.token("isp-b-admin", "work");
    assert!(!served.api("GET", "/api/v1/webhooks", &other, None).body.contains("whk-"));
    let ended = served.api("POST", &format!("/api/v1/webhooks/{hook}/end"), &other, Some(&json!({})));
    assert_eq!(ended.status, 404, "{}", ended.body);
    let list: Value = serde_json::from_str(&served.api("GET", "/api/v1/webhooks", &admin, None).body).unwrap();
    let states: Vec<_> = list["webhooks"][0]["calls"].as_array().unwrap().iter().map(|call| &call["state"]).collect();
    assert_eq!(states, vec![&json!("delivered"); 4], "{list}");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = BrowserOptions { window: Window::Narrow, language: Language::English, script: true };
        let browser = Browser::start(&options).await.unwrap();
        sign_in(&browser, &served.site, &person.seat, &person.recovery[0], EN).await;
        see(&browser, &served.site, "/webhooks", "webhooks-called-narrow-en").await;
        assert!(browser.text().await.unwrap().contains("request.answered"));
    });
    assert_eq!(served.api("POST", &format!("/api/v1/webhooks/{hook}/end"), &admin, Some(&json!({}))).status, 200);
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
    assert!(receiver.next(Duration::from_millis(10)).is_none());
}

#[test]
fn an_address_that_is_gone_is_called_no_more_and_redirects_lead_nowhere() {
    let mut receiver = WebhookReceiver::start().unwrap();
    let served = calling(&receiver);
    served.invite("house-admin", "administrator", None);
    let admin = served.token("house-admin", "work");
    let url = json!({ "url": format!("http://{}/", receiver.host()) });
    let make = || -> String {
        let made: Value =
            serde_json::from_str(&served.api("POST", "/api/v1/webhooks", &admin, Some(&url)).body).unwrap();
        made["webhook"].as_str().unwrap().to_owned()
    };
    let calls = |hook: &str| -> Value {
        let list: Value = serde_json::from_str(&served.api("GET", "/api/v1/webhooks", &admin, None).body).unwrap();
        list["webhooks"].as_array().unwrap().iter().find(|one| one["webhook"] == hook).unwrap().clone()
    };
    let tested = |receiver: &WebhookReceiver, hook: &str, until: &dyn Fn(&Value) -> bool| -> Value {
        let got = served.api("POST", &format!("/api/v1/webhooks/{hook}/test"), &admin, Some(&json!({})));
        assert_eq!(got.status, 200, "{}", got.body);
        next(receiver);
        let began = Instant::now();
        loop {
            let shown = calls(hook);
            if until(&shown) {
                return shown;
            }
            assert!(began.elapsed() < SOON, "{shown}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    receiver.answer(302).unwrap();
    let hook = make();
    let shown = tested(&receiver, &hook, &|shown| shown["calls"][0]["tries"] == 1);
    assert_eq!((&shown["calls"][0]["state"], &shown["calls"][0]["status"]), (&json!("waiting"), &json!(302)));
    served.api("POST", &format!("/api/v1/webhooks/{hook}/end"), &admin, Some(&json!({})));
    receiver.answer(410).unwrap();
    let hook = make();
    let shown = tested(&receiver, &hook, &|shown| !shown["ended_at"].is_null());
    assert_eq!(shown["calls"][0]["state"], "dead");
    let call = shown["calls"][0]["call"].as_str().unwrap();
    assert_eq!(served.api("POST", &format!("/api/v1/calls/{call}/again"), &admin, Some(&json!({}))).status, 404);
}

#[test]
fn an_open_page_hears_that_there_is_news() {
    let served = Served::open(None);
    let person = served.seat("night-desk", "approver", None);
    let address = served.site.strip_prefix("http://").unwrap();
    let listen = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        let ask = format!("GET /live HTTP/1.1\r\nhost: {address}\r\ncookie: {}\r\n\r\n", person.cookies);
        stream.write_all(ask.as_bytes()).unwrap();
        BufReader::new(stream).lines().map_while(Result::ok)
    };
    let mut lines = listen();
    let kind = lines.find(|line| line.starts_with("content-type")).unwrap();
    assert_eq!(kind, "content-type: text/event-stream");
    served.desk.plan();
    assert_eq!(lines.find(|line| line.starts_with("event")).unwrap(), "event: news");
    // It says that there is news and nothing more, and nobody else is told.
    assert_eq!(lines.next().unwrap().trim_end(), "data: news");
    assert_eq!(served.get("/live", "").status, 303);
    let page = served.get("/", &person.cookies).body;
    assert!(between(&page, "data-live", "</div>").contains("/campaigns/cmp-"));
}
