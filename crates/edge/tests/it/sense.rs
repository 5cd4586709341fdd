//! What all tests of the sensors use: a receiver that keeps everything.

mod flows;
mod given;
mod hours;
mod live;
mod made;
mod observe;
mod outbox;

use std::sync::Mutex;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use renkei_edge::sense::{
    Accounts, Baseline, Dark, Detection, Phase, Receiver, Refusal, Report, RuleName, Rules, Sense, Settings,
};

/// Keeps what it is given.
#[derive(Default)]
pub struct Kept {
    pub batches: Mutex<Vec<RecordBatch>>,
    pub detections: Mutex<Vec<Detection>>,
}

impl Receiver for Kept {
    fn minutes(&self, rows: RecordBatch) -> Result<(), Refusal> {
        self.batches.lock().unwrap().push(rows);
        Ok(())
    }

    fn detection(&self, detection: &Detection) -> Result<(), Refusal> {
        self.detections.lock().unwrap().push(detection.clone());
        Ok(())
    }
}

/// What a run gave.
pub struct Ran {
    pub report: Report,
    pub detections: Vec<Detection>,
    pub batches: Vec<RecordBatch>,
    pub accounts: Accounts,
}

impl Ran {
    /// Detections of a rule that began.
    pub fn opened(&self, rule: RuleName) -> Vec<&Detection> {
        self.detections.iter().filter(|one| one.rule == rule && one.phase == Phase::Opened).collect()
    }

    /// The sum of a column of the minutes.
    pub fn sum(&self, column: &str) -> u64 {
        let sum = |batch: &RecordBatch| {
            let values = batch.column_by_name(column).unwrap().as_primitive::<Int64Type>();
            values.values().iter().sum::<i64>()
        };
        self.batches.iter().map(sum).sum::<i64>() as u64
    }
}

/// Settings of a sensor of one prefix.
pub fn settings(dark: &str, threads: usize) -> Settings {
    let prefixes: Vec<_> = dark.split(',').map(|text| text.parse().unwrap()).collect();
    Settings { threads, ..Settings::new("s1", Dark::new(&prefixes), Rules::shipped().unwrap(), 99) }
}

/// Runs a sensor over one capture.
pub fn run(settings: Settings, capture: &[u8]) -> Ran {
    let kept = Kept::default();
    let mut sense = Sense::new(settings, Baseline::default());
    let accounts = sense.read(capture, &kept).unwrap();
    let (report, _) = sense.finish(&kept).unwrap();
    assert!(accounts.balance(), "{accounts:?}");
    let detections = kept.detections.into_inner().unwrap();
    Ran { report, detections, batches: kept.batches.into_inner().unwrap(), accounts }
}
