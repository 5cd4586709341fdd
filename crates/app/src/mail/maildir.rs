//! A maildir: mails lie in `new/` until they are filed, and move to `cur/` only then.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::MailError;

/// A mail above this is not read whole; a person must look at it.
pub(super) const LIMIT: u64 = 64 << 20;

/// A mailbox in the form of Maildir.
pub(super) struct Maildir(PathBuf);

impl Maildir {
    /// Opens a folder that has a `new/`.
    pub(super) fn open(folder: &Path) -> Result<Self, MailError> {
        let found = folder.join("new").is_dir();
        if found { Ok(Self(folder.to_path_buf())) } else { Err(MailError::NoMaildir(folder.to_path_buf())) }
    }

    /// The mails that nobody has read, oldest first: their names begin with the second they came in.
    pub(super) fn waiting(&self) -> Result<Vec<PathBuf>, MailError> {
        let folder = self.0.join("new");
        let list = || -> io::Result<Vec<PathBuf>> {
            let entries = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
            let hidden = |path: &PathBuf| path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
            let mut mails: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
            mails.retain(|path| path.is_file() && !hidden(path));
            mails.sort();
            Ok(mails)
        };
        list().map_err(|error| MailError::Io(folder.clone(), error))
    }

    /// The bytes of a mail, at most [`LIMIT`] and one more.
    pub(super) fn read(path: &Path) -> Result<Vec<u8>, MailError> {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|error| MailError::Io(path.to_path_buf(), error))
    }

    /// The mail was filed: it is moved to `cur/` as seen, or removed.
    pub(super) fn done(&self, path: &Path, remove: bool) -> Result<(), MailError> {
        let moved = if remove { fs::remove_file(path) } else { self.seen(path) };
        match moved {
            // Another reader of the mailbox was first; it is filed all the same.
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(MailError::Io(path.to_path_buf(), error)),
            _ => Ok(()),
        }
    }

    fn seen(&self, path: &Path) -> io::Result<()> {
        let cur = self.0.join("cur");
        fs::create_dir_all(&cur)?;
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        if !name.as_encoded_bytes().contains(&b':') {
            name.push(":2,S");
        }
        fs::rename(path, cur.join(name))
    }
}
