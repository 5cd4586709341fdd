//! The line to another office: calls over TLS in which both sides show a certificate (S4.5).
//!
//! Who is trusted to issue the other side's certificate was named when the line was set up; the system's certificates
//! are not asked. No redirect is followed and no proxy asked.

mod authority;

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider};
use url::Url;

use crate::https;

pub use authority::{Issued, MakeError, issue, until};

/// The header in which an office gives its receipt of a message: base 64 of the signed text.
pub const RECEIPT: &str = "renkei-receipt";

/// What the other office answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status (RFC 9110).
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// What it signed of the message, where it gave that.
    pub receipt: Option<String>,
}

/// A call ends after this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most bytes of an answer.
const MOST: u64 = 32 << 20;

/// Why a line cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The address.
    #[error("`{0}` is not where an office takes messages: write `https://host:port/path`")]
    Address(String),
    /// A certificate or key is no PEM, or not what it should be.
    #[error("the {0} cannot be read: PEM with a certificate or a private key is expected")]
    Pem(&'static str),
    /// Nobody answered, or somebody else did.
    #[error("no answer: {0}")]
    Call(String),
}

/// What an office shows of itself on its lines.
#[derive(Clone)]
pub struct Shown(ClientCert);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown")
    }
}

impl Shown {
    /// Reads a chain of certificates and its private key (PEM).
    pub fn read(chain: &str, key: &str) -> Result<Self, LineError> {
        let key = PrivateKey::from_pem(key.as_bytes()).map_err(|_| LineError::Pem("private key"))?;
        Ok(Self(ClientCert::new_with_certs(&certificates(chain, "certificate")?, key)))
    }
}

/// Where another office takes messages, and who may issue its certificate. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    agent: ureq::Agent,
    url: String,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("url", &self.url).finish_non_exhaustive()
    }
}

/// An address of a line: `https`, without user and password.
pub fn address(text: &str) -> Result<Url, LineError> {
    let bad = || LineError::Address(text.to_owned());
    let url: Url = text.parse().map_err(|_| bad())?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && url.has_host() && is_plain { Ok(url) } else { Err(bad()) }
}

impl Caller {
    /// A caller of one office.
    pub fn open(url: &str, authority: &str, shown: &Shown) -> Result<Self, LineError> {
        let roots = certificates(authority, "authority")?;
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::new_with_certs(&roots))
            .client_cert(Some(shown.0.clone()))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        Ok(Self { agent: https::calls(tls, PATIENCE), url: address(url)?.into() })
    }

    /// Posts a message.
    pub fn post(&self, media_type: &str, body: &str) -> Result<Answered, LineError> {
        self.post_to(&self.url, media_type, body)
    }

    /// Posts a call to what stands under the line's address.
    pub fn post_under(&self, name: &str, media_type: &str, body: &str) -> Result<Answered, LineError> {
        self.post_to(&format!("{}/{name}", self.url.trim_end_matches('/')), media_type, body)
    }

    fn post_to(&self, url: &str, media_type: &str, body: &str) -> Result<Answered, LineError> {
        let call = |error: ureq::Error| LineError::Call(error.to_string());
        let mut answer = self.agent.post(url).header("content-type", media_type).send(body).map_err(call)?;
        let status = answer.status().as_u16();
        let receipt = answer.headers().get(RECEIPT).and_then(|value| base64(value.as_bytes()));
        let body = answer.body_mut().with_config().limit(MOST).read_to_vec().map_err(call)?;
        Ok(Answered { status, body, receipt })
    }
}

fn base64(value: &[u8]) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    String::from_utf8(bytes).ok()
}

fn certificates(pem: &str, what: &'static str) -> Result<Vec<Certificate<'static>>, LineError> {
    let items = ureq::tls::parse_pem(pem.as_bytes()).map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Ok(certificate),
        _ => Err(LineError::Pem(what)),
    });
    let list: Vec<_> = items.collect::<Result<_, _>>()?;
    if list.is_empty() { Err(LineError::Pem(what)) } else { Ok(list) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_and_carries_no_login() {
        assert!(address("https://line.isp.example:8443/hi1").is_ok());
        for bad in ["http://line.isp.example/", "https://", "line.isp.example", "https://a:b@line.isp.example/"] {
            assert_eq!(address(bad), Err(LineError::Address(bad.to_owned())));
        }
    }

    #[test]
    fn what_is_issued_can_be_shown_and_other_pem_cannot() {
        let issued = issue("office.example", &["127.0.0.1".to_owned()], 2026).unwrap();
        let shown = Shown::read(&issued.certificate, &issued.key).unwrap();
        assert!(Caller::open("https://127.0.0.1:1/", &issued.authority, &shown).is_ok());
        assert_eq!(Shown::read(&issued.key, &issued.key).unwrap_err(), LineError::Pem("certificate"));
        assert_eq!(Shown::read(&issued.certificate, "").unwrap_err(), LineError::Pem("private key"));
        assert!(!issued.authority.contains("PRIVATE") && !issued.certificate.contains("PRIVATE"));
    }
}
