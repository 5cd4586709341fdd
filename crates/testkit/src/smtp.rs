//! A real mail server for tests: aiosmtpd, run by the Python that `RENKEI_PYTHON` names.
//!
//! It listens on a free port of 127.0.0.1 with a certificate made for the occasion, keeps every
//! message it takes as a file before it answers, and ends with the value that started it (or with
//! its process, however that ends).

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

/// What the server is like.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// How it protects connections.
    pub tls: SmtpTls,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// User and password that it asks for; `None`: nobody logs in.
    pub login: Option<(String, String)>,
    /// Recipients it refuses for good (550).
    pub refuse_recipients: Vec<String>,
    /// Recipients it puts off (451).
    pub defer_recipients: Vec<String>,
    /// Whether it refuses every message after its last byte (554).
    pub refuse_data: bool,
    /// How long it waits between keeping a message and answering 250.
    pub stall_before: Duration,
    /// How long it waits before answering the next MAIL after it has taken a message.
    pub stall_after: Duration,
    /// Whether it keeps a message and then cuts the connection instead of answering.
    pub hang_up: bool,
    /// Largest message it takes, in bytes.
    pub size_limit: u64,
}

/// How the server protects connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte.
    Implicit,
    /// It insists on STARTTLS.
    StartTls,
    /// None at all.
    None,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        Self {
            tls: SmtpTls::StartTls,
            port: 0,
            login: None,
            refuse_recipients: Vec::new(),
            defer_recipients: Vec::new(),
            refuse_data: false,
            stall_before: Duration::ZERO,
            stall_after: Duration::ZERO,
            hang_up: false,
            size_limit: 50 * 1024 * 1024,
        }
    }
}

/// A running mail server; dropping it kills it.
#[derive(Debug)]
pub struct SmtpServer {
    port: u16,
    folder: tempfile::TempDir,
    child: Child,
    // Held open: the server ends when it closes.
    _stdin: ChildStdin,
}

/// A message that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The file with its bytes.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The server's own record of it, a JSON object: `message_id`, `mail_from`, `rcpt_to`, `tls`, `peer`, `user`.
    pub record: String,
}

/// Why there is no server; a test that needs one fails with it.
#[derive(Debug, thiserror::Error)]
pub enum SmtpStartError {
    /// No Python with aiosmtpd.
    #[error(
        "no mail server for tests: {0}; run ./test, which prepares one, or set RENKEI_PYTHON to a python that has aiosmtpd"
    )]
    NoPython(String),
    /// No certificate could be made.
    #[error("no certificate for the mail server for tests: {0}; run ./test, which installs openssl")]
    NoCertificate(String),
    /// The folder cannot be used.
    #[error("the folder of the mail server for tests cannot be used: {0}")]
    Folder(#[from] io::Error),
}

/// The Python that tests use: `RENKEI_PYTHON`, else `python3`.
pub fn python() -> OsString {
    std::env::var_os("RENKEI_PYTHON").unwrap_or_else(|| "python3".into())
}

impl SmtpServer {
    /// Starts a server and waits until it listens.
    pub fn start(options: &SmtpOptions) -> Result<Self, SmtpStartError> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("taken"))?;
        make_certificate(folder.path())?;
        let mut child = Command::new(python())
            .args(["-c", include_str!("smtp.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("stderr"))?)
            .spawn()
            .map_err(|error| SmtpStartError::NoPython(error.to_string()))?;
        let mut stdin = child.stdin.take().ok_or_else(|| io::Error::other("no stdin"))?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no stdout"))?;
        let said = writeln!(stdin, "{}", options_json(options, folder.path()));
        let mut port = String::new();
        BufReader::new(stdout).read_line(&mut port)?;
        let Ok(port) = port.trim().parse() else {
            // Its last words say more than our broken pipe.
            let _ = child.wait();
            let words = fs::read_to_string(folder.path().join("stderr"))?;
            let last = words.lines().last().map(String::from).or(said.err().map(|error| error.to_string()));
            return Err(SmtpStartError::NoPython(last.unwrap_or_default()));
        };
        Ok(Self { port, folder, child, _stdin: stdin })
    }

    /// The host name that its certificate bears.
    pub const fn host(&self) -> &'static str {
        "localhost"
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The certificate (PEM) of the authority that signed its own.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Every message it took so far, in order.
    pub fn taken(&self) -> io::Result<Vec<Taken>> {
        let mut paths: Vec<PathBuf> = fs::read_dir(self.folder.path().join("taken"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let read = |record: PathBuf| {
            let path = record.with_extension("eml");
            Ok(Taken { bytes: fs::read(&path)?, path, record: fs::read_to_string(record)? })
        };
        paths.into_iter().map(read).collect()
    }

    /// Stops it at once, as a crash would.
    pub fn kill(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An authority and a certificate for `localhost` and 127.0.0.1 signed by it, valid for two days.
fn make_certificate(folder: &Path) -> Result<(), SmtpStartError> {
    fs::write(folder.join("leaf.cnf"), "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")?;
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let run = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder).stdin(Stdio::null()).output();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(SmtpStartError::NoCertificate(String::from_utf8_lossy(&output.stderr).into_owned())),
            Err(error) => Err(SmtpStartError::NoCertificate(error.to_string())),
        }
    };
    let authority =
        ["req", "-x509", "-days", "2", "-subj", "/CN=renkei test authority", "-keyout", "ca.key", "-out", "ca.pem"];
    run(&[&authority[..], &curve[..]].concat())?;
    let request = ["req", "-subj", "/CN=localhost", "-keyout", "leaf.key", "-out", "leaf.csr"];
    run(&[&request[..], &curve[..]].concat())?;
    run(&[
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "leaf.cnf",
        "-out",
        "leaf.pem",
    ])
}

fn options_json(options: &SmtpOptions, folder: &Path) -> String {
    let SmtpOptions {
        tls,
        port,
        login,
        refuse_recipients,
        defer_recipients,
        refuse_data,
        stall_before,
        stall_after,
        hang_up,
        size_limit,
    } = options;
    let tls = match tls {
        SmtpTls::Implicit => "implicit",
        SmtpTls::StartTls => "starttls",
        SmtpTls::None => "none",
    };
    let login: Vec<String> = login.iter().flat_map(|(user, password)| [user.clone(), password.clone()]).collect();
    let path = |name: &str| json_text(&folder.join(name).to_string_lossy());
    format!(
        "{{\"tls\":\"{tls}\",\"port\":{port},\"login\":{},\"refuse_recipients\":{},\"defer_recipients\":{},\
         \"refuse_data\":{refuse_data},\"stall_before_s\":{},\"stall_after_s\":{},\"hang_up\":{hang_up},\
         \"size_limit\":{size_limit},\"folder\":{},\"certificate\":{},\"key\":{}}}",
        json_list(&login),
        json_list(refuse_recipients),
        json_list(defer_recipients),
        stall_before.as_secs_f64(),
        stall_after.as_secs_f64(),
        path("taken"),
        path("leaf.pem"),
        path("leaf.key"),
    )
}

fn json_list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| json_text(text)).collect();
    format!("[{}]", texts.join(","))
}

pub(crate) fn json_text(text: &str) -> String {
    let mut json = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c.is_control() => {
                // Writing into a `String` cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json.push('"');
    json
}
