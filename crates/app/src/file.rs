//! Files of the office, named by what is in them: written once, never changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use renkei_core::id::Digest;

/// Where the file with a digest lies below a folder: `files/ab/abcdef…`.
pub(crate) fn place(folder: &Path, digest: Digest) -> PathBuf {
    let name = digest.to_string();
    let shelf = name.get(..2).unwrap_or("00").to_owned();
    folder.join("files").join(shelf).join(name)
}

/// Keeps bytes under their digest; those already there are left as they are.
pub(crate) fn keep(folder: &Path, bytes: &[u8]) -> io::Result<Digest> {
    let digest = Digest::of(bytes);
    let path = place(folder, digest);
    if !path.exists() {
        write(&path, bytes)?;
    }
    Ok(digest)
}

/// The bytes under a digest; bytes that do not have it are an error, not an answer.
pub(crate) fn read(folder: &Path, digest: Digest) -> io::Result<Vec<u8>> {
    let bytes = fs::read(place(folder, digest))?;
    if Digest::of(&bytes) != digest {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("the file {digest} was changed")));
    }
    Ok(bytes)
}

/// Writes a file so that it is there whole or not at all, and on the disk when this returns.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = folder.join(name);
    let written = File::create(&part).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    match written.and_then(|()| fs::rename(&part, path)) {
        Ok(()) => File::open(folder)?.sync_all(),
        Err(error) => {
            // What was begun is taken away, so that a full disk is not made fuller.
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}
