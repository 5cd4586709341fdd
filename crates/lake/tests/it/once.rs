//! The same feed, or the same lines in other feeds and orders, add nothing.

use proptest::prelude::*;
use renkei_core::act::Act;
use renkei_lake::{AppendError, Appended, Lake, OpenError, Table};

use crate::office::{INTENT, Line, batch, care, feed, ingest, keys, line, parquet_files, permit, runtime};

#[test]
fn a_feed_is_taken_once() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let lines: Vec<_> = (0..500).map(line).collect();
        assert!(!lake.holds(feed("one")).await.unwrap());
        let first = ingest(&lake, feed("one"), &lines).await;
        assert_eq!(first, Appended::Added { version: 1, stored: 500, duplicates: 0 });
        assert!(lake.holds(feed("one")).await.unwrap());
        assert_eq!(ingest(&lake, feed("one"), &lines).await, Appended::AlreadyThere);
        // The same lines backwards in another file, and twice in it.
        let again: Vec<_> = lines.iter().rev().chain(&lines).copied().collect();
        let second = ingest(&lake, feed("two"), &again).await;
        assert_eq!(second, Appended::Added { version: 2, stored: 0, duplicates: 1000 });
        assert_eq!(lake.view().await.unwrap().rows().unwrap(), 500);
        assert!(matches!(Lake::create(folder.path()).await, Err(OpenError::Exists(_))));
        assert!(matches!(Lake::open(&folder.path().join("no")).await, Err(OpenError::Missing(_))));
    });
}

#[test]
fn entries_that_care_removed_after_they_were_read_are_read_from_the_checkpoint() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        ingest(&lake, feed("one"), &[line(1)]).await;
        // Another process opened the lake before care, and asks after it.
        let other = Lake::open(folder.path()).await.unwrap();
        assert_eq!(other.view().await.unwrap().rows().unwrap(), 1);
        care(&lake, None).await;
        assert!(other.holds(feed("one")).await.unwrap());
        assert!(!other.holds(feed("two")).await.unwrap());
        assert_eq!(ingest(&other, feed("one"), &[line(1)]).await, Appended::AlreadyThere);
        ingest(&other, feed("two"), &[line(1), line(2)]).await;
        assert_eq!(keys(&lake).await.len(), 2);
    });
}

#[test]
fn a_line_without_time_is_found_on_whatever_day_it_lies() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let timeless = Line { timeless: true, ..line(1) };
        ingest(&lake, feed("one"), &[timeless, line(2)]).await;
        let other = batch(feed("two"), &[timeless, line(3)]);
        // The same line counts for another day in another file.
        let day = other.schema().index_of("observed_on").unwrap();
        let mut columns = other.columns().to_vec();
        columns[day] = std::sync::Arc::new(arrow::array::Date32Array::from(vec![20_700, 20_700]));
        let other = arrow::array::RecordBatch::try_new(other.schema(), columns).unwrap();
        let mut append = lake.begin(feed("two")).await.unwrap();
        let written = append.write(&other).unwrap();
        assert_eq!((written.stored, written.duplicates), (1, 1));
        append.commit(permit(Act::Ingest), INTENT).await.unwrap();
        assert_eq!(keys(&lake).await.len(), 3);
    });
}

#[test]
fn a_permit_for_something_else_commits_nothing() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let mut append = lake.begin(feed("one")).await.unwrap();
        append.write(&batch(feed("one"), &[line(1)])).unwrap();
        let error = append.commit(permit(Act::Plan), INTENT).await.unwrap_err();
        assert!(matches!(error, AppendError::Permit { given: Act::Plan, needed: Act::Ingest }));
        assert_eq!(lake.view().await.unwrap().version(), 0);
        assert!(crate::office::parquet_files(folder.path()).is_empty());
    });
}

