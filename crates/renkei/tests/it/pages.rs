//! The story in a real browser: seats are taken, a draft is given back, mended, approved, answered by
//! one provider in the pages and by another through the API, thanked for, and its effect printed.

use renkei_app::signin::code;
use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::json;

use crate::served::{PASSWORD, Served, now};

/// Goes to a page and looks at it as every user may: accessible, small, nothing from elsewhere.
pub async fn see(browser: &Browser, site: &str, path: &str, shot: &str) {
    browser.goto(&format!("{site}{path}")).await.unwrap();
    look(browser, site, shot).await;
}

pub async fn look(browser: &Browser, site: &str, shot: &str) {
    browser.wait_for("main h1").await.unwrap();
    let violations = browser.axe().await.unwrap();
    assert!(violations.is_empty(), "{shot}: {violations}");
    let requests = browser.requests().await.unwrap();
    assert!(requests.elsewhere(site).is_empty() && requests.bytes() < 150_000, "{shot}: {requests:?}");
    let complaints = browser.complaints().await.unwrap();
    assert!(complaints.is_empty(), "{shot}: {complaints:?}");
    browser.shot(shot).await.unwrap();
}

/// Takes a seat in the browser; the secret of its codes and its recovery codes.
pub async fn take(browser: &Browser, site: &str, link: &str, shot: &str) -> (String, Vec<String>) {
    see(browser, site, link, shot).await;
    let totp = browser.wait_for("input[name=totp]").await.unwrap().attribute("value").await.unwrap().unwrap();
    browser.fill("パスワード 必須", PASSWORD).await.unwrap();
    browser.fill("パスワード（確認）", PASSWORD).await.unwrap();
    browser.fill("認証アプリに表示されたコード", &code::now(&totp, now()).unwrap()).await.unwrap();
    browser.click("button", "席に着く").await.unwrap();
    browser.wait_for("ul.codes").await.unwrap();
    let mut recovery = Vec::new();
    for element in browser.all("ul.codes code").await.unwrap() {
        recovery.push(element.text().await.unwrap());
    }
    (totp, recovery)
}

pub async fn sign_in(browser: &Browser, site: &str, seat: &str, code: &str, words: [&str; 4]) {
    let [seat_label, password, code_label, button] = words;
    browser.goto(&format!("{site}/")).await.unwrap();
    browser.fill(seat_label, seat).await.unwrap();
    browser.fill(password, PASSWORD).await.unwrap();
    browser.fill(code_label, code).await.unwrap();
    browser.click("button", button).await.unwrap();
    browser.wait_for("nav .seat").await.unwrap();
}

pub const JA: [&str; 4] = ["席の名前", "パスワード", "認証コード", "サインイン"];
pub const EN: [&str; 4] = ["Name of the seat", "Password", "Code", "Sign in"];

/// Who plays, each in a browser of its own.
struct Cast {
    served: Served,
    site: String,
    desk: Browser,
    head: Browser,
    provider: Browser,
    /// Recovery codes of the desk, and the secret of the head's codes.
    desk_codes: Vec<String>,
    head_totp: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn planned_given_back_mended_approved_answered_thanked() {
    let cast = Cast::seated().await;
    let campaign = cast.drafted().await;
    cast.given_back_mended_approved(&campaign).await;
    let request = cast.answered_in_the_pages().await;
    cast.answered_through_the_api(&request);
    cast.told_and_printed(&campaign, &request).await;
    cast.the_same_without_script(&campaign, &request).await;
    assert_eq!(cast.served.desk.ok(&["audit", "verify"])["intact"], true);
}

impl Cast {
    /// Each takes its seat by a link that works once.
    async fn seated() -> Self {
        let served = Served::open(None);
        let site = served.site.clone();
        let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, ..BrowserOptions::default() };
        let narrow = BrowserOptions { window: Window::Narrow, ..wide };
        let (desk, head, provider) = (
            Browser::start(&wide).await.unwrap(),
            Browser::start(&narrow).await.unwrap(),
            Browser::start(&narrow).await.unwrap(),
        );
        let link = served.invite("cyber-desk", "drafter,analyst,keeper", None);
        let (totp, desk_codes) = take(&desk, &site, &link, "invitation-wide-ja").await;
        desk.goto(&format!("{site}{link}")).await.unwrap();
        assert!(desk.text().await.unwrap().contains("このリンクは使えません"));
        // The browser says that this page is 410, as it should.
        assert_eq!(desk.complaints().await.unwrap().len(), 1);
        see(&desk, &site, "/sign-in", "sign-in-wide-ja").await;
        sign_in(&desk, &site, "cyber-desk", &code::now(&totp, now()).unwrap(), JA).await;
        look(&desk, &site, "work-empty-wide-ja").await;

        let link = served.invite("section-head", "approver,auditor", None);
        let (head_totp, head_codes) = take(&head, &site, &link, "invitation-narrow-ja").await;
        sign_in(&head, &site, "section-head", &head_codes[0], JA).await;

