//! The story in a real browser: seats are taken, a draft is given back, mended, approved, answered by one
//! provider in the pages, by another through the API, by a third with a signed mail, thanked for, and its
//! effect printed. It is played in Japanese on SQLite, and in English on PostgreSQL with the windows changed.

use renkei_app::signin::code;
use renkei_app::words::Words;
use renkei_core::text::Language as Tongue;
use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use renkei_testkit::dkim::SigningDomain;
use renkei_testkit::dns::NameServer;
use serde_json::json;

use crate::desk::{Desk, text};
use crate::feed::log;
use crate::mail_in::{ask_of, letter_to, reply, sheet};
use crate::parties::file as party_file;
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
    take_in(browser, site, link, shot, &Words::new(Tongue::Ja)).await
}

async fn take_in(browser: &Browser, site: &str, link: &str, shot: &str, words: &Words) -> (String, Vec<String>) {
    see(browser, site, link, shot).await;
    let totp = browser.wait_for("input[name=totp]").await.unwrap().attribute("value").await.unwrap().unwrap();
    let password = format!("{} {}", words.of("sign-in-password"), words.of("required"));
    browser.fill(&password, PASSWORD).await.unwrap();
    browser.fill(&words.of("take-again"), PASSWORD).await.unwrap();
    browser.fill(&words.of("take-first-code"), &code::now(&totp, now()).unwrap()).await.unwrap();
    browser.click("button", &words.of("take-seat")).await.unwrap();
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

/// What the campaign is called.
const TITLE: [&str; 2] =
    ["VAWTRAKに感染した端末の利用者への注意喚起", "Alert to users of devices infected with VAWTRAK"];
/// What it is for, as the approver wanted it said.
const PURPOSE: &str = "不正送金の被害を防ぐため";

/// Who plays, each in a browser of its own.
struct Cast {
    words: Words,
    /// The third provider's mail domain, and the name server that knows its key.
    domain: SigningDomain,
    _names: NameServer,
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
    play(Tongue::Ja, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planned_given_back_mended_approved_answered_thanked_in_english_on_postgresql() {
    let registry = renkei_testkit::postgres::shared().unwrap().fresh_database().unwrap();
    play(Tongue::En, Some(registry)).await;
}

async fn play(tongue: Tongue, registry: Option<String>) {
    let cast = Cast::seated(tongue, registry).await;
    let campaign = cast.drafted().await;
    cast.given_back_mended_approved(&campaign).await;
    let request = cast.answered_in_the_pages().await;
    cast.answered_through_the_api(&request);
    cast.answered_by_mail(&campaign).await;
    cast.told_and_printed(&campaign, &request).await;
    cast.the_same_without_script(&campaign, &request).await;
    assert_eq!(cast.served.desk.ok(&["audit", "verify"])["intact"], true);
}

impl Cast {
    fn say(&self, key: &str) -> String {
        self.words.of(key)
    }

    fn is_ja(&self) -> bool {
        self.words.language() == Tongue::Ja
    }

    fn title(&self) -> &'static str {
        if self.is_ja() { TITLE[0] } else { TITLE[1] }
    }

    /// The name of a picture: what it shows, of whom, and in which language.
    fn shot(&self, what: &str) -> String {
        format!("{what}-{}", self.words.language().tag())
    }

    /// Each takes its seat by a link that works once.
    async fn seated(tongue: Tongue, registry: Option<String>) -> Self {
        let (words, ja) = (Words::new(tongue), tongue == Tongue::Ja);
        let desk = Desk::new(registry);
        desk.open();
        let domain = SigningDomain::new("isp-c.example").unwrap();
        let (name, key) = domain.record();
        let records = [(name.as_str(), "TXT", key.as_str()), ("_dmarc.isp-c.example.", "TXT", "v=DMARC1; p=reject")];
        let names = ask_of(&desk, &records);
        let feed = desk.write("2026-11-01-sinkhole.jsonl", &log(300, "2026-11-01"));
        desk.ok(&["ingest", text(&feed)]);
        let served = Served::over(desk);
        let site = served.site.clone();
        let language = if ja { Language::Japanese } else { Language::English };
        let (of_desk, of_others) = if ja { (Window::Wide, Window::Narrow) } else { (Window::Narrow, Window::Wide) };
        let desk = BrowserOptions { window: of_desk, language, script: true };
        let others = BrowserOptions { window: of_others, ..desk };
        let (desk, head, provider) = (
            Browser::start(&desk).await.unwrap(),
            Browser::start(&others).await.unwrap(),
            Browser::start(&others).await.unwrap(),
        );
        let (sign_in_words, tag) = if ja { (JA, "ja") } else { (EN, "en") };
        let link = served.invite("cyber-desk", "drafter,analyst,keeper", None);
        let (totp, desk_codes) = take_in(&desk, &site, &link, &format!("invitation-{tag}"), &words).await;
        desk.goto(&format!("{site}{link}")).await.unwrap();
        assert!(desk.text().await.unwrap().contains(&words.of("problem-link")));
        // The browser says that this page is 410, as it should.
        assert_eq!(desk.complaints().await.unwrap().len(), 1);
        see(&desk, &site, "/sign-in", &format!("sign-in-{tag}")).await;
        sign_in(&desk, &site, "cyber-desk", &code::now(&totp, now()).unwrap(), sign_in_words).await;
        look(&desk, &site, &format!("work-empty-{tag}")).await;

        let link = served.invite("section-head", "approver,auditor", None);
        let (head_totp, head_codes) = take_in(&head, &site, &link, &format!("invitation-head-{tag}"), &words).await;
        sign_in(&head, &site, "section-head", &head_codes[0], sign_in_words).await;

        let link = served.invite("isp-a-desk", "answerer,administrator", Some("isp-a"));
        let (_, codes) = take_in(&provider, &site, &link, &format!("invitation-isp-{tag}"), &words).await;
        sign_in(&provider, &site, "isp-a-desk", &codes[0], sign_in_words).await;
        Self { words, domain, _names: names, served, site, desk, head, provider, desk_codes, head_totp }
    }

    /// The desk rehearses, then drafts; for the provider it does not exist yet.
    async fn drafted(&self) -> String {
        let Self { site, desk, provider, .. } = self;
        see(desk, site, "/campaigns/new", &self.shot("plan")).await;
        desk.fill(&self.say("plan-title-ja"), TITLE[0]).await.unwrap();
        desk.fill(&self.say("plan-title-en"), TITLE[1]).await.unwrap();
        desk.fill(&self.say("plan-purpose-ja"), "被害を防ぐため").await.unwrap();
        desk.fill(&self.say("by-family"), "testbot").await.unwrap();
        desk.click("button", &self.say("plan-rehearse")).await.unwrap();
        desk.wait_for("p.notice").await.unwrap();
        look(desk, site, &self.shot("plan-rehearsed")).await;
        desk.click("button", &self.say("plan-draft")).await.unwrap();
        desk.until("return location.pathname.startsWith('/campaigns/cmp-')").await.unwrap();
        let campaign = desk.url().await.unwrap().rsplit('/').next().unwrap().to_owned();
        look(desk, site, &self.shot("campaign-draft")).await;

        // Before it leaves it does not exist for the provider.
        provider.goto(&format!("{site}/requests")).await.unwrap();
        assert!(provider.text().await.unwrap().contains(&self.say("requests-none")));
        // Its page stays open: it hears by itself when something is asked of it.
        provider.goto(&format!("{site}/")).await.unwrap();
        assert!(provider.text().await.unwrap().contains(&self.say("work-none")));
        campaign
    }

    /// The approver gives it back, the desk mends, the approver approves with a fresh code.
    async fn given_back_mended_approved(&self, campaign: &str) {
        let Self { site, desk, head, head_totp, .. } = self;
        see(head, site, "/", &self.shot("work-approve")).await;
        see(head, site, &format!("/campaigns/{campaign}"), &self.shot("campaign-approve")).await;
        head.run("document.querySelector('details').open = true", json!([])).await.unwrap();
        head.fill(&self.say("return-remark"), "目的に、何の被害かを書くこと。").await.unwrap();
        head.click("button", &self.say("return-title")).await.unwrap();
        head.wait_for("div.card").await.unwrap();
        see(desk, site, "/", &self.shot("work-mend")).await;
        see(desk, site, &format!("/campaigns/{campaign}/mend"), &self.shot("mend")).await;
        desk.fill(&self.say("plan-purpose-ja"), PURPOSE).await.unwrap();
        desk.fill(&self.say("mend-said"), "不正送金の被害と書いた。").await.unwrap();
        desk.click("button", &self.say("mend-send")).await.unwrap();
        desk.until("return !location.pathname.endsWith('/mend')").await.unwrap();
        head.goto(&format!("{site}/campaigns/{campaign}")).await.unwrap();
        head.fill(&self.say("sign-in-code"), "000000").await.unwrap();
        head.click("button", &self.say("approve-and-send")).await.unwrap();
        head.until(&format!("return document.body.innerText.includes('{}')", self.say("problem-wrong"))).await.unwrap();
        assert_eq!(head.complaints().await.unwrap().len(), 1, "the browser says that this page is 401");
        head.goto(&format!("{site}/campaigns/{campaign}")).await.unwrap();
        head.fill(&self.say("sign-in-code"), &code::now(head_totp, now()).unwrap()).await.unwrap();
        head.click("button", &self.say("approve-and-send")).await.unwrap();
        head.until("return document.querySelectorAll('.state.sent').length > 0").await.unwrap();
    }

    /// The provider reads, looks at its rows, answers with numbers.
    async fn answered_in_the_pages(&self) -> String {
        let Self { site, provider, .. } = self;
        provider.until(&format!("return document.body.innerText.includes('{}')", self.title())).await.unwrap();
        look(provider, site, &self.shot("work-answer")).await;
        provider.click("link", self.title()).await.unwrap();
        provider.wait_for("pre.letter").await.unwrap();
        look(provider, site, &self.shot("request-answer")).await;
        assert!(provider.text().await.unwrap().contains(PURPOSE));
        provider.click("button", &self.say("acknowledge")).await.unwrap();
        provider.wait_for(".state.acknowledged").await.unwrap();
        provider.choose(&self.say("answer-outcome"), &self.say("outcome-part")).await.unwrap();
        provider.fill(&self.say("status-customer-told"), "12").await.unwrap();
        provider.fill(&self.say("status-cleaned"), "3").await.unwrap();
        provider.click("button", &self.say("answer-send")).await.unwrap();
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

    /// A third answers with a mail that its domain signed, and a sheet in it.
    async fn answered_by_mail(&self, campaign: &str) {
        let desk = &self.served.desk;
        let letter = letter_to(desk, "isp-c");
        let sheet = sheet(desk, &[], "isp-c", 4, "customer-told");
        let mail = reply(&letter, "desk@isp-c.example", "story@isp-c.example", &sheet);
        let signed = self.domain.sign(&mail, &["From", "To", "Subject", "Message-ID"]).unwrap();
        let maildir = desk.folder.path().join("Maildir");
        SigningDomain::deliver(&maildir, "1", &signed).unwrap();
        let read = desk.ok(&["mail", "read", text(&maildir)]);
        assert_eq!((&read["replies"], &read["list"][0]["proof"]), (&json!(1), &json!("signed")), "{read}");
        // The desk sees it where it sees the others.
        let list = desk.ok(&["campaign", "show", campaign]);
        let row = list["list"].as_array().unwrap().iter().find(|row| row["party"] == "isp-c").unwrap();
        assert_eq!((&row["state"], &row["answered"]), (&json!("answered"), &json!(4)), "{row}");
        let theirs = row["request"].as_str().unwrap();
        see(&self.desk, &self.site, &format!("/requests/{theirs}"), &self.shot("request-by-mail")).await;
        assert!(!self.desk.text().await.unwrap().contains("SECRET SUBSCRIBER"), "G20");
    }

    /// The desk tells what came of it, and prints the effect for the provider's management.
    async fn told_and_printed(&self, campaign: &str, request: &str) {
        let Self { site, desk, head, .. } = self;
        see(desk, site, "/", &self.shot("work-thank")).await;
        see(desk, site, &format!("/requests/{request}"), &self.shot("request-answered")).await;
        desk.fill(&self.say("feedback-ja"), "ご協力により15台の利用者に連絡が届きました。").await.unwrap();
        desk.fill(&self.say("feedback-en"), "Your help reached 15 users.").await.unwrap();
        desk.run("document.querySelectorAll('details').forEach(it => it.open = true)", json!([])).await.unwrap();
        desk.fill(&self.say("estimate-yen-per-device"), "1000").await.unwrap();
        desk.fill(&self.say("estimate-basis-ja"), "試験のための仮の金額である。").await.unwrap();
        desk.click("button", &self.say("feedback-send")).await.unwrap();
        desk.wait_for(".state.fed-back").await.unwrap();
        self.reported(request).await;
        see(desk, site, &format!("/campaigns/{campaign}/effect"), &self.shot("effect")).await;
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
            ("/webhooks", "webhooks"),
        ] {
            see(desk, site, path, &self.shot(shot)).await;
        }
        desk.goto(&format!("{site}/parties/import")).await.unwrap();
        desk.fill(&self.say("import-text"), &party_file("security@isp-a.example", ", { asn = 64500 }")).await.unwrap();
        desk.click("button", &self.say("import-compare")).await.unwrap();
        desk.wait_for("main ins").await.unwrap();
        look(desk, site, &self.shot("import-compared")).await;
        see(head, site, "/ledger", &self.shot("ledger")).await;
        head.click("button", &self.say("ledger-verify")).await.unwrap();
        head.wait_for("p.notice").await.unwrap();
    }

    /// The provider enters what it cost, and keeps the report for its management as PDF.
    async fn reported(&self, request: &str) {
        let Self { site, desk, provider, .. } = self;
        let report = format!("/requests/{request}/report");
        see(provider, site, &report, &self.shot("report-empty")).await;
        provider.fill(&self.say("cost-what"), "はがき15通の郵送").await.unwrap();
        provider.fill(&self.say("cost-minutes"), "90").await.unwrap();
        provider.fill(&self.say("cost-amount"), "1275").await.unwrap();
        provider.click("button", &self.say("cost-enter")).await.unwrap();
        provider.wait_for("main table").await.unwrap();
        look(provider, site, &self.shot("report")).await;
        let text = provider.text().await.unwrap();
        let told = ["はがき15通の郵送", "1,275 JPY", "試験のための仮の金額"];
        let own = if self.is_ja() {
            ["推計", "15 / ", "ご協力により15台"]
        } else {
            ["Estimate", "Not seen any more", "reached 15 users"]
        };
        for words in told.into_iter().chain(own) {
            assert!(text.contains(words), "{words}: {text}");
        }
        let pdf = provider.pdf().await.unwrap();
        assert!(pdf.starts_with(b"%PDF") && pdf.len() > 10_000, "{} bytes", pdf.len());
        see(desk, site, &report, &self.shot("report-of-the-house")).await;
        assert!(desk.all("form.sheet").await.unwrap().is_empty(), "what it cost is the provider's to say");
    }

    /// In English, narrow, and without script: the same pages say the same.
    async fn the_same_without_script(&self, campaign: &str, request: &str) {
        if !self.is_ja() {
            return;
        }
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
