//! WebDriver on the wire: one HTTP request to loopback a command, JSON both ways.
//!
//! This is all that a client crate would bring. The crates that there are ask other features of what the
//! whole workspace shares (`syn`, `reqwest`, `tokio-stream`), so that every clone would build it differently.

use std::fmt;
use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Longer than any time limit of the browser itself, so that its own words are heard first.
const PATIENCE: Duration = Duration::from_secs(150);

/// Why the browser did not do what a test asked of it.
#[derive(thiserror::Error)]
pub enum BrowserError {
    /// It refused a command; the words are its own (WebDriver, section 6.6).
    #[error("the browser refused `{command}`: {error}: {message}")]
    Refused {
        /// Which command: the path under the session.
        command: String,
        /// The error code, such as `no such element`.
        error: String,
        /// What it said besides.
        message: String,
    },
    /// What was looked for did not come.
    #[error("no {what} on `{page}`; there {}", one_of(there))]
    Absent {
        /// What was looked for.
        what: String,
        /// The address of the page.
        page: String,
        /// What was there instead, of the same kind.
        there: Vec<String>,
    },
    /// More than one thing answers to the name.
    #[error("more than one {what}: {}", there.join(", "))]
    Ambiguous {
        /// What was looked for.
        what: String,
        /// All that answer.
        there: Vec<String>,
    },
    /// The connection to it broke, or a file could not be read or written.
    #[error("the browser is out of reach: {0}")]
    Lost(#[from] io::Error),
    /// Its answer is not what the protocol says.
    #[error("the browser gave an odd answer to `{command}`: {said}")]
    Odd {
        /// To which command.
        command: String,
        /// The answer.
        said: String,
    },
    /// The program that looks for barriers is not there.
    #[error("axe-core is not there ({0}): run ./test, which fetches it, or set RENKEI_AXE to its axe.min.js")]
    NoAxe(String),
}

fn one_of(there: &[String]) -> String {
    if there.is_empty() { "is nothing of the kind".to_owned() } else { format!("is: {}", there.join(", ")) }
}

/// A test that returns it is told by cargo what `Debug` says, and should read what to do.
impl fmt::Debug for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl BrowserError {
    /// Whether the page went on under the test's feet, so that looking again is right.
    pub(super) fn is_passing(&self) -> bool {
        const PASSING: [&str; 3] = ["stale element reference", "no such element", "detached shadow root"];
        // So says the driver, at times, of what stood on the page before.
        const ELSEWHERE: &str = "does not belong to the document";
        let passing = |error: &str, message: &str| PASSING.contains(&error) || message.contains(ELSEWHERE);
        matches!(self, Self::Refused { error, message, .. } if passing(error, message))
    }
}

/// Sends a command to the driver at this port of loopback and gives its `value`.
pub(super) async fn ask(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, BrowserError> {
    let odd = |said: &str| BrowserError::Odd { command: path.to_owned(), said: said.to_owned() };
    let bytes = tokio::time::timeout(PATIENCE, exchange(port, method, path, body))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, format!("no answer to `{path}`")))??;
    let mut answer: Value = serde_json::from_slice(&bytes).map_err(|_| odd(&String::from_utf8_lossy(&bytes)))?;
    let value = answer.get_mut("value").map(Value::take).ok_or_else(|| odd("it has no value"))?;
    match value.get("error").and_then(Value::as_str) {
        Some(error) if value.get("stacktrace").is_some() => Err(BrowserError::Refused {
            command: path.to_owned(),
            error: error.to_owned(),
            message: text(&value, "message").trim_end().to_owned(),
        }),
        _ => Ok(value),
    }
}

/// The text under a key, or nothing.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

async fn exchange(port: u16, method: &str, path: &str, body: Option<&Value>) -> io::Result<Vec<u8>> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut stream = BufReader::new(stream);
    let mut length = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(':') {
            Some((key, value)) if key.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok(),
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut bytes = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
