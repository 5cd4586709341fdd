//! Letters as `.eml` files, named by their id, whole or not there.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Receipt, SendError};
use crate::letter::Outgoing;

/// A folder that takes letters.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Letters go to this folder; it is made when the first letter comes.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where a letter lies, or will.
    pub fn path_of(&self, letter: &Outgoing) -> PathBuf {
        self.folder.join(format!("{}.eml", letter.id))
    }

    /// Writes a letter: to a temporary file, flushed to the disk, then renamed, then the folder
    /// flushed. The same letter again changes nothing; other bytes under its id are an error.
    pub fn send(&self, letter: &Outgoing) -> Result<Receipt, SendError> {
        let path = self.path_of(letter);
        let error = |why: String| SendError::File { path: path.clone(), why };
        match fs::read(&path) {
            Ok(there) if there == letter.bytes => return Ok(Receipt::File { path, already: true }),
            Ok(_) => return Err(error("another letter lies there under the same id".to_string())),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
            Err(other) => return Err(error(other.to_string())),
        }
        write_whole(&self.folder, &path, &letter.bytes).map_err(|failed| error(failed.to_string()))?;
        Ok(Receipt::File { path, already: false })
    }
}

fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".letter-").suffix(".part").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    File::open(folder)?.sync_all()
}
