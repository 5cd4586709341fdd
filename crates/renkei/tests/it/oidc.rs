//! Signing in through an organisation's own identity provider: linked once, signed in by it, and what is refused.

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use renkei_testkit::oidc::{CLIENT, OidcProvider, SECRET};

use crate::desk::Desk;
use crate::pages::{JA, look, see, sign_in, take};
use crate::served::{PASSWORD, Served};

/// A served office whose provider `isp-a` has an identity provider of its own.
fn with_provider(only: bool) -> (Served, OidcProvider, String) {
    let mut provider = OidcProvider::start().unwrap();
    let desk = Desk::new(None);
    desk.open();
    let settings = desk.office().join("office.toml");
    let mut text = std::fs::read_to_string(&settings).unwrap();
    text.push_str(&format!(
        "\n[[oidc]]\nparty = \"isp-a\"\nissuer = \"{}\"\nclient = \"{CLIENT}\"\nsecret_file = \"oidc.secret\"\nonly = {only}\n",
        provider.issuer()
    ));
    std::fs::write(&settings, text).unwrap();
    std::fs::write(desk.office().join("oidc.secret"), format!("{SECRET}\n")).unwrap();
    let served = Served::over(desk);
    // As passkeys are, the way back is bound to the name that visitors type.
    let site = served.site.replace("127.0.0.1", "localhost");
    provider.send_back_to(&format!("{site}/sign-in/oidc")).unwrap();
    (served, provider, site)
}

/// Signs in on the provider's own pages, under any name.
async fn sign_in_there(browser: &Browser, name: &str) {
    browser.wait_for("input[name=login]").await.unwrap().fill(name).await.unwrap();
    browser.wait_for("button[type=submit]").await.unwrap().click().await.unwrap();
    browser.until("return document.querySelector('input[name=login]') === null").await.unwrap();
    consent(browser).await;
}

