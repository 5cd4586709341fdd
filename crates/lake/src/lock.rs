//! One writer at a time: an advisory lock that ends with its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// Name of the lock file in a table's folder.
const NAME: &str = "lake.lock";
/// Name of the lock file in the lake's folder that guards what is there against removal.
const KEEP_NAME: &str = "keep.lock";
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
        Ok(Self { _file: wait(&folder.join(NAME), File::try_lock).await? })
    }
}

/// While it is held, nothing that a version refers to is removed from the lake.
#[derive(Debug)]
pub(crate) struct KeepLock {
    _file: File,
}

impl KeepLock {
    /// For who reads over a long time; several may hold it at once.
    pub(crate) async fn keep(lake: &Path) -> io::Result<Self> {
        Ok(Self { _file: wait(&lake.join(KEEP_NAME), File::try_lock_shared).await? })
    }

    /// For who removes: waits until nobody keeps.
    pub(crate) async fn remove(lake: &Path) -> io::Result<Self> {
        Ok(Self { _file: wait(&lake.join(KEEP_NAME), File::try_lock).await? })
    }
}

async fn wait(path: &Path, lock: fn(&File) -> Result<(), TryLockError>) -> io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    let mut told = false;
    loop {
        match lock(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                if !told {
                    tracing::info!("another process works in the lake; waiting");
                    told = true;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}
