//! How a file is carried: HTTPS to the office with its certificate authority, or plain HTTP to loopback.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs, io};

use renkei_core::id::Digest;
use rustls::pki_types::pem::PemObject as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, http::Uri};

use super::{Verdict, judge};

/// The most bytes of an answer that are read.
const MOST_ANSWER: u64 = 64 << 10;

/// Carries a file to the office.
pub trait Carrier {
    /// Carries the bytes of the file of this name, whose SHA-256 is given, and says what the office said.
    fn carry(&self, name: &str, bytes: &[u8], digest: Digest) -> Verdict;
}

/// Why the office of the settings cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Not an address of an office.
    #[error("`{0}` is not `https://HOST` (plain `http://` only to loopback)")]
    Url(String),
    /// A file cannot be read.
    #[error("`{path}`: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of the token is empty or holds more than one line.
    #[error("`{0}` does not hold one token")]
    Token(PathBuf),
    /// No certificate in the file.
    #[error("`{0}` holds no certificate")]
    Authority(PathBuf),
    /// HTTPS without a certificate authority.
    #[error("`https://` needs the office's certificate authority (`ca`)")]
    NoAuthority,
}

/// The one office that files go to.
pub struct Office {
    agent: Agent,
    url: String,
    /// The feed they belong to; `None`: each is a feed of its own name.
    feed: Option<String>,
    token: String,
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Office({})", self.url)
    }
}

impl Office {
    /// The office at this address, for this feed or for feeds of the files' own names, with the token that stands
    /// in a file and the certificate authority in another.
    ///
    /// # Errors
    /// When one of them is not what it should be.
    pub fn new(base: &str, feed: Option<&str>, token: &PathBuf, ca: Option<&PathBuf>) -> Result<Self, OfficeError> {
        let is_secure = checked(base)?;
        let read = |path: &PathBuf| fs::read(path).map_err(|source| OfficeError::File { path: path.clone(), source });
        let text = String::from_utf8(read(token)?).map_err(|_| OfficeError::Token(token.clone()))?;
        let held = text.trim();
        if held.is_empty() || !held.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(OfficeError::Token(token.clone()));
        }
        let mut tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        if is_secure {
            let path = ca.ok_or(OfficeError::NoAuthority)?;
            let authority = || OfficeError::Authority(path.clone());
            let pem = read(path)?;
            let roots: Vec<Certificate<'static>> = rustls::pki_types::CertificateDer::pem_slice_iter(&pem)
                .map(|der| der.map(|der| Certificate::from_der(&der).to_owned()))
                .collect::<Result<_, _>>()
                .map_err(|_| authority())?;
            if roots.is_empty() {
                return Err(authority());
            }
            tls = tls.root_certs(RootCerts::Specific(Arc::new(roots)));
        }
        let agent = Agent::config_builder()
            .tls_config(tls.build())
            .https_only(is_secure)
            // Nobody leads it elsewhere: no redirects, no proxy of the environment.
            .max_redirects(0)
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .timeout_connect(Some(Duration::from_secs(10)))
            .build()
            .new_agent();
        let url = format!("{}/api/v1/feeds", base.trim_end_matches('/'));
        Ok(Self { agent, url, feed: feed.map(str::to_owned), token: format!("Bearer {held}") })
    }
}

/// Whether an address is `https`; plain `http` is taken for loopback alone.
fn checked(base: &str) -> Result<bool, OfficeError> {
    let bad = || OfficeError::Url(base.to_owned());
    let uri: Uri = base.parse().map_err(|_| bad())?;
    let host = uri.host().ok_or_else(bad)?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match uri.scheme_str() {
        Some("https") => Ok(true),
        Some("http") if address.is_ok_and(|address| address.is_loopback()) => Ok(false),
        _ => Err(bad()),
    }
}

impl Carrier for Office {
    fn carry(&self, name: &str, bytes: &[u8], digest: Digest) -> Verdict {
        let feed = self.feed.as_deref().unwrap_or(name);
        let sent = self
            .agent
            .post(format!("{}/{feed}", self.url))
            .header("Authorization", &self.token)
            .header("Content-Type", "application/octet-stream")
            .header("Idempotency-Key", digest.to_string())
            .send(bytes);
        match sent {
            Ok(mut answer) => match answer.body_mut().with_config().limit(MOST_ANSWER).read_to_vec() {
                Ok(body) => judge(answer.status().as_u16(), &body, digest),
                Err(error) => Verdict::Later(error.to_string()),
            },
            Err(error) => Verdict::Later(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_loopback_alone() {
        assert!(checked("https://office.example").unwrap());
        assert!(!checked("http://127.0.0.1:8080/").unwrap());
        assert!(!checked("http://[::1]:8080").unwrap());
        for bad in ["http://office.example", "http://198.18.0.1", "ftp://127.0.0.1", "office.example", ""] {
            assert!(matches!(checked(bad), Err(OfficeError::Url(_))), "{bad}");
        }
    }
}
