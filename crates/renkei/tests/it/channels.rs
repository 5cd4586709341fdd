//! Addresses of a party: tried with a letter that holds nothing, and used one after the other where they fail.

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use renkei_testkit::dkim::SigningDomain;
use renkei_testkit::smtp::{SmtpOptions, SmtpServer};
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::feed::log;
use crate::mail::{taken, use_server};
use crate::mail_in::{Letter, bounce};
use crate::pages::{EN, JA, look, see, sign_in};
use crate::served::Served;

/// An office in which isp-a has three addresses.
fn office() -> Desk {
    let desk = Desk::new(None);
    desk.open();
    let path = desk.office().join("office.toml");
    let settings = std::fs::read_to_string(&path).unwrap().replace("resolver = \"system\"", "resolver = \"none\"");
    std::fs::write(&path, settings).unwrap();
    let parties = std::fs::read_to_string(desk.folder.path().join("parties.toml")).unwrap();
    let mail = "mail = \"abuse@isp-a.example\"";
    let further = format!("{mail}, further = [\"noc@isp-a.example\", \"desk@group.example\"]");
    let parties = desk.write("more.toml", &parties.replace(mail, &further));
    let imported = desk.ok(&["party", "import", text(&parties)]);
    assert_eq!((&imported["changed"], &imported["unchanged"]), (&json!(1), &json!(2)));
    let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
    desk.ok(&["ingest", text(&feed)]);
    desk
}

/// Has the last letter to an address come back.
fn comes_back(desk: &Desk, to: &str, name: &str) -> Value {
    let maildir = desk.folder.path().join("Maildir");
    let mails = std::fs::read_dir(desk.office().join("outbox")).unwrap();
    let mut mails: Vec<String> = mails.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    mails.retain(|mail| mail.contains(&format!("To: {to}\r\n")));
    let id = |mail: &str| {
        let line = mail.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
        line.trim_matches(['<', '>']).to_owned()
    };
    // Ids made later sort later.
    let message_id = mails.iter().map(|mail| id(mail)).max().unwrap_or_else(|| panic!("no letter to {to}"));
    let mail = mails.iter().find(|mail| id(mail) == message_id).unwrap();
    let reply_to = mail.lines().find_map(|line| line.strip_prefix("Reply-To: ")).unwrap();
    let letter = Letter { reply_to: reply_to.trim_matches(['<', '>']).to_owned(), message_id };
    SigningDomain::deliver(&maildir, name, &bounce(&letter, to)).unwrap();
    desk.ok(&["mail", "read", text(&maildir)])
}

fn row(desk: &Desk, campaign: &str) -> Value {
    let shown = desk.ok(&["campaign", "show", campaign]);
    shown["list"].as_array().unwrap().iter().find(|row| row["party"] == "isp-a").unwrap().clone()
}