#[test]
fn findings_and_selections_are_taken_once_too() {
    use renkei_core::id::CampaignId;
    use renkei_core::time::{Day, Moment};
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let mut findings = renkei_table::Findings::new(feed("one"), Moment(0));
        findings.push(3, 90, Some("dst_ip"), "R020");
        let found = findings.finish().unwrap();
        for expected in [Appended::Added { version: 1, stored: 1, duplicates: 0 }, Appended::AlreadyThere] {
            let permit = permit(Act::Ingest);
            assert_eq!(lake.append_findings(permit, INTENT, feed("one"), [found.clone()]).await.unwrap(), expected);
        }
        assert!(lake.holds_findings(feed("one")).await.unwrap());
        let campaign = CampaignId::from_bits(1);
        let mut chosen = renkei_table::Selections::new(campaign, Day(20_760));
        let selections = chosen.finish().unwrap();
        for (revision, expected) in [
            (1, Appended::Added { version: 1, stored: 0, duplicates: 0 }),
            (1, Appended::AlreadyThere),
            (2, Appended::Added { version: 2, stored: 0, duplicates: 0 }),
        ] {
            let permit = permit(Act::Plan);
            let batches = [selections.clone()];
            assert_eq!(lake.append_selections(permit, INTENT, (campaign, revision), batches).await.unwrap(), expected);
        }
        let report = care(&lake, None).await;
        assert_eq!(report.tables.iter().map(|care| care.table).collect::<Vec<_>>(), Table::ALL);
    });
}

#[test]
fn two_handles_wait_for_each_other() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = std::sync::Arc::new(Lake::create(folder.path()).await.unwrap());
        let tasks = (0..4u32).map(|task| {
            let folder = folder.path().to_owned();
            tokio::spawn(async move {
                let lake = Lake::open(&folder).await.unwrap();
                let lines: Vec<_> = (task * 50..task * 50 + 100).map(line).collect();
                ingest(&lake, feed(&task.to_string()), &lines).await
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert!(matches!(task.await.unwrap(), Appended::Added { .. }));
        }
        let keys = keys(&lake).await;
        assert_eq!(keys.len(), 250);
        assert!(keys.is_sorted_by(|one, other| one < other));
    });
}

/// Another program does not know our lock (here: the lock file is taken away under it) and commits
/// while an append is in work: its rows are there once, and so are ours.
#[test]
fn rows_that_another_program_commits_meanwhile_are_left_out() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let ours: Vec<_> = (0..300).map(line).collect();
        let mut append = lake.begin(feed("ours")).await.unwrap();
        append.write(&batch(feed("ours"), &ours)).unwrap();
        let mut same = {
            std::fs::remove_file(folder.path().join("observations/lake.lock")).unwrap();
            let other = Lake::open(folder.path()).await.unwrap();
            ingest(&other, feed("theirs"), &(200..400).map(line).collect::<Vec<_>>()).await;
            std::fs::remove_file(folder.path().join("observations/lake.lock")).unwrap();
            other.begin(feed("ours")).await.unwrap()
        };
        same.write(&batch(feed("ours"), &ours)).unwrap();
        let done = append.commit(permit(Act::Ingest), INTENT).await.unwrap();
        assert_eq!(done, Appended::Added { version: 2, stored: 200, duplicates: 100 });
        assert_eq!(same.commit(permit(Act::Ingest), INTENT).await.unwrap(), Appended::AlreadyThere);
        let keys = keys(&lake).await;
        assert_eq!(keys.len(), 400);
        assert!(keys.is_sorted_by(|one, other| one < other));
        // What both gave up is deleted: only files of the table are there.
        let live = parquet_files(folder.path()).len();
        care(&lake, None).await;
        assert!(live >= parquet_files(folder.path()).len());
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    /// Whatever the order and however lines are spread over feeds, the lake holds the same rows.
    #[test]
    fn any_permutation_and_split_gives_the_same_rows(
        lines in Just((0..60u32).map(line).collect::<Vec<_>>()).prop_shuffle(),
        cuts in prop::collection::vec(0usize..60, 0..4),
    ) {
        runtime().block_on(async {
            let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
            let whole = Lake::create(folders[0].path()).await.unwrap();
            ingest(&whole, feed("whole"), &(0..60).map(line).collect::<Vec<_>>()).await;
            let split = Lake::create(folders[1].path()).await.unwrap();
            for (at, cut) in cuts.iter().chain([&0]).enumerate() {
                // Feeds overlap: each begins somewhere and goes to the end.
                ingest(&split, feed(&format!("part {at}")), &lines[*cut..]).await;
            }
            assert_eq!(keys(&whole).await, keys(&split).await);
        });
    }
}
