//! Mails that wait for a person: sealed to the office's own key under their id, and removed when the
//! person has decided. Nothing of them lies in the clear (G20).

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;

use renkei_core::id::MailId;
use renkei_post::quarantine::{OfficeIdentity, seal};
use renkei_post::seal::AgeKey;
use renkei_store::key::{KeyMaterial, KeyPurpose};
use zeroize::Zeroizing;

use super::MailError;
use crate::file;
use crate::office::Office;
use crate::secret;

impl Office {
    fn held(&self) -> PathBuf {
        self.folder.join("quarantine").join("mail")
    }

    fn held_file(&self, id: MailId) -> PathBuf {
        self.held().join(format!("{id}.eml.age"))
    }

    /// Seals a mail and brings it to the disk, before it is entered as waiting.
    pub(super) fn hold(&self, id: MailId, key: &AgeKey, bytes: &[u8]) -> Result<(), MailError> {
        let path = self.held_file(id);
        file::write(&path, &seal(key, bytes)?).map_err(|error| MailError::Io(path, error))
    }

    /// Opens a mail that waits; `None`: it was too large to be kept.
    pub(super) async fn open_held(&self, id: MailId) -> Result<Option<Zeroizing<Vec<u8>>>, MailError> {
        let path = self.held_file(id);
        let sealed = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| MailError::Io(path, error))?,
        };
        // Sealed before a rotation, it opens with the key of that time.
        let keys = self.store.keys().await?;
        let mut last = None;
        for key in keys.iter().filter(|key| key.purpose == KeyPurpose::Quarantine) {
            if !matches!(key.public, KeyMaterial::Age(_)) {
                continue;
            }
            let identity = OfficeIdentity::read(&secret::read(&self.key_file(key.name.as_str()))?)?;
            match identity.open(&sealed) {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or(MailError::Unknown(id), MailError::Open))
    }

    /// Removes a mail that nobody must look at any more.
    pub(super) fn let_go(&self, id: MailId) -> Result<(), MailError> {
        let path = self.held_file(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(MailError::Io(path, error)),
            _ => Ok(()),
        }
    }

    /// Removes what a process left that died between sealing and entering, or deciding and removing.
    pub(super) async fn sweep_held(&self) -> Result<(), MailError> {
        let folder = self.held();
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".eml.age")).and_then(|id| id.parse().ok());
            let Some(id) = id else { continue };
            if !self.store.mail(id).await?.is_some_and(|mail| mail.new.state.is_open()) {
                self.let_go(id)?;
            }
        }
        Ok(())
    }

    /// The lock of the mailbox: one process reads or decides at a time.
    pub(super) fn mail_lock(&self) -> Result<File, MailError> {
        let path = self.folder.join("mail.lock");
        let io = |error| MailError::Io(path.clone(), error);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(MailError::Busy),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }
}
