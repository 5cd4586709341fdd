//! One writer at a time: an advisory lock that ends with its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// Name of the lock file in the lake's folder.
const NAME: &str = "lake.lock";
/// How often a waiting process looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The right to write in a lake; given back on drop, and by the kernel if the process dies.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Waits until no other process or handle writes.
    pub(crate) async fn acquire(folder: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(NAME))?;
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => {
                    if !told {
                        tracing::info!("another process writes into the lake; waiting");
                        told = true;
                    }
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}
