//! Files into a backup and out of it: each is hashed while it is copied, and on the disk when done.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use renkei_core::id::Digest;
use sha2::Digest as _;

use super::manifest::FileKept;
use crate::ingest::Progress;

/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;

/// A file that is to be copied.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Where it lies.
    pub from: PathBuf,
    /// Path inside the backup, with `/`.
    pub path: String,
    /// Whether it may be gone: others take letters out of `outbox/`, and a mail that waited is removed
    /// when somebody has decided on it.
    pub may_go: bool,
}

/// Something that went wrong with a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot copy `{}`: {source}", .path.display())]
pub struct CopyError {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub source: io::Error,
}

impl CopyError {
    /// An error at a path.
    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self { path: path.to_path_buf(), source }
    }
}

/// The files below a folder of the office, whole ones only: what is being written ends with `.part`.
pub(crate) fn below(office: &Path, name: &str) -> Result<Vec<Wanted>, CopyError> {
    let mut found = Vec::new();
    let top = office.join(name);
    if top.is_dir() {
        walk(&top, name, &mut found)?;
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// Every path of a file below a folder.
pub(crate) fn everything(folder: &Path) -> Result<Vec<String>, CopyError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(CopyError::at(folder))? {
        let entry = entry.map_err(CopyError::at(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(below(folder, &name)?.into_iter().map(|file| file.path));
        } else {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, path: &str, found: &mut Vec<Wanted>) -> Result<(), CopyError> {
    let at = CopyError::at(folder);
    for entry in fs::read_dir(folder).map_err(&at)? {
        let entry = entry.map_err(&at)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let inner = format!("{path}/{name}");
        let kind = entry.file_type().map_err(&at)?;
        if kind.is_dir() {
            walk(&entry.path(), &inner, found)?;
        } else if kind.is_file() && !name.ends_with(".part") {
            found.push(Wanted { from: entry.path(), may_go: goes(&inner), path: inner });
        }
    }
    Ok(())
}

fn goes(path: &str) -> bool {
    path.starts_with("outbox/") || path.starts_with("quarantine/mail/")
}

/// How far a copy is; told after each piece.
pub(crate) struct Told<'a> {
    progress: &'a Progress<'a>,
    name: &'a Path,
    done: u64,
    total: u64,
}

impl<'a> Told<'a> {
    pub(crate) fn new(progress: &'a Progress<'a>, name: &'a Path, total: u64) -> Self {
        Self { progress, name, done: 0, total }
    }

    fn more(&mut self, bytes: usize) {
        // A file may have grown since the total was made; the bar ends with `end` alone.
        self.done = (self.done + bytes as u64).min(self.total.saturating_sub(1));
        (self.progress)(self.name, self.done, self.total);
    }

    pub(crate) fn end(self) {
        (self.progress)(self.name, self.total, self.total);
    }
}

/// Reads a file from end to end: its size and SHA-256; what is read is written to `to`, where there is one.
pub(crate) fn carry(from: &Path, to: Option<&Path>, told: &mut Told<'_>) -> Result<(u64, Digest), CopyError> {
    let at = CopyError::at(from);
    let mut source = File::open(from).map_err(&at)?;
    let mut target = match to {
        Some(to) => {
            let made = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create_new(to));
            Some((made.map_err(CopyError::at(to))?, to))
        }
        None => None,
    };
    let (mut hasher, mut bytes) = (sha2::Sha256::new(), 0);
    let mut buffer = vec![0u8; BUFFER];
    loop {
        let read = source.read(&mut buffer).map_err(&at)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        hasher.update(piece);
        if let Some((target, to)) = &mut target {
            target.write_all(piece).map_err(CopyError::at(to))?;
        }
        bytes += read as u64;
        told.more(read);
    }
    if let Some((target, to)) = target {
        target.sync_all().map_err(CopyError::at(to))?;
    }
    Ok((bytes, Digest(hasher.finalize().into())))
}

/// Copies a file into a backup; `None`: it was one that may go, and is gone.
pub(crate) fn take(wanted: &Wanted, backup: &Path, told: &mut Told<'_>) -> Result<Option<FileKept>, CopyError> {
    let to = backup.join(&wanted.path);
    match carry(&wanted.from, Some(&to), told) {
        Err(error) if wanted.may_go && error.source.kind() == io::ErrorKind::NotFound => Ok(None),
        carried => {
            let (bytes, digest) = carried?;
            Ok(Some(FileKept { path: wanted.path.clone(), bytes, sha256: digest.to_string() }))
        }
    }
}

/// Brings the names in the folders of some files to the disk too.
pub(crate) fn sync_folders<'a>(root: &Path, files: impl Iterator<Item = &'a str>) -> Result<(), CopyError> {
    let mut folders = BTreeSet::from([root.to_path_buf()]);
    for file in files {
        folders.extend(Path::new(file).ancestors().skip(1).map(|folder| root.join(folder)));
    }
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        File::open(folder).and_then(|open| open.sync_all()).map_err(CopyError::at(folder))?;
    }
    Ok(())
}

/// The bytes of some files together.
pub(crate) fn weight(files: &[Wanted]) -> u64 {
    files.iter().filter_map(|file| fs::metadata(&file.from).ok()).map(|found| found.len()).sum()
}
