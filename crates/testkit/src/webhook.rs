//! A real receiver of webhooks for tests: it checks calls with the library its users have (standardwebhooks).
//!
//! It listens on a free port of 127.0.0.1 and ends with the value that started it.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::smtp::{json_text, python};

/// A running receiver; dropping it kills it.
#[derive(Debug)]
pub struct WebhookReceiver {
    port: u16,
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl WebhookReceiver {
    /// Starts one, and waits until it listens. It checks nothing until it has a secret.
    pub fn start() -> io::Result<Self> {
        let mut child = Command::new(python())
            .args(["-c", include_str!("webhook.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take().ok_or_else(|| io::Error::other("no stdin"))?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no stdout"))?;
        let mut stdout = BufReader::new(stdout);
        let mut port = String::new();
        stdout.read_line(&mut port)?;
        let missing = "no receiver of webhooks: run ./test, which prepares a Python with standardwebhooks";
        let port = port.trim().parse().map_err(|_| io::Error::other(missing))?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { port, child, stdin, lines })
    }

    /// Host and port, as a list of allowed hosts names them.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The secret that calls are checked with from now on.
    pub fn check_with(&mut self, secret: &str) -> io::Result<()> {
        self.set(&format!("{{\"secret\":{}}}", json_text(secret)))
    }

    /// The HTTP status that calls are answered with from now on.
    pub fn answer(&mut self, status: u16) -> io::Result<()> {
        self.set(&format!("{{\"status\":{status}}}"))
    }

    /// The next call as a line of JSON: `id`, `path`, `verified`, `body`, `status`. `None`: none came in time.
    pub fn next(&self, within: Duration) -> Option<String> {
        self.lines.recv_timeout(within).ok()
    }

    fn set(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.stdin, "{line}")?;
        // Calls that came before are told before; they stay in their order.
        match self.next(Duration::from_secs(10)) {
            Some(line) if line.contains("\"set\"") => Ok(()),
            other => Err(io::Error::other(format!("calls were not looked at: {other:?}"))),
        }
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
