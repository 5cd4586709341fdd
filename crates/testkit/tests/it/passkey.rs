//! A passkey is made and used, without a finger.

use renkei_testkit::browser::{BrowserError, BrowserOptions};
use serde_json::{Value, json};

use crate::open;
use crate::site::Site;

const CREATE: &str = "return navigator.credentials.create({ publicKey: {
    rp: { name: 'renkei' }, user: { id: new Uint8Array([1]), name: 'desk', displayName: '窓口' },
    challenge: new Uint8Array(32), pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
} }).then(made => made.id, error => error.name)";

const GET: &str = "return navigator.credentials.get({ publicKey: {
    challenge: new Uint8Array(32), userVerification: 'required', timeout: 2000,
} }).then(got => got.id, error => error.name)";

#[tokio::test]
async fn a_passkey_is_made_used_and_gone_with_its_authenticator() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/form", &BrowserOptions::default()).await;
    let authenticator = browser.add_authenticator().await?;
    let made = browser.run(CREATE, json!([])).await?;
    let kept = browser.passkeys(&authenticator).await?;
    assert_eq!((kept.len(), kept[0]["rpId"].as_str()), (1, Some("localhost")), "{made}");
    // The key outlives the page.
    browser.goto(&site.url("/fonts")).await?;
    assert_eq!(browser.run(GET, json!([])).await?, made);
    browser.verify_user(&authenticator, false).await?;
    assert_eq!(browser.run(GET, json!([])).await?, Value::from("NotAllowedError"));
    browser.remove_authenticator(authenticator).await?;
    let other = browser.add_authenticator().await?;
    assert_eq!(browser.passkeys(&other).await?, [Value::Null; 0]);
    assert_eq!(browser.run(GET, json!([])).await?, Value::from("NotAllowedError"));
    Ok(())
}
