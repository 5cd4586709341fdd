//! A lake that an older version made opens, gets the newer columns, and goes on.

use std::path::Path;

use renkei_lake::{Appended, Filter, Group, Lake};

use crate::office::{care, feed, ingest, keys, line, runtime};

/// The kept lake: version 1 of the tables, before the column `also` was there; lines 0 to 8 of
/// [`crate::office::line`]. Made once by `make_fixture` below and never again.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/v1");

#[test]
fn a_lake_of_version_1_opens_and_goes_on() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        copy(Path::new(FIXTURE), folder.path());
        let lake = Lake::open(folder.path()).await.unwrap();
        assert_eq!(keys(&lake).await.len(), 9);
        assert!(lake.holds(feed("fixture")).await.unwrap());
        let lines: Vec<_> = (0..12).map(line).collect();
        let Appended::Added { stored, duplicates, .. } = ingest(&lake, feed("newer"), &lines).await else { panic!() };
        assert_eq!((stored, duplicates), (3, 9));
        // Old and new rows in one file now; the old ones have nothing in the new column.
        care(&lake, None).await;
        let view = lake.view().await.unwrap();
        assert_eq!(view.count(&Filter::default(), &[Group::Family]).unwrap().len(), 3);
        let page = view.page(&Filter::default(), None, 100).unwrap();
        assert_eq!(page.rows.num_rows(), 12);
        assert_eq!(page.rows.column_by_name("also").unwrap().null_count(), 12);
    });
}

/// How the fixture was made: a lake with one feed, the column taken out of its schema and files by
/// the program of that version. Kept to tell what is in it.
#[test]
#[ignore = "makes a fixture; run by hand with RENKEI_MAKE_FIXTURE=folder"]
fn make_fixture() {
    let Ok(folder) = std::env::var("RENKEI_MAKE_FIXTURE") else { return };
    runtime().block_on(async {
        let lake = Lake::create(folder.as_ref()).await.unwrap();
        ingest(&lake, feed("fixture"), &(0..9).map(line).collect::<Vec<_>>()).await;
    });
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
