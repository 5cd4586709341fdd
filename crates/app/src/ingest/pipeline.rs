//! The pipeline of one feed file: one thread cuts, several parse and attribute, one dedupes and writes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use arrow::array::RecordBatch;
use renkei_core::id::Digest;
use renkei_core::time::Moment;
use renkei_formats::{Chunk, Chunks, Finding, Limits, Parsed, Quarantined, Reader, Source};
use renkei_lake::{Append, Manner, stand_back};
use renkei_table::{Attribution, Findings, attach};

use super::quarantine::Quarantine;
use super::{IngestError, Tally};
use crate::directories::Directories;
use crate::settings::Intake;

/// Is told how many of how many bytes of a file were read.
pub type Progress<'a> = dyn Fn(&Path, u64, u64) + Sync + 'a;

/// Everything one run needs.
pub(super) struct Run<'a> {
    pub(super) path: &'a Path,
    pub(super) source: &'a Source,
    pub(super) reader: &'a Reader,
    pub(super) directories: &'a Directories,
    pub(super) intake: Intake,
    pub(super) digest: Digest,
    pub(super) at: Moment,
    pub(super) progress: &'a Progress<'a>,
    pub(super) manner: Manner,
}

/// What a worker made of a chunk.
struct Read1 {
    batch: RecordBatch,
    unattributed: u64,
    findings: Vec<Finding>,
    quarantined: Vec<Quarantined>,
    lines: u64,
    blank: u64,
}

type Outcome = (Tally, Vec<RecordBatch>, Quarantine);

/// Rows of findings in one batch.
const FINDING_ROWS: usize = 65_536;

impl Run<'_> {
    /// Reads the file to its end into the append and the quarantine, on threads of its own that stand back.
    pub(super) fn go(&self, append: &mut Append, quarantine: Quarantine) -> Result<Outcome, IngestError> {
        std::thread::scope(|scope| {
            let all = scope.spawn(|| {
                stand_back(self.manner);
                self.read(append, quarantine)
            });
            all.join().map_err(|_| IngestError::Thread)?
        })
    }

    fn read(&self, append: &mut Append, quarantine: Quarantine) -> Result<Outcome, IngestError> {
        let threads = self.intake.threads.max(1);
        let (chunk_in, chunk_out) = sync_channel::<Chunk>(threads);
        let (read_in, read_out) = sync_channel::<Result<Read1, IngestError>>(threads);
        let chunk_out = Arc::new(Mutex::new(chunk_out));
        std::thread::scope(|scope| {
            let cutter = scope.spawn(move || self.cut(&chunk_in));
            for _ in 0..threads {
                let (chunks, results) = (Arc::clone(&chunk_out), read_in.clone());
                scope.spawn(move || self.parse_all(&chunks, &results));
            }
            // The workers hold the only other ends: when they are done, the channels close.
            drop((chunk_out, read_in));
            let gathered = self.gather(&read_out, append, quarantine);
            drop(read_out);
            let cut = cutter.join().map_err(|_| IngestError::Thread)?;
            let outcome = gathered?;
            cut?;
            Ok(outcome)
        })
    }

    fn cut(&self, out: &SyncSender<Chunk>) -> Result<(), IngestError> {
        let io = |error| IngestError::Io(self.path.to_path_buf(), error);
        let read = |error| IngestError::Read(self.path.to_path_buf(), error);
        let file = File::open(self.path).map_err(io)?;
        let total = file.metadata().map_err(io)?.len();
        let done = Arc::new(AtomicU64::new(0));
        let counted = Counted { file, done: Arc::clone(&done) };
        let limits = Limits { max_line: self.intake.line_limit_bytes, ..Limits::default() };
        let mut chunks = Chunks::new(self.source, counted, limits).map_err(read)?;
        while let Some(chunk) = chunks.next_chunk().map_err(read)? {
            (self.progress)(self.path, done.load(Ordering::Relaxed), total);
            if out.send(chunk).is_err() {
                // Whoever gathers gave up and says why.
                return Ok(());
            }
        }
        (self.progress)(self.path, total, total);
        Ok(())
    }

    fn parse_all(&self, chunks: &Mutex<Receiver<Chunk>>, out: &SyncSender<Result<Read1, IngestError>>) {
        loop {
            let Ok(Ok(chunk)) = chunks.lock().map(|chunks| chunks.recv()) else { return };
            if out.send(self.parse(&chunk)).is_err() {
                return;
            }
        }
    }

    fn parse(&self, chunk: &Chunk) -> Result<Read1, IngestError> {
        let Parsed { batch, addresses, moments, findings, quarantined, lines, blank, .. } = self.reader.parse(chunk)?;
        let mut attribution = Attribution::default();
        let mut unattributed = 0;
        for (address, moment) in addresses.iter().zip(&moments) {
            let at = moment.unwrap_or(self.at);
            let Some(directory) = self.directories.at(at) else {
                attribution.push(None, None, []);
                continue;
            };
            let found = directory.look_up(*address, at);
            let operator = found.operator.and_then(|place| directory.party(place));
            unattributed += u64::from(operator.is_none());
            attribution.push(found.asn, operator, found.also.iter().filter_map(|place| directory.party(*place)));
        }
        let batch = attach(&batch, attribution.finish())?;
        Ok(Read1 { batch, unattributed, findings, quarantined, lines, blank })
    }

    fn gather(
        &self,
        reads: &Receiver<Result<Read1, IngestError>>,
        append: &mut Append,
        mut quarantine: Quarantine,
    ) -> Result<Outcome, IngestError> {
        let mut tally = Tally::default();
        let mut rows = Findings::new(self.digest, self.at);
        let mut batches = Vec::new();
        let mut note = |finding: &Finding, tally: &mut Tally| -> Result<(), IngestError> {
            let column = finding.column.as_deref();
            rows.push(finding.line, finding.offset, column, finding.code.as_str());
            let key = (finding.code.as_str(), column.unwrap_or_default().to_owned());
            let (count, first) = tally.findings.entry(key).or_insert((0, finding.line));
            *count += 1;
            *first = (*first).min(finding.line);
            if rows.len() >= FINDING_ROWS {
                batches.push(rows.finish()?);
            }
            Ok(())
        };
        for finding in &self.source.findings {
            note(finding, &mut tally)?;
        }
        for read in reads {
            let Read1 { batch, unattributed, findings, quarantined, lines, blank } = read?;
            let written = append.write(&batch)?;
            tally.stored += written.stored;
            tally.duplicates += written.duplicates;
            tally.lines += lines;
            tally.blank += blank;
            tally.unattributed += unattributed;
            tally.quarantined += quarantined.len() as u64;
            for finding in &findings {
                note(finding, &mut tally)?;
            }
            for line in &quarantined {
                quarantine.keep(line).map_err(IngestError::Quarantine)?;
            }
        }
        if !rows.is_empty() {
            batches.push(rows.finish()?);
        }
        Ok((tally, batches, quarantine))
    }
}

/// A file that says how much of it was read.
struct Counted {
    file: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
