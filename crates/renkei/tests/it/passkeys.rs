//! Passkeys: made, used to sign in and to approve, checked again with the ledger alone; and what is refused.

use renkei_core::id::Digest;
use renkei_core::ledger::export::check_export;
use renkei_core::ledger::{Confirmation, Detail, Keyring, confirm};
use renkei_core::passkey::{PasskeyError, PasskeyKey, from_text, to_text};
use renkei_testkit::authenticator::{SoftAssertion, SoftAuthenticator};
use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::Value;

use crate::desk::text;
use crate::pages::{EN, JA, look, see, sign_in, take};
use crate::served::{Got, PASSWORD, Person, Served};

/// The same pages under the name that passkeys are bound to.
fn by_name(served: &Served) -> String {
    served.site.replace("127.0.0.1", "localhost")
}

// ------------------------------------------------------------------------------------- in a browser

#[tokio::test(flavor = "multi_thread")]
async fn made_signed_in_approved_and_checked_again() {
    let served = Served::open(None);
    let (site, campaign) = (by_name(&served), served.desk.plan());
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::Japanese, ..BrowserOptions::default() };
    let head = Browser::start(&narrow).await.unwrap();
    let authenticator = head.add_authenticator().await.unwrap();
    let link = served.invite("section-head", "approver,auditor", None);
    let (_, recovery) = take(&head, &site, &link, "passkey-invitation-narrow-ja").await;
    sign_in(&head, &site, "section-head", &recovery[0], JA).await;

    // Made, once the password was typed again.
    see(&head, &site, "/account", "passkeys-none-narrow-ja").await;
    head.fill("パスキーの名前 必須", "係の端末").await.unwrap();
    head.fill("パスワード 必須", "not my password").await.unwrap();
    head.click("button", "この端末で登録する").await.unwrap();
    head.until("return document.querySelector('[data-failed]').textContent.includes('正しくありません')")
        .await
        .unwrap();
    assert_eq!(head.complaints().await.unwrap().len(), 1, "the browser says that this answer is 401");
    look(&head, &site, "passkeys-wrong-narrow-ja").await;
    head.fill("パスワード 必須", PASSWORD).await.unwrap();
    head.click("button", "この端末で登録する").await.unwrap();
    head.until("return document.querySelectorAll('td strong').length === 1").await.unwrap();
    look(&head, &site, "passkeys-one-narrow-ja").await;
    assert_eq!(head.passkeys(&authenticator).await.unwrap()[0]["rpId"], "localhost");
    // A device has one passkey of a seat.
    head.fill("パスキーの名前 必須", "もう一つ").await.unwrap();
    head.fill("パスワード 必須", PASSWORD).await.unwrap();
    head.click("button", "この端末で登録する").await.unwrap();
    head.until("return document.querySelector('[data-failed]').textContent.includes('すでに登録')").await.unwrap();

    // It alone signs in; a device that does not verify its user does not.
    head.click("button", "サインアウト").await.unwrap();
    head.wait_for("input[name=password]").await.unwrap();
    look(&head, &site, "sign-in-passkey-narrow-ja").await;
    head.verify_user(&authenticator, false).await.unwrap();
    head.click("button", "パスキーでサインイン").await.unwrap();
    head.until("return document.querySelector('[data-failed]').textContent.includes('取り消された')").await.unwrap();
    head.verify_user(&authenticator, true).await.unwrap();
    head.click("button", "パスキーでサインイン").await.unwrap();
    head.wait_for("nav .seat").await.unwrap();
    look(&head, &site, "work-by-passkey-narrow-ja").await;

    // It approves.
    see(&head, &site, &format!("/campaigns/{campaign}"), "campaign-passkey-narrow-ja").await;
    head.click("button", "パスキーで決裁して送付する").await.unwrap();
    head.until("return document.querySelectorAll('.state.sent').length > 0").await.unwrap();
    checked_again(&served);

    // Named anew, removed; password and code are still there.
    see(&head, &site, "/account", "passkeys-used-narrow-ja").await;
    assert!(head.text().await.unwrap().contains("パスキー"));
    head.run("document.querySelector('td details').open = true", serde_json::json!([])).await.unwrap();
    head.wait_for("td details input[name=name]").await.unwrap().fill("鍵その1").await.unwrap();
    head.wait_for("td details button").await.unwrap().click().await.unwrap();
    head.until("return document.querySelector('td strong').textContent === '鍵その1'").await.unwrap();
    wide_and_without_script(&site, &recovery).await;
    head.click("button", "削除する").await.unwrap();
    head.wait_for("p.empty").await.unwrap();
    head.click("button", "サインアウト").await.unwrap();
    head.wait_for("input[name=password]").await.unwrap();
    head.click("button", "パスキーでサインイン").await.unwrap();
    head.until("return document.body.innerText.includes('パスキーを確かめられませんでした')").await.unwrap();
    sign_in(&head, &site, "section-head", &recovery[3], JA).await;
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
}

