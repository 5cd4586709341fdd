//! Planted faults are found, and none on a good page.

use renkei_testkit::browser::{BrowserError, BrowserOptions};

use crate::open;
use crate::site::Site;

#[tokio::test]
async fn axe_finds_planted_barriers_and_none_on_a_good_page() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/form", &BrowserOptions::default()).await;
    let none = browser.axe().await?;
    assert!(none.is_empty(), "{none}");
    // A policy against all scripts binds the page, not its tests.
    browser.goto(&site.url("/strict")).await?;
    assert!(browser.text().await?.contains("スクリプトなし"));
    assert!(browser.complaints().await?.iter().any(|line| line.contains("Content Security Policy")));
    let none = browser.axe().await?;
    assert!(none.is_empty(), "{none}");
    browser.goto(&site.url("/faults")).await?;
    let found = browser.axe().await?;
    assert_eq!(found.rules(), ["color-contrast", "image-alt", "label"], "{found}");
    let told = found.to_string();
    assert!(told.contains("label (critical): Form elements must have labels\n  input"), "{told}");
    Ok(())
}

#[tokio::test]
async fn every_request_is_seen_and_weighed_and_no_other_host_is_reached() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/stranger", &BrowserOptions::default()).await;
    let asked = browser.requests().await?;
    assert_eq!(asked.elsewhere(&site.url("/")), ["http://198.18.0.1/far.png", "http://cdn.example/far.png"]);
    assert!(asked.0[1..].iter().all(|request| request.bytes == 0), "{asked:?}");
    assert!(asked.hosts().contains("198.18.0.1"), "{asked:?}");
    assert!(browser.complaints().await?.iter().any(|line| line.contains("ERR_NAME_NOT_RESOLVED")));
    browser.goto(&site.url("/form")).await?;
    let light = browser.requests().await?;
    assert!(light.elsewhere(&site.url("/")).is_empty() && (800..2_500).contains(&light.bytes()), "{light:?}");
    browser.goto(&site.url("/heavy")).await?;
    let heavy = browser.requests().await?;
    assert!((200_000..201_000).contains(&heavy.bytes()), "{heavy:?}");
    Ok(())
}
