//! A real name server for tests: dnspython, run by the Python that `RENKEI_PYTHON` names.
//!
//! It listens on a free port of 127.0.0.1 and ends with the value that started it.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::smtp::{json_text, python};

/// One record: its name (`k1._domainkey.isp-a.example.`), its type (`TXT`), its text. The type
/// `SERVFAIL` makes the server fail on the name.
pub type Record<'a> = (&'a str, &'a str, &'a str);

/// A running name server; dropping it kills it.
#[derive(Debug)]
pub struct NameServer {
    port: u16,
    child: Child,
    _folder: tempfile::TempDir,
    // Held open: the server ends when it closes.
    _stdin: ChildStdin,
}

/// Why there is no name server; a test that needs one fails with it.
#[derive(Debug, thiserror::Error)]
pub enum DnsStartError {
    /// No Python with dnspython.
    #[error(
        "no name server for tests: {0}; run ./test, which prepares one, or set RENKEI_PYTHON to a python that has dnspython"
    )]
    NoPython(String),
    /// The folder cannot be used.
    #[error("the folder of the name server for tests cannot be used: {0}")]
    Folder(#[from] io::Error),
}

impl NameServer {
    /// Starts a server that knows some records, and waits until it listens.
    pub fn start(records: &[Record<'_>]) -> Result<Self, DnsStartError> {
        let folder = tempfile::tempdir()?;
        let mut child = Command::new(python())
            .args(["-c", include_str!("dns.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("stderr"))?)
            .spawn()
            .map_err(|error| DnsStartError::NoPython(error.to_string()))?;
        let mut stdin = child.stdin.take().ok_or_else(|| io::Error::other("no stdin"))?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no stdout"))?;
        // A server that fell says why on its standard error, not in our broken pipe.
        let _ = writeln!(stdin, "{{\"port\":0,\"records\":{}}}", records_json(records));
        let mut port = String::new();
        BufReader::new(stdout).read_line(&mut port)?;
        let Ok(port) = port.trim().parse() else {
            let _ = child.wait();
            let words = fs::read_to_string(folder.path().join("stderr"))?;
            return Err(DnsStartError::NoPython(words.lines().last().unwrap_or_default().to_owned()));
        };
        Ok(Self { port, child, _folder: folder, _stdin: stdin })
    }

    /// Where it listens, by UDP and by TCP.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn records_json(records: &[Record<'_>]) -> String {
    let mut names: Vec<&str> = records.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    names.dedup();
    let of = |wanted: &str| {
        let records = records.iter().filter(|(name, ..)| *name == wanted);
        let pairs: Vec<String> =
            records.map(|(_, kind, text)| format!("[{},{}]", json_text(kind), json_text(text))).collect();
        format!("{}:[{}]", json_text(wanted), pairs.join(","))
    };
    format!("{{{}}}", names.into_iter().map(of).collect::<Vec<_>>().join(","))
}
