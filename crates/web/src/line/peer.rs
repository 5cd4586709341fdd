//! Whose certificate is shown: one that the authority of exactly one line issued.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use renkei_app::line::LineError;
use renkei_app::office::Office;
use renkei_core::id::PartyId;
use renkei_core::time::{Moment, SECOND};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};

/// What the door knows: the office, its certificate, and the authorities of its lines.
pub(super) struct Door {
    office: Office,
    clock: fn() -> Moment,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: Arc<CryptoProvider>,
    made: Mutex<Option<Made>>,
}

/// What was made of the lines as they were.
#[derive(Clone)]
struct Made {
    authorities: Vec<(PartyId, String)>,
    config: Arc<ServerConfig>,
    verifiers: Arc<Vec<(PartyId, Arc<dyn ClientCertVerifier>)>>,
}

impl Door {
    /// Reads the office's certificate.
    pub fn open(office: Office, clock: fn() -> Moment) -> Result<Self, LineError> {
        let (chain, key) = office.line_certificate()?;
        let pem = |what: &'static str| LineError::Post(renkei_app::line::CertificateError::Pem(what));
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain.as_bytes()).collect();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| pem("private key"))?;
        Ok(Self {
            office,
            clock,
            chain: chain.map_err(|_| pem("certificate"))?,
            key,
            provider: Arc::new(aws_lc_rs::default_provider()),
            made: Mutex::new(None),
        })
    }

    pub const fn office(&self) -> &Office {
        &self.office
    }

    pub fn now(&self) -> Moment {
        (self.clock)()
    }

    /// How connections are taken now; lines may be entered while the door is open.
    pub async fn config(&self) -> Result<Arc<ServerConfig>, LineError> {
        Ok(self.made().await?.config)
    }

    /// Which organisation's office is connected; `None`: no line's, or the certificates of two lines overlap.
    pub async fn known(&self, connection: &ServerConnection) -> Option<PartyId> {
        let (shown, between) = connection.peer_certificates()?.split_first()?;
        let made = self.made().await.ok()?;
        let since = u64::try_from(self.now().0 / SECOND).ok()?;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(since));
        let mut fitting =
            made.verifiers.iter().filter(|(_, verifier)| verifier.verify_client_cert(shown, between, now).is_ok());
        let (party, _) = fitting.next()?;
        fitting.next().is_none().then(|| party.clone())
    }

    async fn made(&self) -> Result<Made, LineError> {
        let authorities = self.office.line_authorities().await?;
        let kept = self.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(made) = kept.filter(|made| made.authorities == authorities) {
            return Ok(made);
        }
        let made = self.make(authorities).ok_or(LineError::NoCertificate)?;
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        Ok(made)
    }

    fn make(&self, authorities: Vec<(PartyId, String)>) -> Option<Made> {
        let mut all = RootCertStore::empty();
        let mut verifiers: Vec<(PartyId, Arc<dyn ClientCertVerifier>)> = Vec::new();
        for (party, pem) in &authorities {
            let mut own = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()).flatten() {
                own.add(certificate.clone()).ok()?;
                all.add(certificate).ok()?;
            }
            verifiers.push((party.clone(), self.verifier(own)?));
        }
        // Without a line nobody is known, and every hello fails for want of a certificate.
        let mut config = match all.is_empty() {
            true => return None,
            false => ServerConfig::builder_with_provider(Arc::clone(&self.provider))
                .with_safe_default_protocol_versions()
                .ok()?
                .with_client_cert_verifier(self.verifier(all)?)
                .with_single_cert(self.chain.clone(), self.key.clone_key())
                .ok()?,
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Some(Made { authorities, config: Arc::new(config), verifiers: Arc::new(verifiers) })
    }

    fn verifier(&self, roots: RootCertStore) -> Option<Arc<dyn ClientCertVerifier>> {
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider)).build().ok()
    }
}
