//! Runs the shards over captures, on as many threads as are given; a thin shell around the machines.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use renkei_core::time::{Moment, SECOND};
use renkei_formats::capture::{Capture, CaptureError, Chunk};
use renkei_formats::hours::Hours;

use super::account::Accounts;
use super::aggregate::HandOverError;
use super::detection::Detection;
use super::flows::Flows;
use super::merge::{Closed, Merge};
use super::parse::{Batch, Parser, Part};
use super::report::Report;
use super::settings::Settings;
use super::shard::Shard;
use super::surge::Baseline;

/// Bytes of a chunk: it and its facts leave most of the second level of cache to what is known of sources.
const CHUNK: usize = 1 << 17;
/// Chunks that may be on their way for each thread.
const AHEAD: u64 = 16;

/// Why whoever takes aggregates or detections did not.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// Rows of one minute ([`renkei_table::MINUTE_COLUMNS`]).
pub type Rows = RecordBatch;

/// Whoever takes what the sensors make. `app` implements it with the lake.
pub trait Receiver: Sync {
    /// Rows of one minute ([`renkei_table::MINUTE_COLUMNS`]); minutes come in any order of shards.
    ///
    /// # Errors
    /// Its own; the run then stops.
    fn minutes(&self, rows: Rows) -> Result<(), Refusal>;

    /// A detection; they come minute by minute, each minute in a fixed order.
    ///
    /// # Errors
    /// Its own; the run then stops.
    fn detection(&self, detection: &Detection) -> Result<(), Refusal>;

    /// A minute is over: its rows and detections were handed over.
    ///
    /// # Errors
    /// Its own; the run then stops.
    fn over(&self) -> Result<(), Refusal> {
        Ok(())
    }

    /// Hours of a watched wire that are over, where hours are counted.
    ///
    /// # Errors
    /// Its own; the run then stops.
    fn hours(&self, _hours: &Hours) -> Result<(), Refusal> {
        Ok(())
    }
}

/// The run had to stop.
#[derive(Debug, thiserror::Error)]
pub enum SenseError {
    /// A capture cannot be read.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// Aggregates were not taken.
    #[error(transparent)]
    HandOver(#[from] HandOverError),
    /// A detection was not taken.
    #[error("a detection was not taken: {0}")]
    Detection(Refusal),
    /// What a minute or hour left was not taken.
    #[error("what was seen was not taken: {0}")]
    Over(Refusal),
}

/// A shard, and the parts that wait for their turn.
struct Lane {
    shard: Mutex<(Shard, u64)>,
    waiting: Mutex<BTreeMap<u64, Part>>,
}

/// A sensor that watches.
pub struct Sense {
    settings: Settings,
    pub(super) parser: Parser,
    lanes: Vec<Lane>,
    merge: Mutex<Merge>,
    accounts: Mutex<Accounts>,
    /// Memory of parts that are done with.
    spare: Mutex<Vec<Part>>,
    /// Chunks read so far.
    next: u64,
    /// Minutes before this one are in hours that were handed over.
    told_until: u32,
    pub(super) flows: Flows,
}

/// A thread that fell must not take the others along; what it held is whole, because shards are
/// changed by complete parts only and a fallen run hands nothing more over.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The reading end, shared by the threads.
struct Source<R: Read> {
    capture: Capture<R>,
    number: u64,
    memory: Vec<Vec<u8>>,
}

impl Sense {
    /// A sensor that has seen nothing but the ports of the days before.
    pub fn new(settings: Settings, baseline: Baseline) -> Self {
        let shards = settings.threads.max(1);
        let parser = Parser {
            dark: settings.dark.clone(),
            shards,
            secret: settings.seed.rotate_left(17),
            grace: settings.grace,
        };
        let lane = || Lane { shard: Mutex::new((Shard::new(&settings, shards), 0)), waiting: Mutex::default() };
        Self {
            lanes: (0..shards).map(|_| lane()).collect(),
            merge: Mutex::new(Merge::new(shards, &settings, baseline)),
            accounts: Mutex::default(),
            spare: Mutex::default(),
            next: 0,
            told_until: 0,
            flows: Flows::default(),
            parser,
            settings,
        }
    }

