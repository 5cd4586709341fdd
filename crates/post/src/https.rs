//! Calls to others by HTTPS: which certificates are trusted, how long an answer is waited for.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider};
use url::Host;

/// A call ends after this long.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why nothing can be called.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file of a certificate to trust.
    #[error("cannot read the certificate `{path}`: {why}")]
    Certificate {
        /// Which.
        path: String,
        /// Why.
        why: String,
    },
}

/// Calls that follow no redirect and ask no proxy; trusted are the system's certificates, and those of a
/// file beside them.
pub(crate) fn agent(ca_file: Option<&Path>) -> Result<ureq::Agent, OpenError> {
    let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    if let Some(path) = ca_file {
        let unreadable = |why: String| OpenError::Certificate { path: path.display().to_string(), why };
        let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        for item in ureq::tls::parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|error| unreadable(error.to_string()))? {
                roots.push(certificate);
            }
        }
    }
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    Ok(calls(tls, PATIENCE))
}

/// Calls over TLS as it is set up, each waited for so long.
pub(crate) fn calls(tls: TlsConfig, patience: Duration) -> ureq::Agent {
    let settings = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .tls_config(tls)
        .timeout_global(Some(patience))
        .user_agent(concat!("renkei/", env!("CARGO_PKG_VERSION")))
        .build();
    settings.into()
}

/// Whether a host is this machine, which alone is called in the clear.
pub(crate) fn is_here(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(_) => false,
    }
}
