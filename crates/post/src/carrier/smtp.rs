//! Letters to a mail server: SMTP (RFC 5321) over TLS, one connection for many letters.
//!
//! Each step of the dialogue is taken singly, because what is certain about a letter depends on
//! the step at which things went wrong: before the final dot left us, the server cannot have
//! taken it; after that, only its reply tells.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use zeroize::Zeroizing;

use super::{Receipt, SendError};
use crate::address::MailDomain;
use crate::letter::Outgoing;

/// Where the mail server is and how it is spoken to.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Its name or address; nothing else is ever connected to.
    pub host: String,
    /// Its port (465 with implicit TLS, 587 with STARTTLS).
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// A file with certificates in PEM form that are trusted besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// Who logs in; `None`: nobody.
    pub login: Option<Login>,
    /// The name this office says at the start (its mail domain).
    pub hello: MailDomain,
    /// Longest wait for the connection, and for each reply.
    pub timeout: Duration,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS, without which nothing is said (RFC 3207).
    StartTls,
    /// None: only to a server on this very machine, and only if the office says so.
    PlainLoopback,
}

/// Who logs in.
#[derive(Debug, Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// File whose first line is the password; read when a connection is made.
    pub password_file: PathBuf,
}

/// Why a carrier cannot be made from its settings.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Plain connections are for this machine only.
    #[error("`{0}` is not on this machine: mail to other machines needs tls")]
    PlainElsewhere(String),
    /// A login over a plain connection would show the password.
    #[error("a login needs tls")]
    PlainLogin,
    /// The file with certificates cannot be used.
    #[error("certificates in `{path}` cannot be used: {why}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// TLS cannot be set up.
    #[error("tls cannot be set up: {0}")]
    Tls(String),
}

/// A mail server, and the connection to it while there is one.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    connection: Option<SmtpConnection>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({}:{}, connected: {})", self.settings.host, self.settings.port, self.connection.is_some())
    }
}

impl Smtp {
    /// Checks the settings; connects only when the first letter is sent.
    pub fn open(settings: SmtpSettings) -> Result<Self, OpenError> {
        let tls = match settings.tls {
            Tls::Implicit | Tls::StartTls => Some(tls_parameters(&settings)?),
            Tls::PlainLoopback if !is_this_machine(&settings.host) => {
                return Err(OpenError::PlainElsewhere(settings.host));
            }
            Tls::PlainLoopback if settings.login.is_some() => return Err(OpenError::PlainLogin),
            Tls::PlainLoopback => None,
        };
        Ok(Self { settings, tls, connection: None })
    }

    /// Sends one letter; see [`super::Carrier::send`].
    pub(super) fn send(&mut self, letter: &Outgoing) -> Result<Receipt, SendError> {
        if let Some(kept) = self.connection.take()
            && let Some(connection) = begin(kept, letter)
        {
            return self.finish(connection, letter);
        }
        // A kept connection may have been closed by the server in the meantime; a new one counts.
        let mut connection = self.connect()?;
        mail_from(&mut connection, letter).map_err(|error| before_dot(&error))?;
        self.finish(connection, letter)
    }

    /// Says goodbye, so that the server does not wait for us.
    pub fn close(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // Whatever it answers, we are done.
            let _ = connection.quit();
        }
    }

    fn finish(&mut self, mut connection: SmtpConnection, letter: &Outgoing) -> Result<Receipt, SendError> {
        match rest(&mut connection, letter) {
            Ok(reply) => {
                self.connection = Some(connection);
                Ok(Receipt::Server(shown(&reply)))
            }
            Err(error) => {
                connection.abort();
                Err(error)
            }
        }
    }

    fn connect(&self) -> Result<SmtpConnection, SendError> {
        let SmtpSettings { host, port, tls, login, hello, timeout, .. } = &self.settings;
        let server = format!("{host}:{port}");
        let unreachable = |why: String| SendError::Unreachable { server: server.clone(), why };
        let hello = ClientId::Domain(hello.as_str().to_string());
        let addresses: Vec<SocketAddr> =
            (host.as_str(), *port).to_socket_addrs().map_err(|error| unreachable(error.to_string()))?.collect();
        if *tls == Tls::PlainLoopback && addresses.iter().any(|address| !address.ip().is_loopback()) {
            return Err(unreachable("its name does not lead to this machine".to_string()));
        }
        let from_first_byte = self.tls.as_ref().filter(|_| *tls == Tls::Implicit);
        let refused = |error: SmtpError| unreachable(error.to_string());
        let mut connection =
            SmtpConnection::connect(addresses.as_slice(), Some(*timeout), &hello, from_first_byte, None)
                .map_err(refused)?;
        if let (Tls::StartTls, Some(parameters)) = (tls, &self.tls) {
            connection.starttls(parameters, &hello).map_err(refused)?;
        }
        if *tls != Tls::PlainLoopback && !connection.is_encrypted() {
            connection.abort();
            return Err(unreachable("the connection is not encrypted".to_string()));
        }
        if let Some(login) = login {
            let credentials = credentials(login).map_err(unreachable)?;
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).map_err(refused)?;
        }
        Ok(connection)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.close();
    }
}

