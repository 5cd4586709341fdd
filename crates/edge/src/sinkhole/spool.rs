//! The spool: lines on disk until the office has them.
//!
//! A folder of segments. `START-NUMBER.open` is being written; it becomes `START-NUMBER.jsonl` when it is
//! large or old enough, and is then one feed file, never changed again. `start` counts the starts of the
//! process, so that names and line ids are never used twice, whatever the clock does. What the office
//! refused lies in `refused/`. A line is on the disk at most [`SYNC_EVERY`] after it was written.

mod segment;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use segment::{Sound, sound};

/// The longest that written lines wait for the disk, in microseconds of the steady clock: with the
/// [`FLUSH_EVERY`] before it, the most that a power cut takes.
pub const SYNC_EVERY: u64 = 500_000;

/// Why the spool cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The disk said no.
    #[error("`{path}`: {source}")]
    Disk {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// Not a number in the file `start`.
    #[error("`{0}` does not hold a number: the spool is not one of this program, or was damaged")]
    Start(PathBuf),
    /// Another process writes there.
    #[error("`{0}` is used by another sinkhole")]
    Busy(PathBuf),
}

/// When a segment is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub segment_bytes: u64,
    /// Microseconds of the steady clock.
    pub segment_age: u64,
}

/// What was found when the spool was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resumed {
    /// Segments that were closed and wait for the office.
    pub waiting: u64,
    /// Segments that a crash had left open, now closed.
    pub recovered: u64,
    /// Lines in them.
    pub recovered_lines: u64,
    /// Bytes cut off behind their last sound line.
    pub torn_bytes: u64,
}

/// The spool of a running sinkhole.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    limits: Limits,
    start: u64,
    number: u64,
    open: Option<Open>,
    held: Held,
    _lock: File,
}

/// Bytes on disk, closed and open; what was handed over is taken off.
#[derive(Debug, Clone, Default)]
pub struct Held(Arc<AtomicU64>);

#[derive(Debug)]
struct Open {
    file: File,
    path: PathBuf,
    bytes: u64,
    since: u64,
    unsynced_since: Option<u64>,
}

impl Held {
    /// Bytes.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes off what is no longer held.
    pub fn take(&self, bytes: u64) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| Some(held.saturating_sub(bytes)));
    }
}

fn at<T>(path: &Path, done: io::Result<T>) -> Result<T, SpoolError> {
    done.map_err(|source| SpoolError::Disk { path: path.to_owned(), source })
}

/// Makes what was done to the names in a folder durable.
fn sync_folder(folder: &Path) -> Result<(), SpoolError> {
    at(folder, File::open(folder).and_then(|folder| folder.sync_all()))
}

impl Spool {
    /// Opens the folder, counts the start, closes what a crash left open and cuts its torn end.
    ///
    /// # Errors
    /// When the disk refuses, or another process holds the folder.
    pub fn open(folder: &Path, limits: Limits) -> Result<(Self, Resumed), SpoolError> {
        at(folder, fs::create_dir_all(folder))?;
        let lock_path = folder.join("lock");
        let lock = at(&lock_path, OpenOptions::new().create(true).append(true).open(&lock_path))?;
        lock.try_lock().map_err(|_| SpoolError::Busy(folder.to_owned()))?;
        let start = next_start(folder)?;
        let held = Held::default();
        let mut resumed = Resumed::default();
        for path in named(folder, "open")? {
            recover(&path, &mut resumed)?;
        }
        for path in closed(folder)? {
            held.add(at(&path, fs::metadata(&path))?.len());
            resumed.waiting += 1;
        }
        sync_folder(folder)?;
        let spool = Self { folder: folder.to_owned(), limits, start, number: 0, open: None, held, _lock: lock };
        Ok((spool, resumed))
    }

    /// The number of this start: larger than any before.
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// Bytes on disk.
    pub const fn held(&self) -> &Held {
        &self.held
    }

