//! A browser ends with the test that started it, also when that panics, and leaves nothing behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use renkei_testkit::browser::BrowserOptions;

use crate::open;
use crate::site::Site;

#[tokio::test]
async fn a_panic_takes_the_browser_along() {
    let (told, folder) = tokio::sync::oneshot::channel();
    let test = tokio::spawn(async move {
        let browser = open(&Site::start(), "/form", &BrowserOptions::default()).await;
        let folder = browser.folder().to_owned();
        assert!(running(&folder) > 3, "the browser has processes");
        told.send(folder).unwrap();
        panic!("planted");
    });
    let folder: PathBuf = folder.await.unwrap();
    assert!(test.await.unwrap_err().is_panic());
    assert!(!folder.exists());
    // What Chromium detaches ends when it sees that Chromium is gone.
    for _ in 0..100 {
        if running(&folder) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} processes are left of {}", running(&folder), folder.display());
}

/// How many processes know of this folder.
fn running(folder: &Path) -> usize {
    let known = format!("HOME={}", folder.display());
    let environments =
        fs::read_dir("/proc").unwrap().flatten().filter_map(|one| fs::read(one.path().join("environ")).ok());
    environments.filter(|environment| environment.split(|byte| *byte == 0).any(|pair| pair == known.as_bytes())).count()
}
