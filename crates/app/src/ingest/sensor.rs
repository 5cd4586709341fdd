//! Files of a sensor that are no feeds of devices: minutes into the lake, hours for publication (S1.26).

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use renkei_core::id::{Digest, IntentId};
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::time::Moment;
use renkei_formats::hours::{FORM, Hours, MOST_BYTES};
use renkei_formats::{Limits, minutes};
use renkei_lake::{Append, Appended, stand_back};
use renkei_store::feed::NewFeed;
use renkei_table::Findings;

use super::quarantine::Quarantine;
use super::{FeedShown, IngestError, Progress, Tally, counted};
use crate::campaign::fresh;
use crate::office::Office;

/// The kind of a file of hours, as feeds have kinds.
const HOURS: &str = "sensor/hours";

/// Whether a file is one of hours, by its first bytes.
pub(super) fn is_hours(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head.get(..256).unwrap_or(head));
    text.trim_start().starts_with('{') && text.contains(FORM)
}

/// Rows of findings in one batch.
const FINDING_ROWS: usize = 65_536;

/// What a file of minutes gave.
struct Read {
    tally: Tally,
    findings: Vec<RecordBatch>,
    quarantine: Quarantine,
    append: Append,
}

impl Office {
    /// Takes a file of hours in.
    pub(super) async fn ingest_hours(&self, path: &Path, at: Moment) -> Result<FeedShown, IngestError> {
        let io = |error| IngestError::Io(path.to_path_buf(), error);
        if std::fs::metadata(path).map_err(io)?.len() > MOST_BYTES as u64 {
            return Err(IngestError::Hours(path.to_path_buf(), renkei_formats::hours::HoursError::Long));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        let hours = Hours::read(&bytes).map_err(|error| IngestError::Hours(path.to_path_buf(), error))?;
        let known = self.take_file_of_hours::<IngestError>(&bytes, &hours, at).await?;
        let lines = hours.hours.len() as u64;
        let (name, digest) = (name_of(path), Digest::of(&bytes));
        let feed = NewFeed {
            digest,
            name,
            kind: HOURS.to_owned(),
            lines,
            stored: lines,
            duplicates: 0,
            quarantined: 0,
            findings: Vec::new(),
        };
        Ok(FeedShown::whole(feed, known))
    }

    /// Reads a file of minutes into the lake, once.
    pub(super) async fn ingest_minutes(
        &self,
        path: &Path,
        (digest, head): (Digest, Vec<u8>),
        at: Moment,
        progress: &Progress<'_>,
    ) -> Result<FeedShown, IngestError> {
        let object = || Object::new(ObjectKind::Feed, digest, 0);
        let for_lines = self.ingest_permit(object(), at).await?;
        let for_findings = self.ingest_permit(object(), at).await?;
        let record = self.ingest_permit(object(), at).await?;
        let intent = IntentId::from_bits(fresh(at));
        self.store.open_intent(&for_lines, intent, &object(), Detail::new().put("what", "feed")).await?;
        let lake = self.lake().await?;
        let append = lake.begin_minutes(digest).await?;
        let quarantine = Quarantine::new(&self.folder, digest, self.quarantine_key().await?);
        let limits = Limits { max_line: self.settings.intake.line_limit_bytes, ..Limits::default() };
        let read = tokio::task::block_in_place(|| {
            std::thread::scope(|scope| {
                let work = scope.spawn(|| {
                    stand_back(self.manner);
                    let found = Findings::new(digest, at);
                    read(path, &head, limits, (append, quarantine, found), progress)
                });
                work.join().map_err(|_| IngestError::Thread)?
            })
        })?;
        let Read { mut tally, findings, quarantine, append } = read;
        quarantine.finish().map_err(IngestError::Quarantine)?;
        lake.append_findings(for_findings, intent, digest, findings).await?;
        if append.commit(for_lines, intent).await? == Appended::AlreadyThere {
            // A stop came between the lake's commit and the registry's: all that can be read of it is there.
            tally.stored = tally.lines - tally.quarantined;
            tally.duplicates = 0;
        }
        let feed = counted(digest, &name_of(path), minutes::KIND, &tally);
        self.record_once(record, feed, intent, &tally, at).await
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads the file to its end into the append and the quarantine.
fn read(
    path: &Path,
    head: &[u8],
    limits: Limits,
    (mut append, mut quarantine, mut found): (Append, Quarantine, Findings),
    progress: &Progress<'_>,
) -> Result<Read, IngestError> {
    let file = File::open(path).map_err(|error| IngestError::Io(path.to_path_buf(), error))?;
    let total = file.metadata().map_err(|error| IngestError::Io(path.to_path_buf(), error))?.len();
    let unread = |error| IngestError::Read(path.to_path_buf(), error);
    let mut chunks = minutes::chunks(head, file, limits).map_err(unread)?;
    let (mut tally, mut findings) = (Tally::default(), Vec::new());
    while let Some(chunk) = chunks.next_chunk().map_err(unread)? {
        let parsed = minutes::parse(&chunk)?;
        for batch in &parsed.batches {
            let written = append.write(batch)?;
            tally.stored += written.stored;
            tally.duplicates += written.duplicates;
        }
        for finding in &parsed.findings {
            let column = finding.column.as_deref();
            found.push(finding.line, finding.offset, column, finding.code.as_str());
            let key = (finding.code.as_str(), column.unwrap_or_default().to_owned());
            tally.findings.entry(key).or_insert((0, finding.line)).0 += 1;
        }
        if found.len() >= FINDING_ROWS {
            findings.push(found.finish()?);
        }
        for line in &parsed.quarantined {
            quarantine.keep(line).map_err(IngestError::Quarantine)?;
        }
        tally.lines += parsed.lines;
        tally.blank += parsed.blank;
        tally.quarantined += parsed.quarantined.len() as u64;
    }
    progress(path, total, total);
    if !found.is_empty() {
        findings.push(found.finish()?);
    }
    Ok(Read { tally, findings, quarantine, append })
}
