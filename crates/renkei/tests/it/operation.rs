//! Operations: what the gate unlocks of them, who may know, when a domain may be let go.

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use renkei_testkit::dns::NameServer;
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::mail_in::ask_of;
use crate::pages::{EN, JA, see, sign_in};
use crate::served::Served;

/// The record of an operation; `more` goes into `[operation]`.
fn record(more: &str, lantern: &str) -> String {
    format!(
        r#"
[operation]
id = "op-lantern"
name = {{ ja = "灯籠作戦", en = "Operation Lantern" }}
purpose = {{ ja = "感染端末を無害化し、利用者に知らせる", en = "Make infected devices harmless, and tell their users" }}
{more}
[server]
own = true
ns = [{{ name = "ns1.sinkhole.example" }}]
rname = "desk.sinkhole.example"

[[authority]]
id = "record-1"
basis = {{ ja = "失効したドメインの取得（S2.16）", en = "registration of a lapsed domain (S2.16)" }}
from = "2026-06-01T00:00:00+09:00"
until = "2026-12-01T00:00:00+09:00"

[[domain]]
name = "lantern.test"
family = "testbot"
route = "lapsed-domain"
state = "{lantern}"
authority = "record-1"
registered_until = "2027-06-01"
a = ["127.0.0.1"]
wildcard = true

[[domain]]
name = "abroad.test"
family = "testbot"
route = "mutual-assistance"
authority = "record-1"
a = ["127.0.0.1"]

[[domain]]
name = "helped.test"
family = "testbot"
route = "registry-voluntary"
authority = "record-1"
a = ["127.0.0.1"]

[[domain]]
name = "planned.test"
family = "testbot"
route = "registry-criminal"
a = ["127.0.0.1"]

[[channel]]
family = "testbot"
channel = "domains"
source = "analysis desk"

[[role]]
party = "isp-a"
does = {{ ja = "利用者に知らせる", en = "tells its users" }}
basis = "S2.14"

[[prerequisite]]
what = "logs-preserved"
done_on = "2026-05-20"
"#
    )
}

fn profiles() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles")
}

const AT: &str = "2026-06-02";

#[test]
fn an_order_holds_what_the_gate_unlocks_and_nothing_else() {
    let desk = Desk::new(None);
    desk.open();
    let file = desk.write("lantern.toml", &record("", "planned"));
    let recorded = desk.ok(&["--at", AT, "operation", "record", text(&file)]);
    assert_eq!((&recorded["version"], &recorded["domains"]), (&json!(1), &json!(4)));
    let shown = desk.ok(&["--at", AT, "operation", "show", "op-lantern"]);
    let ruling = |name: &str| -> (String, String, String) {
        let domain = shown["list"].as_array().unwrap().iter().find(|domain| domain["domain"] == name).unwrap();
        let ground = &domain["ruling"]["grounds"][0];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&domain["grade"]),
            text(&domain["ruling"]["outcome"]),
            format!("{}/{}", text(&ground["gate"]), text(&ground["code"])),
        )
    };
    let of = |grade: &str, outcome: &str, code: &str| (grade.to_owned(), outcome.to_owned(), code.to_owned());
    assert_eq!(ruling("lantern.test"), of("limit-case", "allowed", "H1/operation-kept"));
    assert_eq!(ruling("abroad.test"), of("principle", "undecided", "G8/abroad-by-assistance"));
    assert_eq!(ruling("helped.test"), of("no-basis", "undecided", "G13/four-checks"));
    assert_eq!(ruling("planned.test"), of("no-basis", "undecided", "G8/no-authority-record"));

    let out = desk.folder.path().join("order.note");
    let order = |at: &str| {
        desk.run(&["--at", at, "operation", "order", "op-lantern", "--profiles", profiles(), "--out", text(&out)])
    };
    // Before the authority record holds, and after it ended, there is no order.
    for at in ["2026-05-01", "2026-12-02"] {
        assert_eq!(order(at).status.code(), Some(1));
        assert!(!out.exists());
    }
    let ordered = order(AT);
    assert!(ordered.status.success(), "{}", String::from_utf8_lossy(&ordered.stderr));
    let ordered: Value = serde_json::from_slice(&ordered.stdout).unwrap();
    assert_eq!((&ordered["serial"], &ordered["unlocked"]), (&json!(1), &json!(["lantern.test"])), "{ordered}");
    assert_eq!(ordered["locked"].as_array().unwrap().len(), 3);
    let note = std::fs::read_to_string(&out).unwrap();
    for name in ["abroad.test", "helped.test", "planned.test"] {
        assert!(!note.contains(name), "{note}");
    }
    assert!(note.contains("\"not_after\":\"2026-11-30T15:00:00Z\"") && note.contains("\u{2014} "), "{note}");
    let again: Value = serde_json::from_slice(&order(AT).stdout).unwrap();
    assert_eq!(again["serial"], 2);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn until_its_hour_an_operation_exists_for_those_who_need_to_know() {
    let desk = Desk::new(None);
    desk.open();
    desk.ok(&["seat", "invite", "inner-desk", "--title-ja", "内", "--title-en", "inner", "--duty", "keeper,drafter"]);
    desk.ok(&["seat", "invite", "outer-desk", "--title-ja", "外", "--title-en", "outer", "--duty", "keeper,drafter"]);
    let more = "hour = \"2026-06-10T10:00:00+09:00\"\nneed_to_know = [\"inner-desk\"]";
    let file = desk.write("lantern.toml", &record(more, "planned"));
    desk.ok(&["--at", AT, "--seat", "inner-desk", "operation", "record", text(&file)]);
    let list = |seat: &str, at: &str| {
        desk.ok(&["--at", at, "--seat", seat, "operation", "list"])["operations"].as_array().unwrap().len()
    };
    assert_eq!((list("inner-desk", AT), list("outer-desk", AT)), (1, 0));
    let (code, told) = desk.fails(&["--at", AT, "--seat", "outer-desk", "operation", "show", "op-lantern"]);
    assert!(code == 1 && told["error"].as_str().unwrap().contains("there is no operation"), "{told}");
    // Neither can it be rewritten by who must not know of it, nor is it told apart from one that is not there.
    let (_, nothing) = desk.fails(&["--at", AT, "--seat", "outer-desk", "operation", "show", "op-nothing"]);
    let name = |told: &Value| told["error"].as_str().unwrap().replace("op-nothing", "op-lantern");
    assert_eq!(name(&told), name(&nothing));
    let (code, _) = desk.fails(&["--at", AT, "--seat", "outer-desk", "operation", "record", text(&file)]);
    assert_eq!(code, 3);
    assert_eq!(list("outer-desk", "2026-06-10T10:00:00+09:00"), 1);
    // The ledger has the refusals, and no word of the operation.
    let ledger = desk.ok(&["audit", "show", "--limit", "200"]).to_string();
    assert!(ledger.contains("G26") && !ledger.contains("lantern.test") && !ledger.contains("灯籠"), "{ledger}");
}

