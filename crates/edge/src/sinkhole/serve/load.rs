//! Order, profiles and certificate from their files, proven before anything is served.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use renkei_formats::order::{MOST_BYTES, OrderError, SignedOrder};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::sinkhole::profile::{Marks, Profile, ProfileError};
use crate::sinkhole::settings::{Settings, Tls};
use crate::sinkhole::table::{MARKS, Table, TableError};

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("`{path}`: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The order is not the office's, or not one.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// A profile does not load.
    #[error("`{path}`: {source}")]
    Profile {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: ProfileError,
    },
    /// Order and profiles do not go together.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Certificate or key cannot be used.
    #[error("`{path}`: {told}")]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        told: String,
    },
}

/// How TLS is answered.
pub type TlsConfig = Arc<rustls::ServerConfig>;

/// What was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// Who is answered with what.
    pub table: Table,
    /// How TLS is answered, if it is.
    pub tls: Option<TlsConfig>,
}

/// Reads and proves everything that the settings name: what `check` does, and what comes before serving.
///
/// # Errors
/// When anything is not what it should be.
pub fn load(settings: &Settings) -> Result<Loaded, LoadError> {
    Ok(Loaded { table: table(settings)?, tls: settings.tls.as_ref().map(tls).transpose()? })
}

pub(super) fn table(settings: &Settings) -> Result<Table, LoadError> {
    let order = SignedOrder::read(&read(&settings.order, MOST_BYTES)?, &settings.office_key)?;
    let mut profiles = Vec::new();
    let mut marks = Marks::default();
    for path in files(&settings.profiles)? {
        let bytes = read(&path, crate::sinkhole::profile::MOST_BYTES + 1)?;
        let wrong = |source| LoadError::Profile { path: path.clone(), source };
        if path.file_stem().is_some_and(|stem| stem == MARKS) {
            marks = Marks::read(&bytes).map_err(wrong)?;
        } else {
            profiles.push(Profile::read(&bytes).map_err(wrong)?);
        }
    }
    // The folder may hold profiles that this operation does not need.
    profiles.retain(|profile| {
        order.profiles.iter().any(|named| named.name == profile.family)
            || order.zones.iter().any(|zone| zone.family == profile.family)
    });
    if !order.profiles.iter().any(|named| named.name == MARKS) {
        marks = Marks::default();
    }
    Ok(Table::new(order, profiles, marks)?)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let wrong = |source| LoadError::File { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path, most: usize) -> Result<Vec<u8>, LoadError> {
    let wrong = |source| LoadError::File { path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(wrong)?.len();
    if length > most as u64 {
        return Err(wrong(io::Error::other(format!("larger than {most} bytes"))));
    }
    fs::read(path).map_err(wrong)
}

fn tls(files: &Tls) -> Result<TlsConfig, LoadError> {
    let told = |path: &Path, told: String| LoadError::Certificate { path: path.to_owned(), told };
    let chain = read(&files.certificate, 1 << 20)?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|error| told(&files.certificate, error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key, 1 << 20)?)
        .map_err(|error| told(&files.key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| told(&files.certificate, error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| told(&files.certificate, error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
