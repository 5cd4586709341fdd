//! The quarantine: bad lines as they came; those of secret classes sealed to the office's own key.
//!
//! One file a feed and kind: `quarantine/DIGEST.lines` and `quarantine/DIGEST.lines.age`. A file is
//! frames: four bytes of length (big-endian), then that many bytes. In the `.age` file each frame is
//! an age file. A frame opened holds, for each line: `LINE OFFSET CODE LENGTH`, a line feed, the
//! bytes, a line feed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use renkei_core::id::Digest;
use renkei_formats::Quarantined;
use renkei_post::quarantine::{OfficeIdentity, OpenError, seal};
use renkei_post::seal::AgeKey;
use renkei_store::DbError;
use renkei_store::key::{KeyMaterial, KeyPurpose, KeyState};

use crate::office::Office;
use crate::secret::{self, SecretError};

/// Why there is no key to seal the quarantine with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// There is none.
    #[error("the office has no quarantine key in force: make one with `renkei key rotate`")]
    Missing,
    /// It is none.
    #[error("{0}")]
    Form(#[from] renkei_post::seal::KeyError),
    /// The file of its private half.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// What is in that file.
    #[error("the office's quarantine key cannot be used: {0}")]
    Identity(#[from] OpenError),
}

/// What is being kept of one feed.
pub(crate) struct Quarantine {
    plain: Shelf,
    sealed: Shelf,
    key: AgeKey,
}

/// A file that comes into being with its first frame.
struct Shelf {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    frame: Vec<u8>,
}

/// Bytes of a frame before it is written.
const FRAME: usize = 1 << 20;
/// Room for one more line.
const LINE: usize = 1 << 18;

impl Quarantine {
    pub(crate) fn new(folder: &Path, feed: Digest, key: AgeKey) -> Self {
        let shelf = |name: String| Shelf { path: folder.join("quarantine").join(name), file: None, frame: Vec::new() };
        Self { plain: shelf(format!("{feed}.lines")), sealed: shelf(format!("{feed}.lines.age")), key }
    }

    /// Keeps a line.
    pub(crate) fn keep(&mut self, line: &Quarantined) -> io::Result<()> {
        let secret = line.class.is_secret();
        let shelf = if secret { &mut self.sealed } else { &mut self.plain };
        if secret && shelf.frame.capacity() == 0 {
            // It does not grow, so that nothing secret stays behind where it lay before.
            shelf.frame.reserve_exact(FRAME + LINE);
        }
        let head = format!("{} {} {} {}\n", line.line, line.offset, line.code.as_str(), line.bytes.len());
        shelf.frame.extend_from_slice(head.as_bytes());
        shelf.frame.extend_from_slice(&line.bytes);
        shelf.frame.push(b'\n');
        if shelf.frame.len() >= FRAME { shelf.flush(secret.then_some(&self.key)) } else { Ok(()) }
    }

    /// Brings what was kept to the disk under its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.plain.finish(None)?;
        self.sealed.finish(Some(&self.key))
    }
}

impl Shelf {
    fn part(&self) -> PathBuf {
        self.path.with_extension(format!("{}.part", std::process::id()))
    }

    fn flush(&mut self, key: Option<&AgeKey>) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = match key {
            Some(key) => {
                let sealed = seal(key, &self.frame).map_err(io::Error::other)?;
                zeroize::Zeroize::zeroize(&mut self.frame);
                sealed
            }
            None => std::mem::take(&mut self.frame),
        };
        self.frame.clear();
        if self.file.is_none() {
            self.file = Some(BufWriter::new(File::create(self.part())?));
        }
        let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
        match &mut self.file {
            Some(file) => file.write_all(&length.to_be_bytes()).and_then(|()| file.write_all(&frame)),
            None => Ok(()),
        }
    }

    fn finish(&mut self, key: Option<&AgeKey>) -> io::Result<()> {
        self.flush(key)?;
        match self.file.take() {
            None => Ok(()),
            Some(file) => {
                file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
                fs::rename(self.part(), &self.path)
            }
        }
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.frame);
        if self.file.take().is_some() {
            // The feed was not committed; its lines are still in the file it came in.
            let _ = fs::remove_file(self.part());
        }
    }
}

impl Office {
    /// The key in force that secret lines are sealed to.
    pub(crate) async fn quarantine_key(&self) -> Result<AgeKey, KeyError> {
        let keys = self.store.keys().await?;
        let key = keys.into_iter().find(|key| key.purpose == KeyPurpose::Quarantine && key.state == KeyState::Active);
        match key.map(|key| key.public) {
            Some(KeyMaterial::Age(recipient)) => Ok(AgeKey::check(&recipient)?),
            _ => Err(KeyError::Missing),
        }
    }

    /// The private half of that key, to open what was sealed to the office.
    pub(crate) async fn office_identity(&self) -> Result<OfficeIdentity, KeyError> {
        let name = self.active_key(None, KeyPurpose::Quarantine).await?.ok_or(KeyError::Missing)?;
        Ok(OfficeIdentity::read(&secret::read(&self.key_file(name.as_str()))?)?)
    }
}
