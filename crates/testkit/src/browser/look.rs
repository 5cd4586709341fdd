//! What a page looks like: pictures, paper, characters that no font has.

use std::fs;
use std::io;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::session::{Browser, as_text};
use super::wire::{BrowserError, text};

impl Browser {
    /// Takes a picture of the whole page, as PNG.
    pub async fn png(&self) -> Result<Vec<u8>, BrowserError> {
        let layout = self.devtools("Page.getLayoutMetrics", json!({})).await?;
        let size = layout.get("cssContentSize").cloned().unwrap_or_default();
        let clip = json!({ "x": 0, "y": 0, "scale": 1, "width": size.get("width"), "height": size.get("height") });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", wanted).await?;
        decoded("Page.captureScreenshot", text(&picture, "data"))
    }

    /// Takes a picture of the whole page and keeps it as `NAME.png` in the folder that `RENKEI_SHOTS` names, or else in
    /// `tmp/shots` of cargo's target folder.
    pub async fn shot(&self, name: &str) -> Result<PathBuf, BrowserError> {
        let folder = match std::env::var_os("RENKEI_SHOTS") {
            Some(folder) => PathBuf::from(folder),
            None => beside_the_build()?,
        };
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, self.png().await?)?;
        Ok(path)
    }

    /// Prints the page on A4, as PDF.
    pub async fn pdf(&self) -> Result<Vec<u8>, BrowserError> {
        // In inches. WebDriver's own `print` does the same, but gives up after 10 s, which a crowded machine may need.
        let wanted = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true });
        let paper = self.devtools("Page.printToPDF", wanted).await?;
        decoded("Page.printToPDF", text(&paper, "data"))
    }

    /// The characters of the page that no font here has, so that its reader sees boxes instead.
    pub async fn tofu(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.run(TOFU, json!([])).await?))
    }
}

/// Draws each character beside one that never has a glyph, the last for private use.
const TOFU: &str = r"
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 64;
const pen = canvas.getContext('2d', { willReadFrequently: true });
pen.font = '32px ' + getComputedStyle(document.body).fontFamily;
const drawn = character => {
    pen.clearRect(0, 0, 64, 64);
    pen.fillText(character, 8, 48);
    return pen.getImageData(0, 0, 64, 64).data.join();
};
const box = drawn('\u{10fffd}');
const characters = [...new Set(document.body.innerText)].filter(one => one.trim());
return characters.filter(one => drawn(one) === box).join('');";

/// `tmp/shots` of the target folder in which this test lies (`TARGET/PROFILE/deps/TEST`).
fn beside_the_build() -> io::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let target = test.ancestors().nth(3).ok_or(io::ErrorKind::NotFound)?;
    Ok(target.join("tmp/shots"))
}

fn decoded(command: &str, said: &str) -> Result<Vec<u8>, BrowserError> {
    let odd = || BrowserError::Odd { command: command.to_owned(), said: Value::from(said).to_string() };
    BASE64_STANDARD.decode(said).map_err(|_| odd())
}