    /// Writes whole lines. They are durable after the next [`Spool::tick`] that syncs.
    ///
    /// # Errors
    /// When the disk refuses: nothing of these lines counts as written, and they may be given again.
    pub fn append(&mut self, lines: &[u8], now: u64) -> Result<(), SpoolError> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.begin(now)?,
        };
        let before = open.bytes;
        let written = open.file.write_all(lines);
        if let Err(source) = written {
            // A half line must not stand in the middle of a segment.
            let cut = open.file.set_len(before);
            let path = open.path.clone();
            if cut.is_ok() {
                self.open = Some(open);
            }
            return Err(SpoolError::Disk { path, source });
        }
        open.bytes += lines.len() as u64;
        open.unsynced_since.get_or_insert(now);
        self.held.add(lines.len() as u64);
        self.open = Some(open);
        Ok(())
    }

    /// Does what is due: makes lines durable, closes a segment that is large or old enough.
    /// Gives back whether one was closed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn tick(&mut self, now: u64) -> Result<bool, SpoolError> {
        let Some(open) = &mut self.open else { return Ok(false) };
        if open.unsynced_since.is_some_and(|since| now.saturating_sub(since) >= SYNC_EVERY) {
            at(&open.path, open.file.sync_data())?;
            open.unsynced_since = None;
        }
        let due = open.bytes >= self.limits.segment_bytes || now.saturating_sub(open.since) >= self.limits.segment_age;
        if due && open.bytes > 0 { self.close().map(|()| true) } else { Ok(false) }
    }

    /// Closes the open segment, so that it can be handed over.
    ///
    /// # Errors
    /// When the disk refuses; it stays open.
    pub fn close(&mut self) -> Result<(), SpoolError> {
        let Some(open) = &self.open else { return Ok(()) };
        at(&open.path, open.file.sync_all())?;
        at(&open.path, fs::rename(&open.path, open.path.with_extension("jsonl")))?;
        self.open = None;
        sync_folder(&self.folder)
    }

    fn begin(&mut self, now: u64) -> Result<Open, SpoolError> {
        self.number += 1;
        let path = self.folder.join(format!("{:010}-{:010}.open", self.start, self.number));
        let file = at(&path, OpenOptions::new().create_new(true).append(true).open(&path))?;
        sync_folder(&self.folder)?;
        Ok(Open { file, path, bytes: 0, since: now, unsynced_since: None })
    }
}

/// The closed segments in the order in which they were written.
///
/// # Errors
/// When the folder cannot be read.
pub fn closed(folder: &Path) -> Result<Vec<PathBuf>, SpoolError> {
    named(folder, "jsonl")
}

fn named(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, SpoolError> {
    let mut found = Vec::new();
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Counts the start durably before anything is named after it.
fn next_start(folder: &Path) -> Result<u64, SpoolError> {
    let path = folder.join("start");
    let last: u64 = match fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map_err(|_| SpoolError::Start(path.clone()))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(source) => return Err(SpoolError::Disk { path, source }),
    };
    let new = folder.join("start.new");
    let mut file = at(&new, File::create(&new))?;
    at(&new, writeln!(file, "{}", last + 1).and_then(|()| file.sync_all()))?;
    at(&path, fs::rename(&new, &path))?;
    sync_folder(folder)?;
    Ok(last + 1)
}

/// Cuts the torn end of a segment that a crash left open, and closes it; an empty one is removed.
fn recover(path: &Path, resumed: &mut Resumed) -> Result<(), SpoolError> {
    let bytes = at(path, fs::read(path))?;
    let Sound { length, lines } = sound(&bytes);
    resumed.torn_bytes += (bytes.len() - length) as u64;
    resumed.recovered_lines += lines;
    if length == 0 {
        return at(path, fs::remove_file(path));
    }
    resumed.recovered += 1;
    let file = at(path, OpenOptions::new().write(true).open(path))?;
    at(path, file.set_len(length as u64).and_then(|()| file.sync_all()))?;
    at(path, fs::rename(path, path.with_extension("jsonl")))
}

#[cfg(test)]
mod tests;