/// The ledger says that a passkey approved, and what it keeps is enough to check that again.
fn checked_again(served: &Served) {
    let verified = served.desk.ok(&["audit", "verify"]);
    assert_eq!(verified["intact"], true, "{verified}");
    let approvals = verified["approvals"].as_u64().unwrap();
    assert!(approvals > 1 && verified["confirmed_by_passkey"].as_u64() == Some(approvals), "{verified}");
    let file = served.desk.folder.path().join("ledger.export");
    served.desk.ok(&["audit", "export", text(&file)]);
    let export = std::fs::read_to_string(&file).unwrap();
    let keys = Keyring::parse(&std::fs::read_to_string(file.with_extension("keys")).unwrap()).unwrap();
    let verdict = check_export(&export, &keys, vec![]).unwrap();
    assert_eq!((verdict.faults, verdict.confirmed_by_passkey), (vec![], approvals));

    // By hand, with nothing but what stands there.
    let shown = served.desk.ok(&["audit", "show", "--limit", "1000"]);
    let entries = shown.as_array().unwrap();
    let act = |word: &str| entries.iter().filter(|entry| entry["act"] == word).cloned().collect::<Vec<_>>();
    let introduced = act("keep-passkeys").remove(0);
    let cose = introduced["detail"]["cose"].as_str().unwrap();
    let cose = from_text(cose.trim_end_matches('=').replace('+', "-").replace('/', "_").as_str()).unwrap();
    let key = PasskeyKey::from_cose(&cose).unwrap();
    let confirmed = act("confirmed").remove(0);
    let pairs = confirmed["detail"].as_object().unwrap().iter();
    let detail = pairs.fold(Detail::new(), |detail, (key, value)| detail.put(key, value.as_str().unwrap()));
    let Confirmation { passkey, site, approvals: count, assertion } = Confirmation::read(&detail).unwrap();
    assert_eq!((introduced["detail"]["passkey"].as_str(), count), (Some(passkey.to_string().as_str()), approvals));
    let approved: Vec<(String, Digest)> = act("approve").iter().map(subject).collect();
    let challenge = |of: &[(String, Digest)]| confirm::challenge(of.iter().map(|(id, digest)| (id.as_str(), *digest)));
    assert!(assertion.holds(&key, &site, &challenge(&approved).0).is_ok());
    let mut changed = approved;
    changed[0].1 = Digest::of(b"another manifest");
    assert_eq!(assertion.holds(&key, &site, &challenge(&changed).0), Err(PasskeyError::Challenge));
}

/// Which request an approval is of, and the digest of its manifest.
fn subject(entry: &Value) -> (String, Digest) {
    assert_eq!(entry["detail"]["confirmed"], "passkey");
    let request = entry["objects"][0].as_str().unwrap().split(' ').nth(1).unwrap();
    (request.to_owned(), entry["detail"]["manifest"].as_str().unwrap().parse().unwrap())
}

async fn wide_and_without_script(site: &str, recovery: &[String]) {
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, ..BrowserOptions::default() };
    let wide = Browser::start(&wide).await.unwrap();
    see(&wide, site, "/sign-in", "sign-in-passkey-wide-ja").await;
    sign_in(&wide, site, "section-head", &recovery[1], JA).await;
    see(&wide, site, "/account", "passkeys-wide-ja").await;
    let plain = BrowserOptions { window: Window::Wide, language: Language::English, script: false };
    let plain = Browser::start(&plain).await.unwrap();
    plain.goto(&format!("{site}/sign-in")).await.unwrap();
    assert!(plain.text().await.unwrap().contains("Passkeys work in a browser with script"));
    sign_in(&plain, site, "section-head", &recovery[2], EN).await;
    plain.goto(&format!("{site}/account")).await.unwrap();
    assert!(plain.text().await.unwrap().contains("鍵その1"));
    plain.shot("passkeys-wide-en").await.unwrap();
}

// ---------------------------------------------------------------------------- what no browser sends

/// A seat with a passkey, without a browser.
struct Holder {
    person: Person,
    authenticator: SoftAuthenticator,
    /// What the authenticator keeps for the seat.
    user: String,
}

impl Holder {
    fn new(served: &Served, seat: &str, number: u8) -> Self {
        Self::of(served, (seat, "approver,auditor", None), number)
    }

    /// With these duties, of this party.
    fn of(served: &Served, (seat, duties, party): (&str, &str, Option<&str>), number: u8) -> Self {
        let person = served.seat(seat, duties, party);
        let authenticator = SoftAuthenticator::new(number, "localhost", &by_name(served));
        let mut holder = Self { person, authenticator, user: String::new() };
        let told = holder.making(served);
        holder.user = told["userId"].as_str().unwrap().to_owned();
        let added = holder.add(served, &from_text(told["challenge"].as_str().unwrap()).unwrap());
        assert_eq!(added.status, 303, "{}", added.body);
        holder
    }

