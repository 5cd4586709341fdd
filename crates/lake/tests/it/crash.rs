//! Appends that end early: dropped, forgotten, killed.

use std::process::{Command, Stdio};
use std::time::Duration;

use renkei_lake::{Appended, Lake};

use crate::office::{batch, care, feed, ingest, keys, line, parquet_files, runtime};

const CHILD: &str = "RENKEI_LAKE_CHILD";
const FEEDS: u32 = 6;
const LINES: u32 = 3000;

#[test]
fn a_dropped_append_removes_its_files() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let mut append = lake.begin(feed("one")).await.unwrap();
        append.write(&batch(feed("one"), &(0..100).map(line).collect::<Vec<_>>())).unwrap();
        drop(append);
        assert!(parquet_files(folder.path()).is_empty());
        assert_eq!(lake.view().await.unwrap().version(), 0);
    });
}

/// Run by the test below as a process of its own: takes in feeds until it is killed.
#[test]
#[ignore = "a part of another test"]
fn child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    runtime().block_on(async {
        let lake = Lake::open(folder.as_ref()).await.unwrap();
        for number in 0..FEEDS {
            ingest(&lake, feed(&number.to_string()), &lines_of(number)).await;
        }
    });
}

#[test]
fn a_killed_process_leaves_whole_feeds_only() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        Lake::create(folder.path()).await.unwrap();
    });
    for wait in [20u64, 90, 160, 250, 400] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--ignored", "--test-threads", "1"])
            .env(CHILD, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        runtime().block_on(async {
            let lake = Lake::open(folder.path()).await.unwrap();
            assert_eq!(keys(&lake).await.len() % LINES as usize, 0);
        });
    }
    runtime().block_on(async {
        let lake = Lake::open(folder.path()).await.unwrap();
        for number in 0..FEEDS {
            let held = lake.holds(feed(&number.to_string())).await.unwrap();
            let again = ingest(&lake, feed(&number.to_string()), &lines_of(number)).await;
            assert_eq!(held, again == Appended::AlreadyThere);
        }
        let before = keys(&lake).await;
        assert_eq!(before.len(), (FEEDS * LINES) as usize);
        care(&lake, None).await;
        assert_eq!(keys(&lake).await, before);
        let live = lake.view().await.unwrap();
        assert_eq!(live.rows().unwrap(), u64::from(FEEDS * LINES));
        // Three days, one file each; nothing that a killed append left is there any more.
        assert_eq!(parquet_files(folder.path()).len(), 3);
    });
}

fn lines_of(number: u32) -> Vec<crate::office::Line> {
    (number * LINES..(number + 1) * LINES).map(line).collect()
}
