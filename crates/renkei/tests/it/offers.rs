//! Offers: with this we could act. Written by a provider, reviewed by the house, met by a request, told back;
//! in the pages, through the API, at the shell, to a webhook; and never to another provider.

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::{Value, json};

use crate::pages::{EN, JA, look, see, sign_in};
use crate::served::{Got, Served};

const NEEDS: &str = "自社のアドレスから届いたスパムの送信元と時刻";
const DOES: &str = "該当する契約者に連絡し、送信を制限する。";

fn json(got: &Got) -> Value {
    assert_eq!(got.status, 200, "{}", got.body);
    serde_json::from_str(&got.body).unwrap()
}

/// The requests of a campaign that was planned, by party.
fn request(served: &Served, campaign: &str, party: &str) -> String {
    let shown = served.desk.ok(&["campaign", "show", campaign]);
    let row = shown["list"].as_array().unwrap().iter().find(|row| row["party"] == party).unwrap();
    row["request"].as_str().unwrap().to_owned()
}

#[test]
fn an_offer_is_reviewed_met_and_told_back_and_no_other_provider_hears_of_it() {
    let served = Served::open(None);
    let campaign = served.desk.plan();
    served.invite("isp-a-desk", "answerer", Some("isp-a"));
    served.invite("isp-b-desk", "answerer", Some("isp-b"));
    served.invite("night-desk", "drafter", None);
    let [a, b, house] = ["isp-a-desk", "isp-b-desk", "night-desk"].map(|seat| served.token(seat, "work"));
    let typed = json!({ "class": "identification-by-ip", "needs": NEEDS, "does": DOES });
    let made = json(&served.api("POST", "/api/v1/offers", &a, Some(&typed)));
    assert_eq!((&made["state"], &made["party"], &made["does"]), (&json!("offered"), &json!("isp-a"), &json!(DOES)));
    let offer = made["offer"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/offers/{offer}");
    // Nothing of it is there for another provider, nor for who reads only.
    assert_eq!(json(&served.api("GET", "/api/v1/offers", &b, None))["items"], json!([]));
    for (method, step) in [("GET", ""), ("POST", "/withdraw"), ("POST", "/acknowledgement"), ("POST", "/review")] {
        let got = served.api(method, &format!("{path}{step}"), &b, (method == "POST").then(|| json!({})).as_ref());
        assert_eq!(got.status, 404, "{step}: {}", got.body);
    }
    let reader = served.token("isp-a-desk", "read");
    assert_eq!(served.api("POST", &format!("{path}/withdraw"), &reader, Some(&json!({}))).status, 403);
    // The house writes none itself, and neither side does the other's part.
    served.invite("house-answers", "answerer,legal", None);
    let answers = served.token("house-answers", "work");
    assert_eq!(served.api("POST", "/api/v1/offers", &answers, Some(&typed)).status, 403);
    for wrong in [
        json!({ "needs": "", "does": DOES }),
        json!({ "needs": NEEDS }),
        json!({ "needs": NEEDS, "does": "x", "class": "?" }),
    ] {
        let got = served.api("POST", "/api/v1/offers", &a, Some(&wrong));
        assert_eq!(got.status, 422, "{wrong}: {}", got.body);
    }
    // It waits for the house, and for nobody of isp-a.
    let waits = |token: &str, list: &str| -> usize {
        json(&served.api("GET", "/api/v1/work", token, None))[list].as_array().unwrap().len()
    };
    assert_eq!((waits(&house, "to_review"), waits(&answers, "to_review"), waits(&a, "to_review")), (1, 1, 0));
    // Nothing is told or named before it is accepted.
    let early = served.api("POST", &format!("{path}/feedback"), &house, Some(&json!({ "text": "早い" })));
    assert_eq!(early.status, 409, "{}", early.body);
    let review = |body: Value| served.api("POST", &format!("{path}/review"), &house, Some(&body));
    // Methods cannot simply be given: the gate says so, with its reason (G19).
    let refused = review(json!({ "verdict": "part", "class": "method", "reason": "手口なら渡せる" }));
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.body.contains("method-not-released"), "{}", refused.body);
    let accepted = json(&review(json!({ "verdict": "part", "reason": "アドレスと時刻だけを渡す。" })));
    assert_eq!(accepted["state"], "accepted-in-part");
    let twice = review(json!({ "verdict": "declined", "reason": "やはり" }));
    assert_eq!(twice.status, 409, "{}", twice.body);
    assert_eq!((waits(&house, "to_review"), waits(&a, "offers_answered")), (0, 1));
    let seen = json(&served.api("POST", &format!("{path}/acknowledgement"), &a, Some(&json!({}))));
    assert_eq!(seen["state"], "accepted-in-part");
    assert_eq!(waits(&a, "offers_answered"), 0);
    // Another party's request is not what came of it; its own is, and is told once it has left.
    let provide =
        |request: &str| served.api("POST", &format!("{path}/request"), &house, Some(&json!({ "request": request })));
    assert_eq!(provide(&request(&served, &campaign, "isp-b")).status, 422);
    let theirs = request(&served, &campaign, "isp-a");
    let provided = json(&provide(&theirs));
    assert_eq!((&provided["state"], &provided["thread"][2]["request"]), (&json!("provided"), &json!(theirs)));
    let before = json(&served.api("GET", &path, &a, None));
    assert_eq!(before["thread"][2]["request"], Value::Null, "{before}");
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    assert_eq!(json(&served.api("GET", &path, &a, None))["thread"][2]["request"], json!(theirs));
    // At the shell the house sees all, tells what came of it, and it is over.
    assert_eq!(served.desk.ok(&["offer", "list"])[0]["offer"], json!(offer));
    let told = served.desk.ok(&["offer", "feedback", &offer, "--text", "3件の送信が止まった。"]);
    assert_eq!(told["done"], "feed-back");
    let shown = served.desk.ok(&["offer", "show", &offer]);
    assert_eq!((&shown["state"], &shown["made_by"]), (&json!("fed-back"), &Value::Null));
    let read = json(&served.api("GET", &path, &a, None));
    assert_eq!((&read["thread"][3]["text"], &read["made_by"]), (&json!("3件の送信が止まった。"), &json!("isp-a-desk")));
    assert_eq!(read["thread"][3]["seat"], Value::Null, "which seat of the house said it is the house's");
    let late = served.api("POST", &format!("{path}/withdraw"), &a, Some(&json!({})));
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn offers_come_page_by_page_and_one_is_declined_and_one_withdrawn_at_the_shell() {
    let served = Served::open(None);
    served.invite("isp-a-desk", "legal", Some("isp-a"));
    let a = served.token("isp-a-desk", "work");
    let mut offers = Vec::new();
    for number in 0..3 {
        let typed = json!({ "needs": format!("情報 {number}"), "does": DOES });
        offers
            .push(json(&served.api("POST", "/api/v1/offers", &a, Some(&typed)))["offer"].as_str().unwrap().to_owned());
    }
    let first = json(&served.api("GET", "/api/v1/offers?limit=2", &a, None));
    assert_eq!((&first["items"][0]["offer"], &first["next"]), (&json!(offers[2]), &json!(offers[1])));
    let rest = json(&served.api("GET", &format!("/api/v1/offers?limit=2&after={}", offers[1]), &a, None));
    assert_eq!((&rest["items"][0]["offer"], &rest["next"]), (&json!(offers[0]), &Value::Null));
    assert_eq!(served.api("GET", "/api/v1/offers?state=somewhere", &a, None).status, 422);
    let review = ["offer", "review", &offers[0], "--verdict", "declined", "--reason", "渡せる情報がない。"];
    assert_eq!(served.desk.ok(&review)["done"], "decline");
    let whole = ["offer", "review", &offers[1], "--verdict", "whole", "--reason", "渡す。", "--class", "nonsense"];
    assert!(served.desk.fails(&whole).1["error"].as_str().unwrap().contains("identification-by-ip"));
    let content = ["offer", "review", &offers[1], "--verdict", "part", "--reason", "渡す。", "--class", "content"];
    assert_eq!(served.desk.fails(&content).0, 3, "the gate refuses: nobody opened it");
    let withdrawn = json(&served.api("POST", &format!("/api/v1/offers/{}/withdraw", offers[2]), &a, Some(&json!({}))));
    assert_eq!(withdrawn["state"], "withdrawn");
    let declined = json(&served.api("GET", "/api/v1/offers?state=declined", &a, None));
    assert_eq!(declined["items"][0]["offer"], json!(offers[0]));
    let nowhere = served.desk.fails(&["offer", "show", "ofr-00000000000000000000000000"]);
    assert!(nowhere.0 == 1 && nowhere.1["error"].as_str().unwrap().contains("renkei offer list"), "{nowhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_offer() {
    let served = Served::open(None);
    let campaign = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    let site = served.site.clone();
    let provider = served.seat("isp-a-desk", "answerer", Some("isp-a"));
    let drafter = served.seat("night-desk", "drafter", None);
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: false };
    let theirs = Browser::start(&narrow).await.unwrap();
    sign_in(&theirs, &site, "isp-a-desk", &provider.recovery[0], EN).await;
    // Every page works without script.
    theirs.goto(&format!("{site}/offers")).await.unwrap();
    theirs.wait_for("p.empty").await.unwrap();
    theirs.shot("offers-empty-narrow-en").await.unwrap();
    theirs.click("link", "Write an offer").await.unwrap();
    theirs.wait_for("textarea[name=does]").await.unwrap();
    theirs.shot("offer-new-narrow-en").await.unwrap();
    theirs.choose("Kind of data", "address and time").await.unwrap();
    theirs.fill("What is needed required", NEEDS).await.unwrap();
    theirs.fill("What would be done with it required", DOES).await.unwrap();
    theirs.click("button", "Send the offer").await.unwrap();
    theirs.wait_for(".state.offered").await.unwrap();
    let offer = theirs.url().await.unwrap().rsplit('/').next().unwrap().to_owned();

    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let house = Browser::start(&wide).await.unwrap();
    sign_in(&house, &site, "night-desk", &drafter.recovery[0], JA).await;
    see(&house, &site, "/", "work-review-ja").await;
    see(&house, &site, "/offers", "offers-ja").await;
    house.click("link", NEEDS).await.unwrap();
    house.wait_for("select[name=verdict]").await.unwrap();
    look(&house, &site, "offer-review-ja").await;
    house.fill("理由 必須", "アドレスと時刻だけを渡す。").await.unwrap();
    house.click("button", "検討の結果を返す").await.unwrap();
    house.wait_for(".state.accepted-in-part").await.unwrap();
    look(&house, &site, "offer-accepted-ja").await;
    house.click("button", "応じた依頼を示す").await.unwrap();
    house.wait_for(".state.provided").await.unwrap();
    house.fill("その結果 必須", "3件の送信が止まった。").await.unwrap();
    house.click("button", "伝える").await.unwrap();
    house.wait_for(".state.fed-back").await.unwrap();
    look(&house, &site, "offer-fed-back-ja").await;
    assert_eq!(house.tofu().await.unwrap(), "", "letters without a glyph");

    theirs.goto(&format!("{site}/")).await.unwrap();
    theirs.wait_for("main h1").await.unwrap();
    assert!(theirs.text().await.unwrap().contains("Your offer was answered"));
    theirs.goto(&format!("{site}/offers/{offer}")).await.unwrap();
    theirs.click("button", "We have seen the answer").await.unwrap();
    theirs.wait_for("ol.cards li:nth-child(4)").await.unwrap();
    theirs.shot("offer-narrow-en").await.unwrap();
    // A narrow page with script is looked at for barriers too.
    let narrow = Browser::start(&BrowserOptions { script: true, ..narrow }).await.unwrap();
    sign_in(&narrow, &site, "isp-a-desk", &provider.recovery[1], EN).await;
    for (path, shot) in [("/offers", "offers-narrow-en"), ("/offers/new", "offer-new-narrow-en")] {
        see(&narrow, &site, path, shot).await;
    }
    see(&narrow, &site, &format!("/offers/{offer}"), "offer-narrow-en").await;
    assert!(!narrow.text().await.unwrap().contains("night-desk"), "which desk of the house it was is the house's");
}