    /// The challenge of a ceremony of this seat.
    fn begin(&self, served: &Served, page: &str, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        challenge(&served.send(page, path, &self.person.cookies, fields))
    }

    fn add(&self, served: &Served, challenge: &[u8]) -> Got {
        let made = self.authenticator.register(challenge);
        let (client, attestation) = (to_text(&made.client_data), to_text(&made.attestation));
        let fields = [("name", "鍵"), ("client", client.as_str()), ("attestation", attestation.as_str())];
        served.send("/account", "/account/passkeys", &self.person.cookies, &fields)
    }

    /// Answers the challenge of a ceremony by signing in.
    fn sign_in(&mut self, served: &Served, challenge: &[u8]) -> Got {
        let said = self.authenticator.answer(challenge);
        served.post("/sign-in/passkey", "", &refs(&fields(&self.authenticator, &said, &self.user)))
    }

    /// What the browser would be told to make.
    fn making(&self, served: &Served) -> Value {
        let password = [("password", PASSWORD)];
        let got = served.send("/account", "/account/passkeys/begin", &self.person.cookies, &password);
        assert_eq!(got.status, 200, "{}", got.body);
        serde_json::from_str(&got.body).unwrap()
    }
}

fn challenge(got: &Got) -> Vec<u8> {
    assert_eq!(got.status, 200, "{}", got.body);
    let told: Value = serde_json::from_str(&got.body).unwrap();
    from_text(told["challenge"].as_str().unwrap()).unwrap()
}

fn fields(authenticator: &SoftAuthenticator, said: &SoftAssertion, user: &str) -> Vec<(&'static str, String)> {
    vec![
        ("credential", to_text(&authenticator.credential)),
        ("authenticator", to_text(&said.authenticator_data)),
        ("client", to_text(&said.client_data)),
        ("signature", to_text(&said.signature)),
        ("user", user.to_owned()),
    ]
}

fn refs<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn what_does_not_hold_signs_nobody_in() {
    let served = Served::open(None);
    let mut head = Holder::new(&served, "section-head", 1);
    let asked = || challenge(&served.post("/sign-in/passkey/begin", "", &[]));
    let (one, two) = (asked(), asked());
    assert_ne!(one, two);
    let signed = head.sign_in(&served, &one);
    assert_eq!(signed.status, 303, "{}", signed.body);
    // A question is answered once; one that was never put is not answered at all.
    assert_eq!(head.sign_in(&served, &one).status, 410);
    assert_eq!(head.sign_in(&served, &[7; 32]).status, 410);
    // The question for making a passkey is none for signing in.
    let making = head.making(&served);
    assert_eq!(head.sign_in(&served, &from_text(making["challenge"].as_str().unwrap()).unwrap()).status, 410);

    type Bend = fn(&mut SoftAuthenticator);
    let bends: [(&str, Bend); 4] = [
        ("another origin", |it| it.origin = "https://office.example.test".into()),
        ("another site", |it| it.site = "office.example".into()),
        ("no user verified", |it| it.verified = false),
        ("a frame", |it| it.framed = true),
    ];
    for (name, bend) in bends {
        let straight = head.authenticator.clone();
        bend(&mut head.authenticator);
        let refused = head.sign_in(&served, &asked());
        assert_eq!((refused.status, refused.cookies.len()), (401, 0), "{name}: {}", refused.body);
        head.authenticator = straight;
    }
    // Another's passkey under this seat's handle, and a handle that is not the seat's.
    let said = head.authenticator.answer(&two);
    let other = fields(&head.authenticator, &said, &to_text(&[9; 32]));
    assert_eq!(served.post("/sign-in/passkey", "", &refs(&other)).status, 401);
    // Five failures from here: it waits, as with passwords.
    let waits = head.sign_in(&served, &asked());
    assert_eq!(waits.status, 429, "{}", waits.body);
    assert!(served.desk.ok(&["audit", "verify"])["intact"] == true);
}