    /// Reads a capture to its end. Captures are read one after the other, in the order of time.
    ///
    /// # Errors
    /// [`SenseError`]: the file fails, or the receiver does.
    pub fn read<R: Read + Send>(&mut self, file: R, receiver: &dyn Receiver) -> Result<Accounts, SenseError> {
        let capture = Capture::open(file)?;
        self.turn(0, receiver)?;
        let source = Mutex::new(Source { capture, number: self.next, memory: Vec::new() });
        let before = lock(&self.accounts).clone();
        let this = &*self;
        let work = || this.work(&source, receiver);
        let results: Vec<Result<(), SenseError>> = match self.settings.threads {
            0 | 1 => vec![work()],
            threads => std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
            }),
        };
        self.next = lock(&source).number;
        results.into_iter().collect::<Result<Vec<()>, _>>()?;
        self.lanes.iter().try_for_each(|lane| self.drain(lane, lock(&lane.shard), receiver))?;
        let mut read = lock(&self.accounts).clone();
        read.subtract(&before);
        Ok(read)
    }

    /// One thread: cut, parse, deal out, and take what is ready.
    fn work<R: Read>(&self, source: &Mutex<Source<R>>, receiver: &dyn Receiver) -> Result<(), SenseError> {
        while let Some(chunk) = next_chunk(source)? {
            let batch = self.parser.chunk(&chunk, self.parts());
            let number = batch.number;
            lock(source).memory.push(chunk.into_bytes());
            self.deal(batch);
            for lane in &self.lanes {
                // Whoever is at work on a lane will take this part too; only who is far ahead waits.
                let guard = lane.shard.try_lock().ok();
                let guard = match guard {
                    Some(guard) => Some(guard),
                    None if number > lock(&lane.waiting).keys().next().copied().unwrap_or(number) + self.ahead() => {
                        Some(lock(&lane.shard))
                    }
                    None => None,
                };
                guard.map_or(Ok(()), |guard| self.drain(lane, guard, receiver))?;
            }
        }
        Ok(())
    }

    /// Empty parts, one a shard.
    fn parts(&self) -> Vec<Part> {
        let mut spare = lock(&self.spare);
        self.lanes.iter().map(|_| spare.pop().unwrap_or_default()).collect()
    }

    fn ahead(&self) -> u64 {
        AHEAD * self.lanes.len() as u64
    }

    pub(super) fn deal(&self, batch: Batch) {
        lock(&self.accounts).add(&batch.accounts);
        for (lane, part) in self.lanes.iter().zip(batch.parts) {
            lock(&lane.waiting).insert(batch.number, part);
        }
    }

    /// Takes the parts whose turn it is.
    fn drain(
        &self,
        lane: &Lane,
        mut guard: MutexGuard<'_, (Shard, u64)>,
        receiver: &dyn Receiver,
    ) -> Result<(), SenseError> {
        let (shard, turn) = &mut *guard;
        let mut out = |rows| receiver.minutes(rows).map_err(HandOverError::Refused);
        loop {
            let Some(mut part) = lock(&lane.waiting).remove(turn) else { return Ok(()) };
            *turn += 1;
            let over = shard.apply(&part, &mut out)?;
            part.clear();
            let mut spare = lock(&self.spare);
            if (spare.len() as u64) < self.ahead() {
                spare.push(part);
            }
            self.tell(over, receiver)?;
        }
    }

    fn tell(&self, over: Vec<Closed>, receiver: &dyn Receiver) -> Result<(), SenseError> {
        if over.is_empty() {
            return Ok(());
        }
        let mut merge = lock(&self.merge);
        for closed in over {
            let Some(told) = merge.take(closed) else { continue };
            for detection in told {
                receiver.detection(&detection).map_err(SenseError::Detection)?;
            }
            receiver.over().map_err(SenseError::Over)?;
        }
        Ok(())
    }

    /// A batch of records from a wire; see [`super::live`].
    pub(super) fn parser(&self) -> &Parser {
        &self.parser
    }

    /// Takes a batch of records from a wire.
    pub(super) fn take(&mut self, batch: Batch, receiver: &dyn Receiver) -> Result<(), SenseError> {
        self.next = batch.number + 1;
        self.deal(batch);
        self.lanes.iter().try_for_each(|lane| self.drain(lane, lock(&lane.shard), receiver))
    }

    /// Hours tell of whole minutes from here on: the minute in which a watch begins may have been told of by the one
    /// before it, and the office takes no minute of a sensor twice.
    pub(super) fn tell_hours_after(&mut self, now: Moment) {
        let minute = u32::try_from(now.0.div_euclid(60 * SECOND)).unwrap_or(0);
        self.told_until = self.told_until.max(minute.saturating_add(1));
    }

    /// Hands over the hours that are over since the last time.
    pub(super) fn hand_hours(&mut self, receiver: &dyn Receiver) -> Result<(), SenseError> {
        let until = lock(&self.merge).whole / 60 * 60;
        if until <= self.told_until {
            return Ok(());
        }
        let mut report = Report::new(&self.settings, Accounts::default());
        self.lanes.iter().for_each(|lane| report.hourly(&lock(&lane.shard).0));
        let hours = report.hours_between(&lock(&self.merge), self.told_until, until);
        self.told_until = until;
        if let Some(counter) = &mut lock(&self.merge).hours {
            counter.forget(until / 60);
        }
        hours.map_or(Ok(()), |hours| receiver.hours(&hours).map_err(SenseError::Over))
    }

    /// Adds to what became of the records.
    pub(super) fn count(&self, accounts: &Accounts) {
        lock(&self.accounts).add(accounts);
    }

    /// Number of the next batch.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Nothing more comes: hands over what is open; says what was seen, and the baseline for next time.
    ///
    /// # Errors
    /// [`SenseError`]: the receiver fails.
    pub fn finish(mut self, receiver: &dyn Receiver) -> Result<(Report, Baseline), SenseError> {
        self.turn(0, receiver)?;
        let mut report = Report::new(&self.settings, lock(&self.accounts).clone());
        for lane in &self.lanes {
            let mut guard = lock(&lane.shard);
            let mut out = |rows| receiver.minutes(rows).map_err(HandOverError::Refused);
            report.followed(guard.0.followed());
            let over = guard.0.finish(&mut out)?;
            self.tell(over, receiver)?;
            report.shard(&guard.0);
        }
        let merge = self.merge.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.merge(&merge, &self.settings);
        report.hours = report.hours_between(&merge, self.told_until, u32::MAX);
        report.flows = self.flows.report();
        Ok((report, merge.into_baseline()))
    }
}

fn next_chunk<R: Read>(source: &Mutex<Source<R>>) -> Result<Option<Chunk>, SenseError> {
    let mut source = lock(source);
    let memory = source.memory.pop().unwrap_or_default();
    let Some(mut chunk) = source.capture.next_chunk(CHUNK, memory)? else { return Ok(None) };
    chunk.number = source.number;
    source.number += 1;
    Ok(Some(chunk))
}
