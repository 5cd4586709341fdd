//! The processes of a browser: a driver and what it starts, gone when their pipe closes.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::wire::BrowserError;

/// Why no browser could be started. A test that needs one fails with this; it is never skipped.
#[derive(thiserror::Error)]
pub enum BrowserStartError {
    /// A program is not there.
    #[error("no `{0}` in PATH: run ./test, which installs it (Debian: apt-get install chromium chromium-driver)")]
    Missing(&'static str),
    /// The temporary folder could not be made, or the driver not run.
    #[error("the browser could not be run: {0}")]
    Run(#[from] io::Error),
    /// The driver ended, or never answered; its log says why.
    #[error("the driver of the browser did not come up: {0}")]
    Silent(String),
    /// The browser did not come up, or could not be set as asked.
    #[error("the browser did not come up: {0}")]
    Refused(#[from] BrowserError),
}

/// A test that returns it is told by cargo what `Debug` says, and should read what to do.
impl fmt::Debug for BrowserStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The shell that outlives this process: starts the driver as a group of its own, waits for the pipe
/// to close, ends the whole group (the driver alone would leave its browser behind), cleans up.
const KEEPER: &str = r#"dir=$1; shift
setsid "$@" </dev/null >"$dir/log" 2>&1 & driver=$!
cat >/dev/null
kill -s KILL -- "-$driver" || kill -s KILL "$driver"; wait "$driver"
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$dir" && break; sleep 0.2; done"#;

/// A running driver.
#[derive(Debug)]
pub(super) struct Driver {
    /// Its port of loopback.
    pub(super) port: u16,
    /// Its folder, for the profile of the browser too.
    pub(super) folder: PathBuf,
    /// The browser that it is to start.
    pub(super) chromium: PathBuf,
    keeper: Child,
}

impl Driver {
    /// Starts a driver on a free port and waits until it listens. `language` is that of the browser's own words.
    pub(super) async fn start(language: &str) -> Result<Self, BrowserStartError> {
        let chromium = find(&["chromium", "chromium-browser", "google-chrome"])?;
        let program = find(&["chromedriver"])?;
        let folder = tempfile::Builder::new().prefix("renkei-browser-").tempdir()?;
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(folder.path()).arg(program).arg("--port=0");
        // Nothing of the user who runs the tests reaches the browser, and it leaves nothing with them.
        keeper.envs(["HOME", "TMPDIR"].map(|name| (name, folder.path())));
        keeper.env("LANGUAGE", language);
        for name in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "DISPLAY", "WAYLAND_DISPLAY"] {
            keeper.env_remove(name);
        }
        // A group of its own, so that Ctrl-C reaches it only through the pipe.
        keeper.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let keeper = keeper.spawn()?;
        // From here on the keeper removes the folder.
        let mut driver = Self { port: 0, folder: folder.keep(), chromium, keeper };
        for _ in 0..1_200 {
            if let Some(port) = port(&driver.log()) {
                driver.port = port;
                return Ok(driver);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(BrowserStartError::Silent(driver.log()))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The port that the driver says it listens at.
fn port(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once("started successfully on port ")?;
    rest.split_once('.')?.0.parse().ok()
}

/// The first of these programs that is in PATH.
fn find(names: &[&'static str]) -> Result<PathBuf, BrowserStartError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths::<OsStr>(&path).collect();
    let there = |name: &&str| folders.iter().map(|folder| folder.join(name)).find(|path| Path::is_file(path));
    names.iter().find_map(there).ok_or_else(|| BrowserStartError::Missing(names.first().copied().unwrap_or_default()))
}
