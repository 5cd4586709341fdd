//! A browser that is open: its window, its language, the page that it shows.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::process::{BrowserStartError, Driver};
use super::wire::{BrowserError, ask};

/// How long a page, a script or a search may take, in milliseconds; a slow machine is not a fault.
const LIMIT_MS: u64 = 60_000;

/// What the browser is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserOptions {
    /// The size of its window.
    pub window: Window,
    /// The language that its reader asks for.
    pub language: Language,
    /// Whether pages may run scripts.
    pub script: bool,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self { window: Window::Wide, language: Language::Japanese, script: true }
    }
}

/// The size of a window, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// A desk: 1280 × 900.
    Wide,
    /// A telephone: 390 × 844, with a telephone's way of laying out a page that does not say how wide it is.
    Narrow,
}

/// A language that a reader asks for (`Accept-Language`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `ja`
    Japanese,
    /// `en`
    English,
}

/// A running browser with one page. It stops, and its profile goes, when this is dropped.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    session: String,
}

impl Browser {
    /// Starts one.
    ///
    /// It is tried three times: on a crowded machine one start in about 150 was seen to fail, for reasons not known.
    pub async fn start(options: &BrowserOptions) -> Result<Self, BrowserStartError> {
        let mut started = Self::start_once(options).await;
        for _ in 0..2 {
            if matches!(started, Ok(_) | Err(BrowserStartError::Missing(_))) {
                break;
            }
            started = Self::start_once(options).await;
        }
        started
    }

    async fn start_once(options: &BrowserOptions) -> Result<Self, BrowserStartError> {
        let language = match options.language {
            Language::Japanese => "ja",
            Language::English => "en",
        };
        let driver = Driver::start(language).await?;
        let wanted = capabilities(&driver, options.script, language);
        let opened = ask(driver.port, "POST", "/session", Some(&wanted)).await?;
        let session = opened
            .get("sessionId")
            .and_then(Value::as_str)
            .ok_or_else(|| BrowserError::Odd { command: "/session".to_owned(), said: opened.to_string() })?;
        let browser = Self { driver, session: session.to_owned() };
        let (width, height, mobile) = match options.window {
            Window::Wide => (1280, 900, false),
            Window::Narrow => (390, 844, true),
        };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        browser.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(browser)
    }

    /// Opens an address and waits until the page is loaded.
    pub async fn goto(&self, url: &str) -> Result<(), BrowserError> {
        // What was asked for until now belongs to the page before.
        self.log("performance").await?;
        self.post("url", json!({ "url": url })).await.map(drop)
    }

    /// The address of the page.
    pub async fn url(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.get("url").await?))
    }

    /// The title of the page.
    pub async fn title(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.get("title").await?))
    }

    /// The words of the page as its reader sees them.
    pub async fn text(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.run("return document.body.innerText", json!([])).await?))
    }

    /// The page as it is now, as HTML.
    pub async fn source(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.get("source").await?))
    }

    /// Runs the body of a function in the page, with `arguments`, and gives what it returns; a promise is waited for.
    ///
    /// This works also where pages may not run scripts, but for timers.
    pub async fn run(&self, script: &str, arguments: Value) -> Result<Value, BrowserError> {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Asks for a condition until it holds: the body of a function in the page that returns `true` then.
    pub async fn until(&self, script: &str) -> Result<(), BrowserError> {
        let mut patience = Patience::new();
        while self.run(script, json!([])).await? != Value::Bool(true) {
            if !patience.wait().await {
                let what = format!("moment when `{script}`");
                return Err(BrowserError::Absent { what, page: self.url().await?, there: Vec::new() });
            }
        }
        Ok(())
    }

    /// Forgets all cookies.
    pub async fn forget_cookies(&self) -> Result<(), BrowserError> {
        self.delete("cookie").await
    }

    /// Goes back one page.
    pub async fn back(&self) -> Result<(), BrowserError> {
        self.post("back", json!({})).await.map(drop)
    }

    /// Its temporary folder, with its profile and the log of its driver; gone when this is dropped.
    pub fn folder(&self) -> &Path {
        &self.driver.folder
    }

    pub(super) async fn get(&self, command: &str) -> Result<Value, BrowserError> {
        ask(self.driver.port, "GET", &self.path(command), None).await
    }

    pub(super) async fn post(&self, command: &str, body: Value) -> Result<Value, BrowserError> {
        ask(self.driver.port, "POST", &self.path(command), Some(&body)).await
    }

    pub(super) async fn delete(&self, command: &str) -> Result<(), BrowserError> {
        ask(self.driver.port, "DELETE", &self.path(command), None).await.map(drop)
    }

    /// A command of Chromium's own (DevTools protocol), where WebDriver has none.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Result<Value, BrowserError> {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// What a log of the driver holds; reading empties it.
    pub(super) async fn log(&self, kind: &str) -> Result<Vec<Value>, BrowserError> {
        let mut entries = self.post("se/log", json!({ "type": kind })).await?;
        Ok(entries.as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    fn path(&self, command: &str) -> String {
        format!("/session/{}/{command}", self.session)
    }
}

/// How long a test waits for what it looks for: looks at growing distances, 15 s in all.
#[derive(Debug)]
pub(super) struct Patience {
    looks: u32,
    last: u32,
}

impl Patience {
    pub(super) const fn new() -> Self {
        Self { looks: 0, last: 80 }
    }

    /// For what comes at once if it comes at all: 5 s.
    pub(super) const fn short() -> Self {
        Self { looks: 0, last: 38 }
    }

    /// Waits a little; `false` when it is at its end.
    pub(super) async fn wait(&mut self) -> bool {
        self.looks += 1;
        tokio::time::sleep(Duration::from_millis(if self.looks < 20 { 25 } else { 250 })).await;
        self.looks < self.last
    }
}

pub(super) fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        _ => String::new(),
    }
}

/// What is asked of the driver (WebDriver, section 7; `goog:` is chromedriver's own).
fn capabilities(driver: &Driver, script: bool, language: &str) -> Value {
    let profile = format!("--user-data-dir={}", driver.folder.join("profile").display());
    let arguments = [
        "--headless",
        // CI runs as root, where Chromium's sandbox cannot be had; it sees no page but ours.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--disable-crash-reporter",
        "--disable-breakpad",
        "--no-first-run",
        "--force-color-profile=srgb",
        &format!("--lang={language}"),
        &profile,
    ];
    let preferences = json!({
        "intl.accept_languages": language,
        "credentials_enable_service": false,
        "profile.password_manager_leak_detection": false,
        // 1: allowed, 2: not (Chromium, content_settings.mojom).
        "profile.managed_default_content_settings.javascript": if script { 1 } else { 2 },
    });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "webauthn:virtualAuthenticators": true,
        "timeouts": { "pageLoad": LIMIT_MS, "script": LIMIT_MS },
        "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
        "goog:chromeOptions": { "binary": driver.chromium, "args": arguments, "prefs": preferences },
    } } })
}
