//! Encodes batches into Parquet files on threads of its own, with bounded memory.
//!
//! Batches wait in a short channel. Each thread keeps files of its own; rows of a day are kept back
//! until they are worth a file, so that a feed over many days does not open a file a day at once.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use arrow::array::RecordBatch;
use renkei_core::time::Day;

use crate::file::DataFile;
use crate::part::{FILE_ROWS, Part, PartError};
use crate::table::Table;
use crate::view::{Manner, stand_back};

/// Batches that may wait.
const WAITING: usize = 4;
/// Rows of a day that are worth opening a file.
const WORTH_A_FILE: usize = 1 << 15;
/// Rows kept back on one thread before the largest day is written anyway.
const KEPT_BACK: usize = 1 << 18;
/// Bytes of row groups in work on one thread before the largest is ended.
const GROUP_BYTES: usize = 128 << 20;
/// Files open on one thread before the one with the fewest rows is closed.
const OPEN_FILES: usize = 128;

/// Threads that encode.
pub(crate) struct Encoders {
    sender: Option<SyncSender<Job>>,
    threads: Vec<JoinHandle<Result<Vec<DataFile>, PartError>>>,
    made: Made,
}

struct Job {
    day: Option<Day>,
    batch: RecordBatch,
}

/// Every file that was begun, so that none stays behind.
#[derive(Clone, Default)]
struct Made(Arc<Mutex<Vec<PathBuf>>>);

impl Encoders {
    /// As many threads as are useful for this machine, two at most.
    pub(crate) fn start(table: Table, folder: &Path, manner: Manner) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_threads(table, folder, manner, cores.min(2))
    }

    /// One thread, so that the rows of a day go into as few files as can be.
    pub(crate) fn alone(table: Table, folder: &Path, manner: Manner) -> Self {
        Self::with_threads(table, folder, manner, 1)
    }

    fn with_threads(table: Table, folder: &Path, manner: Manner, count: usize) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let failed = Arc::new(AtomicBool::new(false));
        let made = Made::default();
        let threads = (0..count).map(|_| {
            let mut worker = Worker {
                table,
                folder: folder.to_owned(),
                made: made.clone(),
                days: HashMap::new(),
                kept_back: 0,
                done: Vec::new(),
            };
            let (receiver, failed) = (Arc::clone(&receiver), Arc::clone(&failed));
            std::thread::spawn(move || {
                stand_back(manner);
                let result = worker.run(&receiver, &failed);
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                result.map(|()| worker.done)
            })
        });
        Self { threads: threads.collect(), sender: Some(sender), made }
    }

    /// Hands rows of one day over; waits while too many wait. `false`: the threads have failed,
    /// [`Encoders::finish`] says why.
    pub(crate) fn write(&mut self, day: Option<Day>, batch: RecordBatch) -> bool {
        self.sender.as_ref().is_some_and(|sender| sender.send(Job { day, batch }).is_ok())
    }

    /// Waits until all is written and on the disk.
    pub(crate) fn finish(&mut self) -> Result<Vec<DataFile>, PartError> {
        self.sender = None;
        let mut files = Vec::new();
        let mut first_error = None;
        for thread in self.threads.drain(..) {
            match thread.join() {
                Ok(Ok(done)) => files.extend(done),
                Ok(Err(error)) => first_error = first_error.or(Some(error)),
                Err(_) => {
                    let lost = std::io::Error::other("an encoding thread ended early");
                    first_error = first_error.or(Some(lost.into()));
                }
            }
        }
        files.sort_by(|one, other| one.relative.cmp(&other.relative));
        first_error.map_or(Ok(files), Err)
    }

    /// Removes whatever was written.
    pub(crate) fn discard(&mut self) {
        let _ = self.finish();
        for path in self.made.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = fs::remove_file(path);
        }
    }

    /// Leaves what was written where it is: the table owns it now.
    pub(crate) fn keep(&mut self) {
        self.made.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Encoders {
    fn drop(&mut self) {
        self.discard();
    }
}

/// One thread: its days, each kept back or in a file.
struct Worker {
    table: Table,
    folder: PathBuf,
    made: Made,
    days: HashMap<Option<Day>, OfDay>,
    kept_back: usize,
    done: Vec<DataFile>,
}

#[derive(Default)]
struct OfDay {
    kept: Vec<RecordBatch>,
    rows: usize,
    part: Option<Part>,
}

impl Worker {
    fn run(&mut self, receiver: &Mutex<Receiver<Job>>, failed: &AtomicBool) -> Result<(), PartError> {
        loop {
            let job = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Job { day, batch }) = job else { break };
            if failed.load(Ordering::Relaxed) {
                return Ok(());
            }
            self.take(day, batch)?;
        }
        let days: Vec<_> = self.days.keys().copied().collect();
        for day in days {
            self.write_kept(day)?;
            self.close(day)?;
        }
        Ok(())
    }

    fn take(&mut self, day: Option<Day>, batch: RecordBatch) -> Result<(), PartError> {
        let of_day = self.days.entry(day).or_default();
        of_day.rows += batch.num_rows();
        self.kept_back += batch.num_rows();
        of_day.kept.push(batch);
        if of_day.part.is_some() || of_day.rows >= WORTH_A_FILE {
            self.write_kept(day)?;
        }
        while self.kept_back > KEPT_BACK {
            let largest = self.days.iter().max_by_key(|(_, of_day)| of_day.rows).map(|(day, _)| *day);
            self.write_kept(largest.flatten())?;
        }
        self.bound_memory()
    }

    /// Writes the rows of a day that were kept back.
    fn write_kept(&mut self, day: Option<Day>) -> Result<(), PartError> {
        let of_day = self.days.entry(day).or_default();
        self.kept_back = self.kept_back.saturating_sub(of_day.rows);
        of_day.rows = 0;
        for batch in std::mem::take(&mut of_day.kept) {
            let part = match &mut of_day.part {
                Some(part) => part,
                None => {
                    let part = Part::create(self.table, &self.folder, day)?;
                    let mut made = self.made.0.lock().unwrap_or_else(PoisonError::into_inner);
                    made.push(part.path().to_owned());
                    of_day.part.insert(part)
                }
            };
            part.write(&batch)?;
            if part.rows() >= FILE_ROWS
                && let Some(part) = of_day.part.take()
            {
                self.done.push(part.finish()?);
            }
        }
        Ok(())
    }

    fn close(&mut self, day: Option<Day>) -> Result<(), PartError> {
        if let Some(part) = self.days.get_mut(&day).and_then(|of_day| of_day.part.take()) {
            self.done.push(part.finish()?);
        }
        Ok(())
    }

    fn bound_memory(&mut self) -> Result<(), PartError> {
        let open = || self.days.values().filter_map(|of_day| of_day.part.as_ref());
        if open().count() > OPEN_FILES {
            let smallest =
                self.days.iter().filter_map(|(day, of_day)| Some((of_day.part.as_ref()?.rows(), *day))).min();
            if let Some((_, day)) = smallest {
                return self.close(day);
            }
        }
        if open().map(Part::memory).sum::<usize>() > GROUP_BYTES {
            let parts = self.days.values_mut().filter_map(|of_day| of_day.part.as_mut());
            if let Some(largest) = parts.max_by_key(|part| part.memory()) {
                largest.flush()?;
            }
        }
        Ok(())
    }
}
