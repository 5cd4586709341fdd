//! Whatever a crash leaves, what comes out is whole lines in order, and no name is used twice.

use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits { segment_bytes: 64, segment_age: 10_000_000 };

fn line(number: u64) -> String {
    format!("{{\"ts\":\"x\",\"event\":\"{number}\"}}\n")
}

fn lines_of(folder: &Path) -> Vec<String> {
    let all: String = closed(folder).unwrap().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    all.split_inclusive('\n').map(str::to_owned).collect()
}

#[test]
fn segments_close_by_size_and_age_and_keep_the_order() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, _) = Spool::open(folder.path(), LIMITS).unwrap();
    for number in 0..7 {
        spool.append(line(number).as_bytes(), number).unwrap();
        spool.tick(number).unwrap();
    }
    assert_eq!(closed(folder.path()).unwrap().len(), 2);
    assert!(!spool.tick(9_000_000).unwrap());
    assert!(spool.tick(11_000_000).unwrap());
    assert_eq!(lines_of(folder.path()), (0..7).map(line).collect::<Vec<_>>());
    assert_eq!(spool.held().bytes(), lines_of(folder.path()).concat().len() as u64);
}

#[test]
fn a_torn_end_is_cut_and_counted_and_names_are_not_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, first) = Spool::open(folder.path(), LIMITS).unwrap();
    assert_eq!(first, Resumed::default());
    spool.append((line(1) + &line(2)).as_bytes(), 0).unwrap();
    let path = spool.open.as_ref().unwrap().path.clone();
    drop(spool);
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"ts\":\"torn\0\0\0").unwrap();
    let (mut spool, resumed) = Spool::open(folder.path(), LIMITS).unwrap();
    assert_eq!(resumed, Resumed { waiting: 1, recovered: 1, recovered_lines: 2, torn_bytes: 14 });
    assert_eq!(spool.start(), 2);
    spool.append(line(3).as_bytes(), 0).unwrap();
    spool.close().unwrap();
    assert_eq!(lines_of(folder.path()), [line(1), line(2), line(3)]);
}

#[test]
fn two_processes_do_not_share_a_spool() {
    let folder = tempfile::tempdir().unwrap();
    let first = Spool::open(folder.path(), LIMITS).unwrap();
    assert!(matches!(Spool::open(folder.path(), LIMITS), Err(SpoolError::Busy(_))));
    drop(first);
    Spool::open(folder.path(), LIMITS).unwrap();
}

#[test]
fn a_damaged_count_of_starts_is_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("start"), "x").unwrap();
    assert!(matches!(Spool::open(folder.path(), LIMITS), Err(SpoolError::Start(_))));
}

proptest! {
    #[test]
    fn what_is_sound_is_a_beginning_of_whole_lines(count in 0u64..8, cut in 0usize..400, junk: Vec<u8>) {
        let whole: String = (0..count).map(line).collect();
        let cut = cut.min(whole.len());
        let bytes = [&whole.as_bytes()[..cut], &junk].concat();
        let sound = sound(&bytes);
        prop_assert!(sound.length <= bytes.len());
        prop_assert!(sound.length == 0 || bytes[sound.length - 1] == b'\n');
        // Every line that was whole before the cut is still there.
        let before = whole[..cut].matches('\n').count() as u64;
        prop_assert!(sound.lines >= before);
    }

    #[test]
    fn any_crash_leaves_whole_lines_in_order(sizes in prop::collection::vec(1u64..5, 1..12), cut in 0u64..200) {
        let folder = tempfile::tempdir().unwrap();
        let (mut spool, _) = Spool::open(folder.path(), LIMITS).unwrap();
        let mut next = 0;
        for size in sizes {
            let lines: String = (next..next + size).map(line).collect();
            next += size;
            spool.append(lines.as_bytes(), next).unwrap();
            spool.tick(next).unwrap();
        }
        let path = spool.open.as_ref().map(|open| open.path.clone());
        drop(spool);
        if let Some(path) = path {
            let file = OpenOptions::new().write(true).open(&path).unwrap();
            let length = file.metadata().unwrap().len();
            file.set_len(length.saturating_sub(cut)).unwrap();
        }
        drop(Spool::open(folder.path(), LIMITS).unwrap());
        let found = lines_of(folder.path());
        prop_assert_eq!(&found, &(0..found.len() as u64).map(line).collect::<Vec<_>>());
    }
}
