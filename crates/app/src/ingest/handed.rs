//! Feed files that programs hand in: kept while they come, read in once they are whole, then forgotten.

use std::io;
use std::path::{Path, PathBuf};

use renkei_core::time::{DAY, Moment};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::{FeedShown, IngestError};
use crate::office::Office;

/// Where they lie meanwhile, in the office's folder.
const FOLDER: &str = "incoming";

/// A feed file that is coming in. Dropped before it was read in, it leaves nothing.
#[derive(Debug)]
pub struct HandIn {
    place: tempfile::TempDir,
    path: PathBuf,
    file: File,
}

impl HandIn {
    /// More of it.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }
}

impl Office {
    /// Begins to take a feed file. Its name says what it is, where its first bytes do not.
    pub async fn begin_hand_in(&self, name: &str) -> Result<HandIn, IngestError> {
        let folder = self.folder.join(FOLDER);
        let io = |error| IngestError::Io(folder.clone(), error);
        tokio::fs::create_dir_all(&folder).await.map_err(io)?;
        let place = tempfile::tempdir_in(&folder).map_err(io)?;
        let path = place.path().join(safe(name));
        let file = File::create_new(&path).await.map_err(|error| IngestError::Io(path.clone(), error))?;
        Ok(HandIn { place, path, file })
    }

    /// Reads it in, exactly once: the same bytes handed in again change nothing and say so.
    pub async fn end_hand_in(&self, hand_in: HandIn, at: Moment) -> Result<FeedShown, IngestError> {
        let HandIn { place, path, mut file } = hand_in;
        let io = |error| IngestError::Io(path.clone(), error);
        file.flush().await.map_err(io)?;
        drop(file);
        let read = self.ingest(std::slice::from_ref(&path), None, at, &|_, _, _| {}).await;
        // What is in the lake by now does not need the file; what is not, its sender still has.
        drop(place);
        read?.feeds.pop().ok_or(IngestError::Thread)
    }
}

/// Removes what processes that died left of files that were coming in, a day after.
pub(crate) fn clear(office: &Path, at: Moment) -> io::Result<()> {
    let list = match std::fs::read_dir(office.join(FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        list => list?,
    };
    for left in list {
        let left = left?;
        let changed = left.metadata()?.modified()?.duration_since(std::time::UNIX_EPOCH);
        let changed = changed.ok().and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(i64::MAX);
        if changed.saturating_add(DAY) < at.0 {
            std::fs::remove_dir_all(left.path())?;
        }
    }
    Ok(())
}

/// A name that stays in its folder.
fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let fits = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let text: String = last.chars().filter(fits).take(120).collect();
    match text.trim_start_matches('.') {
        "" => "feed".to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_name_stays_in_its_folder() {
        let cases = [
            ("2026-11-22-event4_sinkhole.csv.gz", "2026-11-22-event4_sinkhole.csv.gz"),
            ("../../office.toml", "office.toml"),
            ("..", "feed"),
            ("a/b\\c.jsonl", "c.jsonl"),
            ("", "feed"),
            ("観測.csv", "csv"),
        ];
        for (name, want) in cases {
            assert_eq!(safe(name), want, "{name}");
        }
    }
}
