//! Questions about observations that a seat keeps: in the pages, through the API, at the shell.

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::{Value, json};

use crate::pages::{JA, look, sign_in};
use crate::served::{Got, Served};

fn json(got: &Got) -> Value {
    assert_eq!(got.status, 200, "{}", got.body);
    serde_json::from_str(&got.body).unwrap()
}

const PATH: &str = "/api/v1/observations/questions";

#[test]
fn a_question_is_its_seats_own_until_it_is_shared() {
    let served = Served::open(None);
    served.invite("night-desk", "analyst", None);
    served.invite("day-desk", "drafter", None);
    served.invite("isp-a-desk", "answerer,legal,auditor", Some("isp-a"));
    let [night, day, foreign] = ["night-desk", "day-desk", "isp-a-desk"].map(|seat| served.token(seat, "work"));
    let asked = json!({ "by": "family", "party": "isp-a", "from": "2026-11-01", "port": "" });
    let kept = json(&served.api("POST", PATH, &night, Some(&json!({ "name": " 毎朝 ", "asked": asked }))));
    let id = kept["question"].as_str().unwrap().to_owned();
    let list = |token: &str| json(&served.api("GET", PATH, token, None));
    let own = list(&night);
    assert_eq!((&own[0]["name"], &own[0]["own"]), (&json!("毎朝"), &json!(true)));
    assert_eq!(own[0]["asked"], json!({ "by": "family", "party": "isp-a", "from": "2026-11-01" }), "as it was typed");
    assert_eq!(list(&day), json!([]));
    // What is no field of the filter, or cannot be read, is not kept; nor is a name twice.
    for wrong in [
        json!({ "name": "a", "asked": { "name": "somebody" } }),
        json!({ "name": "a", "asked": { "port": "many" } }),
        json!({ "name": "  " }),
        json!({ "name": "x".repeat(61) }),
        json!({ "asked": {} }),
    ] {
        let got = served.api("POST", PATH, &night, Some(&wrong));
        assert_eq!(got.status, 422, "{wrong}: {}", got.body);
    }
    assert_eq!(served.api("POST", PATH, &night, Some(&json!({ "name": "毎朝" }))).status, 409);
    // Another seat of the house sees it once it is shared, and cannot change it; another party never does.
    let change = |token: &str, body: &Value| served.api("POST", &format!("{PATH}/{id}/change"), token, Some(body));
    assert_eq!(change(&day, &json!({ "shared": true })).status, 404);
    assert_eq!(change(&night, &json!({ "shared": true, "name": "朝の確認" })).status, 200);
    let seen = list(&day);
    assert_eq!(
        (&seen[0]["name"], &seen[0]["own"], &seen[0]["seat"]),
        (&json!("朝の確認"), &json!(false), &json!("night-desk"))
    );
    assert_eq!(served.api("POST", &format!("{PATH}/{id}/removal"), &day, Some(&json!({}))).status, 404);
    assert_eq!(served.api("GET", PATH, &foreign, None).status, 404);
    // At the shell the same question counts the same, and shows the rows that it means.
    let told = served.desk.ok(&["--seat", "night-desk", "observations", "questions"]);
    assert_eq!(told[0]["name"], "朝の確認");
    let shell = |args: &[&str]| served.desk.ok(&[&["--seat", "day-desk", "observations"], args].concat());
    let counted = shell(&["--question", "朝の確認", "--count"]);
    assert_eq!(counted, shell(&["--party", "isp-a", "--from", "2026-11-01", "--by", "family"]));
    assert!(counted["rows"][0]["lines"].as_u64().unwrap() > 0, "{counted}");
    let rows = shell(&["--question", "朝の確認", "--limit", "3"]);
    assert_eq!(rows["rows"][0]["party"], "isp-a");
    let none = served.desk.fails(&["--seat", "day-desk", "observations", "--question", "夕方"]);
    assert!(none.1["error"].as_str().unwrap().contains("renkei observations questions"), "{none:?}");
    let both = served.desk.run(&["observations", "--question", "朝の確認", "--party", "isp-b"]);
    assert_eq!(both.status.code(), Some(2), "a question is asked as it was kept");
    assert_eq!(served.api("POST", &format!("{PATH}/{id}/removal"), &night, Some(&json!({}))).status, 200);
    assert_eq!(list(&day), json!([]));
    // The ledger says that a question was kept, and not what it asks.
    let entries = served.desk.ok(&["audit", "show", "--limit", "200"]).to_string();
    assert!(entries.contains("question-kept") && !entries.contains("朝の確認"), "{entries}");
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_kept_renamed_and_forgotten_in_the_pages() {
    let served = Served::open(None);
    let site = served.site.clone();
    let analyst = served.seat("night-desk", "analyst", None);
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let browser = Browser::start(&wide).await.unwrap();
    sign_in(&browser, &site, "night-desk", &analyst.recovery[0], JA).await;
    browser.goto(&format!("{site}/observations?by=party&family=testbot&port=")).await.unwrap();
    browser.fill("名前 必須", "testbot を関係者ごとに").await.unwrap();
    browser.click("button", "この問いを保存する").await.unwrap();
    browser.wait_for("nav.questions a").await.unwrap();
    look(&browser, &site, "observations-questions-ja").await;
    let link = browser.wait_for("nav.questions a").await.unwrap().attribute("href").await.unwrap().unwrap();
    assert_eq!(link, "/observations?by=party&family=testbot");
    browser.goto(&format!("{site}{link}")).await.unwrap();
    browser.run("document.querySelectorAll('details').forEach(it => it.open = true)", json!([])).await.unwrap();
    look(&browser, &site, "observations-questions-open-ja").await;
    let name = browser.wait_for("details input[name=name]").await.unwrap().attribute("value").await.unwrap().unwrap();
    assert_eq!(name, "testbot を関係者ごとに");
    browser.click("button", "「testbot を関係者ごとに」を消す").await.unwrap();
    browser.until("return !document.querySelector('nav.questions')").await.unwrap();
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: true };
    let narrow = Browser::start(&narrow).await.unwrap();
    sign_in(&narrow, &site, "night-desk", &analyst.recovery[1], crate::pages::EN).await;
    let token = served.token("night-desk", "work");
    json(&served.api("POST", PATH, &token, Some(&json!({ "name": "every morning", "shared": true }))));
    crate::pages::see(&narrow, &site, "/observations", "observations-questions-narrow-en").await;
}
