//! The hand-over of the spool: closed segments, the oldest first.

use std::fs;
use std::path::Path;

use super::spool::{Held, SpoolError, closed};
use crate::handover::{Carrier, Round, carry};

/// Sends the oldest closed segment, if there is one.
///
/// # Errors
/// When the disk refuses.
pub fn round(folder: &Path, held: &Held, carrier: &dyn Carrier) -> Result<Round, SpoolError> {
    let Some(path) = closed(folder)?.into_iter().next() else { return Ok(Round::Nothing) };
    let disk = |source| SpoolError::Disk { path: path.clone(), source };
    let bytes = fs::metadata(&path).map_err(disk)?.len();
    let round = carry(&path, carrier).map_err(disk)?;
    if matches!(round, Round::Sent | Round::Refused(_)) {
        held.take(bytes);
    }
    Ok(round)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use renkei_core::id::Digest;

    use super::*;
    use crate::handover::Verdict;

    struct Scripted(RefCell<Vec<Vec<u8>>>);

    impl Carrier for Scripted {
        fn carry(&self, _: &str, bytes: &[u8], _: Digest) -> Verdict {
            self.0.borrow_mut().push(bytes.to_vec());
            Verdict::Acknowledged
        }
    }

    #[test]
    fn the_oldest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("0000000001-0000000002.jsonl", "two"), ("0000000001-0000000001.jsonl", "one")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        fs::write(folder.path().join("0000000001-0000000003.open"), "open").unwrap();
        let carrier = Scripted(RefCell::default());
        let rounds: Vec<_> = (0..3).map(|_| round(folder.path(), &Held::default(), &carrier).unwrap()).collect();
        assert_eq!(rounds, [Round::Sent, Round::Sent, Round::Nothing]);
        assert_eq!(*carrier.0.borrow(), [b"one", b"two"]);
    }
}
