//! What goes on after an item was posted: drawn closer, let on by its originator's yes, and what its readers tell of it.

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::pages::{EN, JA, see, sign_in};
use crate::served::{Got, Served};
use crate::sharing::{draft, group, open, refused};

const STIX: &str = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-06-01T00:00:00.000Z","modified":"2026-06-01T00:00:00.000Z","name":"C2","pattern":"[domain-name:value = 'c2.evil.example']","pattern_type":"stix","valid_from":"2026-06-01T00:00:00Z"}"#;

#[test]
fn an_item_goes_on_when_its_originator_says_so() {
    story(&open(None));
}

#[test]
fn an_item_goes_on_when_its_originator_says_so_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    story(&open(Some(postgres.fresh_database().unwrap())));
}

fn as_seat(desk: &Desk, seat: &str, more: &[&str]) -> Value {
    desk.ok(&[&["--seat", seat, "item"], more].concat())
}

fn not_for(desk: &Desk, seat: &str, more: &[&str]) -> (i32, String) {
    refused(desk, &[&["--seat", seat, "item"], more].concat())
}

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

fn story(desk: &Desk) {
    let bankers = group(desk, "不正送金");
    for seat in ["isp-a-desk", "isp-a-head", "isp-b-desk"] {
        desk.ok(&["group", "join", &bankers, seat]);
    }
    let stix = desk.write("c2.json", STIX);
    let given = ["--title", "C2", "--tlp", "amber", "--to-group", &bankers, "--stix", text(&stix)];
    let item = draft(desk, "isp-a-desk", &given);
    // Nobody asks about a draft, or about what does not reach it; the originator has no need to.
    let ask = |to: &[&'static str]| [&["ask", item.as_str(), "--purpose", "海外の被害者に知らせる"], to].concat();
    let to_c = ask(&["--to-party", "isp-c"]);
    assert!(not_for(desk, "isp-b-desk", &to_c).1.contains("there is no item"));
    as_seat(desk, "isp-a-head", &["post", &item]);
    assert!(not_for(desk, "isp-c-desk", &to_c).1.contains("there is no item"));
    assert!(not_for(desk, "isp-a-desk", &to_c).1.contains("your organisation's own"));
    // Whom a question names must be there; a group that one is not in does not exist.
    let hidden = group(desk, "他の話題");
    let to_hidden = ["ask", &item, "--purpose", "x", "--to-group", &hidden];
    assert!(not_for(desk, "isp-b-desk", &to_hidden).1.contains("there is no group"));
    assert!(not_for(desk, "isp-b-desk", &ask(&["--to-party", "isp-z"])).1.contains("there is no party"));
    assert!(not_for(desk, "isp-b-desk", &ask(&["--to-seat", "nobody"])).1.contains("there is no seat"));

    // S3.1: what another organisation shared under amber does not go on in an item of one's own.
    let copied = ["draft", "--kind", "indicator", "--title", "x", "--tlp", "amber", "--stix", text(&stix)];
    as_seat(desk, "isp-c-desk", &copied);
    as_seat(desk, "isp-b-desk", &["show", &item]);
    let (_, told) = not_for(desk, "isp-b-desk", &copied);
    assert!(told.contains("TLP:AMBER") && told.contains(&format!("renkei item ask {item}")), "{told}");
    // A colleague is not told what the desk took.
    let copy = as_seat(desk, "isp-b-head", &copied)["item"].as_str().unwrap().to_owned();
    as_seat(desk, "isp-b-head", &["drop", &copy]);

    // Asked once, heard by the originator, known to who asked, and to nobody else.
    let question = as_seat(desk, "isp-b-desk", &to_c)["onward"].as_str().unwrap().to_owned();
    assert!(not_for(desk, "isp-b-desk", &to_c).1.contains("already"));
    let listed = |seat: &str| {
        let list = as_seat(desk, seat, &["onward"]);
        (count(&list["of_ours"]), count(&list["by_us"]))
    };
    assert_eq!(["isp-a-head", "isp-b-desk", "isp-b-head", "isp-c-head"].map(listed), [(1, 0), (0, 1), (0, 0), (0, 0)]);
    let of_ours = as_seat(desk, "isp-a-head", &["onward"])["of_ours"][0].clone();
    assert_eq!((&of_ours["target"], &of_ours["purpose"]), (&json!("party:isp-c"), &json!("海外の被害者に知らせる")));
    assert_eq!(as_seat(desk, "isp-a-desk", &["show", &item])["onward"][0]["state"], "asked");

    // The originator's approver alone answers; until then nothing goes on.
    let yes = ["answer", &question, "--yes"];
    assert_eq!(not_for(desk, "isp-a-desk", &yes).0, 3);
    assert_eq!(not_for(desk, "isp-b-desk", &yes).0, 3);
    for seat in ["isp-b-head", "isp-c-head"] {
        assert!(not_for(desk, seat, &yes).1.contains("there is no question"), "{seat}");
    }
    assert!(not_for(desk, "isp-c-desk", &["show", &item]).1.contains("there is no item"));
    as_seat(desk, "isp-a-head", &[&yes[..], &["--words", "被害者対応に限る"]].concat());
    assert_eq!(as_seat(desk, "isp-c-desk", &["show", &item])["title"], "C2");
    assert_ne!(not_for(desk, "isp-a-head", &yes).0, 0);
    let by_us = as_seat(desk, "isp-b-desk", &["onward"])["by_us"][0].clone();
    assert_eq!((&by_us["state"], &by_us["words"]), (&json!("granted"), &json!("被害者対応に限る")));
    // Somebody without a seat: a yes changes nothing here; a no goes with words.
    let abroad = as_seat(desk, "isp-c-desk", &ask(&["--outside", "a partner abroad"]))["onward"].clone();
    let no = ["answer", abroad.as_str().unwrap(), "--no", "--words", "相手国の手続による"];
    assert_eq!(as_seat(desk, "isp-a-head", &no)["done"], "declined");
    assert_eq!(as_seat(desk, "isp-c-desk", &["show", &item])["onward"][0]["state"], "declined");

    returned(desk, &item);
    narrowed(desk, &item, &bankers);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

/// S4.29: the originator is told by each of its readers, and they are not told of one another.
fn returned(desk: &Desk, item: &str) {
    let tell = |what: &'static str| ["return", item, "--what", what];
    as_seat(desk, "isp-b-desk", &[&tell("seen")[..], &["--count", "2"]].concat());
    as_seat(desk, "isp-b-desk", &[&tell("seen")[..], &["--count", "3", "--note", "三台"]].concat());
    as_seat(desk, "isp-b-desk", &tell("used"));
    as_seat(desk, "isp-c-desk", &tell("wrong"));
    assert!(not_for(desk, "isp-b-head", &tell("seen")).1.contains("there is no item"));
    assert!(not_for(desk, "isp-a-desk", &tell("seen")).1.contains("your organisation's own"));
    let told = |seat: &str| count(&as_seat(desk, seat, &["show", item])["returns"]);
    assert_eq!(["isp-a-desk", "isp-b-desk", "isp-c-desk"].map(told), [3, 2, 1]);
    let returns = as_seat(desk, "isp-a-head", &["returns"]);
    let one = &returns["items"][0];
    assert_eq!((&one["taken_by"], &one["sightings"], &one["asked"]), (&json!(2), &json!(3), &json!(0)));
    assert_eq!(one["told"], json!({ "seen": 1, "used": 1, "wrong": 1 }));
    assert_eq!(as_seat(desk, "isp-b-desk", &["returns"])["items"], json!([]));
}

/// What is drawn closer is gone for whom it left, and no step of it lets anything further.
fn narrowed(desk: &Desk, item: &str, bankers: &str) {
    fn closer<'a>(item: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&["narrow", item], more].concat()
    }
    assert!(not_for(desk, "isp-a-desk", &closer(item, &[])).1.contains("nothing is narrowed"));
    assert!(not_for(desk, "isp-a-desk", &closer(item, &["--tlp", "green"])).1.contains("wider than the old in TLP"));
    assert!(not_for(desk, "isp-a-desk", &closer(item, &["--tlp", "red"])).1.contains("named people"));
    assert_eq!(not_for(desk, "isp-b-desk", &closer(item, &["--not-group", bankers])).0, 3);
    as_seat(desk, "isp-a-desk", &closer(item, &["--not-group", bankers, "--tlp", "amber+strict"]));
    // Whoever took it is told that it is gone; whom it still reaches sees the closer label.
    for deed in [
        &["show", item][..],
        &["return", item, "--what", "seen"],
        &["ask", item, "--to-party", "isp-c", "--purpose", "x"],
    ] {
        assert!(not_for(desk, "isp-b-desk", deed).1.contains("taken back"), "{deed:?}");
    }
    assert_eq!(as_seat(desk, "isp-c-desk", &["show", item])["tlp"], "amber+strict");
    assert_eq!(as_seat(desk, "isp-b-desk", &["list"])["items"], json!([]));
    // A question whose item left the asker is still the asker's, without its title.
    assert_eq!(as_seat(desk, "isp-b-desk", &["onward"])["by_us"][0]["title"], Value::Null);

    // The originator lets it reach somebody more by its own will: its approver does, who did not write it.
    assert_eq!(not_for(desk, "isp-a-desk", &["widen", item, "--to-seat", "isp-b-head"]).0, 3);
    as_seat(desk, "isp-a-head", &["widen", item, "--to-seat", "isp-b-head"]);
    assert!(not_for(desk, "isp-a-head", &["widen", item, "--to-seat", "isp-b-head"]).1.contains("already"));
    as_seat(desk, "isp-b-head", &["show", item]);
    // And back into the group that it left.
    as_seat(desk, "isp-a-head", &["widen", item, "--to-group", bankers]);
    as_seat(desk, "isp-b-desk", &["show", item]);
    as_seat(desk, "isp-a-desk", &["withdraw", item]);
    assert!(not_for(desk, "isp-a-head", &["widen", item, "--to-party", "isp-b"]).1.contains("withdrawn"));
    assert!(not_for(desk, "isp-a-desk", &closer(item, &["--not-party", "isp-c"])).1.contains("withdrawn"));
}

#[test]
fn programs_ask_answer_and_tell() {
    let served = Served::open(None);
    for (seat, duty) in [
        ("isp-a-desk", "answerer"),
        ("isp-a-head", "approver"),
        ("isp-b-desk", "answerer"),
        ("isp-c-desk", "answerer"),
        ("isp-c-head", "approver"),
    ] {
        served.invite(seat, duty, Some(&seat[..5]));
    }
    let [a, head, b, c, other] =
        ["isp-a-desk", "isp-a-head", "isp-b-desk", "isp-c-desk", "isp-c-head"].map(|seat| served.token(seat, "work"));
    let read = |got: Got| -> Value {
        assert_eq!(got.status, 200, "{}", got.body);
        serde_json::from_str(&got.body).unwrap()
    };
    let post = |path: &str, token: &str, body: Value| served.api("POST", path, token, Some(&body));
    let typed =
        json!({ "kind": "indicator", "title": "C2", "tlp": "amber", "parties": ["isp-b"], "values": ["198.18.7.7"] });
    let item = read(post("/api/v1/items", &a, typed))["item"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/items/{item}");
    read(post(&format!("{path}/post"), &head, json!({})));

    let ask = json!({ "target": "party:isp-c", "purpose": "victims of theirs" });
    assert_eq!(post(&format!("{path}/onward"), &c, ask.clone()).status, 404);
    assert_eq!(post(&format!("{path}/onward"), &b, json!({ "target": "x", "purpose": "y" })).status, 422);
    let asked = read(post(&format!("{path}/onward"), &b, ask.clone()))["onward"].as_str().unwrap().to_owned();
    assert_eq!(post(&format!("{path}/onward"), &b, ask).status, 409);
    let answer = format!("/api/v1/onward/{asked}/answer");
    assert_eq!(post(&answer, &other, json!({ "granted": true })).status, 404);
    assert_eq!(read(served.api("GET", "/api/v1/onward", &head, None))["of_ours"][0]["onward"], json!(asked));
    let waits = read(served.api("GET", "/api/v1/work", &head, None));
    assert_eq!(waits["onward"][0]["purpose"], "victims of theirs");
    assert_eq!(read(post(&answer, &head, json!({ "granted": true, "words": "for them alone" })))["done"], "granted");
    assert_eq!(post(&answer, &head, json!({ "granted": true })).status, 409);
    assert_eq!(read(served.api("GET", &path, &c, None))["title"], "C2");

    let told = read(post(&format!("{path}/returns"), &b, json!({ "what": "seen", "count": 2 })));
    assert_eq!((&told["returns"][0]["what"], &told["returns"][0]["count"]), (&json!("seen"), &json!(2)));
    assert_eq!(read(served.api("GET", "/api/v1/items/returns", &a, None))["items"][0]["sightings"], 2);
    assert_eq!(post(&format!("{path}/narrow"), &a, json!({})).status, 422);
    assert_eq!(post(&format!("{path}/narrow"), &b, json!({ "parties": ["isp-c"] })).status, 403);
    assert_eq!(read(post(&format!("{path}/narrow"), &a, json!({ "parties": ["isp-b"] })))["reaches"][0]["id"], "isp-c");
    assert_eq!(served.api("GET", &path, &b, None).status, 410);
    assert_eq!(read(post(&format!("{path}/widen"), &head, json!({ "target": "party:isp-b" })))["state"], "posted");
    assert_eq!(served.api("GET", &path, &b, None).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_onward_release() {
    let served = Served::open(None);
    let site = served.site.clone();
    let [_writer, head, reader, _other] = [
        ("isp-a-desk", "answerer"),
        ("isp-a-head", "approver"),
        ("isp-b-desk", "answerer"),
        ("isp-c-desk", "answerer"),
    ]
    .map(|(seat, duty)| served.seat(seat, duty, Some(&seat[..5])));
    let desk = &served.desk;
    let bankers = group(desk, "不正送金");
    for seat in ["isp-a-desk", "isp-a-head", "isp-b-desk"] {
        desk.ok(&["group", "join", &bankers, seat]);
    }
    let item = draft(
        desk,
        "isp-a-desk",
        &["--title", "送金先の口座", "--tlp", "amber", "--to-group", &bankers, "--value", "198.18.7.7"],
    );
    // What waits for the approver stands on its first page.
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let house = Browser::start(&wide).await.unwrap();
    sign_in(&house, &site, "isp-a-head", &head.recovery[0], JA).await;
    see(&house, &site, "/", "work-items-ja").await;
    assert!(house.text().await.unwrap().contains("共有の決裁待ち"));
    desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);

    // A reader tells and asks, on a narrow page without script.
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: false };
    let member = Browser::start(&narrow).await.unwrap();
    sign_in(&member, &site, "isp-b-desk", &reader.recovery[0], EN).await;
    member.goto(&format!("{site}/items/{item}")).await.unwrap();
    member.click("DisclosureTriangle", "Tell its originator what came of it").await.unwrap();
    member.fill("How often", "3").await.unwrap();
    member.fill("In words", "three machines of customers").await.unwrap();
    member.shot("item-return-narrow-en").await.unwrap();
    member.click("button", "Tell it").await.unwrap();
    member.wait_for("main h1").await.unwrap();
    assert!(member.text().await.unwrap().contains("seen here ×3"));
    member.click("DisclosureTriangle", "Ask whether it may go on").await.unwrap();
    member.fill("Identifier or name", "isp-c").await.unwrap();
    member.fill("What for required", "their customers are hit").await.unwrap();
    member.shot("item-ask-narrow-en").await.unwrap();
    member.click("button", "Ask").await.unwrap();
    member.wait_for(".state.asked").await.unwrap();
    member.shot("item-asked-narrow-en").await.unwrap();

    // The originator answers, sees what came of it, and draws it closer.
    see(&house, &site, "/", "work-onward-ja").await;
    see(&house, &site, "/items/onward", "onward-ja").await;
    house.click("button", "認める").await.unwrap();
    house.wait_for(".state.granted").await.unwrap();
    see(&house, &site, "/items/returns", "returns-ja").await;
    see(&house, &site, &format!("/items/{item}"), "item-heard-ja").await;
    house.click("DisclosureTriangle", "条件を狭める").await.unwrap();
    house.tick("届けない： 不正送金").await.unwrap();
    house.shot("item-narrow-ja").await.unwrap();
    house.click("button", "狭める").await.unwrap();
    house.wait_for("main h1").await.unwrap();
    see(&house, &site, &format!("/items/new?replaces={item}"), "item-correct-ja").await;

    // The approver lets a seat share by itself, and ends it.
    see(&house, &site, "/items/mandates", "mandates-ja").await;
    house.fill("席 必須", "isp-a-desk").await.unwrap();
    house.fill("最終日 必須", "2090-01-01").await.unwrap();
    house.click("button", "事前決裁をする").await.unwrap();
    house.wait_for(".state.holds").await.unwrap();
    see(&house, &site, "/items/mandates", "mandate-given-ja").await;
    member.goto(&format!("{site}/items/mandates")).await.unwrap();
    member.shot("mandates-none-narrow-en").await.unwrap();
    house.click("button", "事前決裁を終了する").await.unwrap();
    house.wait_for(".state.ended").await.unwrap();
    assert_eq!(house.tofu().await.unwrap(), "", "letters without a glyph");
    member.goto(&format!("{site}/items/{item}")).await.unwrap();
    member.wait_for("main h1").await.unwrap();
    assert!(member.text().await.unwrap().contains("It was taken back"));
    let c = served.token("isp-c-desk", "read");
    assert_eq!(served.api("GET", &format!("/api/v1/items/{item}"), &c, None).status, 200);
}