#[test]
fn a_domain_is_kept_while_bots_call_and_watched_meanwhile() {
    let desk = Desk::new(None);
    desk.open();
    let records = [("lantern.test.", "A", "127.0.0.1"), ("lantern.test.", "NS", "ns1.sinkhole.example.")];
    let names: NameServer = ask_of(&desk, &records);
    let call = "{\"ts\": \"2026-06-01T08:00:00Z\", \"src\": \"198.18.0.7\", \"host\": \"lantern.test\", \"family\": \"testbot\"}\n";
    let feed = desk.write("2026-06-01-sinkhole.jsonl", call);
    desk.ok(&["--at", AT, "ingest", text(&feed)]);
    let write = |at: &str, state: &str| {
        let file = desk.write("lantern.toml", &record("", state));
        desk.run(&["--at", at, "operation", "record", text(&file)])
    };
    assert!(write(AT, "held").status.success());
    let watched = desk.ok(&["--at", AT, "operation", "watch", "op-lantern"]);
    assert_eq!((&watched["well"], &watched["domains"][0]["recent_lines"]), (&json!(true), &json!(1)), "{watched}");
    assert_eq!(watched["domains"][0]["days_left"], 364);
    let refused = write(AT, "released");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("bots called it 1 times"), "{refused:?}");
    // A month later nobody called: it may go.
    assert!(write("2026-07-10", "released").status.success());
    assert!(write("2026-07-11", "held").status.success());
    // A registration that ends, and records that lead elsewhere, are told.
    let unwell = |at: &str| -> Value {
        let output = desk.run(&["--at", at, "operation", "watch", "op-lantern"]);
        assert_eq!(output.status.code(), Some(1));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(unwell("2027-05-01")["domains"][0]["expires_soon"], true);
    drop(names);
    let settings = desk.office().join("office.toml");
    let written = std::fs::read_to_string(&settings).unwrap();
    let resolver = written.lines().find(|line| line.starts_with("resolver")).unwrap().to_owned();
    std::fs::write(&settings, written.replace(&resolver, "resolver = \"system\"")).unwrap();
    let records = [("lantern.test.", "A", "198.18.66.6"), ("lantern.test.", "NS", "ns1.sinkhole.example.")];
    let _names = ask_of(&desk, &records);
    let drift = unwell("2026-07-12")["domains"][0]["drift"].clone();
    assert_eq!(drift, json!(["A 198.18.66.6", "no A 127.0.0.1"]));
}

/// The pages of operations: recorded by a form, looked at wide and narrow, in both languages.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_operation() {
    let desk = Desk::new(None);
    desk.open();
    let served = Served::over(desk);
    let site = served.site.clone();
    let keeper = served.seat("night-keeper", "keeper,drafter", None);
    let browser = |window: Window, language: Language, script: bool| BrowserOptions { window, language, script };
    let wide = Browser::start(&browser(Window::Wide, Language::Japanese, true)).await.unwrap();
    sign_in(&wide, &site, "night-keeper", &keeper.recovery[0], JA).await;
    see(&wide, &site, "/operations", "operations-none-ja").await;
    see(&wide, &site, "/operations/record", "operation-record-ja").await;
    let told = served.send("/operations/record", "/operations/record", &keeper.cookies, &[("record", "no table")]);
    assert!(told.status != 303 && told.body.contains("no table"), "{} {}", told.status, told.body);
    let text = record("need_to_know = [\"night-keeper\"]", "planned");
    let recorded = served.send("/operations/record", "/operations/record", &keeper.cookies, &[("record", &text)]);
    assert_eq!(recorded.status, 303, "{}", recorded.body);
    see(&wide, &site, "/operations", "operations-ja").await;
    see(&wide, &site, "/operations/op-lantern", "operation-ja").await;
    // Narrow, in English, without script; then with it, so that axe can look.
    for script in [false, true] {
        let narrow = Browser::start(&browser(Window::Narrow, Language::English, script)).await.unwrap();
        sign_in(&narrow, &site, "night-keeper", &keeper.recovery[1 + usize::from(script)], EN).await;
        if script {
            see(&narrow, &site, "/operations", "operations-narrow-en").await;
            see(&narrow, &site, "/operations/op-lantern", "operation-narrow-en").await;
            see(&narrow, &site, "/operations/record?operation=op-lantern", "operation-change-narrow-en").await;
        } else {
            narrow.click("link", "Operations").await.unwrap();
            narrow.click("link", "Operation Lantern").await.unwrap();
        }
    }
}
