//! The hand-over: closed segments go to the one configured office, in order, until it has acknowledged them.
//!
//! This is the only connection that the sinkhole opens. A segment is sent under its SHA-256, which is the
//! office's own name of a feed file, so sending one twice is harmless, and none is removed before the
//! office has said that name back.

mod carrier;

use std::fs;
use std::path::Path;
use std::time::Duration;

use renkei_core::id::Digest;
use serde::Deserialize;

use super::spool::{Held, SpoolError, closed};

pub use carrier::{Carrier, Office, OfficeError};

/// What the office said of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It has it.
    Acknowledged,
    /// It will not take it, now or later; the reason.
    Refused(String),
    /// Try again; the reason.
    Later(String),
}

/// What one round did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Round {
    /// There was nothing to send.
    Nothing,
    /// The office has the oldest segment.
    Sent,
    /// The oldest segment was put aside, with this reason.
    Refused(String),
    /// The office could not be reached or was busy.
    Later(String),
}

#[derive(Deserialize)]
struct Receipt {
    /// `digest` at an office of the house.
    #[serde(alias = "digest")]
    sha256: String,
}

/// What an answer of the office means for a segment with this digest.
pub fn judge(status: u16, body: &[u8], sent: Digest) -> Verdict {
    let said = || format!("{status} {}", String::from_utf8_lossy(body).chars().take(300).collect::<String>());
    match status {
        200 | 201 => match serde_json::from_slice::<Receipt>(body) {
            Ok(receipt) if receipt.sha256 == sent.to_string() => Verdict::Acknowledged,
            // Something between here and the office answered in its place.
            _ => Verdict::Later(format!("the answer does not name the segment: {}", said())),
        },
        409 | 422 => Verdict::Refused(said()),
        _ => Verdict::Later(said()),
    }
}

/// How long to wait before the next try: 1 s, doubling up to five minutes.
pub fn wait(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(9)).min(Duration::from_secs(300))
}

/// Sends the oldest closed segment, if there is one.
///
/// # Errors
/// When the disk refuses.
pub fn round(folder: &Path, held: &Held, carrier: &dyn Carrier) -> Result<Round, SpoolError> {
    let disk = |source| SpoolError::Disk { path: folder.to_owned(), source };
    let Some(path) = closed(folder)?.into_iter().next() else { return Ok(Round::Nothing) };
    let bytes = fs::read(&path).map_err(disk)?;
    let digest = Digest::of(&bytes);
    match carrier.carry(&bytes, digest) {
        Verdict::Acknowledged => {
            fs::remove_file(&path).map_err(disk)?;
            held.take(bytes.len() as u64);
            Ok(Round::Sent)
        }
        Verdict::Refused(why) => {
            let aside = folder.join("refused");
            fs::create_dir_all(&aside).map_err(disk)?;
            let name = path.file_name().unwrap_or_default();
            fs::write(aside.join(name).with_extension("why"), &why).map_err(disk)?;
            fs::rename(&path, aside.join(name)).map_err(disk)?;
            held.take(bytes.len() as u64);
            Ok(Round::Refused(why))
        }
        Verdict::Later(why) => Ok(Round::Later(why)),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn only_the_segments_own_name_acknowledges_it() {
        let sent = Digest::of(b"x");
        let receipt = format!("{{\"sha256\":\"{sent}\",\"lines\":3}}");
        assert_eq!(judge(201, receipt.as_bytes(), sent), Verdict::Acknowledged);
        assert_eq!(judge(200, receipt.as_bytes(), sent), Verdict::Acknowledged);
        assert!(matches!(judge(200, receipt.as_bytes(), Digest::of(b"y")), Verdict::Later(_)));
        assert!(matches!(judge(200, b"<html>", sent), Verdict::Later(_)));
        for status in [409, 422] {
            assert!(matches!(judge(status, b"", sent), Verdict::Refused(_)));
        }
        for status in [301, 400, 401, 403, 404, 413, 429, 500, 502, 503] {
            assert!(matches!(judge(status, b"", sent), Verdict::Later(_)), "{status}");
        }
    }

    #[test]
    fn waits_grow_to_five_minutes() {
        let waits: Vec<_> = (0..12).map(|failures| wait(failures).as_secs()).collect();
        assert_eq!(waits, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    struct Scripted(RefCell<Vec<Verdict>>, RefCell<Vec<Vec<u8>>>);

    impl Carrier for Scripted {
        fn carry(&self, bytes: &[u8], _: Digest) -> Verdict {
            self.1.borrow_mut().push(bytes.to_vec());
            self.0.borrow_mut().remove(0)
        }
    }

    #[test]
    fn the_oldest_goes_first_and_stays_until_it_is_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("0000000001-0000000002.jsonl", "two"), ("0000000001-0000000001.jsonl", "one")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let verdicts = vec![Verdict::Later("503".into()), Verdict::Acknowledged, Verdict::Refused("422".into())];
        let carrier = Scripted(RefCell::new(verdicts), RefCell::default());
        let rounds: Vec<_> = (0..4).map(|_| round(folder.path(), &Held::default(), &carrier).unwrap()).collect();
        let expected = [Round::Later("503".into()), Round::Sent, Round::Refused("422".into()), Round::Nothing];
        assert_eq!(rounds, expected);
        assert_eq!(*carrier.1.borrow(), [b"one", b"one", b"two"]);
        let aside = folder.path().join("refused");
        assert_eq!(fs::read(aside.join("0000000001-0000000002.jsonl")).unwrap(), b"two");
        assert_eq!(fs::read(aside.join("0000000001-0000000002.why")).unwrap(), b"422");
    }
}
