//! A copy of the lake is of one version, the one that a copy of the ledger knows; care waits for it.

use std::collections::HashSet;
use std::time::Duration;

use renkei_core::act::Act;
use renkei_core::id::IntentId;
use renkei_lake::{Lake, Pinned};

use crate::office::{INTENT, batch, care, feed, ingest, keys, line, permit, runtime};

const LATER: IntentId = IntentId::from_bits(8);

/// Copies what is pinned to another folder.
fn copy(pinned: &[Pinned], to: &std::path::Path) {
    for file in pinned.iter().flat_map(|table| &table.files) {
        let target = to.join(&file.relative);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file.path, target).unwrap();
    }
}

async fn append(lake: &Lake, name: &str, numbers: std::ops::Range<u32>, intent: IntentId) {
    let mut append = lake.begin(feed(name)).await.unwrap();
    append.write(&batch(feed(name), &numbers.map(line).collect::<Vec<_>>())).unwrap();
    append.commit(permit(Act::Ingest), intent).await.unwrap();
}

#[test]
fn a_commit_that_the_ledger_never_heard_of_is_left_out() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        ingest(&lake, feed("one"), &(0..100).map(line).collect::<Vec<_>>()).await;
        append(&lake, "two", 100..150, LATER).await;
        // Known again, but after one that is not: a version is a beginning, so it is left out too.
        append(&lake, "three", 150..170, INTENT).await;
        let kept = lake.keep().await.unwrap();
        let of = |known: &[IntentId]| known.iter().copied().collect::<HashSet<_>>();
        let some = lake.pin(&kept, &of(&[INTENT])).await.unwrap();
        assert_eq!((some[0].version, some[0].rows), (1, 100));
        let all = lake.pin(&kept, &of(&[INTENT, LATER])).await.unwrap();
        assert_eq!((all[0].version, all[0].rows), (3, 170));
        for (pinned, rows) in [(some, 100), (all, 170)] {
            let elsewhere = tempfile::tempdir().unwrap();
            copy(&pinned, elsewhere.path());
            assert_eq!(keys(&Lake::open(elsewhere.path()).await.unwrap()).await.len(), rows);
        }
    });
}

#[test]
fn care_waits_for_who_copies_and_a_copy_after_it_is_whole() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        for number in 0..40 {
            // More than 32 commits: a checkpoint lies in the log.
            append(&lake, &format!("feed {number}"), number * 10..number * 10 + 10, INTENT).await;
        }
        let known = HashSet::from([INTENT]);
        let kept = lake.keep().await.unwrap();
        let pinned = lake.pin(&kept, &known).await.unwrap();
        let other = Lake::open(folder.path()).await.unwrap();
        let caring = tokio::spawn(async move { care(&other, None).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!caring.is_finished(), "care removes files, so it waits");
        append(&lake, "meanwhile", 400..410, INTENT).await;
        let elsewhere = tempfile::tempdir().unwrap();
        copy(&pinned, elsewhere.path());
        drop(kept);
        assert!(caring.await.unwrap().tables[0].deleted_files > 0);
        assert_eq!(keys(&Lake::open(elsewhere.path()).await.unwrap()).await.len(), 400);

        let kept = lake.keep().await.unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        copy(&lake.pin(&kept, &known).await.unwrap(), elsewhere.path());
        assert_eq!(keys(&Lake::open(elsewhere.path()).await.unwrap()).await.len(), 410);
    });
}