#[test]
fn what_does_not_hold_approves_nothing() {
    let served = Served::open(None);
    let campaign = served.desk.plan();
    let (mut head, mut deputy) = (Holder::new(&served, "section-head", 1), Holder::new(&served, "deputy-head", 2));
    let page = format!("/campaigns/{campaign}");
    let path = format!("{page}/approve/passkey");
    let begin = |holder: &Holder| holder.begin(&served, &page, &format!("{path}/begin"), &[]);
    let send = |holder: &Holder, with: &SoftAuthenticator, said: &SoftAssertion| {
        let fields = fields(with, said, "");
        served.send(&page, &path, &holder.person.cookies, &refs(&fields))
    };
    let asked = begin(&head);
    // Without user verification; then the question is used up.
    let straight = head.authenticator.clone();
    head.authenticator.verified = false;
    let said = head.authenticator.answer(&asked);
    assert_eq!(send(&head, &straight, &said).status, 401);
    head.authenticator = straight;
    let said = head.authenticator.answer(&asked);
    assert_eq!(send(&head, &head.authenticator, &said).status, 410);
    // Another's passkey in this session, though it is an approver's too.
    let asked = begin(&head);
    let said = deputy.authenticator.answer(&asked);
    assert_eq!(send(&head, &deputy.authenticator, &said).status, 401);
    // A signature over another challenge of this very session.
    let other = head.begin(&served, "/account", "/account/passkeys/begin", &[("password", PASSWORD)]);
    let said = head.authenticator.answer(&other);
    assert_eq!(send(&head, &head.authenticator, &said).status, 410);
    // Nothing of all this approved; the passkey of the seat over what is approved does.
    let shown = served.desk.ok(&["campaign", "show", &campaign]);
    assert!(shown["list"].as_array().unwrap().iter().all(|row| row["state"] == "draft"), "{shown}");
    let asked = begin(&head);
    let said = head.authenticator.answer(&asked);
    let approved = send(&head, &head.authenticator, &said);
    assert_eq!(approved.status, 303, "{}", approved.body);
    // The same answer again finds nothing to approve.
    assert!(matches!(send_again(&served, &page, &path, &head, &said).status, 409 | 410));
    let verified = served.desk.ok(&["audit", "verify"]);
    assert_eq!((&verified["intact"], &verified["confirmed_by_passkey"]), (&Value::Bool(true), &verified["approvals"]));
}

/// A stage of an inquiry signed by a passkey: its word is over what the stage signs, and the ledger can check it.
#[test]
fn an_inquiry_is_signed_by_a_passkey() {
    let served = Served::open(None);
    let inquiry = crate::inquiries::submitted_to(&served.desk, "isp-b");
    let head = ("aoba-night-head", "approver,sender", Some("aoba-police"));
    let mut head = Holder::of(&served, head, 3);
    let page = format!("/inquiries/{inquiry}");
    let path = format!("{page}/sign/passkey");
    // A word over something else signs nothing.
    let other = head.begin(&served, "/account", "/account/passkeys/begin", &[("password", PASSWORD)]);
    let said = head.authenticator.answer(&other);
    let wrong = fields(&head.authenticator, &said, "");
    assert_eq!(served.send(&page, &path, &head.person.cookies, &refs(&wrong)).status, 410);
    let asked = head.begin(&served, &page, &format!("{path}/begin"), &[]);
    let said = head.authenticator.answer(&asked);
    let right = fields(&head.authenticator, &said, "");
    let signed = served.send(&page, &path, &head.person.cookies, &refs(&right));
    assert_eq!(signed.status, 303, "{}", signed.body);
    let shown = served.desk.ok(&["--seat", "aoba-desk", "inquiry", "show", &inquiry]);
    assert_eq!(shown["state"], "approved", "{shown}");
    let verified = served.desk.ok(&["audit", "verify"]);
    assert_eq!((&verified["intact"], &verified["confirmed_by_passkey"]), (&Value::Bool(true), &Value::from(1)));
}

fn send_again(served: &Served, page: &str, path: &str, head: &Holder, said: &SoftAssertion) -> Got {
    // The campaign's page has no form any more: the token of another page of the session serves.
    assert_eq!(served.get(page, &head.person.cookies).status, 200);
    let fields = fields(&head.authenticator, said, "");
    served.send("/account", path, &head.person.cookies, &refs(&fields))
}

#[test]
fn programs_list_and_remove_the_passkeys_of_their_seat() {
    let served = Served::open(None);
    let (head, other) = (Holder::new(&served, "section-head", 1), Holder::new(&served, "deputy-head", 2));
    let (token, reader) = (served.token("section-head", "work"), served.token("section-head", "read"));
    let list = |token: &str| -> Value {
        serde_json::from_str(&served.api("GET", "/api/v1/passkeys", token, None).body).unwrap()
    };
    let passkey = list(&token)[0]["passkey"].as_str().unwrap().to_owned();
    assert_eq!(passkey, Digest::of(&head.authenticator.credential).to_string());
    let theirs = Digest::of(&other.authenticator.credential);
    let remove = |passkey: &str, token: &str| {
        served.api("POST", &format!("/api/v1/passkeys/{passkey}/removal"), token, None).status
    };
    assert_eq!(remove(&passkey, &reader), 403);
    assert_eq!(remove(&theirs.to_string(), &token), 404);
    assert_eq!(remove(&passkey, &token), 200);
    assert_eq!(list(&token), serde_json::json!([]));
    assert_eq!(remove(&passkey, &token), 404);
}