// ---------------------------------------------------------------------------------------------------------------------

/// Begins a letter on a kept connection; `None` if that is no longer usable.
fn begin(mut connection: SmtpConnection, letter: &Outgoing) -> Option<SmtpConnection> {
    match mail_from(&mut connection, letter) {
        Ok(_) => Some(connection),
        Err(_) => {
            connection.abort();
            None
        }
    }
}

fn mail_from(connection: &mut SmtpConnection, letter: &Outgoing) -> Result<Response, SmtpError> {
    connection.command(Mail::new(Some(letter.sender.inner().clone()), Vec::new()))
}

/// Recipient, data, the letter itself.
fn rest(connection: &mut SmtpConnection, letter: &Outgoing) -> Result<Response, SendError> {
    let recipient = Rcpt::new(letter.recipient.inner().clone(), Vec::new());
    connection.command(recipient).map_err(|error| before_dot(&error))?;
    connection.command(Data).map_err(|error| before_dot(&error))?;
    if let Some(whole) = whole(&letter.bytes) {
        return connection.command(whole).map_err(|error| after_dot(&error));
    }
    // The final dot follows the last chunk: until the iterator has ended, it has not left us.
    let mut all_given = false;
    // Its last line end is the one before the dot, which the library writes.
    let bytes = letter.bytes.strip_suffix(b"\r\n").unwrap_or(&letter.bytes);
    let mut chunks = bytes.chunks(64 * 1024);
    let given = std::iter::from_fn(|| {
        let chunk = chunks.next();
        all_given = chunk.is_none();
        chunk
    });
    let reply = connection.message_iter(given);
    reply.map_err(|error| if all_given { after_dot(&error) } else { before_dot(&error) })
}

/// Longest letter that is written at once.
const AT_ONCE: usize = 64 * 1024;

/// A short letter with the dot that ends it (RFC 5321 section 4.5.2), so that both leave in one write: a dot of its own
/// would wait until the server has confirmed the packet before, which it puts off for some 40 ms.
fn whole(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= AT_ONCE)?;
    let first = if text.starts_with('.') { "." } else { "" };
    Some(format!("{first}{}\r\n.\r\n", text.replace("\r\n.", "\r\n..")))
}

fn before_dot(error: &SmtpError) -> SendError {
    let why = error.to_string();
    let refused = error.is_permanent() && !is_about_us(error);
    if refused { SendError::Refused { why } } else { SendError::Later { why } }
}

/// Replies that tell us to log in or to encrypt (RFC 4954 §6, RFC 3207 §4): they say nothing of the letter.
fn is_about_us(error: &SmtpError) -> bool {
    error.status().is_some_and(|code| matches!(code.to_string().as_str(), "530" | "534" | "535" | "538"))
}

fn after_dot(error: &SmtpError) -> SendError {
    let why = error.to_string();
    match (error.is_permanent(), error.is_transient()) {
        (true, _) => SendError::Refused { why },
        (_, true) => SendError::Later { why },
        _ => SendError::NoReply { why },
    }
}

fn shown(reply: &Response) -> String {
    let words: Vec<&str> = reply.message().collect();
    format!("{} {}", reply.code(), words.join(" "))
}

fn credentials(login: &Login) -> Result<Credentials, String> {
    let text = std::fs::read_to_string(&login.password_file)
        .map(Zeroizing::new)
        .map_err(|error| format!("the password file `{}` cannot be read: {error}", login.password_file.display()))?;
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(format!("the password file `{}` is empty", login.password_file.display()));
    }
    Ok(Credentials::new(login.user.clone(), password.to_string()))
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, OpenError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let unusable = |why: String| OpenError::Certificates { path: path.clone(), why };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| OpenError::Tls(error.to_string()))
}

/// Whether a name is this machine by itself, without asking a name server.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_leaves_whole_with_its_dots_told_apart() {
        let cases = [
            ("a\r\nb\r\n", "a\r\nb\r\n.\r\n"),
            (".a\r\n..b\r\n.\r\n.\r\n", "..a\r\n...b\r\n..\r\n..\r\n.\r\n"),
            ("a.\r\n\r\n", "a.\r\n\r\n.\r\n"),
        ];
        for (letter, sent) in cases {
            assert_eq!(whole(letter.as_bytes()).as_deref(), Some(sent));
        }
        assert_eq!(whole(b"\xff"), None);
        assert_eq!(whole(&vec![b'a'; AT_ONCE + 1]), None);
    }
}