/// Lets the provider tell this office who is there, where it asks.
async fn consent(browser: &Browser) {
    browser.until("return document.readyState === 'complete'").await.unwrap();
    if browser.text().await.unwrap().contains("Continue") {
        browser.wait_for("button[type=submit]").await.unwrap().click().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_is_linked_once_and_signs_in_by_its_organisation() {
    let (served, _provider, site) = with_provider(true);
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::Japanese, ..BrowserOptions::default() };
    let browser = Browser::start(&narrow).await.unwrap();
    let link = served.invite("isp-desk", "answerer", Some("isp-a"));
    let (_, recovery) = take(&browser, &site, &link, "oidc-invitation-narrow-ja").await;

    // Nobody is linked yet: who signs in there is nobody here.
    see(&browser, &site, "/sign-in", "oidc-sign-in-narrow-ja").await;
    browser.click("link", "isp-aのサインインを使う").await.unwrap();
    sign_in_there(&browser, "person-1").await;
    browser.until("return document.body.innerText.includes('このサインインにつながる席がありません')").await.unwrap();
    assert_eq!(browser.complaints().await.unwrap().len(), 1, "the browser says that this answer is 401");

    sign_in(&browser, &site, "isp-desk", &recovery[0], JA).await;
    see(&browser, &site, "/account", "oidc-account-narrow-ja").await;
    // The form of passkeys has a password of its own; this one is the provider's.
    let field = "form[action='/account/oidc'] input[name=password]";
    browser.wait_for(field).await.unwrap().fill("not the password").await.unwrap();
    browser.wait_for("form[action='/account/oidc'] button").await.unwrap().click().await.unwrap();
    browser.until("return document.body.innerText.includes('正しくありません')").await.unwrap();
    assert_eq!(browser.complaints().await.unwrap().len(), 1, "the browser says that this answer is 401");
    see(&browser, &site, "/account", "oidc-account-again-narrow-ja").await;
    browser.wait_for(field).await.unwrap().fill(PASSWORD).await.unwrap();
    browser.wait_for("form[action='/account/oidc'] button").await.unwrap().click().await.unwrap();
    browser.until("return document.querySelector('main a.button') !== null").await.unwrap();
    look(&browser, &site, "oidc-link-narrow-ja").await;
    browser.click("link", "所属機関のサインインへ進む").await.unwrap();
    // The provider knows its person from before.
    consent(&browser).await;
    browser.until("return document.querySelector('#identities') !== null").await.unwrap();
    browser.until("return document.querySelector('form[action=\"/account/oidc/remove\"]') !== null").await.unwrap();
    browser.shot("oidc-linked-narrow-ja").await.unwrap();
    assert!(served.desk.ok(&["audit", "show", "--limit", "1000"]).to_string().contains("identity"));

    // It signs in, and where it was wanted to go.
    browser.click("button", "サインアウト").await.unwrap();
    browser.wait_for("input[name=code]").await.unwrap();
    browser.goto(&format!("{site}/sign-in?back=/requests")).await.unwrap();
    browser.click("link", "isp-aのサインインを使う").await.unwrap();
    consent(&browser).await;
    browser.until("return location.pathname === '/requests'").await.unwrap();
    browser.wait_for("nav .seat").await.unwrap();

    // Since the keeper said `only`, the password of a linked seat opens nothing any more.
    let fields = [("seat", "isp-desk"), ("password", PASSWORD), ("code", recovery[1].as_str())];
    assert_eq!(served.post("/sign-in", "", &fields).status, 401);
    // A suspended seat is out, whatever its organisation says.
    served.desk.ok(&["seat", "suspend", "isp-desk"]);
    browser.goto(&format!("{site}/sign-in")).await.unwrap();
    browser.click("link", "isp-aのサインインを使う").await.unwrap();
    consent(&browser).await;
    browser.until("return document.body.innerText.includes('このサインインにつながる席がありません')").await.unwrap();
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn what_nobody_was_sent_for_is_refused() {
    let (served, provider, site) = with_provider(false);
    let begun = served.get("/sign-in/oidc/isp-a?back=/work", "");
    assert_eq!(begun.status, 303);
    let there = begun.header("location").to_owned();
    assert!(there.starts_with(&provider.issuer()), "{there}");
    let of = |name: &str| {
        let query = there.split_once('?').unwrap().1;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        pairs.into_iter().find(|(known, _)| known == name).unwrap().1
    };
    assert_eq!((of("code_challenge_method").as_str(), of("redirect_uri")), ("S256", format!("{site}/sign-in/oidc")));
    let cookie = begun.cookies.iter().find(|cookie| cookie.starts_with("renkei-oidc=")).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let state = of("state");
    // Another browser brings back what this one was sent for.
    let stolen = served.get(&format!("/sign-in/oidc?state={state}&code=x"), "");
    assert_eq!(stolen.status, 410);
    // And it is used up by that.
    let kept = format!("renkei-oidc={state}");
    assert_eq!(served.get(&format!("/sign-in/oidc?state={state}&code=x"), &kept).status, 410);
    // A code that the provider never gave.
    let begun = served.get("/sign-in/oidc/isp-a", "");
    let cookie = begun.cookies.iter().find(|cookie| cookie.starts_with("renkei-oidc=")).unwrap();
    let kept = cookie.split(';').next().unwrap().to_owned();
    let state = kept.split_once('=').unwrap().1.to_owned();
    assert_eq!(served.get(&format!("/sign-in/oidc?state={state}&code=made-up"), &kept).status, 401);
    // No provider, nothing sent.
    assert_eq!(served.get("/sign-in/oidc/isp-b", "").status, 404);
    assert_eq!(served.get("/sign-in/oidc?state=none&code=x", "renkei-oidc=none").status, 410);
    drop(provider);
    assert_eq!(served.get("/sign-in/oidc/isp-a", "").status, 502);
}
