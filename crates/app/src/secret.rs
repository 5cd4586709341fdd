//! Private keys on disk: one file each, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::ledger::{KeyName, Signer};
use zeroize::Zeroizing;

/// Why a private key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or written.
    #[error("cannot use the key file `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// The file does not hold a key.
    #[error("`{}` does not hold a key: restore it from backup, or rotate the key (docs/keys.md)", .0.display())]
    Form(PathBuf),
}

/// Makes a new signing key and writes its seed (base 64 of 32 bytes) to a file that did not exist.
pub(crate) fn make_signer(path: &Path, name: KeyName) -> Result<Signer, SecretError> {
    let seed = Zeroizing::new(rand::random::<[u8; 32]>());
    let text = Zeroizing::new(STANDARD.encode(seed.as_slice()));
    write(path, &text)?;
    Ok(Signer::from_seed(name, &seed))
}

/// Reads a signing key.
pub(crate) fn read_signer(path: &Path, name: KeyName) -> Result<Signer, SecretError> {
    let form = || SecretError::Form(path.to_path_buf());
    let bytes = Zeroizing::new(STANDARD.decode(read(path)?.trim()).map_err(|_| form())?);
    let seed = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| form())?);
    Ok(Signer::from_seed(name, &seed))
}

/// Reads a secret text.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, SecretError> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(|error| SecretError::Io(path.to_path_buf(), error))
}

/// Writes a secret text to a new file that only its owner reads, and brings it to the disk.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), SecretError> {
    let io = |error| SecretError::Io(path.to_path_buf(), error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()).map_err(io)
}
