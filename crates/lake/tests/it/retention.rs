//! Retention really removes bytes, and the log that described them.

use renkei_core::act::Act;
use renkei_core::time::Day;
use renkei_lake::{CareError, Lake, Table};

use crate::office::{
    FIRST_DAY, INTENT, batch_named, care, feed, files, ingest, keys, line, parquet_files, permit, runtime,
};

const MARKER: &str = "marker-of-a-removed-row.example";

#[test]
fn removed_days_leave_no_bytes() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let old: Vec<_> = (0..300).filter(|number| number % 3 == 0).map(line).collect();
        let mut append = lake.begin(feed("old")).await.unwrap();
        append.write(&batch_named(feed("old"), &old, MARKER)).unwrap();
        append.commit(permit(Act::Ingest), INTENT).await.unwrap();
        let kept: Vec<_> = (0..300).filter(|number| number % 3 != 0).map(line).collect();
        ingest(&lake, feed("kept"), &kept).await;
        // An older checkpoint and compaction before it, so that bytes lie in earlier versions too.
        care(&lake, None).await;
        let least_address = "198.18.0.0\"";
        assert!(holds(folder.path(), least_address), "the log describes the rows while they are there");

        let report = care(&lake, Some(Day(FIRST_DAY + 1))).await;
        let of = report.tables.iter().find(|care| care.table == Table::Observations).unwrap();
        assert_eq!((of.removed_days, of.removed_rows, of.rows), (1, 100, 200));
        assert!(of.deleted_bytes > 0 && of.deleted_files >= 1);
        assert_eq!(keys(&lake).await.len(), 200);
        let day = Day(FIRST_DAY).to_string();
        assert!(parquet_files(folder.path()).iter().all(|path| !path.to_string_lossy().contains(&day)));
        assert!(!folder.path().join("observations").join(format!("observed_on={day}")).exists());
        assert!(!holds(folder.path(), MARKER) && !holds(folder.path(), least_address));
        // What was taken in stays known: the same file does not bring removed rows back.
        assert!(lake.holds(feed("old")).await.unwrap());
        // Nothing more to do, and another handle sees the same.
        let again = care(&Lake::open(folder.path()).await.unwrap(), Some(Day(FIRST_DAY + 1))).await;
        let of = &again.tables[0];
        assert_eq!((of.removed_rows, of.deleted_files, of.rows), (0, 0, 200));
    });
}

#[test]
fn care_needs_its_own_permit() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let care = renkei_lake::Care { compact: true, retain: None, now: renkei_core::time::Moment(0), intent: INTENT };
        assert!(matches!(lake.care(permit(Act::Ingest), care).await, Err(CareError::Permit(Act::Ingest))));
    });
}

/// Whether any file below a folder holds a text as plain bytes.
fn holds(folder: &std::path::Path, text: &str) -> bool {
    files(folder).iter().any(|path| {
        let bytes = std::fs::read(path).unwrap();
        let plain = text.trim_end_matches('"').as_bytes();
        let in_json =
            path.extension().is_some_and(|end| end == "json") && String::from_utf8_lossy(&bytes).contains(text);
        in_json || bytes.windows(plain.len()).any(|window| window == plain)
    })
}
