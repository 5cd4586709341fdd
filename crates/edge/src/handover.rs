//! The hand-over: whole files go to the one configured office, in order, until it has acknowledged them.
//!
//! This is the only connection that sinkhole and sensors open. A file is sent under its SHA-256, which is the
//! office's own name of a feed file, so sending one twice is harmless, and none is removed before the
//! office has said that name back.

mod carrier;

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use renkei_core::id::Digest;
use serde::Deserialize;

pub use carrier::{Carrier, Office, OfficeError};

/// What the office said of a file.
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
    /// The office has the file.
    Sent,
    /// The file was put aside, with this reason.
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

/// What an answer of the office means for a file with this digest.
pub fn judge(status: u16, body: &[u8], sent: Digest) -> Verdict {
    let said = || format!("{status} {}", String::from_utf8_lossy(body).chars().take(300).collect::<String>());
    match status {
        200 | 201 => match serde_json::from_slice::<Receipt>(body) {
            Ok(receipt) if receipt.sha256 == sent.to_string() => Verdict::Acknowledged,
            // Something between here and the office answered in its place.
            _ => Verdict::Later(format!("the answer does not name the file: {}", said())),
        },
        409 | 422 => Verdict::Refused(said()),
        _ => Verdict::Later(said()),
    }
}

/// How long to wait before the next try: 1 s, doubling up to five minutes.
pub fn wait(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(9)).min(Duration::from_secs(300))
}

/// Carries a file, which is removed once the office has it, and put into `refused/` beside it with the reason
/// where the office does not take it.
///
/// # Errors
/// When the disk refuses.
pub fn carry(path: &Path, carrier: &dyn Carrier) -> io::Result<Round> {
    let bytes = fs::read(path)?;
    let digest = Digest::of(&bytes);
    let name = path.file_name().unwrap_or_default();
    match carrier.carry(&name.to_string_lossy(), &bytes, digest) {
        Verdict::Acknowledged => {
            fs::remove_file(path)?;
            Ok(Round::Sent)
        }
        Verdict::Refused(why) => {
            let aside = path.parent().unwrap_or(Path::new("")).join("refused");
            fs::create_dir_all(&aside)?;
            let mut reason = name.to_owned();
            reason.push(".why");
            fs::write(aside.join(reason), &why)?;
            fs::rename(path, aside.join(name))?;
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

    struct Scripted(RefCell<Vec<Verdict>>, RefCell<Vec<(String, Vec<u8>)>>);

    impl Carrier for Scripted {
        fn carry(&self, name: &str, bytes: &[u8], _: Digest) -> Verdict {
            self.1.borrow_mut().push((name.to_owned(), bytes.to_vec()));
            self.0.borrow_mut().remove(0)
        }
    }

    #[test]
    fn a_file_stays_until_it_is_acknowledged_and_is_put_aside_where_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.csv"), folder.path().join("two.csv"));
        fs::write(&one, "1").unwrap();
        fs::write(&two, "2").unwrap();
        let verdicts = vec![Verdict::Later("503".into()), Verdict::Acknowledged, Verdict::Refused("422".into())];
        let carrier = Scripted(RefCell::new(verdicts), RefCell::default());
        let rounds: Vec<_> = [&one, &one, &two].into_iter().map(|path| carry(path, &carrier).unwrap()).collect();
        assert_eq!(rounds, [Round::Later("503".into()), Round::Sent, Round::Refused("422".into())]);
        let carried = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
        assert_eq!(*carrier.1.borrow(), [carried("one.csv", b"1"), carried("one.csv", b"1"), carried("two.csv", b"2")]);
        assert!(!one.exists() && !two.exists());
        let aside = folder.path().join("refused");
        assert_eq!(fs::read(aside.join("two.csv")).unwrap(), b"2");
        assert_eq!(fs::read(aside.join("two.csv.why")).unwrap(), b"422");
    }
}
