//! A reader finds, fills, clicks and looks.

use renkei_testkit::browser::{BrowserError, BrowserOptions, Key, Language, Window};
use serde_json::json;

use crate::open;
use crate::site::Site;

#[tokio::test]
async fn a_form_is_filled_by_its_labels_and_sent() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/form", &BrowserOptions::default()).await;
    assert!(browser.text().await?.contains("スクリプトあり"));
    browser.fill("宛先", "置き換えられる").await?;
    browser.fill("宛先", "AS 64496").await?;
    browser.fill("期日", "2026-11-22").await?;
    browser.choose("種類", "通知").await?;
    browser.tick("確かめました").await?;
    assert!(browser.field("確かめました").await?.is_ticked().await?);
    assert_eq!(browser.field("宛先 必須").await?.value().await?, "AS 64496");
    browser.click("button", "送信").await?;
    assert_eq!(browser.title().await?, "/taken");
    let sent = browser.wait_for("pre").await?.text().await?;
    assert_eq!(sent.lines().collect::<Vec<_>>(), ["to=AS 64496", "by=2026-11-22", "kind=通知", "agreed=on"]);
    browser.back().await?;
    browser.click("link", "書体").await?;
    assert_eq!(browser.find("heading", "書体").await?.text().await?, "書体");
    assert_eq!(browser.url().await?, site.url("/fonts"));
    Ok(())
}

#[tokio::test]
async fn keys_alone_are_enough() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/form", &BrowserOptions::default()).await;
    browser.press(Key::Tab).await?;
    assert_eq!(browser.focused().await?.name().await?, "宛先 必須");
    browser.focused().await?.fill("鍵").await?;
    browser.press(Key::Enter).await?;
    assert!(browser.wait_for("pre").await?.text().await?.starts_with("to=鍵"));
    Ok(())
}

#[tokio::test]
async fn what_comes_late_is_waited_for_and_what_is_missing_is_told() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/late", &BrowserOptions::default()).await;
    assert_eq!(browser.wait_for("[role=status]").await?.text().await?, "届きました");
    assert!(browser.complaints().await?.iter().any(|line| line.contains("planted")));
    let missing = browser.find("heading", "Early").await.unwrap_err().to_string();
    assert_eq!(missing, format!("no heading `Early` on `{}`; there is: `Late`", site.url("/late")));
    Ok(())
}

#[tokio::test]
async fn japanese_has_glyphs_and_pictures_and_paper_show_them() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/form", &BrowserOptions::default()).await;
    assert_eq!(browser.tofu().await?, "");
    let wide = browser.shot("testkit-form").await?;
    let picture = std::fs::read(wide)?;
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.len() > 5_000, "{} bytes", picture.len());
    let paper = browser.pdf().await?;
    assert!(paper.starts_with(b"%PDF-") && paper.len() > 5_000, "{} bytes", paper.len());
    // No character has this number, so no font has a glyph for it.
    browser.goto(&site.url("/fonts")).await?;
    assert_eq!(browser.tofu().await?, "\u{378}");
    Ok(())
}

#[tokio::test]
async fn window_and_language_are_as_asked() -> Result<(), BrowserError> {
    let site = Site::start();
    for (window, language, size, asked) in [
        (Window::Wide, Language::Japanese, json!([1280, 900]), "ja"),
        (Window::Narrow, Language::English, json!([390, 844]), "en"),
    ] {
        let browser = open(&site, "/language", &BrowserOptions { window, language, script: true }).await;
        assert_eq!(browser.run("return [innerWidth, innerHeight]", json!([])).await?, size);
        assert_eq!(browser.run("return navigator.language", json!([])).await?, asked);
        let heading = browser.wait_for("h1").await?.text().await?;
        assert!(heading.starts_with(asked), "{heading}");
    }
    Ok(())
}

#[tokio::test]
async fn without_script_no_script_runs_and_forms_still_work() -> Result<(), BrowserError> {
    let site = Site::start();
    let browser = open(&site, "/form", &BrowserOptions { script: false, ..BrowserOptions::default() }).await;
    assert!(browser.text().await?.contains("スクリプトなし"));
    browser.fill("宛先", "AS 64496").await?;
    browser.click("button", "送信").await?;
    assert!(browser.text().await?.contains("to=AS 64496"));
    Ok(())
}
