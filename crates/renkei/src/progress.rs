//! Progress bars on the terminal; none where nobody looks.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for each file that is read.
pub struct Bars {
    shown: bool,
    bar: Mutex<Option<(String, ProgressBar)>>,
}

impl Bars {
    /// Shown on a terminal, unless the output is for a machine.
    pub fn new(quiet: bool) -> Self {
        Self { shown: !quiet && std::io::stderr().is_terminal(), bar: Mutex::new(None) }
    }

    /// So many of so many bytes of a file were read.
    pub fn read(&self, path: &Path, done: u64, total: u64) {
        if !self.shown {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if bar.as_ref().is_none_or(|(known, _)| *known != name) {
            let fresh = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("  {msg:32!} [{bar:32}] {bytes}/{total_bytes} {eta}") {
                fresh.set_style(style.progress_chars("=> "));
            }
            fresh.set_message(name.clone());
            *bar = Some((name, fresh));
        }
        if let Some((_, shown)) = bar.as_ref() {
            shown.set_position(done);
            if done == total {
                shown.finish_and_clear();
            }
        }
    }
}