        let link = served.invite("isp-a-desk", "answerer,administrator", Some("isp-a"));
        let (_, codes) = take(&provider, &site, &link, "invitation-isp-narrow-ja").await;
        sign_in(&provider, &site, "isp-a-desk", &codes[0], JA).await;
        Self { served, site, desk, head, provider, desk_codes, head_totp }
    }

    /// The desk rehearses, then drafts; for the provider it does not exist yet.
    async fn drafted(&self) -> String {
        let Self { site, desk, provider, .. } = self;
        see(desk, site, "/campaigns/new", "plan-wide-ja").await;
        desk.fill("題名（日本語）", "VAWTRAKに感染した端末の利用者への注意喚起").await.unwrap();
        desk.fill("題名（英語）", "Alert to users of devices infected with VAWTRAK").await.unwrap();
        desk.fill("目的（日本語）", "被害を防ぐため").await.unwrap();
        desk.fill("ファミリー", "testbot").await.unwrap();
        desk.click("button", "予行する（何も書き込まない）").await.unwrap();
        desk.wait_for("p.notice").await.unwrap();
        look(desk, site, "plan-rehearsed-wide-ja").await;
        desk.click("button", "このとおり起案する").await.unwrap();
        desk.until("return location.pathname.startsWith('/campaigns/cmp-')").await.unwrap();
        let campaign = desk.url().await.unwrap().rsplit('/').next().unwrap().to_owned();
        look(desk, site, "campaign-draft-wide-ja").await;

        // Before it leaves it does not exist for the provider.
        provider.goto(&format!("{site}/requests")).await.unwrap();
        assert!(provider.text().await.unwrap().contains("該当する依頼はありません"));
        campaign
    }

    /// The approver gives it back, the desk mends, the approver approves with a fresh code.
    async fn given_back_mended_approved(&self, campaign: &str) {
        let Self { site, desk, head, head_totp, .. } = self;
        see(head, site, "/", "work-approve-narrow-ja").await;
        see(head, site, &format!("/campaigns/{campaign}"), "campaign-approve-narrow-ja").await;
        head.run("document.querySelector('details').open = true", json!([])).await.unwrap();
        head.fill("直すべき点", "目的に、何の被害かを書くこと。").await.unwrap();
        head.click("button", "差し戻す").await.unwrap();
        head.wait_for("div.card").await.unwrap();
        see(desk, site, "/", "work-mend-wide-ja").await;
        see(desk, site, &format!("/campaigns/{campaign}/mend"), "mend-wide-ja").await;
        desk.fill("目的（日本語）", "不正送金の被害を防ぐため").await.unwrap();
        desk.fill("直した点", "不正送金の被害と書いた。").await.unwrap();
        desk.click("button", "決裁に出し直す").await.unwrap();
        desk.until("return !location.pathname.endsWith('/mend')").await.unwrap();
        head.goto(&format!("{site}/campaigns/{campaign}")).await.unwrap();
        head.fill("認証コード", "000000").await.unwrap();
        head.click("button", "決裁して送付する").await.unwrap();
        head.until("return document.body.innerText.includes('組合せが正しくありません')").await.unwrap();
        assert_eq!(head.complaints().await.unwrap().len(), 1, "the browser says that this page is 401");
        head.goto(&format!("{site}/campaigns/{campaign}")).await.unwrap();
        head.fill("認証コード", &code::now(head_totp, now()).unwrap()).await.unwrap();
        head.click("button", "決裁して送付する").await.unwrap();
        head.until("return document.querySelectorAll('.state.sent').length > 0").await.unwrap();
    }

