//! `[[oidc]]`: identity providers of organisations, by which their seats sign in.

use std::path::{Path, PathBuf};

use renkei_core::id::PartyId;
use serde::{Deserialize, Serialize};

use super::SettingsError;

/// An organisation's identity provider.
#[derive(Debug, Clone)]
pub struct Oidc {
    /// Whose seats sign in by it.
    pub party: PartyId,
    /// Its issuer identifier (OpenID Connect Discovery 1.0, section 2).
    pub issuer: String,
    /// What it calls this office.
    pub client: String,
    /// File with what this office shows it; `None`: a public client.
    pub secret_file: Option<PathBuf>,
    /// Certificate to trust beside the system's (PEM).
    pub ca_file: Option<PathBuf>,
    /// Whether a linked seat signs in by it alone: who leaves the organisation is out by its own doing.
    pub only: bool,
}

/// One entry as typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOidc {
    /// Party id.
    pub party: String,
    /// Issuer identifier.
    pub issuer: String,
    /// Client id.
    pub client: String,
    /// File of the client's secret, in the office's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Further certificate to trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Whether linked seats sign in by it alone.
    #[serde(default)]
    pub only: bool,
}

impl RawOidc {
    pub(super) fn check(self, folder: &Path) -> Result<Oidc, SettingsError> {
        let Self { party, issuer, client, secret_file, ca_file, only } = self;
        let here = issuer.starts_with("http://127.0.0.1") || issuer.starts_with("http://[::1]");
        if !issuer.starts_with("https://") && !here {
            return Err(SettingsError::Value { key: "oidc.issuer", value: issuer, expected: "an address by https" });
        }
        Ok(Oidc {
            party: party.parse()?,
            issuer,
            client,
            secret_file: secret_file.map(|file| folder.join(file)),
            ca_file: ca_file.map(|file| folder.join(file)),
            only,
        })
    }
}
