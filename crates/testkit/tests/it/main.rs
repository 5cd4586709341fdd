//! The browser for tests, tested: on a small site of its own, with good pages and planted faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod site;
mod reader;
mod faults;
mod passkey;
mod life;

use renkei_testkit::browser::{Browser, BrowserOptions};

/// A browser that shows this page of the site.
async fn open(site: &site::Site, path: &str, options: &BrowserOptions) -> Browser {
    let browser = Browser::start(options).await.unwrap_or_else(|error| panic!("{error}"));
    browser.goto(&site.url(path)).await.unwrap_or_else(|error| panic!("{error}"));
    browser
}