    /// The provider reads, looks at its rows, answers with numbers.
    async fn answered_in_the_pages(&self) -> String {
        let Self { site, provider, .. } = self;
        see(provider, site, "/", "work-answer-narrow-ja").await;
        provider.click("link", "VAWTRAKに感染した端末の利用者への注意喚起").await.unwrap();
        provider.wait_for("pre.letter").await.unwrap();
        look(provider, site, "request-answer-narrow-ja").await;
        assert!(provider.text().await.unwrap().contains("不正送金の被害を防ぐため"));
        provider.click("button", "受け取りました").await.unwrap();
        provider.wait_for(".state.acknowledged").await.unwrap();
        provider.choose("回答の種別", "一部").await.unwrap();
        provider.fill("利用者に連絡済み", "12").await.unwrap();
        provider.fill("駆除済み", "3").await.unwrap();
        provider.click("button", "回答を送る").await.unwrap();
        provider.wait_for(".state.answered").await.unwrap();
        provider.url().await.unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// Another answers through the API.
    fn answered_through_the_api(&self, request: &str) {
        let Self { served, .. } = self;
        served.invite("isp-b-bot", "answerer", Some("isp-b"));
        let token = served.token("isp-b-bot", "answer");
        let list = served.api("GET", "/api/v1/requests?state=sent", &token, None);
        let list: serde_json::Value = serde_json::from_str(&list.body).unwrap();
        let theirs = list["items"][0]["request"].as_str().unwrap().to_owned();
        assert_ne!(theirs, request);
        let answer = json!({ "outcome": "part", "counts": { "customer-told": 4 } });
        let answered = served.api("POST", &format!("/api/v1/requests/{theirs}/answer"), &token, Some(&answer));
        assert_eq!(answered.status, 200, "{}", answered.body);
    }

    /// The desk tells what came of it, and prints the effect for the provider's management.
    async fn told_and_printed(&self, campaign: &str, request: &str) {
        let Self { site, desk, head, .. } = self;
        see(desk, site, "/", "work-thank-wide-ja").await;
        see(desk, site, &format!("/requests/{request}"), "request-answered-wide-ja").await;
        desk.fill("伝える内容（日本語）", "ご協力により15台の利用者に連絡が届きました。").await.unwrap();
        desk.run("document.querySelectorAll('details').forEach(it => it.open = true)", json!([])).await.unwrap();
        desk.fill("見られなくなった機器1台当たりの金額（円）", "1000").await.unwrap();
        desk.fill("推計の前提（日本語）", "試験のための仮の金額である。").await.unwrap();
        desk.click("button", "伝える").await.unwrap();
        desk.wait_for(".state.fed-back").await.unwrap();
        self.reported(request).await;
        see(desk, site, &format!("/campaigns/{campaign}/effect"), "effect-wide-ja").await;
        assert!(desk.pdf().await.unwrap().starts_with(b"%PDF"));
        assert_eq!(desk.tofu().await.unwrap(), "", "letters without a glyph");
        for (path, shot) in [
            ("/campaigns", "campaigns"),
            ("/requests", "requests"),
            ("/parties", "parties"),
            ("/parties/isp-a", "party"),
            ("/observations", "observations"),
            ("/observations?by=party", "observations-by-party"),
            ("/gates?act=send&duty=sender&class=identification-by-ip&measure=notify-user&recipient=isp", "gates"),
            ("/seats", "seats"),
            ("/parties/import", "import"),
            ("/credentials", "credentials-empty"),
            ("/account", "account"),
        ] {
            see(desk, site, path, &format!("{shot}-wide-ja")).await;
        }
        see(head, site, "/ledger", "ledger-narrow-ja").await;
        head.click("button", "台帳全体を検証する").await.unwrap();
        head.wait_for("p.notice").await.unwrap();
    }

    /// The provider enters what it cost, and keeps the report for its management as PDF.
    async fn reported(&self, request: &str) {
        let Self { site, desk, provider, .. } = self;
        let report = format!("/requests/{request}/report");
        see(provider, site, &report, "report-empty-narrow-ja").await;
        provider.fill("内訳", "はがき15通の郵送").await.unwrap();
        provider.fill("作業時間（分）", "90").await.unwrap();
        provider.fill("金額", "1275").await.unwrap();
        provider.click("button", "費用を記入する").await.unwrap();
        provider.wait_for("main table").await.unwrap();
        look(provider, site, "report-narrow-ja").await;
        let text = provider.text().await.unwrap();
        for words in ["はがき15通の郵送", "1,275 JPY", "ご協力により15台", "試験のための仮の金額", "推計", "15 / "]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
        let pdf = provider.pdf().await.unwrap();
        assert!(pdf.starts_with(b"%PDF") && pdf.len() > 10_000, "{} bytes", pdf.len());
        see(desk, site, &report, "report-wide-ja").await;
        assert!(desk.all("form.sheet").await.unwrap().is_empty(), "what it cost is the provider's to say");
    }

    /// In English, narrow, and without script: the same pages say the same.
    async fn the_same_without_script(&self, campaign: &str, request: &str) {
        let Self { site, desk_codes, .. } = self;
        let plain = BrowserOptions { window: Window::Narrow, language: Language::English, script: false };
        let plain = Browser::start(&plain).await.unwrap();
        sign_in(&plain, site, "cyber-desk", &desk_codes[0], EN).await;
        for (path, words) in [
            ("/", "My work"),
            ("/campaigns", "Alert to users of devices infected with VAWTRAK"),
            (&format!("/campaigns/{campaign}"), "isp-a"),
            (&format!("/campaigns/{campaign}/effect"), "Effect"),
            (&format!("/requests/{request}"), "Why it is lawful"),
            (&format!("/requests/{request}/report"), "Report for the management"),
            ("/credentials", "No credentials were split yet"),
            ("/observations", "Count by"),
            ("/gates", "Rules in force"),
            ("/seats", "Invite to a seat"),
        ] {
            plain.goto(&format!("{site}{path}")).await.unwrap();
            plain.wait_for("main h1").await.unwrap();
            let text = plain.text().await.unwrap();
            assert!(text.contains(words), "{path}: {text}");
            plain.shot(&format!("{}-narrow-en", path.split(['/', '?']).next_back().unwrap_or(""))).await.unwrap();
        }
    }
}
