//! A disk that is full: a clear error, the table as it was, and it goes on once there is space.

use std::path::Path;
use std::process::Command;

use renkei_core::act::Act;
use renkei_lake::{AppendError, Appended, Lake, LogError};

use crate::office::{INTENT, batch, feed, ingest, keys, line, parquet_files, permit, runtime};

const CHILD: &str = "RENKEI_LAKE_FULL";
const LINES: u32 = 60_000;

/// Where a small file system can be mounted, that; else files are limited in size for one process.
#[test]
fn a_full_disk_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Tmpfs::mount(folder.path());
    match &disk {
        Some(_) => println!("on a tmpfs of 1 MiB"),
        None => println!("not run on a tmpfs: it cannot be mounted here; files are limited by RLIMIT_FSIZE"),
    }
    runtime().block_on(async {
        let lake = Lake::create(folder.path()).await.unwrap();
        ingest(&lake, feed("small"), &(0..50).map(line).collect::<Vec<_>>()).await;
    });
    let limit = if disk.is_some() { "true" } else { "trap '' XFSZ; ulimit -f 64" };
    let exe = std::env::current_exe().unwrap();
    let script = format!("{limit}; exec '{}' --exact full::child --ignored --nocapture", exe.display());
    let output = Command::new("bash").arg("-c").arg(script).env(CHILD, folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    if let Some(disk) = &disk {
        disk.grow();
    }
    runtime().block_on(async {
        let lake = Lake::open(folder.path()).await.unwrap();
        assert_eq!(keys(&lake).await.len(), 50);
        let lines: Vec<_> = (0..LINES).map(line).collect();
        let Appended::Added { stored, duplicates, .. } = ingest(&lake, feed("large"), &lines).await else { panic!() };
        assert_eq!((stored, duplicates), (u64::from(LINES) - 50, 50));
    });
}

/// Run by the test above as a process of its own.
#[test]
#[ignore = "a part of another test"]
fn child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let folder = Path::new(&folder);
    runtime().block_on(async {
        let lake = Lake::open(folder).await.unwrap();
        let before = parquet_files(folder);
        let error = fill(&lake).await.unwrap_err();
        assert!(matches!(error, AppendError::Log(LogError::DiskFull { .. })), "{error:?}");
        assert_eq!(
            error.to_string(),
            "no space is left for the table `observations`; it is as it was before: free some space and repeat"
        );
        assert_eq!(parquet_files(folder), before);
        assert!(!lake.holds(feed("large")).await.unwrap());
    });
}

async fn fill(lake: &Lake) -> Result<Appended, AppendError> {
    let lines: Vec<_> = (0..LINES).map(line).collect();
    let mut append = lake.begin(feed("large")).await?;
    for part in lines.chunks(5000) {
        append.write(&batch(feed("large"), part))?;
    }
    append.commit(permit(Act::Ingest), INTENT).await
}

/// A file system of 1 MiB in memory.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    fn mount(folder: &'a Path) -> Option<Self> {
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder).output();
        done.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    fn grow(&self) {
        let done = Command::new("mount").args(["-o", "remount,size=64m"]).arg(self.0).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}