#[test]
fn what_came_back_is_sent_to_the_next_address_until_none_is_left() {
    let desk = office();
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    desk.ok(&["campaign", "send", &campaign]);
    let request = row(&desk, &campaign)["request"].as_str().unwrap().to_owned();
    // Nothing says that it did not arrive.
    let (_, early) = desk.fails(&["campaign", "again", &request]);
    assert!(early["error"].as_str().unwrap().contains("nothing came back"), "{early}");
    let told = comes_back(&desk, "abuse@isp-a.example", "1");
    assert_eq!(told["reports"], 1, "{told}");
    let undelivered = || {
        let effect = desk.ok(&["effect", &campaign]);
        effect["undelivered"].clone()
    };
    let back = undelivered();
    let again = desk.ok(&["campaign", "again", &request]);
    assert_eq!((&again["done"], &again["sent"]["letters"]), (&json!("sent-again"), &json!(1)));
    assert_ne!(undelivered(), back, "it left once more, and nothing came back of that yet");
    let party = desk.ok(&["party", "show", "isp-a"]);
    let used: Vec<_> = party["channels"].as_array().unwrap().iter().map(|one| one["in_use"] == true).collect();
    assert_eq!(used, [false, true, false]);
    // The same thread, the same request, another letter.
    let mails = std::fs::read_dir(desk.office().join("outbox")).unwrap();
    let second = mails.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let second = second.into_iter().find(|mail| mail.contains("To: noc@isp-a.example\r\n")).unwrap();
    assert!(second.contains("References: ") && second.contains("In-Reply-To: "), "{second}");
    comes_back(&desk, "noc@isp-a.example", "2");
    desk.ok(&["campaign", "again", &request]);
    comes_back(&desk, "desk@group.example", "3");
    let (_, over) = desk.fails(&["campaign", "again", &request]);
    assert!(over["error"].as_str().unwrap().contains("stays undelivered"), "{over}");
    assert_eq!(undelivered(), back);
    let doctor: Value = serde_json::from_slice(&desk.run(&["doctor"]).stdout).unwrap();
    let count = |code: &str| {
        doctor["checks"].as_array().unwrap().iter().find(|check| check["code"] == code).unwrap()["count"].clone()
    };
    assert_eq!((count("failing-channels"), count("undelivered")), (json!(3), json!(1)));
    assert_eq!(row(&desk, &campaign)["undelivered"], true);
    // The next campaign says so where it goes to a party all of whose addresses fail.
    let feed = desk.write("2026-11-20-sinkhole.jsonl", &log(300, "2026-11-20"));
    desk.ok(&["ingest", text(&feed)]);
    let next = desk.plan();
    desk.ok(&["campaign", "approve", &next]);
    assert_eq!(desk.ok(&["campaign", "send", &next])["failing"], json!(["isp-a"]));
    let entries = desk.ok(&["audit", "show", "--limit", "500"]).to_string();
    assert!(entries.contains("send again"), "the ledger keeps that it left once more");
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn a_new_campaign_goes_to_the_address_that_works_and_the_approver_sees_it() {
    let desk = office();
    let tried = desk.ok(&["party", "test", "isp-a"]);
    assert_eq!((&tried["mail"], &tried["outcome"]), (&json!("abuse@isp-a.example"), &json!("handed-over")));
    let told = comes_back(&desk, "abuse@isp-a.example", "1");
    assert_eq!((&told["reports"], &told["waiting"]), (&json!(1), &json!(0)), "{told}");
    let shown = desk.ok(&["party", "show", "isp-a"]);
    assert_eq!((&shown["trials"][0]["outcome"], &shown["trials"][0]["status"]), (&json!("failed"), &json!("5.1.1")));
    assert_eq!(shown["channels"][1]["in_use"], true);
    assert!(!shown["channels"][0]["health"]["failing_since"].is_null());
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    desk.ok(&["campaign", "send", &campaign]);
    let mails = std::fs::read_dir(desk.office().join("outbox")).unwrap();
    let mails: Vec<String> = mails.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    assert_eq!(mails.iter().filter(|mail| mail.contains("To: noc@isp-a.example\r\n")).count(), 1);
    assert_eq!(mails.iter().filter(|mail| mail.contains("To: abuse@isp-a.example\r\n")).count(), 1, "the test alone");
    // The test letter holds nothing of any case, and an unknown address is none of the party's.
    let test = mails.iter().find(|mail| mail.contains("To: abuse@isp-a.example\r\n")).unwrap();
    for word in ["req-", "cmp-", "198.18.", ".csv", "attachment"] {
        assert!(!test.contains(word), "{word}: {test}");
    }
    let (_, other) = desk.fails(&["party", "test", "isp-a", "--mail", "abuse@isp-b.example"]);
    assert!(other["error"].as_str().unwrap().contains("no such address"), "{other}");
    // Who is no keeper sends none.
    desk.ok(&["seat", "invite", "day-desk", "--title-ja", "係", "--title-en", "desk", "--duty", "drafter"]);
    assert_eq!(desk.fails(&["--seat", "day-desk", "party", "test", "isp-a"]).0, 3);
}

#[test]
fn a_test_letter_waits_for_the_server_and_leaves_once() {
    let mut server = SmtpServer::start(&SmtpOptions::default()).unwrap();
    let desk = office();
    use_server(&desk, &server);
    let port = server.port();
    server.kill();
    let away = desk.ok(&["party", "test", "isp-b"]);
    assert_eq!((&away["outcome"], &away["state"]), (&json!("waiting"), &json!("queued")), "{away}");
    assert!(away["said"].as_str().unwrap().contains("mail server"), "{away}");
    let server = SmtpServer::start(&SmtpOptions { port, ..SmtpOptions::default() }).unwrap();
    use_server(&desk, &server);
    desk.ok(&["campaign", "send"]);
    let shown = desk.ok(&["party", "show", "isp-b"]);
    assert_eq!(shown["trials"][0]["outcome"], "handed-over", "{shown}");
    assert!(shown["trials"][0]["said"].as_str().unwrap().contains("250"), "{shown}");
    desk.ok(&["campaign", "send"]);
    let ids = taken(&server);
    assert_eq!(ids.values().collect::<Vec<_>>(), [&1]);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_addresses_that_fail() {
    let desk = office();
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    desk.ok(&["campaign", "send", &campaign]);
    comes_back(&desk, "abuse@isp-a.example", "1");
    let request = row(&desk, &campaign)["request"].as_str().unwrap().to_owned();
    let served = Served::over(desk);
    let site = served.site.clone();
    let person = served.seat("night-desk", "drafter,keeper,sender", None);
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let browser = Browser::start(&wide).await.unwrap();
    sign_in(&browser, &site, "night-desk", &person.recovery[0], JA).await;
    see(&browser, &site, &format!("/requests/{request}"), "request-undelivered-ja").await;
    browser.click("button", "次の連絡先に送り直す").await.unwrap();
    browser.until("return !document.querySelector('main .error')").await.unwrap();
    look(&browser, &site, "request-sent-again-ja").await;
    see(&browser, &site, "/parties/isp-a", "party-addresses-ja").await;
    browser.click("button", "試験のメールを送る").await.unwrap();
    browser.wait_for("main caption").await.unwrap();
    look(&browser, &site, "party-tried-ja").await;
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: true };
    let narrow = Browser::start(&narrow).await.unwrap();
    sign_in(&narrow, &site, "night-desk", &person.recovery[1], EN).await;
    see(&narrow, &site, "/parties/isp-a", "party-tried-narrow-en").await;
    see(&narrow, &site, "/parties", "parties-failing-narrow-en").await;
    // Through the API the same; an address that is none of the party's is refused.
    let token = served.token("night-desk", "work");
    let tried = served.api("POST", "/api/v1/parties/isp-b/test", &token, Some(&json!({})));
    assert_eq!(tried.status, 200, "{}", tried.body);
    let wrong = served.api("POST", "/api/v1/parties/isp-b/test", &token, Some(&json!({ "mail": "x@isp-a.example" })));
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    let nothing = served.api("POST", &format!("/api/v1/requests/{request}/again"), &token, Some(&json!({})));
    assert_eq!(nothing.status, 409, "{}", nothing.body);
}
