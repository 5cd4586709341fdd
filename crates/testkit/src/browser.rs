//! A real browser for tests of a web site: Chromium without a window, driven by chromedriver.
//!
//! It speaks [WebDriver](https://www.w3.org/TR/webdriver2/) over loopback, has a profile of its own in
//! a temporary folder, reaches no host but `127.0.0.1` and `localhost`, and ends with the value that
//! started it (or with its process, however that ends). What a test looks for it finds as a reader
//! with a screen reader would: by role and accessible name. Whatever is looked for is waited for.
//!
//! ```no_run
//! # async fn example(site: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use renkei_testkit::browser::{Browser, BrowserOptions, Window};
//!
//! let options = BrowserOptions { window: Window::Narrow, ..BrowserOptions::default() };
//! let browser = Browser::start(&options).await?;
//! browser.goto(&format!("{site}/requests/new")).await?;
//! browser.fill("宛先", "AS 64496").await?;
//! browser.click("button", "送信").await?;
//! browser.wait_for("main [role=status]").await?;
//! let violations = browser.axe().await?;
//! assert!(violations.is_empty(), "{violations}");
//! let requests = browser.requests().await?;
//! assert!(requests.elsewhere(site).is_empty() && requests.bytes() < 150_000, "{requests:?}");
//! browser.shot("request-sent").await?;
//! # Ok(()) }
//! ```

mod wire;
mod process;
mod session;
mod find;
mod look;
mod audit;
mod passkey;

pub use audit::{Request, Requests, Violation, Violations};
pub use find::{Element, Key};
pub use passkey::Authenticator;
pub use process::BrowserStartError;
pub use session::{Browser, BrowserOptions, Language, Window};
pub use wire::BrowserError;
